//! # Compare with the IPv6 addresses that mean the same
//!
//! A server that has become dual-stack says `::` where it said `0.0.0.0`, and clients on the same
//! machine come from `::1` as well as from `127.0.0.1`.
//!
//! ## Why it breaks
//! `if host == '0.0.0.0'` asks whether a server listens everywhere. It says no for `::`, and the
//! program shows or dials the wildcard itself.
//!
//! ## Examples
//! ```rb before
//! host = 'localhost' if bind_host == '0.0.0.0'
//! return true if ['localhost', '127.0.0.1'].include?(host)
//! show(host) unless host == '127.0.0.1' && quiet
//! ```
//! ```rb after unsafe
//! host = 'localhost' if bind_host == '0.0.0.0' || bind_host == '::'
//! return true if ['localhost', '127.0.0.1', '::1'].include?(host)
//! show(host) unless (host == '127.0.0.1' || host == '::1') && quiet
//! ```
//! Who is trusted is for a person to decide:
//! ```rb reported
//! allow if request.remote_ip == '127.0.0.1'
//! ```
//! Near-misses:
//! ```rb unchanged
//! a if host == '0.0.0.0' || host == '::'
//! b if version == '0.0.0.0'
//! c if ['127.0.0.1', '::1'].include?(host)
//! ```
//!
//! ## Safety
//! Unsafe: for every text but the one that is added the answer stays what it was. That the text
//! means an address is taken from its name.
//!
//! ## References
//! - RFC 4291, 2.5.2 and 2.5.3: the unspecified and the loopback address
//! - evidence: languages, 1.6

use sixify_langs::ruby;
use sixify_langs::{classify, naming};

use crate::compare::{Known, Spelling, comparisons};
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::RUBY],
    anchors: Anchors(&[
        &["0.0.0.0", "== "],
        &["0.0.0.0", "!= "],
        &["0.0.0.0", "include?"],
        &["127.0.0.1", "== "],
        &["127.0.0.1", "!= "],
        &["127.0.0.1", "include?"],
    ]),
    specificity: 0,
    run,
};

const SPELLING: Spelling = Spelling {
    comparisons: &["binary"],
    equal: &["=="],
    unequal: &["!="],
    or: "||",
    and: "&&",
    junctions: &["binary"],
    alone: &[
        "if",
        "unless",
        "if_modifier",
        "unless_modifier",
        "elsif",
        "assignment",
        "return",
        "block_body",
        "body_statement",
    ],
    lists: &["array"],
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = ruby::file(doc) else { return Ok(()) };
    let tested = |list: Node<'_>| {
        let call = list.parent().filter(|p| p.is("call") && p.field("receiver") == Some(list));
        call.and_then(|c| c.field("method")).is_some_and(|m| m.text() == "include?")
    };
    for comparison in comparisons(&file.tree, &SPELLING, &|n| file.string(n), &tested) {
        let subject = comparison.other().or_else(|| file.argument(comparison.node.parent()?, 0));
        let Some(subject) = subject else { continue };
        let name = subject.field("method").map_or(subject.text(), Node::text).trim_start_matches('@').to_owned();
        let words = naming::words(subject.text());
        let host = naming::is_host(&name) || naming::words(&name).iter().any(|w| w == "bind" || w == "ip");
        if !host || comparison.has_alternative(&SPELLING) || comparison.is_sentinel() {
            continue;
        }
        let message = match comparison.known {
            Known::Wildcard => "a dual-stack listener says `::` where this asks for 0.0.0.0",
            Known::Loopback => "on the loopback of IPv6 the address is `::1`, and this asks for 127.0.0.1",
        };
        let finding = Finding::new(comparison.node.span(), Role::Compare.name(), message)
            .because(format!("{name} is called a host"));
        let peer = words.iter().any(|w| matches!(w.as_str(), "request" | "remote" | "client" | "peer" | "peeraddr"));
        if comparison.known == Known::Loopback && is_uri_host(subject) {
            cx.report(finding.because("the host of a URI has its brackets: `[::1]`".to_owned()));
            continue;
        }
        match comparison.fix(&SPELLING).filter(|_| !(peer && comparison.known == Known::Loopback)) {
            Some(fix) => cx.report(finding.fix(Applicability::Unsafe, fix)),
            None => cx.report(finding.because("whom to trust is for a person to decide")),
        }
    }
    Ok(())
}

/// Whether a value is the host of a URI: `uri.host`, `URI.parse(url).host`.
fn is_uri_host(value: Node<'_>) -> bool {
    let method = value.field("method").map_or("", Node::text);
    let of = value.field("receiver").map_or("", Node::text);
    let words = naming::words(of.rsplit('.').next().unwrap_or(of));
    method == "host"
        && (of.starts_with("URI") || words.last().is_some_and(|w| matches!(w.as_str(), "uri" | "url" | "href")))
}
