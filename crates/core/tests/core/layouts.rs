//! Offsets, line ends and encodings through the whole engine.

use sixify_core::{Edit, Fix};

use crate::support::{account, each, file, plan, replace};

#[test]
fn offsets_of_a_latin_1_file_count_its_bytes() {
    let source = b"caf\xE9 \x80 old\n";
    let plan = plan([replace("t/old", "old", "new")], &file(source));
    assert_eq!(plan.files[0].after, b"caf\xE9 \x80 new\n");
    let record = &plan.ledger.records[0];
    assert_eq!((record.edits[0].start, record.edits[0].end), (7, 10));
    assert_eq!((record.start.line, record.start.column), (1, 8));
    assert_eq!(
        plan.diff_bytes(),
        b"diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-caf\xE9 \x80 old\n+caf\xE9 \x80 new\n"
    );
}

#[test]
fn offsets_of_a_file_with_a_byte_order_mark_count_it() {
    let plan = plan([replace("t/old", "old", "new")], &file("\u{feff}é old"));
    assert_eq!(plan.files[0].after, "\u{feff}é new".as_bytes());
    let record = &plan.ledger.records[0];
    assert_eq!((record.edits[0].start, record.start.column), (6, 3));
}

#[test]
fn new_lines_get_the_line_ends_of_the_file() {
    let twin = || each("t/twin", "old", |span| Fix::new().edit(Edit::replace(span, "one\ntwo")));
    assert_eq!(plan([twin()], &file("a\r\nold\r\nb")).files[0].after, b"a\r\none\r\ntwo\r\nb");
    assert_eq!(plan([twin()], &file("a\rold\rb")).files[0].after, b"a\rone\rtwo\rb");
    // Where they are mixed, those of the line.
    assert_eq!(plan([twin()], &file("a\r\nc\r\nold\nb\r\n")).files[0].after, b"a\r\nc\r\none\ntwo\nb\r\n");
}

#[test]
fn half_a_line_end_cannot_be_removed() {
    let cut = each("t/cut", "old\r", |span| Fix::new().edit(Edit::delete(span)));
    let plan = plan([cut], &file("a\r\nold\r\nb\r\n"));
    assert!(plan.files.is_empty());
    assert_eq!(account(&plan), ["t/cut 3..7 rolled-back: a lone line feed in a file with other line ends"]);
}

#[test]
fn the_final_newline_stays_as_it_was() {
    let end = |text: &'static str| each("t/end", "old", move |span| Fix::new().edit(Edit::replace(span, text)));
    let rolled_back = "t/end 0..3 rolled-back: the final newline would change";
    assert_eq!(account(&plan([end("new\n")], &file("old"))), [rolled_back]);
    let cut = each("t/end", "old\n", |span| Fix::new().edit(Edit::replace(span, "new")));
    assert_eq!(account(&plan([cut], &file("old\n"))), ["t/end 0..4 rolled-back: the final newline would change"]);
    assert_eq!(plan([end("new\nmore")], &file("old")).files[0].after, b"new\nmore");
}

#[test]
fn a_character_that_the_encoding_lacks_is_refused() {
    let plan = plan([replace("t/euro", "old", "\u{20ac}")], &file(b"\xE9 old\n"));
    assert!(plan.files.is_empty());
    let why = "t/euro 3..6 rolled-back: the new text cannot be written in the file's encoding";
    assert_eq!(account(&plan), [why]);
}

#[test]
fn an_edit_beside_the_text_is_rolled_back_and_the_others_land() {
    let beside = each("t/beside", "old", |span| Fix::new().edit(Edit::insert(span.end + 1000, "x")));
    let within = each("t/within", "é", |span| Fix::new().edit(Edit::insert(span.start + 1, "x")));
    let plan = plan([beside, within, replace("t/good", "it", "that")], &file("old é it"));
    assert_eq!(plan.files[0].after, "old é that".as_bytes());
    let outside = "rolled-back: an edit does not lie on character bounds";
    assert_eq!(
        account(&plan),
        [format!("t/beside 0..3 {outside}"), format!("t/within 4..6 {outside}"), "t/good 7..9 accepted".to_owned()]
    );
}
