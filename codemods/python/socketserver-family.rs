//! # Let servers of the standard library listen on IPv6 too
//!
//! `HTTPServer`, `TCPServer` and their kin make a socket of the family that their class attribute
//! `address_family` names, and that is `AF_INET`.
//!
//! ## Why it breaks
//! On an IPv6-only host nothing can reach `HTTPServer(("", 8000), Handler)`. `("::", 8000)` alone
//! raises `gaierror`: the attribute must change too.
//!
//! ## Examples
//! A class of the file's own gets the attribute:
//! ```py before
//! from http.server import BaseHTTPRequestHandler, HTTPServer
//! from socketserver import ThreadingMixIn
//!
//!
//! class Server(ThreadingMixIn, HTTPServer):
//!     """Serves in threads."""
//!     daemon_threads = True
//!
//!     def handle_error(self, request, client_address):
//!         pass
//!
//!
//! Server(("0.0.0.0", 8000), Handler).serve_forever()
//! ```
//! ```py after unsafe
//! import socket
//! from http.server import BaseHTTPRequestHandler, HTTPServer
//! from socketserver import ThreadingMixIn
//!
//!
//! class Server(ThreadingMixIn, HTTPServer):
//!     """Serves in threads."""
//!     daemon_threads = True
//!     address_family = socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET
//!
//!     def server_bind(self):
//!         if self.address_family == socket.AF_INET6:
//!             self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
//!         super().server_bind()
//!
//!     def handle_error(self, request, client_address):
//!         pass
//!
//!
//! Server(("", 8000), Handler).serve_forever()
//! ```
//! A class of the library gets one that derives from it:
//! ```py before
//! import socketserver
//!
//! PORT = 8000
//!
//! with socketserver.TCPServer(("", PORT), Handler) as httpd:
//!     httpd.serve_forever()
//! ```
//! ```py after
//! import socket
//! import socketserver
//!
//! PORT = 8000
//!
//!
//! class DualStackTCPServer(socketserver.TCPServer):
//!     address_family = socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET
//!
//!     def server_bind(self):
//!         if self.address_family == socket.AF_INET6:
//!             self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
//!         super().server_bind()
//!
//!
//! with DualStackTCPServer(("", PORT), Handler) as httpd:
//!     httpd.serve_forever()
//! ```
//! In `ipv6-only` mode:
//! ```py before mode=ipv6-only
//! from http.server import HTTPServer
//!
//!
//! class Server(HTTPServer):
//!     pass
//!
//!
//! def main():
//!     Server(("0.0.0.0", 8000), Handler).serve_forever()
//! ```
//! ```py after unsafe mode=ipv6-only
//! import socket
//! from http.server import HTTPServer
//!
//!
//! class Server(HTTPServer):
//!     address_family = socket.AF_INET6
//!
//!
//! def main():
//!     Server(("", 8000), Handler).serve_forever()
//! ```
//! A host that is given must choose the family, and `make_server` takes a class:
//! ```py reported
//! from http.server import HTTPServer
//!
//!
//! def serve(host, port):
//!     return HTTPServer((host, port), Handler)
//! ```
//! ```py reported
//! from wsgiref.simple_server import make_server
//!
//! make_server("", 8000, app).serve_forever()
//! ```
//! ```py reported
//! import http.server
//!
//!
//! class Handler(http.server.BaseHTTPRequestHandler):
//!     def do_GET(self):
//!         host, port = self.client_address
//!
//!
//! http.server.HTTPServer(("", 8000), Handler).serve_forever()
//! ```
//! Broadcasts are of IPv4:
//! ```py reported
//! from socketserver import BaseRequestHandler, ThreadingMixIn, UDPServer
//!
//!
//! class Server(ThreadingMixIn, UDPServer):
//!     pass
//!
//!
//! def serve_broadcasts(port):
//!     Server(("", port), Handler).serve_forever()
//! ```
//! Near-misses:
//! ```py unchanged
//! import socket
//! from http.server import HTTPServer
//!
//!
//! class Six(HTTPServer):
//!     address_family = socket.AF_INET6
//!
//!
//! Six(("::", 8000), Handler)
//! HTTPServer(("127.0.0.1", 8000), Handler)
//! HTTPServer(("localhost", 0), Handler)
//! other.HTTPServer(("", 8000), Handler)
//! ```
//!
//! ## Safety
//! Safe for TCP servers in a file that neither asks for the addresses of clients nor names any:
//! measured, no address is lost on any host kind. `has_dualstack_ipv6` needs Python 3.8. Unsafe
//! elsewhere: clients of IPv4 appear as `::ffff:a.b.c.d`, and `client_address` has four parts.
//!
//! ## References
//! - Python documentation: socketserver, BaseServer.address_family
//! - evidence: languages, 5.1, 5.2 and 5.3 PY-HTTPSERVER

