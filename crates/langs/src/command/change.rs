//! Changes of command lines, written as their host needs them and proven by reading the result.

use std::collections::{BTreeMap, BTreeSet};

use sixify_core::{Document, Edit, Span};

use crate::command::collect::Spelling;
use crate::command::{Command, Word, collect};
use crate::embed::codec::escape_json;
use crate::shell;
use crate::yaml::{self, Data, Seq, Stream};

/// What is to become of a command line.
#[derive(Clone, Debug, Default)]
pub struct Change {
    replaced: BTreeMap<usize, String>,
    added: BTreeMap<usize, Vec<String>>,
    removed: BTreeSet<usize>,
}

impl Change {
    /// No change.
    pub fn new() -> Self {
        Change::default()
    }

    /// Lets the word of this number say something else.
    pub fn replace(mut self, word: usize, value: impl Into<String>) -> Self {
        self.replaced.insert(word, value.into());
        self
    }

    /// Adds words behind the word of this number.
    pub fn insert_after(mut self, word: usize, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.added.entry(word).or_default().extend(values.into_iter().map(Into::into));
        self
    }

    /// Takes the word of this number out.
    pub fn remove(mut self, word: usize) -> Self {
        self.removed.insert(word);
        self
    }
}

impl Command {
    /// The edits that make a change. `None` when there is no place for it, or when the changed
    /// document would not say what is wanted.
    pub fn edits(&self, doc: &Document, change: &Change) -> Option<Vec<Edit>> {
        let proven = |edits: &Vec<Edit>| self.proves(doc, change, edits);
        self.small(doc, change).filter(proven).or_else(|| self.requoted(doc, change).filter(proven))
    }

    /// One edit a word.
    fn small(&self, doc: &Document, change: &Change) -> Option<Vec<Edit>> {
        let mut edits = Vec::new();
        for (number, value) in &change.replaced {
            edits.push(replace(doc, self.words.get(*number)?, value)?);
        }
        for (number, values) in &change.added {
            edits.push(insert(doc, self.words.get(*number)?, self.before(*number), values)?);
        }
        for number in &change.removed {
            edits.push(remove(doc, self, *number)?);
        }
        Some(edits)
    }

    /// The scalar around the words written anew, for one that can no longer stand bare: `::` and a
    /// blank cannot.
    fn requoted(&self, doc: &Document, change: &Change) -> Option<Vec<Edit>> {
        if !change.removed.is_empty() {
            return None;
        }
        let replaced = change.replaced.iter().map(|(n, value)| Some(shell_replace(self.words.get(*n)?, value)));
        let added = change.added.iter().map(|(n, values)| Some(shell_insert(self.words.get(*n)?, values)));
        let first = self.words.get(*change.replaced.keys().chain(change.added.keys()).next()?)?;
        let mut inner = Vec::new();
        let mut text = "";
        for edit in replaced.chain(added) {
            let (outer, edit) = first.layers.edit_first(edit?)?;
            text = outer;
            inner.push(edit);
        }
        let wanted = sixify_core::EditSet::of(inner)?.apply(text)?;
        let stream = Stream::of(doc);
        let mut found = None;
        for root in &stream.roots {
            root.walk(&mut |_, value| {
                let around = value.scalar().filter(|s| s.span.contains(first.span) && s.style == yaml::Style::Plain);
                found = found.or(around);
            });
        }
        Some(vec![yaml::edit::replace(found?, &wanted, true)?])
    }

    /// The word before, when it stands in the same list.
    fn before(&self, number: usize) -> Option<&Word> {
        let word = self.words.get(number)?;
        self.words.get(number.checked_sub(1)?).filter(|w| w.spelling == word.spelling)
    }

