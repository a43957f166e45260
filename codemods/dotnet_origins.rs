//! Where a host of C# code comes from: what is cut from a text at a colon never held an IPv6 address
//! whole, the host of a `Uri` has its brackets through variables and fields too, and a parameter that
//! is only given names is a name.

use sixify_langs::csharp::File;

use crate::cuts::cut_at_colon;
use crate::dotnet_hosts::{CSharp, last_name};
use crate::prelude::*;
use sixify_langs::naming;

/// Calls that cut a text.
const CUTS: &[&str] = &[".Split(", ".Substring(", ".IndexOf(", ".Remove("];

/// Whether a host was cut from a text at a colon in the function that it is used in.
pub(crate) fn cut_here(file: &File, host: Node<'_>) -> bool {
    cut_at_colon(host, CUTS, ".Groups[", |node| values(file, node, true))
}

/// Whether a host is what `Uri.Host` or a request gave, also through a variable, a field or a property of the file.
pub(crate) fn from_uri(facts: &CSharp<'_>, host: Node<'_>) -> bool {
    values(facts.file, host, false).iter().any(|value| {
        let mut parts = value.descendants().filter(|n| n.is("member_access_expression"));
        let all = std::iter::once(*value).chain(parts.by_ref());
        all.into_iter().any(|n| of_uri(facts, n))
    })
}

/// Whether an expression is the host of a `Uri` or of a request.
pub(crate) fn of_uri(facts: &CSharp<'_>, value: Node<'_>) -> bool {
    let named = value.is("member_access_expression") && value.field("name").is_some_and(|n| n.text() == "Host");
    let Some(of) = value.field("expression").filter(|_| named) else { return false };
    if let Some(ty) = facts.type_of(of) {
        return matches!(ty.as_str(), "Uri" | "UriBuilder" | "HostString" | "DnsEndPoint" | "HttpRequest");
    }
    let words = last_name(of).map(naming::words).unwrap_or_default();
    words.last().is_some_and(|w| matches!(w.as_str(), "uri" | "url" | "request")) || of.text().ends_with("Request.Host")
}

/// Whether a host is what a function of the file gives that takes addresses of IPv4 alone, or is picked out of them.
pub(crate) fn ipv4_only(file: &File, host: Node<'_>) -> bool {
    let given = values(file, host, true);
    let asks = |n: Node<'_>| {
        let condition = n.field("condition").map_or("", Node::text);
        condition.contains("AddressFamily.InterNetwork") && !condition.contains("InterNetworkV6")
    };
    let further = given.iter().filter(|value| value.is("identifier")).flat_map(|value| values(file, *value, true));
    if given.iter().copied().chain(further).any(|value| value.ancestors().any(asks)) {
        return true;
    }
    let mut calls = std::iter::once(host).chain(given).filter(|n| n.is("invocation_expression"));
    calls.any(|call| {
        let called = call.field("function").map_or("", |f| f.field("name").unwrap_or(f).text());
        let mut methods = file.tree().all("method_declaration");
        let method = methods.find(|m| m.field("name").is_some_and(|n| n.text() == called));
        method.is_some_and(|m| m.text().contains("AddressFamily.InterNetwork") && !m.text().contains("InterNetworkV6"))
    })
}

/// Whether a host is a parameter of a function that the file only gives names written out.
pub(crate) fn given_names(file: &File, host: Node<'_>) -> bool {
    let Some((decl, function)) = file.names().resolve(host).filter(|_| host.is("identifier")) else { return false };
    let whole = file.tree().node(decl.whole);
    let Some(name) = function.field("name").filter(|_| whole.is("parameter")) else { return false };
    let hidden = function.children().any(|c| c.is("modifier") && c.text() == "private")
        || function.is("local_function_statement")
        || !function.children().any(|c| c.is("modifier") && ["public", "internal", "protected"].contains(&c.text()));
    let Some(list) = function.field("parameters") else { return false };
    let Some(at) = list.items().filter(|n| n.is("parameter")).position(|n| n == whole) else { return false };
    let calls: Vec<_> = file.calls().filter(|c| c.name == name.text()).collect();
    hidden
        && !calls.is_empty()
        && calls.iter().all(|call| {
            call.arguments.get(at).is_some_and(|a| {
                let (value, _) = file.names().constant(file.tree(), a.value);
                value.is("string_literal") && !value.text().contains(':')
            })
        })
}

/// What a variable, and also a field or property of the file where `local` is not asked for, is given.
fn values<'a>(file: &'a File, host: Node<'a>, local: bool) -> Vec<Node<'a>> {
    let name = match host.kind() {
        "identifier" => Some(host),
        "element_access_expression" => {
            let list = host.field("expression");
            return std::iter::once(host).chain(list.into_iter().flat_map(|l| values(file, l, local))).collect();
        }
        "member_access_expression" if host.field("expression").is_some_and(|of| of.text() == "this") => {
            host.field("name")
        }
        _ => None,
    };
    let found = name.and_then(|n| file.names().lookup(n, n.text()));
    let types = ["class_declaration", "struct_declaration", "record_declaration"];
    let Some((decl, scope)) = found.filter(|(_, scope)| !local || !scope.is_any(&types)) else { return Vec::new() };
    let mut given: Vec<Node<'a>> = decl.value.map(|value| file.tree().node(value)).into_iter().collect();
    let whole = file.tree().node(decl.whole);
    if whole.is("property_declaration") {
        given.extend(whole.child("arrow_expression_clause"));
    }
    given.extend(file.names().uses(&decl, scope).into_iter().filter_map(|used| {
        let target = used.parent().filter(|p| p.is("member_access_expression")).unwrap_or(used);
        let assignment =
            target.parent().filter(|p| p.is("assignment_expression") && p.field("left") == Some(target))?;
        assignment.field("right")
    }));
    given
}
