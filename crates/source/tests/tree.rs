//! Work trees on disk: what is listed, what is passed over and why, what is written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use sixify_core::{EditSet, FilePlan, Ledger, Plan, ReadError, Source};
use sixify_source::{OpenError, Refusal, Sink, WorkTree, WriteError};
use tempfile::TempDir;

/// A folder with files, given as path and text.
fn tree(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let file = dir.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    dir
}

fn listed(tree: &WorkTree) -> (Vec<String>, Vec<String>) {
    let listing = tree.list().unwrap();
    let skipped = listing.skipped.into_iter().map(|s| format!("{}: {}", s.path, s.reason));
    (listing.files.into_iter().map(|f| f.path).collect(), skipped.collect())
}

fn plan(files: &[(&str, &str, &str)]) -> Plan {
    let file = |(path, before, after): &(&str, &str, &str)| FilePlan {
        path: (*path).to_owned(),
        before: Arc::from(before.as_bytes()),
        after: after.as_bytes().to_vec(),
        edits: EditSet::new(),
    };
    Plan { files: files.iter().map(file).collect(), ledger: Ledger::default() }
}

/// Whether this process is refused what the mode forbids; root is not.
fn modes_count(dir: &Path) -> bool {
    let probe = dir.join(".probe");
    fs::write(&probe, "").unwrap();
    set_mode(&probe, 0o000);
    let refused = fs::read(&probe).is_err();
    fs::remove_file(&probe).unwrap();
    refused
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: u32) {}

#[test]
fn everything_is_listed_or_passed_over_with_a_reason() {
    let dir = tree(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        (".git/info/exclude", "/private/\n"),
        (".gitignore", "*.log\n!keep.log\n/out/\n"),
        (".github/workflows/ci.yml", "x"),
        (".env", "x"),
        ("a.go", "x"),
        ("b.log", "x"),
        ("keep.log", "x"),
        ("out/deep/a.go", "x"),
        ("private/a.go", "x"),
        ("src/.gitignore", "gen/*\n!gen/own.go\n"),
        ("src/gen/x.go", "x"),
        ("src/gen/own.go", "x"),
        ("src/.ignore", "skipme.go\n"),
        ("src/skipme.go", "x"),
        ("src/.sixifyignore", "legacy/\n"),
        ("src/legacy/a.go", "x"),
        ("src/vendor/m/a.go", "x"),
        ("src/go.sum", "x"),
        ("sub/.git", "gitdir: ../.git/modules/sub\n"),
        ("sub/a.go", "x"),
        ("ä/ü.go", "x"),
    ]);
    let (files, skipped) = listed(&WorkTree::open(dir.path()).unwrap());
    let want = [
        ".env",
        ".github/workflows/ci.yml",
        ".gitignore",
        "a.go",
        "keep.log",
        "src/.gitignore",
        "src/.ignore",
        "src/.sixifyignore",
        "src/gen/own.go",
        "ä/ü.go",
    ];
    assert_eq!(files, want);
    let want = [
        ".git/: version control",
        "b.log: ignored by git",
        "out/: ignored by git",
        "private/: ignored by git",
        "src/gen/x.go: ignored by git",
        "src/go.sum: lock file",
        "src/legacy/: ignored by .sixifyignore",
        "src/skipme.go: ignored by .ignore",
        "src/vendor/: vendored",
        "sub/: submodule",
    ];
    assert_eq!(skipped, want);
}

#[test]
fn rules_above_the_folder_hold_up_to_the_top_of_the_repository() {
    let dir = tree(&[
        (".gitignore", "*\n"),
        ("repo/.git/HEAD", "x"),
        ("repo/.gitignore", "*.tmp\n/a/b/made.go\n"),
        ("repo/a/.gitignore", "!kept.tmp\n"),
        ("repo/a/b/made.go", "x"),
        ("repo/a/b/x.tmp", "x"),
        ("repo/a/b/kept.tmp", "x"),
        ("repo/a/b/x.go", "x"),
        ("repo/a/b/nested/.git/HEAD", "x"),
        ("repo/a/b/nested/x.tmp", "x"),
    ]);
    let (files, skipped) = listed(&WorkTree::open(dir.path().join("repo/a/b")).unwrap());
    assert_eq!(files, ["kept.tmp", "nested/x.tmp", "x.go"]);
    assert_eq!(skipped, ["made.go: ignored by git", "nested/.git/: version control", "x.tmp: ignored by git"]);
}

