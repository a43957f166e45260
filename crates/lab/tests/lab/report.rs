//! Reports on any program, and comparisons of two trees.

use std::time::Duration;

use sixify_lab::{Call, Exit, HostKind, Program, Transport, Verdict, Wait, compare, run_report};

use crate::support::{or_skip, python, shell};

fn wait() -> Wait {
    Wait { settle: Duration::from_millis(300), ..Wait::default() }
}

#[test]
fn a_report_says_what_listens_and_who_reaches_it() {
    let Some(program) = python(
        "import socket\n\
         a = socket.create_server(('0.0.0.0', 8080))\n\
         b = socket.create_server(('::', 9090), family=socket.AF_INET6)\n\
         c = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)\n\
         c.bind(('::1', 53))\n\
         c.recv(1); c.recv(1)",
    ) else {
        return;
    };
    let Some(report) = or_skip(run_report(HostKind::V6Only, &program, &wait())) else { return };
    let services: Vec<_> =
        report.services.iter().map(|s| (s.transport, s.port, s.reach.to_string(), s.sockets[0].notation())).collect();
    assert_eq!(
        services,
        [
            (Transport::Tcp, 8080, "L4".to_owned(), "0.0.0.0".to_owned()),
            (Transport::Tcp, 9090, "L6+G6".to_owned(), "[::] (v6only)".to_owned()),
            (Transport::Udp, 53, "L6".to_owned(), "[::1] (v6only)".to_owned()),
        ]
    );
    assert!(!report.is_reached_everywhere());
    assert_eq!(report.exit, None);
    let text = report.to_string();
    assert!(text.contains("tcp 0.0.0.0:8080"), "{text}");
    assert!(text.contains("bind 0.0.0.0:8080"), "{text}");
}

#[test]
fn system_calls_betray_ipv4_also_in_children() {
    let child = "import socket\n\
                 s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n\
                 for i in range(3):\n\
                 \x20 try: s.connect(('8.8.8.8', 53))\n\
                 \x20 except OSError: pass\n\
                 try: s.sendto(b'x', ('10.1.2.3', 4))\n\
                 except OSError: pass\n\
                 for target in '::ffff:127.0.0.1', '::1':\n\
                 \x20 socket.socket(socket.AF_INET6).connect_ex((target, 7))";
    let Some(program) = python("import subprocess, sys\nsubprocess.run([sys.executable, '-c', sys.argv[1]])\nprint(1)")
    else {
        return;
    };
    let program = program.arg(child);
    for kind in [HostKind::V6Only, HostKind::V4Kernel] {
        let Some(report) = or_skip(run_report(kind, &program, &wait())) else { return };
        assert_eq!(report.exit, Some(Exit::Code(0)), "{report}"); // of the parent
        let calls: Vec<_> = report.betrayals.iter().map(|b| (b.call.to_string(), b.times)).collect();
        let mut expected = vec![
            ("socket AF_INET, SOCK_DGRAM".to_owned(), 1),
            ("connect 8.8.8.8:53".to_owned(), 3),
            ("sendto 10.1.2.3:4".to_owned(), 1),
        ];
        if kind == HostKind::V6Only {
            expected.push(("connect [::ffff:127.0.0.1]:7".to_owned(), 1));
        }
        assert_eq!(calls, expected, "{report}");
        assert!(report.betrayals.iter().all(|b| b.process.starts_with("python")), "{report}");
        assert_eq!(report.unread, 0);
    }
}

#[test]
fn ipv6_alone_betrays_nothing() {
    let Some(program) =
        python("import socket\ns = socket.create_server(('::1', 80), family=socket.AF_INET6)\ns.accept()")
    else {
        return;
    };
    let Some(report) = or_skip(run_report(HostKind::V6Only, &program, &wait())) else { return };
    assert_eq!(report.betrayals, [], "{report}");
    assert_eq!(report.services.len(), 1);
}

#[test]
fn a_program_that_ends_is_reported_with_its_words() {
    let program = shell("echo starting; echo it broke >&2; exit 4");
    let Some(report) = or_skip(run_report(HostKind::Dual, &program, &wait())) else { return };
    assert_eq!(report.exit, Some(Exit::Code(4)));
    let text = report.to_string();
    assert!(text.contains("It does not listen."), "{text}");
    assert!(text.ends_with("It ended by itself: exit 4\n    starting\n    it broke\n"), "{text}");
    assert!(!report.betrayals.iter().any(|b| matches!(b.call, Call::Bind(_))));
}

#[test]
fn two_trees_are_compared_on_every_kind() {
    let Some(python) = python("") else { return };
    let program = Program { args: vec!["server.py".into()], ..python };
    let tree = |listen: &str| {
        let directory = tempfile::tempdir().unwrap();
        let source = format!("import socket\ns = {listen}\nwhile True: s.accept()[0].close()\n");
        std::fs::write(directory.path().join("server.py"), source).unwrap();
        directory
    };
    let before = tree("socket.create_server(('0.0.0.0', 8080))");
    let folklore = tree("socket.create_server(('::', 8080), family=socket.AF_INET6)");
    let proven = tree(
        "socket.create_server(('', 8080), family=socket.AF_INET6, dualstack_ipv6=True) \
         if socket.has_dualstack_ipv6() else socket.create_server(('', 8080))",
    );

    let Some(table) = or_skip(compare(before.path(), proven.path(), &program, &wait())) else { return };
    let verdicts: Vec<_> = table.rows.iter().map(|row| row.verdict()).collect();
    use Verdict::{Better, Same, Worse};
    assert_eq!(verdicts, [Better, Better, Better, Same, Same], "{table}");
    assert!(!table.is_worse_somewhere());

    // Python's create_server switches IPV6_V6ONLY on.
    let Some(table) = or_skip(compare(before.path(), folklore.path(), &program, &wait())) else { return };
    assert!(table.rows.iter().all(|row| row.verdict() == Worse), "{table}");
    assert!(table.to_string().contains("ended: exit 1"), "{table}");
}
