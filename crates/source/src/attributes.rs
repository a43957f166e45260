//! `.gitattributes`, as far as it says that a file is generated or somebody else's, or that git
//! keeps it in another form.
//!
//! The attributes are those of github-linguist (`linguist-generated`, `linguist-vendored`) and
//! `filter` and `binary` of git; the syntax is that of gitattributes(5). Its patterns are those of
//! `.gitignore`, except that there are no negative ones and that a pattern for a folder says
//! nothing of the files in it.
//!
//! The other attributes of git do not matter: `text`, `eol` and `working-tree-encoding` say how a
//! file of the work tree differs from what git keeps, and the layout of either is left as it is.

use std::path::Path;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// What an attribute bears on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bearing {
    /// Whether a file is listed at all, on disk or in a commit.
    Listed,
    /// Whether what git keeps is the text of the file. It does not bear on files on disk.
    Stored,
}

/// An attribute that counts.
struct Attribute {
    bearing: Bearing,
    /// Why a file that has it is passed over.
    reason: &'static str,
    /// What one word of a line says about it.
    value: fn(&str) -> Option<bool>,
}

const ATTRIBUTES: [Attribute; 5] = [
    Attribute {
        bearing: Bearing::Listed,
        reason: "generated (linguist-generated in .gitattributes)",
        value: |word| value(word, "linguist-generated"),
    },
    Attribute {
        bearing: Bearing::Listed,
        reason: "vendored (linguist-vendored in .gitattributes)",
        value: |word| value(word, "linguist-vendored"),
    },
    Attribute {
        bearing: Bearing::Stored,
        reason: "kept in Git LFS (filter=lfs in .gitattributes)",
        value: |word| filter(word).map(|name| name == "lfs"),
    },
    // Such as git-crypt, whose files are encrypted in the object database.
    Attribute {
        bearing: Bearing::Stored,
        reason: "kept as a filter makes it (filter in .gitattributes)",
        value: |word| filter(word).map(|name| !matches!(name, "" | "lfs")),
    },
    Attribute {
        bearing: Bearing::Stored,
        reason: "binary (in .gitattributes)",
        // `-text` alone only keeps line ends as they are.
        value: |word| match word {
            "binary" => Some(true),
            "-binary" | "!binary" | "text" | "diff" => Some(false),
            _ => None,
        },
    },
];

/// One `.gitattributes`.
#[derive(Debug)]
pub(crate) struct Attributes {
    /// By place in [`ATTRIBUTES`].
    matchers: Vec<(Gitignore, usize)>,
}

impl Attributes {
    /// Reads the text of the file of a folder; `None` when it says nothing that counts.
    pub fn new(folder: &Path, text: &str) -> Option<Self> {
        let mut matchers = Vec::new();
        for (place, attribute) in ATTRIBUTES.iter().enumerate() {
            let mut builder = GitignoreBuilder::new(folder);
            for line in text.lines() {
                let Some((pattern, rest)) = split(line) else { continue };
                // As in git, the last word about an attribute counts.
                let Some(set) = rest.split_whitespace().filter_map(attribute.value).next_back() else { continue };
                let sign = if set { "" } else { "!" };
                // A pattern that cannot be read matches nothing, as in git.
                let _ = builder.add_line(None, &format!("{sign}{pattern}"));
            }
            match builder.build() {
                // What is nowhere set need not be asked for; but what is cleared here may be set
                // in a folder above.
                Ok(matcher) if !matcher.is_empty() => matchers.push((matcher, place)),
                _ => {}
            }
        }
        (!matchers.is_empty()).then_some(Attributes { matchers })
    }

