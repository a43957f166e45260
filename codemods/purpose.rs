//! What a host and a port are put together for: an address that a program reads, or a key, a name, a line
//! for people, which no program takes apart again. A rewrite needs the first to be known. Here stands
//! what names say of it, in any language.

use sixify_langs::naming;

/// What a text is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// An address is read here, and why.
    Address(String),
    /// It is compared, stored under, counted or read by people, and why.
    Other(String),
    /// Nothing tells.
    Unknown,
}

/// What functions are called that take an address.
const TAKES: &str = "\
    dial connect connection conn listen listener serve client ping open resolve request fetch post download \
    probe redirect join bootstrap url urls uri ws http grpc parse lookup scrape register publish subscribe \
    transport exporter forward tunnel start run";

/// What functions are called that take a key, a name or a text for people.
const TELLS: &str = "\
    key keys id ids hash sum sum256 md5 log logf print label labels tag tags name named metric metrics \
    observe inc attribute attributes contains index prefix suffix equal equals compare lock cache cached \
    delete emit event span trace write exec error errorf info infof debug debugf warn warnf store load field \
    fields describe title echo message msg progress banner";

/// Words of what holds an address.
const ADDRESS: &str = "\
    addr addrs address addresses url urls uri uris endpoint endpoints target targets server servers \
    authority origin origins dsn proxy proxies netloc broker brokers host hosts hostport hostports listen \
    listener bind peer peers remote upstream upstreams backend backends nodes member members seed seeds \
    instance instances link location conn connection connstr socket sock destination dest dst source src \
    gateway registry master leader primary replica replicas mirror nameserver nameservers resolver resolvers \
    bootstrap site base webhook callback redirect href ipport loopback local daddr saddr advertise \
    advertised contact hp dial service cmd args command config conf cfg rule rules match connect ensemble jdbc \
    listeners masters quorum whitelist";

/// Words that may stand behind those.
const BESIDE: &str = "\
    port ports tcp udp http https grpc ws public private external internal default override env flag option opt \
    param arg full new old joined parsed only part raw first second primary v4 v6 prefixed resolved";

/// Words of what does not, whatever stands before them.
const OTHER: &str = "\
    id ids key keys name names hash label labels tag tags identifier identity uuid guid uid prefix suffix \
    title message msg text description desc summary info error err log line metric metrics fingerprint \
    signature path paths file filename fullname sample fake mock dummy token fqdn fqdns cn subject sans realm nonce \
    messages descriptor report display thread cache pool exception attribute header username user password \
    filter regex pattern expected";

/// Whether a word stands in a list.
fn listed(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|w| w == word)
}

/// Whether a function of these words takes a key, a name or a text for people.
pub(crate) fn tells(words: &[String]) -> bool {
    words.iter().any(|word| listed(TELLS, word))
}

/// Whether a function of these words takes an address.
pub(crate) fn takes(words: &[String]) -> bool {
    words.iter().any(|word| listed(TAKES, word) || listed(ADDRESS, word))
}

/// What a name says.
pub(crate) fn by_name(name: &str) -> Purpose {
    const SUFFIXES: &[&str] = &[
        "str", "string", "strings", "s", "v", "val", "value", "values", "list", "array", "map", "set", "bytes",
        "format", "setting", "property",
    ];
    let mut words = naming::words(name.trim_start_matches(['-', '*', '&']));
    // `dsnFromFile` is a dsn, `keyForAddr` a key.
    let more = words.iter().position(|w| matches!(w.as_str(), "from" | "for" | "of" | "by" | "with" | "in" | "to"));
    words.truncate(more.filter(|at| *at > 0).unwrap_or(words.len()));
    let mut end =
        words.iter().rev().skip_while(|w| SUFFIXES.contains(&w.as_str()) || w.bytes().all(|b| b.is_ascii_digit()));
    let Some(last) = end.next() else { return Purpose::Unknown };
    // `topic_host` is the part of a topic.
    if words.iter().any(|word| word == "topic") {
        return Purpose::Other(format!("{name} is called a topic"));
    }
    if listed(OTHER, last.trim_end_matches(|c: char| c.is_ascii_digit()))
        && !(last == "name" && words.len() > 1 && {
            // `server_name` and `host_name` are hosts.
            let before = end.next().map_or("", String::as_str);
            matches!(before, "host" | "server" | "dns" | "domain")
        })
    {
        return Purpose::Other(format!("{name} is called a key, a name or a text"));
    }
    let address = |word: &String| {
        let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
        listed(ADDRESS, bare)
            || ["addr", "address", "url", "uri", "endpoint", "hostport"].iter().any(|w| bare.ends_with(w))
    };
    // `connectionDetails` is none; `hostPort` and `addrPublic` are.
    // `EndPoint` falls into two words.
    if address(last) || words.concat().contains("endpoint") || listed(BESIDE, last) && words.iter().any(address) {
        return Purpose::Address(format!("{name} is called an address"));
    }
    Purpose::Unknown
}

/// Whether what a function of this name makes is for people: a URL without its password, a description.
pub(crate) fn is_shown(function: &str) -> bool {
    const WORDS: &str = "\
        mask masked redact redacted redaction obfuscate obfuscated anonymize censor describe description summary \
        summarize stats statistics banner display pretty repr inspect human greeting usage";
    let words = naming::words(function);
    words.iter().any(|word| listed(WORDS, word))
}

/// Whether an address is read from what has this name.
pub(crate) fn is_read(name: &str) -> bool {
    matches!(by_name(name), Purpose::Address(_))
}

/// Whether a function of this name takes an address: `fromUrl`, `connectTo`.
pub(crate) fn is_given(name: &str) -> bool {
    let words = naming::words(name);
    is_read(name) || words.iter().any(|word| listed(ADDRESS, word)) && !is_named(name)
}

/// Whether what has this name is a name or a label of something: nothing is read from it.
pub(crate) fn is_named(name: &str) -> bool {
    matches!(by_name(name), Purpose::Other(_))
}

/// Whether the key of a setting, as it is written, says that an address is read from its value:
/// `CONFIG_HOSTS_PREFIX + "h1"`, `"bootstrap.servers"`.
pub(crate) fn is_setting(key: &str) -> bool {
    const ENDS: &[&str] = &["key", "prefix", "config", "conf", "property", "prop", "param", "option", "value", "list"];
    key.split(['+', '(', ')']).any(|part| {
        let mut words = naming::words(part);
        while words.last().is_some_and(|w| ENDS.contains(&w.as_str())) {
            words.pop();
        }
        is_read(&words.join("_"))
    })
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
    // The end points of a managed database are names.
    let hidden = words.iter().any(|w| matches!(w.as_str(), "onion" | "credentials" | "username" | "rds"));
    // `nodeName` is the name of a node; a `hostName` may be an address.
    let called = words.split_last().is_some_and(|(last, before)| {
        let of = before.last().map_or("", String::as_str);
        let things = "common node pod instance app application container broker engine worker release deployment task job \
            model index queue table database db project stack group role user image volume bucket vm";
        last == "name" && listed(things, of)
    });
    hidden || called || !host && words.iter().any(|w| WORDS.contains(&w.as_str()))
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

/// Whether a text ends in three words or more of a sentence, most of them in small letters.
pub(crate) fn is_spoken(text: &str) -> bool {
    let letters = |word: &&str| !word.is_empty() && word.chars().all(char::is_alphabetic);
    let words: Vec<&str> = text.rsplit(' ').take_while(letters).collect();
    let plain = |word: &&&str| word.len() == 1 || !word.chars().all(char::is_uppercase);
    words.len() > 2 && words.iter().filter(plain).count() > 1
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
