//! # Find servers that apache reaches on the IPv4 loopback only
//!
//! ## Why it breaks
//! `http://127.0.0.1:8080/` reaches a server on the IPv4 loopback only, and not one that listens on
//! `::1`, as node does for `localhost` on dual-stack hosts. apache tries both addresses of
//! `localhost`.
//!
//! ## Examples
//! ```apache reported path=sites-available/app.conf
//! <VirtualHost *:80>
//!   ProxyPass / http://127.0.0.1:8080/ retry=0
//!   ProxyPassReverse / http://127.0.0.1:8080/
//! </VirtualHost>
//! ```
//! ```apache reported path=sites-available/app.conf
//! <Location /a>
//!   ProxyPass http://127.0.0.1:8080/a
//! </Location>
//! ProxyPass "/b" "http://127.0.0.1:8081/b"
//! ```
//! Rules that pass a request on (`[P]`), as those for WebSockets do:
//! ```apache reported path=sites-available/app.conf
//! RewriteEngine On
//! RewriteCond %{HTTP:Upgrade} websocket [NC]
//! RewriteRule /(.*) ws://127.0.0.1:8080/$1 [P,L]
//! RewriteRule ^/old/(.*) http://127.0.0.1:8080/new/$1 [P]
//! ProxyPass / http://127.0.0.1:8080/
//! ```
//! In a line that a script adds:
//! ```sh reported
//! echo "ProxyPass /api http://127.0.0.1:9000" >> /etc/apache2/sites-available/api.conf
//! ```
//! Left alone:
//! ```apache unchanged path=sites-available/app.conf
//! ProxyPass / http://app:8080/
//! ProxyPass /x unix:/run/x.sock|http://127.0.0.1/
//! # ProxyPass / http://127.0.0.1:1/
//! ```
//!
//! ## Safety
//! Nothing is edited. IPv6-only hosts have 127.0.0.1 too, so this breaks only with a server that listens
//! on `::1` alone, which is not seen here. With `localhost` 2.4 was measured to try both addresses, but
//! redirects and cookies of the server may name the other spelling.
//!
//! ## References
//! - evidence: apache, 2.4 measured
//! - <https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#proxypass>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["ProxyPass"]]),
    specificity: 0,
    run: |doc, cx| look("apache/proxy-pass", doc, cx),
};
