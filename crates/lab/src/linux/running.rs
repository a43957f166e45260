//! A program that runs on a host.

use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::MemfdFlags;
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process_group, pidfd_open, pidfd_send_signal,
    set_parent_process_death_signal, setsid, waitid,
};

use super::host::{Host, explain};
use super::keeper::{receive_with_fds, send_with_fds};
use super::step::take_all;
use super::watch::Watch;
use super::{filter, plan, raw};
use crate::{Exit, Finished, LabError, ListenSocket, Output, Program, Transport, Wait};

/// A program on a [`Host`]. Dropping it kills the program and its process group.
///
/// It also dies with the *thread* that started it, which is how the kernel ties a process to its
/// parent. So it cannot be sent to another thread.
pub struct Running<'host> {
    host: &'host Host,
    child: Child,
    process: OwnedFd,
    output: Option<File>,
    watch: Option<Watch>,
    same_thread: PhantomData<*const ()>,
}

impl<'host> Running<'host> {
    pub(super) fn start(host: &'host Host, program: &Program, watched: bool) -> Result<Self, LabError> {
        let (user, network) = host.namespaces();
        let steps = plan::program(host.kind(), user, network)?;
        let names: Vec<_> = steps.iter().map(|step| (step.name(), step.is_permission())).collect();
        let notice = if watched { Some(filter::notice_ipv4()?) } else { None };
        let (ours, theirs) = rustix::net::socketpair(
            AddressFamily::UNIX,
            SocketType::SEQPACKET,
            SocketFlags::CLOEXEC | SocketFlags::NONBLOCK,
            None,
        )
        .map_err(LabError::doing("making a pair of sockets"))?;

        let (mut command, output) = command(program)?;
        raw::before_exec(&mut command, move || {
            setsid()?;
            if let Err((step, errno)) = take_all(&steps) {
                send_with_fds(theirs.as_fd(), &[step as u8], &[])?;
                return Err(errno.into());
            }
            set_parent_process_death_signal(Some(Signal::KILL))?;
            if let Some(notice) = &notice {
                let listener = raw::install_notifying_filter(notice)?;
                send_with_fds(theirs.as_fd(), &[], &[listener.as_fd()])?;
            }
            Ok(())
        });
        let child = command.spawn();
        // The closure holds the other end; without it, nothing sent is the end and not a wait.
        drop(command);

        let mut failed = [0];
        let said = receive_with_fds(ours.as_fd(), &mut failed);
        let mut child = child.map_err(|source| match said {
            Ok((1, ..)) => {
                let step = names.into_iter().nth(failed[0].into());
                let (step, permission) = step.unwrap_or(("starting".to_owned(), false));
                refusal(host, step, permission, source)
            }
            _ => LabError::Start { program: program.name.to_string_lossy().into_owned(), source },
        })?;
        let process = pidfd(&child).inspect_err(|_| {
            let _ = child.kill().and_then(|()| child.wait());
        })?;
        let mut running = Self { host, process, child, output, watch: None, same_thread: PhantomData };
        if watched {
            let (_, listener, _) = said.map_err(LabError::doing("hearing from the program"))?;
            let listener = listener.ok_or(Errno::PIPE);
            let listener = listener.map_err(LabError::doing("hearing from the program"))?;
            running.watch = Some(Watch::start(listener)?);
        }
        Ok(running)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has. Does not wait.
    ///
    /// # Errors
    /// [`LabError::Io`].
    pub fn exit(&self) -> Result<Option<Exit>, LabError> {
        // The process is not reaped before the end, so that its process group keeps its number.
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let status = waitid(WaitId::PidFd(self.process.as_fd()), options)
            .map_err(LabError::doing("looking after the program"))?;
        Ok(status.map(|status| match status.exit_status() {
            Some(code) => Exit::Code(code),
            None => Exit::Signal(status.terminating_signal().unwrap_or(0)),
        }))
    }

    /// Waits until it ends, at most this long. True when it has ended.
    pub fn wait_exit(&self, at_most: Duration) -> bool {
        let mut fds = [PollFd::new(&self.process, PollFlags::IN)];
        let at_most = Timespec::try_from(at_most).ok();
        matches!(rustix::event::poll(&mut fds, at_most.as_ref()), Ok(ready) if ready > 0)
    }

    /// Waits until it listens, and returns the sockets; none when it never did.
    ///
    /// A program has started to listen when its sockets stay the same for the while that `wait`
    /// says; many open them one by one. The wait is over early when the program and everything it
    /// started have ended.
    ///
    /// # Errors
    /// [`LabError::Io`].
    pub fn wait_listening(&self, wait: &Wait) -> Result<Vec<ListenSocket>, LabError> {
        /// How often the kernel is asked; it sends no word when a socket starts to listen.
        const TICK: Duration = Duration::from_millis(5);
        let start = Instant::now();
        let mut sockets = Vec::new();
        let mut since = start;
        loop {
            let now = self.host.sockets(wait.port)?;
            if now != sockets {
                sockets = now;
                since = Instant::now();
            }
            let listens = sockets.iter().any(|socket| wait.port.is_some() || !is_client(socket));
            let settled = listens && since.elapsed() >= wait.settle;
            // What listens here listens for the program, so an ended one without sockets may
            // only have become a daemon that has not got so far yet.
            let ended = self.wait_exit(TICK);
            if settled || start.elapsed() >= wait.at_most || (ended && sockets.is_empty() && self.host.processes() == 0)
            {
                return Ok(sockets);
            }
            if ended {
                std::thread::sleep(TICK); // nothing left to be woken by
            }
        }
    }

    /// What it has written so far, at most the last 256 KiB; empty when its output is not kept.
    pub fn output(&self) -> String {
        const MOST: u64 = 256 * 1024;
        let mut bytes = Vec::new();
        if let Some(file) = &self.output {
            // Not `read`: the program writes at the position that this descriptor shares.
            let mut at = file.metadata().map_or(0, |file| file.len().saturating_sub(MOST));
            let mut part = [0; 8192];
            while let Ok(length @ 1..) = file.read_at(&mut part, at) {
                bytes.extend(&part[..length]);
                at += length as u64;
                if bytes.len() as u64 >= MOST {
                    break; // it writes faster than it is read
                }
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Asks the program to end, and kills it when it does not within this while.
    pub fn stop(&self, patience: Duration) {
        let _ = pidfd_send_signal(&self.process, Signal::TERM);
        self.wait_exit(patience);
    }

    /// Kills everything on the host and returns the betrayals, when they were watched.
    pub(crate) fn finish(mut self) -> Finished {
        self.host.kill_all();
        let noted = self.watch.take().map(Watch::finish).unwrap_or_default();
        Finished { betrayals: noted.betrayals, unread: noted.unread }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Some(group) = Pid::from_raw(self.child.id() as i32) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}

/// Whether the socket may be that of a client that waits for an answer: UDP knows no difference, but
/// a client's port comes from the range that the kernel chooses from.
fn is_client(socket: &ListenSocket) -> bool {
    socket.transport == Transport::Udp && (32768..61000).contains(&socket.port)
}

/// The command without the preparation of its child, and the file that takes its output.
fn command(program: &Program) -> Result<(Command, Option<File>), LabError> {
    let mut command = Command::new(&program.name);
    command.args(&program.args).envs(program.env.iter().map(|(name, value)| (name, value))).stdin(Stdio::null());
    if let Some(directory) = &program.directory {
        // Programs that ask a shell's variable for their folder must not find ours there.
        command.current_dir(directory).env("PWD", directory);
    }
    if program.output == Output::Inherit {
        return Ok((command, None));
    }
    // A file, not a pipe: the program never waits for a reader, and a daemon that keeps it open
    // keeps nobody waiting for its end.
    let output = rustix::fs::memfd_create("sixify-lab-output", MemfdFlags::CLOEXEC)
        .map_err(LabError::doing("making a file in memory"))?;
    let output = File::from(output);
    for stream in [Command::stdout, Command::stderr] {
        let copy = output.try_clone();
        let copy = copy.map_err(LabError::doing("making a file in memory"))?;
        stream(&mut command, Stdio::from(copy));
    }
    Ok((command, Some(output)))
}

fn pidfd(child: &Child) -> Result<OwnedFd, LabError> {
    Pid::from_raw(child.id() as i32)
        .ok_or(Errno::SRCH)
        .and_then(|pid| pidfd_open(pid, PidfdFlags::empty()))
        .map_err(LabError::doing("looking after the program"))
}

fn refusal(host: &Host, step: String, permission: bool, source: io::Error) -> LabError {
    match Errno::from_io_error(&source) {
        Some(errno) if permission || matches!(errno, Errno::PERM | Errno::ACCESS) => {
            LabError::NoNamespaces { why: explain(&step, errno) }
        }
        _ => LabError::Setup { kind: host.kind(), step, source },
    }
}
