//! # Let lighttpd listen on IPv6 too
//!
//! ## Why it breaks
//! lighttpd listens on IPv4 only unless it is told otherwise. A second socket serves IPv6.
//! `server.use-ipv6` alone makes it IPv6 only; with `server.set-v6only` switched off its one socket
//! serves both families.
//!
//! ## Examples
//! ```lighttpd before path=lighttpd.conf
//! server.document-root = "/srv"
//! server.port = 8080
//! server.bind = "0.0.0.0"
//! ```
//! ```lighttpd after path=lighttpd.conf
//! server.document-root = "/srv"
//! server.port = 8080
//! $SERVER["socket"] == "[::]:8080" { }
//! server.bind = "0.0.0.0"
//! ```
//! Where TLS is on, or the port comes from the environment, it is one socket:
//! ```lighttpd before path=lighttpd.conf
//! server.port = env.PORT
//! index-file.names = ( "index.html" )
//! ```
//! ```lighttpd after path=lighttpd.conf
//! server.port = env.PORT
//! server.use-ipv6 = "enable"
//! server.set-v6only = "disable"
//! index-file.names = ( "index.html" )
//! ```
//! ```lighttpd before path=lighttpd.conf
//! server.port = 443
//! ssl.engine = "enable"
//! ```
//! ```lighttpd after unsafe path=lighttpd.conf
//! server.port = 443
//! server.use-ipv6 = "enable"
//! server.set-v6only = "disable"
//! ssl.engine = "enable"
//! ```
//! Not by default where the file asks for addresses of clients:
//! ```lighttpd before path=lighttpd.conf
//! server.port = 80
//! $HTTP["remoteip"] == "192.0.2.1" {
//!   url.access-deny = ( "" )
//! }
//! ```
//! ```lighttpd after unsafe path=lighttpd.conf
//! server.port = 80
//! $SERVER["socket"] == "[::]:80" { }
//! $HTTP["remoteip"] == "192.0.2.1" {
//!   url.access-deny = ( "" )
//! }
//! ```
//! ```lighttpd before path=lighttpd.conf
//! server.port = 80
//! server.use-ipv6 = "enable"
//! ```
//! ```lighttpd after unsafe path=lighttpd.conf
//! server.port = 80
//! server.use-ipv6 = "enable"
//! server.set-v6only = "disable"
//! ```
//! Reported: an address without its brackets.
//! ```lighttpd reported path=lighttpd.conf
//! server.bind = "::"
//! ```
//! Left alone:
//! ```lighttpd unchanged path=lighttpd.conf
//! server.port = 80
//! $SERVER["socket"] == "[::]:80" {
//!   ssl.engine = "disable"
//! }
//! ```
//! ```lighttpd unchanged path=lighttpd.conf
//! server.port = 80
//! server.bind = "127.0.0.1"
//! ```
//! ```lighttpd unchanged path=lighttpd.conf
//! server.port = 80
//! server.use-ipv6 = "enable"
//! server.set-v6only = "disable"
//! ```
//!
//! ## Safety
//! Safe: both were measured with 1.4.69 to be reached at every address of IPv6-only, dual-stack and
//! IPv4-only hosts. The one socket for both families is IPv6 only where `bindv6only=1`, so neither
//! lands by default where such hosts are in the set. On a kernel without IPv6 lighttpd does not
//! start with them.
//!
//! ## References
//! - evidence: lighttpd, 1.4.69 measured
//! - <https://redmine.lighttpd.net/projects/lighttpd/wiki/IPv6-Config>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["server.port"], &["server.bind"], &["server.use-ipv6"]]),
    specificity: 0,
    run: |doc, cx| look("lighttpd/listen", doc, cx),
};
