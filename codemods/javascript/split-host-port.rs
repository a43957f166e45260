//! # Take host and port apart outside brackets
//!
//! `split(':')` cuts an address at every colon; a separator that passes over what stands in brackets
//! cuts it before its port alone.
//!
//! ## Why it breaks
//! `'[2001:db8::1]:80'.split(':')` has seven parts, and the first of them is `[2001`. The first colon of
//! an address is the one before the port only while the host has none.
//!
//! ## Examples
//! ```js before
//! const vhost = req.headers.host.split(':')[0];
//! const name = hostHeader.split(':', 2)[0];
//! const [host, port] = process.env.LISTEN_ADDR.split(':');
//! const url = `http://${host}:${port}/`;
//! ```
//! ```js after
//! const vhost = req.headers.host.replace(/:[^\]]*$/, '');
//! const name = hostHeader.replace(/:[^\]]*$/, '');
//! const [host, port] = process.env.LISTEN_ADDR.split(/:(?![^[]*\])/);
//! const url = `http://${host}:${port}/`;
//! ```
//! Where nobody sees whether the host is wanted with its brackets, a person has to look:
//! ```js reported
//! const parts = opts.host.split(":");
//! opts.server = parts.shift();
//! if (parts.length) opts.port = parts.pop();
//! ```
//! ```js reported
//! const [host, port] = process.env.LISTEN_ADDR.split(':');
//! register(host, port);
//! const match = /^([^:]+):(\d+)$/.exec(address);
//! ```
//! The last colon is the one before the port, where there is one; nothing is gained where the host keeps its brackets:
//! ```js reported
//! const index = hostport.lastIndexOf(':');
//! const name = hostport.slice(0, index);
//! ```
//! A host that is dialled or listened on goes without its brackets:
//! ```js before
//! const net = require('net');
//! function dial(address) {
//!   const [host, port] = address.split(':');
//!   return net.connect({ host, port: port || 80 });
//! }
//! const options = { host: args.serverAddress.split(':')[0] || 'localhost' };
//! ```
//! ```js after
//! const net = require('net');
//!
//! // Host and port; an IPv6 address comes without its brackets.
//! function splitHostPort(address) {
//!   const bracketed = /^\[(.*)\](?::(.*))?$/.exec(address);
//!   return bracketed ? bracketed.slice(1) : address.split(':');
//! }
//!
//! function dial(address) {
//!   const [host, port] = splitHostPort(address);
//!   return net.connect({ host, port: port || 80 });
//! }
//! const options = { host: splitHostPort(args.serverAddress)[0] || 'localhost' };
//! ```
//! The place of the colon, and patterns that stop at the first one:
//! ```js before
//! function parse(hostport) {
//!   const index = hostport.lastIndexOf(':');
//!   const name = index < 0 ? hostport : hostport.slice(0, index);
//!   const bare = req.headers.host.replace(/:.*$/, '');
//!   const match = /^([^:]+):(\d+)$/.exec(hostHeader);
//!   return [name, bare, match];
//! }
//! ```
//! ```js after
//! function parse(hostport) {
//!   const index = hostport.search(/:[^:\]]*$/);
//!   const name = index < 0 ? hostport : hostport.slice(0, index);
//!   const bare = req.headers.host.replace(/:(?![^[]*\]).*$/, '');
//!   const match = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(hostHeader);
//!   return [name, bare, match];
//! }
//! ```
//! Near-misses: keys, versions, times, user names and ports, IPv6 addresses that are taken apart on
//! purpose, text with more than two parts.
//! ```js unchanged
//! const [hours, minutes] = time.split(':');
//! const type = hookName.split(':').shift();
//! const [user, password] = credentials.split(':');
//! const [a, b, c] = address.split(':');
//! const [name, tag] = image.split(':');
//! const scheme = url.split(':')[0];
//! const groups = ipv6Address.split(':');
//! const table = mac.split(':')[0];
//! const key = server.indexOf(':');
//! if (host.indexOf(':') > -1) host = `[${host}]`;
//! const text = address.split('\n')[0];
//! ```
//!
//! ## Safety
//! Safe: for every text without brackets the result is the same byte for byte, whatever the text is, and
//! an IPv6 address in brackets is taken apart before its port; measured by running both. It keeps its
//! brackets but where it is dialled; an IPv6 address without brackets is cut as it was: whether its last
//! group is a port nobody can tell. Unsafe where a host had its brackets and is handed on without them,
//! and where more than two parts are counted.
//!
//! ## References
//! - RFC 3986, 3.2.2: an IPv6 address in a URL stands in brackets
//! - evidence: languages, 3.3 JS-SPLIT

