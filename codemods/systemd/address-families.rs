//! # Let services use IPv6 that may use IPv4
//!
//! ## Why it breaks
//! `RestrictAddressFamilies=AF_INET` forbids IPv6 sockets: the service fails to listen and to
//! connect with `EAFNOSUPPORT`. `IPAddressAllow=127.0.0.0/8` drops packets from `::1`.
//!
//! ## Examples
//! ```ini before path=web.service
//! [Service]
//! ExecStart=/usr/bin/web
//! RestrictAddressFamilies=AF_UNIX AF_INET AF_NETLINK
//! ```
//! ```ini after unsafe path=web.service
//! [Service]
//! ExecStart=/usr/bin/web
//! RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
//! ```
//! ```ini before path=web.service
//! [Service]
//! IPAddressDeny=any
//! IPAddressAllow=127.0.0.0/8
//! ```
//! ```ini after unsafe path=web.service
//! [Service]
//! IPAddressDeny=any
//! IPAddressAllow=127.0.0.0/8 ::1/128
//! ```
//! Reported: a list that shuts out IPv4 only.
//! ```ini reported path=web.service
//! [Service]
//! IPAddressDeny=0.0.0.0/0
//! ```
//! Left alone:
//! ```ini unchanged path=web.service
//! [Service]
//! RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
//! IPAddressAllow=localhost
//! ```
//! ```ini unchanged path=web.service
//! [Service]
//! RestrictAddressFamilies=AF_UNIX
//! ```
//! ```ini unchanged path=web.service
//! [Service]
//! RestrictAddressFamilies=~AF_PACKET AF_INET
//! ```
//!
//! ## Safety
//! Unsafe: it follows from the manual and was not run.
//!
//! ## References
//! - systemd.exec(5), RestrictAddressFamilies
//! - systemd.resource-control(5), IPAddressAllow

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["RestrictAddressFamilies"], &["IPAddressAllow"], &["IPAddressDeny"]]),
    specificity: 0,
    run: |doc, cx| look("systemd/address-families", doc, cx),
};
