//! Copying the sources of one language out of a tree.

use std::fs;
use std::path::Path;

use sixify::pass::Kind;
use sixify::{Engine, Source, WorkTree, codemods};

use crate::error::{Error, at};
use crate::language::Language;

/// Copies what sixify reads of a language from one folder to another.
pub fn sources(language: Language, from: &Path, to: &Path) -> Result<(), Error> {
    let tree = WorkTree::open(from)?;
    let engine = Engine::builder().codemods(codemods::all()).build()?;
    // The walk does not know what is only seen in a file: a generator's mark, long lines.
    let plan = engine.plan(&tree)?;
    let passed: std::collections::HashSet<&str> = plan.ledger.skipped.iter().map(|skip| skip.path.as_str()).collect();
    let listing = tree.list().map_err(|error| Error::Source(error.to_string()))?;
    let wanted = |path: &str| {
        let kind = engine.readers(path, "").kind;
        kind.is_some_and(|kind| language.kinds().iter().any(|k: &Kind| k.0 == kind))
    };
    for entry in listing.files.iter().filter(|entry| wanted(&entry.path) && !passed.contains(entry.path.as_str())) {
        let (source, target) = (from.join(&entry.path), to.join(&entry.path));
        let folder = target.parent().unwrap_or(to);
        fs::create_dir_all(folder).map_err(at(folder))?;
        fs::copy(&source, &target).map_err(at(&source))?;
    }
    Ok(())
}
