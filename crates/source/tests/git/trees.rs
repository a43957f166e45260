//! Commits as sources.

use std::path::Path;

use sixify_core::{Pool, ReadError, Source};
use sixify_source::Threads;
use sixify_source::git::{GitError, GitTree, place};

use crate::{copy, git, shapes};

fn listed(tree: &GitTree) -> (Vec<String>, Vec<String>) {
    let listing = tree.list().unwrap();
    let skipped = listing.skipped.into_iter().map(|s| format!("{}: {}", s.path, s.reason));
    (listing.files.into_iter().map(|f| f.path).collect(), skipped.collect())
}

fn unreadable(tree: &GitTree, path: &str) -> String {
    match tree.read(path) {
        Err(ReadError::Unreadable(why)) => why,
        other => panic!("{path}: {other:?}"),
    }
}

const FILES: [&str; 16] = [
    ".gitattributes",
    ".github/CODEOWNERS",
    "a.go",
    "big.psd",
    "crlf.go",
    "enc.rc",
    "latin.go",
    "marked.bin.go",
    "run.bat",
    "run.sh",
    "secret.go",
    "src/.sixifyignore",
    "src/deep/b.go",
    "src/same.go",
    "src/two.go",
    "",
];

#[test]
fn every_form_of_a_repository_gives_the_same_files() {
    let want: Vec<&str> = FILES.into_iter().filter(|path| !path.is_empty()).collect();
    let skipped = [
        "gen/made.go: generated (linguist-generated in .gitattributes)",
        "link: symlink",
        "module/: submodule",
        "src/old.go: ignored by .sixifyignore",
        "vendor/: vendored",
    ];
    for name in ["work", "work/.git", "bare.git", "packed.git", "linked", "shallow"] {
        let tree = GitTree::open(shapes().join(name), "HEAD").unwrap();
        let (files, passed) = listed(&tree);
        assert_eq!(
            (files, passed),
            (want.iter().map(|p| (*p).to_owned()).collect(), skipped.map(str::to_owned).to_vec()),
            "{name}"
        );
        assert_eq!(tree.commit(), git(&shapes().join("work"), &["rev-parse", "main"]), "{name}");
        assert_eq!(tree.version(), Some(tree.commit()));
        assert_eq!(tree.siblings("src"), [".sixifyignore", "old.go", "same.go", "two.go"]);
        assert!(tree.siblings("nowhere").is_empty() && tree.siblings("a.go").is_empty());
    }
}

#[test]
fn blobs_are_read_as_they_are_kept() {
    let tree = GitTree::open(shapes().join("bare.git"), "main").unwrap();
    assert_eq!(&*tree.read("a.go").unwrap(), b"package a\n");
    assert_eq!(&*tree.read("crlf.go").unwrap(), b"package a\r\nvar x = 1\r\n");
    assert_eq!(&*tree.read("latin.go").unwrap(), b"package a // caf\xe9\n");
    // Git keeps the text of a file that is UTF-16 or CRLF in the work tree as UTF-8 and LF.
    assert_eq!(&*tree.read("enc.rc").unwrap(), b"enc\n");
    assert_eq!(&*tree.read("run.bat").unwrap(), b"@echo off\n");
    assert_eq!(unreadable(&tree, "big.psd"), "it is kept in Git LFS (filter=lfs in .gitattributes)");
    assert_eq!(unreadable(&tree, "secret.go"), "it is kept as a filter makes it (filter in .gitattributes)");
    assert_eq!(unreadable(&tree, "marked.bin.go"), "it is binary (in .gitattributes)");
    assert_eq!(unreadable(&tree, "link"), "it is a symlink");
    assert_eq!(unreadable(&tree, "src"), "it is not a file");
    assert_eq!(unreadable(&tree, "../work/a.go"), "it is outside of the tree");
    // Passed over, but a codemod that asks for it gets it.
    assert_eq!(&*tree.read("vendor/v.go").unwrap(), b"package v\n");
    assert!(matches!(tree.read("nowhere.go"), Err(ReadError::Missing)));
    assert!(matches!(tree.read("a.go/b"), Err(ReadError::Missing)));
    // One blob with two names is read once and shared, and the engine is told.
    let twins: Vec<_> = tree.list().unwrap().files.into_iter().filter(|entry| entry.twins.is_some()).collect();
    let paths: Vec<&str> = twins.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, ["a.go", "src/same.go"]);
    assert!(twins.iter().all(|entry| entry.twins == twins[0].twins));
    assert!(std::sync::Arc::ptr_eq(&tree.read("a.go").unwrap(), &tree.read("src/same.go").unwrap()));
}

#[test]
fn the_commit_counts_and_not_the_work_tree() {
    let (_folder, work) = copy("work");
    std::fs::write(work.join("a.go"), "changed\n").unwrap();
    std::fs::write(work.join("new.go"), "new\n").unwrap();
    git(&work, &["add", "new.go"]);
    let tree = GitTree::open(&work, "HEAD").unwrap();
    assert_eq!(&*tree.read("a.go").unwrap(), b"package a\n");
    assert!(matches!(tree.read("new.go"), Err(ReadError::Missing)));
    let first = GitTree::open(&work, "v1").unwrap();
    assert!(matches!(first.read("src/two.go"), Err(ReadError::Missing)));
}

