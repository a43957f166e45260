//! Types of C# expressions, as far as one file and the members of well-known types tell.
//!
//! A type is given by its simple name: `IPAddress` for `System.Net.IPAddress`, for an alias of it
//! and for `IPAddress?`; `IPAddress[]` for every sequence of it. That is enough to tell an address
//! from a string; whether `IPAddress` is the one of .NET is for [`File::names_type`] to say.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::usings::{UsingKind, dotted};
use super::{File, stands_as};
use crate::names::Decl;
use crate::syntax::Node;

/// How far an expression is followed.
const DEPTH: u8 = 12;

/// The table beside this file. It is part of the program, and a test reads it.
fn members() -> &'static HashMap<String, String> {
    static TABLE: OnceLock<HashMap<String, String>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let table: toml::Table = include_str!("signatures.toml").parse().unwrap_or_default();
        let members = table.get("members").and_then(|t| t.as_table());
        let text = |(name, ty): (&String, &toml::Value)| Some((name.clone(), ty.as_str()?.to_owned()));
        members.into_iter().flatten().filter_map(text).collect()
    })
}

/// Methods that give a sequence of the same elements.
const SAME: &[&str] = &[
    "Where",
    "OrderBy",
    "OrderByDescending",
    "ThenBy",
    "Skip",
    "Take",
    "Reverse",
    "Concat",
    "Union",
    "Distinct",
    "ToArray",
    "ToList",
    "AsEnumerable",
    "AsParallel",
    "ConfigureAwait",
    "ToHashSet",
];

/// Methods that give one element.
const ONE: &[&str] =
    &["First", "FirstOrDefault", "Last", "LastOrDefault", "Single", "SingleOrDefault", "ElementAt", "Find"];

/// Methods whose lambda is given the elements of what they are called on.
const LAMBDAS: &[&str] =
    &["Any", "All", "Count", "Select", "SelectMany", "TakeWhile", "SkipWhile", "FindAll", "ForEach", "Exists"];

impl File {
    /// The simple name of the type of an expression; `None` when the file does not tell.
    pub fn type_of(&self, expr: Node<'_>) -> Option<String> {
        self.type_within(expr, DEPTH)
    }

    /// A written type by its simple name: without namespace, aliases and `?`.
    pub fn simple_type(&self, ty: Node<'_>) -> Option<String> {
        match ty.kind() {
            "nullable_type" => self.simple_type(ty.field("type")?),
            "array_type" => Some(format!("{}[]", self.simple_type(ty.field("type")?)?)),
            "predefined_type" => Some(ty.text().to_owned()),
            "generic_name" => {
                let name = ty.child("identifier")?.text();
                let arguments = ty.child("type_argument_list")?;
                let last = arguments.items().last().and_then(|t| self.simple_type(t))?;
                Some(match name {
                    "Task" | "ValueTask" | "Lazy" => last,
                    _ => format!("{last}[]"),
                })
            }
            _ => {
                let written = dotted(ty)?;
                let alias = self.usings().iter().find(|u| u.kind == UsingKind::Alias(written.clone()));
                let full = alias.map_or(written, |u| u.target.clone());
                let simple = full.rsplit('.').next()?;
                Some(if simple == "String" { "string".to_owned() } else { simple.to_owned() })
            }
        }
    }

