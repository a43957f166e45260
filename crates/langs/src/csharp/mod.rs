//! C#: syntax tree, names, usings, text expressions, calls.
//!
//! [`File::of`] parses a document once. What a name means beyond the file (global and implicit
//! usings, types of the same folder) is in [`Surroundings`].

mod calls;
mod masked;
mod needs;
mod origin;
mod qualified;
mod scoping;
mod sources;
mod strings;
mod surroundings;
mod types;
mod usings;

use std::rc::Rc;

use sixify_core::Document;

pub(crate) use masked::parsable;

pub use calls::{Argument, Call, Creation};
pub use needs::Usings as UsingResolver;
pub use origin::LambdaOf;
pub use scoping::CSharp;
pub use sources::{Sources, Unit};
pub use surroundings::Surroundings;
pub use usings::{Using, UsingKind};

use crate::grammar::Grammar;
use crate::names::Names;
use crate::syntax::{Node, Tree};

/// What is known of one C# file.
pub struct File {
    tree: Tree,
    names: Names<CSharp>,
    usings: Vec<Using>,
}

/// The memo entry of a document; `None` when it could not be parsed.
struct Parsed(Option<Rc<File>>);

impl File {
    /// The facts of a document, worked out once. `None` when the parser gave up or the grammar was
    /// not compiled in.
    pub fn of(doc: &Document) -> Option<Rc<File>> {
        doc.memo(|doc| Parsed(File::parse(&doc.text).map(Rc::new))).0.clone()
    }

    /// Parses a text.
    pub fn parse(text: &str) -> Option<File> {
        let tree = Tree::parse(Grammar::CSharp, text)?;
        let usings = usings::usings(&tree);
        Some(File { tree, names: Names::new(CSharp), usings })
    }

    /// The syntax tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The names of the file.
    pub fn names(&self) -> &Names<CSharp> {
        &self.names
    }

    /// The using directives of the file, in order.
    pub fn usings(&self) -> &[Using] {
        &self.usings
    }

    /// The expressions that `expr` may stand for: both sides of `??`, both branches of `?:`, what
    /// a constant or a variable that is assigned once holds. Each comes with the chain of reasons.
    pub fn alternatives<'a>(&'a self, expr: Node<'a>) -> Vec<(Node<'a>, Vec<String>)> {
        let mut found = Vec::new();
        self.collect(expr, Vec::new(), 8, &mut found);
        found
    }

    fn collect<'a>(&'a self, expr: Node<'a>, chain: Vec<String>, depth: u8, found: &mut Vec<(Node<'a>, Vec<String>)>) {
        let branches: Vec<Node<'a>> = match expr.kind() {
            "parenthesized_expression" => expr.items().collect(),
            "conditional_expression" => ["consequence", "alternative"].iter().filter_map(|f| expr.field(f)).collect(),
            "binary_expression" if expr.field("operator").is_some_and(|o| o.text() == "??") => {
                ["left", "right"].iter().filter_map(|f| expr.field(f)).collect()
            }
            _ => Vec::new(),
        };
        if depth == 0 {
            return;
        }
        for branch in &branches {
            self.collect(*branch, chain.clone(), depth - 1, found);
        }
        if !branches.is_empty() {
            return;
        }
        let (value, through) = self.names.constant(&self.tree, expr);
        let chain: Vec<String> = chain.into_iter().chain(through).collect();
        if value == expr { found.push((expr, chain)) } else { self.collect(value, chain, depth - 1, found) }
    }
}

