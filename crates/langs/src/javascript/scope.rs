//! The rules for names of JavaScript and TypeScript (ECMA-262, "Scope Analysis"): `let`, `const`
//! and classes belong to their block, `var` and functions to the function around them.

use crate::names::{Decl, DeclKind, Scoping};
use crate::syntax::Node;

/// The rules for names of JavaScript and TypeScript.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsScoping;

/// Functions of every form, as the grammar calls them.
pub const FUNCTIONS: &[&str] = &[
    "function_declaration",
    "function_expression",
    "arrow_function",
    "generator_function",
    "generator_function_declaration",
    "method_definition",
];

/// Everything else that opens a scope.
pub(crate) const BLOCKS: &[&str] = &[
    "program",
    "statement_block",
    "for_statement",
    "for_in_statement",
    "catch_clause",
    "switch_body",
    "class",
    "class_declaration",
    "class_static_block",
];

/// Classes of every form; TypeScript has one more.
pub(crate) const CLASSES: &[&str] = &["class_declaration", "class", "abstract_class_declaration"];

impl Scoping for JsScoping {
    fn is_scope(&self, node: Node<'_>) -> bool {
        node.is_any(FUNCTIONS) || node.is_any(BLOCKS)
    }

    fn declarations(&self, scope: Node<'_>) -> Vec<Decl> {
        let mut found = Vec::new();
        match scope.kind() {
            "program" => {
                scope.named_children().for_each(|s| statement(s, &mut found));
                hoisted(scope, &mut found);
            }
            "for_statement" => scope.fields("initializer").for_each(|s| statement(s, &mut found)),
            "for_in_statement" => for_in(scope, &mut found),
            "catch_clause" => {
                for name in scope.fields("parameter").flat_map(names) {
                    found.push(Decl::new(name, scope, DeclKind::Variable, None, None));
                }
            }
            "switch_body" => {
                for statements in scope.named_children() {
                    statements.fields("body").for_each(|s| statement(s, &mut found));
                }
            }
            "class" | "class_declaration" => {
                // Inside, the class is known by its own name whatever is assigned outside.
                scope.fields("name").for_each(|n| found.push(Decl::new(n, scope, DeclKind::Type, None, None)));
            }
            _ if scope.is_any(FUNCTIONS) => {
                parameters(scope, &mut found);
                if scope.is_any(&["function_expression", "generator_function"]) {
                    scope.fields("name").for_each(|n| found.push(Decl::new(n, scope, DeclKind::Function, None, None)));
                }
                hoisted(scope, &mut found);
            }
            _ => scope.named_children().for_each(|s| statement(s, &mut found)),
        }
        merged(found)
    }

    fn assigns<'a>(&self, node: Node<'a>) -> Vec<Node<'a>> {
        match node.kind() {
            "assignment_expression" | "augmented_assignment_expression" => {
                node.fields("left").flat_map(names).collect()
            }
            "update_expression" => node.fields("argument").flat_map(names).collect(),
            "for_in_statement" => node.fields("left").flat_map(names).collect(),
            _ => Vec::new(),
        }
    }

    fn is_use(&self, node: Node<'_>) -> bool {
        node.is_any(&["identifier", "shorthand_property_identifier"])
    }
}

/// What a statement of a block or of the program declares there, `var` left out.
fn statement(node: Node<'_>, found: &mut Vec<Decl>) {
    match node.kind() {
        "lexical_declaration" => {
            let constant = node.field("kind").is_some_and(|k| k.text() == "const");
            declarators(node, if constant { DeclKind::Constant } else { DeclKind::Variable }, found);
        }
        "function_declaration" | "generator_function_declaration" => name(node, DeclKind::Function, found),
        "class_declaration" | "abstract_class_declaration" | "enum_declaration" => name(node, DeclKind::Type, found),
        "interface_declaration" | "type_alias_declaration" => name(node, DeclKind::Type, found),
        "export_statement" | "ambient_declaration" => node.named_children().for_each(|s| statement(s, found)),
        "import_statement" => {
            for local in node.descendants().filter(|n| is_imported_name(*n)) {
                found.push(Decl::new(local, node, DeclKind::Import, None, None));
            }
        }
        _ => {}
    }
}

