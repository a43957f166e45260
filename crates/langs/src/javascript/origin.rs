//! Where a value comes from, as a qualified name.
//!
//! `app` in `app.listen(..)` is `express()` when it was declared so; `listen` is then
//! `express()#listen`. The grammar of these names:
//!
//! * a module is its name: `http`, `@grpc/grpc-js`, `./app`; a global is `globalThis.fetch`;
//! * `.` selects from a module, class or namespace: `@grpc/grpc-js.Server`;
//! * `()` is what a call gives: `express()`, `http.createServer()`;
//! * `#` selects from an object, made by `new` or given by a call: `@grpc/grpc-js.Server#bindAsync`.

use crate::javascript::File;
use crate::javascript::imports::required;
use crate::javascript::scope::{CLASSES, FUNCTIONS};
use crate::javascript::text::wrapped;
use crate::names::{Decl, DeclKind};
use crate::origin::{Origin, Trail};
use crate::syntax::Node;

impl File {
    /// What an expression can be, one origin for each branch that could give its value. Empty
    /// when that is not known for every branch.
    pub fn origins(&self, expr: Node<'_>) -> Vec<Origin> {
        Origin::distinct(self.walk(expr, &mut Trail::new()).unwrap_or_default())
    }

    /// What a call calls; the name of a class behind `new ` for a `new` expression.
    pub fn callees(&self, call: Node<'_>) -> Vec<Origin> {
        match (call.field("function"), call.field("constructor")) {
            (Some(function), _) => self.origins(function),
            (_, Some(class)) => {
                let named = |o: Origin| Origin { path: format!("new {}", o.path), ..o };
                self.origins(class).into_iter().map(named).collect()
            }
            _ => Vec::new(),
        }
    }

