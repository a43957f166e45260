//! Rust's rules for names (The Rust Reference, "Scopes"): a `let` hides what had its name before it
//! in the same block, and items are seen in the whole of theirs.

use crate::names::{Decl, DeclKind, Scoping};
use crate::rust::uses;
use crate::syntax::Node;

/// Rust's rules for names.
#[derive(Clone, Copy, Debug, Default)]
pub struct RustScoping;

const SCOPES: &[&str] = &[
    "source_file",
    "declaration_list",
    "function_item",
    "closure_expression",
    "block",
    "match_arm",
    "for_expression",
    "if_expression",
    "while_expression",
];

impl Scoping for RustScoping {
    fn is_scope(&self, node: Node<'_>) -> bool {
        node.is_any(SCOPES)
    }

    fn declarations(&self, scope: Node<'_>) -> Vec<Decl> {
        let mut found = Vec::new();
        match scope.kind() {
            "function_item" | "closure_expression" => {
                for parameter in scope.field("parameters").into_iter().flat_map(|p| p.items().collect::<Vec<_>>()) {
                    let pattern = parameter.field("pattern").unwrap_or(parameter);
                    for name in names(pattern) {
                        let ty = parameter.field("type").filter(|_| pattern == name);
                        found.push(Decl::new(name, parameter, DeclKind::Parameter, None, ty));
                    }
                }
            }
            "match_arm" | "for_expression" => {
                for name in scope.field("pattern").map(names).unwrap_or_default() {
                    found.push(Decl::new(name, scope, DeclKind::Variable, None, None).visible_from(name.end()));
                }
            }
            "if_expression" | "while_expression" => {
                let conditions = scope.field("condition").into_iter().flat_map(|c| {
                    std::iter::once(c).chain(c.items()).filter(|n| n.is("let_condition")).collect::<Vec<_>>()
                });
                for name in conditions.filter_map(|c| c.field("pattern")).flat_map(names) {
                    found.push(Decl::new(name, scope, DeclKind::Variable, None, None).visible_from(name.end()));
                }
            }
            _ => scope.named_children().for_each(|item| statement(item, &mut found)),
        }
        found
    }

    fn assigns<'a>(&self, node: Node<'a>) -> Vec<Node<'a>> {
        match node.kind() {
            "assignment_expression" | "compound_assignment_expr" => {
                node.field("left").into_iter().filter(|n| n.is("identifier")).collect()
            }
            // Whoever has a mutable reference may assign.
            "reference_expression" if node.child("mutable_specifier").is_some() => {
                node.field("value").into_iter().filter(|n| n.is("identifier")).collect()
            }
            _ => Vec::new(),
        }
    }

    fn is_use(&self, node: Node<'_>) -> bool {
        let Some(parent) = node.parent().filter(|_| node.is_any(&["identifier", "shorthand_field_identifier"])) else {
            return false;
        };
        // In the tokens of a macro, a name behind a point is a member.
        let member = parent.is("token_tree") && node.previous().is_some_and(|p| p.text() == ".");
        !(member || parent.is("scoped_identifier") && parent.field("name") == Some(node))
    }
}

fn statement(item: Node<'_>, found: &mut Vec<Decl>) {
    match item.kind() {
        "let_declaration" => {
            let Some(pattern) = item.field("pattern") else { return };
            for name in names(pattern) {
                let whole = pattern == name;
                let value = item.field("value").filter(|_| whole);
                let ty = item.field("type").filter(|_| whole);
                found.push(Decl::new(name, item, DeclKind::Variable, value, ty).visible_from(item.end()));
            }
        }
        "const_item" | "static_item" => {
            let Some(name) = item.field("name") else { return };
            // A static that changes is no constant.
            let fixed = item.child("mutable_specifier").is_none();
            let kind = if fixed { DeclKind::Constant } else { DeclKind::Variable };
            found.push(Decl::new(name, item, kind, item.field("value"), item.field("type")));
        }
        "function_item" | "struct_item" | "enum_item" | "type_item" | "trait_item" | "mod_item" => {
            let kind = if item.is("function_item") { DeclKind::Function } else { DeclKind::Type };
            if let Some(name) = item.field("name") {
                found.push(Decl::new(name, item, kind, None, None));
            }
        }
        "use_declaration" => {
            for (used, node) in uses::leaves(item) {
                found.push(Decl { name: used.local, ..Decl::new(node, item, DeclKind::Import, None, None) });
            }
        }
        _ => {}
    }
}

/// The names that a pattern binds.
fn names(pattern: Node<'_>) -> Vec<Node<'_>> {
    if pattern.is("identifier") {
        return vec![pattern];
    }
    let binds = |n: &Node<'_>| {
        let path = n.parent().is_some_and(|p| {
            p.is_any(&["scoped_identifier", "field_expression"]) || p.field("type").is_some_and(|t| t == *n)
        });
        n.is_any(&["identifier", "shorthand_field_identifier"]) && !path
    };
    pattern.descendants().filter(binds).collect()
}
