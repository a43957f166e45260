//! A finding as a good compiler shows it: the place, the change, the reasons.

use std::collections::BTreeMap;

use sixify::{Applicability, Outcome, Record};
use sixify_core::LineColumn;
use sixify_core::ledger::{RecordedNote, ShownEdit};

use crate::render::change::{self, Line};
use crate::render::escape::escaped;
use crate::render::excerpt::excerpt;
use crate::render::style::{ADDED, BOLD, GUTTER, NOTE, REMOVED, WARNING, paint};
use crate::render::texts::Texts;

/// Adds a finding to a text.
pub fn push_record(out: &mut String, record: &Record, texts: &Texts<'_>) {
    let head = paint(WARNING, format!("warning[{}]", record.codemod));
    out.push_str(&format!("{head}{}\n", paint(BOLD, format!(": {}", escaped(&record.message)))));
    let gutter = Gutter::new(record.start.line.max(record.end.line));
    push_place(out, &gutter, texts, &record.path, record.start, record.end);
    let mut by_path: BTreeMap<&str, Vec<&ShownEdit>> = BTreeMap::new();
    for edit in &record.edits {
        by_path.entry(edit.path.as_str()).or_default().push(edit);
    }
    for (path, edits) in &by_path {
        let Some(file) = texts.file(path) else { continue };
        if *path != record.path {
            out.push_str(&format!("{}{} {}\n", gutter.blank, paint(GUTTER, ":::"), escaped(path)));
        }
        for line in change::lines(&file, edits) {
            let (style, sign, text) = match &line {
                Line::Removed(text) => (REMOVED, '-', text),
                Line::Added(text) => (ADDED, '+', text),
            };
            let shown = excerpt(text, 0, 0).text;
            out.push_str(&format!(
                "{}{} {}\n",
                gutter.blank,
                paint(GUTTER, "|"),
                paint(style, format!("{sign} {shown}"))
            ));
        }
    }
    if !by_path.is_empty() {
        out.push_str(&gutter.empty());
    }
    push_notes(out, &gutter, "note", &record.evidence);
    push_notes(out, &gutter, "help", &[help(record.applicability, &record.outcome)]);
}

/// Adds a place that is left alone, with the reason.
pub fn push_note(out: &mut String, note: &RecordedNote, texts: &Texts<'_>) {
    let head = paint(NOTE, format!("left alone[{}]", note.codemod));
    out.push_str(&format!("{head}{}\n", paint(BOLD, format!(": {}", escaped(&note.reason)))));
    let gutter = Gutter::new(note.start.line.max(note.end.line));
    push_place(out, &gutter, texts, &note.path, note.start, note.end);
    push_notes(out, &gutter, "role", &[note.role.to_owned()]);
    push_notes(out, &gutter, "note", &note.evidence);
}

/// One line for a finding, at a place that may differ from the recorded one.
pub fn line(record: &Record, at: LineColumn) -> String {
    let place = format!("{}:{}:{}", escaped(&record.path), at.line, at.column);
    let id = paint(WARNING, format!("[{}]", record.codemod));
    format!(
        "{place}: {id} {} ({}, {})",
        escaped(&record.message),
        record.applicability,
        escaped(&record.outcome.to_string())
    )
}

/// How far a fix may be trusted and what became of it, in words.
fn help(applicability: Applicability, outcome: &Outcome) -> String {
    let meaning = match outcome {
        Outcome::Accepted => "`sixify fix` applies it".to_owned(),
        Outcome::Suggested => "applied only with --unsafe".to_owned(),
        Outcome::Reported => "for a person to decide".to_owned(),
        Outcome::Conflict => "in the way of another fix; run again after that one is applied".to_owned(),
        Outcome::Superseded => "another fix changes the place".to_owned(),
        Outcome::Suppressed => "a comment asks to leave it alone".to_owned(),
        other => other.reason().unwrap_or("not applied").to_owned(),
    };
    let applicability = match applicability {
        Applicability::Unsafe if *outcome == Outcome::Accepted => "unsafe, and asked for".to_owned(),
        other => other.to_string(),
    };
    match outcome {
        Outcome::Accepted | Outcome::Suggested | Outcome::Reported => format!("{applicability}: {meaning}"),
        other => format!("{applicability}, {}: {meaning}", other.name()),
    }
}

