//! The prefilter: which passes can have anything to say about a text at all.

use aho_corasick::automaton::Automaton;
use aho_corasick::dfa::DFA;
use aho_corasick::packed::Searcher;
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

/// All anchors of the passes that read a kind of document.
///
/// Two steps, because most files have none of them: a vectorised search for one literal of each
/// group tells whether there is anything at all, at several bytes per cycle; only then one read of
/// the bytes answers for every pass.
#[derive(Debug)]
pub struct Prefilter {
    first: First,
    automaton: Option<DFA>,
    literals: usize,
    /// Per pass: any of (all of (literal numbers)); `None` means always.
    wants: Vec<Option<Vec<Vec<usize>>>>,
}

/// The first step.
#[derive(Debug)]
enum First {
    /// There is nothing to find: no pass has anything to say.
    Never,
    /// A pass sees every document, or there are too many literals for this step to save time.
    Skip,
    /// One literal of each group.
    Keys(Box<Searcher>),
}

/// The most literals that a vectorised search is faster for than the automaton.
const MOST_KEYS: usize = 64;

impl First {
    fn of(anchors: &[Anchors]) -> First {
        if anchors.is_empty() {
            return First::Never;
        }
        let mut keys: Vec<&str> = Vec::new();
        for Anchors(groups) in anchors {
            if groups.is_empty() {
                return First::Skip;
            }
            for group in *groups {
                let Some(key) = group.iter().max_by_key(|literal| rarity(literal)) else { return First::Skip };
                keys.push(key);
            }
        }
        keys.sort_unstable();
        keys.dedup();
        if keys.len() > MOST_KEYS {
            return First::Skip;
        }
        // Not every processor can do it; the automaton can do without.
        Searcher::new(keys).map_or(First::Skip, |keys| First::Keys(Box::new(keys)))
    }
}

/// How rare a literal is in sources, as far as its look tells: what is not a plain word is rarer
/// than a word, and long ones are rarer than short ones.
fn rarity(literal: &str) -> (bool, usize) {
    (!literal.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_'), literal.len())
}

impl Prefilter {
    /// Builds the automaton.
    ///
    /// # Errors
    /// When there are more literals than an automaton can hold.
    pub fn new<'a>(anchors: impl IntoIterator<Item = &'a Anchors>) -> Result<Self, BuildError> {
        let all: Vec<Option<Anchors>> = anchors.into_iter().map(|a| Some(*a)).collect();
        Prefilter::of(&all)
    }

    /// Builds it for some of the passes; the others are never hit.
    ///
    /// # Errors
    /// When there are more literals than an automaton can hold.
    pub fn of(anchors: &[Option<Anchors>]) -> Result<Self, BuildError> {
        let present: Vec<Anchors> = anchors.iter().flatten().copied().collect();
        let mut literals: Vec<&str> = Vec::new();
        let mut wants = Vec::new();
        for anchors in anchors {
            let Some(Anchors(groups)) = anchors else {
                wants.push(Some(Vec::new()));
                continue;
            };
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
            // A DFA whatever the number of literals: it takes only some kilobytes per literal. No
            // search for the rare bytes of the literals before it, which pays for few literals only.
            _ => {
                let mut builder = DFA::builder();
                builder.match_kind(MatchKind::Standard).start_kind(StartKind::Unanchored).prefilter(false);
                Some(builder.build(&literals)?)
            }
        };
        Ok(Prefilter { first: First::of(&present), automaton, literals: literals.len(), wants })
    }

    /// Whether any pass can be hit, told from bytes in any encoding that writes ASCII as it is.
    /// A quick answer; `true` is only a perhaps.
    pub fn perhaps(&self, bytes: &[u8]) -> bool {
        match &self.first {
            First::Never => false,
            First::Skip => true,
            First::Keys(keys) => keys.find(bytes).is_some(),
        }
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
    fn a_quick_look_never_misses_what_the_whole_one_finds() {
        let anchors = [Anchors(&[&["Sprintf", "%s:"], &["udp4"]]), Anchors(&[&["Dial"]])];
        let filter = Prefilter::new(&anchors).expect("few literals");
        let filler = "x".repeat(200);
        for text in ["Sprintf(%s:)", "udp4", "Dial", "%s", "Sprintf", ""] {
            let text = format!("{filler}{text}{filler}");
            let hit = filter.hits(&text).contains(&true);
            assert!(filter.perhaps(text.as_bytes()) || !hit, "{text}");
        }
        assert!(!filter.perhaps(filler.as_bytes()));
        let of_none = Prefilter::of(&[None, None]).expect("no literals");
        assert!(!of_none.perhaps(b"udp4"));
        assert_eq!(of_none.hits("udp4"), [false, false]);
        let of_some = Prefilter::of(&[None, Some(Anchors::ALWAYS)]).expect("no literals");
        assert!(of_some.perhaps(b""));
        assert_eq!(of_some.hits(""), [false, true]);
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
