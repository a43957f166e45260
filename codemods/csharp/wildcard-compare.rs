//! # Compare with the IPv6 wildcard and loopback too
//!
//! ## Why it breaks
//! `host == "127.0.0.1"` asks whether a host is this machine, and says no to `::1`. A listener that has
//! become dual-stack has the address `::`, which `IPAddress.Any` is not. The IPv6 address is added, so
//! that the answer for every other text stays what it was.
//!
//! ## Examples
//! ```cs before
//! using System.Net;
//!
//! class Checks
//! {
//!     bool IsLocal(string host) => host == "127.0.0.1" || host == "localhost";
//!     bool IsRemote(string host) { return host != "127.0.0.1"; }
//!     bool IsAny(IPAddress address) => address.Equals(IPAddress.Any);
//!     bool IsOwn(IPAddress address, bool more) => more && address == IPAddress.Loopback;
//!     bool IsKnown(string hostName) => hostName is "127.0.0.1" or "localhost";
//! }
//! ```
//! ```cs after unsafe
//! using System.Net;
//!
//! class Checks
//! {
//!     bool IsLocal(string host) => host == "127.0.0.1" || host == "::1" || host == "localhost";
//!     bool IsRemote(string host) { return host != "127.0.0.1" && host != "::1"; }
//!     bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
//!     bool IsOwn(IPAddress address, bool more) => more && (address == IPAddress.Loopback || address == IPAddress.IPv6Loopback);
//!     bool IsKnown(string hostName) => hostName is "127.0.0.1" or "::1" or "localhost";
//! }
//! ```
//! The peer of a dual-stack socket is `::ffff:127.0.0.1` when it comes over IPv4:
//! ```cs before
//! using System.Net;
//!
//! class Peers
//! {
//!     bool IsLocal(HttpContext context) => context.Connection.RemoteIpAddress.Equals(IPAddress.Loopback);
//! }
//! ```
//! ```cs after unsafe
//! using System.Net;
//!
//! class Peers
//! {
//!     bool IsLocal(HttpContext context) => IPAddress.IsLoopback(context.Connection.RemoteIpAddress);
//! }
//! ```
//! Where the code goes on to speak of the address, a person has to see to the words:
//! ```cs reported
//! class Check
//! {
//!     void Run(string host)
//!     {
//!         if (host == "0.0.0.0")
//!             Say("0.0.0.0 stands for every IPv4 address, please name one");
//!     }
//! }
//! ```
//! Masks, values that are no hosts, and comparisons that have the other address:
//! ```cs unchanged
//! using System.Net;
//!
//! class Checks
//! {
//!     bool IsEmpty(IPAddress mask) => mask.Equals(IPAddress.Any);
//!     bool IsVersion(string version) => version == "0.0.0.0";
//!     bool IsLocal(string host) => host == "127.0.0.1" || host == "::1";
//!     bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
//! }
//! ```
//! DHCP is a protocol of IPv4 alone:
//! ```cs unchanged path=Dhcp/DhcpServer.cs
//! using System.Net;
//!
//! class DhcpServer
//! {
//!     bool Relayed(DhcpMessage request) => !request.RelayAgentIpAddress.Equals(IPAddress.Any);
//! }
//! ```
//!
//! ## Safety
//! Unsafe: the answer changes for the IPv6 address alone, and for a mapped loopback address of a peer.
//!
//! ## References
//! - RFC 4291, 2.5.2, 2.5.3 and 2.5.5.2: unspecified, loopback and mapped addresses
//! - evidence: languages, 1.6 and C#, CS-PEER

use sixify_langs::classify::CSHARP;
use sixify_langs::csharp::{File, Surroundings};
use sixify_langs::naming;

use crate::compare::{self, Spelling};
use crate::dotnet_family as family;
use crate::dotnet_hosts::last_name;
use crate::dotnet_uses as uses;
use crate::host_port;
use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[CSHARP],
    anchors: Anchors(&[
        &["== \"127.0.0.1\""],
        &["!= \"127.0.0.1\""],
        &["is \"127.0.0.1\""],
        &["or \"127.0.0.1\""],
        &["\"127.0.0.1\" =="],
        &["\"127.0.0.1\" !="],
        &["== \"0.0.0.0\""],
        &["!= \"0.0.0.0\""],
        &["\"0.0.0.0\" =="],
        &["Equals(IPAddress."],
        &["Equals(System.Net.IPAddress."],
        &["IPAddress.Any.Equals("],
        &["IPAddress.Loopback.Equals("],
        &["== IPAddress."],
        &["!= IPAddress."],
        &["== System.Net.IPAddress."],
        &["!= System.Net.IPAddress."],
        &["IPAddress.Any =="],
        &["IPAddress.Any !="],
        &["IPAddress.Loopback =="],
        &["IPAddress.Loopback !="],
    ]),
    specificity: 0,
    run,
};

