//! CODEOWNERS: who is asked about a file.
//!
//! GitHub and GitLab read the file differently
//! (docs.github.com "About code owners", docs.gitlab.com "Code Owners syntax"):
//!
//! * In both the last matching line counts. On GitLab that is so within each section, and the
//!   owners of all sections count.
//! * On GitHub a pattern with a slash in it starts at the root, as in `.gitignore`, and a pattern
//!   that names a folder stands for all that is in it. On GitLab every pattern without a slash at
//!   its start may match at any depth, and only one with a slash at its end stands for a folder.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::git::listing::below_root;

/// Where the file may be, the first one counting: the places of GitHub, then that of GitLab.
pub const OWNERS_FILES: [&str; 4] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// One CODEOWNERS file.
#[derive(Debug, Default)]
pub struct Owners {
    sections: Vec<Section>,
}

#[derive(Debug, Default)]
struct Section {
    name: String,
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    matcher: Gitignore,
    /// Whether a folder that matches stands for all that is in it.
    folders: bool,
    /// Names the files that belong to nobody after all (GitLab).
    excludes: bool,
    owners: Vec<String>,
}

impl Owners {
    /// Reads the file that stood at `path`. A line that cannot be read matches nothing.
    pub fn parse(path: &str, text: &str) -> Self {
        let gitlab = path.starts_with(".gitlab/") || (!path.starts_with(".github/") && text.lines().any(is_section));
        let mut owners = Owners { sections: vec![Section::default()] };
        let mut defaults: Vec<String> = Vec::new();
        let mut current = 0;
        for line in text.trim_start_matches('\u{feff}').lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if gitlab && let Some((name, rest)) = section(line) {
                // Sections of one name are one section.
                let name = name.to_lowercase();
                current = owners.sections.iter().position(|s| s.name == name).unwrap_or(owners.sections.len());
                if current == owners.sections.len() {
                    owners.sections.push(Section { name, rules: Vec::new() });
                }
                defaults = rest.split_whitespace().map(str::to_owned).collect();
                continue;
            }
            if let Some(rule) = rule(line, gitlab, &defaults)
                && let Some(section) = owners.sections.get_mut(current)
            {
                section.rules.push(rule);
            }
        }
        owners
    }

    /// The owners of a file in the order in which they are named; empty when it has none.
    pub fn of(&self, path: &str) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for section in &self.sections {
            if section.rules.iter().any(|rule| rule.excludes && rule.matches(path)) {
                continue;
            }
            let last = section.rules.iter().rev().find(|rule| !rule.excludes && rule.matches(path));
            for owner in last.into_iter().flat_map(|rule| &rule.owners) {
                if !all.contains(&owner.as_str()) {
                    all.push(owner);
                }
            }
        }
        all
    }
}

impl Rule {
    fn matches(&self, path: &str) -> bool {
        let full = below_root(path);
        if self.folders {
            self.matcher.matched_path_or_any_parents(&full, false).is_ignore()
        } else {
            self.matcher.matched(&full, false).is_ignore()
        }
    }
}

fn is_section(line: &str) -> bool {
    section(line.trim()).is_some()
}

/// The name of a section and its owners: `[Name]`, `^[Name]`, `[Name][2] @owner`.
fn section(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.trim_start_matches('^').strip_prefix('[')?.split_once(']')?;
    let rest = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((approvals, rest)) if approvals.bytes().all(|b| b.is_ascii_digit()) => rest,
        _ => rest,
    };
    (!name.is_empty() && (rest.is_empty() || rest.starts_with([' ', '\t']))).then_some((name, rest))
}

fn rule(line: &str, gitlab: bool, defaults: &[String]) -> Option<Rule> {
    let (pattern, rest) = split(line);
    let named: Vec<String> =
        rest.split_whitespace().take_while(|word| !word.starts_with('#')).map(str::to_owned).collect();
    let (excludes, pattern) = match pattern.strip_prefix('!') {
        // GitHub knows no such lines and passes over them.
        Some(_) if !gitlab => return None,
        Some(pattern) => (true, pattern),
        None => (false, pattern),
    };
    let owners = if named.is_empty() && gitlab { defaults.to_vec() } else { named };
    let (pattern, folders) = if gitlab {
        let anywhere = if pattern.starts_with('/') { pattern.to_owned() } else { format!("**/{pattern}") };
        match anywhere.strip_suffix('/') {
            Some(folder) => (format!("{folder}/**"), false),
            None => (anywhere, false),
        }
    } else {
        // `docs/*` means the files in docs, not those further down.
        (pattern.to_owned(), !pattern.ends_with("/*"))
    };
    let mut builder = GitignoreBuilder::new(below_root(""));
    builder.add_line(None, &pattern).ok()?;
    Some(Rule { matcher: builder.build().ok()?, folders, excludes, owners })
}

/// Pattern and owners; a blank in a pattern stands behind a backslash.
fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match c {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            ' ' | '\t' if !escaped => return line.split_at(at),
            _ => {}
        }
        escaped = false;
    }
    (line, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_github_the_last_match_counts_and_may_name_nobody() {
        let text = "# who\n* @all\n*.js @js # inline\n/docs/ @docs\ndocs/* @near\napps/ @apps\n/apps/free\n!x @no\na\\ b/ @blank\n";
        let owners = Owners::parse(".github/CODEOWNERS", text);
        let of = |path: &str| owners.of(path).join(" ");
        assert_eq!((of("a.go"), of("web/a.js")), ("@all".into(), "@js".into()));
        assert_eq!((of("docs/a.md"), of("docs/sub/a.md")), ("@near".into(), "@docs".into()));
        assert_eq!((of("x/apps/y/a.go"), of("apps/free/a.go")), ("@apps".into(), String::new()));
        assert_eq!((of("a b/c.go"), of("x")), ("@blank".into(), "@all".into()));
    }

    #[test]
    fn on_gitlab_the_owners_of_all_sections_count() {
        let text = "* @all\n\n[Web] @web\n*.js\nweb/main.go @main\n\n^[Docs][2] @docs\ndocs/\n!docs/free.md\n[web]\n/exact @exact\n";
        let owners = Owners::parse(".gitlab/CODEOWNERS", text);
        let of = |path: &str| owners.of(path).join(" ");
        assert_eq!((of("a.go"), of("x/a.js")), ("@all".into(), "@all @web".into()));
        assert_eq!(of("x/web/main.go"), "@all @main");
        assert_eq!((of("x/docs/y/a.md"), of("docs/free.md")), ("@all @docs".into(), "@all".into()));
        assert_eq!((of("exact"), of("exact/a")), ("@all @exact".into(), "@all".into()));
    }

    #[test]
    fn sections_tell_the_dialect_of_a_file_at_the_root() {
        assert_eq!(Owners::parse("CODEOWNERS", "[A]\na/b.go @x\n").of("z/a/b.go"), ["@x"]);
        assert!(Owners::parse("CODEOWNERS", "a/b.go @x\n").of("z/a/b.go").is_empty());
    }
}
