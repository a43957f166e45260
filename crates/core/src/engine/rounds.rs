//! Rounds: which fixes land together, and what the files become.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::engine::check::{Change, InOrder, Objections, Verdict};
use crate::engine::file::File;
use crate::engine::record::{Original, open_outcome};
use crate::engine::repeat::{Work, repeats};
use crate::engine::scan::{Hit, Scanned};
use crate::engine::{Engine, EngineError};
use crate::finding::{Applicability, Finding};
use crate::fix::Fix;
use crate::ledger::{Ledger, Outcome};
use crate::merge::merge;
use crate::plan::{FilePlan, Plan};
use crate::pool::Pool;
use crate::project::Project;
use crate::source::Source;

/// A finding that has not been settled, or that never will be and must not count twice.
pub(super) struct Pending {
    pub pass: usize,
    pub path: String,
    /// In the coordinates of the current text.
    pub finding: Finding,
    /// Its line in the ledger.
    pub record: usize,
    /// What the engine has lowered its fix to.
    pub ceiling: Applicability,
    /// Whether its fix may not compete (any more).
    pub out: bool,
}

/// Looks at files as they are in a project.
pub(super) type Look<'l> = dyn Fn(&[String], &Project<'_>) -> Result<Vec<Scanned>, EngineError> + 'l;

/// The state of a run between rounds.
pub(super) struct Run<'a> {
    pub engine: &'a Engine,
    pub source: &'a dyn Source,
    /// The paths that the source listed; no other file is changed.
    pub listed: BTreeSet<String>,
    pub files: BTreeMap<String, File>,
    pub pending: Vec<Pending>,
    /// What has landed.
    pub works: Vec<Work>,
    pub round: usize,
    pub ledger: Ledger,
}

impl<'a> Run<'a> {
    /// Takes in what the first look at all files gave.
    pub fn new(engine: &'a Engine, source: &'a dyn Source, scanned: Vec<Scanned>) -> Self {
        let mut run = Run {
            engine,
            source,
            listed: scanned.iter().map(|one| one.path.clone()).collect(),
            files: BTreeMap::new(),
            pending: Vec::new(),
            works: Vec::new(),
            round: 0,
            ledger: Ledger::default(),
        };
        for mut one in scanned {
            run.ledger.files += usize::from(one.skipped.is_none());
            run.ledger.skipped.extend(one.skipped.take());
            run.ledger.failures.append(&mut one.failures);
            run.ledger.notes.append(&mut one.notes);
            let Some(seen) = one.seen.take() else { continue };
            let here = Original::unchanged(&one.path, &seen.text, &seen.layout);
            for hit in one.hits {
                run.admit(hit, &one.path, &here);
            }
            let may_change = run.pending.iter().rev().take_while(|p| p.path == one.path).any(|p| run.may_land(p));
            if may_change {
                run.files.insert(one.path, File::new(seen.bytes, seen.text, seen.layout));
            }
        }
        run
    }

    /// One round: merges what may land, meets needs, verifies, looks at the result and makes it
    /// current. Returns whether anything landed.
    pub fn round(&mut self, project: &mut Project<'a>, look: &Look<'_>, pool: &dyn Pool) -> Result<bool, EngineError> {
        self.round += 1;
        let mut waiting = HashSet::new();
        let mut in_order = InOrder::new();
        loop {
            // Every turn takes at least one fix out of the order, so this ends.
            let order = self.order(&waiting);
            if order.is_empty() {
                return Ok(false);
            }
            let merged = merge(order.iter().map(|n| self.pending[*n].finding.fix.as_ref().unwrap_or(&NO_FIX)));
            let landed: Vec<usize> = merged.accepted.iter().map(|n| order[*n]).collect();
            if landed.is_empty() {
                // Nothing is in their way but themselves.
                for n in order {
                    self.take_out(n, Outcome::RolledBack("its own edits overlap".to_owned()));
                }
                continue;
            }
            if !merged.edits.keys().all(|path| self.load(path, &order)) {
                continue;
            }
            let changes = match self.check(&merged.edits, &landed, project, pool, &mut in_order) {
                Ok(changes) => changes,
                Err(objections) => {
                    self.heed(objections, &mut waiting);
                    continue;
                }
            };
            let again = self.affected(&landed, &changes);
            let next = project.changed(self.texts(&changes));
            let scanned = look(&again, &next)?;
            let twins = self.twins(&landed, &changes, &scanned);
            let guilty = self.repeated(&landed, &changes, &scanned, &twins);
            if !guilty.is_empty() {
                for n in guilty {
                    self.take_out(n, Outcome::RolledBack("a second run would change its result again".to_owned()));
                }
                continue;
            }
            self.commit(&landed, changes);
            self.take_in(&landed, scanned, twins);
            *project = next;
            return Ok(true);
        }
    }

    fn may_land(&self, pending: &Pending) -> bool {
        let finding = &pending.finding;
        !pending.out && finding.fix.is_some() && finding.applicability >= self.engine.threshold
    }

