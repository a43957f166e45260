//! What a Rust expression is used for: it is followed outwards through conversions, variables,
//! constants, tuples and formats, to what listens or dials, or to a name that tells.

use sixify_langs::{naming, rust};

use crate::catalog::Catalog;
use crate::prelude::*;

/// How many names a value is followed through.
const DEPTH: usize = 6;

/// How a lone host is put before its port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shapes {
    /// In a format or a sum, where an IPv6 address needs brackets.
    pub text: bool,
    /// In a tuple, or as an IP address, where it must have none.
    pub value: bool,
}

/// Where a value goes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uses {
    /// The functions of the catalog that listen on it.
    pub binds: Vec<String>,
    /// Whether something dials it.
    pub dials: bool,
    /// Names that it is given to: fields, functions, environment variables.
    pub names: Vec<String>,
    /// How it is put before a port.
    pub shapes: Shapes,
    /// Whether it is compared with a text.
    pub compared: bool,
    /// Whether it goes somewhere that is not known.
    pub elsewhere: bool,
    /// Where its type is one of IPv4 alone.
    pub typed: bool,
    seen: Vec<u32>,
}

/// Methods that give the same value in another dress.
const DRESS: &[&str] = &[
    "parse",
    "to_string",
    "to_owned",
    "into",
    "unwrap",
    "expect",
    "as_str",
    "clone",
    "to_socket_addrs",
    "as_ref",
    "as_deref",
    "unwrap_or_default",
    "try_into",
    "map_err",
    "context",
    "with_context",
    "next",
    "into_string",
    "borrow",
    "ok",
];

/// Functions that do.
const WRAPS: &[&str] = &["from", "new", "V4", "V6", "from_str", "Some", "Ok", "Cow", "Borrowed", "Owned", "try_from"];

/// Follows a value.
pub(crate) fn uses_of(file: &rust::File, catalog: &Catalog, node: Node<'_>) -> Uses {
    let mut uses = Uses::default();
    uses.follow(file, catalog, node, DEPTH);
    uses
}

impl Uses {
    /// Why this is what a server listens on; `None` when nothing says so, or something speaks
    /// against it.
    pub fn bind(&self) -> Option<String> {
        if self.dials || self.typed {
            return None;
        }
        if let Some(api) = self.binds.first() {
            return Some(format!("it goes to {api}"));
        }
        let other = |name: &&String| !naming::is_ipv4(name) && !says_other(name);
        let names: Vec<&String> = self.names.iter().collect();
        if !names.iter().all(other) {
            return None;
        }
        let listens = |name: &&&String| {
            let words = naming::words(name);
            words.iter().any(|w| matches!(w.as_str(), "listen" | "bind" | "listener" | "binding" | "server" | "serve"))
                || words.len() == 1 && naming::is_host(name)
                || matches!(
                    name.to_ascii_lowercase().as_str(),
                    "default_host"
                        | "default_addr"
                        | "default_address"
                        | "socket_addr"
                        | "http_addr"
                        | "http_host"
                        | "http_address"
                )
        };
        names.iter().find(listens).map(|name| format!("{name} is called what a server listens on"))
    }

