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
//!   const urlHost = net.isIPv6(host) ? `[${host}]` : host;
//!   http.get(`http://${urlHost}:${port}/health`);
//!   http.get('http://' + urlHost + ':8080/health');
//! }
//! ```
//! In a module the function is imported alone. A port in colour is still a port:
//! ```ts before
//! import { createServer } from "node:http";
//! import colors from "picocolors";
//!
//! export async function open(hostname: string, port: number): Promise<void> {
//!   await browser.open(colors.strip(`http://${hostname}:${String(port)}/`));
//! }
//! ```
//! ```ts after
//! import { createServer } from "node:http";
//! import { isIPv6 } from "node:net";
//! import colors from "picocolors";
//!
//! export async function open(hostname: string, port: number): Promise<void> {
//!   const urlHost = isIPv6(hostname) ? `[${hostname}]` : hostname;
//!   await browser.open(colors.strip(`http://${urlHost}:${String(port)}/`));
//! }
//! ```
//! Code that may run in a browser cannot ask Node. In a URL, what has a colon and no bracket is an IPv6
//! address there:
//! ```js before
//! export function socketUrl(host, port) {
//!   return 'ws://' + host + ':' + port + '/ws';
//! }
//! ```
//! ```js after unsafe
//! export function socketUrl(host, port) {
//!   const urlHost =
//!     host.includes(':') && !host.startsWith('[') ? '[' + host + ']' : host;
//!   return 'ws://' + urlHost + ':' + port + '/ws';
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
//! What is taken apart at its last colon beside it would keep its brackets where it is dialled:
//! ```js reported
//! const net = require('net');
//! const endpoint = (address, port) => address + ':' + port;
//! function open(endpoint) {
//!   const index = endpoint.lastIndexOf(':');
//!   return net.connect(endpoint.substr(index + 1), endpoint.substr(0, index));
//! }
//! ```
//! What is worked out where it is written, what people read, and a line that would grow too long are for
//! a person to decide:
//! ```js reported
//! export function apiUrl(port) {
//!   return `https://${findHost()}:${port}/api`;
//! }
//! ```
//! ```js reported
//! const http = require('http');
//! function print(host, port) {
//!   console.log(`listening on http://${host}:${port}/`);
//! }
//! ```
//! ```js reported
//! const http = require('http');
//! const base = (options) => http.get(`http://${options.upstreamHost}:${options.upstreamPort}/a/longer/path`);
//! ```
//! ```js reported
//! const http = require('http');
//! function base(host, port) {
//!   let url = `http://${host}/`;
//!   if (port !== 80) url = `http://${host}:${port}/`;
//!   return url;
//! }
//! ```
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
//!   const literal = 'fd00--1' + '.ipv6-literal.example';
//!   http.get(`http://${literal}:${port}/`);
//!   let aimed = 'localhost';
//!   if (entry) aimed = url.hostname;
//!   http.get(`http://${aimed}:${port}/`);
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

use std::collections::BTreeSet;

use sixify_langs::javascript::{self, File};
use sixify_langs::strings::Form;
use sixify_langs::{classify, naming};

use crate::bare_hosts::{BARE_BESIDE, BARE_URL, in_bare_url, is_bare_beside};
use crate::catalog;
use crate::host_port::{Facts, Join, Port, Sink, identifies, labels};
use crate::javascript_hosts::{self as hosts, JsFacts};
use crate::javascript_joins::{
    first_half, is_certified, is_unused, joined_list, may_be_missing, twice, url_host, url_literals,
};
use crate::javascript_lines::{Spelling, fits as fits_line, spelling};
use crate::last_colon::{CUT_ELSEWHERE, is_cut_elsewhere};
use crate::prelude::*;
use crate::script_destinations::{missing, reads};

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
const MESSAGE: &str = "an IPv6 address needs brackets before its port";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = hosts::file(doc) else { return Ok(()) };
    let mut own = Context::new(cx.options(), cx.project());
    let node = hosts::runs_on_node(&file, doc, cx);
    find(doc, &file, node, &mut own);
    let mended = |f: &&Finding| f.applicability != Applicability::Display && f.fix.is_some();
    let hosts: BTreeSet<usize> = own.findings().iter().filter(mended).filter_map(first_edit).collect();
    for finding in own.findings() {
        let mut finding = finding.clone();
        // What takes a word on Node takes lines in a browser.
        if !node && hosts.len() > 1 && finding.fix.is_some() {
            finding = Finding { applicability: Applicability::Display, ..finding }
                .because("the same condition would stand in several places of the file");
        }
        cx.report(finding);
    }
    own.notes().iter().for_each(|note| cx.leave(note.clone()));
    Ok(())
}

