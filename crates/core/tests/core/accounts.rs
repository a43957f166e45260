//! Every finding ends with one outcome, at the right place, and notes are kept apart.

use sixify_core::source::Memory;
use sixify_core::{Anchors, Applicability, Edit, Finding, Fix, LineColumn, Note, Span};

use crate::support::{Toy, account, after, builder, each, file, places, plan, plan_with, replace, safe};

/// A pass that proposes to replace a literal, with the given confidence.
fn with(id: &str, from: &'static str, applicability: Applicability) -> Toy {
    Toy::new(id, move |doc, cx| {
        for span in places(&doc.text, from) {
            let fix = Fix::new().edit(Edit::replace(span, "new"));
            cx.report(Finding::new(span, "text", "old").fix(applicability, fix));
        }
        Ok(())
    })
}

fn of_three_sorts() -> [Toy; 3] {
    [
        with("t/a", "aaa", Applicability::Safe),
        with("t/b", "bbb", Applicability::Unsafe),
        with("t/c", "ccc", Applicability::Display),
    ]
}

#[test]
fn only_what_is_safe_lands_by_default() {
    let plan = plan(of_three_sorts(), &file("aaa bbb ccc"));
    assert_eq!(after(&plan, "a.txt"), "new bbb ccc");
    assert_eq!(account(&plan), ["t/a 0..3 accepted", "t/b 4..7 suggested", "t/c 8..11 reported"]);
    // A check lists the edits of every fix, whatever became of it.
    assert!(plan.ledger.records.iter().all(|r| r.edits.len() == 1 && r.edits[0].replacement == "new"));
    assert_eq!(plan.ledger.count("accepted"), 1);
}

#[test]
fn what_is_unsafe_lands_when_asked_for_and_what_is_displayed_never_does() {
    for threshold in [Applicability::Unsafe, Applicability::Display] {
        let plan = plan_with(builder(of_three_sorts()).threshold(threshold), &file("aaa bbb ccc"));
        assert_eq!(after(&plan, "a.txt"), "new new ccc");
        assert_eq!(account(&plan), ["t/a 0..3 accepted", "t/b 4..7 accepted", "t/c 8..11 reported"]);
    }
}

#[test]
fn a_fix_without_an_edit_is_a_report() {
    let empty = each("t/empty", "old", |span| Fix::new().edit(Edit::insert(span.start, "")));
    let plan = plan([empty], &file("old"));
    assert_eq!(account(&plan), ["t/empty 0..3 reported"]);
    assert_eq!(plan.ledger.records[0].applicability, Applicability::Display);
}

#[test]
fn the_same_finding_reported_twice_is_one() {
    let twice = Toy::new("t/twice", |doc, cx| {
        for span in places(&doc.text, "old").repeat(2) {
            cx.report(safe(span, "old", Fix::new().edit(Edit::replace(span, "new"))));
        }
        Ok(())
    });
    assert_eq!(account(&plan([twice], &file("old"))), ["t/twice 0..3 accepted"]);
}

#[test]
fn identical_edits_of_two_codemods_are_both_accepted() {
    let plan = plan([replace("t/a", "old", "new"), replace("t/b", "old", "new")], &file("old"));
    assert_eq!(after(&plan, "a.txt"), "new");
    assert_eq!(account(&plan), ["t/a 0..3 accepted", "t/b 0..3 accepted"]);
}

#[test]
fn of_two_fixes_for_one_place_the_more_specific_one_lands() {
    let plan = plan([replace("t/a", "old", "A"), replace("t/b", "old", "B").specificity(1)], &file("old"));
    assert_eq!(after(&plan, "a.txt"), "B");
    assert_eq!(account(&plan), ["t/a 0..3 superseded", "t/b 0..3 accepted"]);
}

#[test]
fn places_are_told_by_line_and_column_of_the_original() {
    let plan = plan([replace("t/a", "x", "longer\ntext"), replace("t/b", "old", "new")], &file("x\nä old\n"));
    let record = &plan.ledger.records[1];
    assert_eq!((record.start, record.end), (LineColumn { line: 2, column: 3 }, LineColumn { line: 2, column: 6 }));
    assert_eq!((record.edits[0].start, record.edits[0].end), (5, 8));
    assert_eq!((record.edits[0].start_line, record.edits[0].end_line), (2, 2));
    assert_eq!(record.round, 1);
}

