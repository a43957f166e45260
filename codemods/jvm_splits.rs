//! Where Java, Kotlin and Scala take host and port apart, and how an IPv6 address stays whole.
//!
//! The split at every colon becomes one at the last colon that is not in brackets, which for a
//! name or an IPv4 address with or without a port is the same.

use sixify_core::Span;
use sixify_langs::java::{Call, File, Lang};
use sixify_langs::naming;

use crate::ipv4_protocols::packs_four_bytes;
use crate::jvm_helpers::Helper;
use crate::jvm_hosts::{name, puts_brackets};
use crate::jvm_split_proof::{Parts, parsed};
use crate::prelude::*;

const MESSAGE: &str = "the text up to the first colon is the host only for IPv4";

/// Finds the splits of a file and reports them.
pub(crate) fn run(file: &File, cx: &mut Context<'_>) {
    for call in file.calls() {
        let found = match call.name {
            "split" => Split::by_separator(file, &call),
            "indexOf" => Split::by_index(file, &call),
            "substringBefore" | "substringAfter" if file.lang == Lang::Kotlin => Split::by_name(file, &call),
            "StringTokenizer" if call.creates => Split::by_tokenizer(file, &call),
            _ => None,
        };
        let Some(split) = found else { continue };
        let finding = Finding::new(split.span, Role::Split.name(), MESSAGE).because_all(split.why);
        match split.edits.filter(|_| !packs_four_bytes(file.tree.text())) {
            Some(edits) => cx.report(finding.fix(Applicability::Unsafe, Fix::new().edits(edits))),
            None => cx.report(finding),
        }
    }
}

struct Split {
    span: Span,
    why: Vec<String>,
    edits: Option<Vec<Edit>>,
}

impl Split {
    /// `text.split(":")`, with the parts used at once, taken apart, or kept.
    fn by_separator<'a>(file: &'a File, call: &Call<'a>) -> Option<Split> {
        let text = call.receiver?;
        let separator = *call.arguments.first()?;
        if !colon(file, separator) {
            return None;
        }
        let limit = call.arguments.get(1).map(|l| l.text());
        if limit.is_some_and(|l| !["2", "-1", "0"].contains(&l)) || call.arguments.len() > 2 {
            return None;
        }
        let parts = parts(file, call.node)?;
        let why = evidence(file, text, &parts)?;
        if around(call.node).is_some_and(|f| knows_ipv6(f.text())) {
            return None;
        }
        // What stands behind a scheme is no scheme.
        let proven = parts.are_host_and_port(file, text)
            || port_beside(file, call, text)
            || without_scheme(file, text).is_some() && !parts.port.is_empty();
        let doubt = parts.more || of_peer(text) || !proven || parts.joined_again(file);
        let edits = if doubt { None } else { split_by_function(file, call, "") };
        Some(Split { span: call.node.span(), why, edits })
    }

    /// `text.substring(0, text.indexOf(":"))`, with the index at once or kept.
    fn by_index<'a>(file: &'a File, call: &Call<'a>) -> Option<Split> {
        let text = call.receiver?;
        let [separator] = call.arguments.as_slice() else { return None };
        if !colon(file, *separator) || around(call.node).is_some_and(handles_families) {
            return None;
        }
        let (mut parts, mut guarded) = (Parts::default(), false);
        for index in uses_of_value(file, call.node) {
            index_use(file, index, text, &mut parts, &mut guarded);
        }
        let port = |p: &Node<'_>| parsed(file, *p) || given_to(file, *p, naming::is_port).is_some();
        if parts.host.is_empty() && !parts.port.iter().any(port) {
            return None;
        }
        // `name:address`, as resolvers take it.
        let address = |p: &Node<'_>| given_to(file, *p, names_host).is_some();
        if parts.port.iter().any(address) {
            return None;
        }
        let why = evidence(file, text, &parts)?;
        let edits = if !parts.are_host_and_port(file, text) || parts.joined_again(file) {
            None
        } else if guarded {
            // Where there may be no port, a colon within brackets is none before a port.
            let simple = text.is("identifier");
            simple.then(|| vec![Edit::insert(separator.end(), format!(", {}.indexOf(']') + 1", text.text()))])
        } else {
            Some(vec![Edit::replace(call.name_node.span(), "lastIndexOf")])
        };
        Some(Split { span: call.node.span(), why, edits })
    }

    /// Kotlin's `text.substringBefore(":")`.
    fn by_name<'a>(file: &'a File, call: &Call<'a>) -> Option<Split> {
        let text = call.receiver?;
        if !colon(file, *call.arguments.first()?) || call.arguments.len() > 1 {
            return None;
        }
        let mut parts = Parts::default();
        let before = call.name == "substringBefore";
        let side = if before { &mut parts.host } else { &mut parts.port };
        side.push(call.node);
        let why = evidence(file, text, &parts)?;
        // Without a port the host may end with a bracket, and the colon before that is none.
        let edits = if !parts.are_host_and_port(file, text) {
            None
        } else if before {
            split_by_function(file, call, ".first()")
        } else {
            Some(vec![Edit::insert(call.name_node.end(), "Last")])
        };
        Some(Split { span: call.node.span(), why, edits })
    }

    /// `new StringTokenizer(text, ":")`.
    fn by_tokenizer<'a>(file: &'a File, call: &Call<'a>) -> Option<Split> {
        let [text, separator] = call.arguments.as_slice() else { return None };
        if !colon(file, *separator) {
            return None;
        }
        let why = evidence(file, *text, &Parts::default())?;
        Some(Split { span: call.node.span(), why, edits: None })
    }
}

