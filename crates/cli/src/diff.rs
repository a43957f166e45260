//! `sixify diff`: prints the change, writes nothing.

use sixify::repository_top;

use crate::args::{Format, Paths, Shared};
use crate::check::jsonl;
use crate::error::CliError;
use crate::output::Output;
use crate::render::escape::{escaped, escaped_lines};
use crate::render::style::{ADDED, BOLD, HUNK, REMOVED, paint};
use crate::render::summary::summary;
use crate::run::{Planned, plan};

pub fn run(shared: &Shared, paths: &Paths, output: &Output) -> Result<u8, CliError> {
    let planned = plan(shared, paths)?;
    let diff = planned.plan.diff_bytes();
    if output.is_for_eyes() {
        output.text(&colored(&String::from_utf8_lossy(&diff)))?;
    } else {
        output.bytes(&diff)?;
    }
    // The account is for whoever asked for it, in the form that was asked for.
    match shared.format {
        Format::Text => output.aside(&format!("{}{}", summary(&planned.plan), how_to_apply(&planned))),
        Format::Json => output.aside(&format!("{}\n", serde_json::to_string_pretty(&planned.plan.report())?)),
        Format::Jsonl => output.aside(&jsonl(&planned.plan.report())?),
    }
    Ok(planned.code(shared, 0))
}

/// How `git apply` finds the files, when the root of the diff is not the top of the repository.
/// Run below the top, git passes over files that it does not find there without an error.
fn how_to_apply(planned: &Planned) -> String {
    let root = planned.tree.root();
    let folder = repository_top(root).and_then(|top| root.strip_prefix(top).ok());
    match folder.filter(|folder| !folder.as_os_str().is_empty() && !planned.plan.files.is_empty()) {
        Some(folder) => {
            let folder = escaped(&folder.display().to_string());
            format!("paths are relative to {folder}: apply with `git apply --directory={folder}`\n")
        }
        None => String::new(),
    }
}

/// The diff for people: with colours, and with nothing in it that a terminal obeys.
fn colored(diff: &str) -> String {
    let mut out = String::new();
    for line in diff.split_terminator('\n') {
        let shown = escaped_lines(line);
        let style = match line {
            _ if line.starts_with("diff ") || line.starts_with("--- ") || line.starts_with("+++ ") => BOLD,
            _ if line.starts_with("@@") => HUNK,
            _ if line.starts_with('-') => REMOVED,
            _ if line.starts_with('+') => ADDED,
            _ => {
                out.push_str(&shown);
                out.push('\n');
                continue;
            }
        };
        out.push_str(&paint(style, shown));
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_colours_and_no_raw_control_characters() {
        let shown = colored("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-\u{1b}[2Jold\r\n+new\n same\n");
        let plain = anstream::adapter::strip_str(&shown).to_string();
        assert_eq!(plain, "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-\\u{1b}[2Jold\\r\n+new\n same\n");
        assert!(shown.contains("\u{1b}[32m+new"), "{shown:?}");
    }
}
