//! # Do not make caddy listen on IPv4 only
//!
//! ## Why it breaks
//! caddy is a Go program: `bind 0.0.0.0` is both families and stays. `tcp4/0.0.0.0` is IPv4 only.
//!
//! ## Examples
//! ```caddyfile before path=Caddyfile
//! example.org {
//! 	bind tcp4/0.0.0.0
//! 	respond ok
//! }
//! ```
//! ```caddyfile after path=Caddyfile
//! example.org {
//! 	bind 0.0.0.0
//! 	respond ok
//! }
//! ```
//! In IPv6-only mode:
//! ```caddyfile before mode=ipv6-only path=Caddyfile
//! example.org {
//! 	bind tcp4/0.0.0.0
//! }
//! ```
//! ```caddyfile after unsafe mode=ipv6-only path=Caddyfile
//! example.org {
//! 	bind [::]
//! }
//! ```
//! Reported: the loopback.
//! ```caddyfile reported path=Caddyfile
//! example.org {
//! 	bind 127.0.0.1
//! }
//! ```
//! Left alone: the address of a site is no address to listen on.
//! ```caddyfile unchanged path=Caddyfile
//! 127.0.0.1:8080 {
//! 	bind 0.0.0.0
//! 	reverse_proxy 127.0.0.1:9000
//! }
//! ```
//!
//! ## Safety
//! Safe: measured with 2.6 to be reached at every address of all kinds of hosts.
//!
//! ## References
//! - evidence: caddy, 2.6.2 measured
//! - <https://caddyserver.com/docs/caddyfile/directives/bind>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["bind"]]),
    specificity: 0,
    run: |doc, cx| look("caddy/bind", doc, cx),
};