#[test]
fn an_ignored_file_or_folder_that_is_named_is_read() {
    let dir = tree(&[(".git/HEAD", "x"), (".gitignore", "/out/\n*.log\n"), ("out/a.go", "x"), ("b.log", "x")]);
    let named = |paths: &[&str]| {
        let paths: Vec<_> = paths.iter().map(|p| dir.path().join(p)).collect();
        listed(&WorkTree::open_all(&paths).unwrap())
    };
    assert_eq!(named(&["out"]), (vec!["a.go".to_owned()], vec![]));
    assert_eq!(named(&["b.log"]), (vec!["b.log".to_owned()], vec![]));
    let both = vec!["b.log".to_owned(), "out/a.go".to_owned()];
    assert_eq!(named(&["out", "b.log", "out/a.go"]), (both, vec![]));
}

#[test]
fn attributes_and_the_users_patterns_count_in_any_folder() {
    let dir = tree(&[
        (".gitattributes", "mocks/** linguist-generated\nmocks/own.go -linguist-generated\n"),
        ("mocks/a.go", "x"),
        ("mocks/own.go", "x"),
        ("old/a.go", "x"),
        ("new/old/a.go", "x"),
    ]);
    let opened = WorkTree::open(dir.path()).unwrap().exclude(dir.path(), &["/old/"]).unwrap();
    let (files, skipped) = listed(&opened);
    assert_eq!(files, [".gitattributes", "mocks/own.go", "new/old/a.go"]);
    let want = ["mocks/a.go: generated (linguist-generated in .gitattributes)", "old/: excluded by the configuration"];
    assert_eq!(skipped, want);
    let wrong = WorkTree::open(dir.path()).unwrap().exclude(dir.path(), &["a[z-a]"]);
    assert!(matches!(wrong, Err(OpenError::Pattern { pattern, .. }) if pattern == "a[z-a]"));
}

#[test]
fn a_path_that_does_not_exist_is_an_error_that_names_it() {
    let dir = tree(&[]);
    let error = WorkTree::open(dir.path().join("no/such.go")).unwrap_err();
    assert!(error.to_string().ends_with("no/such.go: there is no such file or folder"), "{error}");
    assert_eq!(listed(&WorkTree::open(dir.path()).unwrap()), (vec![], vec![]));
    assert!(matches!(WorkTree::open_all::<&Path>(&[]), Err(OpenError::Nothing)));
}

#[test]
fn reading_stays_within_the_tree_and_within_the_limit() {
    let dir = tree(&[("in/a.go", "text"), ("secret", "s"), ("in/big.go", &"x".repeat(3 * 1024 * 1024))]);
    let opened = WorkTree::open(dir.path().join("in")).unwrap();
    assert_eq!(opened.read("a.go").unwrap().as_ref(), b"text");
    assert!(matches!(opened.read("b.go"), Err(ReadError::Missing)));
    assert!(matches!(opened.read("a.go/b"), Err(ReadError::Missing)));
    assert!(matches!(opened.read("../secret"), Err(ReadError::Unreadable(_))));
    assert!(matches!(opened.read("big.go"), Err(ReadError::Unreadable(why)) if why == "larger than 2 MiB"));
    assert_eq!(opened.siblings(""), ["a.go", "big.go"]);
    assert!(opened.siblings("..").is_empty() && opened.siblings("no").is_empty());
}

