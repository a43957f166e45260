//! # Let memcached listen on IPv6 too (memcached.conf)
//!
//! ## Why it breaks
//! `-l 0.0.0.0` is IPv4 only and `-l ::` is IPv6 only. `-l '*'`, like no `-l` at all, listens on
//! whatever the host has; a pair of addresses would have to be there on every host.
//!
//! ## Examples
//! ```conf before path=memcached.conf
//! -d
//! -l 0.0.0.0
//! -p 11211
//! ```
//! ```conf after path=memcached.conf
//! -d
//! -l *
//! -p 11211
//! ```
//! ```conf before path=memcached.conf
//! -l ::
//! -m 64
//! ```
//! ```conf after path=memcached.conf
//! -l *
//! -m 64
//! ```
//! In IPv6-only mode:
//! ```conf before mode=ipv6-only path=memcached.conf
//! -l 0.0.0.0
//! -p 11211
//! ```
//! ```conf after unsafe mode=ipv6-only path=memcached.conf
//! -l ::
//! -p 11211
//! ```
//! The loopback stays one:
//! ```conf reported path=memcached.conf
//! -l 127.0.0.1
//! -p 11211
//! ```
//! Left alone: no address, a chosen address, other files.
//! ```conf unchanged path=memcached.conf
//! -d
//! -p 11211
//! # -l 0.0.0.0
//! ```
//! ```conf unchanged path=memcached.conf
//! -l 192.0.2.1
//! ```
//! ```conf unchanged path=other.conf
//! -l 0.0.0.0
//! ```
//!
//! ## Safety
//! Safe: measured with 1.6.18 to be reached at every address of all kinds of hosts, kernels without
//! IPv6 included.
//!
//! ## References
//! - evidence: memcached, 1.6.18 measured
//! - <https://github.com/memcached/memcached/wiki/ConfiguringServer>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["0.0.0.0"], &["127.0.0.1"], &["::"]]),
    specificity: 0,
    run: |doc, cx| look("memcached/listen", doc, cx),
};
