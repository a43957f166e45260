//! Using directives.

use crate::syntax::{Node, Tree};

/// What a using directive brings in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UsingKind {
    /// The types of a namespace.
    Namespace,
    /// The static members of a type.
    Static,
    /// A name for a namespace or type.
    Alias(String),
}

/// A using directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Using {
    /// The directive's node.
    pub node: u32,
    /// What it brings in.
    pub kind: UsingKind,
    /// The namespace or type, without `global::`.
    pub target: String,
    /// Whether it holds for the whole project.
    pub global: bool,
    /// The node of the compilation unit or the namespace it stands in.
    pub holder: u32,
    /// Whether it stands under an `#if`, so that it may not be there.
    pub conditional: bool,
}

/// The directives of a tree, in order.
pub(super) fn usings(tree: &Tree) -> Vec<Using> {
    tree.all("using_directive").filter_map(using).collect()
}

fn using(node: Node<'_>) -> Option<Using> {
    let holder = node.ancestor(&["namespace_declaration", "compilation_unit"])?;
    let target = node.items().last()?;
    let has = |word: &str| node.children().any(|c| !c.is_named() && c.text() == word);
    let kind = match node.field("name") {
        Some(name) => UsingKind::Alias(name.text().to_owned()),
        None if has("static") => UsingKind::Static,
        None => UsingKind::Namespace,
    };
    Some(Using {
        node: node.number(),
        kind,
        target: dotted(target).unwrap_or_else(|| target.text().to_owned()),
        global: has("global"),
        holder: holder.number(),
        conditional: node.ancestor(&["preproc_if"]).is_some(),
    })
}

/// A dotted name as text without spaces, comments and `global::`; `None` when the node is no such
/// name.
pub(super) fn dotted(node: Node<'_>) -> Option<String> {
    match node.kind() {
        "identifier" => Some(node.text().trim_start_matches('@').to_owned()),
        "predefined_type" => Some(node.text().to_owned()),
        "alias_qualified_name" => {
            let name = dotted(node.field("name")?)?;
            let alias = node.field("alias")?.text();
            Some(if alias == "global" { name } else { format!("{alias}.{name}") })
        }
        "qualified_name" => Some(format!("{}.{}", dotted(node.field("qualifier")?)?, dotted(node.field("name")?)?)),
        "member_access_expression" => {
            Some(format!("{}.{}", dotted(node.field("expression")?)?, dotted(node.field("name")?)?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::File;
    use super::*;

    #[test]
    fn every_form_is_told_apart() {
        let text = "global using A.B;\nusing C;\nusing static D.E;\nusing F = global::G.H;\nnamespace N { using I; }\n#if X\nusing J;\n#endif\n";
        let file = File::parse(text).unwrap();
        let found: Vec<_> =
            file.usings().iter().map(|u| (u.target.as_str(), u.kind.clone(), u.global, u.conditional)).collect();
        assert_eq!(
            found,
            [
                ("A.B", UsingKind::Namespace, true, false),
                ("C", UsingKind::Namespace, false, false),
                ("D.E", UsingKind::Static, false, false),
                ("G.H", UsingKind::Alias("F".into()), false, false),
                ("I", UsingKind::Namespace, false, false),
                ("J", UsingKind::Namespace, false, true),
            ]
        );
    }
}
