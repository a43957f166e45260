//! # Dial localhost, not the wildcard
//!
//! `0.0.0.0` is an address to listen on. As a destination it means "this host" on Linux, over IPv4
//! only; `localhost` means the same by name.
//!
//! ## Why it breaks
//! A client that dials `0.0.0.0` cannot reach a server that listens on IPv6 alone, such as one on
//! `::1` or one that was moved to IPv6. On other systems than Linux the dial may fail altogether.
//!
//! ## Examples
//! ```js before
//! const grpc = require('@grpc/grpc-js');
//! const client = new shop.CurrencyService('0.0.0.0:7000', grpc.credentials.createInsecure());
//! ```
//! ```js after
//! const grpc = require('@grpc/grpc-js');
//! const client = new shop.CurrencyService('localhost:7000', grpc.credentials.createInsecure());
//! ```
//! ```ts before
//! import { credentials, Client } from '@grpc/grpc-js';
//! const client = new Client(`0.0.0.0:${port}`, credentials.createInsecure());
//! ```
//! ```ts after
//! import { credentials, Client } from '@grpc/grpc-js';
//! const client = new Client(`localhost:${port}`, credentials.createInsecure());
//! ```
//! Other clients of Node look for `::1` alone on an IPv6-only host:
//! ```js before
//! const http = require('http');
//! http.get(`http://0.0.0.0:${port}/health`, done);
//! http.get({ port, host: '0.0.0.0' }, done);
//! fetch('http://0.0.0.0:8080/');
//! ```
//! ```js after unsafe
//! const http = require('http');
//! http.get(`http://localhost:${port}/health`, done);
//! http.get({ port, host: 'localhost' }, done);
//! fetch('http://localhost:8080/');
//! ```
//! A constant that other code uses too, perhaps to listen, is for a person to decide:
//! ```js reported
//! const net = require('net');
//! const HOST = '0.0.0.0';
//! server.start(HOST);
//! net.connect(8080, HOST);
//! ```
//! Near-misses:
//! ```js unchanged
//! const grpc = require('@grpc/grpc-js');
//! const a = new shop.Service('10.0.0.0:7000', grpc.credentials.createInsecure());
//! const b = new shop.Service('127.0.0.1:7000', grpc.credentials.createInsecure());
//! const c = new shop.Service('0.0.0.0:7000');
//! fetch('http://example.com/?from=0.0.0.0');
//! fetch(`http://0.0.0.0${suffix}`);
//! console.log('http://0.0.0.0:8080/');
//! ```
//! ```js unchanged
//! function load(fetch) {
//!   return fetch('http://0.0.0.0:8080/');
//! }
//! class Http {
//!   get(url) {
//!     return this.get('http://0.0.0.0:8080/');
//!   }
//! }
//! ```
//!
//! ## Safety
//! Safe for clients of grpc-js without TLS: measured, with `localhost` they reach every server that
//! they reach with `0.0.0.0`, on every host kind, and servers on IPv6 alone besides. Unsafe for
//! Node's own clients, axios and ws: measured as well, on an IPv6-only host they look for `localhost`
//! at `::1` alone, so a server on 127.0.0.1 or 0.0.0.0 is no longer found there. Unsafe too: TLS,
//! where the name is checked, and values that others may replace.
//!
//! ## References
//! - RFC 1122, 3.2.1.3: 0.0.0.0 must not be used as a destination
//! - RFC 6761, 6.3: localhost names
//! - evidence: languages, 1.5; servers, 0.6; clients.tsv

use sixify_langs::javascript::{self, File, Value};
use sixify_langs::origin::Origin;

use crate::catalog::{self, Api, Catalog};
use crate::javascript_hosts as hosts;
use crate::prelude::*;
use crate::wildcard::{self, Place, Shape};

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: javascript::KINDS,
    anchors: Anchors(&[&["0.0.0.0", "grpc"], &["0.0.0.0", "http"], &["0.0.0.0", "net"], &["0.0.0.0", "ws"]]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::DialAddress.name();

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = hosts::file(doc) else { return Ok(()) };
    let policy = Policy::of(cx.options());
    let apis = catalog::apis(cx.options(), "javascript");
    for call in file.calls() {
        for (callee, row) in clients(&file, apis, call) {
            if let Some(finding) = finding(&file, call, &callee, row, &policy) {
                cx.report(finding);
                break;
            }
        }
    }
    Ok(())
}

