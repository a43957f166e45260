//! Passes: the one thing a codemod is made of.

use thiserror::Error;

use crate::anchor::Anchors;
use crate::classify::Kind;
use crate::document::Document;
use crate::finding::{Finding, Note};
use crate::options::Options;
use crate::project::Project;

/// Who a pass is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// Its id, `ecosystem/name`.
    pub id: String,
    /// One line for lists.
    pub title: String,
    /// The whole explanation in Markdown.
    pub docs: String,
    /// Where the knowledge comes from: manuals, standards, issue threads.
    pub references: Vec<String>,
    /// Among fixes of equal applicability that conflict, the more specific one lands. 0 is usual.
    pub specificity: u8,
}

/// A pass could not do its work on one document. The run goes on without it.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("{0}")]
pub struct PassError(pub String);

/// One rewrite pass. It is a pure function of the document, the options and the project: the
/// engine may run it on any thread, in any order, any number of times.
pub trait Pass: Send + Sync {
    /// Who the pass is.
    fn meta(&self) -> &Meta;

    /// The kinds of documents it reads.
    fn kinds(&self) -> &[Kind];

    /// Literals of which some must be in a document for the pass to have anything to say. They
    /// only save time: a document that passes the filter for no reason gives the same result.
    fn anchors(&self) -> &Anchors;

    /// Looks at a document and reports what it finds.
    ///
    /// # Errors
    /// When the pass cannot do its work on this document; what it has reported is dropped.
    fn run(&self, doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError>;
}

/// What a pass is given beside the document, and where it reports to.
pub struct Context<'a> {
    options: &'a Options,
    project: &'a Project<'a>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) notes: Vec<Note>,
}

impl<'a> Context<'a> {
    /// A context for calling a pass by hand.
    pub fn new(options: &'a Options, project: &'a Project<'a>) -> Self {
        Context { options, project, findings: Vec::new(), notes: Vec::new() }
    }

    /// The options of the run.
    pub fn options(&self) -> &'a Options {
        self.options
    }

    /// The other files.
    pub fn project(&self) -> &'a Project<'a> {
        self.project
    }

    /// Reports a finding.
    pub fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Records that a place was looked at and is right as it is.
    pub fn leave(&mut self, note: Note) {
        self.notes.push(note);
    }

    /// What was reported so far.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The notes taken so far.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }
}
