//! # Ask for the IPv6 wildcard and loopback too
//!
//! ## Why it breaks
//! `host == "0.0.0.0"` asks whether a server listens on every address. A server that listens on
//! `::` does so too, and the question does not know it. The IPv6 spelling is added; the answer for
//! every other text stays what it was.
//!
//! ## Examples
//! ```go before
//! package main
//!
//! import "net"
//!
//! func local(host string) bool {
//! 	if host != "" && host != net.IPv4zero.String() {
//! 		return false
//! 	}
//! 	switch host {
//! 	case "", "0.0.0.0":
//! 		return true
//! 	}
//! 	return host == "0.0.0.0"
//! }
//! ```
//! ```go after
//! package main
//!
//! import "net"
//!
//! func local(host string) bool {
//! 	if host != "" && host != net.IPv4zero.String() && host != net.IPv6zero.String() {
//! 		return false
//! 	}
//! 	switch host {
//! 	case "", "0.0.0.0", "::":
//! 		return true
//! 	}
//! 	return host == "0.0.0.0" || host == "::"
//! }
//! ```
//! Unsafe: whom to trust, an IPv4 address for a listener that may be IPv6 alone, and another method:
//! ```go before
//! package main
//!
//! import "net"
//!
//! func trusted(addr string) bool {
//! 	host, _, _ := net.SplitHostPort(addr)
//! 	return host == "127.0.0.1"
//! }
//!
//! func dialled(host string, ip net.IP) string {
//! 	if host == "0.0.0.0" || ip.Equal(net.IPv4zero) {
//! 		host = "127.0.0.1"
//! 	}
//! 	return host
//! }
//! ```
//! ```go after unsafe
//! package main
//!
//! import "net"
//!
//! func trusted(addr string) bool {
//! 	host, _, _ := net.SplitHostPort(addr)
//! 	return host == "127.0.0.1" || host == "::1"
//! }
//!
//! func dialled(host string, ip net.IP) string {
//! 	if host == "0.0.0.0" || host == "::" || ip.IsUnspecified() {
//! 		host = "127.0.0.1"
//! 	}
//! 	return host
//! }
//! ```
//! A loopback address in a setting may be a default that is looked for, and a person must decide:
//! ```go reported
//! package main
//!
//! type config struct{ MetadataHost string }
//!
//! func (c *config) changed() bool {
//! 	return c.MetadataHost != "127.0.0.1"
//! }
//! ```
//! What depends on the answer names the IPv4 address again:
//! ```go reported
//! package main
//!
//! func announced(addr string, others func(func(string) bool) bool) string {
//! 	if others(func(host string) bool { return host == "0.0.0.0" }) {
//! 		addr = "0.0.0.0:0"
//! 	}
//! 	return addr
//! }
//! ```
//! What follows is for IPv4 on purpose:
//! ```go unchanged
//! package main
//!
//! func restrict(network, host string) string {
//! 	if host == "0.0.0.0" {
//! 		return network + "4"
//! 	}
//! 	return network
//! }
//! ```
//! A default that the function gave itself:
//! ```go reported
//! package main
//!
//! func endpoint(internalAddress string, public bool) string {
//! 	listenAddress := internalAddress
//! 	if public {
//! 		listenAddress = "0.0.0.0"
//! 	}
//! 	if listenAddress == "0.0.0.0" {
//! 		return internalAddress
//! 	}
//! 	return listenAddress
//! }
//! ```
//! Questions that know IPv6, and those that ask whether a text was changed:
//! ```go unchanged
//! package main
//!
//! func others(hostIP, customerHostname, name string) (bool, string) {
//! 	if customerHostname != "0.0.0.0" {
//! 		println("changed from", "0.0.0.0", "to", customerHostname)
//! 	}
//! 	if name == "0.0.0.0" {
//! 		return false, ""
//! 	}
//! 	return hostIP == "" || hostIP == "0.0.0.0" || hostIP == "::", name
//! }
//! ```
//!
//! ## Safety
//! Safe for the wildcard: only the text `::` is answered in another way, as `0.0.0.0` is; measured by
//! running both. Unsafe where what depends on the answer has a 4 in it and may tell the families apart,
//! where an IPv4 address takes the place of the wildcard, and for the loopback address, by which some
//! tell whom to trust.
//!
//! ## References
//! - Go documentation: net.IP.IsUnspecified, net.IPv6zero
//! - evidence: languages, Go GO-HOSTCMP and 1.6

use sixify_langs::{classify, go, naming};

use crate::compare::{Comparison, Known, Spelling, comparisons};
use crate::go_hosts::last_name;
use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::GO],
    anchors: Anchors(&[
        &["= \"0.0.0.0\""],
        &["= \"127.0.0.1\""],
        &["case", "\"0.0.0.0\""],
        &["case", "\"127.0.0.1\""],
        &["IPv4zero.String()"],
        &["Equal(net.IPv4zero)"],
    ]),
    specificity: 0,
    run,
};

const SPELLING: Spelling = Spelling {
    alone: &["if_statement", "for_clause", "for_statement", "return_statement", "expression_list", "argument_list"],
    lists: &["expression_list"],
    ..Spelling::C
};

