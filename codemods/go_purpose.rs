//! What a host and a port are put together for in Go code.

use sixify_langs::{go, naming};

use crate::catalog::Catalog;
use crate::certain_names::{by_certain_name as by_name, is_by_name};
use crate::go_hosts::{Sink, last_name, sink};
use crate::prelude::*;
use crate::purpose::{Purpose, takes, tells};

/// How many variables a text is followed through.
const DEPTH: usize = 3;

/// What a text is put together for.
pub(crate) fn purpose(file: &go::File, apis: &Catalog, text: Node<'_>) -> Purpose {
    of(file, apis, text, DEPTH)
}

fn of(file: &go::File, apis: &Catalog, text: Node<'_>, depth: usize) -> Purpose {
    match sink(file, apis, text) {
        Some(Sink::Network(why)) => return Purpose::Address(why),
        Some(Sink::People) => return Purpose::Other("people read it".to_owned()),
        None => {}
    }
    let Some(parent) = text.parent() else { return Purpose::Unknown };
    match parent.kind() {
        "parenthesized_expression" | "unary_expression" | "type_conversion_expression" => of(file, apis, parent, depth),
        "binary_expression" => match parent.field("operator").map_or("", Node::text) {
            "+" => of(file, apis, parent, depth),
            "==" | "!=" => compared(text, parent),
            _ => Purpose::Unknown,
        },
        "expression_case" => Purpose::Other("it is compared".to_owned()),
        "index_expression" if parent.field("index") == Some(text) => index(parent),
        "argument_list" => argument(file, apis, parent, text, depth),
        "literal_element" => element(file, apis, parent, depth),
        "var_spec" | "const_spec" => variable(file, apis, parent.field("name"), depth),
        "expression_list" => listed(file, apis, parent, text, depth),
        "send_statement" => parent.field("channel").and_then(last_name).map_or(Purpose::Unknown, by_name),
        _ => Purpose::Unknown,
    }
}

/// A text that is compared with what is called an address is one; with anything else it is a name.
fn compared(text: Node<'_>, with: Node<'_>) -> Purpose {
    let other = with.items().find(|side| *side != text).and_then(last_name);
    match other.map(by_name) {
        Some(Purpose::Address(_)) => Purpose::Unknown,
        _ => Purpose::Other("it is compared".to_owned()),
    }
}

/// The key of a map is an address where the function puts things there under what is called one.
fn index(place: Node<'_>) -> Purpose {
    let Some(map) = place.field("operand") else { return Purpose::Unknown };
    let function = place.ancestor(&["function_declaration", "method_declaration"]);
    let other = |n: &Node<'_>| {
        n.is("index_expression") && *n != place && n.field("operand").is_some_and(|o| o.text() == map.text())
    };
    let called = |n: Node<'_>| n.field("index").and_then(last_name).is_some_and(naming::is_address);
    if function.is_some_and(|f| f.descendants().filter(other).any(called)) {
        return Purpose::Address(format!("{} has addresses for keys", map.text()));
    }
    Purpose::Other("it is a key, which others may spell without brackets".to_owned())
}

