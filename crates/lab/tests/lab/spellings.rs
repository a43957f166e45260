//! The lists of spellings that come with the lab.

use std::collections::BTreeSet;

use sixify_lab::{HostKind, Language, measure};

use crate::support::{or_skip, package};

#[test]
fn the_lists_can_be_read() {
    let languages = Language::load_all(&package().join("spellings"), &package().join("probes")).unwrap();
    let names: BTreeSet<_> = languages.iter().map(|language| language.ecosystem.as_str()).collect();
    assert!(names.is_superset(&["c", "go", "java", "node", "py", "rust"].into()), "{names:?}");
    for name in names {
        assert!(package().join("probes").join(name).is_dir(), "{name} has no probe");
    }
}

/// Every spelling is one that its probe knows. On one kind only; the evidence has all five.
#[test]
fn the_probes_know_the_lists() {
    for language in Language::load_all(&package().join("spellings"), &package().join("probes")).unwrap() {
        // The others take half a minute to build or start; measuring them all is what `measure` does.
        if !["c", "py", "rust"].contains(&language.ecosystem.as_str()) {
            continue;
        }
        let out = tempfile::tempdir().unwrap();
        let spellings = match language.prepare(out.path()) {
            Ok(spellings) => spellings,
            Err(why) => {
                crate::support::skip(&format!("{}: {why}", language.ecosystem));
                continue;
            }
        };
        for spelling in spellings {
            let Some(row) = or_skip(measure(HostKind::Dual, &spelling)) else { return };
            assert!(!row.error.contains("unknown spelling") && !row.error.contains("SyntaxError"), "{row}");
            assert!(!row.error.contains("NameError") && !row.error.contains("Invalid argument"), "{row}");
        }
    }
}
