//! # Let a probe for the own address work without IPv4
//!
//! A program that wants to know its own address often connects a UDP socket to a public IPv4
//! address and reads the local end. No packet is sent; the kernel only looks for a route.
//!
//! ## Why it breaks
//! An IPv6-only host has no route to an IPv4 address: `connect` raises `OSError: Network is
//! unreachable`. The fix keeps the IPv4 address, so that every host that has IPv4 gives today's
//! answer, and tries an IPv6 address after it.
//!
//! ## Examples
//! ```py before
//! import socket
//!
//!
//! def own_ip():
//!     s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
//!     try:
//!         s.connect(("8.8.8.8", 80))
//!         return s.getsockname()[0]
//!     finally:
//!         s.close()
//! ```
//! ```py after unsafe
//! import socket
//!
//!
//! def own_ip():
//!     s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
//!     try:
//!         try:
//!             s.connect(("8.8.8.8", 80))
//!         except OSError:
//!             # An IPv6-only host has no route to the address above.
//!             s.close()
//!             s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
//!             s.connect(("2001:4860:4860::8888", 80))
//!         return s.getsockname()[0]
//!     finally:
//!         s.close()
//! ```
//! Where the socket belongs to a `with` statement or to an object, a person must decide:
//! ```py reported
//! import socket
//!
//!
//! def own_ip():
//!     with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
//!         s.connect(("10.255.255.255", 1))
//!         return s.getsockname()[0]
//! ```
//! A socket that is used to talk, and one that has its IPv6 twin:
//! ```py unchanged
//! import socket
//!
//!
//! def query(q):
//!     s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
//!     s.connect(("8.8.8.8", 53))
//!     s.send(q)
//!     print(s.getsockname()[0])
//!
//!
//! def own_ip():
//!     s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
//!     try:
//!         s.connect(("8.8.8.8", 80))
//!     except OSError:
//!         s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
//!         s.connect(("2001:4860:4860::8888", 80))
//!     return s.getsockname()[0]
//!
//!
//! def local_ipv4():
//!     s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
//!     s.connect(("8.8.8.8", 80))
//!     return s.getsockname()[0]
//!
//!
//! def local_ipv6():
//!     s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
//!     s.connect(("2001:4860:4860::8888", 80))
//!     return s.getsockname()[0]
//! ```
//!
//! ## Safety
//! Unsafe. With an IPv4 route the answer is today's, which was measured on all host kinds; without
//! one it is an IPv6 address, which what is done with it must know how to write.
//!
//! ## References
//! - connect(2), ENETUNREACH
//! - evidence: languages, 1.9 "Outbound IP" UDP trick, and 5.3 PY-UDPPROBE

use sixify_langs::address::{self, AddressClass};
use sixify_langs::python::{self, File};
use sixify_langs::{classify, naming};

use crate::prelude::*;
use crate::python_code::{is_python2, level, own_lines, runs_on_python2, statement};
use crate::python_families::has_twin;
use crate::python_sockets::{Socket, SocketNames, host_of};

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PYTHON],
    anchors: Anchors(&[&["SOCK_DGRAM", "getsockname", "connect("]]),
    specificity: 1,
    run,
};

const ROLE: &str = Role::Probe.name();

/// IPv6 addresses of the public resolvers that such probes usually name.
const TWINS: &[(&str, &str)] = &[
    ("8.8.8.8", "2001:4860:4860::8888"),
    ("8.8.4.4", "2001:4860:4860::8844"),
    ("1.1.1.1", "2606:4700:4700::1111"),
    ("1.0.0.1", "2606:4700:4700::1001"),
    ("9.9.9.9", "2620:fe::fe"),
];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = python::file(doc) else { return Ok(()) };
    for call in file.tree.all("call") {
        let socket = Socket::of(&file, call).filter(|socket| socket.datagram);
        // Errors of sockets are of another kind in Python 2.
        let old = || is_python2(&file) || runs_on_python2(doc, cx);
        if let Some(finding) = socket.and_then(|socket| probe(doc, &file, &socket, old)) {
            cx.report(finding);
        }
    }
    Ok(())
}

