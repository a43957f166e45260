//! Where a value comes from, as a qualified name.
//!
//! * `.` selects from a module, package or class: `grpc.aio.insecure_channel`; a module of the
//!   own package begins with a dot: `.settings.HOST`; a builtin is `builtins.open`;
//! * `()` is what a call gives, an object of a class as well: `tornado.web.Application()`;
//! * `#` selects from such an object: `tornado.web.Application()#listen`.

use std::collections::HashMap;

use crate::names::{Decl, DeclKind};
use crate::origin::{Origin, Trail};
use crate::python::scope::{SCOPES, owner, targets};
use crate::python::{File, Import};
use crate::syntax::{Node, Tree};

impl File {
    /// What an expression can be, one origin for each branch that could give its value. Empty
    /// when that is not known for every branch.
    pub fn origins(&self, expr: Node<'_>) -> Vec<Origin> {
        Origin::distinct(self.walk(expr, &mut Trail::new()).unwrap_or_default())
    }

    /// What a call calls.
    pub fn callees(&self, call: Node<'_>) -> Vec<Origin> {
        if let Some(known) = self.called.borrow().get(&call.number()) {
            return known.clone();
        }
        let found = call.field("function").map(|f| self.origins(f)).unwrap_or_default();
        self.called.borrow_mut().insert(call.number(), found.clone());
        found
    }

    fn walk(&self, expr: Node<'_>, trail: &mut Trail) -> Option<Vec<Origin>> {
        trail.step()?;
        match expr.kind() {
            "parenthesized_expression" | "await" => self.walk(expr.items().next()?, trail),
            "named_expression" => self.walk(expr.field("value")?, trail),
            "identifier" => self.name(expr, trail),
            "attribute" => {
                let (object, name) = (expr.field("object")?, expr.field("attribute")?.text());
                if let Some(class) = self.own_class(object) {
                    return self.own_field(class, object.text(), name, trail);
                }
                Some(each(self.walk(object, trail)?, |o| o.member(name)))
            }
            "call" => Some(each(self.walk(expr.field("function")?, trail)?, Origin::called)),
            "conditional_expression" => {
                let parts: Vec<Node<'_>> = expr.items().collect();
                let [yes, _, no] = parts.as_slice() else { return None };
                self.either(*yes, *no, trail)
            }
            "boolean_operator" if expr.field("operator")?.text() == "or" => {
                self.either(expr.field("left")?, expr.field("right")?, trail)
            }
            _ => None,
        }
    }

    fn either(&self, a: Node<'_>, b: Node<'_>, trail: &mut Trail) -> Option<Vec<Origin>> {
        let mut both = self.walk(a, trail)?;
        both.extend(self.walk(b, trail)?);
        Some(both)
    }

    fn name(&self, identifier: Node<'_>, trail: &mut Trail) -> Option<Vec<Origin>> {
        let Some((decl, _)) = self.names.resolve(identifier) else {
            return Some(vec![Origin::new(format!("builtins.{}", identifier.text()))]);
        };
        match decl.kind {
            DeclKind::Import => {
                // `try: import a as m` and `except ImportError: import b as m` share one name.
                let same = |i: &&Import| {
                    i.local == decl.name
                        && self.names.resolve(self.tree.node(i.node)).is_some_and(|(d, _)| d.node == decl.node)
                };
                let found: Vec<Origin> = self.imports.iter().filter(same).map(|i| Origin::new(i.origin())).collect();
                (!found.is_empty()).then_some(found)
            }
            DeclKind::Variable | DeclKind::Constant | DeclKind::Parameter => {
                let step = format!("{} of line {}", decl.name, self.tree.node(decl.node).line());
                let known = self.assigned(&decl, trail).or_else(|| self.typed(&decl, trail));
                known.map(|k| each(k, |o| o.because(step.clone())))
            }
            DeclKind::Function | DeclKind::Type => None,
        }
    }

    /// What a variable was given, wherever it was given something.
    fn assigned(&self, decl: &Decl, trail: &mut Trail) -> Option<Vec<Origin>> {
        trail.within(decl.node, "", |trail| self.all_assigned(decl, trail))
    }

