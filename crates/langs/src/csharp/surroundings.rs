//! What the files around a C# file say about its names: global and implicit usings, and types that
//! stand closer than any using.
//!
//! Nothing is read before it is asked for: most files have nothing in them that hangs on the files
//! around them.

use std::collections::BTreeMap;
use std::sync::Arc;

use sixify_core::{Document, Project};

use super::usings::{self, UsingKind};
use crate::grammar::Grammar;
use crate::syntax::Tree;

/// The files around a document.
#[derive(Clone, Copy, Default)]
pub struct Surroundings<'p> {
    near: Option<(&'p Project<'p>, &'p str)>,
}

/// Namespaces brought in for every file, each with where that is said.
#[derive(Default)]
struct Namespaces(Vec<(String, String)>);

/// What the C# files of one folder declare.
#[derive(Default)]
struct Folder {
    /// Names of types, and the files that declare them.
    types: BTreeMap<String, Vec<String>>,
    /// Namespaces of global usings, each with where that is said.
    global: Vec<(String, String)>,
}

/// What the SDK brings in when `ImplicitUsings` is on
/// (<https://learn.microsoft.com/dotnet/core/project-sdk/overview#implicit-using-directives>).
const IMPLICIT: &[&str] = &[
    "System",
    "System.Collections.Generic",
    "System.IO",
    "System.Linq",
    "System.Net.Http",
    "System.Threading",
    "System.Threading.Tasks",
];
const IMPLICIT_WEB: &[&str] = &[
    "System.Net.Http.Json",
    "Microsoft.AspNetCore.Builder",
    "Microsoft.AspNetCore.Hosting",
    "Microsoft.AspNetCore.Http",
    "Microsoft.AspNetCore.Routing",
    "Microsoft.Extensions.Configuration",
    "Microsoft.Extensions.DependencyInjection",
    "Microsoft.Extensions.Hosting",
    "Microsoft.Extensions.Logging",
];
const IMPLICIT_WORKER: &[&str] = &[
    "Microsoft.Extensions.Configuration",
    "Microsoft.Extensions.DependencyInjection",
    "Microsoft.Extensions.Hosting",
    "Microsoft.Extensions.Logging",
];

impl<'p> Surroundings<'p> {
    /// What surrounds a document. Reads nothing yet.
    pub fn of(doc: &'p Document, project: &'p Project<'p>) -> Surroundings<'p> {
        Surroundings { near: Some((project, &doc.path)) }
    }

    /// What surrounds a file.
    pub fn at<'x>(path: &'x str, project: &'x Project<'x>) -> Surroundings<'x> {
        Surroundings { near: Some((project, path)) }
    }

    /// Where it is said that the types of a namespace are known in every file.
    pub fn brings_in(&self, namespace: &str) -> Option<String> {
        let (project, path) = self.near?;
        let all = project.fact(folder_of(path), || Namespaces(namespaces(path, project)));
        let (_, said) = all.0.iter().find(|(name, _)| name == namespace)?;
        Some(said.clone())
    }

    /// Whether a type of this name is declared in the folder of the document or of its project.
    pub fn declares(&self, name: &str) -> bool {
        !self.declaring(name).is_empty()
    }

    /// The files that declare a type of this name, in the folder of the document and in that of its
    /// project.
    pub fn declaring(&self, name: &str) -> Vec<String> {
        let Some((project, path)) = self.near else { return Vec::new() };
        let here = folder_of(path);
        let home = home(path, project).filter(|home| home != here);
        let folders = std::iter::once(here.to_owned()).chain(home);
        folders.flat_map(|f| folder(&f, project).types.get(name).cloned().unwrap_or_default()).collect()
    }
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folder of the project that a file belongs to.
pub(super) fn home(path: &str, project: &Project<'_>) -> Option<String> {
    let csproj = project.nearest(path, &|name| name.ends_with(".csproj"))?;
    Some(folder_of(&csproj).to_owned())
}

/// What the files of a folder declare, read once per run.
fn folder(folder: &str, project: &Project<'_>) -> Arc<Folder> {
    project.fact(folder, || {
        let mut found = Folder::default();
        for name in project.siblings(folder).into_iter().filter(|n| n.ends_with(".cs")) {
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            let Some(text) = project.text(&path) else { continue };
            for name in declared_types(&text) {
                let files = found.types.entry(name.to_owned()).or_default();
                if files.last() != Some(&path) {
                    files.push(path.clone());
                }
            }
            if text.contains("global using") {
                let tree = Tree::parse(Grammar::CSharp, &text);
                let global = tree.iter().flat_map(usings::usings).filter(|u| u.global && !u.conditional);
                let plain = global.filter(|u| u.kind == UsingKind::Namespace);
                found.global.extend(plain.map(|u| (u.target, format!("a global using in {path}"))));
            }
        }
        found
    })
}

