//! A second run must find nothing new to do.

use sixify_core::{Edit, Fix};

use crate::support::{account, after, each, file, plan, replace};

#[test]
fn a_fix_that_its_codemod_would_make_again_is_rolled_back_and_the_others_land() {
    let doubles = [
        ("t/grow", each("t/grow", "old", |span| Fix::new().edit(Edit::replace(span, "old old")))),
        ("t/before", each("t/before", "old", |span| Fix::new().edit(Edit::insert(span.start, "- ")))),
        ("t/behind", each("t/behind", "old", |span| Fix::new().edit(Edit::insert(span.end + 1, "old\n")))),
        ("t/wrap", each("t/wrap", "old", |span| Fix::new().edits(Edit::wrap(span, "(", ")")))),
        ("t/same", each("t/same", "old", |span| Fix::new().edit(Edit::replace(span, "old")))),
    ];
    for (id, pass) in doubles {
        let plan = plan([pass, replace("t/good", "it", "that")], &file("old\nit\n"));
        assert_eq!(after(&plan, "a.txt"), "old\nthat\n", "{id}");
        assert_eq!(
            account(&plan),
            [
                format!("{id} 0..3 rolled-back: a second run would change its result again"),
                "t/good 4..6 accepted".to_owned(),
            ]
        );
    }
}

#[test]
fn codemods_that_undo_each_other_end_at_once() {
    let plan = plan([replace("t/a", "tic", "tac"), replace("t/b", "tac", "tic")], &file("tic\n"));
    assert_eq!(after(&plan, "a.txt"), "tac\n");
    assert_eq!(account(&plan), ["t/a 0..3 accepted", "t/b 0..3 rolled-back: would undo what another fix has changed"]);
}

#[test]
fn codemods_that_chase_each_other_end_with_a_reason() {
    let toys = [replace("t/1", "a!", "b!-"), replace("t/2", "b!", "c!-"), replace("t/3", "c!", "a!-")];
    let plan = plan(toys, &file("a!\n"));
    assert_eq!(after(&plan, "a.txt"), "a!---\n");
    assert_eq!(
        account(&plan),
        [
            "t/1 0..2 accepted",
            "t/1 0..2 rolled-back: would change its own result again",
            "t/2 0..2 accepted",
            "t/3 0..2 accepted",
        ]
    );
}

#[test]
fn a_plan_made_of_its_own_result_is_empty() {
    let toys = || [replace("t/a", "old", "new"), replace("t/b", "an new", "a new"), replace("t/c", "x", "y")];
    let first = plan(toys(), &file("an old x"));
    let second = plan(toys(), &file(after(&first, "a.txt")));
    assert_eq!(after(&first, "a.txt"), "a new y");
    assert!(second.files.is_empty() && second.ledger.records.is_empty());
}