/// The text split by a function of the file, and what is asked of the parts.
fn split_by_function(file: &File, call: &Call<'_>, then: &str) -> Option<Vec<Edit>> {
    let text = call.receiver?;
    let mut edits = Helper::SplitHostPort.at(file, call.node)?;
    // `((String) text).split(":")` has parentheses already.
    let open = if text.is("parenthesized_expression") { "" } else { "(" };
    let close = if open.is_empty() { "" } else { ")" };
    edits.push(Edit::insert(text.start(), format!("{}{open}", Helper::SplitHostPort.name())));
    edits.push(Edit::replace(Span::new(text.end(), call.node.end()), format!("{close}{then}")));
    Some(edits)
}

/// Whether code knows of IPv6, puts brackets, or has a pattern of names that refuses them.
fn knows_ipv6(code: &str) -> bool {
    let names = code.contains("[a-zA-Z0-9");
    names || code.to_ascii_lowercase().contains("ipv6") || code.contains("Inet6Address") || puts_brackets(code)
}

/// Whether the function takes the port from the same text in the same way.
fn port_beside(file: &File, call: &Call<'_>, text: Node<'_>) -> bool {
    let function = around(call.node);
    file.calls().filter(|c| c.name == "split" && c.node != call.node).any(|other| {
        let same = other.receiver.is_some_and(|r| r.text() == text.text()) && around(other.node) == function;
        same && parts(file, other.node).is_some_and(|p| !p.port.is_empty())
    })
}

/// Whether a text is what the address of a peer gives, whose parts can be asked for.
fn of_peer(text: Node<'_>) -> bool {
    text.text().contains("emoteAddress()") && text.text().contains("toString()")
}

/// Whether a separator is a colon.
fn colon(file: &File, node: Node<'_>) -> bool {
    file.literal(node) == Some(":")
}

