//! # Put brackets around IPv6 hosts before a port
//!
//! A host goes before `:port` as it is, unless it is an IPv6 address: that one gets brackets.
//!
//! ## Why it breaks
//! `` `http://${host}:${port}/` `` is a URL only while the host has no colon. `fetch`, `http`, `new URL`
//! and browsers refuse `http://fd00::10:8080/`; an IPv6 address needs brackets there.
//!
//! ## Examples
//! ```js before
//! const http = require('http');
//!
//! function health(host, port) {
//!   http.get(`http://${host}:${port}/health`);
//!   http.get('http://' + host + ':8080/health');
//! }
//! ```
//! ```js after
//! const http = require('http');
//! const net = require('net');
//!
//! function health(host, port) {
//!   http.get(`http://${net.isIPv6(host) ? `[${host}]` : host}:${port}/health`);
//!   http.get('http://' + (net.isIPv6(host) ? '[' + host + ']' : host) + ':8080/health');
//! }
//! ```
//! What is written to a connection is read by the other end:
//! ```js before
//! const net = require('net');
//! function tunnel(socket, host, port) {
//!   socket.write('CONNECT ' + host + ':' + port + ' HTTP/1.1\r\n');
//! }
//! ```
//! ```js after
//! const net = require('net');
//! function tunnel(socket, host, port) {
//!   socket.write('CONNECT ' + (net.isIPv6(host) ? '[' + host + ']' : host) + ':' + port + ' HTTP/1.1\r\n');
//! }
//! ```
//! ```js before
//! const Http = require('http');
//! const Path = require('path');
//! exports.uri = (host, port) => `http://${host}:${port}/`;
//! ```
//! ```js after
//! const Http = require('http');
//! const Path = require('path');
//! const Net = require('net');
//! exports.uri = (host, port) => `http://${Net.isIPv6(host) ? `[${host}]` : host}:${port}/`;
//! ```
//! In a module the function is imported alone. A port in colour is still a port:
//! ```ts before
//! import { createServer } from "node:http";
//! import colors from "picocolors";
//!
//! export function print(hostname: string, port: number): void {
//!   console.log(colors.cyan(`http://${hostname}:${colors.bold(port)}/`));
//! }
//! ```
//! ```ts after
//! import { createServer } from "node:http";
//! import { isIPv6 } from "node:net";
//! import colors from "picocolors";
//!
//! export function print(hostname: string, port: number): void {
//!   console.log(colors.cyan(`http://${isIPv6(hostname) ? `[${hostname}]` : hostname}:${colors.bold(port)}/`));
//! }
//! ```
//! An option and a parameter may be missing, and a list may be joined:
//! ```ts before
//! import { createServer } from "node:http";
//!
//! export function aim(config: Config): void {
//!   config.target = [config.hostname, config.port].join(":");
//! }
//! ```
//! ```ts after unsafe
//! import { createServer } from "node:http";
//! import { isIPv6 } from "node:net";
//!
//! export function aim(config: Config): void {
//!   config.target = [isIPv6(config.hostname ?? "") ? `[${config.hostname}]` : config.hostname, config.port].join(":");
//! }
//! ```
//! ```ts before
//! import { get } from "node:http";
//!
//! export function health(host?: string): void {
//!   get(`http://${host}:8080/health`);
//! }
//! ```
//! ```ts after unsafe
//! import { get } from "node:http";
//! import { isIPv6 } from "node:net";
//!
//! export function health(host?: string): void {
//!   get(`http://${isIPv6(host) ? `[${host}]` : host}:8080/health`);
//! }
//! ```
//! Code that may run in a browser cannot ask Node. What begins with two groups of hexadecimal
//! digits is an IPv6 address there, and what is worked out once stays worked out once:
//! ```js before
//! export function socketUrl(options) {
//!   return 'ws://' + options.host + ':' + options.port + '/ws';
//! }
//! export function apiUrl(port) {
//!   return `https://${findHost()}:${port}/api`;
//! }
//! ```
//! ```js after unsafe
//! export function socketUrl(options) {
//!   return 'ws://' + (/^[\da-f]*:[\da-f]*:/i.test(options.host) ? '[' + options.host + ']' : options.host) + ':' + options.port + '/ws';
//! }
//! export function apiUrl(port) {
//!   return `https://${findHost().replace(/^[\da-f]*:[\da-f]*:.*/i, '[$&]')}:${port}/api`;
//! }
//! ```
//! `URL.hostname` takes no IPv6 address without brackets, and says nothing:
//! ```js before
//! const http = require('http');
//! function at(host) {
//!   const target = new URL('http://localhost:8080/');
//!   target.hostname = host;
//!   return http.get(target);
//! }
//! ```
//! ```js after
//! const http = require('http');
//! const net = require('net');
//! function at(host) {
//!   const target = new URL('http://localhost:8080/');
//!   target.hostname = net.isIPv6(host) ? `[${host}]` : host;
//!   return http.get(target);
//! }
//! ```
//! ```js before
//! const target = new URL(script);
//! target.hostname = loopback === 6 ? '::1' : '127.0.0.1';
//! ```
//! ```js after unsafe
//! const target = new URL(script);
//! target.hostname = loopback === 6 ? '[::1]' : '127.0.0.1';
//! ```
//! A URL may be put together in steps:
//! ```js before
//! const net = require('net');
//! function brokerUrl(node) {
//!   let url = 'mqtt://';
//!   url = url + node.broker + ':';
//!   url += node.port;
//!   return url;
//! }
//! ```
//! ```js after
//! const net = require('net');
//! function brokerUrl(node) {
//!   let url = 'mqtt://';
//!   url = url + (net.isIPv6(node.broker) ? '[' + node.broker + ']' : node.broker) + ':';
//!   url += node.port;
//!   return url;
//! }
//! ```
//! Things that look like it: what has its brackets, names that never change, text for people, keys.
//! ```js unchanged
//! const http = require('http');
//! const HOST = 'db.example.com';
//! function others(file, line, user, password, image, tag, host, port, loc) {
//!   console.log(`listening on ${host}:${port}`);
//!   const api = `${location.protocol}//${location.hostname}:${port}/api`;
//!   const named = new URL(loc);
//!   http.get(`http://${named.hostname}:${port}/`);
//!   http.get(`http://${HOST}:8080/`);
//!   http.get(`http://[${host}]:${port}/`);
//!   const literal = host.includes(':') ? `[${host}]` : host;
//!   http.get(`http://${literal}:${port}/`);
//!   pool.get(`${host}:${port}`);
//!   const key = host + ':' + port;
//!   if (host.startsWith('ws://')) http.get(`${host}:${port}/path`);
//!   for (const address of ['127.0.0.1', '[::1]']) named.hostname = address;
//!   logWarning(`${host}:${port}`);
//!   log('accepted', { peer: `${host}:${port}`, text: host ? `${host}:${port}` : 'none' });
//!   const name = `${host}:${port}`;
//!   const origin = `${call.getFileName()}:${call.getLineNumber()}`;
//!   return [`${file}:${line}`, user + ':' + password, `${image}:${tag}`, `${host}:${port}:${line}`];
//! }
//! ```
//!
//! What no URL is made of, in code that may run in a browser, is for a person to decide:
//! ```js reported
//! export function address(entry) {
//!   return `${entry.host}:${entry.port}`;
//! }
//! ```
//! What something is stored under, and what nobody but people reads, would gain nothing:
//! ```js unchanged
//! const net = require('net');
//! const nodeKey = (node) => `${node.host}:${node.port}`;
//! function note(entry, host, port, address) {
//!   const found = `${host}:${port}`;
//!   if (!nodesByAddress.has(found)) failed(`Remote end ${host}:${port}`);
//!   keys.push(`${entry.host}:${entry.port}`);
//!   const shown = `http://${escapeHost(address)}:${port}/`;
//!   const peer = `${entry.host}:${entry.port}`;
//!   const all = nodes.map((node) => `${node.host}:${node.port}`);
//!   debug('known:', peer, all);
//!   let where;
//!   if (entry) where = entry.path ? entry.path : entry.host + ':' + entry.port;
//!   console.log('connected ' + where);
//!   const busyMessage = ['', `PORT IN USE: ${host}:${port}`, ''].join('\n');
//!   return hasPort(host) ? host : host + ':' + port;
//! }
//! function text(host, port) {
//!   if (host.includes(':')) return `[${host}]:${port}`;
//!   return `${host}:${port}`;
//! }
//! ```
//!
//! ## Safety
//! Safe with `net.isIPv6`: for every text but an IPv6 address without brackets the result is the same
//! byte for byte, and for that one it is right; measured by running both. In TypeScript the host has to be
//! declared as `string`, since `isIPv6` takes nothing else. Unsafe in code that may run in a browser, and
//! where the host is worked out by an expression that must not be written twice.
//!
//! ## References
//! - RFC 3986, 3.2.2: an IPv6 address in a URL stands in brackets
//! - WHATWG URL, 4.2: the hostname setter
//! - evidence: languages, 1.8 and 3.3 JS-URLCAT