fn probe(doc: &Document, file: &File, socket: &Socket<'_>, old: impl Fn() -> bool) -> Option<Finding> {
    const ASKS: &[&str] = &["connect", "getsockname", "close", "settimeout", "setblocking", "setsockopt"];
    let asks = socket.calls.iter().all(|(method, _)| ASKS.contains(method));
    if !socket.datagram || !asks || !socket.does("getsockname") || socket.of_method("connect").count() != 1 {
        return None;
    }
    let connect = socket.of_method("connect").next()?;
    let target = host_of(file, file.argument(connect, Some(0), None)?)?;
    let ip = file.string(file.value(target).node)?;
    address::exact(&ip).filter(|a| a.class == AddressClass::Other && a.port.is_none())?;
    let message = "this connection only learns the local address, and fails on a host without IPv4";
    let finding = Finding::new(connect.span(), ROLE, message)
        .because(format!("{} is only asked for its local address", socket.name))
        .because("measured: evidence/languages, 1.9");
    let both = |function: Node<'_>| function.text().contains("AF_INET6");
    if has_twin(file, socket.call) || socket.call.ancestor(&["function_definition"]).is_some_and(both) {
        return None;
    }
    if !is_of_helper(socket.call) {
        return Some(
            finding.because("it is one step of a longer function: whoever gets the address may not take one of IPv6"),
        );
    }
    let found = second(doc, file, socket, connect, target, &ip);
    Some(match found.filter(|_| !old()) {
        Some(fix) => finding.fix(Applicability::Unsafe, fix),
        None => finding,
    })
}

/// Whether a socket stands in a function that gives the own address and does nothing else: `get_local_ip`.
fn is_of_helper(socket: Node<'_>) -> bool {
    const WORDS: &[&str] = &["ip", "ips", "addr", "address", "host", "hostname", "interface"];
    const MOST: usize = 1_500;
    let function = socket.ancestor(&["function_definition"]);
    function.is_some_and(|f| {
        let name = f.field("name").map_or("", Node::text);
        f.text().len() < MOST && naming::words(name).iter().any(|word| WORDS.contains(&word.as_str()))
    })
}

/// A second socket for where the first one finds no route.
fn second(
    doc: &Document,
    file: &File,
    socket: &Socket<'_>,
    connect: Node<'_>,
    target: Node<'_>,
    ip: &str,
) -> Option<Fix> {
    if socket.name.contains('.') || socket.statement.is("with_statement") {
        return None;
    }
    let stands = statement(connect).filter(|s| s.items().next() == Some(connect))?;
    let indent = own_lines(&doc.text, stands)?;
    let names = SocketNames::at(file, connect);
    let level = level(&doc.text, indent);
    let name = socket.name;
    let twin = TWINS.iter().find(|(v4, _)| *v4 == ip).map_or("2001:db8::1", |(_, v6)| v6);
    let again = if target.is("string") {
        let quoted = target.text().replace(ip, twin);
        format!(
            "{}{quoted}{}",
            doc.text.get(connect.start()..target.start())?,
            doc.text.get(target.end()..connect.end())?
        )
    } else {
        let port = target.next().and_then(|comma| comma.next()).filter(|n| n.is_named())?.text();
        let quote = crate::python_code::quote(&doc.text);
        format!("{name}.connect(({quote}{twin}{quote}, {port}))")
    };
    let (six, datagram) = (names.member("AF_INET6"), names.member("SOCK_DGRAM"));
    let made = socket.call.field("function")?.text();
    let behind = format!(
        "\n{indent}except OSError:\n\
         {indent}{level}# An IPv6-only host has no route to the address above.\n\
         {indent}{level}{name}.close()\n\
         {indent}{level}{name} = {made}({six}, {datagram})\n\
         {indent}{level}{again}"
    );
    let comment = crate::python_code::line_end(&doc.text, stands.end());
    let fix = Fix::new()
        .edit(Edit::insert(stands.start(), format!("try:\n{indent}{level}")))
        .edit(Edit::insert(comment, behind));
    Some(names.needs(&["AF_INET6", "SOCK_DGRAM"]).into_iter().fold(fix, Fix::need))
}