    fn walk(&self, expr: Node<'_>, trail: &mut Trail) -> Option<Vec<Origin>> {
        trail.step()?;
        if let Some(inner) = wrapped(expr) {
            return self.walk(inner, trail);
        }
        match expr.kind() {
            "identifier" | "shorthand_property_identifier" => self.name(expr, trail),
            "member_expression" => {
                let (object, name) = (expr.field("object")?, expr.field("property")?);
                if object.is("this") {
                    return self.own_field(expr, name.text(), trail);
                }
                Some(each(self.walk(object, trail)?, |o| member(o, name.text())))
            }
            "subscript_expression" => {
                let name = self.string(expr.field("index")?)?;
                Some(each(self.walk(expr.field("object")?, trail)?, |o| member(o, &name)))
            }
            "call_expression" => self.call(expr, trail),
            "new_expression" => {
                let class = self.walk(expr.field("constructor")?, trail)?;
                Some(each(class, |o| Origin { object: true, ..o }))
            }
            "assignment_expression" => self.walk(expr.field("right")?, trail),
            "sequence_expression" => self.walk(expr.items().last()?, trail),
            "ternary_expression" => self.either(expr.field("consequence")?, expr.field("alternative")?, trail),
            "binary_expression" if matches!(expr.field("operator")?.text(), "||" | "??") => {
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

    fn call(&self, call: Node<'_>, trail: &mut Trail) -> Option<Vec<Origin>> {
        let function = call.field("function")?;
        if let Some(module) = required(call) {
            let shadowed = function.is("identifier") && self.names.resolve(function).is_some();
            return (!shadowed).then(|| vec![Origin::new(module)]);
        }
        if let Some(body) = self.local_function(function) {
            let mut given = Vec::new();
            for value in returned(body)? {
                given.extend(self.walk(value, trail)?);
            }
            let step = format!("returned by {}, line {}", function.text(), body.line());
            return (!given.is_empty()).then(|| each(given, |o| o.because(step.clone())));
        }
        Some(each(self.walk(function, trail)?, Origin::called))
    }

    /// The function of this file that an identifier names.
    fn local_function<'a>(&'a self, identifier: Node<'a>) -> Option<Node<'a>> {
        if !identifier.is("identifier") {
            return None;
        }
        let (decl, _) = self.names.resolve(identifier)?;
        let node = match decl.kind {
            DeclKind::Function => self.tree.node(decl.whole),
            DeclKind::Constant => self.tree.node(decl.value?),
            _ => return None,
        };
        node.is_any(FUNCTIONS).then_some(node)
    }

    fn name(&self, identifier: Node<'_>, trail: &mut Trail) -> Option<Vec<Origin>> {
        let Some((decl, _)) = self.names.resolve(identifier) else {
            return Some(vec![Origin::new(format!("globalThis.{}", identifier.text()))]);
        };
        match decl.kind {
            DeclKind::Import => {
                let import = self.imports.iter().find(|i| i.node == decl.node)?;
                let module = Origin::new(&import.module);
                Some(vec![match &import.member {
                    Some(name) => member(module, name),
                    None => module,
                }])
            }
            DeclKind::Variable | DeclKind::Constant | DeclKind::Parameter => {
                let step = format!("{} of line {}", decl.name, self.tree.node(decl.node).line());
                let known = self.assigned(&decl, trail).or_else(|| self.typed(&decl, trail));
                let foreign = known.as_ref().is_some_and(|k| k.iter().all(|o| o.chain.is_empty() && !o.object));
                // The name of an import is no step worth telling.
                known.map(|k| if foreign { k } else { each(k, |o| o.because(step.clone())) })
            }
            DeclKind::Function | DeclKind::Type => None,
        }
    }

    /// What a variable was given, wherever it was given something.
    fn assigned(&self, decl: &Decl, trail: &mut Trail) -> Option<Vec<Origin>> {
        trail.within(decl.node, "", |trail| self.all_assigned(decl, trail))
    }

    fn all_assigned(&self, decl: &Decl, trail: &mut Trail) -> Option<Vec<Origin>> {
        let node = self.tree.node(decl.node);
        let mut found = Vec::new();
        if decl.kind == DeclKind::Parameter {
            return None;
        }
        if let Some(value) = decl.value {
            found.extend(self.walk(self.tree.node(value), trail)?);
        } else if node.parent().is_some_and(|p| !p.is("variable_declarator")) {
            found.extend(self.destructured(node, self.tree.node(decl.whole), trail)?);
        }
        if decl.kind == DeclKind::Constant {
            return Some(found);
        }
        for (target, value) in self.assignments(decl) {
            // A pattern, an operator like `+=` or a loop gives something else.
            let value = value.filter(|_| target.parent().is_some_and(|p| p.is("assignment_expression")))?;
            found.extend(self.walk(value, trail)?);
        }
        (!found.is_empty()).then_some(found)
    }

    /// The assignments to a declared name: the target, and the value where it is a plain one.
    fn assignments(&self, decl: &Decl) -> Vec<(Node<'_>, Option<Node<'_>>)> {
        let mut found = Vec::new();
        for (node, target) in self.index().names.get(&decl.name).into_iter().flatten() {
            let (node, target) = (self.tree.node(*node), self.tree.node(*target));
            let same =
                target.number() != decl.node && self.names.resolve(target).is_some_and(|(d, _)| d.node == decl.node);
            if same {
                found.push((target, node.field("right").filter(|_| node.is("assignment_expression"))));
            }
        }
        found
    }

    /// The values that a declared name is given by plain assignments.
    pub fn given(&self, decl: &Decl) -> Vec<Node<'_>> {
        self.assignments(decl).into_iter().filter_map(|(_, value)| value).collect()
    }

    /// `{ createServer: make }` of a module's value: the member that a name gets.
    fn destructured(&self, name: Node<'_>, declarator: Node<'_>, trail: &mut Trail) -> Option<Vec<Origin>> {
        let pattern = declarator.field("name")?;
        let parent = name.parent()?;
        let (key, pattern_of) = match parent.kind() {
            "pair_pattern" => (parent.field("key")?, parent.parent()?),
            "object_pattern" => (name, parent),
            _ => return None,
        };
        let direct =
            pattern_of == pattern && key.is_any(&["property_identifier", "shorthand_property_identifier_pattern"]);
        let source = declarator.field("value").filter(|_| direct && declarator.is("variable_declarator"))?;
        Some(each(self.walk(source, trail)?, |o| member(o, key.text())))
    }

    /// The type that TypeScript was told: `app: express.Application` is an object of that class.
    fn typed(&self, decl: &Decl, trail: &mut Trail) -> Option<Vec<Origin>> {
        let ty = self.tree.node(decl.ty?).items().next()?;
        let origin = self.type_name(ty, trail)?;
        Some(vec![Origin { object: true, ..origin }])
    }

    fn type_name(&self, ty: Node<'_>, trail: &mut Trail) -> Option<Origin> {
        trail.step()?;
        match ty.kind() {
            "type_identifier" | "identifier" => {
                let (decl, _) = self.names.lookup(ty, ty.text())?;
                let import = self.imports.iter().find(|i| i.node == decl.node)?;
                let module = Origin::new(&import.module);
                Some(import.member.iter().fold(module, |o, m| member(o, m)))
            }
            "nested_type_identifier" => {
                let module = self.type_name(ty.field("module")?, trail)?;
                Some(member(module, ty.field("name")?.text()))
            }
            "generic_type" => self.type_name(ty.field("name")?, trail),
            _ => None,
        }
    }

    /// What `this.name` was given in the class around it, in every place where it was given
    /// something.
    fn own_field(&self, at: Node<'_>, name: &str, trail: &mut Trail) -> Option<Vec<Origin>> {
        let class = at.ancestor(CLASSES)?;
        trail.within(class.number(), name, |trail| {
            let mut found = Vec::new();
            for (line, value) in self.field_values(class, name)? {
                found.extend(each(self.walk(value, trail)?, |o| o.because(format!("this.{name} of line {line}"))));
            }
            (!found.is_empty()).then_some(found)
        })
    }

    /// The values that a field is given inside a class, with their lines. `None` when it is given
    /// one that is not written out.
    pub(crate) fn field_values<'a>(&'a self, class: Node<'a>, name: &str) -> Option<Vec<(usize, Node<'a>)>> {
        let mut found = Vec::new();
        for number in self.index().fields.get(name).into_iter().flatten() {
            let node = self.tree.node(*number);
            if !class.holds(node) {
                continue;
            }
            let value = match node.kind() {
                "augmented_assignment_expression" => None,
                "assignment_expression" => {
                    node.field("right").filter(|_| node.field("left").is_some_and(|l| l.is("member_expression")))
                }
                _ => node.field("value"),
            };
            found.push((node.line(), value?));
        }
        Some(found)
    }
}

/// A member, where `require('m').default` and `import * as m` lead to the same thing.
fn member(origin: Origin, name: &str) -> Origin {
    if name == "default" && !origin.object { origin } else { origin.member(name) }
}

fn each(origins: Vec<Origin>, change: impl Fn(Origin) -> Origin) -> Vec<Origin> {
    origins.into_iter().map(change).collect()
}

/// The values that a function returns. `None` when one of them is nothing.
fn returned(function: Node<'_>) -> Option<Vec<Node<'_>>> {
    let body = function.field("body")?;
    if !body.is("statement_block") {
        return Some(vec![body]);
    }
    let own = |n: &Node<'_>| n.is("return_statement") && n.ancestor(FUNCTIONS) == Some(function);
    body.descendants().filter(own).map(|r| r.items().next()).collect()
}

#[cfg(test)]
mod tests {
    use crate::javascript::tests::{expression, parsed};

    fn paths(source: &str) -> Vec<String> {
        let file = parsed(source);
        file.origins(expression(&file)).into_iter().map(|o| o.path).collect()
    }

    #[test]
    fn imports_of_every_form_lead_to_the_same_name() {
        for import in [
            "const http = require('http'); x = http.createServer().listen;",
            "import http from 'node:http'; x = http.createServer().listen;",
            "import * as http from 'http'; x = http['createServer']().listen;",
            "const { createServer } = require('node:http'); x = createServer().listen;",
            "const { createServer: make } = require('http'); x = make().listen;",
            "import { createServer as make } from 'http'; const s = make(); x = s.listen;",
            "const http = require('http'); const { createServer } = http; x = createServer().listen;",
            "const http = await import('node:http'); x = http.default.createServer().listen;",
            "let s; s = require('http').createServer(); x = s.listen;",
            "import http from 'http'; function make(a) { const s = http.createServer(a); return s } x = make(1).listen;",
        ] {
            assert_eq!(paths(import), ["http.createServer()#listen"], "{import}");
        }
    }

    #[test]
    fn objects_are_followed_through_fields_and_branches() {
        let class =
            "const grpc = require('@grpc/grpc-js'); class A { constructor() { this.server = new grpc.Server(); }
            run() { const server = this.server; x = server.bindAsync; } }";
        assert_eq!(paths(class), ["@grpc/grpc-js.Server#bindAsync"]);
        let branch = "const s = tls ? require('https').createServer(o) : require('http').createServer(); x = s.listen;";
        assert_eq!(paths(branch), ["https.createServer()#listen", "http.createServer()#listen"]);
        assert_eq!(paths("x = fetch;"), ["globalThis.fetch"]);
    }

    #[test]
    fn what_is_not_certain_is_not_claimed() {
        for source in [
            "function f(app) { x = app.listen; }",
            "let s = require('http').createServer(); s = other(); function other() {} x = s.listen;",
            "const http = require('http'); { const http = fake(1); function fake() { return {} } x = http.createServer; }",
            "function require(m) { return m } x = require('http').createServer;",
            "class A { constructor(s) { this.s = s; } run() { x = this.s.listen; } }",
            "let a = b || a; let b = a; x = a.listen;",
            "const m = require('m'); class A { f() { this.a = m.b(); [this.a] = g(); x = this.a.listen; } }",
            "class A { f() { this.a = this.a || g(); x = this.a.listen; } }",
        ] {
            assert_eq!(paths(source), [] as [String; 0], "{source}");
        }
    }

    #[test]
    fn the_way_is_told() {
        let file = parsed("const app = require('express')();\nx = app.listen;\n");
        let origin = file.origins(expression(&file)).into_iter().next().map(|o| o.chain);
        assert_eq!(origin, Some(vec!["app of line 1".to_owned()]));
    }
}
