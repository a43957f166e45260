//! Text expressions of Ruby: literals with and without interpolation, `+`, `format` and `%`.

use sixify_core::Span;

use crate::ruby::File;
use crate::strings::{Form, Piece, TextExpr};
use crate::syntax::Node;

impl File {
    /// Takes an expression that makes text apart.
    pub fn text_expr<'a>(&self, node: Node<'a>) -> Option<TextExpr<'a>> {
        match node.kind() {
            "string" => {
                let pieces = literal(node)?;
                let template = pieces.iter().any(|p| matches!(p, Piece::Hole { .. }));
                Some(TextExpr { node, form: if template { Form::Template } else { Form::Literal }, pieces })
            }
            "parenthesized_statements" => self.text_expr(node.items().next()?),
            "binary" => match node.field("operator")?.text() {
                "+" => {
                    let mut pieces = Vec::new();
                    self.operands(node, &mut pieces)?;
                    let text = pieces.iter().any(|p| matches!(p, Piece::Text { .. }));
                    text.then_some(TextExpr { node, form: Form::Concat, pieces })
                }
                "%" => {
                    let right = node.field("right")?;
                    let values = if right.is("array") { right.items().collect() } else { vec![right] };
                    let pieces = formatted(node.field("left").filter(|l| l.is("string"))?, values)?;
                    Some(TextExpr { node, form: Form::Format, pieces })
                }
                _ => None,
            },
            "call" if node.field("receiver").is_none() => {
                let formats = node.field("method").is_some_and(|m| matches!(m.text(), "format" | "sprintf"));
                let arguments: Vec<Node<'a>> = node.field("arguments").filter(|_| formats)?.items().collect();
                let (format, values) = arguments.split_first()?;
                let pieces = formatted(*format, values.to_vec())?;
                Some(TextExpr { node, form: Form::Format, pieces })
            }
            _ => None,
        }
    }

    fn operands<'a>(&self, node: Node<'a>, pieces: &mut Vec<Piece<'a>>) -> Option<()> {
        if node.is("binary") && node.field("operator").is_some_and(|o| o.text() == "+") {
            self.operands(node.field("left")?, pieces)?;
            return self.operands(node.field("right")?, pieces);
        }
        match self.text_expr(node) {
            Some(text) => pieces.extend(text.pieces),
            None => pieces.push(Piece::Hole { node: Some(node), span: node.span(), verb: "" }),
        }
        Some(())
    }

    /// The value of a literal without interpolation and escapes.
    pub fn string(&self, node: Node<'_>) -> Option<String> {
        if !node.is("string") {
            return None;
        }
        match literal(node)?.as_slice() {
            [] => Some(String::new()),
            [Piece::Text { raw, plain: true, .. }] => Some((*raw).to_owned()),
            _ => None,
        }
    }
}

/// The pieces of one literal; text up to a hole is one piece, whatever it is made of.
fn literal<'a>(node: Node<'a>) -> Option<Vec<Piece<'a>>> {
    let source = node.tree().text();
    let text = |from: usize, to: usize, plain: bool| {
        let span = Span::new(from, to);
        Piece::Text { raw: span.text(source), span, plain }
    };
    let mut pieces = Vec::new();
    let mut open: Option<(usize, usize, bool)> = None;
    for part in node.named_children() {
        match part.kind() {
            "string_content" | "escape_sequence" => {
                let plain = part.is("string_content");
                open = Some(
                    open.map_or((part.start(), part.end(), plain), |(from, _, all)| (from, part.end(), all && plain)),
                );
            }
            "interpolation" => {
                pieces.extend(open.take().map(|(from, to, plain)| text(from, to, plain)));
                let inner: Vec<Node<'a>> = part.items().collect();
                let node = if let [one] = inner.as_slice() { Some(*one) } else { None };
                pieces.push(Piece::Hole { node, span: part.span(), verb: "" });
            }
            _ => return None,
        }
    }
    pieces.extend(open.map(|(from, to, plain)| text(from, to, plain)));
    Some(pieces)
}

/// A format and its values. `None` for named values, `*` and counts that differ.
fn formatted<'a>(format: Node<'a>, values: Vec<Node<'a>>) -> Option<Vec<Piece<'a>>> {
    let pieces = literal(format).filter(|_| format.is("string"))?;
    let [Piece::Text { raw, span, plain: true }] = pieces.as_slice() else { return None };
    crate::strings::printf(raw, span.start, values)
}
