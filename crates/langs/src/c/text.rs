//! Text expressions: literals, formats of the `printf` family, `fmt::format`, sums and streams.

use sixify_core::Span;

use super::{Call, File, call};
use crate::strings::{Form, Piece, TextExpr};
use crate::syntax::Node;

/// Functions with a format like `printf`'s, and where it stands, counted from 0.
const FORMATS: [(&str, usize); 12] = [
    ("snprintf", 2),
    ("sprintf", 1),
    ("asprintf", 1),
    ("xasprintf", 0),
    ("g_strdup_printf", 0),
    ("StringPrintf", 0),
    ("strprintf", 0),
    ("absl::StrFormat", 0),
    ("QString::asprintf", 0),
    ("g_snprintf", 2),
    ("g_string_append_printf", 1),
    ("av_asprintf", 0),
];

impl File {
    /// Takes an expression that makes a text apart. A chain of `<<` counts as a sum.
    pub fn text_expr<'a>(&self, node: Node<'a>) -> Option<TextExpr<'a>> {
        let (form, pieces) = match node.kind() {
            "string_literal" | "raw_string_literal" | "char_literal" => (Form::Literal, vec![literal(node)?]),
            "parenthesized_expression" => return self.text_expr(node.items().next()?),
            "concatenated_string" => {
                // Macros such as PRIu16 may stand between the literals.
                let all = node.items().all(|n| n.is("string_literal"));
                let pieces: Option<Vec<_>> = node.items().map(literal).collect();
                (Form::Concat, pieces.filter(|_| all)?)
            }
            "binary_expression" => (Form::Concat, operands(node)?),
            "call_expression" => (Form::Format, format(&call(node)?)?),
            _ => return None,
        };
        Some(TextExpr { node, form, pieces })
    }

    /// The value of a literal without escapes.
    pub fn literal<'a>(&self, node: Node<'a>) -> Option<&'a str> {
        match literal(node)? {
            Piece::Text { raw, plain: true, .. } => Some(raw),
            _ => None,
        }
    }
}

/// The operands of `+`, or of `<<` behind the stream, from left to right.
fn operands(node: Node<'_>) -> Option<Vec<Piece<'_>>> {
    let operator = node.field("operator")?.text();
    if operator != "+" && operator != "<<" {
        return None;
    }
    let mut found = Vec::new();
    let mut at = node;
    while at.is("binary_expression") && at.field("operator").is_some_and(|o| o.text() == operator) {
        found.push(at.field("right")?);
        at = at.field("left")?;
    }
    if operator == "+" {
        found.push(at);
    }
    found.reverse();
    let texts = found.iter().filter(|n| n.is_any(&["string_literal", "char_literal"])).count();
    let made = found.into_iter().map(|n| match literal(n) {
        Some(text) => text,
        None => Piece::Hole { node: Some(n), span: n.span(), verb: "" },
    });
    (texts > 0).then(|| made.collect())
}

fn literal(node: Node<'_>) -> Option<Piece<'_>> {
    if !node.is_any(&["string_literal", "char_literal"]) {
        return None;
    }
    let text = node.text();
    let quote = if node.is("char_literal") { '\'' } else { '"' };
    let open = text.find(quote)? + 1;
    let close = text.rfind(quote).filter(|close| *close >= open)?;
    let raw = text.get(open..close)?;
    let span = Span::new(node.start() + open, node.start() + close);
    Some(Piece::Text { raw, span, plain: !raw.contains('\\') })
}

fn format<'a>(call: &Call<'a>) -> Option<Vec<Piece<'a>>> {
    let written = call.function.text();
    if ["fmt::format", "std::format"].contains(&written) {
        return braces(*call.arguments.first()?, call.arguments.get(1..)?);
    }
    let (_, at) = FORMATS.iter().find(|(name, _)| call.name == *name || written == *name)?;
    percent(*call.arguments.get(*at)?, call.arguments.get(at + 1..)?)
}

fn plain(node: Node<'_>) -> Option<(&str, Span)> {
    match literal(node)? {
        Piece::Text { raw, span, .. } => Some((raw, span)),
        Piece::Hole { .. } => None,
    }
}

