//! Codemods and checks that fail cost their own findings, not the run.

use sixify_core::{Applicability, Document, Edit, EditSet, Fix, Outcome, PassError, Verifier, Violation};

use crate::support::{Toy, account, after, builder, each, file, plan, plan_with, replace, safe};

/// Breaks where a word appears in the new text, demotes where another one vanishes.
struct Words;

impl Verifier for Words {
    fn verify(&self, before: &Document, after: &Document, _edits: &EditSet) -> Vec<Violation> {
        let count = |doc: &Document, word| doc.text.matches(word).count();
        let mut broken = Vec::new();
        if count(after, "bad") > count(before, "bad") {
            broken.push(Violation::breaks("a bad word"));
        }
        if count(after, "comment") < count(before, "comment") {
            broken.push(Violation::demotes("a lost comment"));
        }
        if after.text.contains("1") && after.text.contains("2") {
            broken.push(Violation::breaks("one and two"));
        }
        assert!(!after.text.contains("panic"), "this check panics");
        broken
    }
}

fn checked(toys: impl IntoIterator<Item = Toy>, text: &str) -> sixify_core::Plan {
    plan_with(builder(toys).verifiers([Box::new(Words) as Box<dyn Verifier>]), &file(text))
}

#[test]
fn a_pass_that_panics_or_errs_is_named_and_the_others_go_on() {
    let panics = Toy::new("t/panics", |_, cx| {
        cx.report(safe(sixify_core::Span::at(0), "dropped", Fix::new()));
        panic!("on {}", "purpose")
    });
    let errs = Toy::new("t/errs", |_, _| Err(PassError("cannot".to_owned())));
    let plan = plan([panics, errs, replace("t/good", "old", "new")], &file("old").with("b.txt", "x"));
    assert_eq!(after(&plan, "a.txt"), "new");
    assert_eq!(account(&plan), ["t/good 0..3 accepted"]);
    let failures: Vec<String> =
        plan.ledger.failures.iter().map(|f| format!("{} {} {}", f.codemod, f.path, f.reason)).collect();
    assert_eq!(
        failures,
        [
            "t/errs a.txt cannot",
            "t/errs b.txt cannot",
            "t/panics a.txt panicked: on purpose",
            "t/panics b.txt panicked: on purpose",
        ]
    );
}

#[test]
fn a_fix_that_fails_a_check_is_rolled_back_alone() {
    let plan = checked([replace("t/bad", "x", "bad"), replace("t/good", "old", "new")], "old x old");
    assert_eq!(after(&plan, "a.txt"), "new x new");
    assert_eq!(account(&plan), ["t/good 0..3 accepted", "t/bad 4..5 rolled-back: a bad word", "t/good 6..9 accepted"]);
}

#[test]
fn a_check_that_panics_rolls_the_fix_back() {
    let plan = checked([replace("t/p", "x", "panic"), replace("t/good", "old", "new")], "old x");
    assert_eq!(after(&plan, "a.txt"), "new x");
    assert_eq!(account(&plan), ["t/good 0..3 accepted", "t/p 4..5 rolled-back: a check panicked: this check panics"]);
}

#[test]
fn a_fix_that_loses_a_comment_is_demoted_and_suggested() {
    let toys = || [replace("t/c", "call(comment)", "call()"), replace("t/good", "old", "new")];
    let plan = checked(toys(), "old call(comment)");
    assert_eq!(after(&plan, "a.txt"), "new call(comment)");
    assert_eq!(account(&plan), ["t/good 0..3 accepted", "t/c 4..17 suggested"]);
    let demoted = &plan.ledger.records[1];
    assert_eq!(demoted.applicability, Applicability::Unsafe);
    assert_eq!(demoted.evidence, ["demoted to unsafe: a lost comment"]);
}

