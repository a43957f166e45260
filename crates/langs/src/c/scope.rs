//! What declares a name in C and C++, and where it is seen.

use crate::names::{Decl, DeclKind, Scoping};
use crate::syntax::Node;

/// The rules of both languages, as far as local names go.
#[derive(Clone, Copy, Debug, Default)]
pub struct CScoping;

const SCOPES: &[&str] = &[
    "translation_unit",
    "namespace_definition",
    "function_definition",
    "lambda_expression",
    "compound_statement",
    "for_statement",
    "for_range_loop",
    "catch_clause",
    "class_specifier",
    "struct_specifier",
];

impl Scoping for CScoping {
    fn is_scope(&self, node: Node<'_>) -> bool {
        node.is_named() && node.is_any(SCOPES)
    }

    fn declarations(&self, scope: Node<'_>) -> Vec<Decl> {
        let mut found = Vec::new();
        // Not recursive: generated code nests deeply.
        let mut open: Vec<Node<'_>> = scope.children().collect();
        open.reverse();
        while let Some(node) = open.pop() {
            declare(node, &mut found);
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
            "assignment_expression" => node.field("left"),
            "update_expression" => node.field("argument"),
            // What has its address taken may be given a value.
            "pointer_expression" if node.text().starts_with('&') => node.field("argument"),
            _ => None,
        };
        target.filter(|t| t.is("identifier")).into_iter().collect()
    }

    fn is_use(&self, node: Node<'_>) -> bool {
        node.is("identifier")
            && !node.parent().is_some_and(|p| {
                p.is("qualified_identifier") || p.kind().ends_with("declarator") && p.field("declarator") == Some(node)
            })
    }
}

fn declare(node: Node<'_>, found: &mut Vec<Decl>) {
    let (kind, ty) = match node.kind() {
        "declaration" | "field_declaration" | "for_range_loop" => (DeclKind::Variable, node.field("type")),
        "parameter_declaration" | "optional_parameter_declaration" => (DeclKind::Parameter, node.field("type")),
        _ => return,
    };
    for declarator in node.fields("declarator") {
        let value = declarator.field("value").filter(|_| declarator.is("init_declarator"));
        if let Some(name) = declared_name(declarator) {
            found.push(Decl {
                name: name.text().to_owned(),
                kind,
                node: name.number(),
                whole: node.number(),
                value: value.map(Node::number),
                ty: ty.map(Node::number),
                visible_from: 0,
            });
        }
    }
}

/// The name in a declarator: `x` of `*x`, `x[2]` and `x = 1`. A function declares no variable.
fn declared_name(declarator: Node<'_>) -> Option<Node<'_>> {
    let mut at = declarator;
    loop {
        match at.kind() {
            "identifier" | "field_identifier" => return Some(at),
            "init_declarator" | "pointer_declarator" | "array_declarator" => at = at.field("declarator")?,
            "reference_declarator" => at = at.items().last()?,
            _ => return None,
        }
    }
}
