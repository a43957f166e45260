//! Listening sockets as the kernel lists them.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// The transport protocol of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// TCP: the socket is in state LISTEN.
    Tcp,
    /// UDP: the socket is bound and not connected to one peer.
    Udp,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        })
    }
}

/// A socket that waits for clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListenSocket {
    /// Its transport protocol.
    pub transport: Transport,
    /// The local address; `::` and `0.0.0.0` are the wildcard addresses.
    pub address: IpAddr,
    /// The local port.
    pub port: u16,
    /// `IPV6_V6ONLY` as the kernel holds it; false for IPv4 sockets.
    pub v6only: bool,
    /// The inode of the socket, by which its process is found under `/proc`.
    pub inode: u32,
}

impl ListenSocket {
    /// The local address in the notation of the evidence, which is that of `ss`: `0.0.0.0`,
    /// `* (dual)` for an IPv6 wildcard that also takes IPv4, `[::] (v6only)`, `[::1] (v6only)`,
    /// `[::ffff:127.0.0.1]`.
    pub fn notation(&self) -> String {
        match self.address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(Ipv6Addr::UNSPECIFIED) if !self.v6only => "* (dual)".to_owned(),
            IpAddr::V6(address) if self.v6only => format!("[{address}] (v6only)"),
            IpAddr::V6(address) => format!("[{address}]"),
        }
    }
}

/// `tcp *:8080 (dual)`, `tcp [::1]:8080 (v6only)`, `udp 0.0.0.0:53`.
impl fmt::Display for ListenSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let notation = self.notation();
        let (address, note) = match notation.split_once(' ') {
            Some((address, note)) => (address, format!(" {note}")),
            None => (notation.as_str(), String::new()),
        };
        f.pad(&format!("{} {address}:{}{note}", self.transport, self.port))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn socket(address: &str, v6only: bool) -> Option<ListenSocket> {
        Some(ListenSocket { transport: Transport::Tcp, address: address.parse().ok()?, port: 80, v6only, inode: 0 })
    }

    #[test]
    fn notation_is_that_of_ss() {
        for (address, v6only, notation, shown) in [
            ("0.0.0.0", false, "0.0.0.0", "tcp 0.0.0.0:80"),
            ("::", false, "* (dual)", "tcp *:80 (dual)"),
            ("::", true, "[::] (v6only)", "tcp [::]:80 (v6only)"),
            ("::ffff:127.0.0.1", false, "[::ffff:127.0.0.1]", "tcp [::ffff:127.0.0.1]:80"),
        ] {
            let socket = socket(address, v6only);
            assert_eq!(socket.map(|s| s.notation()).as_deref(), Some(notation));
            assert_eq!(socket.map(|s| s.to_string()).as_deref(), Some(shown));
        }
    }
}
