//! `sixify check`: shows the findings.

use serde::Serialize;
use sixify::Report;
use sixify::report::{Failure, Skipped, Summary};

use crate::args::{Format, Paths, Shared};
use crate::error::CliError;
use crate::output::Output;
use crate::render::finding::push_record;
use crate::render::summary::summary;
use crate::render::texts::Texts;
use crate::run::{Planned, plan};

pub fn run(shared: &Shared, paths: &Paths, output: &Output) -> Result<u8, CliError> {
    let planned = plan(shared, paths)?;
    match shared.format {
        Format::Text => output.text(&text(&planned))?,
        Format::Json => output.json(&planned.plan.report())?,
        Format::Jsonl => output.bytes(jsonl(&planned.plan.report())?.as_bytes())?,
    }
    Ok(planned.check_code(shared))
}

fn text(planned: &Planned) -> String {
    let texts = Texts::new(&planned.plan, planned.source());
    let mut out = String::new();
    for record in &planned.plan.ledger.records {
        push_record(&mut out, record, &texts);
        out.push('\n');
    }
    out.push_str(&summary(&planned.plan));
    out
}

/// The last line of JSONL: the report without its findings.
#[derive(Serialize)]
struct Rest<'a> {
    schema: &'a str,
    mode: &'a str,
    skipped: &'a [Skipped],
    failures: &'a [Failure],
    summary: &'a Summary,
}

/// One finding per line, then the rest.
pub fn jsonl(report: &Report) -> Result<String, CliError> {
    let mut out = String::new();
    for finding in &report.findings {
        out.push_str(&serde_json::to_string(finding)?);
        out.push('\n');
    }
    let Report { schema, mode, skipped, failures, summary, .. } = report;
    out.push_str(&serde_json::to_string(&Rest { schema, mode, skipped, failures, summary })?);
    out.push('\n');
    Ok(out)
}
