//! The account of a run as data: the schema `sixify/1`.
//!
//! Paths are relative to the root of the source and have `/`. Lines and columns start at 1,
//! columns count characters, and an end column stands behind the last character; all refer to
//! the text before the edits. Offsets are bytes of the file as it is on disk.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sixify_core::{Record, ledger};

use crate::plan::Plan;

/// The name of the schema. Fields may be added under this name, never changed or taken away.
pub const SCHEMA: &str = "sixify/1";

/// One run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// The mode of the run, such as `dual-stack`.
    pub mode: String,
    /// Every finding, in order of path and place.
    pub findings: Vec<Finding>,
    /// What was not looked at.
    pub skipped: Vec<Skipped>,
    /// Codemods that failed on a file.
    pub failures: Vec<Failure>,
    /// The numbers.
    pub summary: Summary,
}

/// One finding and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The id of the codemod.
    pub codemod: String,
    /// The file.
    pub path: String,
    /// Line of its first character.
    pub line: usize,
    /// Column of its first character.
    pub column: usize,
    /// Line of its end.
    pub end_line: usize,
    /// Column behind its last character.
    pub end_column: usize,
    /// What the text does, such as `join`.
    pub role: String,
    /// What is wrong.
    pub message: String,
    /// Why the codemod believes it.
    pub evidence: Vec<String>,
    /// `safe`, `unsafe` or `display`.
    pub applicability: String,
    /// What became of it, such as `accepted`.
    pub outcome: String,
    /// Why, where the outcome alone does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The edits of its fix, whatever its applicability, before the imports it needs.
    pub edits: Vec<Edit>,
    /// Where the knowledge comes from.
    pub references: Vec<String>,
}

/// One edit of a fix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The file.
    pub path: String,
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
    /// Line of the first byte.
    pub start_line: usize,
    /// Line of the last byte.
    pub end_line: usize,
    /// The new text.
    pub replacement: String,
}

/// A place that was looked at and is right as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The id of the codemod.
    pub codemod: String,
    /// The file.
    pub path: String,
    /// Line of its first character.
    pub line: usize,
    /// Column of its first character.
    pub column: usize,
    /// Line of its end.
    pub end_line: usize,
    /// Column behind its last character.
    pub end_column: usize,
    /// What the text does.
    pub role: String,
    /// Why it is left alone.
    pub reason: String,
    /// The evidence for it.
    pub evidence: Vec<String>,
}

/// A file or folder that was not looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The path; a folder ends with `/` and stands for all that is in it.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// A codemod that failed on one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The id of the codemod.
    pub codemod: String,
    /// The file.
    pub path: String,
    /// What it said.
    pub reason: String,
}

/// The numbers of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Files that were looked at.
    pub files: usize,
    /// Files that the plan changes.
    pub changed: usize,
    /// Findings in all.
    pub findings: usize,
    /// Findings by outcome.
    pub outcomes: BTreeMap<String, usize>,
    /// Findings by applicability.
    pub applicability: BTreeMap<String, usize>,
    /// Skipped files and folders by reason.
    pub skipped: BTreeMap<String, usize>,
    /// Failures.
    pub failures: usize,
}

impl Report {
    pub(crate) fn of(plan: &Plan) -> Self {
        let ledger = &plan.ledger;
        let failure = |f: &ledger::Failure| Failure {
            codemod: f.codemod.clone(),
            path: f.path.clone(),
            reason: f.reason.clone(),
        };
        Report {
            schema: SCHEMA.to_owned(),
            mode: plan.mode().to_string(),
            findings: ledger.records.iter().map(|r| Finding::of(r, plan.references(&r.codemod))).collect(),
            skipped: ledger.skipped.iter().map(Skipped::from).collect(),
            failures: ledger.failures.iter().map(failure).collect(),
            summary: Summary::of(plan),
        }
    }
}

impl Finding {
    /// A record of the ledger as data.
    pub fn of(record: &Record, references: &[String]) -> Self {
        let edit = |edit: &ledger::ShownEdit| Edit {
            path: edit.path.clone(),
            start: edit.start,
            end: edit.end,
            start_line: edit.start_line,
            end_line: edit.end_line,
            replacement: edit.replacement.clone(),
        };
        Finding {
            codemod: record.codemod.clone(),
            path: record.path.clone(),
            line: record.start.line,
            column: record.start.column,
            end_line: record.end.line,
            end_column: record.end.column,
            role: record.role.to_owned(),
            message: record.message.clone(),
            evidence: record.evidence.clone(),
            applicability: record.applicability.to_string(),
            outcome: record.outcome.name().to_owned(),
            reason: record.outcome.reason().map(str::to_owned),
            edits: record.edits.iter().map(edit).collect(),
            references: references.to_vec(),
        }
    }
}

impl From<&ledger::RecordedNote> for Note {
    fn from(note: &ledger::RecordedNote) -> Self {
        Note {
            codemod: note.codemod.clone(),
            path: note.path.clone(),
            line: note.start.line,
            column: note.start.column,
            end_line: note.end.line,
            end_column: note.end.column,
            role: note.role.to_owned(),
            reason: note.reason.clone(),
            evidence: note.evidence.clone(),
        }
    }
}

impl From<&ledger::Skipped> for Skipped {
    fn from(skipped: &ledger::Skipped) -> Self {
        Skipped { path: skipped.path.clone(), reason: skipped.reason.clone() }
    }
}

impl Summary {
    /// Counts what is in a plan.
    pub fn of(plan: &Plan) -> Self {
        let ledger = &plan.ledger;
        Summary {
            files: ledger.files,
            changed: plan.files.len(),
            findings: ledger.records.len(),
            outcomes: counted(ledger.records.iter().map(|r| r.outcome.name().to_owned())),
            applicability: counted(ledger.records.iter().map(|r| r.applicability.to_string())),
            skipped: counted(ledger.skipped.iter().map(|s| s.reason.clone())),
            failures: ledger.failures.len(),
        }
    }
}

fn counted(words: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    counts
}
