//! A host: the namespaces, and what can be asked of them.

use std::fs::File;
use std::io;
use std::net::IpAddr;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketType, netlink};

use super::keeper::{Keeper, Refusal};
use super::running::Running;
use super::{client, diag, plan, processes};
use crate::{Answer, HostKind, LabError, ListenSocket, Program, Talk};

/// A host of one kind, for as long as this value lives. Dropping it kills every program on it.
///
/// Nothing on it reaches the machine outside: it has interfaces of its own that lead nowhere, and
/// programs see hosts, resolver and name service files of their own. The rest of the file system
/// is the machine's.
pub struct Host {
    kind: HostKind,
    keeper: Keeper,
    network: Arc<OwnedFd>,
    user: Option<Arc<OwnedFd>>,
    /// The inode of the network namespace, which names it under `/proc`.
    inode: u64,
}

impl Host {
    /// Makes a host.
    ///
    /// A privileged process makes just the namespaces; any other makes them inside a user
    /// namespace, where every program keeps the user it is.
    ///
    /// # Errors
    /// [`LabError::NoNamespaces`] when this process may make neither; [`LabError::Setup`] when the
    /// kernel lacks something the kind needs.
    pub fn new(kind: HostKind) -> Result<Self, LabError> {
        let privileged = rustix::process::geteuid().is_root();
        // Root in a container often lacks the capability, but may make user namespaces.
        let ways: &[bool] = if privileged { &[false, true] } else { &[true] };
        let mut refused = String::new();
        for user in ways {
            match Keeper::start(kind, &plan::host(kind, *user)) {
                Ok((keeper, network, user)) => {
                    return Self::of(kind, keeper, network, user);
                }
                Err(Refusal::Permission(step, errno)) => refused = explain(&step, errno),
                Err(Refusal::Other(error)) => return Err(error),
            }
        }
        Err(LabError::NoNamespaces { why: refused })
    }

    fn of(kind: HostKind, keeper: Keeper, network: OwnedFd, user: Option<OwnedFd>) -> Result<Self, LabError> {
        let namespace = File::from(network);
        let inode = namespace.metadata().map_err(LabError::doing("looking at the network namespace"))?.ino();
        Ok(Self { kind, keeper, network: Arc::new(namespace.into()), user: user.map(Arc::new), inode })
    }

    /// Its kind.
    pub fn kind(&self) -> HostKind {
        self.kind
    }

    /// Whether the host was made by way of a user namespace, without privileges.
    pub fn is_unprivileged(&self) -> bool {
        self.user.is_some()
    }

    /// Starts a program on the host.
    ///
    /// # Errors
    /// [`LabError::Start`] when there is no such program; [`LabError::NoNamespaces`] or
    /// [`LabError::Setup`] when it cannot be put on the host.
    pub fn start(&self, program: &Program) -> Result<Running<'_>, LabError> {
        Running::start(self, program, false)
    }

    /// As [`Host::start`], and notes the system calls by which the program and its children betray
    /// IPv4, for [`crate::run_report`].
    ///
    /// # Errors
    /// As [`Host::start`].
    pub fn start_watched(&self, program: &Program) -> Result<Running<'_>, LabError> {
        Running::start(self, program, true)
    }

    /// The sockets on this port, or on any, that wait for clients now; sorted.
    ///
    /// # Errors
    /// [`LabError::Io`] when the kernel has no `sock_diag`.
    pub fn sockets(&self, port: Option<u16>) -> Result<Vec<ListenSocket>, LabError> {
        self.keeper
            .socket(AddressFamily::NETLINK, SocketType::RAW, Some(netlink::SOCK_DIAG))
            .and_then(|socket| diag::listening(socket.as_fd(), port))
            .map_err(LabError::doing("listing the sockets of the host"))
    }

    /// Asks the service on an address of the host as a client would.
    ///
    /// # Errors
    /// [`LabError::Io`] when no client can be made. A service that does not answer is no error.
    pub fn ask(&self, address: IpAddr, port: u16, talk: Talk) -> Result<Answer, LabError> {
        client::ask(self, address, port, talk).map_err(LabError::doing(format!("asking {address} port {port}")))
    }

    /// The process that holds a socket, and its name; `None` when it is gone.
    pub fn holder(&self, socket: &ListenSocket) -> Option<(u32, String)> {
        processes::holding(self.inode, socket.inode)
    }

    /// How many processes run on the host.
    pub fn processes(&self) -> usize {
        // One of them is the keeper.
        processes::on_host(self.inode).len().saturating_sub(1)
    }

    /// Kills every program on the host, also those that became daemons.
    pub fn kill_all(&self) {
        processes::kill_all(self.inode, self.keeper.pid());
    }

    /// A new socket on the host, for a client.
    pub(super) fn socket(&self, address: IpAddr, kind: SocketType) -> io::Result<OwnedFd> {
        let family = match address {
            IpAddr::V4(_) => AddressFamily::INET,
            IpAddr::V6(_) => AddressFamily::INET6,
        };
        Ok(self.keeper.socket(family, kind, None)?)
    }

    pub(super) fn namespaces(&self) -> (Option<&Arc<OwnedFd>>, &Arc<OwnedFd>) {
        (self.user.as_ref(), &self.network)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.kill_all();
    }
}

/// Why namespaces cannot be made, and what usually allows it.
pub(super) fn explain(step: &str, errno: Errno) -> String {
    let hint = match errno {
        Errno::PERM | Errno::ACCESS => {
            "; run as root, or allow user namespaces (kernel.unprivileged_userns_clone=1, \
             kernel.apparmor_restrict_unprivileged_userns=0, a container without a seccomp profile)"
        }
        Errno::NOSPC | Errno::USERS => "; the limit user.max_user_namespaces or user.max_net_namespaces is reached",
        Errno::INVAL | Errno::NOSYS => "; this kernel was built without them",
        _ => "",
    };
    format!("{step}: {}{hint}", io::Error::from(errno))
}
