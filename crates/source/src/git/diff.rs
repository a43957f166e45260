//! The difference between two commits, as git prints it.

use git2::{Delta, DiffFormat, DiffOptions, DiffStatsFormat, Oid, Repository};

use crate::git::error::GitError;

/// A difference of two commits.
pub(crate) struct Difference {
    /// What `git diff --full-index` prints.
    pub text: Vec<u8>,
    /// What `git diff --stat --summary` prints.
    pub stat: String,
}

/// Compares two commits.
pub(crate) fn between(repository: &Repository, old: Oid, new: Oid) -> Result<Difference, GitError> {
    let (old, new) = (repository.find_commit(old)?.tree()?, repository.find_commit(new)?.tree()?);
    let mut options = DiffOptions::new();
    // The attributes of the repository say how to show a file; what changed is text all the same.
    options.force_text(true).context_lines(3).id_abbrev(40);
    let diff = repository.diff_tree_to_tree(Some(&old), Some(&new), Some(&mut options))?;
    let mut text = Vec::new();
    diff.print(DiffFormat::Patch, |_, _, line| {
        if matches!(line.origin(), '+' | '-' | ' ') {
            text.extend(u8::try_from(line.origin()));
        }
        text.extend_from_slice(line.content());
        true
    })?;
    debug_assert!(diff.deltas().all(|delta| delta.status() == Delta::Modified), "files are only changed");
    let stat = diff.stats()?.to_buf(DiffStatsFormat::FULL, 72)?;
    Ok(Difference { text, stat: String::from_utf8_lossy(&stat).into_owned() })
}
