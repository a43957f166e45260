//! Imports of Go files: which there are, how one is added, when one is left without use.

use std::collections::{BTreeMap, BTreeSet};

use sixify_core::{Document, Edit, EditSet, Need, NeedResolver, Project, Resolution, Span};

use crate::go;
use crate::syntax::{Node, Tree};

/// One import specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The import path.
    pub path: String,
    /// The name in this file: an alias, or the usual name of the package. `_` and `.` as written.
    pub local: String,
    /// Its node, an `import_spec`.
    pub node: u32,
}

impl Import {
    /// Whether members can be used through its name.
    pub fn usable(&self) -> bool {
        self.local != "_" && self.local != "."
    }
}

/// The usual name of a package: the last element of its path that is not a version. (What the
/// package calls itself stands in its own files; by custom it is this.)
pub fn package_name(path: &str) -> String {
    let version = |s: &&str| !(s.len() > 1 && s.starts_with('v') && s[1..].bytes().all(|b| b.is_ascii_digit()));
    let last = path.rsplit('/').find(version).unwrap_or(path);
    // gopkg.in/yaml.v3
    let last = last.rsplit_once(".v").filter(|(_, v)| v.bytes().all(|b| b.is_ascii_digit())).map_or(last, |(n, _)| n);
    last.to_owned()
}

pub(crate) fn spec_name(spec: Node<'_>) -> Option<String> {
    match spec.field("name") {
        Some(name) => Some(name.text().to_owned()),
        None => Some(package_name(spec.field("path")?.text().trim_matches(['"', '`']))),
    }
}

pub(crate) fn imports(tree: &Tree) -> Vec<Import> {
    let import = |spec: Node<'_>| {
        let path = spec.field("path")?.text().trim_matches(['"', '`']).to_owned();
        Some(Import { path, local: spec_name(spec)?, node: spec.number() })
    };
    tree.all("import_spec").filter_map(import).collect()
}

/// Adds the imports that fixes need and removes those that they leave without use.
#[derive(Clone, Copy, Debug, Default)]
pub struct GoImports;

impl NeedResolver for GoImports {
    fn knows(&self, doc: &Document) -> bool {
        doc.kind == crate::classify::GO
    }

    fn resolve(&self, doc: &Document, _project: &Project<'_>, needs: &[Need], accepted: &EditSet) -> Resolution {
        let mut out = Resolution::default();
        let Some(file) = go::file(doc) else { return out };
        // Path and specification: `"net"`, or `stdnet "net"` where the usual name is taken.
        let mut wanted: BTreeMap<&str, String> = BTreeMap::new();
        for need in needs {
            match need {
                Need::Import { module, local, .. } => {
                    let there = file.imports.iter().any(|i| i.path == *module && i.local == *local);
                    let taken = file.imports.iter().any(|i| i.path != *module && i.local == *local);
                    if taken {
                        out.unmet.push((need.clone(), format!("the name {local} means something else in this file")));
                    } else if !there {
                        let alias = if package_name(module) == *local { String::new() } else { format!("{local} ") };
                        wanted.insert(module, format!("{alias}\"{module}\""));
                    }
                }
                other => out.unmet.push((other.clone(), "a Go file cannot meet it".to_owned())),
            }
        }
        let unused = unused(&file, accepted);
        out.edits = change(&file.tree, &file.imports, &wanted, &unused);
        out
    }
}

/// Imports whose every use is deleted and that no new text uses.
fn unused<'a>(file: &'a go::File, accepted: &EditSet) -> Vec<&'a Import> {
    if accepted.is_empty() {
        return Vec::new();
    }
    let deleted = |node: Node<'_>| accepted.iter().any(|e| e.span.contains(node.span()) && !e.span.is_empty());
    let added = |local: &str| accepted.iter().any(|e| mentions(&e.text, local));
    let left = |import: &&Import| {
        let mut uses = file
            .tree
            .all("identifier")
            .chain(file.tree.all("package_identifier"))
            .filter(|n| n.text() == import.local && file.import_of(*n) == Some(*import))
            .peekable();
        let used = uses.peek().is_some();
        import.usable() && import.path != "C" && used && uses.all(deleted) && !added(&import.local)
    };
    file.imports.iter().filter(left).collect()
}

fn mentions(text: &str, local: &str) -> bool {
    let selector = format!("{local}.");
    text.match_indices(&selector).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.')
    })
}

