//! A name for a host of Ruby code with its brackets, in lines of their own before the statement that wants it.

use std::collections::{BTreeMap, BTreeSet};

use sixify_langs::naming;
use sixify_langs::strings::Form;

use crate::host_port::{Join, names_ip, repeatable};
use crate::prelude::*;
use crate::python_joins::indent_of;

/// A join that wants its brackets, and the form of its text.
pub(crate) struct Place<'a> {
    pub(crate) join: Join<'a>,
    pub(crate) form: Form,
}

/// What holds statements, one after the other.
const BLOCKS: &[&str] = &["body_statement", "program", "then", "else", "begin", "ensure", "block_body"];

/// What variables belong to.
const SCOPES: &[&str] = &["method", "singleton_method", "program"];

/// The fix of a place among all places of the file; `None` where no line can stand before it.
pub(crate) fn fix(place: &Place<'_>, places: &[Place<'_>]) -> Option<Fix> {
    let host = place.join.host;
    if !repeatable(host) && !is_entry(host) {
        return None;
    }
    // A method of that name gives the name of the machine.
    if host.text() == "hostname" && local(host) != Some(true) {
        return None;
    }
    let own = statement(host)?;
    // One name serves all texts behind it in the same block, and in the blocks in that.
    let first = places.iter().find_map(|p| {
        let first = statement(p.join.host).filter(|s| s.start() <= own.start())?;
        let block = first.parent().filter(|b| b.holds(own))?;
        let same = p.join.host.text() == host.text();
        let shared = block == own.parent()? || same_again(host);
        let changed = || {
            let around = std::iter::once(own).chain(own.ancestors()).find(|n| n.parent() == Some(block));
            let inner = around.filter(|a| *a != own && assigns(*a, host.text()));
            inner.is_some() || between(block, first, own).any(|n| assigns(n, host.text()))
        };
        (same && shared && !changed()).then_some(first)
    })?;
    let indent = indent_of(first)?;
    let scope = host.ancestor(SCOPES)?;
    let again = is_only_joined(scope, places, host, first);
    let name = if again { host.text().to_owned() } else { free_name(scope, places, host)? };
    let given = if again { String::new() } else { format!("{name} = {}\n{indent}", host.text()) };
    // What is called an IP address has no brackets.
    let bare = names_ip(host.text().trim_matches([']', '"', '\''])) || name.ends_with("ip_address");
    let open = if bare { String::new() } else { format!(" && !{name}.start_with?('[')") };
    let line = format!("{given}{name} = \"[#{{{name}}}]\" if {name}.to_s.include?(':'){open}\n{indent}");
    let fix = Fix::new().edit(Edit::insert(first.start(), line));
    if again {
        return Some(fix);
    }
    // `port ? "#{host}:#{port}" : host`: what reads the one reads the other.
    let choice = host.ancestors().take_while(|n| n.start() >= own.start()).find(|n| n.is("conditional"));
    let arms = [choice.and_then(|c| c.field("consequence")), choice.and_then(|c| c.field("alternative"))];
    let alone = arms.into_iter().flatten().find(|arm| arm.text() == host.text());
    let fix = alone.into_iter().fold(fix, |fix, arm| fix.edit(Edit::replace(arm.span(), name.clone())));
    Some(fix.edit(if place.form == Form::Format || place.join.hole == host.span() {
        Edit::replace(host.span(), name)
    } else {
        Edit::replace(place.join.hole, format!("#{{{name}}}"))
    }))
}

/// Whether a host is an entry of a hash under a key that is written out: `config[:host]`.
fn is_entry(host: Node<'_>) -> bool {
    let mut items = host.items();
    let hash = items.next().filter(|_| host.is("element_reference"));
    let key = |n: Node<'_>| n.is("simple_symbol") || n.is("string") && !n.text().contains("#{");
    hash.is_some_and(|n| repeatable(n) || is_entry(n)) && items.next().is_some_and(key) && items.next().is_none()
}

/// The statement before which a line is met whenever the host is read.
fn statement<'a>(host: Node<'a>) -> Option<Node<'a>> {
    let held = |n: &Node<'a>| n.parent().is_some_and(|p| p.is_any(BLOCKS));
    let statement = std::iter::once(host).chain(host.ancestors()).find(held)?;
    let plain = statement.is_any(&[
        "assignment",
        "operator_assignment",
        "call",
        "string",
        "binary",
        "return",
        "conditional",
        "hash",
        "array",
    ]);
    let inside = host
        .ancestors()
        .take_while(|n| *n != statement)
        .chain(Some(statement).filter(|n| n.is("conditional")))
        .any(|n| n.is_any(&["block", "do_block", "lambda"]) || decides(n) && !host.is_any(READ));
    let changed = statement.items().any(|part| assigns(part, host.text()));
    (plain && !inside && !changed).then_some(statement)
}

