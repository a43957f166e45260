//! Documents inside documents, on a toy format:
//!
//! ```text
//! name: |
//!   indented lines with \" and \\ and \n
//! other: "one line with the same escapes"
//! ```
//!
//! A blank and `#` begin a comment of the host.

use std::sync::Arc;

use sixify_core::layer::Segment;
use sixify_core::source::Memory;
use sixify_core::{
    Codec, Document, Edit, EditSet, Embedded, Embedder, EngineBuilder, Fix, Kind, Need, Note, Plan, Span, Verifier,
    Violation,
};

use crate::support::{HOST, TEXT, Toy, account, after, builder, each, plan_with, replace, safe};

struct Toys;

/// Writes escapes, and the indentation after a line end.
struct Indented(usize);

impl Codec for Indented {
    fn encode(&self, new: &str, _outer: &str, _at: Span) -> Option<String> {
        let escaped = new.replace('\\', "\\\\").replace('"', "\\\"");
        match self.0 {
            0 => Some(escaped.replace('\n', "\\n")),
            indent if new.contains('\t') || indent > 8 => None,
            indent => Some(escaped.replace('\n', &format!("\n{}", " ".repeat(indent)))),
        }
    }
}

/// Reads inner text piece by piece.
#[derive(Default)]
struct Reader {
    text: String,
    segments: Vec<Segment>,
}

impl Reader {
    fn line(&mut self, line: &str, at: usize) {
        self.segments.push(Segment { inner: self.text.len(), outer: at, len: 0 });
        let mut escaped = false;
        let line = line.split(" #").next().unwrap_or(line);
        for (i, c) in line.char_indices() {
            if !escaped && c == '\\' {
                escaped = true;
                continue;
            }
            let new = if escaped && c == 'n' { '\n' } else { c };
            if let (false, Some(last)) = (escaped, self.segments.last_mut()) {
                if last.inner + last.len == self.text.len() && last.outer + last.len == at + i {
                    last.len += c.len_utf8();
                } else {
                    self.segments.push(Segment { inner: self.text.len(), outer: at + i, len: c.len_utf8() });
                }
            }
            self.text.push(new);
            escaped = false;
        }
    }

    fn done(self, name: &str, indent: usize) -> Embedded {
        let kind = if name.ends_with("host") { HOST } else { TEXT };
        let codec = Arc::new(Indented(indent));
        Embedded { kind, name: format!("key {name}"), text: self.text, segments: self.segments, codec }
    }
}

impl Embedder for Toys {
    fn kinds(&self) -> &[Kind] {
        &[HOST]
    }

    fn embed(&self, doc: &Document) -> Vec<Embedded> {
        assert!(!doc.text.contains("embedder panics"), "on purpose");
        let mut found = Vec::new();
        let mut block: Option<(String, Reader)> = None;
        let mut at = 0;
        for line in doc.text.split_inclusive('\n') {
            let bare = line.trim_end_matches(['\r', '\n']);
            if let (Some((_, reader)), Some(inner)) = (&mut block, bare.strip_prefix("  ")) {
                reader.line(inner, at + 2);
                if line.ends_with('\n') {
                    reader.text.push('\n');
                }
            } else {
                found.extend(block.take().map(|(name, reader)| reader.done(&name, 2)));
                if let Some(name) = bare.strip_suffix(": |") {
                    block = Some((name.to_owned(), Reader::default()));
                } else if let Some((name, quoted)) = bare.split_once(": \"") {
                    let mut reader = Reader::default();
                    reader.line(quoted.strip_suffix('"').unwrap_or(quoted), at + name.len() + 3);
                    found.push(reader.done(name, 0));
                }
            }
            at += line.len();
        }
        found.extend(block.take().map(|(name, reader)| reader.done(&name, 2)));
        found
    }
}

fn with(toys: impl IntoIterator<Item = Toy>) -> EngineBuilder {
    builder(toys).embedders([Box::new(Toys) as Box<dyn Embedder>])
}

fn inside(toys: impl IntoIterator<Item = Toy>, text: &str) -> Plan {
    plan_with(with(toys), &Memory::new().with("a.host", text))
}

/// What a host becomes.
fn made(toy: Toy, text: &str) -> String {
    after(&inside([toy], text), "a.host")
}

#[test]
fn an_edit_inside_is_made_outside_and_told_in_its_places() {
    let plan = inside([replace("t/old", "old", "new")], "a: |\n  x\n  an old y\nb: \"an old\"\n");
    assert_eq!(after(&plan, "a.host"), "a: |\n  x\n  an new y\nb: \"an new\"\n");
    assert_eq!(account(&plan), ["t/old 14..17 accepted", "t/old 27..30 accepted"]);
    let first = &plan.ledger.records[0];
    assert_eq!((first.start.line, first.start.column), (3, 6));
    assert_eq!(first.evidence, ["in key a"]);
    assert_eq!(first.edits[0].start, 14);
}

