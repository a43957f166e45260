//! # Let unbound listen on IPv6 too
//!
//! ## Why it breaks
//! `interface: 0.0.0.0` is IPv4 only and `::0` IPv6 only; both lines serve both families.
//! `access-control` speaks of one family per line, and a client that no line speaks of is refused.
//!
//! ## Examples
//! ```conf before path=etc/unbound/unbound.conf
//! server:
//!   access-control: 0.0.0.0/0 allow
//!   access-control: 127.0.0.0/8 allow
//! ```
//! ```conf after unsafe path=etc/unbound/unbound.conf
//! server:
//!   access-control: 0.0.0.0/0 allow
//!   access-control: ::0/0 allow
//!   access-control: 127.0.0.0/8 allow
//!   access-control: ::1 allow
//! ```
//! ```conf before path=etc/unbound/unbound.conf
//! server:
//!   interface: 0.0.0.0
//! ```
//! ```conf after path=etc/unbound/unbound.conf
//! server:
//!   interface: 0.0.0.0
//!   interface: ::0
//! ```
//! ```conf before path=etc/unbound/unbound.conf
//! server:
//!   interface: 0.0.0.0@5353
//! ```
//! ```conf after path=etc/unbound/unbound.conf
//! server:
//!   interface: 0.0.0.0@5353
//!   interface: ::0@5353
//! ```
//! ```conf before path=etc/unbound/unbound.conf
//! server:
//!   do-ip6: no
//! ```
//! ```conf after unsafe path=etc/unbound/unbound.conf
//! server:
//!   do-ip6: yes
//! ```
//! In IPv6-only mode:
//! ```conf before mode=ipv6-only path=etc/unbound/unbound.conf
//! server:
//!   interface: 0.0.0.0
//! ```
//! ```conf after unsafe mode=ipv6-only path=etc/unbound/unbound.conf
//! server:
//!   interface: ::0
//! ```
//! Reported: the loopback, where the second line needs another setting.
//! ```conf reported path=etc/unbound/unbound.conf
//! server:
//!   interface: 127.0.0.1
//! ```
//! Left alone: both families are there, perhaps by a condition.
//! ```conf unchanged path=etc/unbound/unbound.conf
//! server:
//!   interface: 0.0.0.0
//!   {% if SUBNET6 %}
//!   interface: ::0
//!   {% endif %}
//!   access-control: 192.0.2.0/24 allow
//! ```
//! ```conf unchanged path=etc/unbound/unbound.conf
//! server:
//!   interface: 0.0.0.0
//! {{- '  interface: ::0' if SUBNET6 }}
//!   do-ip6: {{ 'yes' if SUBNET6 else 'no' }}
//! ```
//! ```conf unchanged path=etc/unbound/unbound.conf
//! server:
//!   interface: 192.0.2.1
//!   interface: ::0
//!   # interface: 0.0.0.0
//! ```
//!
//! ## Safety
//! Safe for `interface`: measured with 1.17 to be reached at every address of all kinds of hosts,
//! kernels without IPv6 included. Who may ask is a matter of trust, and unsafe.
//!
//! ## References
//! - evidence: unbound, 1.17 measured
//! - unbound.conf(5)

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["interface:"], &["ip-address:"], &["access-control:"], &["do-ip6:"]]),
    specificity: 0,
    run: |doc, cx| look("unbound/interface", doc, cx),
};
