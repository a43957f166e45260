//! The scopes of C#: what declares a name, and where it is seen.
//!
//! A name of a block is in scope in the whole block, also before its declaration (C# specification,
//! 7.7.1), so no declaration here has a place from which it is visible.

use crate::names::{Decl, DeclKind, Scoping};
use crate::syntax::Node;

use super::stands_as;

/// The rules of C#.
#[derive(Clone, Copy, Debug, Default)]
pub struct CSharp;

/// What declares a type, and has the names of its members.
pub(super) const TYPES: &[&str] =
    &["class_declaration", "struct_declaration", "interface_declaration", "record_declaration", "enum_declaration"];

/// What has a name of its own in the scope around it, and a scope inside.
const FUNCTIONS: &[&str] = &["method_declaration", "constructor_declaration", "local_function_statement"];

const OTHER_SCOPES: &[&str] = &[
    "compilation_unit",
    "namespace_declaration",
    "destructor_declaration",
    "operator_declaration",
    "conversion_operator_declaration",
    "indexer_declaration",
    "accessor_declaration",
    "lambda_expression",
    "anonymous_method_expression",
    "arrow_expression_clause",
    "block",
    "for_statement",
    "foreach_statement",
    "using_statement",
    "fixed_statement",
    "catch_clause",
    "switch_body",
    "query_expression",
];

impl Scoping for CSharp {
    fn is_scope(&self, node: Node<'_>) -> bool {
        node.is_any(TYPES) || node.is_any(FUNCTIONS) || node.is_any(OTHER_SCOPES)
    }

    fn declarations(&self, scope: Node<'_>) -> Vec<Decl> {
        let mut found = Vec::new();
        // Not recursive: a sum of ten thousand strings is ten thousand nodes deep.
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
        if scope.is("foreach_statement") {
            found.extend(
                scope
                    .field("left")
                    .filter(|n| n.is("identifier"))
                    .map(|n| decl(n, DeclKind::Variable, scope, None, scope.field("type"))),
            );
        }
        found
    }

    fn assigns<'a>(&self, node: Node<'a>) -> Vec<Node<'a>> {
        let target = match node.kind() {
            "assignment_expression" if !node.parent().is_some_and(|p| p.is("initializer_expression")) => {
                node.field("left")
            }
            "prefix_unary_expression" | "postfix_unary_expression" if counts(node) => node.items().next(),
            "argument" if by_reference(node) => node.items().last(),
            "ref_expression" => node.items().next(),
            _ => None,
        };
        let mut found = Vec::new();
        if let Some(target) = target {
            targets(target, &mut found);
        }
        found
    }

    fn is_use(&self, node: Node<'_>) -> bool {
        let Some(parent) = node.parent().filter(|_| node.is("identifier")) else { return false };
        const NEVER: &[&str] = &[
            "using_directive",
            "qualified_name",
            "alias_qualified_name",
            "generic_name",
            "labeled_statement",
            "goto_statement",
            "base_list",
            "type_argument_list",
            "with_initializer",
            "nullable_type",
            "member_binding_expression",
            "namespace_declaration",
            "file_scoped_namespace_declaration",
        ];
        let member = parent.is("assignment_expression")
            && stands_as(node, "left")
            && parent.parent().is_some_and(|p| p.is("initializer_expression"));
        !parent.is_any(NEVER)
            && !member
            && !stands_as(node, "name")
            && !stands_as(node, "type")
            && !stands_as(node, "returns")
    }
}

/// Adds what a node itself declares in the scope around it.
fn declare(node: Node<'_>, found: &mut Vec<Decl>) {
    let named = |kind, ty| node.field("name").map(|name| decl(name, kind, node, None, ty));
    let ty = node.field("type");
    match node.kind() {
        kind if TYPES.contains(&kind) || kind == "delegate_declaration" => found.extend(named(DeclKind::Type, None)),
        "type_parameter" => found.extend(named(DeclKind::Type, None)),
        "method_declaration" | "local_function_statement" => {
            found.extend(named(DeclKind::Function, node.field("returns").or(ty)));
        }
        "parameter" => found.extend(named(DeclKind::Parameter, ty)),
        "parameter_list" => {
            // A parameter array has no node of its own.
            let name = node.field("name");
            found.extend(name.map(|n| decl(n, DeclKind::Parameter, node, None, ty)));
        }
        "implicit_parameter" => found.push(decl(node, DeclKind::Parameter, node, None, None)),
        "property_declaration" => {
            let value = property_value(node);
            found.extend(node.field("name").map(|n| decl(n, DeclKind::Variable, node, value, ty)));
        }
        "event_declaration"
        | "catch_declaration"
        | "declaration_expression"
        | "declaration_pattern"
        | "recursive_pattern"
        | "var_pattern"
        | "from_clause" => found.extend(named(DeclKind::Variable, ty)),
        "enum_member_declaration" => found.extend(named(DeclKind::Constant, None)),
        "let_clause" | "join_clause" => {
            let name = node.items().find(|n| n.is("identifier") && !stands_as(*n, "type"));
            found.extend(name.map(|n| decl(n, DeclKind::Variable, node, None, None)));
        }
        "tuple_pattern" | "parenthesized_variable_designation" => {
            found.extend(node.fields("name").map(|n| decl(n, DeclKind::Variable, node, None, None)));
        }
        "using_directive" => {
            let target = node.items().last().map(Node::number);
            found.extend(node.field("name").map(|n| decl(n, DeclKind::Import, node, target, None)));
        }
        "variable_declarator" => found.extend(declarator(node)),
        _ => {}
    }
}

