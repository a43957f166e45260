//! What the walk has to know of git: where a repository's top is and where its own rules are.

use std::fs;
use std::path::{Path, PathBuf};

/// The top of the repository that a folder is in: the nearest folder, this one or one above it,
/// that holds a `.git`. Give an absolute path; the folders above a relative one are not known.
pub fn top(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| fs::symlink_metadata(folder.join(".git")).is_ok())
}

/// The `info/exclude` of the repository whose top is `top`, where there is one. In a submodule
/// and in a linked work tree `.git` is a file that names the real folder, and a linked work tree
/// shares `info` with its repository (gitrepository-layout(5)).
pub(crate) fn exclude(top: &Path) -> Option<PathBuf> {
    let dot_git = top.join(".git");
    let folder = match fs::symlink_metadata(&dot_git).ok()? {
        found if found.is_dir() => dot_git,
        found if found.is_file() => {
            let text = fs::read_to_string(&dot_git).ok()?;
            top.join(text.strip_prefix("gitdir:")?.trim())
        }
        _ => return None,
    };
    let common = match fs::read_to_string(folder.join("commondir")) {
        Ok(common) => folder.join(common.trim()),
        Err(_) => folder,
    };
    let exclude = common.join("info/exclude");
    exclude.is_file().then_some(exclude)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_linked_work_tree_shares_the_exclude_file() {
        let dir = tempfile::tempdir().unwrap();
        let git = dir.path().join("main/.git");
        fs::create_dir_all(git.join("info")).unwrap();
        fs::create_dir_all(git.join("worktrees/w")).unwrap();
        fs::create_dir_all(dir.path().join("w/a")).unwrap();
        fs::write(git.join("info/exclude"), "x\n").unwrap();
        fs::write(git.join("worktrees/w/commondir"), "../..\n").unwrap();
        fs::write(dir.path().join("w/.git"), "gitdir: ../main/.git/worktrees/w\n").unwrap();
        let folder = dir.path().join("w/a");
        let top = top(&folder).unwrap();
        assert!(top.ends_with("w"));
        assert_eq!(fs::read_to_string(exclude(top).unwrap()).unwrap(), "x\n");
        assert_eq!(fs::read_to_string(exclude(&dir.path().join("main")).unwrap()).unwrap(), "x\n");
    }
}
