//! Flags of a command line and their values, by what the catalogue says of the program.

use crate::command::catalog::{FlagFacts, ProgramFacts, Takes};
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
    /// Whether it stands behind `=` in the word of the flag.
    pub joined: bool,
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
        if value.joined { format!("{}={new}", self.name) } else { new.to_owned() }
    }
}

impl Command {
    /// The flags of the program that are in the catalogue, in order.
    pub fn flags<'a>(&'a self, invocation: &Invocation<'_>, program: &'a ProgramFacts) -> Vec<Flag<'a>> {
        let mut found = Vec::new();
        let mut at = invocation.arguments;
        while let Some(word) = self.words.get(at) {
            if word.value == "--" {
                break;
            }
            let (name, joined) = match word.value.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (word.value.as_str(), None),
            };
            let number = at;
            at += 1;
            let Some(facts) = program.flag(name) else { continue };
            let mut values = Vec::new();
            if let Some(text) = joined {
                values.push(FlagValue { text, word: number, joined: true, fixed: word.fixed });
            } else {
                let most = match facts.takes {
                    Takes::Nothing => 0,
                    Takes::One => 1,
                    Takes::Many => usize::MAX,
                };
                // The words of the caller begin with flags of their own, if there are any.
                let ends = |value: &str| value.starts_with("--") || ["$@", "$*", "${@}"].contains(&value);
                while let Some(next) = self.words.get(at).filter(|w| values.len() < most && !ends(&w.value)) {
                    values.push(FlagValue { text: &next.value, word: at, joined: false, fixed: next.fixed });
                    at += 1;
                }
            }
            found.push(Flag { facts, name, word: number, values });
        }
        found
    }
}
