//! Text expressions: literals, sums, templates, formats, and chains of `append`.

use sixify_core::Span;

use super::{File, Lang};
use crate::strings::{Form, Piece, TextExpr};
use crate::syntax::Node;

impl File {
    /// Takes an expression that makes a text apart. A chain of `append` counts as a sum.
    pub fn text_expr<'a>(&self, node: Node<'a>) -> Option<TextExpr<'a>> {
        let (form, pieces) = match (self.lang, node.kind()) {
            (_, "parenthesized_expression") => return self.text_expr(node.items().next()?),
            (Lang::Java, "string_literal") => (Form::Literal, vec![literal(node)?]),
            (_, "character_literal") => (Form::Literal, vec![literal(node)?]),
            (Lang::Scala, "string") => (Form::Literal, vec![literal(node)?]),
            (Lang::Kotlin, "string_literal" | "multiline_string_literal") => {
                let pieces = kotlin(node)?;
                let template = pieces.iter().any(|p| matches!(p, Piece::Hole { .. }));
                (if template { Form::Template } else { Form::Literal }, pieces)
            }
            (Lang::Scala, "interpolated_string_expression") => {
                let interpolator = node.field("interpolator")?.text();
                if !["s", "f", "raw"].contains(&interpolator) {
                    return None;
                }
                (Form::Template, scala(node.child("interpolated_string")?, interpolator == "f")?)
            }
            (Lang::Java | Lang::Kotlin, "binary_expression") | (Lang::Scala, "infix_expression") => {
                let mut pieces = Vec::new();
                self.operands(node, &mut pieces)?;
                let literal = pieces.iter().any(|p| matches!(p, Piece::Text { .. }));
                literal.then_some((Form::Concat, pieces))?
            }
            _ => {
                let call = self.call(node).filter(|c| !c.creates)?;
                match call.name {
                    "append" => {
                        let mut pieces = Vec::new();
                        self.appended(node, &mut pieces)?;
                        let literal = pieces.iter().any(|p| matches!(p, Piece::Text { .. }));
                        literal.then_some((Form::Concat, pieces))?
                    }
                    "format" | "formatted" => (Form::Format, self.format(&call)?),
                    _ => return None,
                }
            }
        };
        Some(TextExpr { node, form, pieces })
    }

    /// The operands of nested `+` from left to right.
    fn operands<'a>(&self, node: Node<'a>, pieces: &mut Vec<Piece<'a>>) -> Option<()> {
        // Not recursive on the left: a sum of ten thousand strings is ten thousand nodes deep.
        let mut operands = Vec::new();
        let mut at = node;
        while let Some((left, right)) = sum(at) {
            operands.push(right);
            at = left;
        }
        if operands.is_empty() {
            return None;
        }
        operands.push(at);
        operands.into_iter().rev().for_each(|operand| self.operand(operand, pieces));
        Some(())
    }

    fn operand<'a>(&self, node: Node<'a>, pieces: &mut Vec<Piece<'a>>) {
        let text = Some(node).filter(|n| n.is_any(TEXTS)).and_then(|n| self.text_expr(n));
        match text {
            Some(text) => pieces.extend(text.pieces),
            None => pieces.push(Piece::Hole { node: Some(node), span: node.span(), verb: "" }),
        }
    }

    /// What a chain of `append` puts at the end of its receiver.
    fn appended<'a>(&self, node: Node<'a>, pieces: &mut Vec<Piece<'a>>) -> Option<()> {
        let mut operands = Vec::new();
        let mut at = node;
        while let Some(call) = self.call(at).filter(|c| c.name == "append" && !c.creates) {
            let [value] = call.arguments.as_slice() else { return None };
            operands.push(*value);
            at = call.receiver?;
        }
        if let Some(call) = self.call(at).filter(|c| c.creates && ["StringBuilder", "StringBuffer"].contains(&c.name)) {
            operands.extend(call.arguments.first().filter(|a| a.is_any(TEXTS)));
        }
        for operand in operands.into_iter().rev() {
            if sum(operand).is_none() || self.operands(operand, pieces).is_none() {
                self.operand(operand, pieces);
            }
        }
        Some(())
    }

    /// `String.format`, `"…".formatted`, Scala's `"…".format` and `MessageFormat.format`.
    fn format<'a>(&self, call: &super::Call<'a>) -> Option<Vec<Piece<'a>>> {
        let receiver = call.receiver?;
        if receiver.is_any(TEXTS) {
            return percent(plain(receiver)?, &call.arguments);
        }
        let class = receiver.text().rsplit('.').next()?;
        // A locale may come first.
        let at = call.arguments.iter().take(2).position(|a| a.is_any(TEXTS))?;
        let rest = call.arguments.get(at + 1..)?;
        match class {
            "String" => percent(plain(*call.arguments.get(at)?)?, rest),
            "MessageFormat" => braces(plain(*call.arguments.get(at)?)?, rest),
            _ => None,
        }
    }
}

/// Kinds of nodes that are literal texts or templates.
const TEXTS: &[&str] =
    &["string_literal", "character_literal", "string", "multiline_string_literal", "interpolated_string_expression"];