    /// Fixes that may land, in order of acceptance: applicability, specificity, position (an outer
    /// place before an inner one), id. Entries of the ledger have an order of their own, so nothing
    /// depends on the order of arrival.
    fn order(&self, waiting: &HashSet<usize>) -> Vec<usize> {
        let may = |n: &usize| !waiting.contains(n) && self.may_land(&self.pending[*n]);
        let mut order: Vec<usize> = (0..self.pending.len()).filter(may).collect();
        order.sort_by_cached_key(|n| {
            let pending = &self.pending[*n];
            let meta = self.engine.passes[pending.pass].meta();
            let finding = &pending.finding;
            let place = (&pending.path, finding.span.start, Reverse(finding.span.end));
            (Reverse((finding.applicability, meta.specificity)), place, &meta.id, pending.record)
        });
        order
    }

    fn heed(&mut self, objections: Objections, waiting: &mut HashSet<usize>) {
        for (n, verdict) in objections {
            match verdict {
                Verdict::Wait => _ = waiting.insert(n),
                Verdict::Out(outcome) => self.take_out(n, outcome),
                Verdict::Demote(why) => {
                    let pending = &mut self.pending[n];
                    pending.ceiling = Applicability::Unsafe;
                    pending.finding.applicability = pending.finding.applicability.min(pending.ceiling);
                    let record = &mut self.ledger.records[pending.record];
                    record.applicability = pending.finding.applicability;
                    record.evidence.push(format!("demoted to unsafe: {why}"));
                    record.outcome = open_outcome(&pending.finding, self.engine.threshold);
                }
            }
        }
    }

    pub fn take_out(&mut self, n: usize, outcome: Outcome) {
        self.pending[n].out = true;
        self.ledger.records[self.pending[n].record].outcome = outcome;
    }

    /// The paths to look at again: the changed ones, those of the fixes that change them, and those
    /// of fixes that had hoped to.
    fn affected(&self, landed: &[usize], changes: &BTreeMap<String, Change>) -> Vec<String> {
        let mut again: BTreeSet<&String> = changes.keys().collect();
        again.extend(landed.iter().map(|n| &self.pending[*n].path));
        let hoped =
            |p: &&Pending| p.finding.fix.iter().flat_map(|f| f.edits.keys()).any(|path| changes.contains_key(path));
        again.extend(self.pending.iter().filter(hoped).map(|p| &p.path));
        again.into_iter().cloned().collect()
    }

    /// The texts of the files that have changed, with these changes.
    fn texts(&self, changes: &BTreeMap<String, Change>) -> HashMap<String, String> {
        let now =
            |path: &String, file: &'_ File| changes.get(path).map_or_else(|| file.current.clone(), |c| c.text.clone());
        let texts = self.files.iter().map(|(path, file)| (path.clone(), now(path, file)));
        texts.filter(|(path, text)| self.files.get(path).is_some_and(|file| file.original != *text)).collect()
    }

    /// Makes the changes current.
    fn commit(&mut self, landed: &[usize], changes: BTreeMap<String, Change>) {
        for n in landed {
            let pending = &self.pending[*n];
            let record = &mut self.ledger.records[pending.record];
            record.outcome = Outcome::Accepted;
            record.round = self.round;
            self.works.push(Work::of(pending, &self.files));
        }
        for (path, change) in changes {
            if let Some(file) = self.files.get_mut(&path) {
                file.edits = file.edits.then(&change.edits, &file.original, &file.current);
                file.past.push(std::mem::replace(&mut file.current, change.text));
            }
        }
    }

    /// Enters a hit into the ledger and among the pending ones.
    pub fn admit(&mut self, hit: Hit, path: &str, here: &Original<'_>) {
        let mut record = here.record(self.engine, &hit, &self.files, self.source);
        let mut settled = hit.settled;
        // Landed in an earlier round, and would land on its own result for ever.
        let may_land = record.outcome == Outcome::Conflict;
        let before = |w: &Work| w.pass == hit.pass && w.path == path && repeats(record.span, w.span, &w.edits);
        if settled.is_none() && may_land && self.works.iter().any(before) {
            settled = Some(Outcome::RolledBack("would change its own result again".to_owned()));
        }
        let out = settled.is_some();
        record.outcome = settled.unwrap_or(record.outcome);
        self.ledger.records.push(record);
        let (record, path) = (self.ledger.records.len() - 1, path.to_owned());
        self.pending.push(Pending {
            pass: hit.pass,
            path,
            finding: hit.finding,
            record,
            ceiling: Applicability::Safe,
            out,
        });
    }

    /// The plan.
    pub fn finish(mut self) -> Plan {
        let ledger = &mut self.ledger;
        ledger.records.sort_by(|a, b| (&a.path, a.span, &a.codemod).cmp(&(&b.path, b.span, &b.codemod)));
        ledger.notes.sort_by(|a, b| (&a.path, a.start, a.end, &a.codemod).cmp(&(&b.path, b.start, b.end, &b.codemod)));
        ledger.skipped.sort();
        ledger.skipped.dedup();
        ledger.failures.sort();
        ledger.failures.dedup();
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