    fn all_assigned(&self, decl: &Decl, trail: &mut Trail) -> Option<Vec<Origin>> {
        if decl.kind == DeclKind::Parameter {
            return None;
        }
        let mut found = Vec::new();
        for (node, target) in self.bindings(decl) {
            if let Some(import) = self.imports.iter().find(|i| i.node == target.number()) {
                found.push(Origin::new(import.origin()));
                continue;
            }
            let value = match node.kind() {
                "assignment" if node.field("left") == Some(target) => node.field("right"),
                "named_expression" => node.field("value"),
                // `with aiohttp.ClientSession() as session`: nearly every context manager gives itself.
                "as_pattern" if node.parent().is_some_and(|p| p.is("with_item")) => node.items().next(),
                _ => None,
            };
            // `server = None` above the real assignment says nothing about the object.
            let value = value?;
            if !value.is("none") {
                found.extend(self.walk(value, trail)?);
            }
        }
        (!found.is_empty()).then_some(found)
    }

    /// The nodes that give a declared name a value, each with the name in it.
    fn bindings(&self, decl: &Decl) -> Vec<(Node<'_>, Node<'_>)> {
        let all = self.index().names.get(&decl.name).into_iter().flatten();
        let nodes = all.map(|(node, target)| (self.tree.node(*node), self.tree.node(*target)));
        nodes.filter(|(_, target)| self.names.resolve(*target).is_some_and(|(d, _)| d.node == decl.node)).collect()
    }

    /// The annotated type: `session: aiohttp.ClientSession` is an object of that class.
    fn typed(&self, decl: &Decl, trail: &mut Trail) -> Option<Vec<Origin>> {
        let ty = self.tree.node(decl.ty?).items().next()?;
        let known = self.walk(ty, trail)?;
        let class = known.iter().all(|o| !o.object && !o.path.starts_with("builtins."));
        class.then(|| each(known, Origin::called))
    }

    /// The class whose method an expression like `self` stands in, when it is the method's first
    /// parameter.
    pub(crate) fn own_class<'a>(&'a self, expr: Node<'a>) -> Option<Node<'a>> {
        if !expr.is("identifier") {
            return None;
        }
        let (decl, scope) = self.names.resolve(expr)?;
        let first = scope.field("parameters")?.items().next()?;
        let method = decl.kind == DeclKind::Parameter && first.number() == decl.node && scope.is("function_definition");
        let class = scope.ancestors().find(|n| n.is_named() && n.is_any(SCOPES));
        class.filter(|c| method && c.is("class_definition"))
    }

    fn own_field(&self, class: Node<'_>, me: &str, name: &str, trail: &mut Trail) -> Option<Vec<Origin>> {
        trail.within(class.number(), name, |trail| {
            let mut found = Vec::new();
            for (line, value) in self.field_values(class, me, name)? {
                if !value.is("none") {
                    found.extend(each(self.walk(value, trail)?, |o| o.because(format!("{me}.{name} of line {line}"))));
                }
            }
            (!found.is_empty()).then_some(found)
        })
    }

    /// The values that `self.name` is given inside a class, with their lines. `None` when it is
    /// given one that is not written out.
    pub(crate) fn field_values<'a>(&'a self, class: Node<'a>, me: &str, name: &str) -> Option<Vec<(usize, Node<'a>)>> {
        let mut found = Vec::new();
        for (node, target) in self.index().fields.get(name).into_iter().flatten() {
            let (node, target) = (self.tree.node(*node), self.tree.node(*target));
            let own = match target.field("object") {
                Some(object) => object.text() == me && class.holds(node),
                None => owner(node) == Some(class),
            };
            if !own {
                continue;
            }
            // A tuple that holds it, a `+=`: the value is not written out.
            if !node.is("assignment") || node.field("left") != Some(target) {
                return None;
            }
            // `host: str` alone only annotates.
            found.extend(node.field("right").map(|value| (node.line(), value)));
        }
        Some(found)
    }
}

/// Where names and fields are given values, by name: the assigning node and the target in it.
#[derive(Default)]
pub(crate) struct Index {
    names: HashMap<String, Vec<(u32, u32)>>,
    fields: HashMap<String, Vec<(u32, u32)>>,
}

impl Index {
    pub(crate) fn of(tree: &Tree) -> Index {
        let mut index = Index::default();
        for node in tree.nodes() {
            for target in targets(node) {
                index.names.entry(target.text().to_owned()).or_default().push((node.number(), target.number()));
                if owner(node).is_some_and(|o| o.is("class_definition")) {
                    index.fields.entry(target.text().to_owned()).or_default().push((node.number(), target.number()));
                }
            }
            if node.is_any(&["assignment", "augmented_assignment"]) {
                for target in node.field("left").into_iter().flat_map(attributes) {
                    let name = target.field("attribute").map_or("", Node::text);
                    index.fields.entry(name.to_owned()).or_default().push((node.number(), target.number()));
                }
            }
        }
        index
    }
}

