//! # Let grpc-js servers listen on IPv6 too
//!
//! A server of `@grpc/grpc-js` that binds `0.0.0.0:port` listens on IPv4 only; `[::]:port` listens
//! on both families.
//!
//! ## Why it breaks
//! On an IPv6-only host or pod nothing can reach a listener on `0.0.0.0`: the server starts, says
//! so in its log, and no request ever arrives.
//!
//! ## Examples
//! ```js before
//! const grpc = require('@grpc/grpc-js');
//!
//! const server = new grpc.Server();
//! server.bindAsync(`0.0.0.0:${PORT}`, grpc.ServerCredentials.createInsecure(), () => server.start());
//! ```
//! ```js after
//! const grpc = require('@grpc/grpc-js');
//!
//! const server = new grpc.Server();
//! server.bindAsync(`[::]:${PORT}`, grpc.ServerCredentials.createInsecure(), () => server.start());
//! ```
//! ```js before
//! import { Server, ServerCredentials } from '@grpc/grpc-js';
//!
//! class Shop {
//!   constructor() {
//!     this.server = new Server();
//!   }
//!   listen(port) {
//!     const server = this.server;
//!     server.bindAsync('0.0.0.0:' + port, ServerCredentials.createInsecure(), () => {});
//!   }
//! }
//! ```
//! ```js after
//! import { Server, ServerCredentials } from '@grpc/grpc-js';
//!
//! class Shop {
//!   constructor() {
//!     this.server = new Server();
//!   }
//!   listen(port) {
//!     const server = this.server;
//!     server.bindAsync('[::]:' + port, ServerCredentials.createInsecure(), () => {});
//!   }
//! }
//! ```
//! The credentials tell the library where the server itself comes from elsewhere:
//! ```ts before
//! import * as grpc from '@grpc/grpc-js';
//! const ADDRESS = '0.0.0.0:50051';
//!
//! export function start(server: MyServer): void {
//!   server.bindAsync(ADDRESS, grpc.ServerCredentials.createInsecure(), () => server.start());
//! }
//! ```
//! ```ts after
//! import * as grpc from '@grpc/grpc-js';
//! const ADDRESS = '[::]:50051';
//!
//! export function start(server: MyServer): void {
//!   server.bindAsync(ADDRESS, grpc.ServerCredentials.createInsecure(), () => server.start());
//! }
//! ```
//! What the environment may replace is proven for the default only:
//! ```js before
//! const grpc = require('@grpc/grpc-js');
//! const host = process.env.HOST || '0.0.0.0';
//! const server = new grpc.Server();
//! server.bindAsync(`${host}:50051`, grpc.ServerCredentials.createInsecure(), () => {});
//! ```
//! ```js after unsafe
//! const grpc = require('@grpc/grpc-js');
//! const host = process.env.HOST || '[::]';
//! const server = new grpc.Server();
//! server.bindAsync(`${host}:50051`, grpc.ServerCredentials.createInsecure(), () => {});
//! ```
//! A host with brackets would be wrong for other code that uses the same constant, so a person
//! must decide:
//! ```js reported
//! const grpc = require('@grpc/grpc-js');
//! const HOST = '0.0.0.0';
//! const server = new grpc.Server();
//! server.bindAsync(`${HOST}:50051`, grpc.ServerCredentials.createInsecure(), () => {});
//! metrics.listen(9090, HOST);
//! ```
//! The older `grpc` package wraps the C core, which listens on both families already:
//! ```js unchanged
//! const grpc = require('grpc');
//! const server = new grpc.Server();
//! server.bindAsync('0.0.0.0:50051', grpc.ServerCredentials.createInsecure(), () => {});
//! ```
//! Near-misses:
//! ```js unchanged
//! const grpc = require('@grpc/grpc-js');
//! const server = new grpc.Server();
//! server.bindAsync('10.0.0.0:50051', grpc.ServerCredentials.createInsecure(), () => {});
//! server.bindAsync('127.0.0.1:50051', grpc.ServerCredentials.createInsecure(), () => {});
//! server.bindAsync('[::]:50052', grpc.ServerCredentials.createInsecure(), () => {});
//! server.bindAsync(`10.0.0.0.0:${port}`, grpc.ServerCredentials.createInsecure(), () => {});
//! server.bindAsync(`0.0.0.0${suffix}`, grpc.ServerCredentials.createInsecure(), () => {});
//! console.log('bindAsync 0.0.0.0:50051');
//! ```
//! ```js unchanged
//! const dgram = require('dgram');
//! const grpc = require('@grpc/grpc-js');
//! const socket = dgram.createSocket('udp4');
//! socket.bind('0.0.0.0:50051');
//! ```
//!
//! ## Safety
//! Safe. Measured with a real client on every address of every host kind: `[::]:p` is reached
//! wherever `0.0.0.0:p` is, and on an IPv6-only host besides; grpc-js clears IPV6_V6ONLY itself, so
//! `net.ipv6.bindv6only=1` does not matter. It costs one kind of host: on a kernel without IPv6
//! (`v4kernel`) binding fails with EAFNOSUPPORT, so with that kind among `--hosts` it is unsafe.
//! Unsafe too: a value that other files, a caller or the environment may replace, a server that is
//! not known to be one of grpc-js, and a file that compares addresses, because IPv4 peers then
//! appear as `::ffff:a.b.c.d`.
//!
//! ## References
//! - gRPC Name Resolution, https://github.com/grpc/grpc/blob/master/doc/naming.md
//! - evidence: languages, 3.1 grpc-js rows and 3.3 JS-GRPC4

