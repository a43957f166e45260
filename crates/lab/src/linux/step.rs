//! What a child does between `fork` and `exec`, as data that the parent has prepared.
//!
//! The child may not allocate (see [`super::raw`]), so a step holds its paths and bytes ready made,
//! and when one fails the child says only which one and why; the parent turns that into words.

use std::ffi::CStr;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::mount::{MountFlags, MountPropagationFlags, UnmountFlags};
use rustix::thread::{LinkNameSpaceType, UnshareFlags};
use seccompiler::sock_filter;

use super::{netlink, raw};

/// Where a child mounts its scratch file system for a moment. Any directory that always exists
/// does; nobody else sees it there, since the mount is in the child's own namespace.
const SCRATCH: &CStr = c"/tmp";
const SCRATCH_FILE: &CStr = c"/tmp/sixify-lab";

/// One step of the preparation of a child.
pub(super) enum Step {
    /// Leaves these namespaces for new ones.
    Unshare(UnshareFlags),
    /// Writes the files that say which users exist in a new user namespace.
    Identity(&'static CStr, Vec<u8>),
    /// Joins a namespace made before.
    Join(Arc<OwnedFd>, LinkNameSpaceType),
    /// Sets a kernel parameter, unless it has that value already: `/proc/sys` may be read-only.
    Sysctl {
        path: &'static CStr,
        value: &'static [u8],
        /// The parameter need not exist, as the IPv6 ones on a kernel without IPv6.
        optional: bool,
    },
    /// Sends a request to rtnetlink.
    Netlink(Vec<u8>),
    /// Sends the second request when the kernel does not know what the first one asks for.
    NetlinkOr(Vec<u8>, Vec<u8>),
    /// Sends a request about an interface that need not exist.
    NetlinkIfThere(Vec<u8>),
    /// Keeps mounts from here on out of the mount namespace this one was copied from.
    KeepMounts,
    /// Puts a file of this text over an existing one; skipped when there is none.
    Cover(&'static CStr, &'static [u8]),
    /// Installs a seccomp filter.
    Filter(Vec<sock_filter>),
}

impl Step {
    /// What the step does, for an error message.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Unshare(flags) if flags.contains(UnshareFlags::NEWUSER) => "making a user namespace".to_owned(),
            Self::Unshare(flags) if flags.contains(UnshareFlags::NEWNET) => "making a network namespace".to_owned(),
            Self::Unshare(_) => "making a mount namespace".to_owned(),
            Self::Identity(path, _) => format!("writing {}", path.to_string_lossy()),
            Self::Join(_, LinkNameSpaceType::User) => "joining the user namespace".to_owned(),
            Self::Join(..) => "joining the network namespace".to_owned(),
            Self::Sysctl { path, .. } => format!("setting {}", path.to_string_lossy()),
            Self::Netlink(_) | Self::NetlinkOr(..) | Self::NetlinkIfThere(_) => {
                "setting up the network interfaces".to_owned()
            }
            Self::KeepMounts => "separating the mount namespace".to_owned(),
            Self::Cover(path, _) => format!("mounting {}", path.to_string_lossy()),
            Self::Filter(_) => "installing the system call filter".to_owned(),
        }
    }

    /// Whether the step is about being allowed to make namespaces at all.
    pub(super) fn is_permission(&self) -> bool {
        matches!(self, Self::Unshare(_) | Self::Identity(..))
    }

    /// Does it. Async-signal-safe.
    fn take(&self) -> Result<(), Errno> {
        match self {
            Self::Unshare(flags) => raw::unshare(*flags),
            Self::Identity(path, text) => write(path, OFlags::empty(), text),
            Self::Join(fd, kind) => rustix::thread::move_into_link_name_space(fd.as_fd(), Some(*kind)),
            Self::Sysctl { path, value, optional } => match sysctl(path, value) {
                Err(Errno::NOENT) if *optional => Ok(()),
                result => result,
            },
            Self::Netlink(message) => netlink::apply(message),
            Self::NetlinkOr(message, instead) => match netlink::apply(message) {
                Err(Errno::OPNOTSUPP) => netlink::apply(instead),
                result => result,
            },
            Self::NetlinkIfThere(message) => match netlink::apply(message) {
                Err(Errno::NODEV) => Ok(()),
                result => result,
            },
            Self::KeepMounts => {
                rustix::mount::mount_change(c"/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)
            }
            Self::Cover(path, text) => match rustix::fs::stat(*path) {
                Err(Errno::NOENT) => Ok(()),
                _ => cover(path, text),
            },
            Self::Filter(program) => raw::install_filter(program),
        }
    }
}

/// Takes the steps in order. The error is the index of the step that failed, and why.
/// Async-signal-safe.
pub(super) fn take_all(steps: &[Step]) -> Result<(), (usize, Errno)> {
    steps.iter().enumerate().try_for_each(|(index, step)| step.take().map_err(|errno| (index, errno)))
}

fn write(path: &CStr, flags: OFlags, bytes: &[u8]) -> Result<(), Errno> {
    let mode = Mode::from_raw_mode(0o644);
    let file = rustix::fs::open(path, OFlags::WRONLY | OFlags::CLOEXEC | flags, mode)?;
    match rustix::io::write(&file, bytes)? {
        written if written == bytes.len() => Ok(()),
        _ => Err(Errno::IO),
    }
}

fn sysctl(path: &CStr, value: &[u8]) -> Result<(), Errno> {
    let mut now = [0; 16];
    let file = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
    let length = rustix::io::read(&file, &mut now)?;
    if now[..length].trim_ascii() == value {
        return Ok(());
    }
    write(path, OFlags::empty(), value)
}

/// Mounts a file of this text over `path`.
///
/// The file lives in a small file system of its own, which is mounted over [`SCRATCH`] for the
/// moment and taken away again; the file stays for as long as it is mounted over `path`. So nothing
/// is written to any disk, and nothing is left behind even when the lab is killed.
fn cover(path: &CStr, text: &[u8]) -> Result<(), Errno> {
    let flags = MountFlags::NODEV | MountFlags::NOSUID;
    rustix::mount::mount(c"tmpfs", SCRATCH, c"tmpfs", flags, c"size=64k,mode=0755")?;
    let result = write(SCRATCH_FILE, OFlags::CREATE | OFlags::EXCL, text)
        .and_then(|()| rustix::fs::chmod(SCRATCH_FILE, Mode::from_raw_mode(0o644)))
        .and_then(|()| rustix::mount::mount_bind(SCRATCH_FILE, path));
    let unmounted = rustix::mount::unmount(SCRATCH, UnmountFlags::DETACH);
    result.and(unmounted)
}
