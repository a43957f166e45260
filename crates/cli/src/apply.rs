//! `sixify apply`: puts a plan in place that was made before or elsewhere.

use std::fs;

use serde::Serialize;
use sixify::git::{Changed, Step};
use sixify::plan_file::{Applied, Unfit};
use sixify::{GitBranch, GitTree, PlanFile, Sink, WorkTree};

use crate::INCOMPLETE;
use crate::args::{ApplyArgs, Format, Shared};
use crate::branch;
use crate::error::CliError;
use crate::output::Output;
use crate::render::escape::escaped;
use crate::render::style::{ADDED, WARNING, paint};
use crate::render::summary::count;

/// What was done, as data.
#[derive(Serialize)]
struct Shown<'a> {
    schema: &'a str,
    files: Vec<&'a str>,
    fixes: usize,
    moved: usize,
    already: usize,
    unfit: &'a [Unfit],
    branch: Option<String>,
    tip: Option<String>,
}

pub fn run(shared: &Shared, args: &ApplyArgs, output: &Output) -> Result<u8, CliError> {
    let text = fs::read_to_string(&args.plan)
        .map_err(|e| CliError::Usage(format!("{}: cannot be read: {e}", args.plan.display())))?;
    let file = PlanFile::parse(&text)?;
    let mut branched = None;
    let applied = match &args.branch {
        Some(name) => {
            let tree = GitTree::open(&args.path, &args.base)?;
            let applied = file.apply(&tree);
            let sink = branch::signed(GitBranch::new(&args.path, name), &args.signing);
            let files: Vec<Changed> = applied.plan.files.iter().map(Changed::from).collect();
            let message = file.message(&tree.commit(), sink.sign_off_line()?.as_deref());
            let steps = if files.is_empty() { Vec::new() } else { vec![Step { message, files }] };
            branched = Some(sink.put_steps(&tree.commit(), &steps)?);
            applied
        }
        None if args.signing.given() => {
            let what = "the author, the date and the signing belong to a commit: name its branch with --branch";
            return Err(CliError::Usage(what.to_owned()));
        }
        None => {
            let tree = WorkTree::open(&args.path)?;
            let applied = file.apply(&tree);
            if args.diff {
                output.bytes(&applied.plan.diff_bytes())?;
            } else {
                tree.put(&applied.plan)?;
            }
            applied
        }
    };
    match shared.format {
        Format::Text => {
            let mut said = branched.as_ref().map_or_else(String::new, branch::text);
            said.push_str(&account(&applied));
            if args.diff { output.aside(&said) } else { output.text(&said)? }
        }
        Format::Json | Format::Jsonl if args.diff => output.aside(&account(&applied)),
        Format::Json | Format::Jsonl => output.json(&Shown {
            schema: "sixify-apply/1",
            files: applied.plan.files.iter().map(|file| file.path.as_str()).collect(),
            fixes: applied.fixes,
            moved: applied.moved,
            already: applied.already,
            unfit: &applied.unfit,
            branch: branched.as_ref().map(|b| b.branch.clone()),
            tip: branched.and_then(|b| b.tip),
        })?,
    }
    Ok(if applied.unfit.is_empty() { 0 } else { INCOMPLETE })
}

/// What fitted and what did not.
fn account(applied: &Applied) -> String {
    let mut out = String::new();
    for file in &applied.plan.files {
        out.push_str(&format!("{} {}\n", paint(ADDED, "fixed"), escaped(&file.path)));
    }
    for unfit in &applied.unfit {
        let codemods = escaped(&unfit.codemods.join(", "));
        let at = format!("{}:{}", escaped(&unfit.path), unfit.line);
        out.push_str(&format!("{} {at}: {codemods}: {}\n", paint(WARNING, "unfit"), escaped(&unfit.why)));
    }
    out.push_str(&format!(
        "applied {}, {} of them moved; {} there already; {} that no longer fit\n",
        count(applied.fixes, "change"),
        applied.moved,
        applied.already,
        applied.unfit.len()
    ));
    out
}
