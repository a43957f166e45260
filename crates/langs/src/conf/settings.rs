//! Settings of server configurations: a key, a value, and the place of both, whatever the format.
//!
//! Most servers read lines of a key and a value with blanks, `=` or `:` between them, perhaps in
//! sections (`[name]` or `name {`). This reads them all the same way, and YAML and JSON beside
//! them, so that what is known of a server can be a table.

use sixify_core::{Document, Edit, Span};

use crate::classify::{JSON, YAML};
use crate::yaml::{Data, Scalar, Stream, Value, edit, template};

/// What stands between a key and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Blanks: `Listen 80`.
    Words,
    /// An equals sign, perhaps with blanks around it: `listen = 80`.
    Equals,
    /// A colon: `interface: ::0`.
    Colon,
    /// YAML or JSON: a key is the path of keys, joined by dots; items of a sequence are `[]`.
    Yaml,
}

impl Syntax {
    /// The syntax of a name in a table.
    pub fn from_name(name: &str) -> Option<Syntax> {
        Some(match name {
            "words" => Syntax::Words,
            "equals" => Syntax::Equals,
            "colon" => Syntax::Colon,
            "yaml" => Syntax::Yaml,
            _ => return None,
        })
    }
}

/// A setting.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its key as it is written; for YAML the path of keys.
    pub key: String,
    /// The place of the key.
    pub key_span: Span,
    /// Its value without the quotes around it, template actions as they are written.
    pub value: String,
    /// The place of the value, inside its quotes.
    pub value_span: Span,
    /// From the key to the end of the value, quotes included.
    pub span: Span,
    /// The section it stands in: the header of the innermost block, or the last `[name]`.
    pub section: String,
    /// Number of the section; two sections of one name have different ones.
    pub section_number: usize,
    /// Whether a template action that only steers, such as a condition, stands on its line.
    pub steered: bool,
    /// How many template actions that only steer stand before it: two settings with different
    /// numbers may belong to different branches.
    pub branch: usize,
    /// 1-based line.
    pub line: usize,
    written: Written,
}

/// How a setting is written, which decides how it is changed.
#[derive(Clone, Debug)]
enum Written {
    /// On a line of its own: from the start of the line to its end, without the line end.
    Line { line: Span, comment: bool },
    /// A scalar of YAML, and whether it stands within brackets or braces.
    Yaml { scalar: Box<Scalar>, flow: bool },
}

/// The settings of a document.
pub fn settings(doc: &Document, syntax: Syntax) -> Vec<Setting> {
    match syntax {
        Syntax::Yaml if doc.kind == YAML || doc.kind == JSON => yaml(doc),
        Syntax::Yaml => Vec::new(),
        _ => lines(&doc.text, syntax),
    }
}

/// The texts of the template actions of a document, which may give further settings.
pub fn actions(doc: &Document) -> Vec<String> {
    template::mask(&doc.text).actions.iter().map(|a| a.span.text(&doc.text).to_owned()).collect()
}

