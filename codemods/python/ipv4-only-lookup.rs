//! # Look hosts up in both families
//!
//! `gethostbyname` and `gethostbyname_ex` know IPv4 addresses alone; `getaddrinfo` knows both.
//!
//! ## Why it breaks
//! For a name that has only IPv6 addresses `gethostbyname` raises `gaierror`, and on an IPv6-only
//! host it does so for most names, the host's own among them.
//!
//! ## Examples
//! ```py before
//! import socket
//!
//!
//! def dial(name, port):
//!     address = socket.gethostbyname(name)
//!     return socket.create_connection((address, port))
//!
//!
//! def exists(name):
//!     try:
//!         socket.gethostbyname(name)
//!         return True
//!     except socket.error:
//!         return False
//! ```
//! ```py after unsafe
//! import socket
//!
//!
//! def dial(name, port):
//!     address = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)[0][4][0]
//!     return socket.create_connection((address, port))
//!
//!
//! def exists(name):
//!     try:
//!         socket.getaddrinfo(name, None)
//!         return True
//!     except socket.error:
//!         return False
//! ```
//! What is given away may be compared, or put before a port without brackets:
//! ```py reported
//! import socket
//!
//!
//! def resolve(name):
//!     return socket.gethostbyname(name)
//!
//!
//! def portal(name):
//!     return "%s:%s" % (socket.gethostbyname(name), 3260)
//! ```
//! The own address would become another one on hosts with both families:
//! ```py reported
//! import socket
//!
//! ip = socket.gethostbyname(socket.gethostname())
//! ```
//! What is found may be handed to a socket that speaks IPv4 alone:
//! ```py reported
//! import socket
//!
//!
//! class Scan:
//!     def resolve(self, name):
//!         return socket.gethostbyname(name)
//!
//!     def scan(self, name, port):
//!         s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
//!         return s.connect_ex((self.resolve(name), port))
//! ```
//! ```py reported
//! import socket
//!
//! name, aliases, addresses = socket.gethostbyname_ex(host)
//! ```
//! ```py reported
//! import dns.resolver
//!
//! answers = dns.resolver.resolve(host, "A")
//! ```
//! ```py reported
//! import socket
//! from gevent.socket import gethostbyname
//!
//! address = gethostbyname(name), port
//! ```
//! ```py reported
//! import socket
//!
//! class Resolver:
//!     def getHostByName(self, name):
//!         return socket.gethostbyname(name)
//! ```
//! What is packed or asked for its numbers afterwards must be an IPv4 address:
//! ```py reported
//! import socket
//!
//! def packed(host):
//!     return socket.inet_aton(socket.gethostbyname(host))
//!
//! def private(host):
//!     return socket.gethostbyname(host).split(".")[0] == "10"
//! ```
//! Near-misses:
//! ```py unchanged
//! import socket
//!
//!
//! class Node:
//!     def __init__(self, host):
//!         if host == "localhost":
//!             host = socket.gethostbyname(host)
//!         self.host = host
//! ```
//! ```py unchanged
//! import socket
//!
//!
//! def destination(host, family):
//!     if family == socket.AF_INET6:
//!         return host
//!     else:
//!         return (socket.gethostbyname(host), 1)
//! ```
//! ```py unchanged
//! import dns.resolver
//! import socket
//!
//! socket.getaddrinfo(host, None)
//! other.gethostbyname(host)
//! socket.gethostbyname("localhost")
//! a = dns.resolver.resolve(host, "A")
//! aaaa = dns.resolver.resolve(host, "AAAA")
//! text = dns.resolver.resolve(host, "TXT")
//! ```
//!
//! ## Safety
//! Unsafe: where a name has addresses of both families, the first one is most often of IPv6, and
//! what is done with it must know how to write it.
//!
//! ## References
//! - Python documentation: socket.gethostbyname(): "does not support IPv6 name resolution"
//! - evidence: languages, 5.2 and 5.3 PY-GHBN

use sixify_langs::python::{self, File};
use sixify_langs::{classify, naming};

use crate::four_numbers;
use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;
use crate::purpose::tells;
use crate::python_code::callee;
use crate::python_sockets::{Socket, SocketNames, calls_socket};
use crate::script_words::dials as takes;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PYTHON],
    anchors: Anchors(&[&["gethostbyname"], &["resolver", "'A'"], &["resolver", "\"A\""]]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::DialAddress.name();

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = python::file(doc).filter(|_| !about_ipv4(doc)) else { return Ok(()) };
    for call in file.tree.all("call") {
        if let Some(finding) = look_up(&file, call).or_else(|| records(&file, call)) {
            cx.report(finding);
        }
    }
    Ok(())
}

