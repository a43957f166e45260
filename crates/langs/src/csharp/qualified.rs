//! Names of types: which type a written name means.

use super::scoping::TYPES;
use super::usings::{Using, UsingKind, dotted};
use super::{File, Surroundings};
use crate::names::DeclKind;
use crate::syntax::Node;

/// The branches of a conditional section.
const BRANCHES: &[&str] = &["preproc_if", "preproc_elif", "preproc_else"];

impl File {
    /// Whether a type name or an expression names the type `full`, such as `System.Net.IPAddress`.
    /// Returns the chain of reasons; `None` when it means something else or that cannot be told.
    pub fn names_type(&self, node: Node<'_>, full: &str, around: &Surroundings<'_>) -> Option<Vec<String>> {
        let node = if node.is("nullable_type") { node.field("type")? } else { node };
        let written = dotted(node)?;
        let (namespace, simple) = full.rsplit_once('.')?;
        let absolute = node.text().starts_with("global::");
        let (first, rest) = written.split_once('.').map_or((written.as_str(), ""), |(f, r)| (f, r));
        // An alias stands for its target, wherever the rest of the name leads.
        let alias = self.usings().iter().find(|u| {
            !absolute && !u.conditional && u.kind == UsingKind::Alias(first.to_owned()) && self.holds(u.holder, node)
        });
        if let Some(alias) = alias {
            let target = if rest.is_empty() { alias.target.clone() } else { format!("{}.{rest}", alias.target) };
            let line = self.tree().node(alias.node).line();
            return (target == full).then(|| vec![format!("{first} is {}, line {line}", alias.target)]);
        }
        if self.shadowed(node, first) {
            return None;
        }
        if written == full {
            return Some(vec![format!("{full} by its full name")]);
        }
        if written != simple || around.declares(simple) {
            return None;
        }
        let why = self.sees_namespace(node, namespace, around)?;
        Some(vec![format!("{simple} is {full}: {why}")])
    }

    /// Whether an expression is the member `member` of the type `full`, as in `IPAddress.Any`.
    pub fn names_member(
        &self,
        node: Node<'_>,
        full: &str,
        member: &str,
        around: &Surroundings<'_>,
    ) -> Option<Vec<String>> {
        if !node.is("member_access_expression") || node.field("name")?.text() != member {
            return None;
        }
        self.names_type(node.field("expression")?, full, around)
    }

    /// Why the types of a namespace are known at a place by their simple names.
    pub fn sees_namespace(&self, at: Node<'_>, namespace: &str, around: &Surroundings<'_>) -> Option<String> {
        let here = self
            .usings()
            .iter()
            .find(|u| u.kind == UsingKind::Namespace && u.target == namespace && self.applies(u, at));
        if let Some(using) = here {
            return Some(format!("using {namespace}, line {}", self.tree().node(using.node).line()));
        }
        let inside = |n: &String| n == namespace || n.starts_with(&format!("{namespace}."));
        if self.namespaces(at).iter().any(inside) {
            return Some(format!("the code stands in namespace {namespace}"));
        }
        around.brings_in(namespace)
    }

    /// The namespaces around a place, joined, the innermost last.
    pub fn namespaces(&self, at: Node<'_>) -> Vec<String> {
        let scoped = self.tree().all("file_scoped_namespace_declaration").next();
        let blocks: Vec<_> = at.ancestors().filter(|n| n.is("namespace_declaration")).collect();
        let mut found: Vec<String> = Vec::new();
        for space in scoped.into_iter().chain(blocks.into_iter().rev()) {
            let Some(name) = space.field("name").and_then(dotted) else { continue };
            let name = found.last().map_or(name.clone(), |outer| format!("{outer}.{name}"));
            found.push(name);
        }
        found
    }

    /// Whether the first part of a name means something declared in this file. A variable whose
    /// type has its own name does not count: `IPAddress.Any` then still means the type (C#
    /// specification, 12.8.7.2, identical simple names and type names).
    fn shadowed(&self, at: Node<'_>, first: &str) -> bool {
        let type_position = !at.ancestors().take(1).any(|p| p.is("member_access_expression"));
        for scope in at.ancestors() {
            let mut decls = self.names().scope(scope).iter().filter(|d| d.name == first).cloned().collect::<Vec<_>>();
            if scope.is_any(TYPES) && scope.field("name").is_some_and(|n| n.text() == first) {
                return true;
            }
            decls.retain(|d| match d.kind {
                DeclKind::Type => true,
                DeclKind::Import => false,
                DeclKind::Function => !type_position,
                _ => !type_position && d.ty.is_none_or(|ty| self.tree().node(ty).text() != first),
            });
            if !decls.is_empty() {
                return true;
            }
        }
        false
    }

    /// Whether a directive is there wherever this place is: under no `#if`, or under the same one.
    pub fn applies(&self, using: &Using, at: Node<'_>) -> bool {
        let Some(own) = self.tree().node(using.node).ancestor(BRANCHES) else { return self.holds(using.holder, at) };
        // The branches behind a condition are nodes below it, and other ones.
        let mut inner: Option<Node<'_>> = None;
        for around in std::iter::once(at).chain(at.ancestors()).filter(|n| n.is_any(BRANCHES)) {
            if around == own {
                return inner.is_none_or(|n| n.is("preproc_if")) && self.holds(using.holder, at);
            }
            inner = Some(around);
        }
        false
    }

    fn holds(&self, holder: u32, at: Node<'_>) -> bool {
        self.tree().node(holder).holds(at)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn any(text: &str) -> bool {
        let file = File::parse(text).unwrap();
        let call = file.calls().find(|c| c.name == "F").unwrap();
        file.names_member(call.arguments[0].value, "System.Net.IPAddress", "Any", &Surroundings::default()).is_some()
    }

    #[test]
    fn a_name_is_a_type_only_when_that_is_certain() {
        for text in [
            "using System.Net; class C { void M() { F(IPAddress.Any); } }",
            "class C { void M() { F(System.Net.IPAddress.Any); } }",
            "class C { void M() { F(global::System.Net.IPAddress.Any); } }",
            "using N = System.Net; class C { void M() { F(N.IPAddress.Any); } }",
            "using Ip = System.Net.IPAddress; class C { void M() { F(Ip.Any); } }",
            "namespace X { using System.Net; class C { void M() { F(IPAddress.Any); } } }",
            "namespace System.Net; class C { void M() { F(IPAddress.Any); } }",
            "namespace System.Net.Custom { class C { void M() { F(IPAddress.Any); } } }",
            "using System.Net; class C { IPAddress IPAddress { get; } void M() { F(IPAddress.Any); } }",
        ] {
            assert!(any(text), "{text}");
        }
        for text in [
            "class C { void M() { F(IPAddress.Any); } }",
            "using System.Net; class IPAddress { } class C { void M() { F(IPAddress.Any); } }",
            "using System.Net; class C { class IPAddress { } void M() { F(IPAddress.Any); } }",
            "using System.Net; class C { void M(Other IPAddress) { F(IPAddress.Any); } }",
            "using System.Net; class C { void M() { F(IPAddress.Loopback); } }",
            "using IPAddress = My.Own; using System.Net; class C { void M() { F(IPAddress.Any); } }",
            "namespace X { using System.Net; } class C { void M() { F(IPAddress.Any); } }",
            "#if A\nusing System.Net;\n#endif\nclass C { void M() { F(IPAddress.Any); } }",
        ] {
            assert!(!any(text), "{text}");
        }
    }
}
