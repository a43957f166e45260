//! Scalars: what they say and how they are written (YAML 1.2, chapters 7.3 and 8.1).

use std::sync::Arc;

use sixify_core::{Codec, Span};

use crate::embed::codec::{Bare, JsonString, YamlBlock, YamlSingleQuoted, escape_json};
use crate::embed::decode::Decoded;
use crate::yaml::block;
use crate::yaml::template::Masked;

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes.
    Double,
    /// A block after `|`, whose lines are indented by so many columns.
    Literal {
        /// Columns of indentation.
        indent: usize,
    },
    /// A block after `>`.
    Folded {
        /// Columns of indentation.
        indent: usize,
    },
}

/// A scalar of a YAML stream.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// Its place, with quotes or block header, without anchor and tag.
    pub span: Span,
    /// How it is written.
    pub style: Style,
    /// What it says, and where the bytes of that stand. Template actions are in it as written.
    pub decoded: Decoded,
    /// Whether a template action is part of it.
    pub templated: bool,
}

impl Scalar {
    pub(super) fn read(text: &str, masked: &Masked, span: Span, style: Style) -> Scalar {
        let templated = masked.touches(span);
        let (style, decoded) = match style {
            Style::Plain => (style, flow(text, masked, span, style)),
            Style::Single | Style::Double => {
                let inner = Span::new(span.start + 1, span.end.saturating_sub(1));
                (style, flow(text, masked, inner, style))
            }
            Style::Literal { .. } | Style::Folded { .. } => block::decode(text, masked, span, style),
        };
        Scalar { span, style, decoded, templated }
    }

    /// What it says, unless a template has a part in it.
    pub fn fixed(&self) -> Option<&str> {
        (!self.templated).then_some(self.decoded.text.as_str())
    }

    /// What it says, template actions as they are written.
    pub fn text(&self) -> &str {
        &self.decoded.text
    }

    /// Writes text into the scalar the way it is written.
    pub fn codec(&self) -> Arc<dyn Codec> {
        match self.style {
            Style::Plain | Style::Folded { .. } => Arc::new(Bare),
            Style::Single => Arc::new(YamlSingleQuoted),
            Style::Double => Arc::new(JsonString),
            Style::Literal { indent } => Arc::new(YamlBlock { indent }),
        }
    }
}

/// A value written in a style, or in double quotes where the style cannot hold it. `flow` says
/// whether it stands within `[]` or `{}`.
pub fn quote(value: &str, style: Style, flow: bool) -> String {
    match style {
        Style::Plain if plain_holds(value, flow) => value.to_owned(),
        Style::Single if !value.contains(char::is_control) => format!("'{}'", value.replace('\'', "''")),
        _ => format!("\"{}\"", escape_json(value)),
    }
}

/// Whether a plain scalar says this value, and says it as a string.
pub fn plain_holds(value: &str, flow: bool) -> bool {
    let Some(first) = value.chars().next() else { return false };
    let indicator = "!&*|>@`%#,[]{}\"'".contains(first);
    // `-`, `?` and `:` may begin a scalar when no blank follows. Readers differ on a leading colon,
    // and `::` is an address that nobody leaves bare.
    let dash = matches!(first, '-' | '?') && !value[1..].starts_with(|c: char| !c.is_whitespace());
    let breaks =
        value.contains(": ") || value.contains(" #") || value.ends_with(':') || value.contains(char::is_control);
    let flow_breaks = flow && value.contains([',', '[', ']', '{', '}']);
    let blanks = value.trim() != value;
    !(indicator || dash || first == ':' || breaks || flow_breaks || blanks || another_type(value))
}

/// Whether a reader of YAML 1.1 or 1.2 takes a plain scalar for something else than a string.
fn another_type(value: &str) -> bool {
    let word = value.to_ascii_lowercase();
    let words =
        ["null", "~", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", "-.inf", "+.inf", ".nan", "<<", "="];
    let number = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | '+' | '-' | '_' | ':' | 'x' | 'o');
    let looks = word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-'));
    let digits = word.contains(|c: char| c.is_ascii_digit()) && word.chars().all(number);
    // An address such as 0.0.0.0 has too many dots for a number.
    words.contains(&word.as_str()) || (looks && digits && word.matches('.').count() < 2)
}

/// Decodes what stands on flow lines: plain text, or the inside of quotes.
fn flow(text: &str, masked: &Masked, span: Span, style: Style) -> Decoded {
    let mut out = Decoded::default();
    let mut at = span.start;
    // Blanks that an escape gave are content and survive line folding.
    let mut floor = 0;
    while at < span.end {
        if let Some(action) = masked.at(at) {
            let end = action.span.end.min(span.end);
            out.keep(text, Span::new(at, end));
            floor = out.text.len();
            at = end;
            continue;
        }
        let Some(c) = Span::new(at, span.end).text(text).chars().next() else { break };
        let width = c.len_utf8();
        match c {
            '\n' | '\r' => {
                let (next, breaks) = fold(text, at, span.end);
                out.trim_blanks(floor);
                out.put(&if breaks > 1 { "\n".repeat(breaks - 1) } else { " ".to_owned() });
                floor = out.text.len();
                at = next;
            }
            '\'' if style == Style::Single => {
                // The second of a pair.
                at += 1;
                out.keep(text, Span::new(at, (at + 1).min(span.end)));
                at += 1;
            }
            '\\' if style == Style::Double => {
                let (next, said) = escape(text, at, span.end);
                out.put(&said);
                floor = out.text.len();
                at = next;
            }
            _ => {
                out.keep(text, Span::new(at, at + width));
                at += width;
            }
        }
    }
    out.close(span.start)
}

/// Skips line ends and the blanks around them. Gives the next offset and how many line ends.
fn fold(text: &str, at: usize, end: usize) -> (usize, usize) {
    let rest = Span::new(at, end).text(text);
    let blanks = rest.find(|c: char| !matches!(c, ' ' | '\t' | '\r' | '\n')).unwrap_or(rest.len());
    (at + blanks, rest[..blanks].matches('\n').count().max(1))
}

/// An escape of a double quoted scalar (YAML 1.2, 5.7): where it ends and what it says.
fn escape(text: &str, at: usize, end: usize) -> (usize, String) {
    let rest = Span::new(at + 1, end).text(text);
    let Some(c) = rest.chars().next() else { return (end, String::new()) };
    let next = at + 1 + c.len_utf8();
    let digits = match c {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        '\n' | '\r' => {
            let blanks = rest.trim_start_matches(['\r', '\n']).trim_start_matches([' ', '\t']);
            return (end - blanks.len(), String::new());
        }
        _ => {
            let said = match c {
                '0' => "\0",
                'a' => "\u{7}",
                'b' => "\u{8}",
                't' | '\t' => "\t",
                'n' => "\n",
                'v' => "\u{b}",
                'f' => "\u{c}",
                'r' => "\r",
                'e' => "\u{1b}",
                'N' => "\u{85}",
                '_' => "\u{a0}",
                'L' => "\u{2028}",
                'P' => "\u{2029}",
                other => return (next, other.to_string()),
            };
            return (next, said.to_owned());
        }
    };
    let number = rest.get(1..1 + digits).and_then(|d| u32::from_str_radix(d, 16).ok());
    match number {
        Some(number) => (next + digits, char::from_u32(number).unwrap_or('\u{fffd}').to_string()),
        None => (next, c.to_string()),
    }
}
