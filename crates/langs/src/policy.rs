//! What the user asks for: the mode, and the kinds of hosts that no edit may leave behind.

use std::fmt;
use std::str::FromStr;

use sixify_core::Options;
use thiserror::Error;

/// What the services are to run on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// IPv6-only and dual-stack hosts, and no host worse off than before.
    #[default]
    DualStack,
    /// IPv6 only: IPv4 listeners are dropped too.
    Ipv6Only,
    /// Only what breaks when an IPv6 address turns up: joins, splits, comparisons, families. No
    /// listener changes.
    Ipv6Capable,
}

/// The five kinds of hosts that rewrites are measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HostKind {
    /// An IPv6-only pod or machine; loopback has both families.
    V6Only,
    /// Both families, `net.ipv6.bindv6only=0`.
    Dual,
    /// Both families, `net.ipv6.bindv6only=1`.
    DualB6,
    /// IPv6 switched off with `disable_ipv6=1`; IPv6 sockets can still be made.
    V4Only,
    /// A kernel without IPv6: `socket(AF_INET6)` fails with EAFNOSUPPORT.
    V4Kernel,
}

impl HostKind {
    /// All kinds.
    pub const ALL: [HostKind; 5] =
        [HostKind::V6Only, HostKind::Dual, HostKind::DualB6, HostKind::V4Only, HostKind::V4Kernel];

    /// Its name on the command line and in the evidence.
    pub fn name(self) -> &'static str {
        match self {
            HostKind::V6Only => "v6only",
            HostKind::Dual => "dual",
            HostKind::DualB6 => "dual-b6",
            HostKind::V4Only => "v4only",
            HostKind::V4Kernel => "v4kernel",
        }
    }
}

/// A word that is no mode or no host kind.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("{word:?} is not one of {known}")]
pub struct UnknownWord {
    /// What was given.
    pub word: String,
    /// What is known.
    pub known: &'static str,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Mode::DualStack => "dual-stack",
            Mode::Ipv6Only => "ipv6-only",
            Mode::Ipv6Capable => "ipv6-capable",
        })
    }
}

impl FromStr for Mode {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "dual-stack" => Ok(Mode::DualStack),
            "ipv6-only" => Ok(Mode::Ipv6Only),
            "ipv6-capable" => Ok(Mode::Ipv6Capable),
            _ => Err(UnknownWord { word: word.to_owned(), known: "dual-stack, ipv6-only, ipv6-capable" }),
        }
    }
}

impl fmt::Display for HostKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for HostKind {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let known = "v6only, dual, dual-b6, v4only, v4kernel";
        HostKind::ALL.into_iter().find(|k| k.name() == word).ok_or(UnknownWord { word: word.to_owned(), known })
    }
}

/// Mode and guarantee set of a run, as passes read it from [`Options`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What the services are to run on.
    pub mode: Mode,
    /// The kinds of hosts on which no service may become less reachable.
    pub hosts: Vec<HostKind>,
}

impl Default for Policy {
    fn default() -> Self {
        Policy { mode: Mode::DualStack, hosts: vec![HostKind::V6Only, HostKind::Dual, HostKind::V4Only] }
    }
}

impl Policy {
    /// The policy of a run; the default one when none was set.
    pub fn of(options: &Options) -> Policy {
        options.get::<Policy>().cloned().unwrap_or_default()
    }

    /// Whether this kind of host is in the guarantee set.
    pub fn guards(&self, host: HostKind) -> bool {
        self.hosts.contains(&host)
    }

    /// Whether listeners are to be changed at all.
    pub fn listeners(&self) -> bool {
        self.mode != Mode::Ipv6Capable
    }
}
