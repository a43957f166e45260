//! What can go wrong.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error as ThisError;

/// A benchmark could not be made.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder cannot be read or written.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A program cannot be started.
    #[error("cannot run {0}: {1}")]
    Start(String, io::Error),
    /// A program ended in a way that makes its time worthless.
    #[error("{0} failed ({1}): {2}")]
    Failed(String, String, String),
    /// A file of templates cannot be read.
    #[error("the templates for .{0} cannot be read")]
    Template(&'static str),
    /// A tree has no file of a language.
    #[error("no {language} file that sixify reads is below {}", .folder.display())]
    Empty {
        /// The language.
        language: &'static str,
        /// The tree.
        folder: PathBuf,
    },
    /// There is nothing to measure.
    #[error(
        "cannot find the command sixify at {}; build it with `cargo build --release -p sixify-cli`, or name it with --sixify",
        .0.display()
    )]
    NoSixify(PathBuf),
    /// A tree cannot be listed.
    #[error("cannot list the files: {0}")]
    Source(String),
    /// A tree cannot be opened.
    #[error(transparent)]
    Open(#[from] sixify::OpenError),
    /// A repository cannot be opened.
    #[error(transparent)]
    Git(#[from] sixify::GitError),
    /// The engine cannot be built or run.
    #[error(transparent)]
    Engine(#[from] sixify::Error),
    /// The answer of a program cannot be read.
    #[error("cannot read what {0} printed: {1}")]
    Answer(&'static str, serde_json::Error),
    /// A request makes no sense.
    #[error("{0}")]
    Usage(&'static str),
}

/// Adds the path to an error of input or output.
pub fn at(path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |source| Error::Io { path: path.to_owned(), source }
}