/// Whether a variable is put before ports only from `first` on, so that it may have its brackets from there.
fn is_only_joined(scope: Node<'_>, places: &[Place<'_>], host: Node<'_>, first: Node<'_>) -> bool {
    if !host.is("identifier") || scope.is("program") || local(host) != Some(true) {
        return false;
    }
    let block = first.parent();
    let blocks = ["block", "do_block", "lambda", "while", "until", "for"];
    let once = !first.ancestors().take_while(|n| *n != scope).any(|n| n.is_any(&blocks));
    let same = scope.descendants().filter(|n| n.is("identifier") && n.text() == host.text());
    same.filter(|n| n.parent().and_then(|p| p.field("method")) != Some(*n)).all(|n| {
        let joined = places.iter().any(|p| p.join.host == n) && block.is_some_and(|b| b.holds(n));
        once && n.start() < first.start() || joined && n.start() >= first.start()
    })
}

/// A name that the method does not have yet, and that no other host of the method gets.
fn free_name(scope: Node<'_>, places: &[Place<'_>], host: Node<'_>) -> Option<String> {
    let is_name = |n: &Node<'_>| n.is("identifier") && n.parent().and_then(|p| p.field("method")) != Some(*n);
    let mut taken: BTreeSet<&str> = scope.descendants().filter(is_name).map(Node::text).collect();
    let candidates = places.iter().map(|p| p.join.host).filter(|h| h.ancestor(SCOPES) == Some(scope));
    // Those that keep their name take none.
    let candidates = candidates.filter(|h| !statement(*h).is_some_and(|s| is_only_joined(scope, places, *h, s)));
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    let all: Vec<(&str, [String; 3])> = candidates.map(|h| (h.text(), spellings(h.text()))).collect();
    for (text, spellings) in &all {
        let free = spellings.iter().find(|name| !name.is_empty() && !taken.contains(name.as_str()));
        if let Some(name) = free.filter(|_| !names.contains_key(text)) {
            taken.insert(name);
            names.insert(text, name.clone());
        }
    }
    names.remove(host.text())
}

/// What a host may be called with its brackets.
fn spellings(host: &str) -> [String; 3] {
    let last = host.trim_matches([']', '"', '\'']).rsplit(['.', '[', '@', ':', '"', '\'']).next().unwrap_or_default();
    let word = last.starts_with(|c: char| c.is_alphabetic()) && last.chars().all(|c| c.is_alphanumeric() || c == '_');
    let own = if word { naming::words(last).join("_") } else { String::new() };
    [own, "url_host".to_owned(), "bracketed_host".to_owned()]
}

/// Whether what stands in an expression is not always worked out.
fn decides(node: Node<'_>) -> bool {
    let operator = node.field("operator").filter(|_| node.is("binary")).map_or("", Node::text);
    node.is("conditional") || matches!(operator, "||" | "&&" | "or" | "and")
}

/// What can be read before it is known to be wanted.
const READ: &[&str] = &["identifier", "instance_variable"];

/// Whether a host is a variable or a constant, which can be read again.
pub(crate) fn same_again(host: Node<'_>) -> bool {
    host.is_any(&["instance_variable", "class_variable", "global_variable", "constant"])
        || host.is("identifier") && local(host).unwrap_or(false)
}

/// Whether a name is that of a parameter or of a variable that was given a value before; without
/// either it is a method.
fn local(name: Node<'_>) -> Option<bool> {
    let scope = name.ancestor(&["method", "singleton_method", "program"])?;
    let same = |n: &Node<'_>| n.is("identifier") && n.text() == name.text() && n.start() < name.start();
    let declares = |n: Node<'_>| {
        n.parent().is_some_and(|p| {
            p.kind().ends_with("parameters")
                || p.kind().ends_with("parameter") && p.field("name") == Some(n)
                || p.is("left_assignment_list")
                || p.is("assignment") && p.field("left") == Some(n)
        })
    };
    Some(scope.descendants().filter(same).any(declares))
}

/// Whether a node gives a variable of this name another value.
fn assigns(node: Node<'_>, name: &str) -> bool {
    let gives = |n: &Node<'_>| {
        n.kind().ends_with("assignment")
            && n.field("left").is_some_and(|l| l.text() == name || l.items().any(|item| item.text() == name))
    };
    gives(&node) || node.descendants().any(|n| gives(&n))
}

/// The statements of a block from one up to another.
fn between<'a>(block: Node<'a>, first: Node<'a>, last: Node<'a>) -> impl Iterator<Item = Node<'a>> {
    block.items().filter(move |n| n.start() >= first.start() && n.start() < last.start())
}
