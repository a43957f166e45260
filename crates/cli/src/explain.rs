//! `sixify explain`: what a codemod does, or what sixify thinks of a line.

use std::path::{Path, PathBuf};

use serde::Serialize;
use sixify::codemods;
use sixify::report::{Finding, Note, SCHEMA, Skipped};
use sixify::{Record, Source};
use sixify_core::LineColumn;
use sixify_core::ledger::RecordedNote;

use crate::args::{Format, Paths, Shared};
use crate::error::CliError;
use crate::output::Output;
use crate::render::escape::{escaped, escaped_lines};
use crate::render::finding::{push_note, push_record};
use crate::render::summary::count;
use crate::render::texts::{FileText, Texts};
use crate::run::{Planned, engine, plan};

pub fn run(shared: &Shared, what: &str, output: &Output) -> Result<u8, CliError> {
    match place(what) {
        Some((file, line)) => explain_line(shared, Path::new(file), line, output)?,
        None => explain_codemod(shared, what, output)?,
    }
    Ok(0)
}

/// `FILE:LINE`, perhaps with a column behind it.
fn place(what: &str) -> Option<(&str, usize)> {
    let (before, last) = what.rsplit_once(':')?;
    let last: usize = last.parse().ok()?;
    let with_column = before.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse().ok()?)));
    with_column.or(Some((before, last))).filter(|(file, _)| !file.is_empty())
}

/// A codemod in full.
#[derive(Serialize)]
struct Explained<'a> {
    schema: &'a str,
    id: &'a str,
    title: &'a str,
    docs: &'a str,
    references: &'a [String],
}

fn explain_codemod(shared: &Shared, id: &str, output: &Output) -> Result<(), CliError> {
    let engine = engine(shared, Path::new("."))?;
    let sets = codemods::sets().iter().map(|set| &set.meta);
    let Some(meta) = engine.codemods().chain(sets).find(|meta| meta.id == id) else {
        if Path::new(id).exists() {
            return Err(CliError::Usage(format!("{id} is a file; name a line of it, as in {id}:12")));
        }
        return Err(sixify::Error::UnknownCodemod(id.to_owned()).into());
    };
    match shared.format {
        Format::Text => output.text(&format!("{}\n", escaped_lines(meta.docs.trim_end())))?,
        Format::Json | Format::Jsonl => {
            let (title, docs) = (&meta.title, &meta.docs);
            output.json(&Explained { schema: SCHEMA, id, title, docs, references: &meta.references })?;
        }
    }
    Ok(())
}

/// What is known of a line.
#[derive(Serialize)]
struct Line<'a> {
    schema: &'a str,
    path: &'a str,
    line: usize,
    findings: Vec<Finding>,
    notes: Vec<Note>,
    skipped: Vec<Skipped>,
}

fn explain_line(shared: &Shared, file: &Path, line: usize, output: &Output) -> Result<(), CliError> {
    if file.is_dir() {
        return Err(CliError::Usage(format!("{} is a folder; explain takes a line of a file", file.display())));
    }
    let planned = plan(shared, &Paths { paths: vec![PathBuf::from(file)] })?;
    let listing = planned.tree.list().unwrap_or_default();
    let named = listing.files.first().map(|entry| entry.path.clone());
    let path = named.unwrap_or_else(|| file.display().to_string());
    let texts = Texts::new(&planned.plan, planned.source());
    let text = texts.file(&path);
    if let Some(text) = text.as_ref().filter(|text| line == 0 || line > text.count().max(1)) {
        return Err(CliError::Usage(format!("{} has {}", file.display(), count(text.count(), "line"))));
    }
    let ledger = &planned.plan.ledger;
    let touched = |r: &Record| r.edits.iter().any(|e| e.path == path && (e.start_line..=e.end_line).contains(&line));
    let found = |r: &&Record| (r.path == path && covers(r.start, r.end, line)) || touched(r);
    let records: Vec<&Record> = ledger.records.iter().filter(found).collect();
    let left = |n: &&RecordedNote| n.path == path && covers(n.start, n.end, line);
    let notes: Vec<&RecordedNote> = ledger.notes.iter().filter(left).collect();
    if shared.format != Format::Text {
        let finding = |r: &&Record| Finding::of(r, planned.plan.references(&r.codemod));
        return output.json(&Line {
            schema: SCHEMA,
            path: &path,
            line,
            findings: records.iter().map(finding).collect(),
            notes: notes.iter().map(|n| Note::from(*n)).collect(),
            skipped: ledger.skipped.iter().map(Skipped::from).collect(),
        });
    }
    let mut out = String::new();
    for record in &records {
        push_record(&mut out, record, &texts);
        for reference in planned.plan.references(&record.codemod) {
            out.push_str(&format!("  see {}\n", escaped(reference)));
        }
        out.push_str(&format!("  more with `sixify explain {}`\n\n", record.codemod));
    }
    for note in &notes {
        push_note(&mut out, note, &texts);
        out.push('\n');
    }
    if records.is_empty() && notes.is_empty() {
        out.push_str(&nothing(&planned, &path, line, text.as_deref()));
    }
    output.text(&out)?;
    Ok(())
}

/// Whether a place is on a line. An end at column 1 is the end of the line before.
fn covers(start: LineColumn, end: LineColumn, line: usize) -> bool {
    let last = if end.column == 1 && end.line > start.line { end.line - 1 } else { end.line };
    (start.line..=last).contains(&line)
}

/// Says that there is nothing to say, and what was looked at.
fn nothing(planned: &Planned, path: &str, line: usize, text: Option<&FileText>) -> String {
    let ledger = &planned.plan.ledger;
    let mut out = format!("sixify has nothing to say about {}:{line}.\n", escaped(path));
    for skipped in &ledger.skipped {
        out.push_str(&format!("{} was skipped: {}.\n", escaped(&skipped.path), escaped(&skipped.reason)));
    }
    for failure in &ledger.failures {
        out.push_str(&format!("{} failed on it: {}.\n", failure.codemod, escaped(&failure.reason)));
    }
    if let Some(text) = text.filter(|_| ledger.skipped.is_empty()) {
        let readers = planned.engine.readers(path, &text.text);
        if let Some(kind) = readers.kind {
            let by = match readers.codemods.as_slice() {
                [] => "no codemod of its own".to_owned(),
                ids => ids.join(", "),
            };
            out.push_str(&format!("The file was read as {kind}, by {by}.\n"));
        }
        let mut lines: Vec<usize> = ledger.records.iter().filter(|r| r.path == path).map(|r| r.start.line).collect();
        lines.dedup();
        if !lines.is_empty() {
            let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
            out.push_str(&format!("There are findings in other lines of it: {}.\n", lines.join(", ")));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_ends_with_a_line_and_perhaps_a_column() {
        assert_eq!(place("a/b.go:12"), Some(("a/b.go", 12)));
        assert_eq!(place("a/b.go:12:5"), Some(("a/b.go", 12)));
        assert_eq!(place("c:\\a.go:3"), Some(("c:\\a.go", 3)));
        assert_eq!((place("go/join-host-port"), place("a.go:x"), place(":3")), (None, None, None));
    }
}
