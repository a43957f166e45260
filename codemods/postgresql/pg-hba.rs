//! # Let clients in over IPv6 that may come in over IPv4 (pg_hba.conf)
//!
//! ## Why it breaks
//! A line speaks of the addresses of one family. With `127.0.0.1/32` alone, a client that connects
//! to `localhost` over IPv6 is refused ("no pg_hba.conf entry for host ::1"), and libpq does not
//! try IPv4 after that. `0.0.0.0/0` is everybody on IPv4.
//!
//! ## Examples
//! ```conf before path=pg_hba.conf
//! # TYPE  DATABASE  USER  ADDRESS        METHOD
//! local   all       all                  peer
//! host    all       all   127.0.0.1/32   scram-sha-256
//! host    all       all   0.0.0.0/0      md5  # everybody
//! hostssl app       app   127.0.0.1  255.255.255.255  cert
//! ```
//! ```conf after unsafe path=pg_hba.conf
//! # TYPE  DATABASE  USER  ADDRESS        METHOD
//! local   all       all                  peer
//! host    all       all   127.0.0.1/32   scram-sha-256
//! host    all       all   ::1/128        scram-sha-256
//! host    all       all   0.0.0.0/0      md5  # everybody
//! host    all       all   ::/0           md5
//! hostssl app       app   127.0.0.1  255.255.255.255  cert
//! hostssl app       app   ::1/128  cert
//! ```
//! In the values of a chart, and in the list of a Patroni configuration:
//! ```yaml before path=values.yaml
//! pgHbaConfiguration: |-
//!   local all all trust
//!   host all all 127.0.0.1/32 md5
//! ```
//! ```yaml after unsafe path=values.yaml
//! pgHbaConfiguration: |-
//!   local all all trust
//!   host all all 127.0.0.1/32 md5
//!   host all all ::1/128 md5
//! ```
//! ```yaml before path=patroni.yml
//! postgresql:
//!   pg_hba:
//!     - local all all peer
//!     - host replication standby 127.0.0.1/32 md5
//!     - host all all 0.0.0.0/0 md5
//! ```
//! ```yaml after unsafe path=patroni.yml
//! postgresql:
//!   pg_hba:
//!     - local all all peer
//!     - host replication standby 127.0.0.1/32 md5
//!     - host replication standby ::1/128 md5
//!     - host all all 0.0.0.0/0 md5
//!     - host all all ::/0 md5
//! ```
//! Reported: other ranges of IPv4, where no line speaks of IPv6 ones.
//! ```conf reported path=pg_hba.conf
//! host all all 10.0.0.0/8 md5
//! ```
//! Left alone: the IPv6 line is there, words that mean both families, templates, other files.
//! ```conf unchanged path=pg_hba.conf
//! host all all 127.0.0.1/32 md5
//! host all all ::1/128 scram-sha-256
//! host all all samenet md5
//! host app all all md5
//! host app all 0.0.0.0/0 md5
//! host all all {{ network }} md5
//! #host all all 0.0.0.0/0 md5
//! ```
//! ```conf unchanged path=hosts.conf
//! host all all 127.0.0.1/32 md5
//! other 1
//! ```
//!
//! ## Safety
//! Unsafe: who may come in is a matter of trust. Measured with 15 on every kind of host: a line for
//! a family that the host does not have does no harm.
//!
//! ## References
//! - evidence: PostgreSQL, 15 measured
//! - <https://www.postgresql.org/docs/current/auth-pg-hba-conf.html>

use sixify_langs::classify::{CONF, YAML, bare_name};
use sixify_langs::yaml::{Stream, Value, edit};
use sixify_langs::{address, embed};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[CONF, YAML],
    anchors: Anchors(&[&["host", "127.0.0.1"], &["host", "0.0.0.0"], &["host", "/"]]),
    specificity: 0,
    run,
};

const EVIDENCE: &str = "evidence: PostgreSQL, measured with 15";
const TYPES: [&str; 5] = ["host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"];
const METHODS: [&str; 15] = [
    "trust",
    "reject",
    "md5",
    "scram-sha-256",
    "password",
    "gss",
    "sspi",
    "ident",
    "peer",
    "pam",
    "ldap",
    "radius",
    "cert",
    "bsd",
    "oauth",
];

/// A line that speaks of clients on the network.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Host<'a> {
    /// Type, database and user: lines of the same ones stand for each other.
    who: [&'a str; 3],
    address: &'a str,
    /// From the address to the end of the mask, where one stands in a column of its own.
    span: Span,
    /// From the type to the last option, without a comment.
    whole: Span,
}

/// Reads a line; `None` for comments, `local` lines and whatever else.
fn host(line: &str) -> Option<Host<'_>> {
    let line = line.split('#').next().unwrap_or(line);
    let words: Vec<(usize, &str)> =
        line.split_whitespace().map(|word| (word.as_ptr() as usize - line.as_ptr() as usize, word)).collect();
    let word = |n: usize| words.get(n).copied();
    let (start, kind) = word(0)?;
    let ((_, database), (_, user), (at, address)) = (word(1)?, word(2)?, word(3)?);
    let mask = word(4).filter(|(_, w)| w.parse::<std::net::IpAddr>().is_ok());
    let (_, method) = word(if mask.is_some() { 5 } else { 4 })?;
    if !TYPES.contains(&kind) || !METHODS.contains(&method) {
        return None;
    }
    let (mask_at, mask) = mask.unwrap_or((at, address));
    Some(Host {
        who: [kind, database, user],
        address,
        span: Span::new(at, mask_at + mask.len()),
        whole: Span::new(start, line.trim_end().len()),
    })
}

