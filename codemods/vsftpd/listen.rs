//! # Let vsftpd listen on IPv6 too
//!
//! ## Why it breaks
//! `listen=YES` is IPv4 only. `listen_ipv6=YES` is one socket for both families; the two exclude
//! each other.
//!
//! ## Examples
//! ```conf before path=etc/vsftpd.conf
//! listen=YES
//! anonymous_enable=NO
//! ```
//! ```conf after unsafe path=etc/vsftpd.conf
//! listen=NO
//! listen_ipv6=YES
//! anonymous_enable=NO
//! ```
//! ```conf before path=etc/vsftpd.conf
//! listen=YES
//! listen_ipv6=NO
//! ```
//! ```conf after unsafe path=etc/vsftpd.conf
//! listen=NO
//! listen_ipv6=YES
//! ```
//! Reported: an address that would have to go too.
//! ```conf reported path=etc/vsftpd.conf
//! listen=YES
//! listen_address=0.0.0.0
//! ```
//! Left alone:
//! ```conf unchanged path=etc/vsftpd.conf
//! listen=NO
//! listen_ipv6=YES
//! #listen=YES
//! ```
//! ```conf unchanged path=etc/vsftpd.conf
//! listen=YES
//! listen_address=192.0.2.1
//! ```
//! ```conf unchanged path=other.conf
//! listen=YES
//! ```
//!
//! ## Safety
//! Unsafe: measured with 3.0.3 to be reached at every address of IPv6-only, dual-stack and
//! IPv4-only hosts, but not by the project's own lab. It does not start on a kernel without IPv6,
//! and is IPv6 only where `bindv6only=1`.
//!
//! ## References
//! - evidence: vsftpd, 3.0.3 measured
//! - vsftpd.conf(5)

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["listen"]]),
    specificity: 0,
    run: |doc, cx| look("vsftpd/listen", doc, cx),
};
