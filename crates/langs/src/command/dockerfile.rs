//! Command lines of Dockerfiles: what the image runs, what builds it, what checks it.

use std::sync::Arc;

use sixify_core::Document;

use crate::command::collect::{Collector, Context, Raw, Spelling};
use crate::command::{ImageRef, Purpose};
use crate::dockerfile::{Dockerfile, Instruction};
use crate::embed::Layers;
use crate::embed::codec::JsonString;

pub(super) fn collect(doc: &Document, out: &mut Collector) {
    let file = Dockerfile::of(doc);
    for instruction in &file.instructions {
        let image = instruction.stage.and_then(|n| file.image(n)).and_then(|s| ImageRef::parse(&s.image));
        let what = format!("{} in line {}", instruction.keyword, instruction.line);
        let context = |purpose| Context { what: Some(what.clone()), image: image.clone(), ..Context::new(purpose) };
        match instruction.keyword.as_str() {
            "RUN" => one(doc, &file, instruction, &context(Purpose::Build), out),
            "HEALTHCHECK" => healthcheck(doc, &file, instruction, &context(Purpose::Check), out),
            _ => {}
        }
    }
    for stage in 0..file.stages.len() {
        start(doc, &file, stage, out);
    }
}

/// What a stage runs: its last ENTRYPOINT and its last CMD, together when both are in exec form. A
/// CMD alone is handed to the entry point of the stage or image it is built on.
fn start(doc: &Document, file: &Dockerfile, stage: usize, out: &mut Collector) {
    let own = |stage: usize, keyword: &str| {
        file.instructions.iter().rfind(|i| i.stage == Some(stage) && i.keyword == keyword)
    };
    let (entrypoint, cmd) = (own(stage, "ENTRYPOINT"), own(stage, "CMD"));
    if entrypoint.is_none() && cmd.is_none() {
        return;
    }
    let mut inherited = None;
    let mut at = file.stages.get(stage).and_then(|s| s.parent);
    while let (None, Some(parent)) = (inherited, at) {
        inherited = own(parent, "ENTRYPOINT");
        at = file.stages.get(parent).and_then(|s| s.parent);
    }
    let image = file.image(stage).and_then(|s| ImageRef::parse(&s.image));
    let what = |i: &Instruction| Some(format!("{} in line {}", i.keyword, i.line));
    let context = |i: &Instruction, through_entrypoint| Context {
        what: what(i),
        image: image.clone(),
        through_entrypoint,
        ..Context::new(Purpose::Start)
    };
    match (entrypoint, cmd) {
        (Some(entrypoint), Some(cmd)) => match (exec(file, entrypoint), exec(file, cmd)) {
            (Some(mut words), Some(more)) => {
                words.extend(more);
                out.words(words, &doc.text, &context(cmd, false));
            }
            // An entry point in shell form ignores what CMD says.
            _ => one(doc, file, entrypoint, &context(entrypoint, false), out),
        },
        (Some(entrypoint), None) => one(doc, file, entrypoint, &context(entrypoint, false), out),
        (None, Some(cmd)) => {
            let shell_entrypoint = inherited.is_some_and(|i| exec(file, i).is_none());
            if !shell_entrypoint {
                one(doc, file, cmd, &context(cmd, inherited.is_none()), out);
            }
        }
        (None, None) => {}
    }
}

/// An instruction in exec or shell form.
fn one(doc: &Document, file: &Dockerfile, instruction: &Instruction, context: &Context, out: &mut Collector) {
    if let Some(words) = exec(file, instruction) {
        return out.words(words, &doc.text, context);
    }
    let layers = Layers::default();
    let inner = Context { through_entrypoint: false, ..context.clone() };
    let args = instruction.args.text(&file.code);
    if args.starts_with("<<") && !args.contains(char::is_whitespace) {
        // The here-documents are the script.
        for body in &instruction.heredocs {
            out.script(body.text(&file.code), body.start, &layers, &doc.text, &inner);
        }
        return;
    }
    let whole = sixify_core::Span::new(instruction.args.start, instruction.span.end);
    out.script(whole.text(&file.code), whole.start, &layers, &doc.text, &inner);
}

/// `HEALTHCHECK CMD ...`: the word CMD stands before a form like any other.
fn healthcheck(doc: &Document, file: &Dockerfile, instruction: &Instruction, context: &Context, out: &mut Collector) {
    let args = instruction.args.text(&file.code);
    if args.get(..3).is_some_and(|w| w.eq_ignore_ascii_case("CMD")) {
        let blanks = args[3..].len() - args[3..].trim_start().len();
        let mut inner = instruction.clone();
        inner.args.start += 3 + blanks;
        one(doc, file, &inner, context, out);
    }
}

fn exec(file: &Dockerfile, instruction: &Instruction) -> Option<Vec<Raw>> {
    let raw = |e: crate::dockerfile::Element| Raw {
        value: e.decoded,
        fixed: true,
        inner: e.span,
        spelling: Spelling::Json,
        layers: Layers::default(),
        codec: Some(Arc::new(JsonString)),
    };
    file.exec(instruction).map(|elements| elements.into_iter().map(raw).collect())
}
