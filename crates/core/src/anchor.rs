//! The prefilter: which passes can have anything to say about a text at all.

use aho_corasick::automaton::Automaton;
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, BuildError, MatchKind, StartKind};

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
    automaton: Option<DFA>,
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
            // A DFA whatever the number of literals: every byte of every file goes through it, and
            // it takes only some kilobytes per literal. No search for the rare bytes of the
            // literals before it, which pays for few literals only.
            _ => {
                let mut builder = DFA::builder();
                builder.match_kind(MatchKind::Standard).start_kind(StartKind::Unanchored).prefilter(false);
                Some(builder.build(&literals)?)
            }
        };
        Ok(Prefilter { automaton, literals: literals.len(), wants })
    }

    /// For every pass whether its anchors are in the text.
    pub fn hits(&self, text: &str) -> Vec<bool> {
        let mut seen = vec![false; self.literals];
        if let Some(automaton) = &self.automaton {
            see(automaton, text, &mut seen);
        }
        let group = |group: &Vec<usize>| group.iter().all(|l| seen[*l]);
        self.wants.iter().map(|want| want.as_ref().is_none_or(|groups| groups.iter().any(group))).collect()
    }
}

/// Marks the literals that are in a text. Asking the automaton for every match would cost most of
/// the time, because some literals are in every line; here a match is one more step.
fn see(automaton: &DFA, text: &str, seen: &mut [bool]) {
    let Ok(mut state) = automaton.start_state(Anchored::No) else {
        // It was built for this; and if not, a pass that runs for no reason does no harm.
        return seen.fill(true);
    };
    let mut left = seen.len();
    for byte in text.bytes() {
        state = automaton.next_state(Anchored::No, state, byte);
        if !automaton.is_match(state) {
            continue;
        }
        for nth in 0..automaton.match_len(state) {
            let literal = automaton.match_pattern(state, nth).as_usize();
            if !std::mem::replace(&mut seen[literal], true) {
                left -= 1;
            }
        }
        if left == 0 {
            return;
        }
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

    #[test]
    fn literals_that_overlap_or_hold_each_other_are_all_seen() {
        let anchors = [
            Anchors(&[&["Listen"]]),
            Anchors(&[&["isten"]]),
            Anchors(&[&["ListenAndServe"]]),
            Anchors(&[&["ste"]]),
            Anchors(&[&["tenAnd"]]),
            Anchors(&[&["x"]]),
        ];
        let filter = Prefilter::new(&anchors).expect("few literals");
        assert_eq!(filter.hits("ListenAndServe"), [true, true, true, true, true, false]);
        assert_eq!(filter.hits("Listen"), [true, true, false, true, false, false]);
        assert_eq!(filter.hits("\u{e9}ListxListe"), [false, false, false, true, false, true]);
    }
}
