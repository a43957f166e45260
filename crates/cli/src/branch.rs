//! `sixify branch`: makes commits on a branch.

use std::fs;
use std::path::Path;

use serde::Serialize;
use sixify::{Branched, Change, CommitPer, GitBranch, Plan, Style};

use crate::args::{BranchArgs, Commits, Format, Per, Shared, Signing};
use crate::error::CliError;
use crate::output::Output;
use crate::render::escape::escaped;
use crate::render::style::{ADDED, BOLD, paint};
use crate::render::summary::{count, summary};
use crate::run::{code, plan_commit};

/// The name of the schema of what is printed with `--format json`.
const SCHEMA: &str = "sixify-branch/1";

pub fn run(shared: &Shared, args: &BranchArgs, output: &Output) -> Result<u8, CliError> {
    let planned = plan_commit(shared, &args.repository, &args.commits.base)?;
    let branched = planned.plan.commit_with(&branch(args), &style(&args.commits)?)?;
    match shared.format {
        Format::Text => output.text(&format!("{}{}", text(&branched), summary(&planned.plan)))?,
        Format::Json | Format::Jsonl => output.json(&Shown::of(&branched, &planned.plan))?,
    }
    Ok(code(&planned.plan, shared, 0))
}

/// The branch as the command line wants it.
pub fn branch(args: &BranchArgs) -> GitBranch {
    let commits = &args.commits;
    let per = match commits.per {
        Per::Codemod => CommitPer::Codemod,
        Per::Directory => CommitPer::Directory,
        Per::Owner => CommitPer::Owner,
        Per::Plan => CommitPer::Plan,
    };
    signed(GitBranch::new(&args.repository, &commits.branch).per(per), &commits.signing)
}

/// A branch whose commits are whose the command line says.
pub fn signed(branch: GitBranch, signing: &Signing) -> GitBranch {
    let mut branch = branch.sign_off(signing.signoff).sign(signing.sign);
    if let Some(author) = &signing.author {
        branch = branch.author(author.clone());
    }
    if let Some(date) = signing.date {
        branch = branch.date(date);
    }
    match &signing.force_with_lease {
        Some(old) => branch.force_with_lease(old),
        None => branch,
    }
}

/// How the messages are to be written.
pub fn style(commits: &Commits) -> Result<Style, CliError> {
    let read = |file: &Path| {
        fs::read_to_string(file).map_err(|e| CliError::Usage(format!("{}: cannot be read: {e}", file.display())))
    };
    let template = commits.template.as_deref().map(read).transpose()?;
    Ok(Style { conventional: commits.conventional, template })
}

/// The first digits of an id.
pub fn short(id: &str) -> &str {
    id.get(..10).unwrap_or(id)
}

/// What became of the branch.
pub fn text(branched: &Branched) -> String {
    let name = escaped(&branched.branch);
    let on = format!("on {}", short(&branched.base));
    let head = match branched.change {
        Change::Nothing => return format!("{}: nothing to commit {on}\n", paint(BOLD, "nothing to do")),
        Change::Same => {
            let has = count(branched.commits.len(), "commit");
            return format!("{}: the branch {name} has {has} {on} already\n", paint(BOLD, "nothing to do"));
        }
        Change::Created => format!("made branch {name}"),
        Change::Remade => format!("made branch {name} anew"),
        Change::Replaced => format!("replaced branch {name}"),
    };
    let mut out = format!("{} {on}: {}\n", paint(ADDED, head), count(branched.commits.len(), "commit"));
    for commit in &branched.commits {
        let files = count(commit.files.len(), "file");
        out.push_str(&format!("  {} {} ({files})\n", short(&commit.id), escaped(&commit.subject)));
    }
    if let Some(before) = branched.before.as_deref().filter(|_| branched.change != Change::Created) {
        out.push_str(&format!("  it was at {before}\n"));
    }
    out
}

/// A branch as data.
#[derive(Serialize)]
pub struct Shown<'a> {
    schema: &'a str,
    branch: &'a str,
    change: &'a str,
    base: &'a str,
    before: Option<&'a str>,
    tip: Option<&'a str>,
    commits: Vec<ShownCommit<'a>>,
    summary: sixify::report::Summary,
}

#[derive(Serialize)]
struct ShownCommit<'a> {
    id: &'a str,
    subject: &'a str,
    files: &'a [String],
}

impl<'a> Shown<'a> {
    pub fn of(branched: &'a Branched, plan: &Plan) -> Self {
        let change = match branched.change {
            Change::Nothing => "nothing",
            Change::Same => "same",
            Change::Created => "created",
            Change::Remade => "remade",
            Change::Replaced => "replaced",
        };
        let commits = branched.commits.iter();
        Shown {
            schema: SCHEMA,
            branch: &branched.branch,
            change,
            base: &branched.base,
            before: branched.before.as_deref(),
            tip: branched.tip.as_deref(),
            commits: commits.map(|c| ShownCommit { id: &c.id, subject: &c.subject, files: &c.files }).collect(),
            summary: sixify::report::Summary::of(plan),
        }
    }
}
