//! Python's rules for names (The Python Language Reference, 4.2 "Naming and binding"): a name that
//! is bound anywhere in a function belongs to the whole function, and methods do not see the names
//! of their class.

use crate::names::{Decl, DeclKind, Scoping};
use crate::syntax::Node;

/// Python's rules for names.
#[derive(Clone, Copy, Debug, Default)]
pub struct PyScoping;

/// Everything that opens a scope.
pub(crate) const SCOPES: &[&str] = &[
    "module",
    "function_definition",
    "lambda",
    "class_definition",
    "list_comprehension",
    "set_comprehension",
    "dictionary_comprehension",
    "generator_expression",
];

const COMPREHENSIONS: &[&str] =
    &["list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"];

impl Scoping for PyScoping {
    fn is_scope(&self, node: Node<'_>) -> bool {
        node.is_named() && node.is_any(SCOPES)
    }

    fn declarations(&self, scope: Node<'_>) -> Vec<Decl> {
        let mut found = Vec::new();
        if let Some(list) = scope.field("parameters") {
            list.named_children().for_each(|p| parameter(p, &mut found));
        }
        for node in scope.descendants().filter(|n| owner(*n) == Some(scope)) {
            bind(node, &mut found);
        }
        let elsewhere: Vec<&str> = scope
            .descendants()
            .filter(|n| n.is_any(&["global_statement", "nonlocal_statement"]) && owner(*n) == Some(scope))
            .flat_map(|n| n.named_children())
            .map(|n| n.text())
            .collect();
        found.retain(|d| !elsewhere.contains(&d.name.as_str()));
        merged(found)
    }

    fn sees(&self, _inner: Node<'_>, outer: Node<'_>) -> bool {
        !outer.is("class_definition")
    }

    fn assigns<'a>(&self, node: Node<'a>) -> Vec<Node<'a>> {
        targets(node)
    }

    fn is_use(&self, node: Node<'_>) -> bool {
        let Some(parent) = node.parent().filter(|_| node.is("identifier")) else { return false };
        match parent.kind() {
            "attribute" => parent.field("object") == Some(node),
            "keyword_argument" => parent.field("name") != Some(node),
            "keyword_pattern" | "dotted_name" | "global_statement" | "nonlocal_statement" => false,
            _ => true,
        }
    }
}

/// The scope that a binding in a node belongs to. A walrus in a comprehension binds outside of it,
/// and a definition or parameter binds outside of the scope that it opens.
pub(crate) fn owner<'a>(node: Node<'a>) -> Option<Node<'a>> {
    let mut scopes = node.ancestors().filter(|n| n.is_named() && n.is_any(SCOPES));
    if node.is("named_expression") {
        return scopes.find(|s| !s.is_any(COMPREHENSIONS));
    }
    scopes.next()
}

fn bind(node: Node<'_>, found: &mut Vec<Decl>) {
    match node.kind() {
        "assignment" => {
            let value = node.field("right");
            for name in targets(node) {
                // A tuple takes its value apart; `a = b = c` gives both names the last value.
                let whole = node.field("left") == Some(name);
                let value = value.map(last_assigned).filter(|_| whole);
                found.push(Decl::new(name, node, DeclKind::Variable, value, node.field("type")));
            }
        }
        "function_definition" => one(node, DeclKind::Function, found),
        "class_definition" => one(node, DeclKind::Type, found),
        "import_statement" | "import_from_statement" | "future_import_statement" => {
            for item in node.fields("name") {
                let local = match item.kind() {
                    "aliased_import" => item.field("alias"),
                    _ => item.items().next(),
                };
                local.into_iter().for_each(|l| found.push(Decl::new(l, item, DeclKind::Import, None, None)));
            }
        }
        "as_pattern"
        | "for_statement"
        | "for_in_clause"
        | "named_expression"
        | "augmented_assignment"
        | "except_clause"
        | "case_pattern"
        | "type_alias_statement" => {
            let value = if node.is("named_expression") { node.field("value") } else { None };
            for name in targets(node) {
                found.push(Decl::new(name, node, DeclKind::Variable, value, None));
            }
        }
        _ => {}
    }
}

