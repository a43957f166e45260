//! Parts of an address that Go code takes in one expression, taken with `net.SplitHostPort` in statements of
//! their own: that is how a Go author writes it, with the error telling whether there is a port.

use sixify_langs::{go, naming};

use crate::go_hosts::import;
use crate::prelude::*;

/// A part that is taken from a text.
#[derive(Clone, Copy)]
pub(crate) struct Taken<'a> {
    /// The expression.
    pub whole: Node<'a>,
    /// 0: the host, 1: the port.
    pub part: usize,
    /// What it is taken from.
    pub text: Node<'a>,
    /// Whether a text without a port has no brackets, as the `RemoteAddr` that others have set.
    pub bare: bool,
}

/// The rewrite of one part among all of a file, together with the other parts of the same text in the same
/// statement. Statements of `kept` take names, too.
pub(crate) fn fix_of(file: &go::File, part: &Taken<'_>, all: &[Taken<'_>], kept: &[Node<'_>]) -> Option<Fix> {
    let place = statement(part.whole)?;
    let own = |p: &Taken<'_>| statement(p.whole) == Some(place) && p.text.text() == part.text.text();
    let mut before: Vec<_> = all
        .iter()
        .filter(|p| !own(p))
        .filter_map(|p| Some((statement(p.whole)?, p.text.text())))
        .filter(|(other, text)| {
            let earlier = (other.start(), *text) < (place.start(), part.text.text());
            earlier && other.parent().is_some_and(|block| block.holds(place))
        })
        .map(|(other, text)| (other.start(), text))
        .collect();
    before.sort_unstable();
    before.dedup();
    let named = before.len() + seen_before(kept, place);
    fix(file, &all.iter().copied().filter(own).collect::<Vec<_>>(), named)
}

