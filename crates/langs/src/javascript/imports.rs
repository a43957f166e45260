//! Imports of JavaScript files: which there are, how one is added in the style of the file, when
//! one is left without use.

use std::collections::BTreeMap;

use sixify_core::{Document, Edit, EditSet, Need, NeedResolver, Project, Resolution, Span};

use crate::javascript::scope::is_imported_name;
use crate::javascript::{File, KINDS, file};
use crate::syntax::{Node, Tree};

/// A name that is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The module, with `node:` left out: `http`, `@grpc/grpc-js`, `./app`.
    pub module: String,
    /// The member of the module; `None` for the module itself (default or namespace import, or
    /// the value of `require`).
    pub member: Option<String>,
    /// The name in this file.
    pub local: String,
    /// The node of that name.
    pub node: u32,
    /// The import statement, or the declarator of a `require`.
    pub whole: u32,
    /// Whether it is a `require`.
    pub required: bool,
}

/// A module's name as facts have it: without the `node:` of Node's own modules.
pub fn module_name(text: &str) -> &str {
    text.strip_prefix("node:").unwrap_or(text)
}

/// The literal text of a string node.
fn quoted<'a>(node: Node<'a>) -> &'a str {
    node.text().trim_matches(['"', '\'', '`'])
}

pub(crate) fn imports(tree: &Tree) -> Vec<Import> {
    let mut found = Vec::new();
    for statement in tree.all("import_statement") {
        let clause = statement.child("import_require_clause");
        let Some(source) = statement.field("source").or_else(|| clause?.field("source")) else { continue };
        for local in statement.descendants().filter(|n| is_imported_name(*n)) {
            let member = local.parent().filter(|p| p.is("import_specifier")).and_then(|p| p.field("name"));
            // The default export of a CommonJS module is the module.
            let member = member.map(|m| quoted(m).to_owned()).filter(|m| m != "default");
            found.push(Import {
                module: module_name(quoted(source)).to_owned(),
                member,
                local: local.text().to_owned(),
                node: local.number(),
                whole: statement.number(),
                required: false,
            });
        }
    }
    for declarator in tree.all("variable_declarator") {
        let Some(module) = declarator.field("value").and_then(required) else { continue };
        let import = |local: Node<'_>, member: Option<Node<'_>>| Import {
            module: module.to_owned(),
            member: member.map(|m| m.text().to_owned()),
            local: local.text().to_owned(),
            node: local.number(),
            whole: declarator.number(),
            required: true,
        };
        match declarator.field("name") {
            Some(name) if name.is("identifier") => found.push(import(name, None)),
            Some(pattern) if pattern.is("object_pattern") => {
                for item in pattern.items() {
                    match (item.kind(), item.field("key"), item.field("value")) {
                        ("pair_pattern", Some(key), Some(value)) if value.is("identifier") => {
                            found.push(import(value, Some(key)));
                        }
                        ("shorthand_property_identifier_pattern", ..) => found.push(import(item, Some(item))),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// The module of `require('m')` or `import('m')`.
pub(crate) fn required<'a>(call: Node<'a>) -> Option<&'a str> {
    let function = call.field("function").filter(|_| call.is("call_expression"))?;
    if function.text() != "require" && !function.is("import") {
        return None;
    }
    let mut arguments = call.field("arguments")?.items();
    let module = arguments.next().filter(|a| a.is_any(&["string", "template_string"]))?;
    let plain = module.items().all(|c| c.is("string_fragment"));
    (plain && arguments.next().is_none()).then(|| module_name(quoted(module)))
}

/// Adds the imports that fixes need and removes those that they leave without use.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsImports;

impl NeedResolver for JsImports {
    fn knows(&self, doc: &Document) -> bool {
        KINDS.contains(&doc.kind)
    }

    fn resolve(&self, doc: &Document, _project: &Project<'_>, needs: &[Need], accepted: &EditSet) -> Resolution {
        let mut out = Resolution::default();
        let Some(file) = file(doc) else { return out };
        let mut wanted: BTreeMap<String, Vec<(Option<String>, String)>> = BTreeMap::new();
        for need in needs {
            let Need::Import { module, member, local } = need else {
                out.unmet.push((need.clone(), "a JavaScript file cannot meet it".to_owned()));
                continue;
            };
            let same = |i: &Import| i.module == module_name(module) && i.member == *member && i.local == *local;
            if file.imports.iter().any(same) {
                continue;
            }
            if file.names.lookup(file.tree.root(), local).is_some() {
                out.unmet.push((need.clone(), format!("the name {local} means something else in this file")));
                continue;
            }
            let names = wanted.entry(module.clone()).or_default();
            if !names.contains(&(member.clone(), local.clone())) {
                names.push((member.clone(), local.clone()));
            }
        }
        out.edits.extend(added(&file, &wanted, accepted));
        out.edits.extend(removed(&file, accepted));
        out
    }
}

/// How a file writes its imports.
struct Style {
    esm: bool,
    quote: char,
    semicolon: &'static str,
    node_prefix: bool,
    /// What a `require` is declared with: `var` in a file that has neither `const` nor `let`.
    keyword: &'static str,
    /// What stands inside braces beside the names: `{ a }`, `{a}`.
    pad: &'static str,
}

impl Style {
    fn of(file: &File) -> Style {
        let statements: Vec<Node<'_>> = file.tree.root().named_children().collect();
        let esm = file.imports.iter().any(|i| !i.required)
            || (file.imports.is_empty()
                && statements.iter().any(|s| s.is_any(&["export_statement", "import_statement"])));
        let single = file.tree.all("string").filter(|s| s.text().starts_with('\'')).count();
        let double = file.tree.all("string").filter(|s| s.text().starts_with('"')).count();
        let simple = ["expression_statement", "lexical_declaration", "variable_declaration", "import_statement"];
        let ends: Vec<bool> =
            statements.iter().filter(|s| s.is_any(&simple)).map(|s| s.text().ends_with(';')).collect();
        let with = ends.iter().filter(|e| **e).count();
        Style {
            esm,
            quote: if double > single { '"' } else { '\'' },
            semicolon: if with * 2 >= ends.len() { ";" } else { "" },
            node_prefix: file.tree.all("string").any(|s| quoted(s).starts_with("node:")),
            keyword: match file.tree.all("lexical_declaration").next() {
                None if file.tree.all("variable_declaration").next().is_some() => "var",
                _ => "const",
            },
            pad: {
                let lists = || file.tree.all("named_imports").chain(file.tree.all("object_pattern"));
                let tight = lists().filter(|n| !n.text().trim_start_matches('{').starts_with([' ', '\n', '\r']));
                if tight.count() * 2 > lists().count() { "" } else { " " }
            },
        }
    }

    fn line(&self, module: &str, names: &[(Option<String>, String)]) -> String {
        let Style { esm, quote, semicolon, node_prefix, keyword, pad } = self;
        let own = ["dgram", "dns", "http", "http2", "https", "net", "os", "path", "process", "tls", "url", "util"];
        let prefix = if *node_prefix && own.contains(&module) { "node:" } else { "" };
        let source = format!("{quote}{prefix}{module}{quote}");
        let mut lines = String::new();
        for local in names.iter().filter(|(member, _)| member.is_none()).map(|(_, local)| local) {
            lines.push_str(&match esm {
                true => format!("import {local} from {source}{semicolon}\n"),
                false => format!("{keyword} {local} = require({source}){semicolon}\n"),
            });
        }
        let separator = if *esm { " as " } else { ": " };
        let named = names.iter().filter_map(|(member, local)| match member.as_ref()? {
            member if member == local => Some(local.clone()),
            member => Some(format!("{member}{separator}{local}")),
        });
        let members = named.collect::<Vec<String>>().join(", ");
        if !members.is_empty() {
            lines.push_str(&match esm {
                true => format!("import {{{pad}{members}{pad}}} from {source}{semicolon}\n"),
                false => format!("{keyword} {{{pad}{members}{pad}}} = require({source}){semicolon}\n"),
            });
        }
        lines
    }
}

/// Modules of Node that programs import most.
const BUILTIN: &[&str] = &[
    "assert",
    "buffer",
    "child_process",
    "cluster",
    "crypto",
    "dgram",
    "dns",
    "events",
    "fs",
    "fs/promises",
    "http",
    "http2",
    "https",
    "net",
    "os",
    "path",
    "process",
    "querystring",
    "readline",
    "stream",
    "string_decoder",
    "timers",
    "tls",
    "url",
    "util",
    "v8",
    "vm",
    "worker_threads",
    "zlib",
];

/// The module that a statement imports, when it is one.
fn source(statement: Node<'_>) -> Option<&str> {
    let required = || {
        let mut calls = statement.descendants().filter(|n| n.is("call_expression"));
        let call = calls.find(|c| c.field("function").is_some_and(|f| f.text() == "require"))?;
        call.field("arguments")?.items().next()
    };
    statement.field("source").or_else(required).map(quoted)
}

fn added(file: &File, wanted: &BTreeMap<String, Vec<(Option<String>, String)>>, accepted: &EditSet) -> Vec<Edit> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let style = Style::of(file);
    let mut wanted = wanted.clone();
    let mut edits: Vec<Edit> = Vec::new();
    // A second import of a module is one that linters refuse. What goes can take nothing in.
    let gone = removed(file, accepted);
    let stays = |edit: &Edit| !gone.iter().any(|g| g.span.start <= edit.span.start && edit.span.end <= g.span.end);
    for (module, names) in wanted.iter_mut().filter(|_| style.esm) {
        names.retain(|(member, local)| {
            let beside = member.as_ref().and_then(|member| beside(file, module, member, local)).filter(stays);
            let alone = beside.is_none();
            edits.extend(beside);
            alone
        });
    }
    wanted.retain(|_, names| !names.is_empty());
    if wanted.is_empty() {
        return edits;
    }
    edits.extend(statements(file, &style, &wanted, accepted));
    edits
}

/// A member behind the last one of an import of the same module that has a list of them.
fn beside(file: &File, module: &str, member: &str, local: &str) -> Option<Edit> {
    let statements = file.tree.root().named_children().filter(|n| n.is("import_statement"));
    let mut same = statements.filter(|s| {
        s.field("source").is_some_and(|source| module_name(quoted(source)) == module_name(module))
            && !s.children().any(|c| matches!(c.text(), "type" | "typeof"))
    });
    let list = same.find_map(|s| s.descendants().find(|n| n.is("named_imports")))?;
    let last = list.items().last()?;
    let name = if member == local { local.to_owned() } else { format!("{member} as {local}") };
    let text = file.tree.text();
    let start = text[..last.start()].rfind('\n').map_or(0, |i| i + 1);
    let indent = text.get(start..last.start()).filter(|s| s.trim().is_empty() && start > list.start());
    let separator = indent.map_or(", ".to_owned(), |indent| format!(",\n{indent}"));
    Some(Edit::insert(last.end(), format!("{separator}{name}")))
}

/// Statements of their own for what is imported.
fn statements(
    file: &File,
    style: &Style,
    wanted: &BTreeMap<String, Vec<(Option<String>, String)>>,
    accepted: &EditSet,
) -> Vec<Edit> {
    let lines: String = wanted.iter().map(|(module, names)| style.line(module, names)).collect();
    let root = file.tree.root();
    let text = file.tree.text();
    // A `require` deep in a function is no import of the file, and one below the code that needs the
    // new name would come too late.
    let first_use = accepted.iter().map(|e| e.span.start).min().unwrap_or(text.len());
    let holds = |statement: &Node<'_>| {
        let own = |whole: Node<'_>| whole.parent() == Some(*statement);
        statement.start() <= first_use && file.imports.iter().any(|i| i.required && own(file.tree.node(i.whole)))
    };
    let all: Vec<Node<'_>> = match style.esm {
        true => root.named_children().filter(|n| n.is("import_statement")).collect(),
        false => root.named_children().filter(holds).collect(),
    };
    // With the modules of Node, or with those of others, above the files of the project.
    let builtin = |n: &&Node<'_>| source(**n).is_some_and(|module| BUILTIN.contains(&module_name(module)));
    let foreign = |n: &&Node<'_>| {
        source(**n).is_some_and(|module| !module.starts_with(['.', '/', '~', '#']) && !module.starts_with("@/"))
    };
    let last = all.iter().rfind(builtin).or_else(|| all.iter().rfind(foreign)).or_else(|| all.last()).copied();
    let line_end = |node: Node<'_>| text[node.end()..].find('\n').map(|i| node.end() + i + 1);
    if let Some(last) = last {
        // Behind the line, so that a comment at its end stays where it is.
        return vec![match line_end(last) {
            Some(end) => Edit::insert(end, lines),
            None => Edit::insert(text.len(), format!("\n{}", lines.trim_end_matches('\n'))),
        }];
    }
    let directive = |n: &Node<'_>| {
        n.is("hash_bang_line")
            || n.is("expression_statement") && n.items().all(|i| i.is("string")) && n.items().count() == 1
    };
    if let Some(directive) = root.items().take_while(directive).last() {
        // An empty line behind it stays between it and the code; one is made before other code.
        let end = line_end(directive).unwrap_or(text.len());
        let blank = text[end..].find('\n').filter(|i| text[end..end + i].trim().is_empty()).map_or(0, |i| i + 1);
        let declares = ["const ", "let ", "var "].iter().any(|word| text[end + blank..].starts_with(word));
        let behind = if blank > 0 && !declares { "\n" } else { "" };
        return vec![Edit::insert(end + blank, format!("{lines}{behind}"))];
    }
    // In front of the first statement, behind a licence above it.
    let first = root.items().next().map_or(text.len(), |n| n.start());
    vec![Edit::insert(first, format!("{lines}\n"))]
}

