//! # Switch IPv6 on in Cilium
//!
//! ## Why it breaks
//! Cilium gives pods IPv4 addresses only, unless IPv6 is switched on in its values, or in its
//! ConfigMap.
//!
//! ## Examples
//! ```yaml before path=cilium/values.yaml
//! ipv4:
//!   enabled: true
//! ipv6:
//!   # Needs IPv6 on the nodes.
//!   enabled: false
//! ```
//! ```yaml after unsafe path=cilium/values.yaml
//! ipv4:
//!   enabled: true
//! ipv6:
//!   # Needs IPv6 on the nodes.
//!   enabled: true
//! ```
//! ```yaml before mode=ipv6-only
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: cilium-config
//! data:
//!   enable-ipv4: "true"
//!   enable-ipv6: "false"
//!   ipam: "kubernetes"
//! ```
//! ```yaml after unsafe
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: cilium-config
//! data:
//!   enable-ipv4: "false"
//!   enable-ipv6: "true"
//!   ipam: "kubernetes"
//! ```
//! With a pool of its own Cilium needs the prefix, which only the operator knows:
//! ```yaml reported
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: cilium-config
//! data:
//!   enable-ipv6: "false"
//!   ipam: "cluster-pool"
//!   cluster-pool-ipv4-cidr: "10.0.0.0/8"
//! ```
//! Left alone: values of other charts, IPv6 is on, what a template decides.
//! ```yaml unchanged path=other/values.yaml
//! ipv4:
//!   enabled: true
//! ipv6:
//!   enabled: false
//! ```
//! ```yaml unchanged
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: cilium-config
//! data:
//!   enable-ipv6: "true"
//! ---
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: cilium-config
//! data:
//!   enable-ipv6: "{{ cilium_enable_ipv6 }}"
//! ```
//! ```yaml unchanged mode=ipv6-capable path=cilium/values.yaml
//! ipv4: {enabled: true}
//! ipv6: {enabled: false}
//! ```
//!
//! ## Safety
//! Unsafe: read in Cilium's documentation, and not run. Its agents do not start on nodes without
//! IPv6.
//!
//! ## References
//! - <https://docs.cilium.io/en/stable/network/concepts/ipam/cluster-pool/>

use sixify_langs::Mode;
use sixify_langs::classify::YAML;
use sixify_langs::yaml::kubernetes::objects;
use sixify_langs::yaml::{Map, Stream, Value, edit};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[YAML],
    anchors: Anchors(&[&["enable-ipv6"], &["ipv6:", "ipv4:", "enabled"]]),
    specificity: 0,
    run,
};

/// Values that only Cilium's chart has.
const OWN: [&str; 5] = ["kubeProxyReplacement", "hubble", "bpf", "routingMode", "tunnel"];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return Ok(());
    }
    let stream = Stream::of(doc);
    let objects = objects(&stream);
    for object in objects.iter().filter(|o| o.kind == "ConfigMap" && o.name == "cilium-config") {
        let Some(data) = object.root.get("data").and_then(Value::map) else { continue };
        let own = data.get("ipam").and_then(Value::fixed).is_some_and(|ipam| ipam.starts_with("cluster-pool"));
        let needs = own && !data.has("cluster-pool-ipv6-cidr");
        look((data, "enable-ipv6"), (Some(data), "enable-ipv4"), needs, policy.mode, cx);
    }
    for root in stream.roots.iter().filter(|_| objects.is_empty()) {
        let Some(map) = root.map() else { continue };
        let place = doc.path.to_ascii_lowercase();
        if !place.contains("cilium") && !OWN.iter().any(|key| map.has(key)) {
            continue;
        }
        if let Some(ipv6) = map.get("ipv6").and_then(Value::map) {
            let ipv4 = map.get("ipv4").and_then(Value::map);
            look((ipv6, "enabled"), (ipv4, "enabled"), false, policy.mode, cx);
        }
    }
    Ok(())
}

fn look((map, key): (&Map, &str), (other, name): (Option<&Map>, &str), needs: bool, mode: Mode, cx: &mut Context<'_>) {
    let Some(entry) = map.entry(key).filter(|e| e.value.fixed() == Some("false")) else { return };
    let message = "Cilium gives pods IPv4 addresses only; switched on, its agents need IPv6 on their nodes";
    let finding = Finding::new(entry.span, Role::Switch.name(), message).because("source: Cilium's documentation");
    if needs {
        return cx.report(finding.because("cluster-pool-ipv6-cidr has to give the prefix of the pods"));
    }
    let written = |value: &Value, word: &str| {
        let scalar = value.scalar()?;
        match scalar.style {
            // A truth value stays one.
            sixify_langs::yaml::Style::Plain => edit::replace_bare(scalar, word),
            _ => edit::replace(scalar, word, false),
        }
    };
    let mut edits: Vec<Edit> = written(&entry.value, "true").into_iter().collect();
    let ipv4 = other.and_then(|map| map.entry(name)).filter(|e| e.value.fixed() == Some("true"));
    edits.extend(ipv4.filter(|_| mode == Mode::Ipv6Only).and_then(|e| written(&e.value, "false")));
    cx.report(finding.fix(Applicability::Unsafe, Fix::new().edits(edits)));
}