fn argument(file: &go::File, apis: &Catalog, list: Node<'_>, text: Node<'_>, depth: usize) -> Purpose {
    let Some(call) = list.parent() else { return Purpose::Unknown };
    if !call.is("call_expression") {
        return of(file, apis, call, depth);
    }
    let arguments = file.arguments(call);
    let function = call.field("function");
    let name = function.map_or("", Node::text);
    let last = name.rsplit('.').next().unwrap_or(name);
    let words = naming::words(last);
    if name == "append" {
        // The list that it is added to.
        let target = arguments.first().and_then(|l| last_name(*l));
        return match target.map_or(Purpose::Unknown, by_name) {
            Purpose::Unknown => of(file, apis, call, depth),
            told => told,
        };
    }
    // `zap.String("addr", …)`, `attribute.String("peer", …)`: fields of log entries and of spans.
    let package = name.split_once('.').map_or("", |(package, _)| package);
    if matches!(package, "zap" | "slog" | "attribute" | "logger" | "log" | "tag") {
        return Purpose::Other("people read it".to_owned());
    }
    // The fields of a log entry, one call after the other: `log.Debug().Str("dst", …).Msg("…")`.
    let receiver = function.and_then(|f| f.field("operand"));
    if matches!(last, "Str" | "Any" | "Interface" | "Stringer") && receiver.is_some_and(|r| r.is("call_expression")) {
        return Purpose::Other("people read it".to_owned());
    }
    let callee = file.callee(call).unwrap_or_default();
    // What gives the same text again, or one around it.
    let same = matches!(last, "string" | "byte" | "String" | "StringPtr" | "To" | "Ptr" | "Of" | "StringValue")
        || callee.starts_with("fmt.Sprint")
        || ["strings.To", "strings.Trim", "strings.Join"].iter().any(|f| callee.starts_with(f));
    if same {
        return of(file, apis, call, depth);
    }
    // `filepath.Join("/etc/containerd/certs.d", …)`
    let folder = ["path.", "path/filepath.", "os."].iter().any(|package| callee.starts_with(package));
    if folder && !callee.ends_with("env") || tells(&words) {
        return Purpose::Other(format!("{name} takes no address"));
    }
    let position = arguments.iter().position(|a| *a == text).unwrap_or_default();
    if let Some(parameter) = parameter(file, call, position) {
        return match by_name(parameter.text()) {
            Purpose::Unknown => variable(file, apis, Some(parameter), depth),
            told => told,
        };
    }
    if takes(&words) || words.first().is_some_and(|w| w == "new") {
        return Purpose::Address(format!("{name} takes an address"));
    }
    // `set("listen-addr", …)`: what stands before it says what it is.
    let before = position.checked_sub(1).and_then(|at| arguments.get(at)).map_or("", |a| a.text());
    by_name(before.trim_matches(['"', '`']).trim_end_matches(['=', ' ']))
}

/// The parameter of a function of this file that a call gives an argument to.
fn parameter<'a>(file: &'a go::File, call: Node<'_>, position: usize) -> Option<Node<'a>> {
    let name = call.field("function").filter(|f| f.is("identifier"))?;
    let (decl, _) = file.names.resolve(name)?;
    let function = file.tree.node(decl.whole);
    let parameters = function.is("function_declaration").then(|| function.field("parameters"))??;
    parameters.items().flat_map(|p| p.fields("name").filter(|n| n.is("identifier")).collect::<Vec<_>>()).nth(position)
}

/// A value or a key in a composite literal.
fn element(file: &go::File, apis: &Catalog, element: Node<'_>, depth: usize) -> Purpose {
    let Some(around) = element.parent() else { return Purpose::Unknown };
    if around.is("keyed_element") {
        let Some(key) = around.items().next() else { return Purpose::Unknown };
        if key == element {
            return Purpose::Other("it is a key, which others may spell without brackets".to_owned());
        }
        let name = key.text().trim_matches(['"', '`']);
        // `rds.Config{Endpoint: ..}`: the end points of a managed database are names.
        let of = around.ancestor(&["composite_literal"]).and_then(|l| l.field("type")).map_or("", Node::text);
        if sixify_langs::naming::words(of).iter().any(|word| word.ends_with("rds")) {
            return Purpose::Other("the end points of a managed database are names".to_owned());
        }
        if around.ancestor(&["composite_literal"]).is_some_and(|l| shown(file, l)) && !element.text().contains("://") {
            return Purpose::Other("it is only shown".to_owned());
        }
        // `"Host"` of a header, `SERVER_ADDR` of an environment.
        return match by_name(name.rsplit('.').next().unwrap_or(name)) {
            Purpose::Unknown if matches!(name, "Value" | "value") => named_beside(around),
            told => told,
        };
    }
    let Some(literal) = around.parent().filter(|l| l.is("composite_literal")) else { return Purpose::Unknown };
    of(file, apis, literal, depth)
}

