//! Byte ranges and the line and column they stand at.

use std::ops::Range;

/// A half-open range of bytes, `start..end`, in the decoded text of one document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte; never before `start`.
    pub end: usize,
}

impl Span {
    /// The range `start..end`. A reversed pair becomes the empty range at `start`.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end: end.max(start) }
    }

    /// The empty range at `at`.
    pub fn at(at: usize) -> Self {
        Span { start: at, end: at }
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether the range holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies wholly within this range; both ends may touch.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two ranges share at least one byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether the two ranges share a byte or touch.
    pub fn touches(self, other: Span) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// The smallest range that holds both.
    pub fn cover(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The same range moved by `by` bytes to the right.
    pub fn shift(self, by: usize) -> Span {
        Span { start: self.start + by, end: self.end + by }
    }

    /// The text of this range, or the empty string where it does not lie on character bounds.
    pub fn text(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Span::new(range.start, range.end)
    }
}

/// A place as people name it: line and column, both starting at 1. The column counts Unicode
/// scalar values, not bytes, so that it means the same in a Latin-1 and in a UTF-8 file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// 1-based line.
    pub line: usize,
    /// 1-based column in characters.
    pub column: usize,
}

/// Where every line of a text starts, for turning offsets into lines. A line ends behind `\n`;
/// `\r\n` is one line end, and so is a lone `\r` when the text has no `\n` at all.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// Reads the text once.
    pub fn new(text: &str) -> Self {
        let end = if text.contains('\n') { b'\n' } else { b'\r' };
        let mut starts = vec![0];
        starts.extend(text.bytes().enumerate().filter(|(_, b)| *b == end).map(|(i, _)| i + 1));
        LineIndex { starts }
    }

    /// 1-based line of an offset; offsets behind the text belong to the last line.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    /// Line and column of an offset in the text the index was made from.
    pub fn locate(&self, text: &str, offset: usize) -> LineColumn {
        let line = self.line(offset);
        let start = self.starts[line - 1];
        LineColumn { line, column: Span::new(start, offset).text(text).chars().count() + 1 }
    }

    /// The range of a 1-based line with its line end, or `None` behind the last one.
    pub fn line_span(&self, text: &str, line: usize) -> Option<Span> {
        let start = *self.starts.get(line.checked_sub(1)?)?;
        let end = self.starts.get(line).copied().unwrap_or(text.len());
        Some(Span::new(start, end))
    }

    /// How many lines the text has; a final line end does not open another one.
    pub fn lines(&self, text: &str) -> usize {
        match self.starts.last() {
            Some(last) if *last == text.len() => self.starts.len() - 1,
            _ => self.starts.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_start_at_one_and_columns_count_characters() {
        let text = "ab\r\nä x\n";
        let index = LineIndex::new(text);
        assert_eq!(index.locate(text, 0), LineColumn { line: 1, column: 1 });
        assert_eq!(index.locate(text, 4), LineColumn { line: 2, column: 1 });
        assert_eq!(index.locate(text, 7), LineColumn { line: 2, column: 3 });
        assert_eq!(index.lines(text), 2);
        assert_eq!(index.line_span(text, 2), Some(Span::new(4, 9)));
        assert_eq!(index.line_span(text, 0), None);
    }

    #[test]
    fn overlap_needs_a_shared_byte_but_touch_does_not() {
        let a = Span::new(0, 3);
        assert!(!a.overlaps(Span::new(3, 5)) && a.touches(Span::new(3, 5)));
        assert!(a.overlaps(Span::new(2, 5)));
        assert!(!a.overlaps(Span::at(1).shift(2)));
    }
}