/// Why a text is a host with a port, if it is.
fn evidence(file: &File, text: Node<'_>, parts: &Parts<'_>) -> Option<Vec<String>> {
    let called = name(file, text).unwrap_or_default();
    let words = naming::words(&called);
    const OTHERS: [&str; 12] =
        ["mac", "hardware", "bluetooth", "email", "mail", "memory", "class", "ipv6", "v6", "time", "date", "image"];
    if words.iter().any(|w| OTHERS.contains(&w.as_str())) {
        return None;
    }
    let function = around(text).and_then(|f| f.field("name")).map_or("", Node::text);
    // A list of `ipv4s` is looked through beside it.
    let ipv4 = around(text).is_some_and(|f| f.text().to_ascii_lowercase().contains("ipv4"));
    let url = ipv4 || around(text).is_some_and(|f| f.text().contains(&format!("{}.startsWith(\"http", text.text())));
    if url || naming::is_key(&called) || local_text(file, text) || naming::is_ipv4(function) || naming::is_ipv4(&called)
    {
        return None;
    }
    let mut why = Vec::new();
    if names_host(&called) || called.to_ascii_lowercase().ends_with("hostport") {
        why.push(format!("{called} is called an address"));
    }
    if let Some(scheme) = without_scheme(file, text) {
        why.push(format!("it is what stands behind {scheme}"));
    }
    let host = parts.host.iter().find_map(|part| given_to(file, *part, names_host));
    let port = parts.port.iter().find_map(|part| given_to(file, *part, naming::is_port));
    match (host, port) {
        (Some(host), Some(port)) => why.push(format!("its parts are used as {host} and {port}")),
        (Some(part), None) | (None, Some(part)) => {
            let number = parts.port.iter().any(|p| parsed(file, *p)) && !parts.host.is_empty();
            if !why.is_empty() || number || part.starts_with("java.net") {
                why.push(format!("a part of it is used as {part}"));
            }
        }
        (None, None) => {}
    }
    (!why.is_empty()).then_some(why)
}

/// Whether a name can only be that of a host or an address. A broker or a node may be anything that
/// has a name.
fn names_host(called: &str) -> bool {
    let words = naming::words(called);
    let last = words.iter().rev().find(|w| !["s", "str", "string"].contains(&w.as_str())).map_or("", String::as_str);
    let strong = ["ip", "hostname", "addr", "address", "host", "hostport", "endpoint", "authority", "hp"];
    strong.contains(&last)
        || called.to_ascii_lowercase().ends_with("hostname")
        || naming::is_address(called) && last == "port"
}

/// Whether a text begins with an IPv4 address or a name that is written out: `"127.0.0.1:" + port`.
fn local_text(file: &File, text: Node<'_>) -> bool {
    let (value, _) = file.constant(text);
    if file.getter(value).is_some_and(|(_, getter)| getter.ends_with("Message")) {
        // `host: Name or service not known`
        return true;
    }
    let expr = file.text_expr(value);
    let prefix = expr.as_ref().and_then(|e| e.prefix()).map_or("", |(raw, _)| raw);
    prefix.split_once(':').is_some_and(|(host, _)| !host.is_empty() && !host.contains('['))
}

/// The scheme that is taken off a text: `redis://` of `url.replace("redis://", "")`.
fn without_scheme<'a>(file: &'a File, text: Node<'a>) -> Option<&'a str> {
    let call =
        file.call(text).filter(|c| ["replace", "replaceFirst", "removePrefix", "stripPrefix"].contains(&c.name))?;
    file.literal(*call.arguments.first()?).filter(|scheme| scheme.ends_with("://"))
}

