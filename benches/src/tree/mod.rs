//! The trees that are measured: generated ones, and copies of the sources of a given one.

mod copy;
mod grow;
mod random;
mod template;
mod words;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, at};
use crate::language::Language;
use crate::measure::Program;
use random::Random;

/// How many files a generated tree has.
pub const FILES: usize = 4000;

/// How many files a folder of it has.
const PER_FOLDER: usize = 14;

/// A tree on disk that holds nothing but sources of one language.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Where it is.
    pub root: PathBuf,
    /// How many files it has.
    pub files: usize,
    /// How many bytes they have together.
    pub bytes: u64,
}

impl Tree {
    /// The generated tree of a language, below `folder`. It is made once.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn generated(language: Language, folder: &Path) -> Result<Tree, Error> {
        let root = folder.join(language.name());
        // The name tells which templates a tree is from, so that changed ones give a new tree.
        let root = root.join(format!("{:016x}", fingerprint(language)));
        make(&root, |root| generate(language, FILES, root))
    }

    /// A repository with so many files of a language, checked out, below `folder`; beside it stands
    /// a bare clone of it, the second path. Both are made once, with the `git` of the user.
    ///
    /// # Errors
    /// When they cannot be written, or there is no git.
    pub fn repository(language: Language, files: usize, folder: &Path) -> Result<(Tree, PathBuf), Error> {
        let root = folder.join("blobs").join(format!("{}-{files}", language.name()));
        let bare = root.with_extension("git");
        let made = make(&root, |root| {
            generate(language, files, root)?;
            git(root, &["init", "-q", "-b", "main"])?;
            // The commit would start a pass of its own in the background, in the way of the one below.
            git(root, &["config", "gc.auto", "0"])?;
            git(root, &["add", "-A"])?;
            let who = ["-c", "user.name=benches", "-c", "user.email=benches@example.com"];
            git(root, &[&who[..], &["commit", "-q", "-m", "Sources"]].concat())?;
            // As a clone has them: in one pack, with deltas.
            git(root, &["gc", "-q"])
        })?;
        if !bare.exists() {
            git(folder, &["clone", "-q", "--bare", "--no-local", &root.to_string_lossy(), &bare.to_string_lossy()])?;
        }
        Ok((Tree { files, ..made }, bare))
    }

    /// Copies the sources of a language in a tree that sixify reads: no vendored, generated,
    /// minified or ignored ones. All programs then read the same files, and nobody gains by passing
    /// some over.
    ///
    /// # Errors
    /// When the tree cannot be read or the copy cannot be written.
    pub fn copy(language: Language, from: &Path, folder: &Path) -> Result<(), Error> {
        let (from, root) = copy_place(language, from, folder)?;
        if root.exists() {
            fs::remove_dir_all(&root).map_err(at(&root))?;
        }
        make(&root, |root| copy::sources(language, &from, root)).map(|_| ())
    }

    /// What [`Tree::copy`] has made.
    ///
    /// # Errors
    /// When the copy cannot be read, or when there was nothing to copy.
    pub fn copied(language: Language, from: &Path, folder: &Path) -> Result<Tree, Error> {
        let (from, root) = copy_place(language, from, folder)?;
        let tree = make(&root, |_| Ok(()))?;
        if tree.files == 0 { Err(Error::Empty { language: language.name(), folder: from }) } else { Ok(tree) }
    }
}

/// A tree without symlinks in its path, and where its copy is.
fn copy_place(language: Language, from: &Path, folder: &Path) -> Result<(PathBuf, PathBuf), Error> {
    let from = fs::canonicalize(from).map_err(at(from))?;
    let name = from.file_name().and_then(|name| name.to_str()).unwrap_or("tree");
    // Beside the folder of the generated trees, so that neither is part of the other.
    let root = folder.join("copies").join(language.name()).join(name);
    Ok((from, root))
}

