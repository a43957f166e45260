//! # Make sockets for the family of their address
//!
//! A socket that is made without a family, or with `AF_INET`, speaks IPv4 alone. A server's socket
//! can serve both families, and a client's socket must have the family of the address it is used
//! with.
//!
//! ## Why it breaks
//! `socket.socket()` that is bound to all addresses is not reached on an IPv6-only host. Binding or
//! connecting it to an IPv6 address fails with an error of name resolution.
//!
//! ## Examples
//! A server: one socket for both families, and the family of before where there is no IPv6.
//! ```py before
//! import socket
//!
//! s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
//! s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
//! s.bind(("0.0.0.0", 8080))
//! s.listen()
//! ```
//! ```py after
//! import socket
//!
//! s = socket.socket(socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET, socket.SOCK_STREAM)
//! if s.family == socket.AF_INET6:
//!     s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
//! s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
//! s.bind(("", 8080))
//! s.listen()
//! ```
//! ```py before
//! from socket import socket, AF_INET, SOCK_DGRAM
//!
//!
//! class Echo:
//!     def __init__(self):
//!         self.sock = socket(AF_INET, SOCK_DGRAM)
//!         self.sock.bind(("", 7))
//!
//!     def run(self):
//!         data, peer = self.sock.recvfrom(1500)
//!         self.sock.sendto(data, peer)
//! ```
//! ```py after unsafe
//! from socket import socket, AF_INET, SOCK_DGRAM, AF_INET6, IPPROTO_IPV6, IPV6_V6ONLY, has_dualstack_ipv6
//!
//!
//! class Echo:
//!     def __init__(self):
//!         self.sock = socket(AF_INET6 if has_dualstack_ipv6() else AF_INET, SOCK_DGRAM)
//!         if self.sock.family == AF_INET6:
//!             self.sock.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 0)
//!         self.sock.bind(("", 7))
//!
//!     def run(self):
//!         data, peer = self.sock.recvfrom(1500)
//!         self.sock.sendto(data, peer)
//! ```
//! A client that only connects lets `create_connection` try every address of the host:
//! ```py before
//! import socket
//!
//!
//! def dial(host, port, timeout):
//!     sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
//!     sock.settimeout(timeout)
//!     sock.connect((host, port))
//!     return sock
//! ```
//! ```py after unsafe
//! import socket
//!
//!
//! def dial(host, port, timeout):
//!     sock = socket.create_connection((host, port), timeout=timeout)
//!     return sock
//! ```
//! Where the socket is closed when that fails, it must be there:
//! ```py before
//! import socket
//!
//!
//! def ask(host):
//!     try:
//!         sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
//!         sock.connect((host, 7634))
//!         return sock.recv(100)
//!     finally:
//!         sock.close()
//! ```
//! ```py after unsafe
//! import socket
//!
//!
//! def ask(host):
//!     try:
//!         sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
//!         sock.connect((host, 7634))
//!         return sock.recv(100)
//!     finally:
//!         sock.close()
//! ```
//! Look-ups:
//! ```py before
//! import socket
//!
//! infos = socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_STREAM)
//! other = socket.getaddrinfo(host, None, family=socket.AF_INET)
//! ```
//! ```py after unsafe
//! import socket
//!
//! infos = socket.getaddrinfo(host, port, socket.AF_UNSPEC, socket.SOCK_STREAM)
//! other = socket.getaddrinfo(host, None, family=socket.AF_UNSPEC)
//! ```
//! The same where only the connecting is tried:
//! ```py before
//! import socket
//!
//!
//! def forward(channel, host, port):
//!     sock = socket.socket()
//!     try:
//!         sock.connect((host, port))
//!     except OSError as e:
//!         print(e)
//!         return
//!     channel.join(sock)
//! ```
//! ```py after unsafe
//! import socket
//!
//!
//! def forward(channel, host, port):
//!     try:
//!         sock = socket.create_connection((host, port))
//!     except OSError as e:
//!         print(e)
//!         return
//!     channel.join(sock)
//! ```
//! A file that takes addresses of two parts apart, IPv4 by choice, and sockets that broadcast are
//! for a person to decide:
//! ```py reported
//! import socket
//!
//! s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
//! s.bind(("", 8080))
//! s.listen()
//! conn, (host, port) = s.accept()
//! ```
//! ```py reported
//! import psutil
//! import socket
//!
//! addresses = [a.address for a in psutil.net_if_addrs()["eth0"] if a.family == socket.AF_INET]
//! ```
//! ```py reported
//! import socket
//!
//!
//! def ask(name, port, own):
//!     family, kind, *_ = socket.getaddrinfo(name, port, socket.AF_INET, socket.SOCK_DGRAM)[0]
//!     s = socket.socket(family, kind)
//!     s.bind((own, 0))
//!     return s
//! ```
//! ```py reported
//! import socket
//!
//! from .names import WHOIS_HOST
//!
//!
//! class Client:
//!     def __init__(self, host, port):
//!         self.s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
//!         self.host = host
//!         self.s.connect((self.host, port))
//!
//!     def ask(self, port):
//!         s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
//!         s.setblocking(False)
//!         s.connect((WHOIS_HOST, port))
//! ```
//! ```py reported
//! import socket
//!
//!
//! def own_ip(server="ntp.example.com"):
//!     with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
//!         s.connect((server, 80))
//!         return s.getsockname()[0]
//! ```
//! ```py reported
//! import socket
//!
//! s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
//! s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
//! s.bind(("", 9999))
//! data, peer = s.recvfrom(100)
//! s.sendto(b"x", ("255.255.255.255", 9999))
//! ```
//! Near-misses: a port that is free, loopback, both families, other families:
//! ```py unchanged
//! import socket
//!
//!
//! def free_port():
//!     with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
//!         s.bind(("", 0))
//!         return s.getsockname()[1]
//!
//!
//! def free_for_both():
//!     tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
//!     udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
//!     tcp.bind(("", 0))
//!     port: int = tcp.getsockname()[1]
//!     udp.bind(("", port))
//!     return port
//!
//!
//! def own_ip(reachable="8.8.8.8"):
//!     s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
//!     s.connect((reachable, 80))
//!     return s.getsockname()[0]
//!
//!
//! def own_ip6(reachable="2001:4860:4860::8888"):
//!     s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
//!     s.connect((reachable, 80))
//!     return s.getsockname()[0]
//!
//!
//! def local():
//!     s = socket.socket()
//!     s.connect(("127.0.0.1", 80))
//!     u = socket.socket(socket.AF_UNIX)
//!     u.connect(path)
//!
//!
//! def both(host, port):
//!     family = socket.AF_INET6 if ":" in host else socket.AF_INET
//!     s = socket.socket(family, socket.SOCK_STREAM)
//!     s.connect((host, port))
//!     for a in addresses:
//!         if a.family == socket.AF_INET or a.family == socket.AF_INET6:
//!             return a
//! ```
//!
//! ## Safety
//! Safe for a TCP server on all addresses whose socket only listens and accepts, in a file that
//! compares nothing with IPv4 addresses: measured, no address is lost on any host kind.
//! `has_dualstack_ipv6` needs Python 3.8. Peers of IPv4 appear as `::ffff:a.b.c.d`. Unsafe elsewhere:
//! the address is not known, or the order of a host's addresses changes.
//!
//! ## References
//! - Python documentation: socket.has_dualstack_ipv6(), socket.create_connection()
//! - evidence: languages, 5.1, 5.2 and 5.3 PY-BIND4, PY-BINDUDP4, PY-SOCKCONN4