    fn follow(&mut self, file: &rust::File, catalog: &Catalog, node: Node<'_>, depth: usize) {
        if depth == 0 || self.seen.contains(&node.number()) {
            return;
        }
        self.seen.push(node.number());
        let Some(parent) = node.parent() else { return };
        match parent.kind() {
            "reference_expression"
            | "parenthesized_expression"
            | "try_expression"
            | "await_expression"
            | "unary_expression"
            | "expression_statement"
            | "else_clause"
            | "match_arm"
            | "match_block"
            | "match_expression" => {
                self.follow(file, catalog, parent, depth);
            }
            "if_expression" if parent.field("condition") != Some(node) => self.follow(file, catalog, parent, depth),
            "field_expression" | "generic_function" => {
                let call = std::iter::successors(Some(parent), |n| n.parent()).find(|n| n.is("call_expression"));
                let Some((call, (_, method))) = call.and_then(|c| Some((c, file.method(c)?))) else { return };
                if DRESS.contains(&method) || method.starts_with("unwrap_or") {
                    self.dressed(call);
                    self.follow(file, catalog, call, depth);
                }
            }
            "arguments" => {
                if let Some(call) = parent.parent() {
                    self.argument(file, catalog, call, node, depth);
                }
            }
            "closure_expression" => self.follow(file, catalog, parent, depth),
            "tuple_expression" => {
                self.shapes.value |= parent.items().next() == Some(node);
                self.follow(file, catalog, parent, depth);
            }
            "token_tree" => {
                let made = parent.parent().and_then(|m| file.format(m));
                let list = parent.parent().filter(|m| m.field("macro").is_some_and(|name| name.text() == "vec"));
                if let Some(list) = list {
                    return self.follow(file, catalog, list, depth);
                }
                let Some(format) = made.filter(|f| f.macro_name == "format") else { return };
                // Put before a colon.
                let hole = format.holes.iter().find(|h| h.argument.span.contains(node.span()));
                let behind = hole.and_then(|h| format.text.get(h.span.end - format.span.start..));
                self.shapes.text |= behind.is_some_and(|b| b.starts_with(':'));
                self.follow(file, catalog, format.node, depth);
            }
            "binary_expression" => match parent.field("operator").map_or("", Node::text) {
                "==" | "!=" => self.compared = true,
                "+" => {
                    self.shapes.text = true;
                    self.follow(file, catalog, parent, depth);
                }
                _ => {}
            },
            "let_declaration" | "const_item" | "static_item" => self.variable(file, catalog, parent, depth),
            "assignment_expression" => {
                if let Some(target) = parent.field("left").filter(|l| *l != node) {
                    match target.kind() {
                        "field_expression" => {
                            self.field(file, catalog, target.field("field").map_or("", Node::text), depth)
                        }
                        _ => self.elsewhere = true,
                    }
                }
            }
            "field_initializer" => {
                let name = parent.field("field").or_else(|| parent.field("name")).map_or("", Node::text);
                self.field(file, catalog, name, depth);
            }
            "block" => self.block(file, catalog, parent, node, depth),
            "return_expression" => self.returned(file, catalog, parent, depth),
            _ => self.elsewhere = true,
        }
    }

    fn dressed(&mut self, call: Node<'_>) {
        let text = call.field("function").map_or("", Node::text);
        self.shapes.value |= text.contains("parse::<IpAddr>") || text.contains("parse::<std::net::IpAddr>");
        self.typed |= text.contains("Ipv4Addr>") || text.contains("SocketAddrV4>");
    }

    fn argument(&mut self, file: &rust::File, catalog: &Catalog, call: Node<'_>, argument: Node<'_>, depth: usize) {
        let arguments = file.arguments(call);
        let Some(position) = arguments.iter().position(|a| *a == argument) else { return };
        let callee = file.callee(call).unwrap_or_default();
        if let Some(api) = catalog.api(&callee).iter().find(|a| a.argument == position + 1) {
            match api.role.as_str() {
                "dial-address" => self.dials = true,
                _ => self.binds.push(callee),
            }
            return;
        }
        if let Some((receiver, method)) = file.method(call) {
            if method.starts_with("unwrap_or") || method == "or" || method == "or_else" || method == "map_or" {
                self.names.extend(asked_for(file, receiver));
                let names = receiver.descendants().filter(|n| n.is("identifier")).map(Node::text);
                self.names.extend(names.filter(|name| says_other(name)).map(str::to_owned));
                return self.follow(file, catalog, call, depth);
            }
            self.dials |= matches!(method, "connect" | "get" | "post" | "send_to");
            self.elsewhere = true;
            return;
        }
        let last = callee.rsplit("::").next().unwrap_or_default();
        if callee.contains("SocketAddr") || callee.contains("IpAddr") {
            self.shapes.value |= !callee.contains("from_str");
            self.typed |= callee.contains("SocketAddrV4");
        }
        if WRAPS.contains(&last) {
            return self.follow(file, catalog, call, depth);
        }
        // A function of this file: its parameter.
        let parameter = call.field("function").and_then(|f| file.names.resolve(f)).and_then(|(decl, _)| {
            let function = file.tree.node(decl.whole);
            let parameters = function.field("parameters").filter(|_| function.is("function_item"))?;
            parameters.items().nth(position)?.field("pattern")
        });
        match parameter.and_then(|p| file.names.declared_by(p)) {
            Some((decl, scope)) => {
                for used in file.names.uses(&decl, scope) {
                    self.follow(file, catalog, used, depth - 1);
                }
            }
            None => self.elsewhere = true,
        }
    }