/// The names that a node gives a value to.
pub(crate) fn targets<'a>(node: Node<'a>) -> Vec<Node<'a>> {
    match node.kind() {
        "assignment" | "augmented_assignment" | "for_statement" | "for_in_clause" => {
            node.fields("left").flat_map(names).collect()
        }
        "named_expression" => node.fields("name").collect(),
        // `with open(p) as f`, `except E as e`, `case [a] as b`
        "as_pattern" => node.fields("alias").flat_map(names).collect(),
        "except_clause" => node.fields("alias").flat_map(names).collect(),
        "delete_statement" => node.items().flat_map(names).collect(),
        "case_pattern" => {
            let capture = |n: &Node<'_>| n.is("dotted_name") && n.items().count() == 1;
            let captured = node.items().filter(capture).flat_map(|n| n.items().collect::<Vec<_>>());
            captured
                .chain(node.items().filter(|n| n.is("splat_pattern")).flat_map(|n| n.items().collect::<Vec<_>>()))
                .collect()
        }
        "import_statement" | "import_from_statement" => {
            let local = |item: Node<'a>| match item.kind() {
                "aliased_import" => item.field("alias"),
                _ => item.items().next(),
            };
            node.fields("name").filter_map(local).collect()
        }
        _ => Vec::new(),
    }
}

/// The value at the end of a chain of assignments.
fn last_assigned(node: Node<'_>) -> Node<'_> {
    let mut at = node;
    while let Some(right) = at.field("right").filter(|_| at.is("assignment")) {
        at = right;
    }
    at
}

fn names(target: Node<'_>) -> Vec<Node<'_>> {
    match target.kind() {
        "identifier" => vec![target],
        "pattern_list"
        | "tuple_pattern"
        | "list_pattern"
        | "list_splat_pattern"
        | "as_pattern_target"
        | "tuple"
        | "list"
        | "expression_list"
        | "parenthesized_expression" => target.items().flat_map(names).collect(),
        _ => Vec::new(),
    }
}

fn parameter(node: Node<'_>, found: &mut Vec<Decl>) {
    let name = match node.kind() {
        "identifier" => Some(node),
        "default_parameter" | "typed_default_parameter" => node.field("name"),
        "typed_parameter" => node.items().find(|n| !n.is("type")),
        _ => Some(node),
    };
    let Some(name) = name else { return };
    let ty = node.field("type");
    let all: Vec<Node<'_>> = match name.kind() {
        "list_splat_pattern" | "dictionary_splat_pattern" | "tuple_pattern" => {
            name.items().filter(|n| n.is("identifier")).collect()
        }
        "identifier" => vec![name],
        _ => Vec::new(),
    };
    all.into_iter().for_each(|n| found.push(Decl::new(n, node, DeclKind::Parameter, None, ty)));
}

fn one(node: Node<'_>, kind: DeclKind, found: &mut Vec<Decl>) {
    node.fields("name").for_each(|n| found.push(Decl::new(n, node, kind, None, None)));
}

/// One declaration per name: what is bound twice has no single value.
fn merged(found: Vec<Decl>) -> Vec<Decl> {
    let mut out: Vec<Decl> = Vec::with_capacity(found.len());
    for decl in found {
        match out.iter_mut().find(|d| d.name == decl.name) {
            Some(first) if first.kind == DeclKind::Import && decl.kind == DeclKind::Import => {}
            Some(first) => (first.value, first.ty, first.kind) = (None, None, weaker(first.kind, decl.kind)),
            None => out.push(decl),
        }
    }
    out
}

/// What a name is that is bound in two ways: a parameter stays one, anything else may vary.
fn weaker(first: DeclKind, second: DeclKind) -> DeclKind {
    match first {
        DeclKind::Parameter => DeclKind::Parameter,
        _ if first == second => first,
        _ => DeclKind::Variable,
    }
}
