//! # Let systemd sockets listen on IPv6 too
//!
//! ## Why it breaks
//! `ListenStream=0.0.0.0:80` is IPv4 only; the port alone is one socket for both families, and
//! systemd makes an IPv4 one where the kernel has no IPv6. Names, `*:80` and addresses without
//! brackets are not read at all.
//!
//! ## Examples
//! ```ini before path=web.socket
//! [Unit]
//! Description=Web
//!
//! [Socket]
//! ListenStream=0.0.0.0:80
//!
//! [Install]
//! WantedBy=sockets.target
//! ```
//! ```ini after unsafe path=web.socket
//! [Unit]
//! Description=Web
//!
//! [Socket]
//! ListenStream=80
//!
//! [Install]
//! WantedBy=sockets.target
//! ```
//! In IPv6-only mode:
//! ```ini before mode=ipv6-only path=web.socket
//! [Socket]
//! ListenDatagram=0.0.0.0:69
//! ```
//! ```ini after unsafe mode=ipv6-only path=web.socket
//! [Socket]
//! ListenDatagram=[::]:69
//! ```
//! Reported: the loopback, what systemd does not read, and sockets that are IPv6 only.
//! ```ini reported path=web.socket
//! [Socket]
//! ListenStream=127.0.0.1:80
//! ```
//! ```ini reported path=web.socket
//! [Socket]
//! ListenStream=*:80
//! ```
//! ```ini reported path=web.socket
//! [Socket]
//! ListenStream=80
//! BindIPv6Only=ipv6-only
//! ```
//! Left alone:
//! ```ini unchanged path=web.socket
//! [Socket]
//! ListenStream=80
//! ListenStream=/run/web.sock
//! ListenStream=192.0.2.1:80
//! #ListenStream=0.0.0.0:80
//! ```
//! ```ini unchanged path=web.socket
//! [Socket]
//! ListenStream=0.0.0.0:80
//! ListenStream=[::]:80
//! BindIPv6Only=ipv6-only
//! ```
//!
//! ## Safety
//! Unsafe: measured to be reached at every address of IPv6-only, dual-stack and IPv4-only hosts,
//! but not by the project's own lab. Where `bindv6only=1` the socket is IPv6 only, unless the unit
//! says `BindIPv6Only=both`.
//!
//! ## References
//! - evidence: systemd sockets, measured
//! - systemd.socket(5)

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["ListenStream"], &["ListenDatagram"], &["ListenSequentialPacket"], &["BindIPv6Only"]]),
    specificity: 0,
    run: |doc, cx| look("systemd/socket", doc, cx),
};
