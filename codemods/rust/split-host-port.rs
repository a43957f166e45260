//! # Split an address at its last colon
//!
//! ## Why it breaks
//! `addr.split_once(':')` gives host and port only while the host has no colon. The port of an
//! address stands behind its last one: `[2001:db8::1]:80`. `rsplit_once` finds that; the host keeps
//! its brackets.
//!
//! ## Examples
//! ```rust before
//! fn ends(addr: &str) -> Option<(&str, &str)> {
//!     let (host, port) = addr.split_once(':')?;
//!     Some((host, port))
//! }
//!
//! fn port(hostport: &str) -> u16 {
//!     match hostport.split_once(":") {
//!         Some((_, port)) => port.parse().unwrap_or(80),
//!         None => 80,
//!     }
//! }
//! ```
//! ```rust after unsafe
//! fn ends(addr: &str) -> Option<(&str, &str)> {
//!     let (host, port) = addr.rsplit_once(':')?;
//!     Some((host, port))
//! }
//!
//! fn port(hostport: &str) -> u16 {
//!     match hostport.rsplit_once(":") {
//!         Some((_, port)) => port.parse().unwrap_or(80),
//!         None => 80,
//!     }
//! }
//! ```
//! Where a text without a port is the host, it may be an IPv6 address, too:
//! ```rust reported
//! fn name(host: &str) -> &str {
//!     match host.split_once(':') {
//!         None => host,
//!         Some((name, _)) => name,
//!     }
//! }
//!
//! fn ends(addr: &str) -> (&str, &str) {
//!     addr.split_once(':').unwrap_or((addr, "80"))
//! }
//!
//! fn port(addr: &str) -> u16 {
//!     if let Some((_, port)) = addr.split_once(':') { port.parse().unwrap_or(0) } else { lookup(addr) }
//! }
//! ```
//! Parts that are counted or taken one by one are for a person to mend:
//! ```rust reported
//! fn host(addr: &str) -> &str {
//!     addr.split(':').next().unwrap_or(addr)
//! }
//! ```
//! ```rust unchanged
//! fn others(header: &str, addr: &str, image: &str) -> Option<(String, String)> {
//!     let (name, value) = header.split_once(':')?;
//!     let (_, port) = addr.rsplit_once(':')?;
//!     let (_, tag) = image.split_once(':')?;
//!     let (access_key_id, rest) = addr.split_once(':')?;
//!     Some((name.to_owned() + port, value.to_owned() + tag))
//! }
//!
//! fn name(host_addr: &str) -> Option<&str> {
//!     if host_addr.parse::<SocketAddr>().is_ok() || host_addr.parse::<IpAddr>().is_ok() {
//!         return None;
//!     }
//!     host_addr.split_once(':').map(|(name, _)| name)
//! }
//! ```
//!
//! ## Safety
//! Unsafe. For text with one colon or none nothing changes; a bare IPv6 address without a port is
//! taken apart at its last colon.
//!
//! ## References
//! - RFC 3986, 3.2.2: an IPv6 address before a port stands in brackets
//! - evidence: languages, Rust RS-SPLIT

use sixify_langs::{classify, naming, rust};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::RUST],
    anchors: Anchors(&[&["split", "(':')"], &["split", "(\":\")"], &["splitn(", "':'"], &["splitn(", "\":\""]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = rust::file(doc) else { return Ok(()) };
    for call in file.tree.all("call_expression") {
        let Some((receiver, method)) = file.method(call) else { continue };
        let colon = file.arguments(call).last().is_some_and(|a| matches!(a.text(), "':'" | "\":\""));
        if !colon || !matches!(method, "split_once" | "split" | "splitn" | "split_terminator") || file.is_test(call) {
            continue;
        }
        let path = receiver.text();
        let name = path
            .trim_end_matches("()")
            .rsplit(['.', ':', '&'])
            .find(|p| !matches!(*p, "as_str" | "trim" | ""))
            .unwrap_or_default();
        let plain = path.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '&' | '(' | ')' | ':'));
        if !plain || !naming::is_address(name) {
            continue;
        }
        if parts_of_other(call) || parsed_before(call, path.trim_start_matches('&')) {
            continue;
        }
        let message = "the text up to the first colon is the host only for IPv4";
        let finding =
            Finding::new(call.span(), Role::Split.name(), message).because(format!("{name} is called an address"));
        let field = call.field("function").and_then(|f| f.field("field")).filter(|_| method == "split_once");
        cx.report(match field {
            Some(field) => {
                // `[::1]` and `::1` have no port behind their last colon.
                if whole_without_port(call, path.trim_start_matches('&')) {
                    finding.because("a text without a port is taken as the host, as an IPv6 address may be")
                } else {
                    let fix = Fix::new().edit(Edit::insert(field.start(), "r"));
                    finding.fix(Applicability::Unsafe, fix)
                }
            }
            None => finding,
        });
    }
    Ok(())
}

