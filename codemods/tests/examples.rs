//! The examples in the headers of the codemods are their tests.

use sixify_testkit::Harness;

#[test]
fn every_example_of_every_codemod_holds() {
    let report = Harness::new(sixify_codemods::all).run();
    assert!(report.failures.is_empty(), "{report}");
    eprintln!("{report}");
}
