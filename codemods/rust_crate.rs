//! The crate of a Rust file: which files are modules of it, and where a function stands that several of
//! them share.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use sixify_core::Project;
use sixify_langs::classify;

use crate::prelude::*;

/// Files of one crate that are looked at.
const MOST: usize = 2000;

/// Where a function stands that a file needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// In the file itself.
    Here,
    /// In the root of the crate, which others of its files need it from, too.
    Root {
        /// The path of the root.
        file: String,
        /// What goes before the name of the function.
        prefix: String,
        /// Whether another crate needs it as well: the program beside its library.
        public: bool,
    },
}

/// Where a function stands that the file of a document needs, if other files of the package need it for which
/// `needs` holds.
pub(crate) fn home(doc: &Document, project: &Project<'_>, name: &str, needs: fn(&Document) -> bool) -> Home {
    shared(doc, project, name, needs).unwrap_or(Home::Here)
}

fn shared(doc: &Document, project: &Project<'_>, name: &str, needs: fn(&Document) -> bool) -> Option<Home> {
    let manifest = project.nearest(&doc.path, &|name| name == "Cargo.toml")?;
    let folder = manifest.strip_suffix("Cargo.toml")?;
    let (lib, main) = (format!("{folder}src/lib.rs"), format!("{folder}src/main.rs"));
    let mut library = modules_of(&lib, project);
    let mut program = modules_of(&main, project);
    let bins = format!("{folder}src/bin");
    let bin = doc.path.starts_with(&format!("{bins}/"));
    if !library.is_disjoint(&program) || !doc.path.starts_with(&format!("{folder}src/")) {
        return None;
    }
    // What a macro declares is a module of the only crate that there is.
    if !bin && !library.contains(&doc.path) && !program.contains(&doc.path) {
        match (library.is_empty(), program.is_empty()) {
            (false, true) => library.insert(doc.path.clone()),
            (true, false) => program.insert(doc.path.clone()),
            _ => return None,
        };
    }
    let wanting = |root: &str, files: &BTreeSet<String>| {
        project.fact(&format!("rust helper {root}"), || {
            let own = |path: &&String| project.document(path).is_some_and(|doc| needs(&doc));
            files.iter().filter(own).cloned().collect::<BTreeSet<String>>()
        })
    };
    let programs: BTreeSet<String> = project
        .siblings(&bins)
        .into_iter()
        .map(|name| format!("{bins}/{name}"))
        .filter(|p| p.ends_with(".rs"))
        .collect();
    let (of_library, of_program) =
        (wanting(&lib, &modules_of(&lib, project)), wanting(&main, &modules_of(&main, project)));
    let of_bins = wanting(&bins, &programs);
    // Those that an earlier round has rewritten need it no more.
    let there = |root: &str| project.text(root).is_some_and(|text| text.contains(&format!("fn {name}(host: impl")));
    if library.contains(&doc.path) {
        let public = !of_program.is_empty() || !of_bins.is_empty();
        let shared = public || there(&lib) || of_library.iter().any(|other| *other != doc.path);
        let prefix = if doc.path == lib { "" } else { "crate::" }.to_owned();
        return shared.then_some(Home::Root { file: lib, prefix, public });
    }
    if !of_library.is_empty() || there(&lib) {
        let name = crate_name(&project.text(&manifest)?)?;
        return Some(Home::Root { file: lib, prefix: format!("{name}::"), public: true });
    }
    let prefix = if doc.path == main { "" } else { "crate::" }.to_owned();
    let shared = !bin && (there(&main) || of_program.iter().any(|other| *other != doc.path));
    shared.then_some(Home::Root { file: main, prefix, public: false })
}

fn modules_of(root: &str, project: &Project<'_>) -> BTreeSet<String> {
    (*project.fact(&format!("rust modules {root}"), || modules(root, project))).clone()
}

/// The files of the modules that a root declares, with the root.
fn modules(root: &str, project: &Project<'_>) -> BTreeSet<String> {
    let (mut found, mut open) = (BTreeSet::new(), vec![root.to_owned()]);
    while let Some(path) = open.pop().filter(|_| found.len() < MOST) {
        let Some(text) = project.text(&path).filter(|_| !found.contains(&path)) else { continue };
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let stem = name.trim_end_matches(".rs");
        let below = if matches!(stem, "lib" | "main" | "mod") { folder.to_owned() } else { format!("{folder}/{stem}") };
        for module in text.lines().filter_map(declared) {
            open.push(format!("{below}/{module}.rs"));
            open.push(format!("{below}/{module}/mod.rs"));
        }
        found.insert(path);
    }
    found
}

