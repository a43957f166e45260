//! Places below a root: relative paths turned into files without ever leaving the root.

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Why a path does not lead to a file below the root.
#[derive(Debug)]
pub(crate) enum Astray {
    /// It is absolute, empty, or has a part such as `..`.
    Outside,
    /// It, or a folder on the way, is a symlink.
    Symlink,
    /// It is a folder, a device, a socket or a pipe.
    NotAFile,
    /// The system says no.
    Io(io::Error),
}

/// The root of a tree, and which of its folders are known to be folders and no symlinks.
#[derive(Debug)]
pub(crate) struct Root {
    /// Absolute and without symlinks.
    pub path: PathBuf,
    known: Mutex<HashSet<String>>,
}

impl Root {
    pub fn new(path: PathBuf) -> Self {
        Root { path, known: Mutex::default() }
    }

    /// A relative path below the root; `""` is the root itself.
    pub fn below(&self, path: &str) -> PathBuf {
        // Joined with nothing, a path would get a slash at its end.
        if path.is_empty() { self.path.clone() } else { self.path.join(path) }
    }

    /// Forgets which folders are known, because the tree may have changed.
    pub fn forget(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The file at a relative path, and what the system says of it.
    pub fn file(&self, path: &str) -> Result<(PathBuf, Metadata), Astray> {
        let (folder, _) = path.rsplit_once('/').unwrap_or(("", path));
        if !path.split('/').all(plain) {
            return Err(Astray::Outside);
        }
        self.folder(folder)?;
        let file = self.path.join(path);
        let metadata = fs::symlink_metadata(&file).map_err(Astray::Io)?;
        match metadata.file_type() {
            kind if kind.is_symlink() => Err(Astray::Symlink),
            kind if kind.is_file() => Ok((file, metadata)),
            _ => Err(Astray::NotAFile),
        }
    }

    /// The folder at a relative path (`""` is the root), reached without a symlink.
    pub fn folder(&self, path: &str) -> Result<PathBuf, Astray> {
        let folder = self.below(path);
        if path.is_empty() || self.known.lock().unwrap_or_else(PoisonError::into_inner).contains(path) {
            return Ok(folder);
        }
        let mut at = self.path.clone();
        for part in path.split('/') {
            if !plain(part) {
                return Err(Astray::Outside);
            }
            at.push(part);
            let kind = fs::symlink_metadata(&at).map_err(Astray::Io)?.file_type();
            if kind.is_symlink() {
                return Err(Astray::Symlink);
            }
        }
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        Ok(folder)
    }
}

/// Whether this is a name and nothing else, on every system.
fn plain(part: &str) -> bool {
    let mut parts = Path::new(part).components();
    let normal = matches!(parts.next(), Some(std::path::Component::Normal(name)) if name == part);
    normal && parts.next().is_none() && !part.contains('\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_of_the_root_is_reached() {
        let root = Root::new(PathBuf::from("/nowhere"));
        for path in ["", "/etc/passwd", "../a", "a/../../b", "a//b", "./a", "a/", "a\0b"] {
            assert!(matches!(root.file(path), Err(Astray::Outside)), "{path:?}");
        }
        assert!(matches!(root.file("a/b"), Err(Astray::Io(_))));
    }
}
