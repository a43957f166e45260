//! # Let Node servers listen on IPv6 too
//!
//! A Node server that listens on `0.0.0.0` takes IPv4 connections only. Without a host Node listens
//! on both families, or on IPv4 where a machine has no IPv6.
//!
//! ## Why it breaks
//! On an IPv6-only host or pod nothing can reach a listener on `0.0.0.0`: the server starts, says
//! so in its log, and no request ever arrives.
//!
//! ## Examples
//! ```js before
//! const express = require('express');
//! const app = express();
//! app.listen(8080, '0.0.0.0', () => console.log('ready'));
//! ```
//! ```js after
//! const express = require('express');
//! const app = express();
//! app.listen(8080, () => console.log('ready'));
//! ```
//! ```ts before
//! import { createServer } from 'node:http';
//!
//! const server = createServer(handler).on('error', fail);
//! server.listen({ port: 8080, host: '0.0.0.0' });
//! ```
//! ```ts after
//! import { createServer } from 'node:http';
//!
//! const server = createServer(handler).on('error', fail);
//! server.listen({ port: 8080 });
//! ```
//! ```js before
//! import { WebSocketServer } from 'ws';
//! const options = {
//!   host: '0.0.0.0',
//!   port: 8080,
//! };
//! const wss = new WebSocketServer(options);
//! ```
//! ```js after
//! import { WebSocketServer } from 'ws';
//! const options = {
//!   port: 8080,
//! };
//! const wss = new WebSocketServer(options);
//! ```
//! A constant that nothing else uses gets the IPv6 wildcard; fastify, which listens on localhost
//! when it is given no host, gets it too:
//! ```js before
//! const http = require('http');
//! const HOST = '0.0.0.0';
//! http.createServer(handler).listen(8080, HOST);
//! ```
//! ```js after
//! const http = require('http');
//! const HOST = '::';
//! http.createServer(handler).listen(8080, HOST);
//! ```
//! ```js before
//! import Fastify from 'fastify';
//! const app = Fastify({ logger: true });
//! await app.listen({ port: 3000, host: '0.0.0.0' });
//! ```
//! ```js after
//! import Fastify from 'fastify';
//! const app = Fastify({ logger: true });
//! await app.listen({ port: 3000, host: '::' });
//! ```
//! Without its fall-back in the call this host is either theirs or none:
//! ```ts before
//! import { createServer } from 'http';
//!
//! export function serve(options: Options): void {
//!   createServer(handler).listen(options.port ?? 3000, options.hostname ?? '0.0.0.0');
//! }
//! ```
//! ```ts after
//! import { createServer } from 'http';
//!
//! export function serve(options: Options): void {
//!   createServer(handler).listen(options.port ?? 3000, options.hostname);
//! }
//! ```
//! In options, which some libraries check, and where others see the host, a person should look:
//! ```ts before
//! import { WebSocketServer } from 'ws';
//!
//! const wss = new WebSocketServer({ port: 8080, host: process.env.HOST || '0.0.0.0' });
//! ```
//! ```ts after unsafe
//! import { WebSocketServer } from 'ws';
//!
//! const wss = new WebSocketServer({ port: 8080, host: process.env.HOST });
//! ```
//! ```js before
//! const app = require('express')();
//! const HOST = process.env.HOST || '0.0.0.0';
//! app.listen(8080, HOST, () => console.log(`http://${HOST}:8080`));
//! ```
//! ```js after unsafe
//! const app = require('express')();
//! const HOST = process.env.HOST || '::';
//! app.listen(8080, HOST, () => console.log(`http://${HOST}:8080`));
//! ```
//! The host that a program listens on when it is told nothing, wherever that is written:
//! ```js before
//! const defaults = {
//!   port: 5006,
//!   hostname: '0.0.0.0',
//! };
//! module.exports = { ...defaults, bind: process.env.BIND_ADDR || '0.0.0.0' };
//! program.option('-H, --host <host>', 'address to listen on', '0.0.0.0');
//! const args = yargs.option('host', { type: 'string', default: '0.0.0.0' }).argv;
//! const schema = z.object({ HOST: z.string().default('0.0.0.0') });
//! const host = config.get('HOST', '0.0.0.0');
//! class Server {
//!   host = '0.0.0.0';
//!   start(port, host = '0.0.0.0') {
//!     this.bind(port, host);
//!   }
//! }
//! server.listen({ host: '0.0.0.0', ...options });
//! ```
//! ```js after unsafe
//! const defaults = {
//!   port: 5006,
//!   hostname: '::',
//! };
//! module.exports = { ...defaults, bind: process.env.BIND_ADDR || '::' };
//! program.option('-H, --host <host>', 'address to listen on', '::');
//! const args = yargs.option('host', { type: 'string', default: '::' }).argv;
//! const schema = z.object({ HOST: z.string().default('::') });
//! const host = config.get('HOST', '::');
//! class Server {
//!   host = '::';
//!   start(port, host = '::') {
//!     this.bind(port, host);
//!   }
//! }
//! server.listen({ host: '::', ...options });
//! ```
//! A server from elsewhere gets the IPv6 wildcard, which is right whatever the library does when
//! there is no host:
//! ```js before
//! module.exports = (server, port) => server.listen(port, '0.0.0.0');
//! ```
//! ```js after unsafe
//! module.exports = (server, port) => server.listen(port, '::');
//! ```
//! With both families, IPv4 peers have addresses like `::ffff:192.0.2.1`, so a file that compares
//! addresses is not changed by default:
//! ```js before
//! const app = require('express')();
//! app.use((req, res, next) => (req.ip === '127.0.0.1' ? next() : res.sendStatus(403)));
//! app.listen(8080, '0.0.0.0');
//! ```
//! ```js after unsafe
//! const app = require('express')();
//! app.use((req, res, next) => (req.ip === '127.0.0.1' ? next() : res.sendStatus(403)));
//! app.listen(8080);
//! ```
//! Here the same host is put before a port for something that is not a log, which needs brackets:
//! ```js reported
//! const app = require('express')();
//! const HOST = '0.0.0.0';
//! register(`${HOST}:8080`);
//! app.listen(8080, HOST);
//! ```
//! Near-misses:
//! ```js unchanged
//! const app = require('express')();
//! app.listen(8080);
//! app.listen(8080, '127.0.0.1');
//! app.listen(8080, '10.0.0.0');
//! app.listen('0.0.0.0');
//! app.listen(...args, '0.0.0.0');
//! ```
//! ```js unchanged
//! const player = document.querySelector('audio');
//! player.listen('change', '0.0.0.0');
//! router.get('0.0.0.0', { host: '0.0.0.0', port: 1 });
//! client.connect({ host: '0.0.0.0', port: 6379 });
//! ```
//! Options of other code, what is dialled, lists and comparisons:
//! ```js unchanged
//! const redis = { host: process.env.REDIS_HOST || '0.0.0.0', port: 6379 };
//! const WILDCARD = '0.0.0.0';
//! const ANY_HOST = '0.0.0.0';
//! if (host === ANY_HOST) skip();
//! const blocked = { host: '0.0.0.0' };
//! const seen = new Set(['0.0.0.0']);
//! const version = '0.0.0.0';
//! const visitor = { ip: '0.0.0.0', name };
//! ```
//! What is done where the host has no IPv6:
//! ```js unchanged
//! const http = require('http');
//! const server = http.createServer(handle);
//! server.on('error', (e) => {
//!   if (e.code === 'EAFNOSUPPORT') server.listen(8080, '0.0.0.0');
//! });
//! server.listen(8080, '::');
//! ```
//! In `ipv6-capable` mode listeners stay as they are:
//! ```js unchanged mode=ipv6-capable
//! require('http').createServer().listen(8080, '0.0.0.0');
//! ```
//!
//! ## Safety
//! Safe where the wildcard is written in the call or in a constant that only the call uses, and the
//! server comes from a library whose listener was measured: without a host it is reached on every
//! address of every host kind. `::`, where it is written instead, fails on a kernel without IPv6
//! (`v4kernel`), and is unsafe with that kind among `--hosts`. Node clears IPV6_V6ONLY itself.
//! A fall-back in the call is as safe: the host is none or empty there. Unsafe: a constant that the
//! environment, a caller or another file may replace, a server that is not known, and files that
//! compare addresses, because IPv4 peers then appear as `::ffff:a.b.c.d`.
//!
//! ## References
//! - Node.js documentation, net: server.listen()
//! - evidence: languages, 3.1, 3.2 and 3.3 JS-LISTEN4 and JS-FASTIFY4; node-listeners.tsv

