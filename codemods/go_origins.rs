//! Where a host of Go code comes from: a text that has its scheme, a name that is made for the DNS, a constant.
//! None of them is an IPv6 address without brackets, so nothing needs them; and brackets around a scheme
//! would break what works.
//!
//! What other files say of a package's fields, functions and constants is read once per folder.

use std::collections::HashSet;
use std::sync::Arc;

use sixify_core::Project;
use sixify_langs::names::{Decl, DeclKind};
use sixify_langs::strings::Piece;
use sixify_langs::{classify, go};

use crate::go_guards::asks_scheme;
use crate::go_hosts::{host_of_url, last_name};
use crate::prelude::*;
use crate::purpose::is_several;

/// How many names and calls a value is followed through.
const DEPTH: usize = 4;

/// Files of one package that are read.
const MOST_FILES: usize = 100;

/// What the files of a package say.
#[derive(Debug, Default)]
struct Told {
    /// Fields and variables of the package that are given a text with a scheme somewhere.
    schemes: HashSet<String>,
    /// Functions and methods that only give names of the DNS, by their own names.
    names: HashSet<String>,
    /// Constants without a colon, or with brackets.
    constants: HashSet<String>,
}

/// Whether a text may say something of this, before it is parsed: schemes, constants, names that are put
/// together at dots.
fn may_tell(text: &str) -> bool {
    ["://", "const ", "const(", "\".\"", ".%s", "%s.", "%v.", "\"."].iter().any(|part| text.contains(part))
}

impl Told {
    fn of(folder: &str, project: &Project<'_>) -> Arc<Told> {
        project.fact(&format!("go origins {folder}"), || {
            let (mut told, mut others) = (Told::default(), HashSet::new());
            let names = project.siblings(folder).into_iter().filter(|n| n.ends_with(".go") && !n.ends_with("_test.go"));
            for name in names.take(MOST_FILES) {
                let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                let Some(text) = project.text(&path).filter(|text| may_tell(text)) else { continue };
                if let Some(file) = go::file(&Document::from_text(path, classify::GO, text)) {
                    told.read(&file, &mut others);
                }
            }
            told.names.retain(|name| !others.contains(name));
            told
        })
    }

    /// Takes over what a file says; `others` are functions that give something else than a name.
    fn read(&mut self, file: &go::File, others: &mut HashSet<String>) {
        if file.tree.text().contains("://") {
            self.schemes.extend(given_schemes(file));
        }
        for function in file.tree.all("function_declaration").chain(file.tree.all("method_declaration")) {
            let Some(name) = function.field("name") else { continue };
            let known = makes_names(file, function, DEPTH);
            if known { &mut self.names } else { &mut *others }.insert(name.text().to_owned());
        }
        for spec in file.tree.all("const_spec").filter(|spec| spec.ancestor(&["function_declaration"]).is_none()) {
            let value = spec.field("value").and_then(|v| v.items().next());
            if let Some(name) = spec.field("name").filter(|_| value.is_some_and(is_settled)) {
                self.constants.insert(name.text().to_owned());
            }
        }
    }
}

/// Why the host in a join is never an IPv6 address without brackets, as far as its origin tells, and what the
/// code asks of the join.
pub(crate) fn never_bare(
    file: &go::File,
    doc: &Document,
    project: &Project<'_>,
    host: Node<'_>,
    join: Node<'_>,
) -> Option<String> {
    let text = host.text();
    if asked_for_scheme(join) {
        return Some("the code asks it for its scheme".to_owned());
    }
    if seen_empty(host) {
        return Some(format!("{text} is empty here"));
    }
    if !host.is("index_expression") && last_name(host).is_some_and(is_several) {
        return Some(format!("{text} may be several hosts in one text"));
    }
    if has_scheme(file, host, DEPTH) {
        return Some(format!("{text} may be given with its scheme"));
    }
    if is_name(file, host, DEPTH) {
        return Some(format!("{text} is a name that is made here"));
    }
    if gives_ipv4(file, host) {
        return Some(format!("{text} comes from a function that gives addresses of IPv4 alone"));
    }
    let name = last_name(host)?;
    let of_package = host.is("selector_expression") || host.is("identifier") && file.names.resolve(host).is_none();
    if of_package {
        let told = Told::of(&folder(file, doc, project, host)?, project);
        if told.schemes.contains(name) {
            return Some(format!("{name} is given a scheme in its package"));
        }
        if told.constants.contains(name) {
            return Some(format!("{name} is a constant of its package, and no IPv6 address"));
        }
    }
    let call = file.constant(host).0;
    let made = last_name(call).filter(|_| call.is("call_expression"))?;
    let told = Told::of(&folder(file, doc, project, call)?, project);
    told.names.contains(made).then(|| format!("{made} makes a name for the DNS"))
}

