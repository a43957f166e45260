//! Maps of addresses: which IPv6 address or prefix stands for which of IPv4.
//!
//! ```text
//! # the router, and the network behind it
//! 10.0.0.1    = fd00::1
//! 10.0.0.0/16 = fd00:0:0:1::/64
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use thiserror::Error;

/// A map of addresses and prefixes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressMap {
    entries: BTreeMap<(Ipv4Addr, Option<u8>), (Ipv6Addr, Option<u8>)>,
}

/// A line of a map that makes no sense.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("line {line}: {problem}")]
pub struct MapError {
    /// The 1-based line.
    pub line: usize,
    /// What is wrong with it.
    pub problem: MapProblem,
}

/// What is wrong with a line.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MapProblem {
    /// It has no equals sign.
    #[error("{0:?} is not like 10.0.0.1 = fd00::1 or 10.0.0.0/16 = fd00::/64")]
    NoPair(String),
    /// What stands before it is no IPv4 address and no prefix.
    #[error("{0:?} is no IPv4 address and no IPv4 prefix")]
    NotIpv4(String),
    /// What stands behind it is no IPv6 address and no prefix.
    #[error("{0:?} is no IPv6 address and no IPv6 prefix")]
    NotIpv6(String),
    /// A prefix stands for an address, or the other way round.
    #[error("an address stands for an address, and a prefix for a prefix")]
    Mixed,
    /// A prefix that has bits set behind its length.
    #[error("{0} has bits set behind the length of the prefix")]
    HostBits(String),
    /// What stands before it was there already, with something else behind it.
    #[error("{0} has stood for something else before")]
    Twice(String),
}

impl AddressMap {
    /// Reads a map: a pair a line, `#` begins a comment. Where there are no line ends, `;` parts the
    /// pairs.
    ///
    /// # Errors
    /// Names the first line that makes no sense.
    pub fn parse(text: &str) -> Result<AddressMap, MapError> {
        let mut map = AddressMap::default();
        for (number, line) in text.lines().enumerate() {
            let pairs = line.split('#').next().unwrap_or("").split(';');
            for pair in pairs.map(str::trim).filter(|pair| !pair.is_empty()) {
                map.add(pair).map_err(|problem| MapError { line: number + 1, problem })?;
            }
        }
        Ok(map)
    }

    fn add(&mut self, pair: &str) -> Result<(), MapProblem> {
        let (from, to) = pair.split_once('=').ok_or_else(|| MapProblem::NoPair(pair.to_owned()))?;
        let (from, to) = (from.trim(), to.trim());
        let key: (Ipv4Addr, Option<u8>) = range(from, 32).ok_or_else(|| MapProblem::NotIpv4(from.to_owned()))?;
        let value: (Ipv6Addr, Option<u8>) = range(to, 128).ok_or_else(|| MapProblem::NotIpv6(to.to_owned()))?;
        if key.1.is_some() != value.1.is_some() {
            return Err(MapProblem::Mixed);
        }
        if key.1.is_some_and(|length| u32::from(key.0).checked_shl(length.into()).unwrap_or(0) != 0) {
            return Err(MapProblem::HostBits(from.to_owned()));
        }
        if value.1.is_some_and(|length| u128::from(value.0).checked_shl(length.into()).unwrap_or(0) != 0) {
            return Err(MapProblem::HostBits(to.to_owned()));
        }
        match self.entries.insert(key, value) {
            Some(old) if old != value => Err(MapProblem::Twice(from.to_owned())),
            _ => Ok(()),
        }
    }

    /// The IPv6 address that stands for an address.
    pub fn address(&self, address: Ipv4Addr) -> Option<Ipv6Addr> {
        self.entries.get(&(address, None)).map(|(address, _)| *address)
    }

    /// The prefix that stands for a prefix: its own entry, or for one address as a prefix, as in
    /// `10.0.0.1/32`, that of the address.
    pub fn prefix(&self, address: Ipv4Addr, length: u8) -> Option<Prefix> {
        let own = self.entries.get(&(address, Some(length))).map(|(a, l)| Prefix(*a, l.unwrap_or(128)));
        own.or_else(|| (length == 32).then(|| self.address(address).map(|a| Prefix(a, 128))).flatten())
    }

    /// Whether the map has no pair.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// The pairs as [`AddressMap::parse`] reads them, a line each.
impl fmt::Display for AddressMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = |l: Option<u8>| l.map_or(String::new(), |l| format!("/{l}"));
        for ((from, short), (to, long)) in &self.entries {
            writeln!(f, "{from}{} = {to}{}", length(*short), length(*long))?;
        }
        Ok(())
    }
}

/// An IPv6 prefix: address and length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix(pub Ipv6Addr, pub u8);

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0, self.1)
    }
}

fn range<A: std::str::FromStr>(text: &str, most: u8) -> Option<(A, Option<u8>)> {
    let Some((address, length)) = text.split_once('/') else { return Some((text.parse().ok()?, None)) };
    let length = length.parse().ok().filter(|length| *length <= most)?;
    Some((address.parse().ok()?, Some(length)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn addresses_and_prefixes_stand_for_each_other() {
        let map = AddressMap::parse("# a map\n\n10.0.0.1 = fd00::1 # router\r\n10.0.0.0/16=fd00:1::/64\n").unwrap();
        let ip = Ipv4Addr::new(10, 0, 0, 1);
        assert_eq!(map.address(ip), "fd00::1".parse().ok());
        assert_eq!(map.address(Ipv4Addr::new(10, 0, 0, 2)), None);
        assert_eq!(map.prefix(Ipv4Addr::new(10, 0, 0, 0), 16).unwrap().to_string(), "fd00:1::/64");
        assert_eq!(map.prefix(ip, 32).unwrap().to_string(), "fd00::1/128");
        assert_eq!(map.prefix(ip, 16), None);
        assert_eq!(AddressMap::parse(&map.to_string()).as_ref(), Ok(&map));
        assert_eq!(AddressMap::parse("10.0.0.1=::1;10.0.0.2=::2").unwrap().entries.len(), 2);
    }

    #[test]
    fn bad_lines_are_named() {
        let error = |text: &str| AddressMap::parse(text).unwrap_err().to_string();
        let like = "is not like 10.0.0.1 = fd00::1 or 10.0.0.0/16 = fd00::/64";
        assert_eq!(error("10.0.0.1 = fd00::1\nx\n"), format!("line 2: \"x\" {like}"));
        assert_eq!(error("10.0.0 = fd00::1"), "line 1: \"10.0.0\" is no IPv4 address and no IPv4 prefix");
        assert_eq!(error("\n\n10.0.0.1 = 10.0.0.2"), "line 3: \"10.0.0.2\" is no IPv6 address and no IPv6 prefix");
        assert_eq!(error("10.0.0.0/33 = fd00::/64"), "line 1: \"10.0.0.0/33\" is no IPv4 address and no IPv4 prefix");
        assert_eq!(
            error("10.0.0.0/8 = fd00::1"),
            "line 1: an address stands for an address, and a prefix for a prefix"
        );
        assert_eq!(error("10.0.0.1/8 = fd00::/64"), "line 1: 10.0.0.1/8 has bits set behind the length of the prefix");
        assert_eq!(error("10.0.0.1 = ::1\n10.0.0.1 = ::2"), "line 2: 10.0.0.1 has stood for something else before");
    }
}
