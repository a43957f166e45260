//! # Networks of compose files without IPv6
//!
//! ## Why it breaks
//! A network whose only subnet is one of IPv4, or that says `enable_ipv6: false`, gives its containers
//! no IPv6 address: they reach no IPv6-only service, and a server in them that listens on both
//! families is reached over IPv6 through Docker's own proxy at best.
//!
//! ## Examples
//! Reported, because the prefix and the version of the engine are the operator's: from version 27 on,
//! `enable_ipv6: true` is enough; before, a subnet of IPv6 has to be listed too.
//! ```yaml reported path=compose.yaml
//! services:
//!   web:
//!     image: web
//! networks:
//!   front:
//!     ipam:
//!       config:
//!         - subnet: 172.28.0.0/16
//! ```
//! ```yaml reported path=compose.yaml
//! services:
//!   web:
//!     image: web
//! networks:
//!   front:
//!     enable_ipv6: false
//! ```
//! Left alone: networks that have IPv6, that come from elsewhere, or say nothing about addresses.
//! ```yaml unchanged path=compose.yaml
//! services:
//!   web:
//!     image: web
//! networks:
//!   default:
//!   front:
//!     enable_ipv6: true
//!     ipam:
//!       config:
//!         - subnet: 172.28.0.0/16
//!   back:
//!     ipam:
//!       config:
//!         - subnet: 172.29.0.0/16
//!         - subnet: fd00:29::/64
//!   other:
//!     external: true
//! ```
//! ```yaml unchanged path=compose.yaml mode=ipv6-capable
//! services:
//!   web:
//!     image: web
//! networks:
//!   front:
//!     enable_ipv6: false
//! ```
//!
//! ## Safety
//! Only reported.
//!
//! ## References
//! - <https://docs.docker.com/engine/daemon/ipv6/>
//! - <https://github.com/compose-spec/compose-spec/blob/main/06-networks.md>

use sixify_langs::classify::YAML;
use sixify_langs::yaml::{Entry, Map, Stream, Value, compose};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[YAML],
    anchors: Anchors(&[&["services", "networks", "subnet"], &["services", "networks", "enable_ipv6"]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if !Policy::of(cx.options()).listeners() {
        return Ok(());
    }
    let stream = Stream::of(doc);
    if compose::services(&stream).is_empty() {
        return Ok(());
    }
    for root in &stream.roots {
        let networks = root.get("networks").and_then(Value::map);
        for entry in networks.iter().flat_map(|map| &map.entries) {
            if let Some(map) = entry.value.map() {
                network(entry, map, cx);
            }
        }
    }
    Ok(())
}

fn network(entry: &Entry, map: &Map, cx: &mut Context<'_>) {
    let switch = map.get("enable_ipv6").and_then(Value::fixed);
    let mut report = |span: Span, message: &str| {
        let finding = Finding::new(span, Role::Switch.name(), message);
        let why = "from Engine 27 on, enable_ipv6: true is enough; before, it needs a subnet of IPv6 as well";
        cx.report(finding.because(format!("network {}", entry.key.text())).because(why));
    };
    if switch == Some("false") {
        let span = map.entry("enable_ipv6").map_or(entry.key.span, |e| e.key.span.cover(e.value.span));
        return report(span, "switches IPv6 off in this network: its containers have no IPv6 address");
    }
    if map.has("enable_ipv6") {
        return;
    }
    let config = map.get("ipam").and_then(|ipam| ipam.get("config")).and_then(Value::seq);
    let subnets: Vec<&Value> = config.iter().flat_map(|seq| &seq.items).filter_map(|i| i.value.get("subnet")).collect();
    let four = |value: &&Value| value.fixed().is_some_and(|text| text.parse::<Ipv4Prefix>().is_ok());
    if let Some(first) = subnets.first().filter(|_| subnets.iter().all(four)) {
        report(first.span, "the only subnet of this network is one of IPv4: its containers have no IPv6 address");
    }
}

/// `172.28.0.0/16`; nothing but its shape matters.
struct Ipv4Prefix;

impl std::str::FromStr for Ipv4Prefix {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, _) = text.split_once('/').ok_or(())?;
        address.parse::<std::net::Ipv4Addr>().map(|_| Ipv4Prefix).map_err(|_| ())
    }
}