use sixify_langs::javascript::{self, File};
use sixify_langs::origin::{Origin, Standing};

use crate::catalog::{self, Api, Catalog};
use crate::javascript_hosts as hosts;
use crate::prelude::*;
use crate::wildcard::{self, Place, Shape};

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: javascript::KINDS, anchors: Anchors(&[&["0.0.0.0", "grpc", "bind"]]), specificity: 0, run };

const ROLE: &str = Role::BindAddress.name();

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    let Some(file) = Some(doc).filter(|_| policy.listeners()).and_then(hosts::file) else {
        return Ok(());
    };
    let apis = catalog::apis(cx.options(), "javascript");
    for call in file.tree.all("call_expression") {
        if !matches!(file.called_name(call), Some("bindAsync" | "bind")) {
            continue;
        }
        let Some((server, row)) = server(&file, apis, call) else { continue };
        let Some(target) = file.arguments(call).and_then(|a| a.first().copied()) else { continue };
        let Some(found) = wildcard_of(&file, target) else { continue };
        let said = message(&found, row);
        let mut evidence = server.chain;
        evidence.push(format!("argument 1 of {}", server.path));
        evidence.extend(found.chain);
        evidence.push(row.evidence.clone());
        if row.wildcard.as_deref() == Some("dual") {
            let reason = "the C core of the grpc package listens on both families for 0.0.0.0".to_owned();
            cx.leave(Note { span: found.span, role: ROLE, reason, evidence });
            continue;
        }
        let finding = Finding::new(found.span, ROLE, said).because_all(evidence);
        if found.host && found.shared {
            cx.report(finding);
            continue;
        }
        let trusted = wildcard::lowered(wildcard::trusted(row, &policy), &found.standing);
        let known = server.path.starts_with('@');
        let certain = known && !wildcard::knows_peers(&file);
        let applicability = if certain { trusted } else { Applicability::Unsafe };
        let instead = row.instead.as_deref().unwrap_or("[::]");
        cx.report(finding.fix(applicability, Fix::new().edit(Edit::replace(found.span, instead))));
    }
    Ok(())
}

/// Which server a call binds, and its row: by where the server comes from, or by the library of
/// the credentials that it is given. A `bindAsync` with a wildcard in a file that names grpc-js is
/// hardly anything else, but not certain.
fn server<'o>(file: &File, sheet: &'o Catalog, call: Node<'_>) -> Option<(Origin, &'o Api)> {
    if let [origin] = file.callees(call).as_slice()
        && let Some(row) = sheet.api(&origin.path).first()
    {
        return Some((origin.clone(), row));
    }
    if file.called_name(call) != Some("bindAsync") {
        return None;
    }
    let credentials = file.arguments(call)?.get(1).map(|c| file.origins(*c)).unwrap_or_default();
    for library in ["@grpc/grpc-js", "grpc"] {
        let own = |o: &Origin| o.path.starts_with(&format!("{library}.ServerCredentials."));
        if let Some(given) = credentials.first().filter(|_| credentials.iter().all(own)) {
            let path = format!("{library}.Server#bindAsync");
            let row = sheet.api(&path).first()?;
            let chain = vec![format!("its credentials are {}", given.path)];
            return Some((Origin { chain, ..Origin::new(path) }, row));
        }
    }
    let named = file.imports.iter().any(|i| i.module == "@grpc/grpc-js");
    let row = sheet.api("@grpc/grpc-js.Server#bindAsync").first()?;
    named.then(|| (Origin::new("bindAsync of a server from elsewhere"), row))
}

/// The wildcard of an address.
struct Found {
    span: Span,
    chain: Vec<String>,
    standing: Standing,
    /// Whether the place holds a host alone, which other code may use without a port.
    host: bool,
    shared: bool,
}

fn wildcard_of(file: &File, target: Node<'_>) -> Option<Found> {
    let value = file.value(target);
    let text = file.text_expr(value.node)?;
    match wildcard::place(&text, Shape::HostPort)? {
        Place::Written(span) => {
            let (chain, standing, shared) = (value.chain, value.standing, value.shared);
            Some(Found { span, chain, standing, host: false, shared })
        }
        Place::Given(node) => {
            let host = file.value(node);
            let span = wildcard::lone(&file.text_expr(host.node)?)?;
            let chain = value.chain.into_iter().chain(host.chain).collect();
            let standing = value.standing.max(host.standing);
            Some(Found { span, chain, standing, host: true, shared: value.shared || host.shared })
        }
    }
}

fn message(found: &Found, row: &Api) -> String {
    if found.host && found.shared {
        return "a grpc-js server on 0.0.0.0 is not reached over IPv6; `[::]` would be, but other code uses the same \
                host, and may want it without brackets"
            .to_owned();
    }
    format!(
        "a grpc-js server on 0.0.0.0 is not reached over IPv6; `[::]` listens on both families, and IPv4 peers \
             appear as ::ffff:a.b.c.d{}",
        wildcard::costs(row)
    )
}
