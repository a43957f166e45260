//! Branches as sinks.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use sixify_core::{EditSet, FilePlan, Ledger, Observer, Plan};
use sixify_source::Sink;
use sixify_source::git::{Branched, Change, GitError, GitTree, Step, place, trailer};

use sixify_testkit::skip;

use crate::{branch, copy, git, git_output, step};

/// Two commits: `a.go` and `run.sh`, then `src/deep/b.go`.
fn steps(repository: &Path) -> (String, Vec<Step>) {
    let tree = GitTree::open(repository, "main").unwrap();
    let base = tree.commit();
    let one = step("One", &base, &tree, &[("run.sh", "#!/bin/sh\necho six\n"), ("a.go", "package six\n")]);
    let two = step("Two", &base, &tree, &[("src/deep/b.go", "package six\n")]);
    (base, vec![one, two])
}

fn put(repository: &Path, name: &str) -> Result<Branched, GitError> {
    let (base, steps) = steps(repository);
    branch(repository, name).put_steps(&base, &steps)
}

/// All files of a repository but its objects, with their bytes, and what the branch adds taken out.
fn snapshot(folder: &Path, own: &str) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            let name = path.to_string_lossy().into_owned();
            if entry.file_type().unwrap().is_dir() {
                if !name.ends_with("/objects") {
                    open.push(path);
                }
            } else if !name.ends_with(own) {
                let bytes = if entry.file_type().unwrap().is_file() { fs::read(&path).unwrap() } else { Vec::new() };
                found.push((name, bytes));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn only_the_objects_and_the_branch_are_written() {
    for name in ["work", "bare.git", "packed.git", "linked", "shallow"] {
        let (_folder, repository) = match name {
            // Linked work trees name the place of their repository.
            "linked" => {
                let (folder, work) = copy("work");
                git(&work, &["worktree", "prune"]);
                git(&work, &["worktree", "add", "-q", "-b", "other", "../linked"]);
                let linked = work.with_file_name("linked");
                (folder, linked)
            }
            _ => copy(name),
        };
        let is_bare = name.ends_with(".git");
        if !is_bare {
            fs::write(repository.join("a.go"), "dirty\n").unwrap();
            fs::write(repository.join("untracked.go"), "new\n").unwrap();
        }
        let hooks =
            Path::new(&git(&repository, &["rev-parse", "--path-format=absolute", "--git-common-dir"])).join("hooks");
        fs::create_dir_all(&hooks).unwrap();
        for hook in ["pre-commit", "commit-msg", "post-commit", "reference-transaction"] {
            fs::write(hooks.join(hook), "#!/bin/sh\ntouch ran; exit 1\n").unwrap();
            #[cfg(unix)]
            fs::set_permissions(hooks.join(hook), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        }
        git(&repository, &["config", "filter.lfs.clean", "touch ran-filter"]);
        let top = repository.parent().unwrap().to_owned();
        let before = snapshot(&top, "heads/six");
        let made = put(&repository, "six").unwrap();
        assert_eq!(snapshot(&top, "heads/six"), before, "{name}");
        assert_eq!((made.change, made.commits.len()), (Change::Created, 2), "{name}");
        fs::remove_dir_all(&hooks).unwrap();
        assert_eq!(git(&repository, &["fsck", "--strict"]), "", "{name}");
        assert_eq!(git(&repository, &["rev-parse", "six"]), made.tip.unwrap());
        assert_eq!(git(&repository, &["rev-parse", "six~2"]), git(&repository, &["rev-parse", "main"]));
        let changed = git(&repository, &["diff", "--raw", "--abbrev=4", "main", "six"]);
        let modes: Vec<&str> = changed.lines().map(|line| &line[..15]).collect();
        assert_eq!(modes, [":100644 100644 ", ":100755 100755 ", ":100644 100644 "], "{changed}");
        assert_eq!(git(&repository, &["show", "six:run.sh"]), "#!/bin/sh\necho six");
        // All the rest of the tree is as it was, odd entries included.
        let rest = |branch: &str| git(&repository, &["ls-tree", branch, "link", "module", "vendor", "latin.go"]);
        assert_eq!(rest("six"), rest("main"));
    }
}

#[test]
fn ids_depend_on_nothing_but_the_input_and_the_date() {
    let tip = |name: &str| {
        let (_folder, repository) = copy(name);
        put(&repository, "six").unwrap().tip.unwrap()
    };
    let tips = ["work", "bare.git", "packed.git"].map(tip);
    assert!(tips.iter().all(|tip| *tip == tips[0]), "{tips:?}");
    let (_folder, repository) = copy("bare.git");
    put(&repository, "six").unwrap();
    let shown = git(&repository, &["show", "-s", "--format=%an <%ae> %ad|%cd|%B", "--date=raw", "six"]);
    let head = "Ada Lovelace <ada@example.org> 1700000100 +0100|1700000100 +0100|Two\n\nSixify-Input: ";
    assert!(shown.starts_with(head), "{shown}");
}

#[test]
fn a_second_run_finds_nothing_to_do_whatever_the_time() {
    let (_folder, repository) = copy("bare.git");
    let first = put(&repository, "six").unwrap();
    let (base, steps) = steps(&repository);
    let later = branch(&repository, "six").date(sixify_source::git::When::parse("@1800000000").unwrap());
    let second = later.put_steps(&base, &steps).unwrap();
    assert_eq!((second.change, &second.tip, &second.commits), (Change::Same, &first.tip, &first.commits));
    let none = branch(&repository, "none").put_steps(&base, &[]).unwrap();
    assert_eq!((none.change, none.tip), (Change::Nothing, None));
    // Other steps on the same base: ours, so it is made anew.
    let changed = later.put_steps(&base, &steps[..1]).unwrap();
    assert_eq!((changed.change, changed.before, changed.commits.len()), (Change::Remade, first.tip, 1));
}

#[test]
fn a_branch_of_ours_follows_its_base() {
    let (_folder, work) = copy("work");
    put(&work, "six").unwrap();
    fs::write(work.join("new.go"), "package new\n").unwrap();
    git(&work, &["add", "new.go"]);
    git(&work, &["commit", "-q", "-m", "Move on"]);
    let moved = put(&work, "six").unwrap();
    assert_eq!(moved.change, Change::Remade);
    assert_eq!(git(&work, &["rev-parse", "six~2"]), git(&work, &["rev-parse", "main"]));
}

#[test]
fn a_branch_of_somebody_else_is_refused_without_the_lease() {
    let (_folder, work) = copy("work");
    git(&work, &["branch", "six", "v1"]);
    let old = git(&work, &["rev-parse", "six"]);
    let error = put(&work, "six").unwrap_err();
    let want = format!(
        "the branch six is there already and is not sixify's; name another one with --branch, or replace it with --force-with-lease {old}"
    );
    assert_eq!(error.to_string(), want);
    let (base, steps) = steps(&work);
    let wrong = branch(&work, "six").force_with_lease("main").put_steps(&base, &steps).unwrap_err();
    assert!(matches!(wrong, GitError::Lease { .. }), "{wrong}");
    let gone = branch(&work, "seven").force_with_lease(&old).put_steps(&base, &steps).unwrap_err();
    assert_eq!(gone.to_string(), format!("the branch seven is at nowhere, not at {old}; nothing was changed"));
    assert_eq!(git(&work, &["rev-parse", "six"]), old);
    let replaced = branch(&work, "six").force_with_lease(&old).put_steps(&base, &steps).unwrap();
    assert_eq!((replaced.change, replaced.before), (Change::Replaced, Some(old)));
}

#[test]
fn commits_of_somebody_else_on_a_branch_of_ours_are_kept() {
    let on_top: fn(&Path) = |work| {
        git(work, &["checkout", "-q", "-f", "six"]);
        git(work, &["commit", "-q", "--allow-empty", "-m", "Mine"]);
    };
    let amended: fn(&Path) = |work| {
        git(work, &["checkout", "-q", "-f", "six"]);
        git(work, &["commit", "-q", "--amend", "--allow-empty", "--no-edit", "--author", "L <l@example.org>"]);
    };
    for (change, subject) in [(on_top, "Mine"), (amended, "Two")] {
        let (_folder, work) = copy("work");
        put(&work, "six").unwrap();
        change(&work);
        git(&work, &["checkout", "-q", "main"]);
        let tip = git(&work, &["rev-parse", "six"]);
        let error = put(&work, "six").unwrap_err();
        assert!(
            matches!(&error, GitError::Foreign { commit, subject: s, .. } if *commit == tip && s == subject),
            "{error}"
        );
        assert_eq!(git(&work, &["rev-parse", "six"]), tip);
    }
}

#[test]
fn a_branch_that_is_checked_out_stays() {
    let (_folder, work) = copy("work");
    put(&work, "six").unwrap();
    git(&work, &["worktree", "prune"]);
    git(&work, &["worktree", "add", "-q", "../elsewhere", "six"]);
    let (base, steps) = steps(&work);
    let same = branch(&work, "six").put_steps(&base, &steps).unwrap();
    assert_eq!(same.change, Change::Same);
    let error = branch(&work, "six").put_steps(&base, &steps[..1]).unwrap_err();
    assert!(
        error.to_string().contains("is checked out in ") && error.to_string().contains("elsewhere; switch"),
        "{error}"
    );
    // Nothing is checked out in a bare repository, not even what HEAD names.
    let (_folder, bare) = copy("bare.git");
    git(&bare, &["symbolic-ref", "HEAD", "refs/heads/six"]);
    assert_eq!(put(&bare, "six").unwrap().change, Change::Created);
    // Nor in one without a configuration, as a mirror may be.
    git(&bare, &["branch", "-D", "six"]);
    fs::remove_file(bare.join("config")).unwrap();
    assert_eq!(put(&bare, "six").unwrap().change, Change::Created);
    assert_eq!(place(&bare).unwrap().folder.canonicalize().unwrap(), bare.canonicalize().unwrap());
}

#[test]
fn a_plan_for_other_bytes_is_stale() {
    let (_folder, bare) = copy("bare.git");
    let (base, mut steps) = steps(&bare);
    steps[1].files[0].before = Arc::from(b"other".as_slice());
    let error = branch(&bare, "six").put_steps(&base, &steps).unwrap_err();
    assert!(matches!(&error, GitError::Stale { path, .. } if path == "src/deep/b.go"), "{error}");
    for path in ["nowhere.go", "link", "src", "module", "a.go/b"] {
        steps[1].files[0].path = path.to_owned();
        assert!(matches!(branch(&bare, "six").put_steps(&base, &steps), Err(GitError::Stale { .. })), "{path}");
    }
    assert!(!git_output(&bare, &["rev-parse", "-q", "--verify", "six"]).status.success());
}

#[test]
fn names_that_cannot_be_branches_are_refused() {
    let (_folder, bare) = copy("bare.git");
    for name in ["", "a..b", "-x", "a b", "x.lock", "a\nb", "@{", "/a"] {
        assert!(matches!(put(&bare, name), Err(GitError::BranchName(_))), "{name:?}");
    }
    put(&bare, "six").unwrap();
    // A branch cannot be a folder of branches as well.
    assert!(matches!(put(&bare, "six/seven"), Err(GitError::Git(_))));
}

#[test]
fn two_runs_at_once_agree() {
    let (_folder, bare) = copy("bare.git");
    let changes: Vec<Change> = thread::scope(|scope| {
        let runs: Vec<_> = (0..8).map(|_| scope.spawn(|| put(&bare, "six").unwrap().change)).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert_eq!(changes.iter().filter(|change| **change == Change::Created).count(), 1, "{changes:?}");
    assert!(changes.iter().all(|change| matches!(change, Change::Created | Change::Same)), "{changes:?}");
    assert_eq!(git(&bare, &["fsck", "--strict"]), "");
}

#[test]
fn a_lock_of_another_program_is_named() {
    let (_folder, bare) = copy("bare.git");
    fs::write(bare.join("refs/heads/six.lock"), "").unwrap();
    let error = put(&bare, "six").unwrap_err();
    assert!(matches!(error, GitError::Locked { .. }) && error.to_string().contains("six.lock"), "{error}");
    fs::remove_file(bare.join("refs/heads/six.lock")).unwrap();
    assert_eq!(put(&bare, "six").unwrap().change, Change::Created);
}

#[test]
fn an_observer_may_end_the_run_before_the_branch_is_there() {
    struct Impatient;
    impl Observer for Impatient {
        fn cancelled(&self) -> bool {
            true
        }
    }
    let (_folder, bare) = copy("bare.git");
    let (base, steps) = steps(&bare);
    let error = branch(&bare, "six").observer(Impatient).put_steps(&base, &steps).unwrap_err();
    assert!(matches!(error, GitError::Cancelled));
    assert!(!git_output(&bare, &["rev-parse", "-q", "--verify", "six"]).status.success());
}

#[test]
fn a_whole_plan_is_one_commit() {
    let (_folder, bare) = copy("bare.git");
    let file = FilePlan {
        path: "a.go".to_owned(),
        before: Arc::from(b"package a\n".as_slice()),
        after: b"package six\n".to_vec(),
        edits: EditSet::new(),
    };
    let plan = Plan { files: vec![file], ledger: Ledger::default() };
    let made = branch(&bare, "six").sign_off(true).put(&plan).unwrap();
    let message = git(&bare, &["show", "-s", "--format=%B", "six"]);
    assert_eq!((made.commits.len(), trailer(&message, "Signed-off-by")), (1, Some("Ada Lovelace <ada@example.org>")));
    assert_eq!(branch(&bare, "six").sign_off(true).put(&plan).unwrap().change, Change::Same);
}

#[test]
fn commits_are_signed_with_ssh_as_the_configuration_says() {
    let (folder, bare) = copy("bare.git");
    let key = folder.path().join("key");
    let made =
        std::process::Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
    if let Err(error) = made {
        return skip(&format!("ssh-keygen cannot be run: {error}"));
    }
    git(&bare, &["config", "gpg.format", "ssh"]);
    git(&bare, &["config", "user.signingkey", &key.display().to_string()]);
    // A program that the repository names is not run.
    git(&bare, &["config", "gpg.ssh.program", "/nowhere/at/all"]);
    let (base, steps) = steps(&bare);
    branch(&bare, "six").sign(true).put_steps(&base, &steps).unwrap();
    let public = fs::read_to_string(key.with_extension("pub")).unwrap();
    let allowed = folder.path().join("allowed");
    fs::write(&allowed, format!("ada@example.org {public}")).unwrap();
    git(&bare, &["config", "--unset", "gpg.ssh.program"]);
    git(&bare, &["config", "gpg.ssh.allowedSignersFile", &allowed.display().to_string()]);
    for commit in ["six", "six~1"] {
        git(&bare, &["verify-commit", commit]);
    }
    assert_eq!(git(&bare, &["fsck", "--strict"]), "");
    git(&bare, &["config", "user.signingkey", "/nowhere/key"]);
    let error = branch(&bare, "seven").sign(true).put_steps(&base, &steps).unwrap_err();
    assert!(matches!(error, GitError::Signing(_)), "{error}");
}
