//! # Let Node connect over both families
//!
//! `family: 4` in the options of a client, and what a library takes for it when nothing is said, keep a
//! program on IPv4. A socket for UDP over IPv6 takes IPv4 too.
//!
//! ## Why it breaks
//! With `family: 4` a name with only an AAAA record is not found, and on an IPv6-only host no connection
//! is made. ioredis before 5.8.2 says `family: 4` by itself. A socket of `udp4` takes IPv4 packets only.
//!
//! ## Examples
//! Without the option Node takes what the name has:
//! ```js before
//! const https = require('https');
//! const agent = new https.Agent({ keepAlive: true, family: 4 });
//! https.get({
//!   host: 'api.example.com',
//!   family: 4,
//!   agent,
//! });
//! ```
//! ```js after unsafe
//! const https = require('https');
//! const agent = new https.Agent({ keepAlive: true });
//! https.get({
//!   host: 'api.example.com',
//!   agent,
//! });
//! ```
//! ioredis before 5.8.2 has to be told:
//! ```ts before path=src/redis.ts
//! import Redis from 'ioredis';
//!
//! export const redis = new Redis(Number(process.env.REDIS_PORT), process.env.REDIS_HOST, {
//!   password: process.env.REDIS_PASSWORD,
//! });
//! export const cache = new Redis(process.env.CACHE_URL);
//! export const queue = new Redis({ host: process.env.QUEUE_HOST, family: 4 });
//! ```
//! ```json before path=package.json
//! {
//!   "dependencies": {
//!     "ioredis": "^5.3.2"
//!   }
//! }
//! ```
//! ```ts after unsafe path=src/redis.ts
//! import Redis from 'ioredis';
//!
//! export const redis = new Redis(Number(process.env.REDIS_PORT), process.env.REDIS_HOST, {
//!   password: process.env.REDIS_PASSWORD,
//!   family: 0,
//! });
//! export const cache = new Redis(process.env.CACHE_URL, { family: 0 });
//! export const queue = new Redis({ host: process.env.QUEUE_HOST, family: 0 });
//! ```
//! A UDP server that only answers becomes one for both families, together with its address:
//! ```js before
//! const dgram = require('dgram');
//! const server = dgram.createSocket('udp4');
//! server.on('message', (msg, rinfo) => server.send(msg, rinfo.port, rinfo.address));
//! server.bind(41234, '0.0.0.0');
//! ```
//! ```js after unsafe
//! const dgram = require('dgram');
//! const server = dgram.createSocket('udp6');
//! server.on('message', (msg, rinfo) => server.send(msg, rinfo.port, rinfo.address));
//! server.bind(41234, '::');
//! ```
//! One that sends elsewhere, joins groups or broadcasts needs a person: a `udp6` socket sends to an IPv4
//! address only as `::ffff:a.b.c.d`.
//! ```js reported
//! const dgram = require('dgram');
//! const client = dgram.createSocket({ type: 'udp4', reuseAddr: true });
//! client.addMembership('239.255.255.250');
//! client.send(packet, 1900, '239.255.255.250');
//! ```
//! A version that takes both families by itself stays as it is:
//! ```ts before path=src/redis.ts
//! import Redis from 'ioredis';
//! export const redis = new Redis({ host: process.env.REDIS_HOST });
//! ```
//! ```json before path=package.json
//! { "dependencies": { "ioredis": "^5.8.2" } }
//! ```
//! ```ts after path=src/redis.ts
//! import Redis from 'ioredis';
//! export const redis = new Redis({ host: process.env.REDIS_HOST });
//! ```
//! What is asked for its numbers afterwards is for a person to widen:
//! ```js reported
//! dns.lookup(host, { family: 4 }, (err, address) => check(address.split('.')));
//! ```
//! ```js reported
//! const own = _.flatMap(os.networkInterfaces(), (list) => _.pickBy(list, { family: 'IPv4', internal: false }));
//! ```
//! Near-misses: an address with its family, an IPv4 address that is meant, other families.
//! ```js unchanged
//! const dgram = require('dgram');
//! callback(null, [{ address: '192.0.2.1', family: 4 }]);
//! const both = dgram.createSocket('udp6');
//! const pinned = { host: '192.0.2.1', family: 4 };
//! const font = { family: 'Inter' };
//! if (address.family === 4) skip();
//! ```
//!
//! ## Safety
//! Unsafe. A program may have been kept on IPv4 for a reason, such as a cluster with broken AAAA records.
//! A UDP socket of both families is one only while `net.ipv6.bindv6only=0`, and none on a kernel without
//! IPv6.
//!
//! ## References
//! - Node.js documentation: net.connect(), dgram.createSocket()
//! - redis/ioredis#2026, ioredis 5.8.2: the family is 0 by default
//! - evidence: languages, 3.2 and 3.3 JS-FAMILY4 and JS-DGRAM4

use sixify_langs::javascript::{self, File};

