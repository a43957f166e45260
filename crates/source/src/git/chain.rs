//! Whose commits a branch has, and whether they are those that would be made.

use git2::{ObjectType, Oid, Repository};

use crate::git::commit::{Changed, Made, Step};
use crate::git::error::GitError;
use crate::git::objects;
use crate::git::trailers::{self, INPUT};

/// Whose commits a branch has.
pub(crate) enum Chain {
    /// All are sixify's own, from the oldest to the newest.
    Ours(Vec<Oid>),
    /// None is.
    Nobodys,
    /// Some are, and the newest other one is this.
    Touched { commit: String, subject: String },
}

/// How many commits are looked at. A branch of ours has one for each codemod, folder or owner.
const LONGEST: usize = 1000;

/// Goes down from the tip to the commit that our oldest commit was made for.
pub(crate) fn ours(repository: &Repository, tip: Oid) -> Result<Chain, GitError> {
    let mut chain = Vec::new();
    let mut foreign = None;
    let mut at = tip;
    for _ in 0..LONGEST {
        let Ok(commit) = repository.find_commit(at) else { break };
        let Ok(parent) = commit.parent_id(0) else { break };
        match trailers::input(&commit) {
            Some(input) => {
                chain.push(at);
                if parent.to_string() == input {
                    chain.reverse();
                    return match foreign {
                        None => Ok(Chain::Ours(chain)),
                        Some(foreign) => touched(repository, foreign),
                    };
                }
            }
            None => {
                foreign.get_or_insert(at);
            }
        }
        at = parent;
    }
    // Our commits, but amended or put on another base by somebody.
    let reworked = repository.find_commit(tip)?;
    match trailers::trailer(reworked.message().unwrap_or(""), INPUT) {
        Some(_) => touched(repository, tip),
        None => Ok(Chain::Nobodys),
    }
}

fn touched(repository: &Repository, by: Oid) -> Result<Chain, GitError> {
    let commit = repository.find_commit(by)?;
    let subject = commit.summary().ok().flatten().unwrap_or("").to_owned();
    Ok(Chain::Touched { commit: by.to_string(), subject })
}

/// The commits of a branch, when they are what the steps would make, but for their dates.
pub(crate) fn same(repository: &Repository, base: Oid, tip: Oid, steps: &[Step]) -> Option<Vec<Made>> {
    let Ok(Chain::Ours(chain)) = ours(repository, tip) else { return None };
    let first = repository.find_commit(*chain.first()?).ok()?;
    if chain.len() != steps.len() || first.parent_id(0).ok()? != base {
        return None;
    }
    let odb = repository.odb().ok()?;
    let mut made = Vec::new();
    for (id, step) in chain.iter().zip(steps) {
        let commit = repository.find_commit(*id).ok()?;
        let (old, new) = (commit.parent(0).ok()?.tree_id(), commit.tree_id());
        // The same files have the planned bytes, and no other file differs: the tree is the one
        // that the step makes of the tree before.
        let mut files = Vec::new();
        for Changed { path, before, after } in &step.files {
            let hash = |bytes: &[u8]| Oid::hash_object(ObjectType::Blob, bytes).ok();
            files.push(objects::Replaced { path, old: hash(before)?, new: hash(after)? });
        }
        files.sort_by_key(|file| file.path.split('/').collect::<Vec<_>>());
        let tree = objects::rewrite(&odb, old, &files).ok()?.ok()?;
        if tree != new || commit.message().ok()? != step.message {
            return None;
        }
        let subject = step.message.lines().next().unwrap_or("").to_owned();
        let files = step.files.iter().map(|file| file.path.clone()).collect();
        made.push(Made { id: id.to_string(), subject, files });
    }
    Some(made)
}
