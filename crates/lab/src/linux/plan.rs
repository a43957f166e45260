//! The steps by which a host of each kind is made, and a program put on it.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use rustix::process::{getegid, geteuid};
use rustix::thread::{LinkNameSpaceType, UnshareFlags};

use super::filter;
use super::netlink::{LOOPBACK, link_up, new_address, new_default_route, new_dummy, new_veth};
use super::step::Step;
use crate::{Address, HostKind, LabError};

/// The hosts file of every host. `localhost` has both families also where only one exists, as in
/// the file that Debian ships and Kubernetes writes.
const HOSTS: &[u8] = b"127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
fd00::10 v6host
10.99.0.1 v4host
10.99.0.1 dualhost
fd00::10 dualhost
";

/// Names come from the hosts file and from a DNS server that does not exist, at once. Services that
/// some machines put in between (systemd-resolved, mDNS) answer over Unix sockets, which no network
/// namespace keeps in.
const NAME_SERVICES: &[u8] = b"passwd: files
group: files
shadow: files
hosts: files dns
networks: files
protocols: files
services: files
";

const ETH0: u32 = 2;
const PEER: u32 = 3;
const GATEWAY_V4: [u8; 4] = [10, 99, 0, 254];
const GATEWAY_V6: [u16; 8] = [0xfd00, 0, 0, 0, 0, 0, 0, 0xfe];

/// The steps of the process that makes the host's namespaces; `user` when it needs a user namespace
/// to be allowed to.
pub(super) fn host(kind: HostKind, user: bool) -> Vec<Step> {
    let mut steps = Vec::new();
    if user {
        steps.push(Step::Unshare(UnshareFlags::NEWUSER | UnshareFlags::NEWNET));
        // Everybody stays who they are, so a program sees no difference; it just owns the network.
        let (uid, gid) = (geteuid().as_raw(), getegid().as_raw());
        let identity = |id| format!("{id} {id} 1").into_bytes();
        steps.push(Step::Identity(c"/proc/self/setgroups", b"deny".to_vec()));
        steps.push(Step::Identity(c"/proc/self/uid_map", identity(uid)));
        steps.push(Step::Identity(c"/proc/self/gid_map", identity(gid)));
    } else {
        steps.push(Step::Unshare(UnshareFlags::NEWNET));
    }
    parameters(kind, &mut steps);
    interfaces(kind, &mut steps);
    steps
}

fn parameters(kind: HostKind, steps: &mut Vec<Step>) {
    let v4only = matches!(kind, HostKind::V4Only | HostKind::V4Kernel);
    let flag = |on: bool| if on { &b"1"[..] } else { &b"0"[..] };
    for path in [c"/proc/sys/net/ipv6/conf/all/disable_ipv6", c"/proc/sys/net/ipv6/conf/default/disable_ipv6"] {
        steps.push(Step::Sysctl { path, value: flag(v4only), optional: v4only });
    }
    steps.push(Step::Sysctl {
        path: c"/proc/sys/net/ipv6/bindv6only",
        value: flag(kind == HostKind::DualB6),
        optional: v4only,
    });
    // An ordinary user may listen on port 80 here: it is their machine.
    steps.push(Step::Sysctl { path: c"/proc/sys/net/ipv4/ip_unprivileged_port_start", value: b"0", optional: true });
}

fn interfaces(kind: HostKind, steps: &mut Vec<Step>) {
    steps.push(Step::Netlink(link_up(LOOPBACK)));
    steps.push(Step::NetlinkOr(new_veth((ETH0, "eth0"), (PEER, "peer0")), new_dummy(ETH0, "eth0")));
    steps.push(Step::Netlink(link_up(ETH0)));
    steps.push(Step::NetlinkIfThere(link_up(PEER))); // a dummy interface has no peer
    for (address, prefix, gateway) in [(Address::G4, 24, GATEWAY_V4.into()), (Address::G6, 64, GATEWAY_V6.into())] {
        if kind.available().has(address) {
            steps.push(Step::Netlink(new_address(ETH0, address.ip(), prefix)));
            steps.push(Step::Netlink(new_default_route(ETH0, gateway)));
        }
    }
}

/// The steps of a program that runs on a host: into its namespaces, with its own hosts file.
///
/// Every program gets a mount namespace of its own rather than a common one: joining one would lose
/// the working directory and leave a chroot.
pub(super) fn program(
    kind: HostKind,
    user: Option<&Arc<OwnedFd>>,
    network: &Arc<OwnedFd>,
) -> Result<Vec<Step>, LabError> {
    let mut steps = Vec::new();
    if let Some(user) = user {
        steps.push(Step::Join(Arc::clone(user), LinkNameSpaceType::User));
    }
    steps.push(Step::Join(Arc::clone(network), LinkNameSpaceType::Network));
    steps.push(Step::Unshare(UnshareFlags::NEWNS));
    steps.push(Step::KeepMounts);
    steps.push(Step::Cover(c"/etc/hosts", HOSTS));
    steps.push(Step::Cover(c"/etc/resolv.conf", b""));
    steps.push(Step::Cover(c"/etc/nsswitch.conf", NAME_SERVICES));
    if kind == HostKind::V4Kernel {
        steps.push(Step::Filter(filter::without_ipv6()?));
    }
    Ok(steps)
}
