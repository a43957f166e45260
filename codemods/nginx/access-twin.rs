//! # Let the IPv6 loopback in where nginx lets the IPv4 one in (`allow`, `set_real_ip_from`, `geo`)
//!
//! ## Why it breaks
//! `allow 127.0.0.1; deny all;` turns requests away that come in by `localhost` over IPv6, and
//! `allow 0.0.0.0/0` those of every IPv6 client. `set_real_ip_from 127.0.0.1` trusts a proxy on the
//! same host only while that connects over IPv4. There are no brackets in these lists.
//!
//! ## Examples
//! ```nginx before path=nginx.conf
//! http {
//!   set_real_ip_from 127.0.0.1;
//!   geo $internal {
//!     default 0;
//!     127.0.0.1/32 1;
//!   }
//!   server {
//!     listen [::]:80;
//!     listen 80;
//!     location /status {
//!       allow 127.0.0.1;  # here
//!       deny all;
//!     }
//!     location /all { allow 0.0.0.0/0; deny all; }
//!   }
//! }
//! ```
//! ```nginx after unsafe path=nginx.conf
//! http {
//!   set_real_ip_from 127.0.0.1;
//!   set_real_ip_from ::1;
//!   geo $internal {
//!     default 0;
//!     127.0.0.1/32 1;
//!     ::1/128 1;
//!   }
//!   server {
//!     listen [::]:80;
//!     listen 80;
//!     location /status {
//!       allow 127.0.0.1;  # here
//!       allow ::1;
//!       deny all;
//!     }
//!     location /all { allow 0.0.0.0/0; allow ::/0; deny all; }
//!   }
//! }
//! ```
//! Reported: ranges of IPv4 clients, where no line of the block speaks of IPv6 ones, and questions
//! that only IPv4 answers.
//! ```nginx reported path=nginx.conf
//! server {
//!   listen 80;
//!   listen [::]:80;
//!   allow 10.0.0.0/8;
//!   deny all;
//! }
//! ```
//! ```nginx reported path=nginx.conf
//! server {
//!   listen 80;
//!   listen [::]:80;
//!   if ($remote_addr = 127.0.0.1) { return 204; }
//! }
//! ```
//! Left alone: both are there, a list that shuts nobody out, one proxy elsewhere, templates.
//! ```nginx unchanged path=nginx.conf
//! server {
//!   listen 80;
//!   listen [::]:80;
//!   set_real_ip_from 192.0.2.7;
//!   location /a {
//!     allow 127.0.0.1;
//!     allow ::1;
//!     deny all;
//!   }
//!   location /b {
//!     allow 127.0.0.1;
//!   }
//!   location /c {
//!     allow {{ address }};
//!     deny all;
//!   }
//!   # allow 127.0.0.1;
//! }
//! ```
//!
//! ## Safety
//! Unsafe: who may come in is a matter of trust. Measured with 1.22.1: a line for a family that the
//! host does not have does no harm.
//!
//! ## References
//! - evidence: nginx, 1.22.1 measured
//! - <https://nginx.org/en/docs/http/ngx_http_access_module.html>

use sixify_langs::address::{self, AddressClass};
use sixify_langs::classify::NGINX;
use sixify_langs::conf::Nginx;
use sixify_langs::conf::nginx::Statement;

use crate::nginx_twins::below;
use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[NGINX],
    anchors: Anchors(&[&["allow"], &["set_real_ip_from"], &["geo"], &["$remote_addr"]]),
    specificity: 0,
    run,
};

const EVIDENCE: &str = "evidence: nginx, measured with 1.22.1";

/// What stands for an IPv4 address in IPv6, and what else would.
fn twin(address: &str) -> Option<(&'static str, &'static [&'static str])> {
    match address {
        "127.0.0.1" => Some(("::1", &["::1", "::1/128"])),
        "127.0.0.1/32" | "127.0.0.0/8" => Some(("::1/128", &["::1", "::1/128"])),
        "0.0.0.0/0" => Some(("::/0", &["::/0", "0::/0"])),
        _ => None,
    }
}

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let nginx = Nginx::of(doc);
    let mut reported = Vec::new();
    for statement in nginx.statements.iter().filter(|s| s.block.is_none()) {
        let in_geo = nginx.parent(statement).is_some_and(|p| p.name == "geo");
        let address = match statement.name.as_str() {
            "allow" | "set_real_ip_from" => statement.args.first().map_or("", |a| a.value.as_str()),
            name if in_geo => name,
            _ => continue,
        };
        let beside: Vec<&Statement> = nginx.children(statement.parent).map(|(_, s)| s).collect();
        let value = |s: &Statement| s.args.first().map_or(String::new(), |a| a.value.clone());
        let denies = beside.iter().any(|s| s.name == "deny" && value(s) == "all");
        if statement.name == "allow" && !denies {
            continue;
        }
        let same = |s: &&&Statement| if in_geo { s.block.is_none() } else { s.name == statement.name };
        let said: Vec<String> =
            beside.iter().filter(same).map(|s| if in_geo { s.name.clone() } else { value(s) }).collect();
        let finding = |message: &str| Finding::new(statement.span, Role::Cidr.name(), message).because(EVIDENCE);
        match twin(address) {
            Some((new, others)) => {
                if said.iter().any(|s| others.contains(&s.as_str())) || !nginx.steers_in(statement.span).is_empty() {
                    continue;
                }
                let text = statement.span.text(&doc.text).replacen(address, new, 1);
                let message = match statement.name.as_str() {
                    "set_real_ip_from" => "trusts a proxy that connects over IPv4 only",
                    "allow" => "lets clients in over IPv4 and turns the same ones away over IPv6",
                    _ => "speaks of IPv4 clients; the same ones may come in over IPv6",
                };
                let found = finding(message);
                cx.report(match below(&doc.text, statement, &text) {
                    Some(edit) => found.fix(Applicability::Unsafe, Fix::new().edit(edit)),
                    None => found,
                });
            }
            // One finding speaks for the whole block.
            None if statement.name == "allow"
                && range(address)
                && !reported.contains(&statement.parent)
                && !said.iter().any(|s| s.contains(':')) =>
            {
                reported.push(statement.parent);
                cx.report(finding("lets ranges of IPv4 addresses in, and no line speaks of IPv6 ones"));
            }
            None => {}
        }
    }
    for (_, question) in nginx.named("if") {
        let asked = question.span.text(&doc.text);
        let loopback = asked.contains("127.0.0.1") && !asked.contains("::1");
        if asked.contains("$remote_addr") && loopback {
            let message = "asks for the IPv4 loopback; requests by `localhost` may come from ::1";
            cx.report(Finding::new(question.span, Role::Compare.name(), message).because(EVIDENCE));
        }
    }
    Ok(())
}

/// Whether a text is a range of IPv4 addresses.
fn range(text: &str) -> bool {
    address::addresses(text).first().is_some_and(|a| a.span.start == 0 && a.class == AddressClass::Range)
        && !text.contains(':')
}
