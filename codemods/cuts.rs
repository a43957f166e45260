//! Hosts that code cut out of a text at a colon, in any language: such a host never held an IPv6
//! address whole, so that brackets around it come too late.

use crate::prelude::*;

/// How many values a host is followed through.
const MOST: usize = 24;

/// The longest value that is searched, in bytes; a cut is a short expression.
const LONGEST: usize = 400;

/// Whether a host was cut from a text at a colon by one of the calls `cuts`, or taken from the groups
/// of a pattern (`groups`). What a name is given in its function, `values` tells.
pub(crate) fn cut_at_colon<'a>(
    host: Node<'a>,
    cuts: &[&str],
    groups: &str,
    values: impl Fn(Node<'a>) -> Vec<Node<'a>>,
) -> bool {
    let (mut open, mut seen, mut cut) = (vec![host], 0, false);
    while let Some(node) = open.pop().filter(|_| seen < MOST) {
        seen += 1;
        for value in values(node) {
            let text = value.text();
            if text.len() > LONGEST {
                continue;
            }
            cut |= text.contains(groups) || cuts.iter().any(|call| text.contains(call));
            if cut && ["\":\"", "':'", groups].iter().any(|at| text.contains(at)) {
                return true;
            }
            open.extend(value.descendants().filter(|n| n.is("identifier")).take(4));
        }
    }
    false
}
