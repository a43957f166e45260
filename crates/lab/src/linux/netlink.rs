//! The few rtnetlink and sock_diag messages that the lab sends, built by hand.
//!
//! `ip` and `ss` are not on every machine, and a netlink crate would bring an async runtime for a
//! dozen fixed messages. Messages are built before the fork and only sent after it, see
//! [`super::raw`]. Layouts: `linux/netlink.h`, `linux/rtnetlink.h`, `linux/if_link.h`,
//! `linux/veth.h`. Integers are in the byte order of the machine.

use std::net::IpAddr;

use rustix::io::Errno;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};

/// The index of the loopback interface in every network namespace.
pub(super) const LOOPBACK: u32 = 1;

const NLM_F_REQUEST: u16 = 0x001;
const NLM_F_ACK: u16 = 0x004;
const NLM_F_DUMP: u16 = 0x300;
const NLM_F_CREATE_EXCLUSIVE: u16 = 0x600;
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;

const RTM_NEWLINK: u16 = 16;
const RTM_NEWADDR: u16 = 20;
const RTM_NEWROUTE: u16 = 24;

const AF_INET: u8 = 2;
const AF_INET6: u8 = 10;

/// A netlink message under construction.
pub(super) struct Message(Vec<u8>);

impl Message {
    fn request(kind: u16, flags: u16) -> Self {
        let mut bytes = vec![0; 4]; // the length, filled in by `done`
        bytes.extend(kind.to_ne_bytes());
        bytes.extend((NLM_F_REQUEST | flags).to_ne_bytes());
        bytes.extend([0; 8]); // sequence number and sender
        Self(bytes)
    }

    /// A request for a dump, whose answers are read with [`messages`].
    pub(super) fn dump(kind: u16, body: &[u8]) -> Vec<u8> {
        let mut message = Self::request(kind, NLM_F_DUMP);
        message.0.extend(body);
        message.done()
    }

    fn attribute(&mut self, kind: u16, value: &[u8]) {
        self.nested(kind, |message| message.0.extend(value));
    }

    fn nested(&mut self, kind: u16, content: impl FnOnce(&mut Self)) {
        let start = self.0.len();
        self.0.extend([0; 2]);
        self.0.extend(kind.to_ne_bytes());
        content(self);
        let length = (self.0.len() - start) as u16;
        self.0[start..start + 2].copy_from_slice(&length.to_ne_bytes());
        self.0.resize(self.0.len().next_multiple_of(4), 0);
    }

    fn done(mut self) -> Vec<u8> {
        let length = self.0.len() as u32;
        self.0[..4].copy_from_slice(&length.to_ne_bytes());
        self.0
    }

    /// `struct ifinfomsg`.
    fn interface(&mut self, index: u32, up: bool) {
        const IFF_UP: u32 = 1;
        let flags = if up { IFF_UP } else { 0 };
        self.0.extend([0; 4]);
        for value in [index, flags, flags] {
            self.0.extend(value.to_ne_bytes());
        }
    }
}

/// Brings the interface up.
pub(super) fn link_up(index: u32) -> Vec<u8> {
    let mut message = Message::request(RTM_NEWLINK, NLM_F_ACK);
    message.interface(index, true);
    message.done()
}

const IFLA_IFNAME: u16 = 3;
const IFLA_LINKINFO: u16 = 18;
const IFLA_INFO_KIND: u16 = 1;
const IFLA_INFO_DATA: u16 = 2;
const VETH_INFO_PEER: u16 = 1;

/// Makes a pair of virtual Ethernet interfaces, both with the index and name given.
///
/// With a pair a packet to nowhere ends in "no route to host" after the neighbour search, as on a
/// real network; a dummy interface would swallow it and its client would wait for minutes.
pub(super) fn new_veth(one: (u32, &str), other: (u32, &str)) -> Vec<u8> {
    let mut message = Message::request(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE_EXCLUSIVE);
    message.interface(one.0, false);
    message.attribute(IFLA_IFNAME, one.1.as_bytes());
    message.nested(IFLA_LINKINFO, |message| {
        message.attribute(IFLA_INFO_KIND, b"veth");
        message.nested(IFLA_INFO_DATA, |message| {
            message.nested(VETH_INFO_PEER, |message| {
                message.interface(other.0, false);
                message.attribute(IFLA_IFNAME, other.1.as_bytes());
            });
        });
    });
    message.done()
}

/// Makes a dummy interface: for kernels without virtual Ethernet.
pub(super) fn new_dummy(index: u32, name: &str) -> Vec<u8> {
    let mut message = Message::request(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE_EXCLUSIVE);
    message.interface(index, false);
    message.attribute(IFLA_IFNAME, name.as_bytes());
    message.nested(IFLA_LINKINFO, |message| {
        message.attribute(IFLA_INFO_KIND, b"dummy");
    });
    message.done()
}

fn octets(address: IpAddr) -> (u8, Vec<u8>) {
    match address {
        IpAddr::V4(address) => (AF_INET, address.octets().to_vec()),
        IpAddr::V6(address) => (AF_INET6, address.octets().to_vec()),
    }
}

