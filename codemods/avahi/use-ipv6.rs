//! # Let avahi use IPv6 too
//!
//! ## Why it breaks
//! `use-ipv6=no` keeps the daemon from answering and asking over IPv6, so hosts without IPv4
//! neither find anybody nor are found.
//!
//! ## Examples
//! ```ini before path=avahi-daemon.conf
//! [server]
//! use-ipv4=yes
//! use-ipv6=no
//! ```
//! ```ini after unsafe path=avahi-daemon.conf
//! [server]
//! use-ipv4=yes
//! use-ipv6=yes
//! ```
//! Left alone:
//! ```ini unchanged path=avahi-daemon.conf
//! [server]
//! #use-ipv6=no
//! use-ipv6=yes
//! ```
//!
//! ## Safety
//! Unsafe: read in the manual and not run.
//!
//! ## References
//! - avahi-daemon.conf(5)

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["use-ipv6"]]),
    specificity: 0,
    run: |doc, cx| look("avahi/use-ipv6", doc, cx),
};
