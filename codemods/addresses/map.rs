//! # Rewrite addresses as a map says
//!
//! ## Why it breaks
//! Objects that carry addresses of IPv4 name hosts that an IPv6-only network does not have. Which
//! address stands for which, only the operator knows: `--map FILE` gives pairs, one a line, as in
//! `10.0.0.1 = fd00::1` and `10.0.0.0/16 = fd00::/64`.
//!
//! Values whose form tells what the address does are rewritten, and written as their place needs it:
//! in brackets before a port and in a URL, bare elsewhere. Mapped addresses in other places, and
//! addresses that the map does not have, are listed. Without a map nothing is done.
//!
//! ## Examples
//! ```yaml before set.addresses/map.entries=10.0.0.1=fd00::1;10.0.0.2=fd00::2;10.0.0.0/16=fd00:0:0:1::/64
//! apiVersion: v1
//! kind: Service
//! spec:
//!   externalIPs: [10.0.0.1]
//!   loadBalancerSourceRanges:
//!   - 10.0.0.0/16
//! ---
//! apiVersion: discovery.k8s.io/v1
//! kind: EndpointSlice
//! addressType: IPv4
//! endpoints:
//! - addresses:
//!   - "10.0.0.1"
//! ---
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   containers:
//!   - name: web
//!     args: [--peer=10.0.0.1:7000, "--db=tcp://10.0.0.2:5432/x"]
//!     env:
//!     - name: UPSTREAM
//!       value: http://10.0.0.2/
//! ```
//! ```yaml after unsafe
//! apiVersion: v1
//! kind: Service
//! spec:
//!   externalIPs: [fd00::1]
//!   loadBalancerSourceRanges:
//!   - fd00:0:0:1::/64
//! ---
//! apiVersion: discovery.k8s.io/v1
//! kind: EndpointSlice
//! addressType: IPv6
//! endpoints:
//! - addresses:
//!   - "fd00::1"
//! ---
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   containers:
//!   - name: web
//!     args: ["--peer=[fd00::1]:7000", "--db=tcp://[fd00::2]:5432/x"]
//!     env:
//!     - name: UPSTREAM
//!       value: http://[fd00::2]/
//! ```
//! ```json before path=settings.json set.addresses/map.entries=10.0.0.1=fd00::1
//! {"listen": "10.0.0.1:80", "url": "http://10.0.0.1/"}
//! ```
//! ```json after unsafe path=settings.json
//! {"listen": "[fd00::1]:80", "url": "http://[fd00::1]/"}
//! ```
//! nginx wants brackets for servers, and none in rules:
//! ```nginx before set.addresses/map.entries=10.0.0.1=fd00::1;10.0.0.0/16=fd00:0:0:1::/64
//! upstream app {
//!     server 10.0.0.1;
//!     server 10.0.0.1:8080 weight=2;
//! }
//! server {
//!     listen 10.0.0.1:80;
//!     allow 10.0.0.0/16;
//!     location / { proxy_pass http://10.0.0.1; }
//! }
//! ```
//! ```nginx after unsafe
//! upstream app {
//!     server [fd00::1];
//!     server [fd00::1]:8080 weight=2;
//! }
//! server {
//!     listen [fd00::1]:80;
//!     allow fd00:0:0:1::/64;
//!     location / { proxy_pass http://[fd00::1]; }
//! }
//! ```
//! ```redis before set.addresses/map.entries=10.0.0.1=fd00::1
//! bind 10.0.0.1 127.0.0.1
//! replicaof 10.0.0.1 6379
//! ```
//! ```redis after unsafe
//! bind fd00::1 127.0.0.1
//! replicaof fd00::1 6379
//! ```
//! Listed: what the map does not have; a place that does not tell its form; addresses that belong
//! together, when one of them is missing.
//! ```yaml reported set.addresses/map.entries=10.0.0.1=fd00::1
//! peer: 10.0.0.9
//! ```
//! ```yaml reported set.addresses/map.entries=10.0.0.1=fd00::1
//! motd: The router is 10.0.0.1 today
//! ```
//! ```sh reported set.addresses/map.entries=10.0.0.1=fd00::1
//! ping 10.0.0.1
//! ```
//! ```yaml reported set.addresses/map.entries=10.0.0.1=fd00::1
//! apiVersion: discovery.k8s.io/v1
//! kind: EndpointSlice
//! addressType: IPv4
//! endpoints:
//! - addresses: ["10.0.0.1"]
//! - addresses: ["10.0.0.7"]
//! ```
//! Left alone: without a map, versions, loopback and the wildcard.
//! ```yaml unchanged
//! peer: 10.0.0.1
//! ```
//! ```yaml unchanged set.addresses/map.entries=10.0.0.1=fd00::1
//! version: 10.0.0.1
//! image: app:10.0.0.1
//! listen: 0.0.0.0:80
//! health: http://127.0.0.1/
//! cidr: 0.0.0.0/0
//! ```
//!
//! ## Safety
//! Unsafe: the map is taken at its word. It takes `--unsafe` to apply it.
//!
//! ## References
//! - RFC 3986, 3.2.2 (brackets in URLs)
//! - RFC 5952, 6 (brackets before ports)

