//! The five kinds of host, the addresses each has, and sets of such addresses.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A kind of host that a program is measured on.
///
/// Every kind keeps `127.0.0.1` on the loopback interface, also the IPv6-only one: the kernel adds
/// it when `lo` comes up, so real IPv6-only machines and pods have it, and Go decides from it
/// whether the host maps IPv4 into IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HostKind {
    /// An IPv6-only host: the interface has an IPv6 address and nothing else.
    V6Only,
    /// A host with both families and the Linux default, `net.ipv6.bindv6only=0`.
    Dual,
    /// A host with both families where an IPv6 socket refuses IPv4 unless its program says
    /// otherwise, `net.ipv6.bindv6only=1`: the default of BSD and Windows.
    DualB6,
    /// An IPv4-only host by configuration, `disable_ipv6=1`: there is no IPv6 address, but IPv6
    /// sockets can still be made.
    V4Only,
    /// An IPv4-only host by kernel: `socket(AF_INET6)` fails with `EAFNOSUPPORT`, as after booting
    /// with `ipv6.disable=1`.
    V4Kernel,
}

impl HostKind {
    /// All kinds, in the order in which tables show them.
    pub const ALL: [Self; 5] = [Self::V6Only, Self::Dual, Self::DualB6, Self::V4Only, Self::V4Kernel];

    /// The name used on the command line and in evidence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V6Only => "v6only",
            Self::Dual => "dual",
            Self::DualB6 => "dual-b6",
            Self::V4Only => "v4only",
            Self::V4Kernel => "v4kernel",
        }
    }

    /// The addresses a host of this kind has: what a program can be reached at in the best case.
    pub const fn available(self) -> Reach {
        match self {
            Self::V6Only => Reach(L4 | L6 | G6),
            Self::Dual | Self::DualB6 => Reach(L4 | L6 | G4 | G6),
            Self::V4Only | Self::V4Kernel => Reach(L4 | G4),
        }
    }
}

impl fmt::Display for HostKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for HostKind {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| UnknownName(text.to_owned()))
    }
}

/// A name that is not one of the lab's: of a host kind or of an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither a host kind (v6only, dual, dual-b6, v4only, v4kernel) nor an address (L4, L6, G4, G6)")]
pub struct UnknownName(pub String);

/// One of the four addresses a host can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// `127.0.0.1`, the IPv4 loopback.
    L4,
    /// `::1`, the IPv6 loopback.
    L6,
    /// `10.99.0.1`, the IPv4 address of the interface.
    G4,
    /// `fd00::10`, the IPv6 address of the interface.
    G6,
}

const L4: u8 = 1;
const L6: u8 = 2;
const G4: u8 = 4;
const G6: u8 = 8;

impl Address {
    /// All addresses, in the order in which a [`Reach`] is written.
    pub const ALL: [Self; 4] = [Self::L4, Self::L6, Self::G4, Self::G6];

    /// The address itself.
    pub const fn ip(self) -> IpAddr {
        match self {
            Self::L4 => IpAddr::V4(Ipv4Addr::LOCALHOST),
            Self::L6 => IpAddr::V6(Ipv6Addr::LOCALHOST),
            Self::G4 => IpAddr::V4(Ipv4Addr::new(10, 99, 0, 1)),
            Self::G6 => IpAddr::V6(Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 0x10)),
        }
    }

    /// The short name used in evidence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::L4 => "L4",
            Self::L6 => "L6",
            Self::G4 => "G4",
            Self::G6 => "G6",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::L4 => L4,
            Self::L6 => L6,
            Self::G4 => G4,
            Self::G6 => G6,
        }
    }
}

/// A set of addresses, written `L4+L6+G4+G6`; the empty set is the empty text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Reach(u8);

impl Reach {
    /// The set of no address: nothing can reach the program.
    pub const NONE: Self = Self(0);

    /// Adds an address.
    pub fn insert(&mut self, address: Address) {
        self.0 |= address.bit();
    }

    /// Whether the address is in the set.
    pub const fn has(self, address: Address) -> bool {
        self.0 & address.bit() != 0
    }

    /// Whether every address of `other` is in this set: the test of "no host is left behind".
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The addresses of this set that are not in `other`.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The addresses in either set.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The addresses in order.
    pub fn iter(self) -> impl Iterator<Item = Address> {
        Address::ALL.into_iter().filter(move |a| self.has(*a))
    }
}

impl FromIterator<Address> for Reach {
    fn from_iter<I: IntoIterator<Item = Address>>(addresses: I) -> Self {
        let mut reach = Self::NONE;
        addresses.into_iter().for_each(|a| reach.insert(a));
        reach
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.iter().map(Address::name).collect();
        f.pad(&names.join("+"))
    }
}

impl FromStr for Reach {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        text.split('+')
            .filter(|name| !name.is_empty())
            .map(|name| {
                Address::ALL
                    .into_iter()
                    .find(|address| address.name() == name)
                    .ok_or_else(|| UnknownName(name.to_owned()))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for kind in HostKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
            let reach = kind.available();
            assert_eq!(reach.to_string().parse(), Ok(reach));
        }
        assert_eq!("".parse(), Ok(Reach::NONE));
        assert!("v6".parse::<HostKind>().is_err());
        assert!("L4+L9".parse::<Reach>().is_err());
    }

    #[test]
    fn contains_is_superset() {
        let both: Reach = [Address::L4, Address::G6].into_iter().collect();
        let one: Reach = [Address::G6].into_iter().collect();
        assert!(both.contains(one) && !one.contains(both) && one.contains(Reach::NONE));
        assert_eq!(both.without(one).to_string(), "L4");
    }
}
