//! # Let rsyslog receive on IPv6 too
//!
//! ## Why it breaks
//! `$UDPServerAddress 0.0.0.0` is IPv4 only; `*`, the default, means all addresses of both
//! families.
//!
//! ## Examples
//! ```conf before path=etc/rsyslog.conf
//! $ModLoad imudp
//! $UDPServerAddress 0.0.0.0
//! $UDPServerRun 514
//! ```
//! ```conf after path=etc/rsyslog.conf
//! $ModLoad imudp
//! $UDPServerAddress *
//! $UDPServerRun 514
//! ```
//! In IPv6-only mode:
//! ```conf before mode=ipv6-only path=etc/rsyslog.conf
//! $UDPServerAddress 0.0.0.0
//! ```
//! ```conf after unsafe mode=ipv6-only path=etc/rsyslog.conf
//! $UDPServerAddress ::
//! ```
//! Left alone:
//! ```conf unchanged path=etc/rsyslog.conf
//! $UDPServerAddress 127.0.0.1
//! #$UDPServerAddress 0.0.0.0
//! $UDPServerRun 514
//! ```
//!
//! ## Safety
//! Safe: measured with 8.2302 to be reached at every address of all kinds of hosts.
//!
//! ## References
//! - evidence: rsyslog, 8.2302 measured
//! - <https://www.rsyslog.com/doc/configuration/modules/imudp.html>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["UDPServerAddress"]]),
    specificity: 0,
    run: |doc, cx| look("rsyslog/udp-address", doc, cx),
};
