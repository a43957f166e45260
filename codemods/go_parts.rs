//! What the parts of an address are used for in Go code. A part that is only compared with names, or is the
//! label of a metric, needs no care for IPv6, and one that a method joins again without brackets must keep its
//! own.

use sixify_langs::{go, naming};

use crate::go_hosts::last_name;
use crate::go_kept::Kept;
use crate::purpose::is_no_address;

use crate::prelude::*;

/// Whether a part is only asked for names: `strings.HasSuffix(host, ".svc")`, `host == "localhost"`, directly or
/// through the variable that it is given to.
pub(crate) fn only_named(file: &go::File, part: Node<'_>) -> bool {
    if asks_name(file, part) {
        return true;
    }
    let Some(list) = part.parent().filter(|p| p.is("expression_list") && p.items().count() == 1) else { return false };
    let Some(statement) = list.parent().filter(|s| s.is_any(&["short_var_declaration", "assignment_statement"])) else {
        return false;
    };
    let name = statement.field("left").filter(|l| *l != list && l.items().count() == 1).and_then(|l| l.items().next());
    let Some((name, (decl, scope))) =
        name.filter(|n| n.is("identifier")).and_then(|n| Some((n, file.names.resolve(n)?)))
    else {
        return false;
    };
    let after = |used: &Node<'_>| *used != name && used.start() > statement.end();
    let later: Vec<_> = file.names.uses(&decl, scope).into_iter().filter(after).collect();
    !scope.is("source_file") && !later.is_empty() && later.into_iter().all(|used| asks_name(file, used))
}

/// Whether a part goes where a host does: to what is called one, to what is compared with one, or to a
/// function that dials or resolves. What stands before a colon may be a scheme, or an image, as well.
pub(crate) fn taken_for_host(file: &go::File, part: Node<'_>) -> bool {
    let host = |node: Node<'_>| last_name(node).is_some_and(is_host);
    let Some(parent) = part.parent() else { return false };
    let Some(around) = parent.parent() else { return false };
    match parent.kind() {
        "expression_list" if around.is("return_statement") => {
            let function = around.ancestor(&["function_declaration", "method_declaration"]);
            let at = parent.items().position(|item| item == part).unwrap_or_default();
            let results = function.and_then(|f| f.field("result")).filter(|r| r.is("parameter_list"));
            let result = results.into_iter().flat_map(Node::items).flat_map(|p| p.fields("name")).nth(at);
            // `return parts[0], parts[1]`
            let pair = parent.items().count() > 1 && at == 0 && parent.items().nth(1).is_some_and(|n| is_part(n, part));
            pair || function.and_then(|f| f.field("name")).into_iter().chain(result).any(host)
        }
        "expression_list" => {
            let at = parent.items().position(|item| item == part).unwrap_or_default();
            let target = around.field("left").filter(|left| *left != parent).and_then(|left| left.items().nth(at));
            target.or_else(|| around.field("name")).is_some_and(host)
        }
        "var_spec" => parent.field("name").is_some_and(host),
        "literal_element" if around.is("keyed_element") => {
            around.items().next().is_some_and(|key| is_host(key.text().trim_matches(['"', '`'])))
        }
        "binary_expression" => {
            let other = parent.items().find(|side| *side != part);
            other.is_some_and(|o| host(o) || o.text().contains("localhost"))
        }
        "argument_list" if around.is("call_expression") => {
            let name = around.field("function").map_or("", Node::text);
            let last = naming::words(name.rsplit('.').next().unwrap_or(name));
            file.callee(around).is_some_and(|callee| callee.starts_with("net."))
                || last.iter().any(|w| matches!(w.as_str(), "dial" | "connect" | "lookup" | "resolve"))
                || last.last().is_some_and(|w| is_host(w))
                || file.callee(around).is_some_and(|c| c.starts_with("strings.T")) && taken_for_host(file, around)
        }
        "parenthesized_expression" => taken_for_host(file, parent),
        _ => false,
    }
}

/// Whether an expression takes the second part of what another takes the first one of, or is a port in digits.
fn is_part(second: Node<'_>, first: Node<'_>) -> bool {
    // `strings.Split(addr, ":")[0]` and `strings.SplitN(addr, ":", 2)[1]` are of one text.
    let split = |part: Node<'_>| {
        let text = part.field("operand").map_or("", Node::text);
        text.split(['(', ',']).nth(1).unwrap_or(text).to_owned()
    };
    let digits = second.text().trim_matches('"');
    let port = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let index = second.field("index").filter(|_| second.is("index_expression"));
    port || index.is_some_and(|i| i.text() == "1") && split(second) == split(first)
}