/// Gives the interface an address. IPv6 addresses are usable at once (no duplicate detection).
pub(super) fn new_address(index: u32, address: IpAddr, prefix: u8) -> Vec<u8> {
    const IFA_F_NODAD: u8 = 2;
    const IFA_ADDRESS: u16 = 1;
    const IFA_LOCAL: u16 = 2;
    let (family, octets) = octets(address);
    let flags = if family == AF_INET6 { IFA_F_NODAD } else { 0 };
    let mut message = Message::request(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE_EXCLUSIVE);
    message.0.extend([family, prefix, flags, 0]); // struct ifaddrmsg
    message.0.extend(index.to_ne_bytes());
    message.attribute(IFA_LOCAL, &octets);
    message.attribute(IFA_ADDRESS, &octets);
    message.done()
}

/// Makes the gateway the default route of its family.
///
/// Nobody answers there, but programs ask the kernel "by which address would I go out" with a
/// connected UDP socket, and on a real host that question has an answer.
pub(super) fn new_default_route(index: u32, gateway: IpAddr) -> Vec<u8> {
    const RTA_OIF: u16 = 4;
    const RTA_GATEWAY: u16 = 5;
    const RT_TABLE_MAIN: u8 = 254;
    const RTPROT_BOOT: u8 = 3;
    const RTN_UNICAST: u8 = 1;
    let (family, octets) = octets(gateway);
    let mut message = Message::request(RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE_EXCLUSIVE);
    // struct rtmsg: family, lengths and type of service, table, protocol, scope, type, flags
    message.0.extend([family, 0, 0, 0, RT_TABLE_MAIN, RTPROT_BOOT, 0, RTN_UNICAST]);
    message.0.extend([0; 4]);
    message.attribute(RTA_GATEWAY, &octets);
    message.attribute(RTA_OIF, &index.to_ne_bytes());
    message.done()
}

/// Sends one acknowledged request to rtnetlink and waits for the kernel's verdict.
/// Async-signal-safe.
pub(super) fn apply(message: &[u8]) -> Result<(), Errno> {
    // No protocol number is protocol 0, which is rtnetlink.
    let socket = rustix::net::socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, None)?;
    rustix::net::send(&socket, message, SendFlags::empty())?;
    let mut buffer = [0; 4096];
    let (length, _) = rustix::net::recv(&socket, &mut buffer[..], RecvFlags::empty())?;
    match verdict(&buffer[..length]) {
        Some(0) => Ok(()),
        Some(errno) => Err(Errno::from_raw_os_error(errno)),
        None => Err(Errno::BADMSG),
    }
}

/// The error number of an NLMSG_ERROR message; 0 is an acknowledgement.
fn verdict(message: &[u8]) -> Option<i32> {
    let kind = u16_at(message, 4)?;
    (kind == NLMSG_ERROR).then(|| u32_at(message, 16))?.map(|error| -(error as i32))
}

/// Calls `each` with the type and body of every message of one answer to a dump.
/// True when the answer was the last one.
pub(super) fn messages(mut answer: &[u8], mut each: impl FnMut(u16, &[u8])) -> Result<bool, Errno> {
    while let (Some(length), Some(kind)) = (u32_at(answer, 0), u16_at(answer, 4)) {
        let length = length as usize;
        if length < 16 || length > answer.len() {
            return Err(Errno::BADMSG);
        }
        match kind {
            NLMSG_DONE => return Ok(true),
            NLMSG_ERROR => {
                let errno = verdict(answer).unwrap_or(0);
                return Err(Errno::from_raw_os_error(errno));
            }
            _ => each(kind, &answer[16..length]),
        }
        answer = answer.get(length.next_multiple_of(4)..).unwrap_or(&[]);
    }
    Ok(false)
}

/// The attribute of this kind in a run of attributes.
pub(super) fn find_attribute(mut attributes: &[u8], kind: u16) -> Option<&[u8]> {
    loop {
        let length = usize::from(u16_at(attributes, 0)?);
        if u16_at(attributes, 2)? == kind {
            return attributes.get(4..length);
        }
        attributes = attributes.get(length.max(4).next_multiple_of(4)..)?;
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_padded_and_counted() {
        let bytes = new_dummy(2, "eth0");
        assert_eq!(bytes.len() % 4, 0);
        assert_eq!(u32_at(&bytes, 0), Some(bytes.len() as u32));
        let attributes = &bytes[32..];
        assert_eq!(find_attribute(attributes, IFLA_IFNAME), Some(&b"eth0"[..]));
        let info = find_attribute(attributes, IFLA_LINKINFO);
        let kind = info.and_then(|info| find_attribute(info, IFLA_INFO_KIND));
        assert_eq!(kind, Some(&b"dummy"[..]));
        assert_eq!(find_attribute(attributes, 99), None);
    }

    #[test]
    fn broken_answers_are_errors_not_panics() {
        assert_eq!(messages(&[3, 0, 0, 0, 0, 0], |_, _| ()), Err(Errno::BADMSG));
        assert_eq!(messages(&[], |_, _| ()), Ok(false));
        assert_eq!(find_attribute(&[0, 0, 9, 0], 1), None);
        assert_eq!(find_attribute(&[200, 0, 1, 0], 1), None);
    }
}
