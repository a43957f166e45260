//! Sockets that a Python program makes by hand: how they are made, what is done with them, and how
//! the names of the module `socket` are written in a file.

use sixify_core::{Edit, Need};
use sixify_langs::Node;
use sixify_langs::python::File;

use crate::python_code::{callee, module_name, statement};

/// How a file writes the names of the module `socket`.
pub(crate) enum SocketNames {
    /// Behind the name of the module, which is imported or not yet.
    Module(String, bool),
    /// Alone, after `from socket import *`.
    Star,
    /// Alone, each imported by name.
    Members,
}

impl SocketNames {
    /// The names as they are written at a place.
    pub fn at(file: &File, node: Node<'_>) -> SocketNames {
        if let Some(module) = module_name(file, node, "socket") {
            return SocketNames::Module(module, true);
        }
        let star = file.tree.all("wildcard_import").any(|w| {
            let from = w.parent().and_then(|p| p.field("module_name"));
            from.is_some_and(|m| m.text() == "socket")
        });
        let members = file.imports.iter().any(|i| i.module == "socket" && i.member.is_some());
        match (star, members) {
            (true, _) => SocketNames::Star,
            (_, true) => SocketNames::Members,
            _ => SocketNames::Module("socket".to_owned(), false),
        }
    }

    /// A member as it is written.
    pub fn member(&self, name: &str) -> String {
        match self {
            SocketNames::Module(module, _) => format!("{module}.{name}"),
            _ => name.to_owned(),
        }
    }

    /// What must be imported so that these members can be written.
    pub fn needs(&self, members: &[&str]) -> Vec<Need> {
        let need = |member: Option<&str>, local: &str| Need::Import {
            module: "socket".to_owned(),
            member: member.map(str::to_owned),
            local: local.to_owned(),
        };
        match self {
            SocketNames::Module(module, false) => vec![need(None, module)],
            SocketNames::Module(..) | SocketNames::Star => Vec::new(),
            SocketNames::Members => members.iter().map(|m| need(Some(m), m)).collect(),
        }
    }

    /// IPv6 where a socket can serve both families, else IPv4.
    pub fn dual_family(&self) -> String {
        let [six, dual, four] = ["AF_INET6", "has_dualstack_ipv6", "AF_INET"].map(|name| self.member(name));
        format!("{six} if {dual}() else {four}")
    }

    /// The family of an address that is written as text.
    pub fn family_of(&self, host: &str, quote: char) -> String {
        let [six, four] = ["AF_INET6", "AF_INET"].map(|name| self.member(name));
        format!("{six} if {quote}:{quote} in {host} else {four}")
    }
}

/// Whether a call calls a function of the module `socket`, also after `from socket import *`.
pub(crate) fn calls_socket(file: &File, call: Node<'_>, function: &str) -> bool {
    // The names are asked for first: it costs next to nothing.
    let renamed = |n: &str| file.imports.iter().any(|i| i.local == n && i.member.as_deref() == Some(function));
    if !file.called_name(call).is_some_and(|n| n == function || renamed(n)) {
        return false;
    }
    match callee(file, call) {
        Some(path) => {
            path == format!("socket.{function}")
                || path == format!("gevent.socket.{function}")
                || path == format!("builtins.{function}") && matches!(SocketNames::at(file, call), SocketNames::Star)
        }
        None => false,
    }
}

/// Whether an expression is a member of the module `socket`, such as `socket.AF_INET`.
pub(crate) fn is_member(file: &File, expr: Node<'_>, name: &str) -> bool {
    let last = match expr.kind() {
        "attribute" => expr.field("attribute").map_or("", Node::text),
        _ => expr.text(),
    };
    if last != name {
        return false;
    }
    expr.is("identifier") || file.origins(expr).iter().all(|o| o.path.contains("socket"))
}

/// A socket of IPv4 and what is done with it.
pub(crate) struct Socket<'a> {
    /// The call that makes it.
    pub call: Node<'a>,
    /// The argument that names the family, when one is given.
    pub family: Option<Node<'a>>,
    /// Whether it sends datagrams.
    pub datagram: bool,
    /// What it is called: `s`, `self.sock`.
    pub name: &'a str,
    /// The statement that makes it, or the `with` statement that holds it.
    pub statement: Node<'a>,
    /// The calls of its methods, in order.
    pub calls: Vec<(&'a str, Node<'a>)>,
}

