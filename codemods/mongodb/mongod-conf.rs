//! # Let mongod listen on IPv6 too (its configuration file)
//!
//! ## Why it breaks
//! `bindIp: 0.0.0.0` is IPv4 only, and mongod makes IPv6 sockets only with `ipv6: true`. Alone,
//! `bindIp: "::"` is fatal without that switch and IPv6 only with it.
//!
//! ## Examples
//! ```yaml before path=etc/mongod.conf
//! storage:
//!   dbPath: /data
//! net:
//!   port: 27017
//!   bindIp: 0.0.0.0  # everywhere
//! ```
//! ```yaml after unsafe path=etc/mongod.conf
//! storage:
//!   dbPath: /data
//! net:
//!   port: 27017
//!   bindIp: "::,0.0.0.0"  # everywhere
//!   ipv6: true
//! ```
//! ```yaml before path=etc/mongod.conf
//! net:
//!   bindIpAll: true
//!   ipv6: false
//! ```
//! ```yaml after unsafe path=etc/mongod.conf
//! net:
//!   bindIpAll: true
//!   ipv6: true
//! ```
//! The older format:
//! ```ini before path=etc/mongodb.conf
//! # where to listen
//! dbpath=/data
//! bind_ip = 0.0.0.0
//! ```
//! ```ini after unsafe path=etc/mongodb.conf
//! # where to listen
//! dbpath=/data
//! bind_ip = 0.0.0.0,::
//! ipv6 = true
//! ```
//! Inside a ConfigMap:
//! ```yaml before
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: db
//! data:
//!   mongod.conf: |
//!     net:
//!       bindIp: '0.0.0.0'
//!     storage:
//!       dbPath: /data
//! ```
//! ```yaml after unsafe
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: db
//! data:
//!   mongod.conf: |
//!     net:
//!       bindIp: '::,0.0.0.0'
//!       ipv6: true
//!     storage:
//!       dbPath: /data
//! ```
//! A loopback address stays one; `::1` beside it stops mongod on hosts without IPv6:
//! ```yaml reported path=mongod.conf
//! net:
//!   bindIp: 127.0.0.1
//! ```
//! Left alone: both families, chosen addresses, a value from a template, other `net` sections.
//! ```yaml unchanged path=mongod.conf
//! net:
//!   bindIp: "::,0.0.0.0"
//!   ipv6: true
//! ```
//! ```yaml unchanged path=mongod.conf
//! net:
//!   bindIp: 10.0.0.5,localhost
//! ```
//! ```yaml unchanged path=mongod.conf
//! net:
//!   bindIp: {{ .Values.bind }}
//! ```
//! ```yaml unchanged path=values.yaml
//! net:
//!   bindIp: 0.0.0.0
//! ```
//! ```ini unchanged path=mongodb.conf
//! dbpath = /data
//! #bind_ip = 0.0.0.0
//! ```
//! ```yaml unchanged path=mongod.conf mode=ipv6-capable
//! net:
//!   bindIp: 0.0.0.0
//! ```
//!
//! ## Safety
//! Unsafe: read in the sources and in the manual, and not run. On kernels without IPv6 mongod stops
//! with these settings.
//!
//! ## References
//! - source: mongod and docker-library/mongo
//! - <https://www.mongodb.com/docs/manual/reference/configuration-options/#net-options>

use sixify_langs::classify::{MONGOD_INI, MONGOD_YAML};
use sixify_langs::conf::Ini;
use sixify_langs::yaml::{Map, Stream, Value, edit};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod =
    Codemod { kinds: &[MONGOD_YAML, MONGOD_INI], anchors: Anchors(&[&["bindIp"], &["bind_ip"]]), specificity: 0, run };

