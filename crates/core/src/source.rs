//! Where files come from.

use std::sync::Arc;

use thiserror::Error;

use crate::ledger::Skipped;

/// One file of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Path relative to the root of the source, with `/`.
    pub path: String,
    /// Size in bytes, when the source knows it without reading.
    pub size: Option<u64>,
    /// A number that files with the very same bytes have in common, when the source knows of them
    /// without reading. The engine then looks at the bytes once.
    pub twins: Option<u64>,
}

impl Entry {
    /// A file of which nothing but the path is known.
    pub fn new(path: impl Into<String>) -> Self {
        Entry { path: path.into(), size: None, twins: None }
    }
}

/// All files of a source and everything it passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Files in order of their paths.
    pub files: Vec<Entry>,
    /// What was passed over; a folder stands for all that is in it and ends with `/`.
    pub skipped: Vec<Skipped>,
}

/// A file that could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The source has no such file.
    #[error("there is no such file")]
    Missing,
    /// The file is there and cannot be read; the text says why.
    #[error("{0}")]
    Unreadable(String),
}

/// A set of files that does not change while it is read: a folder, a commit, a map in memory.
pub trait Source: Sync {
    /// Lists the files.
    ///
    /// # Errors
    /// When the source as a whole cannot be read; a single unreadable folder is a [`Skipped`].
    fn list(&self) -> Result<Listing, ReadError>;

    /// The bytes of a file.
    ///
    /// # Errors
    /// When there is no such file or it cannot be read.
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError>;

    /// Names of the files directly in a folder (`""` is the root), for passes that look at
    /// neighbours. The order is that of the names.
    fn siblings(&self, folder: &str) -> Vec<String>;

    /// What the state of the files is called where it has a name for good, such as the id of a
    /// commit.
    fn version(&self) -> Option<String> {
        None
    }
}

/// Files in memory, for tests and for programs that have the text already.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: std::collections::BTreeMap<String, Arc<[u8]>>,
}

impl Memory {
    /// No files.
    pub fn new() -> Self {
        Memory::default()
    }

    /// Adds a file.
    pub fn with(mut self, path: impl Into<String>, bytes: impl AsRef<[u8]>) -> Self {
        self.files.insert(path.into(), Arc::from(bytes.as_ref()));
        self
    }
}

impl Source for Memory {
    fn list(&self) -> Result<Listing, ReadError> {
        let entry = |(path, bytes): (&String, &Arc<[u8]>)| Entry { size: Some(bytes.len() as u64), ..Entry::new(path) };
        Ok(Listing { files: self.files.iter().map(entry).collect(), skipped: Vec::new() })
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        self.files.get(path).cloned().ok_or(ReadError::Missing)
    }

    fn siblings(&self, folder: &str) -> Vec<String> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let rest = self.files.keys().filter_map(|p| p.strip_prefix(&prefix));
        rest.filter(|name| !name.contains('/')).map(str::to_owned).collect()
    }
}
