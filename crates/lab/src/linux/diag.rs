//! The listening sockets of a host, from the kernel's sock_diag interface.
//!
//! `/proc/net` has the same sockets but not their `IPV6_V6ONLY`, which is the whole question.
//! Layouts: `linux/inet_diag.h`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::BorrowedFd;

use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags};

use super::netlink::{Message, find_attribute, messages, u32_at};
use crate::{ListenSocket, Transport};

const SOCK_DIAG_BY_FAMILY: u16 = 20;
const INET_DIAG_SKV6ONLY: u16 = 11;
const AF_INET: u8 = 2;
const AF_INET6: u8 = 10;

/// The sockets on this port, or on any, sorted. `netlink` is a sock_diag socket of the host.
pub(super) fn listening(netlink: BorrowedFd<'_>, port: Option<u16>) -> Result<Vec<ListenSocket>, Errno> {
    let mut found = Vec::new();
    for transport in [Transport::Tcp, Transport::Udp] {
        for family in [AF_INET, AF_INET6] {
            match dump(netlink, transport, family, &mut found) {
                // A kernel without IPv6 has nothing to dump.
                Err(Errno::NOENT) if family == AF_INET6 => {}
                result => result?,
            }
        }
    }
    found.retain(|socket| port.is_none_or(|port| socket.port == port));
    found.sort();
    Ok(found)
}

fn dump(netlink: BorrowedFd<'_>, transport: Transport, family: u8, found: &mut Vec<ListenSocket>) -> Result<(), Errno> {
    const LISTEN: u32 = 1 << 10;
    const UNCONNECTED: u32 = 1 << 7;
    let (protocol, states) = match transport {
        Transport::Tcp => (6, LISTEN),
        Transport::Udp => (17, UNCONNECTED),
    };
    let mut request = vec![family, protocol, 0, 0]; // struct inet_diag_req_v2
    request.extend(states.to_ne_bytes());
    request.extend([0; 48]);
    let request = Message::dump(SOCK_DIAG_BY_FAMILY, &request);
    rustix::net::send(netlink, &request, SendFlags::empty())?;
    let mut buffer = vec![0; 32 * 1024];
    loop {
        let (length, _) = rustix::net::recv(netlink, &mut buffer[..], RecvFlags::empty())?;
        let last = messages(&buffer[..length], |kind, body| {
            if kind == SOCK_DIAG_BY_FAMILY {
                found.extend(parse(transport, body));
            }
        })?;
        if last {
            return Ok(());
        }
    }
}

/// `struct inet_diag_msg` and its attributes.
fn parse(transport: Transport, body: &[u8]) -> Option<ListenSocket> {
    const LENGTH: usize = 72;
    let address: [u8; 16] = body.get(8..24)?.try_into().ok()?;
    let [a, b, c, d, ..] = address;
    let address = match *body.first()? {
        AF_INET => IpAddr::V4(Ipv4Addr::new(a, b, c, d)),
        _ => IpAddr::V6(Ipv6Addr::from(address)),
    };
    let v6only = find_attribute(body.get(LENGTH..)?, INET_DIAG_SKV6ONLY);
    Some(ListenSocket {
        transport,
        address,
        port: u16::from_be_bytes(body.get(4..6)?.try_into().ok()?),
        v6only: v6only.is_some_and(|value| value.first() == Some(&1)),
        inode: u32_at(body, 68)?,
    })
}