#[test]
fn comments_ask_to_leave_a_line_alone() {
    let text = "old\nold # sixify:ignore\n# sixify:ignore t/a\nold\nold // sixify:ignore t/b: needed\nold\n";
    let plan = plan([replace("t/a", "old", "new"), replace("t/z", "q", "y")], &file(text));
    let new = "new\nold # sixify:ignore\n# sixify:ignore t/a\nold\nnew // sixify:ignore t/b: needed\nnew\n";
    assert_eq!(after(&plan, "a.txt"), new);
    let outcomes: Vec<&str> = plan.ledger.records.iter().map(|r| r.outcome.name()).collect();
    assert_eq!(outcomes, ["accepted", "suppressed", "suppressed", "accepted", "accepted"]);
}

#[test]
fn what_is_suppressed_or_suggested_is_listed_once_over_several_rounds() {
    // Three rounds: a becomes b, b becomes c, c becomes d.
    let chain = [replace("t/1", "aa", "bb"), replace("t/2", "bb", "cc"), replace("t/3", "cc", "dd")];
    let others = [with("t/s", "keep", Applicability::Safe), with("t/u", "perhaps", Applicability::Unsafe)];
    let plan = plan(chain.into_iter().chain(others), &file("aa\nkeep # sixify:ignore\nperhaps\n"));
    assert_eq!(after(&plan, "a.txt"), "dd\nkeep # sixify:ignore\nperhaps\n");
    assert_eq!(
        account(&plan),
        ["t/1 0..2 accepted", "t/2 0..2 accepted", "t/3 0..2 accepted", "t/s 3..7 suppressed", "t/u 24..31 suggested",]
    );
    assert_eq!(plan.ledger.records.iter().map(|r| r.round).collect::<Vec<_>>(), [1, 2, 3, 0, 0]);
}

#[test]
fn notes_tell_why_a_place_was_left_alone() {
    let note = |span: Span| Note { span, role: "text", reason: "fine".to_owned(), evidence: vec!["seen".to_owned()] };
    let leaves = Toy::new("t/leaves", move |doc, cx| {
        places(&doc.text, "ok").into_iter().rev().for_each(|span| cx.leave(note(span)));
        Ok(())
    });
    let plan = plan([leaves], &file("ok\n ok\n"));
    assert!(plan.ledger.records.is_empty() && plan.files.is_empty());
    let at: Vec<(usize, usize)> = plan.ledger.notes.iter().map(|n| (n.start.line, n.start.column)).collect();
    assert_eq!(at, [(1, 1), (2, 2)]);
    assert_eq!(plan.ledger.notes[0].reason, "fine");
}

#[test]
fn the_prefilter_only_saves_time() {
    let toys = || {
        [
            replace("t/a", "old", "new").anchors(Anchors(&[&["old"]])),
            replace("t/b", "both and", "one").anchors(Anchors(&[&["both", "and"]])),
            replace("t/c", "one", "two"),
        ]
    };
    for text in ["old both and", "both and", "both", "nothing", "one old"] {
        let files = file(text).with("b.host", "old").with("c.txt", "old").with("d.txt", "and");
        let with = plan(toys(), &files);
        let without = plan_with(builder(toys()).without_prefilter(), &files);
        assert_eq!(with, without, "{text}");
    }
    // What the anchors keep away is not even read.
    let never = Toy::new("t/never", |_, _| panic!("called")).anchors(Anchors(&[&["old", "new"]]));
    assert!(plan([never], &file("old")).ledger.failures.is_empty());
}

#[test]
fn an_engine_needs_a_classifier_and_passes_of_different_names() {
    use sixify_core::{Engine, EngineError};
    assert!(matches!(Engine::builder().build(), Err(EngineError::NoClassifier)));
    let twins = builder([replace("t/a", "a", "b"), replace("t/a", "c", "d")]).build();
    assert!(matches!(twins, Err(EngineError::DuplicateId(id)) if id == "t/a"));
}

#[test]
fn no_files_and_no_passes_give_an_empty_plan() {
    assert_eq!(plan([replace("t/a", "a", "b")], &Memory::new()), sixify_core::Plan::default());
    let none = plan([], &file("a"));
    assert!(none.files.is_empty() && none.ledger.files == 0 && none.ledger.skipped.len() == 1);
}
