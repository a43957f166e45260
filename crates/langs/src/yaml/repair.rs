//! Templates that are no YAML even with their actions masked.
//!
//! The branches of a condition may write one value twice, or an item that fits in neither place.
//! Such a line cannot be part of a tree, but the lines around it can: it is set aside, blank for
//! the parser, and counts as an action that may give anything. Only lines at an action are set
//! aside, and only a few: a text that is no YAML for another reason stays unread.

use sixify_core::Span;

use crate::grammar::Grammar;
use crate::syntax::Tree;
use crate::yaml::template::{Action, Masked};

/// How many lines may be set aside.
const MOST: usize = 24;

/// Longer documents are not looked into, because every line that is set aside costs some parses.
const LONGEST: usize = 128 * 1024;

/// Sets lines of a document aside until it parses, and parses it. The text keeps its length.
pub(super) fn repair(masked: &mut Masked, document: Span) -> Option<Tree> {
    if document.len() > LONGEST || !masked.touches(document) {
        return None;
    }
    let mut text = document.text(&masked.text).to_owned();
    let mut aside = Vec::new();
    let lines = lines(&text);
    let tree = loop {
        let tree = Tree::parse(Grammar::Yaml, &text)?;
        if !tree.root().has_error() {
            break tree;
        }
        let number = first_error(&text, &lines)?;
        let line = *lines.get(number)?;
        let blank = line.text(&text).trim().is_empty();
        if blank || aside.len() == MOST || !at_action(masked, document, &lines, number) {
            return None;
        }
        text.replace_range(line.start..line.end, &" ".repeat(line.len()));
        aside.push(line.shift(document.start));
    };
    masked.text.replace_range(document.start..document.end, &text);
    for line in aside {
        masked.actions.retain(|a| !line.contains(a.span) && !a.span.overlaps(line));
        masked.actions.push(Action { span: line, emits: true, alone: true, indent: None });
    }
    masked.actions.sort_by_key(|a| a.span.start);
    Some(tree)
}

/// The lines without their line ends.
fn lines(text: &str) -> Vec<Span> {
    let mut at = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let end = at + line.trim_end_matches(['\n', '\r']).len();
        found.push(Span::new(at, end));
        at += line.len();
    }
    found
}

/// The number of the first line with which the text up to there no longer parses.
fn first_error(text: &str, lines: &[Span]) -> Option<usize> {
    let fails = |number: usize| {
        let end = lines.get(number).map_or(text.len(), |line| line.end);
        text.get(..end).and_then(|t| Tree::parse(Grammar::Yaml, t)).is_none_or(|tree| tree.root().has_error())
    };
    let (mut good, mut bad) = (0, lines.len().checked_sub(1)?);
    while good < bad {
        let middle = (good + bad) / 2;
        if fails(middle) { bad = middle } else { good = middle + 1 }
    }
    Some(bad)
}

/// Whether an action stands on a line, or on the one before or behind it.
fn at_action(masked: &Masked, document: Span, lines: &[Span], number: usize) -> bool {
    let near = lines.get(number.saturating_sub(1)..(number + 2).min(lines.len())).unwrap_or(&[]);
    near.iter().any(|line| masked.touches(line.shift(document.start)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::yaml::{Stream, Value};

    #[test]
    fn lines_that_fit_nowhere_are_set_aside() {
        let text =
            "kind: a\nspec:\n  list:\n    {{- if .x }}\n    - b\n    {{- else }}\n    {}\n    {{- end }}\n  port: 1\n";
        let stream = Stream::parse(text);
        assert!(stream.unread.is_empty());
        let spec = stream.roots[0].get("spec").unwrap();
        assert_eq!(spec.get("port").and_then(Value::fixed), Some("1"));
        let list = spec.get("list").and_then(Value::seq).unwrap();
        assert!(list.open && list.items.len() == 1);
        assert_eq!(stream.masked.text.len(), text.len());
    }

    #[test]
    fn what_is_no_yaml_stays_unread() {
        for text in ["a: b\n c\n: [\n", "a: {{ .x }}\nb:\n  c: d\n x\n  e: f\ng: h\n"] {
            assert_eq!(Stream::parse(text).unread.len(), 1, "{text}");
        }
    }
}
