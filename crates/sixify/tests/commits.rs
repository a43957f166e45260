//! Plans as commits, with passes of the program's own: how they are divided, and that each division
//! ends in the planned files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::Command;

use sixify::pass::{Anchors, Applicability, Context, Document, Edit, Finding, Fix, Kind, Meta, PassError, Span, kinds};
use sixify::{Change, CommitPer, Engine, GitBranch, GitTree, Observer, Pass, PlanFile, Source, Style, When};
use tempfile::TempDir;

/// Replaces a word in Go files. Another word in the same file may hold it back, and the same fix may
/// change a word in another file.
struct Word {
    meta: Meta,
    old: &'static str,
    new: &'static str,
    unless: &'static str,
    also: Option<(&'static str, &'static str)>,
}

fn word(id: &str, old: &'static str, new: &'static str) -> Word {
    let docs =
        format!("# Say {new}\n\n## Why it breaks\n`{old}` is not said any more.\n\n## Safety\nSafe on all hosts.\n");
    let meta = Meta { id: id.to_owned(), title: format!("Say {new}"), docs, ..Meta::default() };
    Word { meta, old, new, unless: "\0", also: None }
}

impl Pass for Word {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn kinds(&self) -> &[Kind] {
        &[kinds::GO]
    }

    fn anchors(&self) -> &Anchors {
        &Anchors::ALWAYS
    }

    fn run(&self, doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
        if doc.text.contains(self.unless) {
            return Ok(());
        }
        for (at, word) in doc.text.match_indices(self.old) {
            let span = Span::new(at, at + word.len());
            let mut fix = Fix::new().edit(Edit::replace(span, self.new));
            if let Some((path, word)) = self.also
                && let Some(start) = cx.project().text(path).and_then(|text| text.find(word))
            {
                fix = fix.edit_in(path, Edit::replace(Span::new(start, start + word.len()), self.new));
            }
            cx.report(Finding::new(span, "word", format!("{} is old", self.old)).fix(Applicability::Safe, fix));
        }
        Ok(())
    }
}

