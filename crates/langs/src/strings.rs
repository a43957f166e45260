//! Text expressions: what an expression that makes a string is made of.
//!
//! `"0.0.0.0:" + port`, `` `0.0.0.0:${port}` ``, `f"0.0.0.0:{port}"` and
//! `fmt.Sprintf("0.0.0.0:%d", port)` say the same thing. Each language takes its own spellings
//! apart into [`Piece`]s; codemods read the pieces and edit the literal text at its place.

use sixify_core::Span;

use crate::syntax::Node;

/// One piece of a text expression, in order.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'a> {
    /// Literal text. Within it, inner offsets are source offsets as long as nothing is escaped.
    Text {
        /// The text between the quotes or holes, as it stands in the source.
        raw: &'a str,
        /// Its place.
        span: Span,
        /// Whether `raw` is also the value, that is, holds no escape.
        plain: bool,
    },
    /// A value that is put in.
    Hole {
        /// The expression, when it is written out.
        node: Option<Node<'a>>,
        /// The place of the hole: `${port}`, `{port}`, `%d`, or the operand of a `+`.
        span: Span,
        /// How the value is converted: the verb of a format (`%d`, `:02x`), else empty.
        verb: &'a str,
    },
}

/// How a text expression is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One literal.
    Literal,
    /// A template with holes: template literal, f-string, interpolated string.
    Template,
    /// Operands joined by `+`.
    Concat,
    /// A call of a formatting function with a format string.
    Format,
}

/// A text expression taken apart.
#[derive(Clone, Debug)]
pub struct TextExpr<'a> {
    /// The whole expression.
    pub node: Node<'a>,
    /// How it is spelled.
    pub form: Form,
    /// Its pieces in order.
    pub pieces: Vec<Piece<'a>>,
}

impl<'a> TextExpr<'a> {
    /// The literal text it starts with, if it starts with text that holds no escape.
    pub fn prefix(&self) -> Option<(&'a str, Span)> {
        match self.pieces.first() {
            Some(Piece::Text { raw, span, plain: true }) => Some((raw, *span)),
            _ => None,
        }
    }

    /// The whole value, when it has no holes and no escapes.
    pub fn value(&self) -> Option<(&'a str, Span)> {
        match self.pieces.as_slice() {
            [Piece::Text { raw, span, plain: true }] => Some((raw, *span)),
            _ => None,
        }
    }

    /// The holes in order.
    pub fn holes(&self) -> impl Iterator<Item = Option<Node<'a>>> + '_ {
        self.pieces.iter().filter_map(|p| match p {
            Piece::Hole { node, .. } => Some(*node),
            Piece::Text { .. } => None,
        })
    }

    /// The expression with each hole written as one character `\u{0}`, for looking at its shape.
    pub fn shape(&self) -> String {
        self.pieces.iter().map(|p| if let Piece::Text { raw, .. } = p { raw } else { "\0" }).collect()
    }
}

/// The pieces of a `printf` format, whose text starts at `at`, and its values. `None` for values
/// by number or name, for `*`, and for counts that differ.
pub fn printf<'a>(raw: &'a str, at: usize, values: Vec<Node<'a>>) -> Option<Vec<Piece<'a>>> {
    let mut values = values.into_iter();
    let mut pieces = Vec::new();
    let bytes = raw.as_bytes();
    let (mut from, mut next) = (0, 0);
    let text = |from: usize, to: usize| {
        let part = raw.get(from..to).filter(|r| !r.is_empty())?;
        Some(Piece::Text { raw: part, span: Span::new(at + from, at + to), plain: !part.contains("%%") })
    };
    while let Some(percent) = bytes.get(next..)?.iter().position(|b| *b == b'%').map(|i| next + i) {
        let flags = bytes.get(percent + 1..)?.iter().take_while(|b| b"+-# 0123456789.".contains(b)).count();
        let end = percent + 1 + flags;
        match *bytes.get(end)? {
            b'%' => next = end + 1,
            verb if verb.is_ascii_alphabetic() => {
                pieces.extend(text(from, percent));
                let span = Span::new(at + percent, at + end + 1);
                pieces.push(Piece::Hole { node: Some(values.next()?), span, verb: raw.get(percent..=end)? });
                (from, next) = (end + 1, end + 1);
            }
            _ => return None,
        }
    }
    pieces.extend(text(from, raw.len()));
    values.next().is_none().then_some(pieces)
}
