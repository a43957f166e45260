//! # Let coturn listen on IPv6 too
//!
//! ## Why it breaks
//! `listening-ip=0.0.0.0` is IPv4 only; without the line the server listens on all addresses of
//! both families.
//!
//! ## Examples
//! ```conf before path=turnserver.conf
//! listening-port=3478
//! listening-ip=0.0.0.0
//! fingerprint
//! ```
//! ```conf after path=turnserver.conf
//! listening-port=3478
//! fingerprint
//! ```
//! In IPv6-only mode:
//! ```conf before mode=ipv6-only path=turnserver.conf
//! listening-ip=0.0.0.0
//! ```
//! ```conf after unsafe mode=ipv6-only path=turnserver.conf
//! listening-ip=::
//! ```
//! Reported: addresses of relays.
//! ```conf reported path=turnserver.conf
//! relay-ip=0.0.0.0
//! ```
//! Left alone:
//! ```conf unchanged path=turnserver.conf
//! listening-ip=192.0.2.1
//! #listening-ip=0.0.0.0
//! ```
//! ```conf unchanged path=turnserver.conf
//! listening-ip=0.0.0.0
//! listening-ip=::
//! ```
//!
//! ## Safety
//! Safe: measured with 4.6 to be reached at every address of all kinds of hosts.
//!
//! ## References
//! - evidence: coturn, 4.6 measured
//! - turnserver(1)

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["listening-ip"], &["relay-ip"], &["external-ip"]]),
    specificity: 0,
    run: |doc, cx| look("coturn/listening-ip", doc, cx),
};
