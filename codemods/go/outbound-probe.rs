//! # Let a dial that only learns the local address work without IPv4
//!
//! A service that wants to know its own address often "dials" a public IPv4 address over UDP and
//! reads the local end. No packet is sent; the kernel only looks for a route.
//!
//! ## Why it breaks
//! An IPv6-only host has no route to an IPv4 address: the dial fails with `network is
//! unreachable`, and most programs exit. The fix keeps the IPv4 dial, so that every host that has
//! IPv4 gives today's answer, and tries an IPv6 address after it.
//!
//! The setting `go/outbound-probe.target` names a target of your own instead, such as a service of
//! the cluster (`db:27017`). It is then the only one that is dialled.
//!
//! ## Examples
//! ```go before
//! package main
//!
//! import (
//! 	"log"
//! 	"net"
//! )
//!
//! func address() net.IP {
//! 	conn, err := net.Dial("udp", "8.8.8.8:80")
//! 	if err != nil {
//! 		log.Fatal(err)
//! 	}
//! 	defer conn.Close()
//! 	return conn.LocalAddr().(*net.UDPAddr).IP
//! }
//! ```
//! ```go after
//! package main
//!
//! import (
//! 	"log"
//! 	"net"
//! )
//!
//! func address() net.IP {
//! 	conn, err := net.Dial("udp", "8.8.8.8:80")
//! 	if err != nil {
//! 		// An IPv6-only host has no route to the address above.
//! 		conn, err = net.Dial("udp", "[2001:4860:4860::8888]:80")
//! 	}
//! 	if err != nil {
//! 		log.Fatal(err)
//! 	}
//! 	defer conn.Close()
//! 	return conn.LocalAddr().(*net.UDPAddr).IP
//! }
//! ```
//!
//! With a target of your own:
//! ```go before set.go/outbound-probe.target=user-db:27017
//! package main
//!
//! import "net"
//!
//! func address() (string, error) {
//! 	conn, err := net.Dial("udp4", "1.1.1.1:53")
//! 	if err != nil {
//! 		return "", err
//! 	}
//! 	return conn.LocalAddr().String(), conn.Close()
//! }
//! ```
//! ```go after unsafe
//! package main
//!
//! import "net"
//!
//! func address() (string, error) {
//! 	conn, err := net.Dial("udp", "user-db:27017")
//! 	if err != nil {
//! 		return "", err
//! 	}
//! 	return conn.LocalAddr().String(), conn.Close()
//! }
//! ```
//!
//! A connection that is used to talk is a client, not a probe:
//! ```go unchanged
//! package main
//!
//! import "net"
//!
//! func query(q []byte) error {
//! 	conn, err := net.Dial("udp", "8.8.8.8:53")
//! 	if err != nil {
//! 		return err
//! 	}
//! 	defer conn.Close()
//! 	_, err = conn.Write(q)
//! 	return err
//! }
//! ```
//! Here the error cannot be asked for, so a person must decide:
//! ```go reported
//! package main
//!
//! import "net"
//!
//! func address() string {
//! 	conn, _ := net.Dial("udp", "8.8.8.8:80")
//! 	return conn.LocalAddr().String()
//! }
//! ```
//! ```go unchanged
//! package main
//!
//! import "net"
//!
//! func address(hub string) (string, error) {
//! 	conn, err := net.Dial("udp", "hub.example:80")
//! 	if err != nil {
//! 		return "", err
//! 	}
//! 	return conn.LocalAddr().String(), nil
//! }
//! ```
//!
//! ## Safety
//! Safe. The second dial happens only where the first one fails. Measured on all host kinds: with
//! an IPv4 address the first dial succeeds and the answer is today's; on an IPv6-only host the
//! second one gives the host's own IPv6 address. A target of your own is unsafe: which address it
//! gives depends on how its name resolves.
//!
//! ## References
//! - connect(2), ENETUNREACH
//! - RFC 3849: 2001:db8::/32 is for documentation and never routed further than the default route
//! - evidence: languages, 1.9 "Outbound IP" UDP trick, and Go GO-UDPPROBE

use sixify_langs::address::{self, AddressClass};
use sixify_langs::{classify, go};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[classify::GO], anchors: Anchors(&[&["udp", "Dial", "LocalAddr"]]), specificity: 0, run };

const ROLE: &str = Role::Probe.name();

/// IPv6 addresses of the public resolvers that such dials usually name.
const TWINS: &[(&str, &str)] = &[
    ("8.8.8.8", "2001:4860:4860::8888"),
    ("8.8.4.4", "2001:4860:4860::8844"),
    ("1.1.1.1", "2606:4700:4700::1111"),
    ("1.0.0.1", "2606:4700:4700::1001"),
    ("9.9.9.9", "2620:fe::fe"),
];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = go::file(doc) else { return Ok(()) };
    for call in file.tree.all("call_expression") {
        let Some(probe) = Probe::of(&file, call) else { continue };
        if probe.has_twin(&file) {
            cx.leave(Note {
                span: call.span(),
                role: ROLE,
                reason: "an IPv6 address is dialled too".to_owned(),
                evidence: probe.evidence,
            });
            continue;
        }
        report(doc, cx, probe);
    }
    Ok(())
}

/// A dial whose connection is only asked for its local address.
struct Probe<'a> {
    call: Node<'a>,
    network: Node<'a>,
    address: Node<'a>,
    ip: String,
    port: String,
    /// The statement `conn, err := net.Dial(..)` and its two names, where it has this form.
    statement: Option<(Node<'a>, &'a str, &'a str)>,
    conn: &'a str,
    evidence: Vec<String>,
}

