//! Where the value of a Go expression goes, as far as one file tells: through variables, fields,
//! parts of texts and calls, to what listens or dials.

use sixify_langs::{go, naming};

use crate::catalog::{self, Catalog};
use crate::go_hosts::{Sink, sink};
use crate::prelude::*;

/// How many names a value is followed through.
const DEPTH: usize = 5;

/// What is known of the ways a value goes.
#[derive(Default)]
pub(crate) struct Flow<'a> {
    /// To a listener that has both families whatever the wildcard looks like.
    pub dual: bool,
    /// To something that listens by its name.
    pub listens: bool,
    /// To something that dials.
    pub dials: bool,
    /// Into a comparison.
    pub compared: bool,
    /// Into `net.JoinHostPort`, as the host.
    pub joined: bool,
    /// Somewhere else.
    pub elsewhere: bool,
    /// Whether it is seen to be read at all.
    pub read: bool,
    /// Into a text that is put together by hand.
    pub by_hand: Vec<Node<'a>>,
    seen: Vec<u32>,
}

/// Words of functions that listen, and of those that dial.
const LISTENS: &[&str] = &["listen", "listener", "serve", "server", "bind", "run", "start"];
const DIALS: &[&str] =
    &["dial", "connect", "get", "post", "client", "request", "send", "fetch", "ping", "probe", "resolve"];

/// Whether a name has the word of something that listens.
pub(crate) fn says_listen(name: &str) -> bool {
    naming::words(name)
        .iter()
        .any(|w| matches!(w.as_str(), "listen" | "listener" | "bind" | "serve" | "binding" | "listening" | "expose"))
}

/// Whether a name has the word of something that is dialled, or that is no listener's.
pub(crate) fn says_other(name: &str) -> bool {
    let other = ["nexthop", "hop", "from", "to"];
    let words = naming::words(name);
    naming::is_ipv4(name) || naming::is_other_end(name) || words.iter().any(|w| other.contains(&w.as_str()))
}

/// Follows a value.
pub(crate) fn follow<'a>(file: &'a go::File, catalog: &Catalog, expr: Node<'a>) -> Flow<'a> {
    let mut flow = Flow::default();
    flow.value(file, catalog, expr, DEPTH);
    flow
}

/// Follows what is read from a field of this name.
pub(crate) fn follow_field<'a>(file: &'a go::File, catalog: &Catalog, field: &Field) -> Flow<'a> {
    let mut flow = Flow::default();
    flow.field(file, catalog, field, DEPTH);
    flow
}

/// A field of a type, as far as that is known.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its name.
    pub name: String,
    /// The type it belongs to.
    pub owner: Option<String>,
}

impl Field {
    /// The field that a selector names.
    pub fn of(file: &go::File, selector: Node<'_>) -> Option<Field> {
        let name = selector.field("field").filter(|_| selector.is("selector_expression"))?.text().to_owned();
        let owner = selector.field("operand").and_then(|o| file.type_of(o));
        Some(Field { name, owner: owner.map(|ty| ty.trim_start_matches('*').to_owned()) })
    }

    /// The field that a key in a composite literal names.
    pub fn of_key(file: &go::File, key: Node<'_>) -> Field {
        let literal = key.ancestor(&["composite_literal"]);
        let body = key.ancestor(&["literal_value"]);
        let ty = literal.and_then(|literal| {
            let ty = literal.field("type")?;
            if literal.field("body") == body {
                return Some(ty);
            }
            // An element of a map or a list, whose type is not written again.
            ty.field("value").or_else(|| ty.field("element"))
        });
        let owner = ty.and_then(|t| file.written_type(t));
        Field { name: key.text().to_owned(), owner: owner.map(|ty| ty.trim_start_matches('*').to_owned()) }
    }

    /// Whether a selector may name this field.
    fn read_by(&self, file: &go::File, selector: Node<'_>) -> bool {
        Field::of(file, selector).is_some_and(|other| {
            let same = other.owner.is_none() || self.owner.is_none() || other.owner == self.owner;
            other.name == self.name && same
        })
    }
}

impl<'a> Flow<'a> {
    fn value(&mut self, file: &'a go::File, catalog: &Catalog, expr: Node<'a>, depth: usize) {
        if depth == 0 || self.seen.contains(&expr.number()) {
            return;
        }
        self.seen.push(expr.number());
        let Some(parent) = expr.parent() else { return };
        match parent.kind() {
            "parenthesized_expression" => self.value(file, catalog, parent, depth),
            "unary_expression" if parent.text().starts_with('*') => self.value(file, catalog, parent, depth),
            "unary_expression" => self.elsewhere = true,
            "binary_expression" => match parent.field("operator").map_or("", Node::text) {
                "+" => {
                    self.by_hand.push(parent);
                    self.value(file, catalog, parent, depth);
                }
                "==" | "!=" => {
                    let other = parent.items().find(|o| *o != expr);
                    self.compared |= other.is_some_and(|o| o.text().contains("0.0.0.0"));
                }
                _ => {}
            },
            "argument_list" => {
                if let Some(call) = parent.parent().filter(|c| c.is("call_expression")) {
                    self.argument(file, catalog, call, expr, depth);
                }
            }
            "literal_element" => self.element(file, catalog, parent, depth),
            "expression_list" => {
                if let Some(statement) = parent.parent() {
                    self.assigned(file, catalog, statement, parent, depth);
                }
            }
            "var_spec" | "const_spec" => self.assigned(file, catalog, parent, expr, depth),
            "expression_case" | "inc_statement" => {}
            _ => self.elsewhere = true,
        }
    }

