//! Imports of Python files: which there are, where one is added, when one is left without use.

use std::collections::BTreeSet;

use sixify_core::{Document, Edit, EditSet, Need, NeedResolver, Project, Resolution, Span};

use crate::python::{File, file};
use crate::syntax::{Node, Tree};

/// A name that is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The module: `os.path`, `.settings`.
    pub module: String,
    /// The member of the module, for `from module import member`.
    pub member: Option<String>,
    /// The name in this file. `import a.b` declares `a`.
    pub local: String,
    /// The node of that name.
    pub node: u32,
    /// The part of the statement that stands for it: `a.b as c`.
    pub item: u32,
    /// The statement.
    pub statement: u32,
}

impl Import {
    /// The qualified name of what the local name stands for.
    pub fn origin(&self) -> String {
        match &self.member {
            Some(member) if self.module.ends_with('.') => format!("{}{member}", self.module),
            Some(member) => format!("{}.{member}", self.module),
            // `import a.b` makes `a` known, and `a.b` through it.
            None if self.module.split('.').next() == Some(&self.local) => self.local.clone(),
            None => self.module.clone(),
        }
    }
}

pub(crate) fn imports(tree: &Tree) -> Vec<Import> {
    let mut found = Vec::new();
    for statement in tree.all("import_statement").chain(tree.all("import_from_statement")) {
        let from = statement.field("module_name").map(|m| compact(m.text()));
        for item in statement.fields("name") {
            let (name, alias) = match item.kind() {
                "aliased_import" => (item.field("name"), item.field("alias")),
                _ => (Some(item), None),
            };
            let Some(local) = name.and_then(|n| alias.or_else(|| n.items().next())) else { continue };
            let name = name.map_or(String::new(), |n| compact(n.text()));
            found.push(Import {
                module: from.clone().unwrap_or_else(|| name.clone()),
                member: from.is_some().then_some(name),
                local: local.text().to_owned(),
                node: local.number(),
                item: item.number(),
                statement: statement.number(),
            });
        }
    }
    found
}

/// A dotted name without the white space that may stand in it.
fn compact(name: &str) -> String {
    name.split_whitespace().collect()
}

/// Adds the imports that fixes need and removes those that they leave without use.
#[derive(Clone, Copy, Debug, Default)]
pub struct PyImports;

impl NeedResolver for PyImports {
    fn knows(&self, doc: &Document) -> bool {
        doc.kind == crate::classify::PYTHON
    }

    fn resolve(&self, doc: &Document, _project: &Project<'_>, needs: &[Need], accepted: &EditSet) -> Resolution {
        let mut out = Resolution::default();
        let Some(file) = file(doc) else { return out };
        let mut wanted: BTreeSet<Wanted<'_>> = BTreeSet::new();
        for need in needs {
            let Need::Import { module, member, local } = need else {
                out.unmet.push((need.clone(), "a Python file cannot meet it".to_owned()));
                continue;
            };
            let here = |i: &Import| file.tree.node(i.statement).parent() == Some(file.tree.root());
            let origin = member.as_ref().map_or(module.clone(), |m| format!("{module}.{m}"));
            let same = |i: &Import| {
                i.local == *local
                    && (i.origin() == origin || i.module == *module && i.member.is_none() && member.is_none())
            };
            if file.imports.iter().any(|i| same(i) && here(i)) {
                continue;
            }
            let dotted = member.is_none() && module.contains('.') && module.split('.').next() == Some(local);
            if !dotted && file.names.lookup(file.tree.root(), local).is_some() {
                out.unmet.push((need.clone(), format!("the name {local} means something else in this file")));
                continue;
            }
            wanted.insert(Wanted { module, member: member.as_deref(), local });
        }
        let removed = removed(&file, accepted);
        let (appended, wanted) = appended(&file, wanted, &removed);
        out.edits.extend(appended);
        out.edits.extend(added(&file, &wanted));
        out.edits.extend(removed);
        out
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Wanted<'a> {
    module: &'a str,
    member: Option<&'a str>,
    local: &'a str,
}

impl Wanted<'_> {
    /// The member as it stands in a statement.
    fn item(&self) -> Option<String> {
        let member = self.member?;
        Some(if member == self.local { member.to_owned() } else { format!("{member} as {}", self.local) })
    }

