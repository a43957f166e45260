//! Whether Go code is reached in the knowledge of IPv6: what asked for it needs no rewrite, and another
//! branch handles what the rewrite would be for.

use sixify_langs::go;

use crate::go_hosts::last_name;
use crate::go_parts::ends;
use crate::prelude::*;

/// Why code is reached only for one family, or in the knowledge of IPv6: a condition around it or before
/// it in the function asks for the number of colons, for brackets or for the family, and leaves. With
/// `contains` it is enough to ask whether there is a colon at all.
pub(crate) fn knows_family(node: Node<'_>, names: &[&str], contains: bool) -> Option<String> {
    const ASKS: &[&str] =
        &["To4()", "Is4()", "Is6()", "Is4In6()", "IPv4", "IPv6", "IP4", "IP6", "ipv4", "ipv6", "V6", "AF_INET"];
    let asks = |condition: Node<'_>| {
        let text = condition.text();
        let about = names.iter().any(|name| text.contains(name));
        let colons = ["\":\"", "':'", "\"::", "\"[\"", "'['", "\"[::"].iter().any(|mark| text.contains(mark));
        let bracket = text.contains("HasPrefix(") || text.contains("'['") || text.contains("Count(");
        about && colons && (bracket || contains && (text.contains("Contains") || text.contains("IndexByte(")))
            || ASKS.iter().any(|word| text.contains(word))
    };
    let mut at = node;
    while let Some(parent) = at.parent() {
        if parent.is_any(&["function_declaration", "method_declaration", "func_literal"]) {
            break;
        }
        let branch = parent.is("if_statement") && parent.field("condition").is_some_and(|c| c != at && asks(c));
        let case = parent.is("expression_case") && parent.field("value").is_some_and(|v| v != at && asks(v));
        let before = parent.is_any(&["block", "statement_list"])
            && parent.items().take_while(|s| *s != at).any(|s| {
                s.is("if_statement")
                    && s.field("condition").is_some_and(asks)
                    && s.field("consequence").is_some_and(ends)
            });
        if branch || case || before {
            return Some("the code around it asks for the family or for colons before".to_owned());
        }
        at = parent;
    }
    None
}

/// Whether a host may begin with a scheme, whose colon is not one of IPv6: the function asks for one, as in
/// `strings.TrimPrefix(hostname, "dns:///")` or `strings.HasPrefix(cfg.Host, "http")`, of a field anywhere in the file.
pub(crate) fn may_have_scheme(host: Node<'_>) -> bool {
    let function = host.ancestor(&["function_declaration", "method_declaration"]).map_or("", Node::text);
    let of_field = host.field("field").filter(|_| host.is("selector_expression")).map(|f| format!(".{}", f.text()));
    asks_scheme(function, &format!("({}", host.text()))
        || of_field.is_some_and(|field| asks_scheme(host.tree().text(), &field))
}

/// Whether code asks whether what is written so begins with a scheme.
pub(crate) fn asks_scheme(code: &str, name: &str) -> bool {
    let asked = format!("{name}, \"");
    code.split(asked.as_str()).skip(1).any(|rest| {
        let text = rest.split('"').next().unwrap_or_default();
        text.contains("://") || matches!(text, "http" | "https" | "http:" | "https:" | "unix" | "unix:")
    })
}

/// Whether a value is what `net.IPv4` gave, or its text.
pub(crate) fn made_of_four_bytes(file: &go::File, value: Node<'_>) -> bool {
    let function = value.field("function").filter(|_| value.is("call_expression"));
    let text = function.filter(|f| f.field("field").is_some_and(|name| name.text() == "String"));
    if let Some(of) = text.and_then(|f| f.field("operand")) {
        return made_of_four_bytes(file, of);
    }
    let name = value;
    let (value, _) = file.constant(value);
    if value != name && made_of_four_bytes(file, value)
        || value.is_any(&["call_expression", "type_conversion_expression"]) && of_four(file, value)
    {
        return true;
    }
    // A variable that is only given such: `ip = net.IP(addr[4:8]).String()`.
    let Some((decl, scope)) = file.names.resolve(name).filter(|_| name.is("identifier")) else { return false };
    let given: Vec<Node<'_>> = scope
        .descendants()
        .filter(|n| n.is("assignment_statement") && n.field("left").is_some_and(|l| l.text() == decl.name))
        .filter_map(|n| n.field("right")?.items().next())
        .collect();
    let open = file.tree.node(decl.whole).is("parameter_declaration") || decl.value.is_some();
    !open && !given.is_empty() && given.into_iter().all(|v| !v.is("identifier") && made_of_four_bytes(file, v))
}

