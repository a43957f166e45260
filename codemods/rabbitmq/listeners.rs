//! # Let RabbitMQ listen on IPv6 too (rabbitmq.conf)
//!
//! ## Why it breaks
//! `listeners.tcp.1 = 0.0.0.0:5672` is IPv4 only; `listeners.tcp.default = 5672` listens on
//! whatever the host has. An IPv6 address stands without brackets, `:::5672`, and stops the node on
//! kernels without IPv6.
//!
//! ## Examples
//! ```conf before path=rabbitmq.conf
//! listeners.tcp.1 = 0.0.0.0:5672
//! loopback_users.guest = false
//! ```
//! ```conf after unsafe path=rabbitmq.conf
//! listeners.tcp.default = 5672
//! loopback_users.guest = false
//! ```
//! ```conf before path=rabbitmq.conf
//! listeners.ssl.1 = 0.0.0.0:5671
//! management.tcp.ip = 0.0.0.0
//! management.tcp.port = 15672
//! ```
//! ```conf after unsafe path=rabbitmq.conf
//! listeners.ssl.default = 5671
//! management.tcp.port = 15672
//! ```
//! In IPv6-only mode:
//! ```conf before mode=ipv6-only path=rabbitmq.conf
//! listeners.tcp.local = 0.0.0.0:5672
//! ```
//! ```conf after unsafe mode=ipv6-only path=rabbitmq.conf
//! listeners.tcp.local = :::5672
//! ```
//! Reported: several listeners, the loopback, and brackets.
//! ```conf reported path=rabbitmq.conf
//! listeners.tcp.1 = 0.0.0.0:5672
//! listeners.tcp.2 = 0.0.0.0:5673
//! ```
//! ```conf reported path=rabbitmq.conf
//! listeners.tcp.1 = 127.0.0.1:5672
//! ```
//! ```conf reported path=rabbitmq.conf
//! listeners.tcp.1 = [::]:5672
//! ```
//! Left alone:
//! ```conf unchanged path=rabbitmq.conf
//! listeners.tcp.default = 5672
//! # listeners.tcp.1 = 0.0.0.0:5672
//! listeners.tcp.2 = 192.0.2.1:5673
//! ```
//!
//! ## Safety
//! Unsafe: measured with 3.10 on dual-stack and IPv4-only hosts, but not by the project's own lab.
//!
//! ## References
//! - evidence: RabbitMQ, 3.10 measured
//! - <https://www.rabbitmq.com/docs/networking#interfaces>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["listeners."], &["management."], &["prometheus."]]),
    specificity: 0,
    run: |doc, cx| look("rabbitmq/listeners", doc, cx),
};
