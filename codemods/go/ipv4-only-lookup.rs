//! # Look names up for both families
//!
//! ## Why it breaks
//! With the network `ip4` a look-up gives IPv4 addresses alone; for a name that has only an IPv6
//! address it fails. Code that takes the first address of a list, or resolves a name and dials the
//! result, gets one address, which may be of the family that the host cannot reach;
//! `net.ResolveTCPAddr` prefers IPv4. `net.Dial` with the name tries them all.
//!
//! ## Examples
//! ```go before
//! package main
//!
//! import (
//! 	"context"
//! 	"net"
//! )
//!
//! func look(ctx context.Context, host string) error {
//! 	if _, err := net.ResolveIPAddr("ip4", host); err != nil {
//! 		return err
//! 	}
//! 	_, err := net.DefaultResolver.LookupIP(ctx, "ip4", host)
//! 	return err
//! }
//! ```
//! ```go after unsafe
//! package main
//!
//! import (
//! 	"context"
//! 	"net"
//! )
//!
//! func look(ctx context.Context, host string) error {
//! 	if _, err := net.ResolveIPAddr("ip", host); err != nil {
//! 		return err
//! 	}
//! 	_, err := net.DefaultResolver.LookupIP(ctx, "ip", host)
//! 	return err
//! }
//! ```
//! The first of several addresses, and a dial of what was resolved:
//! ```go reported
//! package main
//!
//! import "net"
//!
//! func first(host string) (net.IP, error) {
//! 	ips, err := net.LookupIP(host)
//! 	if err != nil {
//! 		return nil, err
//! 	}
//! 	return ips[0], nil
//! }
//!
//! func dial(address string) (*net.TCPConn, error) {
//! 	addr, err := net.ResolveTCPAddr("tcp", address)
//! 	if err != nil {
//! 		return nil, err
//! 	}
//! 	return net.DialTCP("tcp", nil, addr)
//! }
//! ```
//! ```go unchanged
//! package main
//!
//! import (
//! 	"context"
//! 	"net"
//! )
//!
//! func lookIPv4(ctx context.Context, host string) ([]net.IP, error) {
//! 	return net.DefaultResolver.LookupIP(ctx, "ip4", host)
//! }
//!
//! func both(ctx context.Context, host string) (four, six []net.IP) {
//! 	four, _ = net.DefaultResolver.LookupIP(ctx, "ip4", host)
//! 	six, _ = net.DefaultResolver.LookupIP(ctx, "ip6", host)
//! 	return four, six
//! }
//!
//! func all(host string) ([]net.IP, error) {
//! 	return net.LookupIP(host)
//! }
//!
//! func listen(address string) (*net.TCPListener, error) {
//! 	addr, err := net.ResolveTCPAddr("tcp", address)
//! 	if err != nil {
//! 		return nil, err
//! 	}
//! 	return net.ListenTCP("tcp", addr)
//! }
//! ```
//!
//! ## Safety
//! Unsafe. A name with addresses of both families may give an IPv6 address where it gave an IPv4
//! one; Go sorts them so that those which the host can reach come first (RFC 6724).
//!
//! ## References
//! - Go documentation: net.ResolveIPAddr, net.Resolver.LookupIP, net.Dial
//! - evidence: languages, Go GO-RESOLVE and GO-LOOKUPFIRST, and 2.2

use sixify_langs::{classify, go, naming};

use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::GO],
    anchors: Anchors(&[&["\"ip4\""], &["net.LookupIP("], &["net.LookupHost("], &["net.DialTCP("]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = go::file(doc).filter(|_| !about_ipv4(doc)) else { return Ok(()) };
    for call in file.tree.all("call_expression") {
        let callee = file.callee(call).unwrap_or_default();
        let arguments = file.arguments(call);
        let method = call.field("function").and_then(|f| f.field("field")).map_or("", Node::text);
        let network = match callee.as_str() {
            "net.ResolveIPAddr" => arguments.first(),
            _ if matches!(method, "LookupIP" | "LookupNetIP") && arguments.len() == 3 => arguments.get(1),
            _ => None,
        };
        if let Some(network) = network.filter(|n| n.text() == "\"ip4\"" && !on_purpose(**n)) {
            let digit = Span::new(network.end() - 2, network.end() - 1);
            let finding = Finding::new(network.span(), Role::AddressFamily.name(), "this gives IPv4 addresses alone");
            let fix = Fix::new().edit(Edit::delete(digit));
            let finding = finding.because(format!("network of {method}{callee}"));
            let function = call.ancestor(&["function_declaration", "method_declaration"]).map_or("", Node::text);
            if function.contains(".To4()") {
                cx.report(finding.because("the function goes on with IPv4 addresses alone"));
                continue;
            }
            cx.report(finding.fix(Applicability::Unsafe, fix));
        }
        let first = match callee.as_str() {
            "net.LookupIP" | "net.LookupHost" => first_taken(&file, call),
            "net.DialTCP" => resolved(&file, &arguments),
            _ => None,
        };
        if let Some((span, why)) = first.filter(|_| !on_purpose(call)) {
            let message =
                "one address is taken, which the host may not be able to reach; net.Dial with the name tries all";
            cx.report(Finding::new(span, Role::DialAddress.name(), message).because(why));
        }
    }
    Ok(())
}

/// Whether the function around it is IPv4 by its name, or handles IPv6 too.
fn on_purpose(node: Node<'_>) -> bool {
    let function = node.ancestor(&["function_declaration", "method_declaration"]);
    function.is_none_or(|f| {
        let names =
            |n: Node<'_>| n.is("interpreted_string_literal") && matches!(n.text(), "\"ip6\"" | "\"tcp6\"" | "\"udp6\"");
        naming::is_ipv4(f.field("name").map_or("", Node::text)) || f.descendants().any(names)
    })
}

/// The statement `list, err := call`, and the variable.
fn kept<'a>(file: &'a go::File, call: Node<'a>) -> Option<(Node<'a>, Vec<Node<'a>>)> {
    let statement = call.parent()?.parent().filter(|s| s.is("short_var_declaration"))?;
    let name = statement.field("left")?.items().next()?;
    let (decl, scope) = file.names.declared_by(name)?;
    Some((name, file.names.uses(&decl, scope)))
}

/// The place where the first of the addresses is taken.
fn first_taken(file: &go::File, call: Node<'_>) -> Option<(Span, String)> {
    let (name, uses) = kept(file, call)?;
    let element = uses.iter().filter_map(|u| u.parent()).find(|p| {
        p.is("index_expression")
            && p.field("index").is_some_and(|i| i.text() == "0")
            && p.field("operand").is_some_and(|o| o.text() == name.text())
    })?;
    Some((element.span(), format!("{} is what {} gave", name.text(), file.callee(call)?)))
}

/// The dial of an address that `net.ResolveTCPAddr` made of a name.
fn resolved(file: &go::File, arguments: &[Node<'_>]) -> Option<(Span, String)> {
    let target = arguments.get(2).filter(|a| a.is("identifier"))?;
    let (decl, _) = file.names.resolve(*target)?;
    let whole = file.tree.node(decl.whole);
    let call = whole.field("right")?.items().next().filter(|c| c.is("call_expression"))?;
    let from = file.arguments(call).get(1).copied()?;
    let name = file.callee(call).filter(|c| c == "net.ResolveTCPAddr")?;
    let literal = file.constant(from).0.text().starts_with(['"', '`']);
    let dial = target.parent()?.parent()?;
    (!literal).then(|| (dial.span(), format!("{} is what {name} gave, line {}", target.text(), whole.line())))
}
