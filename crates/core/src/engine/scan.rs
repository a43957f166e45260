//! Looking at one file: gates, prefilter, passes, layers.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::classify::Kind;
use crate::document::Document;
use crate::edit::EditSet;
use crate::engine::Engine;
use crate::engine::check::why;
use crate::engine::guard::guarded;
use crate::engine::record::Original;
use crate::engine::suppress::suppressed;
use crate::finding::{Applicability, Finding, Note};
use crate::fix::{Fix, Need};
use crate::gate;
use crate::layer::{Embedded, Embedder};
use crate::layout::{self, Layout, Undecodable};
use crate::ledger::{Failure, Outcome, RecordedNote, Skipped};
use crate::pass::Context;
use crate::project::Project;
use crate::source::Entry;
use crate::span::{LineIndex, Span};

/// How deep documents may stand inside each other.
const MAX_DEPTH: usize = 4;

/// A finding in the coordinates of its file, with its fix taken over.
#[derive(Debug)]
pub(super) struct Hit {
    /// Number of the pass.
    pub pass: usize,
    pub finding: Finding,
    /// What became of it before it could compete, if anything.
    pub settled: Option<Outcome>,
}

/// A file as it was when it was looked at.
#[derive(Debug)]
pub(super) struct Seen {
    /// As the source has them, whatever earlier rounds have changed.
    pub bytes: Arc<[u8]>,
    /// The text that the hits refer to.
    pub text: String,
    pub layout: Layout,
}

/// What one file gave.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    pub path: String,
    pub hits: Vec<Hit>,
    pub notes: Vec<RecordedNote>,
    pub failures: Vec<Failure>,
    pub skipped: Option<Skipped>,
    /// Kept only where there is a hit.
    pub seen: Option<Seen>,
}

/// A file that went through the gates: its bytes and what they say.
type Opened = (Arc<[u8]>, Document);

/// What the passes said about a document, in its coordinates; notes with the number of the pass.
#[derive(Default)]
struct Found {
    hits: Vec<Hit>,
    notes: Vec<(usize, Note)>,
    failures: Vec<Failure>,
}

/// Bytes in which no codemod can have anything to say, by the number of their twins and the kind
/// of the file. A codemod may say other things of the same bytes elsewhere, so what has an anchor
/// is looked at under each of its paths.
#[derive(Debug, Default)]
pub(super) struct Blank(Mutex<HashSet<(u64, Kind)>>);

impl Blank {
    fn knows(&self, entry: &Entry, kind: Kind) -> bool {
        let known = |twins| self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&(twins, kind));
        entry.twins.is_some_and(known)
    }

    fn learn(&self, entry: &Entry, kind: Kind) {
        if let Some(twins) = entry.twins {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert((twins, kind));
        }
    }
}

impl Engine {
    /// Looks at one file.
    pub(super) fn scan(&self, entry: &Entry, project: &Project<'_>, blank: &Blank) -> Scanned {
        let path = entry.path.as_str();
        let mut out = Scanned { path: path.to_owned(), ..Scanned::default() };
        match self.open(entry, project, blank) {
            Ok(None) => {}
            Ok(Some((bytes, doc))) => {
                let mut found = Found::default();
                self.look(&doc, project, 0, &mut found);
                self.settle(&doc, project, found, &mut out);
                if !out.hits.is_empty() {
                    out.seen = Some(Seen { bytes, text: doc.text, layout: doc.layout });
                }
            }
            Err(reason) => out.skipped = Some(Skipped::new(path, reason)),
        }
        out
    }

    /// Reads a file through the gates; `None` when no codemod can have anything to say about it.
    fn open(&self, entry: &Entry, project: &Project<'_>, blank: &Blank) -> Result<Option<Opened>, String> {
        const UNKNOWN: &str = "no codemod reads such files";
        let path = entry.path.as_str();
        if let Some(reason) = gate::path(path).or_else(|| gate::test(path).filter(|_| !self.tests)) {
            return Err(reason.to_owned());
        }
        let by_path = self.classifier.by_path(path);
        let wanted = |kind: Kind| self.reads(kind);
        if !by_path.map_or_else(|| self.classifier.worth_reading(path), wanted) {
            return Err(UNKNOWN.to_owned());
        }
        if let Some(reason) = entry.size.and_then(gate::size) {
            return Err(reason);
        }
        let certain = by_path.filter(|kind| self.classifier.certain(*kind) && !self.unfiltered);
        let certain = certain.filter(|_| project.changed_text(path).is_none());
        if certain.is_some_and(|kind| blank.knows(entry, kind)) {
            return Ok(None);
        }
        let bytes = project.bytes(path).map_err(|e| format!("cannot be read: {e}"))?;
        // Most files have no anchor, and nothing else has to be known about them. The anchors are
        // ASCII, so bytes are searched as they are, but for encodings of two bytes a character.
        let known = || layout::is_text(&bytes) && !gate::is_pointer(&bytes);
        let nothing = |kind: Kind| !self.filters.perhaps(kind, &bytes) && known();
        if let Some(kind) = certain.filter(|kind| nothing(*kind)) {
            blank.learn(entry, kind);
            return Ok(None);
        }
        let (text, layout) = admit(path, &bytes)?;
        let text = project.changed_text(path).unwrap_or(text);
        let kind = self.classifier.by_content(path, &text).or(by_path).ok_or(UNKNOWN)?;
        if !self.reads(kind) {
            return Err(UNKNOWN.to_owned());
        }
        if entry.twins.is_some() && certain == Some(kind) && !self.filters.hits(kind, &text).contains(&true) {
            blank.learn(entry, kind);
            return Ok(None);
        }
        Ok(Some((bytes, Document::new(path, kind, text, layout))))
    }

