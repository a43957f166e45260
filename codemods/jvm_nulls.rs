//! Which texts of Java are there for sure: asking one that is null whether it holds a colon would
//! stop a program that went on before.

use sixify_langs::java::File;

use crate::prelude::*;

/// Methods of `String` that give another text.
const TEXTS: &[&str] = &["trim", "strip", "toLowerCase", "toUpperCase", "substring", "concat", "replace", "intern"];

/// Functions that give a text, or refuse what is null.
const MAKERS: &[&str] = &["String.valueOf", "String.format", "String.join", "Objects.requireNonNull"];

/// Functions that refuse an argument that is null.
const REFUSES: &[&str] = &[
    "Objects.requireNonNull",
    "requireNonNull",
    "Preconditions.checkNotNull",
    "checkNotNull",
    "Assert.notNull",
    "Validate.notNull",
];

/// Whether a host is never null where it is used, by how it is made or because the code before it
/// would have stopped.
pub(crate) fn never_null(file: &File, host: Node<'_>) -> bool {
    makes_text(file, host) || host.is("identifier") && (given_text(file, host) || asked(file, host))
}

/// An expression that gives a text, whatever goes in.
fn makes_text(file: &File, value: Node<'_>) -> bool {
    if value.is("string_literal") || file.text_expr(value).is_some() {
        return true;
    }
    let Some(name) = value.field("name").filter(|_| value.is("method_invocation")) else { return false };
    let Some(object) = value.field("object") else { return false };
    let called = format!("{}.{}", object.text(), name.text());
    let text = TEXTS.contains(&name.text()) && file.type_of(object).as_deref() == Some("String");
    text || MAKERS.contains(&called.as_str())
}

/// Whether a variable has one value, and that is a text.
fn given_text(file: &File, host: Node<'_>) -> bool {
    let Some((decl, scope)) = file.names.resolve(host) else { return false };
    let value = decl.value.filter(|_| file.names.single_assignment(&decl, scope));
    value.is_some_and(|value| makes_text(file, file.tree.node(value)))
}

/// Whether every way to a place leads past something that stops when this parameter or variable is
/// null, and it has the same value since.
fn asked(file: &File, host: Node<'_>) -> bool {
    let Some((decl, scope)) = file.names.resolve(host) else { return false };
    if !file.names.single_assignment(&decl, scope) {
        return false;
    }
    let name = host.text();
    let mut at = host;
    while let Some(around) = at.parent() {
        if around.is_any(&["method_declaration", "constructor_declaration", "lambda_expression", "class_body"]) {
            return false;
        }
        if around.is("if_statement") && around.field("consequence") == Some(at) {
            let condition = around.field("condition").map_or("", Node::text);
            let condition = condition.trim_start_matches('(').trim_end_matches(')');
            if !condition.contains("||") && condition.split("&&").any(|part| part.trim() == format!("{name} != null")) {
                return true;
            }
        }
        let before = around.items().take_while(|n| *n != at);
        if around.is_any(&["block", "constructor_body"]) && before.into_iter().any(|n| stops(n, name)) {
            return true;
        }
        at = around;
    }
    false
}

/// Whether a statement is only left the ordinary way when this name is not null.
fn stops(statement: Node<'_>, name: &str) -> bool {
    match statement.kind() {
        "expression_statement" | "local_variable_declaration" => {
            statement.descendants().any(|n| needs(n, name) && !perhaps(n, statement))
        }
        "if_statement" => {
            let condition = statement.field("condition").map_or("", Node::text);
            let condition = condition.strip_prefix('(').and_then(|c| c.strip_suffix(')')).unwrap_or(condition);
            let null =
                !condition.contains("&&") && condition.split("||").any(|part| part.trim() == format!("{name} == null"));
            null && statement.field("alternative").is_none() && statement.field("consequence").is_some_and(leaves)
        }
        _ => false,
    }
}

/// Whether a call stops when the name is null.
fn needs(call: Node<'_>, name: &str) -> bool {
    if !call.is("method_invocation") {
        return false;
    }
    let object = call.field("object");
    let method = call.field("name").map_or("", Node::text);
    let called = object.map_or_else(|| method.to_owned(), |o| format!("{}.{method}", o.text()));
    let first = call.field("arguments").and_then(|a| a.items().next());
    let refused = REFUSES.contains(&called.as_str()) && first.is_some_and(|f| f.text() == name);
    refused || object.is_some_and(|o| o.is("identifier") && o.text() == name)
}

/// Whether an expression may be passed over.
fn perhaps(node: Node<'_>, statement: Node<'_>) -> bool {
    node.ancestors().take_while(|n| *n != statement).any(|n| {
        let either = n.field("operator").is_some_and(|o| matches!(o.text(), "&&" | "||"));
        n.is_any(&["lambda_expression", "ternary_expression", "class_body", "switch_expression"]) || either
    })
}

/// Whether a branch ends by leaving the method.
fn leaves(branch: Node<'_>) -> bool {
    let last = if branch.is("block") { branch.items().last() } else { Some(branch) };
    last.is_some_and(|n| n.is_any(&["throw_statement", "return_statement"]))
}