/// The name of the field under which `node` stands in its parent, of those that are asked for.
fn stands_as(node: Node<'_>, field: &str) -> bool {
    node.parent().is_some_and(|p| p.fields(field).any(|n| n == node))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::grammar::{knows_field, knows_kind};

    /// Every node kind and field name that the modules here and the codemods for C# use.
    const KINDS: &[&str] = &[
        "accessor_declaration",
        "accessor_list",
        "alias_qualified_name",
        "anonymous_method_expression",
        "argument",
        "argument_list",
        "array_creation_expression",
        "arrow_expression_clause",
        "bracketed_argument_list",
        "collection_element",
        "collection_expression",
        "expression_element",
        "extern_alias_directive",
        "implicit_array_creation_expression",
        "interpolation_brace",
        "as_expression",
        "assignment_expression",
        "base_list",
        "binary_expression",
        "block",
        "cast_expression",
        "catch_clause",
        "catch_declaration",
        "class_declaration",
        "compilation_unit",
        "conditional_access_expression",
        "conditional_expression",
        "constructor_declaration",
        "constructor_initializer",
        "conversion_operator_declaration",
        "declaration_expression",
        "declaration_list",
        "declaration_pattern",
        "delegate_declaration",
        "destructor_declaration",
        "enum_declaration",
        "enum_member_declaration",
        "escape_sequence",
        "event_declaration",
        "event_field_declaration",
        "expression_statement",
        "field_declaration",
        "file_scoped_namespace_declaration",
        "fixed_statement",
        "for_statement",
        "foreach_statement",
        "from_clause",
        "generic_name",
        "global_statement",
        "goto_statement",
        "identifier",
        "implicit_object_creation_expression",
        "implicit_parameter",
        "implicit_type",
        "indexer_declaration",
        "initializer_expression",
        "integer_literal",
        "interface_declaration",
        "interpolation",
        "interpolation_alignment_clause",
        "interpolation_format_clause",
        "interpolation_start",
        "interpolated_string_expression",
        "invocation_expression",
        "join_clause",
        "labeled_statement",
        "lambda_expression",
        "let_clause",
        "local_declaration_statement",
        "local_function_statement",
        "member_access_expression",
        "member_binding_expression",
        "method_declaration",
        "modifier",
        "namespace_declaration",
        "nullable_type",
        "object_creation_expression",
        "operator_declaration",
        "parameter",
        "parameter_list",
        "parenthesized_expression",
        "parenthesized_variable_designation",
        "postfix_unary_expression",
        "predefined_type",
        "prefix_unary_expression",
        "preproc_if",
        "property_declaration",
        "qualified_name",
        "query_expression",
        "raw_string_content",
        "raw_string_literal",
        "record_declaration",
        "recursive_pattern",
        "ref_expression",
        "return_statement",
        "string_content",
        "string_literal",
        "struct_declaration",
        "switch_body",
        "tuple_expression",
        "tuple_pattern",
        "type_argument_list",
        "type_parameter",
        "type_parameter_list",
        "using_directive",
        "using_statement",
        "var_pattern",
        "variable_declaration",
        "variable_declarator",
        "verbatim_string_literal",
        "with_initializer",
        "array_type",
    ];
    const FIELDS: &[&str] = &[
        "accessors",
        "alias",
        "alternative",
        "arguments",
        "body",
        "condition",
        "consequence",
        "expression",
        "function",
        "initializer",
        "left",
        "name",
        "operator",
        "parameters",
        "qualifier",
        "returns",
        "right",
        "type",
        "value",
    ];

    #[test]
    fn the_grammar_knows_every_kind_and_field_that_is_asked_for() {
        let kinds: Vec<_> = KINDS.iter().filter(|k| !knows_kind(Grammar::CSharp, k)).collect();
        assert!(kinds.is_empty(), "{kinds:?}");
        let fields: Vec<_> = FIELDS.iter().filter(|f| !knows_field(Grammar::CSharp, f)).collect();
        assert!(fields.is_empty(), "{fields:?}");
    }

    #[test]
    fn long_sums_are_walked_without_a_deep_stack() {
        let sum = vec!["\"a\""; 20_000].join(" + ");
        let file = File::parse(&format!("class C {{ void M() {{ var x = {sum}; F(x); }} }}")).unwrap();
        let call = file.calls().next().unwrap();
        let (value, _) = file.alternatives(call.arguments[0].value).remove(0);
        assert_eq!(file.text_expr(value).unwrap().pieces.len(), 20_000);
    }

    #[test]
    fn alternatives_follow_defaults_branches_and_constants() {
        let text = "class C { const string D = \"a\"; void M(string e) { F(e ?? (x ? D : \"b\")); } }";
        let file = File::parse(text).unwrap();
        let call = file.calls().find(|c| c.name == "F").unwrap();
        let found: Vec<_> =
            file.alternatives(call.arguments[0].value).into_iter().map(|(n, why)| (n.text(), why.len())).collect();
        assert_eq!(found, [("e", 0), ("\"a\"", 1), ("\"b\"", 0)]);
    }
}
