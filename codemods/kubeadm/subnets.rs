//! # Give clusters made with kubeadm subnets of IPv6
//!
//! ## Why it breaks
//! Pods and Services get addresses of the families that the subnets of the cluster have. With
//! `podSubnet: 10.244.0.0/16` that is IPv4 alone; for both families each subnet is a list of two.
//! Which prefix it is, only the operator knows: the settings `pods` and `services` give them.
//! Without them the places are reported.
//!
//! ## Examples
//! ```yaml before set.kubeadm/subnets.pods=fd00:10:244::/56 set.kubeadm/subnets.services=fd00:10:96::/112
//! apiVersion: kubeadm.k8s.io/v1beta3
//! kind: ClusterConfiguration
//! networking:
//!   podSubnet: 10.244.0.0/16
//!   serviceSubnet: "10.96.0.0/16" # of the cluster
//! controllerManager:
//!   extraArgs:
//!     cluster-cidr: 10.244.0.0/16
//! ---
//! apiVersion: kubeproxy.config.k8s.io/v1alpha1
//! kind: KubeProxyConfiguration
//! clusterCIDR: "10.244.0.0/16"
//! ```
//! ```yaml after unsafe
//! apiVersion: kubeadm.k8s.io/v1beta3
//! kind: ClusterConfiguration
//! networking:
//!   podSubnet: 10.244.0.0/16,fd00:10:244::/56
//!   serviceSubnet: "10.96.0.0/16,fd00:10:96::/112" # of the cluster
//! controllerManager:
//!   extraArgs:
//!     cluster-cidr: 10.244.0.0/16,fd00:10:244::/56
//! ---
//! apiVersion: kubeproxy.config.k8s.io/v1alpha1
//! kind: KubeProxyConfiguration
//! clusterCIDR: "10.244.0.0/16,fd00:10:244::/56"
//! ```
//! IPv6 alone, arguments as a list:
//! ```yaml before mode=ipv6-only set.kubeadm/subnets.pods=fd00:10:244::/56 set.kubeadm/subnets.services=fd00:10:96::/112
//! apiVersion: kubeadm.k8s.io/v1beta4
//! kind: ClusterConfiguration
//! networking:
//!   podSubnet: 10.244.0.0/16
//! apiServer:
//!   extraArgs:
//!   - name: service-cluster-ip-range
//!     value: 10.96.0.0/16
//! ```
//! ```yaml after unsafe
//! apiVersion: kubeadm.k8s.io/v1beta4
//! kind: ClusterConfiguration
//! networking:
//!   podSubnet: fd00:10:244::/56
//! apiServer:
//!   extraArgs:
//!   - name: service-cluster-ip-range
//!     value: fd00:10:96::/112
//! ```
//! What a template gives is kept:
//! ```yaml before path=templates/kubeadm-config.yaml.j2 set.kubeadm/subnets.pods=fd00:10:244::/56
//! apiVersion: kubeadm.k8s.io/v1beta3
//! kind: ClusterConfiguration
//! networking:
//!   podSubnet: {{ kube_pods_subnet }}
//! ```
//! ```yaml after unsafe path=templates/kubeadm-config.yaml.j2
//! apiVersion: kubeadm.k8s.io/v1beta3
//! kind: ClusterConfiguration
//! networking:
//!   podSubnet: {{ kube_pods_subnet }},fd00:10:244::/56
//! ```
//! Reported: without the prefixes; one mask for the nodes, which only one family can have; addresses
//! of one node.
//! ```yaml reported path=templates/kubeadm-config.yaml.j2
//! apiVersion: kubeadm.k8s.io/v1beta3
//! kind: ClusterConfiguration
//! networking:
//!   serviceSubnet: {{ kube_service_addresses }}
//! ```
//! ```yaml reported
//! apiVersion: kubeadm.k8s.io/v1beta3
//! kind: ClusterConfiguration
//! controllerManager:
//!   extraArgs:
//!     node-cidr-mask-size: "24"
//! ```
//! ```yaml reported
//! apiVersion: kubeadm.k8s.io/v1beta4
//! kind: InitConfiguration
//! nodeRegistration:
//!   kubeletExtraArgs:
//!   - name: node-ip
//!     value: 10.0.0.2
//! ```
//! ```yaml reported mode=ipv6-only
//! apiVersion: kubeadm.k8s.io/v1beta3
//! kind: InitConfiguration
//! localAPIEndpoint:
//!   advertiseAddress: 10.0.0.2
//! ```
//! ```yaml reported set.kubeadm/subnets.services=fd00:10:96::/64
//! apiVersion: kubeadm.k8s.io/v1beta3
//! kind: ClusterConfiguration
//! networking:
//!   serviceSubnet: 10.96.0.0/12
//! ```
//! Left alone: both families are there, templates that know of families, other objects.
//! ```yaml unchanged
//! apiVersion: kubeadm.k8s.io/v1beta3
//! kind: ClusterConfiguration
//! networking:
//!   podSubnet: 10.244.0.0/16,fd00:10:244::/56
//!   serviceSubnet: "{{ kube_service_subnets }}"
//! ---
//! apiVersion: kubeadm.k8s.io/v1beta3
//! kind: InitConfiguration
//! localAPIEndpoint:
//!   advertiseAddress: 10.0.0.2
//! ---
//! apiVersion: kubelet.config.k8s.io/v1beta1
//! kind: KubeletConfiguration
//! address: 0.0.0.0
//! ---
//! apiVersion: example.com/v1
//! kind: ClusterConfiguration
//! networking:
//!   podSubnet: 10.244.0.0/16
//! ```
//! ```yaml unchanged mode=ipv6-capable
//! apiVersion: kubeproxy.config.k8s.io/v1alpha1
//! kind: KubeProxyConfiguration
//! clusterCIDR: 10.244.0.0/16
//! ```
//!
//! ## Safety
//! Unsafe: read in the sources of kubeadm, and not run. It is for new clusters: kubeadm does not
//! change the subnets of one that runs. The pods' prefix must be shorter than that of a node, a /64
//! unless `node-cidr-mask-size-ipv6` says another.
//!
//! ## References
//! - <https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/dual-stack-support/>
//! - source: Kubernetes, validation of --service-cluster-ip-range