#[test]
fn new_lines_are_indented_and_new_quotes_escaped() {
    let two = |id: &str| replace(id, "old", "a \"b\"\n\\c");
    assert_eq!(made(two("t/two"), "k: |\n  old\n"), "k: |\n  a \\\"b\\\"\n  \\\\c\n");
    assert_eq!(made(two("t/two"), "k: \"old\"\n"), "k: \"a \\\"b\\\"\\n\\\\c\"\n");
}

#[test]
fn whole_lines_are_inserted_removed_and_replaced() {
    let host = "k: |\n  a\n  old\n  c\nl: |\n";
    let insert = each("t/i", "old\n", |span| {
        Fix::new().edit(Edit::insert(span.end, "new\n")).edit(Edit::replace(Span::new(span.start, span.start + 1), "O"))
    });
    assert_eq!(made(insert, host), "k: |\n  a\n  Old\n  new\n  c\nl: |\n");
    let remove = each("t/r", "old\n", |span| Fix::new().edit(Edit::delete(span)));
    assert_eq!(made(remove, host), "k: |\n  a\n  c\nl: |\n");
    assert_eq!(made(replace("t/s", "old\n", "x\ny\n"), host), "k: |\n  a\n  x\n  y\n  c\nl: |\n");
    assert_eq!(made(replace("t/s", "old\n  c", "x\ny"), "k: |\n  old\n    c\n"), "k: |\n  x\n  y\n");
}

#[test]
fn escapes_can_be_edited_as_a_whole_and_text_beside_them_in_part() {
    assert_eq!(made(replace("t/q", "\"", "'"), "k: \"a\\\"b\"\n"), "k: \"a'b\"\n");
    assert_eq!(made(replace("t/q", "a\"b", "c\"d"), "k: |\n  a\\\"b\n"), "k: |\n  c\\\"d\n");
    assert_eq!(made(replace("t/q", "b", "\""), "k: \"a\\\"b\"\n"), "k: \"a\\\"\\\"\"\n");
    assert_eq!(made(replace("t/n", "\nb", "\nc"), "k: \"a\\nb\"\n"), "k: \"a\\nc\"\n");
}

#[test]
fn wraps_keep_their_ends_inside() {
    let wrap = |what: &'static str| {
        Toy::new("t/w", move |doc, cx| {
            for span in crate::support::places(&doc.text, what).into_iter().filter(|_| !doc.text.contains("f(")) {
                cx.report(safe(span, "wrap", Fix::new().edits(Edit::wrap(span, "f(", ")"))));
            }
            Ok(())
        })
    };
    assert_eq!(made(wrap("old\nb"), "k: |\n  old\n  b\n  c\n"), "k: |\n  f(old\n  b)\n  c\n");
    assert_eq!(made(wrap("old"), "k: \"old\"\n"), "k: \"f(old)\"\n");
}

#[test]
fn line_ends_of_the_file_are_kept() {
    let plan = inside([replace("t/old", "old", "x\ny")], "k: |\r\n  old\r\n  b\r\n");
    assert_eq!(after(&plan, "a.host"), "k: |\r\n  x\r\n  y\r\n  b\r\n");
    assert_eq!(made(replace("t/l", "old\n", "x\n"), "k: |\r\n  old\r\n  b\r\n"), "k: |\r\n  x\r\n  b\r\n");
}

/// Everything behind the first line, as it stands, line ends included.
struct Tail;

impl Codec for Tail {
    fn encode(&self, new: &str, _outer: &str, _at: Span) -> Option<String> {
        Some(new.to_owned())
    }
}

impl Embedder for Tail {
    fn kinds(&self) -> &[Kind] {
        &[HOST]
    }

    fn embed(&self, doc: &Document) -> Vec<Embedded> {
        let Some(at) = doc.text.find('\n').map(|i| i + 1) else { return Vec::new() };
        let text = doc.text[at..].to_owned();
        let segments = vec![Segment { inner: 0, outer: at, len: text.len() }];
        vec![Embedded { kind: TEXT, name: "the tail".to_owned(), text, segments, codec: Arc::new(Tail) }]
    }
}

#[test]
fn a_new_line_in_a_text_that_spells_its_own_line_ends_is_no_other_text() {
    let insert = each("t/i", "a\r\nold", |span| Fix::new().edit(Edit::insert(span.end - 3, "new\n")));
    let engine = builder([insert]).embedders([Box::new(Tail) as Box<dyn Embedder>]);
    let plan = plan_with(engine, &Memory::new().with("a.host", "cat <<EOF\r\na\r\nold\r\n"));
    assert_eq!(after(&plan, "a.host"), "cat <<EOF\r\na\r\nnew\r\nold\r\n");
}

#[test]
fn documents_stand_inside_documents_inside_documents() {
    let plan = inside([replace("t/old", "old", "say \"new\"")], "host: |\n  k: \"an old\"\n");
    assert_eq!(after(&plan, "a.host"), "host: |\n  k: \"an say \\\\\\\"new\\\\\\\"\"\n");
    assert_eq!(plan.ledger.records[0].evidence, ["in key host", "in key k"]);
}

