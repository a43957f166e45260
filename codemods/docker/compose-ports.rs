//! # Publish ports of compose services on IPv6 too
//!
//! ## Why it breaks
//! `"0.0.0.0:8080:80"` publishes a port on the IPv4 addresses of the host alone. Without an address
//! it is published on those of both families, and on IPv4 alone where there is no IPv6.
//!
//! ## Examples
//! ```yaml before path=docker-compose.yml
//! services:
//!   web:
//!     image: web
//!     ports:
//!       - "0.0.0.0:8080:80" # the site
//!       - 0.0.0.0:8443:443/tcp
//!       - '0.0.0.0::9000'
//!       - "0.0.0.0:${PORT:-3000}:3000"
//!   flow:
//!     build: .
//!     ports: ["0.0.0.0:5000-5010:5000-5010/udp", "6000:6000"]
//! ```
//! ```yaml after unsafe path=docker-compose.yml
//! services:
//!   web:
//!     image: web
//!     ports:
//!       - "8080:80" # the site
//!       - "8443:443/tcp"
//!       - '9000'
//!       - "${PORT:-3000}:3000"
//!   flow:
//!     build: .
//!     ports: ["5000-5010:5000-5010/udp", "6000:6000"]
//! ```
//! A template in front of the port, in its quotes:
//! ```yaml before path=docker-compose.yml.j2
//! services:
//!   web:
//!     image: web
//!     ports:
//!       - "0.0.0.0:{{ port }}:80"
//! ```
//! ```yaml after unsafe path=docker-compose.yml.j2
//! services:
//!   web:
//!     image: web
//!     ports:
//!       - "{{ port }}:80"
//! ```
//! The long form:
//! ```yaml before path=compose.yaml
//! services:
//!   web:
//!     image: web
//!     ports:
//!       - target: 80
//!         host_ip: 0.0.0.0
//!         published: "8080"
//! ```
//! ```yaml after unsafe path=compose.yaml
//! services:
//!   web:
//!     image: web
//!     ports:
//!       - target: 80
//!         published: "8080"
//! ```
//! Reported: ports that are for the host itself, which IPv6 clients of the host do not reach; a second
//! entry `"[::1]:8080:80"` would be one that Docker cannot publish on a host without IPv6.
//! ```yaml reported path=compose.yaml
//! services:
//!   db:
//!     image: db
//!     ports:
//!       - "127.0.0.1:5432:5432"
//! ```
//! ```yaml reported path=compose.yaml
//! services:
//!   db:
//!     image: db
//!     ports:
//!       - target: 5432
//!         host_ip: 127.0.0.1
//!         published: "5432"
//! ```
//! Both families one by one, or one port in two entries: without the address, they would meet.
//! ```yaml reported path=compose.yaml
//! services:
//!   web:
//!     image: web
//!     ports:
//!       - "0.0.0.0:80:80"
//!       - "[::]:80:80"
//! ```
//! An address without brackets, which compose takes for something else:
//! ```yaml reported path=compose.yaml
//! services:
//!   web:
//!     image: web
//!     ports:
//!       - "::1:8080:80"
//! ```
//! Left alone: ports without an address, both loopback addresses, addresses of one machine, other
//! lists, other files.
//! ```yaml unchanged path=compose.yaml
//! services:
//!   web:
//!     image: web
//!     ports:
//!       - "8080:80"
//!       - 8443:443
//!       - "3000"
//!       - 9000
//!       - "10.0.0.0:81:81"
//!       - "0.0.0.0:86"
//!       - "${BIND}:82:82"
//!       - "{{ bind }}:83:83"
//!       - "127.0.0.1:84:84"
//!       - "[::1]:84:84"
//!       # - "0.0.0.0:85:85"
//!     expose: ["0.0.0.0:80:80"]
//!     labels:
//!       - "0.0.0.0:80:80"
//! ```
//! ```yaml unchanged path=other.yaml
//! ports:
//!   - "0.0.0.0:80:80"
//! ```
//! ```yaml unchanged mode=ipv6-capable path=compose.yaml
//! services:
//!   web:
//!     image: web
//!     ports:
//!       - "0.0.0.0:80:80"
//! ```
//!
//! ## Safety
//! Unsafe: documented, and not run. A firewall of the host may know IPv4 only.
//!
//! ## References
//! - <https://docs.docker.com/engine/network/port-publishing/>
//! - <https://github.com/compose-spec/compose-spec/blob/main/05-services.md#ports>

