//! Where a text of Python, JavaScript, PHP or Ruby goes: whether something there reads it as an address.
//! The grammars differ in the names of their nodes and hardly in their shapes, so that one walk does for
//! all of them.

use sixify_langs::naming;

use crate::host_port::{Join, holder};
use crate::prelude::*;
use crate::purpose::{Purpose, by_name, is_shown, takes, tells};

/// How many nodes a text is followed through.
const MOST: usize = 32;

/// Expressions that hand on one of their parts as it is, or hold it beside others.
const HANDS_ON: &[&str] = &[
    "argument",
    "array",
    "array_creation_expression",
    "array_element_initializer",
    "arrow_function",
    "as_expression",
    "await",
    "await_expression",
    "binary",
    "binary_expression",
    "binary_operator",
    "boolean_operator",
    "concatenated_string",
    "dictionary",
    "encapsed_string",
    "generator_expression",
    "hash",
    "interpolation",
    "lambda",
    "list",
    "list_comprehension",
    "non_null_expression",
    "object",
    "parenthesized_expression",
    "parenthesized_statements",
    "satisfies_expression",
    "set",
    "spread_element",
    "string",
    "template_string",
    "template_substitution",
    "tuple",
];

/// Expressions with a condition, of which the other parts are handed on.
const CHOICES: &[&str] = &["conditional", "conditional_expression", "ternary_expression"];

/// Functions that hand on what they are given, in another type or in another place.
const WRAPS: &[&str] = &[
    "String",
    "array_map",
    "b",
    "bytes",
    "compact",
    "concat",
    "encode",
    "filter",
    "flat",
    "format",
    "freeze",
    "from",
    "int",
    "join",
    "list",
    "map",
    "set",
    "sorted",
    "sprintf",
    "str",
    "strip",
    "toString",
    "to_s",
    "to_str",
    "trim",
    "tuple",
    "unicode",
];

/// Functions that keep a text in what they are called on.
const KEEPS: &[&str] = &["add", "append", "appendleft", "extend", "insert", "push", "unshift", "<<"];

/// Functions that run a command, whose arguments are addresses when they look like them.
const RUNS: &[&str] = &[
    "Popen",
    "call",
    "check_call",
    "check_output",
    "exec",
    "execFile",
    "execSync",
    "execa",
    "proc_open",
    "shell_exec",
    "spawn",
    "spawnSync",
    "system",
];

/// Why an address is read from a join, or what is missing.
pub(crate) fn reads(join: &Join<'_>, text: Node<'_>) -> Result<Option<String>, String> {
    let function = holder(text);
    if is_shown(function) {
        return Err(format!("what {function} makes is for people"));
    }
    // What a variable is called says less than what becomes of it.
    if join.read && (join.url || !join.why.iter().any(|why| why.starts_with("it becomes "))) {
        return Ok(None);
    }
    if let Purpose::Address(why) = by_name(join.led) {
        return Ok(Some(why));
    }
    match destination(text) {
        Purpose::Address(why) => Ok(Some(why)),
        _ => Err(missing(text).unwrap_or_default()),
    }
}

/// What is missing to know that an address is read from a text.
pub(crate) fn missing(text: Node<'_>) -> Option<String> {
    match destination(text) {
        Purpose::Address(_) => None,
        Purpose::Other(why) => Some(why),
        Purpose::Unknown => Some("nothing tells that an address is read from it".to_owned()),
    }
}

/// What the text is for.
pub(crate) fn destination(text: Node<'_>) -> Purpose {
    traced(text, true)
}

/// The same; `far` is whether the answer of a function is followed to where it is called.
fn traced(text: Node<'_>, far: bool) -> Purpose {
    let mut at = text;
    for _ in 0..MOST {
        let Some(parent) = at.parent() else { return Purpose::Unknown };
        let kind = parent.kind();
        if parent.field("condition") == Some(at) {
            return Purpose::Unknown;
        }
        if is_key(parent, at) {
            return Purpose::Other("something is stored under it".to_owned());
        }
        match kind {
            _ if HANDS_ON.contains(&kind) || CHOICES.contains(&kind) => {}
            "assignment"
            | "assignment_expression"
            | "augmented_assignment"
            | "augmented_assignment_expression"
            | "operator_assignment"
            | "variable_declarator"
            | "default_parameter"
            | "typed_default_parameter"
            | "assignment_pattern"
            | "optional_parameter"
            | "simple_parameter"
            | "const_element"
            | "property_element"
            | "public_field_definition"
            | "field_definition"
            | "named_expression" => {
                let holder = parent.field("left").or_else(|| parent.field("name")).or_else(|| parent.field("property"));
                let Some(holder) = holder.or_else(|| parent.items().next()).filter(|holder| *holder != at) else {
                    return Purpose::Unknown;
                };
                return held(holder);
            }
            "keyword_argument" | "pair" | "named_argument" => {
                let key = parent.field("name").or_else(|| parent.field("key")).map(key_text).unwrap_or_default();
                match by_name(&key) {
                    Purpose::Unknown => {}
                    known => return shown(parent).unwrap_or(known),
                }
            }
            "return_statement" | "return" | "yield" => return given(parent, far),
            // The last expression of a method of Ruby is what it gives.
            "body_statement" | "then" | "else"
                if parent.items().last() == Some(at) && !kind.ends_with("statement_block") =>
            {
                return given(parent, far);
            }
            "arguments" | "argument_list" => {
                let Some(call) = parent.parent() else { return Purpose::Unknown };
                match argument(call, parent, at) {
                    Argument::Is(purpose) => return purpose,
                    Argument::HandedOn => {
                        at = call;
                        continue;
                    }
                }
            }
            // What is called on the text, or on what holds it.
            "attribute" | "member_expression" | "call" | "call_expression" | "method_call" | "new_expression" => {}
            "comparison_operator" => return Purpose::Other("it is compared".to_owned()),
            _ => return Purpose::Unknown,
        }
        at = parent;
    }
    Purpose::Unknown
}

