//! A work tree: files below a folder on disk.

use std::collections::HashMap;
use std::env;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::gitignore::Gitignore;
use sixify_core::{Listing, ReadError, Source, gate};
use thiserror::Error;

use crate::place::{Astray, Root};
use crate::repository;
use crate::rules;
use crate::said;
use crate::walk::Walk;

/// A work tree could not be opened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// A path that was given does not exist.
    #[error("{}: there is no such file or folder", .0.display())]
    Missing(PathBuf),
    /// A path that was given is there and cannot be looked at.
    #[error("{}: cannot be read: {}", .path.display(), said(.source))]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A path that was given is a pipe, a socket or a device.
    #[error("{}: is neither a file nor a folder", .0.display())]
    Special(PathBuf),
    /// A path that was given cannot be written as text.
    #[error("{}: its name is not UTF-8", .0.display())]
    NotUtf8(PathBuf),
    /// No path was given.
    #[error("no file or folder was given")]
    Nothing,
    /// A pattern of files to leave out cannot be read.
    #[error("the pattern {pattern:?} cannot be read: {what}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        what: String,
    },
}

/// Files below a folder on disk: all of them, or those that the user named.
///
/// A listing takes a snapshot of what there is; two runs over one `WorkTree` see two snapshots.
#[derive(Debug)]
pub struct WorkTree {
    pub(crate) root: Root,
    /// What the user named, relative to the root.
    named: Vec<Named>,
    excludes: Vec<Gitignore>,
    siblings: Mutex<HashMap<String, Vec<String>>>,
}

#[derive(Debug, PartialEq, Eq)]
enum Named {
    File(String),
    Folder(String),
}

impl WorkTree {
    /// Opens a folder, which becomes the root, or a file.
    ///
    /// # Errors
    /// See [`WorkTree::open_all`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::open_all(&[path])
    }

    /// Opens what a user named. One folder becomes the root. With several paths, or with a file,
    /// the root is the current folder when everything is below it, and otherwise the top of the
    /// repository, or without one the nearest folder that everything is below. Paths of a plan
    /// are relative to the root, and codemods see no file above it.
    ///
    /// A file that is named is read even if it is ignored; a symlink is listed as passed over.
    ///
    /// # Errors
    /// When a path does not exist, cannot be read, or is neither file nor folder.
    pub fn open_all<P: AsRef<Path>>(paths: &[P]) -> Result<Self, OpenError> {
        let mut found = Vec::new();
        for path in paths {
            found.push(find(path.as_ref())?);
        }
        let root = match found.as_slice() {
            [] => return Err(OpenError::Nothing),
            [(folder, true)] => folder.clone(),
            several => common(several),
        };
        let mut named = Vec::new();
        for (path, is_folder) in &found {
            let parts = path.strip_prefix(&root).unwrap_or(path).components();
            let names: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
            let relative = names.ok_or_else(|| OpenError::NotUtf8(path.clone()))?.join("/");
            named.push(if *is_folder { Named::Folder(relative) } else { Named::File(relative) });
        }
        Ok(WorkTree { root: Root::new(root), named, excludes: Vec::new(), siblings: Mutex::default() })
    }

    /// Leaves out what matches a pattern, in the syntax of gitignore(5) relative to `folder`.
    /// Files that the user named stay in.
    ///
    /// # Errors
    /// When a pattern cannot be read.
    pub fn exclude<S: AsRef<str>>(mut self, folder: impl AsRef<Path>, patterns: &[S]) -> Result<Self, OpenError> {
        let folder = fs::canonicalize(folder.as_ref()).unwrap_or_else(|_| folder.as_ref().to_owned());
        let made = rules::patterns(&folder, patterns);
        self.excludes.push(made.map_err(|(pattern, what)| OpenError::Pattern { pattern, what })?);
        Ok(self)
    }

    /// The folder that all paths are relative to; absolute and without symlinks.
    pub fn root(&self) -> &Path {
        &self.root.path
    }
}

