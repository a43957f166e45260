//! # Let stunnel listen on IPv6 too
//!
//! ## Why it breaks
//! `accept = 0.0.0.0:443` is IPv4 only; one socket on `::` serves both families. There are no
//! brackets here: `:::443`.
//!
//! ## Examples
//! ```ini before path=stunnel.conf
//! [imaps]
//! accept = 0.0.0.0:993
//! connect = 143
//! ```
//! ```ini after unsafe path=stunnel.conf
//! [imaps]
//! accept = :::993
//! connect = 143
//! ```
//! Reported: brackets, which stunnel does not read.
//! ```ini reported path=stunnel.conf
//! [imaps]
//! accept = [::]:993
//! ```
//! Left alone:
//! ```ini unchanged path=stunnel.conf
//! [imaps]
//! accept = 993
//! ;accept = 0.0.0.0:993
//! connect = 127.0.0.1:143
//! ```
//!
//! ## Safety
//! Unsafe: measured with 5.68 to be reached at every address of IPv6-only, dual-stack and IPv4-only
//! hosts, but not by the project's own lab. It does not start on a kernel without IPv6, and is IPv6
//! only where `bindv6only=1`.
//!
//! ## References
//! - evidence: stunnel, 5.68 measured
//! - stunnel(8)

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["accept"]]),
    specificity: 0,
    run: |doc, cx| look("stunnel/accept", doc, cx),
};
