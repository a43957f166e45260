//! Rounds: which fixes land together, what they need, whether the result holds.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::document::Document;
use crate::edit::{Edit, EditSet};
use crate::engine::Engine;
use crate::engine::scan::{Hit, Scanned};
use crate::finding::{Applicability, Finding};
use crate::fix::{Fix, Need};
use crate::layout::Layout;
use crate::ledger::{Ledger, Outcome, Record, RecordedNote, ShownEdit};
use crate::merge::{Merged, merge};
use crate::plan::{FilePlan, Plan};
use crate::project::Project;
use crate::source::Source;
use crate::span::{LineIndex, Span};
use crate::verify::Violation;

/// A file that a fix changes.
struct File {
    bytes: Arc<[u8]>,
    original: String,
    layout: Layout,
    current: String,
    /// From the original to the current text.
    edits: EditSet,
}

/// A finding that has not been settled.
struct Pending {
    pass: usize,
    path: String,
    finding: Finding,
    /// Its line in the ledger.
    record: usize,
    /// Whether its fix may not compete (any more).
    out: bool,
}

/// The state of a run between rounds.
pub(super) struct Run<'a> {
    engine: &'a Engine,
    source: &'a dyn Source,
    files: BTreeMap<String, File>,
    pending: Vec<Pending>,
    round: usize,
    pub ledger: Ledger,
}

impl<'a> Run<'a> {
    pub fn new(engine: &'a Engine, source: &'a dyn Source, scanned: Vec<Scanned>) -> Self {
        let mut run =
            Run { engine, source, files: BTreeMap::new(), pending: Vec::new(), round: 0, ledger: Ledger::default() };
        for mut one in scanned {
            run.ledger.files += usize::from(one.looked_at);
            run.ledger.skipped.extend(one.skipped.take());
            run.ledger.failures.append(&mut one.failures);
            let Some((text, layout)) = one.text.take() else { continue };
            let lines = LineIndex::new(&text);
            for (pass, note) in one.notes {
                let Some(path) = one.path.clone() else { continue };
                run.ledger.notes.push(RecordedNote {
                    codemod: engine.passes[pass].meta().id.clone(),
                    path,
                    start: lines.locate(&text, note.span.start),
                    end: lines.locate(&text, note.span.end),
                    role: note.role,
                    reason: note.reason,
                    evidence: note.evidence,
                });
            }
            let Some(path) = one.path else { continue };
            for hit in one.hits {
                let shown = run.shown(&hit, &path, &text, &layout, &lines, hit.finding.span);
                run.admit(hit, &path, shown);
            }
        }
        run
    }

    /// One round: merges what may land, meets needs, verifies, commits. Returns the paths to look
    /// at again, or `None` when nothing landed.
    pub fn round(&mut self, project: &Project<'_>) -> Option<Vec<String>> {
        self.round += 1;
        loop {
            let order = self.order();
            if order.is_empty() {
                return None;
            }
            let merged = merge(order.iter().map(|n| self.pending[*n].finding.fix.as_ref().unwrap_or(&NO_FIX)));
            let landed: Vec<usize> = merged.accepted.iter().map(|n| order[*n]).collect();
            if !merged.edits.keys().all(|path| self.load(path, &order)) {
                continue;
            }
            match self.check(&merged, &landed, project) {
                Ok(changed) => return Some(self.commit(&landed, changed)),
                // Something was taken out; merge again without it. Each turn takes out at least
                // one fix, so this ends.
                Err(()) => continue,
            }
        }
    }

    /// Fixes that may land, in order of acceptance.
    fn order(&self) -> Vec<usize> {
        let threshold = self.engine.threshold;
        let may = |p: &Pending| !p.out && p.finding.fix.is_some() && p.finding.applicability >= threshold;
        let mut order: Vec<usize> = (0..self.pending.len()).filter(|n| may(&self.pending[*n])).collect();
        order.sort_by(|a, b| self.key(*a).cmp(&self.key(*b)));
        order
    }

