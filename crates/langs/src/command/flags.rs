//! Flags of a command line and their values, by what the catalogue says of the program.

use sixify_core::Span;

use crate::command::catalog::{FlagFacts, OPERAND, ProgramFacts, Takes};
use crate::command::{Command, Invocation};

/// A flag on a command line.
#[derive(Clone, Debug)]
pub struct Flag<'a> {
    /// What is known of it.
    pub facts: &'a FlagFacts,
    /// Its spelling.
    pub name: &'a str,
    /// The number of its word.
    pub word: usize,
    /// Its values.
    pub values: Vec<FlagValue<'a>>,
}

/// A value of a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlagValue<'a> {
    /// The value.
    pub text: &'a str,
    /// The number of the word it stands in.
    pub word: usize,
    /// Where it begins in its word: behind the flag and `=`, or at the start.
    pub at: usize,
    /// Whether the program gets exactly that.
    pub fixed: bool,
}

impl Flag<'_> {
    /// Whether it is the flag of this name, whatever its spelling.
    pub fn is(&self, name: &str) -> bool {
        self.facts.names.iter().any(|n| n == name)
    }

    /// The word that gives this value something else to say.
    pub fn with_value(&self, value: &FlagValue<'_>, new: &str) -> String {
        match value.at {
            0 => new.to_owned(),
            at if at == self.name.len() => format!("{}{new}", self.name),
            _ => format!("{}={new}", self.name),
        }
    }
}

impl FlagValue<'_> {
    /// A range of the value as one of its word.
    pub fn within(&self, span: Span) -> Span {
        span.shift(self.at)
    }
}

impl Command {
    /// The flags of the program that are in the catalogue, in order, and its operands where the
    /// catalogue has them.
    pub fn flags<'a>(&'a self, invocation: &Invocation<'_>, program: &'a ProgramFacts) -> Vec<Flag<'a>> {
        let mut found = Vec::new();
        let mut at = invocation.arguments;
        while let Some(word) = self.words.get(at) {
            if word.value == "--" {
                break;
            }
            let number = at;
            at += 1;
            let has = |f: &FlagFacts| f.under.is_empty() || self.subcommand(invocation.arguments, number, &f.under);
            let (name, joined) = match word.value.split_once('=') {
                Some((name, _)) if name.starts_with('-') => (name, Some(name.len() + 1)),
                _ => (word.value.as_str(), None),
            };
            let whole = program.flag(name).map(|facts| (facts, name, joined));
            let glued = || program.glued(&word.value).map(|(facts, name)| (facts, name, Some(name.len())));
            let Some((facts, name, joined)) = whole.or_else(glued).filter(|(facts, ..)| has(facts)) else {
                let operand = program.flags.iter().find(|f| f.names.iter().any(|n| n == OPERAND) && has(f));
                // What stands behind a short option that is not known may be its value: `serve -h 0.0.0.0`.
                let before = self.words.get(number.wrapping_sub(1)).map_or("", |w| w.value.as_str());
                let taken = before.len() == 2 && before.starts_with('-') && program.flag(before).is_none();
                if let Some(facts) = operand.filter(|_| !word.value.starts_with('-') && !taken) {
                    let value = FlagValue { text: &word.value, word: number, at: 0, fixed: word.fixed };
                    found.push(Flag { facts, name: "", word: number, values: vec![value] });
                }
                continue;
            };
            let mut values = Vec::new();
            if let Some(joined) = joined {
                let text = word.value.get(joined..).unwrap_or("");
                values.push(FlagValue { text, word: number, at: joined, fixed: word.fixed });
            } else {
                let most = match facts.takes {
                    Takes::Nothing => 0,
                    Takes::One => 1,
                    Takes::Many => usize::MAX,
                };
                // The words of the caller begin with flags of their own, if there are any.
                let ends = |value: &str| value.starts_with("--") || ["$@", "$*", "${@}"].contains(&value);
                while let Some(next) = self.words.get(at).filter(|w| values.len() < most && !ends(&w.value)) {
                    values.push(FlagValue { text: &next.value, word: at, at: 0, fixed: next.fixed });
                    at += 1;
                }
            }
            found.push(Flag { facts, name, word: number, values });
        }
        found
    }

    /// Whether one of these words stands between the program and a word of it.
    fn subcommand(&self, arguments: usize, before: usize, names: &[String]) -> bool {
        self.words.iter().take(before).skip(arguments).any(|w| names.contains(&w.value))
    }
}
