//! Statements written into C# code in the style of the lines around them.

use sixify_core::Edit;
use sixify_langs::Node;

/// The white space before a statement.
pub(crate) fn indentation(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let line = &text[start..];
    &line[..line.len() - line.trim_start_matches([' ', '\t', '\u{feff}']).len()]
}

/// One step of indentation, as the lines from the statement outwards have it.
fn step(text: &str, statement: Node<'_>) -> String {
    let inner = indentation(text, statement.start());
    let outer = statement.ancestors().map(|n| indentation(text, n.start())).find(|i| i.len() < inner.len());
    match outer.and_then(|outer| inner.strip_prefix(outer)) {
        Some(step) => step.to_owned(),
        None if inner.starts_with('\t') => "\t".to_owned(),
        None => "    ".to_owned(),
    }
}

/// The end of the line, before its line end, so that a comment behind a statement stays there.
fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
    if text[at..end].ends_with('\r') { end - 1 } else { end }
}

/// Whether statements may be added before and behind this one.
pub(crate) fn in_block(statement: Node<'_>) -> bool {
    statement.parent().is_some_and(|p| p.is_any(&["block", "switch_section", "global_statement"]))
}

/// The statement that an expression stands in, when it is a simple one.
pub(crate) fn statement(node: Node<'_>) -> Option<Node<'_>> {
    let kinds = ["expression_statement", "local_declaration_statement", "return_statement", "if_statement", "block"];
    node.ancestor(&kinds).filter(|n| n.is_any(&kinds[..2]))
}

/// A statement of its own lines behind another one, or before it. `lines` are without indentation;
/// those in braces get one step more.
pub(crate) fn behind(statement: Node<'_>, lines: &[&str]) -> Edit {
    let text = statement.tree().text();
    let mut added = String::new();
    for line in laid_out(statement, lines) {
        added.push('\n');
        added.push_str(&line);
    }
    Edit::insert(line_end(text, statement.end()), added)
}

/// See [`behind`].
pub(crate) fn before(statement: Node<'_>, lines: &[&str]) -> Edit {
    let text = statement.tree().text();
    let mut added = laid_out(statement, lines).join("\n");
    let indent = indentation(text, statement.start());
    added.drain(..indent.len());
    added.push('\n');
    added.push_str(indent);
    Edit::insert(statement.start(), added)
}

fn laid_out(statement: Node<'_>, lines: &[&str]) -> Vec<String> {
    let text = statement.tree().text();
    let (indent, step) = (indentation(text, statement.start()), step(text, statement));
    let mut inside = false;
    let mut out = Vec::new();
    for line in lines {
        inside &= *line != "}";
        let more = if inside { step.as_str() } else { "" };
        out.push(format!("{indent}{more}{line}"));
        inside |= *line == "{";
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use sixify_core::EditSet;
    use sixify_langs::csharp::File;

    #[test]
    fn statements_are_laid_out_like_their_neighbours() {
        let text = "class C\n{\n\tvoid M()\n\t{\n\t\tF(); // why\n\t}\n}\n";
        let file = File::parse(text).unwrap();
        let call = file.calls().next().unwrap().node;
        let statement = statement(call).unwrap();
        assert!(in_block(statement));
        let lines = ["if (a)", "{", "b();", "}"];
        let edits = [before(statement, &["a();"]), behind(statement, &lines)];
        let after = EditSet::of(edits).unwrap().apply(text).unwrap();
        let wanted = "\t\ta();\n\t\tF(); // why\n\t\tif (a)\n\t\t{\n\t\t\tb();\n\t\t}\n\t}\n";
        assert!(after.contains(wanted), "{after}");
    }
}
