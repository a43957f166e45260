//! Where bytes come from and go to.
//!
//! A [`WorkTree`] is a folder on disk: it lists its files through the gates, reads them, and is a
//! [`Sink`] that a plan can be written to. [`Threads`] is the pool that a run uses on a machine
//! with threads. The module [`git`] has commits as sources and branches and patches as sinks. What is read is never followed out of the root of the tree: no symlink, no `..`.

mod attributes;
pub mod git;
mod place;
mod repository;
mod rules;
mod threads;
mod tracked;
mod walk;
mod worktree;
mod write;

pub use repository::top as repository_top;
pub use threads::Threads;
pub use worktree::{OpenError, WorkTree};
pub use write::{Refusal, Refused, Sink, WriteError, Written};

/// The text of an input or output error, without the number of the operating system.
fn said(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split_once(" (os error").map_or(text.as_str(), |(said, _)| said).to_owned()
}