/// The statements around the parts of one text in one statement; `nth` is the number of such statements before
/// in the function, which have names of their own. `None` where a person must see to it.
fn fix(file: &go::File, taken: &[Taken<'_>], nth: usize) -> Option<Fix> {
    let first = taken.first()?;
    if !first.text.is_any(&["identifier", "selector_expression", "index_expression"]) {
        return None;
    }
    let statement = statement(first.whole)?;
    let single = (taken.len() == 1).then(|| target(statement, first.whole)).flatten();
    match single {
        Some(target) if statement.is("assignment_statement") => assigned(file, statement, target, first),
        Some(target) if statement.is("short_var_declaration") => declared(file, statement, target, first, nth),
        _ => before(file, statement, taken, nth),
    }
}

/// The statement of a block that an expression is worked out in, always and once.
fn statement(whole: Node<'_>) -> Option<Node<'_>> {
    let mut at = whole;
    while let Some(parent) = at.parent() {
        match parent.kind() {
            "block" | "statement_list" | "expression_case" | "default_case" | "communication_case" => break,
            "binary_expression" if parent.field("right") == Some(at) => {
                let operator = parent.field("operator").map_or("", Node::text);
                if matches!(operator, "&&" | "||") {
                    return None;
                }
            }
            "if_statement" if parent.field("condition") != Some(at) || parent.field("initializer").is_some() => {
                return None;
            }
            "expression_switch_statement"
                if parent.field("value") != Some(at) || parent.field("initializer").is_some() =>
            {
                return None;
            }
            "for_statement" | "type_switch_statement" | "select_statement" | "labeled_statement" | "func_literal" => {
                return None;
            }
            _ => {}
        }
        at = parent;
    }
    let text = at.tree().text();
    let line = text[..at.start()].rfind('\n').map_or(0, |i| i + 1);
    text[line..at.start()].trim().is_empty().then_some(at)
}

/// The one variable or field that a statement gives the whole expression to.
fn target<'a>(statement: Node<'a>, whole: Node<'a>) -> Option<Node<'a>> {
    let list = whole.parent().filter(|p| p.is("expression_list") && p.items().count() == 1)?;
    let left = statement.field("left").filter(|left| list.parent() == Some(statement) && *left != list)?;
    let plain = statement.is("short_var_declaration") || statement.field("operator").is_some_and(|o| o.text() == "=");
    (plain && left.items().count() == 1).then(|| left.items().next())?
}

/// `if host, _, err := net.SplitHostPort(text); err == nil { target = host }`
fn assigned(file: &go::File, statement: Node<'_>, target: Node<'_>, taken: &Taken<'_>) -> Option<Fix> {
    let net = file.name_or_alias(statement, "net")?;
    let (left, indent) = (target.text(), indent(statement));
    let unseen = |name: &&str| !statement.descendants().any(|n| n.is("identifier") && n.text() == *name);
    let names: &[&str] = if taken.part == 0 { &["host", "h", "hostPart"] } else { &["port", "p", "portPart"] };
    let (name, error) = (names.iter().copied().find(unseen)?, ["err", "splitErr"].into_iter().find(unseen)?);
    let listed = if taken.part == 0 { format!("{name}, _, {error}") } else { format!("_, {name}, {error}") };
    let open = format!("if {listed} := {net}.SplitHostPort(");
    let mut close = format!("); {error} == nil {{\n{indent}\t{left} = {name}\n{indent}}}");
    let mut fix = Fix::new().need(import("net", &net));
    if taken.part == 0 {
        let (bare, need) = without_port(file, taken)?;
        if bare != left {
            close.push_str(&format!(" else {{\n{indent}\t{left} = {bare}\n{indent}}}"));
            fix.needs.extend(need);
        }
    }
    let behind = Span::new(taken.text.end(), statement.end());
    fix = fix.edit(Edit::replace(Span::new(statement.start(), taken.text.start()), open));
    Some(fix.edit(Edit::replace(behind, close)))
}

/// `host, _, err := net.SplitHostPort(text)`, and what a text without a port is.
fn declared(file: &go::File, statement: Node<'_>, target: Node<'_>, taken: &Taken<'_>, nth: usize) -> Option<Fix> {
    let net = file.name_or_alias(statement, "net")?;
    let name = target.text();
    if taken.text.descendants().any(|n| n.is("identifier") && n.text() == name) {
        return None;
    }
    let mut fix = Fix::new().need(import("net", &net));
    let head = Span::new(statement.start(), taken.text.start());
    if taken.part == 0 {
        let error = unused(statement, &["err", "splitErr", "noPort"], nth)?;
        let (line, need) = fallback(file, statement, name, error, taken)?;
        let end = line_end(statement)?;
        fix.needs.extend(need);
        fix = fix.edit(Edit::replace(head, format!("{name}, _, {error} := {net}.SplitHostPort(")));
        fix = fix.edit(Edit::insert(end, format!("\n{line}")));
    } else {
        fix = fix.edit(Edit::replace(head, format!("_, {name}, _ := {net}.SplitHostPort(")));
    }
    Some(fix.edit(Edit::replace(Span::new(taken.text.end(), statement.end()), ")")))
}

/// Statements before the one that uses the parts.
fn before(file: &go::File, statement: Node<'_>, taken: &[Taken<'_>], nth: usize) -> Option<Fix> {
    let first = taken.first()?;
    let net = file.name_or_alias(statement, "net")?;
    let wanted = |part: usize| taken.iter().any(|t| t.part == part);
    let name = |part: usize, names: &[&'static str]| {
        if wanted(part) { unused(statement, names, nth) } else { Some("_") }
    };
    let host = name(0, &["host", "hostname", "hostPart"])?;
    let port = name(1, &["port", "portPart", "portText"])?;
    let error = name(0, &["err", "splitErr", "noPort"])?;
    let indent = indent(statement);
    let mut fix = Fix::new().need(import("net", &net));
    let mut text = format!("{host}, {port}, {error} := {net}.SplitHostPort({})\n", first.text.text());
    if wanted(0) {
        let (lines, need) = fallback(file, statement, host, error, first)?;
        text.push_str(&format!("{lines}\n"));
        fix.needs.extend(need);
    }
    text.push_str(&indent);
    fix = fix.edit(Edit::insert(statement.start(), text));
    let named = |t: &Taken<'_>| Edit::replace(t.whole.span(), if t.part == 0 { host } else { port });
    Some(fix.edits(taken.iter().map(named)))
}

/// The lines that give a host the text itself where it has no port.
fn fallback(
    file: &go::File,
    statement: Node<'_>,
    host: &str,
    error: &str,
    taken: &Taken<'_>,
) -> Option<(String, Option<Need>)> {
    let (bare, need) = without_port(file, taken)?;
    let indent = indent(statement);
    let lines =
        format!("{indent}if {error} != nil {{\n{indent}\t// There is no port.\n{indent}\t{host} = {bare}\n{indent}}}");
    Some((lines, need))
}

/// The host of a text that has no port, and the import that this needs.
fn without_port(file: &go::File, taken: &Taken<'_>) -> Option<(String, Option<Need>)> {
    if taken.bare {
        return Some((taken.text.text().to_owned(), None));
    }
    let strings = file.name_for(taken.whole, "strings")?;
    Some((format!("{strings}.Trim({}, \"[]\")", taken.text.text()), Some(import("strings", &strings))))
}

/// The first name of a list that the function does not have, behind those that `nth` others take.
fn unused(statement: Node<'_>, names: &[&'static str], nth: usize) -> Option<&'static str> {
    names.iter().copied().filter(|name| free(statement, name)).nth(nth)
}

