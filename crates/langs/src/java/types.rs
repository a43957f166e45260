//! Types, as far as declarations and well-known libraries tell them.
//!
//! A type is its simple name, an array or list has `[]` behind it. Nothing is said when the
//! declaration stands in another file.

use super::calls::simple_type;
use super::{File, Lang};
use crate::syntax::Node;

impl File {
    /// The type of an expression.
    pub fn type_of(&self, node: Node<'_>) -> Option<String> {
        self.typed(node, 6)
    }

    fn typed(&self, node: Node<'_>, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        if let Some(text) = literal_type(node) {
            return Some(text.to_owned());
        }
        if let Some(name) = self.own_field(node) {
            return self.typed(name, depth);
        }
        match node.kind() {
            "identifier" => return self.declared(node, depth),
            "parenthesized_expression" => return self.typed(node.items().next()?, depth),
            "cast_expression" => return Some(name_of(node.field("type")?)),
            "as_expression" => return Some(name_of(node.field("right")?)),
            "binary_expression" | "infix_expression" => {
                return self.text_expr(node).map(|_| "String".to_owned());
            }
            "array_access" | "index_expression" => {
                let (array, _) = self.indexed(node)?;
                return self.typed(array, depth)?.strip_suffix("[]").map(str::to_owned);
            }
            _ => {}
        }
        if let Some((object, name)) = self.getter(node)
            && let Some(found) = self.typed(object, depth).and_then(|ty| getter_type(&ty, &name))
        {
            return Some(found.to_owned());
        }
        let call = self.call(node)?;
        if call.creates {
            return Some(call.name.to_owned());
        }
        if let Some(found) = factory_type(call.receiver.map(Node::text), call.name) {
            return Some(found.to_owned());
        }
        if call.receiver.is_none() || call.receiver.is_some_and(|r| r.is_any(&["this", "this_expression"])) {
            return self.returned(call.name_node);
        }
        None
    }

    /// The type of what a name was declared as.
    fn declared(&self, name: Node<'_>, depth: usize) -> Option<String> {
        let (decl, _) = self.names.resolve(name)?;
        if let Some(ty) = decl.ty {
            return Some(name_of(self.tree.node(ty)));
        }
        self.typed(self.tree.node(decl.value?), depth)
    }

    /// The type that a method of this file gives back, when all methods of the name agree.
    fn returned(&self, name: Node<'_>) -> Option<String> {
        let kinds = ["method_declaration", "function_declaration", "function_definition"];
        let methods = kinds.iter().flat_map(|kind| self.tree.all(kind));
        let named = methods.filter(|m| m.field("name").is_some_and(|n| n.text() == name.text()));
        let types: Vec<Option<String>> = named
            .map(|m| match self.lang {
                Lang::Java => m.field("type").map(name_of),
                Lang::Scala => m.field("return_type").map(name_of),
                Lang::Kotlin => m.items().find(|n| n.is_any(&["user_type", "nullable_type"])).map(name_of),
            })
            .collect();
        let first = types.first().cloned().flatten()?;
        types.iter().all(|t| t.as_ref() == Some(&first)).then_some(first)
    }
}

/// The name of a written type.
fn name_of(ty: Node<'_>) -> String {
    let array = ty.is("array_type");
    let list = ["Array<", "List<", "Array[", "Seq[", "List["].iter().any(|l| ty.text().starts_with(l));
    let simple = simple_type(ty).text().to_owned();
    match (array, list) {
        (true, _) => format!("{simple}[]"),
        (_, true) => {
            let inside = ty.text().split_once(['<', '[']).map_or("", |(_, i)| i.trim_end_matches(['>', ']', '?']));
            format!("{inside}[]")
        }
        _ => simple,
    }
}

fn literal_type(node: Node<'_>) -> Option<&'static str> {
    Some(match node.kind() {
        "string_literal" | "multiline_string_literal" | "string" | "interpolated_string_expression" => "String",
        "character_literal" => "char",
        "decimal_integer_literal" | "number_literal" | "integer_literal" => "int",
        _ => return None,
    })
}

/// What getters of the types of `java.net`, and some of others, give.
fn getter_type(ty: &str, getter: &str) -> Option<&'static str> {
    Some(match (ty, getter) {
        (
            "InetAddress" | "Inet4Address" | "Inet6Address",
            "getHostAddress" | "getHostName" | "getCanonicalHostName",
        ) => "String",
        ("InetSocketAddress", "getAddress") => "InetAddress",
        ("InetSocketAddress", "getHostName" | "getHostString") => "String",
        ("InetSocketAddress" | "URI" | "URL" | "HostAndPort", "getPort") => "int",
        ("URI" | "URL", "getHost" | "getAuthority" | "getScheme" | "getPath") => "String",
        ("URL", "toURI") | ("URI", "normalize") => "URI",
        ("URI", "toURL") => "URL",
        ("HostAndPort", "getHost" | "getHostText") => "String",
        ("Socket" | "ServerSocket" | "DatagramSocket" | "SSLSocket", "getInetAddress" | "getLocalAddress") => {
            "InetAddress"
        }
        ("Socket" | "ServerSocket" | "DatagramSocket" | "SSLSocket", "getLocalPort" | "getPort") => "int",
        ("DatagramPacket", "getAddress") => "InetAddress",
        ("HttpServer" | "HttpsServer" | "HttpExchange", "getAddress" | "getRemoteAddress" | "getLocalAddress") => {
            "InetSocketAddress"
        }
        ("InterfaceAddress", "getAddress" | "getBroadcast") => "InetAddress",
        ("HttpServletRequest" | "ServletRequest", "getRemoteAddr" | "getRemoteHost" | "getServerName") => "String",
        ("String", "trim" | "toLowerCase" | "toString") => "String",
        ("StringBuilder" | "StringBuffer", "toString") => "String",
        _ => return None,
    })
}

/// What static methods and methods of texts give.
fn factory_type(receiver: Option<&str>, method: &str) -> Option<&'static str> {
    let last = receiver.map_or("", |r| r.rsplit('.').next().unwrap_or(r));
    Some(match (last, method) {
        ("InetAddress", "getByName" | "getLocalHost" | "getLoopbackAddress" | "getByAddress") => "InetAddress",
        ("InetAddress", "getAllByName") => "InetAddress[]",
        ("InetSocketAddress", "createUnresolved") => "InetSocketAddress",
        ("URI", "create") => "URI",
        ("HostAndPort", "fromString" | "fromParts") => "HostAndPort",
        ("String", "format" | "valueOf" | "join") | ("Integer", "toString") => "String",
        ("Integer", "parseInt" | "valueOf") => "int",
        (_, "split") => "String[]",
        (_, "substring" | "replace" | "replaceAll" | "replaceFirst" | "toLowerCase" | "trim" | "getHostAddress") => {
            "String"
        }
        (_, "indexOf" | "lastIndexOf" | "length" | "toInt") => "int",
        _ => return None,
    })
}
