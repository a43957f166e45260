//! The examples in the headers of the codemods are their tests. `SIXIFY_ONLY=go/` looks at some of
//! them while one is being written. What a header would be too long with stands in `further`.

#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

mod calico;
mod rows;

use sixify_testkit::Harness;

#[test]
fn every_example_of_every_codemod_holds() {
    let further = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/further");
    let report = Harness::new(sixify_codemods::all).only(std::env::var("SIXIFY_ONLY").ok()).further(further).run();
    assert!(report.failures.is_empty(), "{report}");
    assert!(report.codemods > 0, "no codemod has such an id");
    eprintln!("{report}");
}

#[test]
fn further_examples_are_those_of_a_codemod() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/further");
    for ecosystem in std::fs::read_dir(folder).expect("the folder").map(|e| e.expect("an entry").path()) {
        for page in std::fs::read_dir(&ecosystem).expect("a folder").map(|e| e.expect("an entry").path()) {
            let name = |path: &std::path::Path| path.file_stem().expect("a name").to_string_lossy().into_owned();
            let id = format!("{}/{}", name(&ecosystem), name(&page));
            assert!(sixify_codemods::ids().contains(&id.as_str()), "no codemod is called {id}");
        }
    }
}
