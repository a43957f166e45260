//! Entries of the ledger: findings and notes as they stand in the original files.

use std::collections::BTreeMap;

use crate::edit::{Edit, EditSet};
use crate::engine::Engine;
use crate::engine::file::File;
use crate::engine::scan::Hit;
use crate::finding::{Applicability, Finding, Note};
use crate::layout::Layout;
use crate::ledger::{Outcome, Record, RecordedNote, ShownEdit};
use crate::source::Source;
use crate::span::{LineIndex, Span};

/// A file as it was before the run, for telling people where something stands.
pub(super) struct Original<'t> {
    path: &'t str,
    text: &'t str,
    layout: &'t Layout,
    lines: LineIndex,
    /// What has changed since.
    edits: Option<&'t EditSet>,
}

impl<'t> Original<'t> {
    /// A file that has not changed.
    pub fn unchanged(path: &'t str, text: &'t str, layout: &'t Layout) -> Self {
        Original { path, text, layout, lines: LineIndex::new(text), edits: None }
    }

    /// A file that may have changed.
    pub fn of(path: &'t str, file: &'t File) -> Self {
        let lines = LineIndex::new(&file.original);
        Original { path, text: &file.original, layout: &file.layout, lines, edits: Some(&file.edits) }
    }

    /// Where a range of the current text stands in the original one.
    fn back(&self, span: Span) -> Span {
        self.edits.map_or(span, |edits| edits.back(span))
    }

    fn edit(&self, edit: &Edit) -> ShownEdit {
        let span = self.back(edit.span);
        let last = if span.is_empty() { span.end } else { span.end - 1 };
        ShownEdit {
            path: self.path.to_owned(),
            start: self.layout.byte_offset(self.text, span.start),
            end: self.layout.byte_offset(self.text, span.end),
            start_line: self.lines.line(span.start),
            end_line: self.lines.line(last),
            replacement: edit.text.clone(),
        }
    }

    /// The ledger's view of a hit in this file. `files` and `source` have the other files.
    pub fn record(&self, engine: &Engine, hit: &Hit, files: &BTreeMap<String, File>, source: &dyn Source) -> Record {
        let finding = &hit.finding;
        let span = self.back(finding.span);
        Record {
            codemod: engine.passes[hit.pass].meta().id.clone(),
            path: self.path.to_owned(),
            span,
            start: self.lines.locate(self.text, span.start),
            end: self.lines.locate(self.text, span.end),
            role: finding.role,
            message: finding.message.clone(),
            evidence: finding.evidence.clone(),
            applicability: finding.applicability,
            edits: self.edits_of(finding, files, source),
            outcome: open_outcome(finding, engine.threshold),
            round: 0,
        }
    }

    /// The edits of a finding in this file, as they are shown.
    pub fn edits_of(&self, finding: &Finding, files: &BTreeMap<String, File>, source: &dyn Source) -> Vec<ShownEdit> {
        let mut shown = Vec::new();
        for (path, edits) in finding.fix.iter().flat_map(|f| &f.edits) {
            if path == self.path {
                shown.extend(edits.iter().map(|e| self.edit(e)));
            } else if let Some(file) = files.get(path) {
                let other = Original::of(path, file);
                shown.extend(edits.iter().map(|e| other.edit(e)));
            } else if let Some((text, layout)) = source.read(path).ok().and_then(|b| Layout::decode(&b).ok()) {
                let other = Original::unchanged(path, &text, &layout);
                shown.extend(edits.iter().map(|e| other.edit(e)));
            }
        }
        shown.retain(|e| e.start < e.end || !e.replacement.is_empty());
        shown
    }

    /// The ledger's view of a note of this codemod.
    pub fn note(&self, codemod: &str, note: Note) -> RecordedNote {
        RecordedNote {
            codemod: codemod.to_owned(),
            path: self.path.to_owned(),
            start: self.lines.locate(self.text, note.span.start),
            end: self.lines.locate(self.text, note.span.end),
            role: note.role,
            reason: note.reason,
            evidence: note.evidence,
        }
    }
}

/// What a finding comes to when nothing lands any more.
pub(super) fn open_outcome(finding: &Finding, threshold: Applicability) -> Outcome {
    match (&finding.fix, finding.applicability) {
        (None, _) | (_, Applicability::Display) => Outcome::Reported,
        (Some(_), applicability) if applicability < threshold => Outcome::Suggested,
        (Some(_), _) => Outcome::Conflict,
    }
}