use sixify_langs::address::{self, AddressClass};
use sixify_langs::origin::Standing;
use sixify_langs::python::{self, File};
use sixify_langs::{Mode, classify};

use crate::prelude::*;
use crate::python_code::{is_python2, names_addresses, quote, statement};
use crate::python_families::{
    alone, by_host, connection, connection_tried, dual, free_port, has_twin, reasons_against,
};
use crate::python_sockets::{Socket, SocketNames, calls_socket, host_of, is_member};

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PYTHON],
    anchors: Anchors(&[&["socket", "AF_INET"], &["socket.socket("], &["import socket", "bind("]]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::AddressFamily.name();

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = python::file(doc) else { return Ok(()) };
    let policy = Policy::of(cx.options());
    for call in file.tree.all("call") {
        if let Some(finding) = Socket::of(&file, call).and_then(|s| socket(doc, &file, &s, &policy)) {
            cx.report(finding);
        } else if let Some(finding) = look_up(&file, call) {
            cx.report(finding);
        }
    }
    for node in file.tree.all("attribute").chain(file.tree.all("identifier")) {
        if let Some(finding) = chosen(&file, node) {
            cx.report(finding);
        }
    }
    Ok(())
}

/// What a socket is used with.
enum Use<'a> {
    /// Bound to all addresses: the literal, and whether it is the empty string.
    Everywhere { host: Node<'a>, literal: Node<'a>, empty: bool, standing: Standing, shared: bool },
    /// Bound to or connected with what an expression gives.
    Given(Node<'a>),
    /// Nothing that has to change.
    Fine,
}

