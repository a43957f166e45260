//! # Let ntpq reach ntpd by the IPv6 loopback
//!
//! ## Why it breaks
//! `restrict default ... noquery` speaks of both families; the line that lets the loopback in
//! speaks of the address that it names. `ntpq` asks `localhost`, which is `::1` first on dual-stack
//! hosts.
//!
//! ## Examples
//! ```conf before path=etc/ntp.conf
//! driftfile /var/lib/ntp/drift
//! restrict default nomodify noquery
//! restrict 127.0.0.1
//! ```
//! ```conf after unsafe path=etc/ntp.conf
//! driftfile /var/lib/ntp/drift
//! restrict default nomodify noquery
//! restrict 127.0.0.1
//! restrict ::1
//! ```
//! Reported: a line that restricts IPv4 clients only.
//! ```conf reported path=etc/ntp.conf
//! restrict -4 default noquery
//! server a.example
//! ```
//! Left alone:
//! ```conf unchanged path=etc/ntp.conf
//! restrict -4 default noquery
//! restrict -6 default noquery
//! restrict 127.0.0.1
//! restrict ::1
//! restrict 192.0.2.0 mask 255.255.255.0
//! ```
//!
//! ## Safety
//! Unsafe: read in the manual and not run.
//!
//! ## References
//! - ntp.conf(5)

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["restrict"]]),
    specificity: 0,
    run: |doc, cx| look("ntp/restrict", doc, cx),
};