/// Whether the text that is split is called a host with its port.
pub(crate) fn called_pair(text: &str) -> bool {
    let words = naming::words(text.rsplit('.').next().unwrap_or(text));
    words.last().is_some_and(|w| w == "hostport") || words.ends_with(&["host".to_owned(), "port".to_owned()])
}

/// Whether one of the parts that are kept goes where a host or a port does.
pub(crate) fn proven(file: &go::File, kept: &Kept<'_>) -> bool {
    // `host, port, found := strings.Cut(addr, ":")`
    let called = |at: usize, is: fn(&str) -> bool| {
        kept.names.len() == 3 && kept.names.get(at).is_some_and(|name| is(name.text()))
    };
    called_pair(kept.text.text())
        || called(0, is_host)
        || called(1, naming::is_port)
        || kept.hosts.iter().any(|host| taken_for_host(file, *host))
        || kept.ports.iter().any(|port| taken_for_port(file, *port))
}

/// Whether a part goes where a port does: to a number in digits, or to what is called a port.
pub(crate) fn taken_for_port(file: &go::File, part: Node<'_>) -> bool {
    let Some(parent) = part.parent() else { return false };
    let Some(around) = parent.parent() else { return false };
    let port = |node: Node<'_>| last_name(node).is_some_and(naming::is_port);
    match parent.kind() {
        "argument_list" => {
            let base = file.arguments(around).get(1).map(|base| base.text());
            match file.callee(around).as_deref() {
                Some("strconv.Atoi") => true,
                Some("strconv.ParseInt" | "strconv.ParseUint") => base == Some("10"),
                _ => last_name(around).is_some_and(naming::is_port),
            }
        }
        "expression_list" if around.is("return_statement") => {
            let function = around.ancestor(&["function_declaration", "method_declaration"]);
            let at = parent.items().position(|item| item == part).unwrap_or_default();
            let results = function.and_then(|f| f.field("result")).filter(|r| r.is("parameter_list"));
            let result = results.into_iter().flat_map(Node::items).flat_map(|p| p.fields("name")).nth(at);
            let pair = at == 1 && parent.items().next().is_some_and(|first| is_part(part, first));
            pair || function.and_then(|f| f.field("name")).into_iter().chain(result).any(port)
        }
        "expression_list" => {
            let at = parent.items().position(|item| item == part).unwrap_or_default();
            let target = around.field("left").filter(|left| *left != parent).and_then(|left| left.items().nth(at));
            target.or_else(|| around.field("name")).is_some_and(port)
        }
        "literal_element" if around.is("keyed_element") => {
            around.items().next().is_some_and(|key| naming::is_port(key.text().trim_matches(['"', '`'])))
        }
        _ => false,
    }
}

/// Whether a name is that of a host, of an address or of what a certificate calls a server.
fn is_host(name: &str) -> bool {
    let words = naming::words(name);
    let last = words.last().map_or("", String::as_str);
    naming::is_host(name)
        || naming::is_address(name)
        || matches!(last, "domain" | "domains" | "server" | "peer" | "client" | "remote" | "ips")
        || last == "name" && words.iter().any(|w| matches!(w.as_str(), "server" | "host"))
}

/// Whether an expression asks whether a text is, or ends in, a name that no address has.
fn asks_name(file: &go::File, used: Node<'_>) -> bool {
    let Some(parent) = used.parent() else { return false };
    let name = |node: Node<'_>| {
        let text = node.text().trim_matches(['"', '`']);
        node.is_any(&["interpreted_string_literal", "raw_string_literal"])
            && text.contains(char::is_alphabetic)
            && !text.contains(':')
    };
    if parent.is("binary_expression") && parent.field("operator").is_some_and(|o| matches!(o.text(), "==" | "!=")) {
        return parent.items().any(|side| side != used && name(side));
    }
    let Some(call) = parent.parent().filter(|c| parent.is("argument_list") && c.is("call_expression")) else {
        return false;
    };
    if labels(call) {
        return true;
    }
    let asks = ["strings.HasSuffix", "strings.HasPrefix", "strings.Contains", "strings.EqualFold"];
    let arguments = file.arguments(call);
    file.callee(call).is_some_and(|callee| asks.contains(&callee.as_str()))
        && arguments.first() == Some(&used)
        && arguments.get(1).is_some_and(|by| name(*by))
}

