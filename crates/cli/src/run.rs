//! What every command does first: configuration, engine, work tree, plan.

use std::path::{Path, PathBuf};

use sixify::config::FILE_NAME;
use sixify::{AddressMap, Config, Engine, EngineBuilder, GitTree, Plan, Source, WorkTree, codemods};

use crate::args::{Paths, Shared};
use crate::error::CliError;
use crate::progress::Progress;
use crate::{FOUND, INCOMPLETE};

/// A plan and what it was made from.
pub struct Planned {
    pub plan: Plan,
    pub tree: WorkTree,
    pub engine: Engine,
}

/// Makes the plan for what was named on the command line.
pub fn plan(shared: &Shared, paths: &Paths) -> Result<Planned, CliError> {
    let here = [PathBuf::from(".")];
    let paths: &[PathBuf] = if paths.paths.is_empty() { &here } else { &paths.paths };
    let tree = WorkTree::open_all(paths)?;
    let config = configuration(shared, tree.root())?;
    let tree = config.limit(tree)?;
    let progress = Progress::new();
    let engine = builder(shared, &config)?.observer(progress.clone()).build()?;
    let plan = engine.plan(&tree);
    progress.finish();
    Ok(Planned { plan: plan?, tree, engine })
}

/// A plan for a commit.
pub struct PlannedCommit {
    pub plan: Plan,
    pub tree: GitTree,
}

/// Makes the plan for a commit of a repository. The configuration is that of the commit, unless the
/// command line names another one.
pub fn plan_commit(shared: &Shared, repository: &Path, revision: &str) -> Result<PlannedCommit, CliError> {
    let tree = GitTree::open(repository, revision)?;
    let config = match &shared.config {
        Some(file) => Config::load(file)?,
        None => match tree.text(FILE_NAME) {
            Some(text) => Config::parse(&text, Path::new(FILE_NAME))?,
            None => Config::default(),
        },
    };
    let tree = if config.exclude.is_empty() { tree } else { tree.exclude("", &config.exclude)? };
    let progress = Progress::new();
    let engine = builder(shared, &config)?.observer(progress.clone()).build()?;
    let plan = engine.plan(&tree);
    progress.finish();
    Ok(PlannedCommit { plan: plan?, tree })
}

/// The engine as the configuration of a folder and the command line want it.
pub fn engine(shared: &Shared, folder: &Path) -> Result<Engine, CliError> {
    Ok(builder(shared, &configuration(shared, folder)?)?.build()?)
}

fn configuration(shared: &Shared, folder: &Path) -> Result<Config, CliError> {
    match shared.config.clone().or_else(|| Config::find(folder)) {
        Some(file) => Ok(Config::load(&file)?),
        None => Ok(Config::default()),
    }
}

/// What the command line says goes before what the configuration says.
fn builder(shared: &Shared, config: &Config) -> Result<EngineBuilder, CliError> {
    let mut builder = Engine::builder().codemods(codemods::all()).config(config).jobs(shared.jobs);
    if let Some(mode) = shared.mode {
        builder = builder.mode(mode);
    }
    if !shared.hosts.is_empty() {
        builder = builder.hosts(shared.hosts.iter().copied());
    }
    if shared.tests {
        builder = builder.tests(true);
    }
    if shared.allow_unsafe {
        builder = builder.allow_unsafe(true);
    }
    if !shared.only.is_empty() {
        builder = builder.only(shared.only.iter().cloned());
    }
    for (key, value) in &shared.set {
        builder = builder.set(key, value);
    }
    if let Some(file) = &shared.map {
        let named = |error: &dyn std::fmt::Display| CliError::Usage(format!("{}: {error}", file.display()));
        let text = std::fs::read_to_string(file).map_err(|error| named(&format_args!("cannot be read: {error}")))?;
        builder = builder.address_map(&AddressMap::parse(&text).map_err(|error| named(&error))?);
    }
    Ok(builder.skip(shared.skip.iter().cloned()))
}

/// The exit code for a plan, when it alone gives `found`.
pub fn code(plan: &Plan, shared: &Shared, found: u8) -> u8 {
    if plan.is_incomplete(shared.strict) { INCOMPLETE } else { found }
}

impl Planned {
    /// Whether there are findings that nobody asked to leave alone.
    pub fn has_findings(&self) -> bool {
        self.plan.ledger.records.iter().any(|record| record.outcome != sixify::Outcome::Suppressed)
    }

    /// The exit code, when findings alone give `found`.
    pub fn code(&self, shared: &Shared, found: u8) -> u8 {
        code(&self.plan, shared, found)
    }

    /// The exit code of a command that looks for findings.
    pub fn check_code(&self, shared: &Shared) -> u8 {
        self.code(shared, if self.has_findings() { FOUND } else { 0 })
    }

    /// The source of the plan.
    pub fn source(&self) -> &dyn Source {
        &self.tree
    }
}