use sixify_langs::javascript::{self, File};
use sixify_langs::strings::{Form, Piece};
use sixify_langs::{classify, naming};

use crate::catalog;
use crate::host_port::{Facts, Join, Port, identifies, labels};
use crate::javascript_hosts::{self as hosts, JsFacts};
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: javascript::KINDS,
    // A hole, a colon and another hole or a digit; a sum with a lone colon or one before a digit.
    anchors: Anchors(&[
        &["}:${"],
        &["}:1"],
        &["}:2"],
        &["}:3"],
        &["}:4"],
        &["}:5"],
        &["}:6"],
        &["}:7"],
        &["}:8"],
        &["}:9"],
        &["+ ':'"],
        &["+ \":\""],
        &["+':'"],
        &["+\":\""],
        &["+ ':1"],
        &["+ ':2"],
        &["+ ':3"],
        &["+ ':4"],
        &["+ ':5"],
        &["+ ':6"],
        &["+ ':7"],
        &["+ ':8"],
        &["+ ':9"],
        &["+ \":1"],
        &["+ \":2"],
        &["+ \":3"],
        &["+ \":4"],
        &["+ \":5"],
        &["+ \":6"],
        &["+ \":7"],
        &["+ \":8"],
        &["+ \":9"],
        &[".join(':')"],
        &[".join(\":\")"],
        &[".hostname = ", "new URL("],
    ]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::Join.name();
/// Puts brackets around an IPv6 address that has none.
const REPLACE: &str = r".replace(/^[\da-f]*:[\da-f]*:.*/i, '[$&]')";
const MESSAGE: &str = "an IPv6 address needs brackets before its port";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = hosts::file(doc) else { return Ok(()) };
    let facts = JsFacts { file: &file, apis: catalog::apis(cx.options(), "javascript") };
    let file =
        Reader { node: hosts::runs_on_node(&file, doc, cx), typed: doc.kind != classify::JAVASCRIPT, file: &file };
    let outermost = |n: &Node<'_>| {
        !n.parent().is_some_and(|p| p.is("binary_expression") && p.field("operator").is_some_and(|o| o.text() == "+"))
    };
    let texts = file.tree.all("template_string").chain(file.tree.all("binary_expression"));
    for node in texts.filter(outermost) {
        let Some(expr) = file.text_expr(node).filter(|e| e.form != Form::Literal) else { continue };
        let Some(join) = Join::find(&expr, &facts) else { continue };
        // The name of a variable alone says little: `origin = `${file}:${line}``.
        let called = |n: Node<'_>, what: fn(&str) -> bool| hosts::name(n).is_some_and(|name| what(&name));
        let named = called(join.host, naming::is_host)
            || matches!(join.port, Port::Value(port) if called(port, naming::is_port) || port.is("number"));
        if !join.url && !named && join.why.iter().any(|why| why.starts_with("it becomes ")) {
            continue;
        }
        if !join.url && labels(node) {
            let reason = "a key or a text for people is made of it".to_owned();
            cx.leave(Note { span: join.span, role: ROLE, reason, evidence: join.why });
            continue;
        }
        // In a sum of texts a host may stand in a template of its own.
        let in_sum = !join.host.parent().is_some_and(|p| p.is("template_substitution"));
        file.report(node, join.host, join.why, (in_sum, join.url), cx);
    }
    for call in file.tree.all("call_expression") {
        let Some((host, port)) = joined_list(&file, call, &facts) else { continue };
        file.report(call, host, vec![format!("{} and {} are joined", host.text(), port.text())], (false, false), cx);
    }
    for assignment in file.tree.all("assignment_expression").chain(file.tree.all("augmented_assignment_expression")) {
        if let Some(host) = first_half(&file, assignment) {
            file.report(assignment, host, vec!["the port follows in the next statement".to_owned()], (true, true), cx);
        }
        for literal in url_literals(&file, assignment) {
            let message = "the hostname of a URL takes no IPv6 address without brackets, and says nothing";
            let finding = Finding::new(literal.span(), ROLE, message).because("it becomes the hostname of a URL");
            let inside = Span::new(literal.start() + 1, literal.end().saturating_sub(1));
            cx.report(finding.fix(Applicability::Unsafe, Fix::new().edits(Edit::wrap(inside, "[", "]"))));
        }
        if let Some(host) = url_host(&file, assignment) {
            file.report(assignment, host, vec!["it becomes the hostname of a URL".to_owned()], (false, true), cx);
        }
    }
    Ok(())
}