use sixify_core::Embedded;
use sixify_langs::address_map::AddressMap;
use sixify_langs::classify::{
    CONF, DOCKERFILE, HAPROXY, JSON, JVM_OPTIONS, MONGOD_INI, MONGOD_YAML, NGINX, REDIS_CONF, SHELL, YAML,
};
use sixify_langs::json::Json;
use sixify_langs::yaml::kubernetes::objects;
use sixify_langs::yaml::{Data, Scalar, Stream, Value, edit, splice};

use crate::address_places::{AddressPlace, Form, places};
use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[YAML, MONGOD_YAML, JSON, NGINX, HAPROXY, REDIS_CONF, CONF, MONGOD_INI, JVM_OPTIONS, SHELL, DOCKERFILE],
    anchors: Anchors::ALWAYS,
    specificity: 0,
    run,
};

/// The setting with the pairs. The facade leaves this codemod out of runs that have none.
const ENTRIES: &str = "addresses/map.entries";

/// Keys whose values look like addresses and are none.
const VERSIONS: [&str; 6] = ["image", "version", "tag", "appversion", "release", "build"];

/// Directives of nginx that take an address as a socket, in brackets also without a port.
const SOCKETS: [&str; 8] =
    ["server", "listen", "resolver", "proxy_pass", "fastcgi_pass", "uwsgi_pass", "grpc_pass", "scgi_pass"];
/// Directives of nginx that take an address or a prefix as it is.
const RULES: [&str; 5] = ["allow", "deny", "set_real_ip_from", "proxy_bind", "real_ip_from"];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(entries) = cx.options().setting(ENTRIES) else { return Ok(()) };
    let map = &AddressMap::parse(entries).map_err(|error| PassError(format!("{ENTRIES}: {error}")))?;
    match doc.kind {
        YAML | MONGOD_YAML => yaml(doc, map, cx),
        JSON => json(doc, map, cx),
        NGINX | HAPROXY | REDIS_CONF => lines(doc, map, cx),
        _ => {
            for place in places(&doc.text).into_iter().filter(|place| place.mapped(map).is_some()) {
                unknown(place.span, &place, cx);
            }
        }
    }
    Ok(())
}

fn finding(span: Span, place: &AddressPlace) -> Finding {
    let what = if place.length.is_some() { "the prefix" } else { "the address" };
    let message = format!("{what} {}{} is of IPv4", place.ip, place.length.map_or(String::new(), |l| format!("/{l}")));
    Finding::new(span, Role::DialAddress.name(), message)
}

fn unknown(span: Span, place: &AddressPlace, cx: &mut Context<'_>) {
    cx.report(finding(span, place).because("the map has it; nothing tells how it has to be written here"));
}

