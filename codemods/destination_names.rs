//! What the name of a variable, a function or a setting says about a text with host and port that is
//! put into it: whether an address is read there, or the text only names something.
//!
//! An IPv6 address needs its brackets where a program reads the text. A key, a label or a line for
//! people is another one with them, and nobody is helped.

use sixify_langs::naming;

/// Words of what is dialled, listened on, or handed on to be.
const READ: &[&str] = &[
    "addr",
    "addrs",
    "address",
    "addresses",
    "advertise",
    "advertised",
    "authority",
    "backend",
    "backends",
    "bind",
    "bootstrap",
    "broker",
    "brokers",
    "connect",
    "connection",
    "connstr",
    "dial",
    "dsn",
    "endpoint",
    "endpoints",
    "ensemble",
    "gateway",
    "grpc",
    "host",
    "hostport",
    "hosts",
    "href",
    "ipport",
    "jdbc",
    "leader",
    "link",
    "listen",
    "listener",
    "listeners",
    "location",
    "master",
    "masters",
    "members",
    "netloc",
    "nodes",
    "origin",
    "peer",
    "peers",
    "proxies",
    "proxy",
    "quorum",
    "redirect",
    "registry",
    "remote",
    "replica",
    "replicas",
    "seed",
    "seeds",
    "server",
    "servers",
    "socket",
    "tcp",
    "target",
    "targets",
    "upstream",
    "upstreams",
    "uri",
    "uris",
    "url",
    "urls",
    "whitelist",
];

/// Last words of what only names or shows something, whatever it is the name of.
const NAMED: &[&str] = &[
    "id",
    "ids",
    "identity",
    "identifier",
    "key",
    "keys",
    "name",
    "names",
    "label",
    "labels",
    "hash",
    "tag",
    "tags",
    "title",
    "message",
    "messages",
    "msg",
    "log",
    "description",
    "desc",
    "descriptor",
    "info",
    "report",
    "summary",
    "display",
    "path",
    "paths",
    "metric",
    "metrics",
    "thread",
    "cache",
    "pool",
    "error",
    "exception",
    "attribute",
    "header",
    "username",
    "user",
    "password",
    "prefix",
    "filter",
    "regex",
    "pattern",
    "expected",
];

/// Words that say how a text is kept, behind the one that says what it is.
const KEPT: &[&str] =
    &["s", "str", "string", "strings", "list", "array", "value", "values", "config", "setting", "property"];

/// Whether an address is read from what has this name.
pub(crate) fn is_read(name: &str) -> bool {
    let words = naming::words(name);
    let last = words.iter().rev().find(|w| !KEPT.contains(&w.as_str()) && !w.bytes().all(|b| b.is_ascii_digit()));
    let read =
        |word: &String| READ.contains(&word.as_str()) || ["addr", "host", "url"].iter().any(|w| word.ends_with(w));
    // `EndPoint` falls into two words.
    !last.is_some_and(|word| NAMED.contains(&word.as_str()))
        && (words.concat().contains("endpoint") || words.iter().any(read))
}

/// Whether the key of a setting, as it is written, says that an address is read from its value:
/// `CONFIG_HOSTS_PREFIX + "h1"`, `"bootstrap.servers"`.
pub(crate) fn is_setting(key: &str) -> bool {
    const ENDS: &[&str] = &["key", "prefix", "config", "conf", "property", "prop", "param", "option"];
    key.split(['+', '(', ')']).any(|part| {
        let mut words = naming::words(part);
        while words.last().is_some_and(|w| ENDS.contains(&w.as_str()) || KEPT.contains(&w.as_str())) {
            words.pop();
        }
        is_read(&words.join("_"))
    })
}

/// Whether what has this name is a name or a label of something: nothing is read from it.
pub(crate) fn is_named(name: &str) -> bool {
    let words = naming::words(name);
    let last = words.iter().rev().find(|w| !KEPT.contains(&w.as_str()));
    last.is_some_and(|word| NAMED.contains(&word.as_str()))
}

/// Whether a host is called what only has a name in the DNS: a domain, a service of a cluster.
pub(crate) fn is_no_address(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "domain",
        "dns",
        "fqdn",
        "vhost",
        "service",
        "services",
        "svc",
        "cluster",
        "namespace",
        "zone",
        "username",
        "credentials",
        "onion",
    ];
    let words = naming::words(name);
    let host = words.last().is_some_and(|w| matches!(w.as_str(), "host" | "ip" | "addr" | "address"));
    let hidden = words.iter().any(|w| matches!(w.as_str(), "onion" | "credentials" | "username"));
    hidden || !host && words.iter().any(|w| WORDS.contains(&w.as_str()))
}

/// Whether a name is that of several hosts, which may all stand in one text.
pub(crate) fn is_several(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "hosts",
        "servers",
        "endpoints",
        "brokers",
        "addresses",
        "addrs",
        "nodes",
        "peers",
        "masters",
        "ips",
        "quorum",
    ];
    naming::words(name).last().is_some_and(|w| WORDS.contains(&w.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_told_from_what_names() {
        for name in [
            "serverAddr",
            "getConnectString",
            "BOOTSTRAP_SERVERS_CONFIG",
            "brokerListStr",
            "baseUrl",
            "hostList",
            "rpcaddr",
        ] {
            assert!(is_read(name), "{name}");
        }
        for name in ["ToString", "getCanalClusterNode", "nodeId", "serverName", "pool_key", "report", "endpointLabel"] {
            assert!(!is_read(name), "{name}");
        }
        assert!(is_setting("Constants.CONFIG_HOSTS_PREFIX + \"h1\"") && is_setting("bootstrap.servers"));
        assert!(!is_setting("CLIENT_ID_CONFIG") && !is_setting("group.id"));
        assert!(is_named("threadName") && is_named("cacheKey") && !is_named("address"));
        assert!(is_no_address("wsDomainName") && is_no_address("serviceName") && !is_no_address("serviceHost"));
    }
}