/// The module that a line declares in a file of its own: `pub(crate) mod server;`.
fn declared(line: &str) -> Option<&str> {
    let line = line.trim().split("//").next().unwrap_or_default().trim();
    let (before, name) = line.strip_suffix(';')?.split_once("mod ")?;
    let visible = before.trim();
    let word = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    (word && (visible.is_empty() || visible.starts_with("pub") || visible.ends_with(']'))).then_some(name)
}

/// The types of the fields that the crate of a document declares, by name, where all of a name have one type.
pub(crate) fn fields(doc: &Document, project: &Project<'_>) -> Arc<HashMap<String, String>> {
    let manifest = project.nearest(&doc.path, &|name| name == "Cargo.toml").unwrap_or_default();
    let folder = manifest.strip_suffix("Cargo.toml").unwrap_or_default();
    project.fact(&format!("rust fields {folder}"), || {
        let roots = ["src/lib.rs", "src/main.rs"].map(|root| format!("{folder}{root}"));
        let files: BTreeSet<String> = roots.iter().flat_map(|root| modules_of(root, project)).collect();
        let mut types: HashMap<String, Option<String>> = HashMap::new();
        for text in files.iter().filter_map(|path| project.text(path)) {
            for (name, ty) in text.lines().filter_map(field) {
                let known = types.entry(name.to_owned()).or_insert_with(|| Some(ty.to_owned()));
                if known.as_deref().is_some_and(|other| other != ty) {
                    *known = None;
                }
            }
        }
        types.into_iter().filter_map(|(name, ty)| Some((name, ty?))).collect()
    })
}

/// The field that a line declares, and its type: `pub host: String,`. What a literal gives a field looks like it,
/// but for the type.
fn field(line: &str) -> Option<(&str, &str)> {
    let (before, ty) = line.trim().strip_suffix(',')?.split_once(": ")?;
    let name = before.rsplit(' ').next()?;
    let visible = before.strip_suffix(name)?.trim();
    let word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
    let plain = ty.trim_start_matches("&'static ").trim_start_matches('&');
    let own = plain.starts_with(char::is_uppercase)
        && plain.contains(char::is_lowercase)
        && plain.chars().all(|c| c.is_alphanumeric() || matches!(c, '<' | '>' | '_' | ' ' | ','));
    let primitive = matches!(plain, "str" | "u16" | "u32" | "u64" | "i32" | "i64" | "usize" | "bool");
    (word(name) && (visible.is_empty() || visible.starts_with("pub")) && (own || primitive)).then_some((name, ty))
}

/// The name under which a package's library is used.
fn crate_name(manifest: &str) -> Option<String> {
    let table: toml::Table = manifest.parse().ok()?;
    let name = |section: &str| table.get(section)?.get("name")?.as_str().map(|name| name.replace('-', "_"));
    name("lib").or_else(|| name("package"))
}

/// Adds a function to a fix, in the root of the crate, before its tests; nothing where it stands there already.
pub(crate) fn add(fix: Fix, file: &str, doc: &Document, project: &Project<'_>, name: &str, body: &str) -> Option<Fix> {
    let other = if file == doc.path { None } else { Some(project.document(file)?) };
    let root = other.as_ref().unwrap_or(doc);
    let parsed = sixify_langs::rust::file(root).filter(|_| root.kind == classify::RUST)?;
    if let Some((decl, _)) = parsed.names.lookup(parsed.tree.root(), name) {
        let own = parsed.tree.node(decl.whole).text().contains("'['");
        return own.then_some(fix);
    }
    let tests = |n: &Node<'_>| n.is("mod_item") && n.text().contains("#[test]");
    let item = parsed.tree.root().items().filter(|n| !n.is_comment() && !n.is("attribute_item") && !tests(n)).last()?;
    let edit = Edit::insert(item.end(), format!("\n\n{body}"));
    Some(if file == doc.path { fix.edit(edit) } else { fix.edit_in(file, edit) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_and_names_are_told_from_their_lines() {
        assert_eq!(declared("pub(crate) mod server; // of HTTP"), Some("server"));
        assert_eq!(declared("#[cfg(unix)] mod unix;"), Some("unix"));
        assert_eq!(declared("mod tests {"), None);
        assert_eq!(field("    pub(crate) local_ip: IpAddr,"), Some(("local_ip", "IpAddr")));
        assert_eq!(field("    port: u16,"), Some(("port", "u16")));
        assert_eq!(field("    port: PORT,").or(field("    host: host,")).or(field("    host: Host::new(),")), None);
        assert_eq!(crate_name("[package]\nname = \"my-app\"\n").as_deref(), Some("my_app"));
        assert_eq!(crate_name("[package]\nname = \"my-app\"\n[lib]\nname = \"app\"\n").as_deref(), Some("app"));
    }
}