    fn line(&self) -> String {
        let Wanted { module, local, .. } = self;
        match self.item() {
            Some(item) => format!("from {module} import {item}\n"),
            None if module == local || module.split('.').next() == Some(local) => format!("import {module}\n"),
            None => format!("import {module} as {local}\n"),
        }
    }
}

/// The modules of the standard library that fixes may need; they belong to the first group
/// (PEP 8, "Imports").
const STANDARD: &[&str] =
    &["asyncio", "contextlib", "http", "ipaddress", "os", "socket", "socketserver", "ssl", "sys", "urllib"];

fn standard(module: &str) -> bool {
    module.split('.').next().is_some_and(|top| STANDARD.contains(&top))
}

/// Members of modules from which the file imports members already go into that statement; the rest
/// is left over, with all members of one module in one.
fn appended<'a>(file: &File, wanted: BTreeSet<Wanted<'a>>, removed: &[Edit]) -> (Vec<Edit>, Vec<Lines<'a>>) {
    let mut groups: Vec<(Wanted<'a>, Vec<String>)> = Vec::new();
    for want in wanted {
        let item = want.item();
        match groups
            .iter_mut()
            .find(|(first, items)| item.is_some() && !items.is_empty() && first.module == want.module)
        {
            Some((_, items)) => items.extend(item),
            None => groups.push((want, item.into_iter().collect())),
        }
    }
    let mut edits = Vec::new();
    let mut rest = Vec::new();
    for (want, items) in groups {
        let from = |n: &Node<'_>| {
            let whole = file.tree.root() == n.parent().unwrap_or(*n);
            whole && n.field("module_name").is_some_and(|m| compact(m.text()) == want.module)
        };
        let statement = file.tree.all("import_from_statement").find(from).filter(|_| !items.is_empty());
        let gone = |n: &Node<'_>| removed.iter().any(|e| e.span.contains(n.span()));
        let last = statement.filter(|s| !gone(s)).and_then(|s| s.fields("name").last());
        match last {
            Some(last) => {
                let separator = separator(file.tree.text(), last);
                edits.push(Edit::insert(last.end(), format!("{separator}{}", items.join(&separator))));
            }
            None if items.is_empty() => rest.push(Lines { line: want.line(), want }),
            None => rest.push(Lines { line: format!("from {} import {}\n", want.module, items.join(", ")), want }),
        }
    }
    (edits, rest)
}

/// What stands between members of an import: a line end where each has a line of its own.
fn separator(text: &str, last: Node<'_>) -> String {
    let line = text.get(..last.start()).and_then(|t| t.rsplit('\n').next()).unwrap_or_default();
    if line.is_empty() || !line.trim().is_empty() { ", ".to_owned() } else { format!(",\n{line}") }
}

/// A statement to add, and the first import in it.
struct Lines<'a> {
    want: Wanted<'a>,
    line: String,
}

fn added(file: &File, wanted: &[Lines<'_>]) -> Vec<Edit> {
    let root = file.tree.root();
    let text = file.tree.text();
    let statements: Vec<Node<'_>> = root.items().collect();
    let import = |n: &&Node<'_>| n.is_any(&["import_statement", "import_from_statement"]);
    // Imports at the top; what stands further down has its reason.
    let head = |n: &&Node<'_>| {
        n.is_any(&["import_statement", "import_from_statement", "future_import_statement"])
            || n.is("expression_statement") && n.items().all(|i| i.is("string"))
    };
    let top: Vec<Node<'_>> = statements.iter().take_while(head).copied().collect();
    let imports: Vec<Node<'_>> = top.iter().filter(import).copied().collect();
    let mut edits = Vec::new();
    for Lines { want: wanted, line } in wanted {
        // Within the first group, plain imports before `from` imports, each in order of modules.
        let group = first_group(text, &imports);
        let fits = standard(wanted.module) || group.iter().any(|n| !standard(&module(*n)));
        let key = |from: bool, module: &str| (from, module.to_ascii_lowercase());
        let own = key(wanted.member.is_some(), wanted.module);
        let mixed =
            group.windows(2).any(|w| matches!(w, [a, b] if a.is("import_from_statement") && b.is("import_statement")));
        let smaller = |n: &&Node<'_>| {
            let from = n.is("import_from_statement");
            let theirs = key(from && !mixed, &module(**n));
            theirs <= if mixed { key(false, wanted.module) } else { own.clone() }
        };
        edits.push(match (group.first(), group.iter().rev().find(smaller)) {
            (Some(_), Some(after)) if fits => Edit::insert(line_end(text, after.end()), line.clone()),
            (Some(first), None) if fits => Edit::insert(first.start(), line.clone()),
            (Some(first), _) => Edit::insert(first.start(), format!("{line}\n")),
            (None, _) => match top.last() {
                Some(last) => Edit::insert(line_end(text, last.end()), format!("\n{line}")),
                None => Edit::insert(statements.first().map_or(text.len(), |n| n.start()), format!("{line}\n")),
            },
        });
    }
    edits
}

