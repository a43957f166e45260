//! # Find checks that only IPv4 addresses pass
//!
//! `IPv4Address`, `inet_aton` and patterns of four numbers refuse every IPv6 address.
//!
//! ## Why it breaks
//! A user who writes an IPv6 address into a form or a configuration is told that it is none, and a
//! host that has no other address cannot be used at all.
//!
//! ## Examples
//! A check that only asks whether a text is an address:
//! ```py before
//! import ipaddress
//!
//!
//! def is_ip(text):
//!     try:
//!         ipaddress.IPv4Address(text)
//!         return True
//!     except ValueError:
//!         return False
//! ```
//! ```py after unsafe
//! import ipaddress
//!
//!
//! def is_ip(text):
//!     try:
//!         ipaddress.ip_address(text)
//!         return True
//!     except ValueError:
//!         return False
//! ```
//! What becomes of the result, and what a pattern is for, a person must know:
//! ```py reported
//! import socket
//!
//!
//! def valid(text):
//!     try:
//!         socket.inet_aton(text)
//!     except OSError:
//!         return False
//!     return True
//! ```
//! ```py reported
//! import re
//!
//! ADDRESS = re.compile(r"^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$")
//! ```
//! ```py reported
//! import netifaces
//!
//! ip = netifaces.ifaddresses("eth0")[netifaces.AF_INET][0]["addr"]
//! ```
//! ```py reported
//! import ipaddress
//!
//!
//! def valid(value):
//!     try:
//!         ipaddress.IPv4Address(value)
//!     except ipaddress.AddressValueError:
//!         return False
//!     return True
//! ```
//! Near-misses:
//! ```py unchanged
//! import ipaddress
//! import re
//!
//! VERSION = re.compile(r"\d+\.\d+\.\d+")
//!
//!
//! def parse(text):
//!     try:
//!         return ipaddress.IPv4Address(text)
//!     except ValueError:
//!         return ipaddress.IPv6Address(text)
//! ```
//!
//! ## Safety
//! Unsafe: for IPv4 addresses the answer stays, and for IPv6 addresses it becomes yes, which what
//! follows may not expect.
//!
//! ## References
//! - Python documentation: ipaddress.ip_address()
//! - evidence: languages, 5.3 PY-IPV4CLS

use sixify_langs::classify;
use sixify_langs::python::{self, File};

use crate::prelude::*;
use crate::python_code::callee;
use crate::python_sockets::calls_socket;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PYTHON],
    anchors: Anchors(&[
        &["IPv4Address("],
        &["IPv4Network("],
        &["IPv4Interface("],
        &["inet_aton"],
        &["inet_ntoa"],
        &["inet_pton", "AF_INET"],
        &["netifaces", "AF_INET"],
        &["{1,3}", "\\."],
        &["[0-9]+", "\\.", "ip"],
        &["\\d+\\.\\d+\\.\\d+\\.\\d+"],
    ]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::Compare.name();

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = python::file(doc) else { return Ok(()) };
    for call in file.tree.all("call") {
        if let Some(finding) = class(&file, call).or_else(|| conversion(&file, call)) {
            cx.report(finding);
        }
    }
    for literal in file.tree.all("string") {
        if let Some(finding) = pattern(&file, literal) {
            cx.report(finding);
        }
    }
    for node in file.tree.all("subscript") {
        let four = node.field("subscript").filter(|s| s.text() == "netifaces.AF_INET");
        let aware = around(node).contains("AF_INET6");
        if let Some(four) = four.filter(|_| !aware) {
            cx.report(Finding::new(four.span(), ROLE, "only the IPv4 addresses of an interface are asked for"));
        }
    }
    Ok(())
}

fn around(node: Node<'_>) -> &str {
    node.ancestor(&["function_definition", "module"]).map_or("", Node::text)
}

/// Whether the code around a check also handles IPv6.
fn aware(node: Node<'_>) -> bool {
    let text = around(node).to_ascii_lowercase();
    ["ipv6", "inet6", "v6", "ip6"].iter().any(|word| text.contains(word))
}