use crate::four_numbers;
use crate::javascript_hosts as hosts;
use crate::npm_packages;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: javascript::KINDS,
    anchors: Anchors(&[
        &["family: 4"],
        &["family:4"],
        &["family: 'IPv4'"],
        &["family: \"IPv4\""],
        &["'udp4'"],
        &["\"udp4\""],
        &["'ioredis'"],
        &["\"ioredis\""],
    ]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::AddressFamily.name();

/// From this version on ioredis takes both families by itself.
const IOREDIS: npm_packages::Version = (5, 8, 2);

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = hosts::file(doc) else { return Ok(()) };
    for pair in file.tree.all("pair") {
        if let Some(finding) = option(&file, pair) {
            cx.report(finding);
        }
    }
    for call in file.tree.all("new_expression") {
        if let Some(finding) = redis(&file, call, doc, cx) {
            cx.report(finding);
        }
    }
    let listeners = Policy::of(cx.options()).listeners();
    for call in file.tree.all("call_expression").filter(|_| listeners) {
        if let Some(finding) = socket(&file, call) {
            cx.report(finding);
        }
    }
    Ok(())
}

/// Whether a call makes a client of ioredis.
fn is_ioredis(file: &File, call: Node<'_>) -> bool {
    let callees = file.callees(call);
    let known = ["new ioredis", "new ioredis.Redis", "new ioredis.default"];
    !callees.is_empty() && callees.iter().all(|c| known.contains(&c.path.as_str()))
}

/// `family: 4` in the options of something that connects.
fn option(file: &File, pair: Node<'_>) -> Option<Finding> {
    let (key, value) = (pair.field("key")?, pair.field("value")?);
    let v4 = value.is("number") && value.text() == "4" || file.string(value).as_deref() == Some("IPv4");
    if key.text().trim_matches(['"', '\'']) != "family" || !v4 {
        return None;
    }
    let object = pair.parent().filter(|o| o.is("object"))?;
    // What a look-up has found, or is expected to find.
    if file.property(object, "address").is_some() || expected(object) {
        return None;
    }
    let host = ["host", "hostname"].iter().find_map(|name| file.property(object, name));
    let literal = host.and_then(|h| file.string(h.value)).unwrap_or_default();
    if literal.parse::<std::net::Ipv4Addr>().is_ok() {
        return None;
    }
    let call = object.parent().filter(|p| p.is("arguments")).and_then(Node::parent);
    // `.pickBy({ family: 'IPv4' })` chooses from addresses that the host has.
    const CHOOSES: &[&str] =
        &["find", "findWhere", "filter", "pickBy", "omitBy", "some", "every", "where", "reject", "matches", "isMatch"];
    if call.and_then(|c| file.called_name(c)).is_some_and(|called| CHOOSES.contains(&called)) {
        let message = "addresses of IPv4 alone are chosen, of which an IPv6-only host has none";
        return Some(Finding::new(pair.span(), ROLE, message).because("family in what is looked for"));
    }
    let named = object.parent().and_then(|p| p.field("key").or_else(|| p.field("name"))).and_then(hosts::name);
    let named = named.unwrap_or_default().to_ascii_lowercase();
    let connects =
        ["host", "hostname", "port", "path", "url", "password", "servername", "timeout", "lookup", "keepAlive"];
    let sibling = connects.iter().any(|name| file.property(object, name).is_some());
    if call.is_none()
        && !sibling
        && !["redis", "option", "socket", "agent", "connection", "dns"].iter().any(|w| named.contains(w))
    {
        return None;
    }
    let redis = call.is_some_and(|c| is_ioredis(file, c)) || named.contains("redis");
    let (message, fix) = match file.string(value) {
        // The old client of Redis knows one family or the other.
        Some(_) if redis => ("this client connects over IPv4 alone; version 4 of it takes both families", None),
        _ if redis => (
            "this client connects over IPv4 alone; 0 is both families",
            Some(Fix::new().edit(Edit::replace(value.span(), "0"))),
        ),
        _ => {
            ("with family 4 nothing is found or reached over IPv6; without it Node takes both families", removed(pair))
        }
    };
    let finding = Finding::new(pair.span(), ROLE, message).because("family in the options of a client");
    if let Some(why) = call.and_then(|call| four_numbers::needed(call.text())) {
        return Some(finding.because(why));
    }
    Some(match fix {
        Some(fix) => finding.fix(Applicability::Unsafe, fix),
        None => finding,
    })
}

/// Whether a test or an assertion expects a value.
fn expected(node: Node<'_>) -> bool {
    let mut calls = node.ancestors().filter(|a| a.is("call_expression"));
    calls.any(|c| {
        let function = c.field("function").map_or("", Node::text);
        ["expect", "assert", "toEqual", "deepEqual"].iter().any(|word| function.contains(word))
    })
}

/// Deletes a property, or the whole argument when nothing else is in it.
fn removed(pair: Node<'_>) -> Option<Fix> {
    let object = pair.parent()?;
    let item = if object.items().count() == 1 {
        object.parent().filter(|p| p.is("arguments"))?;
        object
    } else {
        pair
    };
    hosts::without_comma(item).map(|edit| Fix::new().edit(edit))
}

