//! The engine with everything that sixify knows of languages in it.

use std::sync::Arc;

use sixify_core::source::Memory;
use sixify_core::{Classifier, EngineError, Meta, Pass, Source};
use sixify_langs::{Files, Policy};
use thiserror::Error;

use crate::builder::EngineBuilder;
use crate::plan::Plan;
use crate::recipe::Recipe;

/// An engine could not be built or a run could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// An id that no codemod has.
    #[error("there is no codemod {0:?}")]
    UnknownCodemod(String),
    /// A setting whose name does not begin with the id of a codemod.
    #[error("the setting {0:?} is for no codemod; settings are called as in \"go/outbound-probe.target\"")]
    UnknownSetting(String),
    /// No codemods were given, or all of them were left out.
    #[error("there is no codemod to run")]
    NothingToRun,
    /// The engine says so.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Runs codemods over a source and makes a [`Plan`].
pub struct Engine {
    engine: sixify_core::Engine,
    recipe: Arc<Recipe>,
}

/// Who reads a file, see [`Engine::readers`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readers<'a> {
    /// What kind of document the file is, such as `go`; `None` when sixify does not know it.
    pub kind: Option<&'static str>,
    /// The ids of the codemods that read such documents, in order.
    pub codemods: Vec<&'a str>,
}

impl Engine {
    /// Starts building one.
    pub fn builder() -> EngineBuilder {
        EngineBuilder::default()
    }

    pub(crate) fn new(recipe: Recipe) -> Result<Self, Error> {
        Ok(Engine { engine: recipe.engine(&|_| true)?, recipe: Arc::new(recipe) })
    }

    /// Makes the plan for a source. Writes nothing. The result is the same for any number of
    /// threads.
    ///
    /// # Errors
    /// When the source cannot be listed or the observer cancels.
    pub fn plan(&self, source: &dyn Source) -> Result<Plan, Error> {
        let plan = self.engine.plan(source, &self.recipe.pool, self.recipe.observer())?;
        Ok(Plan::new(plan, self.recipe.clone(), source.version()))
    }

    /// The mode and the guarantee set.
    pub fn policy(&self) -> &Policy {
        &self.recipe.policy
    }

    /// The codemods that run, in order of their ids.
    pub fn codemods(&self) -> impl Iterator<Item = &Meta> {
        self.engine.passes().map(Pass::meta)
    }

    /// The kinds of documents that a codemod reads, such as `go`; none when it is not there.
    pub fn kinds(&self, id: &str) -> Vec<&'static str> {
        let pass = self.engine.passes().find(|pass| pass.meta().id == id);
        pass.map_or(&[][..], Pass::kinds).iter().map(|kind| kind.0).collect()
    }

    /// Who reads a file of this path and text. Codemods may also read documents inside of it,
    /// which this does not tell.
    pub fn readers(&self, path: &str, text: &str) -> Readers<'_> {
        let Some(kind) = Files.by_content(path, text) else { return Readers::default() };
        let reading = self.engine.passes().filter(|pass| pass.kinds().contains(&kind));
        Readers { kind: Some(kind.0), codemods: reading.map(|pass| pass.meta().id.as_str()).collect() }
    }
}

/// Plans the change of one text, as if it were the only file of a folder. `path` tells what kind
/// of document it is. The new text, if any, is in `plan.file(path)`.
///
/// # Errors
/// When the observer of the engine cancels.
pub fn patch_text(path: &str, text: &str, engine: &Engine) -> Result<Plan, Error> {
    engine.plan(&Memory::new().with(path, text))
}
