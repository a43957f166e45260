//! Java, Kotlin and Scala: names, calls, text expressions, types.
//!
//! The three languages use the same libraries, so what a codemod asks is the same: which method of
//! which type is called with what. [`File`] answers it from the syntax tree of each of them.

mod calls;
mod imports;
mod scope;
mod text;
mod types;

use std::rc::Rc;

use sixify_core::Document;

use crate::classify;
use crate::grammar::Grammar;
use crate::names::Names;
use crate::syntax::{Node, Tree};

pub use calls::Call;
pub use imports::{Import, JvmImports};
pub use scope::JvmScoping;

/// Which of the three languages a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Java.
    Java,
    /// Kotlin, scripts included.
    Kotlin,
    /// Scala.
    Scala,
}

impl Lang {
    /// The name of the language's sheet of APIs.
    pub fn sheet(self) -> &'static str {
        match self {
            Lang::Java => "java",
            Lang::Kotlin => "kotlin",
            Lang::Scala => "scala",
        }
    }
}

/// A parsed file with its names.
pub struct File {
    /// The syntax tree.
    pub tree: Tree,
    /// Its language.
    pub lang: Lang,
    /// Its names by scope.
    pub names: Names<JvmScoping>,
    /// What it imports, in order.
    pub imports: Vec<Import>,
}

/// The file of a document; `None` for other kinds of documents.
pub fn file(doc: &Document) -> Option<Rc<File>> {
    let (lang, grammar) = match doc.kind {
        classify::JAVA => (Lang::Java, Grammar::Java),
        classify::KOTLIN => (Lang::Kotlin, Grammar::Kotlin),
        classify::SCALA => (Lang::Scala, Grammar::Scala),
        _ => return None,
    };
    let made = doc.memo::<Option<Rc<File>>>(|doc| Some(Rc::new(File::new(lang, Tree::parse(grammar, &doc.text)?))));
    made.as_ref().clone()
}

impl File {
    fn new(lang: Lang, tree: Tree) -> File {
        File { imports: imports::imports(&tree, lang), names: Names::new(JvmScoping(lang)), lang, tree }
    }

    /// Whether the file can use a class of this qualified name by its simple name: it is imported
    /// by itself or with its whole package, or the name is written out somewhere.
    pub fn knows(&self, class: &str) -> bool {
        let package = class.rsplit_once('.').map_or("", |(package, _)| package);
        package == "java.lang"
            || self.imports.iter().any(|i| i.path == class || (i.wildcard && i.path == package))
            || self.tree.text().contains(class)
    }

    /// The value of a literal text or character, when it holds no escape.
    pub fn literal<'a>(&self, node: Node<'a>) -> Option<&'a str> {
        if node.is("character_literal") {
            let value = node.text().trim_matches('\'');
            return (!value.contains('\\')).then_some(value);
        }
        self.text_expr(node)?.value().map(|(raw, _)| raw)
    }

    /// What an expression stands for: itself, or what a constant or variable that is assigned once
    /// holds, with the chain of reasons.
    pub fn constant<'a>(&'a self, node: Node<'a>) -> (Node<'a>, Vec<String>) {
        let at = self.own_field(node).unwrap_or(node);
        self.names.constant(&self.tree, at)
    }

    /// The name in `this.name`.
    fn own_field<'a>(&self, node: Node<'a>) -> Option<Node<'a>> {
        let (object, name) = self.member(node)?;
        object.is_any(&["this", "this_expression"]).then_some(name)
    }

    /// The parts of `object.name`, which is no call.
    pub fn member<'a>(&self, node: Node<'a>) -> Option<(Node<'a>, Node<'a>)> {
        match (self.lang, node.kind()) {
            (Lang::Java, "field_access") => Some((node.field("object")?, node.field("field")?)),
            (Lang::Scala, "field_expression") => Some((node.field("value")?, node.field("field")?)),
            (Lang::Kotlin, "navigation_expression") => {
                let mut parts = node.items();
                let (object, name) = (parts.next()?, parts.next()?);
                (name.is("identifier") && parts.next().is_none()).then_some((object, name))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::expect_used)]
    use super::*;
    use crate::grammar;

    /// A parsed text.
    pub(crate) fn parsed(lang: Lang, text: &str) -> File {
        let grammar = match lang {
            Lang::Java => Grammar::Java,
            Lang::Kotlin => Grammar::Kotlin,
            Lang::Scala => Grammar::Scala,
        };
        File::new(lang, Tree::parse(grammar, text).expect("parses"))
    }

    #[test]
    fn every_kind_and_field_that_is_used_exists() {
        for kind in scope::SCOPES {
            let known = [Grammar::Java, Grammar::Kotlin, Grammar::Scala].iter().any(|g| grammar::knows_kind(*g, kind));
            assert!(known, "{kind}");
        }
        for (grammar, kinds) in [
            (
                Grammar::Java,
                &[
                    "method_invocation",
                    "object_creation_expression",
                    "explicit_constructor_invocation",
                    "argument_list",
                    "field_access",
                    "array_access",
                    "string_literal",
                    "character_literal",
                    "binary_expression",
                    "variable_declarator",
                    "formal_parameter",
                    "spread_parameter",
                    "resource",
                    "catch_formal_parameter",
                    "instanceof_expression",
                    "cast_expression",
                    "import_declaration",
                    "ternary_expression",
                    "parenthesized_expression",
                    "expression_statement",
                    "local_variable_declaration",
                    "field_declaration",
                    "assignment_expression",
                    "update_expression",
                    "inferred_parameters",
                    "array_initializer",
                ][..],
            ),
            (
                Grammar::Kotlin,
                &[
                    "call_expression",
                    "value_arguments",
                    "value_argument",
                    "navigation_expression",
                    "index_expression",
                    "string_literal",
                    "multiline_string_literal",
                    "string_content",
                    "interpolation",
                    "property_declaration",
                    "variable_declaration",
                    "multi_variable_declaration",
                    "class_parameter",
                    "parameter",
                    "import",
                    "is_expression",
                    "as_expression",
                    "assignment",
                    "user_type",
                    "nullable_type",
                    "this_expression",
                ],
            ),
            (
                Grammar::Scala,
                &[
                    "call_expression",
                    "instance_expression",
                    "arguments",
                    "field_expression",
                    "string",
                    "interpolated_string_expression",
                    "interpolated_string",
                    "interpolation",
                    "infix_expression",
                    "val_definition",
                    "var_definition",
                    "parameter",
                    "class_parameter",
                    "import_declaration",
                    "namespace_selectors",
                    "namespace_wildcard",
                    "generic_function",
                    "typed_pattern",
                    "enumerator",
                ],
            ),
        ] {
            for kind in kinds {
                assert!(grammar::knows_kind(grammar, kind), "{grammar:?} {kind}");
            }
        }
    }
}