fn used<'a>(file: &'a File, call: Node<'a>) -> Option<Use<'a>> {
    let host = host_of(file, file.argument(call, Some(0), None)?)?;
    let value = file.value(host);
    let Some(text) = file.string(value.node) else {
        return Some(if host.is_any(&["identifier", "attribute", "subscript", "call"]) {
            Use::Given(host)
        } else {
            Use::Fine
        });
    };
    if text.is_empty() || text == "0.0.0.0" {
        let (literal, empty) = (value.node, text.is_empty());
        return Some(Use::Everywhere { host, literal, empty, standing: value.standing, shared: value.shared });
    }
    // An address that somebody may give instead.
    let given = matches!(value.standing, Standing::Parameter | Standing::Environment(_)) && !host.is("string");
    Some(if given { Use::Given(host) } else { Use::Fine })
}

fn socket(doc: &Document, file: &File, socket: &Socket<'_>, policy: &Policy) -> Option<Finding> {
    let finding = |why: &str| Finding::new(socket.call.span(), ROLE, why.to_owned());
    if has_twin(file, socket.call) {
        return None;
    }
    if let Some(bind) = socket.of_method("bind").next() {
        return match used(file, bind)? {
            Use::Everywhere { host, literal, empty, standing, shared } if policy.listeners() => {
                if free_port(file, socket, bind) {
                    return None;
                }
                let what = "this socket is bound to all addresses of IPv4 alone";
                let reason = reasons_against(file, socket);
                if let Some(reason) = reason {
                    return Some(finding(&format!("{what}; {reason}")));
                }
                let given = matches!(standing, Standing::Parameter | Standing::Environment(_));
                if given {
                    return Some(by_host(file, socket, host, finding(what)));
                }
                let inside = Span::new(literal.start() + 1, literal.end() - 1);
                // What other code shows or uses too stays, and the socket gets its own.
                let host = match (empty, shared) {
                    (true, _) => None,
                    (false, false) => Some(Edit::replace(inside, "")),
                    (false, true) => {
                        Some(Edit::replace(host.span(), if quote(&doc.text) == '\'' { "''" } else { "\"\"" }))
                    }
                };
                if is_python2(file) {
                    return Some(finding(&format!("{what}; Python 2 knows no has_dualstack_ipv6")));
                }
                let fix = dual(doc, file, socket, host, policy)?;
                let written = matches!(standing, Standing::Inline | Standing::Sole) || empty;
                let proven =
                    written && policy.mode == Mode::DualStack && alone(file, socket) && !names_addresses(&doc.text);
                let how = if proven { Applicability::Safe } else { Applicability::Unsafe };
                Some(finding(&format!("{what}; it can serve both families where the host has IPv6")).fix(how, fix))
            }
            Use::Given(host) => {
                let finding = finding("this socket is of IPv4 alone, and cannot be bound to an IPv6 address");
                Some(by_host(file, socket, host, finding.because(format!("bound to {}", host.text()))))
            }
            _ => None,
        };
    }
    let dial =
        socket.of_method("connect").chain(socket.of_method("connect_ex")).chain(socket.of_method("sendto")).next()?;
    let address = dial.field("arguments")?.items().last()?;
    let host = host_of(file, address)?;
    let given = file.value(host);
    let literal = file.string(given.node);
    if literal.is_some() && !matches!(given.standing, Standing::Parameter | Standing::Environment(_)) {
        let name = literal.is_some_and(|l| l != "localhost" && address::exact(&l).is_none() && l.contains('.'));
        if !name {
            return None;
        }
    }
    let finding = finding("this socket is of IPv4 alone, and cannot be used with an IPv6 address");
    let finding = finding.because(format!("used with {}", host.text()));
    if let Some(fix) = connection(doc, file, socket, dial).or_else(|| connection_tried(doc, file, socket, dial)) {
        return Some(finding.fix(Applicability::Unsafe, fix));
    }
    // What is written in capitals is a name, or an address that was chosen once.
    let constant = host.is("identifier") && !host.text().contains(|c: char| c.is_lowercase());
    if constant && !matches!(given.standing, Standing::Parameter | Standing::Environment(_)) {
        return Some(finding);
    }
    // A name has no colon, whatever addresses it has.
    let text = file.string(given.node).filter(|_| !host.is("string"));
    if text.is_some_and(|t| address::exact(&t).is_none() && t != "localhost") {
        return Some(finding);
    }
    Some(by_host(file, socket, host, finding))
}

