//! Text expressions: literals, interpolated strings, `+`, `string.Format`.

use sixify_core::Span;

use super::File;
use crate::strings::{Form, Piece, TextExpr};
use crate::syntax::Node;

/// How deep parentheses may nest inside a text expression. Deeper ones are holes.
const MAX_DEPTH: u8 = 16;

impl File {
    /// Takes a text expression apart; `None` when the expression is none.
    pub fn text_expr<'a>(&'a self, node: Node<'a>) -> Option<TextExpr<'a>> {
        text_expr(node, MAX_DEPTH)
    }
}

fn text_expr(node: Node<'_>, depth: u8) -> Option<TextExpr<'_>> {
    let mut pieces = Vec::new();
    let form = match node.kind() {
        "string_literal" | "verbatim_string_literal" | "raw_string_literal" => {
            pieces.push(literal(node)?);
            Form::Literal
        }
        "interpolated_string_expression" => {
            interpolated(node, &mut pieces);
            Form::Template
        }
        "binary_expression" => {
            joined(node, depth, &mut pieces)?;
            Form::Concat
        }
        "invocation_expression" => {
            format_call(node, &mut pieces)?;
            Form::Format
        }
        "parenthesized_expression" => return text_expr(node.items().next()?, depth.checked_sub(1)?),
        _ => return None,
    };
    Some(TextExpr { node, form, pieces })
}

/// Adds the pieces of operands joined by `+`; `None` when none of them is a text: then the `+` is
/// arithmetic. Chains are long in real code, so the left spine is walked, not recursed into.
fn joined<'a>(node: Node<'a>, depth: u8, pieces: &mut Vec<Piece<'a>>) -> Option<()> {
    let plus = |n: Node<'_>| n.is("binary_expression") && n.field("operator").is_some_and(|o| o.text() == "+");
    // The right operand and the sum up to it, from the right to the left.
    let mut spine = Vec::new();
    let mut at = node;
    while plus(at) {
        spine.push((at.field("right")?, at));
        at = at.field("left")?;
    }
    spine.push((at, at));
    spine.reverse();
    let inner = |operand: Node<'a>| depth.checked_sub(1).and_then(|depth| text_expr(operand, depth));
    let first = spine.iter().position(|(operand, _)| inner(*operand).is_some())?;
    // `a + b + ":"` adds before it joins.
    if let Some((_, sum)) = first.checked_sub(1).and_then(|last| spine.get(last)) {
        pieces.push(hole(*sum));
    }
    for (operand, _) in spine.into_iter().skip(first) {
        match inner(operand) {
            Some(text) => pieces.extend(text.pieces),
            None => pieces.push(hole(operand)),
        }
    }
    Some(())
}

