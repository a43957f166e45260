//! Pieces of command lines that a shell script keeps in variables: `ARGS="--bind 0.0.0.0"`,
//! `cmd+=" --listen-peer-urls http://0.0.0.0:2380"`, `args=(--host 0.0.0.0)`; and those that stand in
//! string literals of source code.
//!
//! A text is parted at blanks when it is used, and nothing takes quotes off it then; the elements
//! of an array are words like any other.

use std::sync::Arc;

use sixify_core::{Document, Span};

use crate::command::Purpose;
use crate::command::collect::{Collector, Context, Raw, Spelling, raw};
use crate::embed::codec::{Bare, ShellDoubleQuoted, ShellSingleQuoted};
use crate::embed::{Decoded, Layers};
use crate::shell::{self, Quoting};
use crate::syntax::{Node, Tree};

pub(super) fn collect(doc: &Document, out: &mut Collector) {
    let context = |name: &str| Context {
        what: Some(format!("the value of {name}")),
        fragment: true,
        complete: false,
        ..Context::new(Purpose::Script)
    };
    for assignment in shell::assignments(doc).iter() {
        if !assignment.elements.is_empty() {
            let words = assignment.elements.iter().map(|w| raw(w.clone(), 0, &Layers::default())).collect();
            out.words(words, &doc.text, &context(&assignment.name));
            continue;
        }
        let Some(value) = &assignment.value else { continue };
        let text = &value.decoded.text;
        if !text.trim_start().starts_with('-') && !text.contains(" -") {
            continue;
        }
        let layers = match value.quoting {
            Quoting::Double => Layers::default().with(&value.decoded, Arc::new(ShellDoubleQuoted)),
            Quoting::Single => Layers::default().with(&value.decoded, Arc::new(ShellSingleQuoted)),
            Quoting::Bare | Quoting::Mixed => continue,
        };
        out.words(split(text, &layers), &doc.text, &context(&assignment.name));
    }
}

/// The words of a text that knows no quotes.
fn split(text: &str, layers: &Layers) -> Vec<Raw> {
    let words = shell::split(text, |w| w.contains(['$', '`', '{', '%']));
    let raw = |w| Raw { spelling: Spelling::Split, codec: None, ..raw(w, 0, layers) };
    words.into_iter().map(raw).collect()
}

/// String literals of source code that are command lines, or begin with a flag. Only literals of one
/// line without escapes are read.
pub(super) fn literals(doc: &Document, out: &mut Collector) {
    let Some(grammar) = crate::classify::grammar(doc.kind) else { return };
    let Some(tree) = Tree::parse(grammar, &doc.text) else { return };
    let string =
        |node: Node<'_>| node.is_named() && (node.kind().contains("string") || node.kind().contains("heredoc"));
    for node in tree.nodes().filter(|n| string(*n) && !n.parent().is_some_and(string)) {
        let span = node.span();
        let text = span.text(&doc.text);
        let Some(open) = text.find(['"', '\'', '`']) else { continue };
        let quote = text[open..].chars().next().unwrap_or('"');
        let content = text.get(open + 1..).and_then(|rest| rest.strip_suffix(quote)).unwrap_or("");
        // A command line has a flag; most literals end here.
        let flag = content.trim_start().starts_with('-') || content.contains(" -");
        if !flag || content.contains(['\n', '\\', '"', '\'', '`']) {
            continue;
        }
        let start = span.start + open + 1;
        let decoded = Decoded::verbatim(&doc.text, Span::new(start, start + content.len()));
        let layers = Layers::default().with(&decoded, Arc::new(Bare));
        let line = out.line(&doc.text, start);
        let context = Context {
            what: Some(format!("the text in line {line}")),
            fragment: true,
            complete: false,
            ..Context::new(Purpose::Script)
        };
        out.words(split(content, &layers), &doc.text, &context);
    }
}
