//! `sixify lab`: runs a command as on an IPv6-only host, or any other kind, and reports.

use std::fmt::Display;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use sixify_lab::{Exit, HostKind, LabError, Program, Reach, Report, Table, Wait, compare, run_report};

use crate::FOUND;
use crate::args::{Format, Lab, Shared};
use crate::error::CliError;
use crate::output::Output;
use crate::render::escape::escaped_lines;

/// How long the sockets of a program must stay the same until it counts as started: longer than a
/// service with several ports pauses between two of them.
const SETTLE: Duration = Duration::from_millis(300);

pub fn run(shared: &Shared, lab: &Lab, output: &Output) -> Result<u8, CliError> {
    if shared.format == Format::Jsonl {
        return Err(CliError::Usage("lab has the forms text and json".to_owned()));
    }
    let program = Program::from_words(lab.command.iter().cloned());
    let program = program.ok_or_else(|| CliError::Usage("there is no command to run".to_owned()))?;
    let wait = Wait { port: lab.port, at_most: Duration::from_secs(lab.seconds), settle: SETTLE };
    if let [before, after] = lab.compare.as_slice() {
        for folder in [before, after] {
            if !folder.is_dir() {
                return Err(CliError::Usage(format!("{} is no folder", folder.display())));
            }
        }
        let table = compare(before, after, &program, &wait)?;
        show(shared, output, &table, || TableJson::of(&table, before, after))?;
        return Ok(if table.is_worse_somewhere() { FOUND } else { 0 });
    }
    let kind: HostKind = lab.host_kind.name().parse().map_err(|error| CliError::Usage(format!("{error}")))?;
    let report = run_report(kind, &program, &wait)?;
    show(shared, output, &report, || ReportJson::of(&report))?;
    Ok(if is_well(&report) { 0 } else { FOUND })
}

/// Whether everybody on the host reaches the program; one that ends by itself has to succeed.
fn is_well(report: &Report) -> bool {
    match report.exit {
        Some(exit) => exit == Exit::Code(0),
        None => !report.services.is_empty() && report.is_reached_everywhere(),
    }
}

fn show<J: Serialize>(
    shared: &Shared,
    output: &Output,
    text: &dyn Display,
    json: impl FnOnce() -> J,
) -> Result<(), CliError> {
    match shared.format {
        Format::Json => output.json(&json()),
        // Words of the program are among it, and a terminal would obey some of them.
        Format::Text | Format::Jsonl => Ok(output.text(&escaped_lines(&text.to_string()))?),
    }
}

const SCHEMA: &str = "sixify-lab/1";

#[derive(Serialize)]
struct ReportJson {
    schema: &'static str,
    command: String,
    host_kind: &'static str,
    available: Vec<String>,
    services: Vec<ServiceJson>,
    ipv4_calls: Vec<CallJson>,
    unread_calls: u32,
    exit: Option<String>,
    output: String,
}

#[derive(Serialize)]
struct ServiceJson {
    transport: String,
    port: u16,
    sockets: Vec<String>,
    process: Option<String>,
    pid: Option<u32>,
    reached_at: Vec<String>,
    not_reached_at: Vec<String>,
}

#[derive(Serialize)]
struct CallJson {
    call: String,
    times: u32,
    process: String,
    pid: u32,
}

impl ReportJson {
    fn of(report: &Report) -> Self {
        let service = |service: &sixify_lab::Service| ServiceJson {
            transport: service.transport.to_string(),
            port: service.port,
            sockets: service.sockets.iter().map(|socket| socket.notation()).collect(),
            process: service.process.as_ref().map(|(_, name)| name.clone()),
            pid: service.process.as_ref().map(|(pid, _)| *pid),
            reached_at: addresses(service.reach),
            not_reached_at: addresses(report.kind.available().without(service.reach)),
        };
        let call = |betrayal: &sixify_lab::Betrayal| CallJson {
            call: betrayal.call.to_string(),
            times: betrayal.times,
            process: betrayal.process.clone(),
            pid: betrayal.pid,
        };
        ReportJson {
            schema: SCHEMA,
            command: report.program.clone(),
            host_kind: report.kind.name(),
            available: addresses(report.kind.available()),
            services: report.services.iter().map(service).collect(),
            ipv4_calls: report.betrayals.iter().map(call).collect(),
            unread_calls: report.unread,
            exit: report.exit.map(|exit| exit.to_string()),
            output: report.output.clone(),
        }
    }
}

#[derive(Serialize)]
struct TableJson {
    schema: &'static str,
    command: String,
    before: String,
    after: String,
    hosts: Vec<RowJson>,
}

#[derive(Serialize)]
struct RowJson {
    host_kind: &'static str,
    transport: Option<String>,
    port: Option<u16>,
    reached_before: Vec<String>,
    reached_after: Vec<String>,
    exit_before: Option<String>,
    exit_after: Option<String>,
    verdict: String,
}

impl TableJson {
    fn of(table: &Table, before: &Path, after: &Path) -> Self {
        let exit = |exit: Option<Exit>| exit.map(|exit| exit.to_string());
        let row = |row: &sixify_lab::Compared| RowJson {
            host_kind: row.kind.name(),
            transport: row.service.map(|(transport, _)| transport.to_string()),
            port: row.service.map(|(_, port)| port),
            reached_before: addresses(row.before),
            reached_after: addresses(row.after),
            exit_before: exit(row.exits.0),
            exit_after: exit(row.exits.1),
            verdict: row.verdict().to_string().to_lowercase(),
        };
        TableJson {
            schema: SCHEMA,
            command: table.program.clone(),
            before: before.display().to_string(),
            after: after.display().to_string(),
            hosts: table.rows.iter().map(row).collect(),
        }
    }
}

fn addresses(reach: Reach) -> Vec<String> {
    reach.iter().map(|address| address.ip().to_string()).collect()
}

impl From<LabError> for CliError {
    fn from(error: LabError) -> Self {
        match error {
            LabError::Start { .. } => CliError::Usage(error.to_string()),
            _ => CliError::Lab(error),
        }
    }
}
