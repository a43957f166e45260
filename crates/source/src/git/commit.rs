//! Making commits, one on top of the other.

use std::sync::Arc;

use git2::{ObjectType, Oid, Repository};
use sixify_core::{FilePlan, Observer};

use crate::git::date::When;
use crate::git::error::GitError;
use crate::git::identity::Person;
use crate::git::objects::{self, Replaced};
use crate::git::sign;

/// One commit to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The message, with its trailers.
    pub message: String,
    /// The files that change. What was before must be what the step before has left.
    pub files: Vec<Changed>,
}

/// A file that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The path, relative to the root of the tree.
    pub path: String,
    /// The bytes that must be there.
    pub before: Arc<[u8]>,
    /// The bytes to write.
    pub after: Arc<[u8]>,
}

impl From<&FilePlan> for Changed {
    fn from(file: &FilePlan) -> Self {
        Changed { path: file.path.clone(), before: file.before.clone(), after: Arc::from(file.after.as_slice()) }
    }
}

/// A commit that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its id.
    pub id: String,
    /// The first line of its message.
    pub subject: String,
    /// The paths of the files it changes, in order.
    pub files: Vec<String>,
}

/// How commits are made.
pub(crate) struct Making<'a> {
    pub author: &'a Person,
    pub committer: &'a Person,
    pub when: When,
    pub sign: bool,
    pub observer: &'a dyn Observer,
}

/// Writes blobs, trees and commits on top of `base`. No reference is touched: objects that nothing
/// refers to do no harm, and git's own housekeeping takes them away.
pub(crate) fn make(
    repository: &Repository,
    base: Oid,
    steps: &[Step],
    making: &Making<'_>,
) -> Result<Vec<(Oid, Made)>, GitError> {
    let odb = repository.odb()?;
    let author = making.author.signature(making.when)?;
    let committer = making.committer.signature(making.when)?;
    let mut parent = repository.find_commit(base).map_err(|e| objects::absent(&e, "commit", base))?;
    let mut made = Vec::new();
    for (done, step) in steps.iter().enumerate() {
        if making.observer.cancelled() {
            return Err(GitError::Cancelled);
        }
        let mut files = Vec::new();
        for Changed { path, before, after } in &step.files {
            let old = Oid::hash_object(ObjectType::Blob, before)?;
            files.push(Replaced { path, old, new: odb.write(ObjectType::Blob, after)? });
        }
        files.sort_by_key(|file| file.path.split('/').collect::<Vec<_>>());
        let tree = objects::rewrite(&odb, parent.tree_id(), &files)?;
        let tree = tree.map_err(|path| GitError::Stale { path, base: base.to_string() })?;
        // The tree is ours, byte for byte; libgit2 only writes its id into the commit.
        let tree = repository.find_tree(tree)?;
        let buffer = repository.commit_create_buffer(&author, &committer, &step.message, &tree, &[&parent])?;
        let id = if making.sign {
            let text = std::str::from_utf8(&buffer).map_err(|_| GitError::Signing("it is not UTF-8".to_owned()))?;
            let signature = sign::sign(repository, &buffer, making.committer)?;
            repository.commit_signed(text, signature.trim_end(), None)?
        } else {
            odb.write(ObjectType::Commit, &buffer)?
        };
        let subject = step.message.lines().next().unwrap_or("").to_owned();
        let files = step.files.iter().map(|file| file.path.clone()).collect();
        made.push((id, Made { id: id.to_string(), subject, files }));
        parent = repository.find_commit(id)?;
        making.observer.progress(done + 1, steps.len());
    }
    Ok(made)
}
