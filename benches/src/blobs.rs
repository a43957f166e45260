//! Reading a commit out of the object database, compared with reading its checkout.
//!
//! Both are whole processes of this program, which runs the engine as the command does; only the
//! source differs.

use std::ffi::OsString;
use std::path::Path;

use sixify::{Engine, GitTree, codemods};

use crate::error::{Error, at};
use crate::idle;
use crate::language::Language;
use crate::measure::{Program, interleaved};
use crate::tree::Tree;

/// How many times the time on the checkout the object database may take.
const LIMIT: f64 = 2.0;

/// The hidden option that makes this program plan `main` of a repository and exit.
pub const OPTION: &str = "--plan-commit";

/// Plans the branch `main` of a repository with every codemod.
///
/// # Errors
/// When it cannot be read.
pub fn plan(repository: &Path) -> Result<(), Error> {
    let engine = Engine::builder().codemods(codemods::all()).build()?;
    engine.plan(&GitTree::open(repository, "main")?)?;
    Ok(())
}

/// Measures both, as a table in Markdown.
///
/// # Errors
/// When the repository cannot be made or this program cannot be run again.
pub fn measure(blobs: usize, folder: &Path, runs: usize) -> Result<String, Error> {
    let (tree, bare) = Tree::repository(Language::Go, blobs, folder)?;
    let file = std::env::current_exe().map_err(at(Path::new("this program")))?;
    let program = |name, option: &str, path: &Path| {
        let arguments: Vec<OsString> = vec![option.into(), path.into(), "--language".into(), "go".into()];
        Program { name, file: file.clone(), arguments }
    };
    let programs = [program("checkout", idle::OPTION, &tree.root), program("object database", OPTION, &bare)];
    let samples = interleaved(&programs, runs)?;
    let mut out = format!("### {blobs} blobs, {:.0} MiB\n\n", tree.bytes as f64 / (1024.0 * 1024.0));
    out.push_str("| source | median ms | user+system ms | peak MiB |\n|---|---:|---:|---:|\n");
    let mut medians = Vec::new();
    for (program, samples) in programs.iter().zip(&samples) {
        let [_, median, _] = samples.wall().map(|time| time.as_secs_f64() * 1000.0);
        let (cpu, memory) = (samples.cpu().as_secs_f64() * 1000.0, samples.memory() as f64 / (1024.0 * 1024.0));
        out.push_str(&format!("| {} | {median:.0} | {cpu:.0} | {memory:.1} |\n", program.name));
        medians.push(median);
    }
    if let [checkout, database] = medians.as_slice() {
        let ratio = database / checkout;
        let verdict = if ratio <= LIMIT { "met" } else { "**not met**" };
        out.push_str(&format!("\nThe object database takes {ratio:.2}x; at most {LIMIT:.0}x: {verdict}\n"));
    }
    Ok(out)
}