/// The folder of the package that what a host is called is declared in.
fn folder(file: &go::File, doc: &Document, project: &Project<'_>, host: Node<'_>) -> Option<String> {
    let value = host.field("function").filter(|_| host.is("call_expression")).unwrap_or(host);
    let Some(owner) = value.field("operand").filter(|_| value.is("selector_expression")) else {
        return Some(doc.folder().to_owned());
    };
    if let Some(import) = file.import_of(owner) {
        return go::folder_of(&import.path, doc, project);
    }
    let ty = file.type_of(owner).unwrap_or_default();
    match ty.trim_start_matches('*').rsplit_once('.') {
        Some((path, _)) => go::folder_of(path, doc, project),
        None => Some(doc.folder().to_owned()),
    }
}

/// Whether the variable that a join is given to is asked for its scheme: `strings.HasPrefix(address, "http://")`.
fn asked_for_scheme(join: Node<'_>) -> bool {
    let list = join.parent().filter(|p| p.is("expression_list"));
    let left = list.and_then(Node::parent).and_then(|s| s.field("left")).filter(|l| l.items().count() == 1);
    let function = join.ancestor(&["function_declaration", "method_declaration"]).map_or("", Node::text);
    left.is_some_and(|name| asks_scheme(function, &format!("({}", name.text())))
}

/// Whether code is reached only where a host is empty: `if host == ""`.
fn seen_empty(host: Node<'_>) -> bool {
    let asked = format!("{} == \"\"", host.text());
    host.ancestors().filter(|n| n.is("if_statement")).any(|n| {
        n.field("condition").is_some_and(|c| c.text() == asked) && n.field("consequence").is_some_and(|c| c.holds(host))
    })
}

/// Whether a host is what a function of the file gives that takes addresses of IPv4 and no others.
fn gives_ipv4(file: &go::File, host: Node<'_>) -> bool {
    let call = file.constant(host).0;
    let name = call.field("function").filter(|f| call.is("call_expression") && f.is("identifier"));
    let function = name.and_then(|f| file.names.resolve(f)).map(|(decl, _)| file.tree.node(decl.whole));
    function.filter(|f| f.is("function_declaration")).map(Node::text).is_some_and(|code| {
        code.contains(".To4() != nil") && !["To16()", "IPv6", "ipv6"].iter().any(|other| code.contains(other))
    })
}

/// Whether a host may be given with its scheme: its default, or what a call gives for it, is a URL.
fn has_scheme(file: &go::File, value: Node<'_>, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match value.kind() {
        "interpreted_string_literal" | "raw_string_literal" => is_url(value.text()),
        // `getEnv("HOST", "http://localhost")`; what takes a scheme away names it, too.
        "call_expression" => {
            let arguments = file.arguments(value);
            let strips = file.callee(value).is_some_and(|c| c.starts_with("strings."));
            !strips && arguments.iter().any(|a| a.is_any(&["interpreted_string_literal"]) && is_url(a.text()))
        }
        "identifier" => {
            let Some((decl, scope)) = file.names.resolve(value) else { return false };
            let given = given(file, value).unwrap_or_default();
            values(file, &decl, scope).into_iter().chain(given).any(|v| v != value && has_scheme(file, v, depth))
        }
        "unary_expression" | "parenthesized_expression" => {
            value.items().next().is_some_and(|v| has_scheme(file, v, depth))
        }
        _ => false,
    }
}

/// Whether a literal is a URL with a host, not a scheme alone.
fn is_url(literal: &str) -> bool {
    let text = literal.trim_matches(['"', '`']);
    text.split_once("://").is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && !rest.starts_with(['/', '%'])
            && !scheme.is_empty()
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+')
    })
}

