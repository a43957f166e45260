//! # Put brackets around an IPv6 host before its port
//!
//! ## Why it breaks
//! `format!("{}:{}", host, port)` is an address only while the host has no colon. An IPv6 address
//! needs brackets: `[2001:db8::1]:80`. `SocketAddr` writes them for an `IpAddr`, and functions that
//! take addresses take a pair of host and port as well.
//!
//! ## Examples
//! ```rust before
//! use std::net::IpAddr;
//!
//! fn addresses(ip: IpAddr, port: u16) -> String {
//!     let url = format!("http://{}:{}/health", ip, port);
//!     url + &format!("{ip}:{port}")
//! }
//!
//! struct Config {
//!     host: String,
//!     port: u16,
//! }
//!
//! fn url(cfg: &Config) -> String {
//!     format!("redis://{}:{}/0", cfg.host, cfg.port)
//! }
//! ```
//! ```rust after
//! use std::net::IpAddr;
//!
//! fn addresses(ip: IpAddr, port: u16) -> String {
//!     let url = format!("http://{}/health", std::net::SocketAddr::new(ip, port));
//!     url + &std::net::SocketAddr::new(ip, port).to_string()
//! }
//!
//! struct Config {
//!     host: String,
//!     port: u16,
//! }
//!
//! fn url(cfg: &Config) -> String {
//!     // An IPv6 address needs brackets before its port.
//!     let host = match cfg.host.parse::<std::net::Ipv6Addr>() {
//!         Ok(_) => format!("[{}]", cfg.host),
//!         Err(_) => cfg.host.clone(),
//!     };
//!     format!("redis://{}:{}/0", host, cfg.port)
//! }
//! ```
//! Functions that take addresses take host and port as a pair:
//! ```rust before
//! use std::net::{TcpListener, TcpStream};
//!
//! fn open(host: &str, port: u16) -> std::io::Result<()> {
//!     let _listener = TcpListener::bind(format!("{}:{}", host, port))?;
//!     let _stream = TcpStream::connect(&format!("{host}:{port}"))?;
//!     Ok(())
//! }
//! ```
//! ```rust after unsafe
//! use std::net::{TcpListener, TcpStream};
//!
//! fn open(host: &str, port: u16) -> std::io::Result<()> {
//!     let _listener = TcpListener::bind((host, port))?;
//!     let _stream = TcpStream::connect((host, port))?;
//!     Ok(())
//! }
//! ```
//! Several of them share a function, which stands behind the first. What may be a URL, as `http://shop`, is
//! unsafe, since it has a colon, too:
//! ```rust before
//! fn addresses(node: &Node, host: &str, port: &str) -> [String; 2] {
//!     [format!("{}:{}", node.host(), node.port), format!("{host}:{port}")]
//! }
//!
//! #[cfg(test)]
//! mod tests {}
//! ```
//! ```rust after unsafe
//! fn addresses(node: &Node, host: &str, port: &str) -> [String; 2] {
//!     [format!("{}:{}", bracketed(node.host()), node.port), format!("{}:{port}", bracketed(host))]
//! }
//!
//! /// A host as it stands before a port: an IPv6 address in brackets (RFC 3986, 3.2.2).
//! fn bracketed(host: impl std::fmt::Display) -> String {
//!     let host = host.to_string();
//!     if host.contains(':') && !host.starts_with('[') {
//!         format!("[{host}]")
//!     } else {
//!         host
//!     }
//! }
//!
//! #[cfg(test)]
//! mod tests {}
//! ```
//! A socket address that was taken apart writes itself:
//! ```rust before
//! fn url(&self) -> String {
//!     format!(
//!         "http://{}:{}/",
//!         self.address.ip(),
//!         self.address.port()
//!     )
//! }
//! ```
//! ```rust after unsafe
//! fn url(&self) -> String {
//!     format!("http://{}/", self.address)
//! }
//! ```
//! Where the function would not be seen, a person must see to it:
//! ```rust reported
//! mod net {
//!     fn address(node: &Node) -> String {
//!         format!("{}:{}", node.host(), node.port)
//!     }
//! }
//! ```
//! ```rust unchanged
//! fn families(addr: IpAddr, port: u16) -> String {
//!     match addr {
//!         IpAddr::V4(_) => format!("{}:{}", addr, port),
//!         IpAddr::V6(_) => format!("[{}]:{}", addr, port),
//!     }
//! }
//!
//! fn proxied(host: &str, port: u16) -> String {
//!     if host.parse::<std::net::Ipv6Addr>().is_ok() {
//!         return String::new();
//!     } else {
//!         format!("{host}:{port}")
//!     }
//! }
//!
//! fn authority(&self, port: u16) -> String {
//!     match self {
//!         Self::Ip(ip) => SocketAddr::new(*ip, port).to_string(),
//!         Self::Hostname(hostname) => format!("{hostname}:{port}"),
//!     }
//! }
//!
//! fn taken(seen: &mut HashSet<String>, host: &str, port: u16) -> bool {
//!     let endpoint = format!("{}:{}", host, port);
//!     !seen.insert(endpoint.clone())
//! }
//!
//! fn bracketed_before(host: &str, port: u16) -> String {
//!     let host = if host.contains(':') { format!("[{}]", host) } else { host.to_owned() };
//!     format!("https://{}:{}", host, port)
//! }
//!
//! fn of_url(authority: Authority, expected_port: u16) -> String {
//!     let host = authority.host();
//!     format!("{}:{}", authority.host(), expected_port) + &format!("{}:{}", host, expected_port)
//! }
//!
//! fn others(file: &str, line: u32, user: &str, password: &str, host: &str, port: u16) -> Result<String, String> {
//!     println!("listening on {}:{}", host, port);
//!     if line == 0 {
//!         return Err(format!("cannot reach {}:{}", host, port));
//!     }
//!     Ok(format!("{}:{}", file, line) + &format!("{}:{}", user, password) + &format!("[{}]:{}", host, port))
//! }
//! ```
//!
//! ## Safety
//! Safe where the brackets are put by `SocketAddr`, where `Ipv6Addr` says of a text that it needs them, or by
//! the function: for IPv4, names and hosts in brackets the text is the same byte for byte, and for IPv6 it is right; measured by running both.
//! Unsafe: a host of which neither a scheme before it nor its name says that it is no URL, and a pair of
//! host and port, which refuses a host that has its brackets. Keys, names and text for people stay, and
//! what a URL gave has its brackets; where nothing tells that an address is read, it is reported.
//!
//! ## References
//! - RFC 3986, 3.2.2: an IPv6 address in a URL stands in brackets
//! - std::net::SocketAddr, std::net::ToSocketAddrs
//! - evidence: languages, Rust RS-FMT

