//! Walking the trees of a commit: every file, and everything that is passed over with the reason.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use git2::{Odb, Oid};
use ignore::gitignore::Gitignore;
use sixify_core::{Entry, Listing, Skipped, gate};

use crate::git::error::GitError;
use crate::git::objects::{self, Item, Sort};
use crate::rules::{RULE_LIMIT, Rules};

/// More files and folders than this are not listed: a few small trees that hold each other can
/// stand for more files than there are atoms.
const MOST: usize = 4_000_000;

/// Longer paths, in bytes, are not listed. No system can check them out.
const LONGEST: usize = 4096;

/// The files with rules that count in a commit.
const RULES: [&str; 3] = [".sixifyignore", ".ignore", ".gitattributes"];

/// A file that may be read.
pub(crate) struct Found {
    pub id: Oid,
    /// Why its blob is not its text, if so.
    pub kept_otherwise: Option<&'static str>,
    /// Whether another path has the same blob.
    pub shared: bool,
}

/// All files of a commit.
#[derive(Default)]
pub(crate) struct Index {
    pub listing: Listing,
    pub files: HashMap<String, Found>,
}

/// A folder to visit.
struct Folder {
    id: Oid,
    path: String,
    rules: Arc<Rules>,
}

/// Lists the files below a tree.
pub(crate) fn list(odb: &Odb<'_>, root: Oid, excludes: &[Gitignore]) -> Result<Index, GitError> {
    let mut walk = Walk { odb, excludes, index: Index::default(), open: Vec::new(), seen: 0 };
    // The commit itself must be there; a missing tree further down is told in the listing.
    let data = objects::read_tree(odb, root)?;
    walk.visit(&data, "", &Arc::default());
    while let Some(folder) = walk.open.pop() {
        match objects::read_tree(odb, folder.id) {
            Ok(data) => walk.visit(&data, &folder.path, &folder.rules),
            Err(GitError::Missing { .. }) => {
                walk.skip(
                    format!("{}/", folder.path),
                    "cannot be read: its tree is not in this repository, as in a partial clone",
                );
            }
            Err(error) => walk.skip(format!("{}/", folder.path), format!("cannot be read: {error}")),
        }
    }
    Ok(walk.finish())
}

struct Walk<'a> {
    odb: &'a Odb<'a>,
    excludes: &'a [Gitignore],
    index: Index,
    open: Vec<Folder>,
    seen: usize,
}

