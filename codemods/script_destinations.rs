//! Where a text of Python, JavaScript, PHP or Ruby goes: whether something there reads it as an address.
//! The grammars differ in the names of their nodes and hardly in their shapes, so that one walk does for
//! all of them.

use sixify_langs::naming;

use crate::host_port::{Join, holder};
use crate::prelude::*;
use crate::purpose::{Purpose, by_name, is_shown, tells};
use crate::script_words::{dials, holds, is_certain, is_message, more_than_host, talks};

/// How many nodes a text is followed through.
const MOST: usize = 32;

/// How many variables and functions it is followed through.
const DEEP: usize = 3;

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
    if let Some(more) = more_than_host(join.host) {
        return Err(more);
    }
    // What a variable is called says less than what becomes of it.
    if join.read && !join.url && !join.why.iter().any(|why| why.starts_with("it becomes ")) {
        return Ok(None);
    }
    let known = if holds(join.led) { by_name(join.led) } else { Purpose::Unknown };
    if let Purpose::Address(why) = known {
        return Ok(Some(why));
    }
    match destination(text) {
        Purpose::Address(why) => Ok(Some(why).filter(|_| !join.url)),
        // A scheme before it is proof enough, unless it is people who read it.
        Purpose::Other(why) if !join.url || why.contains(PEOPLE) => Err(why),
        _ if join.url => Ok(None),
        Purpose::Other(why) => Err(why),
        Purpose::Unknown => Err(UNKNOWN.to_owned()),
    }
}

/// What is said where nothing tells what a text is for.
const UNKNOWN: &str = "nothing tells that an address is read from it";

/// Words in the reason why a text is no address where it is one, but for people.
const PEOPLE: &str = "for people";

/// What is missing to know that an address is read from a text.
pub(crate) fn missing(text: Node<'_>) -> Option<String> {
    match destination(text) {
        Purpose::Address(_) => None,
        Purpose::Other(why) => Some(why),
        Purpose::Unknown => Some(UNKNOWN.to_owned()),
    }
}

/// What the text is for.
pub(crate) fn destination(text: Node<'_>) -> Purpose {
    traced(text, DEEP)
}