    /// Whether any pass can have something to say about such documents, directly or inside them.
    fn reads(&self, kind: Kind) -> bool {
        self.passes.iter().any(|p| p.kinds().contains(&kind))
            || self.embedders.iter().any(|e| e.kinds().contains(&kind))
    }

    /// Runs the passes on a document and on the documents inside it. What is added to `out` has
    /// the coordinates of `doc`.
    fn look(&self, doc: &Document, project: &Project<'_>, depth: usize, out: &mut Found) {
        let active =
            if self.unfiltered { vec![true; self.passes.len()] } else { self.filters.hits(doc.kind, &doc.text) };
        if !active.contains(&true) {
            return;
        }
        for (number, pass) in self.passes.iter().enumerate() {
            if !active[number] || !pass.kinds().contains(&doc.kind) {
                continue;
            }
            let mut cx = Context::new(&self.options, project);
            match guarded(|| pass.run(doc, &mut cx)).and_then(|ran| ran.map_err(|e| e.to_string())) {
                Ok(()) => {
                    out.hits.extend(cx.findings.into_iter().map(|finding| Hit {
                        pass: number,
                        finding,
                        settled: None,
                    }));
                    out.notes.extend(cx.notes.into_iter().map(|note| (number, note)));
                }
                Err(reason) => out.failures.push(failure(&pass.meta().id, doc, reason)),
            }
        }
        if depth < MAX_DEPTH {
            for embedder in self.embedders.iter().filter(|e| e.kinds().contains(&doc.kind)) {
                self.look_inside(embedder.as_ref(), doc, project, depth, out);
            }
        }
    }

    fn look_inside(
        &self,
        embedder: &dyn Embedder,
        doc: &Document,
        project: &Project<'_>,
        depth: usize,
        out: &mut Found,
    ) {
        let inside = match guarded(|| embedder.embed(doc)) {
            Ok(inside) => inside,
            Err(reason) => return out.failures.push(failure("embedded documents", doc, reason)),
        };
        for (nth, embedded) in inside.into_iter().enumerate().filter(|(_, e)| self.reads(e.kind)) {
            let mut inner = Document::from_text(&doc.path, embedded.kind, embedded.text.as_str());
            inner.within = doc.within.iter().cloned().chain([embedded.name.clone()]).collect();
            let mut found = Found::default();
            self.look(&inner, project, depth + 1, &mut found);
            out.failures.append(&mut found.failures);
            for mut hit in found.hits {
                hit.finding.span = outward_or_whole(&embedded, hit.finding.span);
                hit.finding.evidence.insert(0, format!("in {}", embedded.name));
                if let Some(fix) = hit.finding.fix.take() {
                    match self.carry_out(fix, &mut hit.finding, &inner, |fix| embedded.carry(fix, doc, nth, embedder)) {
                        Ok(fix) => hit.finding.fix = Some(fix),
                        Err(outcome) => {
                            hit.finding.applicability = Applicability::Display;
                            hit.settled = Some(outcome);
                        }
                    }
                }
                out.hits.push(hit);
            }
            for (pass, mut note) in found.notes {
                note.span = outward_or_whole(&embedded, note.span);
                out.notes.push((pass, note));
            }
        }
    }

    /// Checks a fix in its own document, which nobody looks at later, and maps it outwards.
    fn carry_out(
        &self,
        mut fix: Fix,
        finding: &mut Finding,
        inner: &Document,
        carry: impl FnOnce(Fix) -> Result<Fix, String>,
    ) -> Result<Fix, Outcome> {
        let within = inner.within.last().map_or("", String::as_str);
        // Needs are met in the file, which is written in another language or has other imports.
        if fix.needs.iter().any(|need| matches!(need, Need::Import { .. })) {
            return Err(Outcome::UnmetNeed(format!("in {within}: nothing can be imported there")));
        }
        // A here-document spells the line ends of its file.
        for edit in fix.edits.get_mut("").into_iter().flatten() {
            edit.text = inner.layout.adapt(&inner.text, edit.span.start, &edit.text);
        }
        if let Some(set) = fix.edits.get("").and_then(|edits| EditSet::of(edits.iter().cloned())) {
            let broken = self.verify(inner, &set).1;
            if broken.iter().any(|v| !v.demotes) {
                return Err(Outcome::RolledBack(format!("in {within}: {}", why(&broken))));
            }
            if !broken.is_empty() {
                finding.applicability = finding.applicability.min(Applicability::Unsafe);
                finding.evidence.push(format!("demoted to unsafe: in {within}: {}", why(&broken)));
            }
        }
        let carried = guarded(|| carry(fix)).and_then(|carried| carried);
        carried.map_err(|reason| Outcome::RolledBack(format!("in {within}: {reason}")))
    }

