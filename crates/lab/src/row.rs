//! What was measured of one spelling on one kind of host, and how it is written down.

use std::fmt;

use crate::{HostKind, LabError, Reach, tsv};

/// One line of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The language or server: `go`, `node`, `py`.
    pub ecosystem: String,
    /// The code or configuration, with `p` for the port.
    pub spelling: String,
    /// The version that ran, and any option that changes its behaviour.
    pub version: String,
    /// The kind of host.
    pub host_kind: HostKind,
    /// The addresses that kind has.
    pub available: Reach,
    /// The addresses at which a real client got an answer.
    pub reach: Reach,
    /// The sockets it listened on, in the notation of [`crate::ListenSocket::notation`], sorted.
    pub sockets: Vec<String>,
    /// The line of its output that says why it failed; empty when it listened and stayed.
    pub error: String,
    /// The address that the program was shown for an IPv4 client; empty when it did not say.
    pub peer: String,
    /// How it ended before it was stopped, as [`crate::Exit`] is shown; empty when it ran.
    pub exit: String,
}

/// The columns, in order. The last two came later; readers go by name.
const COLUMNS: [&str; 10] =
    ["ecosystem", "spelling", "version", "host_kind", "available", "reach", "sockets", "error", "peer", "exit"];

/// Columns that a table of evidence may lack.
const OPTIONAL: [&str; 2] = ["peer", "exit"];

impl Row {
    /// The first line of a table of rows.
    pub fn header() -> String {
        COLUMNS.join("\t")
    }

    /// Whether this row says the same as the other about what was measured; error texts and
    /// versions may differ.
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.reach == other.reach && self.sockets == other.sockets
    }

    /// The rows of a table with a header line, which says where each column is; unknown columns are
    /// passed over.
    ///
    /// # Errors
    /// [`LabError::Evidence`] for a missing column or an unknown host kind or address.
    pub fn read_all(text: &str) -> Result<Vec<Self>, LabError> {
        let mut records = tsv::records(text).into_iter();
        let Some((line, header)) = records.next() else {
            return Ok(Vec::new());
        };
        let mut places = [None; COLUMNS.len()];
        for (place, name) in places.iter_mut().zip(COLUMNS) {
            *place = header.iter().position(|column| column == name);
            if place.is_none() && !OPTIONAL.contains(&name) {
                return Err(LabError::Evidence { line, why: format!("there is no column `{name}`") });
            }
        }
        records.map(|(line, fields)| Self::read(line, &fields, places)).collect()
    }

    fn read(line: usize, fields: &[String], places: [Option<usize>; COLUMNS.len()]) -> Result<Self, LabError> {
        let evidence = |why: &dyn fmt::Display| LabError::Evidence { line, why: why.to_string() };
        let [ecosystem, spelling, version, host_kind, available, reach, sockets, error, peer, exit] =
            places.map(|place| place.and_then(|place| fields.get(place)).map_or("", String::as_str));
        let sockets = sockets.split(", ").filter(|socket| !socket.is_empty());
        Ok(Self {
            ecosystem: ecosystem.to_owned(),
            spelling: spelling.to_owned(),
            version: version.to_owned(),
            host_kind: host_kind.parse().map_err(|error| evidence(&error))?,
            available: available.parse().map_err(|error| evidence(&error))?,
            reach: reach.parse().map_err(|error| evidence(&error))?,
            sockets: sockets.map(str::to_owned).collect(),
            error: error.to_owned(),
            peer: peer.to_owned(),
            exit: exit.to_owned(),
        })
    }
}

/// The row as a line of the table, without its line break.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&tsv::line([
            self.ecosystem.as_str(),
            &self.spelling,
            &self.version,
            self.host_kind.name(),
            &self.available.to_string(),
            &self.reach.to_string(),
            &self.sockets.join(", "),
            &self.error,
            &self.peer,
            &self.exit,
        ]))
    }
}

/// The line of a program's output that tells most about its failure, at most 200 characters long.
///
/// Probes of the lab mark it with `ERR`. Other programs are taken at the last line that looks like
/// an error and is no stack frame, or else at the last line.
pub(crate) fn telling_line(output: &str) -> String {
    const SIGNS: [&str; 9] =
        ["error", "exception", "fail", "cannot", "can't", "denied", "unreachable", "not supported", "in use"];
    let lines = || output.lines().map(str::trim).filter(|line| !line.is_empty());
    let looks_like_one = |line: &&str| {
        let line = line.to_lowercase();
        SIGNS.iter().any(|sign| line.contains(sign)) && !line.starts_with("at ") && !line.starts_with("file \"")
    };
    lines()
        .find(|line| line.starts_with("ERR "))
        .or_else(|| lines().rfind(looks_like_one))
        .or_else(|| lines().next_back())
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row {
            ecosystem: "go".into(),
            spelling: "net.Listen(\"tcp\",\":p\")".into(),
            version: "go1.26".into(),
            host_kind: HostKind::Dual,
            available: HostKind::Dual.available(),
            reach: HostKind::V6Only.available(),
            sockets: vec!["0.0.0.0".into(), "[::] (v6only)".into()],
            error: String::new(),
            peer: "127.0.0.1".into(),
            exit: String::new(),
        }
    }

    #[test]
    fn rows_come_back() -> Result<(), LabError> {
        let table = format!("{}\n{}\n", Row::header(), row());
        assert_eq!(Row::read_all(&table)?, [row()]);
        Ok(())
    }

    #[test]
    fn tables_without_the_later_columns_are_read() -> Result<(), LabError> {
        let table = "ecosystem\tspelling\tversion\thost_kind\tavailable\treach\tsockets\terror\n\
                     c\tx\t\tv6only\tL4+L6+G6\tL4\t0.0.0.0\t\n";
        let rows = Row::read_all(table)?;
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].reach.to_string(), "L4");
        assert!(rows[0].peer.is_empty());
        Ok(())
    }

    #[test]
    fn broken_tables_say_where() {
        let text = |table: &str| Row::read_all(table).map_err(|e| e.to_string()).err().unwrap_or_default();
        assert_eq!(text("ecosystem\n"), "evidence, line 1: there is no column `spelling`");
        let table = format!("{}\nc\tx\t\tv5only\n", Row::header());
        assert!(text(&table).starts_with("evidence, line 2: `v5only` is neither"));
    }

    #[test]
    fn the_telling_line_is_found() {
        assert_eq!(telling_line("starting\nERR EADDRNOTAVAIL\nError: x"), "ERR EADDRNOTAVAIL");
        let java = "Exception in thread \"main\" java.net.BindException: no\n\tat java.base/error()\n";
        assert!(telling_line(java).starts_with("Exception in"));
        assert_eq!(telling_line("hello\n  there  you\n"), "there you");
        assert_eq!(telling_line(""), "");
    }
}
