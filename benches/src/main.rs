//! Compares `sixify check` with ripgrep and ast-grep on the same files.
//!
//! Only ratios of whole processes are compared, measured in one run on one machine: they say the
//! same on a fast machine and on a slow one. See README.md beside this package.

mod answers;
mod blobs;
mod error;
mod idle;
mod language;
mod measure;
mod programs;
mod report;
mod tree;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, iter};

use clap::Parser;

use crate::error::{Error, at};
use crate::language::Language;
use crate::measure::{Program, interleaved};
use crate::report::{Result as Measured, Row};
use crate::tree::Tree;

/// Compares the command sixify with ripgrep and ast-grep on the same files, in ratios, against the
/// budgets of the design.
#[derive(Debug, Parser)]
#[command(name = "sixify-benches")]
struct Args {
    /// A folder whose sources are measured (a copy of them, without vendored, generated and
    /// ignored files) in place of generated ones
    #[arg(long, value_name = "DIR")]
    tree: Option<PathBuf>,
    /// The language: go, js (with TypeScript), csharp or all
    #[arg(long, value_name = "LANGUAGE", default_value = "all")]
    language: String,
    /// How often each program is run; the median counts
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// The command that is measured [default: the one beside this program]
    #[arg(long, value_name = "FILE")]
    sixify: Option<PathBuf>,
    /// ripgrep [default: rg in PATH]
    #[arg(long, value_name = "FILE")]
    rg: Option<PathBuf>,
    /// ast-grep [default: ast-grep in PATH]
    #[arg(long, value_name = "FILE")]
    ast_grep: Option<PathBuf>,
    /// Where trees and rules are written [default: target/benches]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Measure reading a commit of so many files from the object database against its checkout
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "50000")]
    blobs: Option<usize>,
    /// Used by this program itself, see blobs.rs.
    #[arg(long, hide = true)]
    plan_commit: Option<PathBuf>,
    /// Used by this program itself, see idle.rs.
    #[arg(long, hide = true)]
    plan: Option<PathBuf>,
    #[arg(long, hide = true, default_value_t = 0)]
    add: usize,
    #[arg(long, hide = true)]
    copy: bool,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<(), Error> {
    let languages = languages(&args.language)?;
    if let (Some(tree), Some(language)) = (&args.plan, languages.first()) {
        return idle::plan(*language, tree, args.add);
    }
    if let Some(repository) = &args.plan_commit {
        return blobs::plan(repository);
    }
    let folder = folder(args)?;
    if let Some(count) = args.blobs {
        println!("{}", blobs::measure(count, &folder, usize::from(args.runs))?);
        return Ok(());
    }
    if let (Some(from), true) = (&args.tree, args.copy) {
        return languages.into_iter().try_for_each(|language| Tree::copy(language, from, &folder));
    }
    for language in languages {
        let tree = match &args.tree {
            Some(from) => match copied(language, from, &folder) {
                // Asked for all languages, a tree need not have all of them.
                Err(Error::Empty { .. }) if args.language == "all" => continue,
                tree => tree?,
            },
            None => Tree::generated(language, &folder)?,
        };
        println!("{}", measure(args, language, tree, &folder)?.markdown());
    }
    Ok(())
}

/// Copies the sources of a tree in a process of its own. What a program is said to have had at its
/// peak includes what the process had that started it, so this one must stay small.
fn copied(language: Language, from: &Path, folder: &Path) -> Result<Tree, Error> {
    let file = env::current_exe().map_err(at(Path::new("this program")))?;
    let arguments: [OsString; 7] = [
        "--copy".into(),
        "--language".into(),
        language.name().into(),
        "--tree".into(),
        from.into(),
        "--folder".into(),
        folder.into(),
    ];
    Program { name: "copy", file, arguments: arguments.to_vec() }.answer()?;
    Tree::copied(language, from, folder)
}

fn languages(word: &str) -> Result<Vec<Language>, Error> {
    if word == "all" {
        return Ok(Language::ALL.to_vec());
    }
    let found = Language::ALL.into_iter().find(|language| language.name() == word);
    found.map(|language| vec![language]).ok_or(Error::Usage("the languages are go, js, csharp and all"))
}

/// The folder `benches` of the target directory that this program is in.
fn folder(args: &Args) -> Result<PathBuf, Error> {
    if let Some(folder) = &args.folder {
        return std::path::absolute(folder).map_err(at(folder));
    }
    let own = env::current_exe().map_err(at(Path::new("this program")))?;
    // target/release/sixify-benches
    let target = own.ancestors().nth(2).unwrap_or(Path::new("target"));
    Ok(target.join("benches"))
}

fn measure(args: &Args, language: Language, tree: Tree, folder: &Path) -> Result<Measured, Error> {
    let sixify = programs::find_sixify(args.sixify.as_deref())?;
    let sixify = programs::sixify(&sixify, &tree.root, folder)?;
    let mut answers = vec![answers::sixify(&sixify)?];
    let mut list = vec![sixify];
    match programs::find(args.rg.as_deref(), "rg") {
        None => eprintln!("{}", programs::NO_RIPGREP),
        Some(file) => match programs::ripgrep(&file, language, &tree.root) {
            None => eprintln!("No codemod reads {}, so there are no literals for ripgrep.", language.title()),
            Some(ripgrep) => {
                answers.push(answers::ripgrep(&ripgrep)?);
                list.push(ripgrep);
            }
        },
    }
    match programs::find(args.ast_grep.as_deref(), "ast-grep") {
        None => eprintln!("{}", programs::NO_AST_GREP),
        Some(file) => {
            let rules = folder.join(language.name()).join("ast-grep");
            let ast_grep = programs::ast_grep(&file, language, &tree.root, &rules)?;
            answers.push(answers::ast_grep(&ast_grep, language)?);
            list.push(ast_grep);
        }
    }
    let runs = usize::from(args.runs);
    let samples = interleaved(&list, runs)?;
    let rows = iter::zip(&list, iter::zip(samples, answers));
    let rows = rows.map(|(program, (samples, answer))| Row { name: program.name, samples, answer }).collect();
    let idle = Some(idle::cost(language, &tree.root, runs)?);
    Ok(Measured { language, tree, rows, idle })
}
