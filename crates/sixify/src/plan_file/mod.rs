//! Plans as files: made here, applied later or elsewhere.
//!
//! The file has the id of the blob that each file was planned for, and the edits with the lines
//! around them. Where a file has that blob still, the edits are made as they are. Where it has
//! changed, each edit is looked for by its old text and the lines around it, as `patch` does, but
//! with one rule more: a place counts only when there is no other like it.

mod apply;
mod make;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sixify_core::FilePlan;
use sixify_source::git::{INPUT, blob_id};
use thiserror::Error;

pub use apply::{Applied, Unfit};

use crate::plan::Plan;
use crate::text::{mailable, wrapped};

/// The name of the schema.
pub const SCHEMA: &str = "sixify-plan/1";

/// Lines of context that are kept above and below an edit.
const CONTEXT: usize = 3;

/// A plan as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFile {
    /// [`SCHEMA`].
    pub schema: String,
    /// The version of sixify that made it.
    pub version: String,
    /// The mode it was made in.
    pub mode: String,
    /// The commit it was made for, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// The files that change.
    pub files: Vec<Base>,
    /// The fixes; each is applied whole or not at all.
    pub fixes: Vec<PlannedFix>,
}

/// A file that changes, as it was planned for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// The path.
    pub path: String,
    /// The id that git gives to a blob with its bytes.
    pub blob: String,
}

/// Edits that belong together. Fixes that share an import are one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedFix {
    /// The codemods they are from.
    pub codemods: Vec<String>,
    /// What was wrong.
    pub messages: Vec<String>,
    /// The edits, in order of paths and places.
    pub edits: Vec<PlannedEdit>,
}

/// One edit with what is around it. All texts are decoded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedEdit {
    /// The file.
    pub path: String,
    /// Which one of the edits of its file it is, from 0, in the order in which they stand there.
    pub nth: usize,
    /// Offset of its first byte in the decoded text.
    pub start: usize,
    /// 1-based line.
    pub line: usize,
    /// What stands there.
    pub old: String,
    /// What is to stand there.
    pub new: String,
    /// The text above it, from the beginning of a line at most three lines up.
    pub above: String,
    /// The text below it, to the end of a line at most three lines down.
    pub below: String,
}

/// A plan file cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PlanFileError {
    /// It is not JSON of this schema.
    #[error("this is no plan of the schema {SCHEMA}: {0}")]
    Schema(String),
}

impl PlanFile {
    /// A plan as a file.
    pub fn of(plan: &Plan) -> Self {
        let base = |file: &FilePlan| Base { path: file.path.clone(), blob: blob_id(&file.before) };
        PlanFile {
            schema: SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            mode: plan.mode().to_string(),
            input: plan.input().map(str::to_owned),
            files: plan.files.iter().map(base).collect(),
            fixes: make::fixes(plan),
        }
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// When it is not JSON of this schema.
    pub fn parse(text: &str) -> Result<Self, PlanFileError> {
        let file: PlanFile = serde_json::from_str(text).map_err(|e| PlanFileError::Schema(e.to_string()))?;
        if file.schema == SCHEMA { Ok(file) } else { Err(PlanFileError::Schema(format!("it is {:?}", file.schema))) }
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        // A struct of texts and numbers can always be written.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The message of a commit with these fixes on top of `base`.
    pub fn message(&self, base: &str, sign_off: Option<&str>) -> String {
        let mut out = "Support IPv6-only and dual-stack hosts\n\n".to_owned();
        let said: BTreeSet<&String> = self.fixes.iter().flat_map(|fix| &fix.messages).collect();
        out.extend(said.into_iter().map(|message| wrapped("- ", message)));
        let mut out = mailable(&out);
        out.push('\n');
        let ids: BTreeSet<&String> = self.fixes.iter().flat_map(|fix| &fix.codemods).collect();
        // A plan file may come from anywhere; only what can be an id becomes a trailer.
        let plain = |id: &&&String| id.chars().all(|c| c.is_ascii_alphanumeric() || "-_/".contains(c));
        out.extend(ids.iter().filter(plain).map(|id| format!("Sixify-Codemod: {id}\n")));
        out.push_str(&format!("Sixify-Version: {}\n{INPUT}: {base}\n", env!("CARGO_PKG_VERSION")));
        out.extend(sign_off.map(|line| format!("{line}\n")));
        out
    }
}

/// The rest of the line before an edit and some lines above it.
fn last_lines(text: &str, lines: usize) -> &str {
    let mut ends = text.match_indices('\n').map(|(at, _)| at + 1).rev();
    let start = ends.nth(lines).unwrap_or(0);
    text.get(start..).unwrap_or("")
}

/// The rest of the line behind an edit and some lines below it.
fn first_lines(text: &str, lines: usize) -> &str {
    let end = text.match_indices('\n').map(|(at, _)| at + 1).nth(lines).unwrap_or(text.len());
    text.get(..end).unwrap_or("")
}
