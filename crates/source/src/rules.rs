//! Which files and folders the user's own files say to pass over.
//!
//! The matchers are those of the `ignore` crate; the walk is our own, because every file and
//! folder that is passed over has to be listed with the reason.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder, gitconfig_excludes_path};

use crate::attributes::{Attributes, Bearing};
use crate::repository;
use crate::tracked::Tracked;

/// The files with rules that any folder may hold, the strongest first.
const RULE_FILES: [&str; 3] = [".sixifyignore", ".ignore", ".gitignore"];
const REASONS: [&str; 3] = ["ignored by .sixifyignore", "ignored by .ignore", "ignored by git"];
const GIT: usize = 2;

const ATTRIBUTES: &str = ".gitattributes";
const DOT_GIT: &str = ".git";

/// Larger files of rules, in bytes, are not rules that somebody wrote.
pub(crate) const RULE_LIMIT: u64 = 1024 * 1024;

/// The rules of one folder, and those of the folders above it.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    above: Option<Arc<Rules>>,
    /// By place in [`RULE_FILES`].
    own: [Option<Gitignore>; 3],
    attributes: Option<Attributes>,
    /// At the top of a repository, beyond which git's rules do not reach.
    top: Option<Top>,
    /// In a folder that git would pass over, were not some of its files tracked.
    ignored: bool,
}

/// What git knows besides the files in the tree.
#[derive(Debug)]
struct Top {
    /// `info/exclude` and the user's own file.
    excludes: Vec<Gitignore>,
    tracked: Tracked,
}

/// Whether a name is to be passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Take,
    Skip(&'static str),
    /// A folder of which git ignores all but the tracked files.
    Tracked,
}

impl Verdict {
    /// Why the name is to be passed over, if so.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Verdict::Skip(reason) => Some(reason),
            Verdict::Take | Verdict::Tracked => None,
        }
    }
}

impl Rules {
    /// The rules that hold in `folder` from above: those of its repository, or those below
    /// `root` where there is no repository.
    pub fn above(folder: &Path, root: &Path) -> Arc<Rules> {
        let top = repository::top(folder).unwrap_or(root);
        let mut way: Vec<&Path> = folder.ancestors().skip(1).take_while(|above| above.starts_with(top)).collect();
        way.reverse();
        let there = |folder: &Path, name: &str| {
            fs::symlink_metadata(folder.join(name)).is_ok_and(|found| found.is_file() || name == DOT_GIT)
        };
        way.into_iter().fold(Arc::default(), |above, folder| Rules::enter(&above, folder, &|name| there(folder, name)))
    }

    /// The rules in `folder`, whose parent has the rules `above`. `has` tells whether a name is
    /// there, and for the files with rules that it is a file and no symlink.
    pub fn enter(above: &Arc<Self>, folder: &Path, has: &dyn Fn(&str) -> bool) -> Arc<Rules> {
        let own = RULE_FILES.map(|name| matcher(folder, &has(name).then(|| folder.join(name))?));
        let attributes = has(ATTRIBUTES).then(|| read(&folder.join(ATTRIBUTES))).flatten();
        let attributes = attributes.and_then(|text| Attributes::new(folder, &text));
        let top = has(DOT_GIT).then(|| {
            let files = [repository::exclude(folder), users_excludes()];
            let excludes = files.into_iter().flatten().filter_map(|file| matcher(folder, &file)).collect();
            Top { excludes, tracked: Tracked::of(folder) }
        });
        if own.iter().all(Option::is_none) && attributes.is_none() && top.is_none() {
            return above.clone();
        }
        Arc::new(Rules { above: Some(above.clone()), own, attributes, top, ignored: false })
    }

    /// The rules for a folder with the verdict [`Verdict::Tracked`], before those of the folder itself.
    pub fn tracked_only(above: &Arc<Self>) -> Arc<Rules> {
        Arc::new(Rules { above: Some(above.clone()), ignored: true, ..Rules::default() })
    }

    /// The same for a folder of a commit, whose files with rules are not on disk: `text` gives
    /// them by their names. Git's own rules of what to ignore say nothing of what is committed.
    pub fn committed(above: &Arc<Self>, folder: &Path, text: &dyn Fn(&str) -> Option<String>) -> Arc<Rules> {
        let mut own = [None, None, None];
        for (own, name) in own.iter_mut().zip(RULE_FILES).take(GIT) {
            *own = text(name).and_then(|text| matcher_of(folder, &text));
        }
        let attributes = text(ATTRIBUTES).and_then(|text| Attributes::new(folder, &text));
        if own.iter().all(Option::is_none) && attributes.is_none() {
            return above.clone();
        }
        Arc::new(Rules { above: Some(above.clone()), own, attributes, ..Rules::default() })
    }

