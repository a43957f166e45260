//! `use` declarations of Rust files: what they name, and how a name is added or left without use.

use sixify_core::{Document, Edit, EditSet, Need, NeedResolver, Project, Resolution};

use crate::rust;
use crate::syntax::{Node, Tree};

/// One name that a file imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The full path: `std::net::TcpListener`; for a glob the path before it.
    pub path: String,
    /// The name in this file; `*` for a glob.
    pub local: String,
    /// The node of the last part of the path, or of the alias.
    pub node: u32,
}

pub(crate) fn uses(tree: &Tree) -> Vec<Use> {
    tree.all("use_declaration").flat_map(|declaration| leaves(declaration).into_iter().map(|(used, _)| used)).collect()
}

/// The names of one declaration, each with its node.
pub(crate) fn leaves(declaration: Node<'_>) -> Vec<(Use, Node<'_>)> {
    let mut found = Vec::new();
    if let Some(argument) = declaration.field("argument") {
        leaf(argument, "", &mut found);
    }
    found
}

fn leaf<'a>(node: Node<'a>, before: &str, found: &mut Vec<(Use, Node<'a>)>) {
    let join = |path: &str| if before.is_empty() { path.to_owned() } else { format!("{before}::{path}") };
    let mut push = |path: String, local: &str, at: Node<'a>| {
        found.push((Use { path, local: local.to_owned(), node: at.number() }, at));
    };
    match node.kind() {
        "identifier" | "crate" | "super" => push(join(node.text()), node.text(), node),
        "self" => push(before.to_owned(), before.rsplit("::").next().unwrap_or(before), node),
        "scoped_identifier" => {
            let Some(name) = node.field("name") else { return };
            push(join(node.text()), name.text(), name);
        }
        "use_as_clause" => {
            let (Some(path), Some(alias)) = (node.field("path"), node.field("alias")) else { return };
            push(join(path.text()), alias.text(), alias);
        }
        "use_wildcard" => {
            let path = node.items().next().map_or("", Node::text);
            push(join(path), "*", node);
        }
        "scoped_use_list" => {
            let path = join(node.field("path").map_or("", Node::text));
            for item in node.field("list").into_iter().flat_map(|l| l.items().collect::<Vec<_>>()) {
                leaf(item, &path, found);
            }
        }
        "use_list" => node.items().for_each(|item| leaf(item, before, found)),
        _ => {}
    }
}

/// Adds `Ipv6Addr` beside `Ipv4Addr`, or in its place where nothing else uses that: fixes need one
/// member of a module beside another one that is there.
#[derive(Clone, Copy, Debug, Default)]
pub struct RustImports;

impl NeedResolver for RustImports {
    fn knows(&self, doc: &Document) -> bool {
        doc.kind == crate::classify::RUST
    }

    fn resolve(&self, doc: &Document, _project: &Project<'_>, needs: &[Need], accepted: &EditSet) -> Resolution {
        let mut out = Resolution::default();
        let Some(file) = rust::file(doc) else { return out };
        for need in needs {
            let Need::Import { module, member: Some(member), local } = need else {
                out.unmet.push((need.clone(), "a Rust file cannot meet it".to_owned()));
                continue;
            };
            // What a module inside the file imports is not seen outside of it.
            let seen = |u: &&Use| file.tree.node(u.node).ancestor(&["mod_item", "block"]).is_none();
            if file.uses.iter().filter(seen).any(|u| u.local == *local && u.path == format!("{module}::{member}")) {
                continue;
            }
            if file.uses.iter().filter(seen).any(|u| u.local == *local) {
                out.unmet.push((need.clone(), format!("the name {local} means something else in this file")));
                continue;
            }
            match beside(&file, module, member, accepted).or_else(|| among(&file, module, member)) {
                Some(edit) => out.edits.push(edit),
                None => out.unmet.push((need.clone(), format!("nothing of {module} is imported by its name"))),
            }
        }
        out
    }
}

/// The edit that imports a function or module of this crate among other names of it, in the order of rustfmt.
fn among(file: &rust::File, module: &str, member: &str) -> Option<Edit> {
    let text = file.tree.text();
    let own = |n: &Node<'_>| {
        let path = n.field("argument").map_or("", Node::text);
        // An attribute belongs to the line behind it alone.
        let plain = n.previous().is_none_or(|before| !before.is("attribute_item"));
        let alone = plain && n.parent().is_some_and(|p| p.is("source_file")) && n.text().starts_with("use ");
        alone && path.strip_prefix(module).is_some_and(|rest| rest.starts_with("::"))
    };
    let declared: Vec<Node<'_>> = file.tree.all("use_declaration").filter(own).collect();
    let name = |n: &Node<'_>| n.field("argument").map_or("", Node::text)[module.len() + 2..].to_owned();
    // Lists and types stand behind functions and modules.
    let behind = |n: &&Node<'_>| !name(n).starts_with(|c: char| c.is_lowercase()) || *name(n) > *member;
    let line = format!("use {module}::{member};");
    if let Some(next) = declared.iter().find(behind) {
        return Some(Edit::insert(next.start(), format!("{line}\n")));
    }
    let last = declared.last()?;
    let end = last.end() + text.get(last.end()..)?.find('\n').unwrap_or(0);
    Some(Edit::insert(end, format!("\n{line}")))
}

/// The edit that brings a member of a module in, at the place of the one whose name differs in a
/// digit.
fn beside(file: &rust::File, module: &str, member: &str, accepted: &EditSet) -> Option<Edit> {
    let other = member.replace('6', "4");
    let outside = |n: Node<'_>| n.ancestor(&["mod_item", "block"]).is_none();
    let named = |u: &&Use| u.path == format!("{module}::{other}") && u.local == other;
    let there = file.uses.iter().filter(named).find(|u| outside(file.tree.node(u.node)))?;
    let at = file.tree.node(there.node);
    let mut left = file
        .tree
        .all("identifier")
        .chain(file.tree.all("type_identifier"))
        .filter(|n| {
            let declared = n.ancestor(&["use_declaration"]).is_some();
            let gone = accepted.iter().any(|e| !e.span.is_empty() && e.span.contains(n.span()));
            n.text() == other && !declared && !gone
        })
        .peekable();
    if left.peek().is_none() {
        return Some(Edit::replace(at.span(), member));
    }
    // Only tests would use the import: the program is warned of it then, and without it they do not compile.
    if left.all(|n| file.is_test(n)) {
        return None;
    }
    let listed = at.parent().is_some_and(|p| p.is("use_list"));
    if listed {
        return Some(Edit::insert(at.end(), format!(", {member}")));
    }
    Some(Edit::replace(at.span(), format!("{{{other}, {member}}}")))
}
