//! A host has files of its own, and the machine outside stays as it is.

use std::fs;

use sixify_lab::HostKind;

use crate::support::{host, output, shell};

/// What a host could change by mistake.
fn outside() -> Vec<(String, String)> {
    let read = |path: &str| (path.to_owned(), fs::read_to_string(path).unwrap_or_default());
    let mut state: Vec<_> = [
        "/etc/hosts",
        "/etc/resolv.conf",
        "/etc/nsswitch.conf",
        "/proc/self/mountinfo",
        "/proc/self/net/if_inet6",
        "/proc/self/net/route",
        "/proc/sys/net/ipv6/bindv6only",
        "/proc/sys/net/ipv6/conf/all/disable_ipv6",
        "/proc/sys/net/ipv4/ip_unprivileged_port_start",
    ]
    .map(read)
    .to_vec();
    let interfaces = fs::read_to_string("/proc/self/net/dev").unwrap_or_default();
    let names: Vec<&str> = interfaces.lines().filter_map(|line| Some(line.split_once(':')?.0.trim())).collect();
    state.push(("interfaces".to_owned(), names.join(" ")));
    let mut tmp: Vec<_> = fs::read_dir("/tmp").into_iter().flatten().flatten().map(|entry| entry.file_name()).collect();
    tmp.retain(|name| name.to_string_lossy().contains("sixify-lab"));
    state.push(("files of the lab in /tmp".to_owned(), format!("{tmp:?}")));
    state
}

#[test]
fn a_host_has_its_own_hosts_and_an_empty_resolver() {
    let Some(host) = host(HostKind::V6Only) else { return };
    let hosts = output(&host, &shell("cat /etc/hosts"));
    for line in ["127.0.0.1 localhost", "::1 localhost", "10.99.0.1 dualhost", "fd00::10 dualhost"] {
        assert!(hosts.lines().any(|own| own.starts_with(line)), "{hosts}");
    }
    assert_eq!(output(&host, &shell("test ! -s /etc/resolv.conf && echo empty")), "empty\n");
    let interfaces = output(&host, &shell("cut -s -d: -f1 /proc/net/dev | tr -d ' ' | sort"));
    assert!(["eth0\nlo\npeer0\n", "eth0\nlo\n"].contains(&interfaces.as_str()), "{interfaces}");
}

#[test]
fn nothing_leaks_to_the_machine_outside() {
    let before = outside();
    for kind in HostKind::ALL {
        let Some(host) = host(kind) else { return };
        let running = host.start(&shell("cat /etc/hosts; sleep 60")).unwrap();
        assert_eq!(outside(), before, "while a host of kind {kind} exists");
        assert_eq!(running.exit().unwrap(), None);
    }
    assert_eq!(outside(), before);
}

#[test]
fn a_program_starts_where_it_is_told_to() {
    let Some(host) = host(HostKind::Dual) else { return };
    let here = std::env::current_dir().unwrap();
    assert_eq!(output(&host, &shell("pwd -P")).trim(), here.canonicalize().unwrap().to_str().unwrap());
    assert_eq!(output(&host, &shell("pwd").directory("/usr")), "/usr\n");
    // Also under the directory where the lab mounts its files from.
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("note"), "found\n").unwrap();
    assert_eq!(output(&host, &shell("cat note").directory(directory.path())), "found\n");
}
