//! The layers: what a part may not know is missing from its Cargo.toml, and these tests keep it so.

use std::collections::BTreeSet;
use std::path::Path;

use crate::{read, top};

/// The dependencies that a package may have at run time.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let table: toml::Table = read(manifest).parse().unwrap();
    let section = table.get("dependencies").and_then(|d| d.as_table()).cloned().unwrap_or_default();
    section.keys().cloned().collect()
}

fn only(manifest: &str, allowed: &[&str]) {
    let extra: Vec<String> = dependencies(manifest).into_iter().filter(|d| !allowed.contains(&d.as_str())).collect();
    assert!(extra.is_empty(), "{manifest} has {extra:?}; see ARCHITECTURE.md before adding a dependency");
}

/// Every Rust file below a folder.
fn sources(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() && !entry.ends_with("target") {
            sources(&entry, found);
        } else if entry.extension().is_some_and(|e| e == "rs") {
            found.push(entry);
        }
    }
}

fn without(folder: &str, words: &[&str]) {
    let mut files = Vec::new();
    sources(&top().join(folder), &mut files);
    assert!(!files.is_empty(), "{folder} has no sources");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        // Tests may read the disk.
        let code = text.split("#[cfg(test)]").next().unwrap_or("");
        let code: String = code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        for word in words {
            assert!(!code.contains(word), "{} uses {word}", file.display());
        }
    }
}

#[test]
fn the_core_knows_no_disk_no_git_no_threads_and_no_grammar() {
    only("crates/core/Cargo.toml", &["aho-corasick", "serde", "similar", "thiserror"]);
    without("crates/core/src", &["std::fs", "std::thread", "std::process", "std::net", "std::env"]);
}

#[test]
fn the_core_knows_nothing_of_ipv6() {
    without("crates/core/src", &["0.0.0.0", "IPv6", "IPv4", "Ipv6", "Ipv4"]);
}

#[test]
fn facts_and_codemods_know_no_disk_and_no_git() {
    for manifest in ["crates/langs/Cargo.toml", "codemods/Cargo.toml"] {
        let found = dependencies(manifest);
        for unwanted in ["git2", "ignore", "sixify-source", "rayon", "sixify"] {
            assert!(!found.contains(unwanted), "{manifest} has {unwanted}");
        }
    }
    without("crates/langs/src", &["std::fs", "std::thread", "std::process"]);
    for ecosystem in std::fs::read_dir(top().join("codemods")).unwrap().map(|e| e.unwrap().path()) {
        let name = ecosystem.file_name().unwrap().to_string_lossy().into_owned();
        if ecosystem.is_dir() && !["tests", "catalog", "evidence"].contains(&name.as_str()) {
            without(&format!("codemods/{name}"), &["std::fs", "std::thread", "std::process"]);
        }
    }
}

#[test]
fn the_top_level_holds_what_it_should() {
    let allowed: BTreeSet<&str> = [
        ".ci",
        ".git",
        ".github",
        ".gitignore",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "benches",
        "codemods",
        "crates",
        "examples",
        "rustfmt.toml",
        "target",
        "tests",
    ]
    .into();
    let found = std::fs::read_dir(top()).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned());
    let extra: Vec<String> = found.filter(|name| !allowed.contains(name.as_str())).collect();
    assert!(extra.is_empty(), "{extra:?}");
}

#[test]
fn no_source_file_is_too_long_to_read() {
    let mut files = Vec::new();
    for folder in ["crates", "codemods", "examples", "tests", "benches"] {
        sources(&top().join(folder), &mut files);
    }
    for file in files {
        let lines = std::fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= 500, "{} has {lines} lines; it wants to be two", file.display());
    }
}
