//! What can end the command.

use std::io;

use sixify::{ConfigError, OpenError, WriteError};
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
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
    #[error("the output cannot be made: {0}")]
    Json(#[from] serde_json::Error),
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

impl CliError {
    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            CliError::Write(_) | CliError::Output(_) | CliError::Json(_) => INCOMPLETE,
            _ => USAGE,
        }
    }
}