use std::net::Ipv4Addr;

use sixify_langs::Mode;
use sixify_langs::classify::YAML;
use sixify_langs::yaml::kubernetes::{Object, objects};
use sixify_langs::yaml::{Data, Map, Scalar, Stream, Value, edit, splice};

use crate::prelude::*;
use crate::subnets::{Outcome, Subnet, outcome};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[YAML],
    anchors: Anchors(&[&["kubeadm.k8s.io"], &["kubeproxy.config.k8s.io", "clusterCIDR"], &["clusterDNS"]]),
    specificity: 0,
    run,
};

const EVIDENCE: &str = "source: kubeadm, dual-stack support";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if !Policy::of(cx.options()).listeners() {
        return Ok(());
    }
    for object in objects(&Stream::of(doc)) {
        let version = object.root.get("apiVersion").and_then(Value::scalar).map_or("", |s| s.text());
        let group = version.split('/').next().unwrap_or("");
        match (group, object.kind) {
            ("kubeadm.k8s.io", "ClusterConfiguration") => cluster(doc, &object, cx),
            ("kubeadm.k8s.io", "InitConfiguration" | "JoinConfiguration") => node(&object, cx),
            ("kubeproxy.config.k8s.io", "KubeProxyConfiguration") => {
                key(doc, object.root.map(), "clusterCIDR", Subnet::Pods, cx);
            }
            ("kubelet.config.k8s.io", "KubeletConfiguration") => kubelet(&object, cx),
            _ => {}
        }
    }
    Ok(())
}

fn cluster(doc: &Document, object: &Object<'_>, cx: &mut Context<'_>) {
    let networking = object.root.get("networking").and_then(Value::map);
    key(doc, networking, "podSubnet", Subnet::Pods, cx);
    key(doc, networking, "serviceSubnet", Subnet::Services, cx);
    for part in ["apiServer", "controllerManager"] {
        let Some(arguments) = object.root.at(&[part, "extraArgs"]) else { continue };
        for (name, scalar, flow) in self::arguments(arguments) {
            match name {
                "cluster-cidr" => list(doc, scalar, flow, Subnet::Pods, cx),
                "service-cluster-ip-range" => list(doc, scalar, flow, Subnet::Services, cx),
                "node-cidr-mask-size" => {
                    let message = "one length cannot be that of both families: with two subnets the controller manager wants node-cidr-mask-size-ipv4 and node-cidr-mask-size-ipv6";
                    let finding = Finding::new(scalar.span, Role::Cidr.name(), message);
                    cx.report(finding.because(EVIDENCE));
                }
                _ => {}
            }
        }
    }
}

