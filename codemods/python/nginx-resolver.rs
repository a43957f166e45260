//! # Put IPv6 name servers into brackets for nginx
//!
//! nginx wants an IPv6 address in brackets in its directive `resolver`; `resolv.conf` has it bare.
//!
//! ## Why it breaks
//! `resolver fd00::53;` stops nginx with `invalid port in resolver`. On an IPv6-only host the name
//! server of `resolv.conf` is always an IPv6 address.
//!
//! ## Examples
//! ```py before
//! import os
//!
//! args = os.environ.copy()
//!
//! # Get the first DNS server
//! with open("/etc/resolv.conf") as handle:
//!     content = handle.read().split()
//!     args["RESOLVER"] = content[content.index("nameserver") + 1]
//!
//! render("/conf/nginx.conf", args)
//! ```
//! ```py after unsafe
//! import os
//!
//! args = os.environ.copy()
//!
//! # Get the first DNS server
//! with open("/etc/resolv.conf") as handle:
//!     content = handle.read().split()
//!     resolver = content[content.index("nameserver") + 1]
//!     args["RESOLVER"] = f"[{resolver}]" if ":" in resolver else resolver
//!
//! render("/conf/nginx.conf", args)
//! ```
//! ```py before
//! import dns.resolver
//!
//! resolver_ip = dns.resolver.get_default_resolver().nameservers[0]
//! template("nginx.conf.j2", resolver=resolver_ip)
//! ```
//! ```py after unsafe
//! import dns.resolver
//!
//! resolver_ip = dns.resolver.get_default_resolver().nameservers[0]
//! resolver_ip = f"[{resolver_ip}]" if ":" in resolver_ip else resolver_ip
//! template("nginx.conf.j2", resolver=resolver_ip)
//! ```
//! ```py reported
//! servers = []
//! for line in open("/etc/resolv.conf"):
//!     if line.startswith("nameserver"):
//!         servers.append(line.split()[1])
//! render("nginx.conf", servers)
//! ```
//! Near-misses: no nginx, and brackets that are there:
//! ```py unchanged
//! content = open("/etc/resolv.conf").read().split()
//! server = content[content.index("nameserver") + 1]
//! query(server)
//! ```
//! ```py unchanged
//! content = open("/etc/resolv.conf").read().split()
//! server = content[content.index("nameserver") + 1]
//! write("nginx.conf", f"[{server}]" if ":" in server else server)
//! ```
//!
//! ## Safety
//! Unsafe: an IPv4 address stays as it is. That the value goes to nginx is taken from the file,
//! which speaks of it.
//!
//! ## References
//! - nginx documentation: ngx_http_core_module, resolver
//! - resolv.conf(5)

use sixify_langs::classify;
use sixify_langs::python::{self, File};

use crate::prelude::*;
use crate::python_code::{line_end, own_lines, quote, statement};

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[classify::PYTHON], anchors: Anchors(&[&["nameserver", "nginx"]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = python::file(doc) else { return Ok(()) };
    let nginx = doc.text.contains("nginx");
    for value in file.tree.all("subscript").filter(|_| nginx) {
        if !server(&file, value) || bracketed(&doc.text, value) {
            continue;
        }
        let message = "an IPv6 name server needs brackets in nginx's configuration";
        let finding = Finding::new(value.span(), Role::DialAddress.name(), message)
            .because("it is taken from the name servers of the system")
            .because("the file writes configuration of nginx");
        match fix(doc, &file, value) {
            Some(fix) => cx.report(finding.fix(Applicability::Unsafe, fix)),
            None => cx.report(finding),
        }
    }
    Ok(())
}

/// Whether an expression takes a name server out of `resolv.conf` or a resolver.
fn server(file: &File, value: Node<'_>) -> bool {
    let (Some(list), Some(index)) = (value.field("value"), value.field("subscript")) else { return false };
    if list.is("attribute") && list.text().ends_with(".nameservers") {
        return true;
    }
    let behind = index.text();
    if ["index(\"nameserver\")", "index('nameserver')"].iter().any(|word| behind.contains(word)) {
        return true;
    }
    let words = list.is("call") && file.called_name(list) == Some("split") && matches!(behind, "1" | "-1");
    words
        && value.ancestors().any(|n| {
            let condition = n.field("condition").filter(|_| n.is_any(&["if_statement", "conditional_expression"]));
            condition.is_some_and(|c| c.text().contains("nameserver"))
        })
}

/// Whether brackets are put somewhere near.
fn bracketed(text: &str, value: Node<'_>) -> bool {
    let around = value.ancestor(&["function_definition"]).map_or(text, Node::text);
    ["\"[", "'["].iter().any(|quote| around.contains(quote)) && (around.contains("]\"") || around.contains("]'"))
}

fn fix(doc: &Document, file: &File, value: Node<'_>) -> Option<Fix> {
    let assignment = value.parent().filter(|p| p.is("assignment") && p.field("right") == Some(value))?;
    let left = assignment.field("left")?;
    let whole = statement(assignment)?;
    let indent = own_lines(&doc.text, whole)?;
    let quote = quote(&doc.text);
    let brackets = |name: &str| format!("f{quote}[{{{name}}}]{quote} if {quote}:{quote} in {name} else {name}");
    if left.is("identifier") {
        let line = format!("\n{indent}{} = {}", left.text(), brackets(left.text()));
        return Some(Fix::new().edit(Edit::insert(line_end(&doc.text, whole.end()), line)));
    }
    let name = ["resolver", "nameserver"].into_iter().find(|n| file.names.lookup(value, n).is_none())?;
    let fix = Fix::new().edit(Edit::insert(whole.start(), format!("{name} = {}\n{indent}", value.text())));
    Some(fix.edit(Edit::replace(value.span(), brackets(name))))
}
