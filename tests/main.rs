//! What holds for the whole house.
//!
//! Pages that are made from the code are compared with what the code makes now. To write them
//! anew, run `SIXIFY_BLESS=1 cargo test -p sixify-tests`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod circles;
mod evidence;
mod evidence_page;
mod go_services;
mod house;
mod pages;
mod proofs;
mod self_checks;
mod services;
mod story;

use std::path::{Path, PathBuf};

/// The top of the workspace.
fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(top().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Compares a page with what it should be, or writes it when asked to.
fn fresh(path: &str, wanted: &str) {
    let file = top().join(path);
    if std::env::var_os("SIXIFY_BLESS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, wanted).unwrap();
        return;
    }
    let there = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(there == wanted, "{path} is stale: run SIXIFY_BLESS=1 cargo test -p sixify-tests");
}

/// Whether what takes minutes and the network is to run: under CI, and when `SIXIFY_LAB` is set.
fn in_the_lab() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let wanted = set("CI") || set("SIXIFY_LAB");
    if !wanted {
        sixify_testkit::skip(&"the lab installs packages and takes minutes: set SIXIFY_LAB=1 to run it");
    }
    wanted
}
