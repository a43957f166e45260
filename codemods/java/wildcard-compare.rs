//! # Compare with the IPv6 wildcard and loopback addresses, too
//!
//! ## Why it breaks
//! `"127.0.0.1".equals(host)` asks whether a peer is on the same host, and `"0.0.0.0".equals(host)`
//! whether a server listens everywhere. The IPv6 addresses that mean the same are not known to it.
//!
//! ## Examples
//! ```java before
//! class Config {
//!     boolean everywhere(String host, InetAddress peer) {
//!         if ("0.0.0.0".equals(host)) {
//!             return true;
//!         }
//!         return peer.getHostAddress().equals("127.0.0.1");
//!     }
//! }
//! ```
//! ```java after unsafe
//! class Config {
//!     boolean everywhere(String host, InetAddress peer) {
//!         if ("0.0.0.0".equals(host) || "::".equals(host)) {
//!             return true;
//!         }
//!         return peer.getHostAddress().equals("127.0.0.1") || peer.getHostAddress().equals("0:0:0:0:0:0:0:1");
//!     }
//! }
//! ```
//! ```java before
//! class Config {
//!     boolean remote(Config config, boolean known) {
//!         return known && !config.getHost().equals("127.0.0.1");
//!     }
//! }
//! ```
//! ```java after unsafe
//! class Config {
//!     boolean remote(Config config, boolean known) {
//!         return known && !config.getHost().equals("127.0.0.1") && !config.getHost().equals("::1");
//!     }
//! }
//! ```
//! ```kotlin before
//! fun everywhere(host: String) = host == "0.0.0.0"
//! ```
//! ```kotlin after unsafe
//! fun everywhere(host: String) = host == "0.0.0.0" || host == "::"
//! ```
//! Where the code goes on to speak of the address, a person has to see to the words; Java writes the
//! address of a peer in full, and the host of a `URI` has brackets:
//! ```java reported
//! import java.net.URI;
//!
//! class Peer {
//!     boolean local(String remoteAddr, URI uri) {
//!         return remoteAddr.equals("127.0.0.1") && uri.getHost().equals("127.0.0.1");
//!     }
//! }
//! ```
//! ```java reported
//! class Check {
//!     void check(String host) {
//!         if (host.equals("0.0.0.0")) {
//!             say("0.0.0.0 stands for every IPv4 address, please name one");
//!         }
//!     }
//! }
//! ```
//! Left alone: code that knows the IPv6 address, something else than a host.
//! ```java unchanged
//! class Config {
//!     boolean all(String host, String version) {
//!         return host.equals("127.0.0.1") || host.equals("::1") || version.equals("0.0.0.0");
//!     }
//!
//!     boolean other(String host) {
//!         return host.isEmpty() || host.equals("127.0.0.1") || host.contains(":");
//!     }
//! }
//! ```
//!
//! ## Safety
//! Unsafe: for every text but the IPv6 address the answer stays what it was. But whom a service
//! trusts is for people to decide.
//!
//! ## References
//! - evidence: languages, 1.6; `getHostAddress` gives IPv6 addresses in full, Java 6.2, measured

use sixify_langs::java::{self, File, Lang};
use sixify_langs::{classify, naming};