    fn type_within(&self, expr: Node<'_>, depth: u8) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        let inside = |node: Option<Node<'_>>| self.type_within(node?, depth);
        match expr.kind() {
            kind if kind.ends_with("string_literal") || kind == "interpolated_string_expression" => {
                Some("string".into())
            }
            "integer_literal" => Some("int".into()),
            "parenthesized_expression" | "await_expression" | "postfix_unary_expression" => inside(expr.items().next()),
            "cast_expression" | "object_creation_expression" => self.simple_type(expr.field("type")?),
            "implicit_object_creation_expression" => {
                let target = self.creations().find(|c| c.node == expr)?;
                self.simple_type(target.ty)
            }
            "as_expression" => self.simple_type(expr.field("right")?),
            "conditional_expression" => inside(expr.field("consequence")).or_else(|| inside(expr.field("alternative"))),
            "assignment_expression" => inside(expr.field("left")),
            "binary_expression" => {
                let (left, right) = (inside(expr.field("left")), inside(expr.field("right")));
                match expr.field("operator")?.text() {
                    "??" => left.or(right),
                    "+" if left.as_deref() == Some("string") || right.as_deref() == Some("string") => {
                        Some("string".into())
                    }
                    "+" | "-" | "*" | "/" | "%" => left,
                    _ => None,
                }
            }
            "element_access_expression" => element(&inside(expr.field("expression"))?),
            "identifier" => {
                let (decl, scope) = self.names().resolve(expr)?;
                self.type_of_decl(&decl, scope, depth)
            }
            "member_access_expression" => self.member(expr.field("expression")?, expr.field("name")?, "", depth),
            "conditional_access_expression" => {
                let binding = expr.child("member_binding_expression")?;
                self.member(expr.field("condition")?, binding.field("name")?, "", depth)
            }
            "invocation_expression" => self.result(expr, depth),
            _ => None,
        }
    }

    /// The type of a member of a value, of `this`, or of a type that is named.
    fn member(&self, of: Node<'_>, name: Node<'_>, call: &str, depth: u8) -> Option<String> {
        if of.text() == "this" {
            let (decl, scope) = self.names().resolve(name)?;
            return self.type_of_decl(&decl, scope, depth);
        }
        let owner = match self.type_within(of, depth) {
            Some(ty) => ty,
            // `IPAddress.Any`, `System.Net.Dns.GetHostName()`.
            None if of.is("predefined_type") => of.text().to_owned(),
            None => self.simple_type(of)?,
        };
        if name.text() == "Length" || name.text() == "Count" {
            return Some("int".into());
        }
        let known = members().get(&format!("{owner}.{}{call}", name.text())).cloned();
        let known = known.or_else(|| self.declared_member(&owner, name.text(), depth));
        // A task has the type of what it gives.
        known
            .or_else(|| (name.text() == "Result" && call.is_empty() && of.is("invocation_expression")).then_some(owner))
    }

    /// The type of a member of a type that is declared in the same file.
    fn declared_member(&self, owner: &str, name: &str, depth: u8) -> Option<String> {
        let named = |n: &Node<'_>| n.field("name").is_some_and(|n| n.text() == owner);
        super::scoping::TYPES.iter().flat_map(|kind| self.tree().all(kind)).filter(named).find_map(|ty| {
            let decl = self.names().scope(ty).iter().find(|d| d.name == name).cloned()?;
            self.type_of_decl(&decl, ty, depth)
        })
    }

    /// What a call gives.
    fn result(&self, call: Node<'_>, depth: u8) -> Option<String> {
        let function = call.field("function")?;
        let (of, name) = match function.kind() {
            "member_access_expression" => (function.field("expression")?, function.field("name")?),
            "identifier" => {
                let (decl, scope) = self.names().resolve(function)?;
                return self.type_of_decl(&decl, scope, depth);
            }
            _ => return None,
        };
        match name.text() {
            "ToString" => return Some("string".into()),
            "GetAwaiter" | "GetResult" => return self.type_within(of, depth),
            method if SAME.contains(&method) => {
                if let Some(ty) = self.type_within(of, depth) {
                    return Some(ty);
                }
            }
            method if ONE.contains(&method) => {
                let sequence = self.type_within(of, depth)?;
                return element(&sequence);
            }
            "Select" => {
                let lambda = call.field("arguments")?.items().next()?.items().last()?;
                let body = lambda.field("body").filter(|b| !b.is("block"))?;
                return Some(format!("{}[]", self.type_within(body, depth)?));
            }
            _ => {}
        }
        self.member(of, name, "()", depth)
    }

