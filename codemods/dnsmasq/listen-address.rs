//! # Let dnsmasq answer on the IPv6 loopback too
//!
//! ## Why it breaks
//! `listen-address=127.0.0.1` is one loopback of two; dnsmasq passes over the one that the host
//! does not have, unless `bind-interfaces` is set. `listen-address=0.0.0.0` without
//! `bind-interfaces` answers nobody at all, and addresses of servers stand without brackets.
//!
//! ## Examples
//! ```conf before path=etc/dnsmasq.conf
//! no-resolv
//! listen-address=127.0.0.1
//! ```
//! ```conf after path=etc/dnsmasq.conf
//! no-resolv
//! listen-address=127.0.0.1,::1
//! ```
//! ```conf before path=etc/dnsmasq.conf
//! port=53
//! listen-address=0.0.0.0
//! no-hosts
//! ```
//! ```conf after unsafe path=etc/dnsmasq.conf
//! port=53
//! no-hosts
//! ```
//! Reported: a loopback address with `bind-interfaces`, and brackets.
//! ```conf reported path=etc/dnsmasq.conf
//! bind-interfaces
//! listen-address=127.0.0.1
//! ```
//! ```conf reported path=etc/dnsmasq.conf
//! server=[2001:db8::1]
//! ```
//! Left alone:
//! ```conf unchanged path=etc/dnsmasq.conf
//! listen-address=127.0.0.1
//! listen-address=::1
//! ```
//! ```conf unchanged path=etc/dnsmasq.conf
//! listen-address=::1,127.0.0.1
//! server=2001:db8::1#53
//! ```
//! ```conf unchanged path=etc/dnsmasq.conf
//! bind-interfaces
//! listen-address=0.0.0.0
//! ```
//!
//! ## Safety
//! Safe for the loopback: measured on every kind of host. Unsafe for the line that goes: who had no
//! answer gets one.
//!
//! ## References
//! - evidence: dnsmasq, 2.90 measured
//! - dnsmasq(8)

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["listen-address"], &["server="]]),
    specificity: 0,
    run: |doc, cx| look("dnsmasq/listen-address", doc, cx),
};
