//! A program to run on a host, and how it ended.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;

/// A program with its arguments, as for [`std::process::Command`], but plain data: it can be run
/// on several hosts and shown in a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The program; looked up in `PATH` when it has no `/`.
    pub name: OsString,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Variables added to this process's environment.
    pub env: Vec<(OsString, OsString)>,
    /// The directory it starts in; this process's own when `None`.
    pub directory: Option<PathBuf>,
    /// Where its output goes.
    pub output: Output,
}

/// Where the output of a program goes, both streams alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Output {
    /// Kept in memory, for the error text of a row or the end of a report.
    #[default]
    Keep,
    /// To this process's own streams, as it comes.
    Inherit,
}

impl Program {
    /// A program without arguments.
    pub fn new(name: impl Into<OsString>) -> Self {
        Self { name: name.into(), args: Vec::new(), env: Vec::new(), directory: None, output: Output::Keep }
    }

    /// A program from its command line: the first word is its name.
    /// `None` when there is no word at all.
    pub fn from_words<W: Into<OsString>>(words: impl IntoIterator<Item = W>) -> Option<Self> {
        let mut words = words.into_iter().map(Into::into);
        let mut program = Self::new(words.next()?);
        program.args.extend(words);
        Some(program)
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Adds a variable to its environment.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// Sets the directory it starts in.
    #[must_use]
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// Sets where its output goes.
    #[must_use]
    pub fn output(mut self, output: Output) -> Self {
        self.output = output;
        self
    }
}

/// The command line; words that a shell would take apart are quoted.
impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = std::iter::once(&self.name).chain(&self.args).map(|word| quoted(word)).collect();
        f.pad(&words.join(" "))
    }
}

fn quoted(word: &OsStr) -> String {
    let text = word.to_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.into_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Exit {
    /// By itself, with this exit code.
    Code(i32),
    /// By a signal that the lab did not send.
    Signal(i32),
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "exit {code}"),
            Self::Signal(signal) => write!(f, "signal {signal}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_shown_as_typed() {
        let program = Program::from_words(["sh", "-c", "echo it's me", ""]);
        assert_eq!(program.map(|p| p.to_string()).as_deref(), Some(r"sh -c 'echo it'\''s me' ''"));
        assert_eq!(Program::from_words(Vec::<String>::new()), None);
    }
}