#[test]
fn patterns_of_the_configuration_leave_files_out() {
    let tree = GitTree::open(shapes().join("bare.git"), "main").unwrap().exclude("", &["/src/deep/", "*.sh"]).unwrap();
    let (files, skipped) = listed(&tree);
    assert!(!files.iter().any(|path| path.ends_with(".sh") || path.starts_with("src/deep")), "{files:?}");
    assert!(skipped.contains(&"src/deep/: excluded by the configuration".to_owned()), "{skipped:?}");
    assert!(tree.exclude("", &["a{b"]).is_err());
}

#[test]
fn missing_blobs_of_partial_clones_are_named() {
    let tree = GitTree::open(shapes().join("partial"), "main").unwrap();
    let why = unreadable(&tree, "a.go");
    let passed = listed(&tree).1;
    let rules = passed.iter().find(|line| line.starts_with(".gitattributes: "));
    assert!(
        rules.is_some_and(|line| line.starts_with(".gitattributes: its rules do not count: its blob is not ")),
        "{passed:?}"
    );
    assert_eq!(why, "its blob is not in this repository, as in a partial clone");
}

#[test]
fn threads_share_a_tree() {
    let tree = GitTree::open(shapes().join("packed.git"), "main").unwrap();
    let files = tree.list().unwrap().files;
    Threads::new(8).run(400, &|n| {
        let path = &files[n % files.len()].path;
        let read = tree.read(path);
        assert!(read.is_ok() || ["big.psd", "secret.go", "marked.bin.go"].contains(&path.as_str()), "{path}");
    });
}

#[test]
fn what_cannot_be_opened_says_why() {
    let said = |path: &Path, revision: &str| GitTree::open(path, revision).unwrap_err().to_string();
    let here = shapes();
    assert!(matches!(GitTree::open(here.join("none"), "HEAD"), Err(GitError::NotARepository(_))));
    let inside = said(&here.join("work/src"), "HEAD");
    assert!(
        inside.contains("src: is a folder of the repository ") && inside.ends_with("work; name that one"),
        "{inside}"
    );
    let revision = said(&here.join("work"), "nothing");
    assert!(revision.starts_with("\"nothing\" is no commit of this repository: "), "{revision}");
    assert!(said(&here.join("work"), "main:a.go").contains("is no commit"));
    // Git without SHA-256 makes no such repository.
    if here.join("sha256/.git").exists() {
        let refused = said(&here.join("sha256"), "HEAD");
        assert!(refused.contains("is a SHA-256 repository, which this version cannot read or write"), "{refused}");
    }
    let (_folder, odd) = copy("work");
    git(&odd, &["config", "core.repositoryformatversion", "1"]);
    git(&odd, &["config", "extensions.fancy", "true"]);
    assert!(said(&odd, "HEAD").contains("uses the extension extensions.fancy of git"), "{}", said(&odd, "HEAD"));
}

#[test]
fn the_place_names_branch_and_remote() {
    let place = place(&shapes().join("shallow")).unwrap();
    assert_eq!((place.head.as_deref(), place.remote.as_deref()), (Some("main"), Some("origin")));
    assert!(place.url.unwrap().ends_with("/bare.git"));
    assert_eq!(crate::trees::place(&shapes().join("bare.git")).unwrap().head.as_deref(), Some("main"));
}

#[test]
fn what_git_tracks_it_does_not_ignore() {
    let (_folder, work) = copy("work");
    let add = |path: &str| {
        std::fs::create_dir_all(work.join(path).parent().unwrap()).unwrap();
        std::fs::write(work.join(path), "package made\n").unwrap();
        git(&work, &["add", "--force", path]);
    };
    std::fs::write(work.join(".gitignore"), "made/\n*.log\n!important.log\n").unwrap();
    git(&work, &["add", ".gitignore"]);
    ["made/deep/kept.go", "x.log", "made/important.log"].into_iter().for_each(add);
    git(&work, &["commit", "--quiet", "--no-verify", "--message", "Track what is ignored"]);
    for path in ["made/junk.go", "made/deep/junk.go", "made/other/junk.go", "y.log"] {
        std::fs::create_dir_all(work.join(path).parent().unwrap()).unwrap();
        std::fs::write(work.join(path), "package junk\n").unwrap();
    }
    let on_disk = sixify_source::WorkTree::open(&work).unwrap().list().unwrap();
    let paths: Vec<&str> = on_disk.files.iter().map(|file| file.path.as_str()).collect();
    let committed = listed(&GitTree::open(&work, "HEAD").unwrap()).0;
    assert!(["made/deep/kept.go", "made/important.log", "x.log"].iter().all(|path| paths.contains(path)), "{paths:?}");
    assert_eq!(paths, committed);
    let ignored = on_disk.skipped.iter().filter(|skipped| skipped.reason == "ignored by git");
    let ignored: Vec<&str> = ignored.map(|skipped| skipped.path.as_str()).collect();
    assert_eq!(ignored, ["made/deep/junk.go", "made/junk.go", "made/other/", "y.log"]);
}
