//! Programs on a host: how they start, end, and are cleaned up.

use std::path::Path;
use std::time::Duration;

use sixify_lab::{Exit, Host, HostKind, LabError, Program, Talk, Wait};

use crate::support::{host, output, python, shell};

#[test]
fn a_program_that_does_not_exist_is_an_error_of_its_own() {
    let Some(host) = host(HostKind::Dual) else { return };
    let error = host.start(&Program::new("sixify-no-such-program")).err();
    assert!(matches!(error, Some(LabError::Start { .. })), "{error:?}");
    let error = host.start(&shell("true").directory("/no/such/directory")).err();
    assert!(matches!(error, Some(LabError::Start { .. })), "{error:?}");
}

#[test]
fn exits_are_told_apart() {
    let Some(host) = host(HostKind::Dual) else { return };
    for (script, exit) in [("exit 3", Exit::Code(3)), ("kill -9 $$", Exit::Signal(9))] {
        let running = host.start(&shell(script)).unwrap();
        assert!(running.wait_exit(Duration::from_secs(10)));
        assert_eq!(running.exit().unwrap(), Some(exit));
    }
    let running = host.start(&shell("echo one; echo two >&2; exec sleep 60")).unwrap();
    assert!(!running.wait_exit(Duration::from_millis(300)));
    assert_eq!(running.exit().unwrap(), None);
    assert_eq!(running.output(), "one\ntwo\n");
}

#[test]
fn waiting_ends_when_the_program_does() {
    let Some(host) = host(HostKind::Dual) else { return };
    let running = host.start(&shell("exit 1")).unwrap();
    let wait = Wait { at_most: Duration::from_secs(60), ..Wait::default() };
    let start = std::time::Instant::now();
    assert_eq!(running.wait_listening(&wait).unwrap(), []);
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_daemon_is_waited_for_and_dies_with_its_host() {
    let Some(program) = python(
        "import os, socket, sys, time\n\
         if os.fork(): sys.exit()\n\
         os.setsid()\n\
         time.sleep(0.3)\n\
         s = socket.create_server(('', 8080))\n\
         while True: s.accept()[0].send(b'hello\\n')",
    ) else {
        return;
    };
    let Some(host) = host(HostKind::Dual) else { return };
    let running = host.start(&program).unwrap();
    let sockets = running.wait_listening(&Wait::default()).unwrap();
    assert_eq!(sockets.len(), 1);
    assert_eq!(running.exit().unwrap(), Some(Exit::Code(0)));
    let (pid, _) = host.holder(&sockets[0]).unwrap();
    assert_ne!(pid, running.pid());
    drop(running);
    let process = format!("/proc/{pid}/ns/net");
    assert!(Path::new(&process).exists(), "it has left the session of the program");
    drop(host);
    assert!(!Path::new(&process).exists());
}

#[test]
fn programs_on_one_host_reach_each_other() {
    let Some(server) =
        python("import socket\ns = socket.create_server(('', 8080))\nwhile True: s.accept()[0].send(b'hello\\n')")
    else {
        return;
    };
    let Some(client) = python("import socket\nprint(socket.create_connection(('v4host', 8080)).recv(9))") else {
        return;
    };
    let Some(one) = host(HostKind::Dual) else { return };
    let Some(other) = host(HostKind::Dual) else { return };
    let running = one.start(&server).unwrap();
    running.wait_listening(&Wait::default()).unwrap();
    assert_eq!(output(&one, &client), "b'hello\\n'\n");
    assert!(output(&other, &client).contains("ConnectionRefusedError"), "hosts are apart");
}

#[test]
fn an_unanswered_service_is_not_reached() {
    // The kernel accepts connections for a program that listens and never looks.
    let Some(program) =
        python("import socket, time\ns = socket.create_server(('', 8080), backlog=1)\ns.accept()[0].close()")
    else {
        return;
    };
    let Some(host) = host(HostKind::Dual) else { return };
    let ask = |host: &Host, talk| host.ask(std::net::Ipv4Addr::LOCALHOST.into(), 8080, talk).unwrap().reached;
    let running = host.start(&program).unwrap();
    running.wait_listening(&Wait::default()).unwrap();
    assert!(!ask(&host, Talk::Greet), "a closed connection is no greeting");
    assert!(running.wait_exit(Duration::from_secs(10)));
    assert!(!ask(&host, Talk::Connect));
}

#[test]
fn a_port_below_1024_is_for_everybody() {
    let Some(program) = python("import socket\nprint(socket.create_server(('', 80)).getsockname()[1])") else {
        return;
    };
    let Some(host) = host(HostKind::V6Only) else { return };
    assert_eq!(output(&host, &program), "80\n");
}
