//! The command as a user runs it: exit codes, what goes where, what is written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// One safe finding in line 9.
const DIAL: &str = "package a\n\nimport (\n\t\"fmt\"\n\t\"net\"\n)\n\nfunc dial(ip net.IP, port int) (net.Conn, error) {\n\t\
                    return net.Dial(\"tcp\", fmt.Sprintf(\"%s:%d\", ip, port))\n}\n";
const DIALLED: &str = "package a\n\nimport (\n\t\"net\"\n\t\"strconv\"\n)\n\nfunc dial(ip net.IP, port int) (net.Conn, error) \
                       {\n\treturn net.Dial(\"tcp\", net.JoinHostPort(ip.String(), strconv.Itoa(port)))\n}\n";
/// One place that is right as it is, in line 5.
const RIGHT: &str = "package b\n\nimport \"net\"\n\nvar l, _ = net.Listen(\"tcp\", \"0.0.0.0:80\")\n";

fn tree(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let file = dir.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    dir
}

fn sixify(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sixify"));
    command.args(args).current_dir(dir).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).expect("one document and nothing else")
}

#[test]
fn check_tells_findings_by_its_exit_code_and_shows_them() {
    let dir = tree(&[("a/dial.go", DIAL), ("b.go", RIGHT), ("notes.txt", "x")]);
    let found = sixify(dir.path(), &["check"]);
    assert_eq!(code(&found), 1, "{}", stderr(&found));
    assert_eq!(stderr(&found), "");
    let text = stdout(&found);
    let want = " --> a/dial.go:9:25
  |
9 |     return net.Dial(\"tcp\", fmt.Sprintf(\"%s:%d\", ip, port))
  |                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  | -     return net.Dial(\"tcp\", fmt.Sprintf(\"%s:%d\", ip, port))
  | +     return net.Dial(\"tcp\", net.JoinHostPort(ip.String(), strconv.Itoa(port)))
  |
  = note: ";
    assert!(text.starts_with("warning[go/join-host-port]: ") && text.contains(want), "{text}");
    let end = "  = help: safe: `sixify fix` applies it\n\n1 finding in 2 files looked at: 1 accepted; 1 safe\n\
               skipped: 1 no codemod reads such files\n";
    assert!(text.ends_with(end), "{text}");
    assert!(!text.contains('\u{1b}'), "colours without a terminal");
    let none = sixify(dir.path(), &["check", "b.go"]);
    assert_eq!((code(&none), stdout(&none).as_str()), (0, "no findings in 1 file looked at\n"));
    assert!(stdout(&sixify(dir.path(), &["check", "--color", "always"])).contains("\u{1b}["));
}

#[test]
fn the_json_is_one_document_of_the_schema() {
    let dir = tree(&[("a/dial.go", DIAL), ("a/go.sum", "")]);
    let output = sixify(dir.path(), &["check", "--format", "json"]);
    assert_eq!((code(&output), stderr(&output).as_str()), (1, ""));
    let found = json(&output);
    assert_eq!((&found["schema"], &found["mode"]), (&"sixify/1".into(), &"dual-stack".into()));
    let finding = &found["findings"][0];
    let want = serde_json::json!({
        "codemod": "go/join-host-port", "path": "a/dial.go", "line": 9, "column": 25, "end_line": 9, "end_column": 55,
        "role": "join", "applicability": "safe", "outcome": "accepted",
    });
    for (key, value) in want.as_object().unwrap() {
        assert_eq!(&finding[key], value, "{key}");
    }
    for (key, is_there) in [("message", finding["message"].is_string()), ("evidence", finding["evidence"].is_array())] {
        assert!(is_there, "{key} in {finding}");
    }
    assert!(finding["references"].as_array().is_some_and(|r| !r.is_empty()));
    let edits = finding["edits"].as_array().unwrap();
    assert!(edits.iter().all(|e| e["path"] == "a/dial.go" && e["start_line"] == 9 && e["end_line"] == 9));
    assert_eq!(found["skipped"], serde_json::json!([{"path": "a/go.sum", "reason": "lock file"}]));
    assert_eq!(found["failures"], serde_json::json!([]));
    assert_eq!(found["summary"]["outcomes"], serde_json::json!({"accepted": 1}));

    let lines = stdout(&sixify(dir.path(), &["check", "--format", "jsonl"]));
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[0], &lines[1]["summary"]), (2, finding, &found["summary"]));
    assert_eq!((&lines[1]["schema"], lines[1].get("findings")), (&"sixify/1".into(), None));
}

#[test]
fn paths_are_relative_to_one_folder_and_else_to_the_current_one() {
    let dir = tree(&[("a/b/dial.go", DIAL), ("c/dial.go", DIAL)]);
    let paths = |args: &[&str]| -> Vec<String> {
        let found = json(&sixify(dir.path(), &[&["check", "--format", "json"], args].concat()));
        let findings = found["findings"].as_array().unwrap().iter();
        findings.map(|f| f["path"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(paths(&["a"]), ["b/dial.go"]);
    assert_eq!(paths(&["a/b/dial.go"]), ["a/b/dial.go"]);
    assert_eq!(paths(&["c", "a"]), ["a/b/dial.go", "c/dial.go"]);
    assert_eq!(paths(&["c", "./c/dial.go", "."]), ["a/b/dial.go", "c/dial.go"]);
}

#[test]
fn git_takes_the_diff_as_it_is_and_nothing_was_written() {
    let dir = tree(&[("svc/sub dir/dial.go", DIAL), ("crlf.go", &DIAL.replace('\n', "\r\n"))]);
    let diff = sixify(dir.path(), &["diff"]);
    assert_eq!(code(&diff), 0);
    assert!(stdout(&diff).starts_with("diff --git a/crlf.go b/crlf.go\n"), "{}", stdout(&diff));
    assert!(stderr(&diff).starts_with("2 findings in 2 files looked at: 2 accepted; 2 safe\n"), "{}", stderr(&diff));
    assert_eq!(fs::read_to_string(dir.path().join("svc/sub dir/dial.go")).unwrap(), DIAL);

    let git = |args: &[&str]| Command::new("git").args(args).current_dir(dir.path()).output();
    // Without git there is nobody to ask.
    if !git(&["init", "-q"]).is_ok_and(|done| done.status.success()) {
        return;
    }
    let apply = |diff: &Output, args: &[&str]| {
        let mut git = Command::new("git");
        let git = git.arg("apply").args(args).current_dir(dir.path()).stdin(Stdio::piped());
        let mut git = git.spawn().unwrap();
        git.stdin.take().unwrap().write_all(&diff.stdout).unwrap();
        assert!(git.wait().unwrap().success());
    };
    let part = sixify(dir.path(), &["diff", "svc"]);
    let how = "paths are relative to svc: apply with `git apply --directory=svc`\n";
    assert!(stderr(&part).ends_with(how), "{}", stderr(&part));
    apply(&part, &["--check", "--directory=svc"]);
    apply(&diff, &[]);
    assert_eq!(fs::read_to_string(dir.path().join("svc/sub dir/dial.go")).unwrap(), DIALLED);
    assert_eq!(fs::read_to_string(dir.path().join("crlf.go")).unwrap(), DIALLED.replace('\n', "\r\n"));
    assert_eq!(stdout(&sixify(dir.path(), &["diff"])), "");
}

#[test]
fn the_ledger_of_a_diff_can_be_json_and_stays_off_standard_output() {
    let dir = tree(&[("dial.go", DIAL)]);
    let diff = sixify(dir.path(), &["diff", "--format", "json"]);
    assert!(stdout(&diff).starts_with("diff --git "));
    let ledger: serde_json::Value = serde_json::from_slice(&diff.stderr).unwrap();
    assert_eq!(ledger["summary"]["changed"], 1);
}

#[test]
fn fix_writes_tells_what_remains_and_finds_nothing_more() {
    let text = DIAL.replace(
        "}\n",
        "}\n\nfunc more(host, port string) (net.Conn, error) {\n\treturn net.Dial(\"tcp4\", host)\n}\n",
    );
    let dir = tree(&[("dial.go", &text)]);
    let fixed = sixify(dir.path(), &["fix"]);
    assert_eq!((code(&fixed), stderr(&fixed).as_str()), (0, ""));
    assert!(stdout(&fixed).starts_with("fixed dial.go (1 finding)\nremains dial.go:13:18: [go/network-family] "));
    assert!(fs::read_to_string(dir.path().join("dial.go")).unwrap().starts_with(DIALLED));
    let again = sixify(dir.path(), &["fix", "--format", "json"]);
    assert_eq!((code(&again), &json(&again)["summary"]["changed"]), (0, &0.into()));
}

#[test]
fn wrong_usage_and_bad_input_are_two() {
    let dir = tree(&[("a.go", RIGHT), ("sixify.toml", "modus = 1\n")]);
    let cases: [(&[&str], &str); 10] = [
        (&["check", "no/such"], "error: no/such: there is no such file or folder\n"),
        (&["check", "--config", "none.toml"], "error: none.toml: cannot be read: "),
        (&["check"], "sixify.toml: "),
        (&["check", "--only", "go/nothing", "--config", "/dev/null"], "`sixify list` shows all codemods"),
        (&["check", "--set", "x=y", "--config", "/dev/null"], "the setting \"x\" is for no codemod"),
        (&["check", "--mode", "ipv5"], "is not one of dual-stack, ipv6-only, ipv6-capable"),
        (&["check", "--hosts", "v6"], "is not one of v6only, "),
        (&["frobnicate"], "unrecognized subcommand"),
        (&["explain", "go/nothing", "--config", "/dev/null"], "there is no codemod \"go/nothing\""),
        (&["explain", "a.go:99", "--config", "/dev/null"], "error: a.go has 5 lines\n"),
    ];
    for (args, said) in cases {
        let output = sixify(dir.path(), args);
        assert_eq!(code(&output), 2, "{args:?}");
        assert!(stderr(&output).contains(said), "{args:?}: {}", stderr(&output));
        assert_eq!(stdout(&output), "", "{args:?}");
    }
}

#[test]
fn the_configuration_counts_and_the_command_line_goes_before_it() {
    let toml = "mode = \"ipv6-capable\"\nonly = [\"go\"]\nskip = [\"go/network-family\"]\nexclude = [\"/old/\"]\n";
    let dir = tree(&[("sixify.toml", toml), ("a.go", DIAL), ("old/a.go", DIAL)]);
    let found = json(&sixify(dir.path(), &["check", "--format", "json"]));
    assert_eq!((&found["mode"], &found["summary"]["findings"]), (&"ipv6-capable".into(), &1.into()));
    let excluded = serde_json::json!({"path": "old/", "reason": "excluded by the configuration"});
    assert!(found["skipped"].as_array().unwrap().contains(&excluded), "{found}");
    let found = json(&sixify(dir.path(), &["check", "--format", "json", "--mode", "dual-stack"]));
    assert_eq!(found["mode"], "dual-stack");
    let none = sixify(dir.path(), &["check", "--skip", "go/join-host-port"]);
    assert_eq!(code(&none), 0, "{}", stdout(&none));
}

#[test]
fn tests_are_passed_over_unless_they_are_asked_for() {
    let dir = tree(&[("dial_test.go", DIAL)]);
    let found = json(&sixify(dir.path(), &["check", "--format", "json"]));
    assert_eq!(found["summary"]["findings"], 0);
    assert_eq!(found["skipped"], serde_json::json!([{"path": "dial_test.go", "reason": "test"}]));
    let asked = json(&sixify(dir.path(), &["check", "--format", "json", "--tests"]));
    assert_eq!(asked["summary"]["findings"], 1);
    fs::write(dir.path().join("sixify.toml"), "tests = true\n").unwrap();
    let configured = json(&sixify(dir.path(), &["check", "--format", "json"]));
    assert_eq!(configured["summary"]["findings"], 1);
}

#[test]
fn apis_of_the_user_count_as_those_of_the_catalog() {
    let code = "package main\n\nimport (\n\t\"fmt\"\n\n\t\"example.com/mycorp\"\n)\n\nfunc f(a string, b int) {\n\tmycorp.Serve(fmt.Sprintf(\"%s:%d\", a, b))\n}\n";
    let row =
        "[[api]]\nlanguage = \"go\"\nname = \"example.com/mycorp.Serve\"\nargument = 1\nrole = \"bind-address\"\n";
    let without = tree(&[("main.go", code)]);
    let found = json(&sixify(without.path(), &["check", "--format", "json"]));
    assert_eq!(found["findings"].as_array().map(Vec::len), Some(0));
    let with = tree(&[("main.go", code), ("sixify.toml", row)]);
    let diff = stdout(&sixify(with.path(), &["diff", "--unsafe"]));
    assert!(diff.contains("+\tmycorp.Serve(net.JoinHostPort(a, strconv.Itoa(b)))\n"), "{diff}");
    let wrong = tree(&[("sixify.toml", &row.replace("bind-address", "listener"))]);
    let output = sixify(wrong.path(), &["check"]);
    assert_eq!(output.status.code().unwrap_or(-1), 2);
    assert!(
        stderr(&output).contains("sixify.toml: api: example.com/mycorp.Serve: there is no role"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn an_empty_folder_and_odd_bytes_are_no_errors() {
    let dir = tree(&[]);
    let empty = sixify(dir.path(), &["check", "--strict"]);
    assert_eq!((code(&empty), stdout(&empty).as_str()), (0, "no findings in 0 files looked at\n"));
    // Latin-1 is edited as it is; UTF-16 is skipped and told.
    fs::write(dir.path().join("latin.go"), [DIAL.as_bytes(), b"// caf\xe9\n"].concat()).unwrap();
    fs::write(dir.path().join("wide.go"), b"\xff\xfep\0a\0").unwrap();
    let found = sixify(dir.path(), &["check"]);
    assert_eq!(code(&found), 1);
    assert!(stdout(&found).contains("\nskipped wide.go: UTF-16 or UTF-32, which no codemod rewrites\n"));
    assert_eq!(code(&sixify(dir.path(), &["check", "--strict"])), 3);
    assert_eq!(code(&sixify(dir.path(), &["fix"])), 0);
    let fixed = fs::read(dir.path().join("latin.go")).unwrap();
    assert_eq!(fixed, [DIALLED.as_bytes(), b"// caf\xe9\n"].concat());
}

#[test]
fn a_read_only_file_is_named_and_nothing_is_written() {
    let dir = tree(&[("a.go", DIAL), ("b.go", DIAL)]);
    let file = dir.path().join("b.go");
    let mut permissions = fs::metadata(&file).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions).unwrap();
    let output = sixify(dir.path(), &["fix"]);
    let want = "error: nothing was written: b.go is read-only; make it writable or leave it out\n";
    assert_eq!((code(&output), stderr(&output).as_str(), stdout(&output).as_str()), (3, want, ""));
    assert_eq!(fs::read_to_string(dir.path().join("a.go")).unwrap(), DIAL);
}

#[test]
#[cfg(unix)]
fn unreadable_files_are_skipped_and_strictly_counted() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let dir = tree(&[("a.go", RIGHT), ("shut.go", RIGHT)]);
    fs::set_permissions(dir.path().join("shut.go"), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(dir.path().join("shut.go")).is_err() {
        let output = sixify(dir.path(), &["check"]);
        assert_eq!(code(&output), 0);
        assert!(stdout(&output).contains("skipped shut.go: cannot be read: Permission denied\n"));
        assert_eq!(code(&sixify(dir.path(), &["check", "--strict"])), 3);
        let named = sixify(dir.path(), &["check", "shut.go"]);
        assert_eq!((code(&named), stderr(&named).as_str()), (2, "error: shut.go: cannot be read: Permission denied\n"));
    }
    fs::remove_file(dir.path().join("shut.go")).unwrap();
    symlink("a.go", dir.path().join("link\u{202e}.go")).unwrap();
    let output = sixify(dir.path(), &["check", "--strict"]);
    assert_eq!(code(&output), 3);
    assert!(stdout(&output).contains("skipped link\\u{202e}.go: symlink\n"), "{}", stdout(&output));
}

#[test]
fn explain_gives_the_docs_the_reasons_or_what_was_looked_at() {
    let dir = tree(&[("a.go", DIAL), ("b.go", RIGHT), ("c.txt", "x\n")]);
    let explain = |what: &str| {
        let output = sixify(dir.path(), &["explain", what]);
        assert_eq!((code(&output), stderr(&output).as_str()), (0, ""), "{what}");
        stdout(&output)
    };
    assert!(explain("go/join-host-port").starts_with("# "));
    let finding = explain("a.go:9");
    assert!(finding.contains(" --> a.go:9:25\n") && finding.contains("more with `sixify explain go/join-host-port`"));
    let note = explain("b.go:5:3");
    assert!(note.starts_with("left alone[go/listen-wildcard]: ") && note.contains(" --> b.go:5:"), "{note}");
    let nothing = explain("a.go:2");
    assert!(
        nothing.starts_with("sixify has nothing to say about a.go:2.\nThe file was read as go, by go/"),
        "{nothing}"
    );
    assert!(nothing.ends_with("\nThere are findings in other lines of it: 9.\n"), "{nothing}");
    let want = "sixify has nothing to say about c.txt:1.\nc.txt was skipped: no codemod reads such files.\n";
    assert_eq!(explain("c.txt:1"), want);
    let data = json(&sixify(dir.path(), &["explain", "b.go:5", "--format", "json"]));
    assert_eq!((&data["line"], &data["notes"][0]["codemod"]), (&5.into(), &"go/listen-wildcard".into()));
}

#[test]
fn list_names_every_codemod_with_its_kinds() {
    let dir = tree(&[]);
    let text = stdout(&sixify(dir.path(), &["list"]));
    assert!(text.lines().any(|line| line.starts_with("go/join-host-port ") && line.ends_with("(go)")), "{text}");
    let list = json(&sixify(dir.path(), &["list", "--format", "json"]));
    let ids: Vec<&str> = list["codemods"].as_array().unwrap().iter().filter_map(|c| c["id"].as_str()).collect();
    let sets = list["sets"].as_array().unwrap();
    assert_eq!(ids.len() + sets.len(), text.lines().count());
    assert!(ids.is_sorted());
    // A member that stands for nothing would be missed in silence.
    for set in sets {
        let members = set["members"].as_array().unwrap();
        assert!(!members.is_empty());
        for member in members.iter().filter_map(|member| member.as_str()) {
            assert_eq!(code(&sixify(dir.path(), &["list", "--only", member])), 0, "{member} of {set}");
        }
    }
    let explained = stdout(&sixify(dir.path(), &["explain", "set/texts"]));
    assert!(explained.contains("- */join-host-port\n"), "{explained}");
}

#[test]
fn nothing_in_a_file_reaches_the_terminal_as_a_control_character() {
    let text = DIAL.replace("ip, port))", "ip, port)) // \u{1b}[2J\u{202e}");
    let dir = tree(&[("a.go", &text)]);
    let shown = stdout(&sixify(dir.path(), &["check"]));
    assert!(shown.contains("// \\u{1b}[2J\\u{202e}") && !shown.contains(['\u{1b}', '\u{202e}']), "{shown}");
    // The diff is for git and has the bytes of the file.
    assert!(stdout(&sixify(dir.path(), &["diff"])).contains("// \u{1b}[2J\u{202e}\n"));
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let files: Vec<(String, &str)> = (0..400).map(|n| (format!("f{n}.go"), DIAL)).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let dir = tree(&files);
    let mut command = Command::new(env!("CARGO_BIN_EXE_sixify"));
    let command = command.arg("check").current_dir(dir.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((code(&output), stderr(&output).as_str()), (0, ""));
}

#[test]
fn a_map_rewrites_addresses_and_lists_what_it_does_not_have() {
    let values = "peer: 10.0.0.1:80\nurl: http://10.0.0.2/\nother: 10.0.0.9\nnetwork: 10.1.0.0/16\n";
    let map = "# ours\n10.0.0.1 = fd00::1\n10.0.0.2 = fd00::2\n10.1.0.0/16 = fd00:0:0:1::/64\n";
    let dir = tree(&[("app.yaml", values), ("hosts.map", map), ("bad.map", "10.0.0.1 = fd00::1\n\n10.0.0.2: x\n")]);
    assert_eq!(code(&sixify(dir.path(), &["check", "app.yaml"])), 0, "nothing is done without a map");
    let check = sixify(dir.path(), &["check", "--map", "hosts.map", "app.yaml"]);
    let text = stdout(&check);
    assert_eq!(code(&check), 1, "{}", stderr(&check));
    assert!(text.contains("the address 10.0.0.9 is of IPv4") && text.contains("the map does not have it"), "{text}");
    let fix = sixify(dir.path(), &["fix", "--unsafe", "--map", "hosts.map", "app.yaml"]);
    assert_eq!(code(&fix), 0, "{}", stderr(&fix));
    let want = "peer: \"[fd00::1]:80\"\nurl: http://[fd00::2]/\nother: 10.0.0.9\nnetwork: fd00:0:0:1::/64\n";
    assert_eq!(fs::read_to_string(dir.path().join("app.yaml")).unwrap(), want);
    let bad = sixify(dir.path(), &["check", "--map", "bad.map", "app.yaml"]);
    let like = "\"10.0.0.2: x\" is not like 10.0.0.1 = fd00::1 or 10.0.0.0/16 = fd00::/64";
    assert_eq!((code(&bad), stderr(&bad)), (2, format!("error: bad.map: line 3: {like}\n")));
    let none = sixify(dir.path(), &["check", "--map", "none.map", "app.yaml"]);
    assert!(code(&none) == 2 && stderr(&none).starts_with("error: none.map: cannot be read: "), "{}", stderr(&none));
    assert!(stdout(&sixify(dir.path(), &["check", "--help"])).contains("10.0.0.1 = fd00::1"));
}
