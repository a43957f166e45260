//! What a host and a port are put together for in C and C++ code. Only a use tells: a function that
//! dials, listens or resolves is given the text. A name such as `ip_port` is that of a key as often as
//! that of an address, and the function of a class that gives one is called by others.

use sixify_langs::c::{self, File, last_name};
use sixify_langs::{Node, naming};

use crate::purpose::{Purpose, tells};

/// How many variables and functions a text is followed through.
const DEPTH: usize = 3;

/// What functions are called that open what they are given.
const OPENS: &str = "\
    dial connect connection listen bind serve resolve request fetch download open getaddrinfo lookup \
    url uri channel client endpoint join forward subscribe";

/// What a text is put together for.
pub(crate) fn purpose(file: &File, text: Node<'_>) -> Purpose {
    of(file, text, DEPTH)
}

fn of(file: &File, text: Node<'_>, depth: usize) -> Purpose {
    let Some(parent) = text.parent() else { return Purpose::Unknown };
    match parent.kind() {
        "parenthesized_expression" | "cast_expression" | "conditional_expression" | "initializer_list" => {
            of(file, parent, depth)
        }
        "binary_expression" => match parent.field("operator").map_or("", Node::text) {
            "+" => of(file, parent, depth),
            "==" | "!=" | "<" => Purpose::Other("it is compared".to_owned()),
            _ => Purpose::Unknown,
        },
        "subscript_argument_list" | "subscript_expression" => {
            Purpose::Other("it is a key, which others may spell without brackets".to_owned())
        }
        // `address.c_str()`
        "field_expression" => parent.parent().filter(|p| p.is("call_expression")).map_or(Purpose::Unknown, |call| {
            let method = parent.field("field").map_or("", Node::text);
            let same = ["c_str", "data", "get", "toStdString", "toUtf8"].contains(&method);
            if same { of(file, call, depth) } else { Purpose::Unknown }
        }),
        "argument_list" => argument(file, parent, text, depth),
        "init_declarator" => variable(file, parent.field("declarator"), text, depth),
        "assignment_expression" if parent.field("right") == Some(text) => {
            variable(file, parent.field("left"), text, depth)
        }
        "return_statement" => returned(file, text, depth),
        _ => Purpose::Unknown,
    }
}

fn argument(file: &File, list: Node<'_>, text: Node<'_>, depth: usize) -> Purpose {
    let Some(around) = list.parent() else { return Purpose::Unknown };
    if around.is("init_declarator") {
        // `std::string address(host + ":" + port);`
        return variable(file, around.field("declarator"), text, depth);
    }
    let Some(call) = c::call(around) else { return Purpose::Unknown };
    let words = naming::words(call.name);
    let position = call.arguments.iter().position(|a| *a == text).unwrap_or_default();
    if matches!(call.name, "move" | "string" | "QString" | "forward" | "StrCat" | "c_str" | "strdup" | "g_strdup") {
        return of(file, around, depth);
    }
    if matches!(call.name, "find" | "count" | "erase" | "contains" | "insert" | "emplace" | "at") && position == 0 {
        return Purpose::Other("it is a key, which others may spell without brackets".to_owned());
    }
    if words.iter().any(|word| OPENS.split_whitespace().any(|known| known == word)) && !tells(&words) {
        return Purpose::Address(format!("{} takes an address", call.name));
    }
    if tells(&words) {
        return Purpose::Other(format!("{} takes no address", call.name));
    }
    Purpose::Unknown
}

/// A variable: where its uses in the function go.
fn variable(file: &File, name: Option<Node<'_>>, text: Node<'_>, depth: usize) -> Purpose {
    let Some(depth) = depth.checked_sub(1) else { return Purpose::Unknown };
    let Some(name) = name.and_then(last_name) else { return Purpose::Unknown };
    used(file, name, text, depth)
}

/// Where the uses of a name go that stand behind a text in its function.
pub(crate) fn used(file: &File, name: &str, text: Node<'_>, depth: usize) -> Purpose {
    let Some(function) = file.function(text) else { return Purpose::Unknown };
    let later = |n: &Node<'_>| n.is("identifier") && n.text() == name && n.start() > text.end();
    let found: Vec<_> = function.descendants().filter(later).map(|n| of(file, n, depth)).collect();
    if let Some(address) = found.iter().find(|p| matches!(p, Purpose::Address(_))) {
        return address.clone();
    }
    let other = found.iter().find(|p| matches!(p, Purpose::Other(_)));
    other.filter(|_| !found.contains(&Purpose::Unknown)).cloned().unwrap_or(Purpose::Unknown)
}

/// What a function gives goes where its calls in this file go.
fn returned(file: &File, text: Node<'_>, depth: usize) -> Purpose {
    let Some(depth) = depth.checked_sub(1) else { return Purpose::Unknown };
    let function = file.function(text).filter(|f| f.is("function_definition"));
    let Some(name) = function.and_then(|f| f.field("declarator")).and_then(called) else { return Purpose::Unknown };
    if tells(&naming::words(name)) {
        return Purpose::Other(format!("{name} gives no address"));
    }
    let calls = file.calls().filter(|call| call.name == name).map(|call| of(file, call.node, depth));
    calls.into_iter().find(|p| matches!(p, Purpose::Address(_))).unwrap_or(Purpose::Unknown)
}

/// The name that a declarator gives a function.
fn called(declarator: Node<'_>) -> Option<&str> {
    let mut at = declarator;
    while !at.is("function_declarator") {
        at = at.field("declarator").or_else(|| at.items().last())?;
    }
    last_name(at.field("declarator")?)
}

/// What a text is for that is written into a buffer: the first argument, or what the call is assigned to.
pub(crate) fn of_format(file: &File, call: Node<'_>) -> Purpose {
    let Some(parts) = c::call(call) else { return Purpose::Unknown };
    if !parts.name.ends_with("printf") || matches!(parts.name, "g_strdup_printf" | "xasprintf") {
        return of(file, call, DEPTH);
    }
    let buffer = parts.arguments.first().and_then(|b| last_name(*b));
    buffer.map_or(Purpose::Unknown, |buffer| used(file, buffer, call, DEPTH))
}