/// The settings of a text of lines.
pub fn lines(text: &str, syntax: Syntax) -> Vec<Setting> {
    let masked = template::mask(text);
    let mut found = Vec::new();
    let mut sections: Vec<(String, usize)> = vec![(String::new(), 0)];
    let (mut at, mut number) = (0, 0);
    for (line, part) in masked.text.split_inclusive('\n').enumerate() {
        let start = at;
        at += part.len();
        let body = part.trim_end();
        let left = body.trim_start();
        if left.is_empty()
            || left.starts_with(['#', ';'])
            || left.starts_with("//")
            || left.starts_with("--") && syntax == Syntax::Equals
        {
            continue;
        }
        // Where the line ends in the original; the mask makes a blank of a carriage return.
        let whole = text.get(start..at).unwrap_or(part);
        let whole = whole.strip_suffix('\n').unwrap_or(whole);
        let whole = Span::new(start, start + whole.strip_suffix('\r').unwrap_or(whole).len());
        if let Some(name) =
            left.strip_prefix('[').and_then(|rest| rest.split(']').next()).filter(|_| syntax == Syntax::Equals)
        {
            number += 1;
            sections = vec![(name.trim().to_owned(), number)];
            continue;
        }
        if let Some(header) = left.strip_suffix('{') {
            number += 1;
            sections.push((header.trim().to_owned(), number));
            continue;
        }
        if left == "}" || left == "};" {
            sections.pop();
            if sections.is_empty() {
                sections.push((String::new(), 0));
            }
            continue;
        }
        let from = start + (body.len() - left.len());
        let Some((key, value, comment)) = parts(left, syntax) else { continue };
        let (key_span, outer) = (key.shift(from), value.shift(from));
        // Unbound: a clause is a key without value, and the settings below it belong to it.
        if outer.is_empty() && syntax == Syntax::Colon {
            number += 1;
            sections = vec![(key_span.text(text).to_owned(), number)];
            continue;
        }
        let raw = outer.text(text);
        let quoted = raw.len() >= 2 && raw.starts_with(['"', '\'']) && raw.get(..1) == raw.get(raw.len() - 1..);
        let value_span = if quoted { Span::new(outer.start + 1, outer.end - 1) } else { outer };
        let (section, section_number) = sections.last().cloned().unwrap_or_default();
        let actions = masked.within(whole);
        found.push(Setting {
            key: key_span.text(text).to_owned(),
            key_span,
            value: value_span.text(text).to_owned(),
            value_span,
            span: Span::new(key_span.start, outer.end.max(key_span.end)),
            section,
            section_number,
            steered: actions.iter().any(|a| !a.emits),
            branch: masked.actions.iter().filter(|a| !a.emits && a.span.end <= key_span.start).count(),
            line: line + 1,
            written: Written::Line { line: whole, comment },
        });
    }
    found
}

/// The key and the value of a line, from its first letter on, and whether a comment follows.
fn parts(line: &str, syntax: Syntax) -> Option<(Span, Span, bool)> {
    let ends = match syntax {
        Syntax::Words => line.find(char::is_whitespace).unwrap_or(line.len()),
        // A switch has no value.
        Syntax::Equals => line.find('=').or_else(|| (!line.contains(char::is_whitespace)).then_some(line.len()))?,
        Syntax::Colon | Syntax::Yaml => line.find(':')?,
    };
    let key = line.get(..ends)?;
    let rest = line.get(ends..)?;
    let rest = if syntax == Syntax::Words { rest } else { rest.get(1..).unwrap_or(rest) };
    let blanks = rest.len() - rest.trim_start().len();
    let start = line.len() - rest.len() + blanks;
    let value = line.get(start..)?;
    let end = comment(value);
    let shown = value.get(..end.unwrap_or(value.len()))?.trim_end();
    let key_end = key.trim_end().len();
    (key_end > 0).then(|| (Span::new(0, key_end), Span::new(start, start + shown.len()), end.is_some()))
}

/// Where a comment begins behind a value: a mark at its start or behind a blank, outside quotes.
fn comment(value: &str) -> Option<usize> {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in value.char_indices() {
        match c {
            c if quote == Some(c) => quote = None,
            _ if quote.is_some() => {}
            '"' | '\'' => quote = Some(c),
            '#' | ';' if before.is_whitespace() => return Some(at),
            _ => {}
        }
        before = c;
    }
    None
}

fn yaml(doc: &Document) -> Vec<Setting> {
    let stream = Stream::of(doc);
    let mut found = Vec::new();
    for (number, root) in stream.roots.iter().enumerate() {
        leaves(doc, root, "", root.span, false, number, &mut found);
    }
    found
}

