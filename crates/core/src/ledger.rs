//! The account of a run: what became of every finding and of every file.

use std::fmt;

use serde::Serialize;

use crate::finding::Applicability;
use crate::span::{LineColumn, Span};

/// What became of a finding. Every finding ends with exactly one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Its fix is part of the plan.
    Accepted,
    /// It has a fix that is not safe enough to be applied without being asked for.
    Suggested,
    /// It has no fix; a person must decide.
    Reported,
    /// Its fix overlaps others and could not land within the permitted number of rounds.
    Conflict,
    /// Its fix failed a check and was taken back; the text says which.
    RolledBack(String),
    /// Another fix changed the place, and the finding is gone.
    Superseded,
    /// Something its fix needs cannot be had; the text says what.
    UnmetNeed(String),
    /// A comment `sixify:ignore` asks to leave the place alone.
    Suppressed,
}

impl Outcome {
    /// The name of the outcome, as the JSON output has it.
    pub fn name(&self) -> &'static str {
        match self {
            Outcome::Accepted => "accepted",
            Outcome::Suggested => "suggested",
            Outcome::Reported => "reported",
            Outcome::Conflict => "conflict",
            Outcome::RolledBack(_) => "rolled-back",
            Outcome::Superseded => "superseded",
            Outcome::UnmetNeed(_) => "unmet-need",
            Outcome::Suppressed => "suppressed",
        }
    }

    /// Why, where the name alone does not say it.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Outcome::RolledBack(why) | Outcome::UnmetNeed(why) => Some(why),
            _ => None,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason() {
            Some(why) => write!(f, "{}: {why}", self.name()),
            None => f.write_str(self.name()),
        }
    }
}

/// One edit of a finding as it is shown: in the coordinates of the original file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownEdit {
    /// The file.
    pub path: String,
    /// Byte offsets in the file as it is on disk.
    pub start: usize,
    /// Behind the last byte.
    pub end: usize,
    /// 1-based line of the first changed byte.
    pub start_line: usize,
    /// 1-based line of the last changed byte.
    pub end_line: usize,
    /// The new text.
    pub replacement: String,
}

/// A finding with its place in the original file and its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The id of the codemod.
    pub codemod: String,
    /// The file.
    pub path: String,
    /// The place in the decoded original text.
    pub span: Span,
    /// Where the place starts.
    pub start: LineColumn,
    /// Where it ends (behind its last character).
    pub end: LineColumn,
    /// What the text does.
    pub role: &'static str,
    /// What is wrong.
    pub message: String,
    /// Why the codemod believes it.
    pub evidence: Vec<String>,
    /// How far the fix may be trusted.
    pub applicability: Applicability,
    /// The edits of the fix alone, before the imports it needs.
    pub edits: Vec<ShownEdit>,
    /// What became of it.
    pub outcome: Outcome,
    /// The round in which it landed, from 1; 0 when it did not.
    pub round: usize,
}

/// A place that is right as it is, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedNote {
    /// The id of the codemod that looked.
    pub codemod: String,
    /// The file.
    pub path: String,
    /// Where the place starts.
    pub start: LineColumn,
    /// Where it ends.
    pub end: LineColumn,
    /// What the text does.
    pub role: &'static str,
    /// Why it is left alone.
    pub reason: String,
    /// The evidence for it.
    pub evidence: Vec<String>,
}

/// A file or folder that was not looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Skipped {
    /// The path; a folder ends with `/`.
    pub path: String,
    /// Why.
    pub reason: String,
}

impl Skipped {
    /// Makes one.
    pub fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Skipped { path: path.into(), reason: reason.into() }
    }
}

/// A codemod that failed on one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Failure {
    /// The id of the codemod.
    pub codemod: String,
    /// The file.
    pub path: String,
    /// What it said.
    pub reason: String,
}

/// The account of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Every finding, in order of path and place.
    pub records: Vec<Record>,
    /// Places that are right as they are.
    pub notes: Vec<RecordedNote>,
    /// What was not looked at.
    pub skipped: Vec<Skipped>,
    /// Codemods that failed on a file.
    pub failures: Vec<Failure>,
    /// How many files were looked at.
    pub files: usize,
}

impl Ledger {
    /// How many findings ended this way, by [`Outcome::name`].
    pub fn count(&self, outcome: &str) -> usize {
        self.records.iter().filter(|r| r.outcome.name() == outcome).count()
    }
}
