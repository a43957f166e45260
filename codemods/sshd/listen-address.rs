//! # Let sshd listen on IPv6 too (`ListenAddress`, `AddressFamily`)
//!
//! ## Why it breaks
//! `ListenAddress 0.0.0.0` is IPv4 only; a second line serves IPv6, and sshd passes over an address
//! that the host does not have. `AddressFamily inet` shuts IPv6 out, and keeps sshd from starting
//! once an IPv6 address is listed, so both change together.
//!
//! ## Examples
//! ```sshd before path=etc/ssh/sshd_config
//! Port 22
//! ListenAddress 0.0.0.0
//! PermitRootLogin no
//! ```
//! ```sshd after path=etc/ssh/sshd_config
//! Port 22
//! ListenAddress 0.0.0.0
//! ListenAddress ::
//! PermitRootLogin no
//! ```
//! ```sshd before path=etc/ssh/sshd_config
//! AddressFamily inet
//! ListenAddress 0.0.0.0:2222
//! ```
//! ```sshd after path=etc/ssh/sshd_config
//! AddressFamily any
//! ListenAddress 0.0.0.0:2222
//! ListenAddress [::]:2222
//! ```
//! ```sshd before path=etc/ssh/sshd_config
//! ListenAddress 127.0.0.1
//! ```
//! ```sshd after unsafe path=etc/ssh/sshd_config
//! ListenAddress 127.0.0.1
//! ListenAddress ::1
//! ```
//! ```sshd before path=etc/ssh/sshd_config
//! addressfamily inet
//! Port 22
//! ```
//! ```sshd after path=etc/ssh/sshd_config
//! addressfamily any
//! Port 22
//! ```
//! Not by default where other settings ask for addresses of clients:
//! ```sshd before path=etc/ssh/sshd_config
//! ListenAddress 0.0.0.0
//! Match Address 192.0.2.0/24
//!   PasswordAuthentication yes
//! ```
//! ```sshd after unsafe path=etc/ssh/sshd_config
//! ListenAddress 0.0.0.0
//! ListenAddress ::
//! Match Address 192.0.2.0/24
//!   PasswordAuthentication yes
//! ```
//! ```sshd before path=etc/ssh/sshd_config
//! AddressFamily inet
//! DenyUsers a@192.0.2.1
//! ```
//! ```sshd after unsafe path=etc/ssh/sshd_config
//! AddressFamily any
//! DenyUsers a@192.0.2.1
//! ```
//! In IPv6-only mode:
//! ```sshd before mode=ipv6-only path=etc/ssh/sshd_config
//! ListenAddress 0.0.0.0
//! ```
//! ```sshd after unsafe mode=ipv6-only path=etc/ssh/sshd_config
//! ListenAddress ::
//! ```
//! Reported: `*`, which is the loopback address here.
//! ```sshd reported path=etc/ssh/sshd_config
//! ListenAddress *
//! ```
//! Left alone:
//! ```sshd unchanged path=etc/ssh/sshd_config
//! ListenAddress 0.0.0.0
//! ListenAddress ::
//! #ListenAddress 0.0.0.0
//! AddressFamily any
//! ```
//! ```sshd unchanged path=etc/ssh/sshd_config
//! ListenAddress 192.0.2.1
//! ```
//! ```sshd unchanged path=notes.conf
//! AddressFamily inet
//! ```
//!
//! A template that has the other line under a condition:
//! ```conf unchanged path=sshd_config
//! {% if ipv6 == "true" %}ListenAddress ::{% endif %}
//! ListenAddress 0.0.0.0
//! ```
//!
//! ## Safety
//! Safe for the wildcard and the family: measured with 9.2 to be reached at every address of all
//! kinds of hosts, kernels without IPv6 included.
//!
//! ## References
//! - evidence: OpenSSH, 9.2 measured
//! - <https://man.openbsd.org/sshd_config>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["ListenAddress"], &["AddressFamily"], &["listenaddress"], &["addressfamily"]]),
    specificity: 0,
    run: |doc, cx| look("sshd/listen-address", doc, cx),
};
