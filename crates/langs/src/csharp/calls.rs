//! Calls and object creations.

use super::{File, stands_as};
use crate::syntax::Node;

/// One argument.
#[derive(Clone, Copy, Debug)]
pub struct Argument<'a> {
    /// The whole argument, with its name and modifier.
    pub node: Node<'a>,
    /// The parameter it is for, when it is a named argument.
    pub name: Option<&'a str>,
    /// The expression.
    pub value: Node<'a>,
}

/// A call, `receiver.name<type_arguments>(arguments)`.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// The whole call.
    pub node: Node<'a>,
    /// What it is called on. `None` for a bare name and behind `?.`.
    pub receiver: Option<Node<'a>>,
    /// The name of the method, without type arguments.
    pub name: &'a str,
    /// The node of that name.
    pub name_node: Node<'a>,
    /// The type arguments as written.
    pub type_arguments: Vec<Node<'a>>,
    /// The arguments in order.
    pub arguments: Vec<Argument<'a>>,
}

/// An object creation, `new T(arguments)` or the target-typed `new(arguments)`.
#[derive(Clone, Debug)]
pub struct Creation<'a> {
    /// The whole expression.
    pub node: Node<'a>,
    /// The type: as written behind `new`, or that of the declaration it initialises.
    pub ty: Node<'a>,
    /// Whether the type is not written here.
    pub target_typed: bool,
    /// The arguments in order.
    pub arguments: Vec<Argument<'a>>,
    /// An object initialiser, `{ Name = value }`.
    pub initializer: Option<Node<'a>>,
}

impl<'a> Call<'a> {
    /// The argument for a parameter: by name, or else by its place.
    pub fn argument(&self, name: &str, place: usize) -> Option<Argument<'a>> {
        argument(&self.arguments, name, place)
    }
}

impl<'a> Creation<'a> {
    /// The argument for a parameter: by name, or else by its place.
    pub fn argument(&self, name: &str, place: usize) -> Option<Argument<'a>> {
        argument(&self.arguments, name, place)
    }
}

fn argument<'a>(arguments: &[Argument<'a>], name: &str, place: usize) -> Option<Argument<'a>> {
    let named = arguments.iter().find(|a| a.name == Some(name));
    named.or_else(|| arguments.get(place).filter(|a| a.name.is_none())).copied()
}

impl File {
    /// All calls, in order of their places (an outer call before those inside it).
    pub fn calls(&self) -> impl Iterator<Item = Call<'_>> {
        self.tree().all("invocation_expression").filter_map(call)
    }

    /// All object creations whose type is known, in order of their places.
    pub fn creations(&self) -> impl Iterator<Item = Creation<'_>> {
        let written = self.tree().all("object_creation_expression").filter_map(|node| {
            let ty = node.field("type")?;
            let list = node.field("arguments");
            let initializer = node.field("initializer");
            Some(Creation { node, ty, target_typed: false, arguments: arguments(list), initializer })
        });
        let short = self.tree().all("implicit_object_creation_expression").filter_map(|node| {
            let list = node.child("argument_list");
            let initializer = node.child("initializer_expression");
            let ty = self.target_type(node)?;
            Some(Creation { node, ty, target_typed: true, arguments: arguments(list), initializer })
        });
        let mut all: Vec<Creation<'_>> = written.chain(short).collect();
        all.sort_by_key(|c| c.node.number());
        all.into_iter()
    }

    /// The type that the place of an expression asks for, as written at a declaration.
    fn target_type<'a>(&'a self, expr: Node<'a>) -> Option<Node<'a>> {
        let parent = expr.parent()?;
        let known = |ty: Node<'a>| (!ty.is("implicit_type")).then_some(ty);
        match parent.kind() {
            "variable_declarator" => parent.parent()?.field("type").and_then(known),
            "property_declaration" => parent.field("type"),
            "assignment_expression" if stands_as(expr, "right") => {
                let left = parent.field("left")?;
                let this = left.is("member_access_expression") && left.field("expression")?.text() == "this";
                let name = if this { left.field("name")? } else { left };
                let (decl, _) = self.names().resolve(name).filter(|_| name.is("identifier"))?;
                Some(self.tree().node(decl.ty?))
            }
            "binary_expression" if parent.field("operator")?.text() == "??" && stands_as(expr, "right") => {
                self.target_type(parent)
            }
            "conditional_expression" if !stands_as(expr, "condition") => self.target_type(parent),
            "parenthesized_expression" => self.target_type(parent),
            "arrow_expression_clause" | "return_statement" => {
                let holders = ["lambda_expression", "anonymous_method_expression", "accessor_declaration"];
                let functions = ["method_declaration", "local_function_statement", "property_declaration"];
                let all: Vec<&str> = holders.iter().chain(&functions).copied().collect();
                let holder = parent.ancestor(&all).filter(|h| h.is_any(&functions))?;
                // The result of an async method is wrapped.
                let is_async = holder.children().any(|m| m.is("modifier") && m.text() == "async");
                holder.field("returns").or(holder.field("type")).filter(|_| !is_async)
            }
            _ => None,
        }
    }
}

