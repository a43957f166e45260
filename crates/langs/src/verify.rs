//! Checks of the syntax: no new errors, no lost comments.

use std::collections::BTreeMap;

use sixify_core::{Document, EditSet, Span, Verifier, Violation};

use crate::classify;
use crate::syntax::Tree;

/// A changed document parses as well as before: no new ERROR or MISSING node, and every comment
/// is still there. Documents without a grammar pass.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeepsSyntax;

impl Verifier for KeepsSyntax {
    fn verify(&self, before: &Document, after: &Document, edits: &EditSet) -> Vec<Violation> {
        let Some(grammar) = classify::grammar(before.kind) else { return Vec::new() };
        let (Some(old), Some(new)) = (Tree::parse(grammar, &before.text), Tree::parse(grammar, &after.text)) else {
            return vec![Violation::breaks("the parser gave up on the result")];
        };
        let mut broken = Vec::new();
        if let Some(line) = new_error(&old, &new, edits) {
            broken.push(Violation::breaks(format!("leaves a syntax error in line {line}")));
        }
        if let Some(comment) = lost_comment(&old, &new) {
            broken.push(Violation::demotes(format!("removes the comment {comment:?}")));
        }
        broken
    }
}

fn errors(tree: &Tree) -> Vec<Span> {
    tree.nodes().filter(|n| n.is_error() || n.is_missing()).map(|n| n.span()).collect()
}

/// The line of an error that was not there before. Files that have errors are still fixed
/// outside of them, so an error that maps back to an old one is none of ours.
fn new_error(old: &Tree, new: &Tree, edits: &EditSet) -> Option<usize> {
    let was = errors(old);
    let now = errors(new);
    let line = |span: &Span| new.text().as_bytes()[..span.start].iter().filter(|b| **b == b'\n').count() + 1;
    let known = |span: &Span| {
        let back = edits.back(*span);
        was.iter().any(|w| w.touches(back))
    };
    match now.iter().find(|span| !known(span)) {
        Some(span) => Some(line(span)),
        None => (now.len() > was.len()).then(|| now.first().map_or(1, line)),
    }
}

/// A comment that is in the old text and not in the new one, compared without white space.
fn lost_comment(old: &Tree, new: &Tree) -> Option<String> {
    let comments = |tree: &Tree| {
        let mut counted: BTreeMap<String, isize> = BTreeMap::new();
        for node in tree.nodes().filter(|n| n.is_named() && n.is_comment()) {
            *counted.entry(node.text().split_whitespace().collect::<Vec<_>>().join(" ")).or_default() += 1;
        }
        counted
    };
    let mut left = comments(old);
    for (comment, count) in comments(new) {
        *left.entry(comment).or_default() -= count;
    }
    left.into_iter().find(|(_, count)| *count > 0).map(|(comment, _)| comment)
}
