//! # Let log drivers reach a loopback address of either family
//!
//! ## Why it breaks
//! `syslog-address: tcp://127.0.0.1:514` is dialled by the Docker daemon and reaches a receiver on
//! the IPv4 loopback address only. `localhost` is both addresses, and the daemon, a program in Go,
//! tries one after the other.
//!
//! ## Examples
//! ```yaml before path=docker-compose.yml
//! services:
//!   core:
//!     image: core
//!     logging:
//!       driver: "syslog"
//!       options:
//!         syslog-address: "tcp://127.0.0.1:1514"
//!         tag: "core"
//!   web:
//!     image: web
//!     logging:
//!       driver: fluentd
//!       options: {fluentd-address: 127.0.0.1:24224}
//! ```
//! ```yaml after unsafe path=docker-compose.yml
//! services:
//!   core:
//!     image: core
//!     logging:
//!       driver: "syslog"
//!       options:
//!         syslog-address: "tcp://localhost:1514"
//!         tag: "core"
//!   web:
//!     image: web
//!     logging:
//!       driver: fluentd
//!       options: {fluentd-address: localhost:24224}
//! ```
//! Reported: UDP, where nobody tells the daemon that the first address does not answer.
//! ```yaml reported path=docker-compose.yml
//! services:
//!   core:
//!     image: core
//!     logging:
//!       driver: gelf
//!       options:
//!         gelf-address: "udp://127.0.0.1:12201"
//! ```
//! Left alone: names, addresses of other machines, other options.
//! ```yaml unchanged path=docker-compose.yml
//! services:
//!   core:
//!     image: core
//!     environment:
//!       syslog-address: "tcp://127.0.0.1:1514"
//!     logging:
//!       driver: syslog
//!       options:
//!         syslog-address: "tcp://localhost:1514"
//!         gelf-address: "tcp://10.0.0.1:1"
//!         tag: "127.0.0.1"
//! ```
//!
//! ## Safety
//! Unsafe: the receiver may not listen on the address that `localhost` means on the host, and a host
//! without an entry for `localhost` in its files has none.
//!
//! ## References
//! - <https://docs.docker.com/engine/logging/drivers/syslog/>
//! - evidence: clients, who survives `localhost`: Go tries every address

use sixify_langs::address::{AddressClass, addresses};
use sixify_langs::classify::YAML;
use sixify_langs::yaml::{Map, Scalar, Stream, Value, compose, edit};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[YAML],
    anchors: Anchors(&[
        &["syslog-address", "127.0.0."],
        &["fluentd-address", "127.0.0."],
        &["gelf-address", "127.0.0."],
        &["splunk-url", "127.0.0."],
    ]),
    specificity: 0,
    run,
};

const OPTIONS: [&str; 4] = ["syslog-address", "fluentd-address", "gelf-address", "splunk-url"];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let stream = Stream::of(doc);
    let services = compose::services(&stream);
    if services.is_empty() {
        return Ok(());
    }
    for root in &stream.roots {
        root.walk(&mut |path, value| {
            // Anchors for several services stand at the top, under names of the user's own.
            let Some(map) = value.map().filter(|map| map.has("driver") && map.has("options")) else { return };
            if path.ends_with("logging") || path.starts_with("x-") {
                options(doc, map, path, cx);
            }
        });
    }
    Ok(())
}

fn options(doc: &Document, map: &Map, path: &str, cx: &mut Context<'_>) {
    let Some(options) = map.get("options").and_then(Value::map) else { return };
    for entry in options.entries.iter().filter(|e| e.key.fixed().is_some_and(|key| OPTIONS.contains(&key))) {
        let Some(scalar) = entry.value.scalar() else { continue };
        let found = addresses(scalar.text());
        let [address] = found.as_slice() else { continue };
        if address.class != AddressClass::Loopback {
            continue;
        }
        let message = "the Docker daemon sends the log to the IPv4 loopback address only; localhost is both";
        let finding = Finding::new(scalar.span, Role::DialAddress.name(), message).because(path.to_owned());
        let udp = scalar.text().starts_with("udp:");
        match changed(doc, scalar, address.span, options.flow).filter(|_| !udp) {
            Some(edit) => cx.report(finding.fix(Applicability::Unsafe, Fix::new().edit(edit))),
            None if udp => {
                cx.report(finding.because("over UDP, the first address of localhost gets the log, heard or not"));
            }
            None => cx.report(finding),
        }
    }
}

fn changed(doc: &Document, scalar: &Scalar, address: Span, flow: bool) -> Option<Edit> {
    let text = scalar.text();
    let new = format!("{}localhost{}", text.get(..address.start)?, text.get(address.end..)?);
    // The address stands in the file as it is, so that a template beside it stays.
    let at = scalar.span.text(&doc.text).find(address.text(text))?;
    let small = Edit::replace(Span::new(scalar.span.start + at, scalar.span.start + at + address.len()), "localhost");
    if scalar.templated { Some(small) } else { edit::replace(scalar, &new, flow) }
}
