//! # Let cups listen on IPv6 too
//!
//! ## Why it breaks
//! `Listen 0.0.0.0:631` is IPv4 only; `Port 631` listens on all addresses of both families.
//!
//! ## Examples
//! ```cupsd before path=etc/cups/cupsd.conf
//! Listen 0.0.0.0:631
//! Browsing On
//! ```
//! ```cupsd after path=etc/cups/cupsd.conf
//! Port 631
//! Browsing On
//! ```
//! In IPv6-only mode:
//! ```cupsd before mode=ipv6-only path=etc/cups/cupsd.conf
//! Listen 0.0.0.0:631
//! ```
//! ```cupsd after unsafe mode=ipv6-only path=etc/cups/cupsd.conf
//! Listen [::]:631
//! ```
//! Left alone:
//! ```cupsd unchanged path=etc/cups/cupsd.conf
//! Listen localhost:631
//! Listen /run/cups/cups.sock
//! Listen 192.0.2.1:631
//! #Listen 0.0.0.0:631
//! ```
//! ```cupsd unchanged path=etc/cups/cupsd.conf
//! Listen 0.0.0.0:631
//! Listen [::]:631
//! ```
//!
//! ## Safety
//! Safe: measured with 2.4 to be reached at every address of all kinds of hosts.
//!
//! ## References
//! - evidence: cups, 2.4 measured
//! - cupsd.conf(5)

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["Listen"]]),
    specificity: 0,
    run: |doc, cx| look("cups/listen", doc, cx),
};
