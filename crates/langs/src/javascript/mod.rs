//! JavaScript and TypeScript: imports, names, text expressions, where a value comes from.

mod imports;
mod index;
mod origin;
mod scope;
mod text;
mod value;

use std::cell::OnceCell;
use std::rc::Rc;

use sixify_core::{Document, Kind};

use crate::classify;
use crate::names::Names;
use crate::syntax::{Node, Tree};

use index::Index;

pub use imports::{Import, JsImports, module_name};
pub use scope::{FUNCTIONS, JsScoping};
pub use value::{Property, Value};

/// The kinds of documents that this module reads.
pub const KINDS: &[Kind] = &[classify::JAVASCRIPT, classify::TYPESCRIPT, classify::TSX];

/// A JavaScript or TypeScript file, parsed, with its names.
pub struct File {
    /// The syntax tree.
    pub tree: Tree,
    /// Its names by scope.
    pub names: Names<JsScoping>,
    /// What it imports, by `import` and by `require`.
    pub imports: Vec<Import>,
    index: OnceCell<Index>,
}

/// The file of a document; `None` for other kinds of documents.
pub fn file(doc: &Document) -> Option<Rc<File>> {
    if !KINDS.contains(&doc.kind) {
        return None;
    }
    let made = doc.memo::<Option<Rc<File>>>(|doc| {
        let tree = Tree::parse(classify::grammar(doc.kind)?, &doc.text)?;
        Some(Rc::new(File::new(tree)))
    });
    made.as_ref().clone()
}

impl File {
    fn new(tree: Tree) -> File {
        File { imports: imports::imports(&tree), names: Names::new(JsScoping), index: OnceCell::new(), tree }
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::of(&self.tree, &JsScoping))
    }

    /// Calls and `new` expressions, in order of their places.
    pub fn calls(&self) -> Vec<Node<'_>> {
        let mut calls: Vec<Node<'_>> =
            self.tree.all("call_expression").chain(self.tree.all("new_expression")).collect();
        calls.sort_by_key(|n| n.number());
        calls
    }

    /// The arguments of a call. `None` when one of them is spread, so that positions say nothing.
    pub fn arguments<'a>(&self, call: Node<'a>) -> Option<Vec<Node<'a>>> {
        let list = call.field("arguments").filter(|a| a.is("arguments"))?;
        let arguments: Vec<Node<'a>> = list.items().collect();
        arguments.iter().all(|a| !a.is("spread_element")).then_some(arguments)
    }

    /// The name of the method or function that a call names last: `listen` in `a.b.listen(1)`.
    pub fn called_name<'a>(&self, call: Node<'a>) -> Option<&'a str> {
        let function = call.field("function").or_else(|| call.field("constructor"))?;
        match function.kind() {
            "member_expression" => Some(function.field("property")?.text()),
            "identifier" => Some(function.text()),
            _ => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::expect_used)]
    use super::*;
    use crate::grammar::{self, Grammar};

    /// A parsed JavaScript text.
    pub(crate) fn parsed(text: &str) -> File {
        File::new(Tree::parse(Grammar::JavaScript, text).expect("parses"))
    }

    /// The right side of the last assignment to `x`.
    pub(crate) fn expression(file: &File) -> Node<'_> {
        let assigned =
            file.tree.all("assignment_expression").filter(|a| a.field("left").is_some_and(|l| l.text() == "x"));
        assigned.last().and_then(|a| a.field("right")).expect("an assignment to x")
    }

    #[test]
    fn every_kind_and_field_that_is_used_exists() {
        let common = [
            "program",
            "statement_block",
            "for_statement",
            "for_in_statement",
            "catch_clause",
            "switch_body",
            "class",
            "class_declaration",
            "class_static_block",
            "class_body",
            "function_declaration",
            "function_expression",
            "arrow_function",
            "generator_function",
            "generator_function_declaration",
            "method_definition",
            "lexical_declaration",
            "variable_declaration",
            "variable_declarator",
            "export_statement",
            "export_specifier",
            "import_statement",
            "import_clause",
            "namespace_import",
            "named_imports",
            "import_specifier",
            "identifier",
            "property_identifier",
            "private_property_identifier",
            "shorthand_property_identifier",
            "shorthand_property_identifier_pattern",
            "object_pattern",
            "array_pattern",
            "rest_pattern",
            "assignment_pattern",
            "object_assignment_pattern",
            "pair_pattern",
            "assignment_expression",
            "augmented_assignment_expression",
            "update_expression",
            "string",
            "template_string",
            "template_substitution",
            "binary_expression",
            "parenthesized_expression",
            "await_expression",
            "call_expression",
            "new_expression",
            "arguments",
            "spread_element",
            "member_expression",
            "subscript_expression",
            "object",
            "pair",
            "ternary_expression",
            "sequence_expression",
            "return_statement",
            "this",
            "expression_statement",
            "hash_bang_line",
            "undefined",
            "null",
            "if_statement",
        ];
        let typed = [
            "required_parameter",
            "optional_parameter",
            "as_expression",
            "satisfies_expression",
            "non_null_expression",
            "type_assertion",
            "import_require_clause",
            "ambient_declaration",
            "enum_declaration",
            "type_annotation",
            "interface_declaration",
            "type_alias_declaration",
            "abstract_class_declaration",
            "public_field_definition",
            "type_identifier",
            "nested_type_identifier",
            "generic_type",
        ];
        let fields = [
            "name",
            "value",
            "kind",
            "parameter",
            "parameters",
            "left",
            "right",
            "operator",
            "function",
            "constructor",
            "arguments",
            "object",
            "property",
            "index",
            "key",
            "body",
            "source",
            "alias",
            "initializer",
            "consequence",
            "alternative",
            "condition",
            "argument",
            "declaration",
        ];
        for grammar in [Grammar::JavaScript, Grammar::TypeScript, Grammar::Tsx] {
            for kind in common {
                assert!(grammar::knows_kind(grammar, kind), "{grammar:?}: {kind}");
            }
            for field in fields {
                assert!(grammar::knows_field(grammar, field), "{grammar:?}: {field}");
            }
        }
        for kind in typed.iter().filter(|k| **k != "type_assertion") {
            assert!(grammar::knows_kind(Grammar::Tsx, kind), "{kind}");
        }
        for kind in typed {
            assert!(grammar::knows_kind(Grammar::TypeScript, kind), "{kind}");
        }
        assert!(grammar::knows_kind(Grammar::JavaScript, "field_definition"));
        for field in ["type", "pattern", "module", "name"] {
            assert!(grammar::knows_field(Grammar::TypeScript, field), "{field}");
        }
    }
}