/// What people read, where a property stands in what a function gives that tells how things are:
/// `get info() { return { server: … } }`.
fn shown(property: Node<'_>) -> Option<Purpose> {
    const TOLD: &[&str] =
        &["info", "status", "stats", "statistics", "describe", "summary", "details", "diagnostics", "inspect", "json"];
    let held = ["object", "dictionary", "hash", "array", "list", "parenthesized_expression", "pair"];
    let given =
        property.ancestors().find(|n| !n.is_any(&held)).filter(|n| n.is_any(&["return_statement", "return"]))?;
    let function = given.ancestors().find(|n| is_function(*n))?;
    let name = last_name(function.field("name")?);
    let words = naming::words(&name);
    let told = words.last().is_some_and(|word| TOLD.contains(&word.as_str()));
    told.then(|| Purpose::Other(format!("people read what {name} gives")))
}

/// Whether a text is the key of what is stored: `cache[text]`, `{text: 1}`.
fn is_key(parent: Node<'_>, at: Node<'_>) -> bool {
    let index = ["subscript", "index"].iter().any(|field| parent.field(field) == Some(at));
    let element = parent.is("element_reference") && parent.items().next() != Some(at);
    index || element || parent.is("computed_property_name") || parent.is("pair") && parent.field("key") == Some(at)
}

/// The last name of an expression: `b` of `a.b`, `a['b']`, `$this->b` and `@b`.
pub(crate) fn last_name(node: Node<'_>) -> String {
    let key = node.field("subscript").or_else(|| node.field("index"));
    let key =
        key.or_else(|| node.items().nth(1).filter(|_| node.is_any(&["element_reference", "subscript_expression"])));
    match key {
        Some(key) if key.kind().contains("string") || key.is_any(&["encapsed_string", "simple_symbol"]) => {
            key_text(key)
        }
        // `$options[CURLOPT_PROXY]`
        Some(key) if key.text().contains('_') && key.text().chars().all(|c| c.is_ascii_uppercase() || c == '_') => {
            key.text().to_owned()
        }
        // One of several.
        Some(_) => node.items().next().map(last_name).unwrap_or_default(),
        None => {
            let last = node.field("attribute").or_else(|| node.field("property")).or_else(|| node.field("method"));
            let last = last.or_else(|| node.field("name"));
            last.unwrap_or(node).text().trim_start_matches(['$', '@', '#', ':']).to_owned()
        }
    }
}

/// A key without its quotes and colons.
fn key_text(key: Node<'_>) -> String {
    key.text().trim_matches(['"', '\'', '`', ':', '$', '@']).to_owned()
}

/// What a variable, a field or a setting holds, by its name or by where it goes from there.
fn held(holder: Node<'_>) -> Purpose {
    match by_name(&last_name(holder)) {
        Purpose::Unknown => used(holder),
        Purpose::Address(why) => only_told(holder).unwrap_or(Purpose::Address(why)),
        known => known,
    }
}

/// What a variable is for whose every use is a key, a name or a text for people, whatever it is called.
fn only_told(variable: Node<'_>) -> Option<Purpose> {
    let function = variable.ancestors().find(|n| is_function(*n)).filter(|_| variable.is_any(VARIABLES))?;
    let same = |n: &Node<'_>| n.is(variable.kind()) && n.text() == variable.text() && *n != variable;
    let mut told = None;
    for used in function.descendants().filter(same).take(MOST) {
        let list = used.ancestors().take(3).find(|n| n.is_any(&["arguments", "argument_list"]))?;
        match argument(list.parent()?, list, used) {
            Argument::Is(Purpose::Other(why)) => told = Some(Purpose::Other(why)),
            _ => return None,
        }
    }
    told
}

/// Variables of a function.
const VARIABLES: &[&str] = &["identifier", "variable_name"];

