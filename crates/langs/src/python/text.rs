//! Text expressions of Python: literals, adjacent literals, `+`, f-strings, `%` and `.format`.

use sixify_core::Span;

use crate::python::File;
use crate::strings::{Form, Piece, TextExpr};
use crate::syntax::Node;

impl File {
    /// Takes an expression that makes a string apart. Bytes are no text.
    pub fn text_expr<'a>(&self, node: Node<'a>) -> Option<TextExpr<'a>> {
        match node.kind() {
            "string" => {
                let pieces = string(node)?;
                let template = pieces.iter().any(|p| matches!(p, Piece::Hole { .. }));
                Some(TextExpr { node, form: if template { Form::Template } else { Form::Literal }, pieces })
            }
            "concatenated_string" => {
                let mut pieces = Vec::new();
                for part in node.items() {
                    pieces.extend(string(part)?);
                }
                Some(TextExpr { node, form: Form::Concat, pieces })
            }
            "binary_operator" => match node.field("operator")?.text() {
                "+" => {
                    let mut pieces = Vec::new();
                    self.operands(node, &mut pieces)?;
                    let literal = pieces.iter().any(|p| matches!(p, Piece::Text { .. }));
                    literal.then_some(TextExpr { node, form: Form::Concat, pieces })
                }
                "%" => {
                    let pieces = percent(node.field("left")?, node.field("right")?)?;
                    Some(TextExpr { node, form: Form::Format, pieces })
                }
                _ => None,
            },
            "call" => {
                let function = node.field("function").filter(|f| f.is("attribute"))?;
                let format = function.field("object").filter(|o| o.is("string"))?;
                if function.field("attribute")?.text() != "format" {
                    return None;
                }
                let pieces = braces(format, node.field("arguments")?)?;
                Some(TextExpr { node, form: Form::Format, pieces })
            }
            "parenthesized_expression" => self.text_expr(node.items().next()?),
            _ => None,
        }
    }

    /// The operands of nested `+` from left to right. `None` for any other operator.
    fn operands<'a>(&self, node: Node<'a>, pieces: &mut Vec<Piece<'a>>) -> Option<()> {
        let sum = node.is("binary_operator") && node.field("operator").is_some_and(|o| o.text() == "+");
        if sum {
            self.operands(node.field("left")?, pieces)?;
            return self.operands(node.field("right")?, pieces);
        }
        match self.text_expr(node) {
            Some(text) => pieces.extend(text.pieces),
            None if node.is_any(&["string", "concatenated_string"]) => return None,
            None => pieces.push(Piece::Hole { node: Some(node), span: node.span(), verb: "" }),
        }
        Some(())
    }

    /// The value of a string without holes, with escapes decoded.
    pub fn string<'a>(&self, node: Node<'a>) -> Option<String> {
        if !node.is_any(&["string", "concatenated_string", "parenthesized_expression"]) {
            return None;
        }
        let mut value = String::new();
        for piece in self.text_expr(node)?.pieces {
            match piece {
                Piece::Text { raw, plain: true, .. } => value.push_str(raw),
                Piece::Text { raw, .. } if raw.contains('\\') => value.push_str(&decode(raw)?),
                // Doubled braces of an f-string.
                Piece::Text { raw, .. } => value.push_str(&raw.replace("{{", "{").replace("}}", "}")),
                Piece::Hole { .. } => return None,
            }
        }
        Some(value)
    }
}

/// The pieces of one literal. `None` for bytes.
fn string<'a>(node: Node<'a>) -> Option<Vec<Piece<'a>>> {
    let start = node.child("string_start")?;
    let end = node.child("string_end")?;
    let prefix = start.text().trim_end_matches(['"', '\'']).to_ascii_lowercase();
    if prefix.contains('b') {
        return None;
    }
    let (raw, format) = (prefix.contains('r'), prefix.contains(['f', 't']));
    let source = node.tree().text();
    let text = |span: Span| {
        let text = span.text(source);
        let plain = (raw || !text.contains('\\')) && !(format && (text.contains("{{") || text.contains("}}")));
        Piece::Text { raw: text, span, plain }
    };
    let mut pieces = Vec::new();
    let mut from = start.end();
    for hole in node.named_children().filter(|n| n.is("interpolation")) {
        if from < hole.start() {
            pieces.push(text(Span::new(from, hole.start())));
        }
        let verb = hole.field("format_specifier").or_else(|| hole.field("type_conversion")).map_or("", Node::text);
        pieces.push(Piece::Hole { node: hole.field("expression"), span: hole.span(), verb });
        from = hole.end();
    }
    if from < end.start() || pieces.is_empty() {
        pieces.push(text(Span::new(from, end.start())));
    }
    Some(pieces)
}

/// The one piece of a literal without holes and escapes.
fn plain<'a>(node: Node<'a>) -> Option<(&'a str, Span)> {
    match string(node)?.as_slice() {
        [Piece::Text { raw, span, plain: true }] => Some((raw, *span)),
        _ => None,
    }
}

/// A list of pieces over a format string.
struct Pieces<'a> {
    raw: &'a str,
    at: usize,
    from: usize,
    found: Vec<Piece<'a>>,
}

impl<'a> Pieces<'a> {
    fn text(&mut self, to: usize, escape: [&str; 2]) {
        if let Some(raw) = self.raw.get(self.from..to).filter(|r| !r.is_empty()) {
            let span = Span::new(self.at + self.from, self.at + to);
            self.found.push(Piece::Text { raw, span, plain: !escape.iter().any(|e| raw.contains(e)) });
        }
    }

