//! # Ask for both families where IPv4 alone is asked for
//!
//! ## Why it breaks
//! `if (socket.AddressFamily == AddressFamily.InterNetwork)` was often meant as "if it is an IP socket":
//! an IPv6 one is then set up in another way, or refused. A test for the prefix length 32 means "a
//! single host", which is 128 for IPv6. Patterns for dotted numbers match no IPv6 address.
//!
//! ## Examples
//! ```cs before
//! using System;
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Connection
//! {
//!     void Options(Socket socket)
//!     {
//!         if (socket.AddressFamily == AddressFamily.InterNetwork)
//!             socket.NoDelay = true;
//!     }
//!
//!     void Accept(IPAddress address)
//!     {
//!         if (address.AddressFamily != AddressFamily.InterNetwork)
//!             throw new ArgumentException("not an address");
//!     }
//!
//!     Socket Open(EndPoint endpoint)
//!     {
//!         var protocol = endpoint.AddressFamily == AddressFamily.InterNetwork ? ProtocolType.Tcp : ProtocolType.IP;
//!         return new Socket(endpoint.AddressFamily, SocketType.Stream, protocol);
//!     }
//!
//!     bool IsHost(IPAddress address, int prefixLength) => prefixLength == 32;
//! }
//! ```
//! ```cs after unsafe
//! using System;
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Connection
//! {
//!     void Options(Socket socket)
//!     {
//!         if (socket.AddressFamily == AddressFamily.InterNetwork || socket.AddressFamily == AddressFamily.InterNetworkV6)
//!             socket.NoDelay = true;
//!     }
//!
//!     void Accept(IPAddress address)
//!     {
//!         if (address.AddressFamily != AddressFamily.InterNetwork && address.AddressFamily != AddressFamily.InterNetworkV6)
//!             throw new ArgumentException("not an address");
//!     }
//!
//!     Socket Open(EndPoint endpoint)
//!     {
//!         var protocol = endpoint.AddressFamily == AddressFamily.InterNetwork || endpoint.AddressFamily == AddressFamily.InterNetworkV6 ? ProtocolType.Tcp : ProtocolType.IP;
//!         return new Socket(endpoint.AddressFamily, SocketType.Stream, protocol);
//!     }
//!
//!     bool IsHost(IPAddress address, int prefixLength) => prefixLength == (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
//! }
//! ```
//! The length by its name, where there is one for IPv6 too:
//! ```cs before
//! using System.Net;
//! using System.Net.Sockets;
//!
//! static class Lengths { public const int IPv4Host = 32; public const int IPv6Host = 128; }
//!
//! class Ranges
//! {
//!     bool IsHost(IPAddress address, int prefix)
//!     {
//!         return prefix == Lengths.IPv4Host;
//!     }
//! }
//! ```
//! ```cs after unsafe
//! using System.Net;
//! using System.Net.Sockets;
//!
//! static class Lengths { public const int IPv4Host = 32; public const int IPv6Host = 128; }
//!
//! class Ranges
//! {
//!     bool IsHost(IPAddress address, int prefix)
//!     {
//!         return prefix == (address.AddressFamily == AddressFamily.InterNetwork ? Lengths.IPv4Host : Lengths.IPv6Host);
//!     }
//! }
//! ```
//! What works on the four bytes of an address, and patterns, are for a person:
//! ```cs reported
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Ranges
//! {
//!     uint Number(IPAddress address)
//!     {
//!         if (address.AddressFamily != AddressFamily.InterNetwork)
//!             throw new System.ArgumentException("only IP addresses");
//!         return System.BitConverter.ToUInt32(address.GetAddressBytes(), 0);
//!     }
//! }
//! ```
//! ```cs reported
//! using System.Text.RegularExpressions;
//!
//! class Hosts
//! {
//!     bool IsAddress(string text) => Regex.IsMatch(text, @"^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$");
//! }
//! ```
//! A choice between the families, and numbers that are no prefix length:
//! ```cs unchanged
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Families
//! {
//!     int Bits(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
//!     bool Wide(IPAddress address, int width) => width == 32;
//!     void Lease(IPAddress start)
//!     {
//!         if (start.AddressFamily != AddressFamily.InterNetwork)
//!             throw new System.ArgumentException("The address must be an IPv4 address: " + start);
//!     }
//!     bool IsIPv4(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork;
//!     IPAddress Loopback(IPAddress address)
//!     {
//!         if (address.AddressFamily == AddressFamily.InterNetwork) { return IPAddress.Loopback; }
//!         return IPAddress.IPv6Loopback;
//!     }
//! }
//! ```
//!
//! ## Safety
//! Unsafe: for IPv4 the answer stays what it was; whether the rest of the code is ready for an IPv6
//! address is for a person to say.
//!
//! ## References
//! - https://learn.microsoft.com/dotnet/api/system.net.sockets.addressfamily
//! - RFC 4291, 2.3: the prefix length of a single IPv6 address is 128

