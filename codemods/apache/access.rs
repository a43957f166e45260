//! # Let the IPv6 loopback in where apache lets the IPv4 one in
//!
//! ## Why it breaks
//! `Require ip 127.0.0.1` turns requests away that come in by `localhost` over IPv6. There are no
//! brackets here.
//!
//! ## Examples
//! ```apache before path=sites-available/status.conf
//! <Location /server-status>
//!   SetHandler server-status
//!   Require ip 127.0.0.1 192.0.2.0/24
//! </Location>
//! ```
//! ```apache after unsafe path=sites-available/status.conf
//! <Location /server-status>
//!   SetHandler server-status
//!   Require ip 127.0.0.1 ::1 192.0.2.0/24
//! </Location>
//! ```
//! ```apache before path=sites-available/status.conf
//! <Location /status>
//!   Order deny,allow
//!   Deny from all
//!   Allow from 127.0.0.1
//! </Location>
//! ```
//! ```apache after unsafe path=sites-available/status.conf
//! <Location /status>
//!   Order deny,allow
//!   Deny from all
//!   Allow from 127.0.0.1 ::1
//! </Location>
//! ```
//! Reported: a range that apache does not read.
//! ```apache reported path=sites-available/status.conf
//! <Directory /srv>
//!   Require ip 0.0.0.0/0
//! </Directory>
//! ```
//! Left alone:
//! ```apache unchanged path=sites-available/status.conf
//! <Location /a>
//!   Require local
//!   Require ip 127.0.0.1
//! </Location>
//! # Require ip 127.0.0.1
//! ```
//! ```apache unchanged path=sites-available/status.conf
//! <Location /a>
//!   Require ip 127.0.0.1 ::1
//!   Require host 127.0.0.1.example
//! </Location>
//! ```
//!
//! ## Safety
//! Unsafe: measured with 2.4, but not by the project's own lab.
//!
//! ## References
//! - evidence: apache, 2.4 measured
//! - <https://httpd.apache.org/docs/2.4/mod/mod_authz_host.html>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["127.0.0.1"], &["0.0.0.0/0"]]),
    specificity: 0,
    run: |doc, cx| look("apache/access", doc, cx),
};
