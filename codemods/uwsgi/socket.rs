//! # Let uwsgi listen on IPv6 too (ini files)
//!
//! ## Why it breaks
//! `0.0.0.0:8080` and `:8080` are IPv4 only. One socket on `[::]` serves both families; a pair of
//! sockets would find the port taken.
//!
//! ## Examples
//! ```ini before path=uwsgi.ini
//! [uwsgi]
//! http-socket = :8080
//! master = true
//! ```
//! ```ini after unsafe path=uwsgi.ini
//! [uwsgi]
//! http-socket = [::]:8080
//! master = true
//! ```
//! ```ini before path=app.ini
//! [uwsgi]
//! socket=0.0.0.0:3031
//! ```
//! ```ini after unsafe path=app.ini
//! [uwsgi]
//! socket=[::]:3031
//! ```
//! Reported: the loopback.
//! ```ini reported path=uwsgi.ini
//! [uwsgi]
//! socket = 127.0.0.1:3031
//! ```
//! Left alone:
//! ```ini unchanged path=uwsgi.ini
//! [uwsgi]
//! socket = /run/app.sock
//! http-socket = [::]:8080
//! ;http = :80
//! [other]
//! socket = :1
//! ```
//! ```ini unchanged path=production.ini
//! [app:main]
//! socket = 0.0.0.0:1
//! ```
//!
//! ## Safety
//! Unsafe: measured with 2.0.21 to be reached at every address of IPv6-only, dual-stack and
//! IPv4-only hosts, but not by the project's own lab. It does not start on a kernel without IPv6,
//! and is IPv6 only where `bindv6only=1`.
//!
//! ## References
//! - evidence: uwsgi, 2.0.21 measured
//! - <https://uwsgi-docs.readthedocs.io/en/latest/Options.html#http-socket>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["uwsgi"]]),
    specificity: 0,
    run: |doc, cx| look("uwsgi/socket", doc, cx),
};
