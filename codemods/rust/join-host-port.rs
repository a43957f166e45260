//! # Put brackets around an IPv6 host before its port
//!
//! ## Why it breaks
//! `format!("{}:{}", host, port)` is an address only while the host has no colon. An IPv6 address
//! needs brackets: `[2001:db8::1]:80`. `SocketAddr` writes them for an `IpAddr`, and functions that
//! take addresses take a pair of host and port as well.
//!
//! ## Examples
//! ```rust before
//! use std::net::{IpAddr, TcpListener, TcpStream};
//!
//! fn addresses(ip: IpAddr, host: &str, port: u16) -> std::io::Result<String> {
//!     let _listener = TcpListener::bind(format!("{}:{}", host, port))?;
//!     let _stream = TcpStream::connect(&format!("{host}:{port}"))?;
//!     let url = format!("http://{}:{}/health", ip, port);
//!     Ok(url + &format!("{ip}:{port}"))
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
//! ```rust after unsafe
//! use std::net::{IpAddr, TcpListener, TcpStream};
//!
//! fn addresses(ip: IpAddr, host: &str, port: u16) -> std::io::Result<String> {
//!     let _listener = TcpListener::bind((host, port))?;
//!     let _stream = TcpStream::connect((host, port))?;
//!     let url = format!("http://{}/health", std::net::SocketAddr::new(ip, port));
//!     Ok(url + &std::net::SocketAddr::new(ip, port).to_string())
//! }
//!
//! struct Config {
//!     host: String,
//!     port: u16,
//! }
//!
//! fn url(cfg: &Config) -> String {
//!     format!("redis://{}:{}/0", if cfg.host.contains(':') && !cfg.host.starts_with('[') { format!("[{}]", cfg.host) } else { cfg.host.to_string() }, cfg.port)
//! }
//! ```
//! Where the type of the host is not known, a person must see to it:
//! ```rust reported
//! fn address(node: &Node) -> String {
//!     format!("{}:{}", node.host(), node.port)
//! }
//! ```
//! ```rust unchanged
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
//! Unsafe. For IPv4 and names the text is the same, and for IPv6 it is right; a pair of host and port
//! refuses a host that has its brackets.
//!
//! ## References
//! - RFC 3986, 3.2.2: an IPv6 address in a URL stands in brackets
//! - std::net::SocketAddr, std::net::ToSocketAddrs
//! - evidence: languages, Rust RS-FMT

use sixify_langs::rust::{Argument, File, Format, Hole};
use sixify_langs::{classify, naming, rust};

use crate::catalog;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::RUST],
    anchors: Anchors(&[&["format!", "}:{"], &["format!", "{}:"]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = rust::file(doc) else { return Ok(()) };
    for node in file.tree.all("macro_invocation") {
        let Some(format) = file.format(node).filter(|f| f.macro_name == "format") else { continue };
        if file.is_test(node) || for_people(node) {
            continue;
        }
        let Some(join) = Join::of(&file, &format) else { continue };
        let finding = Finding::new(node.span(), Role::Join.name(), "an IPv6 address needs brackets before its port");
        let finding = finding.because(format!("{} is called a host", join.host.argument.text));
        let dialled = sink(&file, node, cx);
        cx.report(match join.fix(&file, &format, dialled) {
            Some(fix) => finding.fix(Applicability::Unsafe, fix),
            None => finding.because("what type the host has is not known"),
        });
    }
    Ok(())
}

struct Join<'a> {
    host: Hole<'a>,
    port: Option<Hole<'a>>,
    /// Whether there is nothing else in the text.
    whole: bool,
}

impl<'a> Join<'a> {
    fn of(file: &File, format: &Format<'a>) -> Option<Join<'a>> {
        let text =
            |from: usize, to: usize| format.text.get(from - format.span.start..to - format.span.start).unwrap_or("");
        format.holes.iter().enumerate().find_map(|(at, host)| {
            let before = text(format.span.start, host.span.start);
            let behind = text(host.span.end, format.span.end).strip_prefix(':')?;
            let opens = before.is_empty() || before.ends_with(['/', '@', '=', ' ', ',', '(']);
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
            (fits && host_named).then_some(Join { host: *host, port: next.copied(), whole })
        })
    }

    fn fix(&self, file: &File, format: &Format<'_>, dialled: Option<Node<'_>>) -> Option<Fix> {
        let host = self.host.argument;
        let ty = type_of(file, &host)?;
        let bare = ty.trim_start_matches('&').trim_start_matches("'static ");
        let short = self.port.and_then(|p| type_of(file, &p.argument)).is_some_and(|ty| ty == "u16");
        let port = self.port.map(|p| p.argument.text);
        let text = matches!(bare, "str" | "String");
        if let (Some(argument), true, true, true, Some(port)) = (dialled, self.whole, short, text, port) {
            let host = if bare == "String" { format!("{}.as_str()", host.text) } else { host.text.to_owned() };
            return Some(Fix::new().edit(Edit::replace(argument.span(), format!("({host}, {port})"))));
        }
        if bare == "IpAddr" && short {
            let star = if ty.starts_with('&') { "*" } else { "" };
            let address = format!("std::net::SocketAddr::new({star}{}, {})", host.text, port?);
            if self.whole {
                return Some(Fix::new().edit(Edit::replace(format.node.span(), format!("{address}.to_string()"))));
            }
            let port = self.port?;
            let both = Span::new(self.host.span.start, port.span.end);
            let listed = !host.inline && !port.argument.inline && port.argument.span.start > host.span.end;
            let fix = Fix::new().edit(Edit::replace(both, "{}"));
            let arguments = Span::new(host.span.start, port.argument.span.end);
            return listed.then(|| fix.edit(Edit::replace(arguments, address)));
        }
        if !text || host.inline {
            return None;
        }
        let host_text = host.text.trim_start_matches('&');
        let bracketed = format!(
            "if {host_text}.contains(':') && !{host_text}.starts_with('[') {{ format!(\"[{{}}]\", {host_text}) }} else {{ {host_text}.to_string() }}"
        );
        Some(Fix::new().edit(Edit::replace(host.span, bracketed)))
    }
}

/// Whether the last name of an argument is one of these.
fn named(argument: &Argument<'_>, what: fn(&str) -> bool) -> bool {
    let path = argument.text.trim_end_matches("()");
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
