//! # Let the ports of a tor client listen on IPv6 too
//!
//! ## Why it breaks
//! `SocksPort 0.0.0.0:9050` is IPv4 only. The option may be given several times, so a second line
//! serves IPv6.
//!
//! ## Examples
//! ```torrc before path=etc/tor/torrc
//! SocksPort 0.0.0.0:9050 IsolateDestAddr
//! Log notice stdout
//! ```
//! ```torrc after unsafe path=etc/tor/torrc
//! SocksPort 0.0.0.0:9050 IsolateDestAddr
//! SocksPort [::]:9050 IsolateDestAddr
//! Log notice stdout
//! ```
//! In IPv6-only mode:
//! ```torrc before mode=ipv6-only path=etc/tor/torrc
//! DNSPort 0.0.0.0:53
//! ```
//! ```torrc after unsafe mode=ipv6-only path=etc/tor/torrc
//! DNSPort [::]:53
//! ```
//! Left alone:
//! ```torrc unchanged path=etc/tor/torrc
//! SocksPort 9050
//! SocksPort 127.0.0.1:9051
//! #SocksPort 0.0.0.0:9052
//! ```
//! ```torrc unchanged path=etc/tor/torrc
//! SocksPort 0.0.0.0:9050
//! SocksPort [::]:9050
//! ```
//!
//! ## Safety
//! Unsafe: read in the manual and not run. It needs a kernel with IPv6.
//!
//! ## References
//! - tor(1), SocksPort

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod =
    Codemod { kinds: LINES, anchors: Anchors(&[&["Port"]]), specificity: 0, run: |doc, cx| look("tor/ports", doc, cx) };
