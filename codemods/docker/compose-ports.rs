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
//! A variable keeps its place, and is empty where nothing is set; compose takes an empty address for
//! none:
//! ```yaml before path=docker-compose.yml
//! services:
//!   web:
//!     image: web
//!     ports:
//!       - "${HTTP_BIND:-0.0.0.0}:${HTTP_PORT:-80}:80"
//!       - ${HTTPS_BIND-0.0.0.0}:443:443
//! ```
//! ```yaml after unsafe path=docker-compose.yml
//! services:
//!   web:
//!     image: web
//!     ports:
//!       - "${HTTP_BIND:-}:${HTTP_PORT:-80}:80"
//!       - ${HTTPS_BIND-}:443:443
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
//! A template of which no tree can be made:
//! ```yaml before path=docker-compose.yml
//!
//! services:
//!   web:{% if celery %} &web{% endif %}
//!     image: web
//!     ports:
//!       - '0.0.0.0:80:80'
//! ```
//! ```yaml after unsafe path=docker-compose.yml
//!
//! services:
//!   web:{% if celery %} &web{% endif %}
//!     image: web
//!     ports:
//!       - '80:80'
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
//! An IPv6 address needs brackets, or compose takes its colons for those between the ports; also
//! one that a template or a variable gives:
//! ```yaml before path=docker-compose.yml
//! services:
//!   web:
//!     image: web
//!     ports:
//!       - "::1:8080:80"
//!       {% for port in (80, 443) %}
//!       - "{{ bind6 }}:{{ port }}:{{ port }}"
//!       {% endfor %}
//!       - ${BIND_IPV6}:25:25
//! ```
//! ```yaml after unsafe path=docker-compose.yml
//! services:
//!   web:
//!     image: web
//!     ports:
//!       - "[::1]:8080:80"
//!       {% for port in (80, 443) %}
//!       - "[{{ bind6 }}]:{{ port }}:{{ port }}"
//!       {% endfor %}
//!       - "[${BIND_IPV6}]:25:25"
//! ```
//! Reported: ports that are for the host itself. A second entry for `[::1]` would keep the container
//! from starting on hosts without IPv6, and clients on the host reach the first one.
//! ```yaml reported path=compose.yaml
//! services:
//!   db:
//!     image: db
//!     ports:
//!       - 127.0.0.1:5432:5432 # for the host
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
//! ```yaml reported path=compose.yaml
//! services:
//!   web:
//!     image: web
//!     ports:
//!       - "${BIND:-0.0.0.0}:80:80"
//!       - "[::]:80:80"
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
//!       - "[{{ bind6 }}]:87:87"
//!       - "${PORT6}:88"
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
        &["services", "ports", "6 }}:"],
        &["services", "ports", "6}}:"],
        &["services", "ports", "6}:"],
        &["services", "ports", "V6"],
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
    if doc.file_name().contains("compose") && doc.text.contains("\nservices:") {
        stream.unread.iter().for_each(|part| lines(doc, *part, cx));
    }
    for service in compose::services(&stream) {
        let Some(seq) = service.map.get("ports").filter(|v| v.anchor.is_none()).and_then(Value::seq) else { continue };
        for scalar in seq.items.iter().filter_map(|item| item.value.scalar()) {
            let Some(edit) = default_of(scalar).filter(|edit| edit.span.text(&doc.text) == "0.0.0.0") else { continue };
            let message = "published on IPv4 only where nothing else is set; without an address, it is published on both families";
            let finding = Finding::new(scalar.span, Role::BindAddress.name(), message);
            let finding = finding.because(format!("ports of service {}", service.name)).because(EVIDENCE);
            // Without the address it would meet the entry that publishes on IPv6.
            let beside = seq.items.iter().any(|item| item.value.scalar().is_some_and(|s| s.text().starts_with('[')));
            cx.report(match beside {
                true => finding.because("an entry beside it publishes on IPv6: one of the two must go"),
                false => finding.fix(Applicability::Unsafe, Fix::new().edit(edit)),
            });
        }
        let ports: Vec<Port<'_>> = seq.items.iter().filter_map(|item| port(&item.value)).collect();
        for port in &ports {
            let what = format!("ports of service {}", service.name);
            let twin = ports.iter().any(|other| other.rest == port.rest && other.host != port.host);
            look(doc, seq, port, twin, &what, cx);
        }
    }
    Ok(())
}

