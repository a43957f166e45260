//! What can go wrong with a repository.

use std::path::PathBuf;

use thiserror::Error;

/// A repository could not be read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GitError {
    /// There is no repository at the path.
    #[error("{}: is not a git repository", .0.display())]
    NotARepository(PathBuf),
    /// The path is a folder inside a repository, of which a branch cannot be made alone.
    #[error("{}: is a folder of the repository {}; name that one", .path.display(), .top.display())]
    Inside {
        /// The path.
        path: PathBuf,
        /// The top of the repository.
        top: PathBuf,
    },
    /// The repository names its objects by SHA-256.
    #[error(
        "{}: is a SHA-256 repository, which this version cannot read or write; check, diff and fix work on a checkout",
        .0.display()
    )]
    Sha256(PathBuf),
    /// The repository uses an extension of git that is not known.
    #[error("{}: uses the extension {extension} of git, which this version does not know", .path.display())]
    Extension {
        /// The repository.
        path: PathBuf,
        /// The key in its configuration.
        extension: String,
    },
    /// The repository belongs to another user.
    #[error(
        "{}: belongs to another user; allow it with `git config --global --add safe.directory PATH`",
        .0.display()
    )]
    Owner(PathBuf),
    /// A revision is not there or is no commit.
    #[error("{revision:?} is no commit of this repository: {what}")]
    Revision {
        /// The revision as the user named it.
        revision: String,
        /// What git says.
        what: String,
    },
    /// An object that is needed is not in the repository, as in a partial clone.
    #[error("{kind} {id} is not in this repository; in a partial clone `git fetch --refetch` brings it")]
    Missing {
        /// `commit`, `tree` or `blob`.
        kind: &'static str,
        /// Its id.
        id: String,
    },
    /// An object does not have the form it must have.
    #[error("{kind} {id} is broken: {what}")]
    Broken {
        /// `commit` or `tree`.
        kind: &'static str,
        /// Its id.
        id: String,
        /// In which way.
        what: &'static str,
    },
    /// A file of the plan is not in the commit it is written onto, or has other bytes there.
    #[error("{path} is not in {base} as it was planned; plan again")]
    Stale {
        /// The file.
        path: String,
        /// The commit.
        base: String,
    },
    /// The name cannot be one of a branch.
    #[error("{0:?} cannot be the name of a branch")]
    BranchName(String),
    /// The branch is there and was made by somebody else.
    #[error(
        "the branch {branch} is there already and is not sixify's; name another one with --branch, or replace it with \
         --force-with-lease {tip}"
    )]
    Exists {
        /// The branch.
        branch: String,
        /// What it points at.
        tip: String,
    },
    /// Somebody else has committed to a branch of ours.
    #[error(
        "somebody else has committed to the branch {branch} ({commit} {subject:?}); name another one with --branch, or \
         replace it with --force-with-lease {tip}"
    )]
    Foreign {
        /// The branch.
        branch: String,
        /// What it points at.
        tip: String,
        /// The newest commit that is not ours.
        commit: String,
        /// Its subject.
        subject: String,
    },
    /// The branch is not where `--force-with-lease` says.
    #[error("the branch {branch} is at {found}, not at {expected}; nothing was changed")]
    Lease {
        /// The branch.
        branch: String,
        /// Where it should be.
        expected: String,
        /// Where it is.
        found: String,
    },
    /// The branch was moved while the commits were made.
    #[error("somebody moved the branch {0} meanwhile; nothing was changed, run again")]
    Moved(String),
    /// Another program holds the lock of the branch.
    #[error("the branch {branch} is locked by another program ({what}); nothing was changed")]
    Locked {
        /// The branch.
        branch: String,
        /// What git says; names the lock file.
        what: String,
    },
    /// A work tree has the branch checked out, and would look changed when it moved.
    #[error("the branch {branch} is checked out in {}; switch that work tree to another branch first", .place.display())]
    CheckedOut {
        /// The branch.
        branch: String,
        /// The work tree.
        place: PathBuf,
    },
    /// Nobody to put down as the author.
    #[error(
        "git does not know who you are; set user.name and user.email, or give an author as \"Name <name@example.org>\""
    )]
    NoIdentity,
    /// Not a person as git writes them.
    #[error("{0:?} is not of the form \"Name <name@example.org>\"")]
    Person(String),
    /// A date that cannot be read.
    #[error("the date {0:?} is neither like 2026-01-31T12:00:00Z nor like @1769860800 +0100")]
    Date(String),
    /// The commit could not be signed.
    #[error("the commit cannot be signed: {0}")]
    Signing(String),
    /// The observer asked to end the run. No branch was changed.
    #[error("the run was cancelled")]
    Cancelled,
    /// What git says.
    #[error("git: {0}")]
    Git(String),
}

impl From<git2::Error> for GitError {
    fn from(error: git2::Error) -> Self {
        GitError::Git(error.message().to_owned())
    }
}