/// Whether a text without a port is taken as the host: `None => addr`, `.unwrap_or((addr, …))`.
fn whole_without_port(call: Node<'_>, text: &str) -> bool {
    let names = |code: &str| {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        code.match_indices(text)
            .any(|(at, _)| !code[..at].ends_with(word) && !code[at + text.len()..].starts_with(word))
    };
    // `addr.split_once(':').map(…).unwrap_or(addr)`
    let mut at = call;
    while let Some(outer) = at.parent().filter(|p| p.is("field_expression")).and_then(Node::parent) {
        let defaults = outer
            .field("function")
            .and_then(|f| f.field("field"))
            .is_some_and(|f| f.text().starts_with("unwrap_or") || f.text().starts_with("map_or"));
        if defaults && outer.field("arguments").is_some_and(|a| names(a.text())) {
            return true;
        }
        at = outer;
    }
    let Some(parent) = at.parent() else { return false };
    let other = match parent.kind() {
        "match_expression" => parent
            .field("body")
            .and_then(|body| {
                body.items().find(|arm| arm.field("pattern").is_some_and(|p| matches!(p.text(), "None" | "_")))
            })
            .and_then(|arm| arm.field("value")),
        "let_condition" => {
            let around = parent.ancestor(&["if_expression"]).filter(|i| i.field("condition") == Some(parent));
            around.and_then(|i| i.field("alternative"))
        }
        "let_declaration" => parent.field("alternative"),
        _ => None,
    };
    other.is_some_and(|code| names(code.text()))
}

/// Whether the second part is called something else than a port: `Some((route, addr))`.
fn parts_of_other(call: Node<'_>) -> bool {
    let declared =
        call.ancestors().take_while(|n| !n.is("block")).find(|n| n.is_any(&["let_condition", "let_declaration"]));
    let pattern = declared.and_then(|d| d.field("pattern"));
    let tuple = pattern.and_then(|p| std::iter::once(p).chain(p.descendants()).find(|n| n.is("tuple_pattern")));
    let second = tuple.and_then(|t| t.items().nth(1)).map_or("", Node::text);
    let first = tuple.and_then(|t| t.items().next()).map_or("", Node::text);
    // `key:secret@host`, `unix:path`
    let words = naming::words(first.trim_start_matches('_'));
    let secret = ["key", "user", "username", "login", "id", "scheme", "proto", "protocol", "kind", "type", "name"];
    let other = words.last().is_some_and(|w| secret.contains(&w.as_str())) && !naming::is_host(first);
    let unknown = !second.starts_with('_') && !naming::is_port(second) && second != "p";
    !second.is_empty() && (other || unknown)
}

/// Whether the function has parsed the text as an address before, so that only names are left.
fn parsed_before(call: Node<'_>, text: &str) -> bool {
    let Some(function) = call.ancestor(&["function_item"]) else { return false };
    let before = function.text().get(..call.start() - function.start()).unwrap_or_default();
    let method = format!("{text}.parse::<");
    let parsed = |ty: &str| ty.split('>').next().is_some_and(|ty| ty.ends_with("SocketAddr") || ty.ends_with("IpAddr"));
    before.split(&method).skip(1).any(parsed) || before.contains(&format!("Addr::from_str({text})"))
}
