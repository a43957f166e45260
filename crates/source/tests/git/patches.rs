//! Series of patches.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use sixify_core::Source;
use sixify_source::git::{Changed, GitTree, Letter, Patch, Step, patch_series};

use crate::{branch, copy, git, git_output, step};

fn series(repository: &Path, steps: &[Step]) -> Vec<Patch> {
    let base = GitTree::open(repository, "main").unwrap().commit();
    let letter = Letter { subject: "Grüße an alle".to_owned(), text: "Two changes.\n".to_owned() };
    patch_series(&branch(repository, "six"), &base, steps, &letter).unwrap()
}

#[test]
fn a_series_applies_to_the_same_tree_whatever_the_files_hold() {
    let (folder, work) = copy("work");
    let tree = GitTree::open(&work, "main").unwrap();
    let base = tree.commit();
    let latin: Arc<[u8]> = Arc::from(b"package six // caf\xe9\n".as_slice());
    let mut one =
        step("Mend the lines, ärger dich nicht", &base, &tree, &[("crlf.go", "package six\r\nvar x = 1\r\n")]);
    let before = tree.read("latin.go").unwrap();
    one.files.push(Changed { path: "latin.go".to_owned(), before, after: latin });
    let two = step("Run", &base, &tree, &[("run.sh", "#!/bin/sh\necho six")]);
    let steps = [one, two];
    let objects = git(&work, &["count-objects"]);
    let patches = series(&work, &steps);
    assert_eq!(git(&work, &["count-objects"]), objects, "the repository is only read");
    let names: Vec<&str> = patches.iter().map(|patch| patch.name.as_str()).collect();
    assert_eq!(names, ["0000-cover-letter.patch", "0001-Mend-the-lines-rger-dich-nicht.patch", "0002-Run.patch"]);
    let made = branch(&work, "six").put_steps(&base, &steps).unwrap();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    let mut command = vec!["am".to_owned(), "-q".to_owned()];
    for patch in &patches[1..] {
        fs::write(out.join(&patch.name), &patch.bytes).unwrap();
        command.push(out.join(&patch.name).display().to_string());
    }
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    git(&work, &["checkout", "-q", "-b", "mailed", "main"]);
    git(&work, &command);
    assert_eq!(git(&work, &["rev-parse", "mailed^{tree}"]), git(&work, &["rev-parse", "six^{tree}"]));
    // The first line has the id of the commit that the branch has.
    let first = String::from_utf8_lossy(&patches[1].bytes).lines().next().unwrap().to_owned();
    assert_eq!(first, format!("From {} Mon Sep 17 00:00:00 2001", made.commits[0].id));
    let shown = |branch: &str| git(&work, &["log", "--format=%an|%ae|%at|%B", &format!("main..{branch}")]);
    assert_eq!(shown("mailed"), shown("six"));
    let cover = String::from_utf8(patches[0].bytes.clone()).unwrap();
    for line in [
        "Subject: [PATCH 0/2] =?UTF-8?q?Gr=C3=BC=C3=9Fe_an_alle?=\n",
        &format!("\nbase-commit: {base}\n"),
        "\nTwo changes.\n",
        " 3 files changed",
    ] {
        assert!(cover.contains(line), "{line:?} is not in {cover}");
    }
}

#[test]
fn the_patches_are_those_of_format_patch() {
    let (_folder, work) = copy("work");
    let tree = GitTree::open(&work, "main").unwrap();
    let base = tree.commit();
    let steps = [step("Mend it", &base, &tree, &[("a.go", "package six\n"), ("run.sh", "#!/bin/sh\necho six\n")])];
    branch(&work, "six").put_steps(&base, &steps).unwrap();
    let ours = String::from_utf8(series(&work, &steps)[1].bytes.clone()).unwrap();
    let args = ["format-patch", "--stdout", "--full-index", "-n", "--signature=x", "main..six"];
    let theirs = String::from_utf8(git_output(&work, &args).stdout).unwrap();
    let body = |text: &str| text.split("\n-- \n").next().unwrap().to_owned();
    assert_eq!(body(&ours), body(&theirs));
    assert!(series(&work, &[]).is_empty());
}