    /// Names the files in the fixes, gives new text their line ends, honours comments that ask to
    /// leave a line alone, and puts everything in an order of its own.
    fn settle(&self, doc: &Document, project: &Project<'_>, mut found: Found, out: &mut Scanned) {
        out.failures = found.failures;
        if found.hits.is_empty() && found.notes.is_empty() {
            return;
        }
        let lines = LineIndex::new(&doc.text);
        let fixes = found.hits.iter().any(|hit| hit.finding.fix.is_some());
        let fixed = fixes.then(|| fixed_as_it_is(&doc.path, project)).flatten();
        for hit in &mut found.hits {
            if let Some(why) = &fixed {
                hit.finding.applicability = Applicability::Display;
                hit.finding.evidence.push(why.clone());
            }
            if let Some(fix) = &mut hit.finding.fix {
                adapt(fix, doc, project);
            }
            if hit.finding.fix.as_ref().is_none_or(Fix::is_empty) {
                hit.finding.fix = None;
                hit.finding.applicability = Applicability::Display;
            }
            if suppressed(&doc.text, &lines, hit.finding.span, &self.passes[hit.pass].meta().id) {
                hit.settled = Some(Outcome::Suppressed);
            }
        }
        // The order in which a pass reports must not matter, nor that it says a thing twice.
        found.hits.sort_by(|a, b| (a.pass, &a.finding).cmp(&(b.pass, &b.finding)));
        found.hits.dedup_by(|a, b| a.pass == b.pass && a.finding == b.finding);
        found.notes.sort();
        found.notes.dedup();
        out.hits = found.hits;
        let here = Original::unchanged(&doc.path, &doc.text, &doc.layout);
        let note = |(pass, note): (usize, Note)| here.note(&self.passes[pass].meta().id, note);
        out.notes = found.notes.into_iter().map(note).collect();
    }
}

/// Why a file is to stay as it is, whatever is wrong in it.
fn fixed_as_it_is(path: &str, project: &Project<'_>) -> Option<String> {
    let siblings = project.siblings(path.rsplit_once('/').map_or("", |(folder, _)| folder));
    if let Some(output) = gate::recorded(path, &siblings) {
        return Some(format!("{output} records what a test makes of this file as it is"));
    }
    if gate::is_released(path, &siblings) {
        return Some("a file of a release, with those of other versions beside it: released as it is".to_owned());
    }
    if gate::is_past_manual(path) {
        return Some("the manual of a version that is out: released as it is".to_owned());
    }
    if gate::is_laid_aside(path) {
        return Some("laid aside, as its folder says: nobody runs it".to_owned());
    }
    if let Some(package) = gate::package(path) {
        return Some(format!("a copy of {package}: to be changed where it comes from"));
    }
    let licence = gate::licence(path, project)?;
    Some(format!("a copy of a library, with {licence}: to be changed where it comes from"))
}

/// The text of a file that may be looked at and changed.
///
/// # Errors
/// Says why it may not.
pub(super) fn admit(path: &str, bytes: &[u8]) -> Result<(String, Layout), String> {
    let reason = gate::path(path).or_else(|| gate::content(path, bytes)).map(str::to_owned);
    if let Some(reason) = gate::size(bytes.len() as u64).or(reason) {
        return Err(reason);
    }
    Layout::decode(bytes).map_err(|e| match e {
        Undecodable::Binary => "binary".to_owned(),
        Undecodable::Wide => "UTF-16 or UTF-32, which no codemod rewrites".to_owned(),
    })
}

fn failure(codemod: &str, doc: &Document, reason: String) -> Failure {
    Failure { codemod: codemod.to_owned(), path: doc.path.clone(), reason }
}

/// Puts the path of the document in the place of the empty one, and writes the line ends of new
/// text as each file has them.
fn adapt(fix: &mut Fix, doc: &Document, project: &Project<'_>) {
    if let Some(own) = fix.edits.remove("") {
        fix.edits.entry(doc.path.clone()).or_default().extend(own);
    }
    for (path, edits) in &mut fix.edits {
        let other = if *path == doc.path { None } else { project.document(path) };
        let target = if *path == doc.path { Some(doc) } else { other.as_ref() };
        // A file that is not there is told of when the fix is to land.
        let Some(target) = target else { continue };
        for edit in edits {
            edit.text = target.layout.adapt(&target.text, edit.span.start, &edit.text);
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
