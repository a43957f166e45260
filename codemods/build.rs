//! Finds the codemods: every `<ecosystem>/<name>.rs` beside this file is one. Its id is its path,
//! so adding a codemod is adding a file, and nothing has to be registered.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder of the sets: their files have a header and no code.
const SETS: &str = "set";

/// Folders beside the codemods that hold something else.
const OTHER: &[&str] = &["tests", "catalog", "evidence", "target"];

fn main() -> io::Result<()> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| ".".into()));
    println!("cargo::rerun-if-changed={}", root.display());
    let mut modules = String::new();
    let mut entries = String::new();
    let mut sets = String::new();
    for ecosystem in sorted(&root)? {
        let name = file_name(&ecosystem);
        if !ecosystem.is_dir() || OTHER.contains(&name.as_str()) || name.starts_with('.') {
            continue;
        }
        println!("cargo::rerun-if-changed={}", ecosystem.display());
        for file in sorted(&ecosystem)? {
            let Some(stem) = file_name(&file).strip_suffix(".rs").map(str::to_owned) else { continue };
            let id = format!("{name}/{stem}");
            if name == SETS {
                sets.push_str(&format!("    ({id:?}, include_str!({:?})),\n", file.display().to_string()));
                continue;
            }
            let module = id.replace(['/', '-'], "_");
            let path = file.display().to_string();
            modules.push_str(&format!("#[path = {path:?}]\nmod {module};\n"));
            entries.push_str(&format!("    ({id:?}, include_str!({path:?}), {module}::CODEMOD),\n"));
        }
    }
    let list = format!("pub(crate) const FOUND: &[(&str, &str, crate::Codemod)] = &[\n{entries}];\n");
    let sets = format!("pub(crate) const SETS: &[(&str, &str)] = &[\n{sets}];\n");
    let out = PathBuf::from(std::env::var("OUT_DIR").map_err(io::Error::other)?);
    fs::write(out.join("found.rs"), format!("{modules}\n{list}\n{sets}"))?;
    fs::write(out.join("sheets.rs"), sheets(&root.join("catalog/api"))?)
}

/// The sheets of APIs: one file per language, named after it.
fn sheets(folder: &Path) -> io::Result<String> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut entries = String::new();
    for file in sorted(folder)? {
        if let Some(language) = file_name(&file).strip_suffix(".toml") {
            entries.push_str(&format!("    ({language:?}, include_str!({:?})),\n", file.display().to_string()));
        }
    }
    Ok(format!("const SHEETS: &[(&str, &str)] = &[\n{entries}];\n"))
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}