#[test]
#[cfg(unix)]
fn symlinks_pipes_and_odd_names_are_listed_and_never_followed() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    let dir = tree(&[("in/a.go", "x"), ("out/b.go", "x")]);
    let root = dir.path().join("in");
    symlink("../out", root.join("folder")).unwrap();
    symlink("a.go", root.join("file.go")).unwrap();
    symlink("nowhere", root.join(".gitignore")).unwrap();
    fs::write(root.join(OsStr::from_bytes(b"\xff.go")), "x").unwrap();
    let _socket = UnixListener::bind(root.join("socket")).unwrap();
    let opened = WorkTree::open(&root).unwrap();
    let (files, skipped) = listed(&opened);
    assert_eq!(files, ["a.go"]);
    let want = [
        ".gitignore: symlink",
        "file.go: symlink",
        "folder: symlink",
        "socket: special file",
        "\u{fffd}.go: its name is not UTF-8",
    ];
    assert_eq!(skipped, want);
    assert!(opened.read("folder/b.go").is_err() && opened.read("file.go").is_err());
    assert!(opened.siblings("folder").is_empty());
    // Named by the user, a symlink to a file stays a symlink; one to a folder is that folder.
    let named = WorkTree::open(root.join("file.go")).unwrap();
    assert_eq!(listed(&named), (vec![], vec!["file.go: symlink".to_owned()]));
    assert_eq!(listed(&WorkTree::open(root.join("folder")).unwrap()).0, ["b.go"]);

    let written = opened.put(&plan(&[("file.go", "x", "y"), ("folder/b.go", "x", "y")]));
    let Err(WriteError::Refused(refused)) = written else { panic!("written through a symlink") };
    assert!(refused.iter().all(|r| matches!(r.why, Refusal::Symlink)), "{refused:?}");
    assert_eq!(fs::read_to_string(dir.path().join("out/b.go")).unwrap(), "x");
}

#[test]
#[cfg(unix)]
fn an_unreadable_folder_is_passed_over_unless_it_is_the_root() {
    let dir = tree(&[("a.go", "x"), ("shut/b.go", "x")]);
    if !modes_count(dir.path()) {
        return;
    }
    let shut = dir.path().join("shut");
    set_mode(&shut, 0o000);
    let (files, skipped) = listed(&WorkTree::open(dir.path()).unwrap());
    let root = WorkTree::open(&shut).unwrap().list();
    set_mode(&shut, 0o755);
    assert_eq!(files, ["a.go"]);
    assert_eq!(skipped, ["shut/: cannot be read: Permission denied"]);
    assert!(root.is_err_and(|e| e.to_string().ends_with("shut cannot be read: Permission denied")));
}

#[test]
fn a_plan_is_written_whole_and_the_mode_is_kept() {
    let dir = tree(&[("a.sh", "old"), ("b/c.go", "old\r\n")]);
    set_mode(&dir.path().join("a.sh"), 0o751);
    let opened = WorkTree::open(dir.path()).unwrap();
    let written = opened.put(&plan(&[("a.sh", "old", "new"), ("b/c.go", "old\r\n", "new\r\n")])).unwrap();
    assert_eq!(written.files, ["a.sh", "b/c.go"]);
    assert_eq!(fs::read_to_string(dir.path().join("a.sh")).unwrap(), "new");
    assert_eq!(fs::read_to_string(dir.path().join("b/c.go")).unwrap(), "new\r\n");
    assert_eq!(opened.siblings(""), ["a.sh"], "no temporary file is left");
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        assert_eq!(fs::metadata(dir.path().join("a.sh")).unwrap().mode() & 0o7777, 0o751);
    }
}

#[test]
fn one_file_that_has_changed_stops_the_whole_plan() {
    let dir = tree(&[("a.go", "old"), ("b.go", "newer"), ("c.go", "old")]);
    let opened = WorkTree::open(dir.path()).unwrap();
    let plan = plan(&[("a.go", "old", "new"), ("b.go", "older", "new"), ("d.go", "old", "new"), ("../x", "", "new")]);
    let error = opened.put(&plan).unwrap_err();
    let want = "nothing was written: b.go has changed since it was read; run again; \
                d.go is no longer there; run again; ../x is outside of the tree";
    assert_eq!(error.to_string(), want);
    assert_eq!(fs::read_to_string(dir.path().join("a.go")).unwrap(), "old");
    assert_eq!(opened.siblings(""), ["a.go", "b.go", "c.go"]);
}

#[test]
fn read_only_files_and_version_control_are_refused() {
    let dir = tree(&[("a.go", "old"), (".GIT/config", "old")]);
    let file = dir.path().join("a.go");
    let mut permissions = fs::metadata(&file).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions).unwrap();
    let opened = WorkTree::open(dir.path()).unwrap();
    let error = opened.put(&plan(&[("a.go", "old", "new"), (".GIT/config", "old", "new")])).unwrap_err();
    let want = "nothing was written: a.go is read-only; make it writable or leave it out; \
                .GIT/config is outside of the tree";
    assert_eq!(error.to_string(), want);
    assert_eq!(fs::read_to_string(&file).unwrap(), "old");
}
