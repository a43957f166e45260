//! Layers: documents that stand inside other documents.
//!
//! A ConfigMap key holds a `redis.conf`, a Dockerfile line holds a shell command. An [`Embedder`]
//! finds such texts, decodes them and says which bytes of the inner text are which bytes of the
//! outer one. Passes then run on the inner document as if it were a file; their edits are mapped
//! outwards, and the change is proven: the changed outer document is taken apart again and must
//! hold the changed inner one.

use std::sync::Arc;

use crate::classify::Kind;
use crate::document::Document;
use crate::edit::{Anchor, Edit, EditSet};
use crate::fix::Fix;
use crate::span::Span;

/// Writes new inner text as the outer document needs it: escapes, quotes, indentation.
pub trait Codec: Send + Sync {
    /// The outer text for new inner text that is to stand at `at` of the outer document; `None`
    /// when the host cannot hold it there.
    fn encode(&self, new: &str, outer: &str, at: Span) -> Option<String>;
}

/// A stretch of inner text that stands byte for byte in the outer text. A `\r\n` that the inner
/// text has as `\n` is no such stretch. A stretch without length marks where new text may stand
/// when nothing else does: in an empty text, on an empty line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Offset in the inner text.
    pub inner: usize,
    /// Offset in the outer text.
    pub outer: usize,
    /// Length in bytes.
    pub len: usize,
}

/// One document inside another.
#[derive(Clone)]
pub struct Embedded {
    /// What kind of document it is.
    pub kind: Kind,
    /// Where it stands, for people, such as `data key redis.conf`.
    pub name: String,
    /// Its decoded text, with `\n` line ends.
    pub text: String,
    /// Which bytes of it are which of the outer text, in order. What lies between is escaped.
    pub segments: Vec<Segment>,
    /// Writes new text for the place.
    pub codec: Arc<dyn Codec>,
}

/// Finds the documents inside a document.
pub trait Embedder: Send + Sync {
    /// The kinds of documents it looks into.
    fn kinds(&self) -> &[Kind];

    /// The documents in this one, in order of their places.
    fn embed(&self, doc: &Document) -> Vec<Embedded>;
}

impl Embedded {
    /// Where a range of the inner text stands in the outer one; `None` when one of its ends lies
    /// within an escape.
    ///
    /// Between two segments that follow each other in the inner text there may be outer text that
    /// means nothing, such as the indentation of a line. An insertion there, and what follows the
    /// end of whole lines, stands behind it; other text ends before it.
    pub fn outward(&self, span: Span) -> Option<Span> {
        let start = self.starts(span.start).or_else(|| self.ends(span.start))?;
        if span.is_empty() {
            return Some(Span::at(start));
        }
        let whole_lines = span.text(&self.text).ends_with('\n');
        let (starts, ends) = (self.starts(span.end), self.ends(span.end));
        Some(Span::new(start, if whole_lines { starts.or(ends) } else { ends.or(starts) }?))
    }

    /// The outer place of an inner one that some segment holds, or that an empty one stands at.
    fn starts(&self, inner: usize) -> Option<usize> {
        let holds = |s: &&Segment| s.inner <= inner && inner < s.inner + s.len.max(1);
        self.segments.iter().find(holds).map(|s| s.outer + (inner - s.inner))
    }

    /// The outer place of an inner one at which, or behind which, some segment ends.
    fn ends(&self, inner: usize) -> Option<usize> {
        let holds = |s: &&Segment| s.inner < inner && inner <= s.inner + s.len;
        self.segments.iter().find(holds).map(|s| s.outer + (inner - s.inner))
    }

    /// The same fix for the outer document, proven by taking the changed document apart again.
    ///
    /// # Errors
    /// Says why the fix cannot be carried outwards.
    pub(crate) fn carry(&self, fix: Fix, outer: &Document, nth: usize, by: &dyn Embedder) -> Result<Fix, String> {
        let mut carried = Fix { needs: fix.needs, ..Fix::default() };
        for (path, edits) in fix.edits {
            if !path.is_empty() {
                carried.edits.insert(path, edits);
                continue;
            }
            let mut outward = Vec::new();
            for edit in &edits {
                outward.push(self.edit(edit, outer).ok_or("its place is escaped in the outer document")?);
            }
            let inner = EditSet::of(edits).and_then(|set| set.apply(&self.text)).ok_or("its edits overlap")?;
            let text =
                EditSet::of(outward.clone()).and_then(|set| set.apply(&outer.text)).ok_or("its edits overlap")?;
            if by.embed(&outer.with_text(text)).get(nth).map(|e| e.text.as_str()) != Some(inner.as_str()) {
                return Err("the outer document would not hold the changed text".to_owned());
            }
            carried.edits.insert(String::new(), outward);
        }
        Ok(carried)
    }

    fn edit(&self, edit: &Edit, outer: &Document) -> Option<Edit> {
        // What opens or closes a wrap stands at an end of what it wraps, so it follows that range
        // outwards; a plain insertion belongs to what follows it.
        let (span, anchor) = match edit.anchor {
            Anchor::Plain => (self.outward(edit.span)?, Anchor::Plain),
            Anchor::Opens(wrapped) => {
                let wrapped = self.outward(wrapped)?;
                (Span::at(wrapped.start), Anchor::Opens(wrapped))
            }
            Anchor::Closes(wrapped) => {
                let wrapped = self.outward(wrapped)?;
                (Span::at(wrapped.end), Anchor::Closes(wrapped))
            }
        };
        let text = match edit.text.as_str() {
            "" => String::new(),
            new => outer.layout.adapt(&outer.text, span.start, &self.codec.encode(new, &outer.text, span)?),
        };
        Some(Edit { span, text, anchor, pair: edit.pair.clone() })
    }
}