/// All that a variable is given in its scope.
fn values<'a>(file: &'a go::File, decl: &Decl, scope: Node<'a>) -> Vec<Node<'a>> {
    let mut found: Vec<Node<'a>> = decl.value.map(|v| file.tree.node(v)).into_iter().collect();
    for statement in scope.descendants().filter(|n| n.is_any(&["assignment_statement", "short_var_declaration"])) {
        let (Some(left), Some(right)) = (statement.field("left"), statement.field("right")) else { continue };
        let Some(at) = left.items().position(|n| n.is("identifier") && n.text() == decl.name) else { continue };
        let own = left.items().nth(at).and_then(|n| file.names.resolve(n)).is_some_and(|(d, _)| d.node == decl.node);
        let value = right.items().nth(at).or_else(|| right.items().next());
        found.extend(value.filter(|_| own));
    }
    found
}

/// Whether a value is a name of the DNS that is put together here: `fmt.Sprintf("%s.%s.svc", …)`, or one that
/// the operating system has: `os.Hostname()`.
fn is_name(file: &go::File, value: Node<'_>, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match value.kind() {
        "parenthesized_expression" => value.items().next().is_some_and(|v| is_name(file, v, depth)),
        "identifier" => {
            let Some((decl, scope)) = file.names.resolve(value) else { return false };
            if decl.kind != DeclKind::Variable || file.tree.node(decl.whole).is("parameter_declaration") {
                return false;
            }
            let given = values(file, &decl, scope);
            // A default that a setting may replace says nothing of the setting.
            let named = |v: &Node<'_>| made(file, *v) || file.callee(*v).as_deref() == Some("os.Hostname");
            !given.is_empty() && given.iter().any(named) && given.iter().all(|v| is_name(file, *v, depth))
        }
        "interpreted_string_literal" => is_settled(value),
        "call_expression" if file.callee(value).as_deref() == Some("os.Hostname") => true,
        _ if made(file, value) => true,
        "call_expression" => {
            let name = value.field("function").filter(|f| f.is("identifier"));
            let function = name.and_then(|f| file.names.resolve(f)).map(|(decl, _)| file.tree.node(decl.whole));
            function.is_some_and(|f| f.is("function_declaration") && makes_names(file, f, depth))
        }
        _ => false,
    }
}

/// Whether an expression puts a name together at its dots.
fn made(file: &go::File, value: Node<'_>) -> bool {
    if value.is("call_expression") && file.callee(value).as_deref() == Some("strings.Join") {
        return file.arguments(value).get(1).is_some_and(|by| by.text() == "\".\"");
    }
    let Some(expr) = file.text_expr(value) else { return false };
    let holes = expr.pieces.iter().filter(|p| matches!(p, Piece::Hole { .. })).count();
    let number = |piece: &Piece<'_>| matches!(piece, Piece::Hole { verb, .. } if verb.ends_with('d'));
    let dots = |piece: &Piece<'_>| matches!(piece, Piece::Text { raw, .. } if raw.contains('.'));
    let other = |piece: &Piece<'_>| matches!(piece, Piece::Text { raw, .. } if raw.contains([':', '/', '[', ' ', '@']));
    let pieces = &expr.pieces;
    let dotted = pieces.iter().enumerate().any(|(at, piece)| dots(piece) && !(pieces.iter().skip(at).any(number)));
    holes > 0 && dotted && !pieces.iter().any(other)
}

/// Whether all that a function gives first is a name, or nothing.
fn makes_names(file: &go::File, function: Node<'_>, depth: usize) -> bool {
    let Some(body) = function.field("body") else { return false };
    let own = |n: &Node<'_>| {
        n.is("return_statement")
            && n.ancestor(&["func_literal", "function_declaration", "method_declaration"]) == Some(function)
    };
    let values: Option<Vec<_>> =
        body.descendants().filter(own).map(|n| n.items().next().and_then(|list| list.items().next())).collect();
    let Some(values) = values else { return false };
    let empty = |value: &&Node<'_>| value.text() == "\"\"";
    let mut told = values.iter().filter(|v| !empty(v)).peekable();
    told.peek().is_some()
        && values.iter().any(|v| !is_settled(*v))
        && values.iter().filter(|v| !empty(v)).all(|v| is_name(file, *v, depth))
}

