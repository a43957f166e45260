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
    let mut stat = String::from_utf8_lossy(&stat).into_owned();
    // libgit2 writes names as they are here. One with a line end in it could end the message.
    for name in diff.deltas().filter_map(|delta| Some(delta.new_file().path()?.to_str()?.to_owned())) {
        if let Some(quoted) = quoted(&name) {
            stat = stat.replace(&name, &quoted);
        }
    }
    Ok(Difference { text, stat })
}

/// A name with C escapes in quotes, as git writes it; `None` where it needs none.
fn quoted(name: &str) -> Option<String> {
    let plain = |b: u8| (0x20..0x7f).contains(&b) && b != b'"' && b != b'\\';
    if name.bytes().all(plain) {
        return None;
    }
    let mut out = "\"".to_owned();
    for b in name.bytes() {
        match b {
            b'"' | b'\\' => out.extend(['\\', char::from(b)]),
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b'\r' => out.push_str("\\r"),
            _ if plain(b) => out.push(char::from(b)),
            _ => out.push_str(&format!("\\{b:03o}")),
        }
    }
    out.push('"');
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_are_quoted_as_git_does() {
        assert_eq!(quoted("a b.go"), None);
        assert_eq!(quoted("ä\n---\"").as_deref(), Some("\"\\303\\244\\n---\\\"\""));
    }
}
