//! Files of directive lines, as redis and its relatives read them: a name, arguments, quotes in the
//! way of `sdssplitargs` (redis.conf). A `#` begins a comment only at the start of a line.

use std::rc::Rc;

use sixify_core::{Document, Span};

use crate::shell::Quoting;
use crate::yaml::template;

/// A directive line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// Its name in lower case.
    pub name: String,
    /// From the name to the last argument.
    pub span: Span,
    /// Its arguments.
    pub args: Vec<Argument>,
    /// Whether a template action stands on the line.
    pub templated: bool,
    /// 1-based line.
    pub line: usize,
}

/// An argument of a directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// What it says.
    pub value: String,
    /// Its place, quotes included.
    pub span: Span,
    /// How it is quoted.
    pub quoting: Quoting,
}

/// The directives of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directives(pub Vec<Directive>);

impl Directives {
    /// The directives of a document, worked out once.
    pub fn of(doc: &Document) -> Rc<Directives> {
        doc.memo(|doc| Directives::parse(&doc.text))
    }

    /// Reads a text.
    pub fn parse(text: &str) -> Directives {
        let masked = template::mask(text);
        let mut found = Vec::new();
        let mut at = 0;
        for (number, line) in masked.text.split_inclusive('\n').enumerate() {
            let span = Span::new(at, at + line.trim_end().len());
            at += line.len();
            if line.trim().is_empty() || line.trim_start().starts_with('#') {
                continue;
            }
            let mut words = arguments(&masked.text, span).into_iter();
            let Some(name) = words.next() else { continue };
            let args: Vec<Argument> = words.collect();
            let span = Span::new(name.span.start, args.last().map_or(name.span.end, |a| a.span.end));
            let name = name.value.to_ascii_lowercase();
            found.push(Directive { name, span, args, templated: masked.touches(span), line: number + 1 });
        }
        Directives(found)
    }

    /// The directives of this name.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Directive> {
        self.0.iter().filter(move |d| d.name == name)
    }

    /// Whether a directive of this name is there.
    pub fn has(&self, name: &str) -> bool {
        self.named(name).next().is_some()
    }
}

fn arguments(text: &str, line: Span) -> Vec<Argument> {
    let mut found = Vec::new();
    let mut rest = line;
    loop {
        let blanks = rest.text(text).find(|c: char| !c.is_whitespace());
        let Some(start) = blanks.map(|b| rest.start + b) else { return found };
        let body = Span::new(start, line.end).text(text);
        let quote = body.chars().next().filter(|c| matches!(c, '"' | '\''));
        let length = match quote {
            Some(q) => quoted_length(body, q),
            None => body.find(char::is_whitespace).unwrap_or(body.len()),
        };
        let span = Span::new(start, start + length);
        let (value, quoting) = match quote {
            Some(q) => {
                let inner = body.get(1..length.saturating_sub(1)).unwrap_or("");
                let quoting = if q == '"' { Quoting::Double } else { Quoting::Single };
                (inner.replace(&format!("\\{q}"), &q.to_string()), quoting)
            }
            None => (body[..length].to_owned(), Quoting::Bare),
        };
        found.push(Argument { value, span, quoting });
        rest = Span::new(span.end, line.end);
    }
}

fn quoted_length(body: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in body.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_give_names_and_arguments_with_places() {
        let text = "# bind a\r\nBind 127.0.0.1 \"::1\"\r\n\r\n  save 900 1\nrequirepass \"a \\\"b\"\nbind {{ .x }}\n";
        let found = Directives::parse(text);
        let shape: Vec<_> = found.0.iter().map(|d| (d.name.as_str(), d.line, d.args.len(), d.templated)).collect();
        assert_eq!(
            shape,
            [("bind", 2, 2, false), ("save", 4, 2, false), ("requirepass", 5, 1, false), ("bind", 6, 1, true)]
        );
        assert_eq!(found.0[0].args[1].value, "::1");
        assert_eq!(found.0[0].args[1].span.text(text), "\"::1\"");
        assert_eq!(found.0[2].args[0].value, "a \"b");
    }
}
