//! # List the objects that carry IPv4 addresses
//!
//! ## Why it breaks
//! An address of IPv4 in an object names a host that an IPv6-only network does not have, and a
//! Service with a fixed `clusterIP` of IPv4 is rejected by a cluster without IPv4. Which addresses
//! stand for them, only the operator knows: `--map FILE` rewrites them.
//!
//! ## Examples
//! ```yaml reported
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: dns
//! spec:
//!   clusterIP: 10.96.0.10
//!   ipFamilyPolicy: PreferDualStack
//!   ports: [{port: 53}]
//! ```
//! ```yaml reported
//! apiVersion: v1
//! kind: Endpoints
//! metadata:
//!   name: db
//! subsets:
//! - addresses:
//!   - ip: 192.168.1.7
//! ```
//! ```yaml reported
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   dnsConfig:
//!     nameservers: [8.8.8.8]
//!   containers: [{name: a, image: a}]
//! ```
//! ```yaml reported
//! apiVersion: metallb.io/v1beta1
//! kind: IPAddressPool
//! metadata:
//!   name: pool
//! spec:
//!   addresses:
//!   - 192.168.1.10-192.168.1.20
//! ```
//! Left alone: IPv6 beside them, headless Services, loopback, what a template gives, other kinds.
//! ```yaml unchanged
//! apiVersion: v1
//! kind: Service
//! spec:
//!   clusterIP: None
//!   externalIPs: [192.168.1.7, "fd00::7"]
//!   ipFamilyPolicy: PreferDualStack
//!   ports: [{port: 53}]
//! ---
//! apiVersion: apps/v1
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       hostAliases:
//!       - ip: 127.0.0.1
//!         hostnames: [a]
//!       dnsConfig:
//!         nameservers: ["{{ .Values.dns }}"]
//! ---
//! apiVersion: v1
//! kind: ConfigMap
//! data:
//!   clusterIP: 10.96.0.10
//! ```
//! ```yaml unchanged mode=ipv6-capable
//! apiVersion: v1
//! kind: Service
//! spec:
//!   clusterIP: 10.96.0.10
//! ```
//!
//! ## Safety
//! Nothing is edited.
//!
//! ## References
//! - <https://kubernetes.io/docs/concepts/services-networking/dual-stack/>

use std::net::IpAddr;

use sixify_langs::classify::YAML;
use sixify_langs::yaml::kubernetes::objects;
use sixify_langs::yaml::{Scalar, Stream, Value};

use crate::address_places::places;
use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[YAML],
    anchors: Anchors(&[
        &["clusterIP"],
        &["externalIPs"],
        &["loadBalancerIP"],
        &["kind: Endpoint"],
        &["nameservers"],
        &["hostAliases"],
        &["kind: IPAddressPool"],
    ]),
    specificity: 0,
    run,
};

/// The last keys of paths to addresses, by the kind of the object; any kind where it is empty.
const PATHS: [(&str, &str, &str); 8] = [
    ("Service", "spec.clusterIP", "the Service has a fixed address"),
    ("Service", "spec.clusterIPs", "the Service has fixed addresses"),
    ("Service", "spec.externalIPs", "the Service is reached at addresses from outside"),
    ("Service", "spec.loadBalancerIP", "the load balancer has a fixed address"),
    ("IPAddressPool", "spec.addresses", "load balancers get addresses from these"),
    ("", ".dnsConfig.nameservers", "pods ask these name servers"),
    ("", ".hostAliases", "pods take names to be at these addresses"),
    ("", "subsets", "the Service sends its traffic to these addresses"),
];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    // With a map, each address is dealt with by itself.
    if !Policy::of(cx.options()).listeners() || cx.options().setting("addresses/map.entries").is_some() {
        return Ok(());
    }
    for object in objects(&Stream::of(doc)) {
        if object.kind == "EndpointSlice" && object.root.get("addressType").and_then(Value::fixed) == Some("IPv4") {
            if let Some(endpoints) = object.root.get("endpoints") {
                list(endpoints, "the Service sends its traffic to these addresses", cx);
            }
            continue;
        }
        object.root.walk(&mut |path, value| {
            let dotted = format!(".{path}");
            for (kind, end, what) in PATHS {
                let here = if kind.is_empty() { dotted.ends_with(end) } else { path == end && object.kind == kind };
                let endpoints = end != "subsets" || (object.kind == "Endpoints" && path == end);
                if here && endpoints {
                    list(value, what, cx);
                }
            }
        });
    }
    Ok(())
}

/// Reports the addresses below a value, once, unless there is one of IPv6 among them.
fn list(value: &Value, what: &str, cx: &mut Context<'_>) {
    let mut found: Vec<&Scalar> = Vec::new();
    let mut ipv6 = false;
    value.walk(&mut |path, value| {
        // Names and ports of endpoints are none.
        let named = path.rsplit('.').next().is_some_and(|key| key == "ip" || key.is_empty() || key.ends_with(']'));
        let Some(scalar) = value.scalar().filter(|s| named && !s.templated) else { return };
        let text = scalar.text();
        let six =
            text.split(['/', '-']).next().and_then(|t| t.trim().parse::<IpAddr>().ok()).is_some_and(|ip| ip.is_ipv6());
        ipv6 |= six;
        if places(text).iter().any(|place| place.form.is_some()) {
            found.push(scalar);
        }
    });
    let Some(first) = found.first().filter(|_| !ipv6) else { return };
    let message = format!("{what}, and they are of IPv4");
    let finding = Finding::new(first.span, Role::DialAddress.name(), message);
    cx.report(finding.because("`--map FILE` rewrites addresses, a pair a line: 10.0.0.1 = fd00::1"));
}
