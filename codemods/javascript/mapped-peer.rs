//! # Take IPv4 addresses out of `::ffff:a.b.c.d` and nothing else
//!
//! ## Why it breaks
//! An IPv4 peer of a server on both families has an address like `::ffff:192.0.2.1`. What is behind the last
//! colon is the IPv4 address of that one, but a piece of the address of an IPv6 peer: `1` of `2001:db8::1`.
//!
//! ## Examples
//! ```js before
//! const ip = req.socket.remoteAddress.split(':').pop();
//! const peer = req.ip.split(':')[3];
//! const clientIP = forwarded || socket.remoteAddress.replace(/^.*:/, '');
//! const short = req.connection.remoteAddress.substr(7);
//! ```
//! ```js after unsafe
//! const ip = req.socket.remoteAddress.replace(/^::ffff:/i, '');
//! const peer = req.ip.replace(/^::ffff:/i, '');
//! const clientIP = forwarded || socket.remoteAddress.replace(/^::ffff:/i, '');
//! const short = req.connection.remoteAddress.replace(/^::ffff:/i, '');
//! ```
//! Near-misses: other texts, other parts, what asks first.
//! ```js unchanged
//! const last = key.split(':').pop();
//! const port = address.split(':').pop();
//! const first = req.ip.split(':')[0];
//! const plain = req.ip.replace(/^::ffff:/, '');
//! const asked = req.ip.startsWith('::ffff:') ? req.ip.substring(7) : req.ip;
//! const name = path.replace(/^.*:/, '');
//! ```
//!
//! ## Safety
//! Unsafe: an IPv6 peer now has its whole address, which the code behind must be able to hold. For IPv4
//! peers the result is the same.
//!
//! ## References
//! - RFC 4291, 2.5.5.2: IPv4-mapped IPv6 addresses
//! - evidence: languages, 1.6 and 3.3 JS-PEER

use sixify_langs::javascript::{self, File};
use sixify_langs::naming;

use crate::javascript_hosts as hosts;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: javascript::KINDS,
    anchors: Anchors(&[
        &["split(':').pop"],
        &["split(\":\").pop"],
        &["split(':').at(-1"],
        &["split(\":\").at(-1"],
        &["split(':').slice(-1"],
        &["split(\":\").slice(-1"],
        &["split(':')[3]"],
        &["split(\":\")[3]"],
        &["replace(/^.*:/"],
        &["ddress.substr(7)"],
        &["ddress.substring(7)"],
        &["ddress.slice(7)"],
        &["ip.substr(7)"],
        &["ip.substring(7)"],
        &["ip.slice(7)"],
    ]),
    specificity: 1,
    run,
};

const ROLE: &str = Role::Split.name();

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = hosts::file(doc) else { return Ok(()) };
    for call in file.tree.all("call_expression") {
        let text = call.field("function").filter(|f| f.is("member_expression")).and_then(|f| f.field("object"));
        let Some((text, name)) = text.and_then(|text| Some((text, hosts::name(text)?))) else { continue };
        if !is_peer(&name) || mapped(call) {
            continue;
        }
        let Some(whole) = taken(&file, call) else { continue };
        let dot = if call.field("function").is_some_and(|f| f.child("optional_chain").is_some()) { "?." } else { "." };
        let message =
            "the part behind the last colon is the IPv4 address of ::ffff:a.b.c.d, but a piece of an IPv6 one";
        let edit = Edit::replace(Span::new(text.end(), whole.end()), format!("{dot}replace(/^::ffff:/i, '')"));
        let finding = Finding::new(whole.span(), ROLE, message).because(format!("{name} is the address of a peer"));
        cx.report(finding.fix(Applicability::Unsafe, Fix::new().edit(edit)));
    }
    Ok(())
}

/// Whether the code gets here only for a mapped address: `ip.startsWith('::ffff:') ? ip.slice(7) : ip`.
fn mapped(call: Node<'_>) -> bool {
    let branches = call.ancestors().filter(|a| a.is_any(&["if_statement", "ternary_expression"]));
    let within = branches.filter(|a| a.field("consequence").is_some_and(|c| c.holds(call)));
    within.filter_map(|a| a.field("condition")).any(|c| c.text().to_ascii_lowercase().contains("::ffff:"))
}

fn is_peer(name: &str) -> bool {
    naming::words(name).last().is_some_and(|w| w == "ip")
        || matches!(name, "remoteAddress" | "ipAddress" | "remoteIP" | "clientIP" | "clientAddress" | "peerAddress")
}

/// The expression that takes what is behind the last colon, of which `call` is the first step.
fn taken<'a>(file: &File, call: Node<'a>) -> Option<Node<'a>> {
    let arguments = file.arguments(call)?;
    match (file.called_name(call)?, arguments.as_slice()) {
        ("split", [colon]) if file.string(*colon).as_deref() == Some(":") => last_part(file, call),
        ("replace", [pattern, with]) => {
            let all = pattern.field("pattern").is_some_and(|p| p.text() == "^.*:");
            (all && file.string(*with).as_deref() == Some("")).then_some(call)
        }
        // `::ffff:` is seven characters long.
        ("substr" | "substring" | "slice", [from]) => (from.text() == "7").then_some(call),
        _ => None,
    }
}

/// `….pop()`, `….at(-1)`, `….slice(-1)[0]`, `…[3]`, behind a split.
fn last_part<'a>(file: &File, call: Node<'a>) -> Option<Node<'a>> {
    let parent = call.parent()?;
    match parent.kind() {
        "subscript_expression" => {
            let index = parent.field("index")?;
            (index.text() == "3").then_some(parent)
        }
        "member_expression" => {
            let called = parent.parent().filter(|c| c.is("call_expression"))?;
            let first = || Some(file.arguments(called)?.first()?.text());
            match parent.field("property")?.text() {
                "pop" => Some(called),
                "at" => (first()? == "-1").then_some(called),
                "slice" if first()? == "-1" => {
                    called.parent().filter(|p| p.is("subscript_expression") && p.text().ends_with("[0]"))
                }
                _ => None,
            }
        }
        _ => None,
    }
}