/// What the value of a part is used as: the name of the variable, field or parameter that gets it,
/// when `is` holds for it, or the constructor of an address.
pub(crate) fn given_to(file: &File, part: Node<'_>, is: fn(&str) -> bool) -> Option<String> {
    let mut at = part;
    for _ in 0..6 {
        let parent = at.parent()?;
        match parent.kind() {
            "parenthesized_expression"
            | "value_argument"
            | "ternary_expression"
            | "navigation_expression"
            | "field_expression"
            | "cast_expression" => at = parent,
            "identifier" | "case_class_pattern" | "multi_variable_declaration" => at = parent,
            "variable_declarator" | "val_definition" | "var_definition" | "property_declaration" => {
                let name = parent.field("name").or_else(|| parent.field("pattern"));
                let name = name.or_else(|| parent.items().find(|n| n.is("variable_declaration")))?;
                let name = name.text().split(':').next().unwrap_or_default().trim();
                return is(name).then(|| name.to_owned());
            }
            "assignment_expression" | "assignment" => {
                let target = parent.items().next()?;
                let name = name(file, target)?;
                return is(&name).then_some(name);
            }
            "return_statement" | "function_body" => {
                let method = parent.ancestor(&["method_declaration", "function_declaration"])?.field("name")?.text();
                return is(method).then(|| method.to_owned());
            }
            "argument_list" | "arguments" | "value_arguments" => {
                let call = file.call(parent.parent()?)?;
                match call.name {
                    "parseInt" | "valueOf" | "trim" | "parseShort" | "Integer" | "parseUnsignedInt" => at = call.node,
                    "InetSocketAddress" | "Socket" | "createUnresolved" | "getByName" | "getAllByName" | "HttpHost"
                    | "HostAndPort" | "fromParts" => return Some(format!("java.net: argument of {}", call.name)),
                    called => {
                        let setter = called.strip_prefix("set").or_else(|| called.strip_prefix("with"));
                        if let Some(setter) = setter.filter(|s| is(s)) {
                            return Some(setter.to_owned());
                        }
                        let position = call.arguments.iter().position(|a| a.holds(part))?;
                        let name = parameter(file, called, position, call.arguments.len())?;
                        return is(&name).then_some(name);
                    }
                }
            }
            // `parts[0].trim()`
            "method_invocation" | "call_expression" => at = parent,
            _ => return None,
        }
    }
    None
}

/// The name of a parameter of a method of this file.
fn parameter(file: &File, method: &str, position: usize, count: usize) -> Option<String> {
    let kinds = ["method_declaration", "constructor_declaration", "function_declaration", "function_definition"];
    let named = kinds
        .iter()
        .flat_map(|kind| file.tree.all(kind))
        .filter(|m| m.field("name").is_some_and(|n| n.text() == method));
    named
        .filter_map(|m| m.field("parameters").or_else(|| m.child("function_value_parameters")))
        .map(|list| list.items().filter(|n| n.is_any(&["formal_parameter", "parameter"])).collect::<Vec<_>>())
        .find(|list| list.len() == count)
        .and_then(|list| {
            let parameter = list.get(position)?;
            let name = parameter.field("name").or_else(|| parameter.items().find(|n| n.is("identifier")))?;
            Some(name.text().to_owned())
        })
}

/// The parts that a split gives. `None` when they are not told apart by number.
fn parts<'a>(file: &'a File, split: Node<'a>) -> Option<Parts<'a>> {
    let mut parts = Parts::default();
    if let Some(names) = taken_apart(split) {
        let [host, port] = names.as_slice() else { return None };
        parts.host.push(*host);
        parts.port.push(*port);
        return Some(parts);
    }
    for value in uses_of_value(file, split) {
        part(file, value, &mut parts)?;
    }
    (!parts.host.is_empty() || !parts.port.is_empty()).then_some(parts)
}

/// One use of the parts. `None` when they are gone through one by one, or three of them are used.
fn part<'a>(file: &File, value: Node<'a>, parts: &mut Parts<'a>) -> Option<()> {
    let holder = value.parent()?;
    // `parts[0]`; in Scala `parts(0)`.
    if let Some((_, index)) = file.indexed(holder).filter(|(list, _)| *list == value) {
        match index {
            Some(0) => parts.host.push(holder),
            Some(1) => parts.port.push(holder),
            Some(_) => return None,
            None => parts.more = true,
        }
        return Some(());
    }
    if let Some((_, member)) = file.member(holder).filter(|(list, _)| *list == value) {
        let call = holder.parent().and_then(|p| file.indexed(p).map(|(_, index)| (p, index)));
        let (side, used) = match (member.text(), call) {
            ("length" | "size" | "lastIndex", _) => return counted(holder),
            ("head", _) => (&mut parts.host, holder),
            ("last", _) => (&mut parts.port, holder),
            (_, Some((call, Some(0)))) => (&mut parts.host, call),
            (_, Some((call, Some(1)))) => (&mut parts.port, call),
            _ => return None,
        };
        side.push(used);
        return Some(());
    }
    None
}