fn push<'a>(raw: &'a str, span: Span, from: usize, to: usize, pieces: &mut Vec<Piece<'a>>) {
    if let Some(part) = raw.get(from..to).filter(|p| !p.is_empty()) {
        let plain = !part.contains('\\') && !part.contains("%%") && !part.contains("{{");
        pieces.push(Piece::Text { raw: part, span: Span::new(span.start + from, span.start + to), plain });
    }
}

fn percent<'a>(format: Node<'a>, arguments: &[Node<'a>]) -> Option<Vec<Piece<'a>>> {
    let (raw, span) = plain(format)?;
    let mut arguments = arguments.iter();
    let mut pieces = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(percent) = raw.get(at..)?.find('%').map(|i| at + i) {
        if raw.get(percent + 1..)?.starts_with('%') {
            at = percent + 2;
            continue;
        }
        let flags = raw.get(percent + 1..)?.bytes().take_while(|b| b"-+# 0123456789.hlzjtL".contains(b)).count();
        let end = percent + 1 + flags + 1;
        let verb = raw.get(percent..end)?;
        if verb.contains('*') || !verb.ends_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        push(raw, span, from, percent, &mut pieces);
        let hole = Span::new(span.start + percent, span.start + end);
        // The length of a number does not matter here.
        let verb = match verb {
            "%hu" | "%u" | "%hd" | "%i" | "%ld" | "%lu" => "%d",
            other => other,
        };
        pieces.push(Piece::Hole { node: Some(*arguments.next()?), span: hole, verb });
        (from, at) = (end, end);
    }
    push(raw, span, from, raw.len(), &mut pieces);
    Some(pieces)
}

fn braces<'a>(format: Node<'a>, arguments: &[Node<'a>]) -> Option<Vec<Piece<'a>>> {
    let (raw, span) = plain(format)?;
    if raw.contains("{{") {
        return None;
    }
    let mut pieces = Vec::new();
    let (mut from, mut next) = (0, 0);
    while let Some(open) = raw.get(from..)?.find('{').map(|i| from + i) {
        let close = open + raw.get(open..)?.find('}')?;
        let inside = raw.get(open + 1..close)?;
        let (number, verb) = inside.split_once(':').unwrap_or((inside, ""));
        let at = if number.is_empty() { next } else { number.parse().ok()? };
        next += 1;
        push(raw, span, from, open, &mut pieces);
        let hole = Span::new(span.start + open, span.start + close + 1);
        pieces.push(Piece::Hole { node: Some(*arguments.get(at)?), span: hole, verb });
        from = close + 1;
    }
    push(raw, span, from, raw.len(), &mut pieces);
    Some(pieces)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::super::tests::parsed;
    use super::*;
    use crate::grammar::Grammar;

    #[test]
    fn every_spelling_gives_the_same_pieces() {
        let shape = |expression: &str| {
            let text = format!("void f() {{ x = {expression}; }}");
            let file = parsed(Grammar::Cpp, &text);
            let assignment = file.tree.all("assignment_expression").next().expect("an assignment");
            let found = file.text_expr(assignment.field("right").expect("a value"))?;
            for piece in &found.pieces {
                if let Piece::Text { raw, span, .. } = piece {
                    assert_eq!(span.text(&text), *raw);
                }
            }
            Some(found.shape())
        };
        for (expression, wanted) in [
            (r#"snprintf(buf, sizeof buf, "http://%s:%d/", host, port)"#, "http://\0:\0/"),
            (r#"sprintf(buf, "%s:%u", host, port)"#, "\0:\0"),
            (r#"fmt::format("{}:{}", host, port)"#, "\0:\0"),
            (r#""http://" + host + ":" + std::to_string(port)"#, "http://\0:\0"),
            (r#"ss << host << ':' << port"#, "\0:\0"),
        ] {
            assert_eq!(shape(expression).as_deref(), Some(wanted), "{expression}");
        }
        for expression in ["a + b", "1 << 2", "f(x)", r#"snprintf(buf, n, format, host)"#] {
            assert_eq!(shape(expression), None, "{expression}");
        }
    }
}