fn leaves(doc: &Document, value: &Value, path: &str, key: Span, flow: bool, number: usize, found: &mut Vec<Setting>) {
    match &value.data {
        Data::Map(map) => {
            for entry in &map.entries {
                let path =
                    if path.is_empty() { entry.key.text().to_owned() } else { format!("{path}.{}", entry.key.text()) };
                leaves(doc, &entry.value, &path, entry.key.span, map.flow, number, found);
            }
        }
        Data::Seq(seq) => {
            for item in &seq.items {
                leaves(doc, &item.value, &format!("{path}[]"), item.span, seq.flow, number, found);
            }
        }
        _ => {
            let Some(scalar) = value.scalar() else { return };
            let quotes = usize::from(matches!(scalar.style, crate::yaml::Style::Single | crate::yaml::Style::Double));
            found.push(Setting {
                key: path.to_owned(),
                key_span: key,
                value: scalar.text().to_owned(),
                value_span: Span::new(
                    scalar.span.start + quotes,
                    scalar.span.end.saturating_sub(quotes).max(scalar.span.start + quotes),
                ),
                span: key.cover(scalar.span),
                section: String::new(),
                section_number: number,
                steered: scalar.templated,
                branch: Stream::of(doc).masked.actions.iter().filter(|a| !a.emits && a.span.end <= key.start).count(),
                line: doc.text.get(..key.start).map_or(1, |before| before.matches('\n').count() + 1),
                written: Written::Yaml { scalar: Box::new(scalar.clone()), flow },
            });
        }
    }
}

impl Setting {
    /// Makes it say something else, quoted as it is. `None` where the format cannot hold it.
    pub fn becomes(&self, value: &str) -> Option<Edit> {
        match &self.written {
            Written::Line { .. } => Some(Edit::replace(self.value_span, value)),
            Written::Yaml { scalar, flow } => edit::replace(scalar, value, *flow),
        }
    }

    /// Puts text into its value, so many bytes behind the start. `None` where the value is not
    /// written as it reads, or cannot hold the text.
    pub fn insert(&self, at: usize, text: &str) -> Option<Edit> {
        match &self.written {
            Written::Line { .. } => Some(Edit::insert(self.value_span.start + at, text)),
            Written::Yaml { .. } => {
                let mut value = self.value.clone();
                if !value.is_char_boundary(at) {
                    return None;
                }
                value.insert_str(at, text);
                self.becomes(&value)
            }
        }
    }

    /// The same setting with another value, on a line below it. `None` in YAML, where a key may
    /// stand once only.
    pub fn beside(&self, text: &str, value: &str) -> Option<Edit> {
        let Written::Line { line, .. } = &self.written else { return None };
        let before = Span::new(line.start, self.value_span.start).text(text);
        let behind = Span::new(self.value_span.end, self.span.end).text(text);
        Some(Edit::insert(line.end, format!("\n{before}{value}{behind}")))
    }

    /// Whole lines below it, indented as it is. `None` in YAML.
    pub fn below(&self, text: &str, lines: &[String]) -> Option<Edit> {
        let Written::Line { line, .. } = &self.written else { return None };
        let indent = Span::new(line.start, self.key_span.start).text(text);
        let added: String = lines.iter().map(|l| format!("\n{indent}{l}")).collect();
        Some(Edit::insert(line.end, added))
    }

