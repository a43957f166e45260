//! Changes of command lines, written as their host needs them and proven by reading the result.

use std::collections::{BTreeMap, BTreeSet};

use sixify_core::{Document, Edit, EditSet, Span};

use crate::classify;
use crate::command::collect::Spelling;
use crate::command::{Command, Word, collect};
use crate::embed::codec::escape_json;
use crate::shell::{self, Bound};
use crate::yaml::{self, Data, Seq, Stream};

/// What is to become of a command line.
#[derive(Clone, Debug, Default)]
pub struct Change {
    replaced: BTreeMap<usize, String>,
    parts: BTreeMap<usize, Vec<(Span, String)>>,
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

    /// Lets a part of the word of this number say something else. The range is one of the word's
    /// value; the rest of the word stays as it is written, expansions included.
    pub fn part(mut self, word: usize, part: Span, value: impl Into<String>) -> Self {
        self.parts.entry(word).or_default().push((part, value.into()));
        self
    }

    /// What a word is to say.
    fn wanted(&self, number: usize, word: &Word) -> Option<String> {
        let mut value = self.replaced.get(&number).unwrap_or(&word.value).clone();
        let mut parts = self.parts.get(&number).cloned().unwrap_or_default();
        parts.sort_by_key(|(span, _)| span.start);
        for (span, text) in parts.iter().rev() {
            value.get(span.start..span.end)?;
            value.replace_range(span.start..span.end, text);
        }
        Some(value)
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
        let small = |quote| self.small(doc, change, quote).filter(proven);
        let requoted = || self.requoted(doc, change).filter(proven);
        small(shell::quote).or_else(requoted).or_else(|| small(shell::quote_double))
    }

    /// The edits that let a shell run the command once more when it fails, with the parts changed:
    /// `a 127.0.0.1 || a ::1`. `None` where no shell runs it, or it goes over several lines.
    pub fn or_else(&self, doc: &Document, change: &Change) -> Option<Vec<Edit>> {
        let (statement, bound) = self.statement?;
        let layers = &self.words.first()?.layers;
        let text = layers.text().unwrap_or(&doc.text);
        if statement.text(text).contains('\n') {
            return None;
        }
        let mut edits = Vec::new();
        for (number, parts) in &change.parts {
            edits.extend(shell_parts(self.words.get(*number)?, &doc.text, parts)?);
        }
        let shifted = edits.into_iter().map(|e| {
            let (start, end) = (e.span.start.checked_sub(statement.start)?, e.span.end.checked_sub(statement.start)?);
            Some(Edit::replace(Span::new(start, end), e.text))
        });
        let shifted: Vec<Edit> = shifted.collect::<Option<_>>()?;
        let again = EditSet::of(shifted)?.apply(statement.text(text))?;
        let behind = |text: String| Edit::insert(statement.end, text);
        let added = match bound {
            Bound::Loose => vec![behind(format!(" || {again}"))],
            Bound::Close => vec![Edit::insert(statement.start, "{ "), behind(format!(" || {again}; }}"))],
            Bound::Negated => vec![behind(format!(" && ! {again}"))],
            Bound::NegatedAmongOthers => return None,
        };
        let edits: Vec<Edit> = added.into_iter().map(|e| layers.edit(e, &doc.text)).collect::<Option<_>>()?;
        let changed = EditSet::of(edits.iter().cloned()).and_then(|set| set.apply(&doc.text))?;
        let changed = collect(&Document::new(&doc.path, doc.kind, changed, doc.layout.clone())).0;
        let said =
            |number: usize| changed.get(number).map(|c| c.words.iter().map(|w| w.value.clone()).collect::<Vec<_>>());
        let wanted: Option<Vec<String>> = self.words.iter().enumerate().map(|(n, w)| change.wanted(n, w)).collect();
        let first: Vec<String> = self.words.iter().map(|w| w.value.clone()).collect();
        (said(self.number) == Some(first) && said(self.number + 1) == wanted).then_some(edits)
    }

