//! # Let Kibana and OpenSearch Dashboards listen on both families
//!
//! ## Why it breaks
//! `server.host: 0.0.0.0` is IPv4 only. The server runs on Node.js, where `::` is one socket for
//! both families. In YAML the two colons need quotes.
//!
//! ## Examples
//! ```yaml before path=chart/templates/configmap.yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: {{ include "kibana.fullname" . }}-conf
//! data:
//!   kibana.yml: |
//!     pid.file: /tmp/kibana.pid
//!     server.host: 0.0.0.0
//!     elasticsearch.hosts: [{{ include "kibana.url" . }}]
//!     {{- if .Values.extra }}
//!     {{- tpl (toYaml .Values.extra) $ | nindent 4 }}
//!     {{- end }}
//! ```
//! ```yaml after unsafe path=chart/templates/configmap.yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: {{ include "kibana.fullname" . }}-conf
//! data:
//!   kibana.yml: |
//!     pid.file: /tmp/kibana.pid
//!     server.host: "::"
//!     elasticsearch.hosts: [{{ include "kibana.url" . }}]
//!     {{- if .Values.extra }}
//!     {{- tpl (toYaml .Values.extra) $ | nindent 4 }}
//!     {{- end }}
//! ```
//! ```yaml before path=config/opensearch_dashboards.yml
//! server:
//!   name: dashboards
//!   host: '0'
//! ```
//! ```yaml after unsafe path=config/opensearch_dashboards.yml
//! server:
//!   name: dashboards
//!   host: '::'
//! ```
//! ```yaml before path=values.yaml
//! kibanaConfig:
//!   kibana.yml: |
//!     server.host: "0.0.0.0"
//! ```
//! ```yaml after unsafe path=values.yaml
//! kibanaConfig:
//!   kibana.yml: |
//!     server.host: "::"
//! ```
//! Left alone: a host that was chosen, other files.
//! ```yaml unchanged path=kibana.yml
//! server.host: localhost
//! elasticsearch.hosts: ["http://0.0.0.0:9200"]
//! ```
//! ```yaml unchanged path=app.yml
//! server.host: 0.0.0.0
//! ```
//! ```yaml unchanged path=kibana.yml mode=ipv6-capable
//! server.host: 0.0.0.0
//! ```
//!
//! ## Safety
//! Unsafe: Node.js was measured, the servers were not. On kernels without IPv6 they do not start.
//!
//! ## References
//! - evidence: servers, wildcards of Node.js
//! - <https://www.elastic.co/docs/reference/kibana/configuration-reference/general-settings>

use sixify_langs::classify::YAML;
use sixify_langs::yaml::{Stream, edit};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod =
    Codemod { kinds: &[YAML], anchors: Anchors(&[&["server.host"], &["server:", "host:"]]), specificity: 0, run };

const NAMES: [&str; 4] = ["kibana.yml", "kibana.yaml", "opensearch_dashboards.yml", "opensearch_dashboards.yaml"];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let named = match doc.within.last() {
        None => NAMES.contains(&doc.file_name()),
        Some(place) => NAMES.iter().any(|name| place.contains(name)),
    };
    if !named || !Policy::of(cx.options()).listeners() {
        return Ok(());
    }
    for root in &Stream::of(doc).roots {
        let Some(map) = root.map() else { continue };
        let nested = map.get("server").and_then(|server| server.map());
        let found = map.entry("server.host").map(|e| (e, map.flow));
        let Some((entry, flow)) = found.or_else(|| nested.and_then(|m| Some((m.entry("host")?, m.flow)))) else {
            continue;
        };
        let Some(scalar) = entry.value.scalar().filter(|s| matches!(s.fixed(), Some("0.0.0.0" | "0"))) else {
            continue;
        };
        let message = "listens on IPv4 only; `::` is one socket for both families and needs a kernel with IPv6";
        let finding = Finding::new(scalar.span, Role::BindHost.name(), message);
        let finding = finding.because("server.host of Kibana").because("evidence: Node.js, measured");
        cx.report(match edit::replace(scalar, "::", flow) {
            Some(edit) => finding.fix(Applicability::Unsafe, Fix::new().edit(edit)),
            None => finding,
        });
    }
    Ok(())
}
