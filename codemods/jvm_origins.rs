//! Where a host of Java, Kotlin and Scala comes from, within its function: what is cut from a text
//! at a colon never held an IPv6 address whole, and what a machine calls itself is a name.

use sixify_langs::java::File;

use crate::cuts::cut_at_colon;
use crate::jvm_hosts::leading_name;
use crate::prelude::*;

/// Calls that cut a text.
const CUTS: &[&str] = &[
    ".split(",
    ".substring(",
    ".before(",
    ".after(",
    ".afterLast(",
    ".beforeLast(",
    "substringBefore",
    "substringAfter",
    "StringTokenizer",
    ".indexOf(",
    ".takeWhile(",
    ".splitAt(",
    "StringUtils.split",
];

/// Whether a host was cut from a text at a colon in the function that it is used in.
pub(crate) fn cut_here(file: &File, host: Node<'_>) -> bool {
    cut_at_colon(host, CUTS, ".group(", |node| values(file, node))
}

/// Whether a host is a part of a longer text, wherever that was cut.
pub(crate) fn cut_out(file: &File, host: Node<'_>) -> bool {
    let cut = |text: &str| CUTS.iter().any(|call| text.contains(call));
    values(file, host).iter().any(|value| cut(value.text()))
}

/// Whether a host is what the machine calls itself.
pub(crate) fn own_name(file: &File, host: Node<'_>) -> bool {
    let name = |text: &str| {
        text.contains("getLocalHost")
            && ["getHostName", "getCanonicalHostName", "hostName"].iter().any(|n| text.contains(n))
    };
    name(host.text()) || values(file, host).iter().any(|value| name(value.text()))
}

/// Whether a host is what a method of the file gives that takes addresses of IPv4 alone.
pub(crate) fn ipv4_only(file: &File, host: Node<'_>) -> bool {
    let calls = std::iter::once(host).chain(values(file, host)).filter_map(|n| file.call(n));
    let own = calls.filter(|c| c.receiver.is_none() && !c.creates);
    let kinds = ["method_declaration", "function_declaration", "function_definition"];
    own.into_iter().any(|call| {
        let mut methods = kinds.iter().flat_map(|kind| file.tree.all(kind));
        let method = methods.find(|m| m.field("name").is_some_and(|n| n.text() == call.name));
        method.is_some_and(|m| m.text().contains("Inet4Address") && !m.text().contains("Inet6Address"))
    })
}

/// Whether a host is what a function or getter of the file gives that has no parameters and gives a text that is
/// written out: `def hostname = "127.0.0.1"`.
pub(crate) fn written_out(file: &File, host: Node<'_>) -> bool {
    let called = file.call(host).filter(|c| c.receiver.is_none() && !c.creates && c.arguments.is_empty());
    let name =
        if host.is("string_content") { leading_name(host.text()) } else { called.map_or(host.text(), |c| c.name) };
    let kinds = ["method_declaration", "function_declaration", "function_definition"];
    let named = |m: &Node<'_>| m.field("name").is_some_and(|n| n.text() == name);
    let mut methods = kinds.iter().flat_map(|kind| file.tree.all(kind)).filter(named);
    let literal = |value: Node<'_>| file.literal(value).is_some_and(|text| !text.contains(':'));
    let gives = |method: Node<'_>| match method.field("body").or_else(|| method.child("function_body")) {
        None => false,
        Some(body) if literal(body) => true,
        Some(body) => {
            let statement = body.items().next().filter(|_| body.items().count() == 1);
            statement.is_some_and(|s| literal(s) || s.items().next().is_some_and(literal))
        }
    };
    methods.next().is_some_and(gives) && methods.next().is_none()
}

/// Whether a host is picked out of the addresses of IPv4: it is given where a condition asks for their class.
pub(crate) fn picked_ipv4(file: &File, host: Node<'_>) -> bool {
    let asks = |n: Node<'_>| {
        let condition = n.field("condition").map_or("", Node::text);
        condition.contains("Inet4Address") && !condition.contains("Inet6Address") && !condition.contains("||")
    };
    values(file, host).iter().any(|value| value.ancestors().any(asks))
}

/// Whether a host is a list that was made one text: `String.join(",", hosts)`.
pub(crate) fn listed(file: &File, host: Node<'_>) -> bool {
    let all = |text: &str| [".join(", "joining(", "mkString", "joinToString"].iter().any(|word| text.contains(word));
    std::iter::once(host).chain(values(file, host)).any(|value| all(value.text()))
}

/// Whether a host is given a text with a scheme, or by a function that puts one before it: `addPrefix(host)`.
pub(crate) fn given_scheme(file: &File, host: Node<'_>) -> bool {
    let own = |value: Node<'_>| {
        let Some(call) = file.call(value).filter(|c| !c.creates) else { return false };
        let words = sixify_langs::naming::words(call.name);
        let named = words.iter().any(|w| matches!(w.as_str(), "prefix" | "scheme" | "protocol" | "url" | "uri"));
        let mut methods = file.tree.all("method_declaration");
        let method = methods.find(|m| m.field("name").is_some_and(|n| n.text() == call.name));
        named || call.receiver.is_none() && method.is_some_and(|m| m.text().contains("://"))
    };
    let found = match host.is("string_content") {
        true => file.names.lookup(host, leading_name(host.text())),
        false => file.names.resolve(host),
    };
    // `host: String = "http://localhost"`
    let defaults =
        found.map(|(decl, _)| file.tree.node(decl.whole)).filter(|d| d.is_any(&["parameter", "class_parameter"]));
    let default = defaults.is_some_and(|d| {
        d.text().contains("://")
            || d.next().is_some_and(|n| n.text() == "=" && n.next().is_some_and(|v| v.text().contains("://")))
    });
    default || std::iter::once(host).chain(values(file, host)).any(|value| value.text().contains("://") || own(value))
}

/// What a local variable is given, where it is declared and later.
fn values<'a>(file: &'a File, host: Node<'a>) -> Vec<Node<'a>> {
    let found = if host.is("string_content") {
        file.names.lookup(host, leading_name(host.text()))
    } else if host.is("identifier") {
        file.names.resolve(host)
    } else if let Some((list, _)) = file.indexed(host) {
        return vec![host].into_iter().chain(values(file, list)).collect();
    } else {
        None
    };
    let Some((decl, scope)) = found.filter(|(_, scope)| !scope.is_any(&["class_body", "template_body"])) else {
        return Vec::new();
    };
    let mut given: Vec<Node<'a>> = decl.value.map(|value| file.tree.node(value)).into_iter().collect();
    given.extend(file.names.uses(&decl, scope).into_iter().filter_map(|used| {
        let assignment = used.parent().filter(|p| p.is_any(&["assignment_expression", "assignment"]))?;
        let value = assignment.field("right").or_else(|| assignment.items().last())?;
        (value != used && !value.holds(used)).then_some(value)
    }));
    given
}