/// `ipaddress.IPv4Address(text)`.
fn class(file: &File, call: Node<'_>) -> Option<Finding> {
    let path = callee(file, call)?;
    let (class, instead) = match path.strip_prefix("ipaddress.")? {
        "IPv4Address" => ("IPv4Address", "ip_address"),
        "IPv4Network" => ("IPv4Network", "ip_network"),
        "IPv4Interface" => ("IPv4Interface", "ip_interface"),
        _ => return None,
    };
    let argument = file.argument(call, Some(0), Some("address"))?;
    // A number, or an address that is written here, is one of IPv4.
    let written = argument.is("string") && argument.text().contains("0.0.0.0");
    if file.string(argument).is_some() || written || argument.is_any(&["integer", "binary_operator"]) || aware(call) {
        return None;
    }
    let message = "only IPv4 addresses are accepted here";
    let finding = Finding::new(call.span(), ROLE, message).because(format!("{class} refuses IPv6"));
    let function = call.field("function")?;
    let unused = call.parent().is_some_and(|p| p.is("expression_statement"));
    let guard = call.ancestor(&["try_statement"]);
    // `AddressValueError` is raised by the classes of one family alone, and what speaks of IPv4 means it.
    let class = call.ancestor(&["class_definition"]).and_then(|c| c.field("name")).map_or("", Node::text);
    let means = format!("{class} {}", around(call).replace(function.text(), "")).to_ascii_lowercase();
    let caught = guard.is_some_and(|t| {
        let text = t.text().replace("AddressValueError", "");
        text.contains("ValueError") || text.contains("except:")
    }) && !["ipv4", "ip v4", "ip_v4", "v4"].iter().any(|word| means.contains(word));
    let member = function.is("attribute").then(|| function.field("attribute"))?;
    match member.filter(|_| unused && caught) {
        Some(member) => {
            Some(finding.fix(Applicability::Unsafe, Fix::new().edit(Edit::replace(member.span(), instead))))
        }
        None => Some(finding),
    }
}

/// `socket.inet_aton(text)`.
fn conversion(file: &File, call: Node<'_>) -> Option<Finding> {
    let which =
        ["inet_aton", "inet_ntoa", "inet_pton", "inet_ntop"].into_iter().find(|f| calls_socket(file, call, f))?;
    let argument = file.argument(call, Some(0), None)?;
    if matches!(which, "inet_pton" | "inet_ntop") && !argument.text().ends_with("AF_INET") {
        return None;
    }
    let value = file.argument(call, Some(if which.contains('p') { 1 } else { 0 }), None)?;
    if file.string(value).is_some() || aware(call) {
        return None;
    }
    Some(
        Finding::new(call.span(), ROLE, "only IPv4 addresses are converted here")
            .because(format!("{which} knows IPv4 alone")),
    )
}

/// A pattern for four numbers with dots.
fn pattern(file: &File, literal: Node<'_>) -> Option<Finding> {
    let text = literal.text();
    let dots = text.matches("\\.").count() + text.matches("[.]").count();
    let number = text.contains("{1,3}") || text.contains("25[0-5]") || text.contains("[0-9]+") || text.contains("\\d+");
    let repeated = dots >= 3 || dots >= 1 && (text.contains("){3}") || text.contains("){3,3}"));
    let patterned =
        literal.parent().is_some_and(|p| p.is_any(&["argument_list", "assignment", "keyword_argument", "pair"]));
    if !(number && repeated && patterned) || aware(literal) || text.len() > 400 {
        return None;
    }
    // Versions have four numbers too; those of addresses have at most three digits each.
    let address = text.contains("{1,3}") || text.contains("25[0-5]") || {
        let called = crate::python_code::statement(literal).map_or("", Node::text).to_ascii_lowercase();
        called.contains("ip") && !called.contains("version")
    };
    let _ = file;
    address.then(|| Finding::new(literal.span(), ROLE, "only IPv4 addresses match this pattern"))
}