fn unmapped(span: Span, place: &AddressPlace, cx: &mut Context<'_>) {
    cx.report(finding(span, place).because("the map does not have it"));
}

fn yaml(doc: &Document, map: &AddressMap, cx: &mut Context<'_>) {
    let stream = Stream::of(doc);
    // What stands in embedded documents is found there.
    let embedders = sixify_langs::embedders();
    let here = embedders.iter().filter(|e| e.kinds().contains(&doc.kind));
    let inner: Vec<Span> = here.flat_map(|e| e.embed(doc)).filter_map(|e| extent(&e)).collect();
    let together = together(&stream, map, cx);
    for root in &stream.roots {
        root.walk(&mut |_, value| match &value.data {
            Data::Map(found) => {
                for entry in &found.entries {
                    let key = entry.key.text().to_ascii_lowercase();
                    if !VERSIONS.iter().any(|word| key.ends_with(word))
                        && let Some(scalar) = entry.value.scalar()
                    {
                        look(doc, scalar, found.flow, &inner, &together, map, cx);
                    }
                }
            }
            Data::Seq(seq) => {
                for scalar in seq.items.iter().filter_map(|item| item.value.scalar()) {
                    look(doc, scalar, seq.flow, &inner, &together, map, cx);
                }
            }
            _ => {}
        });
    }
}

fn extent(inner: &Embedded) -> Option<Span> {
    let (first, last) = (inner.segments.first()?, inner.segments.last()?);
    Some(Span::new(first.outer, last.outer + last.len))
}

fn look(
    doc: &Document,
    scalar: &Scalar,
    flow: bool,
    inner: &[Span],
    together: &[Span],
    map: &AddressMap,
    cx: &mut Context<'_>,
) {
    let aside = |spans: &[Span]| spans.iter().any(|span| span.overlaps(scalar.span));
    if aside(inner) || aside(together) {
        return;
    }
    let found = places(scalar.text());
    let mut changes = Vec::new();
    for place in &found {
        match (place.mapped(map), place.written(map)) {
            (Some(_), Some(new)) => changes.push((place.span, new)),
            (Some(_), None) => unknown(scalar.span, place, cx),
            (None, _) if place.form.is_some() => unmapped(scalar.span, place, cx),
            _ => {}
        }
    }
    let Some(first) = found.iter().find(|p| p.written(map).is_some()) else { return };
    let finding = finding(scalar.span, first).because("the map has it");
    cx.report(match splice::splice(&doc.text, scalar, flow, &changes) {
        Some(edits) => finding.fix(Applicability::Unsafe, Fix::new().edits(edits)),
        None => finding.because("it cannot be written in this scalar"),
    });
}

/// Addresses that belong together: those of an EndpointSlice have one family, which it names, and
/// the exceptions of a rule have that of the rule. Gives the places that are dealt with.
fn together(stream: &Stream, map: &AddressMap, cx: &mut Context<'_>) -> Vec<Span> {
    let mut done = Vec::new();
    for object in objects(stream) {
        match object.kind {
            "EndpointSlice" => {
                let mut scalars = Vec::new();
                if let Some(endpoints) = object.root.get("endpoints") {
                    endpoints.walk(&mut |path, value| {
                        if path.contains("addresses[") {
                            scalars.extend(value.scalar());
                        }
                    });
                }
                let family = object.root.get("addressType").and_then(Value::scalar);
                if let Some(family) = family.filter(|s| s.fixed() == Some("IPv4")) {
                    group(&scalars, Some((family, "IPv6")), map, &mut done, cx);
                }
            }
            "NetworkPolicy" => object.root.walk(&mut |path, value| {
                if path.ends_with(".ipBlock") && value.get("except").is_some() {
                    let mut scalars = Vec::new();
                    value.walk(&mut |_, value| scalars.extend(value.scalar()));
                    group(&scalars, None, map, &mut done, cx);
                }
            }),
            _ => {}
        }
    }
    done
}

