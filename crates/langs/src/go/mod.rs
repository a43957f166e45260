//! Go: imports, names, types as far as one file tells them, text expressions, calls.

mod brackets;
mod imports;
mod package;
mod scope;
mod strings;
mod types;

#[cfg(test)]
mod tests;

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use sixify_core::{Document, Project};

use crate::classify;
use crate::grammar::Grammar;
use crate::names::{Decl, DeclKind, Names};
use crate::syntax::{Node, Tree};

pub use brackets::{BracketedFields, folder_of};
pub use imports::{GoImports, Import, package_name};
pub use package::Package;
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
    test: bool,
    declared: OnceCell<Package>,
    package: OnceCell<Arc<Package>>,
    /// Packages of the module that types were asked of, by import path; `None` until one is read.
    others: RefCell<HashMap<String, Option<Arc<Package>>>>,
}

/// The Go file of a document; `None` for other kinds of documents.
pub fn file(doc: &Document) -> Option<Rc<File>> {
    if doc.kind != classify::GO {
        return None;
    }
    let made = doc.memo::<Option<Rc<File>>>(|doc| {
        let tree = Tree::parse(Grammar::Go, &doc.text)?;
        let imports = imports::imports(&tree);
        let names = Names::new(GoScoping);
        let test = doc.path.ends_with("_test.go");
        Some(Rc::new(File {
            names,
            imports,
            tree,
            test,
            declared: OnceCell::new(),
            package: OnceCell::new(),
            others: RefCell::default(),
        }))
    });
    made.as_ref().clone()
}

impl File {
    /// Whether it is only built for tests.
    pub fn is_test(&self) -> bool {
        self.test
    }

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

    /// The name under which a package can be used at a place, another one than usual where that
    /// is taken. `None` when those are taken too.
    pub fn name_or_alias(&self, at: Node<'_>, path: &str) -> Option<String> {
        let aliases = ["std", "go"].map(|prefix| format!("{prefix}{}", package_name(path)));
        let free = |alias: &String| self.names.lookup(at, alias).is_none();
        self.name_for(at, path).or_else(|| aliases.into_iter().find(free))
    }

    /// The arguments of a call.
    pub fn arguments<'a>(&self, call: Node<'a>) -> Vec<Node<'a>> {
        call.field("arguments").map(|a| a.items().collect()).unwrap_or_default()
    }

    /// What this file declares at package level.
    pub fn declared(&self) -> &Package {
        self.declared.get_or_init(|| Package::of_file(self))
    }

    /// Reads the other files of the package, so that types can be told from them too. Worth its
    /// time only when this file alone does not tell a type that matters.
    pub fn read_package(&self, doc: &Document, project: &Project<'_>) {
        self.package.get_or_init(|| package::of(doc, project));
    }

    /// Reads what it takes to tell the type of an expression: the other files of the package, and the
    /// packages of the same module that its types are declared in.
    pub fn read_for(&self, doc: &Document, project: &Project<'_>, expr: Node<'_>) {
        const STEPS: usize = 4;
        for _ in 0..STEPS {
            if self.type_of(expr).is_some() {
                return;
            }
            self.read_package(doc, project);
            if self.type_of(expr).is_some() {
                return;
            }
            let asked: Vec<String> =
                self.others.borrow().iter().filter(|(_, read)| read.is_none()).map(|(path, _)| path.clone()).collect();
            if asked.is_empty() {
                return;
            }
            for path in asked {
                let read = package::of_import(&path, doc, project).unwrap_or_default();
                self.others.borrow_mut().insert(path, Some(read));
            }
        }
    }

    /// Asks a package of another folder, which is read later where it was not yet.
    fn other<T>(&self, path: &str, ask: impl FnOnce(&Package) -> Option<T>) -> Option<T> {
        // A package of this module has the module's path before it.
        if !path.contains('/') {
            return None;
        }
        let read = self.others.borrow_mut().entry(path.to_owned()).or_default().clone();
        ask(read.as_deref()?)
    }

    fn package(&self) -> Option<&Package> {
        self.package.get().map(Arc::as_ref)
    }

    /// Follows a name to the expression it stands for, with the chain of reasons.
    pub fn constant<'a>(&'a self, expr: Node<'a>) -> (Node<'a>, Vec<String>) {
        self.names.constant(&self.tree, expr)
    }
}