/// Removes imports whose every use is deleted and that no new text uses.
fn removed(file: &File, accepted: &EditSet) -> Vec<Edit> {
    let deleted = |n: Node<'_>| accepted.iter().any(|e| !e.span.is_empty() && e.span.contains(n.span()));
    let unused = |import: &&Import| {
        let Some((decl, scope)) = file.names.declared_by(file.tree.node(import.node)) else { return false };
        let uses = file.names.uses(&decl, scope);
        let again = accepted.iter().any(|e| mentions(&e.text, &import.local));
        !uses.is_empty() && uses.into_iter().all(deleted) && !again
    };
    let gone: Vec<&Import> = file.imports.iter().filter(unused).collect();
    let mut edits = Vec::new();
    for import in &gone {
        let whole = file.tree.node(import.whole);
        let together: Vec<&Import> = file.imports.iter().filter(|i| i.whole == import.whole).collect();
        if together.iter().all(|i| gone.contains(i)) {
            let statement = match whole.parent() {
                Some(declaration) if import.required && declaration.items().count() == 1 => declaration,
                _ if import.required => continue,
                _ => whole,
            };
            edits.push(Edit::delete(line_of(file.tree.text(), statement.span())));
            continue;
        }
        let item = std::iter::successors(Some(file.tree.node(import.node)), |n| n.parent())
            .find(|n| n.parent().is_some_and(|p| p.is_any(&["named_imports", "object_pattern"])));
        edits.extend(item.and_then(without_comma));
    }
    edits.sort_by_key(|e| e.span);
    edits.dedup();
    edits
}

