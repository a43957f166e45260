//! Code that goes in circles: functions, fields and variables that get their values from themselves.
//!
//! What follows a value through a file or a project has to come to an end there. A search that does
//! not overflows the stack, which ends the test program, too.

use std::collections::BTreeSet;

use sixify::{Engine, WorkTree};

use crate::top;

#[test]
fn code_that_goes_in_circles_is_followed_to_an_end() {
    let folder = top().join("tests/circles");
    let engine = Engine::builder().codemods(sixify::codemods::all()).allow_unsafe(true).build().unwrap();
    let plan = engine.plan(&WorkTree::open(&folder).unwrap()).unwrap();
    assert!(plan.ledger.failures.is_empty(), "{:?}", plan.ledger.failures);
    let there: BTreeSet<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let looked_at: BTreeSet<String> = plan.ledger.records.iter().map(|record| record.path.to_string()).collect();
    assert_eq!(looked_at, there, "a file without a finding is one that nothing was followed in");
}