    fn type_of_decl(&self, decl: &Decl, scope: Node<'_>, depth: u8) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        if let Some(ty) = decl.ty {
            return self.simple_type(self.tree().node(ty));
        }
        if let Some(value) = decl.value {
            return self.type_within(self.tree().node(value), depth);
        }
        let whole = self.tree().node(decl.whole);
        match whole.kind() {
            "foreach_statement" => element(&self.type_within(whole.field("right")?, depth)?),
            // `IPAddress.TryParse(text, out var address)`
            "declaration_expression" => {
                let call = whole.ancestor(&["invocation_expression"])?;
                let function = call.field("function")?;
                let tries = function.field("name").is_some_and(|n| n.text() == "TryParse");
                let of = function.field("expression").filter(|_| tries)?;
                if of.is("predefined_type") { Some(of.text().to_owned()) } else { self.simple_type(of) }
            }
            _ if scope.is("lambda_expression") => {
                let argument = scope.parent().filter(|p| p.is("argument"))?;
                let call = argument.parent()?.parent()?;
                let function = call.field("function").filter(|f| f.is("member_access_expression"))?;
                let method = function.field("name")?.text();
                let each = SAME.contains(&method) || ONE.contains(&method) || LAMBDAS.contains(&method);
                let of = function.field("expression").filter(|_| each)?;
                if ["Array", "Enumerable"].contains(&of.text()) {
                    let first = call.field("arguments")?.items().next()?.items().last()?;
                    return element(&self.type_within(first, depth)?);
                }
                element(&self.type_within(of, depth)?)
            }
            "variable_declarator" => {
                let value = whole.items().filter(|n| !stands_as(*n, "name")).last()?;
                self.type_within(value, depth)
            }
            _ => None,
        }
    }
}

fn element(sequence: &str) -> Option<String> {
    sequence.strip_suffix("[]").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn typed(members: &str, body: &str) -> Option<String> {
        let text = format!("using Ep = System.Net.IPEndPoint; class C {{ {members} void M(string s) {{ {body} }} }}");
        let file = File::parse(&text).unwrap();
        assert!(!file.tree().root().has_error(), "{text}");
        let call = file.calls().find(|c| c.name == "F").unwrap();
        file.type_of(call.arguments[0].value)
    }

    #[test]
    fn the_table_reads() {
        assert!(members().len() > 50);
    }

    #[test]
    fn types_follow_declarations_members_and_sequences() {
        for (members, body, wanted) in [
            ("IPAddress a;", "F(a);", "IPAddress"),
            ("Ep e;", "F(e.Address);", "IPAddress"),
            ("System.Net.IPEndPoint E { get; }", "F(this.E.Port);", "int"),
            ("", "var a = Dns.GetHostAddresses(s); F(a[0]);", "IPAddress"),
            ("", "foreach (var a in Dns.GetHostEntry(s).AddressList) { F(a); }", "IPAddress"),
            ("", "Dns.GetHostAddresses(s).Where(x => true).First(a => F(a));", "IPAddress"),
            ("", "if (IPAddress.TryParse(s, out var a)) { F(a); }", "IPAddress"),
            ("", "var a = (IPEndPoint)socket.RemoteEndPoint; F(a);", "IPEndPoint"),
            ("", "F(s + 1);", "string"),
            ("int P() => 1;", "F(P());", "int"),
            ("D d; class D { public string Host { get; } }", "F(d.Host);", "string"),
            ("", "var a = s.Split(':'); F(a[0]);", "string"),
            ("", "F(new Uri(s).Host);", "string"),
            ("List<IPAddress> l;", "F(l.FirstOrDefault());", "IPAddress"),
            ("", "F(Dns.GetHostAddresses(s).Select(a => new IPEndPoint(a, 1)));", "IPEndPoint[]"),
        ] {
            assert_eq!(typed(members, body).as_deref(), Some(wanted), "{body}");
        }
        for body in ["F(unknown);", "F(G(1));", "F(x => 1);"] {
            assert_eq!(typed("", body), None, "{body}");
        }
    }
}
