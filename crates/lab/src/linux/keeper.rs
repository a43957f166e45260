//! The process that keeps a host's namespaces alive and makes sockets in them.
//!
//! Clients have to run inside the host, but a thread of this process can only join the host's
//! network when it is privileged, and its user namespace never. So the keeper, a forked child that
//! has entered both, makes sockets on request and passes them over: a socket belongs to the network
//! it was made in, whoever uses it. The measuring code is then ordinary code of this process.
//!
//! The keeper ends when its end of the connection closes, so also when this process dies.

use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Mutex, PoisonError};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, Protocol, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType,
};
use rustix::process::{Pid, WaitOptions};

use super::raw;
use super::step::{Step, take_all};
use crate::{HostKind, LabError};

/// A running keeper.
pub(super) struct Keeper {
    pid: Pid,
    connection: Mutex<OwnedFd>,
}

/// Why there is no keeper.
pub(super) enum Refusal {
    /// The process may not make namespaces: the step and the answer.
    Permission(String, Errno),
    /// Anything else.
    Other(LabError),
}

impl Keeper {
    /// Forks a keeper that takes the steps. Also returns its network namespace, and its user
    /// namespace when one was made.
    pub(super) fn start(kind: HostKind, steps: &[Step]) -> Result<(Self, OwnedFd, Option<OwnedFd>), Refusal> {
        let io = |doing: &str| {
            let doing = doing.to_owned();
            |error: Errno| Refusal::Other(LabError::doing(doing)(error))
        };
        let (ours, theirs) =
            rustix::net::socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
                .map_err(io("making a pair of sockets"))?;
        let pid = raw::fork(|| keep(theirs.as_fd(), steps))
            .map_err(|error| Refusal::Other(LabError::doing("forking")(error)))?;
        drop(theirs);
        let keeper = Self { pid, connection: Mutex::new(ours) };
        let connection = keeper.connection();
        match receive(connection.as_fd()).map_err(io("hearing from a forked process"))? {
            (Answer::OK, Some(network), user) => {
                drop(connection);
                Ok((keeper, network, user))
            }
            (answer, ..) => {
                let errno = Errno::from_raw_os_error(answer.errno);
                let step = steps.get(answer.step as usize);
                let name = step.map_or("starting".to_owned(), Step::name);
                let denied = matches!(errno, Errno::PERM | Errno::ACCESS);
                if denied || step.is_some_and(Step::is_permission) {
                    Err(Refusal::Permission(name, errno))
                } else {
                    Err(Refusal::Other(LabError::Setup { kind, step: name, source: errno.into() }))
                }
            }
        }
    }

    /// Its process.
    pub(super) fn pid(&self) -> Pid {
        self.pid
    }

    /// A new socket on the host.
    pub(super) fn socket(
        &self,
        family: AddressFamily,
        kind: SocketType,
        protocol: Option<Protocol>,
    ) -> Result<OwnedFd, Errno> {
        let words = [u32::from(family.as_raw()), kind.as_raw(), protocol.map_or(0, |protocol| protocol.as_raw().get())];
        let mut request = [0; REQUEST];
        for (place, word) in request.chunks_exact_mut(4).zip(words) {
            place.copy_from_slice(&word.to_ne_bytes());
        }
        let connection = self.connection();
        rustix::net::send(&*connection, &request, SendFlags::NOSIGNAL)?;
        match receive(connection.as_fd())? {
            (Answer::OK, Some(socket), _) => Ok(socket),
            (answer, ..) => Err(Errno::from_raw_os_error(answer.errno)),
        }
    }

    fn connection(&self) -> std::sync::MutexGuard<'_, OwnedFd> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // Tells the keeper to end; closing alone would do that only after this function.
        let _ = rustix::net::shutdown(&*self.connection(), rustix::net::Shutdown::Both);
        let _ = rustix::process::waitpid(Some(self.pid), WaitOptions::empty());
    }
}

const REQUEST: usize = 12;

#[derive(Clone, Copy, PartialEq, Eq)]
struct Answer {
    step: i32,
    errno: i32,
}

impl Answer {
    const OK: Self = Self { step: 0, errno: 0 };
}

