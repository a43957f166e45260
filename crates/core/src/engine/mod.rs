//! The engine: passes in, a plan out.

mod check;
mod file;
mod filters;
mod guard;
mod record;
mod repeat;
mod rounds;
mod scan;
mod suppress;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use thiserror::Error;

use crate::classify::Classifier;
use crate::finding::Applicability;
use crate::fix::NeedResolver;
use crate::layer::Embedder;
use crate::options::Options;
use crate::pass::Pass;
use crate::plan::Plan;
use crate::pool::{Observer, Pool};
use crate::project::Project;
use crate::source::{Entry, ReadError, Source};
use crate::verify::{KeepsLayout, Verifier};

use filters::Filters;

/// Rounds after which fixes that still get in each other's way are a conflict.
pub const MAX_ROUNDS: usize = 10;

/// An engine could not be built or a run could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// No classifier was given, so no file has a kind.
    #[error("an engine needs a classifier: EngineBuilder::classifier")]
    NoClassifier,
    /// Two passes have the same id.
    #[error("two codemods are called {0}")]
    DuplicateId(String),
    /// The source cannot be listed.
    #[error("cannot list the files: {0}")]
    Source(#[from] ReadError),
    /// The observer asked to end the run.
    #[error("the run was cancelled")]
    Cancelled,
}

/// Puts an engine together.
#[derive(Default)]
pub struct EngineBuilder {
    passes: Vec<Box<dyn Pass>>,
    options: Options,
    classifier: Option<Box<dyn Classifier>>,
    embedders: Vec<Box<dyn Embedder>>,
    verifiers: Vec<Box<dyn Verifier>>,
    resolvers: Vec<Box<dyn NeedResolver>>,
    threshold: Option<Applicability>,
    unfiltered: bool,
    tests: bool,
}

impl EngineBuilder {
    /// Adds passes.
    pub fn passes(mut self, passes: impl IntoIterator<Item = Box<dyn Pass>>) -> Self {
        self.passes.extend(passes);
        self
    }

    /// What the user asked for.
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Adds one typed value to what the user asked for.
    pub fn option<T: std::any::Any + Send + Sync>(mut self, value: T) -> Self {
        self.options.insert(value);
        self
    }

    /// Who tells the kind of a file.
    pub fn classifier(mut self, classifier: impl Classifier + 'static) -> Self {
        self.classifier = Some(Box::new(classifier));
        self
    }

    /// Adds finders of documents inside documents.
    pub fn embedders(mut self, embedders: impl IntoIterator<Item = Box<dyn Embedder>>) -> Self {
        self.embedders.extend(embedders);
        self
    }

    /// Adds checks; [`KeepsLayout`] is always there.
    pub fn verifiers(mut self, verifiers: impl IntoIterator<Item = Box<dyn Verifier>>) -> Self {
        self.verifiers.extend(verifiers);
        self
    }

    /// Adds those who write imports and look up dependencies.
    pub fn resolvers(mut self, resolvers: impl IntoIterator<Item = Box<dyn NeedResolver>>) -> Self {
        self.resolvers.extend(resolvers);
        self
    }

    /// The lowest applicability that is applied; safe unless said otherwise.
    pub fn threshold(mut self, threshold: Applicability) -> Self {
        self.threshold = Some(threshold.max(Applicability::Unsafe));
        self
    }

    /// Runs every pass on every document, to show that the prefilter only saves time.
    pub fn without_prefilter(mut self) -> Self {
        self.unfiltered = true;
        self
    }

    /// Whether files of tests are looked at, too (see [`crate::gate::test`]).
    pub fn tests(mut self, yes: bool) -> Self {
        self.tests = yes;
        self
    }