use sixify_langs::javascript::{self, File};
use sixify_langs::{classify, naming};

use crate::javascript_hosts as hosts;
use crate::javascript_lines::{SPLIT, split_function};
use crate::javascript_splits::{
    Parts, first_option, goes_into_text, is_decimal, is_dialled, is_header, is_host_option, is_unproven,
    may_be_missing, parts, picked_name,
};
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: javascript::KINDS,
    anchors: Anchors(&[
        &["split(':'"],
        &["split(\":\""],
        &["ndexOf(':'"],
        &["ndexOf(\":\""],
        &["replace(/:"],
        &["[^:]+):(\\d"],
        &["[^:]*):(\\d"],
    ]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::Split.name();

/// A colon outside brackets.
const OUTSIDE: &str = r"/:(?![^[]*\])/";
/// What begins with the first colon outside brackets.
const PORT: &str = r"/:[^\]]*$/";
/// The last colon, when no bracket closes behind it.
const LAST: &str = r"/:[^:\]]*$/";
/// How far a fix may be trusted that gives today's parts for every text without brackets, whatever
/// that is.
const PROVEN: Applicability = Applicability::Safe;

/// Takes the brackets off a host.
const UNBRACKET: &str = r".replace(/^\[|\]$/g, '')";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = hosts::file(doc) else { return Ok(()) };
    let node = hosts::runs_on_node(&file, doc, cx);
    for call in file.tree.all("call_expression") {
        let Some(function) = call.field("function").filter(|f| f.is("member_expression")) else { continue };
        let (Some(text), Some(arguments)) = (function.field("object"), file.arguments(call)) else { continue };
        if !matches!(file.called_name(call), Some("split" | "indexOf" | "lastIndexOf" | "replace"))
            || hosts::handles_brackets(call)
        {
            continue;
        }
        let found = match (file.called_name(call), arguments.as_slice()) {
            (Some("split"), [separator, ..]) if is_colon(&file, *separator) => {
                split(&file, call, text, *separator, (node, doc.kind != classify::JAVASCRIPT))
            }
            (Some("indexOf" | "lastIndexOf"), [wanted]) if is_colon(&file, *wanted) => index(&file, call, text),
            (Some("replace"), [pattern, with]) if file.string(*with).as_deref() == Some("") => cut(text, *pattern),
            _ => None,
        };
        if let Some(finding) = found {
            cx.report(finding);
        }
    }
    for pattern in file.tree.all("regex_pattern") {
        if let Some(finding) = groups(pattern) {
            cx.report(finding);
        }
    }
    Ok(())
}

fn is_colon(file: &File, node: Node<'_>) -> bool {
    file.string(node).as_deref() == Some(":")
}

/// Whether a text is a host with a port, by its name or by where it comes from.
fn is_address(text: Node<'_>) -> bool {
    let Some(name) = hosts::name(text) else { return false };
    let words = naming::words(&name);
    // `hostHeader`, `addrString`
    let last = words.iter().rev().find(|w| !matches!(w.as_str(), "header" | "string" | "str" | "value" | "raw"));
    let path = text.text();
    match last.map_or("", String::as_str) {
        "addr" | "address" | "hostport" | "endpoint" | "host" | "ipport" | "listen" | "hostname" | "authority"
        | "netloc" | "bind" => !words.iter().any(|w| matches!(w.as_str(), "mac" | "ipv6" | "ip6" | "wallet" | "email")),
        "port" => words.iter().any(|w| matches!(w.as_str(), "host" | "ip" | "addr")),
        "server" | "broker" | "node" | "peer" => path.contains('.') || words.len() > 1,
        _ => path.ends_with("headers.host") || path.ends_with("header('host')") || path.ends_with("header(\"host\")"),
    }
}