/// A look-up of IPv4 addresses alone.
fn look_up(file: &File, call: Node<'_>) -> Option<Finding> {
    if !calls_socket(file, call, "getaddrinfo") {
        return None;
    }
    let family = file.argument(call, Some(2), Some("family")).filter(|f| is_member(file, *f, "AF_INET"))?;
    if speaks_of_both(family) {
        return None;
    }
    let host = file.argument(call, Some(0), Some("host"))?;
    let message = "only the IPv4 addresses of a host are looked up; a host that has none is not found";
    let finding =
        Finding::new(family.span(), ROLE, message).because(format!("family of getaddrinfo for {}", host.text()));
    let names = SocketNames::at(file, call);
    let fix = Fix::new().edit(Edit::replace(family.span(), names.member("AF_UNSPEC")));
    let fix = names.needs(&["AF_UNSPEC"]).into_iter().fold(fix, Fix::need);
    let literal = file.string(host).and_then(|h| address::exact(&h)).is_some_and(|a| a.class != AddressClass::Wildcard);
    // What is bound or broadcast beside it is of IPv4 as well.
    let around = call.ancestor(&["function_definition"]).map_or("", Node::text);
    if around.contains(".bind((") || around.to_ascii_lowercase().contains("broadcast") {
        return Some(finding);
    }
    let ipv4 = || file.tree.all("call").filter_map(|call| Socket::of(file, call)).any(|socket| socket.does("bind"));
    if !file.tree.text().contains("AF_INET6") && ipv4() {
        return Some(finding.because("a socket of IPv4 is bound in the same file"));
    }
    if around.contains("[4][0]") {
        return Some(finding.because("the text of an address is taken, which may need brackets where it goes"));
    }
    (!literal).then(|| finding.fix(Applicability::Unsafe, fix))
}

/// IPv4 chosen by its name: a filter, an argument of something that is not a socket.
fn chosen(file: &File, node: Node<'_>) -> Option<Finding> {
    let last = if node.is("attribute") { node.field("attribute")?.text() } else { node.text() };
    if last != "AF_INET" || node.parent().is_some_and(|p| p.is_any(&["attribute", "dotted_name", "aliased_import"])) {
        return None;
    }
    let parent = node.parent()?;
    let message = match parent.kind() {
        "comparison_operator" => "only IPv4 addresses are chosen here",
        "subscript" => "only IPv4 addresses are taken here",
        "keyword_argument" => {
            let call = parent.ancestor(&["call"])?;
            let socket = ["socket", "getaddrinfo", "create_server"].iter().any(|f| calls_socket(file, call, f));
            if socket {
                return None;
            }
            "IPv4 alone is asked for here"
        }
        "return_statement" | "lambda" => "IPv4 alone is asked for here",
        _ => return None,
    };
    (!speaks_of_both(node))
        .then(|| Finding::new(parent.span(), ROLE, message).because(format!("{} is used", node.text())))
}

/// Whether the function around a place, or the class of it, also speaks of IPv6.
fn speaks_of_both(node: Node<'_>) -> bool {
    let around = node.ancestor(&["function_definition", "lambda", "module"]);
    let statement = statement(node).map_or("", Node::text);
    let text = around.map_or(statement, |a| if a.is("module") { statement } else { a.text() });
    text.contains("AF_INET6") || text.contains("AF_UNSPEC") || text.to_ascii_lowercase().contains("ipv6")
}
