//! # Report the IPv4-only port of supervisord
//!
//! ## Why it breaks
//! supervisord makes an IPv4 socket for `[inet_http_server]`, however the address is spelled, so
//! nobody reaches it on an IPv6-only host, and brackets stop it. A Unix socket serves
//! `supervisorctl` on every host.
//!
//! ## Examples
//! ```ini reported path=supervisord.conf
//! [inet_http_server]
//! port = 0.0.0.0:9001
//! ```
//! ```ini reported path=supervisord.conf
//! [inet_http_server]
//! port = :9001
//! username = a
//! ```
//! ```ini reported path=supervisord.conf
//! [inet_http_server]
//! port=*:9001
//! ```
//! Left alone:
//! ```ini unchanged path=supervisord.conf
//! [unix_http_server]
//! file = /run/supervisor.sock
//! ;[inet_http_server]
//! ;port=*:9001
//! ```
//! ```ini unchanged path=supervisord.conf
//! [inet_http_server]
//! port = 127.0.0.1:9001
//! ```
//!
//! ## Safety
//! Only reported: whether anybody needs the port is not in the file.
//!
//! ## References
//! - evidence: supervisor, 4.2.5 measured
//! - <http://supervisord.org/configuration.html#inet-http-server-section-settings>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["inet_http_server"]]),
    specificity: 0,
    run: |doc, cx| look("supervisor/inet-http-server", doc, cx),
};
