//! # Let PostgreSQL listen on IPv6 too (`listen_addresses`)
//!
//! ## Why it breaks
//! `0.0.0.0` is IPv4 only and `::` IPv6 only, since PostgreSQL sets `IPV6_V6ONLY`; `*` listens on
//! whatever the host has. `127.0.0.1` is one loopback of two; `localhost`, the default, means both,
//! and a missing one is passed over with a warning. Clients that come in over IPv6 need a line in
//! pg_hba.conf, see `postgresql/pg-hba`.
//!
//! ## Examples
//! ```conf before path=postgresql.conf
//! listen_addresses = '0.0.0.0'		# what IP address(es) to listen on
//! port = 5432
//! ```
//! ```conf after unsafe path=postgresql.conf
//! listen_addresses = '*'		# what IP address(es) to listen on
//! port = 5432
//! ```
//! ```conf before path=postgresql.conf
//! listen_addresses='::'
//! ```
//! ```conf after unsafe path=postgresql.conf
//! listen_addresses='*'
//! ```
//! ```conf before path=postgresql.conf
//! listen_addresses = '127.0.0.1'
//! ```
//! ```conf after unsafe path=postgresql.conf
//! listen_addresses = 'localhost'
//! ```
//! In the values of a chart:
//! ```yaml before path=values.yaml
//! primary:
//!   extendedConfiguration: |
//!     max_connections = 100
//!     listen_addresses = '0.0.0.0'
//! ```
//! ```yaml after unsafe path=values.yaml
//! primary:
//!   extendedConfiguration: |
//!     max_connections = 100
//!     listen_addresses = '*'
//! ```
//! In IPv6-only mode:
//! ```conf before mode=ipv6-only path=postgresql.conf
//! listen_addresses = '0.0.0.0'
//! ```
//! ```conf after unsafe mode=ipv6-only path=postgresql.conf
//! listen_addresses = '::'
//! ```
//! Reported: brackets, which PostgreSQL does not read.
//! ```conf reported path=postgresql.conf
//! listen_addresses = '[::]'
//! ```
//! Left alone:
//! ```conf unchanged path=postgresql.conf
//! listen_addresses = '*'
//! #listen_addresses = '0.0.0.0'
//! ```
//! ```conf unchanged path=postgresql.conf
//! listen_addresses = 'localhost,192.0.2.1'
//! ```
//! ```conf unchanged path=postgresql.conf
//! listen_addresses = {{ .Values.listen }}
//! ```
//!
//! ## Safety
//! Unsafe: the listener was measured with 15 on every kind of host, but without the lines in
//! pg_hba.conf a client that resolves the name to IPv6 first is refused and does not try IPv4.
//!
//! ## References
//! - evidence: PostgreSQL, 15 measured
//! - <https://www.postgresql.org/docs/current/runtime-config-connection.html>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["listen_addresses"]]),
    specificity: 0,
    run: |doc, cx| look("postgresql/listen-addresses", doc, cx),
};
