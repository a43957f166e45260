//! What a host and a port are put together for in Rust code.

use sixify_langs::rust::File;
use sixify_langs::{Node, naming};

use crate::catalog::Catalog;
use crate::certain_names::{by_certain_name as by_name, is_by_name};
use crate::purpose::{Purpose, takes, tells};

/// How many variables a text is followed through.
const DEPTH: usize = 3;

/// What a text is put together for.
pub(crate) fn purpose(file: &File, apis: &Catalog, text: Node<'_>) -> Purpose {
    of(file, apis, text, DEPTH)
}

fn of(file: &File, apis: &Catalog, text: Node<'_>, depth: usize) -> Purpose {
    let Some(parent) = text.parent() else { return Purpose::Unknown };
    match parent.kind() {
        "reference_expression"
        | "parenthesized_expression"
        | "try_expression"
        | "await_expression"
        | "expression_statement"
        | "else_clause"
        | "match_block"
        | "match_arm"
        | "type_cast_expression"
        | "unary_expression"
        | "array_expression" => of(file, apis, parent, depth),
        "match_expression" | "if_expression"
            if parent.field("condition") != Some(text) && parent.field("value") != Some(text) =>
        {
            of(file, apis, parent, depth)
        }
        "block" => block(file, apis, parent, text, depth),
        "closure_expression" => of(file, apis, parent, depth),
        "return_expression" => text
            .ancestor(&["function_item", "closure_expression"])
            .map_or(Purpose::Unknown, |f| returned(file, apis, f, depth)),
        "field_expression" => chained(file, apis, parent, depth),
        "arguments" => parent.parent().map_or(Purpose::Unknown, |call| argument(file, apis, call, text, depth)),
        "binary_expression" => match parent.field("operator").map_or("", Node::text) {
            "+" => of(file, apis, parent, depth),
            "==" | "!=" => Purpose::Other("it is compared".to_owned()),
            _ => Purpose::Unknown,
        },
        "field_initializer" => {
            parent.field("field").or_else(|| parent.field("name")).map_or(Purpose::Unknown, |name| by_name(name.text()))
        }
        "let_declaration" | "const_item" | "static_item" => variable(file, apis, parent, depth),
        "assignment_expression" => {
            let left = parent.field("left").filter(|l| *l != text).map_or("", Node::text);
            by_name(left.rsplit('.').next().unwrap_or(left))
        }
        "tuple_expression" => tuple(parent, text),
        "token_tree" => in_macro(file, apis, parent, depth),
        _ => Purpose::Unknown,
    }
}

/// A method of the text: `.parse()`, `.to_socket_addrs()`, `.into()`.
fn chained(file: &File, apis: &Catalog, field: Node<'_>, depth: usize) -> Purpose {
    let call = std::iter::successors(Some(field), |n| n.parent()).take(3).find(|n| n.is("call_expression"));
    let Some((call, (_, method))) = call.and_then(|c| Some((c, file.method(c)?))) else { return Purpose::Unknown };
    if method == "to_socket_addrs" || method == "parse" && call.text().contains("SocketAddr") {
        return Purpose::Address(format!("{method} reads an address"));
    }
    if ["eq", "cmp", "hash", "starts_with", "contains"].contains(&method) {
        return Purpose::Other("it is compared".to_owned());
    }
    of(file, apis, call, depth)
}

fn argument(file: &File, apis: &Catalog, call: Node<'_>, text: Node<'_>, depth: usize) -> Purpose {
    const SAME: &[&str] = &[
        "Some",
        "Ok",
        "from",
        "new",
        "Owned",
        "Borrowed",
        "unwrap_or",
        "or",
        "into",
        "from_str",
        "from_static",
        "try_from",
    ];
    let arguments = file.arguments(call);
    let position = arguments.iter().position(|a| *a == text).unwrap_or_default();
    let callee = file.callee(call).unwrap_or_default();
    if let Some(api) = apis.api(&callee).iter().find(|api| api.argument == position + 1) {
        return Purpose::Address(format!("argument {} of {callee} ({})", position + 1, api.role));
    }
    let name = call.field("function").map_or("", Node::text);
    let last = name.rsplit(['.', ':']).next().unwrap_or(name);
    let last = last.trim_end_matches('>').rsplit('<').next().unwrap_or(last);
    if let Some((receiver, method)) = file.method(call) {
        let receiver = receiver.text().rsplit(['.', '&', '(', ')']).find(|part| !part.is_empty()).unwrap_or_default();
        match method {
            "push" | "extend" | "push_str" => return by_name(receiver),
            "insert" | "entry" | "get" | "contains_key" | "remove" | "contains" | "matches"
                if position == 0 && arguments.len() < 3 =>
            {
                return Purpose::Other("it is a key, which others may spell without brackets".to_owned());
            }
            // `headers.insert("host", …)`, `.env("ADDR", …)`, `.arg("--listen").arg(…)`
            "insert" | "env" | "set" | "header" | "append" | "set_var" => {
                let key = arguments.first().map_or("", |a| a.text()).trim_matches('"');
                return by_name(key.rsplit(':').next().unwrap_or(key));
            }
            "unwrap_or" | "unwrap_or_else" | "unwrap_or_default" | "or" | "map" | "and_then" | "map_or" | "or_else"
            | "map_or_else" | "then" | "then_some" | "some" => return of(file, apis, call, depth),
            _ => {}
        }
    }
    let words = naming::words(last);
    if tells(&words) {
        return Purpose::Other(format!("{name} takes no address"));
    }
    if takes(&words) || naming::words(name).iter().any(|w| w == "url" || w == "uri" || w == "socket" || w == "client") {
        return Purpose::Address(format!("{name} takes an address"));
    }
    if SAME.contains(&last) {
        return of(file, apis, call, depth);
    }
    // A function of this file: what it calls its parameter.
    let function =
        call.field("function").and_then(|f| file.names.resolve(f)).map(|(decl, _)| file.tree.node(decl.whole));
    let parameters = function.filter(|f| f.is("function_item")).and_then(|f| f.field("parameters"));
    let parameter = parameters.and_then(|p| p.items().nth(position)).and_then(|p| p.field("pattern"));
    parameter.map_or(Purpose::Unknown, |p| by_name(p.text()))
}