    /// Builds the engine.
    ///
    /// # Errors
    /// Without a classifier, or with two passes of one id.
    pub fn build(mut self) -> Result<Engine, EngineError> {
        let classifier = self.classifier.ok_or(EngineError::NoClassifier)?;
        // The order of the passes must not matter, so it is always the same one.
        self.passes.sort_by(|a, b| a.meta().id.cmp(&b.meta().id));
        if let Some(pair) = self.passes.windows(2).find(|w| w[0].meta().id == w[1].meta().id) {
            return Err(EngineError::DuplicateId(pair[0].meta().id.clone()));
        }
        self.verifiers.insert(0, Box::new(KeepsLayout));
        Ok(Engine {
            filters: Filters::new(&self.passes, &self.embedders),
            passes: self.passes,
            options: self.options,
            classifier,
            embedders: self.embedders,
            verifiers: self.verifiers,
            resolvers: self.resolvers,
            threshold: self.threshold.unwrap_or(Applicability::Safe),
            unfiltered: self.unfiltered,
            tests: self.tests,
        })
    }
}

/// Runs passes over a source and makes a [`Plan`].
pub struct Engine {
    passes: Vec<Box<dyn Pass>>,
    filters: Filters,
    options: Options,
    classifier: Box<dyn Classifier>,
    embedders: Vec<Box<dyn Embedder>>,
    verifiers: Vec<Box<dyn Verifier>>,
    resolvers: Vec<Box<dyn NeedResolver>>,
    threshold: Applicability,
    unfiltered: bool,
    tests: bool,
}

impl Engine {
    /// Starts building one.
    pub fn builder() -> EngineBuilder {
        EngineBuilder::default()
    }

    /// The passes in the order of their ids.
    pub fn passes(&self) -> impl Iterator<Item = &dyn Pass> {
        self.passes.iter().map(|p| p.as_ref())
    }

    /// The options every pass is given.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Makes the plan for a source. Writes nothing. The result is the same for every pool.
    ///
    /// # Errors
    /// When the source cannot be listed or the observer cancels.
    pub fn plan(&self, source: &dyn Source, pool: &dyn Pool, observer: &dyn Observer) -> Result<Plan, EngineError> {
        let mut listing = source.list()?;
        listing.files.sort_by(|a, b| a.path.cmp(&b.path));
        listing.files.dedup_by(|a, b| a.path == b.path);
        let mut project = Project::new(source, self.classifier.as_ref());
        let scanned = self.scan_all(&listing.files, &project, pool, observer, true)?;
        let mut run = rounds::Run::new(self, source, scanned);
        run.ledger.skipped.extend(listing.skipped);
        let look = |paths: &[String], project: &Project<'_>| {
            let entries: Vec<Entry> = paths.iter().map(Entry::new).collect();
            self.scan_all(&entries, project, pool, observer, false)
        };
        for _ in 0..MAX_ROUNDS {
            if !run.round(&mut project, &look, pool)? {
                break;
            }
        }
        Ok(run.finish())
    }

    /// Looks at every file and returns the results in the same order.
    fn scan_all(
        &self,
        entries: &[Entry],
        project: &Project<'_>,
        pool: &dyn Pool,
        observer: &dyn Observer,
        tell: bool,
    ) -> Result<Vec<scan::Scanned>, EngineError> {
        let slots: Vec<OnceLock<scan::Scanned>> = entries.iter().map(|_| OnceLock::new()).collect();
        let (done, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
        let blank = scan::Blank::default();
        pool.run(entries.len(), &|n| {
            let (Some(slot), Some(entry)) = (slots.get(n), entries.get(n)) else { return };
            if stopped.load(Ordering::Relaxed) || observer.cancelled() {
                return stopped.store(true, Ordering::Relaxed);
            }
            slot.get_or_init(|| self.scan(entry, project, &blank));
            if tell {
                observer.progress(done.fetch_add(1, Ordering::Relaxed) + 1, entries.len());
            }
        });
        if stopped.into_inner() || observer.cancelled() {
            return Err(EngineError::Cancelled);
        }
        // A file that the pool forgot is looked at here; none is lost in silence.
        let looked = slots.into_iter().zip(entries);
        Ok(looked.map(|(slot, entry)| slot.into_inner().unwrap_or_else(|| self.scan(entry, project, &blank))).collect())
    }
}