/// The edits that add and remove import specifications.
fn change(tree: &Tree, imports: &[Import], wanted: &BTreeMap<&str, String>, unused: &[&Import]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let gone: BTreeSet<u32> = unused.iter().map(|i| i.node).collect();
    let list = tree.all("import_spec_list").find(|l| !l.text().contains("\"C\""));
    let mut removed: BTreeSet<u32> = BTreeSet::new();
    if let Some(list) = list {
        for (path, spec) in wanted {
            edits.push(insert_into(tree, list, &gone, path, spec));
        }
        let specs: Vec<Node<'_>> = list.items().collect();
        let all_gone = !specs.is_empty() && specs.iter().all(|s| gone.contains(&s.number()));
        if all_gone
            && wanted.is_empty()
            && let Some(declaration) = list.parent()
        {
            edits.push(Edit::delete(whole_lines(tree.text(), declaration.span(), true)));
            removed.extend(specs.iter().map(|s| s.number()));
        }
    } else if !wanted.is_empty() {
        edits.extend(without_list(tree, imports, wanted, &gone, &mut removed));
    }
    for spec in unused.iter().map(|i| tree.node(i.node)).filter(|s| !removed.contains(&s.number())) {
        let alone = spec.parent().filter(|p| p.is("import_declaration"));
        let span = alone.map_or(spec.span(), Node::span);
        edits.push(Edit::delete(whole_lines(tree.text(), span, alone.is_some())));
    }
    edits
}

/// Adds a path to a parenthesised list: into the group of the standard library, in order.
fn insert_into(tree: &Tree, list: Node<'_>, gone: &BTreeSet<u32>, path: &str, spec: &str) -> Edit {
    let text = tree.text();
    let line = format!("\t{spec}\n");
    let specs: Vec<Node<'_>> = list.items().collect();
    let standard = |s: &&Node<'_>| {
        let path = s.field("path").map_or("", Node::text).trim_matches(['"', '`']);
        !path.split('/').next().unwrap_or("").contains('.')
    };
    let Some(first) = specs.iter().find(standard) else {
        let at = list.start() + 1;
        let gap = if specs.iter().any(|s| !gone.contains(&s.number())) { "\n" } else { "" };
        return Edit::insert(at, format!("\n{}{gap}", line.trim_end_matches('\n')));
    };
    // The group ends at an empty line.
    let mut group = vec![*first];
    for spec in specs.iter().skip_while(|s| *s != first).skip(1) {
        let previous = group.last().map_or(first.end(), |n| n.end());
        if text[previous..spec.start()].matches('\n').count() > 1 {
            break;
        }
        group.push(*spec);
    }
    let after = group.iter().rev().find(|s| s.field("path").map_or("", Node::text).trim_matches(['"', '`']) < path);
    let at = match after {
        Some(spec) => line_end(text, spec.end()),
        None => line_start(text, first.start()),
    };
    Edit::insert(at, line)
}

/// Adds paths where there is no parenthesised list yet.
fn without_list(
    tree: &Tree,
    imports: &[Import],
    wanted: &BTreeMap<&str, String>,
    gone: &BTreeSet<u32>,
    removed: &mut BTreeSet<u32>,
) -> Vec<Edit> {
    let single = imports.iter().filter(|i| i.path != "C").map(|i| tree.node(i.node)).next_back();
    let specs: Vec<&String> = wanted.values().collect();
    let Some(spec) = single else {
        // Nothing is imported: behind the package clause, or behind `import "C"`.
        let anchor = tree.all("import_declaration").last().or_else(|| tree.all("package_clause").next());
        let Some(anchor) = anchor else { return Vec::new() };
        let body = match specs.as_slice() {
            [one] => format!("import {one}"),
            many => format!("import (\n\t{}\n)", lines(many)),
        };
        return vec![Edit::insert(anchor.end(), format!("\n\n{body}"))];
    };
    if gone.contains(&spec.number()) {
        removed.insert(spec.number());
        let body = match specs.as_slice() {
            [one] => (*one).clone(),
            many => format!("(\n\t{}\n)", lines(many)),
        };
        return vec![Edit::replace(spec.span(), body)];
    }
    let old = spec.field("path").map_or("", Node::text).trim_matches(['"', '`']);
    let before: String =
        wanted.iter().filter(|(path, _)| **path < old).map(|(_, spec)| format!("{spec}\n\t")).collect();
    let behind: String =
        wanted.iter().filter(|(path, _)| **path >= old).map(|(_, spec)| format!("\n\t{spec}")).collect();
    vec![Edit::insert(spec.start(), format!("(\n\t{before}")), Edit::insert(spec.end(), format!("{behind}\n)"))]
}

fn lines(specs: &[&String]) -> String {
    specs.iter().map(|s| s.as_str()).collect::<Vec<_>>().join("\n\t")
}

/// A range with the lines it stands on, when nothing else stands there.
fn whole_lines(text: &str, span: Span, and_empty: bool) -> Span {
    let start = line_start(text, span.start);
    let end = line_end(text, span.end);
    let blank = |from: usize, to: usize| text[from..to].trim().is_empty();
    if !blank(start, span.start) || !blank(span.end, end) {
        return span;
    }
    // A declaration that goes leaves one empty line, not two.
    let next = line_end(text, end);
    let end = if and_empty && end < next && blank(end, next) { next } else { end };
    Span::new(start, end)
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |i| i + 1)
}

/// Behind the line end of the line that holds `at`.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |i| at + i + 1)
}
