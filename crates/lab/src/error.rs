//! What can go wrong in the lab.

use std::io;

use crate::HostKind;

/// An error of the lab. A program under test that fails is not one: its failure is part of what
/// was measured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LabError {
    /// The system is not Linux.
    #[error("the lab needs Linux: its hosts are made of Linux network namespaces")]
    NotLinux,

    /// The system is Linux, but this process may not make namespaces.
    #[error("this system does not let this process make network namespaces: {why}")]
    NoNamespaces {
        /// The step that was refused, the system's answer, and what usually allows it.
        why: String,
    },

    /// Namespaces can be made, but this kind of host cannot.
    #[error("a host of kind {kind} cannot be made: {step}: {source}")]
    Setup {
        /// The kind that was asked for.
        kind: HostKind,
        /// What the lab was doing.
        step: String,
        /// The system's answer.
        source: io::Error,
    },

    /// The program could not be started at all: not found, not executable.
    #[error("{program} cannot be started: {source}")]
    Start {
        /// The program as it was named.
        program: String,
        /// The system's answer.
        source: io::Error,
    },

    /// A call to the operating system failed on the lab's own side.
    #[error("{doing}: {source}")]
    Io {
        /// What the lab was doing.
        doing: String,
        /// The system's answer.
        source: io::Error,
    },

    /// A list of spellings does not say what it must.
    #[error("{file}: {why}")]
    Spellings {
        /// The file that was read.
        file: String,
        /// What is wrong with it.
        why: String,
    },

    /// A line of evidence cannot be read.
    #[error("evidence, line {line}: {why}")]
    Evidence {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
}

impl LabError {
    /// An [`LabError::Io`] with what was being done; made for `map_err`.
    #[cfg(target_os = "linux")]
    pub(crate) fn doing<E: Into<io::Error>>(doing: impl Into<String>) -> impl FnOnce(E) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source: source.into() }
    }
}
