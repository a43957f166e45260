//! The system calls by which a program betrays that it relies on IPv4.

use std::fmt;
use std::net::SocketAddr;

/// A system call with an IPv4 address or family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Call {
    /// `socket(AF_INET, ..)`.
    Socket {
        /// The type with its flags, as passed: `SOCK_STREAM` is 1, `SOCK_DGRAM` 2.
        kind: u32,
    },
    /// `bind` to this address, IPv4 or IPv4 mapped into IPv6 (`::ffff:127.0.0.1`).
    Bind(SocketAddr),
    /// `connect` to this address. On a datagram socket no packet is sent; programs do it to learn
    /// their own address.
    Connect(SocketAddr),
    /// `sendto` this address.
    SendTo(SocketAddr),
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Socket { kind } => match kind & 0xf {
                1 => "socket AF_INET, SOCK_STREAM".to_owned(),
                2 => "socket AF_INET, SOCK_DGRAM".to_owned(),
                3 => "socket AF_INET, SOCK_RAW".to_owned(),
                other => format!("socket AF_INET, type {other}"),
            },
            Self::Bind(address) => format!("bind {address}"),
            Self::Connect(address) => format!("connect {address}"),
            Self::SendTo(address) => format!("sendto {address}"),
        };
        f.pad(&text)
    }
}

/// A call, who made it, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Betrayal {
    /// The call.
    pub call: Call,
    /// The process that made it, which may be a child of the program.
    pub pid: u32,
    /// The name of that process.
    pub process: String,
    /// How many times it did.
    pub times: u32,
}

/// What was noted of a program that was watched.
#[derive(Debug)]
pub(crate) struct Finished {
    pub betrayals: Vec<Betrayal>,
    pub unread: u32,
}
