//! Fields of Go types that hold an IPv6 address with its brackets. Nothing in the type says so; a
//! value that is given to the field somewhere in the package, often in a test of it, does.

use std::collections::HashSet;
use std::sync::Arc;

use sixify_core::{Document, Project};

use crate::classify;
use crate::go::{self, File};
use crate::syntax::Node;

/// Names of fields that are given an address in brackets in the files of a folder.
#[derive(Debug, Default)]
pub struct BracketedFields(HashSet<String>);

impl BracketedFields {
    /// Those of a folder, worked out once per run.
    pub fn of(folder: &str, project: &Project<'_>) -> Arc<BracketedFields> {
        project.fact(folder, || {
            let mut fields = HashSet::new();
            for name in
                project.siblings(folder).into_iter().filter(|n| n.ends_with(".go")).take(super::package::MOST_FILES)
            {
                let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                let Some(text) = project.text(&path).filter(|text| text.contains("\"[")) else { continue };
                if let Some(file) = go::file(&Document::from_text(path, classify::GO, text)) {
                    fields.extend(given(&file));
                }
            }
            BracketedFields(fields)
        })
    }

    /// Whether a field of this name is among them.
    pub fn holds(&self, field: &str) -> bool {
        self.0.contains(field)
    }
}

/// `LocalHost: "[::1]"`: the fields that a file gives addresses in brackets.
fn given(file: &File) -> Vec<String> {
    let address = |node: Node<'_>| {
        let text = node.text();
        text.starts_with("\"[") && text.ends_with("]\"") && text.contains(':')
    };
    let element = |keyed: Node<'_>| {
        let mut parts = keyed.items();
        let (key, value) = (parts.next()?, parts.next()?);
        address(value).then(|| key.text().to_owned())
    };
    file.tree.all("keyed_element").filter_map(element).collect()
}

/// The folder of a package of the same module as a document, by its import path.
pub fn folder_of(import: &str, doc: &Document, project: &Project<'_>) -> Option<String> {
    let path = project.nearest(&doc.path, &|name| name == "go.mod")?;
    let text = project.text(&path)?;
    let module = text.lines().find_map(|line| line.trim().strip_prefix("module "))?;
    let inside = import.strip_prefix(module.trim().trim_matches('"'))?;
    let inside = inside.strip_prefix('/').or(inside.is_empty().then_some(""))?;
    let root = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    Some([root, inside].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/"))
}