/// Makes a tree beside its place and moves it there when it is whole.
fn make(root: &Path, fill: impl FnOnce(&Path) -> Result<(), Error>) -> Result<Tree, Error> {
    if !root.exists() {
        let half = root.with_extension("half");
        if half.exists() {
            fs::remove_dir_all(&half).map_err(at(&half))?;
        }
        fs::create_dir_all(&half).map_err(at(&half))?;
        fill(&half)?;
        fs::rename(&half, root).map_err(at(root))?;
    }
    let mut tree = Tree { root: root.to_owned(), files: 0, bytes: 0 };
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).map_err(at(&folder))? {
            let entry = entry.map_err(at(&folder))?;
            let found = entry.metadata().map_err(at(&folder))?;
            if found.is_dir() {
                open.push(entry.path());
            } else {
                tree.files += 1;
                tree.bytes += found.len();
            }
        }
    }
    Ok(tree)
}

fn git(folder: &Path, arguments: &[&str]) -> Result<(), Error> {
    let mut all: Vec<OsString> = vec!["-C".into(), folder.into()];
    all.extend(arguments.iter().map(OsString::from));
    Program { name: "git", file: "git".into(), arguments: all }.answer().map(|_| ())
}

fn generate(language: Language, files: usize, root: &Path) -> Result<(), Error> {
    let templates = templates(language)?;
    for number in 0..files {
        let (path, text) = file(language, &templates, number);
        let path = root.join(path);
        let folder = path.parent().unwrap_or(root);
        fs::create_dir_all(folder).map_err(at(folder))?;
        fs::write(&path, text).map_err(at(&path))?;
    }
    Ok(())
}

type Templates = Vec<(&'static str, usize, Vec<template::Group>)>;

fn templates(language: Language) -> Result<Templates, Error> {
    let read = |dialect: &crate::language::Dialect| {
        let groups = template::groups(dialect.template).ok_or(Error::Template(dialect.extension))?;
        Ok((dialect.extension, dialect.permille, groups))
    };
    language.dialects().iter().map(read).collect()
}

/// Path and text of one file. Depends on nothing but its arguments.
fn file(language: Language, templates: &Templates, number: usize) -> (String, String) {
    let mut of_folder = Random::new((number / PER_FOLDER) as u64);
    let mut folder = String::new();
    for _ in 0..of_folder.between(1, 3) {
        folder.push_str(words::noun(&mut of_folder));
        folder.push('/');
    }
    let package = folder.trim_end_matches('/').rsplit('/').next().unwrap_or("main");
    let mut random = Random::new(0x0B5E_55ED ^ ((number as u64) << 8) ^ language as u64);
    let mut share = random.below(1000);
    let mut chosen = templates.first();
    for dialect in templates {
        chosen = Some(dialect);
        if share < dialect.1 {
            break;
        }
        share -= dialect.1;
    }
    let size = grow::size(&mut random);
    let (extension, text) =
        chosen.map_or(("txt", String::new()), |(e, _, groups)| (*e, grow::text(groups, package, size, &mut random)));
    (format!("{folder}{}_{number}.{extension}", words::noun(&mut random)), text)
}

/// A number that changes with the templates and with the way trees are made from them.
fn fingerprint(language: Language) -> u64 {
    let sources =
        [include_str!("mod.rs"), include_str!("grow.rs"), include_str!("words.rs"), include_str!("random.rs")];
    let templates = language.dialects().iter().map(|dialect| dialect.template);
    // FNV-1a, 64 bits.
    let bytes = templates.chain(sources).flat_map(str::bytes);
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use sixify::pass::langs::Tree as Syntax;
    use sixify::pass::langs::grammar::Grammar;

    use super::*;

    #[test]
    fn generated_files_are_always_the_same_and_parse() {
        for language in Language::ALL {
            let templates = templates(language).unwrap();
            for number in 0..150 {
                let (path, text) = file(language, &templates, number);
                assert_eq!(
                    (&path, &text),
                    (&file(language, &templates, number).0, &file(language, &templates, number).1)
                );
                let grammar = match path.rsplit('.').next() {
                    Some("go") => Grammar::Go,
                    Some("js") => Grammar::JavaScript,
                    Some("ts") => Grammar::TypeScript,
                    Some("tsx") => Grammar::Tsx,
                    _ => Grammar::CSharp,
                };
                let tree = Syntax::parse(grammar, &text).unwrap();
                let error = tree.nodes().find(|node| node.is_error() || node.is_missing());
                assert!(error.is_none(), "{path}:{}: {error:?}", error.map_or(0, |e| e.line()));
            }
        }
    }
}