fn split<'a>(
    file: &File,
    call: Node<'a>,
    text: Node<'a>,
    separator: Node<'a>,
    (node, typed): (bool, bool),
) -> Option<Finding> {
    let parts = parts(file, call);
    let address = is_address(text);
    let called = |node: Node<'_>, what: fn(&str) -> bool| hosts::name(node).is_some_and(|name| what(&name));
    let mut why = Vec::new();
    let mut host = None;
    match &parts {
        Parts::Names(names) => {
            let [first, rest @ ..] = names.as_slice() else { return None };
            if rest.len() > 1 {
                return None;
            }
            let second = rest.first().copied().flatten();
            let host_named = first.is_none_or(|n| called(n, naming::is_host));
            let port_named = second.is_none_or(|n| called(n, naming::is_port));
            let both = first.is_some() && second.is_some();
            if !host_named || !port_named || !(both || address) {
                return None;
            }
            why.push("its parts are called host and port".to_owned());
            host = *first;
        }
        Parts::Picked(at) if address && *at <= 1 => {
            why.push(format!("{} is called an address", text.text()));
        }
        Parts::List(name) if address => {
            why.push(format!("{} is called an address", text.text()));
            // More than two parts make it something else.
            let (decl, scope) = file.names.resolve(*name)?;
            let more = |n: &Node<'_>| {
                let index = n.parent().filter(|p| p.is("subscript_expression")).and_then(|p| p.field("index"));
                index.is_some_and(|i| !matches!(i.text(), "0" | "1") && !i.text().contains("length"))
                    || n.parent().is_some_and(|p| {
                        p.is("member_expression")
                            && matches!(p.field("property").map(Node::text), Some("map" | "slice" | "forEach" | "join"))
                    })
            };
            if file.names.uses(&decl, scope).iter().any(more) {
                return None;
            }
        }
        _ => return None,
    }
    let picked = picked_name(call).filter(|_| matches!(parts, Parts::Picked(0)));
    let dialled = picked.is_some_and(|name| is_dialled(file, name));
    let bare = host.is_some_and(|host| is_dialled(file, host)) || picked_host(file, &parts);
    let proven = if counts_more(file, &parts) { Applicability::Unsafe } else { PROVEN };
    let option = first_option(call).or_else(|| call.parent().filter(|_| dialled));
    let option = option.filter(|_| matches!(parts, Parts::Picked(0)));
    let message = if bare || option.is_some() {
        "an IPv6 address has colons of its own; it is cut outside its brackets, which what dials the host does not want"
    } else {
        "an IPv6 address has colons of its own; it is cut outside its brackets, which stay with the host"
    };
    let header = text.text().contains("headers.host") || hosts::name(text).is_some_and(|n| is_header(&n));
    if header {
        why.push("the Host header of a request".to_owned());
    }
    let finding = Finding::new(call.span(), ROLE, message).because_all(why);
    // Whoever gets the host wants its brackets, or does not: that is seen only where it is used.
    let port_alone = matches!(parts, Parts::Picked(1)) || matches!(parts, Parts::Names(_)) && host.is_none();
    let port_alone = port_alone && (matches!(parts, Parts::Names(_)) || is_decimal(call));
    let again = host.or(picked).is_some_and(|name| goes_into_text(file, name));
    // `opts.hostname = parts.shift()`: options of a client in a browser, which dials URLs.
    let shifted = shifts_into_hostname(file, &parts);
    if !(bare || shifted || option.is_some() || header || port_alone || again) {
        return Some(finding.because("nothing shows whether the host is wanted with its brackets"));
    }
    if let Some(first) = first_part_of(call).filter(|_| header && matches!(parts, Parts::Picked(0)) && option.is_none())
    {
        let property = call.field("function")?.field("property")?;
        let quote = hosts::quote(file);
        let edit = Edit::replace(Span::new(property.start(), first.end()), format!("replace({PORT}, {quote}{quote})"));
        return Some(finding.fix(proven, Fix::new().edit(edit)));
    }
    // The port of a host that is cut out of the same text.
    let with_host = port_alone && hosts::function_text(call).matches(&format!("{}.split(", text.text())).count() > 1;
    if !(bare || option.is_some() || with_host && node) {
        return Some(finding.fix(proven, Fix::new().edit(Edit::replace(separator.span(), OUTSIDE))));
    }
    if !node {
        return Some(finding.because("code that runs in a browser dials no host but in a URL"));
    }
    let alone = file.arguments(call).is_some_and(|a| a.len() == 1);
    let Some(function) = split_function(file, typed).filter(|_| alone && !text.text().contains("?.")) else {
        return Some(finding);
    };
    let edits =
        [Edit::insert(text.start(), format!("{SPLIT}(")), Edit::replace(Span::new(text.end(), call.end()), ")")];
    Some(finding.fix(proven, Fix::new().edits(function).edits(edits)))
}

