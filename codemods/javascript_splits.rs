//! What becomes of the host that JavaScript code cuts out of an address: whether it is dialled, which
//! wants it without brackets, or goes into text, which wants it with them.

use sixify_langs::javascript::File;
use sixify_langs::naming;

use crate::javascript_hosts as hosts;
use crate::prelude::*;

/// Whether a name is that of the Host header: `hostHeader`.
pub(crate) fn is_header(name: &str) -> bool {
    naming::words(name).last().is_some_and(|word| word == "header")
}

/// The variable that gets `address.split(':')[0]`.
pub(crate) fn picked_name(call: Node<'_>) -> Option<Node<'_>> {
    let part = call.parent().filter(|p| p.is("subscript_expression"))?;
    let target = part.parent()?;
    let name = target.field(if target.is("variable_declarator") { "name" } else { "left" })?;
    name.is("identifier").then_some(name)
}

/// Whether the second part is read as a port: as a number of base 10, or by a variable of that name.
pub(crate) fn is_decimal(call: Node<'_>) -> bool {
    let part = |n: &Node<'_>| n.is_any(&["subscript_expression", "member_expression", "call_expression"]);
    let whole = call.ancestors().take_while(part).last().unwrap_or(call);
    let Some(around) = whole.parent() else { return false };
    match around.kind() {
        "arguments" => {
            let function = around.parent().and_then(|c| c.field("function")).map_or("", Node::text);
            let base = around.items().nth(1).is_none_or(|base| base.text() == "10");
            matches!(function, "Number" | "parseInt" | "Number.parseInt") && base
        }
        "unary_expression" => around.text().starts_with('+'),
        "variable_declarator" | "assignment_expression" | "pair" => {
            let named = ["name", "left", "key"].iter().find_map(|side| around.field(side)).and_then(hosts::name);
            named.is_some_and(|name| naming::is_port(&name))
        }
        _ => false,
    }
}

/// Whether nothing but the name says that what is cut at a place is a host and a port: it is called no more
/// than an address, and no part of it becomes a host or a port.
pub(crate) fn is_unproven(file: &File, text: Node<'_>, places: &[Node<'_>]) -> bool {
    let words = hosts::name(text).map(|n| naming::words(&n)).unwrap_or_default();
    if words.iter().any(|w| matches!(w.as_str(), "host" | "hostport" | "hostname" | "authority" | "netloc" | "listen"))
    {
        return false;
    }
    let becomes = |n: &Node<'_>| {
        let holder = n.ancestors().find(|a| a.is_any(&["variable_declarator", "assignment_expression", "pair"]));
        let side = holder.and_then(|a| ["name", "left", "key"].iter().find_map(|side| a.field(side)));
        let named = side.filter(|s| !s.holds(*n)).and_then(hosts::name);
        named.is_some_and(|name| naming::is_port(&name) || naming::is_host(&name) && name != words.concat())
            || n.ancestors().take(5).any(|a| a.is("call_expression") && file.called_name(a) == Some("parseInt"))
    };
    !places.iter().any(becomes)
}

/// Whether a variable goes before a port or into a URL, where an address has its brackets.
pub(crate) fn goes_into_text(file: &File, name: Node<'_>) -> bool {
    let Some((decl, scope)) = file.names.resolve(name).filter(|_| name.is("identifier")) else { return false };
    file.names.uses(&decl, scope).into_iter().any(|n| joined_again(n) && !hosts::is_told(file, n))
}