const SPELLING: Spelling = Spelling {
    alone: &[
        "variable_declarator",
        "conditional_expression",
        "return_statement",
        "argument",
        "if_statement",
        "while_statement",
        "arrow_expression_clause",
        "assignment_expression",
        "lambda_expression",
    ],
    ..Spelling::C
};

const MESSAGE: &str = "an IPv6 address that means the same is not recognised";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = File::of(doc).filter(|_| !about_ipv4(doc)) else { return Ok(()) };
    let around = Surroundings::of(doc, cx.project());
    let value = |n: Node<'_>| file.text_expr(n).and_then(|t| t.value().map(|(v, _)| v.to_owned()));
    for comparison in compare::comparisons(file.tree(), &SPELLING, &value, &|_| false) {
        let Some(other) = comparison.other().filter(|o| is_host(&file, *o)) else { continue };
        if comparison.has_alternative(&SPELLING) || comparison.is_sentinel() || in_member(comparison.node) {
            continue;
        }
        let why = format!("{} is called a host", other.text());
        if comparison.is_told() {
            let finding = Finding::new(comparison.node.span(), Role::Compare.name(), MESSAGE).because(why);
            cx.report(finding.because("a text in the same statement speaks of the IPv4 address"));
            continue;
        }
        report(cx, comparison.node, why, comparison.fix(&SPELLING));
    }
    for pattern in file.tree().all("constant_pattern") {
        patterns(&file, pattern, cx);
    }
    for node in file.tree().all("invocation_expression") {
        if let Some((of, known)) = equals(&file, node, &around) {
            addresses(&file, node, of, known, false, cx);
        }
    }
    for node in file.tree().all("binary_expression") {
        let operator = node.field("operator").map_or("", Node::text);
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else { continue };
        let pair = known(&file, right, &around).map(|k| (left, k)).or(known(&file, left, &around).map(|k| (right, k)));
        if let Some((of, known)) = pair.filter(|_| operator == "==" || operator == "!=") {
            addresses(&file, node, of, known, operator == "!=", cx);
        }
    }
    Ok(())
}

fn report(cx: &mut Context<'_>, node: Node<'_>, why: String, fix: Option<Fix>) {
    let finding = Finding::new(node.span(), Role::Compare.name(), MESSAGE).because(why);
    cx.report(match fix {
        Some(fix) => finding.fix(Applicability::Unsafe, fix),
        None => finding.because("what is compared cannot be written twice"),
    });
}

/// Whether a text is called a host, and no mask or version.
fn is_host(file: &File, node: Node<'_>) -> bool {
    let Some(name) = last_name(node) else { return false };
    naming::is_host(name) && !is_mask(name) && file.type_of(node).is_none_or(|ty| ty == "string")
}

fn is_mask(name: &str) -> bool {
    let words = naming::words(name);
    ["mask", "netmask", "subnet", "gateway", "broadcast", "version", "multicast"]
        .iter()
        .any(|w| words.iter().any(|x| x == w))
}

/// Whether the function around asks for the IPv6 address somewhere else.
fn in_member(node: Node<'_>) -> bool {
    let Some(member) = family::member(node) else { return true };
    let text = member.text();
    ["\"::1\"", "\"::\"", "\"[::]\"", "\"[::1]\"", "IPv6Any", "IPv6Loopback"].iter().any(|w| text.contains(w))
}

/// `host is "127.0.0.1" or "localhost"`
fn patterns(file: &File, pattern: Node<'_>, cx: &mut Context<'_>) {
    let literal = pattern.items().next().and_then(|n| file.text_expr(n)).and_then(|t| t.value().map(|(v, _)| v));
    let Some("127.0.0.1") = literal else { return };
    let asked = pattern.ancestors().find(|n| n.is_any(&["is_pattern_expression", "switch_expression_arm", "block"]));
    let of = asked.filter(|n| n.is("is_pattern_expression")).and_then(|n| n.field("expression"));
    if let Some(of) = of.filter(|of| is_host(file, *of) && !in_member(*of)) {
        let fix = Fix::new().edit(Edit::insert(pattern.end(), " or \"::1\""));
        report(cx, pattern, format!("{} is called a host", of.text()), Some(fix));
    }
}

