//! Addresses that Kestrel, the web server of ASP.NET Core, is told to listen on.
//!
//! All of `UseUrls`, `--urls`, `ASPNETCORE_URLS`, `urls` and `Kestrel:Endpoints:*:Url` in its
//! settings are read by one parser (source of ASP.NET Core: BindingAddress, AddressBinder): the host
//! `*`, `+` or any name that is neither an address nor `localhost` binds `[::]` as a dual-stack
//! socket, and `0.0.0.0` where that fails.

use sixify_core::Span;
use sixify_langs::{Mode, Policy};

/// What the source of Kestrel says, for the chain of reasons.
pub const EVIDENCE: &str = "source, not run: Kestrel binds http://*:p and ListenAnyIP(p) to [::] as a dual-stack socket \
    and falls back to 0.0.0.0 where that fails; http://0.0.0.0:p and IPAddress.Any are IPv4 only (AddressBinder.cs, \
    AnyIPListenOptions.cs)";

/// What a fix costs.
pub const COST: &str = "IPv4 clients then show up as ::ffff:a.b.c.d in RemoteIpAddress";

/// The host of a URL to listen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// `0.0.0.0`
    Ipv4Wildcard,
    /// `*` or `+`: both families, with a fall-back.
    Any,
    /// `[::]`: both families, without a fall-back.
    Ipv6Wildcard,
    /// `localhost`: both loopback addresses.
    Localhost,
}

/// A host in a list of URLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Where the host stands, brackets included.
    pub span: Span,
    /// What it is.
    pub host: Host,
}

/// The hosts of the URLs in a text, `http://0.0.0.0:80;https://*:443`. Other hosts are left out.
/// With `open`, the text goes on in something unknown, so a host at its very end may be longer.
pub fn hosts(text: &str, open: bool) -> Vec<Bound> {
    text.match_indices("://").filter_map(|(at, _)| bound(text, at, open)).collect()
}

fn bound(text: &str, at: usize, open: bool) -> Option<Bound> {
    let before = &text[..at];
    let scheme = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("").to_ascii_lowercase();
    // A text that starts here has its scheme in what stands before it.
    if !["http", "https"].contains(&scheme.as_str()) && !before.is_empty() {
        return None;
    }
    let start = at + "://".len();
    let rest = &text[start..];
    let len = match rest.starts_with('[') {
        true => rest.find(']')? + 1,
        false => rest.find([':', '/', ';', ' ']).unwrap_or(rest.len()),
    };
    if open && len == rest.len() {
        return None;
    }
    let host = match &rest[..len] {
        "0.0.0.0" => Host::Ipv4Wildcard,
        "*" | "+" => Host::Any,
        "[::]" => Host::Ipv6Wildcard,
        host if host.eq_ignore_ascii_case("localhost") => Host::Localhost,
        _ => return None,
    };
    Some(Bound { span: Span::new(start, start + len), host })
}

/// The IPv4 wildcards of a text that may be replaced, unless the same port is listed for the other
/// family too: then one of the two would fail to bind.
pub fn replaceable(text: &str, open: bool) -> Vec<Span> {
    let all = hosts(text, open);
    let port = |b: &Bound| {
        text[b.span.end..].strip_prefix(':').map_or("", |rest| rest.split([';', '/', ' ']).next().unwrap_or(""))
    };
    let both = |b: &&Bound| matches!(b.host, Host::Any | Host::Ipv6Wildcard);
    let twin = |one: &Bound| all.iter().filter(both).any(|other| port(other) == port(one));
    all.iter().filter(|b| b.host == Host::Ipv4Wildcard && !twin(b)).map(|b| b.span).collect()
}

/// What stands in for `0.0.0.0`.
pub fn replacement(policy: &Policy) -> &'static str {
    // Still both families, but without falling back to IPv4.
    if policy.mode == Mode::Ipv6Only { "[::]" } else { "*" }
}

/// Why a host is right as it is.
pub fn right(host: Host) -> Option<&'static str> {
    match host {
        Host::Any => Some("Kestrel listens on both families here, and on IPv4 where there is no IPv6"),
        Host::Ipv6Wildcard => Some("Kestrel makes a dual-stack socket here"),
        Host::Localhost => Some("Kestrel listens on both loopback addresses"),
        Host::Ipv4Wildcard => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_hosts_of_web_urls_count() {
        let found = |text: &str| -> Vec<Host> { hosts(text, false).into_iter().map(|b| b.host).collect() };
        assert_eq!(
            found("http://0.0.0.0:80;https://*:443/x;http://[::]:1;http://LOCALHOST"),
            [Host::Ipv4Wildcard, Host::Any, Host::Ipv6Wildcard, Host::Localhost]
        );
        assert_eq!(found("://0.0.0.0:"), [Host::Ipv4Wildcard]);
        for text in
            ["http://10.0.0.0:1", "http://0.0.0.0.example", "redis://0.0.0.0:1", "0.0.0.0:1", "http://u:p@0.0.0.0:1"]
        {
            assert!(found(text).is_empty(), "{text}");
        }
        assert!(hosts("http://0.0.0.0", true).is_empty());
    }

    #[test]
    fn a_wildcard_with_a_twin_stays() {
        let count = |text| replaceable(text, false).len();
        assert_eq!(count("http://0.0.0.0:80;https://0.0.0.0:443"), 2);
        assert_eq!(count("http://0.0.0.0:80;http://[::]:80"), 0);
        assert_eq!(count("http://0.0.0.0:80;http://[::]:81"), 1);
    }
}