fn decl(name: Node<'_>, kind: DeclKind, whole: Node<'_>, value: Option<u32>, ty: Option<Node<'_>>) -> Decl {
    // `@class` and `class` are the same name.
    let text = name.text().trim_start_matches('@').to_owned();
    let ty = ty.filter(|t| !t.is("implicit_type")).map(Node::number);
    Decl { name: text, kind, node: name.number(), whole: whole.number(), value, ty, visible_from: 0 }
}

fn declarator(node: Node<'_>) -> Option<Decl> {
    let name = node.field("name")?;
    let declaration = node.parent()?;
    let ty = declaration.field("type");
    let has = |word: &str| {
        let holder = declaration.parent();
        holder.is_some_and(|h| h.children().any(|m| m.is("modifier") && m.text() == word))
    };
    let kind = if has("const") { DeclKind::Constant } else { DeclKind::Variable };
    let field = declaration.parent().is_some_and(|p| p.is("field_declaration"));
    let open = ["public", "internal", "protected"].into_iter().any(has) && !has("readonly");
    let partial = node.ancestor(TYPES).is_some_and(|t| t.children().any(|m| m.is("modifier") && m.text() == "partial"));
    // Other files may assign to a field that they can reach.
    let known = kind == DeclKind::Constant || !field || !(open || partial);
    let value =
        node.items().skip_while(|n| *n != name).skip(1).last().filter(|n| known && !n.is("bracketed_argument_list"));
    Some(decl(name, kind, node, value.map(Node::number), ty))
}

/// The expression of a property that always has the same value.
fn property_value(node: Node<'_>) -> Option<u32> {
    let accessors = node.field("accessors");
    let settable = accessors.is_some_and(|a| a.items().any(|d| d.field("name").is_some_and(|n| n.text() != "get")));
    let value = node.field("value").filter(|_| !settable)?;
    // `=> expression` is worked out on every use, which comes to the same for a constant one.
    let value = if value.is("arrow_expression_clause") { value.items().next()? } else { value };
    Some(value.number())
}

fn counts(node: Node<'_>) -> bool {
    node.children().any(|c| !c.is_named() && ["++", "--"].contains(&c.text()))
}

fn by_reference(argument: Node<'_>) -> bool {
    argument.children().any(|c| !c.is_named() && ["ref", "out"].contains(&c.text()))
}

fn targets<'a>(node: Node<'a>, found: &mut Vec<Node<'a>>) {
    match node.kind() {
        "identifier" => found.push(node),
        "parenthesized_expression" | "tuple_expression" | "argument" => node.items().for_each(|n| targets(n, found)),
        // `this.field`
        "member_access_expression" if node.field("expression").is_some_and(|e| e.text() == "this") => {
            found.extend(node.field("name"));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::File;
    use super::*;

    fn meaning(text: &str, name: &str, nth: usize) -> Option<(DeclKind, usize)> {
        let file = File::parse(text).unwrap();
        let uses: Vec<_> = file.tree().all("identifier").filter(|n| n.text() == name && CSharp.is_use(*n)).collect();
        let (decl, _) = file.names().resolve(uses[nth])?;
        Some((decl.kind, file.tree().node(decl.node).line()))
    }

    #[test]
    fn names_mean_the_nearest_declaration() {
        let text =
            "class C {\n int a;\n void M(int b) {\n  F(a, b);\n  { var a = 1; F(a); }\n  G(b => b + 1);\n }\n}\n";
        assert_eq!(meaning(text, "a", 0), Some((DeclKind::Variable, 2)));
        assert_eq!(meaning(text, "a", 1), Some((DeclKind::Variable, 5)));
        assert_eq!(meaning(text, "b", 0), Some((DeclKind::Parameter, 3)));
        assert_eq!(meaning(text, "b", 1), Some((DeclKind::Parameter, 6)));
    }

    #[test]
    fn every_form_of_variable_is_seen() {
        for text in [
            "foreach (var x in y) { F(x); }",
            "for (int x = 0; ; ) { F(x); }",
            "using (var x = y) { F(x); }",
            "try { } catch (E x) { F(x); }",
            "if (y is T x) { F(x); }",
            "if (M(out var x)) { F(x); }",
            "foreach (var (w, x) in y) { F(x); }",
            "var (w, x) = y; F(x);",
            "int L(params int[] x) { return F(x); }",
            "var q = from x in y select F(x);",
            "F((int x) => x);",
            "D d = delegate (int x) { F(x); };",
        ] {
            assert!(meaning(text, "x", 0).is_some(), "{text}");
        }
    }

    #[test]
    fn only_what_cannot_change_is_a_constant() {
        let value = |field: &str, more: &str| {
            let text = format!("class C {{ {field} void M() {{ F(X); {more} }} }}");
            let file = File::parse(&text).unwrap();
            let call = file.calls().find(|c| c.name == "F").unwrap();
            file.names().constant(file.tree(), call.arguments[0].value).0.text().to_owned()
        };
        for field in
            ["const int X = 1;", "static readonly int X = 1;", "int X = 1;", "int X => 1;", "int X { get; } = 1;"]
        {
            assert_eq!(value(field, ""), "1", "{field}");
        }
        for (field, more) in [
            ("public int X = 1;", ""),
            ("int X { get; set; } = 1;", ""),
            ("int X = 1;", "X = 2;"),
            ("int X = 1;", "X++;"),
            ("int X = 1;", "G(ref X);"),
            ("int X = 1;", "this.X = 2;"),
        ] {
            assert_eq!(value(field, more), "X", "{field} {more}");
        }
    }
}
