//! # Let tinyproxy listen on IPv6 too
//!
//! ## Why it breaks
//! `Listen 0.0.0.0` is IPv4 only; without the line tinyproxy listens on whatever the host has.
//! `Allow 127.0.0.1` turns clients from `::1` away.
//!
//! ## Examples
//! ```conf before path=tinyproxy.conf
//! Port 8888
//! Listen 0.0.0.0
//! Timeout 600
//! ```
//! ```conf after path=tinyproxy.conf
//! Port 8888
//! Timeout 600
//! ```
//! Not by default where clients are listed:
//! ```conf before path=tinyproxy.conf
//! Listen 0.0.0.0
//! Deny 192.0.2.1
//! Port 8888
//! ```
//! ```conf after unsafe path=tinyproxy.conf
//! Deny 192.0.2.1
//! Port 8888
//! ```
//! ```conf before path=tinyproxy.conf
//! Port 8888
//! Allow 127.0.0.1
//! ```
//! ```conf after unsafe path=tinyproxy.conf
//! Port 8888
//! Allow 127.0.0.1
//! Allow ::1
//! ```
//! In IPv6-only mode:
//! ```conf before mode=ipv6-only path=tinyproxy.conf
//! Listen 0.0.0.0
//! ```
//! ```conf after unsafe mode=ipv6-only path=tinyproxy.conf
//! Listen ::
//! ```
//! Left alone:
//! ```conf unchanged path=tinyproxy.conf
//! Port 8888
//! #Listen 0.0.0.0
//! Allow 127.0.0.1
//! Allow ::1
//! ```
//! ```conf unchanged path=tinyproxy.conf
//! Listen 192.0.2.1
//! ```
//!
//! ## Safety
//! Safe for `Listen`: measured with 1.11 to be reached at every address of all kinds of hosts,
//! kernels without IPv6 included.
//!
//! ## References
//! - evidence: tinyproxy, 1.11 measured
//! - tinyproxy.conf(5)

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["Listen"], &["Allow"]]),
    specificity: 0,
    run: |doc, cx| look("tinyproxy/listen", doc, cx),
};
