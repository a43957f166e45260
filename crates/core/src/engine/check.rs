//! Whether fixes may land: what they need, and whether the result holds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::classify::Kind;
use crate::document::Document;
use crate::edit::EditSet;
use crate::engine::Engine;
use crate::engine::file::File;
use crate::engine::guard::guarded;
use crate::engine::rounds::Run;
use crate::finding::Applicability;
use crate::fix::Need;
use crate::ledger::Outcome;
use crate::pool::Pool;
use crate::project::Project;
use crate::verify::Violation;

/// What is to happen to a fix that may not land as it is.
pub(super) enum Verdict {
    /// It never lands.
    Out(Outcome),
    /// It becomes unsafe; the text says why.
    Demote(String),
    /// It stays out of this round; it may be right on top of what lands now.
    Wait,
}

/// Fixes, by their numbers among the pending ones, and what is to happen to them.
pub(super) type Objections = Vec<(usize, Verdict)>;

/// What one round makes of a file.
pub(super) struct Change {
    /// Edits of the current text.
    pub edits: EditSet,
    /// The new text.
    pub text: String,
}

/// A file that was in order in an earlier turn of the round. It is not looked at again as long as
/// the same fixes land in it in the same order, which make the same edits: one objection in a
/// thousand files costs one file.
pub(super) struct Held {
    landed: Vec<usize>,
    /// `None` when nothing is changed after all.
    change: Option<Change>,
}

/// The files that were in order, by path.
pub(super) type InOrder = BTreeMap<String, Held>;

