//! The five kinds are what they are said to be.

use sixify_lab::{Address, HostKind, Talk, measure};

use crate::support::{host, or_skip, output, python, python_spelling, shell};

/// The reach, the sockets and the peer of a Python spelling on every kind, in their order.
fn measured(expression: &str, talk: Talk) -> Option<Vec<(String, String, String)>> {
    let spelling = python_spelling(expression, talk)?;
    let mut rows = Vec::new();
    for kind in HostKind::ALL {
        let row = or_skip(measure(kind, &spelling))?;
        rows.push((row.reach.to_string(), row.sockets.join(", "), row.peer));
    }
    Some(rows)
}

fn check(expression: &str, talk: Talk, expected: [(&str, &str, &str); 5]) {
    if let Some(rows) = measured(expression, talk) {
        let rows: Vec<_> = rows.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
        assert_eq!(rows, expected, "{expression}");
    }
}

#[test]
fn ipv4_wildcard() {
    let v4 = ("L4+G4", "0.0.0.0", "127.0.0.1");
    let expected = [("L4", "0.0.0.0", "127.0.0.1"), v4, v4, v4, v4];
    check("tcp(AF_INET, '0.0.0.0')", Talk::Greet, expected);
    check("udp(AF_INET, '0.0.0.0')", Talk::Echo, expected);
}

#[test]
fn ipv6_wildcard_follows_bindv6only() {
    let mapped = "::ffff:127.0.0.1";
    let expected = [
        ("L4+L6+G6", "* (dual)", mapped),
        ("L4+L6+G4+G6", "* (dual)", mapped),
        ("L6+G6", "[::] (v6only)", ""),
        ("L4+G4", "* (dual)", mapped),
        ("", "", ""),
    ];
    check("tcp(AF_INET6, '::')", Talk::Greet, expected);
    check("udp(AF_INET6, '::')", Talk::Echo, expected);
    check("web('::', AF_INET6)", Talk::Http, expected);
}

#[test]
fn ipv6_only_socket_is_unreachable_without_ipv6() {
    let v6 = ("L6+G6", "[::] (v6only)", "");
    let expected = [v6, v6, v6, ("", "[::] (v6only)", ""), ("", "", "")];
    check("tcp(AF_INET6, '::', 1)", Talk::Greet, expected);
}

#[test]
fn two_sockets_are_both_seen() {
    let both = "0.0.0.0, [::] (v6only)";
    let expected = [
        ("L4+L6+G6", both, "127.0.0.1"),
        ("L4+L6+G4+G6", both, "127.0.0.1"),
        ("L4+L6+G4+G6", both, "127.0.0.1"),
        ("L4+G4", both, "127.0.0.1"),
        ("L4+G4", "0.0.0.0", "127.0.0.1"),
    ];
    check("aio(None)", Talk::Greet, expected);
}

#[test]
fn ipv6_sockets_are_refused_on_v4kernel_alone() {
    let Some(program) = python(
        "import errno, socket\n\
         try: print('made', socket.socket(socket.AF_INET6).family.name)\n\
         except OSError as error: print('refused', errno.errorcode[error.errno])",
    ) else {
        return;
    };
    for kind in HostKind::ALL {
        let Some(host) = host(kind) else { return };
        let expected = match kind {
            HostKind::V4Kernel => "refused EAFNOSUPPORT\n",
            _ => "made AF_INET6\n",
        };
        assert_eq!(output(&host, &program), expected, "{kind}");
    }
}

#[test]
fn each_kind_has_its_addresses_and_its_parameters() {
    for kind in HostKind::ALL {
        let Some(host) = host(kind) else { return };
        // The kernel's list of IPv6 addresses, without the link-local ones.
        let v6 = output(&host, &shell("grep -v ^fe80 /proc/net/if_inet6 | cut -d' ' -f1 | sort"));
        let has_v6 = kind.available().has(Address::G6);
        let expected = "00000000000000000000000000000001\nfd000000000000000000000000000010\n";
        assert_eq!(v6, if has_v6 { expected } else { "" }, "{kind}");

        let v4 = output(&host, &shell("grep -A1 -F '|-- 10.99.0.1' /proc/net/fib_trie | grep -c 'host LOCAL'"));
        assert_eq!(v4.trim() != "0", kind.available().has(Address::G4), "{kind}");

        let v6only = output(&host, &shell("cat /proc/sys/net/ipv6/bindv6only"));
        assert_eq!(v6only, if kind == HostKind::DualB6 { "1\n" } else { "0\n" }, "{kind}");
    }
}

#[test]
fn the_question_for_ones_own_address_has_an_answer_where_the_family_exists() {
    let Some(program) = python(
        "import socket\n\
         for family, target in (socket.AF_INET, '8.8.8.8'), (socket.AF_INET6, '2001:db8::1'):\n\
         \x20 try:\n\
         \x20   s = socket.socket(family, socket.SOCK_DGRAM)\n\
         \x20   s.connect((target, 80))\n\
         \x20   print(s.getsockname()[0])\n\
         \x20 except OSError as error: print(error.strerror)",
    ) else {
        return;
    };
    let (none, no_address) = ("Network is unreachable\n", "Cannot assign requested address\n");
    for (kind, v4, v6) in [
        (HostKind::V6Only, none, "fd00::10\n"),
        (HostKind::Dual, "10.99.0.1\n", "fd00::10\n"),
        (HostKind::V4Only, "10.99.0.1\n", no_address),
        (HostKind::V4Kernel, "10.99.0.1\n", "Address family not supported by protocol\n"),
    ] {
        let Some(host) = host(kind) else { return };
        assert_eq!(output(&host, &program), format!("{v4}{v6}"), "{kind}");
    }
}
