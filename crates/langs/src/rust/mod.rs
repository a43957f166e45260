//! Rust: imports, names, calls with the path of what they call, format macros.

mod format;
mod scope;
mod uses;

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use sixify_core::{Document, Span};

use crate::classify;
use crate::grammar::Grammar;
use crate::names::{Decl, DeclKind, Names};
use crate::syntax::{Node, Tree};

pub use format::{Argument, Format, Hole};
pub use scope::RustScoping;
pub use uses::{RustImports, Use};

/// How far the receiver of a method is followed.
const DEPTH: usize = 12;

/// A Rust file, parsed, with its names.
pub struct File {
    /// The syntax tree.
    pub tree: Tree,
    /// Its names by scope.
    pub names: Names<RustScoping>,
    /// What it imports.
    pub uses: Vec<Use>,
    test: bool,
    /// Types of the fields of the crate, where they were read.
    fields: OnceCell<Arc<HashMap<String, String>>>,
}

/// The Rust file of a document; `None` for other kinds of documents.
pub fn file(doc: &Document) -> Option<Rc<File>> {
    if doc.kind != classify::RUST {
        return None;
    }
    let made = doc.memo::<Option<Rc<File>>>(|doc| {
        let tree = Tree::parse(Grammar::Rust, &doc.text)?;
        let uses = uses::uses(&tree);
        let folder = |name: &str| doc.path.split('/').any(|part| part == name);
        let test = folder("tests") || folder("benches") || doc.path.ends_with("tests.rs");
        Some(Rc::new(File { uses, names: Names::new(RustScoping), tree, test, fields: OnceCell::new() }))
    });
    made.as_ref().clone()
}