/// The spaces before a statement.
fn indent(statement: Node<'_>) -> String {
    let text = statement.tree().text();
    let line = text[..statement.start()].rfind('\n').map_or(0, |i| i + 1);
    text[line..statement.start()].to_owned()
}

/// Where the line of a statement's end ends.
fn line_end(statement: Node<'_>) -> Option<usize> {
    statement.tree().text()[statement.end()..].find(['\r', '\n']).map(|at| statement.end() + at)
}

/// How many of these statements are declared before another and seen there.
pub(crate) fn seen_before(others: &[Node<'_>], at: Node<'_>) -> usize {
    let sees = |other: &&Node<'_>| other.start() < at.start() && other.parent().is_some_and(|block| block.holds(at));
    others.iter().filter(sees).count()
}

/// Whether nothing in the function around a statement has this name.
pub(crate) fn free(statement: Node<'_>, name: &str) -> bool {
    let functions = ["function_declaration", "method_declaration"];
    let Some(function) = statement.ancestor(&functions) else { return false };
    let names = ["identifier", "package_identifier", "type_identifier"];
    !function.descendants().any(|n| n.is_any(&names) && n.text() == name)
}

/// Whether what stands behind a colon is used as a port, as far as that is seen: what goes into a map may be an
/// address, as in `name:ip`.
pub(crate) fn is_port(part: Node<'_>) -> bool {
    let of_host = |name: &str| naming::is_host(name) || naming::is_address(name);
    // `member{Addr: split[1]}`
    let keyed = part.parent().filter(|p| p.is("literal_element")).and_then(Node::parent);
    let key = keyed.filter(|k| k.is("keyed_element")).and_then(|k| k.items().next());
    if key.is_some_and(|key| of_host(key.text())) {
        return false;
    }
    let list = part.parent().filter(|p| p.is("expression_list"));
    let statement =
        list.and_then(Node::parent).filter(|s| s.is_any(&["assignment_statement", "short_var_declaration"]));
    let Some((list, left)) = list.zip(statement.and_then(|s| s.field("left"))).filter(|(list, left)| list != left)
    else {
        return true;
    };
    let at = list.items().position(|item| item == part);
    let target = at.and_then(|at| left.items().nth(at));
    target.is_none_or(|t| !t.is("index_expression") && !of_host(t.text().rsplit('.').next().unwrap_or_default()))
}