/// Whether a count of parts is compared with what host and port need.
fn counted(length: Node<'_>) -> Option<()> {
    let comparison = length.parent()?;
    let text: String = comparison.text().chars().filter(|c| !c.is_whitespace()).collect();
    let fits = ["==2", "!=2", ">1", "<2", "==1", "!=1", ">=2", "<=1", ">2", "2==", "2!="];
    (comparison.kind().contains("binary") || comparison.is("infix_expression")).then_some(())?;
    fits.iter().any(|f| text.ends_with(f) || text.starts_with(f)).then_some(())
}

/// The names in `val (host, port) = …` and `val Array(host, port) = …`.
fn taken_apart(split: Node<'_>) -> Option<Vec<Node<'_>>> {
    let holder = split.parent()?;
    let pattern = match holder.kind() {
        "property_declaration" => holder.child("multi_variable_declaration")?,
        "val_definition" => holder.field("pattern").filter(|p| p.is_any(&["case_class_pattern", "tuple_pattern"]))?,
        _ => return None,
    };
    let names = pattern.items().filter(|n| n.is_any(&["identifier", "variable_declaration"]));
    Some(names.collect())
}

/// The places where the value of an expression is used: where it stands, or where the variable is
/// that keeps it.
fn uses_of_value<'a>(file: &'a File, value: Node<'a>) -> Vec<Node<'a>> {
    let kept = value.parent().and_then(|holder| match holder.kind() {
        "variable_declarator" => holder.field("name"),
        "val_definition" | "var_definition" => holder.field("pattern").filter(|p| p.is("identifier")),
        "property_declaration" => holder.child("variable_declaration")?.items().find(|n| n.is("identifier")),
        _ => None,
    });
    let Some(name) = kept else { return vec![value] };
    let Some((decl, scope)) = file.names.declared_by(name) else { return Vec::new() };
    if !file.names.single_assignment(&decl, scope) {
        return Vec::new();
    }
    file.names.uses(&decl, scope)
}

/// One use of the index of a colon.
fn index_use<'a>(file: &File, index: Node<'a>, text: Node<'a>, parts: &mut Parts<'a>, guarded: &mut bool) {
    let mut at = index;
    let mut behind = false;
    while let Some(parent) = at.parent() {
        match parent.kind() {
            "parenthesized_expression" | "value_argument" => at = parent,
            "binary_expression" | "infix_expression"
                if parent.text().ends_with("+ 1") || parent.text().ends_with("+1") =>
            {
                behind = true;
                at = parent;
            }
            "binary_expression" | "infix_expression" => {
                *guarded = true;
                return;
            }
            "argument_list" | "arguments" | "value_arguments" => {
                let Some(call) = parent.parent().and_then(|p| file.call(p)) else { return };
                let same = call.receiver.is_some_and(|r| r.text() == text.text());
                if !same || call.name != "substring" {
                    return;
                }
                let first = call.arguments.first().is_some_and(|a| a.holds(index));
                let whole = format!("{}.length()", text.text());
                let to_end = call.arguments.get(1).is_none_or(|end| end.text() == whole);
                match (first, behind, call.arguments.len()) {
                    (true, true, _) if to_end => parts.port.push(call.node),
                    (false, false, 2) if call.arguments.first().is_some_and(|a| a.text() == "0") => {
                        parts.host.push(call.node);
                    }
                    _ => {}
                }
                return;
            }
            _ => return,
        }
    }
}

/// The function around a place.
pub(crate) fn around(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestor(&["method_declaration", "constructor_declaration", "function_declaration", "function_definition"])
}

/// Whether a function already tells IPv6 addresses from others.
fn handles_families(function: Node<'_>) -> bool {
    let text = function.text();
    // Another method of the class that looks for the bracket has those in brackets taken out before.
    let class = function.ancestor(&["class_body", "class_declaration"]).map_or("", Node::text);
    class.contains("indexOf(']')") || puts_brackets(text) || text.contains("']'") || text.contains("lastIndexOf(")
}
