//! The plan: everything that would be written, and the account of it.

use std::sync::Arc;

use crate::diff;
use crate::edit::EditSet;
use crate::ledger::Ledger;

/// What one file becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePlan {
    /// The path, relative to the root of the source.
    pub path: String,
    /// The bytes the plan was made for. A sink refuses to write when the file has others.
    pub before: Arc<[u8]>,
    /// The bytes to write.
    pub after: Vec<u8>,
    /// The same change as edits of the decoded text.
    pub edits: EditSet,
}

/// Accepted changes and the ledger. Nothing is written before a plan is complete.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The files that change, in order of their paths.
    pub files: Vec<FilePlan>,
    /// The account of the run.
    pub ledger: Ledger,
}

impl Plan {
    /// The unified diff of all files. Bytes, because a file need not be UTF-8.
    pub fn diff_bytes(&self) -> Vec<u8> {
        self.files.iter().flat_map(|f| diff::unified(&f.path, &f.before, &f.after)).collect()
    }

    /// The unified diff as text, for showing; bytes that are not UTF-8 are replaced. Use
    /// [`Plan::diff_bytes`] for `git apply`.
    pub fn diff(&self) -> String {
        String::from_utf8_lossy(&self.diff_bytes()).into_owned()
    }

    /// The new bytes of a file that changes.
    pub fn file(&self, path: &str) -> Option<&FilePlan> {
        self.files.iter().find(|f| f.path == path)
    }
}