/// `address.Equals(IPAddress.Any)`: the address and the name of the one it is compared with.
fn equals<'a>(file: &File, call: Node<'a>, around: &Surroundings<'_>) -> Option<(Node<'a>, Known<'a>)> {
    let function = call.field("function").filter(|f| f.field("name").is_some_and(|n| n.text() == "Equals"))?;
    let of = function.field("expression")?;
    let arguments = uses::arguments(call);
    match arguments.as_slice() {
        [only] => known(file, *only, around).map(|k| (of, k)).or(known(file, of, around).map(|k| (*only, k))),
        _ => None,
    }
}

/// `IPAddress.Any` or `IPAddress.Loopback`.
#[derive(Clone, Copy)]
struct Known<'a> {
    node: Node<'a>,
    name: &'a str,
}

fn known<'a>(file: &File, node: Node<'a>, around: &Surroundings<'_>) -> Option<Known<'a>> {
    let name = node.field("name").filter(|_| node.is("member_access_expression"))?.text();
    let ours = ["Any", "Loopback"].contains(&name);
    file.names_member(node, "System.Net.IPAddress", name, around).filter(|_| ours)?;
    Some(Known { node, name })
}

/// A comparison of two addresses.
fn addresses(file: &File, node: Node<'_>, of: Node<'_>, known: Known<'_>, negated: bool, cx: &mut Context<'_>) {
    let masked = last_name(of).is_some_and(is_mask)
        || family::member(node).and_then(|m| m.field("name")).is_some_and(|n| is_mask(n.text()));
    let chosen = family::member(node).is_some_and(|m| m.text().contains("AddressFamily"));
    if chosen || masked || in_member(node) || family::member(node).is_some_and(family::thinks_of_ipv6) {
        return;
    }
    let why = format!("{} is compared with {}", of.text(), known.node.text());
    let peer = of.text().contains("Remote") && known.name == "Loopback" && !negated;
    if peer {
        let ty = known.node.field("expression").map_or("IPAddress", Node::text);
        let fix = Fix::new()
            .edit(Edit::replace(Span::new(node.start(), of.start()), format!("{ty}.IsLoopback(")))
            .edit(Edit::replace(Span::new(of.end(), node.end()), ")"));
        return report(cx, node, why, Some(fix).filter(|_| of.start() < known.node.start()));
    }
    let negated =
        negated || node.parent().is_some_and(|p| p.is("prefix_unary_expression") && p.text().starts_with('!'));
    let fix = host_port::repeatable(of).then(|| added(node, known, negated)).flatten();
    let _ = file;
    report(cx, node, why, fix);
}

/// The comparison with the other address behind it.
fn added(node: Node<'_>, known: Known<'_>, negated: bool) -> Option<Fix> {
    let text = node.tree().text();
    let name = known.node.field("name")?;
    let again =
        format!("{}IPv6{}{}", text.get(node.start()..name.start())?, name.text(), text.get(name.end()..node.end())?);
    let parent = node.parent()?;
    if parent.is("prefix_unary_expression") {
        let more = format!(" && !{again}");
        let alone = parent.parent().is_some_and(|p| p.is_any(SPELLING.alone) || p.is("parenthesized_expression"));
        return Some(if alone {
            Fix::new().edit(Edit::insert(parent.end(), more))
        } else {
            Fix::new().edits(Edit::wrap(parent.span(), "(", format!("{more})")))
        });
    }
    let word = if negated { "&&" } else { "||" };
    let operator = parent.field("operator").filter(|_| parent.is("binary_expression")).map(Node::text);
    let alone = parent.is_any(SPELLING.alone) || parent.is("parenthesized_expression") || operator == Some(word);
    Some(if alone {
        Fix::new().edit(Edit::insert(node.end(), format!(" {word} {again}")))
    } else {
        Fix::new().edits(Edit::wrap(node.span(), "(", format!(" {word} {again})")))
    })
}
