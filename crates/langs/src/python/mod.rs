//! Python: imports, names, text expressions, where a value comes from.

mod imports;
mod options;
mod origin;
mod scope;
mod text;
mod value;

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use sixify_core::Document;

use crate::classify;
use crate::grammar::Grammar;
use crate::names::Names;
use crate::origin::Origin;
use crate::syntax::{Node, Tree};

use origin::Index;

pub use imports::{Import, PyImports};
pub use scope::PyScoping;
pub use value::Value;

/// A Python file, parsed, with its names.
pub struct File {
    /// The syntax tree.
    pub tree: Tree,
    /// Its names by scope.
    pub names: Names<PyScoping>,
    /// What it imports, at any depth.
    pub imports: Vec<Import>,
    index: OnceCell<Index>,
    /// What calls call, by the number of the node: many codemods ask about each call.
    called: RefCell<HashMap<u32, Vec<Origin>>>,
}

/// The Python file of a document; `None` for other kinds of documents.
pub fn file(doc: &Document) -> Option<Rc<File>> {
    if doc.kind != classify::PYTHON {
        return None;
    }
    let made = doc.memo::<Option<Rc<File>>>(|doc| Some(Rc::new(File::new(Tree::parse(Grammar::Python, &doc.text)?))));
    made.as_ref().clone()
}

impl File {
    fn new(tree: Tree) -> File {
        File {
            imports: imports::imports(&tree),
            names: Names::new(PyScoping),
            index: OnceCell::new(),
            called: RefCell::default(),
            tree,
        }
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::of(&self.tree))
    }

    /// An argument of a call: by its position, counted from 0, or by its keyword. `None` when
    /// something is spread in front of it.
    pub fn argument<'a>(&self, call: Node<'a>, position: Option<usize>, keyword: Option<&str>) -> Option<Node<'a>> {
        let list = call.field("arguments").filter(|a| a.is("argument_list"))?;
        let named =
            |n: &Node<'a>| n.is("keyword_argument") && n.field("name").is_some_and(|k| Some(k.text()) == keyword);
        if let Some(argument) = list.items().find(named) {
            return argument.field("value");
        }
        let positional: Vec<Node<'a>> =
            list.items().take_while(|n| !n.is_any(&["list_splat", "dictionary_splat"])).collect();
        positional.into_iter().filter(|n| !n.is("keyword_argument")).nth(position?)
    }

    /// The name of the method or function that a call names last: `listen` in `a.b.listen(1)`.
    pub fn called_name<'a>(&self, call: Node<'a>) -> Option<&'a str> {
        let function = call.field("function")?;
        match function.kind() {
            "attribute" => Some(function.field("attribute")?.text()),
            "identifier" => Some(function.text()),
            _ => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::expect_used)]
    use super::*;
    use crate::grammar;

    /// A parsed Python text.
    pub(crate) fn parsed(text: &str) -> File {
        File::new(Tree::parse(Grammar::Python, text).expect("parses"))
    }

    /// The right side of the last assignment to `x`.
    pub(crate) fn expression(file: &File) -> Node<'_> {
        let assigned = file.tree.all("assignment").filter(|a| a.field("left").is_some_and(|l| l.text() == "x"));
        assigned.last().and_then(|a| a.field("right")).expect("an assignment to x")
    }

    #[test]
    fn every_kind_and_field_that_is_used_exists() {
        for kind in [
            "module",
            "function_definition",
            "lambda",
            "class_definition",
            "list_comprehension",
            "set_comprehension",
            "dictionary_comprehension",
            "generator_expression",
            "assignment",
            "augmented_assignment",
            "import_statement",
            "import_from_statement",
            "future_import_statement",
            "aliased_import",
            "dotted_name",
            "relative_import",
            "wildcard_import",
            "as_pattern",
            "as_pattern_target",
            "for_statement",
            "for_in_clause",
            "named_expression",
            "except_clause",
            "case_pattern",
            "type_alias_statement",
            "splat_pattern",
            "global_statement",
            "nonlocal_statement",
            "identifier",
            "attribute",
            "keyword_argument",
            "keyword_pattern",
            "delete_statement",
            "pattern_list",
            "tuple_pattern",
            "list_pattern",
            "list_splat_pattern",
            "dictionary_splat_pattern",
            "tuple",
            "list",
            "expression_list",
            "parenthesized_expression",
            "default_parameter",
            "typed_default_parameter",
            "typed_parameter",
            "type",
            "string",
            "concatenated_string",
            "string_start",
            "string_end",
            "interpolation",
            "binary_operator",
            "call",
            "argument_list",
            "list_splat",
            "dictionary_splat",
            "await",
            "conditional_expression",
            "boolean_operator",
            "with_item",
            "none",
            "subscript",
            "expression_statement",
            "comment",
            "integer",
            "pair",
            "decorated_definition",
            "decorator",
            "block",
            "comparison_operator",
            "with_statement",
            "slice",
            "raise_statement",
            "try_statement",
            "dictionary",
        ] {
            assert!(grammar::knows_kind(Grammar::Python, kind), "{kind}");
        }
        for field in [
            "parameters",
            "left",
            "right",
            "type",
            "name",
            "alias",
            "value",
            "object",
            "attribute",
            "operator",
            "function",
            "arguments",
            "format_specifier",
            "type_conversion",
            "expression",
            "module_name",
            "subscript",
            "body",
        ] {
            assert!(grammar::knows_field(Grammar::Python, field), "{field}");
        }
    }
}
