//! Go: imports, names, types as far as one file tells them, text expressions, calls.

mod imports;
mod scope;
mod strings;
mod types;

#[cfg(test)]
mod tests;

use std::rc::Rc;

use sixify_core::Document;

use crate::classify;
use crate::grammar::Grammar;
use crate::names::{Decl, DeclKind, Names};
use crate::syntax::{Node, Tree};

pub use imports::{GoImports, Import, package_name};
pub use scope::GoScoping;
pub use strings::format_call;

/// A Go file, parsed, with its names.
pub struct File {
    /// The syntax tree.
    pub tree: Tree,
    /// Its names by scope.
    pub names: Names<GoScoping>,
    /// Its imports.
    pub imports: Vec<Import>,
}

/// The Go file of a document; `None` for other kinds of documents.
pub fn file(doc: &Document) -> Option<Rc<File>> {
    if doc.kind != classify::GO {
        return None;
    }
    let made = doc.memo::<Option<Rc<File>>>(|doc| {
        let tree = Tree::parse(Grammar::Go, &doc.text)?;
        let imports = imports::imports(&tree);
        Some(Rc::new(File { names: Names::new(GoScoping), imports, tree }))
    });
    made.as_ref().clone()
}

impl File {
    /// What a called or selected name is, with its package's import path: `net.Dial`,
    /// `net/http.ListenAndServe`; for a method the type it belongs to: `net.Conn.LocalAddr`.
    pub fn qualified(&self, function: Node<'_>) -> Option<String> {
        match function.kind() {
            "identifier" => match self.names.resolve(function) {
                // A function of this package, or one of the language's own.
                Some((Decl { kind: DeclKind::Function, .. }, _)) | None => Some(function.text().to_owned()),
                Some(_) => None,
            },
            "selector_expression" => {
                let operand = function.field("operand")?;
                let field = function.field("field")?.text();
                if let Some(import) = self.import_of(operand) {
                    return Some(format!("{}.{field}", import.path));
                }
                let ty = self.type_of(operand)?;
                Some(format!("{}.{field}", ty.trim_start_matches('*')))
            }
            "parenthesized_expression" => self.qualified(function.items().next()?),
            _ => None,
        }
    }

    /// What a call calls.
    pub fn callee(&self, call: Node<'_>) -> Option<String> {
        self.qualified(call.field("function")?)
    }

    /// The import that an identifier stands for, if it is not shadowed.
    pub fn import_of(&self, node: Node<'_>) -> Option<&Import> {
        if !node.is_any(&["identifier", "package_identifier"]) {
            return None;
        }
        match self.names.resolve(node) {
            Some((Decl { kind: DeclKind::Import, name, .. }, _)) => self.imports.iter().find(|i| i.local == name),
            _ => None,
        }
    }

    /// The name under which a package can be used at a place: that of its import, or the usual
    /// one when nothing else has that name. `None` when the name is taken or shadowed there.
    pub fn name_for(&self, at: Node<'_>, path: &str) -> Option<String> {
        let local = match self.imports.iter().find(|i| i.path == path && i.usable()) {
            Some(import) => import.local.clone(),
            None => package_name(path),
        };
        match self.names.lookup(at, &local) {
            None => Some(local),
            Some((Decl { kind: DeclKind::Import, .. }, _)) => {
                let import = self.imports.iter().find(|i| i.local == local)?;
                (import.path == path).then_some(local)
            }
            Some(_) => None,
        }
    }

    /// The arguments of a call.
    pub fn arguments<'a>(&self, call: Node<'a>) -> Vec<Node<'a>> {
        call.field("arguments").map(|a| a.items().collect()).unwrap_or_default()
    }

    /// Follows a name to the expression it stands for, with the chain of reasons.
    pub fn constant<'a>(&'a self, expr: Node<'a>) -> (Node<'a>, Vec<String>) {
        self.names.constant(&self.tree, expr)
    }
}