fn look_up(file: &File, call: Node<'_>) -> Option<Finding> {
    let several = calls_socket(file, call, "gethostbyname_ex");
    if !several && !calls_socket(file, call, "gethostbyname") {
        return None;
    }
    let host = file.argument(call, Some(0), None)?;
    let known = file.string(file.value(host).node);
    if known.is_some_and(|h| h == "localhost" || h.parse::<std::net::Ipv4Addr>().is_ok() || h.is_empty()) {
        return None;
    }
    // `if family == AF_INET6: ... else: gethostbyname(host)`
    let families = call.ancestors().filter(|n| n.is("if_statement")).filter_map(|n| n.field("condition"));
    if families.into_iter().any(|c| ["AF_INET", "ipv6", "IPv6", "is_v6"].iter().any(|word| c.text().contains(word))) {
        return None;
    }
    // `if host == "localhost": host = gethostbyname(host)`
    let asked = call.ancestors().filter(|n| n.is("if_statement")).filter_map(|n| n.field("condition"));
    if asked.into_iter().any(|c| c.text().starts_with(host.text()) && c.text().contains("localhost")) {
        return None;
    }
    let message = "only the IPv4 addresses of a host are looked up; a host that has none is not found";
    let finding = Finding::new(call.span(), ROLE, message);
    let source = file.value(host).node;
    let own =
        ["gethostname", "getfqdn", "node"].iter().any(|f| source.is("call") && file.called_name(source) == Some(f));
    if own {
        return Some(
            finding.because("it is the own address, which would become one of IPv6 on hosts with both families"),
        );
    }
    let caught = call.ancestor(&["try_statement"]).is_some_and(|t| t.text().contains("herror"));
    if several || caught {
        return Some(finding);
    }
    let function = call.ancestor(&["function_definition"]).and_then(|f| f.field("name")).map_or("", Node::text);
    let class = call.ancestor(&["class_definition"]).and_then(|f| f.field("name")).map_or("", Node::text);
    if format!("{class} {function}").to_ascii_lowercase().replace('_', "").contains("hostbyname") {
        return Some(finding.because("it is in something of that name, whose callers get an IPv4 address"));
    }
    let around = call.ancestor(&["function_definition"]).map_or("", Node::text);
    if let Some(why) = four_numbers::needed(around) {
        return Some(finding.because(why));
    }
    if !unused(call) && dials_ipv4(file) {
        return Some(finding.because("the file has sockets of IPv4 alone, which take no other address"));
    }
    let names = SocketNames::at(file, call);
    let function = call.field("function")?;
    // The module may be another one than where the function comes from.
    let module = callee(file, call).unwrap_or_default();
    if function.is("identifier") && !module.starts_with("socket.") && !matches!(names, SocketNames::Star) {
        return Some(finding.because("it is a function of another module than socket"));
    }
    let unused = unused(call);
    if !unused && !is_dialled(file, call) {
        return Some(finding.because("nothing shows that what is found may be an IPv6 address"));
    }
    let list = call.field("arguments")?;
    let fix = Fix::new().edit(Edit::replace(function.span(), names.member("getaddrinfo")));
    let (inside, behind) = if unused {
        (", None".to_owned(), "")
    } else {
        (format!(", None, type={}", names.member("SOCK_STREAM")), "[0][4][0]")
    };
    let fix = fix.edit(Edit::insert(host.end(), inside)).edit(Edit::insert(list.end(), behind));
    let used: &[&str] = if unused { &["getaddrinfo"] } else { &["getaddrinfo", "SOCK_STREAM"] };
    Some(finding.fix(Applicability::Unsafe, names.needs(used).into_iter().fold(fix, Fix::need)))
}

/// Whether a look-up only asks whether there is such a host.
fn unused(call: Node<'_>) -> bool {
    call.parent().is_some_and(|p| {
        p.is_any(&["expression_statement", "assert_statement", "not_operator"]) || p.field("condition") == Some(call)
    })
}

/// Whether the address that is found goes to a socket, or to what else connects: only there it may be of
/// either family. Elsewhere it may be compared, shown, stored, or put before a port without brackets.
fn is_dialled(file: &File, call: Node<'_>) -> bool {
    let dials = |n: Node<'_>| {
        let pair = n.parent().filter(|p| p.is("tuple")).unwrap_or(n);
        let list = pair.parent().filter(|p| p.is_any(&["argument_list", "keyword_argument"]));
        let called = list.and_then(|l| l.ancestor(&["call"])).and_then(|c| file.called_name(c)).unwrap_or_default();
        let words = naming::words(called);
        takes(called) && !tells(&words)
    };
    if dials(call) {
        return true;
    }
    let given = call.parent().filter(|p| p.is("assignment") && p.field("right") == Some(call));
    let Some(variable) = given.and_then(|p| p.field("left")).filter(|left| left.is("identifier")) else { return false };
    let Some((decl, scope)) = file.names.resolve(variable) else { return false };
    let uses = file.names.uses(&decl, scope);
    let mut uses = uses.into_iter().filter(|n| n.start() > call.end()).peekable();
    uses.peek().is_some() && uses.all(dials)
}

/// Whether a file connects sockets of IPv4, and knows of no others.
fn dials_ipv4(file: &File) -> bool {
    let both = ["AF_INET6", "AF_UNSPEC", "create_connection"].iter().any(|word| file.tree.text().contains(word));
    let mut sockets = file.tree.all("call").filter_map(|call| Socket::of(file, call));
    !both && sockets.any(|s| ["connect", "connect_ex", "sendto"].into_iter().any(|method| s.does(method)))
}

/// A question for A records alone.
fn records(file: &File, call: Node<'_>) -> Option<Finding> {
    let path = callee(file, call)?;
    let asks = matches!(
        path.as_str(),
        "dns.resolver.resolve"
            | "dns.resolver.query"
            | "dns.resolver.Resolver()#resolve"
            | "dns.resolver.Resolver()#query"
            | "dns.asyncresolver.resolve"
            | "dns.asyncresolver.Resolver()#resolve"
            | "aiodns.DNSResolver()#query"
    );
    let kind = file.argument(call, Some(1), Some("rdtype")).filter(|_| asks)?;
    if file.string(kind)? != "A" {
        return None;
    }
    let around = call.ancestor(&["class_definition", "function_definition", "module"])?;
    let message = "only A records are asked for; a host that has AAAA records alone is not found";
    (!around.text().contains("AAAA")).then(|| Finding::new(call.span(), ROLE, message).because(path))
}
