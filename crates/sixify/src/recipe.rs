//! What an engine is made of, so that another one can be made of a part of it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use sixify_core::{
    Anchors, Applicability, Context, Document, EngineError, Kind, Meta, Observer, Options, Pass, PassError,
};
use sixify_langs::Policy;
use sixify_source::Threads;

/// Passes and options.
pub(crate) struct Recipe {
    pub passes: Vec<Arc<dyn Pass>>,
    pub policy: Policy,
    pub settings: BTreeMap<String, String>,
    pub threshold: Applicability,
    pub pool: Threads,
    pub observer: Option<Arc<dyn Observer + Send>>,
}

/// A pass that several engines share.
struct Lent(Arc<dyn Pass>);

impl Pass for Lent {
    fn meta(&self) -> &Meta {
        self.0.meta()
    }

    fn kinds(&self) -> &[Kind] {
        self.0.kinds()
    }

    fn anchors(&self) -> &Anchors {
        self.0.anchors()
    }

    fn run(&self, doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
        self.0.run(doc, cx)
    }
}

impl Recipe {
    /// An engine with the passes that are wanted.
    pub fn engine(&self, wanted: &dyn Fn(&str) -> bool) -> Result<sixify_core::Engine, EngineError> {
        let passes = self.passes.iter().filter(|pass| wanted(&pass.meta().id));
        let mut options = Options::default();
        options.insert(self.policy.clone());
        for (key, value) in &self.settings {
            options.set(key, value);
        }
        sixify_core::Engine::builder()
            .passes(passes.map(|pass| Box::new(Lent(pass.clone())) as Box<dyn Pass>))
            .options(options)
            .classifier(sixify_langs::Files)
            .embedders(sixify_langs::embedders())
            .verifiers(sixify_langs::verifiers())
            .resolvers(sixify_langs::resolvers())
            .threshold(self.threshold)
            .build()
    }

    /// Who watches.
    pub fn observer(&self) -> &dyn Observer {
        match &self.observer {
            Some(observer) => observer.as_ref(),
            None => &(),
        }
    }

    /// Who a codemod is.
    pub fn meta(&self, id: &str) -> Option<&Meta> {
        self.passes.iter().map(|pass| pass.meta()).find(|meta| meta.id == id)
    }
}

impl fmt::Debug for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recipe").field("policy", &self.policy).finish_non_exhaustive()
    }
}
