//! Text expressions of JavaScript: string literals, template literals, operands joined by `+`.

use sixify_core::Span;

use crate::javascript::File;
use crate::strings::{Form, Piece, TextExpr};
use crate::syntax::Node;

impl File {
    /// Takes an expression that makes a string apart. A tagged template is none: its tag decides
    /// what becomes of the text.
    pub fn text_expr<'a>(&self, node: Node<'a>) -> Option<TextExpr<'a>> {
        match node.kind() {
            "string" => Some(TextExpr { node, form: Form::Literal, pieces: vec![text(node, inside(node))] }),
            "template_string" => {
                let tagged = node.parent().is_some_and(|p| p.is("call_expression"));
                (!tagged).then(|| TextExpr { node, form: Form::Template, pieces: template(node) })
            }
            "binary_expression" => {
                let mut pieces = Vec::new();
                self.operands(node, &mut pieces)?;
                let literal = pieces.iter().any(|p| matches!(p, Piece::Text { .. }));
                literal.then_some(TextExpr { node, form: Form::Concat, pieces })
            }
            _ => {
                let inner = wrapped(node)?;
                self.text_expr(inner)
            }
        }
    }

    /// The operands of nested `+` from left to right. `None` for any other operator.
    fn operands<'a>(&self, node: Node<'a>, pieces: &mut Vec<Piece<'a>>) -> Option<()> {
        match node.kind() {
            "binary_expression" => {
                if node.field("operator")?.text() != "+" {
                    return None;
                }
                self.operands(node.field("left")?, pieces)?;
                self.operands(node.field("right")?, pieces)
            }
            "string" | "template_string" => {
                pieces.extend(self.text_expr(node)?.pieces);
                Some(())
            }
            _ => {
                pieces.push(Piece::Hole { node: Some(node), span: node.span(), verb: "" });
                Some(())
            }
        }
    }

    /// The value of a string literal, or of a template without holes, with escapes decoded.
    pub fn string<'a>(&self, node: Node<'a>) -> Option<String> {
        let expr = self.text_expr(node)?;
        let mut value = String::new();
        for piece in &expr.pieces {
            match piece {
                Piece::Text { raw, plain: true, .. } => value.push_str(raw),
                Piece::Text { raw, .. } => value.push_str(&decode(raw)?),
                Piece::Hole { .. } => return None,
            }
        }
        Some(value)
    }
}

/// The expression inside parentheses, `await`, `!` and type assertions: what it evaluates to.
pub(crate) fn wrapped(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "parenthesized_expression" | "await_expression" | "non_null_expression" => node.items().next(),
        "as_expression" | "satisfies_expression" => node.items().next(),
        "type_assertion" => node.items().last(),
        _ => None,
    }
}

/// The range between the quotes.
fn inside(node: Node<'_>) -> Span {
    Span::new(node.start() + 1, node.end().saturating_sub(1))
}

fn text<'a>(node: Node<'a>, span: Span) -> Piece<'a> {
    let raw = span.text(node.tree().text());
    Piece::Text { raw, span, plain: !raw.contains('\\') }
}

fn template<'a>(node: Node<'a>) -> Vec<Piece<'a>> {
    let whole = inside(node);
    let mut pieces = Vec::new();
    let mut from = whole.start;
    for hole in node.named_children().filter(|n| n.is("template_substitution")) {
        if from < hole.start() {
            pieces.push(text(node, Span::new(from, hole.start())));
        }
        pieces.push(Piece::Hole { node: hole.items().next(), span: hole.span(), verb: "" });
        from = hole.end();
    }
    if from < whole.end || pieces.is_empty() {
        pieces.push(text(node, Span::new(from, whole.end)));
    }
    pieces
}

/// Decodes the escapes of a string literal (ECMA-262, "String Literals"). `None` for an escape
/// that is malformed or stands for half of a surrogate pair.
fn decode(raw: &str) -> Option<String> {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match rest.next()? {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'v' => out.push('\u{b}'),
            '0' => out.push('\0'),
            '\n' => {}
            'x' => out.push(hex(&mut rest, 2)?),
            'u' => {
                let mut ahead = rest.clone();
                if ahead.next() == Some('{') {
                    let digits: String = ahead.by_ref().take_while(|c| *c != '}').collect();
                    out.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                    rest = ahead;
                } else {
                    out.push(hex(&mut rest, 4)?);
                }
            }
            other => out.push(other),
        }
    }
    Some(out)
}

fn hex(rest: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let word: String = rest.take(digits).collect();
    char::from_u32(u32::from_str_radix(&word, 16).ok()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::javascript::tests::{expression, parsed};
    use crate::strings::Form;

    fn shape(source: &str) -> Option<(Form, String)> {
        let file = parsed(&format!("x = {source};\n"));
        let expr = file.text_expr(expression(&file))?;
        Some((expr.form, expr.shape()))
    }

    #[test]
    fn the_same_text_in_three_spellings() {
        assert_eq!(shape("'0.0.0.0:1'"), Some((Form::Literal, "0.0.0.0:1".into())));
        assert_eq!(shape("`0.0.0.0:${p}`"), Some((Form::Template, "0.0.0.0:\0".into())));
        assert_eq!(shape("`${h}:${p}`"), Some((Form::Template, "\0:\0".into())));
        assert_eq!(shape("'0.0.0.0:' + (p) + '/'"), Some((Form::Concat, "0.0.0.0:\0/".into())));
        assert_eq!(shape("('a' + `b${c}`)"), Some((Form::Concat, "ab\0".into())));
        assert_eq!(shape("''"), Some((Form::Literal, String::new())));
        assert_eq!(shape("'a' - b"), None);
        assert_eq!(shape("a + b"), None);
        assert_eq!(shape("sql`0.0.0.0`"), None);
    }

    #[test]
    fn escapes_are_decoded() {
        let file = parsed(r"x = 'a\x41\u{1f600}B\n\'';");
        assert_eq!(file.string(expression(&file)).unwrap(), "aA\u{1f600}B\n'");
        let file = parsed(r"x = '\ud800';");
        assert_eq!(file.string(expression(&file)), None);
    }
}
