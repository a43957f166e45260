//! # Do not choose IPv4 addresses in elasticsearch.yml
//!
//! ## Why it breaks
//! Java listens on both families for `0.0.0.0`, so that stays. `_site:ipv4_` chooses IPv4 addresses
//! and leaves an IPv6-only host without any.
//!
//! ## Examples
//! ```yaml before path=elasticsearch.yml
//! cluster.name: a
//! network.host: _site:ipv4_
//! ```
//! ```yaml after unsafe path=elasticsearch.yml
//! cluster.name: a
//! network.host: _site_
//! ```
//! In IPv6-only mode:
//! ```yaml before mode=ipv6-only path=elasticsearch.yml
//! network.host: "_eth0:ipv4_"
//! ```
//! ```yaml after unsafe mode=ipv6-only path=elasticsearch.yml
//! network.host: "_eth0:ipv6_"
//! ```
//! Left alone:
//! ```yaml unchanged path=elasticsearch.yml
//! network.host: 0.0.0.0
//! http.port: 9200
//! ```
//! ```yaml unchanged path=elasticsearch.yml
//! network.host: [_local_, _site_]
//! ```
//!
//! ## Safety
//! Unsafe: read in the manual and not run.
//!
//! ## References
//! - evidence: the Java runtime, 17 measured
//! - <https://www.elastic.co/guide/en/elasticsearch/reference/current/modules-network.html>

use crate::prelude::*;
use crate::servers::{TREES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: TREES,
    anchors: Anchors(&[&["ipv4_"], &["network.host"]]),
    specificity: 0,
    run: |doc, cx| look("elasticsearch/network-host", doc, cx),
};