/// Whether an identifier of an import statement is a name that the statement declares.
pub(crate) fn is_imported_name(node: Node<'_>) -> bool {
    let Some(parent) = node.parent().filter(|_| node.is("identifier")) else { return false };
    match parent.kind() {
        "import_clause" | "namespace_import" | "import_require_clause" => true,
        "import_specifier" => parent.field("alias").or_else(|| parent.field("name")) == Some(node),
        _ => false,
    }
}

fn name(node: Node<'_>, kind: DeclKind, found: &mut Vec<Decl>) {
    node.fields("name").for_each(|n| found.push(Decl::new(n, node, kind, None, None)));
}

fn declarators(declaration: Node<'_>, kind: DeclKind, found: &mut Vec<Decl>) {
    for declarator in declaration.named_children().filter(|n| n.is("variable_declarator")) {
        let Some(target) = declarator.field("name") else { continue };
        if target.is("identifier") {
            found.push(Decl::new(target, declarator, kind, declarator.field("value"), declarator.field("type")));
        } else {
            // Which part of the value a destructured name gets is worked out where it is asked for.
            names(target).into_iter().for_each(|n| found.push(Decl::new(n, declarator, kind, None, None)));
        }
    }
}

fn for_in(node: Node<'_>, found: &mut Vec<Decl>) {
    if node.field("kind").is_some() {
        for name in node.fields("left").flat_map(names) {
            found.push(Decl::new(name, node, DeclKind::Variable, None, None));
        }
    }
}

fn parameters(function: Node<'_>, found: &mut Vec<Decl>) {
    let single = function.field("parameter");
    let list = function.field("parameters").into_iter().flat_map(Node::named_children);
    for parameter in single.into_iter().chain(list) {
        for name in names(parameter) {
            found.push(Decl::new(name, parameter, DeclKind::Parameter, None, parameter.field("type")));
        }
    }
}

/// The `var` declarations of a function or program, at any depth outside inner functions, and the
/// function declarations in its blocks, which sloppy mode hoists as well.
fn hoisted(scope: Node<'_>, found: &mut Vec<Decl>) {
    for node in scope.descendants().filter(|n| n.is("variable_declaration")) {
        let owner = node.ancestors().find(|n| n.is("program") || n.is_any(FUNCTIONS) || n.is("class_static_block"));
        if owner == Some(scope) {
            if let Some(head) = node.parent().filter(|p| p.is("for_in_statement")) {
                for_in(head, found);
            }
            declarators(node, DeclKind::Variable, found);
        }
    }
}

/// One declaration per name: what is declared twice has no single value.
fn merged(found: Vec<Decl>) -> Vec<Decl> {
    let mut out: Vec<Decl> = Vec::with_capacity(found.len());
    for decl in found {
        match out.iter_mut().find(|d| d.name == decl.name) {
            Some(first) => (first.value, first.ty) = (None, None),
            None => out.push(decl),
        }
    }
    out
}

/// The names that a pattern or parameter binds.
pub(crate) fn names(pattern: Node<'_>) -> Vec<Node<'_>> {
    match pattern.kind() {
        "identifier" | "shorthand_property_identifier_pattern" => vec![pattern],
        "assignment_pattern" | "object_assignment_pattern" => pattern.fields("left").flat_map(names).collect(),
        "pair_pattern" => pattern.fields("value").flat_map(names).collect(),
        "required_parameter" | "optional_parameter" => {
            pattern.field("pattern").or_else(|| pattern.field("name")).into_iter().flat_map(names).collect()
        }
        "object_pattern" | "array_pattern" | "rest_pattern" | "parenthesized_expression" => {
            pattern.items().flat_map(names).collect()
        }
        _ => Vec::new(),
    }
}
