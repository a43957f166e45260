//! Comments that ask to leave a line alone: `sixify:ignore`, or `sixify:ignore go/join-host-port`.

use crate::span::{LineIndex, Span};

const MARK: &str = "sixify:ignore";

/// What the comments of the languages and formats we know begin with, when they stand alone.
const COMMENTS: &[&str] = &["//", "#", "/*", "<!--", "--", ";", "*", "{/*", "{{", "{#"];

/// Whether a comment on the line where `span` starts, or alone on the line before, asks to leave
/// the line alone; for all codemods, or for the one of this id.
pub(super) fn suppressed(text: &str, lines: &LineIndex, span: Span, id: &str) -> bool {
    if !text.contains(MARK) {
        return false;
    }
    let number = lines.line(span.start);
    let line = |number: usize| lines.line_span(text, number).map_or("", |s| s.text(text));
    let alone = |line: &str| COMMENTS.iter().any(|mark| line.trim_start().starts_with(mark));
    asks(line(number), id) || (number > 1 && alone(line(number - 1)) && asks(line(number - 1), id))
}

/// Whether a line holds the mark for this codemod. Ids follow the mark directly; what comes after
/// them is the author's reason. `go/` stands for all codemods of that name space.
fn asks(line: &str, id: &str) -> bool {
    let Some((_, rest)) = line.split_once(MARK) else { return false };
    if rest.starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_') {
        return false;
    }
    let words = rest.split([' ', ',', '\t', '\r', '\n']).filter(|w| !w.is_empty());
    let mut names = words.map(|w| w.trim_end_matches([':', ';', '.', '*'])).take_while(|w| is_id(w)).peekable();
    names.peek().is_none() || names.any(|name| id == name || (name.ends_with('/') && id.starts_with(name)))
}

fn is_id(word: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '/';
    word.contains('/') && word.starts_with(|c: char| c.is_ascii_alphanumeric()) && word.chars().all(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_names_codemods_or_means_all_of_them() {
        let id = "go/join-host-port";
        for line in [
            "x // sixify:ignore",
            "x // sixify:ignore go/join-host-port",
            "x // sixify:ignore a/b, go/join-host-port: tested on 2024/2025",
            "<!-- sixify:ignore -->",
            "/* sixify:ignore go/* */",
            "# sixify:ignore, the operator/host decides",
        ] {
            assert!(asks(line, id), "{line}");
        }
        for line in
            ["x", "// sixify:ignored", "// sixify:ignore go/join", "// sixify:ignore js/ go/join-host", "// ignore"]
        {
            assert!(!asks(line, id), "{line}");
        }
    }

    #[test]
    fn a_comment_counts_for_its_line_and_alone_for_the_next() {
        let text = "# sixify:ignore\na\nb # sixify:ignore\nc\n";
        let lines = LineIndex::new(text);
        let at = |needle: &str| Span::at(text.rfind(needle).unwrap_or(0));
        assert!(suppressed(text, &lines, at("a\n"), "x/y"));
        assert!(suppressed(text, &lines, at("b #"), "x/y"));
        assert!(!suppressed(text, &lines, at("c\n"), "x/y"));
    }
}
