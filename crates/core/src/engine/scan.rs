//! Looking at one file: gates, prefilter, passes, layers.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::classify::Kind;
use crate::document::Document;
use crate::engine::Engine;
use crate::finding::{Applicability, Finding, Note};
use crate::fix::Fix;
use crate::gate;
use crate::layer::{Embedded, Embedder};
use crate::layout::{Layout, Undecodable};
use crate::ledger::{Failure, Skipped};
use crate::pass::Context;
use crate::project::Project;
use crate::span::{LineIndex, Span};

/// How deep documents may stand inside each other.
const MAX_DEPTH: usize = 4;

/// A finding in the coordinates of its file, with its fix taken over.
#[derive(Debug)]
pub(super) struct Hit {
    /// Number of the pass.
    pub pass: usize,
    pub finding: Finding,
    /// Why the fix was taken away before it could compete, if it was.
    pub refused: Option<String>,
    pub suppressed: bool,
}

/// What one file gave.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    pub hits: Vec<Hit>,
    pub notes: Vec<(usize, Note)>,
    pub failures: Vec<Failure>,
    pub skipped: Option<Skipped>,
    /// The text the hits refer to; kept only where there are any.
    pub text: Option<(String, Layout)>,
    pub looked_at: bool,
    pub path: Option<String>,
}

impl Engine {
    pub(super) fn scan(&self, path: &str, project: &Project<'_>) -> Scanned {
        match self.open(path, project) {
            Ok(doc) => {
                let mut out = Scanned { looked_at: true, path: Some(path.to_owned()), ..Scanned::default() };
                self.look(&doc, project, 0, &mut out);
                self.settle(&doc, &mut out);
                if !out.hits.is_empty() || !out.notes.is_empty() {
                    out.text = Some((doc.text, doc.layout));
                }
                out
            }
            Err(reason) => Scanned { skipped: Some(Skipped::new(path, reason)), ..Scanned::default() },
        }
    }

    /// Reads a file through the gates.
    fn open(&self, path: &str, project: &Project<'_>) -> Result<Document, String> {
        const UNKNOWN: &str = "no codemod reads such files";
        if let Some(reason) = gate::path(path) {
            return Err(reason.to_owned());
        }
        let by_path = self.classifier.by_path(path);
        let wanted = |kind: Kind| self.reads(kind);
        if !by_path.map_or_else(|| self.classifier.worth_reading(path), wanted) {
            return Err(UNKNOWN.to_owned());
        }
        let bytes = project.bytes(path).map_err(|e| format!("cannot be read: {e}"))?;
        if let Some(reason) = gate::size(bytes.len() as u64) {
            return Err(reason);
        }
        if let Some(reason) = gate::content(path, &bytes) {
            return Err(reason.to_owned());
        }
        let (text, layout) = Layout::decode(&bytes).map_err(|e| match e {
            Undecodable::Binary => "binary".to_owned(),
            Undecodable::Wide => "UTF-16 or UTF-32, which no codemod rewrites".to_owned(),
        })?;
        let text = project.changed_text(path).unwrap_or(text);
        let kind = self.classifier.by_content(path, &text).or(by_path).ok_or(UNKNOWN)?;
        if !self.reads(kind) {
            return Err(UNKNOWN.to_owned());
        }
        Ok(Document::new(path, kind, text, layout))
    }

    /// Whether any pass can have something to say about such documents, directly or inside them.
    fn reads(&self, kind: Kind) -> bool {
        self.passes.iter().any(|p| p.kinds().contains(&kind)) || self.embedders.iter().any(|e| e.kinds().contains(&kind))
    }

    /// Runs the passes on a document and on the documents inside it. What is added to `out` has
    /// the coordinates of `doc`.
    fn look(&self, doc: &Document, project: &Project<'_>, depth: usize, out: &mut Scanned) {
        let active = if self.unfiltered { vec![true; self.passes.len()] } else { self.prefilter.hits(&doc.text) };
        if !active.contains(&true) {
            return;
        }
        for (number, pass) in self.passes.iter().enumerate() {
            if !active[number] || !pass.kinds().contains(&doc.kind) {
                continue;
            }
            let mut cx = Context::new(&self.options, project);
            // A pass that panics costs its findings in this file, not the run.
            let ran = catch_unwind(AssertUnwindSafe(|| pass.run(doc, &mut cx)));
            let reason = match ran {
                Ok(Ok(())) => {
                    let hit = |finding| Hit { pass: number, finding, refused: None, suppressed: false };
                    out.hits.extend(cx.findings.into_iter().map(hit));
                    out.notes.extend(cx.notes.into_iter().map(|note| (number, note)));
                    continue;
                }
                Ok(Err(error)) => error.to_string(),
                Err(panic) => format!("panicked: {}", panic_text(panic.as_ref())),
            };
            out.failures.push(Failure { codemod: pass.meta().id.clone(), path: doc.path.clone(), reason });
        }
        if depth < MAX_DEPTH {
            for embedder in self.embedders.iter().filter(|e| e.kinds().contains(&doc.kind)) {
                self.look_inside(embedder.as_ref(), doc, project, depth, out);
            }
        }
    }