/// The same; `deep` is how many variables and functions it is followed through.
fn traced(text: Node<'_>, deep: usize) -> Purpose {
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
                return held(holder, deep);
            }
            "keyword_argument" | "pair" | "named_argument" => {
                let key = parent.field("name").or_else(|| parent.field("key")).map(key_text).unwrap_or_default();
                match setting(&key) {
                    Purpose::Unknown => {}
                    known => return shown(parent).or_else(|| told(parent, deep)).unwrap_or(known),
                }
            }
            "return_statement" | "return" | "yield" => return given(parent, deep),
            // The last expression of a method of Ruby is what it gives.
            "body_statement" | "then" | "else"
                if parent.items().last() == Some(at) && !kind.ends_with("statement_block") =>
            {
                return given(parent, deep);
            }
            "arguments" | "argument_list" => {
                let Some(call) = parent.parent() else { return Purpose::Unknown };
                match argument(call, parent, at, deep) {
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
    told.then(|| Purpose::Other(format!("what {name} gives is {PEOPLE}")))
}

/// Why people read an object or a list that holds the text: it goes into a log, or what is called an info.
fn told(property: Node<'_>, deep: usize) -> Option<Purpose> {
    match traced(property, deep) {
        Purpose::Other(why) if why.contains(PEOPLE) => Some(Purpose::Other(why)),
        _ => None,
    }
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

/// What a key of a setting says: only a key that nothing but an address has proves something.
fn setting(key: &str) -> Purpose {
    match by_name(key) {
        Purpose::Address(_) if !holds(key) => Purpose::Unknown,
        known => known,
    }
}

/// What a variable, a field or a setting holds: what its uses prove. A name says that it is none, and only
/// a constant in capitals, which others read, that it is one.
fn held(holder: Node<'_>, deep: usize) -> Purpose {
    let name = last_name(holder);
    if is_shown(&name) || is_message(&name) {
        return Purpose::Other(format!("{name} is {PEOPLE}"));
    }
    let used = if deep == 0 { Purpose::Unknown } else { used(holder, deep - 1) };
    match (used, by_name(&name)) {
        (Purpose::Address(why), _) => Purpose::Address(why),
        (_, Purpose::Other(why)) | (Purpose::Other(why), _) => Purpose::Other(why),
        (Purpose::Unknown, Purpose::Address(why))
            if is_certain(&name) || holds(&name) && is_published(holder, &name) =>
        {
            Purpose::Address(why)
        }
        _ => Purpose::Unknown,
    }
}

/// Whether others read what is given a value here: an entry of a mapping, or a setting in capitals at the top
/// of a file.
fn is_published(holder: Node<'_>, name: &str) -> bool {
    let entry = holder.is_any(&["subscript", "subscript_expression", "element_reference"]);
    // `options.proxy = text`
    let owner = holder.field("object").map(last_name).unwrap_or_default();
    let entry = entry || naming::words(&owner).last().is_some_and(|word| SETTINGS.contains(&word.as_str()));
    let shouts = name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase);
    let parameter = holder.parent().is_some_and(|p| p.kind().contains("parameter"));
    entry || shouts && !parameter && holder.ancestors().all(|n| !is_function(n))
}

/// What objects of settings are called.
const SETTINGS: &[&str] = &["config", "cfg", "conf", "options", "opts", "settings", "params", "kwargs", "env"];

/// What the uses of a variable in its function, or of a field in its file, say: what one of them proves, or
/// what all of them are otherwise.
fn used(variable: Node<'_>, deep: usize) -> Purpose {
    let field = variable.is_any(FIELDS);
    let around = variable.ancestors().find(|n| is_function(*n)).filter(|_| !field);
    let Some(around) = around.or_else(|| variable.ancestors().last()) else { return Purpose::Unknown };
    if !field && !variable.is_any(VARIABLES) {
        return Purpose::Unknown;
    }
    let same = |n: &Node<'_>| {
        let shorthand = n.is("shorthand_property_identifier") && variable.is("identifier");
        (n.is(variable.kind()) || shorthand) && n.text() == variable.text() && *n != variable
    };
    let given = |n: &Node<'_>| {
        ["left", "name"].iter().any(|side| n.parent().is_some_and(|p| p.field(side) == Some(*n)))
            || n.parent().is_some_and(|p| p.kind().contains("parameters"))
    };
    let (mut other, mut open) = (None, false);
    let uses = around.descendants().filter(|n| same(n) && !given(n) && (field || n.start() > variable.start()));
    for one in uses.take(MOST) {
        let purpose = if behind_scheme(one) {
            Purpose::Address(format!("{} stands behind a scheme", one.text()))
        } else {
            traced(one, deep)
        };
        match purpose {
            Purpose::Address(why) => return Purpose::Address(why),
            Purpose::Other(why) => other = Some(why),
            Purpose::Unknown => open = true,
        }
    }
    other.filter(|_| !open).map_or(Purpose::Unknown, Purpose::Other)
}

/// Whether a text ends in a scheme right before a value that is put into it: `f"http://{address}/"`.
fn behind_scheme(value: Node<'_>) -> bool {
    let hole = value.parent().filter(|p| p.is_any(&["interpolation", "template_substitution"])).unwrap_or(value);
    value.tree().text().get(..hole.start()).is_some_and(|before| {
        let before = before.trim_end_matches(['{', '+', ' ', '.', '"', '\'']);
        before.ends_with("://")
    })
}

/// Variables of a function.
const VARIABLES: &[&str] = &["identifier", "variable_name"];

/// Fields of an object.
const FIELDS: &[&str] = &["attribute", "member_expression", "instance_variable", "member_access_expression"];

/// What a function gives: what its uses in the file prove.
fn given(inside: Node<'_>, deep: usize) -> Purpose {
    let Some(function) = inside.ancestors().find(|n| is_function(*n)) else { return Purpose::Unknown };
    let name = function.field("name").map(last_name).or_else(|| {
        let holder = function.parent()?;
        Some(last_name(holder.field("name").or_else(|| holder.field("key")).or_else(|| holder.field("left"))?))
    });
    let Some(name) = name else { return Purpose::Unknown };
    let used = if deep == 0 { Purpose::Unknown } else { uses_of(function, &name, deep - 1) };
    match (used, by_name(&name)) {
        (Purpose::Address(why), _) => Purpose::Address(why),
        (_, Purpose::Other(why)) | (Purpose::Other(why), _) => Purpose::Other(why),
        (Purpose::Unknown, Purpose::Address(why)) if is_certain(&name) => Purpose::Address(why),
        _ => Purpose::Unknown,
    }
}