/// Whether a literal has no colon in it, or its brackets.
fn is_settled(value: Node<'_>) -> bool {
    let text = value.text().trim_matches(['"', '`']);
    let literal = value.is_any(&["interpreted_string_literal", "raw_string_literal"]) && !text.is_empty();
    literal && (!text.contains(':') || text.starts_with('['))
}

/// The names of fields and variables of the package that a file gives a URL: in a literal, an assignment, a
/// flag, a tag.
fn given_schemes(file: &go::File) -> Vec<String> {
    let url = |n: Node<'_>| {
        std::iter::once(n)
            .chain(n.descendants())
            .any(|n| n.is_any(&["interpreted_string_literal", "raw_string_literal"]) && is_url(n.text()))
    };
    let plain = |n: Node<'_>| !n.is_any(&["composite_literal", "func_literal"]) && url(n);
    let mut found = Vec::new();
    for keyed in file.tree.all("keyed_element") {
        let mut parts = keyed.items();
        if let (Some(key), Some(value)) = (parts.next(), parts.next())
            && value.items().next().is_some_and(plain)
        {
            found.push(key.text().to_owned());
        }
    }
    for statement in file.tree.all("assignment_statement").chain(file.tree.all("var_spec")) {
        let left = statement.field("left").and_then(|l| l.items().next()).or_else(|| statement.field("name"));
        let right = statement.field("right").or_else(|| statement.field("value")).and_then(|r| r.items().next());
        let function = statement.is("var_spec") && statement.ancestor(&["block"]).is_some();
        if let Some(name) = left.and_then(last_name).filter(|_| !function && right.is_some_and(plain)) {
            found.push(name.to_owned());
        }
    }
    for field in file.tree.all("field_declaration") {
        let tag = field.field("tag").map_or("", Node::text);
        let default = tag.split_once("default:\"").or_else(|| tag.split_once("default=")).map_or("", |(_, rest)| rest);
        if is_url(default.split(['"', ',']).next().unwrap_or_default()) {
            found.extend(field.fields("name").map(|n| n.text().to_owned()));
        }
    }
    // `flags.StringVar(&cfg.Host, "host", "http://localhost", "…")`
    for call in file.tree.all("call_expression") {
        let arguments = file.arguments(call);
        let Some(first) = arguments.first().filter(|a| a.is("unary_expression") && a.text().starts_with('&')) else {
            continue;
        };
        let default = arguments.get(2).or_else(|| arguments.get(1)).is_some_and(|d| is_url(d.text()));
        found.extend(last_name(*first).filter(|_| default).map(str::to_owned));
    }
    found
}

/// Whether a host stands in the code, as a constant or what every call gives, with no colon in it, or
/// with its brackets; or is what a URL gave, in some call.
pub(crate) fn written_name(file: &go::File, host: Node<'_>) -> bool {
    let (value, _) = file.constant(host);
    is_settled(value)
        || given(file, host).is_some_and(|values| {
            values.iter().copied().all(is_settled) || values.into_iter().any(|v| host_of_url(file, v))
        })
}

/// What every call gives for a host that is a parameter of a function which only this file can call:
/// one with a small name, in a file that declares and calls it.
fn given<'a>(file: &'a go::File, host: Node<'_>) -> Option<Vec<Node<'a>>> {
    let (decl, _) = file.names.resolve(host).filter(|_| host.is("identifier"))?;
    let name = file.tree.node(decl.node);
    let function = name.ancestor(&["parameter_list"])?.parent().filter(|f| f.is("function_declaration"))?;
    let mut names = function
        .field("parameters")?
        .items()
        .flat_map(|p| p.fields("name").filter(|n| n.is("identifier")).collect::<Vec<_>>());
    let position = names.position(|n| n.number() == decl.node)?;
    let called = function.field("name").filter(|n| n.text().starts_with(char::is_lowercase) && n.text() != "main")?;
    let (function, scope) = file.names.resolve(called)?;
    let calls: Option<Vec<_>> = file
        .names
        .uses(&function, scope)
        .into_iter()
        .map(|used| {
            let call = used.parent().filter(|c| c.is("call_expression") && c.field("function") == Some(used))?;
            file.arguments(call).get(position).map(|value| file.constant(*value).0)
        })
        .collect();
    calls.filter(|calls| !calls.is_empty())
}
