//! # Let apache listen on IPv6 too
//!
//! ## Why it breaks
//! `Listen 0.0.0.0:80` is IPv4 only. `Listen 80` listens on whatever the host has and needs no
//! second line: beside it, `Listen [::]:80` keeps apache from starting on dual-stack hosts.
//! `<VirtualHost 0.0.0.0:80>` is not found for requests over IPv6.
//!
//! ## Examples
//! ```apache before path=apache2/ports.conf
//! Listen 0.0.0.0:80
//! <IfModule ssl_module>
//! 	Listen 0.0.0.0:443 https
//! </IfModule>
//! ```
//! ```apache after path=apache2/ports.conf
//! Listen 80
//! <IfModule ssl_module>
//! 	Listen 443 https
//! </IfModule>
//! ```
//! ```apache before path=sites-available/000-default.conf
//! <VirtualHost 0.0.0.0:80>
//!   ServerName a.example
//! </VirtualHost>
//! ```
//! ```apache after unsafe path=sites-available/000-default.conf
//! <VirtualHost *:80>
//!   ServerName a.example
//! </VirtualHost>
//! ```
//! Reported: a host for the loopback.
//! ```apache reported path=sites-available/status.conf
//! <VirtualHost 127.0.0.1:81>
//! </VirtualHost>
//! ```
//! Inside a ConfigMap:
//! ```yaml before
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: web
//! data:
//!   httpd.conf: |
//!     ServerRoot "/usr/local/apache2"
//!     Listen 0.0.0.0:8080
//!     LoadModule mpm_event_module modules/mod_mpm_event.so
//! ```
//! ```yaml after
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: web
//! data:
//!   httpd.conf: |
//!     ServerRoot "/usr/local/apache2"
//!     Listen 8080
//!     LoadModule mpm_event_module modules/mod_mpm_event.so
//! ```
//! Not by default where IPv4 addresses are shut out:
//! ```apache before path=apache2/ports.conf
//! Listen 0.0.0.0:80
//! Deny from 192.0.2.1
//! ```
//! ```apache after unsafe path=apache2/ports.conf
//! Listen 80
//! Deny from 192.0.2.1
//! ```
//! In IPv6-only mode:
//! ```apache before mode=ipv6-only path=apache2/ports.conf
//! Listen 0.0.0.0:80
//! ```
//! ```apache after unsafe mode=ipv6-only path=apache2/ports.conf
//! Listen [::]:80
//! ```
//! Reported: the loopback, and pairs that do not start.
//! ```apache reported path=apache2/ports.conf
//! Listen 127.0.0.1:80
//! ```
//! ```apache reported path=apache2/ports.conf
//! Listen 80
//! Listen [::]:80
//! ```
//! Left alone:
//! ```apache unchanged path=apache2/ports.conf
//! Listen 80
//! Listen 443 https
//! #Listen 0.0.0.0:81
//! Listen 192.0.2.1:82
//! <VirtualHost *:80>
//! </VirtualHost>
//! <VirtualHost _default_:443>
//! </VirtualHost>
//! ```
//! ```apache unchanged path=apache2/ports.conf
//! Listen 0.0.0.0:80
//! Listen [::]:80
//! ```
//! ```apache unchanged path=apache/odd.conf
//! server {
//!   listen 0.0.0.0:80;
//! }
//! ```
//!
//! ## Safety
//! Safe for `Listen`: measured with 2.4 to be reached at every address of all kinds of hosts,
//! kernels without IPv6 included. The addresses of virtual hosts are unsafe, because another host
//! may be found for a request.
//!
//! ## References
//! - evidence: apache, 2.4 measured
//! - <https://httpd.apache.org/docs/2.4/bind.html>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["Listen"], &["VirtualHost"]]),
    specificity: 0,
    run: |doc, cx| look("apache/listen", doc, cx),
};
