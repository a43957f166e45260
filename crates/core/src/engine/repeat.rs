//! Looking again: which findings of a changed text are old ones, and which are a codemod's own
//! result, found a second time.

use std::collections::{BTreeMap, HashSet};

use crate::edit::EditSet;
use crate::engine::check::Change;
use crate::engine::file::File;
use crate::engine::record::{Original, open_outcome};
use crate::engine::rounds::{Pending, Run};
use crate::engine::scan::{Hit, Scanned};
use crate::layout::Layout;
use crate::ledger::Outcome;
use crate::span::Span;

/// What a fix that has landed did, in the coordinates of the original file of its finding.
pub(super) struct Work {
    pub pass: usize,
    pub path: String,
    /// The finding.
    pub span: Span,
    /// The edits in the same file.
    pub edits: Vec<Span>,
}

impl Work {
    /// Before the changes of its round are made current.
    pub fn of(pending: &Pending, files: &BTreeMap<String, File>) -> Self {
        let back = |span: Span| files.get(&pending.path).map_or(span, |file| file.edits.back(span));
        let own = own_edits(pending).into_iter().map(back).collect();
        Work { pass: pending.pass, path: pending.path.clone(), span: back(pending.finding.span), edits: own }
    }
}

fn own_edits(pending: &Pending) -> Vec<Span> {
    let edits = pending.finding.fix.as_ref().and_then(|fix| fix.edits.get(&pending.path));
    edits.into_iter().flatten().map(|e| e.span).collect()
}

/// Whether a hit that came from `old` is what a fix left behind: the place of its finding again,
/// or something that lies wholly in what it wrote.
pub(super) fn repeats(old: Span, finding: Span, edits: &[Span]) -> bool {
    old == finding || edits.iter().any(|edit| edit.contains(old))
}

/// For every hit of every file the pending finding that it is, if it is one.
pub(super) type Twins = Vec<Vec<Option<usize>>>;