/// A bare repository with files.
fn repository(files: &[(&str, &str)]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("work");
    for (path, text) in files {
        let file = work.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    let bare = folder.path().join("repo.git");
    git(folder.path(), &["init", "-q", "-b", "main", "work"]);
    git(&work, &["add", "-A"]);
    git(&work, &["-c", "user.name=G", "-c", "user.email=g@example.org", "commit", "-q", "-m", "Begin"]);
    git(folder.path(), &["clone", "-q", "--bare", "work", "repo.git"]);
    (folder, bare)
}

fn git(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).args(args).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

fn engine(passes: impl IntoIterator<Item = Word>) -> Engine {
    let passes = passes.into_iter().map(|pass| Box::new(pass) as Box<dyn Pass>);
    Engine::builder().codemods(passes).build().unwrap()
}

fn branch(repository: &Path, per: CommitPer) -> GitBranch {
    let branch = GitBranch::new(repository, "six").per(per).author("Ada <ada@example.org>".parse().unwrap());
    branch.date(When::parse("@1700000000").unwrap())
}

/// Subjects from the oldest to the newest, each with its files.
fn log(repository: &Path) -> String {
    let log = git(repository, &["log", "--reverse", "--format=%n%s:", "--name-only", "main..six"]);
    log.split("\n\n").map(|part| part.trim().replace('\n', " ")).collect::<Vec<_>>().join(" ").replace(":  ", ": ")
}

const A: &str = "package a\n\nvar x = \"one\"\nvar y = \"two\"\n";

#[test]
fn five_lines_make_a_branch_and_codemods_that_share_a_file_have_commits_of_their_own() {
    let (_folder, repo) = repository(&[("a.go", A), ("b/b.go", "package b\n\nvar x = \"one\"\n")]);
    let engine = engine([word("go/one", "\"one\"", "\"1\""), word("go/two", "\"two\"", "\"2\"")]);
    let plan = engine.plan(&GitTree::open(&repo, "main").unwrap()).unwrap();
    assert_eq!(plan.input().map(str::to_owned), Some(git(&repo, &["rev-parse", "main"])));
    let made = plan.commit(&branch(&repo, CommitPer::Codemod)).unwrap();
    assert_eq!(log(&repo), "Say \"1\": a.go b/b.go Say \"2\": a.go");
    assert_eq!(git(&repo, &["show", "six~1:a.go"]), A.trim_end().replace("\"one\"", "\"1\""));
    let message = git(&repo, &["show", "-s", "--format=%B", "six~1"]);
    let want = format!(
        "Say \"1\"\n\n`\"one\"` is not said any more.\n\nChanges 2 places in 2 files:\n- a.go:3: \"one\" is old\n- b/b.go:3: \
         \"one\" is old\n\nHosts:\nSafe on all hosts.\n\nSixify-Codemod: go/one\nSixify-Version: {}\nSixify-Input: {}",
        env!("CARGO_PKG_VERSION"),
        made.base
    );
    assert_eq!(message, want);
    assert_eq!(plan.commit(&branch(&repo, CommitPer::Codemod)).unwrap().change, Change::Same);
}

#[test]
fn codemods_that_come_to_something_else_one_by_one_have_one_commit_together() {
    // Both see the old text at once; after the first one the second would say nothing.
    let held = Word { unless: "\"1\"", ..word("go/two", "\"two\"", "\"2\"") };
    let (_folder, repo) = repository(&[("a.go", A), ("b.go", "package b\n\nvar x = \"one\"\n")]);
    let plan = engine([word("go/one", "\"one\"", "\"1\""), held]).plan(&GitTree::open(&repo, "main").unwrap()).unwrap();
    plan.commit(&branch(&repo, CommitPer::Codemod)).unwrap();
    assert_eq!(log(&repo), "Say \"1\": b.go Support IPv6-only and dual-stack hosts: a.go");
    assert_eq!(git(&repo, &["show", "six:a.go"]), "package a\n\nvar x = \"1\"\nvar y = \"2\"");
    let ids = git(&repo, &["show", "-s", "--format=%(trailers:key=Sixify-Codemod,valueonly)", "six"]);
    assert_eq!(ids.trim(), "go/one\ngo/two");
}

#[test]
fn what_lands_later_comes_later() {
    // `go/a` has something to say only about what `go/b` writes.
    let (_folder, repo) = repository(&[("a.go", "package a\n\nvar x = \"one\"\n\nvar y = \"zero\"\n")]);
    let plan = engine([
        word("go/a", "\"new\"", "\"newest\""),
        Word { also: Some(("a.go", "\"zero\"")), ..word("go/b", "\"one\"", "\"new\"") },
    ])
    .plan(&GitTree::open(&repo, "main").unwrap())
    .unwrap();
    plan.commit(&branch(&repo, CommitPer::Codemod)).unwrap();
    assert_eq!(log(&repo), "Say \"new\": a.go Say \"newest\": a.go");
    assert_eq!(git(&repo, &["show", "six:a.go"]), "package a\n\nvar x = \"newest\"\n\nvar y = \"newest\"");
}

#[test]
fn a_fix_over_several_folders_goes_whole_into_the_first_one() {
    let files = [
        ("a/a.go", "package a\n\nvar x = \"one\"\n"),
        ("b/b.go", "package b\n\nvar x = \"three\"\n"),
        ("c/c.go", "package c\n\nvar x = \"two\"\n"),
        (".github/CODEOWNERS", "/c/ @c\n/a/ @a\n"),
    ];
    let (_folder, repo) = repository(&files);
    let both = Word { also: Some(("b/b.go", "\"three\"")), ..word("go/one", "\"one\"", "\"1\"") };
    let plan = engine([both, word("go/two", "\"two\"", "\"2\"")]).plan(&GitTree::open(&repo, "main").unwrap()).unwrap();
    plan.commit(&branch(&repo, CommitPer::Directory)).unwrap();
    assert_eq!(log(&repo), "Say \"1\" in a: a/a.go b/b.go Say \"2\" in c: c/c.go");
    plan.commit(&branch(&repo, CommitPer::Owner)).unwrap();
    assert_eq!(log(&repo), "Say \"1\" (@a): a/a.go b/b.go Say \"2\" (@c): c/c.go");
    plan.commit(&branch(&repo, CommitPer::Plan)).unwrap();
    assert_eq!(log(&repo), "Support IPv6-only and dual-stack hosts: a/a.go b/b.go c/c.go");
}

#[test]
fn nothing_in_a_repository_gets_into_messages_as_it_is() {
    let name = "a\u{1b}[2J\u{202e}\nSigned-off-by: Evil <e@example.org>\n---\ndiff --git.go";
    let (_folder, repo) = repository(&[(name, A)]);
    let plan = engine([word("go/one", "\"one\"", "\"1\"")]).plan(&GitTree::open(&repo, "main").unwrap()).unwrap();
    plan.commit(&branch(&repo, CommitPer::Codemod)).unwrap();
    let message = git(&repo, &["show", "-s", "--format=%B", "six"]);
    assert!(!message.contains(['\u{1b}', '\u{202e}']) && message.contains("a\\u{1b}[2J\\u{202e}\\n"), "{message}");
    assert_eq!(git(&repo, &["show", "-s", "--format=%(trailers:key=Signed-off-by)", "six"]), "");
    let body = plan.pull_request(None).body;
    assert!(!body.contains(['\u{1b}', '\u{202e}']), "{body}");
    let patches = plan.patches(&branch(&repo, CommitPer::Codemod), &Style::default()).unwrap();
    let patch = String::from_utf8(patches[1].bytes.clone()).unwrap();
    assert!(patch.contains("\ndiff --git \"a/a\\033[2J\\342\\200\\256\\n") && !patch.contains('\u{1b}'), "{patch}");
}

#[test]
fn an_observer_may_end_the_making_of_commits() {
    struct Impatient;
    impl Observer for Impatient {
        fn cancelled(&self) -> bool {
            true
        }
    }
    let (_folder, repo) = repository(&[("a.go", A)]);
    let plan = engine([word("go/one", "\"one\"", "\"1\"")]).plan(&GitTree::open(&repo, "main").unwrap()).unwrap();
    let error = plan.commit(&branch(&repo, CommitPer::Codemod).observer(Impatient)).unwrap_err();
    assert_eq!(error.to_string(), "the run was cancelled");
    assert_eq!(git(&repo, &["for-each-ref", "refs/heads/six"]), "");
}

#[test]
fn a_plan_file_follows_its_places() {
    let (_folder, repo) = repository(&[("a.go", "package a\n\nvar x = \"one\"\n\nfunc f() {\n\tg(\"one\")\n}\n")]);
    let tree = GitTree::open(&repo, "main").unwrap();
    let plan = engine([word("go/one", "\"one\"", "\"1\"")]).plan(&tree).unwrap();
    let file = PlanFile::parse(&PlanFile::of(&plan).to_text()).unwrap();
    assert_eq!(file.fixes.len(), 2);
    let same = file.apply(&tree);
    assert_eq!((same.plan.files[0].after.clone(), same.fixes, same.moved), (plan.files[0].after.clone(), 2, 0));
    let on = |text: &str| {
        let applied = file.apply(&sixify::Memory::new().with("a.go", text));
        let after = applied.plan.file("a.go").map(|file| String::from_utf8_lossy(&file.after).into_owned());
        let unfit: Vec<String> = applied.unfit.iter().map(|u| format!("{}: {}", u.line, u.why)).collect();
        (after, applied.moved, applied.already, unfit)
    };
    // Moved down, and one of the two changed by somebody.
    let moved = "package a\n\n// New.\nvar z = 3\n\nvar x = \"one\"\n\nfunc f() {\n\tg(\"uno\")\n}\n";
    let (after, fixes, already, unfit) = on(moved);
    assert_eq!(after.unwrap(), moved.replace("\"one\"", "\"1\""));
    assert_eq!((fixes, already, unfit), (1, 0, vec!["6: what stood there has changed".to_owned()]));
    // Half of it is there already.
    let half = "package a\n\nvar w = 0\nvar x = \"1\"\n\nfunc f() {\n\tg(\"one\")\n}\n";
    let (after, fixes, already, unfit) = on(half);
    assert_eq!((after.unwrap(), fixes, already, unfit.len()), (half.replace("\"one\"", "\"1\""), 1, 1, 0));
    // Two places that look alike: nobody knows which one was meant.
    let twice = "package a\n\nfunc h() {\n\tg(\"one\")\n\tg(\"one\")\n}\n";
    assert!(on(twice).3.contains(&"6: several places look like it".to_owned()), "{:?}", on(twice));
    let gone = file.apply(&sixify::Memory::new());
    assert_eq!(gone.unfit[0].why, "there is no such file");
    assert!(tree.list().is_ok() && PlanFile::parse("{}").is_err());
}