fn call(node: Node<'_>) -> Option<Call<'_>> {
    let function = node.field("function")?;
    let (receiver, name) = match function.kind() {
        "member_access_expression" => (function.field("expression"), function.field("name")?),
        "conditional_access_expression" => {
            let binding = function.child("member_binding_expression")?;
            (function.field("condition"), binding.field("name")?)
        }
        "identifier" | "generic_name" => (None, function),
        _ => return None,
    };
    let generic = name.is("generic_name");
    let name_node = if generic { name.child("identifier")? } else { name };
    let list = name.child("type_argument_list").filter(|_| generic);
    Some(Call {
        node,
        receiver,
        name: name_node.text(),
        name_node,
        type_arguments: list.iter().flat_map(|l| l.items()).collect(),
        arguments: arguments(node.field("arguments")),
    })
}

fn arguments(list: Option<Node<'_>>) -> Vec<Argument<'_>> {
    let items = list.into_iter().flat_map(|l| l.items()).filter(|n| n.is("argument"));
    items
        .filter_map(|node| {
            let value = node.items().last()?;
            let name = node.field("name").filter(|n| *n != value);
            Some(Argument { node, name: name.map(Node::text), value })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn calls_have_receivers_names_and_arguments() {
        let text = "class C { void M() { a.B<T>(1, x: 2); c?.D(3); E(ref f); } }";
        let file = File::parse(text).unwrap();
        let calls: Vec<_> = file.calls().collect();
        assert_eq!(calls.iter().map(|c| c.name).collect::<Vec<_>>(), ["B", "D", "E"]);
        assert_eq!(calls[0].receiver.map(Node::text), Some("a"));
        assert_eq!(calls[0].type_arguments[0].text(), "T");
        assert_eq!(calls[0].argument("x", 0).map(|a| a.value.text()), Some("2"));
        assert_eq!(calls[0].argument("y", 0).map(|a| a.value.text()), Some("1"));
        assert_eq!(calls[1].receiver.map(Node::text), Some("c"));
    }

    #[test]
    fn a_short_creation_has_the_type_of_its_target() {
        for text in [
            "class C { readonly T x = new(1); }",
            "class C { T X { get; } = new(1); }",
            "class C { T X => new(1); }",
            "class C { T M() { return new(1); } }",
            "class C { T M() => new(1); }",
            "class C { T x; void M() { x = new(1); } }",
            "class C { T x; void M() { this.x = new(1); } }",
            "class C { T M(T y) { T x = y ?? new(1); } }",
            "class C { void M() { using T x = new(1); } }",
        ] {
            let file = File::parse(text).unwrap();
            let creation = file.creations().next();
            assert_eq!(creation.map(|c| (c.ty.text(), c.target_typed)), Some(("T", true)), "{text}");
        }
        for text in ["class C { void M() { F(new(1)); } }", "class C { async T M() { return new(1); } }"] {
            assert!(File::parse(text).unwrap().creations().next().is_none(), "{text}");
        }
    }
}