    /// Takes its line away. `None` in YAML, and where a comment stands on the line.
    pub fn dropped(&self, text: &str) -> Option<Edit> {
        let Written::Line { line, comment: false } = &self.written else { return None };
        let end = text.get(line.end..)?.find('\n').map(|at| line.end + at + 1);
        Some(Edit::delete(match end {
            Some(end) => Span::new(line.start, end),
            // The last line has no end of its own to take along.
            None => Span::new(text.get(..line.start)?.trim_end_matches(['\n', '\r']).len(), line.end),
        }))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::classify::CONF;

    fn shape(text: &str, syntax: Syntax) -> Vec<(String, String, String, usize)> {
        lines(text, syntax).into_iter().map(|s| (s.section, s.key, s.value, s.line)).collect()
    }

    fn row(section: &str, key: &str, value: &str, line: usize) -> (String, String, String, usize) {
        (section.to_owned(), key.to_owned(), value.to_owned(), line)
    }

    #[test]
    fn lines_of_every_separator_are_settings() {
        let words = "# a\r\nListenAddress 0.0.0.0:22 # all\r\n\r\n-l 127.0.0.1\r\nalone\r\n";
        assert_eq!(
            shape(words, Syntax::Words),
            [row("", "ListenAddress", "0.0.0.0:22", 2), row("", "-l", "127.0.0.1", 4), row("", "alone", "", 5)]
        );
        let equals = "a=1\n[mysqld]\nbind-address = 0.0.0.0 ; x\nlisten_addresses = '*'\t# what\nskip\nnot this\n";
        assert_eq!(
            shape(equals, Syntax::Equals),
            [
                row("", "a", "1", 1),
                row("mysqld", "bind-address", "0.0.0.0", 3),
                row("mysqld", "listen_addresses", "*", 4),
                row("mysqld", "skip", "", 5)
            ]
        );
        let colon = "server:\n  interface: ::0\n  access-control: ::1 allow\n";
        assert_eq!(
            shape(colon, Syntax::Colon),
            [row("server", "interface", "::0", 2), row("server", "access-control", "::1 allow", 3)]
        );
    }

    #[test]
    fn blocks_are_sections_and_actions_stay_in_values() {
        let text = "service a {\n  inet_listener b {\n    address = {{ ip }}:1\n  }\n  {% if x %}port = 2{% endif %}\n}\nlisten = *\n";
        let found = lines(text, Syntax::Equals);
        let shape: Vec<_> = found.iter().map(|s| (s.section.as_str(), s.value.as_str(), s.steered)).collect();
        assert_eq!(shape, [("inet_listener b", "{{ ip }}:1", false), ("service a", "2", true), ("", "*", false)]);
    }

    #[test]
    fn edits_keep_quotes_lines_and_indentation() {
        let text = "a = 1\r\n  b = \"x\" # c\r\nd = 2";
        let found = lines(text, Syntax::Equals);
        let [a, b, d] = found.as_slice() else { panic!("three settings") };
        let apply = |edit: Edit| {
            let mut text = text.to_owned();
            text.replace_range(edit.span.start..edit.span.end, &edit.text);
            text
        };
        assert_eq!(apply(b.becomes("y").unwrap()), "a = 1\r\n  b = \"y\" # c\r\nd = 2");
        assert_eq!(apply(b.beside(text, "z").unwrap()), "a = 1\r\n  b = \"x\" # c\n  b = \"z\"\r\nd = 2");
        assert_eq!(apply(a.dropped(text).unwrap()), "  b = \"x\" # c\r\nd = 2");
        assert_eq!(apply(d.dropped(text).unwrap()), "a = 1\r\n  b = \"x\" # c");
        assert!(b.dropped(text).is_none());
        assert_eq!(apply(b.below(text, &["e".to_owned()]).unwrap()), "a = 1\r\n  b = \"x\" # c\n  e\r\nd = 2");
    }

    #[test]
    fn yaml_keys_are_paths() {
        let doc = Document::from_text("a.yml", YAML, "server.host: \"0.0.0.0\"\nnet:\n  list: [a, 'b']\n");
        let found = settings(&doc, Syntax::Yaml);
        let shape: Vec<_> = found.iter().map(|s| (s.key.as_str(), s.value.as_str())).collect();
        assert_eq!(shape, [("server.host", "0.0.0.0"), ("net.list[]", "a"), ("net.list[]", "b")]);
        let edit = found.first().and_then(|s| s.becomes("::")).unwrap();
        assert_eq!((edit.span.text(&doc.text), edit.text.as_str()), ("\"0.0.0.0\"", "\"::\""));
        assert!(settings(&Document::from_text("a", CONF, "a: b\n"), Syntax::Yaml).is_empty());
    }
}
