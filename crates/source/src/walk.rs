//! The walk: every file below a folder, and everything that was passed over with the reason.

use std::collections::HashMap;
use std::fs::{self, DirEntry, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::Gitignore;
use sixify_core::{Entry, Listing, Skipped, gate};

use crate::place::Root;
use crate::rules::{Rules, Verdict};
use crate::said;

/// Walks folders and gathers what is in them.
pub(crate) struct Walk<'a> {
    /// The root of the tree.
    root: &'a Root,
    /// Patterns of the configuration.
    excludes: &'a [Gitignore],
    listing: Listing,
    /// Folders to visit, each with its path relative to the root and the rules above it.
    open: Vec<(PathBuf, String, Arc<Rules>)>,
}

/// One name in a folder.
struct Item {
    name: String,
    kind: FileType,
}

impl<'a> Walk<'a> {
    pub fn new(root: &'a Root, excludes: &'a [Gitignore]) -> Self {
        Walk { root, excludes, listing: Listing::default(), open: Vec::new() }
    }

    /// Takes in a file that the user named. No rule passes it over.
    pub fn file(&mut self, path: &str) {
        match fs::symlink_metadata(self.root.below(path)) {
            Ok(found) => match special(found.file_type()) {
                Some(reason) => self.skip(path.to_owned(), reason),
                None => self.take(path.to_owned()),
            },
            Err(error) => self.skip(path.to_owned(), format!("cannot be read: {}", said(&error))),
        }
    }

    /// Takes in all that is below a folder that the user named, even an ignored one.
    ///
    /// # Errors
    /// When that folder itself cannot be read.
    pub fn folder(&mut self, path: &str) -> io::Result<()> {
        let folder = self.root.below(path);
        let rules = Rules::above(&folder, &self.root.path);
        self.visit(&folder, path, &rules, true)?;
        // A list of open folders instead of recursion: a tree may be deeper than the stack.
        while let Some((folder, path, rules)) = self.open.pop() {
            if let Err(error) = self.visit(&folder, &path, &rules, false) {
                self.skip(format!("{path}/"), format!("cannot be read: {}", said(&error)));
            }
        }
        Ok(())
    }

    /// What was found, in order of the bytes of the paths.
    pub fn finish(self) -> Listing {
        let Listing { mut files, mut skipped } = self.listing;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|a, b| a.path == b.path);
        // A file may be passed over below one PATH and be named by another.
        skipped.retain(|s| files.binary_search_by(|f| f.path.as_str().cmp(&s.path)).is_err());
        skipped.sort();
        skipped.dedup();
        Listing { files, skipped }
    }

    fn visit(&mut self, folder: &Path, path: &str, above: &Arc<Rules>, named: bool) -> io::Result<()> {
        let mut items = Vec::new();
        for entry in fs::read_dir(folder)? {
            // An entry that vanishes or cannot be looked at while the folder is read is told, not
            // lost.
            match entry.and_then(|entry| Ok((entry.file_type()?, entry))) {
                Ok((kind, entry)) => match item(kind, &entry) {
                    Ok(item) => items.push(item),
                    Err(lossy) => self.skip(below(path, &lossy), "its name is not UTF-8"),
                },
                Err(error) => self.skip(format!("{path}/"), format!("cannot be read: {}", said(&error))),
            }
        }
        let names: HashMap<&str, FileType> = items.iter().map(|item| (item.name.as_str(), item.kind)).collect();
        if !named && names.get(".git").is_some_and(FileType::is_file) {
            self.skip(format!("{path}/"), "submodule");
            return Ok(());
        }
        let has = |name: &str| names.get(name).is_some_and(|kind| kind.is_file() || name == ".git");
        let rules = Rules::enter(above, folder, &has);
        for Item { name, kind } in &items {
            let (full, path) = (folder.join(name), below(path, name));
            if kind.is_dir() {
                match self.folder_verdict(name, &full, &rules) {
                    Verdict::Skip(reason) => self.skip(format!("{path}/"), reason),
                    Verdict::Take => self.open.push((full, path, rules.clone())),
                    Verdict::Tracked => self.open.push((full, path, Rules::tracked_only(&rules))),
                }
            } else {
                match self.file_reason(name, *kind, &full, &rules) {
                    Some(reason) => self.skip(path, reason),
                    None => self.take(path),
                }
            }
        }
        Ok(())
    }

    fn folder_verdict(&self, name: &str, full: &Path, rules: &Rules) -> Verdict {
        let reason = gate::folder(name).or_else(|| self.excluded(full, true));
        reason.map_or_else(|| rules.verdict(full, true), Verdict::Skip)
    }

    fn file_reason(&self, name: &str, kind: FileType, full: &Path, rules: &Rules) -> Option<&'static str> {
        // In a linked work tree `.git` is a file.
        let git = (name == ".git").then_some("version control");
        let of_name = || git.or_else(|| special(kind)).or_else(|| gate::path(name));
        of_name().or_else(|| self.excluded(full, false)).or_else(|| rules.verdict(full, false).reason())
    }

    fn excluded(&self, full: &Path, is_folder: bool) -> Option<&'static str> {
        let matches = |matcher: &Gitignore| matcher.matched(full, is_folder).is_ignore();
        // A matcher only knows paths below its own folder.
        let hit = self.excludes.iter().any(|matcher| full.starts_with(matcher.path()) && matches(matcher));
        hit.then_some("excluded by the configuration")
    }

    fn take(&mut self, path: String) {
        self.listing.files.push(Entry::new(path));
    }

    fn skip(&mut self, path: String, reason: impl Into<String>) {
        self.listing.skipped.push(Skipped::new(path, reason));
    }
}

/// The name and kind of an entry, or its name as well as it can be told.
fn item(kind: FileType, entry: &DirEntry) -> Result<Item, String> {
    match entry.file_name().into_string() {
        Ok(name) => Ok(Item { name, kind }),
        Err(name) => Err(format!("{}{}", name.to_string_lossy(), if kind.is_dir() { "/" } else { "" })),
    }
}

fn special(kind: FileType) -> Option<&'static str> {
    match kind {
        _ if kind.is_symlink() => Some("symlink"),
        _ if kind.is_file() => None,
        _ => Some("special file"),
    }
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
