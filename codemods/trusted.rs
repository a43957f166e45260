//! Lists of hosts that are trusted, in every language: what they are called, and whether they know
//! IPv4 alone. They are reported and never widened: whom to trust is for a person to decide.

use sixify_core::{Finding, Span};
use sixify_langs::naming;
use sixify_langs::role::Role;

const MESSAGE: &str = "hosts are trusted here by IPv4 addresses alone; over IPv6 the same peers have other ones, and \
                       IPv4 clients of a dual-stack listener appear as ::ffff:a.b.c.d";

/// Whether a name is that of hosts, proxies or networks that are trusted.
pub(crate) fn trusts(name: &str) -> bool {
    let words = naming::words(name);
    let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    let whom = has(&["hosts", "ips", "ip", "proxies", "proxy", "networks", "addresses", "host", "nets", "cidrs"]);
    whom && has(&["allowed", "allow", "trusted", "internal", "whitelist", "whitelisted", "safe"])
        || has(&["whitelist"]) && has(&["ip", "ips"])
}

/// A finding at `span` when the texts of a list called `called` have IPv4 addresses or ranges, and
/// none of IPv6.
pub(crate) fn ipv4_alone(called: &str, texts: &[String], span: Span) -> Option<Finding> {
    let addresses = texts.iter().flat_map(|t| t.split([',', ' '])).filter(|t| {
        let host = t.split('/').next().unwrap_or(t);
        host.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| !ip.is_unspecified())
    });
    let six = texts.iter().any(|t| t.contains("::") || t == "*" || t.contains("0.0.0.0/0"));
    (addresses.count() > 0 && !six)
        .then(|| Finding::new(span, Role::Cidr.name(), MESSAGE).because(format!("it is called {called}")))
}
