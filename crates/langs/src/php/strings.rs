//! Text expressions of PHP: literals, double-quoted ones with variables, `.` and `sprintf`.

use sixify_core::Span;

use crate::php::File;
use crate::strings::{Form, Piece, TextExpr};
use crate::syntax::Node;

impl File {
    /// Takes an expression that makes text apart.
    pub fn text_expr<'a>(&self, node: Node<'a>) -> Option<TextExpr<'a>> {
        match node.kind() {
            "string" | "encapsed_string" => {
                let pieces = literal(node)?;
                let template = pieces.iter().any(|p| matches!(p, Piece::Hole { .. }));
                Some(TextExpr { node, form: if template { Form::Template } else { Form::Literal }, pieces })
            }
            "parenthesized_expression" => self.text_expr(node.items().next()?),
            "binary_expression" => {
                let mut pieces = Vec::new();
                joined(node).then(|| self.operands(node, &mut pieces))??;
                let text = pieces.iter().any(|p| matches!(p, Piece::Text { .. }));
                text.then_some(TextExpr { node, form: Form::Concat, pieces })
            }
            "function_call_expression" => {
                let arguments = self.arguments(node);
                let (format, values) =
                    arguments.split_first().filter(|_| self.callee(node).as_deref() == Some("sprintf"))?;
                let pieces = literal(*format)?;
                let [Piece::Text { raw, span, plain: true }] = pieces.as_slice() else { return None };
                let pieces = crate::strings::printf(raw, span.start, values.to_vec())?;
                Some(TextExpr { node, form: Form::Format, pieces })
            }
            _ => None,
        }
    }

    fn operands<'a>(&self, node: Node<'a>, pieces: &mut Vec<Piece<'a>>) -> Option<()> {
        if joined(node) {
            self.operands(node.field("left")?, pieces)?;
            return self.operands(node.field("right")?, pieces);
        }
        match self.text_expr(node) {
            Some(text) => pieces.extend(text.pieces),
            None => pieces.push(Piece::Hole { node: Some(node), span: node.span(), verb: "" }),
        }
        Some(())
    }

    /// The value of a literal without variables and escapes.
    pub fn string(&self, node: Node<'_>) -> Option<String> {
        if !node.is_any(&["string", "encapsed_string"]) {
            return None;
        }
        match literal(node)?.as_slice() {
            [] => Some(String::new()),
            [Piece::Text { raw, plain: true, .. }] => Some((*raw).to_owned()),
            _ => None,
        }
    }
}

fn joined(node: Node<'_>) -> bool {
    node.is("binary_expression") && node.field("operator").is_some_and(|o| o.text() == ".")
}

/// The pieces of one literal; a hole takes its braces with it.
fn literal<'a>(node: Node<'a>) -> Option<Vec<Piece<'a>>> {
    if !node.is_any(&["string", "encapsed_string"]) {
        return None;
    }
    let source = node.tree().text();
    let text = |from: usize, to: usize, plain: bool| {
        let span = Span::new(from, to);
        Piece::Text { raw: span.text(source), span, plain }
    };
    let mut pieces = Vec::new();
    let mut open: Option<(usize, usize, bool)> = None;
    for part in node.named_children() {
        if part.is_any(&["string_content", "escape_sequence"]) {
            let plain = part.is("string_content") && !(node.is("string") && part.text().contains('\\'));
            open =
                Some(open.map_or((part.start(), part.end(), plain), |(from, _, all)| (from, part.end(), all && plain)));
            continue;
        }
        pieces.extend(open.take().map(|(from, to, plain)| text(from, to, plain)));
        let braced = part.previous().is_some_and(|p| p.text() == "{") && part.next().is_some_and(|n| n.text() == "}");
        let span = if braced { Span::new(part.start() - 1, part.end() + 1) } else { part.span() };
        pieces.push(Piece::Hole { node: Some(part), span, verb: "" });
    }
    pieces.extend(open.map(|(from, to, plain)| text(from, to, plain)));
    Some(pieces)
}