use sixify_langs::javascript::{self, File, Value};
use sixify_langs::origin::{Origin, Standing};

use crate::catalog::{self, Api, Catalog};
use crate::javascript_defaults as defaults;
use crate::javascript_hosts as hosts;
use crate::prelude::*;
use crate::wildcard;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: javascript::KINDS, anchors: Anchors(&[&["0.0.0.0"]]), specificity: 0, run };

const ROLE: &str = Role::BindHost.name();

/// Methods that give the server itself back, so that a call of `listen` may follow.
const FLUENT: &[&str] = &[
    "on",
    "once",
    "addListener",
    "use",
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "all",
    "setTimeout",
    "set",
    "enable",
    "disable",
];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    let Some(file) = Some(doc).filter(|_| policy.listeners()).and_then(hosts::file) else {
        return Ok(());
    };
    let apis = catalog::apis(cx.options(), "javascript");
    let mut seen = Vec::new();
    for call in file.calls() {
        let Some(listener) = Listener::of(&file, apis, call) else { continue };
        seen.push(listener.host.node.span());
        if without_ipv6(call) {
            continue;
        }
        cx.report(listener.finding(&file, &policy));
    }
    for default in defaults::find(&file, &doc.path, wildcard::V4) {
        let Some(text) = file.text_expr(default.literal).filter(|_| !seen.contains(&default.literal.span())) else {
            continue;
        };
        let Some(span) = wildcard::lone(&text) else { continue };
        let message = "a server on 0.0.0.0 is not reached over IPv6; `::` is both families, IPv4 peers appear as \
                       ::ffff:a.b.c.d, and it does not start on a kernel without IPv6 (v4kernel)";
        let finding = Finding::new(default.literal.span(), ROLE, message).because_all(default.why);
        let certain = (default.strong || !default.assigned) && !doc.text.contains("udp4");
        if defaults::before_port(&file, default.literal) {
            cx.report(finding.because("it is put before a port elsewhere, where `::` would need brackets"));
            continue;
        }
        if hosts::said_above(&file, default.literal, wildcard::V4) {
            cx.report(finding.because("the comment above speaks of this address"));
            continue;
        }
        cx.report(match certain {
            true => finding.fix(Applicability::Unsafe, Fix::new().edit(Edit::replace(span, "::"))),
            false => finding.because("what becomes of it is not known".to_owned()),
        });
    }
    Ok(())
}

