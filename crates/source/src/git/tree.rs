//! A commit as a source of files.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use git2::{ErrorCode, ObjectType, Oid, Repository};
use ignore::gitignore::Gitignore;
use sixify_core::{Listing, ReadError, Source, gate};

use crate::git::error::GitError;
use crate::git::listing::{self, Index, below_root, is_hostile};
use crate::git::objects::{self, Sort};
use crate::git::repository::{self, Handles};
use crate::rules;
use crate::worktree::OpenError;

/// How many bytes of blobs that several paths share are kept at once.
const KEPT: usize = 64 * 1024 * 1024;

/// The files of one commit, read from the object database of a repository, bare or not. There is
/// no checkout: what a work tree holds does not matter and is not touched.
pub struct GitTree {
    handles: Handles,
    commit: Oid,
    root: Oid,
    excludes: Vec<Gitignore>,
    index: Mutex<Option<Arc<Index>>>,
    shared: Mutex<Shared>,
    siblings: Mutex<HashMap<String, Vec<String>>>,
}

/// Blobs that several paths share, so that each is read once.
#[derive(Default)]
struct Shared {
    blobs: HashMap<Oid, Arc<[u8]>>,
    bytes: usize,
}

impl GitTree {
    /// Opens the commit that a revision means (`main`, a tag, an id) in the repository at a path.
    ///
    /// # Errors
    /// When there is no repository, it cannot be read (SHA-256, an unknown extension), or it has no such
    /// commit.
    pub fn open(repository: impl AsRef<Path>, revision: &str) -> Result<Self, GitError> {
        let handles = Handles::open(repository.as_ref())?;
        let (commit, root) = handles.with(|repository| -> Result<_, GitError> {
            let commit = repository::commit(repository, revision)?;
            Ok((commit, repository.find_commit(commit)?.tree_id()))
        })??;
        Ok(GitTree {
            handles,
            commit,
            root,
            excludes: Vec::new(),
            index: Mutex::default(),
            shared: Mutex::default(),
            siblings: Mutex::default(),
        })
    }

    /// Leaves out what matches a pattern, in the syntax of gitignore(5) relative to a folder of the
    /// tree (`""` is the root).
    ///
    /// # Errors
    /// When a pattern cannot be read.
    pub fn exclude<S: AsRef<str>>(mut self, folder: &str, patterns: &[S]) -> Result<Self, OpenError> {
        let made = rules::patterns(&below_root(folder), patterns);
        self.excludes.push(made.map_err(|(pattern, what)| OpenError::Pattern { pattern, what })?);
        self.index = Mutex::default();
        Ok(self)
    }

    /// The id of the commit, in full.
    pub fn commit(&self) -> String {
        self.commit.to_string()
    }

    /// The git directory of the repository.
    pub fn git_dir(&self) -> &Path {
        self.handles.git_dir()
    }

    /// The text of a file, such as `.github/CODEOWNERS`; `None` when it is not there or cannot be
    /// read. What is not UTF-8 is replaced.
    pub fn text(&self, path: &str) -> Option<String> {
        let bytes = self.read(path).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Names of the files directly in a folder, whatever the rules say.
    fn names(&self, folder: &str) -> Option<Vec<String>> {
        let names = self.handles.with(|repository| -> Result<Vec<String>, GitError> {
            let odb = repository.odb()?;
            let Some((Sort::Folder, id)) = objects::find(&odb, self.root, folder)? else { return Ok(Vec::new()) };
            let data = objects::read_tree(&odb, id)?;
            let files = objects::items(&data).flatten().filter(|item| item.sort == Sort::File);
            let names = files.filter_map(|item| std::str::from_utf8(item.name).ok());
            Ok(names.filter(|name| !is_hostile(name)).map(str::to_owned).collect())
        });
        names.ok()?.ok()
    }

    fn index(&self) -> Result<Arc<Index>, GitError> {
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = index.as_ref() {
            return Ok(index.clone());
        }
        let made = self.handles.with(|repository| -> Result<Index, GitError> {
            listing::list(&repository.odb()?, self.root, &self.excludes)
        })??;
        let made = Arc::new(made);
        *index = Some(made.clone());
        Ok(made)
    }

    /// The blob of a file, and whether others share it.
    fn blob(&self, path: &str) -> Result<(Oid, bool), ReadError> {
        let index = self.index().map_err(|e| ReadError::Unreadable(e.to_string()))?;
        if let Some(found) = index.files.get(path) {
            return match found.kept_otherwise {
                Some(reason) => Err(ReadError::Unreadable(format!("it is {reason}"))),
                None => Ok((found.id, found.shared)),
            };
        }
        if path.split('/').any(is_hostile) {
            return Err(ReadError::Unreadable("it is outside of the tree".to_owned()));
        }
        // Passed over, but a codemod may still ask for it.
        let found = self.handles.with(|repository| objects::find(&repository.odb()?, self.root, path));
        match found.and_then(|found| found).map_err(|e| ReadError::Unreadable(e.to_string()))? {
            Some((Sort::File, id)) => Ok((id, false)),
            Some((Sort::Symlink, _)) => Err(ReadError::Unreadable("it is a symlink".to_owned())),
            Some(_) => Err(ReadError::Unreadable("it is not a file".to_owned())),
            None => Err(ReadError::Missing),
        }
    }
}

impl Source for GitTree {
    fn list(&self) -> Result<Listing, ReadError> {
        let index = self.index().map_err(|e| ReadError::Unreadable(e.to_string()))?;
        Ok(index.listing.clone())
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        let (id, shared) = self.blob(path)?;
        if shared && let Some(bytes) = self.shared.lock().unwrap_or_else(PoisonError::into_inner).blobs.get(&id) {
            return Ok(bytes.clone());
        }
        let bytes = self.handles.with(|repository| read(repository, id));
        let bytes = bytes.map_err(|e| ReadError::Unreadable(e.to_string()))??;
        if shared {
            let mut kept = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.bytes + bytes.len() <= KEPT && kept.blobs.insert(id, bytes.clone()).is_none() {
                kept.bytes += bytes.len();
            }
        }
        Ok(bytes)
    }

    fn siblings(&self, folder: &str) -> Vec<String> {
        if let Some(names) = self.siblings.lock().unwrap_or_else(PoisonError::into_inner).get(folder) {
            return names.clone();
        }
        let mut names = self.names(folder).unwrap_or_default();
        names.sort();
        self.siblings.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned(), names.clone());
        names
    }

    fn version(&self) -> Option<String> {
        Some(self.commit())
    }
}

impl fmt::Debug for GitTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GitTree").field("commit", &self.commit()).finish_non_exhaustive()
    }
}

/// Reads a blob, unless its header says that it is too large: it may be larger than the memory.
fn read(repository: &Repository, id: Oid) -> Result<Arc<[u8]>, ReadError> {
    let failed = |e: git2::Error| {
        ReadError::Unreadable(match e.code() {
            ErrorCode::NotFound => "its blob is not in this repository, as in a partial clone".to_owned(),
            _ => e.message().to_owned(),
        })
    };
    let odb = repository.odb().map_err(failed)?;
    let (size, kind) = odb.read_header(id).map_err(failed)?;
    if kind != ObjectType::Blob {
        return Err(ReadError::Unreadable(format!("object {id} is no blob")));
    }
    if let Some(reason) = gate::size(size as u64) {
        return Err(ReadError::Unreadable(reason));
    }
    Ok(Arc::from(odb.read(id).map_err(failed)?.data()))
}