/// Where the first edit of a fix begins.
fn first_edit(finding: &Finding) -> Option<usize> {
    finding.fix.as_ref()?.edits.values().flatten().map(|edit| edit.span.start).min()
}

fn find(doc: &Document, file: &File, node: bool, cx: &mut Context<'_>) {
    let facts = JsFacts { file, apis: catalog::apis(cx.options(), "javascript") };
    let file = Reader { node, typed: doc.kind != classify::JAVASCRIPT, file, facts: &facts };
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
        if needless(&file, node, join.host) || is_unused(&file, node) {
            continue;
        }
        let told = (facts.sink(node) == Some(Sink::People)).then(|| "people read it".to_owned());
        let read = told.or_else(|| spelled_again(node, join.host)).map_or_else(|| reads(&join, node), Err);
        let read = match read {
            Ok(read) => read,
            Err(doubt) => {
                cx.report(Finding::new(node.span(), ROLE, MESSAGE).because_all(join.why).because(doubt));
                continue;
            }
        };
        let network = join.why.iter().any(|why| why.starts_with("argument "));
        if !join.url && !network && is_cut_elsewhere(doc, cx, &["lastIndexOf(':')", "lastIndexOf(\":\")"]) {
            cx.report(Finding::new(node.span(), ROLE, MESSAGE).because_all(join.why).because(CUT_ELSEWHERE));
            continue;
        }
        // In a sum of texts a host may stand in a template of its own.
        let in_sum = !join.host.parent().is_some_and(|p| p.is("template_substitution"));
        let why = join.why.into_iter().chain(read).collect();
        let place = Place { in_sum, url: join.url, assigned: false };
        file.report(node, join.host, why, place, cx);
    }
    for call in file.tree.all("call_expression") {
        let Some((host, port)) = joined_list(&file, call, &facts) else { continue };
        if let Some(missing) = missing(call).filter(|_| !needless(&file, call, host)) {
            cx.report(Finding::new(call.span(), ROLE, MESSAGE).because(missing));
            continue;
        }
        let place = Place { in_sum: false, url: false, assigned: false };
        file.report(call, host, vec![format!("{} and {} are joined", host.text(), port.text())], place, cx);
    }
    for assignment in file.tree.all("assignment_expression").chain(file.tree.all("augmented_assignment_expression")) {
        if let Some(host) = first_half(&file, assignment) {
            let place = Place { in_sum: true, url: true, assigned: true };
            file.report(assignment, host, vec!["the port follows in the next statement".to_owned()], place, cx);
        }
        for literal in url_literals(&file, assignment) {
            let message = "the hostname of a URL takes no IPv6 address without brackets, and says nothing";
            let finding = Finding::new(literal.span(), ROLE, message).because("it becomes the hostname of a URL");
            let inside = Span::new(literal.start() + 1, literal.end().saturating_sub(1));
            cx.report(finding.fix(Applicability::Unsafe, Fix::new().edits(Edit::wrap(inside, "[", "]"))));
        }
        if let Some(host) = url_host(&file, assignment) {
            let place = Place { in_sum: false, url: true, assigned: true };
            file.report(assignment, host, vec!["it becomes the hostname of a URL".to_owned()], place, cx);
        }
    }
}

/// A file and what is known of where it runs.
struct Reader<'f> {
    file: &'f File,
    node: bool,
    typed: bool,
    facts: &'f JsFacts<'f>,
}

/// What is known of the place of a host.
#[derive(Clone, Copy)]
struct Place {
    /// It is an operand of a sum.
    in_sum: bool,
    /// The text is a URL.
    url: bool,
    /// It is what is assigned, so that a choice reads well there.
    assigned: bool,
}

impl std::ops::Deref for Reader<'_> {
    type Target = File;

    fn deref(&self) -> &File {
        self.file
    }
}