use sixify_langs::rust::{File, Format};
use sixify_langs::{classify, naming, rust};

use crate::catalog::{self, Catalog};
use crate::prelude::*;
use crate::purpose::Purpose;
use crate::rust_crate;
use crate::rust_joins::{Join, Place};
use crate::rust_purpose::purpose;
use crate::rust_roles::of_one_family;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::RUST],
    anchors: Anchors(&[&["format!", "}:{"], &["format!", "{}:"]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = rust::file(doc) else { return Ok(()) };
    let apis = catalog::apis(cx.options(), "rust");
    if joins(&file, apis).next().is_some() {
        file.read_fields(rust_crate::fields(doc, cx.project()));
    }
    let single = needing(&file, apis) == 1;
    let mut place = Place::new(doc, cx.project(), needs_helper, single);
    for (format, join, told) in joins(&file, apis) {
        let span = format.node.span();
        let finding = Finding::new(span, Role::Join.name(), "an IPv6 address needs brackets before its port");
        let mut finding = finding.because(format!("{} is called a host", join.host.argument.text));
        match told {
            Purpose::Other(reason) => {
                let evidence = vec![format!("{} is called a host", join.host.argument.text)];
                cx.leave(Note { span, role: Role::Join.name(), reason, evidence });
                continue;
            }
            Purpose::Unknown if !join.tells => {
                cx.report(finding.because("nothing tells that an address is read here"));
                continue;
            }
            Purpose::Address(reason) => finding = finding.because(reason),
            Purpose::Unknown => {}
        }
        let dialled = sink(&file, apis, format.node);
        cx.report(match join.fix(&file, &format, dialled, &mut place) {
            Some((applicability, fix)) => finding.fix(applicability, fix),
            None => finding.because("no function that puts the brackets can stand where it would be seen"),
        });
    }
    Ok(())
}

/// The joins of a file, with what they are for.
fn joins<'a>(file: &'a File, apis: &'a Catalog) -> impl Iterator<Item = (Format<'a>, Join<'a>, Purpose)> {
    file.tree.all("macro_invocation").filter_map(move |node| {
        let format = file.format(node).filter(|f| f.macro_name == "format")?;
        if file.is_test(node) || for_people(node) || of_one_family(node) || puts_brackets(node) || read_again(node) {
            return None;
        }
        let join = Join::of(file, &format)?;
        let kept = stored(file, node) || join.of_name(node);
        (!kept).then(|| (format, join, purpose(file, apis, node)))
    })
}

