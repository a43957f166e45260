//! The same without privileges.
//!
//! As root, the test runs itself again as an ordinary user, from a copy that this user may read.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use sixify_lab::{HostKind, Program, Spelling, Talk, measure, run_report};

use crate::support::{host, or_skip, output, shell};

const NOBODY: u32 = 65534;
const LISTEN: &str = "SIXIFY_LAB_TEST_LISTEN";

/// The server that the tests of this file start: this binary, told to run this alone.
#[test]
#[ignore = "a program that other tests start"]
fn server() {
    let Ok(address) = std::env::var(LISTEN) else { return };
    let listener = TcpListener::bind(address).unwrap();
    for client in listener.incoming() {
        let mut client = client.unwrap();
        let peer = client.peer_addr().unwrap().ip();
        writeln!(client, "PEER {peer}").unwrap();
    }
}

#[test]
fn an_ordinary_user_has_hosts_too() {
    let uid = fs::metadata("/proc/self").map(|own| std::os::unix::fs::MetadataExt::uid(&own)).unwrap();
    if uid != 0 {
        return as_an_ordinary_user();
    }
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let copy = directory.path().join("lab");
    fs::copy(std::env::current_exe().unwrap(), &copy).unwrap();
    let status = Command::new(&copy)
        .args(["--exact", "unprivileged::as_an_ordinary_user", "--ignored", "--nocapture"])
        .current_dir("/")
        .gid(NOBODY)
        .uid(NOBODY)
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
#[ignore = "run by an_ordinary_user_has_hosts_too as the right user"]
fn as_an_ordinary_user() {
    let this = Program::new(std::env::current_exe().unwrap());
    let server = this.args_of_test("unprivileged::server");
    for kind in HostKind::ALL {
        let Some(host) = host(kind) else { return };
        assert!(host.is_unprivileged());
        let user = output(&host, &shell("id -u; grep CapEff /proc/self/status"));
        assert!(!user.starts_with("0\n"), "the program stays who it is: {user}");
        assert!(user.contains("CapEff:\t0000000000000000"), "{user}");
        drop(host);

        let spelling = |address: &str| Spelling {
            ecosystem: "rust".to_owned(),
            text: String::new(),
            version: String::new(),
            program: server.clone().env(LISTEN, address),
            port: 80,
            talk: Talk::Greet,
            settle: Duration::from_millis(50),
        };
        let Some(row) = or_skip(measure(kind, &spelling("0.0.0.0:80"))) else { return };
        assert_eq!(row.reach.to_string(), if kind == HostKind::V6Only { "L4" } else { "L4+G4" }, "{row}");
        let Some(row) = or_skip(measure(kind, &spelling("[::]:80"))) else { return };
        let expected = match kind {
            HostKind::V6Only => "L4+L6+G6",
            HostKind::Dual => "L4+L6+G4+G6",
            HostKind::DualB6 => "L6+G6",
            HostKind::V4Only => "L4+G4",
            HostKind::V4Kernel => "",
        };
        assert_eq!(row.reach.to_string(), expected, "{row}");
    }

    let program = server.env(LISTEN, "0.0.0.0:8080");
    let Some(report) = or_skip(run_report(HostKind::V6Only, &program, &Default::default())) else { return };
    let calls: Vec<_> = report.betrayals.iter().map(|b| b.call.to_string()).collect();
    assert_eq!(calls, ["socket AF_INET, SOCK_STREAM", "bind 0.0.0.0:8080"], "{report}");
    assert_eq!(report.unread, 0);
}

trait OfTest {
    fn args_of_test(self, name: &str) -> Self;
}

impl OfTest for Program {
    /// Makes the test binary run this test alone.
    fn args_of_test(self, name: &str) -> Self {
        self.arg("--exact").arg(name).arg("--ignored").arg("--nocapture")
    }
}