    fn hole(&mut self, from: usize, to: usize, node: Node<'a>, verb: &'a str) {
        self.found.push(Piece::Hole { node: Some(node), span: Span::new(self.at + from, self.at + to), verb });
        self.from = to;
    }
}

/// `'%s:%d' % (host, port)`. `None` for named operands, `*` and counts that differ.
fn percent<'a>(format: Node<'a>, operands: Node<'a>) -> Option<Vec<Piece<'a>>> {
    let (raw, span) = plain(format)?;
    let operands: Vec<Node<'a>> = if operands.is("tuple") { operands.items().collect() } else { vec![operands] };
    crate::strings::printf(raw, span.start, operands)
}

/// `'{}:{}'.format(host, port)`, also by number and by name.
fn braces<'a>(format: Node<'a>, arguments: Node<'a>) -> Option<Vec<Piece<'a>>> {
    let (raw, span) = plain(format)?;
    let arguments: Vec<Node<'a>> = arguments.items().collect();
    if arguments.iter().any(|a| a.is_any(&["list_splat", "dictionary_splat"])) {
        return None;
    }
    let positional: Vec<Node<'a>> = arguments.iter().copied().filter(|a| !a.is("keyword_argument")).collect();
    let named = |name: &str| {
        let argument =
            arguments.iter().find(|a| a.is("keyword_argument") && a.field("name").is_some_and(|n| n.text() == name));
        argument?.field("value")
    };
    let mut pieces = Pieces { raw, at: span.start, from: 0, found: Vec::new() };
    let (mut at, mut next) = (0, 0);
    while let Some(brace) = raw.get(at..)?.find(['{', '}']).map(|i| at + i) {
        let twice = raw.as_bytes().get(brace + 1) == raw.as_bytes().get(brace);
        if twice {
            at = brace + 2;
            continue;
        }
        let end = brace + raw.get(brace..)?.find('}')?;
        let field = raw.get(brace + 1..end)?;
        let (name, verb) = field.find([':', '!']).map_or((field, ""), |i| (&field[..i], &field[i..]));
        let node = match name.parse::<usize>() {
            _ if name.is_empty() => {
                next += 1;
                *positional.get(next - 1)?
            }
            Ok(number) => *positional.get(number)?,
            Err(_) => named(name)?,
        };
        pieces.text(brace, ["{{", "}}"]);
        pieces.hole(brace, end + 1, node, verb);
        at = end + 1;
    }
    pieces.text(raw.len(), ["{{", "}}"]);
    Some(pieces.found)
}

/// Decodes the escapes of a literal (The Python Language Reference, 2.4.1.1). `None` for escapes
/// by character name.
fn decode(raw: &str) -> Option<String> {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let digits = |rest: &mut std::str::Chars<'_>, count| {
            let word: String = rest.take(count).collect();
            char::from_u32(u32::from_str_radix(&word, 16).ok()?)
        };
        match rest.next()? {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            '\n' => {}
            c @ ('\\' | '\'' | '"') => out.push(c),
            'x' => out.push(digits(&mut rest, 2)?),
            'u' => out.push(digits(&mut rest, 4)?),
            'U' => out.push(digits(&mut rest, 8)?),
            'N' | '0'..='7' | 'a' | 'b' | 'f' | 'v' => return None,
            other => out.extend(['\\', other]),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use crate::python::tests::{expression, parsed};
    use crate::strings::Form;

    fn shape(source: &str) -> Option<(Form, String)> {
        let file = parsed(&format!("x = {source}\n"));
        let expr = file.text_expr(expression(&file))?;
        Some((expr.form, expr.shape()))
    }

    #[test]
    fn the_same_text_in_every_spelling() {
        assert_eq!(shape("'0.0.0.0:1'"), Some((Form::Literal, "0.0.0.0:1".into())));
        assert_eq!(shape("f'0.0.0.0:{p}'"), Some((Form::Template, "0.0.0.0:\0".into())));
        assert_eq!(shape("f\"{h}:{p:d}\""), Some((Form::Template, "\0:\0".into())));
        assert_eq!(shape("'0.0.0.0:' + str(p)"), Some((Form::Concat, "0.0.0.0:\0".into())));
        assert_eq!(shape("('0.0.0.0' ':' f'{p}')"), Some((Form::Concat, "0.0.0.0:\0".into())));
        assert_eq!(shape("'%s:%d' % (h, p)"), Some((Form::Format, "\0:\0".into())));
        assert_eq!(shape("'0.0.0.0:%d' % p"), Some((Form::Format, "0.0.0.0:\0".into())));
        assert_eq!(shape("'{}:{}'.format(h, p)"), Some((Form::Format, "\0:\0".into())));
        assert_eq!(shape("'{h}:{1:d}'.format(a, p, h=b)"), Some((Form::Format, "\0:\0".into())));
        assert_eq!(shape("r'''a'''"), Some((Form::Literal, "a".into())));
        assert_eq!(shape("''"), Some((Form::Literal, String::new())));
        for no in ["b'a'", "a + b", "'%s' % (a, b)", "'%(a)s' % d", "'{}'.format(*a)", "'{a.b}'.format(a=1)"] {
            assert_eq!(shape(no), None, "{no}");
        }
    }

    #[test]
    fn escapes_are_decoded() {
        let file = parsed("x = 'a\\x41\\n' r'\\n'\n");
        assert_eq!(file.string(expression(&file)).as_deref(), Some("aA\n\\n"));
    }
}
