//! Where a text of Java, Kotlin and Scala goes: whether something there reads it as an address.

use sixify_langs::java::{self, Call, File};
use sixify_langs::{classify, naming};

use crate::address_names::{is_given, is_read, is_setting};
use crate::jvm_hosts::{name, source_of};
use crate::prelude::*;
use crate::purpose::tells;

/// Expressions that hand on one of their parts as it is.
const HANDS_ON: &[&str] = &[
    "parenthesized_expression",
    "ternary_expression",
    "if_expression",
    "when_entry",
    "when_expression",
    "control_structure_body",
    "match_expression",
    "case_clause",
    "case_block",
    "cast_expression",
    "value_argument",
    "array_initializer",
    "array_creation_expression",
    "lambda_expression",
    "lambda_literal",
    "block",
    "indented_block",
    "statements",
    "elvis_expression",
];

/// Functions that give what they are given, alone or among others.
const WRAPS: &[&str] = &[
    "of",
    "ofNullable",
    "asList",
    "singletonList",
    "singleton",
    "listOf",
    "setOf",
    "arrayOf",
    "Seq",
    "List",
    "Set",
    "Array",
    "Some",
    "Right",
    "map",
    "flatMap",
    "mapToObj",
    "mkString",
    "joinToString",
    "collect",
    "toList",
    "join",
    "joining",
    "format",
    "formatted",
    "toString",
    "trim",
    "orElse",
    "orElseGet",
    "getOrElse",
    "concat",
    "valueOf",
    "successful",
    "just",
    "apply",
    "let",
    "run",
];

/// Those of them that give what a function makes, and ask for anything else.
const GIVES: &[&str] = &["map", "flatMap", "mapToObj", "collect", "orElseGet", "let", "run", "apply"];

/// Functions that keep a text in what they are called on.
const KEEPS: &[&str] = &["add", "offer", "push", "addLast", "addFirst", "set", "append"];

/// Why a text is read as an address where it goes; `None` where nothing says so.
pub(crate) fn read_as_address(file: &File, doc: &Document, cx: &Context<'_>, text: Node<'_>) -> Option<String> {
    let mut at = text;
    for _ in 0..24 {
        let parent = at.parent()?;
        if parent.is_any(HANDS_ON) {
            at = parent;
            continue;
        }
        match parent.kind() {
            "variable_declarator"
            | "val_definition"
            | "var_definition"
            | "property_declaration"
            | "variable_declaration"
            | "assignment_expression"
            | "assignment"
            | "return_statement"
            | "return_expression"
            | "function_body"
            | "getter" => {
                return named(file, parent, at).filter(|n| is_read(n)).map(|n| format!("{n} is called an address"));
            }
            "method_declaration" | "function_declaration" | "function_definition" => {
                let name = parent.field("name")?.text();
                return is_read(name).then(|| format!("{name} gives an address"));
            }
            // What is called on the text, or on what holds it.
            "method_invocation" | "navigation_expression" | "field_expression" | "infix_expression" => {
                at = parent;
            }
            "call_expression" => at = parent,
            "argument_list" | "arguments" | "value_arguments" => {
                let call = file.call(parent.parent()?)?;
                if let Some(why) = argument(file, doc, cx, &call, at) {
                    return Some(why);
                }
                let wraps = WRAPS.contains(&call.name) && (!GIVES.contains(&call.name) || at.kind().contains("lambda"));
                let keeps = KEEPS.contains(&call.name);
                if keeps {
                    let holder = name(file, call.receiver?)?;
                    return is_read(&holder).then(|| format!("{holder} is called addresses"));
                }
                if !wraps {
                    return None;
                }
                at = call.node;
            }
            "array_access" | "expression_statement" => return None,
            _ => return None,
        }
    }
    None
}

/// The name of what gets a value by a declaration, an assignment or a return.
fn named(file: &File, holder: Node<'_>, value: Node<'_>) -> Option<String> {
    match holder.kind() {
        "variable_declarator" => holder.field("name").map(|n| n.text().to_owned()),
        "val_definition" | "var_definition" => holder.field("pattern").map(|n| n.text().to_owned()),
        "property_declaration" => {
            let declared = holder.child("variable_declaration")?;
            declared.items().find(|n| n.is("identifier")).map(|n| n.text().to_owned())
        }
        "assignment_expression" | "assignment" => {
            let target = holder.field("left").or_else(|| holder.items().next()).filter(|t| *t != value)?;
            name(file, target)
        }
        "getter" => named(file, holder.ancestor(&["property_declaration"])?, value),
        _ => {
            // What a function gives, or a property that is worked out.
            let kinds = [
                "method_declaration",
                "function_declaration",
                "function_definition",
                "lambda_expression",
                "property_declaration",
            ];
            let function = holder.ancestor(&kinds)?;
            if function.is("property_declaration") {
                return named(file, function, value);
            }
            function.field("name").map(|n| n.text().to_owned())
        }
    }
}

/// Why an argument of a call is read as an address.
fn argument(file: &File, doc: &Document, cx: &Context<'_>, call: &Call<'_>, value: Node<'_>) -> Option<String> {
    let at = call.arguments.iter().position(|a| *a == value || a.holds(value))?;
    if tells(&naming::words(call.name)) {
        return None;
    }
    if let Some(Some(label)) = call.labels.get(at) {
        return is_read(label).then(|| format!("it is the argument {label} of {}", call.name));
    }
    if is_given(call.name) && !(call.name.starts_with("get") || call.name.contains("Key") || call.name.contains("Path"))
    {
        return Some(format!("{} takes an address", call.name));
    }
    // `put(SERVER_ADDR, host + ":" + port)`
    let key = at.checked_sub(1).and_then(|before| call.arguments.get(before));
    let setting = key.map(|key| key.text().trim_matches('"'));
    if let Some(setting) = setting.filter(|s| call.arguments.len() < 4 && !call.creates && is_setting(s)) {
        return Some(format!("{setting} is a setting for an address"));
    }
    let parameter = parameter(file, doc, cx, call, at)?;
    is_read(&parameter).then(|| format!("{} calls it {parameter}", call.name))
}

/// What the function that is called calls its parameter, in this file or in the file of its class.
fn parameter(file: &File, doc: &Document, cx: &Context<'_>, call: &Call<'_>, at: usize) -> Option<String> {
    let in_file = |file: &File| {
        let kinds = ["method_declaration", "constructor_declaration", "function_declaration", "function_definition"];
        let fits = |m: &Node<'_>| m.field("name").is_some_and(|n| n.text() == call.name);
        let lists = kinds.iter().flat_map(|kind| file.tree.all(kind)).filter(fits);
        let lists = lists.filter_map(|m| m.field("parameters").or_else(|| m.child("function_value_parameters")));
        let mut parameters =
            lists.map(|list| list.items().filter(|n| n.is_any(&["formal_parameter", "parameter"])).collect::<Vec<_>>());
        let list = parameters.find(|list| list.len() == call.arguments.len())?;
        let parameter = list.get(at)?;
        let named = parameter.field("name").or_else(|| parameter.items().find(|n| n.is("identifier")))?;
        Some(named.text().to_owned())
    };
    if let Some(found) = in_file(file) {
        return Some(found);
    }
    let source = source_of(file, doc, cx, call)?;
    let class = Document::from_text("Class.java", classify::JAVA, source);
    java::file(&class).and_then(|class| in_file(&class))
}