/// Whether a file needs the function that puts the brackets.
fn needs_helper(doc: &Document) -> bool {
    let apis = catalog::builtin("rust");
    let file = rust::file(doc).filter(|_| doc.text.contains("format!") && doc.text.contains("}:"));
    file.is_some_and(|file| needing(&file, apis) > 0)
}

/// How many joins of a file need the function that puts the brackets.
fn needing(file: &File, apis: &Catalog) -> usize {
    let needs = |(format, join, told): &(Format<'_>, Join<'_>, Purpose)| match told {
        Purpose::Other(_) => false,
        Purpose::Unknown if !join.tells => false,
        _ => join.needs_helper(file, format, sink(file, apis, format.node)),
    };
    joins(file, apis).filter(needs).count()
}

/// The argument that a function of the catalog takes the text as.
fn sink<'a>(file: &File, apis: &Catalog, node: Node<'a>) -> Option<Node<'a>> {
    let mut at = node;
    while let Some(around) = at.parent().filter(|p| p.is("reference_expression")) {
        at = around;
    }
    let call = at.parent().filter(|p| p.is("arguments"))?.parent()?;
    let position = file.arguments(call).iter().position(|a| *a == at)? + 1;
    let callee = file.callee(call)?;
    let rows = apis.api(&callee);
    rows.iter().any(|api| api.argument == position).then_some(at)
}

/// Whether the function puts brackets itself: a text of its own has them around a hole.
fn puts_brackets(node: Node<'_>) -> bool {
    let function = node.ancestor(&["function_item"]).map_or("", Node::text);
    let literal = function.contains("\"[::1]\"");
    literal || function.contains("\"[{") && ["}]:", "}]\""].iter().any(|end| function.contains(end))
}

/// Whether the address that a socket address writes is read again at once, to make another one of it.
fn read_again(node: Node<'_>) -> bool {
    let parsed = node.parent().filter(|p| p.is("field_expression")).and_then(|p| p.field("field"));
    parsed.is_some_and(|method| method.text() == "parse") && node.text().contains(".ip()")
}

/// Whether a text is kept in a variable that goes into a set, where it only has to be the same again.
fn stored(file: &File, node: Node<'_>) -> bool {
    let name = node.parent().filter(|p| p.is("let_declaration")).and_then(|l| l.field("pattern"));
    let Some((decl, scope)) = name.filter(|n| n.is("identifier")).and_then(|n| file.names.declared_by(n)) else {
        return false;
    };
    file.names.uses(&decl, scope).into_iter().any(|used| {
        let value = used.parent().filter(|p| p.is("field_expression")).and_then(Node::parent).unwrap_or(used);
        let call = value.parent().filter(|p| p.is("arguments")).and_then(Node::parent);
        let method = call.and_then(|c| file.method(c)).map_or("", |(_, method)| method);
        let only = call.is_some_and(|c| file.arguments(c).len() == 1);
        only && ["insert", "contains", "remove"].contains(&method)
    })
}

/// Whether a text is an error or a message.
fn for_people(node: Node<'_>) -> bool {
    let call =
        node.ancestors().take_while(|n| !n.is_any(&["block", "let_declaration"])).find(|n| n.is("call_expression"));
    let name = call.and_then(|c| c.field("function")).map_or("", Node::text);
    let last = name.rsplit(['.', ':']).next().unwrap_or(name);
    let told =
        node.parent().filter(|p| p.is("let_declaration")).and_then(|l| l.field("pattern")).map_or("", Node::text);
    let words = naming::words(told);
    matches!(
        last,
        "Err"
            | "expect"
            | "context"
            | "with_context"
            | "msg"
            | "bail"
            | "error"
            | "other"
            | "map_err"
            | "ok_or_else"
            | "ok_or"
    ) || name.contains("Error")
        || words.iter().any(|w| matches!(w.as_str(), "msg" | "message" | "text" | "title" | "label" | "error"))
}