impl Walk<'_> {
    fn visit(&mut self, data: &[u8], path: &str, above: &Arc<Rules>) {
        let folder = below_root(path);
        let mut texts: HashMap<&str, String> = HashMap::new();
        for item in objects::items(data).flatten().filter(|item| item.sort == Sort::File) {
            let Some(name) = RULES.into_iter().find(|name| name.as_bytes() == item.name) else { continue };
            match self.rules(item.id) {
                Ok(text) => drop(texts.insert(name, text)),
                Err(why) => {
                    let path = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
                    self.skip(path, format!("its rules do not count: {why}"));
                }
            }
        }
        let rules = Rules::committed(above, &folder, &|name| texts.get(name).cloned());
        for item in objects::items(data) {
            let item = match item {
                Ok(item) => item,
                Err(what) => {
                    self.skip(format!("{path}/"), format!("cannot be read further: {what}"));
                    break;
                }
            };
            self.seen += 1;
            if self.seen > MOST {
                self.open.clear();
                self.skip(format!("{path}/"), format!("more than {MOST} files and folders before it"));
                break;
            }
            self.take(item, path, &folder, &rules);
        }
    }

    fn take(&mut self, item: Item<'_>, folder_path: &str, folder: &Path, rules: &Arc<Rules>) {
        let lossy = String::from_utf8_lossy(item.name);
        let join = |name: &str| if folder_path.is_empty() { name.to_owned() } else { format!("{folder_path}/{name}") };
        let mark = if item.sort == Sort::Folder { "/" } else { "" };
        let Ok(name) = std::str::from_utf8(item.name) else {
            return self.skip(join(&lossy) + mark, "its name is not UTF-8");
        };
        let path = join(name);
        if is_hostile(name) {
            return self.skip(path + mark, "a name that git does not check out");
        }
        if path.len() > LONGEST {
            let start: String = path.chars().take(64).collect();
            return self.skip(format!("{start}...{mark}"), format!("a path of more than {LONGEST} bytes"));
        }
        let full = folder.join(name);
        let is_folder = item.sort == Sort::Folder;
        let reason = match item.sort {
            Sort::Symlink => Some("symlink"),
            Sort::Submodule => Some("submodule"),
            Sort::Unknown => Some("special file"),
            Sort::Folder => gate::folder(name),
            Sort::File => gate::path(name),
        };
        let reason =
            reason.or_else(|| self.excluded(&full, is_folder)).or_else(|| rules.verdict(&full, is_folder).reason());
        match reason {
            Some(reason) => self.skip(path + if item.sort == Sort::Submodule { "/" } else { mark }, reason),
            None if is_folder => self.open.push(Folder { id: item.id, path, rules: rules.clone() }),
            None => {
                let kept_otherwise = rules.kept_otherwise(&full);
                self.index.listing.files.push(Entry::new(path.clone()));
                self.index.files.insert(path, Found { id: item.id, kept_otherwise, shared: false });
            }
        }
    }

    /// The text of a file with rules.
    fn rules(&self, id: Oid) -> Result<String, String> {
        let absent = |e: git2::Error| match objects::absent(&e, "blob", id) {
            GitError::Missing { .. } => "its blob is not in this repository, as in a partial clone".to_owned(),
            other => other.to_string(),
        };
        let (size, _) = self.odb.read_header(id).map_err(absent)?;
        if size as u64 > RULE_LIMIT {
            return Err("it is too large to be written by a person".to_owned());
        }
        Ok(String::from_utf8_lossy(self.odb.read(id).map_err(absent)?.data()).into_owned())
    }

    fn excluded(&self, full: &Path, is_folder: bool) -> Option<&'static str> {
        let hit = self.excludes.iter().any(|matcher| matcher.matched(full, is_folder).is_ignore());
        hit.then_some("excluded by the configuration")
    }

    fn skip(&mut self, path: String, reason: impl Into<String>) {
        self.index.listing.skipped.push(Skipped::new(path, reason));
    }

    fn finish(self) -> Index {
        let Index { mut listing, mut files } = self.index;
        let mut paths: HashMap<Oid, u32> = HashMap::new();
        for found in files.values() {
            *paths.entry(found.id).or_default() += 1;
        }
        for found in files.values_mut() {
            found.shared = paths.get(&found.id).is_some_and(|paths| *paths > 1);
        }
        let mut numbers: HashMap<Oid, u64> = HashMap::new();
        for entry in &mut listing.files {
            let next = numbers.len() as u64;
            let shared = files.get(&entry.path).filter(|found| found.shared);
            entry.twins = shared.map(|found| *numbers.entry(found.id).or_insert(next));
        }
        listing.files.sort_by(|a, b| a.path.cmp(&b.path));
        // Two entries of one name: nobody knows which one is checked out.
        let mut doubled = HashSet::new();
        listing.files.dedup_by(|a, b| {
            let same = a.path == b.path;
            if same {
                doubled.insert(b.path.clone());
            }
            same
        });
        listing.files.retain(|file| !doubled.contains(&file.path));
        for path in doubled {
            files.remove(&path);
            listing.skipped.push(Skipped::new(path, "two files of one name"));
        }
        listing.skipped.sort();
        listing.skipped.dedup();
        Index { listing, files }
    }
}

/// The folder that matchers take for the one at `path`; there is nothing on disk.
pub(crate) fn below_root(path: &str) -> PathBuf {
    Path::new("/").join(path)
}

/// Whether git refuses to check a name out, on some system at least: what leads out of the tree
/// or into `.git`, also where the file system takes another spelling for the same name
/// (CVE-2014-9390, CVE-2019-1352).
pub(crate) fn is_hostile(name: &str) -> bool {
    if matches!(name, "" | "." | "..") || name.contains(['/', '\\', '\0']) {
        return true;
    }
    // HFS+ passes over these characters; NTFS over what stands behind a colon, and over dots and
    // blanks at the end.
    let ignored = |c: &char| matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    let seen: String = name.chars().filter(|c| !ignored(c)).collect();
    let seen = seen.split(':').next().unwrap_or("").trim_end_matches(['.', ' ']);
    (seen.eq_ignore_ascii_case(".git") && name != ".git") || seen.eq_ignore_ascii_case("git~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_hostile() {
        for name in ["", ".", "..", ".GIT", ".Git", ".git ", ".git.", ".g\u{200c}it", "git~1", ".git::$DATA", "a\\b"] {
            assert!(is_hostile(name), "{name:?}");
        }
        // `.git` itself is version control, which the gates know.
        for name in [".git", ".github", ".gitignore", "git", "a..b", "...", "ä"] {
            assert!(!is_hostile(name), "{name:?}");
        }
    }
}
