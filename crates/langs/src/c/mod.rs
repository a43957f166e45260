//! C and C++: names, calls, text expressions, included headers.
//!
//! Macros are not expanded: what a macro hides is not known, and nothing is said about it.

mod scope;
mod text;

use std::rc::Rc;

use sixify_core::Document;

use crate::classify;
use crate::grammar::Grammar;
use crate::names::Names;
use crate::syntax::{Node, Tree};

pub use scope::CScoping;

/// A parsed file with its names.
pub struct File {
    /// The syntax tree.
    pub tree: Tree,
    /// Whether it was parsed as C++.
    pub cpp: bool,
    /// Its names by scope.
    pub names: Names<CScoping>,
}

/// The file of a document; `None` for other kinds of documents.
pub fn file(doc: &Document) -> Option<Rc<File>> {
    let grammar = match doc.kind {
        classify::C => Grammar::C,
        classify::CPP => Grammar::Cpp,
        _ => return None,
    };
    let made = doc.memo::<Option<Rc<File>>>(|doc| Some(Rc::new(File::new(Tree::parse(grammar, &doc.text)?))));
    made.as_ref().clone()
}

/// A call taken apart.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// The whole expression.
    pub node: Node<'a>,
    /// What stands before the brackets: `socket`, `tcp::v4`, `server.listen`.
    pub function: Node<'a>,
    /// The name at its end: `socket`, `v4`, `listen`.
    pub name: &'a str,
    /// The arguments in order.
    pub arguments: Vec<Node<'a>>,
}

impl File {
    fn new(tree: Tree) -> File {
        File { cpp: tree.grammar() == Grammar::Cpp, names: Names::new(CScoping), tree }
    }

    /// All calls of functions.
    pub fn calls(&self) -> impl Iterator<Item = Call<'_>> {
        self.tree.all("call_expression").filter_map(call)
    }

    /// All calls within a node.
    pub fn calls_in<'a>(&self, node: Node<'a>) -> impl Iterator<Item = Call<'a>> {
        node.descendants().filter_map(call)
    }

    /// Whether a header is included, by the end of its path.
    pub fn includes(&self, header: &str) -> bool {
        let path = |n: Node<'_>| n.field("path").is_some_and(|p| p.text().trim_matches(['<', '>', '"']) == header);
        self.tree.all("preproc_include").any(path)
    }

    /// The type that a name was declared with, as written, with `*` and `[]` behind it.
    pub fn type_of(&self, node: Node<'_>) -> Option<String> {
        let (decl, _) = self.names.resolve(node).filter(|_| node.is("identifier"))?;
        let ty = self.tree.node(decl.ty?).text().to_owned();
        let name = self.tree.node(decl.node);
        let declarator = name.parent()?;
        let mark = match declarator.kind() {
            "pointer_declarator" => "*",
            "array_declarator" => "[]",
            _ => "",
        };
        Some(format!("{ty}{mark}"))
    }

    /// The function that a node stands in.
    pub fn function<'a>(&self, node: Node<'a>) -> Option<Node<'a>> {
        node.ancestor(&["function_definition", "lambda_expression"])
    }
}

/// A call taken apart.
pub fn call(node: Node<'_>) -> Option<Call<'_>> {
    let function = node.field("function").filter(|_| node.is("call_expression"))?;
    let arguments = node.field("arguments")?.items().collect();
    Some(Call { node, function, name: last_name(function)?, arguments })
}

/// The name at the end of a path: `port` of `config->port` and of `Config::port`.
pub fn last_name(node: Node<'_>) -> Option<&str> {
    match node.kind() {
        "identifier" | "field_identifier" | "type_identifier" => Some(node.text()),
        "field_expression" => last_name(node.field("field")?),
        "qualified_identifier" | "template_function" | "template_method" => last_name(node.field("name")?),
        "call_expression" => last_name(node.field("function")?),
        "parenthesized_expression" => last_name(node.items().next()?),
        "pointer_expression" => last_name(node.field("argument")?),
        "subscript_expression" => last_name(node.field("argument")?),
        "cast_expression" => last_name(node.field("value")?),
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::expect_used)]
    use super::*;
    use crate::grammar;

    /// A parsed text.
    pub(crate) fn parsed(grammar: Grammar, text: &str) -> File {
        File::new(Tree::parse(grammar, text).expect("parses"))
    }

    #[test]
    fn every_kind_and_field_that_is_used_exists() {
        for kind in [
            "call_expression",
            "argument_list",
            "preproc_include",
            "function_definition",
            "compound_statement",
            "declaration",
            "init_declarator",
            "pointer_declarator",
            "array_declarator",
            "parameter_declaration",
            "field_expression",
            "pointer_expression",
            "subscript_expression",
            "cast_expression",
            "assignment_expression",
            "update_expression",
            "sizeof_expression",
            "initializer_pair",
            "struct_specifier",
            "string_literal",
            "concatenated_string",
            "binary_expression",
        ] {
            assert!(grammar::knows_kind(Grammar::C, kind), "{kind}");
            assert!(grammar::knows_kind(Grammar::Cpp, kind), "{kind}");
        }
        for kind in ["qualified_identifier", "lambda_expression", "reference_declarator", "for_range_loop"] {
            assert!(grammar::knows_kind(Grammar::Cpp, kind), "{kind}");
        }
    }

    #[test]
    fn names_have_the_types_they_were_declared_with() {
        let text = "void f(const std::string& host, char *name) { struct sockaddr_in addr; char ip[16]; int n = 1; g(host, name, addr, ip, n); }";
        let file = parsed(Grammar::Cpp, text);
        let call = file.calls().next().expect("a call");
        let types: Vec<_> = call.arguments.iter().map(|a| file.type_of(*a).unwrap_or_default()).collect();
        assert_eq!(types, ["std::string", "char*", "struct sockaddr_in", "char[]", "int"]);
    }
}
