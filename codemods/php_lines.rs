//! A name for a host of PHP code with its brackets, in a line of its own before the statement that wants it.

use std::collections::{BTreeMap, BTreeSet};

use sixify_langs::strings::Form;

use crate::host_port::{Join, is_path};
use crate::prelude::*;
use crate::python_joins::indent_of;

/// What a variable belongs to.
const SCOPES: &[&str] =
    &["function_definition", "method_declaration", "anonymous_function", "arrow_function", "program"];

/// What holds statements, one after the other.
const BLOCKS: &[&str] = &["compound_statement", "program", "case_statement", "default_statement", "colon_block"];

/// How long a line may be (PSR-12).
const LIMIT: usize = 120;

/// A join that wants its brackets, and the form of its text.
pub(crate) struct Place<'a> {
    pub(crate) join: Join<'a>,
    pub(crate) form: Form,
}

/// The fix of the place at `at` among all places of the file; `None` where no line can stand before it.
pub(crate) fn fix(doc: &Document, places: &[Place<'_>], at: usize) -> Option<Fix> {
    let place = places.get(at)?;
    let host = place.join.host;
    let text = host.text();
    if !is_steady(host) {
        return None;
    }
    let own = statement(host)?;
    let scope = own.ancestor(SCOPES)?;
    // One line serves all texts behind it in the same block.
    let mut same = places.iter().filter(|p| p.join.host.text() == text);
    let first = same.find_map(|p| {
        let first = statement(p.join.host)?;
        let block = first.parent()?;
        let before = first.start() <= own.start() && block.holds(own) && first.ancestor(SCOPES) == Some(scope);
        (before && !gives(block, text, Span::new(first.start(), own.start()))).then_some(first)
    });
    let first = first.unwrap_or(own);
    let indent = indent_of(first)?;
    let again = is_only_joined(scope, places, host, first);
    let name = if again { text.to_owned() } else { free_name(scope, places, host)? };
    let line = line(&name, host, indent);
    // A return that stands apart goes on to do so.
    let before = doc.text.get(..first.start()).unwrap_or_default().trim_end_matches([' ', '\t']);
    let apart = first.is("return_statement") && (before.ends_with("\n\n") || before.ends_with("\n\r\n"));
    let gap = if apart { "\n\n" } else { "\n" };
    let fix = Fix::new().edit(Edit::insert(first.start(), format!("{line}{gap}{indent}")));
    if again {
        return Some(fix);
    }
    let hole = place.join.hole;
    let within = host.parent().is_some_and(|p| p.is("encapsed_string")) || hole != host.span();
    Some(fix.edit(if place.form == Form::Format || !within {
        Edit::replace(host.span(), name)
    } else if hole.text(&doc.text).starts_with('{') || host.text() != hole.text(&doc.text) {
        Edit::replace(hole, format!("{{{name}}}"))
    } else {
        Edit::replace(hole, name)
    }))
}

/// The line that gives `name` the host, in brackets where it is an IPv6 address.
fn line(name: &str, host: Node<'_>, indent: &str) -> String {
    let value = |host: &str, inside: &str| {
        format!("{name} = filter_var({host}, FILTER_VALIDATE_IP, FILTER_FLAG_IPV6) ? {inside} : {host};")
    };
    let text = host.text();
    let inside = if host.is("variable_name") {
        format!("\"[{text}]\"")
    } else if text.starts_with('$') && !text.contains("::") {
        format!("\"[{{{text}}}]\"")
    } else {
        // Constants and static members are not put into text.
        format!("'[' . {text} . ']'")
    };
    let one = value(text, &inside);
    if name == text || indent.len() + one.len() <= LIMIT {
        return one;
    }
    format!("{name} = {text};\n{indent}{}", value(name, &format!("\"[{name}]\"")))
}

/// Whether an expression gives the same value again and does nothing else: a path of names, or an entry of
/// an array.
fn is_steady(host: Node<'_>) -> bool {
    if host.is("subscript_expression") {
        let mut items = host.items();
        let array = items.next().is_some_and(|array| is_steady(array) && !array.text().starts_with("$_"));
        return array && items.next().is_some_and(|key| key.is("string") && !key.text().contains('\\'));
    }
    is_path(host.text())
}

/// The statement before which a line is met whenever the host is read.
fn statement<'a>(host: Node<'a>) -> Option<Node<'a>> {
    let held = |n: &Node<'a>| n.parent().is_some_and(|p| p.is_any(BLOCKS));
    let statement = host.ancestors().find(held)?;
    let inside = || host.ancestors().take_while(move |n| *n != statement);
    let braceless = |n: Node<'_>| n.is_any(&["expression_statement", "return_statement", "echo_statement"]);
    let plain = braceless(statement)
        || statement.is("if_statement") && inside().all(|n| !n.is("else_if_clause") || !in_condition(n, host))
        || statement.is("foreach_statement") && statement.field("body").is_none_or(|body| !body.holds(host));
    // What belongs to an object or an array that need not be there is read where it was asked for only.
    let simple = host.is("variable_name") || host.text().starts_with("$this->") || !host.text().starts_with('$');
    let root = root(host.text());
    let chosen = inside().chain([statement]).any(|n| asks(n, host, root));
    // A parameter of a short function is not known before it.
    let bound = inside().filter(|n| n.is("arrow_function")).any(|function| {
        let parameters = function.field("parameters");
        parameters.is_some_and(|list| list.descendants().any(|n| n.is("variable_name") && n.text() == root))
    });
    let given = gives(statement, host.text(), Span::new(statement.start(), host.start()));
    (plain && (simple || !chosen) && !bound && !given).then_some(statement)
}

