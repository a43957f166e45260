//! # Let pgbouncer listen on IPv6 too
//!
//! ## Why it breaks
//! `0.0.0.0` is IPv4 only and `::` IPv6 only; `*` listens on whatever the host has. Of the two
//! loopback addresses a missing one is passed over.
//!
//! ## Examples
//! ```ini before path=pgbouncer.ini
//! [pgbouncer]
//! listen_addr = 0.0.0.0
//! listen_port = 6432
//! ```
//! ```ini after path=pgbouncer.ini
//! [pgbouncer]
//! listen_addr = *
//! listen_port = 6432
//! ```
//! ```ini before path=pgbouncer.ini
//! [pgbouncer]
//! listen_addr = 127.0.0.1
//! ```
//! ```ini after path=pgbouncer.ini
//! [pgbouncer]
//! listen_addr = 127.0.0.1,::1
//! ```
//! Unsafe where a file says who may come in:
//! ```ini before path=pgbouncer.ini
//! [pgbouncer]
//! listen_addr = 0.0.0.0
//! auth_type = hba
//! ```
//! ```ini after unsafe path=pgbouncer.ini
//! [pgbouncer]
//! listen_addr = *
//! auth_type = hba
//! ```
//! ```ini before path=pgbouncer.ini
//! [pgbouncer]
//! listen_addr = 127.0.0.1
//! auth_hba_file = /etc/pgbouncer/hba.conf
//! ```
//! ```ini after unsafe path=pgbouncer.ini
//! [pgbouncer]
//! listen_addr = 127.0.0.1,::1
//! auth_hba_file = /etc/pgbouncer/hba.conf
//! ```
//! In IPv6-only mode:
//! ```ini before mode=ipv6-only path=pgbouncer.ini
//! [pgbouncer]
//! listen_addr = 0.0.0.0
//! ```
//! ```ini after unsafe mode=ipv6-only path=pgbouncer.ini
//! [pgbouncer]
//! listen_addr = ::
//! ```
//! Left alone:
//! ```ini unchanged path=pgbouncer.ini
//! [pgbouncer]
//! listen_addr = *
//! ;listen_addr = 0.0.0.0
//! ```
//! ```ini unchanged path=pgbouncer.ini
//! [pgbouncer]
//! listen_addr = localhost
//! ```
//!
//! ## Safety
//! Safe: measured with 1.18 on every kind of host, kernels without IPv6 included. Unsafe with
//! `auth_type = hba`: a client that resolves the name to IPv6 first, and that no line of the file lets
//! in, is refused and does not try IPv4.
//!
//! ## References
//! - evidence: pgbouncer, 1.18 measured
//! - <https://www.pgbouncer.org/config.html#listen_addr>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["listen_addr"]]),
    specificity: 0,
    run: |doc, cx| look("pgbouncer/listen-addr", doc, cx),
};
