//! Commits as a source, branches and patches as sinks.
//!
//! [`GitTree`] reads the files of a commit from the object database, without a checkout.
//! [`GitBranch`] writes blobs, trees and commits and then moves one branch, by compare-and-swap;
//! work tree, index, HEAD, stash and configuration are never touched, and no hook and no filter of
//! the repository runs. [`patch_series`] makes the same commits in memory and turns them into mails
//! that `git am` takes.
//!
//! git2 is built without network features: fetching and pushing are the user's own `git`.

mod branch;
mod chain;
mod commit;
mod date;
mod diff;
mod error;
mod identity;
mod listing;
mod mail;
mod objects;
mod owners;
pub(crate) mod repository;
mod series;
mod sign;
mod trailers;
mod tree;

pub use branch::{Branched, Change, CommitPer, GitBranch};
pub use commit::{Changed, Made, Step};
pub use date::When;
pub use error::GitError;
pub use identity::Person;
pub use owners::{OWNERS_FILES, Owners};
pub use repository::{Place, place};
pub use series::{Letter, Patch, patch_series};
pub use trailers::{INPUT, trailer};
pub use tree::GitTree;

/// The id that git gives to a blob with these bytes, in hexadecimal digits (SHA-1).
pub fn blob_id(bytes: &[u8]) -> String {
    // Hashing bytes in memory cannot fail, but libgit2 says so only in its manual.
    git2::Oid::hash_object(git2::ObjectType::Blob, bytes).map(|id| id.to_string()).unwrap_or_default()
}
