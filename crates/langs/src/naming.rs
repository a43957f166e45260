//! What a name says about a value: whether it is called like a host, or like a port.
//!
//! Names are weak evidence. A codemod asks for two of them at once (a host and a port side by
//! side), and a type or a sink that speaks against them wins.

/// The words of an identifier: `podIPAddr`, `pod_ip_addr` and `PodIpAddr` have the same ones.
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let chars: Vec<char> = name.chars().collect();
    let mut word = String::new();
    for (i, c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            push(&mut words, &mut word);
            continue;
        }
        let previous = i.checked_sub(1).map(|p| chars[p]);
        let next = chars.get(i + 1);
        let starts = c.is_uppercase()
            && (previous.is_some_and(|p| p.is_lowercase() || p.is_ascii_digit())
                || (previous.is_some_and(char::is_uppercase) && next.is_some_and(|n| n.is_lowercase())));
        if starts {
            push(&mut words, &mut word);
        }
        word.extend(c.to_lowercase());
    }
    push(&mut words, &mut word);
    words
}

fn push(words: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

const HOST: &[&str] = &[
    "host",
    "hostname",
    "addr",
    "address",
    "ip",
    "ipaddr",
    "ipaddress",
    "ips",
    "server",
    "domain",
    "node",
    "endpoint",
    "ipv4",
    "ip4",
    "hosts",
    "srv",
    "listener",
    "bind",
    "listen",
    "peer",
    "remote",
    "local",
    "loopback",
    "localhost",
    "upstream",
    "broker",
    "master",
    "leader",
    "dns",
    "interface",
];

/// The last words of a name decide: `hostKey` is a key, `imageServer` a server.
const SUFFIXES: &[&str] = &["name", "str", "string", "s", "v", "value", "val"];

/// Whether a name is that of a host or an IP address.
pub fn is_host(name: &str) -> bool {
    let words = words(name);
    let mut last =
        words.iter().rev().skip_while(|w| SUFFIXES.contains(&w.as_str()) || w.bytes().all(|b| b.is_ascii_digit()));
    last.next().is_some_and(|word| HOST.contains(&word.as_str()))
}

/// Whether a name is that of a port.
pub fn is_port(name: &str) -> bool {
    let words = words(name);
    let mut last =
        words.iter().rev().skip_while(|w| SUFFIXES.contains(&w.as_str()) || w.bytes().all(|b| b.is_ascii_digit()));
    last.next().is_some_and(|word| {
        word == "port"
            || word == "ports"
            || word.ends_with("port")
                && word != "report"
                && word != "support"
                && word != "transport"
                && word != "import"
                && word != "export"
                && word != "viewport"
    })
}

/// Whether a name is that of a name in the DNS, which no address is: `fqdn`, `nodeFQDN`, `zone`,
/// `dnsName`, `vhost`, `serviceName`.
pub fn is_dns_name(name: &str) -> bool {
    const NAMES: &[&str] = &["dns", "domain", "service", "svc", "cluster", "vhost", "fqdn", "zone", "external"];
    let words = words(name);
    let mut last = words.iter().rev().skip_while(|w| w.bytes().all(|b| b.is_ascii_digit())).map(String::as_str);
    match last.next() {
        Some("name") => last.next().is_some_and(|word| NAMES.contains(&word)),
        Some("id") => last.next().is_some_and(|word| word == "node" || word == "cluster"),
        Some(word) => matches!(word, "fqdn" | "fqdns" | "zone" | "dns" | "domain" | "vhost"),
        None => false,
    }
}

/// Whether a name is that of a host with a port: an address, an endpoint.
pub fn is_address(name: &str) -> bool {
    let words = words(name);
    let ends = |tail: &[&str]| words.len() >= tail.len() && words[words.len() - tail.len()..].iter().eq(tail.iter());
    let last = words.last().map_or("", String::as_str);
    let single = ["addr", "address", "hostport", "endpoint", "host", "ipport", "listen", "server"];
    single.contains(&last) || ends(&["host", "port"]) || ends(&["ip", "port"])
}

/// Whether a name is that of the part of a URL with host and port, where a host has its brackets.
pub fn is_authority(name: &str) -> bool {
    let words = words(name);
    let last = words.last().map_or("", String::as_str);
    let ends = |tail: [&str; 3]| words.len() > 2 && words[words.len() - 3..].iter().eq(tail.iter());
    matches!(last, "netloc" | "hostport" | "authority")
        || ends(["host", "with", "port"])
        || ends(["host", "and", "port"])
}

/// Whether a name is that of a key, an identifier or a hash: such a text is compared and stored, and
/// is another one when it is written in another way.
pub fn is_key(name: &str) -> bool {
    let words = words(name);
    let mut last = words.iter().rev().skip_while(|w| SUFFIXES.contains(&w.as_str()));
    last.next().is_some_and(|word| ["key", "id", "identifier", "hash", "cache"].contains(&word.as_str()))
}

/// Whether a name says that what it names is IPv4 on purpose: `listenIPv4`, `podCIDRv4`, `tcp4`.
pub fn is_ipv4(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.contains("ipv4")
        || lower.contains("ip4")
        || lower.contains("v4")
        || lower.contains("tcp4")
        || lower.contains("udp4")
}

/// Whether a name speaks of IPv6: `listenIPv6`, `podCIDRv6`, `To16`, `tcp6`.
pub fn is_ipv6(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.contains("ipv6")
        || lower.contains("ip6")
        || lower.contains("v6")
        || lower.contains("tcp6")
        || lower.contains("udp6")
        || lower == "to16"
}

/// Whether a name has the word of another end of a connection, or of what describes a network:
/// `remoteAddr`, `gateway`, `subnet`. A listener is not called so.
pub fn is_other_end(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "remote",
        "peer",
        "client",
        "target",
        "source",
        "src",
        "dst",
        "dest",
        "destination",
        "upstream",
        "gateway",
        "mask",
        "netmask",
        "route",
        "router",
        "subnet",
        "network",
        "cidr",
        "dial",
        "connect",
        "url",
    ];
    words(name).iter().any(|word| WORDS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_fall_into_words() {
        assert_eq!(words("podIPAddr"), ["pod", "ip", "addr"]);
        assert_eq!(words("HTTP_PORT"), ["http", "port"]);
        assert_eq!(words("localAddr2"), ["local", "addr2"]);
    }

    #[test]
    fn names_in_the_dns_are_no_hosts() {
        assert!(is_dns_name("nodeFQDN") && is_dns_name("fqdn") && !is_dns_name("fqdnList") && !is_host("fqdn"));
    }

    #[test]
    fn authorities_are_told() {
        assert!(is_authority("netloc") && is_authority("hostWithPort") && is_authority("host_and_port"));
        assert!(!is_authority("host") && !is_authority("host_port") && !is_authority("address"));
    }

    #[test]
    fn families_are_told() {
        assert!(is_ipv4("listenIPv4") && is_ipv4("podCIDRv4") && is_ipv4("getHostIP4") && !is_ipv4("host"));
        assert!(is_ipv6("To16") && is_ipv6("IPv6zero") && is_ipv6("ip6tables") && !is_ipv6("tcp4"));
    }

    #[test]
    fn keys_are_told_by_their_last_words() {
        assert!(is_key("identifier") && is_key("nodeId") && is_key("HOST_KEY") && is_key("cacheKeyString"));
        assert!(!is_key("keyServer") && !is_key("cacheUrl") && !is_key("valid"));
    }

    #[test]
    fn addresses_are_told_by_their_last_words() {
        for name in ["addr", "RemoteAddr", "hostport", "hostPort", "host_port", "activeEndpoint", "Host"] {
            assert!(is_address(name), "{name}");
        }
        for name in ["image", "port", "label", "addressBook", "path", "line"] {
            assert!(!is_address(name), "{name}");
        }
    }

    #[test]
    fn hosts_and_ports_are_told_by_their_last_word() {
        for name in ["host", "podIP", "listenAddr", "server_name", "HostName", "remoteAddress"] {
            assert!(is_host(name), "{name}");
        }
        for name in ["hostKey", "ipFamily", "file", "user", "repository", "serverID", "addressBook"] {
            assert!(!is_host(name), "{name}");
        }
        for name in ["port", "srvPort", "HTTP_PORT", "listenport"] {
            assert!(is_port(name), "{name}");
        }
        for name in ["report", "line", "tag", "portal", "transport", "export"] {
            assert!(!is_port(name), "{name}");
        }
    }
}
