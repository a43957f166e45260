//! What the value of a listen flag says: its hosts, and what may stand in for the IPv4 wildcard.

use sixify_core::Span;
use sixify_langs::command::FlagFacts;
use sixify_langs::shell::{self, Expansion};
use sixify_langs::{Mode, Policy, Role};

/// A host that a program listens on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// `0.0.0.0`, or `0`, which means the same.
    Ipv4Wildcard,
    /// Nothing before the port.
    Empty,
    /// `::`, perhaps in brackets.
    Ipv6Wildcard,
    /// An IPv4 loopback address.
    Loopback,
    /// A variable gives it.
    Variable(Expansion),
    /// Something else.
    Other,
}

/// A host in a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub host: Host,
    /// Whether a port follows, or something that may be one.
    pub port: bool,
}

/// The hosts in the value of a flag. Those in the default of an expansion count:
/// `${HOST:-0.0.0.0}:$PORT` has the variable and `0.0.0.0`.
pub fn places(text: &str, role: Role) -> Vec<Place> {
    let mut starts: Vec<usize> = text.match_indices("://").map(|(at, _)| at + 3).collect();
    if role != Role::BindUrl || starts.is_empty() {
        starts.push(0);
    }
    for (at, _) in text.match_indices(',').filter(|_| role != Role::BindUrl) {
        starts.push(at + 1);
    }
    starts.sort_unstable();
    let mut found = Vec::new();
    for start in starts {
        host(text, start, role, &mut found);
    }
    found
}

fn host(text: &str, start: usize, role: Role, found: &mut Vec<Place>) {
    let rest = text.get(start..).unwrap_or("");
    if rest.starts_with('$') {
        let Some(first) = shell::names(rest).into_iter().next().filter(|e| e.span.start == 0) else { return };
        let behind = rest.get(first.span.end..).unwrap_or("");
        let span = first.span.shift(start);
        let default = first.default.map(|d| d.shift(start));
        if let Some(default) = default {
            let from = found.len();
            host(text.get(..default.end).unwrap_or(""), default.start, role, found);
            let port = behind.starts_with(':');
            found.iter_mut().skip(from).for_each(|place| place.port |= port);
        }
        let ends = behind.is_empty() || behind.starts_with([':', ',', '/']);
        let variable = Expansion { span, default, ..first };
        if ends {
            found.push(Place { span, host: Host::Variable(variable), port: behind.starts_with(':') });
        }
        return;
    }
    let length = match rest.starts_with('[') {
        true => rest.find(']').map_or(rest.len(), |i| i + 1),
        false if rest == "::" => 2,
        false => rest.find([':', '/', ',', ' ', '}']).unwrap_or(rest.len()),
    };
    let word = rest.get(..length).unwrap_or("");
    let behind = rest.get(length..).unwrap_or("");
    let port = behind.starts_with(':');
    let host = match word {
        "0.0.0.0" => Host::Ipv4Wildcard,
        "0" if port && role == Role::BindAddress => Host::Ipv4Wildcard,
        "" if port => Host::Empty,
        "::" | "[::]" => Host::Ipv6Wildcard,
        word if word.starts_with("127.") => Host::Loopback,
        _ => Host::Other,
    };
    // A host alone has no port, and an address range is no listener.
    let wrong = port && role == Role::BindHost || behind.starts_with('/') && role != Role::BindUrl;
    if !wrong {
        found.push(Place { span: Span::new(start, start + length), host, port });
    }
}

/// What stands for all addresses instead of `0.0.0.0` in the value of this flag, when these other
/// flags are given. `None` when nothing is known to.
pub fn wildcard(facts: &FlagFacts, given: &[&str], policy: &Policy) -> Option<String> {
    if policy.mode == Mode::Ipv6Only {
        return facts.ipv6_only.clone().or_else(|| facts.wildcard.clone());
    }
    let other = facts.with.as_ref().filter(|(flags, _)| flags.iter().any(|f| given.contains(&f.as_str())));
    other.map(|(_, wildcard)| wildcard.clone()).or_else(|| facts.wildcard.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(text: &str, role: Role) -> Vec<(&str, bool)> {
        places(text, role).into_iter().map(|p| (p.span.text(text), p.port)).collect()
    }

    #[test]
    fn hosts_are_found_where_they_can_stand() {
        assert_eq!(hosts("0.0.0.0:80", Role::BindAddress), [("0.0.0.0", true)]);
        assert_eq!(hosts("0.0.0.0", Role::BindHost), [("0.0.0.0", false)]);
        assert_eq!(hosts("0.0.0.0:80", Role::BindHost), []);
        assert_eq!(hosts("0.0.0.0/0", Role::BindAddress), []);
        assert_eq!(hosts("tcp://0.0.0.0:1,ssl://[::]:2", Role::BindUrl), [("0.0.0.0", true), ("[::]", true)]);
        assert_eq!(hosts("0.0.0.0,::", Role::BindHost), [("0.0.0.0", false), ("::", false)]);
        assert_eq!(
            hosts("${A:-${B:-0.0.0.0}}:$PORT", Role::BindAddress),
            [("0.0.0.0", true), ("${B:-0.0.0.0}", true), ("${A:-${B:-0.0.0.0}}", true)]
        );
        assert_eq!(hosts("$HOSTNAME.local:1", Role::BindAddress), []);
    }
}