    fn variable(&mut self, file: &rust::File, catalog: &Catalog, item: Node<'_>, depth: usize) {
        let name = item.field("pattern").or_else(|| item.field("name"));
        if let Some(ty) = item.field("type") {
            self.kind(ty.text());
        }
        let Some((decl, scope)) = name.and_then(|n| file.names.declared_by(n)) else { return };
        let uses = file.names.uses(&decl, scope);
        if item.is("const_item") || item.is("static_item") {
            self.names.push(decl.name.clone());
        }
        for used in uses {
            self.inline(file, catalog, used, depth - 1);
            self.follow(file, catalog, used, depth - 1);
        }
        // Names in the holes of formats are no nodes of their own.
        for format in scope.descendants().filter(|n| n.is("macro_invocation")).filter_map(|n| file.format(n)) {
            let hole = format.holes.iter().find(|h| h.argument.inline && h.argument.text == decl.name);
            if let Some(hole) = hole.filter(|_| format.macro_name == "format") {
                let behind = format.text.get(hole.span.end - format.span.start..);
                self.shapes.text |= behind.is_some_and(|b| b.starts_with(':'));
                self.follow(file, catalog, format.node, depth - 1);
            }
        }
    }

    /// `Config { host, .. }`: a field of the name of the variable.
    fn inline(&mut self, file: &rust::File, catalog: &Catalog, used: Node<'_>, depth: usize) {
        if used.parent().is_some_and(|p| p.is("shorthand_field_initializer")) {
            self.field(file, catalog, used.text(), depth);
        }
    }

    fn field(&mut self, file: &rust::File, catalog: &Catalog, name: &str, depth: usize) {
        self.names.push(name.to_owned());
        if let Some(ty) = file.field_type(name) {
            self.kind(&ty);
        }
        // Of several types that have such a field, one may be for IPv4.
        let named = |n: &Node<'_>| n.field("name").is_some_and(|f| f.text() == name);
        let types = file.tree.all("field_declaration").filter(named).filter_map(|n| n.field("type"));
        self.typed |= types.into_iter().any(|ty| ty.text().contains("Ipv4Addr"));
        let Some(depth) = depth.checked_sub(1) else { return };
        for read in file.tree.all("field_expression").filter(|n| n.field("field").is_some_and(|f| f.text() == name)) {
            self.follow(file, catalog, read, depth);
        }
        // In macros a member is a token behind a point.
        for token in file.tree.all("identifier").filter(|n| n.text() == name) {
            let member =
                token.parent().is_some_and(|p| p.is("token_tree")) && token.previous().is_some_and(|p| p.text() == ".");
            if member {
                self.follow(file, catalog, token, depth);
            }
        }
        self.elsewhere = true;
    }

    fn kind(&mut self, ty: &str) {
        self.typed |= ty.contains("Ipv4Addr") || ty.contains("SocketAddrV4");
        self.shapes.value |= ty.contains("IpAddr");
    }

    fn block(&mut self, file: &rust::File, catalog: &Catalog, block: Node<'_>, node: Node<'_>, depth: usize) {
        if block.items().last() != Some(node) {
            return;
        }
        match block.parent() {
            Some(function) if function.is("function_item") => self.function(file, catalog, function, depth),
            _ => self.follow(file, catalog, block, depth),
        }
    }

