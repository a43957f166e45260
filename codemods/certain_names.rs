//! Names that prove by themselves that an address is read from what has them, and those that do not.
//!
//! `addr`, `url` and `listen` are addresses. A text of a host and a port that is called `instance`, `source` or
//! `config` is as often a key, a label or what people read: there a use must tell.

use sixify_langs::naming;

use crate::purpose::{Purpose, by_name};

/// Words of names that are not enough.
const DOUBTFUL: &[&str] = &[
    "instance",
    "instances",
    "link",
    "links",
    "location",
    "source",
    "src",
    "config",
    "conf",
    "cfg",
    "rule",
    "rules",
    "match",
    "cmd",
    "args",
    "command",
    "service",
    "base",
    "site",
    "local",
    "contact",
    "member",
    "members",
    "ipport",
    "leader",
    "primary",
    "replica",
    "replicas",
    "master",
    "slave",
    "mirror",
    "sock",
    "hp",
    "conn",
    "connection",
    "node",
];

/// What a name says, where the name is the only proof.
pub(crate) fn by_certain_name(name: &str) -> Purpose {
    let told = by_name(name);
    let mut words = naming::words(name);
    // `membersBySet` are members.
    let more = words.iter().position(|w| matches!(w.as_str(), "from" | "for" | "of" | "by" | "with" | "in" | "to"));
    words.truncate(more.filter(|at| *at > 0).unwrap_or(words.len()));
    let last =
        words.iter().rev().find(|w| !matches!(w.as_str(), "str" | "string" | "s" | "value" | "list" | "map" | "set"));
    // `ip_port` falls into two words.
    let pair = words.iter().rev().take(2).map(String::as_str).eq(["port", "ip"]);
    let doubtful = pair || last.is_some_and(|w| DOUBTFUL.contains(&w.trim_end_matches(|c: char| c.is_ascii_digit())));
    match told {
        Purpose::Address(_) if doubtful => Purpose::Unknown,
        told => told,
    }
}

/// Whether only a name says that it is an address.
pub(crate) fn is_by_name(purpose: &Purpose) -> bool {
    matches!(purpose, Purpose::Address(why) if why.ends_with("is called an address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_keys_need_a_use() {
        for name in ["instance", "ip_port", "ipPort", "srcString", "config", "membersBySet"] {
            assert_eq!(by_certain_name(name), Purpose::Unknown, "{name}");
        }
        for name in ["listenAddr", "url", "endpoint", "hostPort", "upstream", "brokers"] {
            assert!(matches!(by_certain_name(name), Purpose::Address(_)), "{name}");
        }
    }
}
