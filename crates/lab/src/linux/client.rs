//! Real clients on a host.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::net::SocketType;

use super::host::Host;
use crate::{Answer, Talk};

/// How long a service that has taken a connection may think about its answer. Long, because a
/// virtual machine loads its classes on the first request; nobody waits for it otherwise, since an
/// address where nothing listens refuses at once.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a datagram is waited for. Within one host it arrives or is refused at once.
const DATAGRAM_PATIENCE: Duration = Duration::from_secs(2);
const DATAGRAM_REFUSAL: Duration = Duration::from_millis(50);

/// What a service that is not known is sent.
const TEXT: &[u8] = b"sixify\n";
/// One question, for the A records of `localhost` (RFC 1035, 4.1).
const QUESTION: &[u8] = b"\x13\x37\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x09localhost\x00\x00\x01\x00\x01";

pub(super) fn ask(host: &Host, address: IpAddr, port: u16, talk: Talk) -> io::Result<Answer> {
    let to = SocketAddr::new(address, port);
    match talk {
        Talk::Connect => Ok(connect(host, to)?.map_or(Answer::NONE, |_| Answer::REACHED)),
        Talk::Greet => exchange(connect(host, to)?, "", Answer::from_greeting),
        Talk::Http => {
            let request = format!("GET / HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n\r\n");
            exchange(connect(host, to)?, &request, Answer::from_http)
        }
        Talk::Echo => datagram(host, to, TEXT, true),
        Talk::Dns => datagram(host, to, QUESTION, true),
        Talk::Datagram => datagram(host, to, TEXT, false),
    }
}

/// Connects. `None` when the service cannot be reached.
fn connect(host: &Host, to: SocketAddr) -> io::Result<Option<TcpStream>> {
    let socket = host.socket(to.ip(), SocketType::STREAM)?;
    rustix::io::ioctl_fionbio(&socket, true)?;
    match rustix::net::connect(&socket, &to) {
        Ok(()) => {}
        Err(Errno::INPROGRESS) => {
            let mut fds = [PollFd::new(&socket, PollFlags::OUT)];
            let patience = Timespec::try_from(PATIENCE).ok();
            let ready = rustix::event::poll(&mut fds, patience.as_ref())?;
            if ready == 0 || rustix::net::sockopt::socket_error(&socket)?.is_err() {
                return Ok(None);
            }
        }
        Err(_) => return Ok(None),
    }
    rustix::io::ioctl_fionbio(&socket, false)?;
    Ok(Some(TcpStream::from(socket)))
}

/// Sends the request and reads until the service closes, falls silent, or `understand` has enough.
fn exchange(
    stream: Option<TcpStream>,
    request: &str,
    understand: fn(&str, bool) -> Option<Answer>,
) -> io::Result<Answer> {
    const ENOUGH: usize = 64 * 1024;
    let Some(mut stream) = stream else {
        return Ok(Answer::NONE);
    };
    let deadline = Instant::now() + PATIENCE;
    let mut text = Vec::new();
    let mut part = [0; 4096];
    if stream.write_all(request.as_bytes()).is_err() {
        return Ok(Answer::NONE);
    }
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let mut ended = left.is_zero() || text.len() > ENOUGH;
        if !ended {
            stream.set_read_timeout(Some(left))?;
            match stream.read(&mut part) {
                Ok(0) => ended = true,
                Ok(length) => text.extend(&part[..length]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => ended = true,
            }
        }
        if let Some(answer) = understand(&String::from_utf8_lossy(&text), ended) {
            return Ok(answer);
        }
        if ended {
            return Ok(Answer::NONE);
        }
    }
}

/// Sends a datagram and waits for one. When no `reply` is expected, the absence of a refusal is
/// taken as an answer: the kernel has given the datagram to a socket.
fn datagram(host: &Host, to: SocketAddr, bytes: &[u8], reply: bool) -> io::Result<Answer> {
    let socket = UdpSocket::from(host.socket(to.ip(), SocketType::DGRAM)?);
    let patience = if reply { DATAGRAM_PATIENCE } else { DATAGRAM_REFUSAL };
    socket.set_read_timeout(Some(patience))?;
    if socket.connect(to).is_err() || socket.send(bytes).is_err() {
        return Ok(Answer::NONE);
    }
    let mut answer = [0; 2048];
    Ok(match socket.recv(&mut answer) {
        Ok(length) => {
            Answer::from_greeting(&String::from_utf8_lossy(&answer[..length]), true).unwrap_or(Answer::REACHED)
        }
        Err(error) if error.kind() == ErrorKind::WouldBlock && !reply => Answer::REACHED,
        Err(_) => Answer::NONE,
    })
}
