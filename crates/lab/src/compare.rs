//! Runs the same command in two directories, before and after a change, on every kind of host.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use crate::layout::columns;
use crate::report::{Service, addresses, services};
use crate::{Exit, Host, HostKind, LabError, Program, Reach, Transport, Wait};

/// What a change did to a service on one kind of host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Reached where it was reached before, and at more addresses.
    Better,
    /// Reached at the same addresses.
    Same,
    /// No longer reached at some address.
    Worse,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Better => "better",
            Self::Same => "same",
            Self::Worse => "WORSE",
        })
    }
}

/// One service on one kind of host, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The kind of host.
    pub kind: HostKind,
    /// The transport and port; `None` when it listened on nothing, before as after.
    pub service: Option<(Transport, u16)>,
    /// Where it was reached before.
    pub before: Reach,
    /// Where it is reached after.
    pub after: Reach,
    /// How the programs ended, when they did before they were stopped.
    pub exits: (Option<Exit>, Option<Exit>),
}

impl Compared {
    /// What the change did.
    pub fn verdict(&self) -> Verdict {
        if !self.after.contains(self.before) {
            Verdict::Worse
        } else if self.after == self.before {
            Verdict::Same
        } else {
            Verdict::Better
        }
    }
}

/// A command in two directories, on every kind of host. Shown as a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The command line.
    pub program: String,
    /// By kind, transport and port.
    pub rows: Vec<Compared>,
}

impl Table {
    /// Whether any host is left behind.
    pub fn is_worse_somewhere(&self) -> bool {
        self.rows.iter().any(|row| row.verdict() == Verdict::Worse)
    }
}

/// Runs the program on a fresh host of every kind, once with the directory `before` as its working
/// directory and once with `after`, and compares where it is reached.
///
/// # Errors
/// [`LabError::NoNamespaces`] and [`LabError::Setup`] when there can be no such host,
/// [`LabError::Start`] when there is no such program.
pub fn compare(before: &Path, after: &Path, program: &Program, wait: &Wait) -> Result<Table, LabError> {
    let mut rows = Vec::new();
    for kind in HostKind::ALL {
        let (before, exit_before) = run(kind, program, before, wait)?;
        let (after, exit_after) = run(kind, program, after, wait)?;
        let key = |service: &Service| (service.transport, service.port);
        let keys: BTreeSet<_> = before.iter().chain(&after).map(key).collect();
        let reach = |services: &[Service], wanted| {
            services.iter().find(|service| key(service) == wanted).map_or(Reach::NONE, |service| service.reach)
        };
        let row = |service: Option<_>| Compared {
            kind,
            service,
            before: service.map_or(Reach::NONE, |wanted| reach(&before, wanted)),
            after: service.map_or(Reach::NONE, |wanted| reach(&after, wanted)),
            exits: (exit_before, exit_after),
        };
        if keys.is_empty() {
            rows.push(row(None));
        }
        rows.extend(keys.into_iter().map(|key| row(Some(key))));
    }
    Ok(Table { program: program.to_string(), rows })
}

fn run(
    kind: HostKind,
    program: &Program,
    directory: &Path,
    wait: &Wait,
) -> Result<(Vec<Service>, Option<Exit>), LabError> {
    let host = Host::new(kind)?;
    let running = host.start(&program.clone().directory(directory))?;
    let services = services(&host, &running, wait)?;
    Ok((services, running.exit()?))
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows = vec![["host", "service", "reached before", "reached after", ""].map(str::to_owned).to_vec()];
        for row in &self.rows {
            let cell = |reach: Reach, exit: Option<Exit>| match exit {
                Some(exit) if reach.is_empty() => format!("ended: {exit}"),
                _ => addresses(reach),
            };
            rows.push(vec![
                row.kind.to_string(),
                row.service.map_or("-".to_owned(), |(transport, port)| format!("{transport} {port}")),
                cell(row.before, row.exits.0),
                cell(row.after, row.exits.1),
                row.verdict().to_string(),
            ]);
        }
        write!(f, "{}\n\n{}", self.program, columns(&rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_address_is_worse_even_when_another_is_won() {
        let row = |before: &str, after: &str| {
            let reach = |text: &str| text.parse().unwrap_or_default();
            let service = Some((Transport::Tcp, 80));
            let (before, after) = (reach(before), reach(after));
            Compared { kind: HostKind::Dual, service, before, after, exits: (None, None) }.verdict()
        };
        assert_eq!(row("L4+G4", "L6+G6"), Verdict::Worse);
        assert_eq!(row("L4", "L4+L6"), Verdict::Better);
        assert_eq!(row("", ""), Verdict::Same);
    }
}