fn namespaces(path: &str, project: &Project<'_>) -> Vec<(String, String)> {
    let here = folder_of(path);
    let mut found = folder(here, project).global.clone();
    let csproj = project.nearest(path, &|name| name.ends_with(".csproj"));
    if let Some(home) = csproj.as_deref().map(folder_of).filter(|home| *home != here) {
        found.extend(folder(home, project).global.iter().cloned());
    }
    let shared = project.nearest(path, &|name| name == "Directory.Build.props");
    let mut sdk = String::new();
    let mut implicit = None;
    for file in [shared, csproj].into_iter().flatten() {
        build_file(&file, project, &mut found, &mut sdk, &mut implicit, 0);
    }
    if let Some(file) = implicit {
        let web = if sdk.ends_with(".Web") { IMPLICIT_WEB } else { &[] };
        let worker = if sdk.ends_with(".Worker") { IMPLICIT_WORKER } else { &[] };
        for name in IMPLICIT.iter().chain(web).chain(worker) {
            found.push(((*name).to_owned(), format!("an implicit using of {file}")));
        }
    }
    found
}

/// Reads the usings of an MSBuild file.
fn build_file(
    path: &str,
    project: &Project<'_>,
    found: &mut Vec<(String, String)>,
    sdk: &mut String,
    implicit: &mut Option<String>,
    depth: u8,
) {
    let Some(text) = project.text(path) else { return };
    let Ok(xml) = roxmltree::Document::parse(&text) else { return };
    if let Some(name) = xml.root_element().attribute("Sdk") {
        *sdk = name.to_owned();
    }
    for node in xml.descendants().filter(|n| n.attribute("Condition").is_none()) {
        let value = node.text().unwrap_or("").trim().to_ascii_lowercase();
        match (node.tag_name().name(), node.attribute("Include")) {
            ("Import", _) if depth < 4 => {
                if let Some(file) = node.attribute("Project").and_then(|named| imported(path, named, project)) {
                    build_file(&file, project, found, sdk, implicit, depth + 1);
                }
            }
            ("ImplicitUsings", _) => {
                *implicit = ["enable", "true"].contains(&value.as_str()).then(|| path.to_owned());
            }
            ("Using", Some(name)) if node.attribute("Alias").is_none() && node.attribute("Static").is_none() => {
                found.push((name.to_owned(), format!("a Using item in {path}")));
            }
            _ => {}
        }
    }
}

/// The file that an `Import` of an MSBuild file names: relative to it, or the next one of the same name above.
fn imported(path: &str, named: &str, project: &Project<'_>) -> Option<String> {
    let folder = folder_of(path);
    if named.contains("GetPathOfFileAbove") || named.contains("GetDirectoryNameOfFileAbove") {
        let name = path.rsplit('/').next().unwrap_or(path);
        let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
        let here = format!("{above}/{name}");
        return project.nearest(here.trim_start_matches('/'), &|n| n == name).filter(|_| !folder.is_empty());
    }
    let relative = named.replace('\\', "/").replace("$(MSBuildThisFileDirectory)", "");
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match part {
            ".." => drop(parts.pop()?),
            _ => parts.push(part),
        }
    }
    (!relative.contains('$')).then(|| parts.join("/"))
}

/// The names behind `class`, `struct`, `interface`, `record` and `enum`. Read as words, not parsed:
/// a name too many only makes a codemod keep its hands off.
pub(super) fn declared_types(text: &str) -> impl Iterator<Item = &str> {
    const WORDS: &[&str] = &["class ", "struct ", "interface ", "record ", "enum "];
    let named = |c: char| c.is_alphanumeric() || c == '_';
    WORDS.iter().flat_map(move |word| {
        text.match_indices(word).filter_map(move |(at, _)| {
            let rest = text[at + word.len()..].trim_start();
            let name = &rest[..rest.find(|c| !named(c)).unwrap_or(rest.len())];
            let whole = !text[..at].ends_with(named);
            (whole && !name.is_empty()).then_some(name)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{CSHARP, Files};
    use sixify_core::source::Memory;

    #[test]
    fn global_and_implicit_usings_and_near_types_are_known() {
        let source = Memory::new()
            .with("a/App.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><PropertyGroup><ImplicitUsings>enable</ImplicitUsings></PropertyGroup><ItemGroup><Using Include=\"System.Net\" /></ItemGroup></Project>")
            .with("c/App.csproj", "<Project><Import Project=\"..\\..\\outside.props\" /><Import Project=\"..\\shared.props\" /></Project>")
            .with("shared.props", "<Project><PropertyGroup><ImplicitUsings>true</ImplicitUsings></PropertyGroup></Project>")
            .with("c/C.cs", "class C { }")
            .with("a/Usings.cs", "global using System.Net.Sockets;\nglobal using static System.Math;\n")
            .with("a/b/Other.cs", "namespace N; public class TcpListener { }")
            .with("a/b/C.cs", "class C { }");
        let project = Project::new(&source, &Files);
        let doc = Document::from_text("a/b/C.cs", CSHARP, "class C { }");
        let around = Surroundings::of(&doc, &project);
        for name in ["System.Net", "System.Net.Sockets", "System", "Microsoft.AspNetCore.Hosting"] {
            assert!(around.brings_in(name).is_some(), "{name}");
        }
        assert!(around.brings_in("System.Math").is_none());
        let imports = Surroundings::at("c/C.cs", &project);
        assert!(imports.brings_in("System").is_some() && imports.brings_in("System.Net").is_none());
        assert_eq!(around.declaring("TcpListener"), ["a/b/Other.cs"]);
        assert!(!around.declares("Socket") && !Surroundings::default().declares("TcpListener"));
    }
}
