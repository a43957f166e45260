//! `sixify plan`: writes a plan into a file.

use std::fs;
use std::path::Path;

use sixify::PlanFile;

use crate::args::{PlanArgs, Shared};
use crate::error::CliError;
use crate::output::Output;
use crate::render::summary::summary;
use crate::run::{code, plan, plan_commit};

pub fn run(shared: &Shared, args: &PlanArgs, output: &Output) -> Result<u8, CliError> {
    let plan = match &args.base {
        Some(base) => match args.paths.paths.as_slice() {
            [] => plan_commit(shared, Path::new("."), base)?.plan,
            [repository] => plan_commit(shared, repository, base)?.plan,
            _ => return Err(CliError::Usage("with --base, name one repository".to_owned())),
        },
        None => plan(shared, &args.paths)?.plan,
    };
    let text = PlanFile::of(&plan).to_text();
    match &args.output {
        Some(file) => fs::write(file, text)
            .map_err(|e| CliError::Incomplete(format!("{}: cannot be written: {e}", file.display())))?,
        None => output.bytes(text.as_bytes())?,
    }
    output.aside(&summary(&plan));
    Ok(code(&plan, shared, 0))
}
