//! Texts inside texts, several deep: the way in is decoding, the way out encoding.

use std::sync::Arc;

use sixify_core::layer::Segment;
use sixify_core::{Codec, Edit, Embedded, Span};

use crate::classify;
use crate::embed::decode::Decoded;

/// A chain of texts, each inside the one before it; the first one stands in a document. An empty
/// chain is the document itself.
#[derive(Clone, Default)]
pub struct Layers(Vec<Embedded>);

impl std::fmt::Debug for Layers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|e| &e.text)).finish()
    }
}

impl Layers {
    /// The same chain with one more text inside the innermost one.
    pub fn with(&self, decoded: &Decoded, codec: Arc<dyn Codec>) -> Layers {
        let mut chain = self.0.clone();
        chain.push(embedded(classify::SHELL, String::new(), decoded, codec));
        Layers(chain)
    }

    /// The innermost text; `None` for the document itself.
    pub fn text(&self) -> Option<&str> {
        self.0.last().map(|e| e.text.as_str())
    }

    /// Where a range of the innermost text stands in the document; `None` when one of its ends
    /// lies within an escape.
    pub fn outward(&self, span: Span) -> Option<Span> {
        self.0.iter().rev().try_fold(span, |span, layer| layer.outward(span))
    }

    /// Where a range of the innermost text stands in the text around it.
    pub fn innermost(&self, span: Span) -> Option<Span> {
        self.0.last()?.outward(span)
    }

    /// An edit of the innermost text as one of the document. `None` when a host cannot hold it.
    pub fn edit(&self, edit: Edit, document: &str) -> Option<Edit> {
        self.outwards(edit, document, 0)
    }

    /// An edit of the innermost text as one of the outermost text within the document, and that
    /// text. `None` for the document itself.
    pub fn edit_first(&self, edit: Edit) -> Option<(&str, Edit)> {
        let first = self.0.first()?;
        Some((first.text.as_str(), self.outwards(edit, "", 1)?))
    }

    fn outwards(&self, mut edit: Edit, document: &str, to: usize) -> Option<Edit> {
        for (n, layer) in self.0.iter().enumerate().skip(to).rev() {
            let outer = n.checked_sub(1).map_or(document, |n| self.0[n].text.as_str());
            let span = layer.outward(edit.span)?;
            if !edit.text.is_empty() {
                edit.text = layer.codec.encode(&edit.text, outer, span)?;
            }
            edit.span = span;
        }
        Some(edit)
    }
}

/// An inner document from what decoding gave.
pub fn embedded(kind: sixify_core::Kind, name: String, decoded: &Decoded, codec: Arc<dyn Codec>) -> Embedded {
    let segments: Vec<Segment> = decoded.segments.clone();
    Embedded { kind, name, text: decoded.text.clone(), segments, codec }
}