const EVIDENCE: &str = "source: mongod and docker-library/mongo";
const MESSAGE: &str = "listens on IPv4 only; both addresses and the switch for IPv6 serve both families, and kernels without IPv6 stop mongod";
const LOOPBACK: &str = "listens on the IPv4 loopback only, which IPv6-only hosts have too; `::1` beside it needs the switch for IPv6 and stops mongod where there is no IPv6";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if !Policy::of(cx.options()).listeners() {
        return Ok(());
    }
    if doc.kind == MONGOD_INI {
        ini(doc, cx);
    } else {
        for root in &Stream::of(doc).roots {
            if let Some(net) = root.get("net").and_then(Value::map) {
                yaml(doc, net, cx);
            }
        }
    }
    Ok(())
}

fn finding(span: Span, message: &str) -> Finding {
    Finding::new(span, Role::BindHost.name(), message).because(EVIDENCE)
}

fn leave(cx: &mut Context<'_>, span: Span, reason: &str) {
    let evidence = vec![EVIDENCE.to_owned()];
    cx.leave(Note { span, role: Role::BindHost.name(), reason: reason.to_owned(), evidence });
}

fn yaml(doc: &Document, net: &Map, cx: &mut Context<'_>) {
    let all = net.entry("bindIpAll").filter(|e| e.value.fixed() == Some("true"));
    let Some(bind) = all.or_else(|| net.entry("bindIp")) else { return };
    let Some(value) = bind.value.scalar() else { return };
    let mut edits = Vec::new();
    match value.fixed() {
        None => return leave(cx, value.span, "a template gives the addresses"),
        Some("127.0.0.1" | "localhost") => return cx.report(finding(value.span, LOOPBACK)),
        Some("0.0.0.0") => edits.extend(edit::replace(value, "::,0.0.0.0", net.flow)),
        Some(text) if all.is_some() || text.split(',').any(|a| a.trim() == "::") => {}
        Some(_) => return leave(cx, value.span, "chosen addresses"),
    }
    match net.entry("ipv6").map(|e| (&e.value, e.value.fixed())) {
        Some((_, Some("true"))) if edits.is_empty() => return leave(cx, value.span, "both families are served"),
        Some((_, Some("true"))) => {}
        Some((old, Some(_))) => edits.extend(old.scalar().and_then(|s| edit::replace_bare(s, "true"))),
        Some(_) => return leave(cx, value.span, "a template gives the switch for IPv6"),
        None => match edit::insert_key(&doc.text, net, bind, "ipv6", "true") {
            Some(edit) => edits.push(edit),
            None => return,
        },
    }
    cx.report(finding(value.span, MESSAGE).fix(Applicability::Unsafe, Fix::new().edits(edits)));
}

fn ini(doc: &Document, cx: &mut Context<'_>) {
    let settings = Ini::of(doc);
    let Some(bind) = settings.get("bind_ip") else { return };
    let mut edits = Vec::new();
    match bind.value.as_str() {
        _ if bind.templated => return leave(cx, bind.value_span, "a template gives the addresses"),
        "127.0.0.1" | "localhost" => return cx.report(finding(bind.value_span, LOOPBACK)),
        "0.0.0.0" => edits.push(Edit::insert(bind.value_span.end, ",::")),
        text if text.split(',').any(|a| a.trim() == "::") => {}
        _ => return leave(cx, bind.value_span, "chosen addresses"),
    }
    let truth = |value: &str| ["true", "1"].contains(&value);
    match settings.get("ipv6") {
        Some(ipv6) if truth(&ipv6.value) && edits.is_empty() => {
            return leave(cx, bind.value_span, "both families are served");
        }
        Some(ipv6) if truth(&ipv6.value) => {}
        Some(ipv6) => edits.push(Edit::replace(ipv6.value_span, "true")),
        None => {
            let equals = if bind.spaced { " = " } else { "=" };
            edits.push(Edit::insert(bind.line_span.end, format!("\nipv6{equals}true")));
        }
    }
    cx.report(finding(bind.value_span, MESSAGE).fix(Applicability::Unsafe, Fix::new().edits(edits)));
}
