//! What declares a name in Java, Kotlin and Scala, and where it is seen.

use super::Lang;
use crate::names::{Decl, DeclKind, Scoping};
use crate::syntax::Node;

/// The rules of the three languages.
#[derive(Clone, Copy, Debug)]
pub struct JvmScoping(pub Lang);

/// Everything that opens a scope, in one of the grammars.
pub(super) const SCOPES: &[&str] = &[
    "program",
    "source_file",
    "compilation_unit",
    "class_declaration",
    "interface_declaration",
    "enum_declaration",
    "record_declaration",
    "object_declaration",
    "companion_object",
    "class_definition",
    "object_definition",
    "trait_definition",
    "class_body",
    "enum_body",
    "enum_class_body",
    "template_body",
    "method_declaration",
    "constructor_declaration",
    "secondary_constructor",
    "function_declaration",
    "function_definition",
    "anonymous_function",
    "lambda_expression",
    "lambda_literal",
    "block",
    "constructor_body",
    "for_statement",
    "for_expression",
    "enhanced_for_statement",
    "try_with_resources_statement",
    "catch_clause",
    "catch_block",
    "case_clause",
    "case_block",
    "switch_block_statement_group",
];

/// Declarations of types and functions: their names belong to the scope around them.
const NAMED: &[(&str, DeclKind)] = &[
    ("class_declaration", DeclKind::Type),
    ("interface_declaration", DeclKind::Type),
    ("enum_declaration", DeclKind::Type),
    ("record_declaration", DeclKind::Type),
    ("object_declaration", DeclKind::Type),
    ("class_definition", DeclKind::Type),
    ("object_definition", DeclKind::Type),
    ("trait_definition", DeclKind::Type),
    ("method_declaration", DeclKind::Function),
    ("function_declaration", DeclKind::Function),
    ("function_definition", DeclKind::Function),
];

impl Scoping for JvmScoping {
    fn is_scope(&self, node: Node<'_>) -> bool {
        node.is_named() && node.is_any(SCOPES)
    }

    fn declarations(&self, scope: Node<'_>) -> Vec<Decl> {
        let mut found = Vec::new();
        if scope.is("enhanced_for_statement")
            && let Some(name) = scope.field("name")
        {
            found.push(decl(name, DeclKind::Variable, scope, None, scope.field("type")));
        }
        if scope.is("lambda_expression")
            && let Some(name) = scope.field("parameters").filter(|p| p.is("identifier"))
        {
            found.push(decl(name, DeclKind::Parameter, scope, None, None));
        }
        // Not recursive: a sum of ten thousand strings is ten thousand nodes deep.
        let mut open: Vec<Node<'_>> = scope.children().collect();
        open.reverse();
        while let Some(node) = open.pop() {
            if let Some((_, kind)) = NAMED.iter().find(|(named, _)| node.is(named)) {
                found.extend(node.field("name").map(|n| decl(n, *kind, node, None, None)));
            } else {
                declare(node, &mut found);
            }
            if !self.is_scope(node) {
                let from = open.len();
                open.extend(node.named_children());
                open[from..].reverse();
            }
        }
        found
    }

    fn assigns<'a>(&self, node: Node<'a>) -> Vec<Node<'a>> {
        let target = match node.kind() {
            "assignment_expression" if !node.parent().is_some_and(|p| p.is("arguments")) => node.field("left"),
            "assignment" => node.items().next(),
            "update_expression" | "prefix_expression" | "postfix_expression" => node.items().next(),
            _ => None,
        };
        target.and_then(name_in).into_iter().collect()
    }

    fn is_use(&self, node: Node<'_>) -> bool {
        let Some(parent) = node.parent().filter(|_| node.is("identifier")) else { return false };
        match parent.kind() {
            "field_access" | "field_expression" => parent.field("field") != Some(node),
            "method_invocation" => parent.field("name") != Some(node),
            "navigation_expression" => parent.items().next() == Some(node),
            "import_declaration" | "qualified_identifier" | "import" | "user_type" => false,
            _ => true,
        }
    }
}

