//! Lines that are put before statements of Python, and lines that would grow too long.

use crate::prelude::*;
use crate::python_code::{line_end, statement};
use crate::python_joins::Place;

/// How long a line may be: as long as others in the file are, and not longer than people like.
pub(crate) fn limit(text: &str) -> usize {
    let (mut longest, mut lines) = (0, 0);
    for line in text.lines() {
        let length = line.chars().count();
        longest = if length <= 120 { longest.max(length) } else { longest };
        lines += 1;
    }
    // A file of some length without a longer line keeps to PEP 8.
    if lines > 60 { longest.max(79) } else { longest.max(88) }
}

/// Whether a line is not too long after an edit.
pub(crate) fn fits(doc: &Document, edit: &Edit) -> bool {
    fits_in(&doc.text, edit, limit(&doc.text))
}

/// Whether a line of a text is not too long after an edit.
pub(crate) fn fits_in(text: &str, edit: &Edit, width: usize) -> bool {
    let line = text.get(..edit.span.start).map_or(0, |t| t.len() - t.rfind('\n').map_or(0, |i| i + 1));
    let rest = line_end(text, edit.span.end) - edit.span.end;
    line + edit.text.len() + rest <= width
}

/// What a condition in the same statement asks of a host before the text is made.
pub(crate) fn asked_before(place: &Place<'_>) -> Asked {
    let Some(statement) = statement(place.node) else { return Asked::Nothing };
    let around = place.node.ancestors().take_while(|n| *n != statement);
    let conditions = around.filter_map(|n| match n.kind() {
        "conditional_expression" => n.items().nth(1),
        "boolean_operator" => n.field("left"),
        _ => None,
    });
    let host = place.host.text();
    let root = host.split(['.', '[', '(']).next().unwrap_or(host);
    let mut asked = Asked::Nothing;
    for condition in conditions.filter(|c| !c.holds(place.node)) {
        let names = |name: &str| condition.text() == name || condition.descendants().any(|n| n.text() == name);
        if names(host) {
            asked = Asked::Host;
        } else if !matches!(root, "self" | "cls") && names(root) {
            return Asked::Owner;
        }
    }
    asked
}

/// See [`asked_before`].
pub(crate) enum Asked {
    /// Nothing.
    Nothing,
    /// Whether the host is there.
    Host,
    /// Whether what has the host is there: no line before the statement may take the host from it.
    Owner,
}

/// A fix in the words of Python 2, which has no f-strings: `'[%s]' % host` for `f'[{host}]'`. `None` where it has
/// another f-string.
pub(crate) fn without_f_strings(mut fix: Fix) -> Option<Fix> {
    for edit in fix.edits.values_mut().flatten() {
        for quote in ['"', '\''] {
            let (open, close) = (format!("f{quote}[{{"), format!("}}]{quote}"));
            while let Some((before, rest)) = edit.text.split_once(&open) {
                let (host, behind) = rest.split_once(&close)?;
                // What binds looser than `%` would be taken apart.
                let plain = |c: char| c.is_ascii_alphanumeric() || "_.".contains(c);
                let host = if host.chars().all(plain) { host.to_owned() } else { format!("({host})") };
                edit.text = format!("{before}{quote}[%s]{quote} % {host}{behind}");
            }
            if edit.text.contains(&format!(" f{quote}")) {
                return None;
            }
        }
    }
    Some(fix)
}
