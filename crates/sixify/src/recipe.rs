//! What an engine is made of, so that another one can be made of a part of it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use sixify_codemods::catalog::{Api, Catalogs};
use sixify_core::{
    Anchors, Applicability, Context, Document, EngineError, Kind, Meta, Observer, Options, Pass, PassError,
};
use sixify_langs::Policy;
use sixify_source::Threads;

/// Passes and options.
pub(crate) struct Recipe {
    pub passes: Vec<Lent>,
    /// The catalogs with the user's rows, where there are some.
    pub catalogs: Option<Catalogs>,
    pub policy: Policy,
    pub settings: BTreeMap<String, String>,
    pub threshold: Applicability,
    pub tests: bool,
    pub pool: Threads,
    pub observer: Option<Arc<dyn Observer + Send>>,
}

/// A pass that several engines share.
#[derive(Clone)]
pub(crate) struct Lent {
    pass: Arc<dyn Pass>,
    anchors: Anchors,
}

impl Lent {
    /// A pass that also looks at files that name one of the user's APIs.
    pub fn new(pass: Box<dyn Pass>, apis: &[(String, Api)]) -> Lent {
        let reads = |language: &str| pass.kinds().iter().any(|kind| is_of(*kind, language));
        let own = *pass.anchors();
        let words: Vec<&str> = apis.iter().filter(|(language, _)| reads(language)).map(|(_, api)| api.word()).collect();
        let anchors = if own == Anchors::ALWAYS || words.is_empty() { own } else { widened(own, &words) };
        Lent { pass: Arc::from(pass), anchors }
    }
}

/// Whether documents of a kind are written in a language of the catalog.
fn is_of(kind: Kind, language: &str) -> bool {
    match language {
        "javascript" => ["javascript", "typescript", "tsx"].contains(&kind.0),
        "c" => ["c", "cpp"].contains(&kind.0),
        _ => kind.0 == language,
    }
}

/// Anchors that are also found by any of these words. Anchors live as long as the program, and so
/// do the few words that a user adds.
fn widened(Anchors(groups): Anchors, words: &[&str]) -> Anchors {
    let lent = |word: &&str| -> &'static [&'static str] { Box::leak(Box::new([&*Box::leak((*word).into())])) };
    Anchors(Box::leak(groups.iter().copied().chain(words.iter().map(lent)).collect()))
}

impl Pass for Lent {
    fn meta(&self) -> &Meta {
        self.pass.meta()
    }

    fn kinds(&self) -> &[Kind] {
        self.pass.kinds()
    }

    fn anchors(&self) -> &Anchors {
        &self.anchors
    }

    fn run(&self, doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
        self.pass.run(doc, cx)
    }
}

impl Recipe {
    /// An engine with the passes that are wanted.
    pub fn engine(&self, wanted: &dyn Fn(&str) -> bool) -> Result<sixify_core::Engine, EngineError> {
        let passes = self.passes.iter().filter(|pass| wanted(&pass.meta().id));
        let mut options = Options::default();
        options.insert(self.policy.clone());
        if let Some(catalogs) = &self.catalogs {
            options.insert(catalogs.clone());
        }
        for (key, value) in &self.settings {
            options.set(key, value);
        }
        sixify_core::Engine::builder()
            .passes(passes.map(|pass| Box::new(pass.clone()) as Box<dyn Pass>))
            .options(options)
            .classifier(sixify_langs::Files)
            .embedders(sixify_langs::embedders())
            .verifiers(sixify_langs::verifiers())
            .resolvers(sixify_langs::resolvers())
            .threshold(self.threshold)
            .tests(self.tests)
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
