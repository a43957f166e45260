//! The plan does not depend on who does the work, nor on the order in which things arrive.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use sixify_core::source::Memory;
use sixify_core::{Edit, EngineError, Finding, Fix, Observer, Plan, Pool, Serial, Span};

use crate::support::{Toy, builder, replace, safe};

/// Does the jobs on several threads, the last ones first.
struct Threads(usize);

impl Pool for Threads {
    fn run(&self, count: usize, job: &(dyn Fn(usize) + Sync)) {
        let next = AtomicUsize::new(count);
        let work = || {
            while let Ok(n) = next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)) {
                job(n - 1);
            }
        };
        std::thread::scope(|scope| (0..self.0).for_each(|_| drop(scope.spawn(work))));
    }
}

/// Forgets every other job, does some twice, and invents one.
struct Sloppy;

impl Pool for Sloppy {
    fn run(&self, count: usize, job: &(dyn Fn(usize) + Sync)) {
        (0..count).step_by(2).chain(0..count.min(1)).chain([count + 7]).for_each(job);
    }
}

fn files() -> Memory {
    let text = |n: usize| format!("old {n}\nan old it\n{}", "it old\n".repeat(n % 5));
    (0..40).fold(Memory::new(), |files, n| files.with(format!("d{}/f{n}.txt", n % 7), text(n)))
}

fn toys() -> [Toy; 4] {
    let failing = Toy::new("t/failing", |doc, _| {
        assert!(!doc.path.ends_with("3.txt"), "three");
        Ok(())
    });
    [replace("t/a", "old", "new"), replace("t/b", "an old", "a young"), replace("t/c", "it", "that"), failing]
}

fn planned(pool: &dyn Pool) -> Plan {
    builder(toys()).build().unwrap().plan(&files(), pool, &()).unwrap()
}

#[test]
fn every_pool_gives_the_same_plan() {
    let serial = planned(&Serial);
    assert!(serial.files.len() == 40 && serial.ledger.failures.len() == 4);
    for threads in [1, 2, 8] {
        assert_eq!(planned(&Threads(threads)), serial);
    }
    assert_eq!(planned(&Sloppy), serial);
}

/// Counts, and cancels after a while.
struct Watch {
    seen: Mutex<Vec<(usize, usize)>>,
    patience: usize,
}

impl Observer for Watch {
    fn progress(&self, done: usize, total: usize) {
        self.seen.lock().unwrap().push((done, total));
    }

    fn cancelled(&self) -> bool {
        self.seen.lock().unwrap().len() >= self.patience
    }
}

#[test]
fn progress_counts_every_file_once_over_all_rounds() {
    let watch = Watch { seen: Mutex::default(), patience: usize::MAX };
    builder(toys()).build().unwrap().plan(&files(), &Serial, &watch).unwrap();
    assert_eq!(*watch.seen.lock().unwrap(), (1..=40).map(|n| (n, 40)).collect::<Vec<_>>());
}

#[test]
fn a_cancelled_run_gives_no_plan() {
    for patience in [0, 1, 39, 40] {
        let watch = Watch { seen: Mutex::default(), patience };
        let plan = builder(toys()).build().unwrap().plan(&files(), &Threads(2), &watch);
        assert!(matches!(plan, Err(EngineError::Cancelled)), "{patience}");
    }
}

/// Cancels once, while the files are looked at again, and then no more.
struct Once(AtomicUsize);

impl Observer for Once {
    fn cancelled(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) == 60
    }
}

#[test]
fn a_moment_of_cancelling_is_enough() {
    let plan = builder(toys()).build().unwrap().plan(&files(), &Serial, &Once(AtomicUsize::new(0)));
    assert!(matches!(plan, Err(EngineError::Cancelled)));
}

/// Findings of one pass, in any order and number, some of them at one place.
fn findings() -> impl Strategy<Value = Vec<Finding>> {
    let finding = (0_usize..12, 0_usize..4, "[xy]{0,2}", "[mn]").prop_map(|(start, len, text, message)| {
        let span = Span::new(start, (start + len).min(12));
        safe(span, &message, Fix::new().edit(Edit::replace(span, text)))
    });
    proptest::collection::vec(finding, 1..8)
}

/// A pass that reports these findings of the original text, and nothing of a changed one.
fn reporting(findings: Vec<Finding>) -> Toy {
    Toy::new("t/r", move |doc, cx| {
        if doc.text == TEXT {
            findings.iter().for_each(|finding| cx.report(finding.clone()));
        }
        Ok(())
    })
}

const TEXT: &str = "abcdefghijkl";

proptest! {
    #[test]
    fn the_order_of_reports_does_not_matter(
        (given, shuffled) in findings().prop_flat_map(|f| (Just(f.clone()), Just(f).prop_shuffle())),
    ) {
        let plan = |findings| {
            let engine = builder([reporting(findings), replace("t/b", "cd", "new")]).build().unwrap();
            engine.plan(&crate::support::file(TEXT), &Serial, &()).unwrap()
        };
        prop_assert_eq!(plan(given), plan(shuffled));
    }
}

const LITERALS: [&str; 5] = ["a", "b", "ab", "ba", "abb"];
const NEW: [&str; 5] = ["", "c", "a", "bc", "ab"];

proptest! {
    #[test]
    fn any_codemods_on_any_text_end_with_an_account_of_every_finding(
        text in "[ab\n]{1,12}",
        pairs in proptest::collection::vec((0_usize..5, 0_usize..5), 1..5),
    ) {
        let toys = || pairs.iter().enumerate().map(|(n, (from, to))| replace(&format!("t/{n}"), LITERALS[*from], NEW[*to]));
        let planned = |pool: &dyn Pool| builder(toys()).build().unwrap().plan(&crate::support::file(&text), pool, &()).unwrap();
        let plan = planned(&Serial);
        for (n, (from, _)) in pairs.iter().enumerate() {
            for span in crate::support::places(&text, LITERALS[*from]) {
                let id = format!("t/{n}");
                prop_assert!(plan.ledger.records.iter().any(|r| r.codemod == id && r.span == span), "{} {:?}", id, span);
            }
        }
        for file in &plan.files {
            let after = file.edits.apply(&text).unwrap();
            prop_assert_eq!(after.as_bytes(), file.after.as_slice());
            prop_assert_ne!(&after, &text);
        }
        let landed = plan.ledger.count("accepted") > 0;
        prop_assert_eq!(landed, !plan.files.is_empty(), "{:?}", crate::support::account(&plan));
        prop_assert_eq!(planned(&Threads(2)), plan);
    }
}
