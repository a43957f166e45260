//! # Let the listeners of envoy accept IPv6 too
//!
//! ## Why it breaks
//! `address: 0.0.0.0` is an IPv4 socket. `::` with `ipv4_compat: true` is one socket for both
//! families; IPv4 clients appear as `::ffff:a.b.c.d`. A cluster with `dns_lookup_family: V4_ONLY`
//! never finds a server that has an IPv6 address only.
//!
//! ## Examples
//! ```yaml before path=envoy.yaml
//! static_resources:
//!   listeners:
//!     - name: web
//!       address:
//!         socket_address:
//!           address: 0.0.0.0
//!           port_value: 8080
//!   clusters:
//!     - name: app
//!       type: LOGICAL_DNS
//!       dns_lookup_family: V4_ONLY
//!       load_assignment:
//!         endpoints:
//!           - lb_endpoints:
//!               - endpoint: {address: {socket_address: {address: app, port_value: 80}}}
//! ```
//! ```yaml after unsafe path=envoy.yaml
//! static_resources:
//!   listeners:
//!     - name: web
//!       address:
//!         socket_address:
//!           address: "::"
//!           ipv4_compat: true
//!           port_value: 8080
//!   clusters:
//!     - name: app
//!       type: LOGICAL_DNS
//!       dns_lookup_family: ALL
//!       load_assignment:
//!         endpoints:
//!           - lb_endpoints:
//!               - endpoint: {address: {socket_address: {address: app, port_value: 80}}}
//! ```
//! Inside a ConfigMap, in JSON style:
//! ```yaml before
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: envoy
//! data:
//!   envoy.yaml: |
//!     admin:
//!       address:
//!         socket_address: { address: 0.0.0.0, port_value: 9901 }
//! ```
//! ```yaml after unsafe
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: envoy
//! data:
//!   envoy.yaml: |
//!     admin:
//!       address:
//!         socket_address: { address: "::", ipv4_compat: true, port_value: 9901 }
//! ```
//! Left alone: the loopback, endpoints, sockets that are both already, other files.
//! ```yaml unchanged path=envoy.yaml
//! static_resources:
//!   listeners:
//!     - address:
//!         socket_address: {address: 127.0.0.1, port_value: 1}
//!     - address:
//!         socket_address: {address: "::", ipv4_compat: true, port_value: 2}
//!   clusters:
//!     - load_assignment:
//!         endpoints:
//!           - lb_endpoints:
//!               - endpoint:
//!                   address:
//!                     socket_address: {address: 0.0.0.0, port_value: 80}
//! ```
//! ```yaml unchanged path=other.yaml
//! socket:
//!   address: 0.0.0.0
//! ```
//!
//! ## Safety
//! Unsafe: read in the manual and not run. On a kernel without IPv6 envoy does not start with it.
//!
//! ## References
//! - <https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/address.proto>

use sixify_langs::classify::{JSON, YAML};
use sixify_langs::yaml::{Map, Stream, Value, edit};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[YAML, JSON],
    anchors: Anchors(&[&["socket_address", "0.0.0.0"], &["dns_lookup_family"]]),
    specificity: 0,
    run,
};

const EVIDENCE: &str = "the manual of envoy, SocketAddress";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let listeners = Policy::of(cx.options()).listeners();
    for root in &Stream::of(doc).roots {
        root.walk(&mut |path, value| {
            let socket = path.ends_with("socket_address") && !path.contains("endpoint");
            if let Some(map) = value.map().filter(|_| socket && listeners) {
                listener(doc, map, cx);
            }
            if path.ends_with("dns_lookup_family") {
                family(value, cx);
            }
        });
    }
    Ok(())
}

fn listener(doc: &Document, map: &Map, cx: &mut Context<'_>) {
    let Some(entry) = map.entry("address").filter(|e| e.value.fixed() == Some("0.0.0.0")) else { return };
    let Some(scalar) = entry.value.scalar() else { return };
    let message =
        "listens on IPv4 only; `::` with `ipv4_compat` serves both families, and IPv4 clients appear as ::ffff:a.b.c.d";
    let found = Finding::new(scalar.span, Role::BindHost.name(), message).because(EVIDENCE);
    // A new key in JSON is written as the others are.
    let key = if doc.kind == JSON { "\"ipv4_compat\"" } else { "ipv4_compat" };
    let compat = match map.entry("ipv4_compat") {
        Some(there) => there.value.scalar().and_then(|s| edit::replace_bare(s, "true")),
        None => edit::insert_key(&doc.text, map, entry, key, "true"),
    };
    let edits = edit::replace(scalar, "::", map.flow).zip(compat);
    cx.report(match edits {
        Some((address, compat)) => found.fix(Applicability::Unsafe, Fix::new().edit(address).edit(compat)),
        None => found,
    });
}

fn family(value: &Value, cx: &mut Context<'_>) {
    let Some(scalar) = value.scalar().filter(|s| s.fixed() == Some("V4_ONLY")) else { return };
    let message = "looks up IPv4 addresses only; `ALL` tries those of both families, one after the other";
    let found = Finding::new(scalar.span, Role::AddressFamily.name(), message).because(EVIDENCE);
    cx.report(match edit::replace(scalar, "ALL", false) {
        Some(edit) => found.fix(Applicability::Unsafe, Fix::new().edit(edit)),
        None => found,
    });
}