/// Arguments by their names: a mapping up to v1beta3, a list of names and values from v1beta4 on.
fn arguments(value: &Value) -> Vec<(&str, &Scalar, bool)> {
    match &value.data {
        Data::Map(map) => {
            let pair = |e: &'_ sixify_langs::yaml::Entry| e.key.fixed().is_some();
            let entries = map.entries.iter().filter(|e| pair(e));
            entries.filter_map(|e| Some((e.key.text(), e.value.scalar()?, map.flow))).collect()
        }
        Data::Seq(seq) => {
            let maps = seq.items.iter().filter_map(|item| item.value.map());
            maps.filter_map(|m| Some((m.get("name")?.fixed()?, m.get("value")?.scalar()?, m.flow))).collect()
        }
        _ => Vec::new(),
    }
}

fn key(doc: &Document, map: Option<&Map>, name: &str, subnet: Subnet, cx: &mut Context<'_>) {
    let Some(map) = map else { return };
    let named = map.entries.iter().filter(|e| e.key.fixed() == Some(name));
    for scalar in named.filter_map(|e| e.value.scalar()) {
        list(doc, scalar, map.flow, subnet, cx);
    }
}

/// A list of subnets with commas.
fn list(doc: &Document, scalar: &Scalar, flow: bool, subnet: Subnet, cx: &mut Context<'_>) {
    let what = match subnet {
        Subnet::Pods => "pods have addresses of the families that this subnet has, and that is IPv4 alone",
        Subnet::Services => "Services have addresses of the families that this subnet has, and that is IPv4 alone",
    };
    let finding = Finding::new(scalar.span, Role::Cidr.name(), what).because(EVIDENCE);
    let edits = match outcome(scalar.text(), scalar.templated, subnet, cx.options()) {
        Outcome::Fine => return,
        Outcome::Asks(what) => return cx.report(finding.because(what)),
        Outcome::Becomes(new) => edit::replace(scalar, &new, flow).map(|e| vec![e]),
        Outcome::Appended(more) => splice::splice(&doc.text, scalar, flow, &[(Span::at(scalar.text().len()), more)]),
    };
    cx.report(match edits {
        Some(edits) => finding.fix(Applicability::Unsafe, Fix::new().edits(edits)),
        None => finding,
    });
}

fn literal(scalar: &Scalar) -> bool {
    scalar.fixed().is_some_and(|text| text.parse::<Ipv4Addr>().is_ok_and(|ip| !ip.is_unspecified()))
}

/// The addresses of one node, which its own operator knows.
fn node(object: &Object<'_>, cx: &mut Context<'_>) {
    let only = Policy::of(cx.options()).mode == Mode::Ipv6Only;
    let endpoints = [&["localAPIEndpoint"][..], &["controlPlane", "localAPIEndpoint"]];
    for endpoint in endpoints.iter().filter_map(|path| object.root.at(path)).filter(|_| only) {
        if let Some(scalar) = endpoint.get("advertiseAddress").and_then(Value::scalar).filter(|s| literal(s)) {
            let message =
                "the API server advertises one address; for IPv6 alone it has to be an IPv6 address of this node";
            cx.report(Finding::new(scalar.span, Role::BindHost.name(), message).because(EVIDENCE));
        }
    }
    let Some(list) = object.root.at(&["nodeRegistration", "kubeletExtraArgs"]) else { return };
    for (_, scalar, _) in arguments(list).into_iter().filter(|(name, s, _)| *name == "node-ip" && literal(s)) {
        let message = if only {
            "the node has an IPv4 address only; for IPv6 alone it has to be an IPv6 address of this node"
        } else {
            "the node has an IPv4 address only; for both families node-ip is a list of two, as in 10.0.0.2,fd00::2"
        };
        cx.report(Finding::new(scalar.span, Role::BindHost.name(), message).because(EVIDENCE));
    }
}

/// The address of the cluster's DNS, which is one of the Services' subnet.
fn kubelet(object: &Object<'_>, cx: &mut Context<'_>) {
    if Policy::of(cx.options()).mode != Mode::Ipv6Only {
        return;
    }
    let Some(servers) = object.root.get("clusterDNS").and_then(Value::seq) else { return };
    let servers = servers.items.iter().filter_map(|item| item.value.scalar());
    for scalar in servers.filter(|s| literal(s)) {
        let message =
            "pods without IPv4 cannot reach this name server; it has to be the IPv6 address of the DNS Service";
        cx.report(Finding::new(scalar.span, Role::DialAddress.name(), message).because(EVIDENCE));
    }
}