/// The last expression of a block is what it gives.
fn block(file: &File, apis: &Catalog, block: Node<'_>, text: Node<'_>, depth: usize) -> Purpose {
    if block.items().last() != Some(text) {
        return Purpose::Unknown;
    }
    match block.parent() {
        Some(function) if function.is("function_item") => returned(file, apis, function, depth),
        Some(_) => of(file, apis, block, depth),
        None => Purpose::Unknown,
    }
}

/// What a function gives is what it is called, or what its type is where it only describes it.
fn returned(file: &File, apis: &Catalog, function: Node<'_>, depth: usize) -> Purpose {
    if function.is("closure_expression") {
        return of(file, apis, function, depth);
    }
    let name = function.field("name").map_or("", Node::text);
    if !matches!(name, "to_string" | "fmt" | "from" | "into" | "as_string" | "display") {
        return by_name(name);
    }
    let block = function.ancestor(&["impl_item"]);
    let ty = match name {
        // `impl From<Endpoint> for String`
        "from" => function.field("parameters").and_then(|p| p.items().next()).and_then(|p| p.field("type")),
        _ => block.and_then(|b| b.field("type")),
    };
    match ty.map(|ty| by_name(ty.text())) {
        Some(Purpose::Address(why)) => Purpose::Address(why),
        _ => Purpose::Other("it describes a value".to_owned()),
    }
}

/// A variable: where it goes, or else what it is called.
fn variable(file: &File, apis: &Catalog, item: Node<'_>, depth: usize) -> Purpose {
    let Some(name) = item.field("pattern").or_else(|| item.field("name")) else { return Purpose::Unknown };
    let called = by_name(name.text());
    let Some(depth) = depth.checked_sub(1) else { return called };
    if let Purpose::Other(_) = called {
        return called;
    }
    let Some((decl, scope)) = file.names.declared_by(name).filter(|(_, scope)| !scope.is("source_file")) else {
        return called;
    };
    let given = |used: &Node<'_>| used.parent().is_some_and(|p| p.field("left") == Some(*used));
    let short = |used: &Node<'_>| used.parent().is_some_and(|p| p.is("shorthand_field_initializer"));
    let uses = file.names.uses(&decl, scope).into_iter().filter(|used| !given(used));
    let mut found: Vec<_> =
        uses.map(|used| if short(&used) { by_name(used.text()) } else { of(file, apis, used, depth) }).collect();
    // Names in the holes of formats are no nodes of their own.
    for format in scope.descendants().filter(|n| n.is("macro_invocation")).filter_map(|n| file.format(n)) {
        if format.holes.iter().any(|h| h.argument.inline && h.argument.text == decl.name) {
            found.push(printed(file, apis, format.node, format.macro_name, depth));
        }
    }
    if let Some(address) = found.iter().find(|p| matches!(p, Purpose::Address(_)) && !is_by_name(p)) {
        return address.clone();
    }
    // A key, or what is compared, must stay what that of others is.
    let key = |p: &&Purpose| matches!(p, Purpose::Other(why) if why.contains("is a key") || why.contains("compared"));
    if found.iter().any(|p| key(&p)) && found.iter().any(is_by_name) {
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

/// `let (protocol, endpoint) = ("tcp", format!(…))`.
fn tuple(tuple: Node<'_>, text: Node<'_>) -> Purpose {
    let at = tuple.items().position(|item| item == text).unwrap_or_default();
    let declared = tuple.ancestors().take_while(|n| !n.is("function_item")).find(|n| n.is("let_declaration"));
    let pattern = declared.and_then(|d| d.field("pattern")).filter(|p| p.is("tuple_pattern"));
    pattern.and_then(|p| p.items().nth(at)).map_or(Purpose::Unknown, |name| by_name(name.text()))
}

/// The tokens of another macro.
fn in_macro(file: &File, apis: &Catalog, tokens: Node<'_>, depth: usize) -> Purpose {
    let Some(invocation) = tokens.ancestor(&["macro_invocation"]) else { return Purpose::Unknown };
    let name = invocation.field("macro").map_or("", Node::text);
    let name = name.rsplit(':').next().unwrap_or(name);
    printed(file, apis, invocation, name, depth)
}

/// What a macro makes of a text that it is given.
fn printed(file: &File, apis: &Catalog, invocation: Node<'_>, name: &str, depth: usize) -> Purpose {
    const PEOPLE: &[&str] = &[
        "println",
        "print",
        "eprintln",
        "eprint",
        "info",
        "debug",
        "warn",
        "error",
        "trace",
        "log",
        "panic",
        "bail",
        "anyhow",
        "eyre",
        "assert",
        "assert_eq",
        "assert_ne",
        "unreachable",
        "todo",
        "emit",
        "span",
        "info_span",
        "debug_span",
        "event",
        "counter",
        "gauge",
        "histogram",
        "instrument",
        "ensure",
        "expect",
    ];
    match name {
        "format" | "concat" | "vec" => of(file, apis, invocation, depth),
        name if PEOPLE.contains(&name) => Purpose::Other("people read it".to_owned()),
        _ => Purpose::Unknown,
    }
}
