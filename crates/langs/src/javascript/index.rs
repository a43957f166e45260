//! Where a file gives values to names and to fields of its classes.

use std::collections::HashMap;

use crate::names::Scoping;
use crate::syntax::{Node, Tree};

/// Where names and fields are given values, by name.
#[derive(Default)]
pub(crate) struct Index {
    /// The assigning node and the name in it.
    pub(crate) names: HashMap<String, Vec<(u32, u32)>>,
    /// Assignments to `this.name`, and field definitions with a value.
    pub(crate) fields: HashMap<String, Vec<u32>>,
}

impl Index {
    /// Reads a tree once.
    pub(crate) fn of(tree: &Tree, scoping: &impl Scoping) -> Index {
        let mut index = Index::default();
        for node in tree.nodes() {
            for target in scoping.assigns(node) {
                index.names.entry(target.text().to_owned()).or_default().push((node.number(), target.number()));
            }
            for field in given_fields(node) {
                index.fields.entry(field.text().to_owned()).or_default().push(node.number());
            }
        }
        index
    }
}

/// The fields that a node gives a value to.
fn given_fields(node: Node<'_>) -> Vec<Node<'_>> {
    let own = |n: &Node<'_>| n.is("member_expression") && n.field("object").is_some_and(|o| o.is("this"));
    match node.kind() {
        "field_definition" | "public_field_definition" if node.field("value").is_some() => {
            node.field("property").or_else(|| node.field("name")).into_iter().collect()
        }
        "assignment_expression" | "augmented_assignment_expression" => {
            let Some(left) = node.field("left") else { return Vec::new() };
            let parts = left.descendants().filter(|_| left.is_any(&["object_pattern", "array_pattern"]));
            std::iter::once(left).chain(parts).filter(own).filter_map(|n| n.field("property")).collect()
        }
        _ => Vec::new(),
    }
}