    fn look_inside(&self, embedder: &dyn Embedder, doc: &Document, project: &Project<'_>, depth: usize, out: &mut Scanned) {
        for (nth, embedded) in embedder.embed(doc).into_iter().enumerate() {
            if !self.reads(embedded.kind) {
                continue;
            }
            let mut inner = Document::from_text(&doc.path, embedded.kind, embedded.text.as_str());
            inner.within = doc.within.iter().cloned().chain([embedded.name.clone()]).collect();
            let mut found = Scanned::default();
            self.look(&inner, project, depth + 1, &mut found);
            out.failures.append(&mut found.failures);
            for mut hit in found.hits {
                carry_out(&mut hit, &embedded, doc, nth, embedder);
                out.hits.push(hit);
            }
            for (pass, mut note) in found.notes {
                note.span = outward_or_whole(&embedded, note.span);
                out.notes.push((pass, note));
            }
        }
    }

    /// Names the file in the fixes, gives new text the file's line ends, and honours comments
    /// that ask to leave a line alone.
    fn settle(&self, doc: &Document, out: &mut Scanned) {
        let lines = LineIndex::new(&doc.text);
        for hit in &mut out.hits {
            if let Some(fix) = &mut hit.finding.fix {
                if let Some(mut own) = fix.edits.remove("") {
                    for edit in &mut own {
                        edit.text = doc.layout.adapt(&doc.text, edit.span.start, &edit.text);
                    }
                    fix.edits.entry(doc.path.clone()).or_default().extend(own);
                }
            }
            if hit.finding.fix.as_ref().is_none_or(Fix::is_empty) {
                hit.finding.fix = None;
                hit.finding.applicability = Applicability::Display;
            }
            hit.suppressed = suppressed(&doc.text, &lines, hit.finding.span, &self.passes[hit.pass].meta().id);
        }
    }
}

/// Maps a hit and its fix from an inner document to the one around it.
fn carry_out(hit: &mut Hit, embedded: &Embedded, doc: &Document, nth: usize, embedder: &dyn Embedder) {
    hit.finding.span = outward_or_whole(embedded, hit.finding.span);
    hit.finding.evidence.insert(0, format!("in {}", embedded.name));
    if let Some(fix) = hit.finding.fix.take() {
        match embedded.carry(fix, doc, nth, embedder) {
            Ok(fix) => hit.finding.fix = Some(fix),
            Err(reason) => {
                hit.finding.applicability = Applicability::Display;
                hit.refused = Some(format!("in {}: {reason}", embedded.name));
            }
        }
    }
}

fn outward_or_whole(embedded: &Embedded, span: Span) -> Span {
    let whole = || match (embedded.segments.first(), embedded.segments.last()) {
        (Some(first), Some(last)) => Span::new(first.outer, last.outer + last.len),
        _ => Span::at(0),
    };
    embedded.outward(span).unwrap_or_else(whole)
}

/// Whether a comment on the line, or alone on the line before, says `sixify:ignore`, for all
/// codemods or for this one.
fn suppressed(text: &str, lines: &LineIndex, span: Span, id: &str) -> bool {
    const MARK: &str = "sixify:ignore";
    let line = lines.line(span.start);
    let asks = |number: usize| {
        let Some(line) = lines.line_span(text, number).map(|s| s.text(text)) else { return false };
        let Some((_, rest)) = line.split_once(MARK) else { return false };
        let names: Vec<&str> = rest.split([' ', ',', '\t', '*', '-', '\r', '\n', '>']).filter(|w| w.contains('/')).collect();
        names.is_empty() || names.iter().any(|name| id.starts_with(name))
    };
    let alone = |number: usize| {
        let line = lines.line_span(text, number).map_or("", |s| s.text(text)).trim_start();
        ["//", "#", "/*", "<!--", "--", ";", "*"].iter().any(|m| line.starts_with(m))
    };
    asks(line) || (line > 1 && alone(line - 1) && asks(line - 1))
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}
