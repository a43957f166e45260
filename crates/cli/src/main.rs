//! The command `sixify`.

mod apply;
mod args;
mod branch;
mod check;
mod diff;
mod error;
mod explain;
mod fix;
mod lab;
mod list;
mod output;
mod patch;
mod plan;
mod pr;
mod progress;
mod render;
mod run;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::error::CliError;
use crate::output::Output;

/// Findings were there.
const FOUND: u8 = 1;
/// Wrong usage or bad input.
const USAGE: u8 = 2;
/// A codemod failed, a file was skipped under `--strict`, or a plan could not be written.
const INCOMPLETE: u8 = 3;

fn main() -> ExitCode {
    let args = Args::parse();
    let output = Output::new(args.shared.color);
    let done = match &args.command {
        Command::Check(paths) => check::run(&args.shared, paths, &output),
        Command::Diff(paths) => diff::run(&args.shared, paths, &output),
        Command::Fix(paths) => fix::run(&args.shared, paths, &output),
        Command::Branch(branch) => branch::run(&args.shared, branch, &output),
        Command::Patch(patch) => patch::run(&args.shared, patch, &output),
        Command::Pr(pr) => pr::run(&args.shared, pr, &output),
        Command::Plan(plan) => plan::run(&args.shared, plan, &output),
        Command::Apply(apply) => apply::run(&args.shared, apply, &output),
        Command::List => list::run(&args.shared, &output),
        Command::Explain { what } => explain::run(&args.shared, what, &output),
        Command::Lab(lab) => lab::run(&args.shared, lab, &output),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        // Whoever reads the output has seen enough.
        Err(CliError::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            output.error(&error);
            ExitCode::from(error.code())
        }
    }
}