fn group(
    scalars: &[&Scalar],
    more: Option<(&Scalar, &str)>,
    map: &AddressMap,
    done: &mut Vec<Span>,
    cx: &mut Context<'_>,
) {
    let found: Vec<_> = scalars.iter().map(|s| (*s, places(s.text()))).collect();
    let Some((first, place)) = found.iter().find_map(|(s, p)| Some((*s, *p.first()?))) else { return };
    done.extend(scalars.iter().map(|s| s.span));
    let edits: Option<Vec<Edit>> = found
        .iter()
        .map(|(scalar, places)| match places.as_slice() {
            [place] => edit::replace(scalar, &place.written(map)?, false),
            _ => None,
        })
        .chain(more.iter().map(|(scalar, word)| edit::replace(scalar, word, false)))
        .collect();
    match edits {
        Some(edits) => {
            let finding = finding(first.span, &place).because("the map has all that belong together here");
            cx.report(finding.fix(Applicability::Unsafe, Fix::new().edits(edits)));
        }
        None => {
            let message = "these addresses belong together, and the map does not have all of them";
            cx.report(Finding::new(first.span, Role::DialAddress.name(), message));
        }
    }
}

fn json(doc: &Document, map: &AddressMap, cx: &mut Context<'_>) {
    for string in &Json::of(doc).strings {
        let key = string.keys().last().unwrap_or("").to_ascii_lowercase();
        if VERSIONS.iter().any(|word| key.ends_with(word)) {
            continue;
        }
        for place in places(&string.value) {
            let span = if string.plain { place.span.shift(string.span.start) } else { string.span };
            match (place.mapped(map), place.written(map)) {
                (Some(_), Some(new)) if string.plain => {
                    let fix = Fix::new().edit(Edit::replace(span, new));
                    cx.report(finding(span, &place).because("the map has it").fix(Applicability::Unsafe, fix));
                }
                (Some(_), _) => unknown(span, &place, cx),
                (None, _) if place.form.is_some() => unmapped(span, &place, cx),
                _ => {}
            }
        }
    }
}

/// Configurations whose lines begin with what the line is about.
fn lines(doc: &Document, map: &AddressMap, cx: &mut Context<'_>) {
    let mut at = 0;
    for line in doc.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        // A comment is for people.
        let code = line.split('#').next().unwrap_or("");
        for (part, offset) in statements(code, doc.kind == NGINX) {
            let directive = part.split_whitespace().next().unwrap_or("");
            for (at, word) in words(part) {
                let from = start + offset + at;
                for mut place in places(word.trim_end_matches(';')) {
                    if doc.kind == NGINX {
                        place.form = match place.form {
                            Some(_) if SOCKETS.contains(&directive) => Some(Form::Brackets),
                            Some(Form::Bare) if RULES.contains(&directive) => Some(Form::Bare),
                            _ => None,
                        };
                    }
                    let span = place.span.shift(from);
                    match (place.mapped(map), place.written(map)) {
                        (Some(_), Some(new)) => {
                            let fix = Fix::new().edit(Edit::replace(span, new));
                            let why = format!("{directive}: the map has it");
                            cx.report(finding(span, &place).because(why).fix(Applicability::Unsafe, fix));
                        }
                        (Some(_), None) => unknown(span, &place, cx),
                        (None, _) if place.form.is_some() => unmapped(span, &place, cx),
                        _ => {}
                    }
                }
            }
        }
    }
}

/// The words of a statement and where they begin.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        if !word.trim().is_empty() {
            found.push((at, word.trim_end()));
        }
        at += word.len();
    }
    found
}

/// The statements of a line and where they begin: in nginx, braces and semicolons part them.
fn statements(line: &str, nginx: bool) -> Vec<(&str, usize)> {
    if !nginx {
        return vec![(line, 0)];
    }
    let mut found = Vec::new();
    let mut at = 0;
    for part in line.split_inclusive(['{', '}', ';']) {
        found.push((part, at));
        at += part.len();
    }
    found
}
