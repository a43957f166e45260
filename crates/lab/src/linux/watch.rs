//! Listens to the system calls that [`super::filter::notice_ipv4`] holds up.
//!
//! Every held call goes on unchanged, so the program behaves as without the lab; what is noted is
//! the attempt. A program that changes the address between the note and the call could lie, but it
//! is not the lab's purpose to stop it.

use std::collections::HashMap;
use std::fs::{self, File};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::thread::JoinHandle;

use rustix::event::{PollFd, PollFlags};
use rustix::io::Errno;

use super::processes;
use super::raw::{self, Held};
use crate::{Betrayal, Call, LabError};

/// A running listener.
pub(super) struct Watch {
    thread: Option<JoinHandle<Noted>>,
    /// Closing it ends the thread.
    stop: Option<OwnedFd>,
}

/// What was noted, in the order of the first time of each.
#[derive(Debug, Default)]
pub(super) struct Noted {
    pub betrayals: Vec<Betrayal>,
    /// Calls whose address could not be read.
    pub unread: u32,
}

impl Watch {
    /// Starts listening.
    pub(super) fn start(listener: OwnedFd) -> Result<Self, LabError> {
        let (ours, theirs) = std::io::pipe().map_err(LabError::doing("making a pipe"))?;
        let thread = std::thread::Builder::new()
            .name("sixify-lab-watch".to_owned())
            .spawn(move || listen(&listener, ours.as_fd()))
            .map_err(LabError::doing("starting a thread"))?;
        Ok(Self { thread: Some(thread), stop: Some(theirs.into()) })
    }

    /// Ends it. Programs that still run must have been killed before: their next held call would
    /// fail with `ENOSYS`.
    pub(super) fn finish(mut self) -> Noted {
        drop(self.stop.take());
        self.thread.take().and_then(|thread| thread.join().ok()).unwrap_or_default()
    }
}

fn listen(listener: &OwnedFd, stop: BorrowedFd<'_>) -> Noted {
    let mut notes = Notes::default();
    loop {
        let mut fds = [PollFd::new(listener, PollFlags::IN), PollFd::new(&stop, PollFlags::IN)];
        match rustix::event::poll(&mut fds, None) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(_) => break,
        }
        let (held, stopped) = (fds[0].revents(), fds[1].revents());
        if held.contains(PollFlags::IN) {
            // A thread that is killed while it is held up leaves ENOENT here.
            if let Ok(call) = raw::receive_held(listener.as_fd()) {
                notes.take(listener.as_fd(), &call);
                let _ = raw::let_go(listener.as_fd(), call.id);
            }
        } else if !held.is_empty() || !stopped.is_empty() {
            break; // the last process under the filter is gone, or nobody wants to know more
        }
    }
    notes.noted
}

#[derive(Default)]
struct Notes {
    noted: Noted,
    seen: HashMap<(u32, Call), usize>,
}

impl Notes {
    fn take(&mut self, listener: BorrowedFd<'_>, held: &Held) {
        let address = |at: usize, length: usize| {
            read_address(held.thread, held.args[at], held.args[length]).filter(|_| raw::still_held(listener, held.id))
        };
        let call = match held.call {
            libc::SYS_socket => Some(Some(Call::Socket { kind: held.args[1] as u32 })),
            libc::SYS_bind => address(1, 2).map(|a| a.v4().map(Call::Bind)),
            libc::SYS_connect => address(1, 2).map(|a| a.v4().map(Call::Connect)),
            libc::SYS_sendto => address(4, 5).map(|a| a.v4().map(Call::SendTo)),
            _ => return,
        };
        match call {
            Some(Some(call)) => self.note(held.thread, call),
            Some(None) => {} // another family
            None => self.noted.unread += 1,
        }
    }

    fn note(&mut self, thread: u32, call: Call) {
        let pid = process_of(thread);
        let betrayals = &mut self.noted.betrayals;
        let index = *self.seen.entry((pid, call)).or_insert_with(|| {
            betrayals.push(Betrayal { call, pid, process: processes::name(pid), times: 0 });
            betrayals.len() - 1
        });
        if let Some(betrayal) = betrayals.get_mut(index) {
            betrayal.times += 1;
        }
    }
}

/// The process of a thread.
fn process_of(thread: u32) -> u32 {
    let status = fs::read_to_string(format!("/proc/{thread}/status")).unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("Tgid:")?.trim().parse().ok()).unwrap_or(thread)
}

/// A socket address in the memory of another process.
enum Foreign {
    Inet(SocketAddr),
    Other,
}

impl Foreign {
    /// The address when it is an IPv4 one, also one mapped into IPv6.
    fn v4(self) -> Option<SocketAddr> {
        match self {
            Self::Inet(address) => match address.ip() {
                IpAddr::V4(_) => Some(address),
                IpAddr::V6(ip) => ip.to_ipv4_mapped().map(|_| address),
            },
            Self::Other => None,
        }
    }
}

fn read_address(thread: u32, at: u64, length: u64) -> Option<Foreign> {
    let mut bytes = [0; 28]; // struct sockaddr_in6
    let length = bytes.len().min(length as usize);
    let memory = File::open(format!("/proc/{thread}/mem")).ok()?;
    memory.read_exact_at(&mut bytes[..length], at).ok()?;
    Some(parse_address(&bytes[..length]))
}

fn parse_address(bytes: &[u8]) -> Foreign {
    let parse = || {
        let family = u16::from_ne_bytes(bytes.get(..2)?.try_into().ok()?);
        let port = u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?);
        let ip: IpAddr = match i32::from(family) {
            libc::AF_INET => Ipv4Addr::from(<[u8; 4]>::try_from(bytes.get(4..8)?).ok()?).into(),
            libc::AF_INET6 => Ipv6Addr::from(<[u8; 16]>::try_from(bytes.get(8..24)?).ok()?).into(),
            _ => return None,
        };
        Some(Foreign::Inet(SocketAddr::new(ip, port)))
    };
    parse().unwrap_or(Foreign::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ipv4_addresses_betray() {
        let v4 = |bytes: &[u8]| parse_address(bytes).v4().map(|a| a.to_string());
        let mut inet = vec![0; 16];
        inet[..2].copy_from_slice(&(libc::AF_INET as u16).to_ne_bytes());
        inet[2..8].copy_from_slice(&[0x1f, 0x90, 10, 99, 0, 1]);
        assert_eq!(v4(&inet).as_deref(), Some("10.99.0.1:8080"));
        assert_eq!(v4(&inet[..6]), None);

        let mut inet6 = vec![0; 28];
        inet6[..2].copy_from_slice(&(libc::AF_INET6 as u16).to_ne_bytes());
        assert_eq!(v4(&inet6), None);
        inet6[18..24].copy_from_slice(&[255, 255, 127, 0, 0, 1]);
        assert_eq!(v4(&inet6).as_deref(), Some("[::ffff:127.0.0.1]:0"));
        assert_eq!(v4(&[]), None);
    }
}