/// What the uses of a variable in its function say.
fn used(variable: Node<'_>) -> Purpose {
    let function = variable.ancestors().find(|n| is_function(*n)).or_else(|| variable.ancestors().last());
    let Some(function) = function.filter(|_| variable.is_any(&["identifier", "variable_name", "instance_variable"]))
    else {
        return Purpose::Unknown;
    };
    let uses = function
        .descendants()
        .filter(|n| n.is(variable.kind()) && n.text() == variable.text() && n.start() > variable.start());
    let mut other = Purpose::Unknown;
    for used in uses.take(MOST) {
        let Some(list) = used.ancestors().take(3).find(|n| n.is_any(&["arguments", "argument_list"])) else { continue };
        match list.parent().map(|call| argument(call, list, used)) {
            Some(Argument::Is(Purpose::Address(why))) => return Purpose::Address(why),
            Some(Argument::Is(Purpose::Other(why))) => other = Purpose::Other(why),
            _ => {}
        }
    }
    other
}

/// What a function gives, by its name.
fn given(inside: Node<'_>, far: bool) -> Purpose {
    let Some(function) = inside.ancestors().find(|n| is_function(*n)) else { return Purpose::Unknown };
    let name = function.field("name").map(last_name).or_else(|| {
        let holder = function.parent()?;
        Some(last_name(holder.field("name").or_else(|| holder.field("key")).or_else(|| holder.field("left"))?))
    });
    let Some(name) = name else { return Purpose::Unknown };
    match by_name(&name) {
        Purpose::Address(why) if far => uses_of(function, &name).unwrap_or(Purpose::Address(why)),
        other => other,
    }
}

/// What the uses of a function in its file make of its answer, where they make a key or a text for people
/// of it, and no address.
fn uses_of(function: Node<'_>, name: &str) -> Option<Purpose> {
    let called = |call: &Node<'_>| call.start() < function.start() || call.start() >= function.end();
    let names = |call: &Node<'_>| {
        let used = call.field("function").or_else(|| call.field("name")).or_else(|| call.field("method"));
        used.is_some_and(|used| last_name(used) == name)
    };
    let calls = ["call", "call_expression", "member_call_expression", "function_call_expression"];
    let calls = calls.iter().flat_map(|kind| function.tree().all(kind)).filter(|c| called(c) && names(c));
    let mut other = None;
    for call in calls.take(MOST) {
        match traced(call, false) {
            Purpose::Address(_) => return None,
            Purpose::Other(why) => other = Some(Purpose::Other(why)),
            Purpose::Unknown => {}
        }
    }
    other
}

fn is_function(node: Node<'_>) -> bool {
    node.is_any(&[
        "arrow_function",
        "function_declaration",
        "function_definition",
        "function_expression",
        "method",
        "method_declaration",
        "method_definition",
        "singleton_method",
    ])
}

/// What an argument is.
enum Argument {
    /// The function tells.
    Is(Purpose),
    /// The function gives the same again.
    HandedOn,
}

/// What a function does with its argument.
fn argument(call: Node<'_>, list: Node<'_>, at: Node<'_>) -> Argument {
    let function = call.field("function").or_else(|| call.field("constructor")).or_else(|| call.field("method"));
    let function = function.or_else(|| call.field("name")).or_else(|| call.items().next().filter(|f| *f != list));
    let Some(function) = function else { return Argument::Is(Purpose::Unknown) };
    let called = last_name(function);
    if RUNS.contains(&called.as_str()) {
        return Argument::Is(Purpose::Address(format!("{called} runs it as a command")));
    }
    if KEEPS.contains(&called.as_str()) {
        let holder = function.field("object").or_else(|| call.field("receiver")).or_else(|| call.field("object"));
        return Argument::Is(holder.map_or(Purpose::Unknown, held));
    }
    if WRAPS.contains(&called.as_str()) {
        return Argument::HandedOn;
    }
    let words = naming::words(&called);
    if tells(&words) {
        return Argument::Is(Purpose::Other(format!("{called} takes a key, a name or a text for people")));
    }
    if takes(&words) {
        return Argument::Is(Purpose::Address(format!("{called} takes an address")));
    }
    // `set("server.address", text)`
    let before = list.items().take_while(|item| *item != at && !item.holds(at)).last();
    if let Some(key) = before.filter(|key| key.kind().contains("string") || key.is_any(&["simple_symbol", "argument"]))
    {
        match by_name(&key_text(key)) {
            Purpose::Unknown => {}
            known => return Argument::Is(known),
        }
    }
    let position = list.items().position(|item| item == at || item.holds(at)).unwrap_or_default();
    Argument::Is(parameter(call, &called, position).map_or(Purpose::Unknown, |name| by_name(&name)))
}

/// What the function that is called calls its parameter, in the same file.
fn parameter(call: Node<'_>, called: &str, position: usize) -> Option<String> {
    let tree = call.tree();
    let named = |n: &Node<'_>| is_function(*n) && n.field("name").is_some_and(|name| name.text() == called);
    let function = tree.nodes().find(named)?;
    let own = |n: &Node<'_>| !matches!(n.text(), "self" | "cls");
    let parameter = function.field("parameters")?.items().filter(own).nth(position)?;
    let name = parameter.field("name").or_else(|| parameter.field("pattern")).or_else(|| parameter.items().next());
    Some(last_name(name.unwrap_or(parameter)))
}
