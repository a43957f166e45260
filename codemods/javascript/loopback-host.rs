//! # Tell listeners and health checks that know IPv4's loopback address alone
//!
//! A server that listens on `127.0.0.1` is not found at `::1`, and a health check that dials `127.0.0.1`
//! does not find a server on `::1`.
//!
//! ## Why it breaks
//! Browsers and clients look for `localhost` at `::1` first, and many at `::1` alone on an IPv6-only host.
//! No single spelling listens on both loopback addresses with Node: `localhost` is the first address that
//! the name has, which is `::1` alone where both are there.
//!
//! ## Examples
//! A person decides where the server should be found: `localhost` is one of the two, `::` is every
//! address, and two listeners are both.
//! ```js reported
//! const http = require('http');
//! http.createServer(handler).listen(8080, '127.0.0.1');
//! ```
//! ```ts reported
//! const options = { port: 9000, host: '127.0.0.1' };
//! startServer(options);
//! ```
//! A health check asks its own host, by name:
//! ```js before path=scripts/healthcheck.js
//! const http = require('http');
//! const host = process.env.HOST || '127.0.0.1';
//! http.get(`http://${host}:8080/health`, check);
//! http.get('http://127.0.0.1:8080/ready', check);
//! ```
//! ```js after unsafe path=scripts/healthcheck.js
//! const http = require('http');
//! const host = process.env.HOST || 'localhost';
//! http.get(`http://${host}:8080/health`, check);
//! http.get('http://localhost:8080/ready', check);
//! ```
//! Near-misses: what is dialled elsewhere, lists, comparisons, text.
//! ```js unchanged
//! const redis = { host: process.env.REDIS_HOST || '127.0.0.1', port: 6379 };
//! const local = ['localhost', '127.0.0.1', '::1'].includes(host);
//! if (host === '127.0.0.1') skip();
//! client.connect(8080, '127.0.0.1');
//! server.listen(8080, '::1');
//! const note = 'see http://127.0.0.1:8080/';
//! ```
//!
//! ## Safety
//! Listeners are reported. A health check that asks for `localhost` finds servers on both families; on an
//! IPv6-only host a client of Node before version 20 looks for `::1` alone, so a server that listens on
//! 127.0.0.1 or 0.0.0.0 alone is no longer found: unsafe.
//!
//! ## References
//! - RFC 6761, 6.3: localhost names
//! - evidence: languages, 1.5 and 3.3 JS-LOOP; clients.tsv

use sixify_langs::javascript::{self, File};

use crate::javascript_defaults as defaults;
use crate::javascript_hosts as hosts;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: javascript::KINDS,
    anchors: Anchors(&[
        &["127.0.0.1", "isten"],
        &["127.0.0.1", "erver"],
        &["127.0.0.1", "0.0.0.0"],
        &["127.0.0.1", "ealth"],
    ]),
    specificity: 0,
    run,
};

const LOOPBACK: &str = "127.0.0.1";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = hosts::file(doc) else { return Ok(()) };
    if doc.file_name().to_ascii_lowercase().contains("health") {
        for finding in health(&file) {
            cx.report(finding);
        }
        return Ok(());
    }
    if !Policy::of(cx.options()).listeners() {
        return Ok(());
    }
    let message = "a server on 127.0.0.1 is not found at ::1, where clients look for localhost first; with Node \
                   localhost is one of the two, and :: is every address";
    let mut seen = Vec::new();
    for call in file.tree.all("call_expression").filter(|c| file.called_name(*c) == Some("listen")) {
        let Some(host) = listened(&file, call) else { continue };
        seen.push(host.span());
        let finding = Finding::new(host.span(), Role::BindHost.name(), message);
        cx.report(finding.because("the host of listen".to_owned()));
    }
    let knows_wildcard = doc.text.contains("'0.0.0.0'") || doc.text.contains("\"0.0.0.0\"");
    let listens = ["createServer(", ".listen("].iter().any(|word| doc.text.contains(word));
    for default in defaults::find(&file, &doc.path, LOOPBACK) {
        let span = default.literal.span();
        if seen.contains(&span) || !(default.strong || knows_wildcard || listens) {
            continue;
        }
        cx.report(Finding::new(span, Role::BindHost.name(), message).because_all(default.why));
    }
    Ok(())
}

/// The literal that is the host of a call of `listen`.
fn listened<'a>(file: &'a File, call: Node<'a>) -> Option<Node<'a>> {
    let arguments = file.arguments(call)?;
    let given = match file.object(*arguments.first()?) {
        Some(options) => file.property(options.node, "host")?.value,
        None => *arguments.get(1)?,
    };
    let host = file.value(given).node;
    (file.string(host).as_deref() == Some(LOOPBACK)).then_some(host)
}

/// The places where a health check dials the loopback address.
fn health(file: &File) -> Vec<Finding> {
    let mut found = Vec::new();
    for node in file.tree.all("string").chain(file.tree.all("template_string")) {
        let Some(text) = file.text_expr(node) else { continue };
        let Some((raw, span)) = text.prefix() else { continue };
        let at = match raw.find("://") {
            Some(scheme) if raw.get(scheme + 3..).is_some_and(|rest| rest.starts_with(LOOPBACK)) => scheme + 3,
            None if raw == LOOPBACK && text.pieces.len() == 1 && is_value(node) => 0,
            _ => continue,
        };
        let span = Span::new(span.start + at, span.start + at + LOOPBACK.len());
        let message = "a server on ::1 is not found at 127.0.0.1; localhost is tried over both families";
        let finding =
            Finding::new(span, Role::HealthCheck.name(), message).because("the file is a health check".to_owned());
        found.push(finding.fix(Applicability::Unsafe, Fix::new().edit(Edit::replace(span, "localhost"))));
    }
    found
}

/// Whether a literal is a value of a name, a fall-back or an option, and not one of a list or a comparison.
fn is_value(node: Node<'_>) -> bool {
    node.parent().is_some_and(|p| match p.kind() {
        "binary_expression" => p.field("operator").is_some_and(|o| matches!(o.text(), "||" | "??")),
        kind => matches!(kind, "pair" | "variable_declarator" | "assignment_expression" | "arguments"),
    })
}
