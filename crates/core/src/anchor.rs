//! The prefilter: which passes can have anything to say about a text at all.

use aho_corasick::{AhoCorasick, BuildError, MatchKind};

/// Literals that a pass needs: any of several groups, all of each group. They are matched byte
/// for byte on the text of the whole file, also for a document that stands inside another one,
/// so for kinds that may stand inside others they must hold no character that a host format may
/// escape: no quotes, no backslashes, no line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchors(pub &'static [&'static [&'static str]]);

impl Anchors {
    /// A pass that must see every document of its kinds.
    pub const ALWAYS: Anchors = Anchors(&[]);
}

/// All anchors of all passes in one automaton: one read of the bytes answers for every pass.
#[derive(Debug)]
pub struct Prefilter {
    automaton: Option<AhoCorasick>,
    literals: usize,
    /// Per pass: any of (all of (literal numbers)); `None` means always.
    wants: Vec<Option<Vec<Vec<usize>>>>,
}

impl Prefilter {
    /// Builds the automaton.
    ///
    /// # Errors
    /// When there are more literals than an automaton can hold.
    pub fn new<'a>(anchors: impl IntoIterator<Item = &'a Anchors>) -> Result<Self, BuildError> {
        let mut literals: Vec<&str> = Vec::new();
        let mut wants = Vec::new();
        for Anchors(groups) in anchors {
            if groups.iter().any(|group| group.is_empty()) || groups.is_empty() {
                wants.push(None);
                continue;
            }
            let mut number = |literal: &'static str| {
                literals.iter().position(|l| *l == literal).unwrap_or_else(|| {
                    literals.push(literal);
                    literals.len() - 1
                })
            };
            wants.push(Some(groups.iter().map(|g| g.iter().map(|l| number(l)).collect()).collect()));
        }
        let automaton = match literals.len() {
            0 => None,
            _ => Some(AhoCorasick::builder().match_kind(MatchKind::Standard).build(&literals)?),
        };
        Ok(Prefilter { automaton, literals: literals.len(), wants })
    }

    /// For every pass whether its anchors are in the text.
    pub fn hits(&self, text: &str) -> Vec<bool> {
        let mut seen = vec![false; self.literals];
        let mut left = self.literals;
        if let Some(automaton) = &self.automaton {
            for hit in automaton.find_overlapping_iter(text) {
                let literal = hit.pattern().as_usize();
                if !seen[literal] {
                    seen[literal] = true;
                    left -= 1;
                    if left == 0 {
                        break;
                    }
                }
            }
        }
        let group = |group: &Vec<usize>| group.iter().all(|l| seen[*l]);
        self.wants.iter().map(|want| want.as_ref().is_none_or(|groups| groups.iter().any(group))).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

    use super::*;

    #[test]
    fn any_group_is_enough_and_all_of_its_literals_are_needed() {
        let anchors = [Anchors(&[&["net.Dial", "8.8"], &["udp"]]), Anchors::ALWAYS, Anchors(&[&["Dial"]])];
        let filter = Prefilter::new(&anchors).expect("few literals");
        assert_eq!(filter.hits("net.Dial(x)"), [false, true, true]);
        assert_eq!(filter.hits("net.Dial 8.8"), [true, true, true]);
        assert_eq!(filter.hits("udp"), [true, true, false]);
        assert_eq!(filter.hits(""), [false, true, false]);
    }
}
