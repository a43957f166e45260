//! Fixes over several files land in all of them or in none.

use sixify_core::source::Memory;
use sixify_core::{Edit, Fix, Span};

use crate::support::{Toy, account, after, plan, replace, safe};

/// Renames `name` here and replaces the first bytes of another file.
fn both(other: &'static str, new: &'static str) -> Toy {
    Toy::new("t/both", move |doc, cx| {
        for span in crate::support::places(&doc.text, "name") {
            let fix = Fix::new().edit(Edit::replace(span, "title"));
            cx.report(safe(span, "rename", fix.edit_in(other, Edit::replace(Span::new(0, 4), new))));
        }
        Ok(())
    })
}

fn two(other: &str) -> Memory {
    Memory::new().with("a.txt", "the name\n").with("b.txt", other)
}

#[test]
fn a_fix_changes_both_files() {
    let plan = plan([both("b.txt", "said")], &two("nama\n"));
    assert_eq!((after(&plan, "a.txt").as_str(), after(&plan, "b.txt").as_str()), ("the title\n", "said\n"));
    assert_eq!(account(&plan), ["t/both 4..8 accepted"]);
    let edits = &plan.ledger.records[0].edits;
    assert_eq!((edits[0].path.as_str(), edits[1].path.as_str()), ("a.txt", "b.txt"));
    let diff = plan.diff();
    assert!(diff.contains("--- a/a.txt") && diff.contains("--- a/b.txt"), "{diff}");
}

#[test]
fn new_text_gets_the_line_ends_of_the_file_it_goes_into() {
    let plan = plan([both("b.txt", "x\ny")], &two("nama\r\nz\r\n"));
    assert_eq!(after(&plan, "b.txt"), "x\r\ny\r\nz\r\n");
}

#[test]
fn neither_file_changes_when_one_fails_its_check() {
    let plan = plan([both("b.txt", "said"), replace("t/the", "the", "a")], &two("name"));
    // The finding in b.txt is another one, of the same pass; it fits.
    assert_eq!(after(&plan, "a.txt"), "a title\n");
    let cut = both("b.txt", "\u{20ac}");
    let latin = Memory::new().with("a.txt", "the name\n").with("b.txt", b"nam_\xE9\n");
    let plan = crate::support::plan([cut, replace("t/the", "the", "a")], &latin);
    assert_eq!(after(&plan, "a.txt"), "a name\n");
    assert!(plan.file("b.txt").is_none());
    let why = "t/both 4..8 rolled-back: the new text cannot be written in the file's encoding";
    assert_eq!(account(&plan), ["t/the 0..3 accepted", why]);
}

#[test]
fn a_fix_that_meets_another_one_elsewhere_waits_as_a_whole() {
    let cut = replace("t/cut", "nama", "").specificity(1);
    let plan = plan([both("b.txt", "said"), cut], &two("nama here\n"));
    assert_eq!(after(&plan, "a.txt"), "the title\n");
    // The first bytes of b.txt are others by then, and the pass said so when it looked again.
    assert_eq!(after(&plan, "b.txt"), "saide\n");
    assert_eq!(
        plan.ledger.records.iter().map(|r| (r.codemod.as_str(), r.round)).collect::<Vec<_>>(),
        [("t/both", 2), ("t/cut", 1)]
    );
}

#[test]
fn files_that_may_not_be_changed_are_not() {
    let refused = |other: &'static str, files: Memory| {
        let plan = plan([both(other, "said")], &files.with("a.txt", "the name\n"));
        assert!(plan.files.is_empty());
        account(&plan).remove(0)
    };
    let because = |what: &str| format!("t/both 4..8 rolled-back: it would change {what}");
    assert_eq!(refused("gone.txt", Memory::new()), because("gone.txt: not among the files of this run"));
    assert_eq!(refused("../b.txt", Memory::new()), because("../b.txt: not among the files of this run"));
    let vendored = Memory::new().with("vendor/b.txt", "nama");
    assert_eq!(refused("vendor/b.txt", vendored), because("vendor/b.txt: vendored"));
    let made = Memory::new().with("b.txt", "# @generated\n");
    assert_eq!(refused("b.txt", made), because("b.txt: generated"));
    assert_eq!(refused("b.txt", Memory::new().with("b.txt", b"nama\0")), because("b.txt: binary"));
}

#[test]
fn a_file_of_no_known_kind_may_be_changed() {
    let plan = plan([both("b.conf", "said")], &Memory::new().with("a.txt", "the name\n").with("b.conf", "nama\n"));
    assert_eq!(after(&plan, "b.conf"), "said\n");
}

#[test]
fn a_finding_that_stays_after_its_fix_elsewhere_is_rolled_back() {
    let elsewhere = Toy::new("t/e", |doc, cx| {
        for span in crate::support::places(&doc.text, "name") {
            cx.report(safe(span, "e", Fix::new().edit_in("b.txt", Edit::insert(0, "x"))));
        }
        Ok(())
    });
    let plan = plan([elsewhere], &two("b\n"));
    assert!(plan.files.is_empty());
    assert_eq!(account(&plan), ["t/e 4..8 rolled-back: a second run would change its result again"]);
}

#[test]
fn passes_see_what_has_landed_in_other_files() {
    let sees = Toy::new("t/sees", |doc, cx| {
        let other = cx.project().text("b.txt").unwrap_or_default();
        for span in crate::support::places(&doc.text, "name").into_iter().filter(|_| doc.path == "a.txt") {
            cx.report(safe(span, "sees", Fix::new().edit(Edit::replace(span, other.trim_end()))));
        }
        Ok(())
    });
    // t/first keeps t/sees out of the first round.
    let first = replace("t/first", "the name", "a name").specificity(1);
    let plan = plan([sees, first, replace("t/b", "old", "new")], &two("old\n"));
    assert_eq!((after(&plan, "a.txt").as_str(), after(&plan, "b.txt").as_str()), ("a new\n", "new\n"));
}
