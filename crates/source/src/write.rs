//! Writing a plan back.
//!
//! All checks of all files come before the first change: a plan is a whole, and a fix may span
//! files. What was checked is then put in place by renaming, so that no reader and no crash ever
//! sees half a file.

use std::fmt;
use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

use sixify_core::{FilePlan, Plan};
use tempfile::NamedTempFile;
use thiserror::Error;

use crate::place::Astray;
use crate::said;
use crate::worktree::WorkTree;

/// Where a plan can be put: a work tree, a branch.
pub trait Sink {
    /// What the sink tells of its work.
    type Report;
    /// What can go wrong.
    type Error: std::error::Error;

    /// Puts the changes of a plan where they belong.
    ///
    /// # Errors
    /// When the sink refuses the plan or fails.
    fn put(&self, plan: &Plan) -> Result<Self::Report, Self::Error>;
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Paths of the changed files relative to the root, in order.
    pub files: Vec<String>,
}

/// Why one file was not written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The file has other bytes than those the plan was made for.
    #[error("has changed since it was read; run again")]
    Stale,
    /// The file is gone.
    #[error("is no longer there; run again")]
    Gone,
    /// The file may not be written.
    #[error("is read-only; make it writable or leave it out")]
    ReadOnly,
    /// The file, or a folder on the way to it, is a symlink.
    #[error("is behind a symlink; symlinks are never followed")]
    Symlink,
    /// It is no regular file.
    #[error("is not a file")]
    NotAFile,
    /// The path leads out of the tree or into version control.
    #[error("is outside of the tree")]
    Outside,
    /// The new bytes could not be put beside the file.
    #[error("a new file cannot be made in its folder: {}", said(.0))]
    Folder(io::Error),
    /// The owner of the file cannot be kept.
    #[error("belongs to another user, and its owner cannot be kept: {}", said(.0))]
    Owner(io::Error),
    /// Anything else that the system says.
    #[error("cannot be read: {}", said(.0))]
    Io(io::Error),
}

/// A file that was not written, and why.
#[derive(Debug)]
pub struct Refused {
    /// The path, relative to the root.
    pub path: String,
    /// Why.
    pub why: Refusal,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path, self.why)
    }
}

/// A plan was not written, or not wholly.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A check failed. Nothing at all was written.
    #[error("nothing was written: {}", list(.0))]
    Refused(Vec<Refused>),
    /// The system failed between two files. Each file is either as it was or as planned.
    #[error("{path} could not be put in place: {}; written before that: {}", said(.source), names(.written))]
    Interrupted {
        /// The file at which it failed.
        path: String,
        /// What the system says.
        source: io::Error,
        /// The files that were written before.
        written: Vec<String>,
    },
}

fn list(refused: &[Refused]) -> String {
    refused.iter().map(Refused::to_string).collect::<Vec<_>>().join("; ")
}

fn names(written: &[String]) -> String {
    if written.is_empty() { "nothing".to_owned() } else { written.join(", ") }
}

impl Sink for WorkTree {
    type Report = Written;
    type Error = WriteError;

    fn put(&self, plan: &Plan) -> Result<Written, WriteError> {
        self.root.forget();
        let mut staged = Vec::new();
        self.each(plan, |file| {
            staged.push((file.path.clone(), self.stage(file)?));
            Ok(())
        })?;
        // Once more, now that all that takes time is done.
        self.root.forget();
        self.each(plan, |file| self.check(file).map(|_| ()))?;
        let mut written = Vec::new();
        for (path, (target, new)) in staged {
            match new.persist(&target) {
                Ok(_) => written.push(path),
                Err(failed) => return Err(WriteError::Interrupted { path, source: failed.error, written }),
            }
        }
        Ok(Written { files: written })
    }
}

impl WorkTree {
    /// Does something for each file and gathers what is refused.
    fn each(&self, plan: &Plan, mut work: impl FnMut(&FilePlan) -> Result<(), Refusal>) -> Result<(), WriteError> {
        let mut refused = Vec::new();
        for file in &plan.files {
            if let Err(why) = work(file) {
                refused.push(Refused { path: file.path.clone(), why });
            }
        }
        if refused.is_empty() { Ok(()) } else { Err(WriteError::Refused(refused)) }
    }

    /// Whether a file may be written and is as it was.
    fn check(&self, file: &FilePlan) -> Result<(PathBuf, Metadata), Refusal> {
        let into_git = file.path.split('/').any(|part| part.eq_ignore_ascii_case(".git"));
        if into_git {
            return Err(Refusal::Outside);
        }
        let (target, metadata) = self.root.file(&file.path).map_err(|why| match why {
            Astray::Outside => Refusal::Outside,
            Astray::Symlink => Refusal::Symlink,
            Astray::NotAFile => Refusal::NotAFile,
            Astray::Io(error) if error.kind() == io::ErrorKind::NotFound => Refusal::Gone,
            Astray::Io(error) => Refusal::Io(error),
        })?;
        if metadata.len() != file.before.len() as u64 || fs::read(&target).map_err(Refusal::Io)? != *file.before {
            return Err(Refusal::Stale);
        }
        // Renaming would get round a file that its owner has locked, so ask the file itself. Root
        // may write anything, hence the look at the mode.
        if metadata.permissions().readonly() {
            return Err(Refusal::ReadOnly);
        }
        match OpenOptions::new().write(true).open(&target) {
            Ok(_) => Ok((target, metadata)),
            Err(error)
                if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) =>
            {
                Err(Refusal::ReadOnly)
            }
            Err(error) => Err(Refusal::Io(error)),
        }
    }

    /// Puts the new bytes beside a file, with its mode and owner. Dropping the result takes them
    /// away again.
    fn stage(&self, file: &FilePlan) -> Result<(PathBuf, NamedTempFile), Refusal> {
        let (target, metadata) = self.check(file)?;
        let folder = target.parent().ok_or(Refusal::Outside)?;
        let made = tempfile::Builder::new().prefix(".sixify-").tempfile_in(folder);
        let mut new = made.map_err(Refusal::Folder)?;
        new.write_all(&file.after).and_then(|()| new.flush()).map_err(Refusal::Folder)?;
        keep_owner(&new, &metadata).map_err(Refusal::Owner)?;
        new.as_file().set_permissions(metadata.permissions()).map_err(Refusal::Folder)?;
        Ok((target, new))
    }
}

/// Gives the new file to the owner of the old one. Root patches other people's checkouts, too.
#[cfg(unix)]
fn keep_owner(new: &NamedTempFile, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};

    let made = new.as_file().metadata()?;
    let differs = |was: u32, is: u32| (was != is).then_some(was);
    let (user, group) = (differs(old.uid(), made.uid()), differs(old.gid(), made.gid()));
    if user.is_none() && group.is_none() { Ok(()) } else { fchown(new.as_file(), user, group) }
}

#[cfg(not(unix))]
fn keep_owner(_new: &NamedTempFile, _old: &Metadata) -> io::Result<()> {
    Ok(())
}
