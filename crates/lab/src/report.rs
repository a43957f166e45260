//! Runs any program on a host and reports what it does there.

use std::fmt;
use std::time::Duration;

use crate::layout::columns;
use crate::measure::ask_settled;
use crate::{Betrayal, Exit, Host, HostKind, LabError, ListenSocket, Program, Reach, Running, Talk, Transport, Wait};

/// How long a program may take to end when it is asked to.
const GOODBYE: Duration = Duration::from_secs(2);

/// One port of a program: everything that listens there, and who gets an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The transport protocol.
    pub transport: Transport,
    /// The port.
    pub port: u16,
    /// The sockets; several when the program listens on addresses one by one.
    pub sockets: Vec<ListenSocket>,
    /// The process that holds the first of them, and its name.
    pub process: Option<(u32, String)>,
    /// The addresses at which a client gets through. For TCP that is an accepted connection; for
    /// UDP, a datagram that is not refused.
    pub reach: Reach,
}

/// What a program did on a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The kind of host.
    pub kind: HostKind,
    /// The command line.
    pub program: String,
    /// What it listens on, by transport and port.
    pub services: Vec<Service>,
    /// The system calls by which it and its children betray IPv4, in the order of the first of each.
    pub betrayals: Vec<Betrayal>,
    /// System calls whose address could not be read: the process forbids to look into its memory.
    pub unread: u32,
    /// How it ended, when it did before it was stopped.
    pub exit: Option<Exit>,
    /// Its output, when it was kept.
    pub output: String,
}

/// Runs the program on a fresh host of this kind until it listens, and asks it at every address; or
/// until it ends, or `wait.at_most` is over. Then stops it.
///
/// # Errors
/// [`LabError::NoNamespaces`] and [`LabError::Setup`] when there can be no such host,
/// [`LabError::Start`] when there is no such program.
pub fn run_report(kind: HostKind, program: &Program, wait: &Wait) -> Result<Report, LabError> {
    let host = Host::new(kind)?;
    let running = host.start_watched(program)?;
    let services = services(&host, &running, wait)?;
    let exit = running.exit()?;
    running.stop(GOODBYE);
    let output = running.output();
    let noted = running.finish();
    Ok(Report {
        kind,
        program: program.to_string(),
        services,
        betrayals: noted.betrayals,
        unread: noted.unread,
        exit,
        output,
    })
}

/// Waits until the program listens and asks every service at every address.
pub(crate) fn services(host: &Host, running: &Running<'_>, wait: &Wait) -> Result<Vec<Service>, LabError> {
    let sockets = running.wait_listening(wait)?;
    let (mut services, _) = ask_settled(host, sockets, wait.port, |sockets| ask_all(host, sockets))?;
    services.sort_by_key(|service| (service.transport, service.port));
    Ok(services)
}

fn ask_all(host: &Host, sockets: &[ListenSocket]) -> Result<Vec<Service>, LabError> {
    let mut services: Vec<Service> = Vec::new();
    for socket in sockets.iter().copied() {
        let same = |service: &&mut Service| (service.transport, service.port) == (socket.transport, socket.port);
        if let Some(service) = services.iter_mut().find(same) {
            service.sockets.push(socket);
            continue;
        }
        let talk = match socket.transport {
            Transport::Tcp => Talk::Connect,
            Transport::Udp => Talk::Datagram,
        };
        let mut reach = Reach::NONE;
        for address in host.kind().available().iter() {
            if host.ask(address.ip(), socket.port, talk)?.reached {
                reach.insert(address);
            }
        }
        services.push(Service {
            transport: socket.transport,
            port: socket.port,
            sockets: vec![socket],
            process: host.holder(&socket),
            reach,
        });
    }
    Ok(services)
}

/// The addresses themselves, or `nowhere`.
pub(crate) fn addresses(reach: Reach) -> String {
    let texts: Vec<String> = reach.iter().map(|address| address.ip().to_string()).collect();
    if texts.is_empty() { "nowhere".to_owned() } else { texts.join(" ") }
}

impl Report {
    /// Whether every service is reached at every address of the host.
    pub fn is_reached_everywhere(&self) -> bool {
        self.services.iter().all(|service| service.reach.contains(self.kind.available()))
    }

    fn services_table(&self) -> String {
        let mut rows = vec![["listens on", "process", "reached at", "not reached at"].map(str::to_owned).to_vec()];
        for service in &self.services {
            let missing = self.kind.available().without(service.reach);
            let not_at = if missing.is_empty() { String::new() } else { addresses(missing) };
            for (index, socket) in service.sockets.iter().enumerate() {
                let mut row = vec![socket.to_string()];
                if index == 0 {
                    let process = service.process.as_ref().map(|(pid, name)| named(*pid, name));
                    row.extend([process.unwrap_or_default(), addresses(service.reach), not_at.clone()]);
                }
                rows.push(row);
            }
        }
        columns(&rows)
    }

    fn betrayals_table(&self) -> String {
        let mut rows = vec![["IPv4 in system calls", "times", "process"].map(str::to_owned).to_vec()];
        for betrayal in &self.betrayals {
            let process = named(betrayal.pid, &betrayal.process);
            rows.push(vec![betrayal.call.to_string(), betrayal.times.to_string(), process]);
        }
        columns(&rows)
    }
}

fn named(pid: u32, name: &str) -> String {
    format!("{name} ({pid})")
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LINES: usize = 10;
        writeln!(f, "{}", self.program)?;
        writeln!(f, "on a {} host with {}\n", self.kind, addresses(self.kind.available()))?;
        if self.services.is_empty() {
            writeln!(f, "It does not listen.")?;
        } else {
            write!(f, "{}", self.services_table())?;
        }
        writeln!(f)?;
        if self.betrayals.is_empty() {
            writeln!(f, "No system call of it names IPv4.")?;
        } else {
            write!(f, "{}", self.betrayals_table())?;
        }
        if self.unread > 0 {
            writeln!(f, "{} more could not be read.", self.unread)?;
        }
        if let Some(exit) = self.exit {
            writeln!(f, "\nIt ended by itself: {exit}")?;
            let lines: Vec<&str> = self.output.lines().collect();
            for line in lines.iter().skip(lines.len().saturating_sub(LINES)) {
                writeln!(f, "    {line}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Address, Call};
    use std::net::{IpAddr, Ipv4Addr};

    #[test]
    fn a_report_reads_well() {
        let address = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let socket = ListenSocket { transport: Transport::Tcp, address, port: 8080, v6only: false, inode: 1 };
        let report = Report {
            kind: HostKind::V6Only,
            program: "server".to_owned(),
            services: vec![Service {
                transport: Transport::Tcp,
                port: 8080,
                sockets: vec![socket],
                process: Some((7, "server".to_owned())),
                reach: [Address::L4].into_iter().collect(),
            }],
            betrayals: vec![Betrayal {
                call: Call::Bind((address, 8080).into()),
                pid: 7,
                process: "server".to_owned(),
                times: 2,
            }],
            unread: 0,
            exit: Some(Exit::Code(1)),
            output: "gone\n".to_owned(),
        };
        assert!(!report.is_reached_everywhere());
        let expected = "\
server
on a v6only host with 127.0.0.1 ::1 fd00::10

listens on        process     reached at  not reached at
tcp 0.0.0.0:8080  server (7)  127.0.0.1   ::1 fd00::10

IPv4 in system calls  times  process
bind 0.0.0.0:8080     2      server (7)

It ended by itself: exit 1
    gone
";
        assert_eq!(report.to_string(), expected);
    }
}
