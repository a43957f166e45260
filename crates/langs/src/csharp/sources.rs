//! The other files of a C# project, as far as one file leads to them: the parts of a partial
//! class, the class that a constructor call names.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use sixify_core::{Document, Layout, Project};

use super::surroundings::{declared_types, home};
use super::usings::UsingKind;
use super::{File, Surroundings};
use crate::syntax::Node;

/// How many folders are looked through for a type.
const FOLDERS: usize = 12;

/// One file.
pub struct Unit {
    /// Its path; that of the document itself for the file that is being looked at.
    pub path: String,
    /// What is known of it.
    pub file: Rc<File>,
    /// The layout of the file, for edits in it.
    pub layout: Layout,
}

/// The files of a project, read as they are asked for.
pub struct Sources<'p> {
    own: Rc<Unit>,
    project: &'p Project<'p>,
    around: Surroundings<'p>,
    read: RefCell<HashMap<String, Option<Rc<Unit>>>>,
    found: RefCell<HashMap<(String, String), Vec<String>>>,
}

impl<'p> Sources<'p> {
    /// The files around a document whose facts are known already.
    pub fn new(doc: &'p Document, file: Rc<File>, project: &'p Project<'p>) -> Self {
        let own = Rc::new(Unit { path: doc.path.clone(), file, layout: doc.layout.clone() });
        Sources {
            own,
            project,
            around: Surroundings::of(doc, project),
            read: RefCell::default(),
            found: RefCell::default(),
        }
    }

    /// The file that is being looked at.
    pub fn own(&self) -> Rc<Unit> {
        self.own.clone()
    }

    /// What surrounds it.
    pub fn around(&self) -> &Surroundings<'p> {
        &self.around
    }

    /// Whether a unit is the file that is being looked at.
    pub fn is_own(&self, unit: &Unit) -> bool {
        Rc::ptr_eq(&unit.file, &self.own.file)
    }

    /// A file of the project.
    pub fn unit(&self, path: &str) -> Option<Rc<Unit>> {
        if path == self.own.path {
            return Some(self.own());
        }
        if let Some(known) = self.read.borrow().get(path) {
            return known.clone();
        }
        let read = || {
            let doc = self.project.document(path)?;
            let file = Rc::new(File::parse(&doc.text)?);
            Some(Rc::new(Unit { path: path.to_owned(), file, layout: doc.layout }))
        };
        let unit = read();
        self.read.borrow_mut().insert(path.to_owned(), unit.clone());
        unit
    }

    /// The files that declare a type of this name, seen from the document: in its own file, its
    /// folder, that of its project, and the folders that its usings name.
    pub fn declaring(&self, name: &str) -> Vec<Rc<Unit>> {
        self.declaring_from(&self.own, name)
    }

    /// The files that declare a type of this name, seen from one of them.
    pub fn declaring_from(&self, unit: &Unit, name: &str) -> Vec<Rc<Unit>> {
        let key = (unit.path.clone(), name.to_owned());
        let known = self.found.borrow().get(&key).cloned();
        let paths = known.unwrap_or_else(|| self.paths(unit, name));
        let units = paths.iter().filter_map(|path| self.unit(path)).filter(|unit| unit.types(name).next().is_some());
        let units = units.collect();
        self.found.borrow_mut().insert(key, paths);
        units
    }

    fn paths(&self, unit: &Unit, name: &str) -> Vec<String> {
        let mut paths = Vec::new();
        // A type of the language itself, or a sequence.
        if !name.starts_with(char::is_uppercase) || name.ends_with(']') {
            return paths;
        }
        if declared_types(unit.file.tree().text()).any(|n| n == name) {
            paths.push(unit.path.clone());
        }
        for path in Surroundings::at(&unit.path, self.project).declaring(name) {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        if paths.is_empty() {
            let file = format!("{name}.cs");
            let beside = |folder: &String| self.project.siblings(folder).contains(&file);
            paths.extend(self.folders(unit).into_iter().find(beside).map(|folder| join(&folder, &file)));
        }
        paths
    }

    /// The folders that the usings and the namespace of the document lead to, by the habit that
    /// namespaces follow folders.
    fn folders(&self, unit: &Unit) -> Vec<String> {
        let Some(home) = home(&unit.path, self.project) else { return Vec::new() };
        let root = home.rsplit('/').next().unwrap_or("").to_owned();
        let file = &unit.file;
        let mut spaces: Vec<String> = file.namespaces(file.tree().root());
        spaces
            .extend(file.tree().all("namespace_declaration").filter_map(|n| Some(n.field("name")?.text().to_owned())));
        spaces.extend(file.usings().iter().filter(|u| u.kind == UsingKind::Namespace).map(|u| u.target.clone()));
        let mut found = vec![home.clone()];
        let mut add = |folder: String| {
            if found.len() < FOLDERS && !found.contains(&folder) {
                found.push(folder);
            }
        };
        let outside = home.rsplit_once('/').map_or("", |(outer, _)| outer);
        for space in spaces.iter().filter(|s| !s.starts_with("System") && !s.starts_with("Microsoft.")) {
            match space.strip_prefix(&format!("{root}.")) {
                Some(inner) => add(join(&home, &inner.replace('.', "/"))),
                None => {
                    let (_, last) = space.rsplit_once('.').unwrap_or(("", space));
                    add(join(&home, last));
                    // Another project of the solution, and its outermost namespace.
                    add(join(outside, space));
                    add(join(outside, space.split('.').next().unwrap_or("")));
                }
            }
        }
        found
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

impl Unit {
    /// The declarations of types of this name.
    pub fn types<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Node<'a>> {
        let kinds = super::scoping::TYPES.iter();
        let named = move |n: &Node<'_>| n.field("name").is_some_and(|n| n.text() == name);
        kinds.flat_map(|kind| self.file.tree().all(kind)).filter(named)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::classify::{CSHARP, Files};
    use sixify_core::source::Memory;

    #[test]
    fn types_are_found_where_namespaces_lead() {
        let source = Memory::new()
            .with("src/Shop/Shop.csproj", "<Project />")
            .with("src/Shop/Server.cs", "namespace Shop; partial class Server { }")
            .with("src/Shop/Server.Io.cs", "namespace Shop; partial class Server { }")
            .with("src/Shop/Net/Listener.cs", "namespace Shop.Net; class Listener { }")
            .with("src/Other/Thing.cs", "namespace Other; class Thing { }");
        let project = Project::new(&source, &Files);
        let text = "using Shop.Net; using Other; namespace Shop; class Main { }";
        let doc = Document::from_text("src/Shop/Main.cs", CSHARP, text);
        let sources = Sources::new(&doc, File::of(&doc).unwrap(), &project);
        let paths = |name: &str| sources.declaring(name).iter().map(|u| u.path.clone()).collect::<Vec<_>>();
        assert_eq!(paths("Server"), ["src/Shop/Server.Io.cs", "src/Shop/Server.cs"]);
        assert_eq!(paths("Listener"), ["src/Shop/Net/Listener.cs"]);
        assert_eq!(paths("Thing"), ["src/Other/Thing.cs"]);
        assert_eq!(paths("Main"), ["src/Shop/Main.cs"]);
        assert!(paths("Nothing").is_empty());
    }
}
