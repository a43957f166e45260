//! `sixify patch`: writes mails for `git am`.

use std::fs;
use std::path::Path;

use sixify::Patch;

use crate::args::{BranchArgs, PatchArgs, Shared};
use crate::branch::{branch, style};
use crate::error::CliError;
use crate::output::Output;
use crate::render::escape::escaped;
use crate::render::summary::{count, summary};
use crate::run::{code, plan_commit};

pub fn run(shared: &Shared, args: &PatchArgs, output: &Output) -> Result<u8, CliError> {
    let BranchArgs { repository, commits } = &args.branch;
    let planned = plan_commit(shared, repository, &commits.base)?;
    let patches = planned.plan.patches(&branch(&args.branch), &style(commits)?)?;
    if patches.is_empty() {
        output.text("nothing to do: no patch to write\n")?;
    } else {
        write(&args.output, &patches)?;
        let folder = args.output.display().to_string();
        let mut out = String::new();
        for patch in &patches {
            out.push_str(&format!("{}\n", escaped(&args.output.join(&patch.name).display().to_string())));
        }
        out.push_str(&format!(
            "a cover letter and {} on {}; apply with `git am --empty=drop {}/*.patch`\n",
            count(patches.len() - 1, "commit"),
            planned.tree.commit(),
            escaped(&folder)
        ));
        output.text(&out)?;
    }
    output.aside(&summary(&planned.plan));
    Ok(code(&planned.plan, shared, 0))
}

/// Writes the series into a folder that holds no other one: a patch that is left from before would
/// be taken for a part of it.
fn write(folder: &Path, patches: &[Patch]) -> Result<(), CliError> {
    let failed = |what: &str, e: std::io::Error| CliError::Incomplete(format!("{what}: {e}"));
    fs::create_dir_all(folder).map_err(|e| failed(&folder.display().to_string(), e))?;
    for entry in fs::read_dir(folder).map_err(|e| failed(&folder.display().to_string(), e))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".patch") && !patches.iter().any(|patch| patch.name == name) {
            let folder = folder.display();
            return Err(CliError::Incomplete(format!("{folder} holds another patch, {name}; name another folder")));
        }
    }
    for patch in patches {
        let file = folder.join(&patch.name);
        fs::write(&file, &patch.bytes).map_err(|e| failed(&file.display().to_string(), e))?;
    }
    Ok(())
}