/// Whether it is asked if a list has more than two parts, as an IPv6 address had.
fn counts_more(file: &File, parts: &Parts<'_>) -> bool {
    let Parts::List(name) = parts else { return false };
    let Some((decl, scope)) = file.names.resolve(*name) else { return true };
    let asked = |length: Node<'_>| {
        let around = length.parent().filter(|p| p.is("binary_expression")).map_or("", Node::text);
        let number = around.rsplit(|c: char| !c.is_ascii_digit()).next().and_then(|n| n.parse::<u8>().ok());
        let more = number == Some(2) && (around.contains('>') && !around.contains(">=") || around.contains("<="));
        // What a count is compared with is not always seen: `length` alone asks for any.
        around.contains(['>', '<', '=']) && (more || number.is_none_or(|n| n > 2))
    };
    let length = |n: &Node<'_>| n.is("member_expression") && n.field("property").is_some_and(|q| q.text() == "length");
    file.names.uses(&decl, scope).into_iter().filter_map(Node::parent).filter(length).any(asked)
}

/// Whether the first part of a list becomes the hostname of options, and the last one the port.
fn shifts_into_hostname(file: &File, parts: &Parts<'_>) -> bool {
    let Parts::List(name) = parts else { return false };
    let Some((decl, scope)) = file.names.resolve(*name) else { return false };
    let uses = file.names.uses(&decl, scope);
    let given = |end: &str| {
        uses.iter().any(|n| {
            let left = n.ancestor(&["assignment_expression"]).and_then(|a| a.field("left"));
            left.is_some_and(|l| l.text().ends_with(end))
        })
    };
    given(".hostname") && given(".port")
}

/// Whether the first part of a list is dialled.
fn picked_host(file: &File, parts: &Parts<'_>) -> bool {
    let Parts::List(name) = parts else { return false };
    let Some((decl, scope)) = file.names.resolve(*name) else { return false };
    let uses = file.names.uses(&decl, scope).into_iter().filter_map(Node::parent);
    // `parts[0].toLowerCase()` is as good as `parts[0]`.
    let same = |p: Node<'_>| {
        let method = p.parent().filter(|m| m.is("member_expression"));
        let case = method.filter(|m| m.field("property").is_some_and(|n| ["toLowerCase", "trim"].contains(&n.text())));
        case.and_then(|m| m.parent()).is_some_and(is_host_option)
    };
    let first = |p: &Node<'_>| p.is("subscript_expression") && p.text().ends_with("[0]");
    uses.filter(first).any(|p| is_host_option(p) || same(p))
}