use std::collections::BTreeMap;

use sixify_langs::origin::Standing;
use sixify_langs::python::{self, File};
use sixify_langs::{Mode, classify};

use crate::prelude::*;
use crate::python_code::{before_definition, callee, is_docstring, is_python2, names_addresses, own_lines};
use crate::python_sockets::{SocketNames, host_of, is_member, takes_apart};

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PYTHON],
    anchors: Anchors(&[&["HTTPServer"], &["TCPServer"], &["UDPServer"], &["RPCServer"], &["make_server"]]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::AddressFamily.name();
const MESSAGE: &str = "this server is reached over IPv4 alone, because its class attribute `address_family` is AF_INET";

/// Modules and classes of the standard library, of Python 2 as well.
fn known(path: &str) -> bool {
    let Some((module, class)) = path.rsplit_once('.') else { return false };
    match module {
        "socketserver" | "SocketServer" => {
            ["TCPServer", "UDPServer"].iter().any(|end| class.ends_with(end)) && !class.contains("Unix")
        }
        "http.server" | "BaseHTTPServer" => matches!(class, "HTTPServer" | "ThreadingHTTPServer"),
        "xmlrpc.server" | "SimpleXMLRPCServer" => matches!(class, "SimpleXMLRPCServer" | "DocXMLRPCServer"),
        "wsgiref.simple_server" => class == "WSGIServer",
        _ => false,
    }
}

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    let Some(file) = python::file(doc).filter(|_| policy.listeners()) else { return Ok(()) };
    // Servers by the class they are made of, so that one class serves all of them.
    let mut servers: BTreeMap<String, Vec<Server<'_>>> = BTreeMap::new();
    for call in file.tree.all("call") {
        match Server::of(&file, call) {
            Some(server) => servers.entry(server.key.clone()).or_default().push(server),
            None => wsgi(&file, call).into_iter().for_each(|f| cx.report(f)),
        }
    }
    for (class, group) in servers {
        let (fine, given): (Vec<_>, Vec<_>) = group.into_iter().partition(|s| s.edit.is_some());
        for server in given {
            let finding = Finding::new(server.call.span(), ROLE, "a server of IPv4 alone is told where to listen");
            cx.report(finding.because(format!("it is a {class}")).because("its family must be that of the host"));
        }
        let Some(first) = fine.first() else { continue };
        let finding = Finding::new(first.call.span(), ROLE, MESSAGE)
            .because(format!("it is a {class}"))
            .because("measured: evidence/languages, Python, DualStackServer(HTTPServer)");
        let datagrams = class.contains("UDP") || first.class.is_some_and(|c| c.text().contains("UDPServer"));
        if datagrams && doc.text.to_ascii_lowercase().contains("broadcast") {
            cx.report(finding.because("the file speaks of broadcasts, which only IPv4 has"));
            continue;
        }
        let fix = match takes_apart(&file) {
            Some(apart) => {
                let why = format!("addresses of IPv6 have four parts, and line {} takes them for two", apart.line());
                cx.report(finding.because(why));
                continue;
            }
            None => fix(doc, &file, &fine, policy.mode == Mode::Ipv6Only).filter(|_| !is_python2(&file)),
        };
        // Who asks for peers, or names addresses, may compare the two.
        let asks = doc.text.contains("client_address") || names_addresses(&doc.text);
        let proven = policy.mode == Mode::DualStack && !asks && !class.contains("UDP");
        match fix {
            Some(fix) if proven => cx.report(finding.fix(Applicability::Safe, fix)),
            Some(fix) => cx.report(finding.fix(Applicability::Unsafe, fix)),
            None => cx.report(finding),
        }
    }
    Ok(())
}

/// A server on all addresses of IPv4, or on a host that is given.
struct Server<'a> {
    call: Node<'a>,
    /// The class of the library, or the name of the file's own.
    key: String,
    /// The file's own class.
    class: Option<Node<'a>>,
    /// How the host changes; `None` where it is given.
    edit: Option<Vec<Edit>>,
}

