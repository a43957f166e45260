//! The plan as the facade hands it out.

use std::ops::Deref;
use std::sync::Arc;

use sixify_core::EngineError;
use sixify_langs::Mode;
use sixify_source::Sink;
use sixify_source::git::{Branched, GitBranch, GitError, GitTree, Letter, Patch, Step, patch_series};
use thiserror::Error;

use crate::message::{Style, message};
use crate::recipe::Recipe;
use crate::report::Report;
use crate::split::{Group, split};

/// The commits of a plan could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CommitError {
    /// The repository says so.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The plan could not be divided.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Everything that would be written, and the account of it. Has all that
/// [`sixify_core::Plan`] has, and can be written and reported.
#[derive(Clone, Debug)]
pub struct Plan {
    plan: sixify_core::Plan,
    pub(crate) recipe: Arc<Recipe>,
    input: Option<String>,
}

impl Deref for Plan {
    type Target = sixify_core::Plan;

    fn deref(&self) -> &sixify_core::Plan {
        &self.plan
    }
}

impl Plan {
    pub(crate) fn new(plan: sixify_core::Plan, recipe: Arc<Recipe>, input: Option<String>) -> Self {
        Plan { plan, recipe, input }
    }

    /// The mode it was made in.
    pub fn mode(&self) -> Mode {
        self.recipe.policy.mode
    }

    /// The version of the source it was made for: the id of a commit, for a [`crate::GitTree`].
    pub fn input(&self) -> Option<&str> {
        self.input.as_deref()
    }

    /// Where the knowledge of a codemod comes from.
    pub fn references(&self, codemod: &str) -> &[String] {
        self.recipe.meta(codemod).map_or(&[], |meta| &meta.references)
    }

    /// Puts the changes on a branch, divided into commits as the branch says, each with a message that
    /// explains it. The final state is that of the plan, and each commit alone has passed the gates.
    /// A second run finds nothing to do.
    ///
    /// # Errors
    /// When the branch is somebody else's, a file is not as it was planned, or git fails. The branch is
    /// then as it was.
    pub fn commit(&self, branch: &GitBranch) -> Result<Branched, CommitError> {
        self.commit_with(branch, &Style::default())
    }

    /// The same with messages in another style.
    ///
    /// # Errors
    /// See [`Plan::commit`].
    pub fn commit_with(&self, branch: &GitBranch, style: &Style) -> Result<Branched, CommitError> {
        let (base, steps) = self.steps(branch, style)?;
        Ok(branch.put_steps(&base, &steps)?)
    }

    /// The commits that [`Plan::commit`] would make, as mails for `git am`, with a cover letter. The
    /// repository is only read.
    ///
    /// # Errors
    /// When a file is not as it was planned, or git fails.
    pub fn patches(&self, branch: &GitBranch, style: &Style) -> Result<Vec<Patch>, CommitError> {
        let (base, steps) = self.steps(branch, style)?;
        let text = self.pull_request(None);
        let letter = Letter { subject: text.title, text: text.body };
        Ok(patch_series(branch, &base, &steps, &letter)?)
    }

    /// The base, and what each commit does.
    fn steps(&self, branch: &GitBranch, style: &Style) -> Result<(String, Vec<Step>), CommitError> {
        let revision = branch.base_revision().or(self.input()).unwrap_or("HEAD");
        let tree = GitTree::open(branch.repository(), revision)?;
        let base = tree.commit();
        if self.plan.files.is_empty() {
            return Ok((base, Vec::new()));
        }
        let sign_off = branch.sign_off_line()?;
        let groups = split(self, &tree, branch.division())?;
        let step = |group: Group<'_>| Step {
            message: message(self, &group, &base, sign_off.as_deref(), style),
            files: group.files,
        };
        Ok((base.clone(), groups.into_iter().map(step).collect()))
    }

    /// Puts the changes where they belong, such as the [`crate::WorkTree`] they were made for.
    ///
    /// # Errors
    /// When the sink refuses the plan or fails; a work tree refuses a plan whose files have
    /// changed since it was made.
    pub fn write<S: Sink>(&self, sink: &S) -> Result<S::Report, S::Error> {
        sink.put(&self.plan)
    }

    /// The account of the run as data, for JSON and for other programs.
    pub fn report(&self) -> Report {
        Report::of(self)
    }

    /// Whether the run did not see all it should have: a codemod failed on a file or, when
    /// `strict`, something was skipped for a reason that is not a usual one (see
    /// [`is_usual_skip`]).
    pub fn is_incomplete(&self, strict: bool) -> bool {
        let ledger = &self.plan.ledger;
        !ledger.failures.is_empty() || (strict && ledger.skipped.iter().any(|skip| !is_usual_skip(&skip.reason)))
    }
}

/// Whether a file that was skipped for this reason is none of the user's own source: ignored,
/// excluded, vendored, made by a tool, version control, or of a kind that no codemod reads.
pub fn is_usual_skip(reason: &str) -> bool {
    const USUAL: [&str; 9] = [
        "ignored",
        "excluded",
        "vendored",
        "test",
        "generated",
        "lock file",
        "minified",
        "version control",
        "no codemod reads such files",
    ];
    USUAL.iter().any(|usual| reason.starts_with(usual))
}