/// How the wildcard is also written.
const ZERO: &str = "net.IPv4zero.String()";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = go::file(doc).filter(|_| !about_ipv4(doc)) else { return Ok(()) };
    let value = |node: Node<'_>| match node.kind() {
        "interpreted_string_literal" | "raw_string_literal" => Some(node.text().trim_matches(['"', '`']).to_owned()),
        "call_expression" if node.text() == ZERO => Some("0.0.0.0".to_owned()),
        _ => None,
    };
    let member = |list: Node<'_>| list.parent().is_some_and(|p| p.is("expression_case"));
    for comparison in comparisons(&file.tree, &SPELLING, &value, &member) {
        let Some(other) = comparison.other().or_else(|| switched(&comparison)) else { continue };
        let name = last_name(other).unwrap_or_default();
        if !naming::is_host(name) || naming::is_ipv4(name) || knows_ipv6(&comparison) || comparison.is_sentinel() {
            continue;
        }
        let function = other.ancestor(&["function_declaration", "method_declaration"]).map_or("", Node::text);
        let asked = |op: &str| function.contains(&format!("{} {op} \"{}\"", other.text(), comparison.known.ipv6()));
        if asked("==") || asked("!=") {
            // The function asks for the address of IPv6 where it wants that.
            continue;
        }
        let message = format!("an address of all or of this host may also be {}", comparison.known.ipv6());
        let finding = Finding::new(comparison.node.span(), Role::Compare.name(), message)
            .because(format!("{} is called a host", other.text()));
        if comparison.is_told() {
            cx.report(finding.because("the code that depends on it names the IPv4 address again"));
            continue;
        }
        if gets_itself(other, comparison.literal.text()) {
            cx.report(finding.because("the function gives it this very text before, and no other wildcard"));
            continue;
        }
        let sure = comparison.known == Known::Wildcard || is_peer(&file, other);
        match comparison.fix(&SPELLING).filter(|_| sure) {
            Some(mut fix) => {
                // The name for the IPv6 wildcard takes the place of the one that was copied.
                for edit in fix.edits.values_mut().flatten() {
                    edit.text = edit.text.replace("IPv4zero", "IPv6zero");
                }
                // Whom to trust is for a person.
                let proven = comparison.known == Known::Wildcard && comparison.is_even();
                let how = if proven { Applicability::Safe } else { Applicability::Unsafe };
                cx.report(finding.fix(how, fix));
            }
            None => cx.report(finding),
        }
    }
    for call in file.tree.all("call_expression") {
        let arguments = file.arguments(call);
        let [argument] = arguments.as_slice() else { continue };
        let Some(method) = call.field("function").filter(|f| f.is("selector_expression")) else { continue };
        let equal = method.field("field").filter(|f| f.text() == "Equal");
        let (Some(equal), "net.IPv4zero") = (equal, argument.text()) else { continue };
        let beside = call.parent().filter(|p| p.is("binary_expression")).map_or("", Node::text);
        if knows_both(call) || beside.contains("IPv6zero") || beside.contains("IPv6unspecified") {
            continue;
        }
        let finding = Finding::new(call.span(), Role::Compare.name(), "this does not know the wildcard of IPv6");
        let fix = Fix::new().edit(Edit::replace(Span::new(equal.start(), call.end()), "IsUnspecified()"));
        cx.report(finding.because("net.IP.Equal with net.IPv4zero").fix(Applicability::Unsafe, fix));
    }
    Ok(())
}

/// Whether the function gives a variable the literal that it is compared with: it asks for its own default.
fn gets_itself(other: Node<'_>, literal: &str) -> bool {
    let function = other.ancestor(&["function_declaration", "method_declaration", "func_literal"]);
    let given = |n: Node<'_>| {
        n.is_any(&["assignment_statement", "short_var_declaration"])
            && n.field("left").is_some_and(|l| l.text() == other.text())
            && n.field("right").is_some_and(|r| r.text() == literal)
            && n.start() < other.start()
    };
    function.is_some_and(|f| f.descendants().any(given))
}

/// What a `switch` looks at, for an address among the values of a case.
fn switched<'a>(comparison: &Comparison<'a>) -> Option<Node<'a>> {
    comparison.node.parent()?.parent().filter(|s| s.is("expression_switch_statement"))?.field("value")
}

/// Whether the condition, or the switch with all of its cases, asks for IPv6 already.
fn knows_ipv6(comparison: &Comparison<'_>) -> bool {
    let switch = comparison.node.ancestor(&["expression_switch_statement"]).filter(|_| comparison.other().is_none());
    comparison.has_alternative(&SPELLING)
        || switch.is_some_and(|s| s.text().contains("::"))
        || knows_both(comparison.node)
}

/// Whether the statement around it, or the function by its name, speaks of IPv6 or of IPv4 alone.
fn knows_both(node: Node<'_>) -> bool {
    let statement = node.ancestors().take_while(|n| !n.is_any(&["block", "statement_list"])).last().unwrap_or(node);
    let condition = statement.field("condition").unwrap_or(node);
    let function = node.ancestor(&["function_declaration", "method_declaration"]);
    let name = function.and_then(|f| f.field("name")).map_or("", Node::text);
    // What follows is for IPv4 alone: `network + "4"`.
    let narrows = statement.field("consequence").is_some_and(|body| {
        let text = body.text();
        text.contains("\"4\"") || naming::is_ipv4(text)
    });
    narrows || naming::is_ipv4(name) || naming::is_ipv6(condition.text()) || condition.text().contains("::")
}

/// Whether a text is the host of a peer: what a split of an address gave, or by its name.
fn is_peer(file: &go::File, other: Node<'_>) -> bool {
    let words = last_name(other).map(naming::words).unwrap_or_default();
    if words.iter().any(|w| matches!(w.as_str(), "remote" | "peer" | "client" | "caller")) {
        return true;
    }
    let Some((decl, _)) = file.names.resolve(other) else { return false };
    let whole = file.tree.node(decl.whole);
    let call = whole.field("right").and_then(|r| r.items().next()).filter(|c| c.is("call_expression"));
    call.and_then(|c| file.callee(c)).is_some_and(|c| c == "net.SplitHostPort" || c == "net/url.URL.Hostname")
}
