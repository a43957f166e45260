//! Variables of shell scripts: where they are set, and where their values go.

use std::rc::Rc;

use sixify_core::{Document, Span};

use crate::grammar::Grammar;
use crate::shell::{Word, word};
use crate::syntax::{Node, Tree};
use crate::yaml::template;

/// A variable that is set: `NAME=value`, `NAME+=value`, `NAME=(a b)`, with or without `export`.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// Its name.
    pub name: String,
    /// What it is set to; `None` for an array or nothing.
    pub value: Option<Word>,
    /// The elements of an array.
    pub elements: Vec<Word>,
    /// The whole assignment.
    pub span: Span,
    /// Whether it adds to what the variable had.
    pub appends: bool,
    /// Whether it stands in a branch of an `if` or `case`, or in a list after `&&` or `||`.
    pub conditional: bool,
}

/// A place where a variable is expanded: `$NAME`, `${NAME:-default}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expansion {
    /// The name of the variable.
    pub name: String,
    /// The place of the expansion.
    pub span: Span,
    /// The place of the value that stands in for a variable that is not set.
    pub default: Option<Span>,
}

/// Facts about the variables of a script.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    /// In order of their places.
    pub assignments: Vec<Assignment>,
    /// In order of their places; those in here-documents are among them.
    pub expansions: Vec<Expansion>,
}

impl Variables {
    /// The variables of a shell script, worked out once.
    pub fn of(doc: &Document) -> Rc<Variables> {
        doc.memo(|doc| Variables::parse(&doc.text))
    }

    /// Reads a script.
    pub fn parse(text: &str) -> Variables {
        let masked = template::mask(text);
        let Some(tree) = Tree::parse(Grammar::Shell, &masked.text) else { return Variables::default() };
        let mut found = Variables::default();
        for node in tree.all("variable_assignment").filter(|n| !n.has_error()) {
            let Some(name) = node.field("name") else { continue };
            let value = node.field("value");
            let array = value.filter(|v| v.is("array"));
            let read = |n: Node<'_>| word(text, &masked, n.span());
            found.assignments.push(Assignment {
                name: name.text().to_owned(),
                value: value.filter(|_| array.is_none()).map(read),
                elements: array.iter().flat_map(|a| a.items()).filter(|n| !n.is_comment()).map(read).collect(),
                span: node.span(),
                appends: node.children().any(|c| c.text() == "+="),
                conditional: node.ancestor(&["if_statement", "case_item", "list"]).is_some(),
            });
        }
        let expansions = tree.nodes().filter(|n| n.is_any(&["simple_expansion", "expansion"]));
        found.expansions.extend(expansions.filter_map(|n| expansion(text, n.span())));
        found.expansions.sort_by_key(|e| e.span);
        found
    }

    /// The assignments of one variable.
    pub fn of_name<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Assignment> {
        self.assignments.iter().filter(move |a| a.name == name)
    }
}

/// The assignments of a script.
pub fn assignments(doc: &Document) -> Rc<[Assignment]> {
    Variables::of(doc).assignments.clone().into()
}

/// Takes `$NAME` or `${NAME...}` apart.
fn expansion(text: &str, span: Span) -> Option<Expansion> {
    let inner = span.text(text).strip_prefix('$')?;
    let body = inner.strip_prefix('{').and_then(|b| b.strip_suffix('}'));
    let (body, braces) = body.map_or((inner, 0), |b| (b, 1));
    let end = body.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(body.len());
    let name = body.get(..end).filter(|n| !n.is_empty())?;
    let tail = body.get(end..)?;
    let operator = [":-", ":=", "-", "="].into_iter().find(|op| tail.starts_with(op));
    let default = operator.filter(|_| braces == 1).map(|op| {
        let start = span.start + 2 + end + op.len();
        Span::new(start, span.end - 1)
    });
    Some(Expansion { name: name.to_owned(), span, default })
}

/// The variables that a text names, in order: `$HOST:${PORT:-80}` has two. Text that no shell
/// parses, such as a word of a command line.
pub fn names(text: &str) -> Vec<Expansion> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('$') {
        let rest = text.get(at + 1..).unwrap_or("");
        let length = match rest.strip_prefix('{') {
            Some(_) => closing(rest).map_or(0, |end| end + 1),
            None => rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len()),
        };
        found.extend((length > 0).then(|| expansion(text, Span::new(at, at + 1 + length))).flatten());
    }
    found
}

/// The place of the brace that closes the one at the start.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    text.char_indices().find_map(|(i, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (c == '}' && depth == 0).then_some(i)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn assignments_say_what_they_set() {
        let text = "A=1\nexport B=\"x $A\" C=y\nd+=' more'\nargs=(--host \"0.0.0.0\" # all\n $P)\nif x; then E=2; fi\n";
        let found = Variables::parse(text);
        let names: Vec<_> = found.assignments.iter().map(|a| (a.name.as_str(), a.appends, a.conditional)).collect();
        assert_eq!(
            names,
            [
                ("A", false, false),
                ("B", false, false),
                ("C", false, false),
                ("d", true, false),
                ("args", false, false),
                ("E", false, true)
            ]
        );
        let elements: Vec<_> = found.assignments[4].elements.iter().map(|w| w.decoded.text.as_str()).collect();
        assert_eq!(elements, ["--host", "0.0.0.0", "$P"]);
    }

    #[test]
    fn expansions_tell_their_defaults() {
        let text = "run \"${HOST:-0.0.0.0}:$PORT\" ${X}\ncat <<EOF\n$HOST\nEOF\n";
        let found = Variables::parse(text).expansions;
        let said: Vec<_> = found.iter().map(|e| (e.name.as_str(), e.default.map(|d| d.text(text)))).collect();
        assert_eq!(said, [("HOST", Some("0.0.0.0")), ("PORT", None), ("X", None), ("HOST", None)]);
        let outer: Vec<_> = names("${A:-${B:-c}}/$D").into_iter().map(|e| e.name).collect();
        assert_eq!(outer, ["A", "B", "D"]);
    }
}
