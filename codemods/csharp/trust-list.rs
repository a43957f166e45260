//! # Lists of trusted networks that have IPv4 only
//!
//! ## Why it breaks
//! A proxy or client on an IPv6-only network has an IPv6 address, which no range of IPv4 holds: headers
//! that it forwards are ignored, and requests are refused. Which IPv6 ranges are to be trusted is a
//! decision about security, so nothing is added.
//!
//! ## Examples
//! ```cs reported
//! using System.Net;
//! using Microsoft.AspNetCore.HttpOverrides;
//!
//! class Startup
//! {
//!     void Configure(ForwardedHeadersOptions options)
//!     {
//!         options.KnownNetworks.Add(new IPNetwork(IPAddress.Parse("10.0.0.0"), 8));
//!         options.KnownNetworks.Add(new IPNetwork(IPAddress.Parse("192.168.0.0"), 16));
//!     }
//! }
//! ```
//! ```cs reported
//! class Access
//! {
//!     static readonly string[] TrustedRanges = { "10.0.0.0/8", "172.16.0.0/12" };
//! }
//! ```
//! ```cs unchanged
//! using System.Net;
//! using Microsoft.AspNetCore.HttpOverrides;
//!
//! class Startup
//! {
//!     static readonly string[] Samples = { "10.0.0.0/8", "172.16.0.0/12" };
//!
//!     void Configure(ForwardedHeadersOptions options)
//!     {
//!         options.KnownNetworks.Add(new IPNetwork(IPAddress.Parse("10.0.0.0"), 8));
//!         options.KnownNetworks.Add(new IPNetwork(IPAddress.Parse("fc00::"), 7));
//!         options.KnownProxies.Clear();
//!     }
//! }
//! ```
//!
//! ## Safety
//! Nothing is changed.
//!
//! ## References
//! - https://learn.microsoft.com/aspnet/core/host-and-deploy/proxy-load-balancer
//! - RFC 4193: unique local addresses, fc00::/7, are what 10.0.0.0/8 is to IPv4

use sixify_langs::address::{self, AddressClass};
use sixify_langs::classify::CSHARP;
use sixify_langs::csharp::File;
use sixify_langs::naming;

use crate::dotnet_family as family;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[CSHARP],
    anchors: Anchors(&[
        &["KnownNetworks"],
        &["KnownIPNetworks"],
        &["KnownProxies"],
        &["10.0.0.0/8"],
        &["192.168.0.0/16"],
        &["172.16.0.0/12"],
        &["127.0.0.0/8"],
    ]),
    specificity: 0,
    run,
};

const MESSAGE: &str = "only IPv4 addresses are trusted here; whether IPv6 ones are to be is for a person to decide";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = File::of(doc) else { return Ok(()) };
    let mut members: Vec<(Node<'_>, Span)> = Vec::new();
    for call in file.calls().filter(|c| c.name == "Add") {
        let list = call.receiver.and_then(|r| r.field("name")).map_or("", Node::text);
        let literal = |n: Node<'_>| {
            file.text_expr(n).and_then(|t| t.value()).is_some_and(|(v, _)| address::addresses(v).len() == 1)
        };
        let ipv4 = call.node.descendants().any(|n| n.is("string_literal") && literal(n))
            || call.node.text().contains("IPAddress.Loopback");
        if !["KnownNetworks", "KnownIPNetworks", "KnownProxies"].contains(&list) || !ipv4 {
            continue;
        }
        let Some(member) = family::member(call.node) else { continue };
        match members.iter_mut().find(|(m, _)| *m == member) {
            Some((_, span)) => *span = span.cover(call.node.span()),
            None => members.push((member, call.node.span())),
        }
    }
    for (member, span) in members {
        if !has_ipv6(member) {
            cx.report(
                Finding::new(span, Role::Cidr.name(), MESSAGE).because("headers are taken from these proxies only"),
            );
        }
    }
    for list in file.tree().all("initializer_expression").chain(file.tree().all("collection_expression")) {
        ranges(&file, list, cx);
    }
    Ok(())
}

/// Whether code names an IPv6 address.
fn has_ipv6(code: Node<'_>) -> bool {
    let literal = |n: &Node<'_>| n.kind().ends_with("string_literal") && n.text().matches(':').count() > 1;
    family::thinks_of_ipv6(code) || code.descendants().any(|n| literal(&n))
}

/// A list of ranges under a name that says what it is for.
fn ranges(file: &File, list: Node<'_>, cx: &mut Context<'_>) {
    let texts: Vec<&str> = list
        .descendants()
        .filter(|n| n.kind().ends_with("string_literal"))
        .filter_map(|n| file.text_expr(n)?.value().map(|(v, _)| v))
        .collect();
    let range = |text: &&&str| address::addresses(text).first().is_some_and(|a| a.class == AddressClass::Range);
    let holder =
        list.ancestors().find(|n| n.is_any(&["variable_declarator", "property_declaration", "assignment_expression"]));
    let name = holder.and_then(|h| h.field("name").or(h.field("left"))).map_or("", Node::text);
    const WORDS: &[&str] = &[
        "trusted",
        "allow",
        "allowed",
        "private",
        "internal",
        "local",
        "known",
        "whitelist",
        "proxies",
        "proxy",
        "blocked",
        "deny",
        "denied",
    ];
    let named = naming::words(name).iter().any(|w| WORDS.contains(&w.as_str()));
    if texts.iter().filter(range).count() < 2 || texts.iter().any(|t| t.contains(':')) || !named {
        return;
    }
    let why = format!("{name} is called a list of who is let in or kept out");
    cx.report(Finding::new(list.span(), Role::Cidr.name(), MESSAGE).because(why));
}