fn hole(node: Node<'_>) -> Piece<'_> {
    Piece::Hole { node: Some(node), span: node.span(), verb: "" }
}

/// The text between the quotes of a literal.
fn literal(node: Node<'_>) -> Option<Piece<'_>> {
    let text = node.text();
    let (open, close) = match node.kind() {
        "string_literal" => (1, text.rfind('"')?),
        "verbatim_string_literal" => (2, text.rfind('"')?),
        _ => {
            let content = node.child("raw_string_content")?;
            return Some(Piece::Text {
                raw: content.text(),
                span: content.span(),
                plain: !content.text().contains('\n'),
            });
        }
    };
    let raw = text.get(open..close)?;
    let plain = if node.is("string_literal") { node.child("escape_sequence").is_none() } else { !raw.contains("\"\"") };
    Some(Piece::Text { raw, span: Span::new(node.start() + open, node.start() + close), plain })
}

fn interpolated<'a>(node: Node<'a>, pieces: &mut Vec<Piece<'a>>) {
    // In `$"..."` a brace is written twice; with several `$` single braces are text.
    let doubled = node.child("interpolation_start").is_some_and(|s| s.text().matches('$').count() == 1);
    for part in node.items() {
        match part.kind() {
            "string_content" => {
                let raw = part.text();
                let escaped = doubled && (raw.contains("{{") || raw.contains("}}") || raw.contains("\"\""));
                pieces.push(Piece::Text { raw, span: part.span(), plain: !escaped });
            }
            "escape_sequence" => pieces.push(Piece::Text { raw: part.text(), span: part.span(), plain: false }),
            "interpolation" => {
                let value = part.items().find(|n| !n.is("interpolation_brace"));
                let format = part.child("interpolation_format_clause").map_or("", Node::text);
                pieces.push(Piece::Hole { node: value, span: part.span(), verb: format });
            }
            _ => {}
        }
    }
}

/// `string.Format("{0}:{1}", a, b)`, also with a format provider before the text.
fn format_call<'a>(node: Node<'a>, pieces: &mut Vec<Piece<'a>>) -> Option<()> {
    let function = node.field("function")?.text();
    if !["string.Format", "String.Format", "System.String.Format"].contains(&function) {
        return None;
    }
    let arguments: Vec<Node<'a>> = node.field("arguments")?.items().filter_map(|a| a.items().last()).collect();
    let at = arguments.iter().take(2).position(|a| a.kind().ends_with("string_literal"))?;
    let Piece::Text { raw, span, plain: true } = literal(arguments[at])? else { return None };
    let mut done = 0;
    while let Some(open) = raw[done..].find('{').map(|i| done + i) {
        if raw[open..].starts_with("{{") {
            return None;
        }
        let close = open + raw[open..].find('}')?;
        let inside = &raw[open + 1..close];
        let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
        let place: usize = inside[..digits].parse().ok()?;
        text(raw, span, done, open, pieces);
        let value = arguments.get(at + 1 + place).copied();
        pieces.push(Piece::Hole {
            node: value,
            span: Span::new(span.start + open, span.start + close + 1),
            verb: &inside[digits..],
        });
        done = close + 1;
    }
    text(raw, span, done, raw.len(), pieces);
    Some(())
}

fn text<'a>(raw: &'a str, span: Span, from: usize, to: usize, pieces: &mut Vec<Piece<'a>>) {
    if from < to {
        let part = &raw[from..to];
        let plain = !part.contains("}}");
        pieces.push(Piece::Text { raw: part, span: Span::new(span.start + from, span.start + to), plain });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn shape(expr: &str) -> Option<(Form, String, bool)> {
        let text = format!("class C {{ void M() {{ F({expr}); }} }}");
        let file = File::parse(&text).unwrap();
        let call = file.calls().next().unwrap();
        let found = file.text_expr(call.arguments[0].value)?;
        for piece in &found.pieces {
            if let Piece::Text { raw, span, .. } = piece {
                assert_eq!(span.text(&text), *raw);
            }
        }
        let plain = found.pieces.iter().all(|p| !matches!(p, Piece::Text { plain: false, .. }));
        Some((found.form, found.shape(), plain))
    }

    #[test]
    fn every_spelling_gives_the_same_pieces() {
        let cases = [
            (r#""http://a:1""#, Form::Literal, "http://a:1", true),
            (r#"@"http://a:1""#, Form::Literal, "http://a:1", true),
            (r##""""http://a:1""""##, Form::Literal, "http://a:1", true),
            (r#"$"http://a:{port}""#, Form::Template, "http://a:\0", true),
            (r#"$@"http://a:{port:D}""#, Form::Template, "http://a:\0", true),
            (r#"$$"""http://a:{{port}}""""#, Form::Template, "http://a:\0", true),
            (r#""http://a:" + port"#, Form::Concat, "http://a:\0", true),
            (r#""http://" + host + ":" + (port + 1)"#, Form::Concat, "http://\0:\0", true),
            (r#"a + b + ":""#, Form::Concat, "\0:", true),
            (r#"string.Format("http://a:{0:D}/", port)"#, Form::Format, "http://a:\0/", true),
            (r#"String.Format(null, "{1}:{0}", port, host)"#, Form::Format, "\0:\0", true),
            (r#""a\tb""#, Form::Literal, "a\\tb", false),
            (r#"@"a""b""#, Form::Literal, "a\"\"b", false),
            (r#"$"{{x}}{y}""#, Form::Template, "{{x}}\0", false),
        ];
        for (expr, form, wanted, plain) in cases {
            assert_eq!(shape(expr), Some((form, wanted.to_owned(), plain)), "{expr}");
        }
        for expr in ["a + b", "1", "F(x)", r#"Other.Format("{0}", x)"#] {
            assert_eq!(shape(expr), None, "{expr}");
        }
    }
}
