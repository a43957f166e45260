//! Where a text of C# code goes: whether something there reads it as an address.

use crate::address_names::{is_given, is_read, is_setting};
use crate::dotnet_hosts::{CSharp, last_name};
use crate::prelude::*;
use crate::purpose::tells;
use sixify_langs::naming;

/// Expressions that hand on one of their parts as it is, or as a part of a larger text.
const HANDS_ON: &[&str] = &[
    "parenthesized_expression",
    "conditional_expression",
    "cast_expression",
    "binary_expression",
    "interpolation",
    "interpolated_string_expression",
    "initializer_expression",
    "array_creation_expression",
    "implicit_array_creation_expression",
    "collection_expression",
    "collection_element",
    "expression_element",
    "switch_expression_arm",
    "switch_expression",
    "lambda_expression",
    "await_expression",
    "equals_value_clause",
    "implicit_object_creation_expression",
    "arrow_expression_clause",
];

/// What a value is returned from.
const FUNCTIONS: &[&str] = &[
    "method_declaration",
    "local_function_statement",
    "lambda_expression",
    "anonymous_method_expression",
    "accessor_declaration",
    "property_declaration",
];

/// Functions that give what they are given, alone or among others.
const WRAPS: &[&str] = &[
    "Format",
    "Concat",
    "Join",
    "Select",
    "SelectMany",
    "ToList",
    "ToArray",
    "FromResult",
    "ToString",
    "Trim",
    "Aggregate",
    "TrimEnd",
    "Append",
    "AppendFormat",
    "Create",
    "Run",
    "Empty",
    "Combine",
];

/// Functions that keep a text in what they are called on.
const KEEPS: &[&str] = &["Add", "AddRange", "Enqueue", "Push", "Insert"];

/// Why a text is read as an address where it goes; `None` where nothing says so.
pub(crate) fn read_as_address(facts: &CSharp<'_>, text: Node<'_>) -> Option<String> {
    let mut at = text;
    for _ in 0..24 {
        let parent = at.parent()?;
        if parent.is_any(HANDS_ON) {
            at = parent;
            continue;
        }
        match parent.kind() {
            "variable_declarator" | "property_declaration" | "method_declaration" | "local_function_statement" => {
                let name = parent.field("name")?.text();
                return is_read(name).then(|| format!("{name} is called an address"));
            }
            "accessor_declaration" | "accessor_list" => at = parent,
            "return_statement" => at = parent.ancestor(FUNCTIONS)?.children().last()?,
            "assignment_expression" => {
                let target = parent.field("left").filter(|left| *left != at)?;
                let key = target.child("bracketed_argument_list").or(target.child("argument_list"));
                let (name, read) = match key {
                    Some(list) => setting(list.items().next()?).map(|key| (key.clone(), is_setting(&key)))?,
                    None => last_name(target).map(|name| (name.to_owned(), is_read(name)))?,
                };
                return read.then(|| format!("{name} is called an address"));
            }
            "member_access_expression" => at = parent,
            "invocation_expression" => at = parent,
            "argument" => {
                let call = parent.parent()?.parent()?;
                if let Some(why) = argument(facts, call, parent) {
                    return Some(why);
                }
                let function = call.field("function");
                let method = function.map(|f| f.field("name").unwrap_or(f).text()).unwrap_or_default();
                if KEEPS.contains(&method) {
                    let holder = last_name(function?.field("expression")?)?;
                    return is_read(holder).then(|| format!("{holder} is called addresses"));
                }
                let created = call.is("implicit_object_creation_expression");
                let gives = ["Select", "SelectMany", "Aggregate", "Run"].contains(&method);
                let wraps = WRAPS.contains(&method) && (!gives || at.is("lambda_expression"));
                if !wraps && !created {
                    return None;
                }
                at = call;
            }
            _ => return None,
        }
    }
    None
}

/// Why an argument of a call is read as an address.
fn argument(facts: &CSharp<'_>, call: Node<'_>, argument: Node<'_>) -> Option<String> {
    let list = argument.parent()?;
    let position = list.items().filter(|n| n.is("argument")).position(|n| n == argument)?;
    if let Some(label) = argument.field("name") {
        return is_read(label.text()).then(|| format!("it is the argument {}", label.text()));
    }
    let called = if call.kind().contains("object_creation") {
        call.field("type").map(|ty| ty.text()).unwrap_or_default()
    } else {
        let function = call.field("function")?;
        function.field("name").unwrap_or(function).text()
    };
    if tells(&naming::words(called)) {
        return None;
    }
    let asks =
        ["Get", "TryGet", "Contains"].iter().any(|word| called.starts_with(word)) || called.ends_with("Exception");
    if is_given(called) && !asks {
        return Some(format!("{called} takes an address"));
    }
    let before = position.checked_sub(1).and_then(|at| list.items().filter(|n| n.is("argument")).nth(at));
    if let Some(name) = before.and_then(|key| setting(key.items().last()?)).filter(|name| !asks && is_setting(name)) {
        return Some(format!("{name} is a setting for an address"));
    }
    let name = parameter(facts, called, position, list.items().filter(|n| n.is("argument")).count())?;
    is_read(&name).then(|| format!("{called} calls it {name}"))
}

/// The name of a setting: a literal, or a constant that is called as one.
fn setting(key: Node<'_>) -> Option<String> {
    let key = if key.is("argument") { key.items().last()? } else { key };
    match key.kind() {
        "string_literal" => Some(key.text().trim_matches('"').to_owned()),
        _ => last_name(key).map(str::to_owned),
    }
}

/// What a function or a constructor calls its parameter, in this file or in the file of its class.
fn parameter(facts: &CSharp<'_>, called: &str, position: usize, count: usize) -> Option<String> {
    let find = |tree: &sixify_langs::syntax::Tree| {
        let kinds = ["method_declaration", "constructor_declaration", "local_function_statement"];
        let named = kinds.iter().flat_map(|kind| tree.all(kind));
        let mut fits = named.filter(|m| m.field("name").is_some_and(|n| n.text() == called)).filter_map(|m| {
            let all: Vec<Node<'_>> = m.field("parameters")?.items().filter(|n| n.is("parameter")).collect();
            (all.len() >= count)
                .then(|| all.get(position).and_then(|p| p.field("name")).map(|n| n.text().to_owned()))?
        });
        fits.next()
    };
    if let Some(found) = find(facts.file.tree()) {
        return Some(found);
    }
    facts.sources.declaring(called).iter().find_map(|unit| find(unit.file.tree()))
}