/// Host and port of `[host, port].join(':')`.
fn joined_list<'a>(file: &File, call: Node<'a>, facts: &JsFacts<'_>) -> Option<(Node<'a>, Node<'a>)> {
    let function = call.field("function").filter(|_| file.called_name(call) == Some("join"))?;
    let list = function.field("object").filter(|o| o.is("array"))?;
    let [separator] = file.arguments(call)?.try_into().ok()?;
    let items: Vec<Node<'a>> = list.items().collect();
    let [host, port] = items.try_into().ok()?;
    let is_port = facts.name(port).is_some_and(|n| naming::is_port(&n)) || port.is("number");
    let named = facts.name(host).is_some_and(|n| naming::is_host(&n)) && is_port;
    (named && file.string(separator).as_deref() == Some(":")).then_some((host, port))
}

/// The host of `url = url + host + ":"` or `url += host + ":"`, where the next statement adds the port.
fn first_half<'a>(file: &File, assignment: Node<'a>) -> Option<Node<'a>> {
    let (left, right) = (assignment.field("left")?, assignment.field("right")?);
    let expr = file.text_expr(right).filter(|e| e.form == Form::Concat)?;
    let [.., Piece::Hole { node: Some(host), .. }, Piece::Text { raw: ":", .. }] = *expr.pieces.as_slice() else {
        return None;
    };
    let added = assignment.is("augmented_assignment_expression")
        || matches!(expr.pieces.first(), Some(Piece::Hole { node: Some(first), .. }) if first.text() == left.text());
    let named = |n: Node<'_>| hosts::name(n).is_some_and(|name| naming::is_host(&name));
    // Around the assignment there may be a condition.
    let mut statements = assignment.ancestors().filter(|a| a.kind().ends_with("statement") && !a.is("statement_block"));
    let follows = |s: Node<'a>| std::iter::successors(s.next(), |n| n.next()).find(|n| n.is_named() && !n.is_comment());
    let next = statements.find_map(|s| follows(s).filter(|n| !n.is("else_clause")))?;
    let ports = next
        .descendants()
        .take(30)
        .any(|n| n.is_any(&["identifier", "property_identifier"]) && naming::is_port(n.text()));
    (added && named(host) && ports).then_some(host)
}

