//! `sixify lab` as a user runs it. Skipped where there can be no hosts, and never under CI.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::process::{Command, Output};

/// A server that listens where its file `address` says.
const SERVER: &str = "import socket\n\
                      s = socket.socket(socket.AF_INET6 if ':' in open('address').read() else socket.AF_INET)\n\
                      s.bind((open('address').read().strip(), 7000))\n\
                      s.listen()\n\
                      while True: s.accept()[0].close()\n";

fn lab(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sixify")).arg("lab").args(args).current_dir(folder).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn server(folder: &Path, address: &str) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("server.py"), SERVER).unwrap();
    std::fs::write(folder.join("address"), address).unwrap();
}

/// Whether the lab works here; says why not.
fn works() -> bool {
    let output = lab(Path::new("."), &["--", "python3", "-c", ""]);
    if code(&output) == 0 {
        return true;
    }
    sixify_testkit::skip(&String::from_utf8_lossy(&output.stderr).trim_end());
    false
}

#[test]
fn a_report_says_who_reaches_a_program_and_the_exit_code_whether_all_do() {
    if !works() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    server(folder.path(), "0.0.0.0");
    let output = lab(folder.path(), &["--", "python3", "server.py"]);
    let shown = text(&output);
    assert!(shown.starts_with("python3 server.py\non a v6only host with 127.0.0.1 ::1 fd00::10\n"), "{shown}");
    assert!(shown.contains("tcp 0.0.0.0:7000") && shown.contains("bind 0.0.0.0:7000"), "{shown}");
    assert_eq!(code(&output), 1);

    let output = lab(folder.path(), &["--host-kind", "v4only", "--format", "json", "--", "python3", "server.py"]);
    let shown = text(&output);
    assert!(shown.contains("\"schema\": \"sixify-lab/1\"") && shown.contains("\"not_reached_at\": []"), "{shown}");
    assert_eq!(code(&output), 0);

    server(folder.path(), "::");
    assert_eq!(code(&lab(folder.path(), &["--", "python3", "server.py"])), 0);
    // It cannot listen, and ends.
    assert_eq!(code(&lab(folder.path(), &["--host-kind", "v4kernel", "--", "python3", "server.py"])), 1);
}

#[test]
fn two_folders_are_compared() {
    if !works() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    server(&folder.path().join("before"), "127.0.0.1");
    server(&folder.path().join("after"), "0.0.0.0");
    let compare = |one: &str, other: &str| lab(folder.path(), &["--compare", one, other, "--", "python3", "server.py"]);
    let output = compare("before", "after");
    assert_eq!(code(&output), 0, "{}", text(&output));
    assert!(
        text(&output).contains("dual      tcp 7000  127.0.0.1       127.0.0.1 10.99.0.1  better"),
        "{}",
        text(&output)
    );
    assert_eq!(code(&compare("after", "before")), 1);
}

#[test]
fn what_cannot_be_run_is_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    for args in
        [&["python3"][..], &["--"], &["--host-kind", "v5only", "--", "python3"], &["--compare", "a", "b", "--", "x"]]
    {
        assert_eq!(code(&lab(folder.path(), args)), 2, "{args:?}");
    }
    if works() {
        assert_eq!(code(&lab(folder.path(), &["--", "no-such-program"])), 2);
    }
}
