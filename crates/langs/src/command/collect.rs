//! Gathering command lines: word lists of all hosts, and scripts inside them.

use std::cell::OnceCell;
use std::sync::Arc;

use sixify_core::{Codec, LineIndex, Span};

use crate::command::invocation::script_argument;
use crate::command::{Command, ImageRef, Purpose, Word};
use crate::embed::codec::{Bare, ShellDoubleQuoted, ShellSingleQuoted};
use crate::embed::{Decoded, Layers};
use crate::shell::{self, Quoting};

/// How deep scripts may stand inside each other.
const MAX_DEPTH: usize = 4;

/// How a word is written, which is how new ones beside it are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// A string of a JSON array.
    Json,
    /// An item of a YAML sequence.
    Yaml,
    /// A word of a shell, or of something that parts words like one.
    Shell,
    /// A word of a text that is parted at blanks and knows no quotes.
    Split,
}

/// What is known of the place of a word list.
#[derive(Clone, Debug)]
pub struct Context {
    /// Where it stands, for people. Scripts without it are named by their lines.
    pub what: Option<String>,
    /// What it is run for.
    pub purpose: Purpose,
    /// The image it runs in.
    pub image: Option<ImageRef>,
    /// Whether the entry point of the image runs before it.
    pub through_entrypoint: bool,
    /// Whether the words are all there are.
    pub complete: bool,
    /// Whether they are a piece of a command line.
    pub fragment: bool,
}

impl Context {
    /// A place of which only the purpose is known.
    pub fn new(purpose: Purpose) -> Self {
        Context { what: None, purpose, image: None, through_entrypoint: false, complete: true, fragment: false }
    }
}

/// A word as its host gives it.
pub(super) struct Raw {
    pub value: Decoded,
    pub fixed: bool,
    /// Its place in the innermost text of `layers`.
    pub inner: Span,
    pub spelling: Spelling,
    pub layers: Layers,
    /// Writes text into the word; `None` when the word cannot be a script.
    pub codec: Option<Arc<dyn Codec>>,
}

/// Gathers the command lines of one document.
#[derive(Default)]
pub struct Collector {
    found: Vec<Command>,
    depth: usize,
    /// The lines of the document, which scripts of many commands ask for again and again.
    lines: OnceCell<LineIndex>,
}

impl Collector {
    /// The line of an offset in the document that the commands are gathered from.
    pub(super) fn line(&self, document: &str, offset: usize) -> usize {
        self.lines.get_or_init(|| LineIndex::new(document)).line(offset)
    }

    /// Adds the commands of a shell script. `base` is where `text` begins in the innermost text of
    /// `layers`, and `document` the whole document.
    pub fn script(&mut self, text: &str, base: usize, layers: &Layers, document: &str, context: &Context) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        for simple in shell::commands(text) {
            let found = self.found.len();
            let words = simple.words.into_iter().map(|w| raw(w, base, layers)).collect();
            self.words(words, document, context);
            // A script that it hands to a shell has statements of its own.
            let one = self.found.get_mut(found..).filter(|new| new.len() == 1).and_then(|new| new.first_mut());
            let own = |c: &&mut Command| {
                c.statement.is_none() && c.words.first().is_some_and(|w| w.inner.start == simple.span.start + base)
            };
            if let Some(command) = one.filter(own) {
                command.statement = simple.heredoc.is_none().then(|| (simple.statement.shift(base), simple.bound));
            }
        }
        self.depth -= 1;
    }

    /// Adds a command line, or the commands of the script that it hands to a shell.
    pub(super) fn words(&mut self, words: Vec<Raw>, document: &str, context: &Context) {
        let said: Vec<&str> = words.iter().map(|w| w.value.text.as_str()).collect();
        let script = script_argument(&said).and_then(|n| words.get(n));
        if let Some((word, codec)) = script.and_then(|w| Some((w, w.codec.clone()?))) {
            let layers = word.layers.with(&word.value, codec);
            let inner = Context { through_entrypoint: false, complete: true, ..context.clone() };
            return self.script(&word.value.text, 0, &layers, document, &inner);
        }
        let placed = |raw: Raw| {
            let span = raw.layers.outward(raw.inner)?;
            let Raw { value, fixed, inner, spelling, layers, codec } = raw;
            let inside = layers.with(&value, codec.unwrap_or_else(|| Arc::new(Bare)));
            Some(Word { value: value.text, fixed, span, spelling, layers, inside, inner })
        };
        // A word whose end lies within an escape of its host has no place of its own.
        let Some(words) = words.into_iter().map(placed).collect::<Option<Vec<_>>>() else { return };
        let Some(first) = words.first() else { return };
        let what = match &context.what {
            Some(what) => what.clone(),
            None => format!("the command in line {}", self.line(document, first.span.start)),
        };
        self.found.push(Command {
            what,
            purpose: context.purpose,
            image: context.image.clone(),
            through_entrypoint: context.through_entrypoint,
            complete: context.complete,
            fragment: context.fragment,
            statement: None,
            words,
            number: 0,
        });
    }

    /// The command lines, numbered.
    pub(super) fn finish(mut self) -> Vec<Command> {
        self.found.sort_by_key(|c| c.words.first().map_or(0, |w| w.span.start));
        self.found.iter_mut().enumerate().for_each(|(n, c)| c.number = n);
        self.found
    }
}

/// A word of a shell, or of a line split like one.
pub(super) fn raw(word: shell::Word, base: usize, layers: &Layers) -> Raw {
    let codec: Option<Arc<dyn Codec>> = match word.quoting {
        Quoting::Single => Some(Arc::new(ShellSingleQuoted)),
        Quoting::Double => Some(Arc::new(ShellDoubleQuoted)),
        Quoting::Bare | Quoting::Mixed => None,
    };
    Raw {
        value: word.decoded.shift(base),
        fixed: word.fixed,
        inner: word.span.shift(base),
        spelling: Spelling::Shell,
        layers: layers.clone(),
        codec,
    }
}