    /// Why the bytes of a file in git's object database are not the text of the file, if so.
    pub fn kept_otherwise(&self, path: &Path) -> Option<&'static str> {
        self.attributed(path, Bearing::Stored)
    }

    /// These rules and those above, from the inside outwards.
    fn chain(&self) -> impl Iterator<Item = &Rules> {
        std::iter::successors(Some(self), |rules| rules.above.as_deref())
    }

    /// The same as far as git's rules reach: to the top of the repository.
    fn in_repository(&self) -> impl Iterator<Item = &Rules> {
        let mut at = Some(self);
        std::iter::from_fn(move || {
            let rules = at?;
            at = if rules.top.is_some() { None } else { rules.above.as_deref() };
            Some(rules)
        })
    }

    /// Whether a file or folder is to be passed over. As in git and ripgrep, the innermost rule that
    /// names it decides, also when it says that the file is wanted. What git tracks it does not
    /// ignore, so a work tree and its commit hold the same files.
    pub fn verdict(&self, path: &Path, is_folder: bool) -> Verdict {
        let ours = (0..GIT).flat_map(|which| self.chain().filter_map(move |r| Some((r.own[which].as_ref()?, which))));
        let gits = self.in_repository().filter_map(|r| r.own[GIT].as_ref());
        let tops = self.in_repository().filter_map(|r| r.top.as_ref()).flat_map(|top| &top.excludes);
        let ignored = self.in_repository().any(|rules| rules.ignored).then_some(GIT);
        let mut said = None;
        for (matcher, which) in ours.chain(gits.chain(tops).map(|matcher| (matcher, GIT))) {
            match matcher.matched(path, is_folder) {
                Match::Ignore(_) => said = Some(which),
                Match::Whitelist(_) if which == GIT && ignored.is_some() => {}
                Match::Whitelist(_) => return Verdict::Take,
                Match::None => continue,
            }
            break;
        }
        match said.or(ignored) {
            Some(GIT) if self.tracked(path, is_folder) => {}
            Some(which) => return Verdict::Skip(REASONS[which]),
            None if is_folder => return Verdict::Take,
            None => {}
        }
        if is_folder {
            return Verdict::Tracked;
        }
        self.attributed(path, Bearing::Listed).map_or(Verdict::Take, Verdict::Skip)
    }

    fn tracked(&self, path: &Path, is_folder: bool) -> bool {
        let top = self.in_repository().find_map(|rules| rules.top.as_ref());
        top.is_some_and(|top| top.tracked.holds(path, is_folder))
    }

    /// What `.gitattributes` say of a file; the innermost one that names an attribute decides.
    fn attributed(&self, path: &Path, bearing: Bearing) -> Option<&'static str> {
        let mut cleared: Vec<&str> = Vec::new();
        for attributes in self.in_repository().filter_map(|r| r.attributes.as_ref()) {
            for (reason, set) in attributes.of(path, bearing) {
                match set {
                    true if !cleared.contains(&reason) => return Some(reason),
                    true => {}
                    false => cleared.push(reason),
                }
            }
        }
        None
    }
}

/// A matcher of a file with rules; `None` when it cannot be read or says nothing.
fn matcher(folder: &Path, file: &Path) -> Option<Gitignore> {
    matcher_of(folder, &read(file)?)
}

/// A matcher of the text of such a file.
fn matcher_of(folder: &Path, text: &str) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new(folder);
    for line in text.trim_start_matches('\u{feff}').lines() {
        // A pattern that cannot be read matches nothing, as in git.
        let _ = builder.add_line(None, line);
    }
    builder.build().ok().filter(|matcher| !matcher.is_empty())
}

/// The text of a file with rules. Not UTF-8 is no reason to forget the other lines.
fn read(file: &Path) -> Option<String> {
    let size = fs::metadata(file).ok()?.len();
    let bytes = (size <= RULE_LIMIT).then(|| fs::read(file).ok()).flatten()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The file of `core.excludesFile`, looked up once.
fn users_excludes() -> Option<PathBuf> {
    static FILE: OnceLock<Option<PathBuf>> = OnceLock::new();
    FILE.get_or_init(|| gitconfig_excludes_path().filter(|file| file.is_file())).clone()
}

/// A matcher of patterns that the user gave for a folder, in the syntax of gitignore(5).
///
/// # Errors
/// Gives back the first pattern that cannot be read, with what is wrong with it.
pub(crate) fn patterns<S: AsRef<str>>(folder: &Path, patterns: &[S]) -> Result<Gitignore, (String, String)> {
    let mut builder = GitignoreBuilder::new(folder);
    for pattern in patterns.iter().map(AsRef::as_ref) {
        builder.add_line(None, pattern).map_err(|e| (pattern.to_owned(), e.to_string()))?;
    }
    builder.build().map_err(|e| (String::new(), e.to_string()))
}
