//! # Leave the IPv4 wildcard of Go and Java servers, and report what is wrong beside it
//!
//! ## Why it breaks
//! Go and Java listen on both families when they are told `0.0.0.0`, and fall back where a family
//! is missing. In the configurations of etcd, nats, kafka, zookeeper, grafana, influxdb and consul
//! it is right as it is; `::` in its place stops Java on IPv4-only hosts, and a second listener
//! finds the port taken.
//!
//! ## Examples
//! Reported: pairs that do not start, the loopback, and an address to advertise that IPv6-only
//! hosts do not have.
//! ```yaml reported path=etcd.conf.yml
//! listen-client-urls: http://0.0.0.0:2379,http://[::]:2379
//! ```
//! ```yaml reported path=etcd.conf.yml
//! listen-client-urls: http://127.0.0.1:2379
//! ```
//! ```conf reported path=nats-server.conf
//! host: [::]
//! port: 4222
//! ```
//! ```hcl reported path=consul.hcl
//! bind_addr = "0.0.0.0"
//! ```
//! Left alone:
//! ```yaml unchanged path=etcd.conf.yml
//! name: a
//! listen-client-urls: http://0.0.0.0:2379
//! advertise-client-urls: http://192.0.2.1:2379
//! ```
//! ```conf unchanged path=nats.conf
//! host: 0.0.0.0
//! port: 4222
//! http: 0.0.0.0:8222
//! ```
//! ```properties unchanged path=config/server.properties
//! broker.id=1
//! listeners=PLAINTEXT://0.0.0.0:9092
//! ```
//! ```properties unchanged path=zoo.cfg
//! clientPort=2181
//! clientPortAddress=0.0.0.0
//! ```
//! ```ini unchanged path=grafana.ini
//! [server]
//! http_addr = 0.0.0.0
//! ```
//! ```hcl unchanged path=consul.hcl
//! client_addr = "0.0.0.0"
//! ```
//!
//! ## Safety
//! Nothing is edited.
//!
//! ## References
//! - evidence: Go and the Java runtime, measured; etcd 3.4, nats-server 2.9
//! - <https://pkg.go.dev/net#Listen>

use crate::prelude::*;
use crate::servers::{EVERY, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: EVERY,
    anchors: Anchors(&[&["0.0.0.0"], &["127.0.0.1"], &["localhost"], &["::"], &["listen"]]),
    specificity: 0,
    run: |doc, cx| look("runtime/already-dual", doc, cx),
};