/// `address.slice(0, address.lastIndexOf(':'))`, with the place in a name or written out.
fn index<'a>(file: &File, call: Node<'a>, text: Node<'a>) -> Option<Finding> {
    if !is_address(text) {
        return None;
    }
    let cuts = |n: Node<'_>| {
        let around =
            n.ancestors().take_while(|a| !a.kind().ends_with("statement") && !a.kind().ends_with("declaration"));
        let mut calls = around.filter(|a| a.is("call_expression") && *a != call);
        calls.any(|c| {
            let of = c.field("function").and_then(|f| f.field("object")).map(Node::text);
            matches!(file.called_name(c), Some("slice" | "substring" | "substr")) && of == Some(text.text())
        })
    };
    let named = call.parent().filter(|p| p.is("variable_declarator")).and_then(|p| p.field("name"));
    let places = match named.filter(|n| n.is("identifier")) {
        Some(name) => {
            let (decl, scope) = file.names.resolve(name)?;
            file.names.uses(&decl, scope)
        }
        None => vec![call],
    };
    if !places.iter().any(|n| cuts(*n)) {
        return None;
    }
    let property = call.field("function")?.field("property")?;
    let pattern = if property.text() == "lastIndexOf" { LAST } else { OUTSIDE };
    let edit = Edit::replace(Span::new(property.start(), call.end()), format!("search({pattern})"));
    let message = "an IPv6 address has colons of its own; the one before the port is outside its brackets";
    let finding = Finding::new(call.span(), ROLE, message)
        .because(format!("{} is called an address", text.text()))
        .because("it is cut at that colon".to_owned());
    // A pattern that looks ahead for a bracket is one that a reader has to decode.
    if pattern == OUTSIDE {
        return Some(finding.because("which of several spellings a project wants here is for a person".to_owned()));
    }
    let portless = places.iter().any(|n| may_be_missing(*n));
    let finding = match is_unproven(file, text, &places) {
        true => return Some(finding.because("nothing shows that its parts are a host and a port")),
        false => finding,
    };
    let bare = places.into_iter().filter_map(|n| first_part(file, n, text)).find(|cut| goes_bare(file, *cut));
    if bare.is_none() && pattern == LAST && !portless {
        return Some(finding.because("the last colon is the one before the port; the host keeps its brackets"));
    }
    let bare = bare.map(|cut| Edit::insert(cut.end(), UNBRACKET));
    // Up to the last colon the host had its brackets, and whoever gets it may want them.
    let proven = if bare.is_some() && pattern == LAST { Applicability::Unsafe } else { PROVEN };
    Some(finding.fix(proven, Fix::new().edit(edit).edits(bare)))
}

