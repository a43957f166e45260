//! # Let BIND answer on IPv6 too (`listen-on-v6`, `allow-query` and their like)
//!
//! ## Why it breaks
//! BIND's lists are lists of what matches: `listen-on { 0.0.0.0; }` matches no address at all, and
//! `0.0.0.0/0` those of IPv4. `listen-on-v6 { none; }` keeps BIND from answering over IPv6, which it
//! does by default. A client that comes in from `::1` is refused where only `127.0.0.1` is let in.
//!
//! ## Examples
//! ```conf before path=etc/bind/named.conf.options
//! options {
//!     directory "/var/cache/bind";
//!     listen-on { any; };
//!     listen-on-v6 { none; };  // not yet
//!     allow-query { 0.0.0.0/0; };
//!     allow-transfer { 127.0.0.1; 192.0.2.1; };
//! };
//! ```
//! ```conf after unsafe path=etc/bind/named.conf.options
//! options {
//!     directory "/var/cache/bind";
//!     listen-on { any; };
//!     listen-on-v6 { any; };  // not yet
//!     allow-query { any; };
//!     allow-transfer { 127.0.0.1; ::1; 192.0.2.1; };
//! };
//! ```
//! ```conf before path=named.conf
//! options { listen-on port 53 { 0.0.0.0; }; };
//! ```
//! ```conf after unsafe path=named.conf
//! options { listen-on port 53 { any; }; };
//! ```
//! Reported: `::` and `::/0` in the list of IPv6 addresses, where `any` is meant.
//! ```conf reported path=named.conf
//! options { listen-on-v6 { ::; }; };
//! ```
//! Left alone: chosen addresses, IPv4 lists with their words for both families.
//! ```conf unchanged path=named.conf
//! options {
//!   listen-on { 127.0.0.1; 192.0.2.1; };
//!   listen-on-v6 { any; };
//!   allow-query { localhost; localnets; };
//!   allow-recursion { 127.0.0.1; ::1; };
//!   # listen-on-v6 { none; };
//! };
//! ```
//!
//! ## Safety
//! Unsafe: measured with 9.18 on every kind of host, kernels without IPv6 included; but to answer
//! over IPv6 where nobody did is a matter of exposure.
//!
//! ## References
//! - evidence: BIND, 9.18 measured
//! - <https://bind9.readthedocs.io/en/stable/reference.html#namedconf-statement-listen-on-v6>

use sixify_langs::classify::{CONF, bare_name};
use sixify_langs::conf::blocks::{List, lists};
use sixify_langs::embed;

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod =
    Codemod { kinds: &[CONF], anchors: Anchors(&[&["listen-on"], &["allow-"]]), specificity: 0, run };

const EVIDENCE: &str = "evidence: BIND, measured with 9.18";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    let name = bare_name(embed::path_of(doc));
    if !name.starts_with("named") && !doc.text.contains("listen-on") {
        return Ok(());
    }
    for list in lists(&doc.text) {
        let said: Vec<&str> = list.elements.iter().map(|e| e.text(&doc.text)).collect();
        match list.name.as_str() {
            "listen-on" | "listen-on-v6" if policy.listeners() => listen(&list, &said, cx),
            "allow-query" | "allow-recursion" | "allow-query-cache" | "allow-transfer" | "allow-update" => {
                allow(&list, &said, cx);
            }
            _ => {}
        }
    }
    Ok(())
}

fn finding(list: &List, role: Role, message: &str) -> Finding {
    Finding::new(list.span, role.name(), message).because(EVIDENCE)
}

fn listen(list: &List, said: &[&str], cx: &mut Context<'_>) {
    let role = Role::BindHost;
    let ([element], [said]) = (list.elements.as_slice(), said) else { return };
    let any = Fix::new().edit(Edit::replace(*element, "any"));
    match (list.name.as_str(), *said) {
        ("listen-on", "0.0.0.0") => {
            let message = "matches no address, so BIND does not listen on IPv4 at all; `any` does";
            cx.report(finding(list, role, message).fix(Applicability::Unsafe, any));
        }
        ("listen-on-v6", "none") => {
            let message =
                "keeps BIND from answering over IPv6; `any`, the default, answers, and so exposes the server there";
            cx.report(finding(list, role, message).fix(Applicability::Unsafe, any));
        }
        ("listen-on-v6", "::" | "::0") => {
            cx.report(finding(list, role, "matches no address; `any` means all of them"));
        }
        _ => {}
    }
}

fn allow(list: &List, said: &[&str], cx: &mut Context<'_>) {
    let role = Role::Cidr;
    let both = ["any", "localhost", "::1", "::1/128", "::/0"];
    if said.iter().any(|s| both.contains(s)) {
        return;
    }
    if let Some((_, element)) = said.iter().zip(&list.elements).find(|(s, _)| **s == "0.0.0.0/0") {
        let fix = Fix::new().edit(Edit::replace(*element, "any"));
        let message = "lets clients in over IPv4 only; `any` means both families";
        cx.report(finding(list, role, message).fix(Applicability::Unsafe, fix));
    } else if let Some((_, element)) =
        said.iter().zip(&list.elements).find(|(s, _)| ["127.0.0.1", "127.0.0.0/8"].contains(*s))
    {
        let fix = Fix::new().edit(Edit::insert(element.end, "; ::1"));
        let message = "lets the IPv4 loopback in and refuses clients from ::1";
        cx.report(finding(list, role, message).fix(Applicability::Unsafe, fix));
    }
}