/// The life of the keeper, in the forked child. Async-signal-safe.
fn keep(connection: BorrowedFd<'_>, steps: &[Step]) -> i32 {
    raw::close_all_but(connection);
    // Not in the terminal's process group: Ctrl-C is for the lab, which then lets go of the keeper.
    let _ = rustix::process::setsid();
    let _ = rustix::thread::set_name(c"sixify-lab");
    if let Err((step, errno)) = take_all(steps) {
        let answer = Answer { step: step as i32, errno: errno.raw_os_error() };
        let _ = answer_with(connection, answer, &[]);
        return 1;
    }
    let open = |path| {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        rustix::fs::open(path, flags, Mode::empty())
    };
    let has_user = steps.iter().any(|step| matches!(step, Step::Identity(..)));
    let sent = match (open(c"/proc/self/ns/net"), open(c"/proc/self/ns/user")) {
        (Ok(network), Ok(user)) if has_user => answer_with(connection, Answer::OK, &[network.as_fd(), user.as_fd()]),
        (Ok(network), _) => answer_with(connection, Answer::OK, &[network.as_fd()]),
        (Err(errno), _) => Err(errno),
    };
    if sent.is_err() {
        return 1;
    }
    let mut request = [0; REQUEST];
    while let Ok((REQUEST, _)) = rustix::net::recv(connection, &mut request[..], RecvFlags::empty()) {
        let word = |at| super::netlink::u32_at(&request, at).unwrap_or(0);
        let socket = rustix::net::socket_with(
            AddressFamily::from_raw(word(0) as u16),
            SocketType::from_raw(word(4)),
            SocketFlags::CLOEXEC,
            word(8).try_into().ok().map(Protocol::from_raw),
        );
        let answered = match socket {
            Ok(socket) => answer_with(connection, Answer::OK, &[socket.as_fd()]),
            Err(errno) => {
                let errno = errno.raw_os_error();
                answer_with(connection, Answer { step: 0, errno }, &[])
            }
        };
        if answered.is_err() {
            return 1;
        }
    }
    0
}

fn answer_with(connection: BorrowedFd<'_>, answer: Answer, fds: &[BorrowedFd<'_>]) -> Result<(), Errno> {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&answer.step.to_ne_bytes());
    bytes[4..].copy_from_slice(&answer.errno.to_ne_bytes());
    send_with_fds(connection, &bytes, fds)
}

/// Sends a message with up to two descriptors. Async-signal-safe.
pub(super) fn send_with_fds(connection: BorrowedFd<'_>, bytes: &[u8], fds: &[BorrowedFd<'_>]) -> Result<(), Errno> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !fds.is_empty() && !control.push(SendAncillaryMessage::ScmRights(fds)) {
        return Err(Errno::NOBUFS);
    }
    let flags = SendFlags::NOSIGNAL;
    rustix::net::sendmsg(connection, &[IoSlice::new(bytes)], &mut control, flags)?;
    Ok(())
}

/// Receives one message with up to two descriptors; an empty one when the other side is gone.
pub(super) fn receive_with_fds(
    connection: BorrowedFd<'_>,
    bytes: &mut [u8],
) -> Result<(usize, Option<OwnedFd>, Option<OwnedFd>), Errno> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let received =
        rustix::net::recvmsg(connection, &mut [IoSliceMut::new(bytes)], &mut control, RecvFlags::CMSG_CLOEXEC)?;
    let mut fds = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(fds) => Some(fds),
        _ => None,
    });
    let mut fds = fds.by_ref().flatten();
    Ok((received.bytes, fds.next(), fds.next()))
}

fn receive(connection: BorrowedFd<'_>) -> Result<(Answer, Option<OwnedFd>, Option<OwnedFd>), Errno> {
    let mut bytes = [0; 8];
    let (length, first, second) = receive_with_fds(connection, &mut bytes)?;
    if length != bytes.len() {
        return Err(Errno::PIPE);
    }
    let [a, b, c, d, e, f, g, h] = bytes;
    let answer = Answer { step: i32::from_ne_bytes([a, b, c, d]), errno: i32::from_ne_bytes([e, f, g, h]) };
    Ok((answer, first, second))
}