#[test]
fn what_the_host_cannot_hold_is_rolled_back_with_the_reason() {
    let tab = inside([replace("t/tab", "old", "a\tb"), replace("t/good", "it", "that")], "k: |\n  old it\n");
    assert_eq!(after(&tab, "a.host"), "k: |\n  old that\n");
    let why = "t/tab 7..10 rolled-back: in key k: its place is escaped in the outer document";
    assert_eq!(account(&tab), [why, "t/good 11..13 accepted"]);
    // What the host would take for a comment of its own.
    let plan = inside([replace("t/lost", "old", "new #1")], "k: |\n  old\n");
    assert_eq!(
        account(&plan),
        ["t/lost 7..10 rolled-back: in key k: the outer document would not hold the changed text"]
    );
}

#[test]
fn an_import_cannot_be_put_into_a_document_inside_a_document() {
    let import = || Need::Import { module: "m".to_owned(), member: None, local: "m".to_owned() };
    let plan = inside(
        [each("t/i", "old", move |s| Fix::new().edit(Edit::replace(s, "m.new")).need(import()))],
        "k: \"old\"\n",
    );
    assert!(plan.files.is_empty());
    assert_eq!(account(&plan), ["t/i 4..7 unmet-need: in key k: nothing can be imported there"]);
}

/// Breaks where a bracket is left open, demotes where a comment is lost.
struct Brackets;

impl Verifier for Brackets {
    fn verify(&self, before: &Document, after: &Document, _: &EditSet) -> Vec<Violation> {
        let mut broken = Vec::new();
        if before.kind == TEXT && after.text.matches('(').count() != after.text.matches(')').count() {
            broken.push(Violation::breaks("an open bracket"));
        }
        if before.kind == TEXT && before.text.contains('%') && !after.text.contains('%') {
            broken.push(Violation::demotes("a lost comment"));
        }
        broken
    }
}

#[test]
fn checks_look_at_the_document_inside() {
    let toys = [replace("t/a", "old", "new("), replace("t/b", "% x", "x"), replace("t/c", "it", "that")];
    let engine = with(toys).verifiers([Box::new(Brackets) as Box<dyn Verifier>]);
    let plan = plan_with(engine, &Memory::new().with("a.host", "k: |\n  old\n  it % x\n"));
    assert_eq!(after(&plan, "a.host"), "k: |\n  old\n  that % x\n");
    assert_eq!(
        account(&plan),
        ["t/a 7..10 rolled-back: in key k: an open bracket", "t/c 13..15 accepted", "t/b 16..19 suggested"]
    );
    assert_eq!(plan.ledger.records[2].evidence, ["in key k", "demoted to unsafe: in key k: a lost comment"]);
}

#[test]
fn comments_and_notes_inside_count_outside() {
    let notes = Toy::new("t/note", |doc, cx| {
        assert!(!doc.within.is_empty() && doc.file_name() == "a.host");
        for span in crate::support::places(&doc.text, "fine") {
            cx.leave(Note { span, role: "text", reason: "fine".to_owned(), evidence: Vec::new() });
        }
        Ok(())
    });
    let plan = inside([replace("t/old", "old", "new"), notes], "k: |\n  # sixify:ignore\n  old\n  fine\n");
    assert_eq!(account(&plan), ["t/old 25..28 suppressed"]);
    assert_eq!((plan.ledger.notes[0].start.line, plan.ledger.notes[0].start.column), (4, 3));
}

#[test]
fn an_embedder_that_panics_is_named() {
    let plan = inside([replace("t/old", "old", "new")], "k: \"old\" embedder panics\n");
    assert_eq!(plan.ledger.failures[0].codemod, "embedded documents");
}

#[test]
fn places_map_outwards_through_indentation_and_escapes() {
    let doc = Document::from_text("a.host", HOST, "k: |\n  ab\n  c\\\"d\n  \n");
    let found = Toys.embed(&doc);
    let [one] = found.as_slice() else { panic!("one document") };
    assert_eq!(one.text, "ab\nc\"d\n\n");
    for (inner, outer) in
        [((0, 2), (7, 9)), ((0, 3), (7, 12)), ((3, 4), (12, 13)), ((4, 5), (13, 15)), ((5, 6), (15, 16))]
    {
        assert_eq!(one.outward(Span::new(inner.0, inner.1)), Some(Span::new(outer.0, outer.1)), "{inner:?}");
    }
    assert_eq!(one.outward(Span::at(3)), Some(Span::at(12)));
    assert_eq!(one.outward(Span::at(7)), Some(Span::at(19)));
    let empty = Document::from_text("a.host", HOST, "k: \"\"");
    assert_eq!(Toys.embed(&empty)[0].outward(Span::at(0)), Some(Span::at(4)));
}
