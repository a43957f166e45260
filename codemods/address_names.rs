//! Which names are proof enough that a host with a port is read as an address where no scheme stands before it.
//! [`crate::purpose`] knows many words that may hold one; a link, a node, a source or an instance are as often an
//! identity that is compared, shown or looked up. Here only names count that are of addresses and nothing else.

use sixify_langs::naming;

use crate::purpose;

/// Words of what is dialled or listened on.
const DIALLED: &str = "\
    addr addrs address addresses url urls uri uris endpoint endpoints authority dsn hostport hostports netloc \
    broker brokers servers bootstrap upstream upstreams target targets proxy proxies nameserver nameservers \
    resolver resolvers connect connstr jdbc ensemble quorum listen listener listeners seed seeds advertised ipport \
    dial bind redirect";

/// Words of the other end of a connection, or of the own one: that is told, and seldom dialled.
const TOLD: &str = "remote local client peer source src sender caller from requester visitor";

fn listed(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|w| w == word)
}

/// Whether a name is that of an address that is dialled or listened on.
fn dialled(name: &str) -> bool {
    let words = naming::words(name);
    let joined = words.concat();
    let bare = |word: &str| word.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let ends = ["addr", "address", "url", "uri", "endpoint", "hostport"];
    let strong = words.iter().any(|w| listed(DIALLED, &bare(w)) || ends.iter().any(|end| w.ends_with(end)));
    let composed = ["endpoint", "hostandport", "hostport", "connectionstring"].iter().any(|w| joined.contains(w));
    (strong || composed) && !is_told(&words)
}

/// Whether words are those of the other end of a connection.
fn is_told(words: &[String]) -> bool {
    words.iter().any(|word| listed(TOLD, word))
}

/// Whether an address is read from what has this name.
pub(crate) fn is_read(name: &str) -> bool {
    purpose::is_read(name) && dialled(name)
}

/// Whether a function of this name takes an address.
pub(crate) fn is_given(name: &str) -> bool {
    purpose::is_given(name) && dialled(name)
}

/// Whether the key of a setting says that an address is read from its value. A key of one word, such as `node`,
/// may as well be that of a map.
pub(crate) fn is_setting(key: &str) -> bool {
    let words = naming::words(key);
    purpose::is_setting(key) && (dialled(key) || words.len() > 1 && !is_told(&words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dialled_is_told_from_what_has_an_address() {
        for name in ["serverAddr", "getConnectString", "BOOTSTRAP_SERVERS_CONFIG", "baseUrl", "rpcaddr", "EndPoint"] {
            assert!(is_read(name), "{name}");
        }
        for name in ["instance", "source", "node", "remoteAddress", "getClientAddr", "location", "config", "member"] {
            assert!(!is_read(name), "{name}");
        }
        assert!(is_given("setServerAddress") && !is_given("withLocalAddress") && !is_given("addNode"));
        assert!(is_setting("bootstrap.servers") && !is_setting("instance"));
    }
}
