//! Imports: which there are, how one is added, when one is left without use.

use std::collections::BTreeSet;

use sixify_core::{Document, Edit, EditSet, Need, NeedResolver, Project, Resolution, Span};

use super::{File, Lang};
use crate::classify;
use crate::syntax::{Node, Tree};

/// One imported name, or all names of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The qualified name; of a wildcard import, the package or class.
    pub path: String,
    /// The name in this file.
    pub local: String,
    /// Whether everything of `path` is imported.
    pub wildcard: bool,
    /// Whether a static member is imported (Java).
    pub fixed: bool,
    /// The whole statement.
    pub statement: u32,
}

pub(super) fn imports(tree: &Tree, lang: Lang) -> Vec<Import> {
    let kind = if lang == Lang::Kotlin { "import" } else { "import_declaration" };
    let statements = tree.all(kind).filter(|n| n.is_named());
    statements.flat_map(|n| if lang == Lang::Scala { scala(n) } else { statement(n).into_iter().collect() }).collect()
}

/// `import a.b.C;`, `import static a.b.C.d;`, `import a.b.*`, `import a.b.C as D`.
fn statement(node: Node<'_>) -> Option<Import> {
    let mut parts = node.items();
    let path = parts.next()?.text().to_owned();
    let words = |word: &str| node.children().any(|c| !c.is_named() && c.text() == word);
    let wildcard = node.child("asterisk").is_some() || node.text().trim_end_matches(';').trim_end().ends_with(".*");
    let alias = parts.find(|n| n.is("identifier")).map(Node::text);
    let local = alias.or_else(|| path.rsplit('.').next()).unwrap_or_default().to_owned();
    Some(Import { path, local, wildcard, fixed: words("static"), statement: node.number() })
}

/// `import a.b._`, `import a.b.C`, `import a.b.{C, D => E}`.
fn scala(node: Node<'_>) -> Vec<Import> {
    let path = node.fields("path").filter(|n| n.is_named()).map(Node::text).collect::<Vec<_>>().join(".");
    let made = |path: String, local: &str, wildcard| Import {
        path,
        local: local.to_owned(),
        wildcard,
        fixed: false,
        statement: node.number(),
    };
    if node.child("namespace_wildcard").is_some() {
        return vec![made(path, "", true)];
    }
    let Some(selectors) = node.child("namespace_selectors") else {
        let local = path.rsplit('.').next().unwrap_or_default().to_owned();
        return vec![made(path, &local, false)];
    };
    let selected = |n: Node<'_>| match n.kind() {
        "identifier" => Some(made(format!("{path}.{}", n.text()), n.text(), false)),
        "namespace_wildcard" => Some(made(path.clone(), "", true)),
        _ => {
            let mut names = n.items();
            Some(made(format!("{path}.{}", names.next()?.text()), names.next()?.text(), false))
        }
    };
    selectors.items().filter_map(selected).collect()
}

/// Adds the imports that fixes need and removes those that they leave without use.
#[derive(Clone, Copy, Debug, Default)]
pub struct JvmImports;

impl NeedResolver for JvmImports {
    fn knows(&self, doc: &Document) -> bool {
        [classify::JAVA, classify::KOTLIN, classify::SCALA].contains(&doc.kind)
    }

    fn resolve(&self, doc: &Document, _project: &Project<'_>, needs: &[Need], accepted: &EditSet) -> Resolution {
        let mut out = Resolution::default();
        let Some(file) = super::file(doc) else { return out };
        let mut wanted = BTreeSet::new();
        for need in needs {
            match need {
                Need::Import { module, member: Some(member), local } if member == local => {
                    let path = format!("{module}.{member}");
                    let there = |i: &&Import| i.path == path || i.wildcard && i.path == *module && !i.fixed;
                    let taken = |i: &&Import| i.local == *local && i.path != path && !i.wildcard;
                    if file.imports.iter().any(|i| taken(&i)) {
                        out.unmet.push((need.clone(), format!("the name {local} means something else in this file")));
                    } else if !file.imports.iter().any(|i| there(&i)) {
                        wanted.insert(path);
                    }
                }
                other => out.unmet.push((other.clone(), "the file cannot meet it".to_owned())),
            }
        }
        out.edits = added(&file, &wanted);
        out.edits.extend(removed(&file, accepted));
        out
    }
}

fn added(file: &File, wanted: &BTreeSet<String>) -> Vec<Edit> {
    let text = file.tree.text();
    let end = if file.lang == Lang::Java { ";" } else { "" };
    let single: Vec<&Import> = file.imports.iter().filter(|i| !i.fixed).collect();
    let edit = |path: &String| {
        let line = format!("import {path}{end}\n");
        // Behind the last import that sorts before it and shares its first word; else before the first.
        let group = |i: &&&Import| i.path.split('.').next() == path.split('.').next();
        let before = single.iter().rfind(|i| group(i) && i.path < *path);
        match (before, single.iter().find(group).or(single.first())) {
            (Some(import), _) => Edit::insert(line_end(text, file.tree.node(import.statement).end()), line),
            (None, Some(import)) => Edit::insert(file.tree.node(import.statement).start(), line),
            (None, None) => {
                let package = file.tree.root().items().find(|n| n.kind().starts_with("package_"));
                let at = package.map_or(0, |p| line_end(text, p.end()));
                let lead = if at > 0 { "\n" } else { "" };
                Edit::insert(at, format!("{lead}{line}"))
            }
        }
    };
    wanted.iter().map(edit).collect()
}

