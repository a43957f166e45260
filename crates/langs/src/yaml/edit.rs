//! Edits of YAML text that keep its style: quotes only where they are needed, new items and keys
//! indented as their neighbours are.

use sixify_core::{Edit, Span};

use crate::yaml::scalar::{Scalar, Style, quote};
use crate::yaml::value::{Data, Entry, Item, Map, Seq, Value};

/// Makes a scalar say something else, in its own style where that can hold it. `flow` says whether
/// the scalar stands within brackets or braces. `None` for block scalars, and where a template
/// action is part of it.
pub fn replace(scalar: &Scalar, value: &str, flow: bool) -> Option<Edit> {
    let flat = matches!(scalar.style, Style::Plain | Style::Single | Style::Double);
    (flat && !scalar.templated).then(|| Edit::replace(scalar.span, quote(value, scalar.style, flow)))
}

/// Writes a value that is no string, such as `true`, in the place of a scalar on one line. `None`
/// as for [`replace`].
pub fn replace_bare(scalar: &Scalar, written: &str) -> Option<Edit> {
    replace(scalar, "", false).map(|edit| Edit::replace(edit.span, written))
}

/// Adds items behind the item `after` of a sequence, written and quoted as that one is. `None`
/// where the line of that item has something else behind it.
pub fn insert_items(text: &str, seq: &Seq, after: usize, values: &[String]) -> Option<Edit> {
    let item = seq.items.get(after)?;
    let style = item.value.scalar().map_or(Style::Plain, |s| s.style);
    let written = values.iter().map(|v| quote(v, style, seq.flow));
    if seq.flow {
        let separator = separator(text, seq, after);
        let added: String = written.map(|v| format!("{separator}{v}")).collect();
        return Some(Edit::insert(item.span.end, added));
    }
    let indent = " ".repeat(seq.column);
    let gap = gap(text, item);
    let added: String = written.map(|v| format!("\n{indent}-{gap}{v}")).collect();
    Some(Edit::insert(line_end(text, item.span.end)?, added))
}

/// Adds a key with a sequence of values behind a pair of a block mapping. `offset` is how far the
/// dashes stand right of the key, see [`sequence_offset`].
pub fn insert_sequence(
    text: &str,
    map: &Map,
    after: &Entry,
    key: &str,
    values: &[String],
    offset: usize,
) -> Option<Edit> {
    let dashes = " ".repeat(map.column + offset);
    let items: String = values.iter().map(|v| format!("\n{dashes}- {}", quote(v, Style::Plain, false))).collect();
    insert_lines(text, map, after, &format!("{key}:{items}"))
}

/// Adds a key with a scalar value, already quoted as it needs to be, behind a pair of a mapping.
pub fn insert_key(text: &str, map: &Map, after: &Entry, key: &str, written: &str) -> Option<Edit> {
    if map.flow {
        return Some(Edit::insert(after.span.end, format!(", {key}: {written}")));
    }
    insert_lines(text, map, after, &format!("{key}: {written}"))
}

fn insert_lines(text: &str, map: &Map, after: &Entry, lines: &str) -> Option<Edit> {
    if map.flow {
        return None;
    }
    let indent = " ".repeat(map.column);
    Some(Edit::insert(line_end(text, after.span.end)?, format!("\n{indent}{lines}")))
}

/// How far the dashes of block sequences stand right of the keys they belong to, by the example of
/// the first such sequence below `near`.
pub fn sequence_offset(near: &Value) -> Option<usize> {
    let mut found = None;
    near.walk(&mut |_, value| {
        let Data::Map(map) = &value.data else { return };
        for entry in map.entries.iter().filter(|_| !map.flow) {
            if let Some(seq) = entry.value.seq().filter(|s| !s.flow) {
                found = found.or(seq.column.checked_sub(map.column));
            }
        }
    });
    found
}

/// Where the line ends on which `at` stands, when nothing but a comment follows on it.
fn line_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let line = rest.split('\n').next().unwrap_or("");
    let line = line.strip_suffix('\r').unwrap_or(line);
    let trimmed = line.trim_start();
    (trimmed.is_empty() || trimmed.starts_with('#')).then_some(at + line.len())
}

/// What stands between two items of a flow sequence.
fn separator(text: &str, seq: &Seq, after: usize) -> String {
    let between = |a: &Item, b: &Item| Span::new(a.span.end, b.span.start).text(text).replace("\r\n", "\n");
    let pairs = seq.items.iter().zip(seq.items.iter().skip(1));
    let near: Vec<String> = pairs.map(|(a, b)| between(a, b)).filter(|s| !s.contains('#')).collect();
    near.get(after.saturating_sub(1)).or(near.first()).cloned().unwrap_or_else(|| ", ".to_owned())
}

/// The blanks between the dash and the value of an item.
fn gap<'a>(text: &'a str, item: &Item) -> &'a str {
    let behind = Span::new(item.span.start + 1, item.value.span.start).text(text);
    let blanks = !behind.is_empty() && behind.chars().all(|c| c == ' ');
    if blanks { behind } else { " " }
}
