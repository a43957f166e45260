//! What a fix changes, as removed and added lines.

use sixify_core::diff::unified;
use sixify_core::ledger::ShownEdit;

use crate::render::texts::FileText;

/// A line that goes or comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    Removed(String),
    Added(String),
}

/// The lines that edits of one file take away and bring, in order. Edits that do not fit the
/// file (because it has changed) show nothing.
pub fn lines(file: &FileText, edits: &[&ShownEdit]) -> Vec<Line> {
    let mut edits: Vec<&ShownEdit> = edits.to_vec();
    edits.sort_by_key(|e| (e.start, e.end));
    let mut out = Vec::new();
    let mut rest = edits.as_slice();
    while let Some(first) = rest.first() {
        // As many edits as share lines, so that a line is shown once.
        let start = line_start(&file.bytes, first.start);
        let mut end = line_end(&file.bytes, first.end);
        let mut taken = 1;
        while let Some(next) = rest.get(taken).filter(|e| e.start < end || end == file.bytes.len()) {
            end = end.max(line_end(&file.bytes, next.end));
            taken += 1;
        }
        let (group, left) = rest.split_at(taken);
        rest = left;
        if let Some((old, new)) = region(file, start, end, group) {
            out.extend(changed(file, &old, &new));
        }
    }
    out
}

/// Old and new bytes of whole lines.
fn region(file: &FileText, start: usize, end: usize, edits: &[&ShownEdit]) -> Option<(Vec<u8>, Vec<u8>)> {
    let old = file.bytes.get(start..end)?.to_vec();
    let mut new = Vec::with_capacity(old.len());
    let mut done = start;
    for edit in edits {
        new.extend_from_slice(file.bytes.get(done..edit.start)?);
        new.extend(file.encode(&edit.replacement));
        done = edit.end;
    }
    new.extend_from_slice(file.bytes.get(done..end)?);
    Some((old, new))
}

/// Only the lines that differ: an edit that inserts a line does not change its neighbours.
fn changed(file: &FileText, old: &[u8], new: &[u8]) -> Vec<Line> {
    let diff = unified("x", old, new);
    let hunks = diff.split(|b| *b == b'\n').skip_while(|line| !line.starts_with(b"@@"));
    let line = |line: &[u8]| {
        let (sign, rest) = line.split_first()?;
        let text = file.decode(rest).trim_end_matches('\r').to_owned();
        match sign {
            b'-' => Some(Line::Removed(text)),
            b'+' => Some(Line::Added(text)),
            _ => None,
        }
    };
    hunks.filter_map(line).collect()
}

fn is_line_end(b: &u8) -> bool {
    *b == b'\n'
}

/// Start of the line that a byte is in.
fn line_start(bytes: &[u8], at: usize) -> usize {
    bytes.get(..at).and_then(|before| before.iter().rposition(is_line_end)).map_or(0, |n| n + 1)
}

/// End of the line that an offset is in, with its line end.
fn line_end(bytes: &[u8], at: usize) -> usize {
    let found = bytes.get(at..).and_then(|behind| behind.iter().position(is_line_end));
    found.map_or(bytes.len(), |n| at + n + 1)
}

#[cfg(test)]
mod tests {
    use sixify_core::{Layout, LineIndex};

    use super::*;

    fn shown(bytes: &[u8], edits: &[(usize, usize, &str)]) -> Option<Vec<String>> {
        let (text, layout) = Layout::decode(bytes).ok()?;
        let lines_of = LineIndex::new(&text);
        let file = FileText { bytes: bytes.into(), text, layout, lines: lines_of };
        let edit = |&(start, end, new): &(usize, usize, &str)| ShownEdit {
            path: "a".into(),
            start,
            end,
            start_line: 1,
            end_line: 1,
            replacement: new.into(),
        };
        let edits: Vec<ShownEdit> = edits.iter().map(edit).collect();
        let line = |line: Line| match line {
            Line::Removed(text) => format!("-{text}"),
            Line::Added(text) => format!("+{text}"),
        };
        Some(lines(&file, &edits.iter().collect::<Vec<_>>()).into_iter().map(line).collect())
    }

    fn want(lines: &[&str]) -> Option<Vec<String>> {
        Some(lines.iter().map(|line| (*line).to_owned()).collect())
    }

    #[test]
    fn edits_of_one_line_are_shown_together_and_inserted_lines_alone() {
        assert_eq!(shown(b"a b c\nd\n", &[(4, 5, "C"), (0, 1, "A")]), want(&["-a b c", "+A b C"]));
        assert_eq!(shown(b"a\r\nb\r\n", &[(3, 3, "new\r\n")]), want(&["+new"]));
        assert_eq!(shown(b"a\nb\nc\n", &[(2, 4, "")]), want(&["-b"]));
        assert_eq!(shown(b"a\nb", &[(3, 3, "\nc"), (3, 3, "\nd")]), want(&["-b", "+b", "+c", "+d"]));
        assert_eq!(shown(b"a\n\nc\n", &[(0, 1, "A"), (3, 4, "C")]), want(&["-a", "+A", "-c", "+C"]));
    }

    #[test]
    fn latin_1_is_shown_as_text_and_edits_of_another_file_not_at_all() {
        assert_eq!(shown(b"\xe4 = 1\n", &[(4, 5, "2")]), want(&["-ä = 1", "+ä = 2"]));
        assert_eq!(shown(b"a\n", &[(4, 9, "2")]), want(&[]));
        assert_eq!(shown(b"abc\n", &[(0, 2, "x"), (1, 3, "y")]), want(&[]));
    }
}
