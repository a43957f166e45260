//! Central package management: versions that stand in `Directory.Packages.props`.
//!
//! <https://learn.microsoft.com/nuget/consume-packages/central-package-management>

use sixify_core::{Document, Project as Files};

use super::{Item, Project, Requirement};

/// The file with the versions of a project.
#[derive(Debug)]
pub struct Central {
    /// The file.
    pub document: Document,
    /// What it says.
    pub facts: Project,
    /// Whether the versions also hold for packages that come in through others
    /// (`CentralPackageTransitivePinningEnabled`).
    pub pins_transitive: bool,
}

impl Central {
    /// The central versions that hold for a project file; `None` when there are none or they are
    /// not switched on.
    pub fn of(doc: &Document, files: &Files<'_>) -> Option<Central> {
        let path = files.nearest(&doc.path, &|name| name == "Directory.Packages.props")?;
        if path == doc.path {
            return None;
        }
        let document = files.document(&path)?;
        let facts = Project::parse(&document.text)?;
        let own = Project::of(doc);
        let shared = shared(doc, files);
        let says = |name: &str| {
            let value = own.property(name).or(shared.as_ref().and_then(|s| s.property(name))).or(facts.property(name));
            value.is_some_and(|v| v.eq_ignore_ascii_case("true"))
        };
        let pins_transitive = says("CentralPackageTransitivePinningEnabled");
        let on = says("ManagePackageVersionsCentrally");
        on.then_some(Central { document, facts, pins_transitive })
    }

    /// The entry for a package.
    pub fn version(&self, package: &str) -> Option<&Item> {
        self.facts.items_of("PackageVersion", package).find(|i| i.version.is_some())
    }
}

/// `Directory.Build.props` of a project file.
pub fn shared(doc: &Document, files: &Files<'_>) -> Option<Project> {
    let path = files.nearest(&doc.path, &|name| name == "Directory.Build.props")?;
    Project::parse(&files.text(&path)?)
}

/// What a package reference asks for: its own version or the central one, a property replaced by
/// its value where the project or the shared files give it plainly. `None` when nothing says.
pub fn requirement(item: &Item, doc: &Document, files: &Files<'_>, central: Option<&Central>) -> Option<Requirement> {
    let value = match &item.version {
        Some(value) => value,
        None => central?.version(&item.name.text)?.version.as_ref()?,
    };
    let read = Requirement::read(&value.text);
    let Requirement::Expression(expression) = &read else { return Some(read) };
    let name = expression.strip_prefix("$(").and_then(|e| e.strip_suffix(')'));
    let own = Project::of(doc);
    let shared = shared(doc, files);
    let known = |name: &str| {
        let found = own.property(name).or(shared.as_ref().and_then(|s| s.property(name)));
        found.or(central.and_then(|c| c.facts.property(name))).map(Requirement::read)
    };
    Some(name.and_then(known).unwrap_or(read))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::classify::{Files as Classifier, MSBUILD};
    use sixify_core::source::Memory;

    #[test]
    fn versions_come_from_the_central_file_and_from_properties() {
        let text = "<Project><PropertyGroup><V>3.0</V></PropertyGroup><ItemGroup><PackageReference Include=\"A\" /><PackageReference Include=\"B\" Version=\"$(V)\" /><PackageReference Include=\"C\" Version=\"$(W)\" /></ItemGroup></Project>";
        let source = Memory::new().with("src/a/a.csproj", text).with(
            "Directory.Packages.props",
            "<Project><PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup><ItemGroup><PackageVersion Include=\"A\" Version=\"1.2\" /></ItemGroup></Project>",
        );
        let files = Files::new(&source, &Classifier);
        let doc = Document::from_text("src/a/a.csproj", MSBUILD, text);
        let central = Central::of(&doc, &files).unwrap();
        assert!(!central.pins_transitive);
        let own = Project::of(&doc);
        let found: Vec<_> = own.items.iter().map(|i| requirement(i, &doc, &files, Some(&central)).unwrap()).collect();
        let at_least = |v: &str| Requirement::AtLeast(v.parse().unwrap());
        assert_eq!(found, [at_least("1.2"), at_least("3.0"), Requirement::Expression("$(W)".into())]);
    }
}