/// Deletes an item of a list with one comma.
fn without_comma(item: Node<'_>) -> Option<Edit> {
    let behind = item.next().filter(|n| n.text() == ",").and_then(|c| c.next()).filter(|n| n.is_named());
    match (behind, item.previous()) {
        (Some(next), _) => Some(Edit::delete(Span::new(item.start(), next.start()))),
        (None, Some(comma)) if comma.text() == "," => Some(Edit::delete(Span::new(comma.start(), item.end()))),
        _ => None,
    }
}

fn mentions(text: &str, name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    text.match_indices(name).any(|(at, _)| {
        !text[..at].chars().next_back().is_some_and(|c| word(c) || c == '.')
            && !text[at + name.len()..].chars().next().is_some_and(word)
    })
}

/// A statement with its line, when nothing else stands there.
fn line_of(text: &str, span: Span) -> Span {
    let start = text[..span.start].rfind('\n').map_or(0, |i| i + 1);
    let end = text[span.end..].find('\n').map_or(text.len(), |i| span.end + i + 1);
    let alone = text[start..span.start].trim().is_empty() && text[span.end..end].trim().is_empty();
    if alone { Span::new(start, end) } else { span }
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
        let doc = Document::from_text("a.js", classify::JAVASCRIPT, text);
        let mut edits = EditSet::new();
        if let Some(at) = text.find(cut).filter(|_| !cut.is_empty()) {
            edits.push(0, Edit::delete(Span::new(at, at + cut.len())));
        }
        let (source, files) = (Memory::new(), Files);
        let out = JsImports.resolve(&doc, &Project::new(&source, &files), needs, &edits);
        assert_eq!(out.unmet, []);
        for edit in out.edits {
            edits.push(1, edit);
        }
        edits.apply(text).expect("the edits do not overlap")
    }

    #[test]
    fn an_import_is_added_in_the_style_of_the_file() {
        let net = [import("net", None, "net")];
        assert_eq!(resolved("import a from 'a'\nf()\n", &net, ""), "import a from 'a'\nimport net from 'net'\nf()\n");
        assert_eq!(
            resolved("'use strict';\nconst a = require(\"node:os\"); // c\nf();\n", &net, ""),
            "'use strict';\nconst a = require(\"node:os\"); // c\nconst net = require('node:net');\nf();\n"
        );
        assert_eq!(
            resolved("#!/usr/bin/env node\nf();\n", &net, ""),
            "#!/usr/bin/env node\nconst net = require('net');\nf();\n"
        );
        assert_eq!(
            resolved("'use strict'\n\nconst log = require('./log').make()\n", &net, ""),
            "'use strict'\n\nconst net = require('net')\nconst log = require('./log').make()\n"
        );
        assert_eq!(
            resolved("'use strict';\n\n// f\nf();\n", &net, ""),
            "'use strict';\n\nconst net = require('net');\n\n// f\nf();\n"
        );
        assert_eq!(
            resolved("var a = require('a');\nf();\n", &net, ""),
            "var a = require('a');\nvar net = require('net');\nf();\n"
        );
        assert_eq!(
            resolved("import a from 'a';\n\nconst b = require('b');\nf();\n", &net, ""),
            "import a from 'a';\nimport net from 'net';\n\nconst b = require('b');\nf();\n"
        );
        assert_eq!(resolved("// licence\nf();\n", &net, ""), "// licence\nconst net = require('net');\n\nf();\n");
        let members = [import("net", Some("isIPv6"), "isIPv6"), import("net", Some("isIP"), "ip")];
        assert_eq!(
            resolved("import a from \"a\";\n", &members, ""),
            "import a from \"a\";\nimport { isIPv6, isIP as ip } from \"net\";\n"
        );
        assert_eq!(
            resolved("import { isIP } from 'node:net';\nimport b from 'b';\n", &members[..1], ""),
            "import { isIP, isIPv6 } from 'node:net';\nimport b from 'b';\n"
        );
        let tight = resolved("import {b} from 'b';\n", &members[..1], "");
        assert_eq!(tight, "import {b} from 'b';\nimport {isIPv6} from 'net';\n");
        assert_eq!(resolved("const net = require('net');\n", &net, ""), "const net = require('net');\n");
        assert_eq!(
            resolved("const a = require('a');\nfunction f() {\n  return require('b');\n}\ncut();\n", &net, "cut();"),
            "const a = require('a');\nconst net = require('net');\nfunction f() {\n  return require('b');\n}\n\n"
        );
    }

    #[test]
    fn a_name_that_is_taken_is_a_need_that_is_not_met() {
        let doc = Document::from_text("a.js", classify::JAVASCRIPT, "const net = 1;\n");
        let (source, files) = (Memory::new(), Files);
        let out =
            JsImports.resolve(&doc, &Project::new(&source, &files), &[import("net", None, "net")], &EditSet::new());
        assert_eq!((out.edits.len(), out.unmet.len()), (0, 1));
    }

    #[test]
    fn an_import_that_is_left_without_use_goes() {
        let cut = "a.f();\n";
        assert_eq!(
            resolved("import a from 'a';\nimport b from 'b';\na.f();\nb();\n", &[], cut),
            "import b from 'b';\nb();\n"
        );
        assert_eq!(
            resolved("const { a, b } = require('a');\na.f();\nb();\n", &[], cut),
            "const { b } = require('a');\nb();\n"
        );
        assert_eq!(resolved("import { b, a } from 'a';\na.f();\nb();\n", &[], cut), "import { b } from 'a';\nb();\n");
        assert_eq!(resolved("import a from 'a';\na.f();\nb(a);\n", &[], cut), "import a from 'a';\nb(a);\n");
        assert_eq!(resolved("import 'a';\na.f();\n", &[], cut), "import 'a';\n");
    }
}
