//! Where a place goes through a set of edits, where it came from, and one set after another.

use crate::edit::{Edit, EditSet};
use crate::span::Span;

impl EditSet {
    /// Where a range of the old text stands in the new one. Insertions at its ends stay outside.
    pub fn forward(&self, span: Span) -> Span {
        Span::new(self.forward_offset(span.start, true), self.forward_offset(span.end, false))
    }

    fn forward_offset(&self, offset: usize, after_insertions: bool) -> usize {
        let (mut added, mut removed) = (0, 0);
        for edit in self.iter() {
            let over = edit.span.start > offset
                || (edit.span.start == offset && edit.span.is_empty() && !after_insertions)
                || (edit.span.start == offset && !edit.span.is_empty());
            if over {
                break;
            }
            if offset < edit.span.end {
                // Inside a replaced range: the nearest thing in the new text is its end.
                return edit.span.start - removed + added + edit.text.len();
            }
            added += edit.text.len();
            removed += edit.span.len();
        }
        offset - removed + added
    }

    /// Where a range of the new text came from: the smallest range of the old text that holds
    /// every old byte it touches. New text maps to the place it replaced.
    pub fn back(&self, span: Span) -> Span {
        Span::new(self.back_offset(span.start, false), self.back_offset(span.end, true))
    }

    fn back_offset(&self, offset: usize, to_end: bool) -> usize {
        let (mut old, mut new) = (0, 0);
        for edit in self.iter() {
            let start = new + (edit.span.start - old);
            let end = start + edit.text.len();
            let before = if to_end { offset <= start } else { offset < start };
            if before {
                break;
            }
            let within = if to_end { offset <= end } else { offset < end };
            if within {
                return if to_end { edit.span.end } else { edit.span.start };
            }
            (old, new) = (edit.span.end, end);
        }
        old + (offset - new)
    }

    /// One set that does what `self` and then `next` do; `next` refers to the output of `self`.
    /// Touching edits melt into one replacement.
    pub fn then(&self, next: &EditSet, old: &str, middle: &str) -> EditSet {
        // Melt overlapping and touching edits of both sets into regions of the old text.
        let mut regions: Vec<Span> = self.iter().map(|e| e.span).collect();
        regions.extend(next.iter().map(|e| self.back(e.span)));
        regions.sort();
        let mut melted: Vec<Span> = Vec::new();
        for region in regions {
            match melted.last_mut() {
                Some(last) if last.touches(region) => *last = last.cover(region),
                _ => melted.push(region),
            }
        }
        let Some(new) = next.apply(middle) else { return self.clone() };
        let mut out = EditSet::new();
        for (rank, region) in melted.into_iter().enumerate() {
            // Nothing outside the regions moved, so their ends are found from the common text
            // before and behind them; insertions at the ends belong to the region.
            let start = next.outer(self.outer(region.start, false), false);
            let end = next.outer(self.outer(region.end, true), true);
            let text = Span::new(start, end).text(&new);
            if region.text(old) != text {
                out.push(rank, Edit::replace(region, text));
            }
        }
        out
    }

    /// The new offset of an old one that lies in no replaced range, with the insertions at it
    /// counted (`after`) or not.
    fn outer(&self, offset: usize, after: bool) -> usize {
        let (mut added, mut removed) = (0, 0);
        for edit in self.iter() {
            let counted = if after { edit.span.end <= offset } else { edit.span.start < offset };
            if !counted {
                break;
            }
            added += edit.text.len();
            removed += edit.span.len();
        }
        offset - removed.min(offset) + added
    }
}
