//! `.gitattributes`, as far as it says that a file is generated or somebody else's.
//!
//! The attributes are those of github-linguist (`linguist-generated`, `linguist-vendored`); the
//! syntax is that of gitattributes(5). Its patterns are those of `.gitignore`, except that there
//! are no negative ones and that a pattern for a folder says nothing of the files in it.

use std::path::Path;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The attributes that count, with the reason for which a file that has one is passed over.
const ATTRIBUTES: [(&str, &str); 2] = [
    ("linguist-generated", "generated (linguist-generated in .gitattributes)"),
    ("linguist-vendored", "vendored (linguist-vendored in .gitattributes)"),
];

/// One `.gitattributes`.
#[derive(Debug)]
pub(crate) struct Attributes {
    matchers: Vec<(Gitignore, &'static str)>,
}

impl Attributes {
    /// Reads the text of the file of a folder; `None` when it says nothing that counts.
    pub fn new(folder: &Path, text: &str) -> Option<Self> {
        let mut matchers = Vec::new();
        for (attribute, reason) in ATTRIBUTES {
            let mut builder = GitignoreBuilder::new(folder);
            for line in text.lines() {
                let Some((pattern, rest)) = split(line) else { continue };
                // As in git, the last word about an attribute counts.
                let Some(set) = rest.split_whitespace().filter_map(|word| value(word, attribute)).next_back() else {
                    continue;
                };
                let sign = if set { "" } else { "!" };
                // A pattern that cannot be read matches nothing, as in git.
                let _ = builder.add_line(None, &format!("{sign}{pattern}"));
            }
            match builder.build() {
                Ok(matcher) if !matcher.is_empty() => matchers.push((matcher, reason)),
                _ => {}
            }
        }
        (!matchers.is_empty()).then_some(Attributes { matchers })
    }

    /// What the file says of another one, for each attribute that it names.
    pub fn of(&self, file: &Path) -> impl Iterator<Item = (&'static str, bool)> {
        self.matchers.iter().filter_map(move |(matcher, reason)| match matcher.matched(file, false) {
            Match::Ignore(_) => Some((*reason, true)),
            Match::Whitelist(_) => Some((*reason, false)),
            Match::None => None,
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

/// What a word says about an attribute.
fn value(word: &str, attribute: &str) -> Option<bool> {
    if let Some(name) = word.strip_prefix(['-', '!']) {
        return (name == attribute).then_some(false);
    }
    match word.strip_prefix(attribute)? {
        "" => Some(true),
        rest => rest.strip_prefix('=').map(|value| !matches!(value, "false" | "0")),
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
            attributes.iter().flat_map(|a| a.of(Path::new(file))).map(|(why, set)| (&why[..9], set)).collect()
        };
        assert_eq!(of("/r/mocks/x/a.go"), [("generated", true)]);
        assert_eq!(of("/r/mocks/own.go"), [("generated", false)]);
        assert_eq!(of("/r/api/a.ts"), [("generated", true)]);
        assert_eq!(of("/r/api/v1/a.ts"), []);
        assert_eq!(of("/r/a b.go"), [("vendored ", true)]);
        assert_eq!(of("/r/deps/a.go"), []);
        assert!(Attributes::new(Path::new("/r"), "*.go text eol=lf\n").is_none());
    }
}