use sixify_langs::classify::YAML;
use sixify_langs::yaml::{Map, Scalar, Seq, Stream, Style, Value, compose, edit, remove};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[YAML],
    anchors: Anchors(&[
        &["services", "ports", "0.0.0.0"],
        &["services", "ports", "127.0.0.1"],
        &["services", "ports", "::1"],
    ]),
    specificity: 0,
    run,
};

const EVIDENCE: &str =
    "source: Docker documentation, port publishing: without an address, a port is published on both families";

/// A published port.
struct Port<'a> {
    /// The address of the host as it is written, brackets included.
    host: &'a str,
    /// The rest of the short form, or the published port of the long form.
    rest: &'a str,
    written: Written<'a>,
}

enum Written<'a> {
    Short(&'a Scalar),
    Long(&'a Map),
}

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if !Policy::of(cx.options()).listeners() {
        return Ok(());
    }
    let stream = Stream::of(doc);
    for service in compose::services(&stream) {
        let Some(seq) = service.map.get("ports").filter(|v| v.anchor.is_none()).and_then(Value::seq) else { continue };
        let ports: Vec<Port<'_>> = seq.items.iter().filter_map(|item| port(&item.value)).collect();
        for port in &ports {
            let what = format!("ports of service {}", service.name);
            let twin = ports.iter().any(|other| other.rest == port.rest && other.host != port.host);
            look(doc, seq, port, twin, &what, cx);
        }
    }
    Ok(())
}

/// A port with an address of the host.
fn port(value: &Value) -> Option<Port<'_>> {
    if let Some(map) = value.map() {
        let (host, published) = (map.get("host_ip")?.fixed()?, map.get("published").and_then(Value::fixed));
        return Some(Port { host, rest: published.unwrap_or(""), written: Written::Long(map) });
    }
    let scalar = value.scalar()?;
    let text = scalar.text();
    let end = ["0.0.0.0", "127.0.0.1", "[::]", "[::1]", "::1", "::"]
        .iter()
        .find(|host| text.strip_prefix(**host).is_some_and(|rest| rest.starts_with(':') && rest[1..].contains(':')))?;
    Some(Port { host: &text[..end.len()], rest: &text[end.len() + 1..], written: Written::Short(scalar) })
}

fn look(doc: &Document, seq: &Seq, port: &Port<'_>, twin: bool, what: &str, cx: &mut Context<'_>) {
    let span = match &port.written {
        Written::Short(scalar) => scalar.span,
        Written::Long(map) => remove::trimmed(&doc.text, map.span),
    };
    let finding = |message: &str| {
        Finding::new(span, Role::BindAddress.name(), message).because(what.to_owned()).because(EVIDENCE)
    };
    match port.host {
        "0.0.0.0" => {
            let message = "published on IPv4 only; without the address, the port is published on both families, and on IPv4 alone where there is no IPv6";
            let twin_message = "the same port is published on another address too: one of the two entries must go";
            let fix = if twin { None } else { without(doc, seq, port) };
            cx.report(match fix {
                Some(edit) => finding(message).fix(Applicability::Unsafe, Fix::new().edit(edit)),
                None if twin => finding(message).because(twin_message),
                None => finding(message),
            });
        }
        "127.0.0.1" if !twin => cx.report(finding(
            "published on the IPv4 loopback address of the host only; clients that take localhost for ::1 do not reach it, and an entry for [::1] fails on hosts without IPv6",
        )),
        "::1" | "::" if matches!(port.written, Written::Short(_)) => {
            cx.report(finding("an IPv6 address needs brackets here: compose takes its colons for those between the ports"));
        }
        _ => {}
    }
}

/// The edit that takes the address out.
fn without(doc: &Document, seq: &Seq, port: &Port<'_>) -> Option<Edit> {
    match &port.written {
        Written::Long(map) => remove::entry(&doc.text, map, map.entry("host_ip")?),
        Written::Short(scalar) => {
            // `0.0.0.0::80` publishes a port that Docker chooses, and so does `80` alone.
            let colons = 1 + usize::from(port.rest.starts_with(':'));
            let rest = &port.rest[colons - 1..];
            if scalar.style == Style::Plain {
                // `22:22` is a number to the base of 60 for some readers: a port needs quotes.
                let edit = edit::replace(scalar, rest, seq.flow)?;
                let quoted = edit.text.starts_with(['"', '\'']);
                return Some(if quoted { edit } else { Edit::replace(edit.span, format!("\"{rest}\"")) });
            }
            let start = scalar.span.start + 1;
            let host = Span::new(start, start + port.host.len() + colons);
            let same =
                host.text(&doc.text).starts_with(port.host) && matches!(scalar.style, Style::Single | Style::Double);
            same.then(|| Edit::delete(host))
        }
    }
}
