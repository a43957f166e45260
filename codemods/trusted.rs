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

/// The networks that are private, local or otherwise special to IPv4. Who lists them tells peers apart
/// by them, whatever the list is called.
const SPECIAL: &[&str] =
    &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10"];

/// A finding at `span` for a list of texts called `called`: one of trusted hosts that knows IPv4 alone,
/// or one of the special networks of IPv4 (two at least) without those of IPv6. `code` is the
/// text around it, where the IPv6 ones may be listed on their own.
pub(crate) fn listed(called: &str, texts: &[String], span: Span, code: &str) -> Option<Finding> {
    const SIX: [&str; 6] = ["::1", "fc00:", "fd00:", "fe80:", "::/", "::ffff:"];
    let quoted = |six: &str| code.match_indices(six).any(|(at, _)| code[..at].ends_with(['"', '\'']));
    if trusts(called) {
        return ipv4_alone(called, texts, span);
    }
    if SIX.into_iter().any(quoted) {
        return None;
    }
    let special = texts.iter().filter(|t| SPECIAL.contains(&t.as_str())).count();
    (special > 1 && !texts.iter().any(|t| t.contains(':'))).then(|| {
        let message = "peers are told apart by networks of IPv4 alone; an IPv6 address is in none of them, and passes or fails \
                       as an unknown one. Private and local to IPv6 are fc00::/7, fe80::/10 and ::1/128";
        Finding::new(span, Role::Cidr.name(), message).because(format!("{special} networks that are special to IPv4"))
    })
}
