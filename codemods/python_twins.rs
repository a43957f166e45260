//! Where Python code writes a host without a port in the place of one with a port:
//! `netloc = f"{host}:{port}" if port else host`. There it needs its brackets as well.

use sixify_langs::strings::Form;

use crate::prelude::*;
use crate::python_code::statement;
use crate::python_joins::Place;

/// The host alone, where it stands for the join at `place`.
pub(crate) fn twin<'a>(place: &Place<'a>) -> Option<Node<'a>> {
    let host = place.host.text();
    let value = whole(place.node);
    if let Some(choice) = value.parent().filter(|p| p.is("conditional_expression")) {
        let arms: Vec<Node<'a>> = choice.items().collect();
        let [yes, _, no] = arms.as_slice() else { return None };
        // `str(host)` gives the host alone as well.
        let text = format!("str({host})");
        return [*yes, *no].into_iter().find(|arm| *arm != value && (arm.text() == host || arm.text() == text));
    }
    // The same statement with the host alone, in another branch or behind the condition.
    let (tree, own) = (place.node.tree(), statement(value)?);
    let (before, behind) = (tree.text().get(own.start()..value.start())?, tree.text().get(value.end()..own.end())?);
    let choice = own.ancestors().take_while(|n| !n.is("function_definition")).find(|n| n.is("if_statement"))?;
    let branches = choice.descendants().filter(|n| n.parent().is_some_and(|p| p.is("block")));
    let after = choice.parent()?.items().filter(|n| before == "return " && n.start() > choice.end()).take(1);
    let wanted = plain(&format!("{before}{host}{behind}"));
    let in_text = plain(&format!("{before}f\"{{{host}}}\"{behind}"));
    let same = |n: &Node<'_>| [&wanted, &in_text].contains(&&plain(n.text()));
    let other = branches.chain(after).find(|n| n.start() != own.start() && same(n))?;
    let start = other.start() + before.len();
    if plain(other.text()) == in_text {
        return Some(tree.smallest(Span::new(start, start + host.len() + 4)));
    }
    let found = tree.smallest(Span::new(start, start + host.len()));
    (plain(found.text()) == plain(host)).then_some(found)
}

/// Whether the host alone stands for the join in another spelling, so that one name does not serve both.
pub(crate) fn is_bare_elsewhere(place: &Place<'_>) -> bool {
    twin(place).is_some_and(|host| host.text() != place.host.text())
}

/// A text with one kind of quotes.
fn plain(text: &str) -> String {
    text.replace('"', "'")
}

/// The expression that a text is the whole value of, in parentheses perhaps.
fn whole(text: Node<'_>) -> Node<'_> {
    let mut node = text;
    while let Some(parent) = node.parent().filter(|p| p.is_any(&["parenthesized_expression", "concatenated_string"])) {
        node = parent;
    }
    node
}

/// The place of a host alone, as one that a name for the host serves.
pub(crate) fn place<'a>(of: &Place<'a>, host: Node<'a>) -> Place<'a> {
    Place {
        host,
        hole: host.span(),
        whole: host.span(),
        form: Form::Format,
        node: host,
        port: None,
        only_host: of.only_host,
        missing: None,
        why: Vec::new(),
        twin: None,
    }
}
