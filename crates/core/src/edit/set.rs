//! Ordered sets of edits that can stand in one text.

use crate::edit::Edit;

/// Edits of one text in the order they stand in it, free of conflicts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditSet {
    edits: Vec<(usize, Edit)>,
}

impl EditSet {
    /// The empty set.
    pub fn new() -> Self {
        EditSet::default()
    }

    /// Makes a set of edits that come in order of their importance, the first one outermost where
    /// two wrap the same range. `None` when two of them conflict.
    pub fn of(edits: impl IntoIterator<Item = Edit>) -> Option<Self> {
        let mut set = EditSet::new();
        for (rank, edit) in edits.into_iter().enumerate() {
            if set.conflict(&edit).is_some() {
                return None;
            }
            set.push(rank, edit);
        }
        Some(set)
    }

    /// The edit of this set that `edit` cannot stand beside.
    pub fn conflict(&self, edit: &Edit) -> Option<&Edit> {
        self.edits.iter().map(|(_, e)| e).find(|e| e.conflicts(edit))
    }

    /// Adds an edit of the given rank (smaller ranks come first among equals). Identical edits
    /// coalesce and keep the smaller rank. The caller has asked [`EditSet::conflict`] before.
    pub fn push(&mut self, rank: usize, edit: Edit) {
        if edit.is_noop() {
            return;
        }
        if let Some(twin) = self.edits.iter().position(|(_, e)| *e == edit) {
            if self.edits[twin].0 <= rank {
                return;
            }
            self.edits.remove(twin);
        }
        let key = edit.order(rank);
        let at = self.edits.partition_point(|(r, e)| e.order(*r) <= key);
        self.edits.insert(at, (rank, edit));
    }

    /// The edits in the order of their places.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Edit> {
        self.edits.iter().map(|(_, e)| e)
    }

    /// How many edits there are.
    pub fn len(&self) -> usize {
        self.edits.len()
    }

    /// Whether there is no edit.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// The text with all edits made. `None` when an edit does not lie on character bounds of the
    /// text, that is, when the set was made for another one.
    pub fn apply(&self, text: &str) -> Option<String> {
        let grown: usize = self.iter().map(|e| e.text.len()).sum();
        let mut out = String::with_capacity(text.len() + grown);
        let mut done = 0;
        for edit in self.iter() {
            out.push_str(text.get(done..edit.span.start)?);
            out.push_str(&edit.text);
            done = edit.span.end;
            text.get(done..)?;
        }
        out.push_str(text.get(done..)?);
        Some(out)
    }
}
