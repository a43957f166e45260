//! Commits that were made to do harm.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sixify_core::{ReadError, Source};
use sixify_source::git::{Change, GitTree};

use crate::{branch, git, git_output, made, step};

#[test]
fn hostile_repositories_are_read_to_an_end_and_nothing_leads_outside() {
    let folder = made("hostile.sh");
    let repository = folder.path().join("hostile.git");
    let tree = GitTree::open(&repository, "main").unwrap();
    let listing = tree.list().unwrap();
    let files: Vec<&str> = listing.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(files, ["bell\u{7}\u{1b}[2J.go", "bidi\u{202e}og.go", "big.go", "gone.go", "ok.go"]);
    let skipped: BTreeMap<&str, &str> = listing.skipped.iter().map(|s| (s.path.as_str(), s.reason.as_str())).collect();
    let hostile = "a name that git does not check out";
    for path in ["../up.go", "../", "./", ".GIT/", ".g\u{200c}it/", "git~1/"] {
        assert_eq!(skipped.get(path), Some(&hostile), "{path}");
    }
    let want = [
        (".git/", "version control"),
        ("abs.go", "symlink"),
        ("latin\u{fffd}.go", "its name is not UTF-8"),
        ("twice.go", "two files of one name"),
        ("what.go", "special file"),
    ];
    for (path, reason) in want {
        assert_eq!(skipped.get(path), Some(&reason), "{path}");
    }
    assert_eq!(skipped["gone/"], "cannot be read: its tree is not in this repository, as in a partial clone");
    let started = Instant::now();
    assert!(matches!(tree.read("big.go"), Err(ReadError::Unreadable(why)) if why == "larger than 2 MiB"));
    assert!(started.elapsed() < Duration::from_secs(1), "its header tells how large it is");
    for path in ["../up.go", "../a.go", ".GIT/a.go", "./a.go", "/etc/passwd"] {
        assert!(matches!(tree.read(path), Err(ReadError::Unreadable(_))), "{path}");
    }

    // A commit on top keeps every odd entry, byte for byte.
    let base = tree.commit();
    let steps = [step("One", &base, &tree, &[("ok.go", "package six\n"), ("bell\u{7}\u{1b}[2J.go", "package six\n")])];
    let made = branch(&repository, "six").put_steps(&base, &steps).unwrap();
    assert_eq!(made.change, Change::Created);
    let raw = |revision: &str| {
        let tree = git(&repository, &["rev-parse", &format!("{revision}^{{tree}}")]);
        git_output(&repository, &["cat-file", "tree", &tree]).stdout
    };
    let (old, new) = (raw("main"), raw("six"));
    assert_eq!(old.len(), new.len());
    assert_eq!(old.iter().zip(&new).filter(|(a, b)| a != b).count().div_ceil(20), 2);

    let cut = GitTree::open(&repository, "cut").unwrap().list().unwrap();
    assert_eq!(cut.files.len(), 1);
    assert_eq!(cut.skipped[0].reason, "cannot be read further: it ends in the middle of an entry");

    let deep = GitTree::open(&repository, "deep").unwrap().list().unwrap();
    assert!(deep.files.is_empty() && deep.skipped[0].reason == "a path of more than 4096 bytes", "{:?}", deep.skipped);

    let million = GitTree::open(&repository, "million").unwrap();
    assert_eq!(million.list().unwrap().files.len(), 1_000_000);
    assert_eq!(&*million.read("f0999999.txt").unwrap(), b"package a\n");
}

#[test]
#[ignore = "takes a minute without optimisation"]
fn trees_that_hold_each_other_without_end_are_cut_off() {
    let folder = made("hostile.sh");
    let bomb = GitTree::open(folder.path().join("hostile.git"), "bomb").unwrap().list().unwrap();
    assert!(bomb.files.len() < 4_000_000);
    assert!(bomb.skipped.iter().any(|s| s.reason.starts_with("more than 4000000 files and folders")));
}
