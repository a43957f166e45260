//! # Let the rsync daemon serve IPv6 too
//!
//! ## Why it breaks
//! `address = 0.0.0.0` is IPv4 only; without the line the daemon listens on whatever the host has.
//! `hosts allow = 127.0.0.1` turns clients away that reach it by `localhost` and so come from
//! `::1`.
//!
//! ## Examples
//! ```ini before path=etc/rsyncd.conf
//! uid = nobody
//! address = 0.0.0.0
//! [data]
//!   path = /srv
//!   hosts allow = 127.0.0.1 10.0.0.0/8
//! ```
//! ```ini after unsafe path=etc/rsyncd.conf
//! uid = nobody
//! [data]
//!   path = /srv
//!   hosts allow = 127.0.0.1 ::1 10.0.0.0/8
//! ```
//! ```ini before path=etc/rsyncd.conf
//! address = 0.0.0.0
//! [data]
//!   path = /srv
//! ```
//! ```ini after path=etc/rsyncd.conf
//! [data]
//!   path = /srv
//! ```
//! In IPv6-only mode:
//! ```ini before mode=ipv6-only path=etc/rsyncd.conf
//! address = 0.0.0.0
//! ```
//! ```ini after unsafe mode=ipv6-only path=etc/rsyncd.conf
//! address = ::
//! ```
//! Left alone:
//! ```ini unchanged path=etc/rsyncd.conf
//! address = 192.0.2.1
//! [data]
//!   hosts allow = 127.0.0.1 ::1
//!   hosts deny = 0.0.0.0/0
//! ```
//!
//! ## Safety
//! Safe for `address`: measured to be reached at every address of all kinds of hosts, kernels
//! without IPv6 included. Where clients are listed it is unsafe.
//!
//! ## References
//! - evidence: rsyncd, measured
//! - rsyncd.conf(5)

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["address"], &["hosts allow"]]),
    specificity: 0,
    run: |doc, cx| look("rsync/daemon", doc, cx),
};
