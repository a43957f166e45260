//! Go's text expressions.

use sixify_core::Span;

use crate::go::File;
use crate::strings::{Form, Piece, TextExpr};
use crate::syntax::Node;

impl File {
    /// Takes an expression that makes a string apart: a literal, operands joined by `+`, or a
    /// call of `fmt.Sprintf` with a literal format.
    pub fn text_expr<'a>(&self, node: Node<'a>) -> Option<TextExpr<'a>> {
        match node.kind() {
            "interpreted_string_literal" | "raw_string_literal" => {
                Some(TextExpr { node, form: Form::Literal, pieces: vec![literal(node)] })
            }
            "binary_expression" => {
                let mut pieces = Vec::new();
                operands(node, &mut pieces)?;
                let text = pieces.iter().any(|p| matches!(p, Piece::Text { .. }));
                text.then_some(TextExpr { node, form: Form::Concat, pieces })
            }
            "call_expression" if self.callee(node).as_deref() == Some("fmt.Sprintf") => {
                let pieces = format_call(&self.arguments(node))?;
                Some(TextExpr { node, form: Form::Format, pieces })
            }
            "parenthesized_expression" => self.text_expr(node.items().next()?),
            _ => None,
        }
    }
}

fn literal(node: Node<'_>) -> Piece<'_> {
    let span = Span::new(node.start() + 1, node.end().saturating_sub(1));
    let raw = span.text(node.tree().text());
    Piece::Text { raw, span, plain: node.is("raw_string_literal") || !raw.contains('\\') }
}

/// The operands of nested `+`, from left to right. `None` for any other operator.
fn operands<'a>(node: Node<'a>, pieces: &mut Vec<Piece<'a>>) -> Option<()> {
    match node.kind() {
        "binary_expression" => {
            if node.field("operator")?.text() != "+" {
                return None;
            }
            operands(node.field("left")?, pieces)?;
            operands(node.field("right")?, pieces)
        }
        "interpreted_string_literal" | "raw_string_literal" => {
            pieces.push(literal(node));
            Some(())
        }
        _ => {
            pieces.push(Piece::Hole { node: Some(node), span: node.span(), verb: "" });
            Some(())
        }
    }
}

/// The pieces of a `Sprintf`-like call, whose first argument is the format. `None` when the
/// format is no plain literal, takes operands by number or width, or the counts differ.
pub fn format_call<'a>(arguments: &[Node<'a>]) -> Option<Vec<Piece<'a>>> {
    let (format, operands) = arguments.split_first()?;
    if !format.is_any(&["interpreted_string_literal", "raw_string_literal"]) {
        return None;
    }
    let Piece::Text { raw, span, .. } = literal(*format) else { return None };
    let mut operands = operands.iter();
    let mut pieces = Vec::new();
    let mut text_from = 0;
    let bytes = raw.as_bytes();
    let mut at = 0;
    let text = |from: usize, to: usize, pieces: &mut Vec<Piece<'a>>| {
        if from < to {
            let raw = &raw[from..to];
            let plain = !raw.contains('\\') && !raw.contains("%%");
            pieces.push(Piece::Text { raw, span: Span::new(span.start + from, span.start + to), plain });
        }
    };
    while let Some(percent) = bytes[at..].iter().position(|b| *b == b'%').map(|i| at + i) {
        let flags = bytes[percent + 1..].iter().take_while(|b| b"+-# 0123456789.".contains(b)).count();
        let end = percent + 1 + flags;
        match bytes.get(end)? {
            b'%' => at = end + 1,
            b'[' | b'*' => return None,
            _ => {
                let end = end + raw[end..].chars().next()?.len_utf8();
                text(text_from, percent, &mut pieces);
                let hole = Span::new(span.start + percent, span.start + end);
                pieces.push(Piece::Hole { node: Some(*operands.next()?), span: hole, verb: &raw[percent..end] });
                (at, text_from) = (end, end);
            }
        }
    }
    text(text_from, raw.len(), &mut pieces);
    operands.next().is_none().then_some(pieces)
}
