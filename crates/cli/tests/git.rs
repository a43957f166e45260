//! `branch`, `patch`, `pr`, `plan` and `apply` as a user runs them, on repositories that a script makes
//! with fixed dates.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use sixify_testkit::skip;
use tempfile::TempDir;

/// A copy of the repositories of `shop.sh`, which is run once.
fn shop() -> TempDir {
    static MADE: OnceLock<TempDir> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/shop.sh");
        let output = Command::new("sh").arg(script).arg(folder.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        folder
    });
    let copy = tempfile::tempdir().unwrap();
    for name in ["work", "bare.git"] {
        assert!(Command::new("cp").arg("-a").arg(made.path().join(name)).arg(copy.path()).status().unwrap().success());
    }
    copy
}

/// The environment of a user with a name and without a configuration.
fn command(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("HOME", folder);
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "Ada Lovelace").env(format!("GIT_{role}_EMAIL"), "ada@example.org");
    }
    command.env("SOURCE_DATE_EPOCH", "1700000100").env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command.env_remove("XDG_CONFIG_HOME");
    command
}

fn sixify(folder: &Path, args: &[&str]) -> Output {
    command(env!("CARGO_BIN_EXE_sixify"), folder).args(args).output().unwrap()
}

/// What the command prints when all goes well.
fn done(folder: &Path, args: &[&str]) -> String {
    let output = sixify(folder, args);
    assert!(output.status.success(), "{args:?}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

fn git(folder: &Path, args: &[&str]) -> String {
    let output = command("git", folder).args(args).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", text(&output.stderr));
    text(&output.stdout).trim_end().to_owned()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Writes the file that a diff gives and takes its tree.
fn tree_of(repository: &Path, revision: &str) -> String {
    git(repository, &["rev-parse", &format!("{revision}^{{tree}}")])
}

#[test]
fn a_branch_is_made_and_a_second_run_finds_nothing_to_do() {
    let shop = shop();
    let said = done(shop.path(), &["branch", "bare.git"]);
    assert!(said.starts_with("made branch ipv6 on "), "{said}");
    assert!(said.contains(": 4 commits\n"), "{said}");
    for subject in [
        "Let redis listen on IPv6 too (`bind` in redis.conf) (1 file)\n",
        "Put host and port together with `net.JoinHostPort` (4 files)\n",
        "Let a dial that only learns the local address work without IPv4 (1 file)\n",
        "Take the host from an address, not from its text up to the first colon (1 file)\n",
    ] {
        assert!(said.contains(subject), "{subject:?} is not in {said}");
    }
    let bare = shop.path().join("bare.git");
    let tip = git(&bare, &["rev-parse", "ipv6"]);
    let again = done(shop.path(), &["branch", "bare.git"]);
    assert!(again.starts_with("nothing to do: the branch ipv6 has 4 commits on "), "{again}");
    assert_eq!(git(&bare, &["rev-parse", "ipv6"]), tip);
    assert_eq!(git(&bare, &["fsck", "--strict"]), "");
    // A branch from the branch has nothing left to mend.
    let none = done(shop.path(), &["branch", "bare.git", "--base", "ipv6", "--branch", "more"]);
    assert!(none.starts_with("nothing to do: nothing to commit on "), "{none}");
    let json: serde_json::Value =
        serde_json::from_str(&done(shop.path(), &["branch", "bare.git", "--format", "json"])).unwrap();
    assert_eq!((&json["change"], &json["tip"]), (&"same".into(), &tip.into()));
}

#[test]
fn the_branch_is_what_diff_shows_and_every_division_comes_to_it() {
    let shop = shop();
    let work = shop.path().join("work");
    let diff = sixify(&work, &["diff"]).stdout;
    done(&work, &["branch"]);
    fs::write(shop.path().join("change.diff"), diff).unwrap();
    git(&work, &["update-index", "-q", "--refresh"]);
    git(&work, &["apply", "--index", "../change.diff"]);
    assert_eq!(git(&work, &["write-tree"]), tree_of(&work, "ipv6"));
    git(&work, &["reset", "-q", "--hard"]);
    let plan = |per: &str| {
        done(&work, &["branch", "--per", per, "--branch", per]);
        assert_eq!(tree_of(&work, per), tree_of(&work, "ipv6"), "{per}");
        git(&work, &["log", "--reverse", "--format=%s", &format!("main..{per}")])
    };
    assert_eq!(plan("plan"), "Support IPv6-only and dual-stack hosts");
    assert_eq!(
        plan("directory"),
        "Let redis listen on IPv6 too (`bind` in redis.conf) in cache\nSupport IPv6-only and dual-stack hosts in catalogue\nPut host and port \
         together with `net.JoinHostPort` in dial"
    );
    assert_eq!(
        plan("owner"),
        "Support IPv6-only and dual-stack hosts (@all)\nLet redis listen on IPv6 too (`bind` in redis.conf) (@cache)\nPut host and port together \
         with `net.JoinHostPort` (@net @core)"
    );
}

#[test]
fn each_commit_alone_is_whole() {
    let shop = shop();
    let work = shop.path().join("work");
    done(&work, &["branch"]);
    for commit in git(&work, &["rev-list", "main..ipv6"]).lines() {
        git(&work, &["checkout", "-q", commit]);
        let source = fs::read_to_string(work.join("catalogue/main.go")).unwrap();
        // Go refuses an import that is missing and one that is not used.
        for package in ["fmt", "log", "net", "strings"] {
            let imported = source.contains(&format!("\"{package}\"\n"));
            assert_eq!(imported, source.contains(&format!("{package}.")), "{package} in {commit}:\n{source}");
        }
        let message = git(&work, &["show", "-s", "--format=%B", commit]);
        let (subject, body) = message.split_once("\n\n").unwrap();
        assert!(subject.chars().count() <= 72 && body.lines().all(|line| line.chars().count() <= 72), "{message}");
        let trailers = git(&work, &["show", "-s", "--format=%(trailers:key=Sixify-Input,valueonly)", commit]);
        assert_eq!(trailers.trim(), git(&work, &["rev-parse", "main"]));
        let id = git(&work, &["show", "-s", "--format=%(trailers:key=Sixify-Codemod,valueonly)", commit]);
        assert!(["go/", "redis/"].iter().any(|ecosystem| id.starts_with(ecosystem)), "{id}");
        assert!(
            body.contains("\n\nChanges ") && body.contains(" in 1 file:\n- ") || body.contains(" in 4 files:\n- "),
            "{body}"
        );
    }
}

#[test]
fn messages_take_the_form_that_a_project_wants() {
    let shop = shop();
    let work = shop.path().join("work");
    fs::write(shop.path().join("template"), "{subject}\n\nRef: SHOP-6\n\n{why}\n{nothing}\n").unwrap();
    let args = ["branch", "--only", "redis", "--conventional", "-s", "--template", "../template"];
    let author = ["--author", "Grace Hopper <grace@example.org>", "--date", "2026-01-31T12:00:00+01:00"];
    done(&work, &[&args[..], &author].concat());
    let message = git(&work, &["show", "-s", "--format=%an %aI%n%B", "ipv6"]);
    let start = "Grace Hopper 2026-01-31T12:00:00+01:00\nfix(redis): let redis listen on IPv6 too (`bind` in redis.conf)\n\nRef: SHOP-6\n\n";
    assert!(message.starts_with(start), "{message}");
    assert!(message.contains("\n{nothing}\n\nSixify-Codemod: redis/bind-line\n"), "{message}");
    assert!(message.ends_with("\nSigned-off-by: Grace Hopper <grace@example.org>"), "{message}");
}

#[test]
fn mails_give_the_tree_of_the_branch() {
    let shop = shop();
    let (bare, work) = (shop.path().join("bare.git"), shop.path().join("work"));
    let refs = git(&bare, &["for-each-ref"]);
    let said = done(shop.path(), &["patch", "bare.git", "-o", "out"]);
    assert!(said.contains("a cover letter and 4 commits on "), "{said}");
    assert_eq!(git(&bare, &["for-each-ref"]), refs, "no branch is made");
    done(shop.path(), &["branch", "bare.git"]);
    let names = fs::read_dir(shop.path().join("out")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut mails: Vec<String> = names.map(|name| format!("../out/{}", name.into_string().unwrap())).collect();
    mails.sort();
    assert!(mails[0].ends_with("/0000-cover-letter.patch"), "{mails:?}");
    let mails: Vec<&str> = mails.iter().map(String::as_str).collect();
    git(&work, &["update-index", "-q", "--refresh"]);
    // Git before 2.34 stops at a mail without a patch.
    git(&work, &[&["am", "-q"], &mails[1..]].concat());
    assert_eq!(tree_of(&work, "main"), tree_of(&bare, "ipv6"));
    let strange = shop.path().join("out/0009-strange.patch");
    fs::write(&strange, "").unwrap();
    let refused = sixify(shop.path(), &["patch", "bare.git", "-o", "out"]);
    assert_eq!(refused.status.code(), Some(3));
    assert_eq!(text(&refused.stderr), "error: out holds another patch, 0009-strange.patch; name another folder\n");
}

#[test]
fn a_pull_request_takes_the_form_of_the_projects_template() {
    let shop = shop();
    let output = sixify(shop.path(), &["pr", "bare.git"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let body = text(&output.stdout);
    assert!(body.starts_with("### Description\n\nThese places assume IPv4. "), "{body}");
    for part in [
        "\n7 places in 5 files.\n\n`go/join-host-port`: 4 places\n- `catalogue/main.go:20` an IPv6",
        "<!-- What and why -->\n",
        "\n### How was it tested?\n\n- [ ] The tests",
        "\n- [ ] I have signed",
    ] {
        assert!(body.contains(part), "{part:?} is not in {body}");
    }
    let said = text(&output.stderr);
    let push = format!(
        "push:  git -C {} push origin ipv6\n",
        fs::canonicalize(shop.path().join("bare.git")).unwrap().display()
    );
    assert!(said.contains("\ntitle: Support IPv6-only and dual-stack hosts\n"), "{said}");
    assert!(said.contains(push.trim_end()) || said.contains("/bare.git/ push origin ipv6\n"), "{said}");
    assert!(said.contains("open:  sixify pr bare.git | gh pr create --base main --head ipv6 --title 'Support IPv6-only and dual-stack hosts' --body-file - --repo github.com/shop/shop\n"), "{said}");
    assert!(said.ends_with("or at: https://github.com/shop/shop/compare/main...ipv6?expand=1\n"), "{said}");
}

#[test]
fn a_branch_is_pushed_only_when_told_to() {
    let shop = shop();
    let work = shop.path().join("work");
    git(&work, &["remote", "add", "origin", "../bare.git"]);
    done(&work, &["pr"]);
    let bare = shop.path().join("bare.git");
    assert!(!git(&bare, &["for-each-ref"]).contains("ipv6"));
    done(&work, &["pr", "--push"]);
    assert_eq!(git(&bare, &["rev-parse", "ipv6"]), git(&work, &["rev-parse", "ipv6"]));
    // No program of that name anywhere.
    let output = command(env!("CARGO_BIN_EXE_sixify"), &work).args(["pr", "--create"]).env("PATH", "/nowhere").output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).ends_with("error: gh: is not installed; the branch is there, go on by hand\n"));
}

#[test]
fn commits_are_signed_with_a_key_of_gpg() {
    let shop = shop();
    let work = shop.path().join("work");
    let home = shop.path().join("gnupg");
    fs::create_dir(&home).unwrap();
    fs::set_permissions(&home, fs::Permissions::from_mode(0o700)).unwrap();
    let gpg = |program: &str, args: &[&str]| command(program, &work).env("GNUPGHOME", &home).args(args).output();
    let key =
        ["--batch", "--passphrase", "", "--quick-generate-key", "Ada <ada@example.org>", "ed25519", "sign", "never"];
    match gpg("gpg", &key) {
        Ok(made) => assert!(made.status.success(), "{}", text(&made.stderr)),
        Err(error) => return skip(&format!("gpg cannot be run: {error}")),
    }
    git(&work, &["config", "user.signingkey", "ada@example.org"]);
    let made = gpg(env!("CARGO_BIN_EXE_sixify"), &["branch", "-S", "--branch", "signed"]).unwrap();
    let verified = gpg("git", &["verify-commit", "signed"]).unwrap();
    gpg("gpgconf", &["--kill", "all"]).unwrap();
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert!(
        text(&verified.stderr).contains("Good signature from \"Ada <ada@example.org>\""),
        "{}",
        text(&verified.stderr)
    );
}

#[test]
fn plans_are_applied_later_and_elsewhere() {
    let shop = shop();
    let work = shop.path().join("work");
    done(&work, &["plan", ".", "--base", "main", "-o", "../plan.json"]);
    done(&work, &["branch"]);
    // To a commit as it was planned for.
    let said = done(&work, &["apply", "../plan.json", "--branch", "applied"]);
    assert!(said.contains("made branch applied on "), "{said}");
    assert_eq!(tree_of(&work, "applied"), tree_of(&work, "ipv6"));
    let person = "Grace Hopper <grace@example.org>";
    done(&work, &["apply", "../plan.json", "--branch", "signed", "--author", person, "--signoff"]);
    let message = git(&work, &["show", "-s", "--format=%an%n%B", "signed"]);
    assert!(message.starts_with("Grace Hopper\n") && message.contains("\nSigned-off-by: "), "{message}");
    let astray = sixify(&work, &["apply", "../plan.json", "--signoff"]);
    assert_eq!(astray.status.code(), Some(2));
    assert!(text(&astray.stderr).ends_with("name its branch with --branch\n"), "{}", text(&astray.stderr));
    // To files that have moved on: lines above, another line ending, one place gone.
    let dial = fs::read_to_string(work.join("dial/dial.go")).unwrap();
    fs::write(work.join("dial/dial.go"), dial.replace("package dial\n", "// Package dial dials.\npackage dial\n"))
        .unwrap();
    let redis = fs::read_to_string(work.join("cache/redis.conf")).unwrap();
    fs::write(work.join("cache/redis.conf"), redis.replace("bind 0.0.0.0\n", "bind 10.0.0.1\n")).unwrap();
    let windows = fs::read_to_string(work.join("dial/windows.go")).unwrap();
    fs::write(work.join("dial/windows.go"), windows.replace("\r\n", "\n")).unwrap();
    let output = sixify(&work, &["apply", "../plan.json"]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("unfit cache/redis.conf:2: redis/bind-line: what stood there has changed\n"), "{said}");
    assert!(said.contains(", 2 of them moved; 0 there already; 1 that no longer fit\n"), "{said}");
    let now = fs::read_to_string(work.join("dial/dial.go")).unwrap();
    assert!(now.starts_with("// Package dial dials.\npackage dial\n") && now.contains("net.JoinHostPort("), "{now}");
    assert!(!fs::read_to_string(work.join("dial/windows.go")).unwrap().contains('\r'));
    // A second time all is there.
    let again = sixify(&work, &["apply", "../plan.json"]);
    assert!(text(&again.stdout).contains("applied 0 changes, 0 of them moved; "), "{}", text(&again.stdout));
    let wrong = sixify(&work, &["apply", "cache/redis.conf"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).starts_with("error: this is no plan of the schema sixify-plan/1: "));
}

#[test]
fn plans_from_strangers_lead_nowhere() {
    let shop = shop();
    let work = shop.path().join("work");
    fs::write(shop.path().join("victim.go"), "package a\n").unwrap();
    let edit = |path: &str| serde_json::json!({"path": path, "nth": 0, "start": 0, "line": 1, "old": "package", "new": "x", "above": "", "below": " a\n"});
    let paths = ["../victim.go", "/etc/passwd", ".git/config", "cache/../../victim.go"];
    let plan = serde_json::json!({
        "schema": "sixify-plan/1", "version": "1", "mode": "dual-stack",
        "files": paths.map(|path| serde_json::json!({"path": path, "blob": "0"})),
        "fixes": paths.map(|path| serde_json::json!({"codemods": ["\u{1b}[2J"], "messages": [], "edits": [edit(path)]})),
    });
    fs::write(shop.path().join("plan.json"), plan.to_string()).unwrap();
    let output = sixify(&work, &["apply", "../plan.json"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(!output.stdout.contains(&0x1b));
    assert_eq!(fs::read_to_string(shop.path().join("victim.go")).unwrap(), "package a\n");
    assert!(text(&output.stdout).contains(" 4 that no longer fit\n"), "{}", text(&output.stdout));
}

#[test]
fn errors_are_told_and_the_configuration_of_the_commit_counts() {
    let shop = shop();
    let work = shop.path().join("work");
    let refused = |args: &[&str]| {
        let output = sixify(&work, args);
        (output.status.code().unwrap(), text(&output.stderr))
    };
    let (code, said) = refused(&["branch", "/nowhere"]);
    assert_eq!((code, said.as_str()), (2, "error: /nowhere: is not a git repository\n"));
    let (code, said) = refused(&["branch", "cache"]);
    assert!(code == 2 && said.contains("cache: is a folder of the repository "), "{said}");
    assert_eq!(refused(&["branch", "--base", "nowhere"]).0, 2);
    assert_eq!(refused(&["branch", "--author", "me"]).0, 2);
    assert_eq!(refused(&["branch", "--branch", "main"]).0, 3);
    fs::write(work.join("sixify.toml"), "only = [\"redis\"]\nexclude = [\"/dial/\"]\n").unwrap();
    // Not committed, so it does not count.
    assert!(done(&work, &["branch", "--branch", "one"]).contains(": 4 commits\n"));
    git(&work, &["add", "sixify.toml"]);
    git(&work, &["commit", "-q", "-m", "Configure"]);
    assert!(done(&work, &["branch", "--branch", "two"]).contains(": 1 commit\n"));
}

#[test]
fn a_run_that_is_killed_leaves_the_old_branch_or_the_new_one() {
    let shop = shop();
    let bare: PathBuf = shop.path().join("bare.git");
    let started = std::time::Instant::now();
    done(shop.path(), &["branch", "bare.git", "--branch", "whole"]);
    let takes = started.elapsed();
    let new = git(&bare, &["rev-parse", "whole"]);
    git(&bare, &["branch", "-q", "-D", "whole"]);
    let mut killed = 0;
    for n in 0..40u32 {
        git(&bare, &["gc", "-q", "--prune=now"]);
        let mut run = command(env!("CARGO_BIN_EXE_sixify"), shop.path());
        let mut run = run.args(["branch", "bare.git"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(u64::try_from(takes.as_micros()).unwrap() * u64::from(n) / 20));
        // SIGKILL on Unix; nothing can be tidied up.
        let _ = run.kill();
        killed += u32::from(!run.wait().unwrap().success());
        let fsck = command("git", &bare).args(["fsck", "--strict", "--no-dangling"]).output().unwrap();
        assert!(fsck.status.success(), "{}", text(&fsck.stderr));
        let tip = command("git", &bare).args(["rev-parse", "-q", "--verify", "refs/heads/ipv6"]).output().unwrap();
        match text(&tip.stdout).trim() {
            "" => {}
            tip => assert_eq!(tip, new),
        }
        // A lock is left when the run ends between two renames; git's own are no different.
        let _ = fs::remove_file(bare.join("refs/heads/ipv6.lock"));
        if text(&tip.stdout).trim() == new {
            git(&bare, &["update-ref", "-d", "refs/heads/ipv6"]);
        }
    }
    assert!(killed > 0);
    done(shop.path(), &["branch", "bare.git"]);
    assert_eq!(git(&bare, &["rev-parse", "ipv6"]), new);
}

#[test]
#[cfg(unix)]
fn commits_are_signed_by_the_program_that_the_user_chose() {
    use std::os::unix::fs::PermissionsExt;

    let shop = shop();
    let home = shop.path().join("home");
    fs::create_dir(&home).unwrap();
    let program = home.join("gpg");
    let script = "#!/bin/sh\nprintf '%s\\n' \"$*\" > \"$0.args\"\ncat > \"$0.commit\"\necho '[GNUPG:] SIG_CREATED D' >&2\n\
                  printf -- '-----BEGIN PGP SIGNATURE-----\\n\\nsigned\\n-----END PGP SIGNATURE-----\\n'\n";
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let config = format!("[user]\n\tsigningkey = ABC\n[gpg]\n\tprogram = {}\n", program.display());
    fs::write(home.join(".gitconfig"), config).unwrap();
    let sign = |extra: &[&str]| {
        let mut run = command(env!("CARGO_BIN_EXE_sixify"), shop.path());
        run.args(["branch", "bare.git", "--only", "redis", "-S"]).args(extra).env("HOME", &home).output().unwrap()
    };
    let output = sign(&[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(fs::read_to_string(home.join("gpg.args")).unwrap(), "--status-fd=2 -bsau ABC\n");
    let bare = shop.path().join("bare.git");
    let commit = git(&bare, &["cat-file", "commit", "ipv6"]);
    let signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n signed\n -----END PGP SIGNATURE-----\n";
    assert!(commit.contains(signature), "{commit}");
    // What was signed is the commit without the signature.
    let signed = fs::read_to_string(home.join("gpg.commit")).unwrap();
    assert_eq!(commit.replace(signature, ""), signed.trim_end());
    fs::write(&program, "#!/bin/sh\necho 'gpg: no secret key' >&2\nexit 2\n").unwrap();
    let failed = sign(&["--branch", "other"]);
    assert_eq!(failed.status.code(), Some(3));
    let want = format!("error: the commit cannot be signed: {}: gpg: no secret key\n", program.display());
    assert_eq!(text(&failed.stderr), want);
}