    /// Whether the edits make exactly the wanted words.
    fn proves(&self, doc: &Document, change: &Change, edits: &[Edit]) -> bool {
        let mut wanted: Vec<&str> = Vec::new();
        for (number, word) in self.words.iter().enumerate() {
            if !change.removed.contains(&number) {
                wanted.push(change.replaced.get(&number).unwrap_or(&word.value));
            }
            wanted.extend(change.added.get(&number).into_iter().flatten().map(String::as_str));
        }
        let changed = sixify_core::EditSet::of(edits.iter().cloned()).and_then(|set| set.apply(&doc.text));
        let Some(text) = changed else { return false };
        let changed = Document::new(&doc.path, doc.kind, text, doc.layout.clone());
        let again = collect(&changed).0;
        again.get(self.number).is_some_and(|c| c.words.iter().map(|w| w.value.as_str()).eq(wanted))
    }
}

fn replace(doc: &Document, word: &Word, value: &str) -> Option<Edit> {
    match word.spelling {
        Spelling::Json => Some(Edit::replace(word.span, format!("\"{}\"", escape_json(value)))),
        Spelling::Shell => word.layers.edit(shell_replace(word, value), &doc.text),
        Spelling::Yaml => {
            with_item(doc, word.span, |seq, n| yaml::edit::replace(seq.items.get(n)?.value.scalar()?, value, seq.flow))
        }
    }
}

fn insert(doc: &Document, word: &Word, before: Option<&Word>, values: &[String]) -> Option<Edit> {
    match word.spelling {
        Spelling::Json => {
            let between = before.map(|b| Span::new(b.span.end, word.span.start).text(&doc.text).replace("\r\n", "\n"));
            let lists = |s: &String| s.trim_matches(|c: char| c.is_whitespace() || c == '\\') == ",";
            let separator = between.filter(lists).unwrap_or_else(|| ", ".to_owned());
            let added: String = values.iter().map(|v| format!("{separator}\"{}\"", escape_json(v))).collect();
            Some(Edit::insert(word.span.end, added))
        }
        Spelling::Shell => word.layers.edit(shell_insert(word, values), &doc.text),
        Spelling::Yaml => with_item(doc, word.span, |seq, n| yaml::edit::insert_items(&doc.text, seq, n, values)),
    }
}

/// A word with what parts it from the one before. The first word of a list stays: it is the
/// program, or the list would be empty.
fn remove(doc: &Document, command: &Command, number: usize) -> Option<Edit> {
    let word = command.words.get(number)?;
    if word.spelling == Spelling::Yaml {
        return with_item(doc, word.span, |seq, n| yaml::remove::item(&doc.text, seq, n));
    }
    let before = command.before(number)?;
    if word.spelling == Spelling::Json {
        let gap = Span::new(before.span.end, word.span.start);
        let parts = |c: char| c.is_whitespace() || c == ',' || c == '\\';
        return gap.text(&doc.text).chars().all(parts).then(|| Edit::delete(Span::new(gap.start, word.span.end)));
    }
    let text = word.layers.text().unwrap_or(&doc.text);
    let gap = Span::new(before.inner.end, word.inner.start);
    let parts = |c: char| c.is_whitespace() || c == '\\';
    let apart = gap.start < gap.end && gap.text(text).chars().all(parts);
    apart.then(|| word.layers.edit(Edit::delete(Span::new(gap.start, word.inner.end)), &doc.text)).flatten()
}

fn shell_replace(word: &Word, value: &str) -> Edit {
    Edit::replace(word.inner, shell::quote(value))
}

fn shell_insert(word: &Word, values: &[String]) -> Edit {
    let added: String = values.iter().map(|v| format!(" {}", shell::quote(v))).collect();
    Edit::insert(word.inner.end, added)
}

/// Finds the sequence that has this scalar as an item.
fn with_item(doc: &Document, span: Span, make: impl Fn(&Seq, usize) -> Option<Edit>) -> Option<Edit> {
    let stream = Stream::of(doc);
    let mut made = None;
    for root in &stream.roots {
        root.walk(&mut |_, value| {
            let Data::Seq(seq) = &value.data else { return };
            if let Some(n) = seq.items.iter().position(|i| i.value.span == span) {
                made = make(seq, n);
            }
        });
    }
    made
}