/// The module that an import statement names first.
fn module(statement: Node<'_>) -> String {
    let named = statement.field("module_name").or_else(|| statement.field("name"));
    let named = named.map(|n| if n.is("aliased_import") { n.field("name").unwrap_or(n) } else { n });
    named.map_or(String::new(), |n| compact(n.text()))
}

/// The imports up to the first empty line.
fn first_group<'a>(text: &str, imports: &[Node<'a>]) -> Vec<Node<'a>> {
    let mut group: Vec<Node<'a>> = Vec::new();
    for import in imports {
        let gap = group.last().and_then(|last| text.get(last.end()..import.start()));
        if gap.is_some_and(|g| g.matches('\n').count() > 1) {
            break;
        }
        group.push(*import);
    }
    group
}

/// Removes imports whose every use is deleted and that no new text uses.
fn removed(file: &File, accepted: &EditSet) -> Vec<Edit> {
    let text = file.tree.text();
    let deleted = |n: Node<'_>| accepted.iter().any(|e| !e.span.is_empty() && e.span.contains(n.span()));
    let unused = |import: &&Import| {
        let Some((decl, scope)) = file.names.declared_by(file.tree.node(import.node)) else { return false };
        let uses = file.names.uses(&decl, scope);
        // `import a.b` and `import a.c` share the name `a`; which of them a use needs is not clear.
        let shared = file.imports.iter().filter(|i| i.local == import.local).count() > 1;
        let again = accepted.iter().any(|e| mentions(&e.text, &import.local));
        !shared && !uses.is_empty() && uses.into_iter().all(deleted) && !again
    };
    let gone: Vec<&Import> = file.imports.iter().filter(unused).collect();
    let mut edits = Vec::new();
    for import in &gone {
        let statement = file.tree.node(import.statement);
        if file.imports.iter().filter(|i| i.statement == import.statement).all(|i| gone.contains(&i)) {
            let start = text[..statement.start()].rfind('\n').map_or(0, |i| i + 1);
            let end = line_end(text, statement.end());
            let blank = |from: usize, to: usize| text.get(from..to).is_some_and(|t| t.trim().is_empty());
            let alone = blank(start, statement.start()) && blank(statement.end(), end);
            // The only statement of a block must stay.
            if alone && statement.parent().is_some_and(|p| p.items().count() > 1) {
                edits.push(Edit::delete(Span::new(start, end)));
            }
            continue;
        }
        let item = file.tree.node(import.item);
        let next = item.next().filter(|n| n.text() == ",").and_then(|c| c.next()).filter(|n| n.is_named());
        match (next, item.previous().filter(|p| p.text() == ",")) {
            (Some(next), _) => edits.push(Edit::delete(Span::new(item.start(), next.start()))),
            (None, Some(comma)) => edits.push(Edit::delete(Span::new(comma.start(), item.end()))),
            _ => {}
        }
    }
    edits.sort_by_key(|e| e.span);
    edits.dedup();
    edits
}

fn mentions(text: &str, name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        !text[..at].chars().next_back().is_some_and(|c| word(c) || c == '.')
            && !text[at + name.len()..].chars().next().is_some_and(word)
    })
}

