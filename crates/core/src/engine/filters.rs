//! The prefilters of an engine, one for each kind of document.

use std::collections::BTreeMap;

use aho_corasick::BuildError;

use crate::anchor::{Anchors, Prefilter};
use crate::classify::Kind;
use crate::layer::Embedder;
use crate::pass::Pass;

/// A document is searched only for what the passes of its kind need: the anchors of one language
/// are common words in another. One that may hold other documents is searched for everything.
pub(super) struct Filters {
    by_kind: BTreeMap<Kind, Prefilter>,
    all: Prefilter,
}

impl Filters {
    /// Builds them.
    ///
    /// # Errors
    /// When there are more literals than an automaton can hold.
    pub fn new(passes: &[Box<dyn Pass>], embedders: &[Box<dyn Embedder>]) -> Result<Filters, BuildError> {
        let holds = |kind: Kind| embedders.iter().any(|e| e.kinds().contains(&kind));
        let mut by_kind = BTreeMap::new();
        for kind in passes.iter().flat_map(|p| p.kinds()).copied().filter(|kind| !holds(*kind)) {
            if by_kind.contains_key(&kind) {
                continue;
            }
            let own: Vec<Option<Anchors>> =
                passes.iter().map(|p| p.kinds().contains(&kind).then(|| *p.anchors())).collect();
            by_kind.insert(kind, Prefilter::of(&own)?);
        }
        Ok(Filters { by_kind, all: Prefilter::new(passes.iter().map(|p| p.anchors()))? })
    }

    /// The one for documents of a kind.
    pub fn of(&self, kind: Kind) -> &Prefilter {
        self.by_kind.get(&kind).unwrap_or(&self.all)
    }
}
