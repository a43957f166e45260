//! Decoding with a map: inner text together with the places its bytes came from.

use sixify_core::Span;
use sixify_core::layer::Segment;

/// An inner text and which of its bytes are which of the outer text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// The text without the quotes, escapes and indentation of its host.
    pub text: String,
    /// Stretches that stand byte for byte in the outer text, in order.
    pub segments: Vec<Segment>,
}

impl Decoded {
    /// A text that is spelled by itself.
    pub fn verbatim(outer: &str, span: Span) -> Self {
        let mut decoded = Decoded::default();
        decoded.keep(outer, span);
        decoded.close(span.start)
    }

    /// Takes a stretch of the outer text over as it stands. Stretches that touch become one.
    pub fn keep(&mut self, outer: &str, span: Span) {
        let text = span.text(outer);
        if text.is_empty() {
            return;
        }
        let inner = self.text.len();
        self.text.push_str(text);
        match self.segments.last_mut() {
            Some(last) if last.inner + last.len == inner && last.outer + last.len == span.start => {
                last.len += text.len()
            }
            _ => self.segments.push(Segment { inner, outer: span.start, len: text.len() }),
        }
    }

    /// Adds text that the outer text spells differently.
    pub fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Drops blanks from the end, as line folding does, but never below `floor` bytes.
    pub fn trim_blanks(&mut self, floor: usize) {
        let kept = self.text.trim_end_matches([' ', '\t']).len().max(floor);
        self.truncate(kept);
    }

    /// Shortens the text to `len` bytes.
    pub fn truncate(&mut self, len: usize) {
        self.text.truncate(len);
        while let Some(last) = self.segments.last_mut() {
            if last.inner >= len {
                self.segments.pop();
            } else {
                last.len = last.len.min(len - last.inner);
                break;
            }
        }
    }

    /// Ends the decoding. A text without any outer byte gets an empty segment at `at`, so that
    /// something can be inserted into it.
    pub fn close(mut self, at: usize) -> Self {
        if self.segments.is_empty() {
            self.segments.push(Segment { inner: 0, outer: at, len: 0 });
        }
        self
    }

    /// The same with every outer place moved by `by` bytes to the right.
    pub fn shift(mut self, by: usize) -> Self {
        self.segments.iter_mut().for_each(|s| s.outer += by);
        self
    }
}