/// A call that listens on the IPv4 wildcard.
struct Listener<'a> {
    /// What is called, and the row that describes it where there is one.
    callee: Origin,
    row: Option<&'a Api>,
    /// The argument, or the property of the options, that holds the host.
    item: Node<'a>,
    /// The expression that gives the host.
    given: Node<'a>,
    /// What it stands for: a literal that is the wildcard.
    host: Value<'a>,
}

impl<'a> Listener<'a> {
    fn of(file: &'a File, apis: &'a Catalog, call: Node<'a>) -> Option<Listener<'a>> {
        let known = row_of(file, apis, call);
        if known.is_none() && (file.called_name(call) != Some("listen") || call.is("new_expression")) {
            return None;
        }
        let (row, callee) = match known {
            Some((row, callee)) => (Some(row), callee),
            None => (None, Origin::new("listen of a server from elsewhere")),
        };
        let arguments = file.arguments(call)?;
        let wildcard = |value: &Value<'a>| file.text_expr(value.node).is_some_and(|t| wildcard::lone(&t).is_some());
        // Options in the first argument.
        if let Some(keyword) = row.map_or(Some("host"), |r| r.keyword.as_deref())
            && let Some(options) = file.object(*arguments.first()?)
        {
            let property = file.property(options.node, keyword)?;
            // Of a server that is not known, only options for a port are options for `listen`.
            if row.is_none() && file.property(options.node, "port").is_none() {
                return None;
            }
            let mut host = file.value(property.value);
            host.chain.splice(0..0, options.chain);
            host.standing = host.standing.max(options.standing);
            host.shared |= options.shared;
            return wildcard(&host).then_some(Listener {
                callee,
                row,
                item: property.node,
                given: property.value,
                host,
            });
        }
        let position = row.map_or(2, |r| r.argument).checked_sub(1)?;
        let item = *arguments.get(position)?;
        let host = file.value(item);
        // `listen(event, something)` of another library has a string there.
        let port = arguments.first().is_some_and(|p| file.text_expr(file.value(*p).node).is_none_or(|t| number(&t)));
        (wildcard(&host) && port).then_some(Listener { callee, row, item, given: item, host })
    }

    fn finding(self, file: &File, policy: &Policy) -> Finding {
        let omit = self.row.is_some_and(|r| r.instead.as_deref() == Some("omit"));
        let written =
            self.host.standing == Standing::Inline || self.item.is("pair") && self.host.standing == Standing::Sole;
        let edit = match () {
            () if omit && written && self.given == self.host.node => hosts::without_comma(self.item),
            () if omit => without_fallback(self.given, self.host.node),
            () => None,
        };
        let omit = edit.is_some();
        let compares = wildcard::knows_peers(file);
        let message = match (omit, compares) {
            (_, true) => {
                "a server on 0.0.0.0 is not reached over IPv6; on both families IPv4 peers appear as \
                          ::ffff:a.b.c.d, and this file compares addresses"
            }
            (true, false) => {
                "a server on 0.0.0.0 is not reached over IPv6; without a host Node listens on both families, and IPv4 peers \
                 appear as ::ffff:a.b.c.d"
            }
            (false, false) => {
                "a server on 0.0.0.0 is not reached over IPv6; `::` is both families, IPv4 peers appear as ::ffff:a.b.c.d, \
                 and it does not start on a kernel without IPv6 (v4kernel)"
            }
        };
        let finding = Finding::new(self.item.span(), ROLE, message)
            .because_all(self.callee.chain.iter().cloned())
            .because(self.place())
            .because_all(self.host.chain.iter().cloned())
            .because_all(self.row.map(|r| r.evidence.clone()));
        let edit = edit.or_else(|| self.replacement(file));
        let said = hosts::said_above(file, self.host.node, wildcard::V4);
        let Some(edit) = edit.filter(|_| !said && !joined(file, self.given)) else { return finding };
        let trusted = match self.row {
            None => Applicability::Unsafe,
            // Leaving the host out costs nothing; `::` costs the kernel without IPv6.
            Some(row) if omit => wildcard::trusted(row, policy),
            Some(row) => {
                let costs = vec!["v4kernel".to_owned()];
                wildcard::trusted(&Api { costs, ..row.clone() }, policy)
            }
        };
        // A host that somebody gives is listened on as before; the fall-back, written in the call, has no
        // other use.
        // Options of some libraries refuse an empty host.
        let own = without_fallback(self.given, self.host.node).is_some() && !(omit && self.item.is("pair"));
        let standing = if own { &Standing::Inline } else { &self.host.standing };
        let applicability = wildcard::lowered(trusted, standing);
        let applicability = if compares { applicability.min(Applicability::Unsafe) } else { applicability };
        finding.fix(applicability, Fix::new().edit(edit))
    }

    fn place(&self) -> String {
        match self.item.kind() {
            "pair" | "shorthand_property_identifier" => format!("host in the options of {}", self.callee.path),
            _ => format!("argument {} of {}", self.row.map_or(2, |r| r.argument), self.callee.path),
        }
    }

    /// Puts the IPv6 wildcard in the place of the other one.
    fn replacement(&self, file: &File) -> Option<Edit> {
        let text = file.text_expr(self.host.node)?;
        Some(Edit::replace(wildcard::lone(&text)?, "::"))
    }
}

/// Whether a call is what is done where the host has no IPv6: the code around it asks for that error.
fn without_ipv6(call: Node<'_>) -> bool {
    let around =
        call.ancestors().find(|n| n.is_any(&["arrow_function", "function_expression", "function_declaration"]));
    let asks = |n: Node<'_>| n.text().contains("EAFNOSUPPORT");
    around.is_some_and(asks) || call.ancestors().filter(|n| n.is("if_statement")).any(asks)
}

/// The row of a call: of everything that may be called there, when all have the same effect.
fn row_of<'o>(file: &File, sheet: &'o Catalog, call: Node<'_>) -> Option<(&'o Api, Origin)> {
    let mut found: Option<(&'o Api, Origin)> = None;
    for callee in file.callees(call) {
        let row = sheet
            .api(&canonical(&callee.path))
            .iter()
            .find(|r| r.role == ROLE && r.wildcard.as_deref() == Some("ipv4"))?;
        let same = |(first, _): &(&'o Api, Origin)| first.instead == row.instead && first.keyword == row.keyword;
        match &found {
            Some(first) if !same(first) => return None,
            Some(_) => {}
            None => found = Some((row, callee)),
        }
    }
    found
}

/// A name without the calls that give the server itself back.
fn canonical(path: &str) -> String {
    let mut parts = path.split('#');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let fluent = part.strip_suffix("()").is_some_and(|name| FLUENT.contains(&name));
        if !fluent {
            out = format!("{out}#{part}");
        }
    }
    out
}

/// Whether a text may be a port: a number or an expression.
fn number(text: &sixify_langs::strings::TextExpr<'_>) -> bool {
    text.value().is_none_or(|(raw, _)| !raw.is_empty() && raw.bytes().all(|b| b.is_ascii_digit()))
}

/// `options.host ?? '0.0.0.0'` without its second half: a host that is not set is none.
fn without_fallback(given: Node<'_>, literal: Node<'_>) -> Option<Edit> {
    let (left, right) = (given.field("left")?, given.field("right")?);
    (given.is("binary_expression") && right == literal).then(|| Edit::delete(Span::new(left.end(), right.end())))
}

/// Whether the name of the host is also put before a colon, in a text that is not for a log.
fn joined(file: &File, given: Node<'_>) -> bool {
    let Some((decl, scope)) = file.names.resolve(given).filter(|_| given.is("identifier")) else { return false };
    let join = |n: Node<'_>| {
        let text = n.ancestors().take_while(|a| !a.is("arguments")).find_map(|a| file.text_expr(a));
        let before_colon = text.is_some_and(|t| {
            let place =
                [wildcard::Shape::HostPort, wildcard::Shape::Url].into_iter().find_map(|s| wildcard::place(&t, s));
            matches!(place, Some(wildcard::Place::Given(host)) if host == n)
        });
        let log = n.ancestor(&["call_expression"]).and_then(|c| c.field("function")).is_some_and(|f| logs(f.text()));
        before_colon && !log
    };
    file.names.uses(&decl, scope).into_iter().any(join)
}

fn logs(function: &str) -> bool {
    let function = function.to_ascii_lowercase();
    ["console.", "log", "debug", "print"].iter().any(|word| function.contains(word))
}