/// What `url.hostname` is given, where `url` is a URL.
fn url_hostname<'a>(file: &File, assignment: Node<'a>) -> Option<Node<'a>> {
    let (left, right) = (assignment.field("left")?, assignment.field("right")?);
    let property = left.field("property").filter(|_| left.is("member_expression"))?;
    let origins = file.origins(left.field("object").filter(|_| property.text() == "hostname")?);
    let url = |o: &sixify_langs::origin::Origin| matches!(o.path.as_str(), "globalThis.URL" | "url.URL") && o.object;
    (!origins.is_empty() && origins.iter().all(url)).then_some(right)
}

/// The host of `url.hostname = host`.
fn url_host<'a>(file: &File, assignment: Node<'a>) -> Option<Node<'a>> {
    let right = url_hostname(file, assignment)?;
    (twice(right) && hosts::name(right).is_some_and(|name| naming::is_host(&name))).then_some(right)
}

/// The IPv6 addresses without brackets in `url.hostname = other ? '127.0.0.1' : '::1'`.
fn url_literals<'a>(file: &'a File, assignment: Node<'a>) -> Vec<Node<'a>> {
    let Some(right) = url_hostname(file, assignment) else { return Vec::new() };
    let branches = [right.field("consequence"), right.field("alternative")].into_iter().flatten();
    let values = branches.chain([right]).filter(|n| n.is("string"));
    values.filter(|n| file.string(*n).is_some_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok())).collect()
}