/// Whether a literal is what a server answers, what describes its state, or the labels of a metric: nobody
/// dials what stands there.
fn shown(file: &go::File, literal: Node<'_>) -> bool {
    const STATE: &[&str] = &["info", "status", "stats", "describe", "summary", "about", "dump"];
    let parts = ["literal_element", "keyed_element", "literal_value", "composite_literal", "unary_expression"];
    let mut whole = literal;
    loop {
        let ty = whole.field("type").filter(|_| whole.is("composite_literal")).map_or("", Node::text);
        if ty.ends_with("Labels") {
            return true;
        }
        match whole.parent().filter(|p| p.is_any(&parts)) {
            Some(around) => whole = around,
            None => break,
        }
    }
    let Some(place) = whole.parent() else { return false };
    let Some(around) = place.parent() else { return false };
    if place.is("argument_list") {
        return answers(around);
    }
    if around.is("return_statement") {
        let function = around.ancestor(&["function_declaration", "method_declaration"]);
        let name = function.and_then(|f| f.field("name")).map_or("", Node::text);
        return naming::words(name).iter().any(|w| STATE.contains(&w.as_str()));
    }
    let name = around.field("left").filter(|l| around.is("short_var_declaration") && l.items().count() == 1);
    let name = name.and_then(|l| l.items().next());
    // `tags := map[string]string{..}` of a metric
    if name.is_some_and(|name| matches!(name.text(), "tags" | "labels")) {
        return true;
    }
    let decl = name.and_then(|name| file.names.declared_by(name));
    decl.is_some_and(|(decl, scope)| {
        file.names.uses(&decl, scope).into_iter().any(|used| {
            let value = used.parent().filter(|p| p.is("unary_expression")).unwrap_or(used);
            value.parent().filter(|p| p.is("argument_list")).and_then(Node::parent).is_some_and(answers)
        })
    })
}

/// Whether a call writes what it is given as the answer of a server: `c.JSON(200, …)`,
/// `json.NewEncoder(w).Encode(…)`.
fn answers(call: Node<'_>) -> bool {
    let Some(function) = call.field("function").filter(|_| call.is("call_expression")) else { return false };
    let words = naming::words(last_name(function).unwrap_or_default());
    let owner = function.field("operand").map_or("", Node::text);
    let verb = ["write", "respond", "render", "send", "reply", "abort", "indented", "pure"];
    let json = words.iter().any(|w| w == "json");
    let alone = json && (words.len() == 1 || words.iter().any(|w| verb.contains(&w.as_str())));
    let writers = ["(w)", "(rw)", "(res)", "(resp)", "(writer)", "(c.Writer)", "(ctx.Writer)"];
    alone || words == ["encode"] && writers.iter().any(|w| owner.ends_with(w))
}

/// `{Name: "LISTEN_ADDR", Value: …}`: the name beside the value.
fn named_beside(value: Node<'_>) -> Purpose {
    let elements = value.parent().into_iter().flat_map(Node::items).filter(|e| e.is("keyed_element"));
    let mut names = elements.filter_map(|e| {
        let mut parts = e.items();
        let (key, value) = (parts.next()?, parts.next()?);
        matches!(key.text(), "Name" | "name" | "Key").then(|| value.text().trim_matches(['"', '`']).to_owned())
    });
    names.next().map_or(Purpose::Unknown, |name| by_name(&name))
}

/// One of the values of a statement.
fn listed(file: &go::File, apis: &Catalog, list: Node<'_>, text: Node<'_>, depth: usize) -> Purpose {
    let Some(statement) = list.parent() else { return Purpose::Unknown };
    if statement.is("return_statement") {
        let told = returned(list, text);
        return match told {
            Purpose::Address(_) if only_keys(file, apis, list, depth) => {
                Purpose::Other("what the function gives is a key, which others may spell without brackets".to_owned())
            }
            told => told,
        };
    }
    if statement.is_any(&["var_spec", "const_spec"]) {
        return variable(file, apis, statement.field("name"), depth);
    }
    let at = list.items().position(|item| item == text).unwrap_or_default();
    let target = statement.field("left").filter(|left| *left != list).and_then(|left| left.items().nth(at));
    match target {
        Some(target) if target.is("index_expression") => {
            let key = target.field("index").map_or("", Node::text);
            // `m["ADDR_"+label]`: the text in it says more than the variable.
            let text = key.split('"').nth(1).unwrap_or(key);
            match by_name(text) {
                Purpose::Unknown => last_name(target).map_or(Purpose::Unknown, by_name),
                told => told,
            }
        }
        Some(target) if target.is("identifier") => variable(file, apis, Some(target), depth),
        Some(target) => last_name(target).map_or(Purpose::Unknown, by_name),
        None => Purpose::Unknown,
    }
}