/// What stands for an address in IPv6, and what else means the same clients or more.
fn twin(host: &Host<'_>, line: &str) -> Option<(&'static str, &'static [&'static str])> {
    let written: Vec<&str> = host.span.text(line).split_whitespace().collect();
    match written.as_slice() {
        ["127.0.0.1/32"] | ["127.0.0.1", "255.255.255.255"] => Some(("::1/128", &["::1/128", "::1", "localhost"])),
        ["0.0.0.0/0"] | ["0.0.0.0", "0.0.0.0"] => Some(("::/0", &["::/0", "::0/0", "::"])),
        _ => None,
    }
}

fn finding(span: Span, message: &str) -> Finding {
    Finding::new(span, Role::Cidr.name(), message).because(EVIDENCE)
}

const MESSAGE: &str = "speaks of IPv4 clients only; those that come in over IPv6 are refused and do not try IPv4 again";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if doc.kind == YAML {
        for root in &Stream::of(doc).roots {
            root.walk(&mut |path, value| {
                if path.ends_with("pg_hba") || path.ends_with("pgHba") {
                    list(doc, value, cx);
                }
            });
        }
        return Ok(());
    }
    let lines = lines(&doc.text);
    let named = bare_name(embed::path_of(doc)).contains("pg_hba");
    let known = |line: &str| host(line).is_some() || line.trim_start().starts_with("local");
    let live = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with(['#', '{']);
    if !named && !lines.iter().map(|(_, l)| *l).filter(live).all(known) {
        return Ok(());
    }
    let hosts: Vec<(usize, &str, Host<'_>)> =
        lines.iter().filter_map(|(at, line)| Some((*at, *line, host(line)?))).collect();
    let all: Vec<&Host<'_>> = hosts.iter().map(|(_, _, h)| h).collect();
    for (at, line, host) in &hosts {
        match answer(host, line, &all) {
            Answer::Twin(new) => {
                let text = beside(line, host, new);
                let end = at + line.len();
                let fix = Fix::new().edit(Edit::insert(end, format!("\n{text}")));
                cx.report(finding(host.whole.shift(*at), MESSAGE).fix(Applicability::Unsafe, fix));
            }
            Answer::Report => cx.report(finding(host.whole.shift(*at), REPORT)),
            Answer::Leave(reason) => cx.leave(Note {
                span: host.whole.shift(*at),
                role: Role::Cidr.name(),
                reason: reason.to_owned(),
                evidence: vec![EVIDENCE.to_owned()],
            }),
        }
    }
    Ok(())
}

const REPORT: &str = "lets a range of IPv4 addresses in, and no line speaks of IPv6 ones";

/// The lines of a text with their offsets, without line ends.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let line = |part: &'_ str| part.trim_end_matches(['\n', '\r']).len();
    text.split_inclusive('\n')
        .map(|part| {
            let start = at;
            at += part.len();
            (start, part.get(..line(part)).unwrap_or(part))
        })
        .collect()
}

enum Answer {
    Twin(&'static str),
    Report,
    Leave(&'static str),
}

fn answer(host: &Host<'_>, line: &str, all: &[&Host<'_>]) -> Answer {
    let Some((new, same)) = twin(host, line) else {
        let range = address::addresses(host.address).first().is_some_and(|a| a.span.start == 0);
        let six = all.iter().any(|h| h.address.contains(':') && !h.address.starts_with("::1"));
        return match range && !six && !host.address.starts_with("127.") {
            true => Answer::Report,
            false => Answer::Leave("one address or range, or a word that means both families"),
        };
    };
    let there = |other: &&&Host<'_>| {
        other.who == host.who && (same.contains(&other.address) || ["all", "::/0", "::0/0"].contains(&other.address))
    };
    if all.iter().any(|other| there(&other)) {
        Answer::Leave("a line speaks of the same clients on IPv6")
    } else {
        Answer::Twin(new)
    }
}

/// The same line for IPv6, its columns where they were.
fn beside(line: &str, host: &Host<'_>, new: &str) -> String {
    let before = line.get(..host.span.start).unwrap_or("");
    let behind = line.get(host.span.end..host.whole.end).unwrap_or("");
    let old = host.span.text(line);
    let room = behind.len() - behind.trim_start_matches(' ').len();
    // One blank is no column.
    let pad = if room > 1 && !old.contains(char::is_whitespace) { old.len().saturating_sub(new.len()) } else { 0 };
    format!("{before}{new}{}{behind}", " ".repeat(pad))
}

/// The lines of a list, one string each.
fn list(doc: &Document, value: &Value, cx: &mut Context<'_>) {
    let Some(seq) = value.seq() else { return };
    let texts: Vec<&str> = seq.items.iter().map(|i| i.value.fixed().unwrap_or("")).collect();
    let hosts: Vec<Option<Host<'_>>> = texts.iter().map(|text| host(text)).collect();
    let all: Vec<&Host<'_>> = hosts.iter().flatten().collect();
    for (n, (text, host)) in texts.iter().zip(&hosts).enumerate() {
        let (Some(host), Some(item)) = (host, seq.items.get(n)) else { continue };
        match answer(host, text, &all) {
            Answer::Twin(new) => {
                let edit = edit::insert_items(&doc.text, seq, n, &[beside(text, host, new)]);
                let found = finding(item.value.span, MESSAGE);
                cx.report(match edit {
                    Some(edit) => found.fix(Applicability::Unsafe, Fix::new().edit(edit)),
                    None => found,
                });
            }
            Answer::Report => cx.report(finding(item.value.span, REPORT)),
            Answer::Leave(_) => {}
        }
    }
}
