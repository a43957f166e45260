//! Edits: a byte range and what stands there instead, and ordered sets of them.

mod map;
mod set;

pub use set::EditSet;

use crate::span::Span;

/// How an insertion belongs to the text around it. It decides the order of several insertions at
/// one place, so that wraps nest whatever order they arrive in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Anchor {
    /// A replacement or deletion, or an insertion that belongs to nothing.
    Plain,
    /// An insertion that opens a wrap around the given range; it stands at the range's start.
    Opens(Span),
    /// An insertion that closes a wrap around the given range; it stands at the range's end.
    Closes(Span),
}

/// One change: the bytes of `span` become `text`. Offsets refer to the decoded text of the
/// document before any edit of the same round. In `text` a line end is always `\n`; the engine
/// writes it as the file around it does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What stands there instead; empty for a deletion.
    pub text: String,
    /// Which wrap an insertion belongs to.
    pub anchor: Anchor,
    /// What the wrap puts at its other end. `f(x)` and `g(x)` close alike; without this the two
    /// closing brackets would be taken for one edit.
    pub(crate) pair: String,
}

impl Edit {
    /// Replaces a range.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Edit { span, text: text.into(), anchor: Anchor::Plain, pair: String::new() }
    }

    /// Inserts before the byte at `at`. Two equal insertions at one place are one edit, and an
    /// insertion at the end of a wrap stands outside of it; brackets belong in [`Edit::wrap`].
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Edit::replace(Span::at(at), text)
    }

    /// Deletes a range.
    pub fn delete(span: Span) -> Self {
        Edit::replace(span, "")
    }

    /// Puts `before` and `after` around a range whose inside stays free for other edits. Around
    /// an empty range that is one insertion (and a second edit that does nothing).
    pub fn wrap(span: Span, before: impl Into<String>, after: impl Into<String>) -> [Self; 2] {
        let (before, after) = (before.into(), after.into());
        if span.is_empty() {
            return [Edit::insert(span.start, before + &after), Edit::insert(span.end, "")];
        }
        let (opens, closes) = (Anchor::Opens(span), Anchor::Closes(span));
        [
            Edit { span: Span::at(span.start), text: before.clone(), anchor: opens, pair: after.clone() },
            Edit { span: Span::at(span.end), text: after, anchor: closes, pair: before },
        ]
    }

    /// Whether the edit changes nothing.
    pub fn is_noop(&self) -> bool {
        self.span.is_empty() && self.text.is_empty()
    }

    /// The range this edit wraps, if it is part of a wrap.
    fn wrapped(&self) -> Option<Span> {
        match self.anchor {
            Anchor::Plain => None,
            Anchor::Opens(span) | Anchor::Closes(span) => Some(span),
        }
    }

    /// Whether both edits cannot stand in one text. Identical edits do not conflict.
    pub fn conflicts(&self, other: &Edit) -> bool {
        if self == other || self.is_noop() || other.is_noop() {
            return false;
        }
        match (self.wrapped(), other.wrapped()) {
            // Two wraps must nest or stand apart.
            (Some(a), Some(b)) => a.overlaps(b) && !a.contains(b) && !b.contains(a),
            // What is replaced must lie wholly within the wrap or outside of it: a replacement
            // that swallows the wrapped text knows nothing of the wrap.
            (Some(wrapped), None) => wrapped.overlaps(other.span) && !wrapped.contains(other.span),
            (None, Some(wrapped)) => wrapped.overlaps(self.span) && !wrapped.contains(self.span),
            // Any shared byte, and an insertion inside replaced text, which would vanish with it.
            // Insertions at one place stand side by side.
            (None, None) => self.span.overlaps(other.span),
        }
    }

    /// Sort key within one set. At one offset: what closes a wrap there (inner wraps first), then
    /// plain insertions, then what opens one (outer wraps first), then the replacement.
    fn order(&self, rank: usize) -> (usize, u8, usize, usize) {
        let last = usize::MAX;
        match self.anchor {
            Anchor::Closes(span) => (self.span.start, 0, last - span.start, last - rank),
            Anchor::Plain if self.span.is_empty() => (self.span.start, 1, rank, 0),
            Anchor::Opens(span) => (self.span.start, 2, last - span.end, rank),
            Anchor::Plain => (self.span.start, 3, rank, 0),
        }
    }
}
