//! # Give clusters subnets of IPv6 (command lines)
//!
//! ## Why it breaks
//! `kubeadm init --pod-network-cidr=10.244.0.0/16` makes a cluster whose pods have IPv4 addresses
//! only. Each subnet of a cluster with both families is a list of two. Which prefix it is, only the
//! operator knows: the settings `kubeadm/subnets.pods` and `kubeadm/subnets.services` give them.
//! Without them the places are reported.
//!
//! ## Examples
//! ```sh before set.kubeadm/subnets.pods=fd00:10:244::/56 set.kubeadm/subnets.services=fd00:10:96::/112
//! sudo kubeadm init --pod-network-cidr=10.244.0.0/16 --service-cidr 10.96.0.0/12
//! ```
//! ```sh after unsafe
//! sudo kubeadm init --pod-network-cidr=10.244.0.0/16,fd00:10:244::/56 --service-cidr 10.96.0.0/12,fd00:10:96::/112
//! ```
//! ```yaml before mode=ipv6-only set.kubeadm/subnets.pods=fd00:10:244::/56 set.kubeadm/subnets.services=fd00:10:96::/112
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: kube-controller-manager
//! spec:
//!   containers:
//!   - name: kube-controller-manager
//!     command:
//!     - kube-controller-manager
//!     - --cluster-cidr=10.244.0.0/16
//!     - --service-cluster-ip-range=10.96.0.0/12
//! ```
//! ```yaml after unsafe
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: kube-controller-manager
//! spec:
//!   containers:
//!   - name: kube-controller-manager
//!     command:
//!     - kube-controller-manager
//!     - --cluster-cidr=fd00:10:244::/56
//!     - --service-cluster-ip-range=fd00:10:96::/112
//! ```
//! ```sh reported
//! kubeadm init --pod-network-cidr=10.244.0.0/16
//! ```
//! ```sh reported mode=ipv6-only
//! kubeadm init --apiserver-advertise-address=10.0.0.2
//! ```
//! Left alone: both families are there, values from elsewhere, other programs.
//! ```sh unchanged
//! kubeadm init --pod-network-cidr=10.244.0.0/16,fd00:10:244::/56 --apiserver-advertise-address 10.0.0.2
//! kubeadm init --pod-network-cidr=$POD_CIDR
//! mytool init --pod-network-cidr=10.244.0.0/16
//! echo kubeadm init --pod-network-cidr=10.244.0.0/16
//! ```
//! ```sh unchanged mode=ipv6-capable
//! kubeadm init --pod-network-cidr=10.244.0.0/16
//! ```
//!
//! ## Safety
//! Unsafe, as for `kubeadm/subnets`.
//!
//! ## References
//! - <https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/dual-stack-support/>

use std::net::Ipv4Addr;

use sixify_langs::Mode;
use sixify_langs::classify::{DOCKERFILE, SHELL, YAML};
use sixify_langs::command::{Change, Command, Flag, commands};

use crate::commands::catalog;
use crate::prelude::*;
use crate::subnets::{Outcome, Subnet, outcome};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[SHELL, DOCKERFILE, YAML],
    anchors: Anchors(&[
        &["--pod-network-cidr"],
        &["--service-cidr"],
        &["--cluster-cidr"],
        &["--service-cluster-ip-range"],
        &["--apiserver-advertise-address"],
    ]),
    specificity: 0,
    run,
};

const PROGRAMS: [&str; 6] = ["kubeadm", "kube-apiserver", "kube-controller-manager", "kube-proxy", "k3s", "rke2"];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if !Policy::of(cx.options()).listeners() {
        return Ok(());
    }
    for command in commands(doc).iter() {
        let Some(invocation) = command.invocation(catalog()) else { continue };
        let Some(program) = catalog().program(invocation.program) else { continue };
        if !program.names.iter().any(|name| PROGRAMS.contains(&name.as_str())) {
            continue;
        }
        for flag in command.flags(&invocation, program) {
            look(doc, command, &flag, cx);
        }
    }
    Ok(())
}

fn look(doc: &Document, command: &Command, flag: &Flag<'_>, cx: &mut Context<'_>) {
    let [value] = flag.values.as_slice() else { return };
    let Some(word) = command.words.get(value.word).filter(|_| value.fixed) else { return };
    let report = |message: &str| {
        let finding = Finding::new(word.span, Role::Cidr.name(), message);
        finding.because(command.what.clone()).because("source: kubeadm, dual-stack support")
    };
    let subnet = if flag.is("--pod-network-cidr") || flag.is("--cluster-cidr") {
        Subnet::Pods
    } else if flag.is("--service-cidr") || flag.is("--service-cluster-ip-range") {
        Subnet::Services
    } else {
        let only = Policy::of(cx.options()).mode == Mode::Ipv6Only;
        if only && value.text.parse::<Ipv4Addr>().is_ok_and(|ip| !ip.is_unspecified()) {
            cx.report(report("for IPv6 alone the API server has to advertise an IPv6 address of its node"));
        }
        return;
    };
    let finding = report(match subnet {
        Subnet::Pods => "pods have addresses of the families that this subnet has, and that is IPv4 alone",
        Subnet::Services => "Services have addresses of the families that this subnet has, and that is IPv4 alone",
    });
    match outcome(value.text, false, subnet, cx.options()) {
        Outcome::Fine => {}
        Outcome::Asks(what) => cx.report(finding.because(what)),
        Outcome::Becomes(new) | Outcome::Appended(new) => {
            let change = Change::new().replace(value.word, flag.with_value(value, &new));
            cx.report(match command.edits(doc, &change) {
                Some(edits) => finding.fix(Applicability::Unsafe, Fix::new().edits(edits)),
                None => finding,
            });
        }
    }
}