/// A file and what is known of where it runs.
struct Reader<'f> {
    file: &'f File,
    node: bool,
    typed: bool,
}

impl std::ops::Deref for Reader<'_> {
    type Target = File;

    fn deref(&self) -> &File {
        self.file
    }
}

impl Reader<'_> {
    /// Reports a host, with whether the text is a sum, and whether it is a URL.
    fn report(
        &self,
        whole: Node<'_>,
        host: Node<'_>,
        why: Vec<String>,
        (in_sum, url): (bool, bool),
        cx: &mut Context<'_>,
    ) {
        let file = self.file;
        if hosts::has_brackets(file, host) || hosts::is_other(host) || hosts::guarded(whole) {
            return;
        }
        if hosts::bracketed_before(host) {
            return;
        }
        // What begins with a scheme is a URL.
        let scheme = format!("{}.startsWith(", host.text());
        let urls = whole.ancestors().filter(|a| a.is("if_statement")).filter(|a| {
            let condition = a.field("condition").map_or("", Node::text);
            condition.contains(&scheme) && condition.contains("://")
        });
        if urls.into_iter().any(|a| a.field("consequence").is_some_and(|c| c.holds(whole))) {
            return;
        }
        // A name that never changes has no colon. The wildcard may become another one.
        if hosts::constant(file, host).is_some_and(|text| !text.contains(':') && text != crate::wildcard::V4) {
            return;
        }
        let finding = Finding::new(whole.span(), ROLE, MESSAGE).because_all(why);
        // A browser dials URLs alone.
        if !self.node && !url {
            return cx.report(finding.because("nothing shows that this code dials anything"));
        }
        let text = host.text();
        if !twice(host) {
            let fix = match host.kind() {
                "call_expression" | "member_expression" | "subscript_expression" | "parenthesized_expression" => {
                    Fix::new().edit(Edit::insert(host.end(), REPLACE))
                }
                _ => Fix::new().edits(Edit::wrap(host.span(), "(", format!("){REPLACE}"))),
            };
            let finding = finding.because(format!("{text} is worked out once"));
            return cx.report(finding.fix(Applicability::Unsafe, fix));
        }
        // TypeScript knows that an option or a variable of the environment may be missing.
        let quote = hosts::quote(file);
        let given =
            if self.typed && may_be_missing(host) { format!("{text} ?? {quote}{quote}") } else { text.to_owned() };
        let known = hosts::is_ipv6(file, host).filter(|_| self.node);
        let fits = !self.typed || hosts::is_text(file, host) && !identifies(whole);
        let applicability = if known.is_some() && fits { Applicability::Safe } else { Applicability::Unsafe };
        let (test, need) = match known {
            Some((function, need)) => (format!("{function}({given})"), need),
            None => (format!(r"/^[\da-f]*:[\da-f]*:/i.test({given})"), None),
        };
        let mut fix = if in_sum {
            let before = format!("({test} ? {quote}[{quote} + {text} + {quote}]{quote} : ");
            Fix::new().edits(Edit::wrap(host.span(), before, ")"))
        } else {
            Fix::new().edit(Edit::insert(host.start(), format!("{test} ? `[${{{text}}}]` : ")))
        };
        fix.needs.extend(need);
        cx.report(finding.fix(applicability, fix));
    }
}

/// Whether an expression is an option, which need not be there.
fn may_be_missing(host: Node<'_>) -> bool {
    let text = host.text();
    let holder = host.field("object").and_then(hosts::name).unwrap_or_default().to_ascii_lowercase();
    let options = ["option", "opts", "config", "cfg", "setting", "param", "args", "argv", "props"];
    text.contains("process.env") || text.contains("?.") || options.iter().any(|word| holder.contains(word))
}

/// Whether an expression may be written twice: it is a name or a path of names, perhaps with
/// constant indices.
fn twice(node: Node<'_>) -> bool {
    match node.kind() {
        "identifier" | "this" => true,
        "member_expression" => node.field("object").is_some_and(twice),
        "subscript_expression" => {
            node.field("object").is_some_and(twice)
                && node.field("index").is_some_and(|i| i.is_any(&["identifier", "number", "string"]))
        }
        "non_null_expression" => node.items().next().is_some_and(twice),
        _ => false,
    }
}
