//! Go's rules for names (The Go Programming Language Specification, "Declarations and scope").

use crate::go::imports::spec_name;
use crate::names::{Decl, DeclKind, Scoping};
use crate::syntax::Node;

/// Go's rules for names.
#[derive(Clone, Copy, Debug, Default)]
pub struct GoScoping;

const SCOPES: &[&str] = &[
    "source_file",
    "function_declaration",
    "method_declaration",
    "func_literal",
    "block",
    "if_statement",
    "for_statement",
    "expression_switch_statement",
    "type_switch_statement",
    "expression_case",
    "default_case",
    "type_case",
    "communication_case",
];

impl Scoping for GoScoping {
    fn is_scope(&self, node: Node<'_>) -> bool {
        node.is_any(SCOPES)
    }

    fn declarations(&self, scope: Node<'_>) -> Vec<Decl> {
        let mut found = Vec::new();
        match scope.kind() {
            "source_file" => {
                for item in scope.named_children() {
                    package_level(item, &mut found);
                }
            }
            "function_declaration" | "method_declaration" | "func_literal" => {
                for list in ["receiver", "parameters", "result"] {
                    if let Some(list) = scope.field(list) {
                        parameters(list, &mut found);
                    }
                }
            }
            "block" => {
                // The body of a function and its parameters are one block: `:=` of a parameter's
                // name assigns to it.
                let parent = scope.parent();
                let function =
                    parent.filter(|p| p.is_any(&["function_declaration", "method_declaration", "func_literal"]));
                let taken = function.map(|f| self.declarations(f)).unwrap_or_default();
                statements(scope, &taken, &mut found);
            }
            "if_statement" | "expression_switch_statement" | "type_switch_statement" => {
                if let Some(init) = scope.field("initializer") {
                    statement(init, &[], &mut found);
                }
                for alias in scope.fields("alias").flat_map(identifiers) {
                    found.push(Decl::new(alias, alias, DeclKind::Variable, None, None).visible_from(alias.end()));
                }
            }
            "for_statement" => {
                if let Some(init) = scope.child("for_clause").and_then(|c| c.field("initializer")) {
                    statement(init, &[], &mut found);
                }
                if let Some(range) = scope.child("range_clause").filter(|r| defines(*r)) {
                    for name in range.fields("left").flat_map(identifiers) {
                        found.push(Decl::new(name, range, DeclKind::Variable, None, None).visible_from(range.end()));
                    }
                }
            }
            "communication_case" => {
                if let Some(receive) = scope.field("communication").filter(|c| defines(*c)) {
                    for name in receive.fields("left").flat_map(identifiers) {
                        found
                            .push(Decl::new(name, receive, DeclKind::Variable, None, None).visible_from(receive.end()));
                    }
                }
                statements(scope, &[], &mut found);
            }
            _ => statements(scope, &[], &mut found),
        }
        found
    }

    fn assigns<'a>(&self, node: Node<'a>) -> Vec<Node<'a>> {
        match node.kind() {
            "assignment_statement" | "short_var_declaration" | "range_clause" | "receive_statement" => {
                node.fields("left").flat_map(identifiers).collect()
            }
            "inc_statement" | "dec_statement" => node.items().filter(|n| n.is("identifier")).collect(),
            // Whoever has the address of a variable may assign to it.
            "unary_expression" if node.text().starts_with('&') => {
                node.field("operand").into_iter().filter(|n| n.is("identifier")).collect()
            }
            _ => Vec::new(),
        }
    }

    fn is_use(&self, node: Node<'_>) -> bool {
        node.is_any(&["identifier", "package_identifier"])
    }
}

fn package_level(item: Node<'_>, found: &mut Vec<Decl>) {
    match item.kind() {
        "import_declaration" => {
            for spec in item.descendants().filter(|n| n.is("import_spec")) {
                if let Some(name) = spec_name(spec) {
                    let node = spec.field("name").or_else(|| spec.field("path")).unwrap_or(spec);
                    found.push(Decl { name, ..Decl::new(node, spec, DeclKind::Import, None, None) });
                }
            }
        }
        "function_declaration" => {
            if let Some(name) = item.field("name") {
                found.push(Decl::new(name, item, DeclKind::Function, None, None));
            }
        }
        _ => {
            let before = found.len();
            statement(item, &[], found);
            // Order does not matter at package level.
            found[before..].iter_mut().for_each(|d| d.visible_from = 0);
        }
    }
}

fn parameters(list: Node<'_>, found: &mut Vec<Decl>) {
    for parameter in list.items().filter(|n| n.is_any(&["parameter_declaration", "variadic_parameter_declaration"])) {
        // The type of a variadic parameter is a slice, not the type that is written.
        let ty = parameter.field("type").filter(|_| parameter.is("parameter_declaration"));
        for name in parameter.fields("name").filter(|n| n.is("identifier")) {
            found.push(Decl::new(name, parameter, DeclKind::Parameter, None, ty));
        }
    }
}

/// The statements of a block or case, which may stand in a `statement_list`.
fn statements(scope: Node<'_>, taken: &[Decl], found: &mut Vec<Decl>) {
    for child in scope.named_children() {
        if child.is("statement_list") {
            child.named_children().for_each(|s| statement(s, taken, found));
        } else {
            statement(child, taken, found);
        }
    }
}

fn statement(node: Node<'_>, taken: &[Decl], found: &mut Vec<Decl>) {
    match node.kind() {
        "short_var_declaration" => {
            let (left, right) = (list(node, "left"), list(node, "right"));
            for (i, name) in left.iter().enumerate().filter(|(_, n)| n.is("identifier")) {
                let known = |d: &Decl| d.name == name.text();
                if name.text() == "_" || found.iter().any(known) || taken.iter().any(known) {
                    continue;
                }
                let value = if left.len() == right.len() { right.get(i).copied() } else { None };
                found.push(Decl::new(*name, node, DeclKind::Variable, value, None).visible_from(node.end()));
            }
        }
        "var_declaration" | "const_declaration" => {
            let kind = if node.is("const_declaration") { DeclKind::Constant } else { DeclKind::Variable };
            for spec in node.descendants().filter(|n| n.is_any(&["var_spec", "const_spec"])) {
                let names: Vec<Node<'_>> = spec.fields("name").filter(|n| n.is("identifier")).collect();
                let values = list(spec, "value");
                for (i, name) in names.iter().enumerate() {
                    let value = if names.len() == values.len() { values.get(i).copied() } else { None };
                    found.push(Decl::new(*name, spec, kind, value, spec.field("type")).visible_from(spec.end()));
                }
            }
        }
        "type_declaration" => {
            for spec in node.items() {
                if let Some(name) = spec.field("name") {
                    found.push(
                        Decl::new(name, spec, DeclKind::Type, None, spec.field("type")).visible_from(name.start()),
                    );
                }
            }
        }
        "labeled_statement" => node.named_children().for_each(|s| statement(s, taken, found)),
        _ => {}
    }
}

/// The expressions of an `expression_list` in a field.
pub(crate) fn list<'a>(node: Node<'a>, field: &str) -> Vec<Node<'a>> {
    node.field(field).map(|l| if l.is("expression_list") { l.items().collect() } else { vec![l] }).unwrap_or_default()
}

fn identifiers<'a>(node: Node<'a>) -> Vec<Node<'a>> {
    let all: Vec<Node<'a>> = if node.is("expression_list") { node.items().collect() } else { vec![node] };
    all.into_iter().filter(|n| n.is("identifier")).collect()
}

fn defines(node: Node<'_>) -> bool {
    node.children().any(|c| c.text() == ":=")
}