/// The column of line numbers.
struct Gutter {
    width: usize,
    blank: String,
}

impl Gutter {
    fn new(last_line: usize) -> Self {
        let width = last_line.to_string().len();
        Gutter { width, blank: " ".repeat(width + 1) }
    }

    fn empty(&self) -> String {
        format!("{}{}\n", self.blank, paint(GUTTER, "|"))
    }
}

fn push_place(out: &mut String, gutter: &Gutter, texts: &Texts<'_>, path: &str, start: LineColumn, end: LineColumn) {
    let arrow = format!("{}{}", " ".repeat(gutter.width), paint(GUTTER, "-->"));
    out.push_str(&format!("{arrow} {}:{}:{}\n", escaped(path), start.line, start.column));
    let Some(file) = texts.file(path) else { return };
    let Some(text) = file.line(start.line) else { return };
    let to = if end.line > start.line { text.chars().count() } else { end.column.saturating_sub(1) };
    let shown = excerpt(text, start.column.saturating_sub(1), to);
    out.push_str(&gutter.empty());
    let number = paint(GUTTER, format!("{:>width$} |", start.line, width = gutter.width));
    out.push_str(&format!("{number} {}\n", shown.text));
    let more = if end.line > start.line { format!(" to line {}", end.line) } else { String::new() };
    let marks = paint(WARNING, format!("{}{more}", "^".repeat(shown.width)));
    out.push_str(&format!("{}{} {}{marks}\n", gutter.blank, paint(GUTTER, "|"), " ".repeat(shown.start)));
}

fn push_notes(out: &mut String, gutter: &Gutter, kind: &str, texts: &[String]) {
    for text in texts {
        let head = format!("{}{} {}", gutter.blank, paint(GUTTER, "="), paint(BOLD, format!("{kind}:")));
        out.push_str(&format!("{head} {}\n", escaped(text)));
    }
}

#[cfg(test)]
mod tests {
    use sixify::{Memory, Plan};
    use sixify_core::Span;

    use super::*;

    fn record(path: &str) -> Record {
        Record {
            codemod: "go/join".into(),
            path: path.into(),
            span: Span::new(5, 8),
            start: LineColumn { line: 2, column: 4 },
            end: LineColumn { line: 2, column: 7 },
            role: "join",
            message: "no \u{1b}[31mbrackets".into(),
            evidence: vec!["host comes from Split".into()],
            applicability: Applicability::Safe,
            edits: vec![ShownEdit {
                path: path.into(),
                start: 5,
                end: 8,
                start_line: 2,
                end_line: 2,
                replacement: "new".into(),
            }],
            outcome: Outcome::Accepted,
            round: 1,
        }
    }

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn a_finding_shows_the_place_the_change_and_the_reasons() {
        let engine = sixify::Engine::builder().codemods(sixify::codemods::all()).build();
        let source = Memory::new().with("a\u{202e}.go", "x\nab(old)\n");
        let Some(plan) = engine.ok().and_then(|engine| engine.plan(&source).ok()) else { return };
        let texts = Texts::new(&plan as &Plan, &source);
        let mut out = String::new();
        push_record(&mut out, &record("a\u{202e}.go"), &texts);
        let want = "warning[go/join]: no \\u{1b}[31mbrackets
 --> a\\u{202e}.go:2:4
  |
2 | ab(old)
  |    ^^^
  | - ab(old)
  | + ab(new)
  |
  = note: host comes from Split
  = help: safe: `sixify fix` applies it
";
        assert_eq!(plain(&out), want);
    }

    #[test]
    fn the_outcome_is_said_in_words() {
        assert_eq!(help(Applicability::Unsafe, &Outcome::Suggested), "unsafe: applied only with --unsafe");
        assert_eq!(help(Applicability::Display, &Outcome::Reported), "display: for a person to decide");
        let back = Outcome::RolledBack("leaves a syntax error in line 3".into());
        assert_eq!(help(Applicability::Safe, &back), "safe, rolled-back: leaves a syntax error in line 3");
    }
}
