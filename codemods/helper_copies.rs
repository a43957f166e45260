//! How many files of a tree would be given the same private function. One file, or two, may have a function
//! of their own; where more need it, a person writes it once, in a place and under a name of their choice.

use std::collections::BTreeSet;

use sixify_core::gate;

use crate::doubts;
use crate::prelude::*;

/// How many files may have a function of their own.
const MOST: usize = 2;

/// Where such a function begins, and the ending of the files that are given it.
const HEADS: &[(&str, &str)] = &[
    ("private static String bracketed(", ".java"),
    ("private static String[] splitHostPort(", ".java"),
    ("private fun bracketed(", ".kt"),
    ("private fun splitHostPort(", ".kt"),
    ("private def bracketed(", ".scala"),
    ("private def splitHostPort(", ".scala"),
    ("static string Bracketed(", ".cs"),
    ("static string[] SplitHostPort(", ".cs"),
    ("static int PortSeparator(", ".cs"),
    ("def url_host(", ".py"),
    ("function splitHostPort(", ".js"),
    ("function splitHostPort(", ".ts"),
];

/// The finding as it may stand: where its fix would write one of many copies of a function, it is only reported.
pub(crate) fn counted(codemod: &Codemod, doc: &Document, cx: &Context<'_>, mut finding: Finding) -> Finding {
    let Some((head, ending)) = HEADS.iter().find(|(head, ending)| doc.path.ends_with(ending) && gives(&finding, head))
    else {
        return finding;
    };
    let count = cx.project().fact::<Files>(&format!("files given {head}"), || files(codemod, cx, head, ending));
    if count.0.len() > MOST {
        finding.applicability = Applicability::Display;
        finding.evidence.push(
            "more than two files would be given the same private function: one shared function is wanted".to_owned(),
        );
    }
    finding
}

/// The first files that are given a function, one more than may be.
#[derive(Default)]
struct Files(BTreeSet<String>);

/// Whether the fix of a finding writes a function that begins so.
fn gives(finding: &Finding, head: &str) -> bool {
    let lands = finding.applicability != Applicability::Display;
    lands && finding.fix.iter().flat_map(|fix| fix.edits.values().flatten()).any(|edit| edit.text.contains(head))
}

/// Runs the codemod over the tree until enough files are found.
fn files(codemod: &Codemod, cx: &Context<'_>, head: &str, ending: &str) -> Files {
    let project = cx.project();
    let read = |path: &String| path.ends_with(ending) && gate::path(path).is_none() && gate::test(path).is_none();
    let given = |path: &String| {
        let Some(text) = project.text(path) else { return false };
        let says = codemod.anchors.0.iter().any(|group| group.iter().all(|literal| text.contains(literal)));
        if !says || gate::content(path, text.as_bytes()).is_some() {
            return false;
        }
        let Some(doc) = project.document(path) else { return false };
        let mut own = Context::new(cx.options(), project);
        let run = (codemod.run)(&doc, &mut own);
        run.is_ok() && own.findings().iter().any(|found| gives(&doubts::weighed(&doc, found.clone()), head))
    };
    Files(project.below("").into_iter().filter(read).filter(given).take(MOST + 1).collect())
}
