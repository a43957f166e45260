//! Format macros. The arguments of a macro are tokens, not expressions, so they are told by their
//! places.

use sixify_core::Span;

use crate::rust::File;
use crate::syntax::Node;

/// What a hole of a format prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argument<'a> {
    /// Its text.
    pub text: &'a str,
    /// Its place: in the arguments, or in the hole itself.
    pub span: Span,
    /// The token that names it: `port` of `self.port`. `None` for a name in the hole and for calls.
    pub name: Option<Node<'a>>,
    /// Whether it stands in the hole itself, as in `{host}`.
    pub inline: bool,
}

/// A hole of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole<'a> {
    /// Its place with its braces.
    pub span: Span,
    /// What is put in.
    pub argument: Argument<'a>,
    /// Whether it prints the value as it is, without width and the like.
    pub plain: bool,
}

/// A call of `format!` or of one of its kin.
#[derive(Clone, Debug)]
pub struct Format<'a> {
    /// The whole macro call.
    pub node: Node<'a>,
    /// The name of the macro.
    pub macro_name: &'a str,
    /// The text of the format, between its quotes.
    pub text: &'a str,
    /// Its place.
    pub span: Span,
    /// Its holes in order.
    pub holes: Vec<Hole<'a>>,
}

impl File {
    /// Takes a format macro apart. `None` for other macros, and where the format is no plain
    /// literal or names its arguments.
    pub fn format<'a>(&self, node: Node<'a>) -> Option<Format<'a>> {
        let name = node.field("macro").filter(|_| node.is("macro_invocation"))?.text();
        let macro_name = name.rsplit("::").next().unwrap_or(name);
        let tokens: Vec<Node<'a>> = node.child("token_tree")?.children().collect();
        let inner = tokens.get(1..tokens.len().checked_sub(1)?)?;
        let mut parts: Vec<&[Node<'a>]> = inner.split(|t| t.text() == ",").filter(|p| !p.is_empty()).collect();
        let literal = parts.iter().position(|p| p.len() == 1 && p.first().is_some_and(|t| t.is("string_literal")))?;
        parts.drain(..literal);
        let (first, rest) = parts.split_first()?;
        let (text, span) = self.literal(*first.first()?)?;
        let arguments: Vec<Argument<'a>> = rest.iter().filter_map(|p| argument(p)).collect();
        let holes = holes(text, span, &arguments)?;
        Some(Format { node, macro_name, text, span, holes })
    }

    fn literal<'a>(&self, node: Node<'a>) -> Option<(&'a str, Span)> {
        let span = Span::new(node.start() + 1, node.end().checked_sub(1)?);
        let text = span.text(node.tree().text());
        (!text.contains('\\') && !text.contains("{{") && !text.contains("}}")).then_some((text, span))
    }
}

fn argument<'a>(tokens: &[Node<'a>]) -> Option<Argument<'a>> {
    let (first, last) = (tokens.first()?, tokens.last()?);
    let span = Span::new(first.start(), last.end());
    let text = span.text(first.tree().text());
    let name = tokens.iter().rev().find(|t| t.is("identifier")).copied();
    let call = last.is("token_tree");
    Some(Argument { text, span, name: name.filter(|_| !call), inline: false })
}

fn holes<'a>(text: &'a str, span: Span, arguments: &[Argument<'a>]) -> Option<Vec<Hole<'a>>> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut next = arguments.iter();
    while let Some(open) = text[at..].find('{').map(|i| at + i) {
        let close = text[open..].find('}').map(|i| open + i)?;
        let inner = &text[open + 1..close];
        let (name, verb) = inner.split_once(':').unwrap_or((inner, ""));
        let place = Span::new(span.start + open + 1, span.start + open + 1 + name.len());
        let argument = match name {
            "" => *next.next()?,
            number if number.bytes().all(|b| b.is_ascii_digit()) => *arguments.get(number.parse::<usize>().ok()?)?,
            name => Argument { text: name, span: place, name: None, inline: true },
        };
        let hole = Span::new(span.start + open, span.start + close + 1);
        found.push(Hole { span: hole, argument, plain: verb.is_empty() });
        at = close + 1;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use crate::classify;
    use sixify_core::Document;

    fn holes_of(source: &str) -> Option<Vec<String>> {
        let doc = Document::from_text("a.rs", classify::RUST, format!("fn f() {{ let x = {source}; }}"));
        let file = crate::rust::file(&doc).expect("parses");
        let format = file.format(file.tree.all("macro_invocation").next().expect("a macro"))?;
        Some(format.holes.iter().map(|h| h.argument.text.to_owned()).collect())
    }

    #[test]
    fn holes_have_their_arguments() {
        let some = |v: &[&str]| Some(v.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
        assert_eq!(holes_of("format!(\"{}:{}\", self.host, a.port())"), some(&["self.host", "a.port()"]));
        assert_eq!(holes_of("format!(\"{host}:{}\", port)"), some(&["host", "port"]));
        assert_eq!(holes_of("format!(\"{1}{0}\", a, b)"), some(&["b", "a"]));
        assert_eq!(holes_of("format!(\"{{}}\")"), None);
        assert_eq!(holes_of("vec![1]"), None);
    }
}
