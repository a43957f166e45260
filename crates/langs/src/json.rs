//! JSON documents, comments allowed: their string values with the path that leads to them.
//!
//! .NET's configuration files are JSON with comments and trailing commas; the tree is read as far
//! as the parser understood it.

use std::rc::Rc;

use sixify_core::{Document, Span};

use crate::grammar::Grammar;
use crate::syntax::{Node, Tree};

/// How deep values may stand. .NET's own reader stops at 64.
const MAX_DEPTH: usize = 64;

/// One step from the root of a document to a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The value of a key, decoded.
    Key(String),
    /// An element of an array, counted from 0.
    Index(usize),
}

/// A string value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StringValue {
    /// How to get there.
    pub path: Vec<Step>,
    /// The place between the quotes.
    pub span: Span,
    /// The decoded value.
    pub value: String,
    /// Whether the value stands in the text as it is, so that its offsets are those of the text.
    pub plain: bool,
}

impl StringValue {
    /// The keys on the path, without the indices.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.path.iter().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        })
    }
}

/// The string values of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Json {
    /// In order of their places.
    pub strings: Vec<StringValue>,
}

impl Json {
    /// The facts of a document, worked out once. Empty when it could not be parsed.
    pub fn of(doc: &Document) -> Rc<Json> {
        doc.memo(|doc| Json::parse(&doc.text))
    }

    /// Reads a text.
    pub fn parse(text: &str) -> Json {
        let mut json = Json::default();
        if let Some(tree) = Tree::parse(Grammar::Json, text) {
            for value in tree.root().items() {
                json.walk(value, &mut Vec::new());
            }
        }
        json
    }

    fn walk(&mut self, node: Node<'_>, path: &mut Vec<Step>) {
        if path.len() > MAX_DEPTH {
            return;
        }
        match node.kind() {
            "object" => {
                for pair in node.items().filter(|n| n.is("pair")) {
                    let (Some(key), Some(value)) = (pair.field("key"), pair.field("value")) else { continue };
                    let Some((key, _, _)) = decode(key) else { continue };
                    path.push(Step::Key(key));
                    self.walk(value, path);
                    path.pop();
                }
            }
            "array" => {
                for (place, value) in node.items().filter(|n| !n.is_error()).enumerate() {
                    path.push(Step::Index(place));
                    self.walk(value, path);
                    path.pop();
                }
            }
            "string" => {
                if let Some((value, span, plain)) = decode(node) {
                    self.strings.push(StringValue { path: path.clone(), span, value, plain });
                }
            }
            _ => {}
        }
    }
}

/// The value of a string with its quotes, its place and whether it holds no escape. `None` when it
/// is not closed or an escape is none (RFC 8259, 7).
fn decode(node: Node<'_>) -> Option<(String, Span, bool)> {
    let raw = node.text().strip_prefix('"')?.strip_suffix('"')?;
    let span = Span::new(node.start() + 1, node.end().checked_sub(1)?);
    if !raw.contains('\\') {
        return Some((raw.to_owned(), span, true));
    }
    let mut value = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            value.push(c);
            continue;
        }
        value.push(match chars.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => unicode(&mut chars)?,
            other @ ('"' | '\\' | '/') => other,
            _ => return None,
        });
    }
    Some((value, span, false))
}

/// The character of `\uXXXX`, perhaps a pair of surrogates.
fn unicode(chars: &mut std::str::Chars<'_>) -> Option<char> {
    let mut unit = || {
        let digits = chars.as_str().get(..4)?;
        let unit = u16::from_str_radix(digits, 16).ok()?;
        chars.nth(3)?;
        Some(unit)
    };
    let first = unit()?;
    if let Some(c) = char::from_u32(u32::from(first)) {
        return Some(c);
    }
    if !chars.as_str().starts_with("\\u") {
        return None;
    }
    chars.nth(1)?;
    let digits = chars.as_str().get(..4)?;
    let second = u16::from_str_radix(digits, 16).ok()?;
    chars.nth(3)?;
    char::decode_utf16([first, second]).next()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::{knows_field, knows_kind};

    #[test]
    fn the_grammar_knows_every_kind_and_field_that_is_asked_for() {
        assert!(["object", "array", "pair", "string"].iter().all(|k| knows_kind(Grammar::Json, k)));
        assert!(["key", "value"].iter().all(|f| knows_field(Grammar::Json, f)));
    }

    #[test]
    fn string_values_have_paths_and_places() {
        let text = "{\n  // c\n  \"a\": { \"b\": [1, \"x\"] }, /* d */ \"\\u0063\": \"\\ud83d\\ude00\\n\",\n}\n";
        let json = Json::parse(text);
        let found: Vec<_> =
            json.strings.iter().map(|s| (s.keys().collect::<Vec<_>>().join("."), s.value.as_str(), s.plain)).collect();
        assert_eq!(found, [("a.b".to_owned(), "x", true), ("c".to_owned(), "\u{1f600}\n", false)]);
        assert_eq!(json.strings[0].path[2], Step::Index(1));
        assert_eq!(json.strings[0].span.text(text), "x");
    }

    #[test]
    fn nonsense_gives_nothing() {
        let deep = "[".repeat(100_000);
        for text in [deep.as_str(), "", "{", "\"\\q\"", "{\"a\": \"\\ud83d\"}", "[1,"] {
            assert!(Json::parse(text).strings.is_empty(), "{text}");
        }
    }
}
