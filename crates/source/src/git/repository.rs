//! Opening repositories, bare or not, and handing out handles to threads.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once, PoisonError};

use git2::{ErrorClass, ErrorCode, Oid, Repository, RepositoryOpenFlags};

use crate::git::error::GitError;

/// A repository with a handle for every thread that asks for one: a handle of libgit2 may move
/// between threads, but not be used by two at once.
pub(crate) struct Handles {
    git_dir: PathBuf,
    idle: Mutex<Vec<Repository>>,
}

impl Handles {
    /// Opens the repository at its top, at its git directory, or a bare one.
    pub fn open(path: &Path) -> Result<Self, GitError> {
        let repository = open(path)?;
        Ok(Handles { git_dir: repository.path().to_owned(), idle: Mutex::new(vec![repository]) })
    }

    /// Does something with a handle that no other thread uses meanwhile.
    pub fn with<T>(&self, work: impl FnOnce(&Repository) -> T) -> Result<T, GitError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let repository = match idle {
            Some(repository) => repository,
            None => Repository::open(&self.git_dir)?,
        };
        let done = work(&repository);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(repository);
        Ok(done)
    }

    /// The git directory.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }
}

/// Opens a repository by its top, its git directory, or any folder that is one of them.
pub(crate) fn open(path: &Path) -> Result<Repository, GitError> {
    know_extensions();
    let no_ceiling: [&OsStr; 0] = [];
    let repository =
        Repository::open_ext(path, RepositoryOpenFlags::empty(), no_ceiling).map_err(|e| unopened(path, &e))?;
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let here = real(path);
    // Below the git directory there is nothing to name; below the top there are folders.
    match top(&repository).map(real) {
        Some(top) if top != here && !here.starts_with(real(repository.path())) => {
            Err(GitError::Inside { path: path.to_owned(), top })
        }
        _ => Ok(repository),
    }
}

/// The top of the work tree, if there is one. Where the configuration does not say so, git takes a
/// repository for bare unless its folder is called `.git`; libgit2 takes it for one with a work tree.
pub(crate) fn top(repository: &Repository) -> Option<&Path> {
    let said = || repository.config().and_then(|config| config.get_bool("core.bare")).is_ok();
    let usual = repository.is_worktree() || repository.path().file_name() == Some(OsStr::new(".git"));
    repository.workdir().filter(|_| usual || said())
}

/// Partial clones are repositories of which objects may be missing, and that is all that their
/// extension means to one who never fetches.
fn know_extensions() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: libgit2 keeps the list in a global without a lock. This is the only place that
        // writes it, it does so once, and repositories are opened behind it.
        #[allow(unsafe_code, reason = "git2 has no other way to open a partial clone")]
        let _ = unsafe { git2::opts::set_extensions(&["partialclone"]) };
    });
}

/// Why a repository could not be opened.
fn unopened(path: &Path, error: &git2::Error) -> GitError {
    let message = error.message();
    if let Some((_, extension)) = message.split_once("unsupported extension name ") {
        let extension = extension.trim().to_owned();
        return GitError::Extension { path: path.to_owned(), extension };
    }
    match (error.class(), error.code()) {
        _ if message.contains("object format") || message.contains("oid type") => GitError::Sha256(path.to_owned()),
        (_, ErrorCode::Owner) => GitError::Owner(path.to_owned()),
        (ErrorClass::Repository | ErrorClass::Os, ErrorCode::NotFound) => GitError::NotARepository(path.to_owned()),
        _ => GitError::Git(format!("{}: {message}", path.display())),
    }
}

/// The commit that a revision means.
pub(crate) fn commit(repository: &Repository, revision: &str) -> Result<Oid, GitError> {
    let no = |e: git2::Error| GitError::Revision { revision: revision.to_owned(), what: e.message().to_owned() };
    let object = repository.revparse_single(revision).map_err(no)?;
    Ok(object.peel_to_commit().map_err(no)?.id())
}

/// Where a repository is, and what it knows of others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The folder to give to `git -C`.
    pub folder: PathBuf,
    /// The name of the branch that HEAD is on, such as `main`, without `refs/heads/`.
    pub head: Option<String>,
    /// The name of the remote that a branch would be pushed to: `origin`, or the only one.
    pub remote: Option<String>,
    /// Its URL as the configuration has it.
    pub url: Option<String>,
}

/// Where the repository at a path is.
///
/// # Errors
/// When there is none or it cannot be opened.
pub fn place(path: &Path) -> Result<Place, GitError> {
    let repository = open(path)?;
    let folder = top(&repository).unwrap_or_else(|| repository.path()).to_owned();
    let head = repository.find_reference("HEAD").ok().and_then(|head| {
        let target = head.symbolic_target().ok().flatten()?;
        target.strip_prefix("refs/heads/").map(str::to_owned)
    });
    let names = repository.remotes()?;
    let names: Vec<&str> = names.iter().flatten().flatten().collect();
    let remote = match names.as_slice() {
        [only] => Some((*only).to_owned()),
        several => several.iter().find(|name| **name == "origin").map(|name| (*name).to_owned()),
    };
    let url = remote.as_ref().and_then(|name| {
        let remote = repository.find_remote(name).ok()?;
        Some(remote.url().ok()?.to_owned())
    });
    Ok(Place { folder, head, remote, url })
}
