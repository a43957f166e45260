//! # Let chrony serve IPv6 too
//!
//! ## Why it breaks
//! `allow 0.0.0.0/0` lets IPv4 clients in only. `bindcmdaddress` takes one address of each family, and
//! without one for IPv6 commands are taken from the loopback alone. `bindaddress 0.0.0.0` leaves
//! the IPv6 addresses as they are: all of them are served.
//!
//! ## Examples
//! ```conf before path=etc/chrony/chrony.conf
//! bindaddress 0.0.0.0
//! bindcmdaddress 0.0.0.0
//! allow 0.0.0.0/0
//! ```
//! ```conf after unsafe path=etc/chrony/chrony.conf
//! bindaddress 0.0.0.0
//! bindcmdaddress 0.0.0.0
//! bindcmdaddress ::
//! allow 0.0.0.0/0
//! allow ::/0
//! ```
//! In IPv6-only mode:
//! ```conf before mode=ipv6-only path=etc/chrony/chrony.conf
//! bindcmdaddress 0.0.0.0
//! ```
//! ```conf after unsafe mode=ipv6-only path=etc/chrony/chrony.conf
//! bindcmdaddress ::
//! ```
//! Left alone:
//! ```conf unchanged path=etc/chrony/chrony.conf
//! bindaddress 0.0.0.0
//! allow
//! allow 10.0.0.0/8
//! ```
//!
//! ## Safety
//! Unsafe: read in the manual and not run.
//!
//! ## References
//! - chrony.conf(5)

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["bindaddress"], &["bindcmdaddress"], &["allow"]]),
    specificity: 0,
    run: |doc, cx| look("chrony/bind-address", doc, cx),
};