/// The attributes that the left side of an assignment gives values to.
fn attributes(left: Node<'_>) -> Vec<Node<'_>> {
    match left.kind() {
        "attribute" => vec![left],
        "pattern_list" | "tuple_pattern" | "list_pattern" | "list_splat_pattern" => {
            left.items().flat_map(attributes).collect()
        }
        _ => Vec::new(),
    }
}

fn each(origins: Vec<Origin>, change: impl Fn(Origin) -> Origin) -> Vec<Origin> {
    origins.into_iter().map(change).collect()
}

#[cfg(test)]
mod tests {
    use crate::python::tests::{expression, parsed};

    fn paths(source: &str) -> Vec<String> {
        let file = parsed(source);
        file.origins(expression(&file)).into_iter().map(|o| o.path).collect()
    }

    #[test]
    fn imports_of_every_form_lead_to_the_same_name() {
        for source in [
            "import grpc.aio\nx = grpc.aio.insecure_channel\n",
            "import grpc.aio as g\nx = g.insecure_channel\n",
            "from grpc import aio\nx = aio.insecure_channel\n",
            "from grpc.aio import insecure_channel as dial\nx = dial\n",
            "def f():\n    from grpc import aio as g\n    x = g.insecure_channel\n",
        ] {
            assert_eq!(paths(source), ["grpc.aio.insecure_channel"], "{source}");
        }
        assert_eq!(paths("from . import a\nx = a.b\n"), [".a.b"]);
        assert_eq!(paths("from ..p.q import a\nx = a\n"), ["..p.q.a"]);
        assert_eq!(paths("x = open\n"), ["builtins.open"]);
    }

    #[test]
    fn objects_are_followed() {
        let app = ["tornado.web.Application()#listen"];
        assert_eq!(paths("import tornado.web\napp = tornado.web.Application([])\nx = app.listen\n"), app);
        assert_eq!(
            paths(
                "import tornado.web as w\nclass A:\n  def __init__(self):\n    self.app = w.Application()\n    self.app.name = 1\n  def run(self):\n    x = self.app.listen\n"
            ),
            app
        );
        assert_eq!(paths("from tornado.web import Application\ndef f(a: Application):\n  x = a.listen\n"), app);
        let session = ["aiohttp.ClientSession()#get"];
        assert_eq!(
            paths("import aiohttp\nasync def f():\n  async with aiohttp.ClientSession() as s:\n    x = s.get\n"),
            session
        );
        assert_eq!(
            paths("import asyncio\nx = asyncio.get_event_loop().create_server\n"),
            ["asyncio.get_event_loop()#create_server"]
        );
    }

    #[test]
    fn what_is_not_certain_is_not_claimed() {
        let both = "try:\n  import uvloop as loop\nexcept ImportError:\n  import asyncio as loop\nx = loop.run\n";
        assert_eq!(paths(both), ["uvloop.run", "asyncio.run"]);
        let guarded = "try:\n  import grpc\nexcept ImportError:\n  grpc = None\nx = grpc.server\n";
        assert_eq!(paths(guarded), ["grpc.server"]);
        for source in [
            "def f(app):\n  x = app.listen\n",
            "import grpc\ngrpc = fake()\nx = grpc.insecure_channel\ndef fake(): pass\n",
            "import grpc\ndef f(grpc):\n  x = grpc.insecure_channel\n",
            "try:\n  import grpc\nexcept ImportError:\n  grpc = None\ndef f():\n  grpc = g()\n  x = grpc.a\ndef g(): pass\n",
            "import grpc\nclass A:\n  def f(self):\n    self.s = grpc.server()\n    self.s, b = g()\n    x = self.s.start\n",
            "class A:\n  import grpc\n  def f(self):\n    x = self.grpc.a\n",
        ] {
            assert_eq!(paths(source), [] as [String; 0], "{source}");
        }
        // A method does not see the names of its class.
        assert_eq!(paths("class A:\n  open = 1\n  def f(self):\n    x = open\n"), ["builtins.open"]);
    }
}
