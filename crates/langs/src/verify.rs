//! Checks of the syntax: no new errors, no lost comments.

use std::collections::BTreeMap;

use sixify_core::{Document, EditSet, Span, Verifier, Violation};

use crate::classify;
use crate::dockerfile::{Dockerfile, Instruction};
use crate::syntax::{Node, Tree};
use crate::yaml::Stream;

/// A changed document parses as well as before: no new ERROR or MISSING node, and every comment
/// is still there. Documents without a grammar pass.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeepsSyntax;

impl Verifier for KeepsSyntax {
    fn verify(&self, before: &Document, after: &Document, edits: &EditSet) -> Vec<Violation> {
        match before.kind {
            classify::YAML | classify::MONGOD_YAML => return yaml(before, after, edits),
            classify::DOCKERFILE => return dockerfile(before, after),
            _ => {}
        }
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

/// A YAML stream has as many documents as before, those that could be read still can, and their
/// comments are all there. Template actions are masked; each of them is there as it was.
fn yaml(before: &Document, after: &Document, edits: &EditSet) -> Vec<Violation> {
    let (old, new) = (Stream::of(before), Stream::of(after));
    let mut broken = Vec::new();
    let known = |span: &&Span| old.unread.iter().any(|was| was.touches(edits.back(**span)));
    if let Some(span) = new.unread.iter().find(|span| !known(span)) {
        let line = sixify_core::LineIndex::new(&after.text).line(span.start);
        broken.push(Violation::breaks(format!("the YAML document in line {line} no longer parses")));
    } else if old.roots.len() != new.roots.len() {
        broken.push(Violation::breaks("the YAML stream has another number of documents"));
    }
    // A fix may add actions, and change one that it names; all others stand as they were, and in
    // their order.
    let meant = |span: Span| edits.iter().any(|edit| edit.span == span);
    let mut now = new.masked.actions.iter().map(|a| a.span.text(&after.text));
    let mut was = old.masked.actions.iter().filter(|a| !meant(a.span)).map(|a| a.span.text(&before.text));
    if !was.all(|was| now.any(|is| is == was)) {
        broken.push(Violation::breaks("a template action is changed"));
    }
    let (was, is) = (old.comments(&before.text), new.comments(&after.text));
    if let Some(comment) = missing(was, is) {
        broken.push(Violation::demotes(format!("removes the comment {comment:?}")));
    }
    broken
}

/// A Dockerfile has the same instructions as before, in exec form where they were.
fn dockerfile(before: &Document, after: &Document) -> Vec<Violation> {
    let shape = |doc: &Document| {
        let file = Dockerfile::of(doc);
        let exec = |i: &Instruction| (i.keyword.clone(), file.exec(i).is_some());
        file.instructions.iter().map(exec).collect::<Vec<_>>()
    };
    if shape(before) == shape(after) {
        return Vec::new();
    }
    vec![Violation::breaks("the Dockerfile has other instructions")]
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
    fn comments(tree: &Tree) -> impl Iterator<Item = &str> {
        tree.nodes().filter(|n| n.is_named() && n.is_comment()).map(Node::text)
    }
    missing(comments(old), comments(new))
}

fn missing<'a>(old: impl Iterator<Item = &'a str>, new: impl Iterator<Item = &'a str>) -> Option<String> {
    let words = |comment: &str| comment.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut left: BTreeMap<String, isize> = BTreeMap::new();
    for comment in old {
        *left.entry(words(comment)).or_default() += 1;
    }
    for comment in new {
        *left.entry(words(comment)).or_default() -= 1;
    }
    left.into_iter().find(|(_, count)| *count > 0).map(|(comment, _)| comment)
}
