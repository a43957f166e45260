//! The processes on a host, found by their network namespace.

use std::fs;
use std::os::unix::fs::MetadataExt;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// The processes whose network namespace has this inode.
pub(super) fn on_host(namespace: u64) -> Vec<Pid> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
        .filter(|pid| is_on_host(*pid, namespace))
        .collect()
}

/// A zombie is on no host: it has given its namespaces back.
fn is_on_host(pid: Pid, namespace: u64) -> bool {
    fs::metadata(format!("/proc/{pid}/ns/net")).is_ok_and(|link| link.ino() == namespace)
}

/// Kills every process on the host but one, also daemons that left their session, and waits until
/// they are gone. Returns false when some could not be killed.
pub(super) fn kill_all(namespace: u64, but: Pid) -> bool {
    // A process may fork while the list is read, so it takes rounds; each at least halves a fork
    // chain, and a program that outruns this many is a fork bomb.
    for _ in 0..50 {
        let pids = on_host(namespace);
        let mut rest = pids.into_iter().filter(|pid| *pid != but).peekable();
        if rest.peek().is_none() {
            return true;
        }
        let mut dying = Vec::new();
        for pid in rest {
            // The descriptor pins the process, and looking again after it is taken makes sure
            // that the number was not reused: nothing outside the host is ever killed.
            let Ok(process) = pidfd_open(pid, PidfdFlags::empty()) else {
                continue;
            };
            if is_on_host(pid, namespace) && pidfd_send_signal(&process, Signal::KILL).is_ok() {
                dying.push(process);
            }
        }
        for process in dying {
            let second = Timespec { tv_sec: 1, tv_nsec: 0 };
            let mut fds = [PollFd::new(&process, PollFlags::IN)];
            let _ = rustix::event::poll(&mut fds, Some(&second));
        }
    }
    false
}

/// The process that holds the socket with this inode open, and its name.
pub(super) fn holding(namespace: u64, socket: u32) -> Option<(u32, String)> {
    let link = format!("socket:[{socket}]");
    let holds = |pid: &Pid| {
        let fds = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten();
        fds.flatten().any(|fd| fs::read_link(fd.path()).is_ok_and(|to| to.as_os_str() == link.as_str()))
    };
    let pid = on_host(namespace).into_iter().find(holds)?;
    let pid = pid.as_raw_nonzero().get() as u32;
    Some((pid, name(pid)))
}

/// The name of a process, as `ps` shows it; `?` when it is gone.
pub(super) fn name(pid: u32) -> String {
    fs::read_to_string(format!("/proc/{pid}/comm")).map_or("?".to_owned(), |name| name.trim_end().to_owned())
}