/// `address.split(':')[0]` where it is the host of options, perhaps with another one to fall back on.
pub(crate) fn first_option(call: Node<'_>) -> Option<Node<'_>> {
    let part = call.parent().filter(|p| p.is("subscript_expression"))?;
    let around = part.parent().filter(|p| p.is("binary_expression") && p.field("left") == Some(part));
    is_host_option(around.unwrap_or(part)).then_some(part)
}

/// Whether a name is given to something as the host to dial or to listen on.
pub(crate) fn is_dialled(file: &File, host: Node<'_>) -> bool {
    if !host.is("identifier") {
        return false;
    }
    let Some((decl, scope)) = file.names.resolve(host) else { return false };
    let uses = file.names.uses(&decl, scope);
    !uses.iter().any(|n| joined_again(*n) && !hosts::is_told(file, *n)) && uses.into_iter().any(is_host_option)
}

/// Whether a host goes into a text again, before a port or into a URL.
fn joined_again(host: Node<'_>) -> bool {
    let Some(parent) = host.parent() else { return false };
    if parent.is("template_substitution") {
        let text = |n: Option<Node<'_>>| n.map_or("", Node::text).to_owned();
        let before = text(parent.previous());
        return text(parent.next()).starts_with(':') || before.ends_with("//") || before.ends_with('@');
    }
    let sum = parent.is("binary_expression") && parent.field("operator").is_some_and(|o| o.text() == "+");
    sum && std::iter::once(parent)
        .chain(parent.ancestors())
        .take_while(|p| p.is("binary_expression"))
        .any(|p| ["':", "\":", "://"].iter().any(|joint| p.text().contains(joint)))
}

/// Whether an expression is the host of options, or an argument of what dials or listens.
pub(crate) fn is_host_option(n: Node<'_>) -> bool {
    let Some(parent) = n.parent() else { return false };
    let option = |key: &str| matches!(key, "host" | "hostname");
    match parent.kind() {
        "pair" => parent.field("key").is_some_and(|k| option(k.text())),
        "object" => option(n.text()),
        "arguments" => {
            let called = parent.parent().and_then(|c| c.field("function").or_else(|| c.field("constructor")));
            let called = called.and_then(hosts::name).unwrap_or_default();
            matches!(called.as_str(), "connect" | "createConnection" | "listen" | "lookup" | "bind" | "Redis" | "send")
        }
        _ => false,
    }
}

/// Whether code goes on where there is no colon: `index < 0 ? address : address.slice(0, index)`.
pub(crate) fn may_be_missing(index: Node<'_>) -> bool {
    let asked = index.parent().filter(|p| {
        let operator = p.field("operator").map_or("", Node::text);
        p.is("binary_expression") && operator.contains(['<', '>', '='])
    });
    let whole = asked.and_then(|asked| asked.ancestors().find(|a| a.is_any(&["if_statement", "ternary_expression"])));
    whole.is_some_and(|whole| !whole.text().contains("throw "))
}

/// What becomes of the parts.
pub(crate) enum Parts<'a> {
    /// The names they get, `None` where a part gets none.
    Names(Vec<Option<Node<'a>>>),
    /// One of them is picked.
    Picked(usize),
    /// They are kept in a list of this name.
    List(Node<'a>),
    Other,
}

/// What becomes of the parts that a call gives.
pub(crate) fn parts<'a>(file: &File, call: Node<'a>) -> Parts<'a> {
    let Some(parent) = call.parent() else { return Parts::Other };
    let pattern = match parent.kind() {
        "variable_declarator" => parent.field("name"),
        "assignment_expression" => parent.field("left"),
        "subscript_expression" if parent.field("object") == Some(call) => {
            let index = parent.field("index").and_then(|i| i.text().parse().ok());
            return index.map_or(Parts::Other, Parts::Picked);
        }
        "member_expression" => {
            let called = parent.parent().filter(|c| c.is("call_expression") && c.field("function") == Some(parent));
            return match (parent.field("property").map(Node::text), called) {
                (Some("shift"), Some(_)) => Parts::Picked(0),
                // `pop()` takes what stands behind the last colon as it is.
                (Some("at"), Some(c)) if file.arguments(c).is_some_and(|a| a.iter().any(|a| a.text() == "0")) => {
                    Parts::Picked(0)
                }
                _ => Parts::Other,
            };
        }
        _ => None,
    };
    match pattern {
        Some(pattern) if pattern.is("array_pattern") => {
            // `[, port]` has a comma before its first item.
            let mut names = Vec::new();
            let mut current = None;
            for child in pattern.children().filter(|c| !c.is_comment()) {
                match child.text() {
                    "[" | "]" => {}
                    "," => names.push(current.take()),
                    _ => {
                        current = Some(if child.is("assignment_pattern") {
                            child.field("left").unwrap_or(child)
                        } else {
                            child
                        })
                    }
                }
            }
            if current.is_some() {
                names.push(current);
            }
            Parts::Names(names)
        }
        Some(name) if name.is("identifier") => Parts::List(name),
        _ => Parts::Other,
    }
}
