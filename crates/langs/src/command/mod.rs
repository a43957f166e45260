//! Command lines as one notion, whatever document they stand in.
//!
//! `redis-server --bind 0.0.0.0` may be a line of a shell script, a JSON array in a Dockerfile, the
//! `args` of a Kubernetes container in block or flow style, the `command` of a compose service, or
//! any of these inside `sh -c "..."`. [`commands`] finds them all; a codemod reads words and asks
//! for a [`Change`], and the words come out quoted as their host needs them. Every change is proven
//! before it is handed out: the changed document is read again and must hold the wanted words.
//!
//! A further host is a module like `dockerfile` that hands word lists to the [`Collector`].

use std::rc::Rc;

use sixify_core::{Document, Kind, Span};

use crate::classify;
use crate::embed::Layers;
use crate::shell::Bound;

pub mod catalog;
mod change;
mod collect;
mod dockerfile;
mod flags;
mod fragments;
pub mod image;
mod invocation;
mod lines;
mod package;
mod yaml;

pub use catalog::{Catalog, CatalogError, FlagFacts, ImageFacts, Instead, ProgramFacts, Takes};
pub use change::Change;
pub use collect::{Collector, Context};
pub use flags::{Flag, FlagValue};
pub use image::{ImageRef, Version};
pub use invocation::Invocation;

use collect::Spelling;

/// What a command line is run for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// It is what a container or service runs.
    Start,
    /// It runs once, while an image is built or before the others start.
    Build,
    /// It checks that a service answers.
    Check,
    /// It stands in a script, and only the script's callers know.
    Script,
}

/// A command line.
#[derive(Clone, Debug)]
pub struct Command {
    /// The program and its arguments; only arguments where the entry point comes from the image.
    pub words: Vec<Word>,
    /// Where it stands, for people: `CMD in line 15`, `args of container user-db`.
    pub what: String,
    /// What it is run for.
    pub purpose: Purpose,
    /// The image it runs in, when that is known.
    pub image: Option<ImageRef>,
    /// Whether the entry point of that image runs before it.
    pub through_entrypoint: bool,
    /// Whether the words are all there are; a template may add others, or write other lists.
    pub complete: bool,
    /// Whether it is a piece of a command line that is put together elsewhere.
    pub fragment: bool,
    /// The statement of the shell that it is, in the innermost text of its words, and what its
    /// outcome goes into.
    statement: Option<(Span, Bound)>,
    number: usize,
}

/// A word of a command line.
#[derive(Clone, Debug)]
pub struct Word {
    /// What it says, quotes and escapes of all hosts taken off.
    pub value: String,
    /// Whether the program gets exactly that. Expansions and template actions make it depend on
    /// something else.
    pub fixed: bool,
    /// Its place in the document, quotes included.
    pub span: Span,
    spelling: Spelling,
    /// The texts that the word stands in.
    layers: Layers,
    /// The same with what the word says as the innermost one.
    inside: Layers,
    /// Its place in the innermost of `layers`.
    inner: Span,
}

impl Command {
    /// From its first to its last word; words of two lists may lie apart.
    pub fn span(&self) -> Span {
        match (self.words.first(), self.words.last()) {
            (Some(first), Some(last)) => first.span.cover(last.span),
            _ => Span::at(0),
        }
    }

    /// The words, for people.
    pub fn line(&self) -> String {
        self.words.iter().map(|w| w.value.as_str()).collect::<Vec<_>>().join(" ")
    }
}

struct Commands(Vec<Command>);

/// The kinds of documents that hold command lines.
pub const KINDS: &[Kind] = &[
    classify::SHELL,
    classify::DOCKERFILE,
    classify::YAML,
    classify::JSON,
    classify::SYSTEMD_SERVICE,
    classify::SUPERVISORD,
    classify::PROCFILE,
    classify::MAKEFILE,
    classify::CRONTAB,
];

/// Source code, whose string literals may be command lines.
pub const CODE: &[Kind] = &[
    classify::GO,
    classify::JAVASCRIPT,
    classify::TYPESCRIPT,
    classify::TSX,
    classify::CSHARP,
    classify::PYTHON,
    classify::JAVA,
    classify::KOTLIN,
    classify::SCALA,
    classify::RUST,
    classify::RUBY,
    classify::PHP,
];

/// The command lines of a document in order of their places, worked out once.
pub fn commands(doc: &Document) -> Rc<[Command]> {
    let found = doc.memo(|doc| Rc::<[Command]>::from(collect(doc).0));
    Rc::clone(&found)
}

fn collect(doc: &Document) -> Commands {
    let mut collector = Collector::default();
    match doc.kind {
        classify::SHELL => {
            let context = Context::new(Purpose::Script);
            collector.script(&doc.text, 0, &Layers::default(), &doc.text, &context);
            fragments::collect(doc, &mut collector);
        }
        classify::DOCKERFILE => dockerfile::collect(doc, &mut collector),
        classify::YAML => yaml::collect(doc, &mut collector),
        classify::SYSTEMD_SERVICE => lines::systemd(doc, &mut collector),
        classify::SUPERVISORD => lines::supervisord(doc, &mut collector),
        classify::PROCFILE => lines::procfile(doc, &mut collector),
        classify::MAKEFILE => lines::makefile(doc, &mut collector),
        classify::CRONTAB => lines::crontab(doc, &mut collector),
        classify::JSON if doc.file_name() == "package.json" => package::collect(doc, &mut collector),
        kind if CODE.contains(&kind) => fragments::literals(doc, &mut collector),
        _ => {}
    }
    Commands(collector.finish())
}

#[cfg(test)]
mod tests;
