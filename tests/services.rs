//! The example services: what the README's first command shows.

use sixify::{Applicability, Engine, Outcome, Plan, WorkTree};

use crate::{fresh, top};

fn plan(allow_unsafe: bool) -> Plan {
    let engine = Engine::builder().codemods(sixify::codemods::all()).allow_unsafe(allow_unsafe).build().unwrap();
    engine.plan(&WorkTree::open(top().join("examples/services")).unwrap()).unwrap()
}

#[test]
fn the_diff_is_the_recorded_one() {
    fresh("tests/golden/services.diff", &plan(false).diff());
    fresh("tests/golden/services-unsafe.diff", &plan(true).diff());
}

#[test]
fn every_finding_has_an_outcome_that_fits_it() {
    let plan = plan(false);
    assert!(plan.ledger.failures.is_empty(), "{:?}", plan.ledger.failures);
    for record in &plan.ledger.records {
        match record.applicability {
            Applicability::Safe => assert_eq!(record.outcome, Outcome::Accepted, "{record:?}"),
            Applicability::Unsafe => assert_eq!(record.outcome, Outcome::Suggested, "{record:?}"),
            Applicability::Display => assert_eq!(record.outcome, Outcome::Reported, "{record:?}"),
        }
    }
}

#[test]
fn what_only_looks_wrong_is_left_alone() {
    let diff = plan(true).diff();
    let removed: Vec<&str> = diff.lines().filter(|l| l.starts_with('-') && !l.starts_with("---")).collect();
    for text in
        ["ListenAndServe", "1.0.0.0", "web.listen-address", "cidr:", "--fork", "replica-announce-ip", "[::]:8080"]
    {
        assert!(!removed.iter().any(|line| line.contains(text)), "{text} was touched:\n{diff}");
    }
}
