//! Fixes that meet: what lands in one round, what waits for the next, what never can.

use sixify_core::{Document, Edit, Fix, Span};

use crate::support::{Toy, account, after, each, file, plan, replace, safe};

/// Calls `f(..)` with their brackets, inner ones too.
fn calls(text: &str) -> Vec<Span> {
    let end = |open: usize| {
        let mut depth = 0;
        text[open..].bytes().position(|b| {
            depth += i32::from(b == b'(') - i32::from(b == b')');
            depth == 0
        })
    };
    text.match_indices("f(").filter_map(|(at, _)| Some(Span::new(at, at + 2 + end(at + 1)?))).collect()
}

/// Renames calls by small edits.
fn rename() -> Toy {
    Toy::new("t/rename", |doc, cx| {
        for span in calls(&doc.text) {
            let name = Span::new(span.start, span.start + 1);
            cx.report(safe(
                span,
                "rename",
                Fix::new().edit(Edit::replace(name, "g")).edit(Edit::insert(span.end - 1, ", 1")),
            ));
        }
        Ok(())
    })
}

/// Renames calls by replacing each of them as a whole.
fn rewrite() -> Toy {
    Toy::new("t/rewrite", |doc, cx| {
        for span in calls(&doc.text) {
            let inside = Span::new(span.start + 2, span.end - 1).text(&doc.text);
            cx.report(safe(span, "rewrite", Fix::new().edit(Edit::replace(span, format!("g({inside}, 1)")))));
        }
        Ok(())
    })
}

#[test]
fn an_outer_and_an_inner_call_land_in_one_round_as_small_edits() {
    let plan = plan([rename()], &file("f(a, f(b), c)"));
    assert_eq!(after(&plan, "a.txt"), "g(a, g(b, 1), c, 1)");
    assert_eq!(account(&plan), ["t/rename 0..13 accepted", "t/rename 5..9 accepted"]);
    assert!(plan.ledger.records.iter().all(|r| r.round == 1));
}

#[test]
fn an_outer_and_an_inner_call_land_in_two_rounds_as_replacements() {
    let plan = plan([rewrite()], &file("f(a, f(b), c) f(d)"));
    assert_eq!(after(&plan, "a.txt"), "g(a, g(b, 1), c, 1) g(d, 1)");
    let rounds: Vec<(Span, &str, usize)> =
        plan.ledger.records.iter().map(|r| (r.span, r.outcome.name(), r.round)).collect();
    assert_eq!(
        rounds,
        [(Span::new(0, 13), "accepted", 1), (Span::new(5, 9), "accepted", 2), (Span::new(14, 18), "accepted", 1)]
    );
}

#[test]
fn deeply_nested_calls_take_a_round_each_and_none_is_lost() {
    let plan = plan([rewrite()], &file("f(f(f(f(x))), f(y))"));
    assert_eq!(after(&plan, "a.txt"), "g(g(g(g(x, 1), 1), 1), g(y, 1), 1)");
    assert_eq!(plan.ledger.records.len(), 5);
    assert_eq!(plan.ledger.count("accepted"), 5);
}

#[test]
fn nested_wraps_of_several_codemods_land_in_one_round() {
    let wrap = |id: &str, what: &'static str, name: &'static str| {
        each(id, what, move |span| Fix::new().edits(Edit::wrap(span, format!("{name}("), ")")))
    };
    let first = plan([wrap("t/a", "x + y", "A")], &file("x + y"));
    // The wrapped text is still there, so a second run would wrap it again.
    assert_eq!(account(&first), ["t/a 0..5 rolled-back: a second run would change its result again"]);
    let once = |id: &str, what: &'static str, name: &'static str| {
        let done = format!("{name}(");
        Toy::new(id, move |doc: &Document, cx| {
            for span in crate::support::places(&doc.text, what) {
                if !doc.text.contains(&done) {
                    cx.report(safe(span, what, Fix::new().edits(Edit::wrap(span, done.clone(), ")"))));
                }
            }
            Ok(())
        })
    };
    let both = plan([once("t/b", "y", "B"), once("t/a", "x + y", "A"), once("t/c", "y", "C")], &file("x + y"));
    assert_eq!(after(&both, "a.txt"), "A(x + B(C(y)))");
    assert_eq!(account(&both), ["t/a 0..5 accepted", "t/b 4..5 accepted", "t/c 4..5 accepted"]);
    assert!(both.ledger.records.iter().all(|r| r.round == 1));
}

#[test]
fn a_deferred_finding_that_is_gone_afterwards_is_superseded() {
    let plan = plan([replace("t/outer", "an old x", "nothing"), replace("t/inner", "old", "new")], &file("an old x"));
    assert_eq!(after(&plan, "a.txt"), "nothing");
    assert_eq!(account(&plan), ["t/outer 0..8 accepted", "t/inner 3..6 superseded"]);
}

#[test]
fn a_deferred_fix_lands_on_the_text_as_it_is_then() {
    let plan =
        plan([replace("t/outer", "an old x", "x, the old"), replace("t/inner", "old", "new")], &file("- an old x -"));
    assert_eq!(after(&plan, "a.txt"), "- x, the new -");
    assert_eq!(account(&plan), ["t/outer 2..10 accepted", "t/inner 5..8 accepted"]);
    // The edits of the plan are those of both rounds together.
    let done = &plan.files[0];
    assert_eq!(done.edits.apply("- an old x -").as_deref(), Some("- x, the new -"));
}

#[test]
fn what_cannot_land_within_ten_rounds_is_a_conflict() {
    // Each round shortens the row by one; there are more of them than rounds.
    let eat = Toy::new("t/eat", |doc, cx| {
        for span in crate::support::places(&doc.text, "ab") {
            let fix = Fix::new().edit(Edit::replace(span, "b"));
            cx.report(safe(Span::new(span.start, span.start + 1), "eat", fix));
        }
        Ok(())
    });
    let plan = plan([eat], &file(format!("{}b", "a".repeat(15))));
    assert_eq!(after(&plan, "a.txt"), "aaaaab");
    assert_eq!(plan.ledger.count("accepted"), 10);
    assert_eq!(plan.ledger.count("conflict"), 1);
    assert_eq!(plan.ledger.records.len(), 11);
}

#[test]
fn fixes_that_touch_land_together() {
    let plan = plan([replace("t/a", "aa", "1"), replace("t/b", "bb", "2")], &file("aabbaa"));
    assert_eq!(after(&plan, "a.txt"), "121");
    assert!(plan.ledger.records.iter().all(|r| r.round == 1));
}
