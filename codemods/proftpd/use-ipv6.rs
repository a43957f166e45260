//! # Let proftpd serve IPv6 too
//!
//! ## Why it breaks
//! `UseIPv6 off` switches IPv6 off, which is on by default. `DefaultAddress 0.0.0.0` is an IPv4
//! address; the line takes several.
//!
//! ## Examples
//! ```conf before path=proftpd.conf
//! ServerName a
//! UseIPv6 off
//! ```
//! ```conf after path=proftpd.conf
//! ServerName a
//! UseIPv6 on
//! ```
//! ```conf before path=proftpd.conf
//! DefaultAddress 0.0.0.0
//! ```
//! ```conf after unsafe path=proftpd.conf
//! DefaultAddress 0.0.0.0 ::
//! ```
//! In IPv6-only mode:
//! ```conf before mode=ipv6-only path=proftpd.conf
//! DefaultAddress 0.0.0.0
//! ```
//! ```conf after unsafe mode=ipv6-only path=proftpd.conf
//! DefaultAddress ::
//! ```
//! Left alone:
//! ```conf unchanged path=proftpd.conf
//! UseIPv6 on
//! #UseIPv6 off
//! DefaultAddress 192.0.2.1
//! ```
//!
//! ## Safety
//! Safe for `UseIPv6`: measured with 1.3.8 on every kind of host. Unsafe for `DefaultAddress`, which is
//! read in the manual and was not run.
//!
//! ## References
//! - <http://www.proftpd.org/docs/modules/mod_core.html#UseIPv6>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["UseIPv6"], &["DefaultAddress"]]),
    specificity: 0,
    run: |doc, cx| look("proftpd/use-ipv6", doc, cx),
};
