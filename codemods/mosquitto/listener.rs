//! # Let mosquitto listen on IPv6 too
//!
//! ## Why it breaks
//! `listener 1883 0.0.0.0` and `bind_address 0.0.0.0` are IPv4 only, `listener 1883 ::` is IPv6
//! only. The port alone listens on whatever the host has, while two listeners with addresses keep
//! mosquitto from starting where one family is missing.
//!
//! ## Examples
//! ```conf before path=mosquitto.conf
//! listener 1883 0.0.0.0
//! allow_anonymous true
//! ```
//! ```conf after path=mosquitto.conf
//! listener 1883
//! allow_anonymous true
//! ```
//! ```conf before path=mosquitto.conf
//! listener 1883 ::
//! protocol mqtt
//! ```
//! ```conf after path=mosquitto.conf
//! listener 1883
//! protocol mqtt
//! ```
//! ```conf before path=mosquitto.conf
//! port 1883
//! bind_address 0.0.0.0
//! allow_anonymous true
//! ```
//! ```conf after unsafe path=mosquitto.conf
//! port 1883
//! allow_anonymous true
//! ```
//! ```conf before path=mosquitto.conf
//! listener 1883
//! socket_domain ipv4
//! protocol mqtt
//! ```
//! ```conf after unsafe path=mosquitto.conf
//! listener 1883
//! protocol mqtt
//! ```
//! Inside a ConfigMap:
//! ```yaml before
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: mqtt
//! data:
//!   mosquitto.conf: |
//!     listener 1883 0.0.0.0
//!     listener 9001 0.0.0.0
//!     protocol websockets
//! ```
//! ```yaml after
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: mqtt
//! data:
//!   mosquitto.conf: |
//!     listener 1883
//!     listener 9001
//!     protocol websockets
//! ```
//! In IPv6-only mode:
//! ```conf before mode=ipv6-only path=mosquitto.conf
//! listener 1883 0.0.0.0
//! ```
//! ```conf after unsafe mode=ipv6-only path=mosquitto.conf
//! listener 1883 ::
//! ```
//! Reported: loopback, and an address without a port, for without both version 2 serves the
//! loopback only.
//! ```conf reported path=mosquitto.conf
//! listener 1883 127.0.0.1
//! ```
//! ```conf reported path=mosquitto.conf
//! bind_address 0.0.0.0
//! allow_anonymous true
//! ```
//! Left alone:
//! ```conf unchanged path=mosquitto.conf
//! listener 1883
//! listener 1884 192.0.2.1
//! #listener 1885 0.0.0.0
//! listener 0 /run/m.sock
//! ```
//!
//! ## Safety
//! Safe for `listener`: measured with 2.0.11 to be reached at every address of all kinds of hosts,
//! kernels without IPv6 included. The older settings are unsafe, because they were not measured
//! again.
//!
//! ## References
//! - evidence: mosquitto, 2.0.11 measured
//! - <https://mosquitto.org/man/mosquitto-conf-5.html>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["listener"], &["bind_address"], &["socket_domain"]]),
    specificity: 0,
    run: |doc, cx| look("mosquitto/listener", doc, cx),
};