/// The identifier that is given a value: `x`, or `x` of `this.x`.
fn name_in(target: Node<'_>) -> Option<Node<'_>> {
    match target.kind() {
        "identifier" => Some(target),
        "field_access" | "field_expression" | "navigation_expression" => {
            let own =
                target.items().next().is_some_and(|o| o.is_any(&["this", "this_expression"]) || o.text() == "this");
            target.items().last().filter(|_| own)
        }
        _ => None,
    }
}

fn declare(node: Node<'_>, found: &mut Vec<Decl>) {
    match node.kind() {
        "variable_declarator" => {
            let Some(name) = node.field("name") else { return };
            let holder = node.parent();
            // The words before an array of variable length have no fields of their own.
            let ty = holder.and_then(|h| h.field("type").or_else(|| h.items().find(|n| n.kind().ends_with("type"))));
            found.push(decl(name, kind_of(holder), node, node.field("value"), ty));
        }
        "formal_parameter" | "resource" | "catch_formal_parameter" | "class_parameter" | "parameter" => {
            let name = node.field("name").or_else(|| node.items().find(|n| n.is("identifier")));
            let ty = node.field("type").or_else(|| node.items().find(|n| n.is_any(&["user_type", "nullable_type"])));
            let value = node.field("value").filter(|_| node.is("resource"));
            let kind = if node.is("resource") { DeclKind::Variable } else { DeclKind::Parameter };
            found.extend(name.map(|n| decl(n, kind, node, value, ty)));
        }
        "inferred_parameters" => {
            found.extend(
                node.items().filter(|n| n.is("identifier")).map(|n| decl(n, DeclKind::Parameter, node, None, None)),
            );
        }
        "instanceof_expression" => {
            found.extend(node.field("name").map(|n| decl(n, DeclKind::Variable, node, None, node.field("right"))));
        }
        // Kotlin
        "property_declaration" => {
            let Some(variable) = node.items().find(|n| n.is("variable_declaration")) else { return };
            let value = node.items().skip_while(|n| *n != variable).nth(1);
            let value = value.filter(|_| node.children().any(|c| !c.is_named() && c.text() == "="));
            variable_declaration(variable, node, value, found);
        }
        "variable_declaration" if !node.parent().is_some_and(|p| p.is("property_declaration")) => {
            variable_declaration(node, node, None, found);
        }
        // Scala
        "val_definition" | "var_definition" => {
            let Some(pattern) = node.field("pattern") else { return };
            if pattern.is("identifier") {
                found.push(decl(pattern, DeclKind::Variable, node, node.field("value"), node.field("type")));
            } else {
                let names = pattern.descendants().filter(|n| n.is("identifier"));
                found.extend(names.map(|n| decl(n, DeclKind::Variable, node, None, None)));
            }
        }
        "enumerator" => {
            found.extend(
                node.items()
                    .next()
                    .filter(|n| n.is("identifier"))
                    .map(|n| decl(n, DeclKind::Variable, node, None, None)),
            );
        }
        "typed_pattern" => {
            let name = node.field("pattern").filter(|n| n.is("identifier"));
            found.extend(name.map(|n| decl(n, DeclKind::Variable, node, None, node.field("type"))));
        }
        _ => {}
    }
}

fn variable_declaration(node: Node<'_>, whole: Node<'_>, value: Option<Node<'_>>, found: &mut Vec<Decl>) {
    let ty = node.items().find(|n| n.is_any(&["user_type", "nullable_type"]));
    let name = node.items().find(|n| n.is("identifier"));
    found.extend(name.map(|n| decl(n, DeclKind::Variable, whole, value, ty)));
}

/// Final static fields are constants. Fields that other files may assign to are no more than
/// variables, which the search for constants looks through only when nothing assigns to them here.
fn kind_of(holder: Option<Node<'_>>) -> DeclKind {
    let final_field = holder
        .is_some_and(|h| h.is("field_declaration") && h.child("modifiers").is_some_and(|m| m.text().contains("final")));
    if final_field { DeclKind::Constant } else { DeclKind::Variable }
}

fn decl(name: Node<'_>, kind: DeclKind, whole: Node<'_>, value: Option<Node<'_>>, ty: Option<Node<'_>>) -> Decl {
    let ty = ty.filter(|t| t.text() != "var").map(Node::number);
    Decl {
        name: name.text().to_owned(),
        kind,
        node: name.number(),
        whole: whole.number(),
        value: value.map(Node::number),
        ty,
        visible_from: 0,
    }
}
