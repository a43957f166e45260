//! # Reach servers on either loopback address through apache
//!
//! ## Why it breaks
//! `http://127.0.0.1:8080/` reaches a server on the IPv4 loopback only, and not one that listens on
//! `::1`, as node does for `localhost` on dual-stack hosts. apache tries both addresses of
//! `localhost`.
//!
//! ## Examples
//! ```apache before path=sites-available/app.conf
//! <VirtualHost *:80>
//!   ProxyPass / http://127.0.0.1:8080/ retry=0
//!   ProxyPassReverse / http://127.0.0.1:8080/
//! </VirtualHost>
//! ```
//! ```apache after unsafe path=sites-available/app.conf
//! <VirtualHost *:80>
//!   ProxyPass / http://localhost:8080/ retry=0
//!   ProxyPassReverse / http://localhost:8080/
//! </VirtualHost>
//! ```
//! ```apache before path=sites-available/app.conf
//! <Location /a>
//!   ProxyPass http://127.0.0.1:8080/a
//! </Location>
//! ProxyPass "/b" "http://127.0.0.1:8081/b"
//! ```
//! ```apache after unsafe path=sites-available/app.conf
//! <Location /a>
//!   ProxyPass http://localhost:8080/a
//! </Location>
//! ProxyPass "/b" "http://localhost:8081/b"
//! ```
//! Rules that pass a request on (`[P]`), as those for WebSockets do:
//! ```apache before path=sites-available/app.conf
//! RewriteEngine On
//! RewriteCond %{HTTP:Upgrade} websocket [NC]
//! RewriteRule /(.*) ws://127.0.0.1:8080/$1 [P,L]
//! RewriteRule ^/old/(.*) http://127.0.0.1:8080/new/$1 [P]
//! ProxyPass / http://127.0.0.1:8080/
//! ```
//! ```apache after unsafe path=sites-available/app.conf
//! RewriteEngine On
//! RewriteCond %{HTTP:Upgrade} websocket [NC]
//! RewriteRule /(.*) ws://localhost:8080/$1 [P,L]
//! RewriteRule ^/old/(.*) http://localhost:8080/new/$1 [P]
//! ProxyPass / http://localhost:8080/
//! ```
//! In a line that a script adds:
//! ```sh before
//! echo "ProxyPass /api http://127.0.0.1:9000" >> /etc/apache2/sites-available/api.conf
//! ```
//! ```sh after unsafe
//! echo "ProxyPass /api http://localhost:9000" >> /etc/apache2/sites-available/api.conf
//! ```
//! Left alone:
//! ```apache unchanged path=sites-available/app.conf
//! ProxyPass / http://app:8080/
//! ProxyPass /x unix:/run/x.sock|http://127.0.0.1/
//! # ProxyPass / http://127.0.0.1:1/
//! ```
//!
//! ## Safety
//! Unsafe: measured with 2.4, but not by the project's own lab; redirects and cookies of the server
//! may name the other spelling.
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