impl Reader<'_> {
    /// Reports a host.
    fn report(&self, whole: Node<'_>, host: Node<'_>, why: Vec<String>, place: Place, cx: &mut Context<'_>) {
        let file = self.file;
        if needless(file, whole, host) {
            return;
        }
        let finding = Finding::new(whole.span(), ROLE, MESSAGE).because_all(why);
        // A browser dials URLs alone.
        if !self.node && !place.url {
            return cx.report(finding.because("nothing shows that this code dials anything"));
        }
        let text = host.text();
        if !twice(host) || text.contains('[') {
            return cx.report(finding.because(format!("{text} is worked out where it is written")));
        }
        // A certificate is for a name.
        if !self.node && is_certified(whole) {
            return cx.report(finding.because("behind https and wss a browser mostly has a name in the DNS"));
        }
        // TypeScript knows that an option or a variable of the environment may be missing.
        let quote = hosts::quote(file);
        let given = if self.typed && may_be_missing(file, host) {
            format!("{text} ?? {quote}{quote}")
        } else {
            text.to_owned()
        };
        let known = hosts::is_ipv6(file, host).filter(|_| self.node);
        let fits = !self.typed || hosts::is_text(file, host) && !identifies(whole);
        let applicability = if known.is_some() && fits { Applicability::Safe } else { Applicability::Unsafe };
        let asks_text = known.is_none();
        let (test, need) = match known {
            Some((function, need)) => (format!("{function}({given})"), need),
            // An option that may be missing makes a condition that is hard to read.
            None if given != text => return cx.report(finding.because(format!("{text} may be missing"))),
            // Behind a scheme and before a port a host has no colon but those of IPv6.
            None => {
                let bracket = format!("{quote}[{quote}");
                (format!("{text}.includes({quote}:{quote}) && !{text}.startsWith({bracket})"), None)
            }
        };
        let inline = if place.in_sum {
            let before = format!("({test} ? {quote}[{quote} + {text} + {quote}]{quote} : ");
            Fix::new().edits(Edit::wrap(host.span(), before, ")"))
        } else {
            Fix::new().edit(Edit::insert(host.start(), format!("{test} ? `[${{{text}}}]` : ")))
        };
        let spelled =
            if place.assigned { Spelling::Inline } else { spelling(file, whole, host, place.url, self.facts) };
        let mut fix = match spelled {
            Spelling::Line(line) => {
                let edit = line.edit(file, &test, text);
                // A method of what is not there would stop the program where a text says "undefined" today.
                if asks_text && (edit.text.matches('\n').count() > 2 || is_chosen(whole)) {
                    return cx.report(finding.because("what asks for the colon would be long, or come too early"));
                }
                Fix::new().edit(edit).edit(Edit::replace(host.span(), line.name))
            }
            Spelling::Inline if !place.assigned && given != text => {
                return cx.report(finding.because(format!("{text} may be missing")));
            }
            Spelling::Inline if place.assigned || fits_line(file, host, test.len() + text.len() + 12) => inline,
            Spelling::Inline => return cx.report(finding.because("the line would grow too long to be read")),
            Spelling::Person(why) => return cx.report(finding.because(why)),
        };
        fix.needs.extend(need);
        cx.report(finding.fix(applicability, fix));
    }
}

/// Whether a text is made only where its statement has chosen it.
fn is_chosen(text: Node<'_>) -> bool {
    let statement = |n: &Node<'_>| n.kind().ends_with("statement") || n.kind().ends_with("declaration");
    let operator = |n: &Node<'_>| n.field("operator").is_some_and(|o| matches!(o.text(), "&&" | "||" | "??"));
    let mut around = text.ancestors().take_while(|n| !statement(n));
    around.any(|n| n.is("ternary_expression") || operator(&n))
}

/// Whether a host needs no brackets of its own: it has them, is something else, or never is an IPv6 address here.
fn needless(file: &File, whole: Node<'_>, host: Node<'_>) -> bool {
    if hosts::has_brackets(file, host)
        || hosts::is_other(host)
        || hosts::guarded(whole)
        || hosts::bracketed_before(host)
    {
        return true;
    }
    // What begins with a scheme is a URL.
    let scheme = format!("{}.startsWith(", host.text());
    let mut urls = whole.ancestors().filter(|a| a.is("if_statement")).filter(|a| {
        let condition = a.field("condition").map_or("", Node::text);
        condition.contains(&scheme) && condition.contains("://")
    });
    // A name that never changes has no colon. The wildcard may become another one.
    urls.any(|a| a.field("consequence").is_some_and(|c| c.holds(whole)))
        || hosts::has_suffix(file, host)
        || hosts::constant(file, host).is_some_and(|text| !text.contains(':') && text != crate::wildcard::V4)
}

/// Why a host that is spelled in other texts of the function as well is left to a person.
fn spelled_again(text: Node<'_>, host: Node<'_>) -> Option<String> {
    let function = hosts::function_text(host);
    if in_bare_url(function, &[format!("${{{}}}", host.text())]) {
        return Some(BARE_URL.to_owned());
    }
    is_bare_beside(text, function, &[host.text().to_owned()]).then(|| BARE_BESIDE.to_owned())
}
