//! The examples in the headers of the codemods are their tests. `SIXIFY_ONLY=go/` looks at some of
//! them while one is being written.

mod calico;
mod rows;

use sixify_testkit::Harness;

#[test]
fn every_example_of_every_codemod_holds() {
    let report = Harness::new(sixify_codemods::all).only(std::env::var("SIXIFY_ONLY").ok()).run();
    assert!(report.failures.is_empty(), "{report}");
    assert!(report.codemods > 0, "no codemod has such an id");
    eprintln!("{report}");
}
