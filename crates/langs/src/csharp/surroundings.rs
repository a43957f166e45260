//! What the files around a C# file say about its names: global and implicit usings, and types that
//! stand closer than any using.

use std::collections::BTreeSet;
use std::sync::Arc;

use sixify_core::{Document, Project};

use super::usings::{self, UsingKind};
use crate::grammar::Grammar;
use crate::syntax::Tree;

/// Namespaces that hold for a whole folder, and the types declared in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Namespaces brought in for every file, each with where that is said.
    pub namespaces: Vec<(String, String)>,
    /// Names of types declared in the files of the folder and of the project's folder.
    pub types: BTreeSet<String>,
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

impl Surroundings {
    /// What surrounds a document, worked out once per folder.
    pub fn of(doc: &Document, project: &Project<'_>) -> Arc<Surroundings> {
        project.fact(doc.folder(), || Surroundings::read(doc.folder(), &doc.path, project))
    }

    fn read(folder: &str, path: &str, project: &Project<'_>) -> Surroundings {
        let mut found = Surroundings::default();
        let csproj = project.nearest(path, &|name| name.ends_with(".csproj"));
        let home = csproj.as_deref().map(|p| p.rsplit_once('/').map_or("", |(folder, _)| folder));
        found.sources(folder, project);
        if let Some(home) = home.filter(|home| *home != folder) {
            found.sources(home, project);
        }
        let shared = project.nearest(path, &|name| name == "Directory.Build.props");
        let mut sdk = String::new();
        let mut implicit = None;
        for file in [shared, csproj].into_iter().flatten() {
            found.build_file(&file, project, &mut sdk, &mut implicit);
        }
        if let Some(file) = implicit {
            let web = if sdk.ends_with(".Web") { IMPLICIT_WEB } else { &[] };
            let worker = if sdk.ends_with(".Worker") { IMPLICIT_WORKER } else { &[] };
            for name in IMPLICIT.iter().chain(web).chain(worker) {
                found.namespaces.push(((*name).to_owned(), format!("an implicit using of {file}")));
            }
        }
        found
    }

    /// Reads the sources of one folder.
    fn sources(&mut self, folder: &str, project: &Project<'_>) {
        for name in project.siblings(folder).into_iter().filter(|n| n.ends_with(".cs")) {
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            let Some(text) = project.text(&path) else { continue };
            self.types.extend(declared_types(&text).map(str::to_owned));
            if text.contains("global using") {
                let tree = Tree::parse(Grammar::CSharp, &text);
                let global = tree.iter().flat_map(usings::usings).filter(|u| u.global && !u.conditional);
                let plain = global.filter(|u| u.kind == UsingKind::Namespace);
                self.namespaces.extend(plain.map(|u| (u.target, format!("a global using in {path}"))));
            }
        }
    }

    /// Reads the usings of an MSBuild file.
    fn build_file(&mut self, path: &str, project: &Project<'_>, sdk: &mut String, implicit: &mut Option<String>) {
        let Some(text) = project.text(path) else { return };
        let Ok(xml) = roxmltree::Document::parse(&text) else { return };
        if let Some(name) = xml.root_element().attribute("Sdk") {
            *sdk = name.to_owned();
        }
        for node in xml.descendants().filter(|n| n.attribute("Condition").is_none()) {
            let value = node.text().unwrap_or("").trim().to_ascii_lowercase();
            match (node.tag_name().name(), node.attribute("Include")) {
                ("ImplicitUsings", _) => {
                    *implicit = ["enable", "true"].contains(&value.as_str()).then(|| path.to_owned());
                }
                ("Using", Some(name)) if node.attribute("Alias").is_none() && node.attribute("Static").is_none() => {
                    self.namespaces.push((name.to_owned(), format!("a Using item in {path}")));
                }
                _ => {}
            }
        }
    }
}

/// The names behind `class`, `struct`, `interface`, `record` and `enum`. Read as words, not parsed:
/// a name too many only makes a codemod keep its hands off.
fn declared_types(text: &str) -> impl Iterator<Item = &str> {
    let mut words = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty()).peekable();
    std::iter::from_fn(move || {
        loop {
            let word = words.next()?;
            let declares = ["class", "struct", "interface", "record", "enum"].contains(&word);
            if let Some(name) = words.peek().filter(|_| declares) {
                return Some(*name);
            }
        }
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
            .with("a/Usings.cs", "global using System.Net.Sockets;\nglobal using static System.Math;\n")
            .with("a/b/Other.cs", "namespace N; public class TcpListener { }")
            .with("a/b/C.cs", "class C { }");
        let project = Project::new(&source, &Files);
        let doc = Document::from_text("a/b/C.cs", CSHARP, "class C { }");
        let found = Surroundings::of(&doc, &project);
        let names: Vec<_> = found.namespaces.iter().map(|(n, _)| n.as_str()).collect();
        for name in ["System.Net", "System.Net.Sockets", "System", "Microsoft.AspNetCore.Hosting"] {
            assert!(names.contains(&name), "{name} in {names:?}");
        }
        assert!(!names.contains(&"System.Math"));
        assert!(found.types.contains("TcpListener"));
    }
}
