//! One line of a text with a part of it marked.

use crate::render::escape;

/// How much of a line is shown, in characters. A manifest may hold a whole program in one line.
const WIDTH: usize = 160;
/// How much of it stands before the marked part, in characters.
const BEFORE: usize = 60;

/// A line as it is shown, and where the marked part is in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Excerpt {
    pub text: String,
    /// Columns before the marked part.
    pub start: usize,
    /// Columns of the marked part; at least 1.
    pub width: usize,
}

/// Shows a line of which the characters `from..to` (from 0) are marked.
pub fn excerpt(line: &str, from: usize, to: usize) -> Excerpt {
    let count = line.chars().count();
    let first = if count > WIDTH { from.saturating_sub(BEFORE) } else { 0 };
    let last = count.min(first + WIDTH);
    let mut text = String::new();
    let mut columns = 0;
    let (mut start, mut end) = (None, None);
    if first > 0 {
        text.push('…');
        columns += 1;
    }
    for (n, c) in line.chars().enumerate().skip(first).take(last - first) {
        if n >= from && start.is_none() {
            start = Some(columns);
        }
        if n >= to && end.is_none() {
            end = Some(columns);
        }
        let shown = text.len();
        if c == '\t' {
            text.push_str("    ")
        } else {
            escape::push(&mut text, c)
        }
        columns += text[shown..].chars().count();
    }
    let start = start.unwrap_or(columns);
    let width = end.unwrap_or(columns).saturating_sub(start).max(1);
    if last < count {
        text.push('…');
    }
    Excerpt { text, start, width }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_follow_tabs_and_escapes() {
        let shown = excerpt("\tx\u{202e} = \"ä\"", 6, 9);
        assert_eq!(shown.text, "    x\\u{202e} = \"ä\"");
        assert_eq!((&shown.text[16..], shown.start, shown.width), ("\"ä\"", 16, 3));
        assert_eq!(excerpt("ab", 2, 2), Excerpt { text: "ab".into(), start: 2, width: 1 });
        assert_eq!(excerpt("", 4, 9), Excerpt { text: String::new(), start: 0, width: 1 });
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let line = format!("{}MARK{}", "a".repeat(1000), "b".repeat(1000));
        let shown = excerpt(&line, 1000, 1004);
        assert_eq!(shown.text, format!("…{}MARK{}…", "a".repeat(60), "b".repeat(96)));
        assert_eq!((shown.start, shown.width), (61, 4));
    }
}
