//! The few system calls that have no safe wrapper. All `unsafe` of the crate is in this file, one
//! call per function.
//!
//! The lab needs them because a process with several threads cannot enter a user namespace, and a
//! test binary has several threads. So the work happens in a child between `fork` and `exec`, where
//! only async-signal-safe calls may be made: nothing that allocates or takes a lock. Everything
//! such a child needs (paths, netlink messages, filters) is therefore built before the fork.
#![allow(unsafe_code)]

use std::io;
use std::mem;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::Pid;
use rustix::thread::UnshareFlags;
use seccompiler::sock_filter;

/// Forks a child that runs `body` and ends with the code it returns; it never comes back into the
/// caller's code. `body` must only make system calls and use memory that exists already.
pub(super) fn fork(body: impl FnOnce() -> i32) -> io::Result<Pid> {
    /// Ends the child also when `body` unwinds: a second copy of the caller must not run on.
    struct Leave(i32);
    impl Drop for Leave {
        fn drop(&mut self) {
            // SAFETY: `_exit` is async-signal-safe and does not return.
            unsafe { libc::_exit(self.0) }
        }
    }

    // SAFETY: the child has one thread, a copy of the caller's. It runs `body`, which by contract
    // is async-signal-safe, and then `_exit`; no destructor or exit handler of the parent runs.
    match unsafe { libc::fork() } {
        0 => {
            let mut leave = Leave(70);
            leave.0 = body();
            drop(leave);
            Err(io::Error::other("the child outlived its exit"))
        }
        pid => Pid::from_raw(pid.max(0)).ok_or_else(io::Error::last_os_error),
    }
}

/// Has `prepare` run in the child between `fork` and `exec`. It must only make system calls and
/// use memory that exists already.
pub(super) fn before_exec(command: &mut Command, prepare: impl FnMut() -> io::Result<()> + Send + Sync + 'static) {
    // SAFETY: by contract `prepare` is async-signal-safe.
    unsafe { command.pre_exec(prepare) };
}

/// Moves the calling thread into new namespaces.
pub(super) fn unshare(flags: UnshareFlags) -> rustix::io::Result<()> {
    // SAFETY: `unshare_unsafe` is unsafe because of `FILES`, with which threads would disagree on
    // what a descriptor is. No caller passes it.
    unsafe { rustix::thread::unshare_unsafe(flags.difference(UnshareFlags::FILES)) }
}

/// Closes every descriptor of the calling process but `keep`.
///
/// Only for a forked child that owns nothing else: it would otherwise hold the parent's pipes open.
pub(super) fn close_all_but(keep: BorrowedFd<'_>) {
    let close = |first: RawFd, last: libc::c_uint| {
        // SAFETY: the child uses no other descriptor from here on. On a kernel without the call
        // (before 5.9) they stay open, which costs some descriptors and nothing else.
        unsafe { libc::syscall(libc::SYS_close_range, first as libc::c_uint, last, 0) }
    };
    let keep = keep.as_raw_fd();
    if keep > 0 {
        close(0, keep as libc::c_uint - 1);
    }
    close(keep + 1, libc::c_uint::MAX);
}

/// Puts a seccomp filter on the calling thread; it stays over `exec` and for all children.
/// The caller needs `CAP_SYS_ADMIN` in its user namespace.
pub(super) fn install_filter(program: &[sock_filter]) -> rustix::io::Result<()> {
    seccomp(program, 0).map(drop)
}

/// As [`install_filter`], for a filter that notifies: returns the descriptor to listen on.
pub(super) fn install_notifying_filter(program: &[sock_filter]) -> rustix::io::Result<OwnedFd> {
    let fd = seccomp(program, libc::SECCOMP_FILTER_FLAG_NEW_LISTENER)?;
    // SAFETY: with this flag the call returns a new descriptor, which nobody else owns.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

fn seccomp(program: &[sock_filter], flags: libc::c_ulong) -> rustix::io::Result<RawFd> {
    let program = libc::sock_fprog { len: program.len() as libc::c_ushort, filter: program.as_ptr().cast_mut().cast() };
    // SAFETY: `program` points to as many instructions as it says, in the kernel's layout (the two
    // `sock_filter` types are both `repr(C)` copies of it); the kernel copies and checks them.
    let result = unsafe { libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, flags, &raw const program) };
    if result < 0 { Err(last_errno()) } else { Ok(result as RawFd) }
}

/// One system call that a notifying filter holds up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    /// The number by which it is answered.
    pub id: u64,
    /// The thread that made it, in this process's PID namespace.
    pub thread: u32,
    /// The number of the system call.
    pub call: i64,
    /// Its arguments.
    pub args: [u64; 6],
}

/// Takes the next held system call from a notifying filter; waits for one when there is none.
pub(super) fn receive_held(listener: BorrowedFd<'_>) -> rustix::io::Result<Held> {
    // SAFETY: all-zero is a valid value of this struct of integers, and the kernel demands it.
    let mut notification: libc::seccomp_notif = unsafe { mem::zeroed() };
    // SAFETY: the request writes exactly one `seccomp_notif`.
    let result =
        unsafe { libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_RECV as _, &raw mut notification) };
    if result < 0 {
        return Err(last_errno());
    }
    Ok(Held {
        id: notification.id,
        thread: notification.pid,
        call: notification.data.nr.into(),
        args: notification.data.args,
    })
}

/// Whether the held call still waits, so that what was read of its thread's memory was its own.
pub(super) fn still_held(listener: BorrowedFd<'_>, id: u64) -> bool {
    // SAFETY: the request reads exactly one `u64`.
    0 == unsafe { libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_ID_VALID as _, &raw const id) }
}

/// Lets a held system call go on as if it had not been held.
pub(super) fn let_go(listener: BorrowedFd<'_>, id: u64) -> rustix::io::Result<()> {
    let response =
        libc::seccomp_notif_resp { id, val: 0, error: 0, flags: libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE as u32 };
    // SAFETY: the request reads exactly one `seccomp_notif_resp`.
    let result = unsafe { libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_SEND as _, &raw const response) };
    if result < 0 { Err(last_errno()) } else { Ok(()) }
}

fn last_errno() -> rustix::io::Errno {
    rustix::io::Errno::from_io_error(&io::Error::last_os_error()).unwrap_or(rustix::io::Errno::INVAL)
}
