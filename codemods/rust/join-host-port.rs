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
//!     format!("redis://{}:{}/0", bracketed(&cfg.host), cfg.port)
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
//! Several of them share the function, which stands behind the first. What may be a URL, as `http://shop`, is
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
//!     [format!("{}:{}", bracketed(&node.host()), node.port), format!("{}:{port}", bracketed(host))]
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
//! Safe where the brackets are put by `SocketAddr` or by the function: for IPv4, names and hosts in
//! brackets the text is the same byte for byte, and for IPv6 it is right; measured by running both.
//! Unsafe: a host of which neither a scheme before it nor its name says that it is no URL, and a pair of
//! host and port, which refuses a host that has its brackets. Keys, names and text for people stay, and
//! what a URL gave has its brackets; where nothing tells that an address is read, it is reported.
//!
//! ## References
//! - RFC 3986, 3.2.2: an IPv6 address in a URL stands in brackets
//! - std::net::SocketAddr, std::net::ToSocketAddrs
//! - evidence: languages, Rust RS-FMT

use sixify_langs::rust::{Argument, File, Format, Hole};
use sixify_langs::{classify, naming, rust};

use crate::catalog;
use crate::host_port::names_ip;
use crate::prelude::*;
use crate::purpose::Purpose;
use crate::rust_hosts::{of_url, stands_in_code};
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
    // Where the function that the fixes share goes.
    let mut place = None;
    for node in file.tree.all("macro_invocation") {
        let Some(format) = file.format(node).filter(|f| f.macro_name == "format") else { continue };
        if file.is_test(node) || for_people(node) || of_one_family(node) || puts_brackets(node) {
            continue;
        }
        let Some(join) = Join::of(&file, &format) else { continue };
        if stored(&file, node) || join.of_name(node) {
            continue;
        }
        let finding = Finding::new(node.span(), Role::Join.name(), "an IPv6 address needs brackets before its port");
        let finding = finding.because(format!("{} is called a host", join.host.argument.text));
        match purpose(&file, catalog::apis(cx.options(), "rust"), node) {
            Purpose::Other(reason) => {
                let evidence = vec![format!("{} is called a host", join.host.argument.text)];
                cx.leave(Note { span: node.span(), role: Role::Join.name(), reason, evidence });
                continue;
            }
            Purpose::Unknown if !join.tells => {
                cx.report(finding.because("nothing tells that an address is read here"));
                continue;
            }
            _ => {}
        }
        let dialled = sink(&file, node, cx);
        cx.report(match join.fix(&file, &format, dialled, &mut place) {
            Some((applicability, fix)) => finding.fix(applicability, fix),
            None => finding.because("no function that puts the brackets can stand where it would be seen"),
        });
    }
    Ok(())
}

struct Join<'a> {
    host: Hole<'a>,
    port: Option<Hole<'a>>,
    /// Whether there is nothing else in the text.
    whole: bool,
    /// Whether no URL can stand where the host does: it stands behind a scheme, or is called an IP address.
    only_host: bool,
    /// Whether the text before it says that it is an address: a scheme, `host=`.
    tells: bool,
}

