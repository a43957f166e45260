//! Listens in the way its first argument names, on the port of its second.
//! The names are those of spellings/rust.toml.

use std::env;
use std::io::{self, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};

fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (mut client, peer) = listener.accept()?;
        let _ = writeln!(client, "PEER {}", peer.ip());
    }
}

fn echo(socket: UdpSocket) -> io::Result<()> {
    let mut bytes = [0; 500];
    loop {
        let (_, peer) = socket.recv_from(&mut bytes)?;
        socket.send_to(format!("PEER {}\n", peer.ip()).as_bytes(), peer)?;
    }
}

fn run(spelling: &str, port: u16) -> io::Result<()> {
    let (what, host) = spelling.split_once(' ').unwrap_or((spelling, ""));
    match what {
        "text" => serve(TcpListener::bind(format!("{host}:{port}"))?),
        "pair" => serve(TcpListener::bind((host, port))?),
        "any4" => serve(TcpListener::bind((Ipv4Addr::UNSPECIFIED, port))?),
        "any6" => serve(TcpListener::bind((Ipv6Addr::UNSPECIFIED, port))?),
        "list" => {
            let v6 = SocketAddr::from((Ipv6Addr::UNSPECIFIED, port));
            let v4 = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
            serve(TcpListener::bind(&[v6, v4][..])?)
        }
        "or-else" => serve(
            TcpListener::bind((Ipv6Addr::UNSPECIFIED, port))
                .or_else(|_| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)))?,
        ),
        "udp" => echo(UdpSocket::bind(format!("{host}:{port}"))?),
        _ => Err(io::Error::other(format!("unknown spelling {spelling}"))),
    }
}

fn main() {
    let mut args = env::args().skip(1);
    let spelling = args.next().unwrap_or_default();
    let port = args.next().and_then(|port| port.parse().ok()).unwrap_or(0);
    if let Err(error) = run(&spelling, port) {
        println!("ERR {error:?}");
        std::process::exit(1);
    }
}
