//! Where a Rust program tells of a default: in its documentation, in the configuration that it is shipped
//! with, and in the tests of the file. A default that changes alone leaves them telling something else.

use sixify_core::Project;
use sixify_langs::rust::File;

use crate::prelude::*;

/// Files of a package that are looked at.
const MOST: usize = 400;

/// Where else the text of a literal stands: it is what tests expect, or what others are told.
pub(crate) fn elsewhere(file: &File, doc: &Document, project: &Project<'_>, literal: Node<'_>) -> Option<String> {
    let tested = |n: &Node<'_>| *n != literal && n.text() == literal.text() && file.is_test(*n);
    if file.tree.all("string_literal").any(|n| tested(&n)) {
        return Some("the tests of the file expect it".to_owned());
    }
    let (text, _) = file.string(literal)?;
    let manifest = project.nearest(&doc.path, &|name| name == "Cargo.toml")?;
    let folder = manifest.strip_suffix("Cargo.toml")?.trim_end_matches('/').to_owned();
    let told = project.fact(&format!("rust defaults told {folder}"), || documents(&folder, project));
    let path = told.iter().find(|(_, content)| content.contains(text)).map(|(path, _)| path)?;
    Some(format!("{path} tells of this default"))
}

/// The documentation and the configuration of a package that name the wildcard, with their text.
fn documents(folder: &str, project: &Project<'_>) -> Vec<(String, String)> {
    let mut paths: Vec<String> = project.below(folder).into_iter().filter(|path| tells(path)).collect();
    // What stands at the top is about all packages.
    paths.extend(project.siblings("").into_iter().filter(|name| !folder.is_empty() && tells(name)));
    let read = |path: String| Some((project.text(&path).filter(|text| text.contains("0.0.0.0"))?, path));
    paths.into_iter().take(MOST).filter_map(read).map(|(text, path)| (path, text)).collect()
}

/// Whether a file is documentation or a configuration by its name.
fn tells(path: &str) -> bool {
    const ENDS: &[&str] = &[".md", ".adoc", ".rst", ".toml", ".ini", ".conf", ".example", ".sample", ".ron"];
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let settings = (name.ends_with(".yml") || name.ends_with(".yaml") || name.ends_with(".json"))
        && ["config", "example", "sample", "settings", "default"].iter().any(|word| name.contains(word));
    let other = name == "cargo.toml" || name.starts_with("changelog") || path.contains("target/");
    !other && (settings || name.starts_with(".env") || ENDS.iter().any(|end| name.ends_with(end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_and_configuration_are_told_by_their_names() {
        for path in ["README.md", "res/lazymc.toml", "config.example.yml", ".env.example"] {
            assert!(tells(path), "{path}");
        }
        for path in ["Cargo.toml", "CHANGELOG.md", "compose.yml", "src/main.rs"] {
            assert!(!tells(path), "{path}");
        }
    }
}