/// The sides of a `+`.
fn sum(node: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
    if !node.is_any(&["binary_expression", "infix_expression"]) {
        return None;
    }
    let (left, right) = (node.field("left")?, node.field("right")?);
    let plus = node.children().any(|c| c != left && c != right && c.text() == "+");
    plus.then_some((left, right))
}

/// A literal without holes.
fn literal(node: Node<'_>) -> Option<Piece<'_>> {
    let text = node.text();
    let quote = if text.starts_with("\"\"\"") { 3 } else { 1 };
    let raw = text.get(quote..text.len().checked_sub(quote)?)?;
    // A text block of Java loses its indentation; a text of several lines is never an address.
    let plain = !raw.contains('\\') && !raw.contains('\n');
    Some(Piece::Text { raw, span: Span::new(node.start() + quote, node.end() - quote), plain })
}

fn plain(node: Node<'_>) -> Option<(&str, Span)> {
    match literal(node)? {
        Piece::Text { raw, span, plain: true } => Some((raw, span)),
        _ => None,
    }
}

/// The pieces of a Kotlin text. The grammar has no node for `$name` in a text of one line; the hole
/// then has the node that begins with the name.
fn kotlin(node: Node<'_>) -> Option<Vec<Piece<'_>>> {
    let Piece::Text { raw, span, .. } = literal(node)? else { return None };
    let three = node.text().starts_with("\"\"\"");
    let mut pieces = Vec::new();
    let (mut from, mut at) = (0, 0);
    let bytes = raw.as_bytes();
    while at < bytes.len() {
        if bytes[at] == b'\\' && !three {
            at += 2;
            continue;
        }
        if bytes[at] != b'$' {
            at += 1;
            continue;
        }
        let start = span.start + at;
        let inside = node.named_children().find(|n| n.is("interpolation") && n.start() == start);
        let (value, end) = if let Some(hole) = inside {
            (hole.items().next(), hole.end() - span.start)
        } else {
            let name = raw.get(at + 1..)?;
            let length = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
            if length == 0 || name.starts_with(|c: char| c.is_ascii_digit()) {
                at += 1;
                continue;
            }
            (node.named_children().find(|n| n.start() == start + 1), at + 1 + length)
        };
        push(raw, span, from, at, &mut pieces);
        pieces.push(Piece::Hole { node: value, span: Span::new(start, span.start + end), verb: "" });
        (from, at) = (end, end);
    }
    push(raw, span, from, raw.len(), &mut pieces);
    if pieces.is_empty() {
        pieces.push(Piece::Text { raw, span, plain: true });
    }
    Some(pieces)
}

/// The pieces of a Scala text with an interpolator. `f` has formats behind its holes.
fn scala(node: Node<'_>, formats: bool) -> Option<Vec<Piece<'_>>> {
    let Piece::Text { raw, span, .. } = literal(node)? else { return None };
    let mut pieces = Vec::new();
    let mut from = 0;
    for hole in node.named_children().filter(|n| n.is("interpolation")) {
        let (start, mut end) = (hole.start() - span.start, hole.end() - span.start);
        push(raw, span, from, start, &mut pieces);
        let mut value = hole.items().next();
        if let Some(block) = value.filter(|v| v.is("block")) {
            value = block.items().next().filter(|_| block.items().count() == 1);
        }
        let mut verb = "";
        if formats && let Some(rest) = raw.get(end..).filter(|r| r.starts_with('%')) {
            let flags = rest.bytes().skip(1).take_while(|b| b"-#+ 0,(.123456789".contains(b)).count();
            verb = rest.get(..flags + 2)?;
            end += verb.len();
        }
        pieces.push(Piece::Hole { node: value, span: Span::new(hole.start(), span.start + end), verb });
        from = end;
    }
    push(raw, span, from, raw.len(), &mut pieces);
    if pieces.is_empty() {
        pieces.push(Piece::Text { raw, span, plain: true });
    }
    Some(pieces)
}

fn push<'a>(raw: &'a str, span: Span, from: usize, to: usize, pieces: &mut Vec<Piece<'a>>) {
    if let Some(part) = raw.get(from..to).filter(|p| !p.is_empty()) {
        let plain = !part.contains(['\\', '\n', '$']) && !part.contains("%%");
        pieces.push(Piece::Text { raw: part, span: Span::new(span.start + from, span.start + to), plain });
    }
}

/// `%s:%d`; `None` for counts that differ and for arguments by number.
fn percent<'a>((raw, span): (&'a str, Span), arguments: &[Node<'a>]) -> Option<Vec<Piece<'a>>> {
    let mut pieces = Vec::new();
    let mut arguments = arguments.iter();
    let (mut from, mut at) = (0, 0);
    let bytes = raw.as_bytes();
    while let Some(percent) = bytes.get(at..)?.iter().position(|b| *b == b'%').map(|i| at + i) {
        let flags = bytes.get(percent + 1..)?.iter().take_while(|b| b"-#+ 0,(.123456789".contains(b)).count();
        let end = percent + 1 + flags;
        match bytes.get(end)? {
            b'%' | b'n' => at = end + 1,
            verb if verb.is_ascii_alphabetic() => {
                push(raw, span, from, percent, &mut pieces);
                let hole = Span::new(span.start + percent, span.start + end + 1);
                let verb = raw.get(percent..=end)?;
                pieces.push(Piece::Hole { node: Some(*arguments.next()?), span: hole, verb });
                (from, at) = (end + 1, end + 1);
            }
            _ => return None,
        }
    }
    push(raw, span, from, raw.len(), &mut pieces);
    Some(pieces)
}

/// `{0}:{1}`. Numbers are printed with separators of thousands, so a format of their own is a verb.
fn braces<'a>((raw, span): (&'a str, Span), arguments: &[Node<'a>]) -> Option<Vec<Piece<'a>>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    while let Some(open) = raw.get(from..)?.find('{').map(|i| from + i) {
        let close = open + raw.get(open..)?.find('}')?;
        let inside = raw.get(open + 1..close)?;
        let (number, verb) = inside.find(',').map_or((inside, ""), |i| (&inside[..i], &inside[i..]));
        push(raw, span, from, open, &mut pieces);
        let node = number.trim().parse::<usize>().ok().and_then(|n| arguments.get(n)).copied()?;
        let hole = Span::new(span.start + open, span.start + close + 1);
        pieces.push(Piece::Hole { node: Some(node), span: hole, verb });
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

    /// The form and shape of the last argument of the first call of `f`.
    fn shape(lang: Lang, expression: &str) -> Option<(Form, String)> {
        let text = match lang {
            Lang::Java => format!("class C {{ void m() {{ f({expression}); }} }}"),
            Lang::Kotlin => format!("fun m() {{ f({expression}) }}"),
            Lang::Scala => format!("class C {{ def m() = {{ f({expression}) }} }}"),
        };
        let file = parsed(lang, &text);
        let call = file.calls().find(|c| c.name == "f").expect("the call");
        let found = file.text_expr(*call.arguments.first()?)?;
        for piece in &found.pieces {
            if let Piece::Text { raw, span, .. } = piece {
                assert_eq!(span.text(&text), *raw);
            }
        }
        Some((found.form, found.shape()))
    }

    #[test]
    fn every_spelling_gives_the_same_pieces() {
        let cases = [
            (Lang::Java, r#""http://" + host + ":" + port + "/x""#, Form::Concat, "http://\0:\0/x"),
            (Lang::Java, r#"host + ':' + 80"#, Form::Concat, "\0:\0"),
            (Lang::Java, r#"String.format("http://%s:%d/", host, port)"#, Form::Format, "http://\0:\0/"),
            (Lang::Java, r#"String.format(Locale.ROOT, "%s:%s", host, port)"#, Form::Format, "\0:\0"),
            (Lang::Java, r#""%s:%d".formatted(host, port)"#, Form::Format, "\0:\0"),
            (Lang::Java, r#"MessageFormat.format("{0}:{1,number,#}", h, p)"#, Form::Format, "\0:\0"),
            (Lang::Java, r#"sb.append(host).append(':').append(port)"#, Form::Concat, "\0:\0"),
            (
                Lang::Java,
                r#"new StringBuilder("http://").append(host + ":").append(port)"#,
                Form::Concat,
                "http://\0:\0",
            ),
            (Lang::Java, r#""a""#, Form::Literal, "a"),
            (Lang::Kotlin, r#""http://$host:$port/${a.b}""#, Form::Template, "http://\0:\0/\0"),
            (Lang::Kotlin, r#""$host:${config.port}""#, Form::Template, "\0:\0"),
            (Lang::Kotlin, r#"host + ":" + port"#, Form::Concat, "\0:\0"),
            (Lang::Kotlin, r#""%s:%d".format(host, port)"#, Form::Format, "\0:\0"),
            (Lang::Kotlin, r#""cost \$5""#, Form::Literal, "cost \\$5"),
            (Lang::Scala, r#"s"http://$host:${port}/""#, Form::Template, "http://\0:\0/"),
            (Lang::Scala, r#"f"$host%s:$port%d""#, Form::Template, "\0:\0"),
            (Lang::Scala, r#"host + ":" + port"#, Form::Concat, "\0:\0"),
            (Lang::Scala, r#""%s:%d".format(host, port)"#, Form::Format, "\0:\0"),
        ];
        for (lang, expression, form, wanted) in cases {
            assert_eq!(shape(lang, expression), Some((form, wanted.to_owned())), "{expression}");
        }
        for expression in ["a + b", "1", "g(x)", r#"list.append(x)"#, r#"String.format(pattern, host)"#] {
            assert_eq!(shape(Lang::Java, expression), None, "{expression}");
        }
    }

    #[test]
    fn holes_of_kotlin_begin_with_their_names() {
        let file = parsed(Lang::Kotlin, r#"val x = "a$host:${b.port}""#);
        let text = file.tree.all("string_literal").next().and_then(|n| file.text_expr(n)).expect("a text");
        let holes: Vec<_> = text.holes().flatten().map(|n| n.text().to_owned()).collect();
        assert!(holes[0].starts_with("host"), "{holes:?}");
        assert_eq!(holes[1], "b.port");
    }
}