impl<'a> Join<'a> {
    fn of(file: &File, format: &Format<'a>) -> Option<Join<'a>> {
        let text =
            |from: usize, to: usize| format.text.get(from - format.span.start..to - format.span.start).unwrap_or("");
        format.holes.iter().enumerate().find_map(|(at, host)| {
            let before = text(format.span.start, host.span.start);
            let behind = text(host.span.end, format.span.end).strip_prefix(':')?;
            let opens = before.is_empty() || before.ends_with(['/', '@', '=', ' ', ',', '(']);
            let written = stands_in_code(file, format.node, host.argument.text);
            let opens = opens && !written && !of_url(file, format.node, host.argument.text);
            let next = format.holes.get(at + 1).filter(|p| p.span.start == host.span.end + 1);
            let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
            let rest = match next {
                Some(port) => text(port.span.end, format.span.end),
                None => behind.get(digits..)?,
            };
            let closes = !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.' | '-' | '{'));
            let port = next.map_or(digits > 0, |p| named(&p.argument, naming::is_port));
            let ip = type_of(file, &host.argument).is_some_and(|ty| ty.trim_start_matches('&') == "IpAddr");
            let fits = opens && closes && port && host.plain && next.is_none_or(|p| p.plain);
            let host_named = ip || named(&host.argument, naming::is_host);
            let whole = before.is_empty() && rest.is_empty();
            let only_host = before.ends_with(['/', '@']) || ip || named(&host.argument, names_ip);
            let tells = before.ends_with(['/', '@', '=', '(']);
            (fits && host_named).then_some(Join { host: *host, port: next.copied(), whole, only_host, tells })
        })
    }

    fn fix(
        &self,
        file: &File,
        format: &Format<'_>,
        dialled: Option<Node<'_>>,
        place: &mut Option<usize>,
    ) -> Option<(Applicability, Fix)> {
        let host = self.host.argument;
        let ty = type_of(file, &host).unwrap_or_default();
        let bare = ty.trim_start_matches('&').trim_start_matches("'static ");
        let short = self.port.and_then(|p| type_of(file, &p.argument)).is_some_and(|ty| ty == "u16");
        let port = self.port.map(|p| p.argument.text);
        let text = matches!(bare, "str" | "String");
        if let (Some(argument), true, true, true, Some(port)) = (dialled, self.whole, short, text, port) {
            let host = if bare == "String" { format!("{}.as_str()", host.text) } else { host.text.to_owned() };
            // The pair refuses a host that has its brackets.
            let fix = Fix::new().edit(Edit::replace(argument.span(), format!("({host}, {port})")));
            return Some((Applicability::Unsafe, fix));
        }
        if bare == "IpAddr" && short {
            let standard = ["std::net", "core::net"].iter().any(|module| file.tree.text().contains(module));
            let how = if standard && !ty.starts_with("&&") { Applicability::Safe } else { Applicability::Unsafe };
            let star = if ty.starts_with('&') { "*" } else { "" };
            let address = format!("std::net::SocketAddr::new({star}{}, {})", host.text, port?);
            if self.whole {
                let text = format!("{address}.to_string()");
                return Some((how, Fix::new().edit(Edit::replace(format.node.span(), text))));
            }
            let port = self.port?;
            let both = Span::new(self.host.span.start, port.span.end);
            let listed = !host.inline && !port.argument.inline && port.argument.span.start > host.span.end;
            let fix = Fix::new().edit(Edit::replace(both, "{}"));
            let arguments = Span::new(host.span.start, port.argument.span.end);
            return listed.then(|| (how, fix.edit(Edit::replace(arguments, address))));
        }
        if let Some(fix) = self.taken_apart(format) {
            return Some((Applicability::Unsafe, fix));
        }
        let fix = self.bracketed(file, format, place)?;
        // A variable of the same name would hide the function.
        let hidden =
            file.tree.text().matches(HELPER).count() > 0 && file.names.lookup(file.tree.root(), HELPER).is_none();
        let doubtful = hidden || ty.starts_with("&mut") || !self.only_host;
        Some((if doubtful { Applicability::Unsafe } else { Applicability::Safe }, fix))
    }

    /// `addr.ip()` and `addr.port()` of one socket address, which writes itself with the brackets.
    fn taken_apart(&self, format: &Format<'_>) -> Option<Fix> {
        let (host, port) = (self.host.argument, self.port?);
        let ip = host.text.trim_start_matches('&').strip_suffix(".ip()")?;
        let same = port.argument.text.strip_suffix(".port()")? == ip && !host.inline && !port.argument.inline;
        if !same || port.argument.span.start < host.span.end || format.text.len() > 200 {
            return None;
        }
        if format.holes.len() == 2 {
            // On one line, as it is short enough for that now.
            let text = format.text;
            let (from, to) = (self.host.span.start - format.span.start, port.span.end - format.span.start);
            let (before, rest) = (text.get(..from)?, text.get(to..)?);
            let whole = match (before, rest) {
                ("", "") => format!("{ip}.to_string()"),
                _ => format!("format!(\"{before}{{}}{rest}\", {ip})"),
            };
            return Some(Fix::new().edit(Edit::replace(format.node.span(), whole)));
        }
        let holes = Span::new(self.host.span.start, port.span.end);
        let values = Span::new(host.span.start, port.argument.span.end);
        let fix = Fix::new().edit(Edit::replace(holes, "{}")).edit(Edit::replace(values, ip));
        Some(fix)
    }

    /// Whether the host is what a variant for names holds, beside one for addresses.
    fn of_name(&self, node: Node<'_>) -> bool {
        let arm = node.ancestor(&["match_arm"]).filter(|arm| arm.field("pattern").is_some());
        let pattern = arm.and_then(|arm| arm.field("pattern")).map_or("", Node::text);
        let variant = pattern.split('(').next().unwrap_or_default().rsplit(':').next().unwrap_or_default();
        let words = naming::words(variant);
        let name = words.last().is_some_and(|w| ["hostname", "domain", "name", "fqdn", "dns"].contains(&w.as_str()));
        let others = arm.and_then(Node::parent).map_or("", Node::text);
        name && pattern.contains(self.host.argument.text)
            && ["Ip(", "SocketAddr(", "SocketAddress("].iter().any(|v| others.contains(v))
    }

    /// The host through a function of the file that puts the brackets there.
    fn bracketed(&self, file: &File, format: &Format<'_>, place: &mut Option<usize>) -> Option<Fix> {
        let host = self.host.argument;
        if format.node.ancestor(&["mod_item"]).is_some() {
            return None;
        }
        let known = file.names.lookup(file.tree.root(), HELPER);
        let own = known.as_ref().is_some_and(|(d, _)| file.tree.node(d.whole).text().contains("'['"));
        if known.is_some() && !own {
            return None;
        }
        let reference = type_of(file, &host).is_some_and(|ty| ty.starts_with('&'));
        let borrow = if reference { "" } else { "&" };
        let called = format!("{HELPER}({borrow}{})", host.text.trim_start_matches('&'));
        let fix = if host.inline {
            let positional = format.holes.iter().any(|h| !h.argument.inline);
            let literal = Edit::insert(format.span.end + 1, format!(", {called}"));
            (!positional).then(|| Fix::new().edit(Edit::replace(self.host.span, "{}")).edit(literal))?
        } else {
            Fix::new().edit(Edit::replace(host.span, called))
        };
        Some(if own { fix } else { fix.edit(helper(format.node, place)?) })
    }
}

/// The function that puts brackets around a host.
const HELPER: &str = "bracketed";

/// Adds that function behind the item that needs it first.
fn helper(node: Node<'_>, place: &mut Option<usize>) -> Option<Edit> {
    let item = node.ancestors().find(|n| n.parent().is_some_and(|p| p.is("source_file")))?;
    let at = *place.get_or_insert(item.end());
    let body = "/// A host as it stands before a port: an IPv6 address in brackets (RFC 3986, 3.2.2).\n\
        fn bracketed(host: impl std::fmt::Display) -> String {\n\
        \x20   let host = host.to_string();\n\
        \x20   if host.contains(':') && !host.starts_with('[') {\n\
        \x20       format!(\"[{host}]\")\n\
        \x20   } else {\n\
        \x20       host\n\
        \x20   }\n\
        }";
    Some(Edit::insert(at, format!("\n\n{body}")))
}

/// Whether the last name of an argument is one of these.
fn named(argument: &Argument<'_>, what: fn(&str) -> bool) -> bool {
    let path = argument.text.replace("()", "");
    if path.contains(['(', ' ', '[']) {
        // What a function made of a host may have its brackets already.
        return false;
    }
    let last = path
        .rsplit(['.', ':', '&', '*'])
        .find(|p| !matches!(*p, "clone" | "as_str" | "to_string" | "unwrap" | "as_ref" | ""));
    last.is_some_and(what)
}

/// The type of an argument that is a name or a path of names.
fn type_of(file: &File, argument: &Argument<'_>) -> Option<String> {
    let name =
        argument.name.filter(|_| argument.text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '&')));
    match name {
        Some(name) if argument.text.contains('.') => file.field_type(name.text()),
        Some(name) => file.type_of(name),
        // A name in the hole: what it means is looked up where the macro stands.
        None if argument.inline => {
            let at = file.tree.smallest(argument.span);
            let (decl, _) = file.names.lookup(at, argument.text)?;
            decl.ty.map(|ty| file.tree.node(ty).text().to_owned())
        }
        None => None,
    }
}

/// The argument that a function of the catalog takes the text as.
fn sink<'a>(file: &File, node: Node<'a>, cx: &Context<'_>) -> Option<Node<'a>> {
    let mut at = node;
    while let Some(around) = at.parent().filter(|p| p.is("reference_expression")) {
        at = around;
    }
    let call = at.parent().filter(|p| p.is("arguments"))?.parent()?;
    let position = file.arguments(call).iter().position(|a| *a == at)? + 1;
    let callee = file.callee(call)?;
    let rows = catalog::apis(cx.options(), "rust").api(&callee);
    rows.iter().any(|api| api.argument == position).then_some(at)
}

/// Whether the function puts brackets itself: a text of its own has them around a hole.
fn puts_brackets(node: Node<'_>) -> bool {
    let function = node.ancestor(&["function_item"]).map_or("", Node::text);
    function.contains("\"[{") && ["}]:", "}]\""].iter().any(|end| function.contains(end))
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
