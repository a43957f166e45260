//! # Let squid listen on IPv6 too
//!
//! ## Why it breaks
//! `http_port 0.0.0.0:3128` is IPv4 only; the port alone listens on whatever the host has. A second
//! line for `[::]` finds the port taken, and stops squid on hosts without IPv6. `src 0.0.0.0/0` in
//! an acl is everybody on IPv4; `all` is everybody.
//!
//! ## Examples
//! ```squid before path=etc/squid/squid.conf
//! http_port 0.0.0.0:3128 intercept
//! http_access allow all
//! ```
//! ```squid after unsafe path=etc/squid/squid.conf
//! http_port 3128 intercept
//! http_access allow all
//! ```
//! ```squid before path=etc/squid/squid.conf
//! acl everybody src 0.0.0.0/0
//! http_access allow everybody
//! ```
//! ```squid after unsafe path=etc/squid/squid.conf
//! acl everybody src all
//! http_access allow everybody
//! ```
//! In IPv6-only mode:
//! ```squid before mode=ipv6-only path=etc/squid/squid.conf
//! http_port 0.0.0.0:3128
//! ```
//! ```squid after unsafe mode=ipv6-only path=etc/squid/squid.conf
//! http_port [::]:3128
//! ```
//! Reported: the loopback, and a preference for IPv4.
//! ```squid reported path=etc/squid/squid.conf
//! http_port 127.0.0.1:3128
//! ```
//! ```squid reported path=etc/squid/squid.conf
//! dns_v4_first on
//! ```
//! Left alone:
//! ```squid unchanged path=etc/squid/squid.conf
//! http_port 3128
//! http_port 192.0.2.1:3129
//! acl lan src 10.0.0.0/8
//! acl all src all
//! ```
//!
//! ## Safety
//! Unsafe: measured with 5.7 on every kind of host, kernels without IPv6 included, but not by the
//! project's own lab.
//!
//! ## References
//! - evidence: squid, 5.7 measured
//! - <http://www.squid-cache.org/Doc/config/http_port/>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["http_port"], &["https_port"], &["acl"], &["dns_v4_first"]]),
    specificity: 0,
    run: |doc, cx| look("squid/http-port", doc, cx),
};