impl<'a> Socket<'a> {
    /// The socket that a call makes, when it is one of IPv4 with a name.
    pub fn of(file: &'a File, call: Node<'a>) -> Option<Socket<'a>> {
        if !calls_socket(file, call, "socket") {
            return None;
        }
        let family = file.argument(call, Some(0), Some("family"));
        if family.is_some_and(|f| !is_member(file, f, "AF_INET")) {
            return None;
        }
        let kind = file.argument(call, Some(1), Some("type"));
        let datagram = match kind {
            None => false,
            Some(kind) if is_member(file, kind, "SOCK_DGRAM") => true,
            Some(kind) => is_member(file, kind, "SOCK_STREAM").then_some(false)?,
        };
        let parent = call.parent()?;
        let (target, statement) = match parent.kind() {
            "assignment" if parent.field("right") == Some(call) => (parent.field("left")?, statement(call)?),
            "as_pattern" => {
                let with = parent.ancestor(&["with_statement"])?;
                (parent.field("alias")?.items().next()?, with)
            }
            _ => return None,
        };
        if !target.is_any(&["identifier", "attribute"]) {
            return None;
        }
        let scope = if target.is("attribute") {
            call.ancestor(&["class_definition"]).unwrap_or(file.tree.root())
        } else {
            call.ancestor(&["function_definition", "module"])?
        };
        let method = |n: Node<'a>| {
            let function = n.field("function").filter(|f| f.is("attribute"))?;
            let object = function.field("object")?;
            (object.text() == target.text()).then_some((function.field("attribute")?.text(), n))
        };
        let calls = scope.descendants().filter(|n| n.is("call")).filter_map(method);
        let calls: Vec<_> = calls.filter(|(_, n)| target.is("attribute") || n.start() > call.start()).collect();
        Some(Socket { call, family, datagram, name: target.text(), statement, calls })
    }

    /// The calls of one method.
    pub fn of_method(&self, method: &'static str) -> impl Iterator<Item = Node<'a>> + '_ {
        self.calls.iter().filter(move |(name, _)| *name == method).map(|(_, call)| *call)
    }

    /// Whether a method is called.
    pub fn does(&self, method: &'static str) -> bool {
        self.of_method(method).next().is_some()
    }

    /// The edit that gives it another family.
    pub fn with_family(&self, family: &str) -> Option<Edit> {
        let list = self.call.field("arguments")?;
        Some(match (self.family, list.items().next()) {
            (Some(given), _) => Edit::replace(given.span(), family),
            (None, None) => Edit::insert(list.start() + 1, family),
            (None, Some(first)) => Edit::insert(first.start(), format!("{family}, ")),
        })
    }
}

/// The host of an address `(host, port)` that is an argument.
pub(crate) fn host_of<'a>(file: &'a File, argument: Node<'a>) -> Option<Node<'a>> {
    let tuple = if argument.is("tuple") { argument } else { file.value(argument).node };
    tuple.items().next().filter(|_| tuple.is("tuple") && tuple.items().count() == 2)
}

/// Why a file cannot take a socket address of IPv6, which has four parts.
pub(crate) fn takes_apart<'a>(file: &'a File) -> Option<Node<'a>> {
    let two = |n: Node<'_>| n.is_any(&["pattern_list", "tuple_pattern"]) && n.items().count() == 2;
    let gives = |text: &str| {
        ["accept(", "recvfrom(", "getsockname()", "getpeername()", "client_address", "peername", "sockname"]
            .iter()
            .any(|what| text.contains(what))
    };
    let address = |text: &str| {
        matches!(text, "addr" | "address" | "client_addr" | "client_address" | "peer" | "peeraddr" | "remote_addr")
    };
    let apart = |assignment: &Node<'a>| {
        let (Some(left), Some(right)) = (assignment.field("left"), assignment.field("right")) else { return false };
        if !two(left) {
            return false;
        }
        let nested = left.items().any(two);
        let right = right.text();
        let whole = ["getsockname()", "getpeername()", "client_address"].iter().any(|what| right.ends_with(what))
            || right.contains("peername") && !right.ends_with(']')
            || address(right);
        nested && gives(right) || whole
    };
    let formatted = |operator: &Node<'a>| {
        operator.field("operator").is_some_and(|o| o.text() == "%")
            && operator.field("right").is_some_and(|r| address(r.text()) || r.text().ends_with(".client_address"))
            && operator.field("left").is_some_and(|l| l.text().matches('%').count() == 2)
    };
    file.tree.all("assignment").find(apart).or_else(|| file.tree.all("binary_operator").find(formatted))
}