#[test]
fn a_demoted_fix_lands_where_unsafe_ones_are_wanted_and_is_called_unsafe() {
    let engine = builder([replace("t/c", "call(comment)", "call()"), replace("t/good", "old", "new")])
        .verifiers([Box::new(Words) as Box<dyn Verifier>])
        .threshold(Applicability::Unsafe);
    let plan = plan_with(engine, &file("old call(comment)"));
    assert_eq!(after(&plan, "a.txt"), "new call()");
    assert_eq!(account(&plan), ["t/good 0..3 accepted", "t/c 4..17 accepted"]);
    let of = |n: usize| plan.ledger.records[n].applicability;
    assert_eq!((of(0), of(1)), (Applicability::Safe, Applicability::Unsafe));
}

#[test]
fn of_fixes_that_break_only_together_the_last_one_does_not_land() {
    let plan = checked([replace("t/1", "x", "1"), replace("t/2", "y", "2"), replace("t/3", "z", "3")], "x y z");
    assert_eq!(after(&plan, "a.txt"), "1 y 3");
    assert_eq!(account(&plan), ["t/1 0..1 accepted", "t/2 2..3 rolled-back: one and two", "t/3 4..5 accepted"]);
}

#[test]
fn what_a_pass_said_stands_when_it_fails_on_the_changed_text() {
    let moody = Toy::new("t/moody", |doc, cx| {
        if doc.text.contains("new") {
            return Err(PassError("not this text".to_owned()));
        }
        for span in crate::support::places(&doc.text, "old x") {
            cx.report(safe(span, "both", Fix::new().edit(Edit::replace(span, "?"))));
        }
        for span in crate::support::places(&doc.text, "end") {
            cx.report(sixify_core::Finding::new(span, "text", "told"));
        }
        Ok(())
    });
    let plan = plan([moody, replace("t/a", "an old", "a new").specificity(1)], &file("an old x end"));
    assert_eq!(after(&plan, "a.txt"), "a new x end");
    assert_eq!(
        account(&plan),
        [
            "t/a 0..6 accepted",
            "t/moody 3..8 rolled-back: the codemod failed on the text that other fixes left",
            "t/moody 9..12 reported",
        ]
    );
    assert_eq!(plan.ledger.failures.len(), 1);
}

#[test]
fn a_fix_whose_own_edits_overlap_never_lands() {
    let odd = each("t/odd", "old", |span| Fix::new().edit(Edit::delete(span)).edit(Edit::insert(span.start + 1, "x")));
    let plan = plan([odd, replace("t/good", "it", "that")], &file("old it"));
    assert_eq!(after(&plan, "a.txt"), "old that");
    assert_eq!(plan.ledger.records[0].outcome, Outcome::RolledBack("its own edits overlap".to_owned()));
}

/// Writes down which files it was asked about.
struct Asked(std::sync::Arc<std::sync::Mutex<Vec<String>>>);

impl Verifier for Asked {
    fn verify(&self, before: &Document, after: &Document, edits: &EditSet) -> Vec<Violation> {
        self.0.lock().expect("no panic").push(format!("{} {}", before.path, after.text));
        Words.verify(before, after, edits)
    }
}

#[test]
fn an_objection_in_one_file_costs_no_second_check_of_another() {
    let asked = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let toys = [replace("t/bad", "x", "bad"), replace("t/good", "old", "new")];
    let engine = builder(toys).verifiers([Box::new(Asked(asked.clone())) as Box<dyn Verifier>]);
    let plan = plan_with(engine, &file("old x").with("b.txt", "old"));
    assert_eq!((after(&plan, "a.txt"), after(&plan, "b.txt")), ("new x".to_owned(), "new".to_owned()));
    // Together, each of the two alone to find the guilty one, and what is left.
    let expected = ["a.txt new bad", "a.txt old bad", "a.txt new x", "b.txt new", "a.txt new x"];
    let mut expected = expected.map(str::to_owned).to_vec();
    let mut asked = asked.lock().expect("no panic").clone();
    expected.sort();
    asked.sort();
    assert_eq!(asked, expected);
}
