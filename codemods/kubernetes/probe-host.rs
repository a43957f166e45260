//! # Let probes ask the address of the pod
//!
//! ## Why it breaks
//! Without `host`, the kubelet probes the address of the pod, of whatever family. A literal there
//! is asked as it is: `127.0.0.1` finds a server only where one listens on the IPv4 loopback of the
//! node, which is that of pods with `hostNetwork` alone.
//!
//! ## Examples
//! ```yaml reported
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   hostNetwork: true
//!   containers:
//!   - name: proxy
//!     livenessProbe:
//!       httpGet:
//!         host: 127.0.0.1
//!         path: /healthz
//!         port: 10256
//! ```
//! ```yaml reported
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   containers:
//!   - name: web
//!     readinessProbe:
//!       tcpSocket: {host: 0.0.0.0, port: 80}
//! ```
//! Left alone: no host, names, values of a template.
//! ```yaml unchanged
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   containers:
//!   - name: web
//!     livenessProbe:
//!       httpGet: {path: /, port: 80}
//!     readinessProbe:
//!       httpGet: {host: localhost, path: /, port: 80}
//!     startupProbe:
//!       tcpSocket: {host: "{{ .Values.host }}", port: 80}
//! ```
//!
//! ## Safety
//! Nothing is edited: whether the server also listens on the address of the pod, the manifest does
//! not say.
//!
//! ## References
//! - <https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/>

use std::net::Ipv4Addr;

use sixify_langs::classify::YAML;
use sixify_langs::yaml::Stream;
use sixify_langs::yaml::kubernetes::containers;

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod =
    Codemod { kinds: &[YAML], anchors: Anchors(&[&["Probe:", "host: "]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    for container in containers(&Stream::of(doc)) {
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            let Some(probe) = container.map.get(probe) else { continue };
            for action in ["httpGet", "tcpSocket"] {
                let Some(host) = probe.at(&[action, "host"]) else { continue };
                if host.fixed().is_none_or(|host| host.parse::<Ipv4Addr>().is_err()) {
                    continue;
                }
                let message = "the probe asks an IPv4 address; without `host` it asks the address of the pod, where the server has to listen";
                let finding = Finding::new(host.span, Role::HealthCheck.name(), message);
                cx.report(finding.because(format!("probe of container {}", container.name)));
            }
        }
    }
    Ok(())
}