/// Whether a call counts something under the labels that it is given.
fn labels(call: Node<'_>) -> bool {
    const COUNTS: &[&str] = &["record", "observe", "inc", "metric", "metrics", "labels", "label"];
    let name = call.field("function").map_or("", Node::text);
    name.split('.').flat_map(naming::words).any(|word| COUNTS.contains(&word.as_str()))
}

/// Whether a host is that of a URL which was made of a domain, or is called one: `u, err := url.Parse(domain)`.
pub(crate) fn of_domain(file: &go::File, part: Node<'_>, host: Node<'_>) -> bool {
    let list = part.parent().filter(|p| p.is("expression_list"));
    let target = list.and_then(Node::parent).and_then(|s| s.field("left")).filter(|l| Some(*l) != list);
    if target.is_some_and(|t| is_no_address(t.text())) {
        return true;
    }
    let decl = host.field("operand").and_then(|url| file.names.resolve(url)).map(|(decl, _)| decl);
    let whole = decl.map(|decl| file.tree.node(decl.whole));
    let call = whole.and_then(|w| w.field("right")).and_then(|r| r.items().next()).filter(|c| c.is("call_expression"));
    call.is_some_and(|call| {
        file.callee(call).is_some_and(|c| c == "net/url.Parse")
            && file.arguments(call).first().is_some_and(|a| a.is("identifier") && is_no_address(a.text()))
    })
}

/// Whether a part goes to a field that a method of the file puts together again with a colon and no brackets,
/// to describe the value: without its brackets the host would be told from its port no more.
pub(crate) fn joined_again(file: &go::File, part: Node<'_>) -> bool {
    let Some(field) = field(part) else { return false };
    let joins = |method: &Node<'_>| {
        let text = method.text();
        let described = method.field("name").is_some_and(|n| matches!(n.text(), "String" | "Key" | "ID" | "Name"));
        let colon = ["\":\"", "%s:%", "%v:%"].iter().any(|colon| text.contains(colon));
        let whole = |at: usize| !text[at + field.len() + 1..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
        described
            && colon
            && !text.contains("JoinHostPort")
            && text.match_indices(&format!(".{field}")).any(|(at, _)| whole(at))
    };
    file.tree.all("method_declaration").any(|method| joins(&method))
}

/// The field that an expression is given to.
fn field<'a>(part: Node<'a>) -> Option<&'a str> {
    let around = part.parent()?;
    let whole = around.parent()?;
    match around.kind() {
        "literal_element" if whole.is("keyed_element") => whole.items().next().map(Node::text),
        "expression_list" if whole.is("assignment_statement") => {
            let at = around.items().position(|item| item == part)?;
            let target = whole.field("left").filter(|left| *left != around)?.items().nth(at)?;
            target.field("field").map(Node::text)
        }
        _ => None,
    }
}

/// Whether the code behind a block is reached only without it.
pub(crate) fn ends(block: Node<'_>) -> bool {
    let last = block.items().last();
    let last = last.and_then(|l| if l.is("statement_list") { l.items().last() } else { Some(l) });
    let Some(last) = last else { return false };
    let call = last.items().next().filter(|c| last.is("expression_statement") && c.is("call_expression"));
    let name = call.and_then(|c| c.field("function")).map_or("", Node::text);
    let name = name.rsplit('.').next().unwrap_or(name);
    last.is_any(&["return_statement", "continue_statement", "break_statement", "goto_statement"])
        || matches!(name, "panic" | "Exit" | "Fatal" | "Fatalf" | "Fatalln" | "Panic" | "Panicf")
}

/// Whether a check stands in an `else if` of a branch that another one decides: with an error in their places
/// the second would be sure, and what stands behind it dead.
pub(crate) fn asked_again<T>(check: Node<'_>, checks: &[(Node<'_>, T)]) -> bool {
    let Some(branch) = check.ancestors().find(|n| n.is("if_statement")) else { return false };
    let before = branch.parent().filter(|p| p.is("if_statement") && p.field("alternative") == Some(branch));
    let decided = before.and_then(|before| before.field("condition"));
    decided.is_some_and(|condition| checks.iter().any(|(other, _)| condition.holds(*other)))
}

/// Whether a place is about sockets between virtual machines, whose addresses are numbers.
pub(crate) fn of_machines(place: Node<'_>) -> bool {
    let function = place.ancestor(&["function_declaration", "method_declaration"]);
    function.is_some_and(|f| f.text().contains("vsock") || f.text().contains("Vsock"))
}