/// What a call dials with, and the rows that may describe it. A client class that was made from a
/// service definition is told by the credentials that it is given.
fn clients<'o>(file: &File, sheet: &'o Catalog, call: Node<'_>) -> Vec<(Origin, &'o Api)> {
    let dials = |path: &str| sheet.api(path).iter().filter(|r| r.role == ROLE);
    if let [callee] = file.callees(call).as_slice() {
        let rows: Vec<_> = dials(&callee.path).map(|row| (callee.clone(), row)).collect();
        if !rows.is_empty() {
            return rows;
        }
    }
    let client = "new @grpc/grpc-js.Client";
    let credentials = file.arguments(call).filter(|_| call.is("new_expression")).and_then(|a| a.get(1).copied());
    let given = credentials.map(|c| file.origins(c)).unwrap_or_default();
    match given.as_slice() {
        [one] if one.path == "@grpc/grpc-js.credentials.createInsecure()" => {
            let chain = vec![format!("its credentials are {}", one.path)];
            dials(client).map(|row| (Origin { chain: chain.clone(), ..Origin::new(client) }, row)).collect()
        }
        _ => Vec::new(),
    }
}

fn finding(file: &File, call: Node<'_>, callee: &Origin, row: &Api, policy: &Policy) -> Option<Finding> {
    let arguments = file.arguments(call)?;
    let value = match (row.argument.checked_sub(1), &row.keyword) {
        (Some(position), _) => file.value(*arguments.get(position)?),
        (None, Some(keyword)) => {
            let options = file.object(*arguments.first()?)?;
            let own = file.value(file.property(options.node, keyword)?.value);
            joined(options, own)
        }
        (None, None) => return None,
    };
    let text = file.text_expr(value.node)?;
    let (span, value) = match wildcard::place(&text, Shape::of(row))? {
        Place::Written(span) => (span, value),
        Place::Given(node) => {
            let host = file.value(node);
            (wildcard::lone(&file.text_expr(host.node)?)?, joined(value, host))
        }
    };
    let tls = text.prefix().is_some_and(|(raw, _)| raw.starts_with("https:") || raw.starts_with("wss:"));
    let insecure = row.applicability.as_deref() != Some("safe") || is_insecure(file, &arguments);
    let message = match (value.shared, row.costs.is_empty()) {
        (true, _) => {
            "0.0.0.0 is dialled, which reaches this host over IPv4 only; other code uses the same value, perhaps to listen"
        }
        (_, true) => {
            "0.0.0.0 is dialled, which reaches this host over IPv4 only; localhost is tried over both families"
        }
        (_, false) => {
            "0.0.0.0 is dialled, which reaches this host over IPv4 only; localhost is better, but on an IPv6-only host this \
             client then looks for ::1 alone"
        }
    };
    let place = match &row.keyword {
        Some(keyword) => format!("{keyword} in the options of {}", callee.path),
        None => format!("argument {} of {}", row.argument, callee.path),
    };
    let finding = Finding::new(span, ROLE, message)
        .because_all(callee.chain.iter().cloned())
        .because(place)
        .because_all(value.chain)
        .because(row.evidence.clone());
    if value.shared {
        return Some(finding);
    }
    let proven = wildcard::lowered(wildcard::trusted(row, policy), &value.standing);
    let applicability = if tls || !insecure { proven.min(Applicability::Unsafe) } else { proven };
    let instead = row.instead.as_deref().unwrap_or("localhost");
    Some(finding.fix(applicability, Fix::new().edit(Edit::replace(span, instead))))
}

/// Whether a grpc-js client is told to go without TLS.
fn is_insecure(file: &File, arguments: &[Node<'_>]) -> bool {
    let origins = arguments.get(1).map(|c| file.origins(*c)).unwrap_or_default();
    !origins.is_empty() && origins.iter().all(|o| o.path.ends_with("credentials.createInsecure()"))
}

/// What the inner value stands for, with what is known of the outer one.
fn joined<'a>(outer: Value<'a>, inner: Value<'a>) -> Value<'a> {
    Value {
        node: inner.node,
        chain: outer.chain.into_iter().chain(inner.chain).collect(),
        standing: outer.standing.max(inner.standing),
        shared: outer.shared || inner.shared,
    }
}