    fn returned(&mut self, file: &rust::File, catalog: &Catalog, node: Node<'_>, depth: usize) {
        if let Some(function) =
            node.ancestor(&["function_item", "closure_expression"]).filter(|f| f.is("function_item"))
        {
            self.function(file, catalog, function, depth);
        }
    }

    /// What a function gives: `fn default_host() -> String`, called or named in an attribute.
    fn function(&mut self, file: &rust::File, catalog: &Catalog, function: Node<'_>, depth: usize) {
        let Some(name) = function.field("name") else { return };
        self.names.push(name.text().to_owned());
        if let Some(ty) = function.field("return_type") {
            self.kind(ty.text());
        }
        for call in file.tree.all("call_expression") {
            if call.field("function").is_some_and(|f| f.text().rsplit("::").next() == Some(name.text())) {
                self.follow(file, catalog, call, depth - 1);
            }
        }
        let quoted = format!("\"{}\"", name.text());
        for attribute in file.tree.all("attribute_item").filter(|a| a.text().contains(&quoted)) {
            if let Some(field) = described(attribute) {
                self.field(file, catalog, field.field("name").map_or("", Node::text), depth - 1);
            }
        }
        self.elsewhere = true;
    }
}

/// The field that an attribute stands before.
pub(crate) fn described(attribute: Node<'_>) -> Option<Node<'_>> {
    std::iter::successors(attribute.next(), |n| n.next())
        .find(|n| !n.is("attribute_item") && !n.is_comment())
        .filter(|n| n.is("field_declaration"))
}

/// Follows what is read from a field that an attribute gives a default.
pub(crate) fn uses_of_field(file: &rust::File, catalog: &Catalog, name: &str) -> Uses {
    let mut uses = Uses::default();
    uses.field(file, catalog, name, DEPTH);
    uses
}

/// The name of the environment variable or setting that a chain of calls asks for.
fn asked_for(file: &rust::File, receiver: Node<'_>) -> Option<String> {
    let mut at = Some(receiver);
    while let Some(call) = at {
        if call.is("call_expression") {
            let word = |a: Node<'_>| file.string(a).map(|(text, _)| text.to_owned()).filter(|t| !t.contains(' '));
            if let Some(name) = file.arguments(call).into_iter().find_map(word) {
                return Some(name);
            }
        }
        at = file
            .method(call)
            .map(|(receiver, _)| receiver)
            .or_else(|| call.items().next().filter(|_| !call.is("call_expression")));
    }
    None
}

/// Whether a name is that of something that is dialled, or of no listener.
pub(crate) fn says_other(name: &str) -> bool {
    let other = ["proxy", "dns", "resolver", "nameserver"];
    naming::is_other_end(name) || naming::words(name).iter().any(|w| other.contains(&w.as_str()))
}

/// Whether the code is reached for addresses of one family, and the other one has its own.
pub(crate) fn of_one_family(node: Node<'_>) -> bool {
    node.ancestors().take_while(|n| !n.is("function_item")).any(|around| {
        let asked = match around.kind() {
            "match_arm" => around.field("pattern"),
            // `Mask::V4 { addr, .. }`
            "struct_expression" => around.field("name").filter(|name| name.text().ends_with("V4")),
            "if_expression" => around.field("condition"),
            _ => None,
        };
        asked.is_some_and(|a| {
            let known = around.is("struct_expression")
                || ["V4(", "V6(", "is_ipv4", "is_ipv6", "contains(':')"].iter().any(|word| a.text().contains(word));
            known || names_family(a)
        })
    })
}

/// Whether a pattern or condition names a type or a variant for one family: `AddrFamily::Ipv4`,
/// `host.parse::<Ipv6Addr>()`.
fn names_family(asked: Node<'_>) -> bool {
    asked.descendants().filter(|n| n.is_any(&["identifier", "type_identifier", "field_identifier"])).any(|n| {
        let lower = n.text().to_ascii_lowercase();
        ["ipv4", "ipv6", "inet4", "inet6"].iter().any(|family| lower.starts_with(family))
    })
}
