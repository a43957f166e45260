//! What a package declares: result types of its functions and methods, types of its fields and
//! variables. One file often does not tell the type of a value; the files beside it do.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use sixify_core::{Document, Project};

use crate::classify;
use crate::go::{self, File};
use crate::names::DeclKind;
use crate::syntax::Node;

/// Files of one package that are read; the largest packages have more, and their rest is left.
pub(super) const MOST_FILES: usize = 200;

/// The declarations of a package, or of one file of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// `Type.field` to the field's type.
    fields: HashMap<String, String>,
    /// `function` or `Type.method` to its result types.
    results: HashMap<String, Vec<String>>,
    /// Package variables and constants to their types.
    values: HashMap<String, String>,
    /// Types to those embedded in them, whose fields and methods they have too.
    embedded: HashMap<String, Vec<String>>,
}

/// How many types may be embedded in each other.
const EMBEDDED: usize = 4;

impl Package {
    /// The functions, methods and fields that one file declares, by their written types.
    pub(super) fn of_file(file: &File) -> Package {
        let mut package = Package::default();
        for function in file.tree.all("function_declaration").chain(file.tree.all("method_declaration")) {
            let Some(name) = function.field("name").map(Node::text) else { continue };
            let Some(results) = file.result_types(function) else { continue };
            let owner = function.field("receiver").and_then(|r| r.items().next()).and_then(|p| p.field("type"));
            let name = match owner.and_then(|ty| file.written_type(ty)) {
                Some(owner) => format!("{}.{name}", owner.trim_start_matches('*')),
                None if function.is("method_declaration") => continue,
                None => name.to_owned(),
            };
            package.results.insert(name, results);
        }
        for spec in file.tree.all("type_spec") {
            let (Some(name), Some(ty)) = (spec.field("name"), spec.field("type")) else { continue };
            for method in ty.items().filter(|m| ty.is("interface_type") && m.is("method_elem")) {
                if let (Some(method), Some(results)) = (method.field("name"), file.result_types(method)) {
                    package.results.insert(format!("{}.{}", name.text(), method.text()), results);
                }
            }
            let Some(list) = ty.child("field_declaration_list").filter(|_| ty.is("struct_type")) else { continue };
            for field in list.items().filter(|f| f.is("field_declaration")) {
                let Some(ty) = field.field("type").and_then(|t| file.written_type(t)) else { continue };
                let mut names = field.fields("name").peekable();
                if names.peek().is_none() {
                    let own = ty.trim_start_matches('*').to_owned();
                    let short = own.rsplit('.').next().unwrap_or(&own);
                    package.fields.insert(format!("{}.{short}", name.text()), ty.clone());
                    package.embedded.entry(name.text().to_owned()).or_default().push(own);
                }
                for field in names {
                    package.fields.insert(format!("{}.{}", name.text(), field.text()), ty.clone());
                }
            }
        }
        package
    }

    /// The type of a field, by `Type.field`.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.within(name, EMBEDDED, &|name| self.fields.get(name)).map(String::as_str)
    }

    /// The result types of a function, or of a method by `Type.method`.
    pub fn results(&self, name: &str) -> Option<&[String]> {
        self.within(name, EMBEDDED, &|name| self.results.get(name)).map(Vec::as_slice)
    }

    /// What is known of `Type.member`, also where the type has it from one embedded in it.
    fn within<'a, T>(&'a self, name: &str, depth: usize, get: &dyn Fn(&str) -> Option<&'a T>) -> Option<&'a T> {
        let depth = depth.checked_sub(1)?;
        get(name).or_else(|| {
            let (owner, member) = name.split_once('.')?;
            let types = self.embedded.get(owner)?;
            types.iter().find_map(|ty| self.within(&format!("{ty}.{member}"), depth, get))
        })
    }

    /// The same declarations as others see them: with the import path before the types of its own.
    fn seen_from_outside(mut self, path: &str) -> Package {
        // A type with a small name is one of the package where it has fields here.
        let own: HashSet<String> =
            self.fields.keys().filter_map(|field| field.split('.').next()).map(str::to_owned).collect();
        let full = |ty: &mut String| {
            let value = if ty.starts_with("map[") { ty.find(']').map_or(0, |at| at + 1) } else { 0 };
            let at = ty[value..].find(|c: char| !matches!(c, '*' | '[' | ']')).map_or(ty.len(), |at| value + at);
            if (ty[at..].starts_with(char::is_uppercase) || own.contains(&ty[at..])) && !ty.contains('.') {
                ty.insert_str(at, &format!("{path}."));
            }
        };
        self.fields.values_mut().for_each(full);
        self.results.values_mut().flatten().for_each(full);
        self.values.values_mut().for_each(full);
        self
    }

    /// The type of a package variable or constant.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Takes over what a file declares, with its variables. Their types are inferred, which needs
    /// the functions of the file, so they come last.
    fn take(&mut self, file: &File) {
        let declared = file.declared();
        self.fields.extend(declared.fields.clone());
        self.results.extend(declared.results.clone());
        self.embedded.extend(declared.embedded.clone());
        for decl in file.names.scope(file.tree.root()).iter() {
            let value = matches!(decl.kind, DeclKind::Variable | DeclKind::Constant);
            if let Some(ty) = value.then(|| file.type_of(file.tree.node(decl.node))).flatten() {
                self.values.insert(decl.name.clone(), ty);
            }
        }
    }
}

/// What the package of a document declares, worked out once per folder.
pub(super) fn of(doc: &Document, project: &Project<'_>) -> Arc<Package> {
    let folder = doc.folder();
    let name = |file: &File| {
        file.tree.all("package_clause").next().and_then(|c| c.items().next()).map(|n| n.text().to_owned())
    };
    let own = go::file(doc).as_deref().and_then(name).unwrap_or_default();
    project
        .fact(&format!("{folder} {own}"), || of_folder(folder, project, &|f| name(f).as_deref() == Some(own.as_str())))
}

/// What a package of the same module declares, as others see it.
pub(super) fn of_import(path: &str, doc: &Document, project: &Project<'_>) -> Option<Arc<Package>> {
    let folder = go::folder_of(path, doc, project)?;
    Some(project.fact(&format!("import {path}"), || {
        of_folder(&folder, project, &|file| !file.is_test()).seen_from_outside(path)
    }))
}

fn of_folder(folder: &str, project: &Project<'_>, wanted: &dyn Fn(&File) -> bool) -> Package {
    let mut package = Package::default();
    let names = project.siblings(folder).into_iter().filter(|n| n.ends_with(".go"));
    for sibling in names.take(MOST_FILES) {
        let path = if folder.is_empty() { sibling } else { format!("{folder}/{sibling}") };
        let Some(text) = project.text(&path) else { continue };
        let doc = Document::from_text(path, classify::GO, text);
        if let Some(file) = go::file(&doc).filter(|file| wanted(file)) {
            package.take(&file);
        }
    }
    package
}
