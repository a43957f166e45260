//! Lists in braces of BIND's configuration: `listen-on port 53 { 127.0.0.1; any; };` (BIND 9
//! Administrator Reference Manual, Configuration File Grammar).

use sixify_core::Span;

/// A statement with a list of addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Its first word: `listen-on`.
    pub name: String,
    /// From its first word to the brace that closes it.
    pub span: Span,
    /// The elements, each without its `;`.
    pub elements: Vec<Span>,
    /// The number of the statement that it stands in, from 0 for the top of the file.
    pub scope: usize,
}

/// The innermost blocks of a text, with whatever stands between their semicolons. Comments of all
/// three kinds are passed over.
pub fn lists(text: &str) -> Vec<List> {
    let visible = without_comments(text);
    let bytes = visible.as_bytes();
    let mut found = Vec::new();
    let mut open: Vec<(usize, usize, usize)> = Vec::new();
    let (mut start, mut scope, mut number) = (0, 0, 0);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'{' => {
                open.push((start, at + 1, scope));
                number += 1;
                scope = number;
                start = at + 1;
            }
            b';' => start = at + 1,
            b'}' => {
                let Some((head, body, outer)) = open.pop() else { continue };
                let inner = Span::new(body, at).text(&visible);
                let name = Span::new(head, body.saturating_sub(1)).text(&visible);
                let first = head + (name.len() - name.trim_start().len());
                let elements = elements(inner, body);
                if let Some(name) = name.split_whitespace().next().filter(|_| !inner.contains('{')) {
                    found.push(List { name: name.to_owned(), span: Span::new(first, at + 1), elements, scope: outer });
                }
                scope = outer;
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

fn elements(inner: &str, base: usize) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    for part in inner.split_inclusive(';') {
        let body = part.strip_suffix(';').unwrap_or(part);
        let lead = body.len() - body.trim_start().len();
        let length = body.trim().len();
        if length > 0 {
            found.push(Span::new(base + at + lead, base + at + lead + length));
        }
        at += part.len();
    }
    found
}

/// The text with blanks in the place of comments and of what stands in quotes.
fn without_comments(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let rest = text.as_bytes().get(at..).unwrap_or(&[]);
        let length = match rest {
            [b'#', ..] | [b'/', b'/', ..] => rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len()),
            [b'/', b'*', ..] => rest.windows(2).position(|w| w == b"*/").map_or(rest.len(), |end| end + 2),
            [b'"', tail @ ..] => tail.iter().position(|b| *b == b'"').map_or(rest.len(), |end| end + 2),
            _ => 0,
        };
        for byte in bytes.iter_mut().skip(at).take(length).filter(|b| **b != b'\n') {
            *byte = b' ';
        }
        at += length.max(1);
    }
    // Whole characters were replaced by ASCII, or none of their bytes.
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_lists_have_names_elements_and_scopes() {
        let text = "options {\n  // listen-on { a; };\n  directory \"/{\";\n  listen-on port 53 { 127.0.0.1; any; /* x; */ };\n};\nview \"v\" { allow-query { !10.0.0.0/8; }; };\n";
        let found = lists(text);
        let shape: Vec<_> = found
            .iter()
            .map(|l| (l.name.as_str(), l.elements.iter().map(|e| e.text(text)).collect::<Vec<_>>(), l.scope))
            .collect();
        assert_eq!(shape, [("listen-on", vec!["127.0.0.1", "any"], 1), ("allow-query", vec!["!10.0.0.0/8"], 3)]);
        assert_eq!(found.first().map(|l| l.span.text(text).starts_with("listen-on port 53 {")), Some(true));
        assert!(lists("a { b").is_empty() && lists("}").is_empty());
    }
}
