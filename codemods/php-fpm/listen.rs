//! # Let php-fpm listen on IPv6 too
//!
//! ## Why it breaks
//! `listen = 0.0.0.0:9000` is IPv4 only; the port alone listens on whatever the host has. `listen =
//! *:9000` is no wildcard, it is the loopback address.
//!
//! ## Examples
//! ```ini before path=php-fpm.d/www.conf
//! [www]
//! user = www-data
//! listen = 0.0.0.0:9000
//! ```
//! ```ini after path=php-fpm.d/www.conf
//! [www]
//! user = www-data
//! listen = 9000
//! ```
//! ```ini before path=php-fpm.d/www.conf
//! [www]
//! listen = 0.0.0.0:9000
//! listen.allowed_clients = 192.0.2.1
//! ```
//! ```ini after unsafe path=php-fpm.d/www.conf
//! [www]
//! listen = 9000
//! listen.allowed_clients = 192.0.2.1
//! ```
//! ```ini before path=php-fpm.d/www.conf
//! [www]
//! listen = 9000
//! listen.allowed_clients = 127.0.0.1
//! ```
//! ```ini after unsafe path=php-fpm.d/www.conf
//! [www]
//! listen = 9000
//! listen.allowed_clients = 127.0.0.1,::1
//! ```
//! In a file that a Dockerfile writes:
//! ```dockerfile before
//! FROM php:8.3-fpm
//! COPY <<EOF /usr/local/etc/php-fpm.d/zz-docker.conf
//! [www]
//! listen = 0.0.0.0:9000
//! EOF
//! ```
//! ```dockerfile after
//! FROM php:8.3-fpm
//! COPY <<EOF /usr/local/etc/php-fpm.d/zz-docker.conf
//! [www]
//! listen = 9000
//! EOF
//! ```
//! In IPv6-only mode:
//! ```ini before mode=ipv6-only path=php-fpm.d/www.conf
//! [www]
//! listen = 0.0.0.0:9000
//! ```
//! ```ini after unsafe mode=ipv6-only path=php-fpm.d/www.conf
//! [www]
//! listen = [::]:9000
//! ```
//! Reported: the loopback, and `*`.
//! ```ini reported path=php-fpm.d/www.conf
//! [www]
//! listen = 127.0.0.1:9000
//! ```
//! ```ini reported path=php-fpm.d/www.conf
//! [www]
//! listen = *:9000
//! ```
//! Left alone:
//! ```ini unchanged path=php-fpm.d/www.conf
//! [www]
//! listen = 9000
//! ;listen = 0.0.0.0:9000
//! ```
//! ```ini unchanged path=php-fpm.d/www.conf
//! [www]
//! listen = /run/php/fpm.sock
//! listen.allowed_clients = 127.0.0.1,::1
//! ```
//!
//! ## Safety
//! Safe for the wildcard: measured with 8.2 to be reached at every address of all kinds of hosts,
//! kernels without IPv6 included. Where clients are listed it is unsafe, for IPv4 ones may appear
//! as `::ffff:a.b.c.d`.
//!
//! ## References
//! - evidence: php-fpm, 8.2 measured
//! - <https://www.php.net/manual/en/install.fpm.configuration.php>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["listen"]]),
    specificity: 0,
    run: |doc, cx| look("php-fpm/listen", doc, cx),
};