/// A client of an ioredis that takes IPv4 when nothing is said.
fn redis(file: &File, call: Node<'_>, doc: &Document, cx: &Context<'_>) -> Option<Finding> {
    if !is_ioredis(file, call) {
        return None;
    }
    let arguments = file.arguments(call)?;
    let last = *arguments.last()?;
    let asked = npm_packages::find(cx, &doc.path, "ioredis")?;
    if asked.version? >= IOREDIS {
        return None;
    }
    let options = file.object(last);
    let message = "this version of ioredis connects over IPv4 alone unless it is told otherwise; 0 is both families";
    let finding = Finding::new(call.span(), ROLE, message)
        .because(format!("{} asks for ioredis {}", asked.manifest, asked.range))
        .because("RedisOptions of ioredis: family is 4 before 5.8.2");
    let fix = match options {
        Some(options) if file.property(options.node, "family").is_some() => return None,
        Some(options) => {
            let host = file.property(options.node, "host").map(|p| file.value(p.value).node);
            if host.and_then(|h| file.string(h)).is_some_and(|h| h.parse::<std::net::IpAddr>().is_ok()) {
                return None;
            }
            if file.property(options.node, "sentinels").is_none()
                && options.node.items().any(|i| i.is("spread_element"))
                && host.is_none()
            {
                return Some(finding);
            }
            hosts::with_property(file, options.node, "family: 0")
        }
        None if is_url(file, &arguments) => Some(Edit::insert(last.end(), ", { family: 0 }")),
        None => None,
    };
    Some(match fix {
        Some(edit) => finding.fix(Applicability::Unsafe, Fix::new().edit(edit)),
        None => finding,
    })
}

/// Whether the arguments are a URL, or a port and a host.
fn is_url(file: &File, arguments: &[Node<'_>]) -> bool {
    match arguments {
        [one] => {
            let name = hosts::name(*one).unwrap_or_default().to_ascii_lowercase();
            let text = file.text_expr(*one).and_then(|t| t.prefix().map(|(raw, _)| raw.to_owned())).unwrap_or_default();
            name.contains("url") || name.contains("uri") || text.starts_with("redis")
        }
        [port, host] => {
            let named = |node: &Node<'_>, what: fn(&str) -> bool| hosts::name(*node).is_some_and(|n| what(&n));
            (named(port, sixify_langs::naming::is_port) || port.is("number"))
                && named(host, sixify_langs::naming::is_host)
        }
        _ => false,
    }
}

/// `dgram.createSocket('udp4')`.
fn socket(file: &File, call: Node<'_>) -> Option<Finding> {
    let callees = file.callees(call);
    if file.called_name(call) != Some("createSocket") || !callees.iter().all(|c| c.path == "dgram.createSocket") {
        return None;
    }
    let first = *file.arguments(call)?.first()?;
    let kind = match file.object(first) {
        Some(options) => file.property(options.node, "type")?.value,
        None => first,
    };
    let text = file.text_expr(kind).filter(|_| file.string(kind).as_deref() == Some("udp4"))?;
    let (_, span) = text.value()?;
    let message = "a socket of udp4 takes IPv4 packets only; udp6 takes both families, and IPv4 peers appear as \
                   ::ffff:a.b.c.d";
    let finding = Finding::new(call.span(), ROLE, message).because("argument 1 of dgram.createSocket");
    Some(match (!callees.is_empty()).then(|| answers(file, call)).flatten() {
        Some(mut edits) => {
            edits.push(Edit::replace(span, "udp6"));
            finding
                .because("it is bound to every address, and sends to its peers alone")
                .fix(Applicability::Unsafe, Fix::new().edits(edits))
        }
        None => finding.because("it sends to other addresses than those of its peers, or that is not known"),
    })
}

/// The edits of the addresses that a socket is bound to, when it listens on all of them and sends to
/// those it hears from alone.
fn answers(file: &File, call: Node<'_>) -> Option<Vec<Edit>> {
    let name = call.parent().filter(|p| p.is("variable_declarator"))?.field("name").filter(|n| n.is("identifier"))?;
    let (decl, scope) = file.names.resolve(name)?;
    let mut edits = Vec::new();
    let mut bound = false;
    for used in file.names.uses(&decl, scope) {
        let method = used.parent().filter(|p| p.is("member_expression") && p.field("object") == Some(used))?;
        let call = method.parent().filter(|c| c.is("call_expression") && c.field("function") == Some(method))?;
        let arguments = file.arguments(call)?;
        match method.field("property")?.text() {
            "on" | "once" | "off" | "close" | "address" | "unref" | "ref" | "removeListener" => {}
            "bind" => {
                bound = true;
                let host = match arguments.first().and_then(|a| file.object(*a)) {
                    Some(options) => file.property(options.node, "address").map(|p| p.value),
                    None => arguments.get(1).copied().filter(|a| !a.kind().contains("function")),
                };
                if let Some(host) = host {
                    let host = file.text_expr(host)?;
                    edits.push(Edit::replace(crate::wildcard::lone(&host)?, "::"));
                }
            }
            "send" => {
                let answer = arguments
                    .iter()
                    .any(|a| a.text().ends_with(".address") && !a.text().contains("()") && a.is("member_expression"));
                answer.then_some(())?;
            }
            _ => return None,
        }
    }
    bound.then_some(edits)
}