    fn argument(&mut self, file: &'a go::File, catalog: &Catalog, call: Node<'a>, argument: Node<'a>, depth: usize) {
        let arguments = file.arguments(call);
        let Some(position) = arguments.iter().position(|a| *a == argument) else { return };
        let callee = file.callee(call).unwrap_or_default();
        match callee.as_str() {
            "net.JoinHostPort" => {
                self.joined |= position == 0;
                return self.value(file, catalog, call, depth);
            }
            "fmt.Sprintf" | "fmt.Sprint" => {
                self.by_hand.push(call);
                return self.value(file, catalog, call, depth);
            }
            _ => {}
        }
        if callee.starts_with("net.Resolve") {
            self.elsewhere = true;
            return;
        }
        if let Some(api) = catalog.api(&callee).iter().find(|a| a.argument == position + 1) {
            let network = api.network.and_then(|n| arguments.get(n - 1)).map(|n| file.constant(*n).0.text());
            let any = network.is_none_or(|n| matches!(n, "\"tcp\"" | "\"udp\"" | "\"tcp4\"" | "\"udp4\""));
            // A network of IPv4 alone is what makes the wildcard IPv4, and it is another finding.
            match api.role.as_str() {
                "dial-address" => self.dials = true,
                _ if any && api.wildcard.as_deref() == Some("dual") => self.dual = true,
                _ => self.listens = true,
            }
            return;
        }
        if matches!(sink(file, catalog::builtin("go"), argument), Some(Sink::People)) {
            return;
        }
        if let Some(parameter) = parameter(file, call, position) {
            if let Some((decl, scope)) = file.names.declared_by(parameter) {
                for used in file.names.uses(&decl, scope).into_iter().filter(|n| !assigned_to(*n)) {
                    self.value(file, catalog, used, depth - 1);
                }
            }
            return;
        }
        let name = call.field("function").map_or("", Node::text);
        let words = naming::words(name.rsplit('.').next().unwrap_or(name));
        let says = |known: &[&str]| words.iter().any(|w| known.contains(&w.as_str()));
        if says(LISTENS) {
            self.listens = true;
        } else if says(DIALS) {
            self.dials = true;
        } else {
            self.elsewhere = true;
        }
    }

    fn element(&mut self, file: &'a go::File, catalog: &Catalog, element: Node<'a>, depth: usize) {
        let Some(keyed) = element.parent().filter(|p| p.is("keyed_element")) else {
            self.elsewhere = true;
            return;
        };
        let Some(key) = keyed.items().next().filter(|key| *key != element) else { return };
        let field = Field::of_key(file, key);
        if field.owner.as_deref() == Some("net/http.Server") && field.name == "Addr" {
            self.dual = true;
            return;
        }
        self.field(file, catalog, &field, depth - 1);
    }

    fn field(&mut self, file: &'a go::File, catalog: &Catalog, field: &Field, depth: usize) {
        let mut read = false;
        for selector in file.tree.all("selector_expression") {
            if field.read_by(file, selector) && !assigned_to(selector) {
                let given = selector.parent().is_some_and(|p| p.is("unary_expression") && p.text().starts_with('&'));
                self.read |= !given;
                read = true;
                self.value(file, catalog, selector, depth);
            }
        }
        self.elsewhere |= !read;
    }

    fn assigned(&mut self, file: &'a go::File, catalog: &Catalog, statement: Node<'a>, list: Node<'a>, depth: usize) {
        let target = match statement.kind() {
            "short_var_declaration" | "assignment_statement" => {
                statement.field("left").filter(|l| *l != list && l.items().count() == 1).and_then(|l| l.items().next())
            }
            "var_spec" | "const_spec" => statement.field("name"),
            _ => None,
        };
        match target {
            Some(target) if target.is("identifier") => {
                let Some((decl, scope)) = file.names.resolve(target) else {
                    self.elsewhere = true;
                    return;
                };
                let uses = file.names.uses(&decl, scope);
                self.read |= !uses.is_empty();
                for used in uses.iter().copied().filter(|n| !assigned_to(*n)) {
                    self.value(file, catalog, used, depth - 1);
                }
                let exported = decl.name.starts_with(char::is_uppercase);
                self.elsewhere |= scope.is("source_file") && (exported || uses.is_empty());
            }
            Some(target) if target.is("selector_expression") => {
                if let Some(field) = Field::of(file, target) {
                    self.field(file, catalog, &field, depth - 1);
                }
            }
            _ => self.elsewhere = true,
        }
    }
}

/// The parameter of a function of this file that a call gives an argument to.
fn parameter<'a>(file: &'a go::File, call: Node<'a>, position: usize) -> Option<Node<'a>> {
    let name = call.field("function").filter(|f| f.is("identifier"))?;
    let (decl, _) = file.names.resolve(name)?;
    let function = file.tree.node(decl.whole);
    let parameters = function.is("function_declaration").then(|| function.field("parameters"))??;
    parameters.items().flat_map(|p| p.fields("name").filter(|n| n.is("identifier")).collect::<Vec<_>>()).nth(position)
}

/// Whether an expression is given a value where it stands.
fn assigned_to(node: Node<'_>) -> bool {
    let list = node.parent().filter(|p| p.is("expression_list"));
    let statement =
        list.and_then(|l| l.parent()).filter(|s| s.is_any(&["assignment_statement", "short_var_declaration"]));
    statement.is_some_and(|s| s.field("left") == list)
}
