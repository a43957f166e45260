//! Repositories as sources and sinks. They are made by the scripts in `tests/fixtures`, with fixed
//! dates, so that every id is the same everywhere.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod branches;
mod hostile;
mod patches;
mod trees;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};

use sixify_core::Source;
use sixify_source::git::{Changed, GitBranch, Person, Step, When};
use tempfile::TempDir;

/// A folder in which a script has made repositories.
fn made(script: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(script);
    let output = Command::new("sh").arg(&script).arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}: {}", script.display(), String::from_utf8_lossy(&output.stderr));
    folder
}

/// The repositories of `shapes.sh`, made once; nobody may change them.
fn shapes() -> &'static Path {
    static MADE: OnceLock<TempDir> = OnceLock::new();
    MADE.get_or_init(|| made("shapes.sh")).path()
}

/// A copy of one of them that a test may change.
fn copy(name: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let copied = Command::new("cp").arg("-a").arg(shapes().join(name)).arg(folder.path()).status().unwrap();
    assert!(copied.success());
    let path = folder.path().join(name);
    (folder, path)
}

/// What git prints, without the line end.
fn git(repository: &Path, args: &[&str]) -> String {
    let output = git_output(repository, args);
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

fn git_output(repository: &Path, args: &[&str]) -> std::process::Output {
    let mut command = Command::new("git");
    command.arg("-C").arg(repository).args(args).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    command.env("GIT_COMMITTER_NAME", "Linus").env("GIT_COMMITTER_EMAIL", "l@example.org");
    command.env("GIT_AUTHOR_NAME", "Linus").env("GIT_AUTHOR_EMAIL", "l@example.org").output().unwrap()
}

fn ada() -> Person {
    "Ada Lovelace <ada@example.org>".parse().unwrap()
}

/// A branch with a fixed author and date.
fn branch(repository: &Path, name: &str) -> GitBranch {
    GitBranch::new(repository, name).author(ada()).date(When::parse("@1700000100 +0100").unwrap())
}

/// A step that writes files anew; `base` is the commit they are read from.
fn step(subject: &str, base: &str, source: &dyn Source, files: &[(&str, &str)]) -> Step {
    let file = |(path, after): &(&str, &str)| Changed {
        path: (*path).to_owned(),
        before: source.read(path).unwrap(),
        after: Arc::from(after.as_bytes()),
    };
    Step { message: format!("{subject}\n\nSixify-Input: {base}\n"), files: files.iter().map(file).collect() }
}