use sixify_langs::classify::CSHARP;
use sixify_langs::csharp::{File, Sources};
use sixify_langs::naming;

use crate::dotnet_family::{self as family, Comparison};
use crate::dotnet_sockets as sockets;
use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[CSHARP],
    anchors: Anchors(&[
        &["AddressFamily.InterNetwork"],
        &["refix", "IPAddress"],
        &["{1,3}\\."],
        &["{1,3}[.]"],
        &["25[0-5]"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = File::of(doc).filter(|_| !about_ipv4(doc)) else { return Ok(()) };
    let sources = Sources::new(doc, file.clone(), cx.project());
    for comparison in family::comparisons(&file, sources.around()) {
        guard(&file, comparison, cx);
    }
    for node in file.tree().all("binary_expression") {
        prefix(&file, &sources, node, cx);
    }
    patterns(&file, cx);
    Ok(())
}

/// A family that is asked for by an `if` or a conditional.
fn guard(file: &File, comparison: Comparison<'_>, cx: &mut Context<'_>) {
    let role = Role::AddressFamily.name();
    let whole = comparison.whole();
    let Some(parent) = whole.parent() else { return };
    let Some(member) = family::member(comparison.node) else { return };
    let ipv6 = comparison.ipv6();
    let add = |word: &str| Fix::new().edit(Edit::insert(comparison.node.end(), format!(" {word} {ipv6}")));
    if parent.is("conditional_expression") && parent.field("condition") == Some(whole) && !comparison.negated {
        let branch = |name: &str| parent.field(name).map_or("", Node::text);
        let transport = ["ProtocolType.Tcp", "ProtocolType.Udp"].iter().any(|p| branch("consequence").ends_with(p));
        let other =
            ["ProtocolType.IP", "ProtocolType.Unspecified", "0"].iter().any(|p| branch("alternative").ends_with(p));
        let beside = parent.text().contains("InterNetworkV6");
        if transport && other && !beside {
            let message = "this chooses the transport protocol for IPv4 only";
            cx.report(Finding::new(comparison.node.span(), role, message).fix(Applicability::Unsafe, add("||")));
        }
        return;
    }
    let statement = parent.is("if_statement") && parent.field("condition") == Some(whole);
    let typed =
        matches!(file.type_of(comparison.of).as_deref(), Some("Socket" | "IPAddress" | "IPEndPoint" | "EndPoint"));
    if !statement
        || !typed
        || family::thinks_of_ipv6(member)
        || family::about_ipv4(member).is_some()
        || in_loop(file, parent)
    {
        return;
    }
    if family::decides_on_trust(member) {
        let why = "it is about who is let in or kept out, which is for a person to widen";
        return cx.report(Finding::new(comparison.node.span(), role, "this is asked for IPv4 only").because(why));
    }
    let Some(body) = parent.field("consequence") else { return };
    let message = "this is asked for IPv4 only";
    let finding = Finding::new(comparison.node.span(), role, message);
    if comparison.negated {
        let last = if body.is("block") { body.items().last() } else { Some(body) };
        let refuses = last.is_some_and(|l| l.is_any(&["throw_statement", "return_statement", "continue_statement"]));
        // The message says that it is meant.
        if !refuses || parent.field("alternative").is_some() || family::says_ipv4(body.text()) {
            return;
        }
        cx.report(match family::four_bytes(member) {
            Some(line) => finding.because(format!("line {line} is about the bytes of an IPv4 address")),
            None => finding.because("anything else is refused").fix(Applicability::Unsafe, add("&&")),
        });
        return;
    }
    let otherwise = parent.field("alternative");
    let refused = otherwise.is_none_or(|o| o.text().contains("throw "));
    if !refused || family::four_bytes(body).is_some() {
        return;
    }
    cx.report(finding.because("what follows is right for both families").fix(Applicability::Unsafe, add("||")));
}

/// Whether an `if` stands in a loop through addresses: those are looked at elsewhere.
fn in_loop(file: &File, check: Node<'_>) -> bool {
    let stop = ["foreach_statement", "for_statement", "lambda_expression", "method_declaration"];
    let Some(each) = check.ancestor(&stop).filter(|n| n.is_any(&stop[..2])) else { return false };
    let list = each.field("right").and_then(|right| file.type_of(right));
    each.is("for_statement") || list.is_some_and(|ty| ty.contains("Address"))
}

/// `prefixLength == 32`.
fn prefix(file: &File, sources: &Sources<'_>, node: Node<'_>, cx: &mut Context<'_>) {
    let operator = node.field("operator").map_or("", Node::text);
    if operator != "==" && operator != "!=" {
        return;
    }
    let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else { return };
    let named = |n: Node<'_>| n.text().rsplit('.').next().is_some_and(is_prefix);
    if !named(left) || right.is("string_literal") {
        return;
    }
    let constant = (right.is("member_access_expression") || right.is("identifier"))
        && right.text().rsplit('.').next().is_some_and(family::says_ipv4);
    if right.text() != "32" && !constant {
        return;
    }
    let Some(member) = family::member(node) else { return };
    let mut around = node;
    while let Some(parent) = around
        .parent()
        .filter(|p| p.is_any(&["binary_expression", "parenthesized_expression", "conditional_expression"]))
    {
        around = parent;
    }
    if around.text().contains("AddressFamily") || around.text().contains("128") || family::says_ipv4(left.text()) {
        return;
    }
    let message = "a single host has the prefix length 32 for IPv4, and 128 for IPv6";
    let finding = Finding::new(node.span(), Role::Cidr.name(), message)
        .because(format!("{} is called a prefix length", left.text()));
    let addresses = addresses(file, member);
    let [address] = addresses.as_slice() else {
        return cx.report(finding.because("which address it belongs to is not clear"));
    };
    let six = if constant { twin(sources, right.text()).unwrap_or_else(|| "128".to_owned()) } else { "128".to_owned() };
    let choice = format!("({address}.AddressFamily == AddressFamily.InterNetwork ? ");
    let edits = Edit::wrap(right.span(), choice, format!(" : {six})"));
    cx.report(finding.fix(Applicability::Unsafe, Fix::new().edits(edits).need(sockets::sockets_need())));
}

fn is_prefix(name: &str) -> bool {
    let words = naming::words(name);
    ["prefix", "prefixlength", "prefixlen", "cidr", "netmask"].iter().any(|w| words.iter().any(|word| word == w))
}

/// The parameters and local variables of a member that are addresses.
fn addresses(file: &File, member: Node<'_>) -> Vec<String> {
    let declared = member.descendants().filter(|n| n.is_any(&["parameter", "variable_declarator"]));
    let names = declared.filter_map(|d| d.field("name")).filter(|n| file.type_of(*n).as_deref() == Some("IPAddress"));
    names.map(|n| n.text().to_owned()).collect()
}

/// The name of the same constant for IPv6, where the project has one.
fn twin(sources: &Sources<'_>, name: &str) -> Option<String> {
    let six = name.replace("IPv4", "IPv6").replace("Ipv4", "Ipv6").replace("ipv4", "ipv6").replace("V4", "V6");
    if six == name {
        return None;
    }
    let own = sources.own();
    let last = six.rsplit('.').next()?;
    let known = |text: &str| {
        text.match_indices(last).any(|(at, _)| {
            let word = |c: char| c.is_alphanumeric() || c == '_';
            !text[..at].ends_with(word) && !text[at + last.len()..].starts_with(word)
        })
    };
    if known(own.file.tree().text()) {
        return Some(six);
    }
    let class = six.rsplit('.').nth(1)?;
    sources.declaring(class).iter().any(|u| known(u.file.tree().text())).then_some(six)
}

/// Patterns for dotted numbers.
fn patterns(file: &File, cx: &mut Context<'_>) {
    for kind in ["string_literal", "verbatim_string_literal", "raw_string_literal"] {
        for node in file.tree().all(kind) {
            let text = node.text().replace("\\\\", "\\");
            let numbers = ["\\d{1,3}\\.", "[0-9]{1,3}\\.", "\\d{1,3}[.]", "25[0-5]"].iter().any(|p| text.contains(p));
            let dots = text.contains("\\.") || text.contains("[.]");
            if numbers && dots && !text.contains(':') {
                let message = "this pattern matches addresses of IPv4 only; IPAddress.TryParse knows both";
                cx.report(Finding::new(node.span(), Role::Compare.name(), message));
            }
        }
    }
}
