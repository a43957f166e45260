//! Calls and creations, and getters in the spelling of Java.

use super::{File, Lang};
use crate::syntax::Node;

/// A call of a method or function, or the creation of an object.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// The whole expression.
    pub node: Node<'a>,
    /// What the method is called on; a type for static ones, `None` without one.
    pub receiver: Option<Node<'a>>,
    /// The simple name of the method, or of the type that is created.
    pub name: &'a str,
    /// The node of the name.
    pub name_node: Node<'a>,
    /// The arguments: their values, in order.
    pub arguments: Vec<Node<'a>>,
    /// The names under which arguments are given (Kotlin, Scala), by position.
    pub labels: Vec<Option<&'a str>>,
    /// Whether an object is created.
    pub creates: bool,
}

impl<'a> Call<'a> {
    /// An argument by its name, or by its position (counted from 1) where it is given without one.
    pub fn argument(&self, position: usize, keyword: Option<&str>) -> Option<Node<'a>> {
        let at = self.labels.iter().position(|label| label.is_some() && *label == keyword);
        if let Some(at) = at {
            return self.arguments.get(at).copied();
        }
        let at = position.checked_sub(1)?;
        self.arguments.get(at).filter(|_| self.labels.get(at).is_none_or(Option::is_none)).copied()
    }
}

/// Kinds of nodes that are calls.
const CALLS: [&str; 6] = [
    "method_invocation",
    "object_creation_expression",
    "explicit_constructor_invocation",
    "call_expression",
    "instance_expression",
    "constructor_invocation",
];

