//! What can end the command.

use std::io;

use sixify::plan_file::PlanFileError;
use sixify::{CommitError, ConfigError, GitError, OpenError, WriteError};
use sixify_lab::LabError;
use thiserror::Error;

use crate::{INCOMPLETE, USAGE};

/// An error that ends the command.
#[derive(Debug, Error)]
pub enum CliError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Engine(sixify::Error),
    #[error("{0}; `sixify list` shows all codemods")]
    Choice(sixify::Error),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("{0}")]
    Incomplete(String),
    #[error(transparent)]
    PlanFile(#[from] PlanFileError),
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
    #[error("the output cannot be made: {0}")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Lab(LabError),
    #[error("{0}")]
    Usage(String),
}

impl From<sixify::Error> for CliError {
    fn from(error: sixify::Error) -> Self {
        match error {
            sixify::Error::UnknownCodemod(_) | sixify::Error::UnknownSetting(_) => CliError::Choice(error),
            _ => CliError::Engine(error),
        }
    }
}

impl From<CommitError> for CliError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Git(error) => CliError::Git(error),
            other => CliError::Incomplete(other.to_string()),
        }
    }
}

impl CliError {
    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            CliError::Write(_) | CliError::Output(_) | CliError::Json(_) | CliError::Lab(_) => INCOMPLETE,
            CliError::Incomplete(_) => INCOMPLETE,
            CliError::Git(error) => match error {
                // What the command line or the path names is wrong; in all other cases a plan could
                // not be put in place.
                GitError::NotARepository(_)
                | GitError::Inside { .. }
                | GitError::Sha256(_)
                | GitError::Extension { .. }
                | GitError::Owner(_)
                | GitError::Revision { .. }
                | GitError::BranchName(_)
                | GitError::Person(_)
                | GitError::Date(_)
                | GitError::NoIdentity => USAGE,
                _ => INCOMPLETE,
            },
            _ => USAGE,
        }
    }
}