    /// Order of acceptance: applicability, specificity, position (an outer place before an inner
    /// one), id. The fix itself comes last, so that nothing depends on the order of arrival.
    fn key(&self, n: usize) -> impl Ord + '_ {
        let pending = &self.pending[n];
        let meta = self.engine.passes[pending.pass].meta();
        let span = pending.finding.span;
        (
            std::cmp::Reverse((pending.finding.applicability, meta.specificity)),
            pending.path.as_str(),
            span.start,
            std::cmp::Reverse(span.end),
            meta.id.as_str(),
            pending.record,
        )
    }

    /// Takes a file in that a fix wants to change. When that cannot be, the fixes are out.
    fn load(&mut self, path: &str, order: &[usize]) -> bool {
        if self.files.contains_key(path) {
            return true;
        }
        let read = self.source.read(path).map_err(|e| e.to_string());
        let decoded = read.and_then(|bytes| match Layout::decode(&bytes) {
            Ok((text, layout)) => Ok(File { bytes, original: text.clone(), layout, current: text, edits: EditSet::new() }),
            Err(_) => Err("is not a text that can be edited".to_owned()),
        });
        match decoded {
            Ok(file) => {
                self.files.insert(path.to_owned(), file);
                true
            }
            Err(reason) => {
                for n in order {
                    let touches = self.pending[*n].finding.fix.as_ref().is_some_and(|f| f.edits.contains_key(path));
                    if touches {
                        self.take_out(*n, Outcome::RolledBack(format!("{path} {reason}")));
                    }
                }
                false
            }
        }
    }

    /// Adds what the landed fixes need and verifies every changed file. `Err` when fixes had to
    /// be taken out.
    fn check(&mut self, merged: &Merged, landed: &[usize], project: &Project<'_>) -> Result<Vec<(String, EditSet)>, ()> {
        let mut changed = Vec::new();
        let mut all_well = true;
        for (path, edits) in &merged.edits {
            let doc = self.document(path, &self.files[path].current, project);
            let edits = match self.with_needs(path, &doc, project, edits, landed) {
                Ok(edits) => edits,
                Err(unmet) => {
                    for (n, why) in unmet {
                        self.take_out(n, Outcome::UnmetNeed(why));
                    }
                    all_well = false;
                    continue;
                }
            };
            let broken = self.verify(&doc, path, &edits, project);
            if !broken.is_empty() {
                self.blame(&doc, path, landed, project, &broken);
                all_well = false;
                continue;
            }
            changed.push((path.clone(), edits));
        }
        if all_well { Ok(changed) } else { Err(()) }
    }

    fn document(&self, path: &str, text: &str, project: &Project<'_>) -> Document {
        let kind = self.engine.classifier.by_content(path, text).or_else(|| self.engine.classifier.by_path(path));
        let kind = kind.or_else(|| project.document(path).map(|d| d.kind)).unwrap_or(crate::Kind(""));
        Document::new(path, kind, text.to_owned(), self.files[path].layout.clone())
    }

    /// The edits with those that meet the needs of the landed fixes of this file.
    fn with_needs(
        &self,
        path: &str,
        doc: &Document,
        project: &Project<'_>,
        edits: &EditSet,
        landed: &[usize],
    ) -> Result<EditSet, Vec<(usize, String)>> {
        let here = |n: &&usize| self.pending[**n].path == path;
        let needs_of = |n: &usize| self.pending[*n].finding.fix.iter().flat_map(|f| f.needs.iter());
        let needs: BTreeSet<&Need> = landed.iter().filter(here).flat_map(needs_of).collect();
        let needs: Vec<Need> = needs.into_iter().cloned().collect();
        let Some(resolver) = self.engine.resolvers.iter().find(|r| r.knows(doc)) else {
            let unmet = landed.iter().filter(here).filter(|n| needs_of(n).next().is_some());
            let unmet: Vec<_> = unmet.map(|n| (*n, "nothing here knows how to import".to_owned())).collect();
            return if unmet.is_empty() { Ok(edits.clone()) } else { Err(unmet) };
        };
        let resolution = resolver.resolve(doc, project, &needs, edits);
        let mut unmet = Vec::new();
        for (need, why) in &resolution.unmet {
            let who = landed.iter().filter(here).filter(|n| needs_of(n).any(|x| x == need));
            unmet.extend(who.map(|n| (*n, why.clone())));
        }
        let mut edits = edits.clone();
        let rank = usize::MAX / 2;
        for (i, mut edit) in resolution.edits.into_iter().enumerate() {
            edit.text = doc.layout.adapt(&doc.text, edit.span.start, &edit.text);
            if edits.conflict(&edit).is_some() {
                let who = landed.iter().filter(here).filter(|n| needs_of(n).next().is_some());
                unmet.extend(who.map(|n| (*n, "the import it needs is changed by another fix".to_owned())));
                break;
            }
            edits.push(rank + i, edit);
        }
        if unmet.is_empty() { Ok(edits) } else { Err(unmet) }
    }

    fn verify(&self, doc: &Document, path: &str, edits: &EditSet, project: &Project<'_>) -> Vec<Violation> {
        let Some(text) = edits.apply(&doc.text) else {
            return vec![Violation::breaks("an edit does not lie on character bounds")];
        };
        let mut after = self.document(path, &text, project);
        after.kind = doc.kind;
        let mut broken: Vec<Violation> = Vec::new();
        for verifier in &self.engine.verifiers {
            broken.extend(verifier.verify(doc, &after, edits));
        }
        if self.engine.threshold == Applicability::Unsafe {
            // What would make a fix unsafe is no reason against it when unsafe fixes are wanted.
            broken.retain(|v| !v.demotes);
        }
        broken
    }

    /// Takes out the fixes that break the file: those that do so alone, or else the last one.
    fn blame(&mut self, doc: &Document, path: &str, landed: &[usize], project: &Project<'_>, broken: &[Violation]) {
        let touching: Vec<usize> = landed
            .iter()
            .copied()
            .filter(|n| self.pending[*n].finding.fix.as_ref().is_some_and(|f| f.edits.contains_key(path)))
            .collect();
        let mut guilty = Vec::new();
        for n in &touching {
            let own = self.pending[*n].finding.fix.as_ref().and_then(|f| f.edits.get(path)).cloned().unwrap_or_default();
            let alone = EditSet::of(own).and_then(|set| self.with_needs(path, doc, project, &set, &[*n]).ok());
            let broken = alone.map(|set| self.verify(doc, path, &set, project)).unwrap_or_default();
            if !broken.is_empty() {
                guilty.push((*n, broken));
            }
        }
        if guilty.is_empty() {
            guilty.extend(touching.last().map(|n| (*n, broken.to_vec())));
        }
        for (n, broken) in guilty {
            let why = broken.iter().map(|v| v.what.as_str()).collect::<Vec<_>>().join("; ");
            if broken.iter().all(|v| v.demotes) {
                let pending = &mut self.pending[n];
                pending.finding.applicability = Applicability::Unsafe;
                let record = &mut self.ledger.records[pending.record];
                record.applicability = Applicability::Unsafe;
                record.evidence.push(format!("demoted to unsafe: {why}"));
            } else {
                self.take_out(n, Outcome::RolledBack(why));
            }
        }
    }

    fn take_out(&mut self, n: usize, outcome: Outcome) {
        self.pending[n].out = true;
        self.ledger.records[self.pending[n].record].outcome = outcome;
    }

    /// Makes the changes current. Returns the paths to look at again: the changed ones, and those
    /// of findings that had hoped to change them.
    fn commit(&mut self, landed: &[usize], changed: Vec<(String, EditSet)>) -> Vec<String> {
        for n in landed {
            let record = &mut self.ledger.records[self.pending[*n].record];
            record.outcome = Outcome::Accepted;
            record.round = self.round;
        }
        let mut again: BTreeSet<String> = BTreeSet::new();
        for (path, edits) in changed {
            if let Some(file) = self.files.get_mut(&path) {
                if let Some(text) = edits.apply(&file.current) {
                    file.edits = file.edits.then(&edits, &file.original, &file.current);
                    file.current = text;
                }
            }
            again.insert(path);
        }
        let landed: HashSet<usize> = landed.iter().copied().collect();
        for (n, pending) in self.pending.iter().enumerate() {
            let fix = pending.finding.fix.iter().flat_map(|f| f.edits.keys());
            if !landed.contains(&n) && fix.clone().any(|path| again.contains(path)) {
                again.insert(pending.path.clone());
            }
        }
        let mut n = 0;
        self.pending.retain(|_| {
            n += 1;
            !landed.contains(&(n - 1))
        });
        again.into_iter().collect()
    }

    /// The texts of the files that have changed.
    pub fn texts(&self) -> HashMap<String, String> {
        let changed = self.files.iter().filter(|(_, f)| f.current != f.original);
        changed.map(|(path, f)| (path.clone(), f.current.clone())).collect()
    }

    /// Takes in what the files look like after a round.
    pub fn rescanned(&mut self, paths: &[String], scanned: Vec<Scanned>) {
        // What was open in these files, by its place in the original text.
        let mut open: Vec<Pending> = Vec::new();
        let mut kept: Vec<Pending> = Vec::new();
        for pending in std::mem::take(&mut self.pending) {
            if paths.contains(&pending.path) { open.push(pending) } else { kept.push(pending) }
        }
        self.pending = kept;
        for (path, one) in paths.iter().zip(scanned) {
            self.ledger.failures.extend(one.failures);
            let Some((text, layout)) = one.text else { continue };
            for mut hit in one.hits {
                let old = self.files.get(path).map_or(hit.finding.span, |f| f.edits.back(hit.finding.span));
                let id = self.engine.passes[hit.pass].meta().id.as_str();
                let twin = open.iter().position(|p| {
                    p.path == *path && p.pass == hit.pass && self.ledger.records[p.record].span.touches(old)
                });
                if let Some(twin) = twin {
                    let twin = open.swap_remove(twin);
                    if twin.out {
                        continue;
                    }
                    // Never raise what the engine has lowered.
                    hit.finding.applicability = hit.finding.applicability.min(twin.finding.applicability);
                    self.pending.push(Pending { finding: hit.finding, ..twin });
                    continue;
                }
                let own_work = |r: &Record| {
                    r.codemod == id && r.path == *path && r.outcome == Outcome::Accepted && r.span.contains(old)
                };
                let again = hit.finding.fix.is_some()
                    && hit.finding.applicability >= self.engine.threshold
                    && self.ledger.records.iter().any(own_work);
                let (original, shown_layout) = match self.files.get(path) {
                    Some(file) => (file.original.clone(), file.layout.clone()),
                    None => (text.clone(), layout.clone()),
                };
                let lines = LineIndex::new(&original);
                let shown = self.shown(&hit, path, &original, &shown_layout, &lines, old);
                let n = self.admit(hit, path, shown);
                if let (true, Some(n)) = (again, n) {
                    self.take_out(n, Outcome::RolledBack("would change its own result again".to_owned()));
                }
            }
        }
        for pending in open {
            if !pending.out && self.ledger.records[pending.record].outcome != Outcome::Suppressed {
                self.ledger.records[pending.record].outcome = Outcome::Superseded;
            }
        }
    }

    /// The ledger's view of a hit: places and edits in the original file.
    fn shown(&self, hit: &Hit, path: &str, text: &str, layout: &Layout, lines: &LineIndex, span: Span) -> Record {
        let finding = &hit.finding;
        let mut edits = Vec::new();
        for (file, own) in finding.fix.iter().flat_map(|f| &f.edits) {
            if file == path {
                let back = |e: &Edit| self.files.get(path).map_or(e.span, |f| f.edits.back(e.span));
                edits.extend(own.iter().map(|e| shown_edit(file, text, layout, lines, back(e), &e.text)));
            } else if let Some((text, layout)) = self.source.read(file).ok().and_then(|b| Layout::decode(&b).ok()) {
                let lines = LineIndex::new(&text);
                edits.extend(own.iter().map(|e| shown_edit(file, &text, &layout, &lines, e.span, &e.text)));
            }
        }
        Record {
            codemod: self.engine.passes[hit.pass].meta().id.clone(),
            path: path.to_owned(),
            span,
            start: lines.locate(text, span.start),
            end: lines.locate(text, span.end),
            role: finding.role,
            message: finding.message.clone(),
            evidence: finding.evidence.clone(),
            applicability: finding.applicability,
            edits,
            outcome: Outcome::Reported,
            round: 0,
        }
    }

    /// Enters a hit into the ledger, and among the pending ones when it is not settled.
    fn admit(&mut self, hit: Hit, path: &str, mut record: Record) -> Option<usize> {
        let settled = if hit.suppressed {
            Some(Outcome::Suppressed)
        } else {
            hit.refused.map(Outcome::RolledBack)
        };
        let out = settled.is_some();
        record.outcome = settled.unwrap_or_else(|| match (&hit.finding.fix, hit.finding.applicability) {
            (None, _) | (_, Applicability::Display) => Outcome::Reported,
            (Some(_), applicability) if applicability < self.engine.threshold => Outcome::Suggested,
            // Until it lands.
            (Some(_), _) => Outcome::Conflict,
        });
        self.ledger.records.push(record);
        let record = self.ledger.records.len() - 1;
        self.pending.push(Pending { pass: hit.pass, path: path.to_owned(), finding: hit.finding, record, out });
        Some(self.pending.len() - 1)
    }

    /// The plan.
    pub fn finish(mut self) -> Plan {
        for pending in &self.pending {
            let record = &mut self.ledger.records[pending.record];
            let suggested = pending.finding.fix.is_some() && pending.finding.applicability == Applicability::Unsafe;
            if !pending.out && suggested && self.engine.threshold > Applicability::Unsafe {
                record.outcome = Outcome::Suggested;
            }
        }
        let place = |r: &Record| (r.path.clone(), r.span.start, r.span.end, r.codemod.clone());
        self.ledger.records.sort_by_key(place);
        self.ledger.notes.sort_by(|a, b| (&a.path, a.start, a.end, &a.codemod).cmp(&(&b.path, b.start, b.end, &b.codemod)));
        self.ledger.skipped.sort();
        self.ledger.skipped.dedup();
        self.ledger.failures.sort();
        self.ledger.failures.dedup();
        let mut files = Vec::new();
        for (path, file) in self.files {
            // Verified in every round, so the text can be written in the file's encoding.
            let Some(after) = file.layout.encode(&file.current) else { continue };
            if after != *file.bytes {
                files.push(FilePlan { path, before: file.bytes, after, edits: file.edits });
            }
        }
        Plan { files, ledger: self.ledger }
    }
}

static NO_FIX: Fix = Fix { edits: BTreeMap::new(), needs: Vec::new() };

fn shown_edit(path: &str, text: &str, layout: &Layout, lines: &LineIndex, span: Span, new: &str) -> ShownEdit {
    let last = if span.is_empty() { span.end } else { span.end - 1 };
    ShownEdit {
        path: path.to_owned(),
        start: layout.byte_offset(text, span.start),
        end: layout.byte_offset(text, span.end),
        start_line: lines.line(span.start),
        end_line: lines.line(last),
        replacement: new.to_owned(),
    }
}