impl Run<'_> {
    /// Adds what the landed fixes need and verifies every file that they change, side by side.
    ///
    /// # Errors
    /// What is to happen to the fixes that may not land; never empty. What is in order is kept for
    /// the next turn.
    pub(super) fn check(
        &self,
        merged: &BTreeMap<String, EditSet>,
        landed: &[usize],
        project: &Project<'_>,
        pool: &dyn Pool,
        in_order: &mut InOrder,
    ) -> Result<BTreeMap<String, Change>, Objections> {
        let mut touched: BTreeMap<&String, Vec<usize>> = merged.keys().map(|path| (path, Vec::new())).collect();
        for n in landed {
            let own = self.pending[*n].finding.fix.iter().flat_map(|fix| fix.edits.keys());
            let needy = Some(&self.pending[*n].path).filter(|_| !self.needs(*n).is_empty());
            for path in own.chain(needy).collect::<BTreeSet<_>>() {
                touched.entry(path).or_default().push(*n);
            }
        }
        let mut held = InOrder::new();
        let mut open = Vec::new();
        for (path, landed) in touched {
            let Some(file) = self.files.get(path) else { continue };
            match in_order.remove(path) {
                Some(one) if one.landed == landed => _ = held.insert(path.clone(), one),
                _ => open.push((path, file, landed, merged.get(path).cloned().unwrap_or_default())),
            }
        }
        let slots: Vec<OnceLock<Result<Option<Change>, Objections>>> = open.iter().map(|_| OnceLock::new()).collect();
        let one = |n: usize| {
            let (path, file, landed, merged) = &open[n];
            self.check_file(path, file, landed, merged, project)
        };
        pool.run(open.len(), &|n| _ = slots.get(n).map(|slot| slot.get_or_init(|| one(n))));
        // A file that the pool forgot is looked at here.
        let found: Vec<_> =
            slots.into_iter().enumerate().map(|(n, s)| s.into_inner().unwrap_or_else(|| one(n))).collect();
        let mut objections = Vec::new();
        for (found, (path, _, landed, _)) in found.into_iter().zip(open) {
            match found {
                Ok(change) => _ = held.insert(path.clone(), Held { landed, change }),
                Err(more) => objections.extend(more),
            }
        }
        if objections.is_empty() {
            return Ok(held.into_iter().filter_map(|(path, one)| Some((path, one.change?))).collect());
        }
        *in_order = held;
        Err(objections)
    }

    /// What the landed fixes of one file make of it; `None` when that is nothing.
    fn check_file(
        &self,
        path: &str,
        file: &File,
        landed: &[usize],
        merged: &EditSet,
        project: &Project<'_>,
    ) -> Result<Option<Change>, Objections> {
        let classifier = self.engine.classifier.as_ref();
        let kind = classifier.by_content(path, &file.current).or_else(|| classifier.by_path(path));
        let doc = Document::new(path, kind.unwrap_or(Kind("")), file.current.clone(), file.layout.clone());
        let edits = self.with_needs(path, &doc, project, merged, landed)?;
        let (text, broken) = self.engine.verify(&doc, &edits);
        let found = self.blame(&doc, path, landed, project, &broken);
        if !found.is_empty() {
            return Err(found);
        }
        if file.past.contains(&text) {
            // Two codemods that undo each other would go on for ever.
            return Err(self.rolled_back(path, landed, "would undo what another fix has changed"));
        }
        Ok((!edits.is_empty()).then_some(Change { edits, text }))
    }

    fn needs(&self, n: usize) -> &[Need] {
        self.pending[n].finding.fix.as_ref().map_or(&[], |fix| fix.needs.as_slice())
    }

    /// The landed fixes that change a file, by their edits or their needs.
    fn touching<'l>(&'l self, path: &'l str, landed: &'l [usize]) -> impl Iterator<Item = usize> + 'l {
        landed.iter().copied().filter(move |n| {
            let edits = self.pending[*n].finding.fix.as_ref().is_some_and(|f| f.edits.contains_key(path));
            edits || (self.pending[*n].path == path && !self.needs(*n).is_empty())
        })
    }

    /// The edits with those that meet the needs of the landed fixes of this file.
    fn with_needs(
        &self,
        path: &str,
        doc: &Document,
        project: &Project<'_>,
        accepted: &EditSet,
        landed: &[usize],
    ) -> Result<EditSet, Objections> {
        let unmet = |n: usize, why: &str| (n, Verdict::Out(Outcome::UnmetNeed(why.to_owned())));
        let needing: Vec<usize> =
            landed.iter().copied().filter(|n| self.pending[*n].path == path && !self.needs(*n).is_empty()).collect();
        let needs: BTreeSet<&Need> = needing.iter().flat_map(|n| self.needs(*n)).collect();
        let needs: Vec<Need> = needs.into_iter().cloned().collect();
        let Some(resolver) = self.engine.resolvers.iter().find(|r| r.knows(doc)) else {
            let found: Objections =
                needing.iter().map(|n| unmet(*n, "nothing can be imported into such files")).collect();
            return if found.is_empty() { Ok(accepted.clone()) } else { Err(found) };
        };
        let resolution = match guarded(|| resolver.resolve(doc, project, &needs, accepted)) {
            Ok(resolution) => resolution,
            Err(why) if needing.is_empty() => return Err(self.rolled_back(path, landed, &why)),
            Err(why) => return Err(needing.iter().map(|n| unmet(*n, &why)).collect()),
        };
        let mut found = Vec::new();
        for (need, why) in &resolution.unmet {
            found.extend(needing.iter().filter(|n| self.needs(**n).contains(need)).map(|n| unmet(*n, why)));
        }
        if !found.is_empty() {
            return Err(found);
        }
        let mut edits = accepted.clone();
        // Behind everything that the fixes put at the same place.
        let rank = usize::MAX / 2;
        for (i, mut edit) in resolution.edits.into_iter().enumerate() {
            edit.text = doc.layout.adapt(&doc.text, edit.span.start, &edit.text);
            if edits.conflict(&edit).is_none() {
                edits.push(rank + i, edit);
                continue;
            }
            // Another fix changes the very imports: those that need one come after it.
            let clashes = |n: &usize| {
                let fix = self.pending[*n].finding.fix.as_ref();
                fix.and_then(|f| f.edits.get(path)).is_some_and(|own| own.iter().any(|e| e.conflicts(&edit)))
            };
            let clashing: Vec<usize> = landed.iter().copied().filter(clashes).collect();
            let waiting: Vec<usize> = needing.iter().copied().filter(|n| !clashing.contains(n)).collect();
            return Err(match (clashing.is_empty(), waiting.is_empty(), needing.last()) {
                (false, false, _) => waiting.into_iter().map(|n| (n, Verdict::Wait)).collect(),
                (false, true, Some(n)) => vec![unmet(*n, "it changes the place of the import that it needs")],
                (true, _, Some(_)) => needing.iter().map(|n| unmet(*n, "its import cannot be written")).collect(),
                (_, _, None) => self.rolled_back(path, landed, "the imports cannot be put right beside it"),
            });
        }
        Ok(edits)
    }

    /// All landed fixes of a file are out.
    fn rolled_back(&self, path: &str, landed: &[usize], why: &str) -> Objections {
        self.touching(path, landed).map(|n| (n, Verdict::Out(Outcome::RolledBack(why.to_owned())))).collect()
    }

    /// Which fixes broke the file: those that do so alone, or else the last one, which may be
    /// right on top of the others and waits.
    fn blame(
        &self,
        doc: &Document,
        path: &str,
        landed: &[usize],
        project: &Project<'_>,
        broken: &[Violation],
    ) -> Objections {
        if broken.is_empty() {
            return Vec::new();
        }
        let unsafe_is_fine = self.engine.threshold == Applicability::Unsafe;
        let touching: Vec<usize> = self.touching(path, landed).collect();
        let mut found = Vec::new();
        for n in &touching {
            let own =
                self.pending[*n].finding.fix.as_ref().and_then(|f| f.edits.get(path)).cloned().unwrap_or_default();
            let alone = EditSet::of(own).and_then(|set| self.with_needs(path, doc, project, &set, &[*n]).ok());
            let broken = alone.map(|set| self.engine.verify(doc, &set).1).unwrap_or_default();
            if broken.iter().any(|v| !v.demotes) {
                found.push((*n, Verdict::Out(Outcome::RolledBack(why(&broken)))));
            } else if !broken.is_empty() && self.pending[*n].finding.applicability > Applicability::Unsafe {
                found.push((*n, Verdict::Demote(why(&broken))));
            }
        }
        let breaks = broken.iter().any(|v| !v.demotes);
        match touching.last() {
            Some(last) if found.is_empty() && (breaks || !unsafe_is_fine) => match touching.len() {
                1 => vec![(*last, Verdict::Out(Outcome::RolledBack(why(broken))))],
                _ => vec![(*last, Verdict::Wait)],
            },
            _ => found,
        }
    }
}

impl Engine {
    /// The new text of a document and what is wrong with it.
    pub(super) fn verify(&self, doc: &Document, edits: &EditSet) -> (String, Vec<Violation>) {
        let Some(text) = edits.apply(&doc.text) else {
            return (doc.text.clone(), vec![Violation::breaks("an edit does not lie on character bounds")]);
        };
        let after = doc.with_text(text);
        let mut broken = Vec::new();
        for verifier in &self.verifiers {
            let found = guarded(|| verifier.verify(doc, &after, edits));
            broken.extend(found.unwrap_or_else(|why| vec![Violation::breaks(format!("a check {why}"))]));
        }
        (after.text, broken)
    }
}

/// All that is wrong, in one line.
pub(super) fn why(broken: &[Violation]) -> String {
    broken.iter().map(|v| v.what.as_str()).collect::<Vec<_>>().join("; ")
}
