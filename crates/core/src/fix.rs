//! Fixes: edits that land together or not at all, and what they need to be right.

use std::collections::BTreeMap;

use crate::document::Document;
use crate::edit::{Edit, EditSet};
use crate::project::Project;

/// A change of one or more files that makes sense only as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fix {
    /// Edits by path; the empty path stands for the document that is being looked at. Once the
    /// engine has taken the fix over, every path is a real one.
    pub edits: BTreeMap<String, Vec<Edit>>,
    /// What must be so for the fix to be right, beyond its edits.
    pub needs: Vec<Need>,
}

impl Fix {
    /// A fix without edits; add them with [`Fix::edit`].
    pub fn new() -> Self {
        Fix::default()
    }

    /// Adds an edit of the document that is being looked at.
    pub fn edit(mut self, edit: Edit) -> Self {
        self.edits.entry(String::new()).or_default().push(edit);
        self
    }

    /// Adds several edits of the document that is being looked at.
    pub fn edits(mut self, edits: impl IntoIterator<Item = Edit>) -> Self {
        self.edits.entry(String::new()).or_default().extend(edits);
        self
    }

    /// Adds an edit of another file. Its offsets refer to that file's text in the [`Project`].
    pub fn edit_in(mut self, path: impl Into<String>, edit: Edit) -> Self {
        self.edits.entry(path.into()).or_default().push(edit);
        self
    }

    /// Adds a need.
    pub fn need(mut self, need: Need) -> Self {
        self.needs.push(need);
        self
    }

    /// Whether the fix changes nothing and needs nothing.
    pub fn is_empty(&self) -> bool {
        self.needs.is_empty() && self.edits.values().flatten().all(Edit::is_noop)
    }
}

/// Something a fix needs besides its edits. Needs are united per file after it is known which
/// fixes land, and are met once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Need {
    /// A name that must be imported into the document that is being looked at.
    Import {
        /// What is imported: a package path, a module, a namespace.
        module: String,
        /// The member of the module, where the language imports members.
        member: Option<String>,
        /// The name under which the fix uses it.
        local: String,
    },
    /// A dependency that must be there in at least this version, as the project's manifests say.
    Dependency {
        /// The package manager's name for itself, such as `npm`, `nuget`, `go`.
        ecosystem: String,
        /// The package.
        name: String,
        /// The lowest version that will do.
        at_least: String,
    },
}

/// How the needs of one file are met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolution {
    /// Edits that meet the needs, in the same coordinates as the fixes.
    pub edits: Vec<Edit>,
    /// Needs that cannot be met, each with the reason; the fixes that have them do not land.
    pub unmet: Vec<(Need, String)>,
}

/// Meets the needs of accepted fixes. One resolver serves the documents it knows.
pub trait NeedResolver: Send + Sync {
    /// Whether this resolver knows documents of this kind.
    fn knows(&self, doc: &Document) -> bool;

    /// Edits that meet `needs`, given that `accepted` lands. Also removes what `accepted` leaves
    /// without use. The edits must not conflict with `accepted`.
    fn resolve(&self, doc: &Document, project: &Project<'_>, needs: &[Need], accepted: &EditSet) -> Resolution;
}