/// Imports of one name whose every use is deleted and that no new text uses.
fn removed(file: &File, accepted: &EditSet) -> Vec<Edit> {
    if accepted.is_empty() {
        return Vec::new();
    }
    let text = file.tree.text();
    let deleted = |span: Span| accepted.iter().any(|e| !e.span.is_empty() && e.span.contains(span));
    let gone = |import: &&Import| {
        let alone = file.imports.iter().filter(|i| i.statement == import.statement).count() == 1;
        if import.wildcard || !alone || accepted.iter().any(|e| mentioned(&e.text, &import.local).next().is_some()) {
            return false;
        }
        let statement = file.tree.node(import.statement).span();
        // Names in comments count as uses: documentation may link to the class.
        let mut uses = mentioned(text, &import.local).filter(|span| !statement.contains(*span)).peekable();
        uses.peek().is_some() && uses.all(deleted)
    };
    let line = |import: &Import| {
        let node = file.tree.node(import.statement);
        let start = text[..node.start()].rfind('\n').map_or(0, |i| i + 1);
        Edit::delete(Span::new(start, line_end(text, node.end())))
    };
    file.imports.iter().filter(gone).map(line).collect()
}

/// The places where a name stands as a word.
fn mentioned<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = Span> + 'a {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).map(|(at, found)| Span::new(at, at + found.len())).filter(move |span| {
        !name.is_empty()
            && !text[..span.start].chars().next_back().is_some_and(word)
            && !text[span.end..].chars().next().is_some_and(word)
    })
}

/// Behind the line end of the line that holds `at`.
fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |i| at + i + 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::super::tests::parsed;
    use super::*;
    use crate::classify::Files;
    use sixify_core::source::Memory;

    fn resolved(text: &str, needs: &[(&str, &str)], cut: &str) -> String {
        let doc = Document::from_text("A.java", classify::JAVA, text);
        let needs: Vec<Need> = needs
            .iter()
            .map(|(module, member)| Need::Import {
                module: (*module).to_owned(),
                member: Some((*member).to_owned()),
                local: (*member).to_owned(),
            })
            .collect();
        let mut edits = EditSet::new();
        if let Some(at) = text.find(cut).filter(|_| !cut.is_empty()) {
            edits.push(0, Edit::delete(Span::new(at, at + cut.len())));
        }
        let (source, files) = (Memory::new(), Files);
        let out = JvmImports.resolve(&doc, &Project::new(&source, &files), &needs, &edits);
        assert_eq!(out.unmet, []);
        out.edits.into_iter().for_each(|edit| edits.push(1, edit));
        edits.apply(text).expect("the edits do not overlap")
    }

    #[test]
    fn imports_are_read_in_three_languages() {
        let of = |lang, text: &str| -> Vec<(String, bool)> {
            parsed(lang, text).imports.iter().map(|i| (format!("{} {}", i.path, i.local), i.wildcard)).collect()
        };
        let one = |text: &str, wildcard| (text.to_owned(), wildcard);
        assert_eq!(
            of(Lang::Java, "import a.B;\nimport static a.B.c;\nimport a.*;\n"),
            [one("a.B B", false), one("a.B.c c", false), one("a a", true)]
        );
        assert_eq!(of(Lang::Kotlin, "import a.B as C\nimport a.*\n"), [one("a.B C", false), one("a a", true)]);
        assert_eq!(
            of(Lang::Scala, "import a.b._\nimport a.{C, D => E}\nimport a.F\n"),
            [one("a.b ", true), one("a.C C", false), one("a.D E", false), one("a.F F", false)]
        );
    }

    #[test]
    fn imports_are_added_in_order_and_removed_when_unused() {
        let text = "package a;\n\nimport java.net.URI;\nimport java.util.List;\n\nclass C { URI u; List l; }\n";
        assert_eq!(
            resolved(text, &[("java.net", "URL")], ""),
            text.replace("URI;\nimport java.u", "URI;\nimport java.net.URL;\nimport java.u")
        );
        assert_eq!(resolved(text, &[("java.net", "URI")], ""), text);
        assert_eq!(resolved(text, &[], "URI u;"), text.replace("URI u;", "").replace("import java.net.URI;\n", ""));
        assert_eq!(
            resolved("package a;\n\nclass C {}\n", &[("b", "D")], ""),
            "package a;\n\nimport b.D;\n\nclass C {}\n"
        );
    }
}
