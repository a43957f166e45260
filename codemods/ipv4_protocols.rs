//! What is about IPv4 and nothing else by where it stands: protocols that IPv6 has others for.
//!
//! DHCP, ARP and IGMP carry four bytes for an address in every message. DHCPv6, neighbour discovery
//! and MLD are protocols of their own, so an IPv6 address never turns up in code for the first ones. UPnP asks
//! a gateway to translate IPv4 addresses.

use sixify_core::Document;
use sixify_langs::naming;

/// Words of files and folders that are about such a protocol, or say IPv4 themselves.
const WORDS: &[&str] = &[
    "dhcp", "dhcpd", "dhcpv4", "dhcp4", "bootp", "arp", "igmp", "ipv4", "inet4", "natpmp", "netbios", "upnp", "natupnp",
];

/// Whether a file is about something that only IPv4 has, by its name or that of its folder.
pub(crate) fn about_ipv4(doc: &Document) -> bool {
    let (folders, name) = doc.path.rsplit_once('/').unwrap_or(("", &doc.path));
    let stem = name.split('.').next().unwrap_or(name);
    let folder = folders.rsplit('/').next().unwrap_or(folders);
    // `dhcpserver`, `igmplib`: written as one word; `dhcpv6` and `dhcp6` are the other protocol.
    let dhcp = |word: &str| (word.starts_with("dhcp") || word.starts_with("igmp")) && !word.contains('6');
    let told = |part: &str, words: &[&str]| {
        naming::words(part).iter().any(|w| words.contains(&w.as_str()) || words.len() > 1 && dhcp(w))
    };
    // A folder `v4` is one of a version more often than not.
    !naming::is_ipv6(stem) && (told(stem, WORDS) || told(folder, WORDS) || told(stem, &["v4"]))
}

/// Whether code packs the bytes of an address into a number of four: an IPv6 address does not fit, whatever stands
/// around it.
pub(crate) fn packs_four_bytes(code: &str) -> bool {
    const BYTES: &[&str] = &["getAddress()", "GetAddressBytes()", ".getAddress)"];
    const NUMBERS: &[&str] =
        &[".getInt()", ".getInt)", "Ints.fromByteArray(", "BitConverter.ToUInt32(", "BitConverter.ToInt32(", "<< 24"];
    let has = |words: &[&str]| words.iter().any(|word| code.contains(word));
    has(BYTES) && has(NUMBERS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sixify_langs::classify;

    #[test]
    fn protocols_of_ipv4_are_told_by_the_path() {
        let about = |path: &str| about_ipv4(&Document::from_text(path, classify::CSHARP, ""));
        for path in [
            "a/DhcpServer.cs",
            "dhcpserver.go",
            "net/dhcp/lease.go",
            "lib/igmplib.py",
            "src/arp.c",
            "net/socket_v4.rs",
            "a/Ipv4.test.cs",
        ] {
            assert!(about(path), "{path}");
        }
        for path in [
            "a/Dhcpv6Server.cs",
            "dhcp/Dhcp6.cs/x.cs",
            "net/sharp.c",
            "a/harp.rs",
            "dhcp/a/server.go",
            "api/v4/list.go",
        ] {
            assert!(!about(path), "{path}");
        }
    }
}
