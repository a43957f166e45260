//! Trees of git as they are stored: read and rewritten byte by byte.
//!
//! A tree is a list of `mode SP name NUL id` (the manual of git-mktree(1) has the text form). It is
//! taken apart here rather than by libgit2, because a tree that somebody made by hand may hold what
//! libgit2 would refuse or tidy up, and a rewrite must change the ids of the files it means and
//! not another byte.

use std::collections::HashMap;

use git2::{ErrorCode, ObjectType, Odb, Oid};

use crate::git::error::GitError;

/// Length of an id in a tree, in bytes.
const ID: usize = 20;

/// Larger trees, in bytes, are not read. A million files in one folder take about 40 MB.
const TREE_LIMIT: usize = 256 * 1024 * 1024;

/// What an entry of a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    File,
    Folder,
    Symlink,
    Submodule,
    Unknown,
}

/// One entry of a tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'a> {
    pub sort: Sort,
    pub name: &'a [u8],
    pub id: Oid,
    /// Where the id stands in the tree.
    at: usize,
}

/// The entries of a tree. Stops at what is no entry, with `Err` as the last item.
pub(crate) fn items(data: &[u8]) -> impl Iterator<Item = Result<Item<'_>, &'static str>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at >= data.len() {
            return None;
        }
        let item = item(data, at);
        at = item.as_ref().map_or(data.len(), |item| item.at + ID);
        Some(item)
    })
}

fn item(data: &[u8], at: usize) -> Result<Item<'_>, &'static str> {
    const CUT: &str = "it ends in the middle of an entry";
    let rest = data.get(at..).ok_or(CUT)?;
    let space = rest.iter().take(16).position(|b| *b == b' ').ok_or("an entry has no mode")?;
    let mode = rest.get(..space).ok_or(CUT)?;
    let mode = mode.iter().try_fold(0u32, |mode, b| match b {
        b'0'..=b'7' => mode.checked_mul(8).and_then(|mode| mode.checked_add(u32::from(b - b'0'))),
        _ => None,
    });
    let named = rest.get(space + 1..).ok_or(CUT)?;
    let end = named.iter().position(|b| *b == 0).ok_or(CUT)?;
    let name = named.get(..end).ok_or(CUT)?;
    let id_at = at + space + 1 + end + 1;
    let id = data.get(id_at..id_at + ID).ok_or(CUT)?;
    let sort = match mode.ok_or("a mode is no number")? & 0o170_000 {
        0o100_000 => Sort::File,
        0o040_000 => Sort::Folder,
        0o120_000 => Sort::Symlink,
        0o160_000 => Sort::Submodule,
        _ => Sort::Unknown,
    };
    Ok(Item { sort, name, id: Oid::from_bytes(id).map_err(|_| CUT)?, at: id_at })
}

/// The bytes of a tree.
pub(crate) fn read_tree(odb: &Odb<'_>, id: Oid) -> Result<Vec<u8>, GitError> {
    let broken = |what| GitError::Broken { kind: "tree", id: id.to_string(), what };
    let (size, kind) = odb.read_header(id).map_err(|e| absent(&e, "tree", id))?;
    if kind != ObjectType::Tree {
        return Err(broken("it is another object"));
    }
    if size > TREE_LIMIT {
        return Err(broken("it is larger than 256 MiB"));
    }
    Ok(odb.read(id).map_err(|e| absent(&e, "tree", id))?.data().to_vec())
}

/// An error of the object database, with the object it was about.
pub(crate) fn absent(error: &git2::Error, kind: &'static str, id: Oid) -> GitError {
    match error.code() {
        ErrorCode::NotFound => GitError::Missing { kind, id: id.to_string() },
        _ => GitError::Git(error.message().to_owned()),
    }
}

/// What stands at a path, or `None` when there is nothing. Symlinks are not followed.
pub(crate) fn find(odb: &Odb<'_>, root: Oid, path: &str) -> Result<Option<(Sort, Oid)>, GitError> {
    let mut at = (Sort::Folder, root);
    if path.is_empty() {
        return Ok(Some(at));
    }
    for part in path.split('/') {
        if at.0 != Sort::Folder {
            return Ok(None);
        }
        let data = read_tree(odb, at.1)?;
        let found = items(&data).flatten().find(|item| item.name == part.as_bytes());
        match found {
            Some(item) => at = (item.sort, item.id),
            None => return Ok(None),
        }
    }
    Ok(Some(at))
}

/// A file that gets other bytes.
pub(crate) struct Replaced<'a> {
    pub path: &'a str,
    /// The blob that must be there.
    pub old: Oid,
    pub new: Oid,
}

impl<'a> Replaced<'a> {
    /// The part of the path behind `depth` bytes, and whether it is a folder.
    fn next(&self, depth: usize) -> (&'a str, bool) {
        let tail = self.path.get(depth..).unwrap_or("");
        tail.split_once('/').map_or((tail, false), |(name, _)| (name, true))
    }
}

/// Writes a tree in which some files have other blobs; gives back its id. `files` is in order of
/// the paths.
///
/// # Errors
/// Gives back the path of a file that is not there, or not with the blob it should have.
pub(crate) fn rewrite(odb: &Odb<'_>, root: Oid, files: &[Replaced<'_>]) -> Result<Result<Oid, String>, GitError> {
    below(odb, root, 0, files)
}

/// The same for a folder; `depth` is the length of its path in all the paths.
fn below(odb: &Odb<'_>, folder: Oid, depth: usize, files: &[Replaced<'_>]) -> Result<Result<Oid, String>, GitError> {
    let mut data = read_tree(odb, folder)?;
    let mut wanted: HashMap<&[u8], (bool, &[Replaced<'_>])> = HashMap::new();
    let mut rest = files;
    while let Some(first) = rest.first() {
        let (name, is_folder) = first.next(depth);
        let many = rest.iter().take_while(|file| file.next(depth) == (name, is_folder)).count();
        let (group, others) = rest.split_at(many);
        wanted.insert(name.as_bytes(), (is_folder, group));
        rest = others;
    }
    let mut places = Vec::new();
    for item in items(&data).flatten() {
        let Some((is_folder, group)) = wanted.remove(item.name) else { continue };
        let Some(first) = group.first() else { continue };
        let new = match (item.sort, is_folder) {
            (Sort::Folder, true) => match below(odb, item.id, depth + item.name.len() + 1, group)? {
                Ok(new) => new,
                Err(path) => return Ok(Err(path)),
            },
            (Sort::File, false) if item.id == first.old => first.new,
            _ => return Ok(Err(first.path.to_owned())),
        };
        places.push((item.at, new));
    }
    if let Some(missing) = wanted.values().filter_map(|(_, group)| group.first()).map(|file| file.path).min() {
        return Ok(Err(missing.to_owned()));
    }
    for (at, new) in places {
        if let Some(place) = data.get_mut(at..at + ID) {
            place.copy_from_slice(new.as_bytes());
        }
    }
    Ok(Ok(odb.write(ObjectType::Tree, &data)?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn entries_are_told_apart_and_a_cut_tree_ends_with_an_error() {
        let mut data = b"100755 run.sh\0".to_vec();
        data.extend([7; ID]);
        data.extend(b"40000 sub\0");
        data.extend([8; ID]);
        let sorts: Vec<Sort> = items(&data).map(|item| item.unwrap().sort).collect();
        assert_eq!(sorts, [Sort::File, Sort::Folder]);
        data.truncate(data.len() - 1);
        assert!(items(&data).last().unwrap().is_err());
        assert!(items(b"x").last().unwrap().is_err());
        assert_eq!(items(b"").count(), 0);
    }
}
