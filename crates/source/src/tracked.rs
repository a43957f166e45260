//! Which files of a work tree git tracks.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::git::repository;

/// The files in the index of a repository. They are read when somebody first asks, which is when a
/// rule would ignore something.
#[derive(Debug)]
pub(crate) struct Tracked {
    top: PathBuf,
    /// Relative to the top, with `/`, in order of their bytes.
    files: OnceLock<Vec<Vec<u8>>>,
}

impl Tracked {
    /// Of the repository whose top is this folder.
    pub fn of(top: &Path) -> Self {
        Tracked { top: top.to_owned(), files: OnceLock::new() }
    }

    /// Whether a file is tracked, or any file below a folder.
    pub fn holds(&self, path: &Path, is_folder: bool) -> bool {
        let Some(path) = path.strip_prefix(&self.top).ok().and_then(Path::to_str) else { return false };
        let files = self.files.get_or_init(|| read(&self.top).unwrap_or_default());
        let sought = if is_folder { format!("{path}/") } else { path.to_owned() };
        let first = files.partition_point(|file| file.as_slice() < sought.as_bytes());
        let found = files.get(first);
        found
            .is_some_and(|file| if is_folder { file.starts_with(sought.as_bytes()) } else { file == sought.as_bytes() })
    }
}

/// `None` where there is no index, or none that can be read: then nothing is known to be tracked.
fn read(top: &Path) -> Option<Vec<Vec<u8>>> {
    let index = repository::open(top).ok()?.index().ok()?;
    let mut files: Vec<Vec<u8>> = index.iter().map(|entry| entry.path).collect();
    files.sort_unstable();
    Some(files)
}
