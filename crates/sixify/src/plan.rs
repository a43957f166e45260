//! The plan as the facade hands it out.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use sixify_langs::Mode;
use sixify_source::Sink;

use crate::report::Report;

/// Everything that would be written, and the account of it. Has all that
/// [`sixify_core::Plan`] has, and can be written and reported.
#[derive(Clone, Debug)]
pub struct Plan {
    plan: sixify_core::Plan,
    mode: Mode,
    references: Arc<BTreeMap<String, Vec<String>>>,
}

impl Deref for Plan {
    type Target = sixify_core::Plan;

    fn deref(&self) -> &sixify_core::Plan {
        &self.plan
    }
}

impl Plan {
    pub(crate) fn new(plan: sixify_core::Plan, mode: Mode, references: Arc<BTreeMap<String, Vec<String>>>) -> Self {
        Plan { plan, mode, references }
    }

    /// The mode it was made in.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Where the knowledge of a codemod comes from.
    pub fn references(&self, codemod: &str) -> &[String] {
        self.references.get(codemod).map_or(&[], Vec::as_slice)
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
    const USUAL: [&str; 8] = [
        "ignored",
        "excluded",
        "vendored",
        "generated",
        "lock file",
        "minified",
        "version control",
        "no codemod reads such files",
    ];
    USUAL.iter().any(|usual| reason.starts_with(usual))
}