/// Lines like `- "0.0.0.0:80:80"` in a part of a template that no tree can be made of: what stands in
/// the quotes says itself what it is.
fn lines(doc: &Document, part: Span, cx: &mut Context<'_>) {
    let mut at = part.start;
    for line in part.text(&doc.text).split_inclusive('\n') {
        let start = at;
        at += line.len();
        let trimmed = line.trim_start();
        let Some(rest) = trimmed.strip_prefix("- ").map(str::trim_start) else { continue };
        let quote = ['"', '\''].into_iter().find(|q| rest.starts_with(*q));
        let Some(inner) = quote.and_then(|q| rest[1..].split(q).next()) else { continue };
        let Some(ports) = inner.strip_prefix("0.0.0.0:") else { continue };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let numbers = ports.split('/').next().is_some_and(|p| p.split(':').count() == 2 && p.split(':').all(digits));
        if numbers {
            let place = start + line.len() - rest.len() + 1;
            let message = "published on IPv4 only; without the address, the port is published on both families";
            let fix = Fix::new().edit(Edit::delete(Span::new(place, place + "0.0.0.0:".len())));
            let span = Span::new(place, place + inner.len());
            let finding = Finding::new(span, Role::BindAddress.name(), message).because(EVIDENCE);
            cx.report(finding.fix(Applicability::Unsafe, fix));
        }
    }
}

/// A port with an address of the host.
fn port(value: &Value) -> Option<Port<'_>> {
    if let Some(map) = value.map() {
        let (host, published) = (map.get("host_ip")?.fixed()?, map.get("published").and_then(Value::fixed));
        return Some(Port { host, rest: published.unwrap_or(""), written: Written::Long(map) });
    }
    let scalar = value.scalar()?;
    let text = scalar.text();
    let fits = |host: &&&str| {
        text.strip_prefix(**host).and_then(|rest| rest.strip_prefix(':')).is_some_and(|rest| rest.contains(':'))
    };
    let len = KNOWN.iter().find(fits).map(|host| host.len()).or_else(|| named_ipv6(text))?;
    Some(Port { host: &text[..len], rest: &text[len + 1..], written: Written::Short(scalar) })
}

const KNOWN: [&str; 6] = ["0.0.0.0", "127.0.0.1", "[::]", "[::1]", "::1", "::"];

/// The length of a template action or a variable that stands for an IPv6 address by its name, where
/// the address of the host stands: `{{ bind6 }}:{{ port }}:80`.
fn named_ipv6(text: &str) -> Option<usize> {
    let (open, close) = if text.starts_with("{{") { ("{{", "}}") } else { ("${", "}") };
    let inner = text.strip_prefix(open)?;
    let end = inner.find(close)?;
    let name = inner[..end].trim();
    let name = name.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.').next()?.to_ascii_lowercase();
    let last = name.rsplit('.').next()?;
    let tells = ["bind6", "ipv6", "ip6", "addr6", "address6", "host6", "listen6"].iter().any(|w| last.contains(w));
    let len = open.len() + end + close.len();
    // The ports follow: of the host, and of the container.
    let rest = text.get(len..)?.strip_prefix(':')?;
    (tells && rest.contains(':') && !rest.starts_with('-')).then_some(len)
}

/// The default of a variable in the place of the address: `${BIND:-0.0.0.0}:80:80`.
fn default_of(scalar: &Scalar) -> Option<Edit> {
    let text = scalar.text();
    let end = text.strip_prefix("${")?.find('}')? + 2;
    let name = text.get(2..end)?.strip_suffix("0.0.0.0")?.strip_suffix('-')?;
    let name = name.strip_suffix(':').unwrap_or(name);
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    // The ports follow: of the host, and of the container.
    let ports = text.get(end + 1..)?.strip_prefix(':')?;
    if !plain || !ports.contains(':') {
        return None;
    }
    let quoted = matches!(scalar.style, Style::Single | Style::Double);
    let start = scalar.span.start + usize::from(quoted) + end - "0.0.0.0".len();
    Some(Edit::delete(Span::new(start, start + "0.0.0.0".len())))
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
        "127.0.0.1" if !twin => {
            cx.report(finding(
                "published on the IPv4 loopback address of the host only, which a client on the host that asks for ::1 alone does not reach",
            ));
        }
        "127.0.0.1" | "[::]" | "[::1]" => {}
        _ => {
            let Written::Short(scalar) = &port.written else { return };
            let message = "an IPv6 address needs brackets here: compose takes its colons for those between the ports";
            cx.report(match bracketed(doc, scalar, port) {
                Some(edits) => finding(message).fix(Applicability::Unsafe, Fix::new().edits(edits)),
                None => finding(message),
            });
        }
    }
}

/// Brackets around the address, and quotes, since a bracket opens a list in YAML.
fn bracketed(doc: &Document, scalar: &Scalar, port: &Port<'_>) -> Option<Vec<Edit>> {
    let quoted = matches!(scalar.style, Style::Single | Style::Double);
    let start = scalar.span.start + usize::from(quoted);
    let host = Span::new(start, start + port.host.len());
    if host.text(&doc.text) != port.host || !(quoted || scalar.style == Style::Plain) {
        return None;
    }
    if quoted {
        return Some(Edit::wrap(host, "[", "]").to_vec());
    }
    let fits = !scalar.span.text(&doc.text).contains(['"', '\\']);
    let open = Edit::insert(host.start, "\"[");
    fits.then(|| vec![open, Edit::insert(host.end, "]"), Edit::insert(scalar.span.end, "\"")])
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