/// `text.split(':')[0]`, of which a call is the first step.
fn first_part_of(call: Node<'_>) -> Option<Node<'_>> {
    call.parent().filter(|p| p.is("subscript_expression") && p.field("object") == Some(call))
}

/// `address.slice(0, index)`, of which `index` is a part.
fn first_part<'a>(file: &File, index: Node<'a>, text: Node<'_>) -> Option<Node<'a>> {
    let call = index.parent().filter(|p| p.is("arguments"))?.parent()?;
    let of = call.field("function").and_then(|f| f.field("object")).map(Node::text);
    let cuts = matches!(file.called_name(call), Some("slice" | "substring" | "substr")) && of == Some(text.text());
    let [from, to] = file.arguments(call).filter(|_| cuts)?.try_into().ok()?;
    (from.text() == "0" && to == index).then_some(call)
}

/// Whether a host that is cut out is dialled or listened on, or handed on by its name, and goes into
/// no text.
fn goes_bare(file: &File, cut: Node<'_>) -> bool {
    let Some(parent) = cut.parent() else { return false };
    let target = parent.field(if parent.is("variable_declarator") { "name" } else { "left" });
    let named = target.filter(|t| t.is("identifier") && hosts::name(*t).is_some_and(|name| naming::is_host(&name)));
    let Some((decl, scope)) = named.and_then(|n| file.names.resolve(n)) else { return false };
    let uses = file.names.uses(&decl, scope);
    let text = |n: &Node<'_>| n.ancestors().any(|a| a.is_any(&["template_substitution", "binary_expression"]));
    let handed = |n: &Node<'_>| n.parent().is_some_and(|p| p.is("arguments")) || is_host_option(*n);
    !uses.iter().any(text) && uses.iter().any(handed)
}

/// `host.replace(/:.*$/, '')`.
fn cut(text: Node<'_>, pattern: Node<'_>) -> Option<Finding> {
    let body = pattern.field("pattern").filter(|_| pattern.is("regex") && is_address(text))?;
    let rest = body.text().strip_prefix(':').filter(|rest| matches!(*rest, ".*" | ".*$" | ".+" | ".+$"))?;
    let edit = Edit::insert(body.end() - rest.len(), r"(?![^[]*\])");
    let message = "an IPv6 address has colons of its own; the one before the port is outside its brackets";
    let finding = Finding::new(pattern.span(), ROLE, message).because(format!("{} is called an address", text.text()));
    let holder = text.ancestors().find(|a| a.is_any(&["variable_declarator", "assignment_expression", "pair"]));
    let holder =
        holder.and_then(|a| ["name", "left", "key"].iter().find_map(|side| a.field(side))).and_then(hosts::name);
    let request = text.text().contains("headers.host") || hosts::name(text).is_some_and(|n| is_header(&n));
    let left = holder.map(|name| naming::words(&name)).unwrap_or_default();
    if !request && !left.iter().any(|w| matches!(w.as_str(), "host" | "hostname" | "ip" | "server")) {
        return Some(finding.because("nothing shows that a host is left"));
    }
    // `const domain = …`: a name in the DNS.
    let named = text.ancestors().find(|a| a.is("variable_declarator")).and_then(|a| a.field("name"));
    if named.is_some_and(|n| naming::words(n.text()).iter().any(|w| matches!(w.as_str(), "domain" | "servername"))) {
        return Some(finding.because("a name in the DNS is looked for"));
    }
    Some(finding.fix(PROVEN, Fix::new().edit(edit)))
}

/// `/^([^:]+):(\d+)$/`, whose host has no colon.
fn groups(pattern: Node<'_>) -> Option<Finding> {
    let text = pattern.text();
    let (at, group) = ["([^:]+)", "([^:]*)"].iter().find_map(|g| Some((text.find(g)?, *g)))?;
    let behind = text.get(at + group.len()..)?;
    let behind = behind.strip_prefix("(?:").unwrap_or(behind);
    let port = behind.strip_prefix(':')?;
    let digits = ["(\\d+)", "(\\d*)", "(\\d{1,5})", "([0-9]+)"].iter().any(|d| port.starts_with(d));
    let before = text.get(..at)?;
    let opens = before.is_empty() || before == "^" || before.ends_with("\\/\\/") || before.ends_with('@');
    if !digits || !opens || text.contains("\\[") || !about_hosts(pattern) {
        return None;
    }
    let edit = Edit::insert(pattern.start() + at + 1, r"\[[^\]]+\]|");
    let message = "this pattern does not know IPv6 addresses in brackets";
    let finding = Finding::new(pattern.span(), ROLE, message).because("a host and a port are matched".to_owned());
    // What is found goes somewhere with its brackets.
    let around = pattern.ancestors().find(|a| a.kind().ends_with("statement") || a.kind().ends_with("declaration"));
    let header = around.is_some_and(|a| {
        let named = |n: Node<'_>| n.is("identifier") && is_header(n.text());
        a.text().contains("headers.host") || a.descendants().any(named)
    });
    Some(if header {
        finding.fix(PROVEN, Fix::new().edit(edit))
    } else {
        finding.because("the host keeps its brackets")
    })
}

/// Whether the statement around a pattern speaks of hosts and ports, or of addresses.
fn about_hosts(pattern: Node<'_>) -> bool {
    let statement = pattern.ancestors().find(|a| a.kind().ends_with("statement") || a.kind().ends_with("declaration"));
    let words: Vec<String> = statement
        .into_iter()
        .flat_map(Node::descendants)
        .filter(|n| n.kind().ends_with("identifier") || n.kind().ends_with("identifier_pattern"))
        .flat_map(|n| naming::words(n.text()))
        .collect();
    let said = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    said(&["host", "hostname", "hostport", "addr", "address", "endpoint", "port", "authority"])
        && !said(&["line", "column", "file", "filename", "stack", "loc", "location"])
}
