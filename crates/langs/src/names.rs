//! Scope-correct names: which declaration a use of a name means.
//!
//! The rules differ per language; a [`Scoping`] gives them, and the search is the same: from the
//! use outwards, scope by scope.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::syntax::{Node, Tree};

/// What declares a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeclKind {
    /// An import; the name stands for a module or for a member of one.
    Import,
    /// A variable, perhaps assigned again.
    Variable,
    /// A constant by its keyword.
    Constant,
    /// A parameter of a function.
    Parameter,
    /// A function or method.
    Function,
    /// A type: class, struct, interface.
    Type,
}

/// A declaration of a name. Node numbers belong to the tree it was found in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decl {
    /// The name.
    pub name: String,
    /// What declares it.
    pub kind: DeclKind,
    /// The node of the name itself.
    pub node: u32,
    /// The whole declaration: a specification, a declarator, a parameter.
    pub whole: u32,
    /// The expression it is initialised with, when there is exactly one for this name.
    pub value: Option<u32>,
    /// Its type as written, when one is written.
    pub ty: Option<u32>,
    /// Uses before this offset (bytes) do not see it; 0 when the whole scope sees it.
    pub visible_from: usize,
}

impl Decl {
    /// A declaration that its whole scope sees.
    pub fn new(name: Node<'_>, whole: Node<'_>, kind: DeclKind, value: Option<Node<'_>>, ty: Option<Node<'_>>) -> Self {
        Decl {
            name: name.text().to_owned(),
            kind,
            node: name.number(),
            whole: whole.number(),
            value: value.map(Node::number),
            ty: ty.map(Node::number),
            visible_from: 0,
        }
    }

    /// The same, seen from this offset (bytes) on.
    pub fn visible_from(self, offset: usize) -> Self {
        Decl { visible_from: offset, ..self }
    }
}

/// The rules of a language.
pub trait Scoping {
    /// Whether a node opens a scope.
    fn is_scope(&self, node: Node<'_>) -> bool;

    /// The names declared directly in a scope, not in scopes within it.
    fn declarations(&self, scope: Node<'_>) -> Vec<Decl>;

    /// Whether code in `inner` sees the names of `outer`, which lies around it. A method does not
    /// see the names of its class in Python.
    fn sees(&self, inner: Node<'_>, outer: Node<'_>) -> bool {
        let _ = (inner, outer);
        true
    }

    /// The identifiers that this node gives a value to. Declaring names may be among them.
    fn assigns<'a>(&self, node: Node<'a>) -> Vec<Node<'a>>;

    /// Whether a node is a use of a variable name, as opposed to a member or a key.
    fn is_use(&self, node: Node<'_>) -> bool;
}

/// The declarations of a tree, worked out scope by scope as they are asked for.
pub struct Names<S> {
    scoping: S,
    scopes: RefCell<HashMap<u32, Rc<Vec<Decl>>>>,
}

impl<S: Scoping> Names<S> {
    /// Nothing is worked out yet.
    pub fn new(scoping: S) -> Self {
        Names { scoping, scopes: RefCell::default() }
    }

    /// The rules.
    pub fn scoping(&self) -> &S {
        &self.scoping
    }

    /// The names declared directly in a scope.
    pub fn scope(&self, scope: Node<'_>) -> Rc<Vec<Decl>> {
        if let Some(known) = self.scopes.borrow().get(&scope.number()) {
            return known.clone();
        }
        let made = Rc::new(self.scoping.declarations(scope));
        self.scopes.borrow_mut().insert(scope.number(), made.clone());
        made
    }

    /// The declaration that `name` means at a place, with the scope it stands in.
    pub fn lookup<'a>(&self, at: Node<'a>, name: &str) -> Option<(Decl, Node<'a>)> {
        let mut inner = at;
        for scope in std::iter::once(at).chain(at.ancestors()).filter(|n| self.scoping.is_scope(*n)) {
            if inner != at && !self.scoping.sees(inner, scope) {
                continue;
            }
            let decls = self.scope(scope);
            let seen = |d: &&Decl| d.name == name && (d.visible_from == 0 || d.visible_from <= at.start());
            // A later declaration of the same name in the same scope hides an earlier one.
            if let Some(decl) = decls.iter().filter(seen).max_by_key(|d| d.visible_from) {
                return Some((decl.clone(), scope));
            }
            inner = scope;
        }
        None
    }

    /// The declaration that an identifier means; its own where it declares a name.
    pub fn resolve<'a>(&self, identifier: Node<'a>) -> Option<(Decl, Node<'a>)> {
        self.declared_by(identifier).or_else(|| self.lookup(identifier, identifier.text()))
    }

    /// The declaration that an identifier makes, when it is the declaring name itself.
    pub fn declared_by<'a>(&self, identifier: Node<'a>) -> Option<(Decl, Node<'a>)> {
        identifier.ancestors().filter(|n| self.scoping.is_scope(*n)).find_map(|scope| {
            let decl = self.scope(scope).iter().find(|d| d.node == identifier.number()).cloned();
            decl.map(|decl| (decl, scope))
        })
    }

    /// All uses of a declaration within its scope, the declaring name itself left out.
    pub fn uses<'a>(&self, decl: &Decl, scope: Node<'a>) -> Vec<Node<'a>> {
        let same = |n: &Node<'a>| {
            n.number() != decl.node
                && n.text() == decl.name
                && self.scoping.is_use(*n)
                && self.resolve(*n).is_some_and(|(d, _)| d.node == decl.node)
        };
        scope.descendants().filter(same).collect()
    }

    /// Whether the name is given a value once, where it is declared, and never again.
    pub fn single_assignment(&self, decl: &Decl, scope: Node<'_>) -> bool {
        if decl.kind == DeclKind::Constant {
            return true;
        }
        let again = |n: &Node<'_>| {
            n.text() == decl.name
                && n.number() != decl.node
                && self.resolve(*n).is_some_and(|(d, _)| d.node == decl.node)
        };
        !scope.descendants().any(|node| self.scoping.assigns(node).iter().any(again))
    }

    /// Follows an identifier to the expression it stands for, through constants and variables
    /// that are assigned once. Returns the expression and the chain of reasons. At most five steps.
    pub fn constant<'a>(&self, tree: &'a Tree, expr: Node<'a>) -> (Node<'a>, Vec<String>) {
        let (mut at, mut chain) = (expr, Vec::new());
        for _ in 0..5 {
            if !self.scoping.is_use(at) {
                break;
            }
            let Some((decl, scope)) = self.resolve(at) else { break };
            let Some(value) = decl.value.filter(|_| self.single_assignment(&decl, scope)) else { break };
            let named = if decl.kind == DeclKind::Constant { "constant" } else { "variable" };
            let declared = tree.node(decl.node);
            chain.push(format!("through {named} {}, line {}", decl.name, declared.line()));
            at = tree.node(value);
        }
        (at, chain)
    }
}