use crate::compare::{asks_for_colon, told};
use crate::ipv4_protocols::about_ipv4;
use crate::jvm_hosts::{Brackets, brackets, handles_ipv6, name, twice};
use crate::jvm_origins::cut_out;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::JAVA, classify::KOTLIN, classify::SCALA],
    anchors: Anchors(&[
        &["\"0.0.0.0\"", "equals"],
        &["\"127.0.0.1\"", "equals"],
        &["\"0.0.0.0\"", "=="],
        &["\"127.0.0.1\"", "=="],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = java::file(doc).filter(|_| !about_ipv4(doc)) else { return Ok(()) };
    for call in file.calls().filter(|c| ["equals", "equalsIgnoreCase"].contains(&c.name)) {
        if let (Some(receiver), [argument]) = (call.receiver, call.arguments.as_slice()) {
            compare(&file, call.node, receiver, *argument, false, cx);
        }
    }
    if file.lang != Lang::Java {
        for node in ["binary_expression", "infix_expression"].iter().flat_map(|kind| file.tree.all(kind)) {
            let operator = node.children().find(|c| ["==", "!="].contains(&c.text())).map(Node::text);
            if let (Some(left), Some(right), Some(operator)) = (node.field("left"), node.field("right"), operator) {
                compare(&file, node, left, right, operator == "!=", cx);
            }
        }
    }
    Ok(())
}

fn compare(file: &File, whole: Node<'_>, left: Node<'_>, right: Node<'_>, unequal: bool, cx: &mut Context<'_>) {
    let known = |n: Node<'_>| match file.literal(n) {
        Some("0.0.0.0") => Some(("0.0.0.0", "::", "0:0:0:0:0:0:0:0")),
        Some("127.0.0.1") => Some(("127.0.0.1", "::1", "0:0:0:0:0:0:0:1")),
        _ => None,
    };
    let (literal, other, (four, short, full)) = match (known(left), known(right)) {
        (Some(address), None) => (left, right, address),
        (None, Some(address)) => (right, left, address),
        _ => return,
    };
    let called = name(file, other).unwrap_or_default();
    if !naming::is_host(&called) || handles_ipv6(whole) || ["::", full].iter().any(|six| around(whole).contains(six)) {
        return;
    }
    let parts = ["binary_expression", "infix_expression", "parenthesized_expression", "unary_expression"];
    let condition = whole.ancestors().take_while(|n| n.is_any(&parts)).last();
    if condition.is_some_and(|c| asks_for_colon(c.text())) {
        return;
    }
    let (value, _) = file.constant(other);
    let printed =
        file.getter(value).is_some_and(|(_, get)| ["getHostAddress", "getRemoteAddr"].contains(&get.as_str()));
    let six = if printed { full } else { short };
    let finding = Finding::new(
        whole.span(),
        Role::Compare.name(),
        format!("the IPv6 address that means the same as {four} is {six}"),
    )
    .because(format!("{called} is called a host"));
    if !twice(file, other) {
        return cx.report(finding);
    }
    if matches!(brackets(file, value), Brackets::There(_)) {
        return cx.report(finding.because("it has its brackets, with which an address has other spellings"));
    }
    if !printed && naming::words(&called).iter().any(|w| PEERS.contains(&w.as_str())) {
        return cx.report(finding.because(format!("where it comes from Java it may be written {full}")));
    }
    if cut_out(file, other) {
        return cx.report(finding.because("it is cut out of a text, in which an IPv6 address stands in brackets"));
    }
    if told(whole, four) {
        // It asks about this very text, such as a default, or says so to people.
        return cx.report(finding.because(format!("the code that depends on it speaks of {four}")));
    }
    let text = file.tree.text();
    let (before, behind) = (Span::new(whole.start(), literal.start()), Span::new(literal.end(), whole.end()));
    let again = format!("{}\"{six}\"{}", before.text(text), behind.text(text));
    // `!host.equals(a)` is one with `!host.equals(b)`.
    let refused =
        whole.parent().filter(|p| p.is_any(&["unary_expression", "prefix_expression"]) && p.text().starts_with('!'));
    let (outer, again) = refused.map_or((whole, again.clone()), |outer| (outer, format!("!{again}")));
    let word = if unequal != refused.is_some() { "&&" } else { "||" };
    let added = format!(" {word} {again}");
    let fix = if stands_alone(outer, word) {
        Fix::new().edit(Edit::insert(outer.end(), added))
    } else {
        Fix::new().edits(Edit::wrap(outer.span(), "(", format!("{added})")))
    };
    cx.report(finding.fix(Applicability::Unsafe, fix));
}

/// Words of what an address of the other end is called, which Java writes in full.
const PEERS: &[&str] = &["remote", "client", "peer", "source", "src", "caller", "visitor", "user"];

/// Whether another condition may follow without parentheses.
fn stands_alone(node: Node<'_>, word: &str) -> bool {
    let Some(parent) = node.parent() else { return false };
    if parent.is_any(&["binary_expression", "infix_expression"]) {
        return parent.children().any(|c| c.text() == word);
    }
    let alone = [
        "parenthesized_expression",
        "return_statement",
        "return_expression",
        "variable_declarator",
        "argument_list",
        "value_argument",
        "arguments",
        "property_declaration",
        "val_definition",
        "if_expression",
        "function_body",
        "lambda_expression",
        "function_definition",
        "ternary_expression",
    ];
    parent.is_any(&alone)
}

/// The condition or the list of statements around a comparison.
fn around(node: Node<'_>) -> &str {
    node.ancestor(&["method_declaration", "function_declaration", "function_definition"]).map_or("", Node::text)
}