/// What the uses of a function in its file make of its answer.
fn uses_of(function: Node<'_>, name: &str, deep: usize) -> Purpose {
    let called = |call: &Node<'_>| call.start() < function.start() || call.start() >= function.end();
    let names = |call: &Node<'_>| {
        let used = call.field("function").or_else(|| call.field("name")).or_else(|| call.field("method"));
        used.is_some_and(|used| last_name(used) == name)
    };
    // A property of Python and a getter of JavaScript are read as fields are.
    let read = |n: &Node<'_>| n.field("attribute").or_else(|| n.field("property")).is_some_and(|p| p.text() == name);
    let calls = ["call", "call_expression", "member_call_expression", "function_call_expression"];
    let calls = calls.iter().flat_map(|kind| function.tree().all(kind)).filter(|c| called(c) && names(c));
    let fields = ["attribute", "member_expression"].iter().flat_map(|kind| function.tree().all(kind));
    let fields = fields.filter(|n| called(n) && read(n) && n.parent().is_none_or(|p| p.field("function") != Some(*n)));
    let (mut other, mut open) = (None, false);
    for call in calls.chain(fields).take(MOST) {
        let purpose = if behind_scheme(call) {
            Purpose::Address(format!("{} stands behind a scheme", call.text()))
        } else {
            traced(call, deep)
        };
        match purpose {
            Purpose::Address(why) => return Purpose::Address(why),
            Purpose::Other(why) => other = Some(why),
            Purpose::Unknown => open = true,
        }
    }
    other.filter(|_| !open).map_or(Purpose::Unknown, Purpose::Other)
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
fn argument(call: Node<'_>, list: Node<'_>, at: Node<'_>, deep: usize) -> Argument {
    let function = call.field("function").or_else(|| call.field("constructor")).or_else(|| call.field("method"));
    let function = function.or_else(|| call.field("name")).or_else(|| call.items().next().filter(|f| *f != list));
    let Some(function) = function else { return Argument::Is(Purpose::Unknown) };
    let called = last_name(function);
    if RUNS.contains(&called.as_str()) {
        return Argument::Is(Purpose::Address(format!("{called} runs it as a command")));
    }
    if KEEPS.contains(&called.as_str()) {
        let holder = function.field("object").or_else(|| call.field("receiver")).or_else(|| call.field("object"));
        return Argument::Is(holder.map_or(Purpose::Unknown, |holder| kept(holder, deep)));
    }
    if WRAPS.contains(&called.as_str()) {
        return Argument::HandedOn;
    }
    // `Client(url)`, `Client.new(url)`
    let made = if called == "new" { call.field("receiver").map(last_name).unwrap_or(called) } else { called };
    if talks(&made) {
        return Argument::Is(Purpose::Other(format!("{made} writes {PEOPLE}")));
    }
    if tells(&naming::words(&made)) {
        return Argument::Is(Purpose::Other(format!("{made} takes a key, a name or a text")));
    }
    if dials(&made) {
        return Argument::Is(Purpose::Address(format!("{made} takes an address")));
    }
    // `set("server.address", text)`
    let before = list.items().take_while(|item| *item != at && !item.holds(at)).last();
    if let Some(key) = before.filter(|key| key.kind().contains("string") || key.is_any(&["simple_symbol", "argument"]))
    {
        match setting(&key_text(key)) {
            Purpose::Unknown => {}
            known => return Argument::Is(known),
        }
    }
    let position = list.items().position(|item| item == at || item.holds(at)).unwrap_or_default();
    let parameter = parameter(call, &made, position).filter(|_| deep > 0);
    Argument::Is(parameter.map_or(Purpose::Unknown, |name| held(name, deep - 1)))
}

/// What a list is for that a text is kept in.
fn kept(list: Node<'_>, deep: usize) -> Purpose {
    match held(list, deep) {
        Purpose::Unknown => setting(&last_name(list)),
        known => known,
    }
}

/// The parameter of the function that is called, in the same file.
fn parameter<'a>(call: Node<'a>, called: &str, position: usize) -> Option<Node<'a>> {
    let tree = call.tree();
    let named = |n: &Node<'_>| is_function(*n) && n.field("name").is_some_and(|name| name.text() == called);
    let function = tree.nodes().find(named)?;
    let own = |n: &Node<'_>| !matches!(n.text(), "self" | "cls");
    let parameter = function.field("parameters")?.items().filter(own).nth(position)?;
    let name = parameter.field("name").or_else(|| parameter.field("pattern")).or_else(|| parameter.items().next());
    Some(name.unwrap_or(parameter))
}
