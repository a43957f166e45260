//! The prefilters of an engine, one for each kind of document.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::anchor::{Anchors, Prefilter};
use crate::classify::Kind;
use crate::layer::Embedder;
use crate::pass::Pass;

/// A document is searched only for what the passes of its kind need: the anchors of one language
/// are common words in another. One that may hold other documents is searched for everything.
pub(super) struct Filters {
    by_kind: BTreeMap<Kind, Lazy>,
    all: Lazy,
    passes: usize,
}

/// A prefilter that is built when the first document of its kind turns up.
struct Lazy {
    /// Of every pass in order; `None` for one that does not read the kind.
    anchors: Vec<Option<Anchors>>,
    built: OnceLock<Option<Prefilter>>,
}

impl Lazy {
    fn new(anchors: Vec<Option<Anchors>>) -> Lazy {
        Lazy { anchors, built: OnceLock::new() }
    }

    /// `None` when there are more anchors than an automaton can hold: then every pass runs, which
    /// costs time and nothing else.
    fn get(&self) -> Option<&Prefilter> {
        self.built.get_or_init(|| Prefilter::of(&self.anchors).ok()).as_ref()
    }
}

impl Filters {
    /// Those of these passes.
    pub fn new(passes: &[Box<dyn Pass>], embedders: &[Box<dyn Embedder>]) -> Filters {
        let holds = |kind: Kind| embedders.iter().any(|e| e.kinds().contains(&kind));
        let own = |kind: Kind| passes.iter().map(|p| p.kinds().contains(&kind).then(|| *p.anchors())).collect();
        let kinds = passes.iter().flat_map(|p| p.kinds()).copied().filter(|kind| !holds(*kind));
        Filters {
            by_kind: kinds.map(|kind| (kind, Lazy::new(own(kind)))).collect(),
            all: Lazy::new(passes.iter().map(|p| Some(*p.anchors())).collect()),
            passes: passes.len(),
        }
    }

    fn of(&self, kind: Kind) -> Option<&Prefilter> {
        self.by_kind.get(&kind).unwrap_or(&self.all).get()
    }

    /// Whether any pass may be hit; see [`Prefilter::perhaps`].
    pub fn perhaps(&self, kind: Kind, bytes: &[u8]) -> bool {
        self.of(kind).is_none_or(|filter| filter.perhaps(bytes))
    }

    /// For every pass whether its anchors are in the text.
    pub fn hits(&self, kind: Kind, text: &str) -> Vec<bool> {
        self.of(kind).map_or_else(|| vec![true; self.passes], |filter| filter.hits(text))
    }
}