impl<'a> Server<'a> {
    fn of(file: &'a File, call: Node<'a>) -> Option<Server<'a>> {
        let function = call.field("function")?;
        let own = own_class(file, function);
        let key = match own {
            Some(class) => class.field("name")?.text().to_owned(),
            None => callee(file, call).filter(|path| known(path) && !chooses(file, function))?,
        };
        if let Some(class) = own
            && (!derives(file, class, 3) || has_family(file, class, 3))
        {
            return None;
        }
        let address =
            file.argument(call, Some(0), Some("server_address")).or_else(|| file.argument(call, None, Some("addr")))?;
        let host = host_of(file, address)?;
        let value = file.value(host);
        let given = matches!(value.standing, Standing::Parameter | Standing::Environment(_));
        let edit = match file.string(value.node).as_deref() {
            Some("" | "0.0.0.0") if given => None,
            Some("") => Some(Vec::new()),
            Some("0.0.0.0") => {
                let inside = Span::new(value.node.start() + 1, value.node.end() - 1);
                let other = || Edit::replace(host.span(), if value.node.text().contains('\'') { "''" } else { "\"\"" });
                Some(vec![if value.shared { other() } else { Edit::replace(inside, "") }])
            }
            Some(_) if !given => return None,
            _ if given || host.is_any(&["identifier", "attribute", "subscript"]) => None,
            _ => return None,
        };
        Some(Server { call, key, class: own, edit })
    }
}

/// Whether the program gives a class of the library a family: `HTTPServer.address_family = socket.AF_INET6`.
fn chooses(file: &File, class: Node<'_>) -> bool {
    let family = format!("{}.address_family", class.text());
    file.tree.all("assignment").any(|a| a.field("left").is_some_and(|left| left.text() == family))
}

/// The class of the file that a name stands for.
fn own_class<'a>(file: &'a File, name: Node<'a>) -> Option<Node<'a>> {
    let (decl, _) = file.names.resolve(name).filter(|_| name.is("identifier"))?;
    Some(file.tree.node(decl.whole)).filter(|n| n.is("class_definition"))
}

fn bases<'a>(class: Node<'a>) -> Vec<Node<'a>> {
    class
        .field("superclasses")
        .map(|list| list.items().filter(|n| !n.is("keyword_argument")).collect())
        .unwrap_or_default()
}

/// Whether a class derives from a server of the library.
fn derives(file: &File, class: Node<'_>, depth: usize) -> bool {
    bases(class).into_iter().any(|base| {
        let library = file.origins(base).iter().any(|o| known(&o.path));
        library || depth > 0 && own_class(file, base).is_some_and(|c| derives(file, c, depth - 1))
    })
}

/// Whether a class or one it derives from names a family that is not IPv4.
fn has_family(file: &File, class: Node<'_>, depth: usize) -> bool {
    let set = class.descendants().filter(|n| n.is("assignment")).any(|a| {
        let left = a.field("left").map_or("", Node::text);
        let four = a.field("right").is_some_and(|r| is_member(file, r, "AF_INET"));
        (left == "address_family" || left.ends_with(".address_family")) && !four
    });
    set || depth > 0
        && bases(class).into_iter().filter_map(|b| own_class(file, b)).any(|c| has_family(file, c, depth - 1))
}

/// `make_server("", 8000, app)`, which takes another class by a keyword.
fn wsgi(file: &File, call: Node<'_>) -> Option<Finding> {
    if callee(file, call)? != "wsgiref.simple_server.make_server"
        || file.argument(call, None, Some("server_class")).is_some()
    {
        return None;
    }
    let host = file.value(file.argument(call, Some(0), Some("host"))?).node;
    let all = file.string(host).is_some_and(|h| h.is_empty() || h == "0.0.0.0");
    all.then(|| {
        Finding::new(call.span(), ROLE, MESSAGE)
            .because("make_server takes a class with another family as server_class")
    })
}