    /// One edit a word.
    fn small(&self, doc: &Document, change: &Change, quote: Quote) -> Option<Vec<Edit>> {
        let mut edits = Vec::new();
        for (number, value) in &change.replaced {
            edits.push(replace(doc, self.words.get(*number)?, value, quote)?);
        }
        for (number, parts) in &change.parts {
            edits.extend(partly(doc, self.words.get(*number)?, parts)?);
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
        if !change.removed.is_empty() || doc.kind != classify::YAML {
            return None;
        }
        let word = |n: &usize| self.words.get(*n);
        let mut edits = Vec::new();
        for (n, value) in &change.replaced {
            edits.push(shell_replace(word(n)?, value));
        }
        for (n, parts) in &change.parts {
            edits.extend(shell_parts(word(n)?, &doc.text, parts)?);
        }
        for (n, values) in &change.added {
            edits.push(shell_insert(word(n)?, values));
        }
        let mut touched = change.replaced.keys().chain(change.parts.keys()).chain(change.added.keys());
        let first = word(touched.next()?)?;
        let mut inner = Vec::new();
        let mut text = "";
        for edit in edits {
            let (outer, edit) = first.layers.edit_first(edit)?;
            text = outer;
            inner.push(edit);
        }
        let wanted = EditSet::of(inner)?.apply(text)?;
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
        let mut wanted: Vec<String> = Vec::new();
        for (number, word) in self.words.iter().enumerate() {
            if !change.removed.contains(&number) {
                let Some(value) = change.wanted(number, word) else { return false };
                wanted.push(value);
            }
            wanted.extend(change.added.get(&number).into_iter().flatten().cloned());
        }
        let changed = EditSet::of(edits.iter().cloned()).and_then(|set| set.apply(&doc.text));
        let Some(text) = changed else { return false };
        let changed = Document::new(&doc.path, doc.kind, text, doc.layout.clone());
        let again = collect(&changed).0;
        again
            .get(self.number)
            .is_some_and(|c| c.words.iter().map(|w| w.value.as_str()).eq(wanted.iter().map(String::as_str)))
    }
}

/// How a word that the shell would change is quoted.
type Quote = fn(&str) -> String;

fn replace(doc: &Document, word: &Word, value: &str, quote: Quote) -> Option<Edit> {
    match word.spelling {
        Spelling::Json => Some(Edit::replace(word.span, format!("\"{}\"", escape_json(value)))),
        Spelling::Shell => word.layers.edit(Edit::replace(word.inner, quote(value)), &doc.text),
        Spelling::Split => word.layers.edit(Edit::replace(word.inner, unquoted(value)?), &doc.text),
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
        Spelling::Split => {
            let added: String = values.iter().map(|v| unquoted(v).map(|v| format!(" {v}"))).collect::<Option<_>>()?;
            word.layers.edit(Edit::insert(word.inner.end, added), &doc.text)
        }
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
    if let Some(line) = own_line(text, gap, word.inner).filter(|_| apart) {
        return word.layers.edit(Edit::delete(line), &doc.text);
    }
    apart.then(|| word.layers.edit(Edit::delete(Span::new(gap.start, word.inner.end)), &doc.text)).flatten()
}

/// The line of a word that stands alone on it, between two others that go on behind a backslash.
fn own_line(text: &str, gap: Span, word: Span) -> Option<Span> {
    let goes_on = |line: &str| line.trim_end_matches(['\r', '\n']).ends_with('\\');
    let end = gap.text(text).rfind('\n')? + 1;
    let rest = text.get(word.end..)?;
    let behind = rest.get(..rest.find('\n')? + 1)?;
    let alone = behind.trim() == "\\" && goes_on(behind) && goes_on(gap.text(text).get(..end)?);
    alone.then_some(Span::new(gap.start + end, word.end + behind.len()))
}

/// A word where no quotes are taken off.
fn unquoted(value: &str) -> Option<&str> {
    let holds = |c: char| !c.is_whitespace() && !['"', '\'', '\\', '$', '`'].contains(&c);
    (!value.is_empty() && value.chars().all(holds)).then_some(value)
}

/// Parts of a word, the rest of which stays as it is written.
fn partly(doc: &Document, word: &Word, parts: &[(Span, String)]) -> Option<Vec<Edit>> {
    if word.spelling == Spelling::Shell {
        let edits = shell_parts(word, &doc.text, parts)?;
        return edits.into_iter().map(|edit| word.layers.edit(edit, &doc.text)).collect();
    }
    if word.spelling == Spelling::Split && parts.iter().any(|(_, text)| unquoted(text).is_none()) {
        return None;
    }
    let part = |(span, text): &(Span, String)| word.inside.edit(Edit::replace(*span, text.clone()), &doc.text);
    let edits: Vec<Edit> = parts.iter().map(part).collect::<Option<_>>()?;
    let plain = word.spelling == Spelling::Yaml && !word.span.text(&doc.text).starts_with(['"', '\'', '|', '>']);
    let wanted = Change { parts: BTreeMap::from([(0, parts.to_vec())]), ..Change::default() }.wanted(0, word)?;
    if !plain || yaml::scalar::plain_holds(&wanted, false) && !wanted.starts_with("{{") {
        return Some(edits);
    }
    // A plain scalar that can no longer stand bare. Where a template has a part in it, the actions
    // stay as they are, between quotes that they do not use.
    if let Some(edit) = replace(doc, word, &wanted, shell::quote) {
        return Some(vec![edit]);
    }
    let quote = ["\"", "'"].into_iter().find(|q| !wanted.contains(*q) && !wanted.contains('\\'))?;
    quoted(edits, word.span, quote)
}

/// Edits of a word with quotes around it.
fn quoted(mut edits: Vec<Edit>, word: Span, quote: &str) -> Option<Vec<Edit>> {
    edits.sort_by_key(|e| e.span);
    match edits.first_mut() {
        Some(first) if first.span.start == word.start => first.text.insert_str(0, quote),
        _ => edits.insert(0, Edit::insert(word.start, quote)),
    }
    match edits.last_mut() {
        Some(last) if last.span.end == word.end => last.text.push_str(quote),
        _ => edits.push(Edit::insert(word.end, quote)),
    }
    Some(edits)
}

/// The same in a shell: quotes come around the whole word where the new text needs some and the
/// word has none. Expansions go on in double quotes, and parted words stay one.
fn shell_parts(word: &Word, document: &str, parts: &[(Span, String)]) -> Option<Vec<Edit>> {
    let text = word.layers.text().unwrap_or(document);
    let raw = word.inner.text(text);
    let bare = !raw.contains(['"', '\'', '\\', '`']);
    let place = |(span, new): &(Span, String)| Some(Edit::replace(word.inside.innermost(*span)?, new.clone()));
    let edits: Vec<Edit> = parts.iter().map(place).collect::<Option<_>>()?;
    let safe = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if parts.iter().all(|(_, new)| new.chars().all(safe)) {
        let empties = parts.iter().any(|(span, new)| new.is_empty() && span.len() == word.value.len());
        return if empties && bare { quoted(edits, word.inner, "\"") } else { Some(edits) };
    }
    if bare {
        let quote = if word.fixed { "'" } else { "\"" };
        let splits = raw.contains(['*', '?', '~', '[']);
        return (!splits).then(|| quoted(edits, word.inner, quote)).flatten();
    }
    // In quotes already, if every part is; the proof tells.
    let inside = |edit: &Edit| {
        let before = text.get(word.inner.start..edit.span.start)?;
        let (double, single) = (before.matches('"').count() % 2 == 1, before.matches('\'').count() % 2 == 1);
        (double != single).then_some(())
    };
    edits.iter().all(|e| inside(e).is_some()).then_some(edits)
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
