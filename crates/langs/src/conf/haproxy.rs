//! haproxy configuration: sections, each a header line with directive lines below it (haproxy,
//! configuration manual, section 2).

use std::rc::Rc;

use sixify_core::{Document, Span};

use crate::yaml::template;

/// Names of sections. `listen` and the others begin a line only as headers.
const SECTIONS: [&str; 16] = [
    "global",
    "defaults",
    "frontend",
    "backend",
    "listen",
    "peers",
    "mailers",
    "resolvers",
    "userlist",
    "program",
    "http-errors",
    "ring",
    "log-forward",
    "cache",
    "fcgi-app",
    "crt-store",
];

/// A line of a section, or its header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its words, quotes and template actions as they are written.
    pub words: Vec<Span>,
    /// From the first word to the last.
    pub span: Span,
    /// The line end behind it or, where only a comment stands between, behind that. `None` where
    /// something else stands there, such as a template action.
    pub end: Option<usize>,
    /// Whether a template action that only steers stands among the words.
    pub steered: bool,
    /// The place in [`Haproxy::sections`] of its section.
    pub section: Option<usize>,
    /// 1-based line.
    pub line: usize,
}

impl Line {
    /// A word as it is written, `""` beyond the last one.
    pub fn word<'a>(&self, text: &'a str, n: usize) -> &'a str {
        self.words.get(n).map_or("", |span| span.text(text))
    }
}

/// A section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is: `frontend`, `listen`, `global`.
    pub kind: String,
    /// Its header.
    pub header: Line,
}

/// The lines of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Haproxy {
    /// The sections in order.
    pub sections: Vec<Section>,
    /// The lines within them, without comments and blank lines.
    pub lines: Vec<Line>,
}

impl Haproxy {
    /// The lines of a document, worked out once.
    pub fn of(doc: &Document) -> Rc<Haproxy> {
        doc.memo(|doc| Haproxy::parse(&doc.text))
    }

    /// Reads a text.
    pub fn parse(text: &str) -> Haproxy {
        let masked = template::mask(text);
        let mut bytes = text.as_bytes().to_vec();
        for action in &masked.actions {
            let filler = if action.emits && !action.alone { b'x' } else { b' ' };
            for byte in bytes.iter_mut().take(action.span.end).skip(action.span.start) {
                if *byte != b'\n' || filler == b'x' {
                    *byte = filler;
                }
            }
        }
        // Whole characters were replaced by ASCII, so this is UTF-8 again.
        let visible = String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned());
        let mut found = Haproxy::default();
        let mut at = 0;
        let mut number = 0;
        for part in visible.split_inclusive('\n') {
            let start = at;
            at += part.len();
            // An action may span lines of the original.
            let line = number + 1;
            number += Span::new(start, at).text(text).matches('\n').count();
            let body = part.trim_end_matches(['\n', '\r']);
            let (words, comment) = words(body, start);
            let (Some(first), Some(last)) = (words.first(), words.last()) else { continue };
            let span = Span::new(first.start, last.end);
            let rest = Span::new(span.end, start + body.len());
            let clear = comment.is_some() || rest.text(text).trim().is_empty();
            let end = (clear && !masked.touches(rest)).then_some(rest.end);
            let steered = masked.within(span).iter().any(|a| !a.emits);
            let keyword = first.text(&visible).to_owned();
            let mut read = Line { words, span, end, steered, section: None, line };
            if SECTIONS.contains(&keyword.as_str()) {
                found.sections.push(Section { kind: keyword, header: read });
                continue;
            }
            read.section = found.sections.len().checked_sub(1);
            found.lines.push(read);
        }
        found
    }

    /// The kind of the section that a line stands in; `""` above the first one.
    pub fn section_of(&self, line: &Line) -> &str {
        line.section.and_then(|n| self.sections.get(n)).map_or("", |s| s.kind.as_str())
    }
}

/// The words of a line, and where its comment begins. Quotes and backslashes hold blanks and `#`
/// together (configuration manual, 2.2).
fn words(body: &str, base: usize) -> (Vec<Span>, Option<usize>) {
    let mut found = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote != Some('\'') => {
                escaped = true;
                start.get_or_insert(at);
            }
            c if quote == Some(c) => quote = None,
            _ if quote.is_some() => {}
            '"' | '\'' => {
                quote = Some(c);
                start.get_or_insert(at);
            }
            '#' | ' ' | '\t' => {
                found.extend(start.take().map(|from| Span::new(base + from, base + at)));
                if c == '#' {
                    return (found, Some(base + at));
                }
            }
            _ => {
                start.get_or_insert(at);
            }
        }
    }
    found.extend(start.map(|from| Span::new(base + from, base + body.len())));
    (found, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_belong_to_sections_and_keep_their_places() {
        let text =
            "# x\r\nglobal\r\n  maxconn 2\r\nfrontend a # b\r\n  bind *:80 name \"a b\" # c\r\n  acl x path\\ y\r\n";
        let found = Haproxy::parse(text);
        let kinds: Vec<&str> = found.sections.iter().map(|s| s.kind.as_str()).collect();
        assert_eq!(kinds, ["global", "frontend"]);
        let shape: Vec<_> = found.lines.iter().map(|l| (l.span.text(text), l.words.len(), l.line)).collect();
        assert_eq!(shape, [("maxconn 2", 2, 3), ("bind *:80 name \"a b\"", 4, 5), ("acl x path\\ y", 3, 6)]);
        let bind =
            found.lines.get(1).map(|l| (found.section_of(l), l.end.map(|end| Span::new(l.span.end, end).text(text))));
        assert_eq!(bind, Some(("frontend", Some(" # c"))));
    }

    #[test]
    fn actions_are_part_of_words_or_vanish() {
        let text =
            "frontend a\n{% if x %}\n  bind *:{{ port | default(80) }}{% if tls %} ssl{% endif %}\n{% endif %}\n";
        let found = Haproxy::parse(text);
        let shape: Vec<_> =
            found.lines.iter().map(|l| (l.word(text, 1), l.words.len(), l.steered, l.end.is_some())).collect();
        assert_eq!(shape, [("*:{{ port | default(80) }}", 3, true, false)]);
    }
}