    /// What the file says of another one, for each attribute of this bearing that it names.
    pub fn of(&self, file: &Path, bearing: Bearing) -> impl Iterator<Item = (&'static str, bool)> {
        self.matchers.iter().filter_map(move |(matcher, place)| {
            let attribute = ATTRIBUTES.get(*place).filter(|attribute| attribute.bearing == bearing)?;
            match matcher.matched(file, false) {
                Match::Ignore(_) => Some((attribute.reason, true)),
                Match::Whitelist(_) => Some((attribute.reason, false)),
                Match::None => None,
            }
        })
    }
}

/// Pattern and attributes of a line.
fn split(line: &str) -> Option<(String, &str)> {
    let line = line.trim_start_matches('\u{feff}').trim();
    if line.is_empty() || line.starts_with(['#', '!', '[']) {
        return None;
    }
    let (pattern, rest) = match line.strip_prefix('"') {
        Some(quoted) => {
            let (pattern, rest) = quoted.split_once('"')?;
            (pattern.replace(' ', "\\ "), rest)
        }
        None => {
            let (pattern, rest) = line.split_once([' ', '\t'])?;
            (pattern.to_owned(), rest)
        }
    };
    (!pattern.ends_with('/')).then_some((pattern, rest))
}

/// What a word says about an attribute that is set or not.
fn value(word: &str, attribute: &str) -> Option<bool> {
    if let Some(name) = word.strip_prefix(['-', '!']) {
        return (name == attribute).then_some(false);
    }
    match word.strip_prefix(attribute)? {
        "" => Some(true),
        rest => rest.strip_prefix('=').map(|value| !matches!(value, "false" | "0")),
    }
}

/// The filter that a word names; empty where it says that there is none.
fn filter(word: &str) -> Option<&str> {
    match word {
        "-filter" | "!filter" | "filter" => Some(""),
        _ => word.strip_prefix("filter="),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_attributes_are_set_and_unset_by_the_last_pattern_that_matches() {
        let text = "*.go text\n# c\nmocks/** linguist-generated=true\nmocks/own.go -linguist-generated\n\
                    api/*.ts text linguist-generated\n\"a b.go\" linguist-vendored\ndeps/ linguist-vendored\n";
        let attributes = Attributes::new(Path::new("/r"), text);
        let of = |file: &str| -> Vec<(&str, bool)> {
            let named = attributes.iter().flat_map(|a| a.of(Path::new(file), Bearing::Listed));
            named.map(|(why, set)| (&why[..9], set)).collect()
        };
        assert_eq!(of("/r/mocks/x/a.go"), [("generated", true)]);
        assert_eq!(of("/r/mocks/own.go"), [("generated", false)]);
        assert_eq!(of("/r/api/a.ts"), [("generated", true)]);
        assert_eq!(of("/r/api/v1/a.ts"), []);
        assert_eq!(of("/r/a b.go"), [("vendored ", true)]);
        assert_eq!(of("/r/deps/a.go"), []);
    }

    #[test]
    fn what_git_keeps_in_another_form_is_told() {
        let text = "*.psd filter=lfs diff=lfs merge=lfs -text\nsecret.* filter=git-crypt\nsecret.md -filter\n\
                    *.pem binary\nown.pem text\n*.sh -text\n";
        let attributes = Attributes::new(Path::new("/r"), text);
        let of = |file: &str| -> Option<&str> {
            let named = attributes.iter().flat_map(|a| a.of(Path::new(file), Bearing::Stored));
            named.filter(|(_, set)| *set).map(|(why, _)| why).next()
        };
        assert_eq!(of("/r/a.psd"), Some("kept in Git LFS (filter=lfs in .gitattributes)"));
        assert_eq!(of("/r/secret.go"), Some("kept as a filter makes it (filter in .gitattributes)"));
        assert_eq!((of("/r/secret.md"), of("/r/own.pem"), of("/r/a.sh")), (None, None, None));
        assert_eq!(of("/r/a.pem"), Some("binary (in .gitattributes)"));
        assert!(Attributes::new(Path::new("/r"), "*.go eol=lf\n*.rc working-tree-encoding=UTF-16\n").is_none());
    }
}