fn fix(doc: &Document, file: &File, servers: &[Server<'_>], only: bool) -> Option<Fix> {
    let first = servers.first()?;
    let names = SocketNames::at(file, file.tree.root());
    let family = if only { names.member("AF_INET6") } else { names.dual_family() };
    let mut fix = Fix::new();
    for server in servers {
        fix = fix.edits(server.edit.iter().flatten().cloned());
    }
    fix = match first.class {
        Some(class) => fix.edits(in_class(doc, file, class, &names, &family, only)?),
        None => fix.edits(new_class(doc, file, servers, &names, &family, only)?),
    };
    let used: &[&str] = if only {
        &["AF_INET6"]
    } else {
        &["AF_INET6", "has_dualstack_ipv6", "AF_INET", "IPPROTO_IPV6", "IPV6_V6ONLY"]
    };
    Some(names.needs(used).into_iter().fold(fix, Fix::need))
}

/// The lines that let an IPv6 socket take IPv4 too.
fn both(names: &SocketNames, indent: &str) -> String {
    let [six, protocol, option] = ["AF_INET6", "IPPROTO_IPV6", "IPV6_V6ONLY"].map(|n| names.member(n));
    format!("if self.address_family == {six}:\n{indent}    self.socket.setsockopt({protocol}, {option}, 0)\n{indent}")
}

fn method(names: &SocketNames, indent: &str) -> String {
    let inner = format!("{indent}    ");
    format!("def server_bind(self):\n{inner}{}super().server_bind()", both(names, &inner))
}

/// The attribute in a class that is there.
fn in_class(
    doc: &Document,
    file: &File,
    class: Node<'_>,
    names: &SocketNames,
    family: &str,
    only: bool,
) -> Option<Vec<Edit>> {
    let body = class.field("body")?;
    let members: Vec<Node<'_>> = body.items().collect();
    let indent = own_lines(&doc.text, *members.first()?)?;
    let named =
        |n: &Node<'_>, name: &str| n.is("function_definition") && n.field("name").is_some_and(|x| x.text() == name);
    let mut edits = Vec::new();
    let attribute = class.descendants().filter(|n| n.is("assignment")).find(|a| {
        a.field("left").is_some_and(|l| l.text() == "address_family")
            && a.parent().and_then(|p| p.parent()) == Some(body)
    });
    let bind = members.iter().find(|n| named(n, "server_bind"));
    if let Some(bind) = bind.filter(|_| !only) {
        let start = bind.field("body")?.items().find(|n| !is_docstring(*n))?;
        let inner = own_lines(&doc.text, start)?;
        edits.push(Edit::insert(start.start(), both(names, inner)));
    }
    let line = format!("address_family = {family}");
    let new = if bind.is_some() || only { String::new() } else { format!("\n\n{indent}{}", method(names, indent)) };
    if let Some(attribute) = attribute {
        let value = attribute.field("right").filter(|r| is_member(file, *r, "AF_INET"))?;
        edits.push(Edit::replace(value.span(), family));
        edits.push(Edit::insert(attribute.parent()?.end(), new));
        return Some(edits);
    }
    let lone = members.iter().all(|n| n.is("pass_statement") || is_docstring(*n));
    if let Some(pass) = members.iter().find(|n| n.is("pass_statement")).filter(|_| lone) {
        edits.push(Edit::replace(pass.span(), format!("{line}{new}")));
        return Some(edits);
    }
    // Behind the last attribute at the head of the class, or before its first method.
    let head = members.iter().take_while(|n| n.is("expression_statement"));
    let last = head.last();
    edits.push(match last {
        Some(last) if is_docstring(*last) && members.len() > 1 => {
            Edit::insert(last.end(), format!("\n{indent}{line}{new}"))
        }
        Some(last) => Edit::insert(last.end(), format!("\n{indent}{line}{new}")),
        None => Edit::insert(members.first()?.start(), format!("{line}{new}\n\n{indent}")),
    });
    Some(edits)
}

/// A class that derives from that of the library, before the first statement that uses it.
fn new_class(
    doc: &Document,
    file: &File,
    servers: &[Server<'_>],
    names: &SocketNames,
    family: &str,
    only: bool,
) -> Option<Vec<Edit>> {
    let first = servers.first()?;
    let base = first.call.field("function")?.text();
    let name = format!("DualStack{}", base.rsplit('.').next()?);
    if doc.text.contains(&name) || base.contains('(') {
        return None;
    }
    // The base must be known at the top of the file.
    let known = base.split('.').next()?;
    file.names.lookup(file.tree.root(), known)?;
    let root = file.tree.root();
    let whole = std::iter::once(first.call).chain(first.call.ancestors()).find(|n| n.parent() == Some(root))?;
    let import = file.imports.iter().filter(|i| i.local == known).map(|i| file.tree.node(i.statement));
    if import.into_iter().any(|statement| statement.start() > whole.start() || statement.parent() != Some(root)) {
        return None;
    }
    let (at, gap) = before_definition(&doc.text, whole)?;
    let body = if only { String::new() } else { format!("\n\n    {}", method(names, "    ")) };
    let class = format!("class {name}({base}):\n    address_family = {family}{body}\n\n\n");
    let mut edits = vec![Edit::insert(at, format!("{gap}{class}"))];
    for server in servers {
        edits.push(Edit::replace(server.call.field("function")?.span(), name.clone()));
    }
    Some(edits)
}