/// Whether a function that only this package can call is only called for keys in this file.
fn only_keys(file: &go::File, apis: &Catalog, list: Node<'_>, depth: usize) -> bool {
    let function = list.ancestor(&["function_declaration", "func_literal"]).filter(|f| f.is("function_declaration"));
    let name = function.and_then(|f| f.field("name")).filter(|n| n.text().starts_with(char::is_lowercase));
    let Some(depth) = depth.checked_sub(1) else { return false };
    let Some((decl, scope)) = name.and_then(|name| file.names.resolve(name)) else { return false };
    let uses = file.names.uses(&decl, scope).into_iter().filter(|used| Some(*used) != name);
    let calls: Vec<_> = uses.filter_map(|u| u.parent().filter(|c| c.is("call_expression"))).collect();
    let key = |call: &Node<'_>| matches!(of(file, apis, *call, depth), Purpose::Other(why) if why.contains("is a key"));
    !calls.is_empty() && calls.iter().all(key)
}

/// What a function gives is what it is called, or what its type is where it is only called `String`.
fn returned(list: Node<'_>, text: Node<'_>) -> Purpose {
    let Some(function) = list.ancestor(&["function_declaration", "method_declaration", "func_literal"]) else {
        return Purpose::Unknown;
    };
    let Some(name) = function.field("name").map(Node::text) else {
        // `addr := func() string { … }`
        return function.parent().filter(|p| p.is("expression_list")).map_or(Purpose::Unknown, |given| {
            let left = given.parent().and_then(|s| s.field("left")).and_then(|l| l.items().next());
            left.and_then(last_name).map_or(Purpose::Unknown, by_name)
        });
    };
    if matches!(name, "String" | "GoString" | "MarshalText" | "Format") {
        let receiver = function.field("receiver").and_then(|r| r.items().next()).and_then(|p| p.field("type"));
        let ty = receiver.map_or("", Node::text).trim_start_matches('*');
        let words = naming::words(ty);
        let address = ["addr", "address", "host", "hostport", "endpoint", "url", "uri", "target", "dsn", "authority"];
        return if words.last().is_some_and(|w| address.contains(&w.as_str())) {
            Purpose::Address(format!("it is the text of a {ty}"))
        } else {
            Purpose::Other("it describes a value".to_owned())
        };
    }
    match by_name(name) {
        Purpose::Unknown => {
            // `func split(…) (addr string, err error)`
            let at = list.items().position(|item| item == text).unwrap_or_default();
            let results = function.field("result").filter(|r| r.is("parameter_list"));
            let names = results.into_iter().flat_map(Node::items).flat_map(|p| p.fields("name").collect::<Vec<_>>());
            names.into_iter().nth(at).map_or(Purpose::Unknown, |name| by_name(name.text()))
        }
        told => told,
    }
}

/// A variable: where it goes, or else what it is called.
fn variable(file: &go::File, apis: &Catalog, name: Option<Node<'_>>, depth: usize) -> Purpose {
    let Some(name) = name else { return Purpose::Unknown };
    let called = by_name(name.text());
    let Some(depth) = depth.checked_sub(1) else { return called };
    if let Purpose::Other(_) = called {
        return called;
    }
    let Some((decl, scope)) = file.names.resolve(name).filter(|(_, scope)| !scope.is("source_file")) else {
        return called;
    };
    let uses: Vec<_> = file.names.uses(&decl, scope).into_iter().filter(|used| *used != name).collect();
    let given = |used: &Node<'_>| {
        used.parent().is_some_and(|l| l.parent().and_then(|s| s.field("left")).is_some_and(|left| left == l))
    };
    let found: Vec<_> = uses.iter().filter(|used| !given(used)).map(|used| of(file, apis, *used, depth)).collect();
    let proven = found.iter().find(|p| matches!(p, Purpose::Address(_)) && !is_by_name(p));
    if let Some(address) = proven {
        return address.clone();
    }
    // What is only compared with an address of others must stay what theirs is.
    let compares = |used: &Node<'_>| {
        let test = used.parent().filter(|p| {
            p.is("binary_expression") && p.field("operator").is_some_and(|o| matches!(o.text(), "==" | "!="))
        });
        test.is_some_and(|t| t.items().any(|side| side != *used && !side.text().starts_with('"')))
    };
    if uses.iter().any(compares) {
        return Purpose::Unknown;
    }
    if let Some(address) = found.iter().find(|p| is_by_name(p)) {
        return address.clone();
    }
    let other = found.iter().find(|p| matches!(p, Purpose::Other(_)));
    match other {
        Some(other) if found.iter().all(|p| matches!(p, Purpose::Other(_))) => other.clone(),
        _ => called,
    }
}