impl<'a> Probe<'a> {
    fn of(file: &'a go::File, call: Node<'a>) -> Option<Probe<'a>> {
        let callee = file.callee(call)?;
        if callee != "net.Dial" && callee != "net.DialTimeout" {
            return None;
        }
        let arguments = file.arguments(call);
        let (network, address) = (*arguments.first()?, *arguments.get(1)?);
        if !matches!(network.text(), "\"udp\"" | "\"udp4\"") {
            return None;
        }
        let (literal, mut evidence) = file.constant(address);
        let text = file.text_expr(literal)?;
        let (value, _) = text.value()?;
        let found = address::exact(value).filter(|a| a.class == AddressClass::Other)?;
        let port = found.port?.text(value).to_owned();
        let assignment = call.parent().filter(|p| p.is("expression_list")).and_then(Node::parent)?;
        let names: Vec<Node<'a>> = assignment.field("left")?.items().collect();
        let [conn, err] = names.as_slice() else { return None };
        if !only_asked_for_its_address(file, *conn)? {
            return None;
        }
        evidence.insert(0, format!("argument 2 of {callee}"));
        evidence.push(format!("{} is only asked for its local address", conn.text()));
        let checked = followed_by_check(assignment, err.text());
        let statement = checked.then_some((assignment, conn.text(), err.text()));
        Some(Probe { call, network, address, ip: found.ip.to_string(), port, statement, conn: conn.text(), evidence })
    }

    /// Whether the same function dials an IPv6 address for the same connection.
    fn has_twin(&self, file: &go::File) -> bool {
        let function = self.call.ancestor(&["function_declaration", "method_declaration", "func_literal"]);
        let Some(function) = function else { return false };
        let dials = function.descendants().filter(|n| n.is("call_expression") && *n != self.call);
        dials.filter(|n| file.callee(*n).as_deref() == Some("net.Dial")).any(|dial| {
            let arguments = file.arguments(dial);
            let ipv6 = arguments.get(1).is_some_and(|a| file.constant(*a).0.text().starts_with("\"["));
            let target =
                dial.ancestor(&["assignment_statement", "short_var_declaration"]).and_then(|s| s.field("left"));
            ipv6 && target.is_some_and(|left| left.items().any(|n| n.text() == self.conn))
        })
    }
}

/// Whether every use of the connection asks for its local address or closes it, and one asks.
fn only_asked_for_its_address(file: &go::File, conn: Node<'_>) -> Option<bool> {
    let (decl, scope) = file.names.resolve(conn)?;
    let mut asked = false;
    for usage in file.names.uses(&decl, scope) {
        let member = usage.parent().filter(|p| p.is("selector_expression")).and_then(|p| p.field("field"));
        match member.map(Node::text) {
            Some("LocalAddr") => asked = true,
            Some("Close") => {}
            _ if usage.number() == conn.number() => {}
            _ => return Some(false),
        }
    }
    Some(asked)
}

/// Whether the next statement is `if err != nil { .. }`.
fn followed_by_check(statement: Node<'_>, err: &str) -> bool {
    let next = std::iter::successors(statement.next(), |n| n.next()).find(|n| n.is_named() && !n.is_comment());
    let Some(check) = next.filter(|n| n.is("if_statement") && n.field("initializer").is_none()) else { return false };
    let words: Vec<&str> = check.field("condition").map_or("", Node::text).split_whitespace().collect();
    words == [err, "!=", "nil"]
}

fn report(doc: &Document, cx: &mut Context<'_>, probe: Probe<'_>) {
    let message = "this dial only learns the local address, and fails on a host without IPv4";
    let finding = Finding::new(probe.call.span(), ROLE, message).because_all(probe.evidence.clone());
    if let Some(target) = cx.options().setting("go/outbound-probe.target") {
        let mut fix = Fix::new().edit(Edit::replace(probe.address.span(), format!("{target:?}")));
        if probe.network.text() == "\"udp4\"" {
            fix = fix.edit(Edit::replace(probe.network.span(), "\"udp\""));
        }
        let finding = finding.because(format!("the setting go/outbound-probe.target names {target}"));
        return cx.report(finding.fix(Applicability::Unsafe, fix));
    }
    let Some((statement, conn, err)) = probe.statement else {
        return cx.report(finding.because(
            "the error of the dial is not asked for right behind it, so the place for a second dial is not clear",
        ));
    };
    let twin = TWINS.iter().find(|(v4, _)| *v4 == probe.ip).map_or("2001:db8::1", |(_, v6)| v6);
    let indent = indentation(&doc.text, statement.start());
    let dial = probe.call.field("function").map_or("", Node::text);
    let timeout: String = probe
        .call
        .field("arguments")
        .map(|a| a.items().skip(2))
        .into_iter()
        .flatten()
        .map(|n| format!(", {}", n.text()))
        .collect();
    let second = format!(
        "\n{indent}if {err} != nil {{\n{indent}\t// An IPv6-only host has no route to the address above.\n\
         {indent}\t{conn}, {err} = {dial}(\"udp\", \"[{twin}]:{}\"{timeout})\n{indent}}}",
        probe.port
    );
    let fix = Fix::new().edit(Edit::insert(line_end(&doc.text, statement.end()), second));
    cx.report(finding.fix(Applicability::Safe, fix));
}

fn indentation(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let line = &text[start..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// The end of the line, before its line end, so that a comment behind a statement stays there.
fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
    if text[at..end].ends_with('\r') { end - 1 } else { end }
}
