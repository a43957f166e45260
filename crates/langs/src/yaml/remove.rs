//! Taking pairs and items out of YAML text, whole lines at a time.

use sixify_core::{Edit, Span};

use crate::yaml::value::{Entry, Map, Seq};

/// Takes a pair out of a block mapping, with its lines. `None` where a comment or another value
/// shares those lines, where a template action is among them, and for the only pair of a mapping.
pub fn entry(text: &str, map: &Map, entry: &Entry) -> Option<Edit> {
    (!map.flow && map.entries.len() > 1).then(|| lines(text, entry.span)).flatten()
}

/// Takes an item out of a sequence: its lines, or in brackets the item with one comma. `None` as
/// for [`entry`].
pub fn item(text: &str, seq: &Seq, number: usize) -> Option<Edit> {
    let item = seq.items.get(number)?;
    if seq.items.len() < 2 {
        return None;
    }
    if !seq.flow {
        return lines(text, item.span);
    }
    let span = match seq.items.get(number + 1) {
        Some(next) => Span::new(item.span.start, next.span.start),
        None => Span::new(seq.items.get(number.checked_sub(1)?)?.span.end, item.span.end),
    };
    clean(span.text(text)).then(|| Edit::delete(span))
}

/// The written text without the blanks and line ends behind it.
pub fn trimmed(text: &str, span: Span) -> Span {
    Span::new(span.start, span.start + span.text(text).trim_end().len())
}

/// Whether nothing but the value is in a piece of text: no comment and no action.
pub fn clean(text: &str) -> bool {
    !text.contains('#') && !["{{", "{%", "<%"].iter().any(|open| text.contains(open))
}

fn lines(text: &str, span: Span) -> Option<Edit> {
    let span = trimmed(text, span);
    let before = text.get(..span.start)?;
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    let rest = text.get(span.end..)?;
    let length = rest.find('\n').map_or(rest.len(), |i| i + 1);
    let alone = before[start..].trim().is_empty() && rest[..length].trim().is_empty();
    // The last line of a file may have no line end; then the one before it goes.
    let from = if rest[..length].ends_with('\n') { start } else { line_end_before(text, start) };
    // All there is in a branch of a template: the branch would stay behind, empty.
    if acts(before[..start].lines().next_back()) && acts(rest[length..].lines().next()) {
        return None;
    }
    (alone && clean(span.text(text))).then(|| Edit::delete(Span::new(from, span.end + length)))
}

/// Whether a line begins with a template action.
fn acts(line: Option<&str>) -> bool {
    line.is_some_and(|line| ["{{", "{%", "<%"].iter().any(|open| line.trim_start().starts_with(open)))
}

/// Where the line end right before a line begins.
fn line_end_before(text: &str, start: usize) -> usize {
    let before = text.get(..start).unwrap_or("");
    let kept = before.strip_suffix('\n').unwrap_or(before);
    kept.strip_suffix('\r').unwrap_or(kept).len()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::yaml::Stream;
    use sixify_core::EditSet;

    fn without(text: &str, key: &str, number: Option<usize>) -> Option<String> {
        let stream = Stream::parse(text);
        let map = stream.roots[0].map()?;
        let found = map.entry(key)?;
        let edit = match number {
            Some(number) => item(text, found.value.seq()?, number)?,
            None => entry(text, map, found)?,
        };
        EditSet::of([edit])?.apply(text)
    }

    #[test]
    fn pairs_go_with_their_lines() {
        assert_eq!(without("a: 1\nb:\n- x\n- y\nc: 2\n", "b", None).unwrap(), "a: 1\nc: 2\n");
        assert_eq!(without("a: 1\r\nb: 2\r\n", "a", None).unwrap(), "b: 2\r\n");
        assert_eq!(without("a: 1\nb: 2", "b", None).unwrap(), "a: 1");
        assert_eq!(without("a: 1\r\nb: 2", "b", None).unwrap(), "a: 1");
        for text in [
            "b: 2\n",
            "a: 1\nb: 2 # why\n",
            "a: 1\nb:\n- x # why\n- y\n",
            "{a: 1, b: 2}\n",
            "a: 1\n{{ if .x }}\nb: 2\n{{ end }}\n",
        ] {
            assert_eq!(without(text, "b", None), None, "{text}");
        }
    }

    #[test]
    fn items_go_with_their_lines_or_a_comma() {
        assert_eq!(without("a:\n  - x\n  - y\nb: 1\n", "a", Some(1)).unwrap(), "a:\n  - x\nb: 1\n");
        assert_eq!(without("a: [x, y, z]\n", "a", Some(1)).unwrap(), "a: [x, z]\n");
        assert_eq!(without("a: [x, y]\n", "a", Some(1)).unwrap(), "a: [x]\n");
        assert_eq!(without("a: [x]\n", "a", Some(0)), None);
    }
}
