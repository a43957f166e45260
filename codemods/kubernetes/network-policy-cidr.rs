//! # Report ranges of IPv4 addresses that let clients in or pods out
//!
//! ## Why it breaks
//! Where only IPv4 ranges are listed, no IPv6 client is let in, and nothing is reached over IPv6:
//! `0.0.0.0/0` stands for every IPv4 address, not for every address. Which IPv6 ranges belong beside
//! them is a decision about trust, so that nothing is edited.
//!
//! ## Examples
//! Network policies, with what to add where that can be told:
//! ```yaml reported
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata:
//!   name: web
//! spec:
//!   podSelector: {}
//!   egress:
//!     - to:
//!         - ipBlock:
//!             cidr: 0.0.0.0/0
//!             except: [10.0.0.0/8]
//! ```
//! ```yaml reported path=chart/templates/policy.yaml
//! apiVersion: {{ include "policy.version" . }}
//! kind: NetworkPolicy
//! metadata:
//!   name: {{ .Release.Name }}
//! spec:
//!   ingress:
//!     - from:
//!         - podSelector: {}
//!         - ipBlock: {cidr: "192.168.0.0/16"}
//! ```
//! Sources of a Service and of an ingress:
//! ```yaml reported
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: web
//! spec:
//!   type: LoadBalancer
//!   loadBalancerSourceRanges:
//!   - 0.0.0.0/0
//! ```
//! ```yaml reported
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata:
//!   name: web
//!   annotations:
//!     nginx.ingress.kubernetes.io/whitelist-source-range: "10.0.0.0/8, 192.168.0.0/16"
//! ```
//! Left alone: lists with a range of each family, ranges from a template, one machine's address,
//! other kinds and keys.
//! ```yaml unchanged
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! spec:
//!   egress:
//!   - to:
//!     - ipBlock: {cidr: 0.0.0.0/0}
//!     - ipBlock:
//!         cidr: "::/0"
//!   - to:
//!     - ipBlock:
//!         cidr: {{ .Values.cidr }}
//!   # - to: [{ipBlock: {cidr: 0.0.0.0/0}}]
//!   ingress:
//!   - from:
//!     - ipBlock: {cidr: 192.0.2.7/32}
//! ---
//! apiVersion: v1
//! kind: Service
//! spec:
//!   loadBalancerSourceRanges: [10.0.0.0/8, "fd00::/8"]
//! ---
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata:
//!   annotations:
//!     nginx.ingress.kubernetes.io/whitelist-source-range: 0.0.0.0/0,::/0
//!     example.com/note: 0.0.0.0/0
//! ---
//! apiVersion: example.com/v1
//! kind: Pool
//! spec:
//!   ipBlock:
//!     cidr: 10.0.0.0/8
//! ---
//! apiVersion: v1
//! kind: ConfigMap
//! data:
//!   policy: "kind: NetworkPolicy, cidr: 0.0.0.0/0"
//! ```
//!
//! ## Safety
//! Nothing is edited.
//!
//! ## References
//! - source: Kubernetes, validation of NetworkPolicy: an exception is of the family of its range
//! - <https://kubernetes.io/docs/concepts/services-networking/network-policies/>

use std::net::{Ipv4Addr, Ipv6Addr};

use sixify_langs::classify::YAML;
use sixify_langs::yaml::kubernetes::{Object, objects};
use sixify_langs::yaml::{Stream, Value};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[YAML],
    anchors: Anchors(&[&["NetworkPolicy", "ipBlock"], &["loadBalancerSourceRanges"], &["list-source-range"]]),
    specificity: 0,
    run,
};

const EVIDENCE: &str = "source: an IPv6 address is in no IPv4 range, and 0.0.0.0/0 is every IPv4 address";

/// A range, by its family.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Range {
    AllIpv4,
    Ipv4,
    Ipv6,
    /// One address, or nothing that is written here.
    Other,
}

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let stream = Stream::of(doc);
    for object in objects(&stream) {
        match object.kind {
            "NetworkPolicy" => policy(&object, cx),
            "Service" => {
                let ranges = object.root.at(&["spec", "loadBalancerSourceRanges"]);
                let items = ranges.and_then(Value::seq).map_or(&[][..], |s| &s.items);
                let found: Vec<_> = items.iter().map(|i| (range(i.value.fixed()), i.value.span)).collect();
                report(&found, &object, "are let in through the load balancer", cx);
            }
            _ => {}
        }
        annotations(&object, cx);
    }
    Ok(())
}

fn range(text: Option<&str>) -> Range {
    let Some((address, length)) = text.and_then(|t| t.trim().split_once('/')) else { return Range::Other };
    let Ok(length) = length.parse::<u8>() else { return Range::Other };
    match (address.parse::<Ipv4Addr>(), address.parse::<Ipv6Addr>()) {
        (Ok(address), _) if length == 0 && address.is_unspecified() => Range::AllIpv4,
        (Ok(_), _) if length < 32 => Range::Ipv4,
        (_, Ok(_)) => Range::Ipv6,
        _ => Range::Other,
    }
}

/// The peers of each rule: what stands in one list belongs together.
fn policy(object: &Object<'_>, cx: &mut Context<'_>) {
    object.root.walk(&mut |path, value| {
        let Some(peers) = value.seq() else { return };
        let what = match path.rsplit('.').next() {
            Some("from") => "are let in by this rule",
            Some("to") => "may be reached by this rule",
            _ => return,
        };
        let cidr = |peer: &Value| {
            let cidr = peer.at(&["ipBlock", "cidr"])?;
            Some((range(cidr.fixed()), cidr.span))
        };
        let found: Vec<_> = peers.items.iter().filter_map(|item| cidr(&item.value)).collect();
        report(&found, object, what, cx);
    });
}

/// Sources that ingress controllers take from annotations.
fn annotations(object: &Object<'_>, cx: &mut Context<'_>) {
    let Some(map) = object.root.at(&["metadata", "annotations"]).and_then(Value::map) else { return };
    for entry in &map.entries {
        let key = entry.key.fixed().unwrap_or("");
        if !key.ends_with("/whitelist-source-range") && !key.ends_with("/allowlist-source-range") {
            continue;
        }
        let Some(text) = entry.value.fixed() else { continue };
        let found: Vec<_> = text.split(',').map(|part| (range(Some(part)), entry.value.span)).collect();
        report(&found, object, "are let in by the ingress", cx);
    }
}

/// Reports a list that has IPv4 ranges and none of IPv6, once for the list.
fn report(found: &[(Range, Span)], object: &Object<'_>, what: &str, cx: &mut Context<'_>) {
    if found.iter().any(|(range, _)| *range == Range::Ipv6) {
        return;
    }
    let all = found.iter().find(|(range, _)| *range == Range::AllIpv4);
    let Some((range, span)) = all.or_else(|| found.iter().find(|(range, _)| *range == Range::Ipv4)) else { return };
    let advice = match range {
        Range::AllIpv4 => "::/0 beside 0.0.0.0/0 is every address, exceptions of IPv6 apart",
        _ => "the IPv6 ranges of the same networks belong beside these",
    };
    let message = format!("only IPv4 addresses {what}; {advice}");
    let name = if object.name.is_empty() { String::new() } else { format!(" {}", object.name) };
    let finding = Finding::new(*span, Role::Cidr.name(), message).because(format!("{}{name}", object.kind));
    cx.report(finding.because(EVIDENCE));
}