/// Whether a condition asks for a host, or for what it belongs to, before the host is read.
fn asks(choice: Node<'_>, host: Node<'_>, root: &str) -> bool {
    let operator = choice.field("operator").map_or("", Node::text);
    let condition = match choice.kind() {
        "conditional_expression" | "match_expression" | "if_statement" => choice.field("condition"),
        _ if matches!(operator, "&&" | "||" | "??" | "?:" | "and" | "or") => choice.field("left"),
        _ => None,
    };
    let Some(condition) = condition.filter(|condition| !condition.holds(host)) else { return false };
    let part = |p: Node<'_>| p.is_any(&["subscript_expression", "member_access_expression", "member_call_expression"]);
    let whole = |n: &Node<'_>| n.is("variable_name") && n.text() == root && !n.parent().is_some_and(part);
    condition.text().contains(host.text()) || condition.text() == root || condition.descendants().any(|n| whole(&n))
}

fn in_condition(clause: Node<'_>, host: Node<'_>) -> bool {
    clause.field("condition").is_some_and(|condition| condition.holds(host))
}

/// The first name of a path.
fn root(path: &str) -> &str {
    path.split(['-', '[', ':', '?']).next().unwrap_or(path)
}

/// Whether code within a part of a node gives a path, or what it belongs to, another value.
fn gives(node: Node<'_>, path: &str, within: Span) -> bool {
    let root = root(path);
    node.descendants().filter(|n| n.start() >= within.start && n.start() < within.end).any(|n| {
        let kind = n.kind();
        let left = n.field("left").filter(|_| kind.ends_with("assignment_expression"));
        left.is_some_and(|l| l.text() == path || l.text() == root && root != "$this")
    })
}

/// Whether a variable is put before ports only, from `first` on, so that it may have its brackets from there.
fn is_only_joined(scope: Node<'_>, places: &[Place<'_>], host: Node<'_>, first: Node<'_>) -> bool {
    if !host.is("variable_name") || scope.is("program") {
        return false;
    }
    let block = first.parent();
    let loops = ["for_statement", "foreach_statement", "while_statement", "do_statement"];
    let once = !first.ancestors().take_while(|n| *n != scope).any(|n| n.is_any(&loops));
    let same = scope.descendants().filter(|n| n.is("variable_name") && n.text() == host.text());
    same.into_iter().all(|n| {
        let Some(parent) = n.parent() else { return false };
        let declared = parent.is_any(&["simple_parameter", "foreach_statement", "pair"])
            || parent.is("assignment_expression") && parent.field("left") == Some(n);
        let joined = places.iter().any(|p| p.join.host == n) && block.is_some_and(|b| b.holds(n));
        let referenced = parent.is_any(&["by_ref", "reference_modifier"]) || parent.text().starts_with('&');
        (declared || once) && !referenced && n.start() < first.start() || joined && n.start() >= first.start()
    })
}

/// A name that the function does not have yet, in its own style, and that no other host of the function gets.
fn free_name(scope: Node<'_>, places: &[Place<'_>], host: Node<'_>) -> Option<String> {
    let member = |n: &Node<'_>| n.parent().is_some_and(|p| p.is("scoped_property_access_expression"));
    let variables = || scope.descendants().filter(|n| n.is("variable_name")).filter(|n| !member(n));
    let snake = variables().any(|n| n.text().trim_start_matches("$_").contains('_'));
    let mut taken: BTreeSet<&str> = variables().map(Node::text).collect();
    let hosts = places.iter().map(|p| p.join.host).filter(|h| h.ancestor(SCOPES) == Some(scope));
    // Those that keep their name take none.
    let hosts = hosts.filter(|h| !statement(*h).is_some_and(|s| is_only_joined(scope, places, *h, s)));
    let all: Vec<(&str, [String; 3])> = hosts.map(|h| (h.text(), spellings(h, snake))).collect();
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    for (text, spellings) in &all {
        let free = spellings.iter().find(|name| name.len() > 1 && !taken.contains(name.as_str()));
        if let Some(name) = free.filter(|_| !names.contains_key(text)) {
            taken.insert(name);
            names.insert(text, name.clone());
        }
    }
    names.remove(host.text())
}

/// What a host may be called with its brackets.
fn spellings(host: Node<'_>, snake: bool) -> [String; 3] {
    let last = host.text().rsplit(['>', ':', '[']).next().unwrap_or_default();
    let last = last.trim_matches([']', '"', '\'', '$']);
    let word = last.starts_with(|c: char| c.is_alphabetic()) && last.chars().all(|c| c.is_alphanumeric() || c == '_');
    let own = if last.chars().any(char::is_lowercase) { last.to_owned() } else { last.to_ascii_lowercase() };
    let own = if word && !host.is("variable_name") { own } else { String::new() };
    let style = if snake { ["url_host", "bracketed_host"] } else { ["urlHost", "bracketedHost"] };
    [own, style[0].to_owned(), style[1].to_owned()].map(|name| format!("${name}"))
}
