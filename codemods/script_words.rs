//! What names prove in scripts. A wide vocabulary (`purpose.rs`) says what a text may be; before an edit a
//! narrower one has to say that an address is read: the function that dials, listens or parses, the key of a
//! setting, the name that nothing but an address has.

use sixify_langs::naming;

use crate::prelude::*;
use crate::purpose::{is_several, is_shown};
use crate::script_destinations::last_name;

/// Words of functions that dial, listen, or take an address apart.
const DIALS: &str = "\
    dial connect connection conn listen listener serve server servers client clients ping open opener urlopen \
    urlparse urlsplit request requests fetch download probe redirect bootstrap url urls uri http https grpc ws \
    websocket proxy subscribe scrape transport tunnel forward bind channel redis kafka consumer producer \
    memcache memcached mongo etcd zookeeper kazoo curl fsockopen navigate goto browse resolve addr addrs \
    address addresses endpoint endpoints broker brokers netloc";

/// Words of functions that make something of an address which no longer is dialled, whatever stands beside.
const TURNS: &str = "\
    ip ipaddress is has check valid validate match matches mask remove drop forget block ban allow find filter \
    count equal equals compare exists needs should sort escape html link anchor";

/// Last words of what holds an address and nothing else.
const HOLDS: &str = "\
    addr addrs address addresses url urls uri uris endpoint endpoints target targets servers authority origin \
    origins dsn proxy proxies netloc brokers broker hostport hostports listen listener listeners bind upstream \
    upstreams bootstrap peers seeds jdbc connstr connect dial nameserver nameservers advertise advertised \
    callback webhook contact href ipport baseurl server ensemble quorum";

/// Words that may stand behind those.
const BEHIND: &str = "\
    str string list array value values config conf setting param arg option opt http https grpc tcp udp ws \
    public private internal external full default override env port s";

/// Last words of what people read.
const MESSAGES: &str = "message messages msg text title desc description info infos label hint help error err banner";

/// Words of functions that write for people.
const TALKS: &str = "\
    log logger info debug warn warning error err fatal notice trace print println printf puts echo message msg \
    alert toast notify show display exception banner title flash say verbose";

fn listed(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|w| w == word)
}

/// Whether a function of this name dials, listens or takes an address apart.
pub(crate) fn dials(function: &str) -> bool {
    let words = naming::words(function);
    let known = |word: &String| {
        let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
        listed(DIALS, bare) || ["url", "client", "server", "proxy"].iter().any(|end| bare.ends_with(end))
    };
    words.iter().any(known) && !words.iter().any(|word| listed(TURNS, word))
}

/// Whether nothing but an address is called this: `bootstrap.servers`, `LISTEN_ADDR`, `--proxy`.
pub(crate) fn holds(name: &str) -> bool {
    let mut words = naming::words(name.trim_start_matches(['-', '$', '@', '*', '&']));
    while words.len() > 1 && words.last().is_some_and(|w| listed(BEHIND, w) || w.bytes().all(|b| b.is_ascii_digit())) {
        words.pop();
    }
    let last = words.last().map_or("", |w| w.trim_end_matches(|c: char| c.is_ascii_digit()));
    let ends = ["addr", "address", "url", "uri", "endpoint", "hostport"].iter().any(|end| last.ends_with(end));
    (listed(HOLDS, last) || ends || words.concat().ends_with("endpoint")) && !is_shown(name)
}

/// Whether a name means a host with its port, or a URL, by definition.
pub(crate) fn is_certain(name: &str) -> bool {
    let words = naming::words(name);
    let last = words.last().map_or("", String::as_str);
    holds(name) && matches!(last, "netloc" | "authority" | "dsn" | "hostport" | "brokers")
}

/// Whether what is called this is a text for people.
pub(crate) fn is_message(name: &str) -> bool {
    naming::words(name).last().is_some_and(|last| listed(MESSAGES, last))
}

/// Whether a function of this name writes for people.
pub(crate) fn talks(function: &str) -> bool {
    naming::words(function).iter().any(|word| listed(TALKS, word))
}

/// Why a host is more than one, or was made for another place in a URL: `hosts`, `quote(host)`.
pub(crate) fn more_than_host(host: Node<'_>) -> Option<String> {
    let text = host.text();
    let name = last_name(host);
    let several = is_several(&name) && !text.ends_with(']');
    let quoted = ["quote(", "quote_plus(", "urlencode(", "encodeURIComponent(", "CGI.escape("];
    if several {
        return Some(format!("{text} may be several hosts, by its name"));
    }
    quoted.iter().any(|function| text.contains(function)).then(|| format!("{text} is encoded already"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_dials_is_told_from_what_only_names() {
        for name in ["create_connection", "RedisClient", "urlopen", "setProxy", "insecure_channel", "Server"] {
            assert!(dials(name), "{name}");
        }
        for name in ["IPAddress", "is_valid_url", "register", "start", "run", "checkServer", "get", "config"] {
            assert!(!dials(name), "{name}");
        }
    }

    #[test]
    fn what_holds_an_address_is_told_from_what_may() {
        for name in ["bootstrap.servers", "LISTEN_ADDR", "--proxy", "baseUrl", "broker_list", "endPoint"] {
            assert!(holds(name), "{name}");
        }
        for name in ["instance", "source", "config", "display_url", "command", "node", "rule", "member"] {
            assert!(!holds(name), "{name}");
        }
    }
}
