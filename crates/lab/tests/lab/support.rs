//! What the tests share.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sixify_lab::{Host, HostKind, LabError, Program, Spelling, Talk};
pub use sixify_testkit::skip;

/// The value, or `None` after saying why the test does not run.
pub fn or_skip<T>(result: Result<T, LabError>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error @ (LabError::NotLinux | LabError::NoNamespaces { .. })) => {
            skip(&error);
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// A host, or `None` after saying why there is none.
pub fn host(kind: HostKind) -> Option<Host> {
    or_skip(Host::new(kind))
}

/// Python running this source, or `None` after saying that there is no Python.
pub fn python(source: &str) -> Option<Program> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    if !std::env::split_paths(&path).any(|directory| directory.join("python3").is_file()) {
        skip(&"there is no python3 in PATH");
        return None;
    }
    Some(Program::new("python3").arg("-c").arg(source))
}

/// A program that runs this shell script.
pub fn shell(script: &str) -> Program {
    Program::new("sh").arg("-c").arg(script)
}

/// The folder of this package.
pub fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the Python probe.
pub fn python_probe() -> PathBuf {
    package().join("probes/py/probe.py")
}

/// A spelling of the Python probe; see `spellings/py.toml`.
pub fn python_spelling(expression: &str, talk: Talk) -> Option<Spelling> {
    let program = python("")?;
    let program = Program { args: Vec::new(), ..program };
    Some(Spelling {
        ecosystem: "py".to_owned(),
        text: expression.to_owned(),
        version: String::new(),
        program: program.arg(python_probe()).arg(expression).arg("8080"),
        port: 8080,
        talk,
        settle: Duration::from_millis(100),
    })
}

/// Runs the program on the host to its end and returns what it wrote.
pub fn output(host: &Host, program: &Program) -> String {
    let running = host.start(program).unwrap();
    assert!(running.wait_exit(Duration::from_secs(30)), "{program} does not end");
    running.output()
}