impl File {
    /// Whether code is only built for tests: the whole file, or a module or function with an
    /// attribute that says so.
    pub fn is_test(&self, node: Node<'_>) -> bool {
        let attribute = |item: Node<'_>| {
            std::iter::successors(item.previous(), |n| n.previous())
                .take_while(|n| n.is("attribute_item") || n.is_comment())
                .any(|n| n.text().contains("test"))
        };
        self.test || node.ancestors().any(|n| n.is_any(&["mod_item", "function_item"]) && attribute(n))
    }

    /// The full path of a name, as far as the imports tell: `std::net::TcpListener::bind`.
    pub fn path(&self, node: Node<'_>) -> Option<String> {
        match node.kind() {
            "identifier" | "type_identifier" => match self.names.resolve(node) {
                Some((Decl { kind: DeclKind::Import, name, .. }, _)) => {
                    self.uses.iter().find(|u| u.local == name).map(|u| u.path.clone())
                }
                Some((Decl { kind: DeclKind::Function | DeclKind::Type, .. }, _)) => Some(node.text().to_owned()),
                Some(_) => None,
                None => {
                    let glob = self.uses.iter().find(|u| u.local == "*" && u.path.starts_with("std::net"));
                    let starts_upper = node.text().starts_with(char::is_uppercase);
                    let path = glob.filter(|_| starts_upper).map(|u| format!("{}::{}", u.path, node.text()));
                    Some(path.unwrap_or_else(|| node.text().to_owned()))
                }
            },
            "scoped_identifier" | "scoped_type_identifier" => {
                let name = node.field("name")?.text();
                match node.field("path") {
                    Some(path) => Some(format!("{}::{name}", self.path(path)?)),
                    None => Some(name.to_owned()),
                }
            }
            "generic_type" => self.path(node.field("type")?),
            "generic_function" => self.path(node.field("function")?),
            _ => None,
        }
    }

    /// What a call calls: the path of a function, or `owner#method` with the path of the type that
    /// the receiver began with: `actix_web::HttpServer#bind`. `None` when that is not known.
    pub fn callee(&self, call: Node<'_>) -> Option<String> {
        let function = call.field("function").filter(|_| call.is("call_expression"))?;
        match self.method(call) {
            Some((receiver, name)) => Some(format!("{}#{name}", self.origin(receiver, DEPTH)?)),
            None => self.path(function),
        }
    }

    /// The receiver and the name of a method call.
    pub fn method<'a>(&self, call: Node<'a>) -> Option<(Node<'a>, &'a str)> {
        let function = call.field("function").filter(|_| call.is("call_expression"))?;
        let function = if function.is("generic_function") { function.field("function")? } else { function };
        let field = function.field("field").filter(|_| function.is("field_expression"))?;
        Some((function.field("value")?, field.text()))
    }

    /// The type that a chain of calls began with.
    fn origin(&self, node: Node<'_>, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        match node.kind() {
            "try_expression" | "await_expression" | "parenthesized_expression" | "reference_expression" => {
                self.origin(node.items().next()?, depth)
            }
            "call_expression" => match self.method(node) {
                Some((receiver, _)) => self.origin(receiver, depth),
                None => {
                    let path = self.path(node.field("function")?)?;
                    Some(path.rsplit_once("::").map_or(path.clone(), |(owner, _)| owner.to_owned()))
                }
            },
            "identifier" => {
                let (value, _) = self.names.constant(&self.tree, node);
                if value == node { None } else { self.origin(value, depth) }
            }
            _ => None,
        }
    }

    /// The arguments of a call.
    pub fn arguments<'a>(&self, call: Node<'a>) -> Vec<Node<'a>> {
        call.field("arguments").map(|a| a.items().filter(|n| !n.is("attribute_item")).collect()).unwrap_or_default()
    }

    /// The value of a string literal without escapes, and its place.
    pub fn string<'a>(&self, node: Node<'a>) -> Option<(&'a str, Span)> {
        let quotes = match node.kind() {
            "string_literal" => 1,
            "raw_string_literal" => node.text().find('"')? + 1,
            _ => return None,
        };
        let behind = if node.is("raw_string_literal") { quotes - 1 } else { 1 };
        let span = Span::new(node.start() + quotes, node.end().checked_sub(behind)?);
        let text = span.text(node.tree().text());
        (node.is("raw_string_literal") || !text.contains('\\')).then_some((text, span))
    }

    /// The written type of a name: of a parameter, of a variable, of a field of this name where
    /// every field of this name in the file has the same one.
    pub fn type_of(&self, name: Node<'_>) -> Option<String> {
        if name.is("identifier") {
            let (decl, _) = self.names.resolve(name)?;
            return decl.ty.map(|ty| self.tree.node(ty).text().to_owned());
        }
        let field = if name.is("field_expression") { name.field("field")?.text() } else { name.text() };
        self.field_type(field)
    }

    /// The type of the fields of this name, where they all have the same one.
    pub fn field_type(&self, field: &str) -> Option<String> {
        let named = |n: &Node<'_>| n.field("name").is_some_and(|f| f.text() == field);
        let mut types: Vec<&str> =
            self.tree.all("field_declaration").filter(named).filter_map(|n| n.field("type")).map(Node::text).collect();
        types.dedup();
        match types.as_slice() {
            [one] => Some((*one).to_owned()),
            [] => self.fields.get()?.get(field).cloned(),
            _ => None,
        }
    }

    /// Takes over the types of the fields that other files of the crate declare, by name.
    pub fn read_fields(&self, fields: Arc<HashMap<String, String>>) {
        self.fields.get_or_init(|| fields);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;

    fn parsed(text: &str) -> Rc<File> {
        file(&Document::from_text("src/main.rs", classify::RUST, text)).expect("parses")
    }

    fn callees(text: &str) -> Vec<String> {
        let file = parsed(text);
        file.tree.all("call_expression").filter_map(|c| file.callee(c)).collect()
    }

    #[test]
    fn calls_have_the_path_of_what_they_call() {
        assert_eq!(
            callees("use std::net::TcpListener;\nfn f() { TcpListener::bind(a)?; }"),
            ["std::net::TcpListener::bind"]
        );
        assert_eq!(
            callees("use tokio::{io, net::TcpListener as L};\nfn f() { L::bind(a); }"),
            ["tokio::net::TcpListener::bind"]
        );
        assert_eq!(callees("use std::net::*;\nfn f() { UdpSocket::bind(a); }"), ["std::net::UdpSocket::bind"]);
        assert_eq!(callees("fn f() { std::net::TcpListener::bind(a); }"), ["std::net::TcpListener::bind"]);
        assert_eq!(
            callees("use actix_web::HttpServer;\nfn f() { let s = HttpServer::new(a).workers(2); s.bind(b)?.run(); }"),
            [
                "actix_web::HttpServer#workers",
                "actix_web::HttpServer::new",
                "actix_web::HttpServer#run",
                "actix_web::HttpServer#bind"
            ]
        );
        assert_eq!(callees("mod net { }\nfn bind() {}\nfn f(bind: F) { bind(a) }"), Vec::<String>::new());
    }

    #[test]
    fn tests_are_told_by_their_attributes() {
        let file =
            parsed("fn a() { x() }\n#[cfg(test)]\nmod t { fn b() { y() } }\n#[tokio::test]\nasync fn c() { z() }\n");
        let tests: Vec<bool> = file.tree.all("call_expression").map(|c| file.is_test(c)).collect();
        assert_eq!(tests, [false, true, true]);
    }
}