impl Run<'_> {
    /// Finds out which hits are findings that are still open. An exact match counts more than an
    /// overlap, and no finding has two twins.
    pub(super) fn twins(&self, landed: &[usize], changes: &BTreeMap<String, Change>, scanned: &[Scanned]) -> Twins {
        let mut taken: HashSet<usize> = landed.iter().copied().collect();
        let mut all = Vec::new();
        for one in scanned {
            let open: Vec<usize> = (0..self.pending.len()).filter(|n| self.pending[*n].path == one.path).collect();
            let edits = changes.get(&one.path).map(|c| &c.edits);
            let mut twins = vec![None; one.hits.len()];
            for likeness in (1..=LIKENESS).rev() {
                for (hit, twin) in one.hits.iter().zip(&mut twins).filter(|(_, twin)| twin.is_none()) {
                    let old = before(edits, hit);
                    let is = |n: &&usize| !taken.contains(n) && alike(hit, old, &self.pending[**n]) == likeness;
                    *twin = open.iter().find(is).copied();
                    taken.extend(*twin);
                }
            }
            all.push(twins);
        }
        all
    }

    /// The landed fixes whose codemod would change their result again.
    pub(super) fn repeated(
        &self,
        landed: &[usize],
        changes: &BTreeMap<String, Change>,
        scanned: &[Scanned],
        twins: &Twins,
    ) -> Vec<usize> {
        let mut guilty = Vec::new();
        for (one, twins) in scanned.iter().zip(twins) {
            let edits = changes.get(&one.path).map(|c| &c.edits);
            let threshold = self.engine.threshold;
            for (hit, _) in one.hits.iter().zip(twins).filter(|(_, twin)| twin.is_none()) {
                if hit.settled.is_some() || open_outcome(&hit.finding, threshold) != Outcome::Conflict {
                    continue;
                }
                let old = before(edits, hit);
                guilty.extend(landed.iter().copied().filter(|n| {
                    let pending = &self.pending[*n];
                    let own = pending.pass == hit.pass && pending.path == one.path;
                    own && repeats(old, pending.finding.span, &own_edits(pending))
                }));
            }
        }
        guilty.sort_unstable();
        guilty.dedup();
        guilty
    }

    /// Takes in what the files look like after a round, with the changes made current.
    pub(super) fn take_in(&mut self, landed: &[usize], scanned: Vec<Scanned>, twins: Twins) {
        let mut gone: HashSet<usize> = landed.iter().copied().collect();
        let mut new = Vec::new();
        for (one, twins) in scanned.into_iter().zip(twins) {
            let known: HashSet<usize> = twins.iter().flatten().copied().collect();
            let failed: HashSet<&str> = one.failures.iter().map(|f| f.codemod.as_str()).collect();
            for n in 0..self.pending.len() {
                if self.pending[n].path != one.path || known.contains(&n) || gone.contains(&n) {
                    continue;
                }
                let codemod = &self.engine.passes[self.pending[n].pass].meta().id;
                if failed.contains(codemod.as_str()) {
                    self.stranded(n);
                    continue;
                }
                gone.insert(n);
                if !self.pending[n].out {
                    self.ledger.records[self.pending[n].record].outcome = Outcome::Superseded;
                }
            }
            self.ledger.failures.extend(one.failures);
            for (hit, twin) in one.hits.into_iter().zip(twins) {
                match twin {
                    Some(n) => self.renew(n, hit),
                    None => new.push((one.path.clone(), hit)),
                }
            }
        }
        let mut n = 0;
        self.pending.retain(|_| {
            n += 1;
            !gone.contains(&(n - 1))
        });
        for (path, hit) in new {
            self.with_original(&path, |run, here| run.admit(hit, &path, here));
        }
    }

    /// A finding whose codemod failed when it looked again: what it said still stands, but its fix
    /// was made for another text.
    fn stranded(&mut self, n: usize) {
        if self.ledger.records[self.pending[n].record].outcome == Outcome::Conflict {
            self.take_out(n, Outcome::RolledBack("the codemod failed on the text that other fixes left".to_owned()));
        }
        self.pending[n].out = true;
    }

    /// A pending finding as it is in the changed text. The ledger keeps what was said of the
    /// original one.
    fn renew(&mut self, n: usize, hit: Hit) {
        let pending = &mut self.pending[n];
        pending.finding = hit.finding;
        // Never raise what the engine has lowered.
        pending.finding.applicability = pending.finding.applicability.min(pending.ceiling);
        if pending.out {
            return;
        }
        let record = &mut self.ledger.records[pending.record];
        record.applicability = pending.finding.applicability;
        record.outcome = open_outcome(&pending.finding, self.engine.threshold);
        if record.edits.is_empty() {
            // It has got its fix only now.
            let path = pending.path.clone();
            self.with_original(&path, |run, here| {
                let edits = here.edits_of(&run.pending[n].finding, &run.files, run.source);
                run.ledger.records[run.pending[n].record].edits = edits;
            });
        }
        if let Some(outcome) = hit.settled {
            self.take_out(n, outcome);
        }
    }

    /// Does something that needs a file as it was before the run and changes the ledger.
    fn with_original(&mut self, path: &str, act: impl FnOnce(&mut Self, &Original<'_>)) {
        if let Some(file) = self.files.remove(path) {
            act(self, &Original::of(path, &file));
            self.files.insert(path.to_owned(), file);
        } else if let Some((text, layout)) = self.source.read(path).ok().and_then(|b| Layout::decode(&b).ok()) {
            act(self, &Original::unchanged(path, &text, &layout));
        }
    }
}

/// Where a hit was before the round.
fn before(edits: Option<&EditSet>, hit: &Hit) -> Span {
    edits.map_or(hit.finding.span, |edits| edits.back(hit.finding.span))
}

/// The highest value of [`alike`].
const LIKENESS: usize = 4;

/// How much a hit that came from `old` is like a pending finding; 0 when it cannot be the same.
fn alike(hit: &Hit, old: Span, pending: &Pending) -> usize {
    let place = pending.finding.span;
    if hit.pass != pending.pass || !(old == place || old.overlaps(place)) {
        return 0;
    }
    let said = hit.finding.message == pending.finding.message && hit.finding.role == pending.finding.role;
    1 + 2 * usize::from(old == place) + usize::from(said)
}