/// Behind the line end of the line that holds `at`.
fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |i| at + i + 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;
    use crate::classify::{self, Files};
    use sixify_core::source::Memory;

    fn import(module: &str, member: Option<&str>, local: &str) -> Need {
        Need::Import { module: module.into(), member: member.map(str::to_owned), local: local.into() }
    }

    /// The text when the needs are met and `cut` is deleted.
    fn resolved(text: &str, needs: &[Need], cut: &str) -> String {
        let doc = Document::from_text("a.py", classify::PYTHON, text);
        let mut edits = EditSet::new();
        if let Some(at) = text.find(cut).filter(|_| !cut.is_empty()) {
            edits.push(0, Edit::delete(Span::new(at, at + cut.len())));
        }
        let (source, files) = (Memory::new(), Files);
        let out = PyImports.resolve(&doc, &Project::new(&source, &files), needs, &edits);
        assert_eq!(out.unmet, []);
        for edit in out.edits {
            edits.push(1, edit);
        }
        edits.apply(text).expect("the edits do not overlap")
    }

    #[test]
    fn an_import_is_added_where_it_belongs() {
        let socket = [import("socket", None, "socket")];
        let head = "\"\"\"Doc.\"\"\"\nfrom __future__ import annotations\n\n";
        assert_eq!(
            resolved(&format!("{head}import os\nimport sys\n\nimport requests\n"), &socket, ""),
            format!("{head}import os\nimport socket\nimport sys\n\nimport requests\n")
        );
        assert_eq!(
            resolved(&format!("{head}f()\n"), &socket, ""),
            format!("{head}\nimport socket\n\nf()\n").replace("\n\n\n", "\n\n")
        );
        assert_eq!(
            resolved("import requests\n", &[import("mycorp.net", Some("dial"), "dial")], ""),
            "import requests\nfrom mycorp.net import dial\n"
        );
        assert_eq!(
            resolved("import os\nfrom a import b\n", &socket, ""),
            "import os\nimport socket\nfrom a import b\n"
        );
        assert_eq!(resolved("# c\nf()\n", &socket, ""), "# c\nimport socket\n\nf()\n");
        assert_eq!(resolved("import socket\n", &socket, ""), "import socket\n");
        assert_eq!(
            resolved("from urllib.parse import quote\n", &[import("urllib.parse", Some("urlsplit"), "split")], ""),
            "from urllib.parse import quote, urlsplit as split\n"
        );
        let members = ["AF_INET6", "has_dualstack_ipv6"].map(|m| import("socket", Some(m), m));
        assert_eq!(
            resolved("from socket import (\n    socket,\n)\n", &members, ""),
            "from socket import (\n    socket,\n    AF_INET6,\n    has_dualstack_ipv6,\n)\n"
        );
        assert_eq!(
            resolved("import os\n", &members, ""),
            "import os\nfrom socket import AF_INET6, has_dualstack_ipv6\n"
        );
    }

    #[test]
    fn a_name_that_is_taken_is_a_need_that_is_not_met() {
        let doc = Document::from_text("a.py", classify::PYTHON, "socket = 1\n");
        let (source, files) = (Memory::new(), Files);
        let need = [import("socket", None, "socket")];
        let out = PyImports.resolve(&doc, &Project::new(&source, &files), &need, &EditSet::new());
        assert_eq!((out.edits.len(), out.unmet.len()), (0, 1));
    }

    #[test]
    fn an_import_that_is_left_without_use_goes() {
        let cut = "a.f()\n";
        assert_eq!(resolved("import a\nimport b\na.f()\nb()\n", &[], cut), "import b\nb()\n");
        assert_eq!(resolved("from m import a, b\na.f()\nb()\n", &[], cut), "from m import b\nb()\n");
        assert_eq!(resolved("from m import (b, a)\na.f()\nb()\n", &[], cut), "from m import (b)\nb()\n");
        assert_eq!(resolved("import a\na.f()\nb(a)\n", &[], cut), "import a\nb(a)\n");
        assert_eq!(resolved("import a.c\nimport a.d\na.f()\n", &[], cut), "import a.c\nimport a.d\n");
    }
}