impl Source for WorkTree {
    fn list(&self) -> Result<Listing, ReadError> {
        self.root.forget();
        self.siblings.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let mut walk = Walk::new(&self.root, &self.excludes);
        for named in &self.named {
            match named {
                Named::File(path) => walk.file(path),
                Named::Folder(path) => walk.folder(path).map_err(|error| {
                    let folder = self.root.below(path);
                    ReadError::Unreadable(format!("{} cannot be read: {}", folder.display(), said(&error)))
                })?,
            }
        }
        Ok(walk.finish())
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        let (file, metadata) = self.root.file(path).map_err(astray)?;
        // Looked at before reading: a file may be larger than the memory.
        if let Some(reason) = gate::size(metadata.len()) {
            return Err(ReadError::Unreadable(reason));
        }
        fs::read(file).map(Arc::from).map_err(|error| astray(Astray::Io(error)))
    }

    fn siblings(&self, folder: &str) -> Vec<String> {
        if let Some(names) = self.siblings.lock().unwrap_or_else(PoisonError::into_inner).get(folder) {
            return names.clone();
        }
        let entries = self.root.folder(folder).ok().and_then(|folder| fs::read_dir(folder).ok());
        let files = entries.into_iter().flatten().flatten().filter(|e| e.file_type().is_ok_and(|kind| kind.is_file()));
        let mut names: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        self.siblings.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned(), names.clone());
        names
    }
}

/// What a path that the user named is: its place without symlinks, and whether it is a folder.
/// A symlink to a folder counts as that folder; one to a file stays what it is.
fn find(path: &Path) -> Result<(PathBuf, bool), OpenError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => OpenError::Missing(path.to_owned()),
        _ => OpenError::Unreadable { path: path.to_owned(), source },
    };
    let kind = fs::symlink_metadata(path).map_err(failed)?.file_type();
    if kind.is_dir() || (kind.is_symlink() && path.is_dir()) {
        return Ok((fs::canonicalize(path).map_err(failed)?, true));
    }
    match kind {
        // What the user named must not go unread in silence.
        _ if kind.is_file() => drop(fs::File::open(path).map_err(failed)?),
        _ if kind.is_symlink() => {}
        _ => return Err(OpenError::Special(path.to_owned())),
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = fs::canonicalize(folder).map_err(failed)?;
    match path.components().next_back() {
        Some(Component::Normal(name)) => Ok((folder.join(name), false)),
        _ => Err(OpenError::Special(path.to_owned())),
    }
}

/// The current folder when all is below it, otherwise the top of the repository or the nearest
/// folder that all is below.
fn common(found: &[(PathBuf, bool)]) -> PathBuf {
    let folder = |(path, is_folder): &(PathBuf, bool)| match path.parent() {
        Some(folder) if !is_folder => folder.to_owned(),
        _ => path.clone(),
    };
    let below = |root: &Path| found.iter().all(|(path, _)| path.starts_with(root));
    if let Some(current) = env::current_dir().and_then(fs::canonicalize).ok().filter(|current| below(current)) {
        return current;
    }
    let first = found.first().map(folder).unwrap_or_default();
    let nearest = first.ancestors().find(|root| below(root)).unwrap_or(&first);
    repository::top(nearest).unwrap_or(nearest).to_owned()
}

fn astray(why: Astray) -> ReadError {
    match why {
        Astray::Outside => ReadError::Unreadable("it is outside of the tree".to_owned()),
        Astray::Symlink => ReadError::Unreadable("it is behind a symlink".to_owned()),
        Astray::NotAFile => ReadError::Unreadable("it is not a file".to_owned()),
        // A file where a folder should be is as missing as any other.
        Astray::Io(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            ReadError::Missing
        }
        Astray::Io(error) => ReadError::Unreadable(said(&error)),
    }
}
