//! # Let dovecot listen on IPv6 too
//!
//! ## Why it breaks
//! `listen = *` is IPv4 only and `listen = ::` is IPv6 only; `*, ::`, the default, serves both
//! families.
//!
//! ## Examples
//! ```dovecot before path=etc/dovecot/dovecot.conf
//! protocols = imap
//! listen = *
//! ```
//! ```dovecot after path=etc/dovecot/dovecot.conf
//! protocols = imap
//! listen = *, ::
//! ```
//! ```dovecot before path=etc/dovecot/dovecot.conf
//! listen = 0.0.0.0
//! ```
//! ```dovecot after path=etc/dovecot/dovecot.conf
//! listen = *, ::
//! ```
//! ```dovecot before path=etc/dovecot/dovecot.conf
//! listen = ::
//! ```
//! ```dovecot after path=etc/dovecot/dovecot.conf
//! listen = *, ::
//! ```
//! In IPv6-only mode:
//! ```dovecot before mode=ipv6-only path=etc/dovecot/dovecot.conf
//! listen = *
//! ```
//! ```dovecot after unsafe mode=ipv6-only path=etc/dovecot/dovecot.conf
//! listen = ::
//! ```
//! Reported: the loopback.
//! ```dovecot reported path=etc/dovecot/dovecot.conf
//! listen = 127.0.0.1
//! ```
//! Left alone:
//! ```dovecot unchanged path=etc/dovecot/dovecot.conf
//! {% if SUBNET6 %}
//! listen = *,::
//! {% else %}
//! listen = *
//! {% endif %}
//! ```
//! ```dovecot unchanged path=etc/dovecot/dovecot.conf
//! listen = *, ::
//! #listen = *
//! service imap-login {
//!   inet_listener imap {
//!     address = 127.0.0.1
//!   }
//! }
//! ```
//!
//! ## Safety
//! Safe: measured with 2.3.19 to be reached at every address of IPv6-only, dual-stack and IPv4-only
//! hosts. On a kernel without IPv6 dovecot does not start with the pair, nor with its own default.
//!
//! ## References
//! - evidence: dovecot, 2.3.19 measured
//! - <https://doc.dovecot.org/2.3/settings/core/#core_setting-listen>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["listen"]]),
    specificity: 0,
    run: |doc, cx| look("dovecot/listen", doc, cx),
};
