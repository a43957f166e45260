//! # Let Kibana and OpenSearch Dashboards listen on IPv6 too
//!
//! ## Why it breaks
//! `server.host` is handed to node: `0.0.0.0` is IPv4 only, and `::` is one socket for both
//! families.
//!
//! ## Examples
//! ```yaml before path=kibana.yml
//! server.port: 5601
//! server.host: "0.0.0.0"
//! ```
//! ```yaml after unsafe path=kibana.yml
//! server.port: 5601
//! server.host: "::"
//! ```
//! ```yaml before path=kibana.yml
//! server:
//!   host: 0.0.0.0
//! ```
//! ```yaml after unsafe path=kibana.yml
//! server:
//!   host: "::"
//! ```
//! ```yaml before path=kibana.yml
//! server.host: "0"
//! ```
//! ```yaml after unsafe path=kibana.yml
//! server.host: "::"
//! ```
//! Inside a ConfigMap:
//! ```yaml before
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: kibana
//! data:
//!   kibana.yml: |
//!     server.name: k
//!     server.host: "0.0.0.0"
//! ```
//! ```yaml after unsafe
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: kibana
//! data:
//!   kibana.yml: |
//!     server.name: k
//!     server.host: "::"
//! ```
//! Left alone:
//! ```yaml unchanged path=kibana.yml
//! server.host: localhost
//! elasticsearch.hosts: ["http://0.0.0.0:9200"]
//! ```
//! ```yaml unchanged path=kibana.yml
//! server.host: "{{ .Values.host }}"
//! ```
//! ```yaml unchanged path=other.yml
//! server.host: "0.0.0.0"
//! ```
//!
//! ## Safety
//! Unsafe: the listener of node was measured on every kind of host; that the value reaches it
//! unchanged is read and not run. On a kernel without IPv6 it does not start.
//!
//! ## References
//! - evidence: node, 20 measured
//! - <https://www.elastic.co/guide/en/kibana/current/settings.html>

use crate::prelude::*;
use crate::servers::{TREES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: TREES,
    anchors: Anchors(&[&["server.host"], &["host:"]]),
    specificity: 0,
    run: |doc, cx| look("kibana/server-host", doc, cx),
};
