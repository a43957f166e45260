//! The ways in which JavaScript code puts a host before a port, beside texts that hold both.

use sixify_langs::javascript::File;
use sixify_langs::naming;
use sixify_langs::strings::{Form, Piece};

use crate::host_port::Facts;
use crate::javascript_hosts::{self as hosts, JsFacts};
use crate::prelude::*;
use crate::purpose::is_no_address;

/// The host of `url = url + host + ":"` or `url += host + ":"`, where the next statement adds the port.
pub(crate) fn first_half<'a>(file: &File, assignment: Node<'a>) -> Option<Node<'a>> {
    let (left, right) = (assignment.field("left")?, assignment.field("right")?);
    let expr = file.text_expr(right).filter(|e| e.form == Form::Concat)?;
    let [.., Piece::Hole { node: Some(host), .. }, Piece::Text { raw: ":", .. }] = *expr.pieces.as_slice() else {
        return None;
    };
    let added = assignment.is("augmented_assignment_expression")
        || matches!(expr.pieces.first(), Some(Piece::Hole { node: Some(first), .. }) if first.text() == left.text());
    let named = |n: Node<'_>| hosts::name(n).is_some_and(|name| naming::is_host(&name));
    // Around the assignment there may be a condition.
    let mut statements = assignment.ancestors().filter(|a| a.kind().ends_with("statement") && !a.is("statement_block"));
    let follows = |s: Node<'a>| std::iter::successors(s.next(), |n| n.next()).find(|n| n.is_named() && !n.is_comment());
    let next = statements.find_map(|s| follows(s).filter(|n| !n.is("else_clause")))?;
    let ports = next
        .descendants()
        .take(30)
        .any(|n| n.is_any(&["identifier", "property_identifier"]) && naming::is_port(n.text()));
    (added && named(host) && ports).then_some(host)
}

/// What `url.hostname` is given, where `url` is a URL.
pub(crate) fn url_hostname<'a>(file: &File, assignment: Node<'a>) -> Option<Node<'a>> {
    let (left, right) = (assignment.field("left")?, assignment.field("right")?);
    let property = left.field("property").filter(|_| left.is("member_expression"))?;
    let origins = file.origins(left.field("object").filter(|_| property.text() == "hostname")?);
    let url = |o: &sixify_langs::origin::Origin| matches!(o.path.as_str(), "globalThis.URL" | "url.URL") && o.object;
    (!origins.is_empty() && origins.iter().all(url)).then_some(right)
}

/// The host of `url.hostname = host`.
pub(crate) fn url_host<'a>(file: &File, assignment: Node<'a>) -> Option<Node<'a>> {
    let right = url_hostname(file, assignment)?;
    // What a function gives is mostly made of names in the DNS.
    let decl = file.names.resolve(right).filter(|_| right.is("identifier")).map(|(decl, _)| file.tree.node(decl.whole));
    let made = decl.filter(|d| d.is("variable_declarator")).and_then(|d| d.field("value"));
    if made.is_some_and(|value| value.descendants().any(|n| n.is("call_expression")) || value.is("call_expression")) {
        return None;
    }
    let host = |name: String| naming::is_host(&name) && !is_no_address(&name);
    (twice(right) && hosts::name(right).is_some_and(host)).then_some(right)
}

/// The IPv6 addresses without brackets in `url.hostname = other ? '127.0.0.1' : '::1'`.
pub(crate) fn url_literals<'a>(file: &'a File, assignment: Node<'a>) -> Vec<Node<'a>> {
    let Some(right) = url_hostname(file, assignment) else { return Vec::new() };
    let branches = [right.field("consequence"), right.field("alternative")].into_iter().flatten();
    let values = branches.chain([right]).filter(|n| n.is("string"));
    values.filter(|n| file.string(*n).is_some_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok())).collect()
}

/// Whether an expression is an option, which need not be there. What a module without types gives is
/// never asked for that, and a property that the file declares says so itself.
pub(crate) fn may_be_missing(file: &File, host: Node<'_>) -> bool {
    let text = host.text();
    let declared =
        file.names.resolve(host).filter(|_| host.is("identifier")).map(|(decl, _)| file.tree.node(decl.whole));
    let optional = declared.is_some_and(|d| d.is("optional_parameter") && d.field("value").is_none());
    if optional || text.contains("process.env") || text.contains("?.") {
        return true;
    }
    let Some(property) = host.field("property").map(Node::text) else { return false };
    let declared = |mark: &str| {
        let written = format!("{property}{mark}");
        file.tree.text().match_indices(&written).any(|(at, _)| {
            let before = file.tree.text().get(..at).and_then(|t| t.chars().next_back());
            !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.'))
        })
    };
    if declared("?:") || declared(": string") {
        return declared("?:");
    }
    let holder = host.field("object").and_then(hosts::name).unwrap_or_default().to_ascii_lowercase();
    ["option", "opts", "param", "args", "argv", "props"].iter().any(|word| holder.contains(word))
}

/// Whether an expression may be written twice: it is a name or a path of names, perhaps with
/// constant indices.
pub(crate) fn twice(node: Node<'_>) -> bool {
    match node.kind() {
        "identifier" | "this" => true,
        "member_expression" => node.field("object").is_some_and(twice),
        "subscript_expression" => {
            node.field("object").is_some_and(twice)
                && node.field("index").is_some_and(|i| i.is_any(&["identifier", "number", "string"]))
        }
        "non_null_expression" => node.items().next().is_some_and(twice),
        _ => false,
    }
}

/// Host and port of `[host, port].join(':')`.
pub(crate) fn joined_list<'a>(file: &File, call: Node<'a>, facts: &JsFacts<'_>) -> Option<(Node<'a>, Node<'a>)> {
    let function = call.field("function").filter(|_| file.called_name(call) == Some("join"))?;
    let list = function.field("object").filter(|o| o.is("array"))?;
    let [separator] = file.arguments(call)?.try_into().ok()?;
    let items: Vec<Node<'a>> = list.items().collect();
    let [host, port] = items.try_into().ok()?;
    let is_port = facts.name(port).is_some_and(|n| naming::is_port(&n)) || port.is("number");
    let named = facts.name(host).is_some_and(|n| naming::is_host(&n)) && is_port;
    (named && file.string(separator).as_deref() == Some(":")).then_some((host, port))
}

/// Whether a text is put into a variable of a function that nobody uses.
pub(crate) fn is_unused(file: &File, text: Node<'_>) -> bool {
    let name = text.parent().filter(|p| p.is("variable_declarator")).and_then(|p| p.field("name"));
    let found = name.filter(|n| n.is("identifier")).and_then(|name| file.names.declared_by(name));
    found.is_some_and(|(decl, scope)| !scope.is("program") && file.names.uses(&decl, scope).is_empty())
}

/// Whether a text is a URL of TLS.
pub(crate) fn is_certified(whole: Node<'_>) -> bool {
    let text = whole.text().trim_start_matches(['`', '\'', '"']);
    text.starts_with("https://") || text.starts_with("wss://")
}
