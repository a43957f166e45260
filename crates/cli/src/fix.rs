//! `sixify fix`: writes the change.

use sixify::{Outcome, Plan, Record, Written};
use sixify_core::{Layout, LineColumn, LineIndex};

use crate::args::{Format, Paths, Shared};
use crate::check::jsonl;
use crate::error::CliError;
use crate::output::Output;
use crate::render::escape::escaped;
use crate::render::finding::line;
use crate::render::style::{ADDED, BOLD, paint};
use crate::render::summary::{count, summary};
use crate::run::plan;

pub fn run(shared: &Shared, paths: &Paths, output: &Output) -> Result<u8, CliError> {
    let planned = plan(shared, paths)?;
    let written = planned.plan.write(&planned.tree)?;
    match shared.format {
        Format::Text => output.text(&text(&planned.plan, &written))?,
        Format::Json => output.json(&planned.plan.report())?,
        Format::Jsonl => output.bytes(jsonl(&planned.plan.report())?.as_bytes())?,
    }
    Ok(planned.code(shared, 0))
}

/// What was written and what remains.
fn text(plan: &Plan, written: &Written) -> String {
    let mut out = String::new();
    let fixed =
        |path: &str| plan.ledger.records.iter().filter(|r| r.outcome == Outcome::Accepted && r.path == path).count();
    for path in &written.files {
        let what = match fixed(path) {
            // A fix of another file changed this one, too.
            0 => String::new(),
            n => format!(" ({})", count(n, "finding")),
        };
        out.push_str(&format!("{} {}{what}\n", paint(ADDED, "fixed"), escaped(path)));
    }
    let remains = |r: &&Record| !matches!(r.outcome, Outcome::Accepted | Outcome::Superseded | Outcome::Suppressed);
    for record in plan.ledger.records.iter().filter(remains) {
        out.push_str(&format!("{} {}\n", paint(BOLD, "remains"), line(record, now_at(plan, record))));
    }
    out.push_str(&summary(plan));
    out
}

/// Where the place of a finding is after the change.
fn now_at(plan: &Plan, record: &Record) -> LineColumn {
    let moved = plan.file(&record.path).and_then(|file| {
        let (text, _) = Layout::decode(&file.after).ok()?;
        Some(LineIndex::new(&text).locate(&text, file.edits.forward(record.span).start))
    });
    moved.unwrap_or(record.start)
}