impl File {
    /// All calls and creations.
    pub fn calls(&self) -> impl Iterator<Item = Call<'_>> {
        CALLS.iter().flat_map(|kind| self.tree.all(kind)).filter_map(|node| self.call(node))
    }

    /// A call taken apart.
    pub fn call<'a>(&self, node: Node<'a>) -> Option<Call<'a>> {
        match (self.lang, node.kind()) {
            (Lang::Java, "method_invocation") => {
                let name = node.field("name")?;
                Some(call(node, node.field("object"), name, values(node.field("arguments")?), false))
            }
            (Lang::Java, "object_creation_expression") => {
                let ty = simple_type(node.field("type")?);
                Some(call(node, None, ty, values(node.field("arguments")?), true))
            }
            (Lang::Java, "explicit_constructor_invocation") => {
                let name = node.field("constructor")?;
                Some(call(node, None, name, values(node.field("arguments")?), true))
            }
            (Lang::Kotlin, "call_expression") => {
                let callee = node.items().next()?;
                let arguments = node.items().find(|n| n.is("value_arguments")).map(values).unwrap_or_default();
                self.called(node, callee, arguments)
            }
            (Lang::Kotlin, "constructor_invocation") => {
                let name = simple_type(node.items().next()?);
                Some(call(node, None, name, values(node.child("value_arguments")?), true))
            }
            (Lang::Scala, "call_expression") => {
                let arguments = node.field("arguments").filter(|a| a.is("arguments")).map(values).unwrap_or_default();
                let function = node.field("function")?;
                let function = if function.is("generic_function") { function.field("function")? } else { function };
                self.called(node, function, arguments)
            }
            (Lang::Scala, "instance_expression") => {
                let name = simple_type(node.items().next()?);
                let arguments = node.field("arguments").or_else(|| node.child("arguments"));
                Some(call(node, None, name, arguments.map(values).unwrap_or_default(), true))
            }
            _ => None,
        }
    }

    fn called<'a>(&self, node: Node<'a>, callee: Node<'a>, arguments: Arguments<'a>) -> Option<Call<'a>> {
        if callee.is("identifier") {
            // A name with a capital letter is a type, which is called to create one.
            let creates = callee.text().starts_with(char::is_uppercase);
            return Some(call(node, None, callee, arguments, creates));
        }
        let (object, name) = self.member(callee)?;
        Some(call(node, Some(object), name, arguments, false))
    }

    /// What a getter is called on, and its name in the spelling of Java: `a.getHost()`, and in
    /// Kotlin also `a.host`, in Scala also `a.getHost`.
    pub fn getter<'a>(&self, node: Node<'a>) -> Option<(Node<'a>, String)> {
        if let Some(call) = self.call(node).filter(|c| !c.creates && c.arguments.is_empty()) {
            return Some((call.receiver?, call.name.to_owned()));
        }
        let (object, name) = self.member(node)?;
        match self.lang {
            Lang::Java => None,
            Lang::Scala => Some((object, name.text().to_owned())),
            Lang::Kotlin => {
                let mut rest = name.text().chars();
                let first = rest.next()?;
                Some((object, format!("get{}{}", first.to_uppercase(), rest.as_str())))
            }
        }
    }

    /// What is indexed, and the index when it is a number: `a[1]`, in Scala `a(1)`, in Kotlin also
    /// `a.get(1)`, `a.first()` and `a.last()`.
    pub fn indexed<'a>(&self, node: Node<'a>) -> Option<(Node<'a>, Option<usize>)> {
        match (self.lang, node.kind()) {
            (Lang::Java, "array_access") => Some((node.field("array")?, node.field("index")?.text().parse().ok())),
            (Lang::Kotlin, "index_expression") => {
                let mut parts = node.items();
                Some((parts.next()?, parts.next()?.text().parse().ok()))
            }
            (Lang::Scala, "call_expression") => {
                let arguments = values(node.field("arguments").filter(|a| a.is("arguments"))?);
                let [index] = arguments.0.as_slice() else { return None };
                Some((node.field("function")?, Some(index.text().parse().ok()?)))
            }
            (Lang::Kotlin, "call_expression") => {
                let call = self.call(node)?;
                match (call.name, call.arguments.as_slice()) {
                    ("get" | "getOrNull", [index]) => Some((call.receiver?, index.text().parse().ok())),
                    ("first", []) => Some((call.receiver?, Some(0))),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

type Arguments<'a> = (Vec<Node<'a>>, Vec<Option<&'a str>>);

fn call<'a>(
    node: Node<'a>,
    receiver: Option<Node<'a>>,
    name: Node<'a>,
    (arguments, labels): Arguments<'a>,
    creates: bool,
) -> Call<'a> {
    Call { node, receiver, name: name.text(), name_node: name, arguments, labels, creates }
}

/// The values of a list of arguments, with the names they are given under.
fn values(list: Node<'_>) -> Arguments<'_> {
    let mut arguments = (Vec::new(), Vec::new());
    for item in list.items() {
        let named = match item.kind() {
            "value_argument" => {
                let parts: Vec<Node<'_>> = item.items().collect();
                let label = item.children().any(|c| !c.is_named() && c.text() == "=");
                parts
                    .last()
                    .map(|value| (*value, parts.first().filter(|_| label && parts.len() > 1)).to_owned())
                    .map(|(value, label)| (value, label.map(|l| l.text())))
            }
            "assignment_expression" => item.field("right").map(|v| (v, item.field("left").map(Node::text))),
            _ => Some((item, None)),
        };
        if let Some((value, label)) = named {
            arguments.0.push(value);
            arguments.1.push(label);
        }
    }
    arguments
}

/// The node of the simple name of a type: `Map` of `java.util.Map<K, V>`.
pub(super) fn simple_type(mut ty: Node<'_>) -> Node<'_> {
    loop {
        let inner = match ty.kind() {
            "generic_type" | "nullable_type" | "annotated_type" => ty.items().next(),
            "array_type" => ty.field("element").or_else(|| ty.items().next()),
            "scoped_type_identifier" | "user_type" | "stable_type_identifier" => {
                ty.items().filter(|n| n.is_any(&["identifier", "type_identifier"])).last()
            }
            _ => None,
        };
        match inner {
            Some(inner) => ty = inner,
            None => return ty,
        }
    }
}