/// Whether a call makes an address of four bytes: `net.IPv4(…)`, `net.IP(bytes[4:8])`.
fn of_four(file: &go::File, call: Node<'_>) -> bool {
    if file.callee(call).as_deref() == Some("net.IPv4") {
        return true;
    }
    // A method of the file that gives nothing else.
    let method = call.field("function").and_then(|f| f.field("field")).filter(|_| call.is("call_expression"));
    let own = |m: &Node<'_>| m.field("name").map(Node::text) == method.map(Node::text);
    if let Some(method) = file.tree.all("method_declaration").find(own).filter(|_| method.is_some()) {
        let mut given = method.descendants().filter(|n| n.is("return_statement")).peekable();
        let four = |n: Node<'_>| n.items().next().is_some_and(|list| list.text().starts_with("net.IPv4("));
        return given.peek().is_some() && given.all(four);
    }
    let conversion = call.field("function").or_else(|| call.field("type")).is_some_and(|f| f.text() == "net.IP");
    let bytes = call.field("arguments").and_then(|a| a.items().next()).or_else(|| call.field("operand"));
    let end = |name: &str| bytes.and_then(|b| b.field(name)).and_then(|n| n.text().parse::<usize>().ok());
    let sliced = bytes.is_some_and(|b| b.is("slice_expression")) && conversion;
    sliced && end("end").is_some_and(|to| to.checked_sub(end("start").unwrap_or(0)) == Some(4))
}

/// Whether a host is what code cut from a text at its first colon, which never was an IPv6 address; where
/// the cut is rewritten, this is looked at again. Also the target of a service record, which is a name.
pub(crate) fn cut_by_hand(file: &go::File, host: Node<'_>) -> bool {
    let function = host.ancestor(&["function_declaration", "method_declaration"]).map_or("", Node::text);
    if of_service_record(file, host) || function.contains("LookupSRV(") && last_name(host) == Some("Target") {
        return true;
    }
    let cuts = |call: Node<'_>| {
        let name = file.callee(call).unwrap_or_default();
        let colon = file.arguments(call).get(1).is_some_and(|by| by.text() == "\":\"");
        let known = file.arguments(call).first().and_then(|a| file.callee(*a)).is_some_and(|c| c.starts_with("net."));
        colon && !known && (name.starts_with("strings.Split") || name == "strings.Cut")
    };
    let (value, _) = file.constant(host);
    let of = value.field("operand").filter(|_| value.is("index_expression")).map(|list| file.constant(list).0);
    if of.is_some_and(|call| call.is("call_expression") && cuts(call)) {
        return true;
    }
    let Some((decl, _)) = file.names.resolve(host).filter(|_| host.is("identifier")) else { return false };
    let given = file.tree.node(decl.whole).field("right").and_then(|r| r.items().next());
    // `host := strings.Split(text, ":")[0]`, of a variable that is given another value later.
    let given = given.map(|v| v.field("operand").filter(|_| v.is("index_expression")).unwrap_or(v));
    given.is_some_and(|call| call.is("call_expression") && cuts(call))
}

/// Whether a host is the target of a service record, perhaps without its last dot: a name in the DNS.
fn of_service_record(file: &go::File, host: Node<'_>) -> bool {
    let inner = host.field("arguments").and_then(|a| a.items().next()).filter(|_| host.is("call_expression"));
    if let Some(inner) = inner.filter(|_| file.callee(host).is_some_and(|f| f.starts_with("strings.Trim"))) {
        return of_service_record(file, inner);
    }
    let (value, _) = file.constant(host);
    if value != host {
        return of_service_record(file, value);
    }
    let owner = host.field("operand").filter(|_| host.field("field").is_some_and(|f| f.text() == "Target"));
    owner.is_some_and(|owner| {
        let typed = file.type_of(owner).is_some_and(|ty| ty.rsplit(['.', '*']).next() == Some("SRV"));
        typed || last_name(owner).is_some_and(|name| sixify_langs::naming::words(name).iter().any(|w| w == "srv"))
    })
}

/// Whether the addresses are those of the machine's interfaces, and nothing leaves out the link-local ones: of
/// IPv4 there is mostly one of them.
pub(crate) fn of_interfaces(file: &go::File, call: Node<'_>) -> bool {
    let Some(function) = call.ancestor(&["function_declaration", "method_declaration"]) else { return false };
    let lists = |n: Node<'_>| {
        let name = n.field("function").filter(|_| n.is("call_expression")).map_or("", Node::text);
        file.callee(n).as_deref() == Some("net.InterfaceAddrs") || name.ends_with(".Addrs")
    };
    let chooses = ["IsLinkLocalUnicast", "IsGlobalUnicast"].iter().any(|word| function.text().contains(word));
    // `addr.(*net.IPNet)`: what an interface has, handed on as a list.
    let handed = ["*net.IPNet", "[]net.Addr"].iter().any(|word| function.text().contains(word));
    !chooses && (handed || function.descendants().any(lists))
}

/// Whether a comment before a statement speaks of a family, so that somebody has thought of it.
pub(crate) fn explained(statement: Node<'_>) -> bool {
    let comments = std::iter::successors(statement.previous(), |n| n.previous()).take_while(|n| n.is_comment());
    comments.into_iter().any(|c| c.text().to_ascii_lowercase().contains("ipv"))
}

/// Whether a host is a constant of another file or package, or the name that TLS was asked for, which is none
/// of an address.
pub(crate) fn is_default(file: &go::File, host: Node<'_>) -> bool {
    let name = last_name(host).unwrap_or_default();
    let elsewhere = match host.field("operand") {
        Some(owner) => file.import_of(owner).is_some(),
        None => host.is("identifier") && file.names.resolve(host).is_none(),
    };
    let default = elsewhere && sixify_langs::naming::words(name).first().is_some_and(|w| w == "default");
    default || matches!(name, "serverName" | "ServerName" | "sni")
}
