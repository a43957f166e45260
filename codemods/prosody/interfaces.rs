//! # Let prosody listen on IPv6 too
//!
//! ## Why it breaks
//! `interfaces = { "*" }` is IPv4 only; `*` and `::` together, the default, serve both families.
//!
//! ## Examples
//! ```lua before path=prosody.cfg.lua
//! interfaces = { "*" }
//! modules_enabled = { "roster" }
//! ```
//! ```lua after path=prosody.cfg.lua
//! interfaces = { "*", "::" }
//! modules_enabled = { "roster" }
//! ```
//! ```lua before path=prosody.cfg.lua
//! c2s_interfaces = { "0.0.0.0" }
//! ```
//! ```lua after path=prosody.cfg.lua
//! c2s_interfaces = { "*", "::" }
//! ```
//! In IPv6-only mode:
//! ```lua before mode=ipv6-only path=prosody.cfg.lua
//! interfaces = { "*" }
//! ```
//! ```lua after unsafe mode=ipv6-only path=prosody.cfg.lua
//! interfaces = { "::" }
//! ```
//! Left alone:
//! ```lua unchanged path=prosody.cfg.lua
//! interfaces = { "*", "::" }
//! -- interfaces = { "*" }
//! http_interfaces = { "127.0.0.1", "::1" }
//! ```
//!
//! ## Safety
//! Safe: measured with 0.12 on every kind of host.
//!
//! ## References
//! - <https://prosody.im/doc/ports>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["interfaces"]]),
    specificity: 0,
    run: |doc, cx| look("prosody/interfaces", doc, cx),
};
