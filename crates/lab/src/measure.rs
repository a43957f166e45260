//! Measures one spelling on one kind of host.

use std::time::Duration;

use crate::row::telling_line;
use crate::{Address, Host, HostKind, LabError, ListenSocket, Program, Reach, Row, Talk, Wait};

/// How long a program may take until it listens. Some never do and run on all the same.
const PATIENCE: Duration = Duration::from_secs(10);

/// A way of listening, as a program that does it.
#[derive(Debug, Clone)]
pub struct Spelling {
    /// The language or server.
    pub ecosystem: String,
    /// The code or configuration, with `p` for the port.
    pub text: String,
    /// The version that runs it, and any option that changes its behaviour.
    pub version: String,
    /// The program.
    pub program: Program,
    /// The port it listens on.
    pub port: u16,
    /// How a client talks to it.
    pub talk: Talk,
    /// How long its sockets must stay the same until it counts as started.
    pub settle: Duration,
}

/// Runs the spelling on a fresh host of this kind, asks it at every address of that host, and
/// stops it.
///
/// # Errors
/// [`LabError::NoNamespaces`] and [`LabError::Setup`] when there can be no such host,
/// [`LabError::Start`] when the program does not exist. A program that fails is a row, not an error.
pub fn measure(kind: HostKind, spelling: &Spelling) -> Result<Row, LabError> {
    let host = Host::new(kind)?;
    let running = host.start(&spelling.program)?;
    let wait = Wait { port: Some(spelling.port), settle: spelling.settle, at_most: PATIENCE };
    let sockets = running.wait_listening(&wait)?;
    let (answers, sockets) = ask_settled(&host, sockets, Some(spelling.port), |_| ask_all(&host, spelling))?;
    let (reach, peer) = answers;
    let exit = running.exit()?;
    let failed = sockets.is_empty() || exit.is_some();
    let mut sockets: Vec<String> = sockets.iter().map(ListenSocket::notation).collect();
    // Several workers may each have a socket of their own on the same address.
    sockets.sort();
    sockets.dedup();
    Ok(Row {
        ecosystem: spelling.ecosystem.clone(),
        spelling: spelling.text.clone(),
        version: spelling.version.clone(),
        host_kind: kind,
        available: kind.available(),
        reach,
        sockets,
        error: if failed { telling_line(&running.output()) } else { String::new() },
        peer,
        exit: exit.map(|exit| exit.to_string()).unwrap_or_default(),
    })
}

/// Where the spelling answers, and the peer that an IPv4 client is shown as.
fn ask_all(host: &Host, spelling: &Spelling) -> Result<(Reach, String), LabError> {
    let mut reach = Reach::NONE;
    let mut peer = String::new();
    for address in host.kind().available().iter() {
        let answer = host.ask(address.ip(), spelling.port, spelling.talk)?;
        if answer.reached {
            reach.insert(address);
        }
        if peer.is_empty() && matches!(address, Address::L4 | Address::G4) {
            peer = answer.peer.unwrap_or_default();
        }
    }
    Ok((reach, peer))
}

/// Asks, and asks again as long as new sockets have appeared meanwhile: on a busy machine a program
/// may pause between two of them for longer than anybody would wait. Also returns the last sockets.
pub(crate) fn ask_settled<T>(
    host: &Host,
    mut sockets: Vec<ListenSocket>,
    port: Option<u16>,
    mut ask: impl FnMut(&[ListenSocket]) -> Result<T, LabError>,
) -> Result<(T, Vec<ListenSocket>), LabError> {
    // A program that opens sockets for as long as it runs is asked this often.
    const ROUNDS: usize = 5;
    let mut round = 1;
    loop {
        let answers = ask(&sockets)?;
        let now = host.sockets(port)?;
        let has_new = now.iter().any(|socket| !sockets.contains(socket));
        sockets = now;
        if !has_new || round == ROUNDS {
            return Ok((answers, sockets));
        }
        round += 1;
    }
}
