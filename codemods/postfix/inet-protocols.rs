//! # Let postfix use IPv6 too (`inet_protocols`, `inet_interfaces`, `mynetworks`)
//!
//! ## Why it breaks
//! `inet_protocols = ipv4` shuts IPv6 out, and postfix does not start with it on an IPv6-only host;
//! `all` uses whatever the host has. `inet_interfaces = 127.0.0.1` is one loopback of two,
//! `loopback-only` whichever the host has. Clients from `::1` are refused unless `mynetworks` has
//! `[::1]/128`, in brackets: without them postfix takes it for a table and accepts no mail at all.
//!
//! ## Examples
//! ```postfix before path=etc/postfix/main.cf
//! myhostname = mail.example.org
//! inet_protocols = ipv4
//! inet_interfaces = all
//! ```
//! ```postfix after unsafe path=etc/postfix/main.cf
//! myhostname = mail.example.org
//! inet_protocols = all
//! inet_interfaces = all
//! ```
//! ```postfix before path=etc/postfix/main.cf
//! inet_interfaces = 127.0.0.1
//! ```
//! ```postfix after unsafe path=etc/postfix/main.cf
//! inet_interfaces = loopback-only
//! ```
//! ```postfix before path=etc/postfix/main.cf
//! inet_interfaces = 0.0.0.0
//! ```
//! ```postfix after unsafe path=etc/postfix/main.cf
//! inet_interfaces = all
//! ```
//! ```postfix before path=etc/postfix/main.cf
//! mynetworks = 127.0.0.0/8, 10.0.0.0/8
//! relayhost =
//! ```
//! ```postfix after unsafe path=etc/postfix/main.cf
//! mynetworks = 127.0.0.0/8, [::1]/128, 10.0.0.0/8
//! relayhost =
//! ```
//! ```postfix before path=etc/postfix/main.cf
//! mynetworks = 10.0.0.0/8 ::1/128
//! ```
//! ```postfix after unsafe path=etc/postfix/main.cf
//! mynetworks = 10.0.0.0/8 [::1]/128
//! ```
//! In IPv6-only mode:
//! ```postfix before mode=ipv6-only path=etc/postfix/main.cf
//! inet_protocols = ipv4
//! ```
//! ```postfix after unsafe mode=ipv6-only path=etc/postfix/main.cf
//! inet_protocols = ipv6
//! ```
//! In a setting that a script writes:
//! ```sh before
//! postconf -e 'inet_protocols = ipv4' "mynetworks = 127.0.0.0/8 10.0.0.0/8"
//! ```
//! ```sh after unsafe
//! postconf -e 'inet_protocols = all' "mynetworks = 127.0.0.0/8 [::1]/128 10.0.0.0/8"
//! ```
//! Left alone:
//! ```postfix unchanged path=etc/postfix/main.cf
//! inet_protocols = all
//! inet_interfaces = loopback-only, 192.0.2.1
//! mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
//! # inet_protocols = ipv4
//! ```
//!
//! Reported: a line whose comment gives a reason.
//! ```conf reported path=main.cf
//! # The firewall drops IPv6, since nobody needs it here.
//! inet_protocols = ipv4
//! ```
//!
//! ## Safety
//! Unsafe: measured with 3.7 on every kind of host, kernels without IPv6 included, but not by the
//! project's own lab.
//!
//! ## References
//! - evidence: postfix, 3.7 measured
//! - <https://www.postfix.org/postconf.5.html#inet_protocols>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["inet_protocols"], &["inet_interfaces"], &["mynetworks"]]),
    specificity: 0,
    run: |doc, cx| look("postfix/inet-protocols", doc, cx),
};
