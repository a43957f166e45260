//! Runs the proofs of the lab: programs before a rewrite, and after it as the engine makes it.
//!
//! What they measure is kept in `codemods/evidence/`, where the claims find it. These tests measure
//! anew and compare; `SIXIFY_BLESS=1` keeps what they measured.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use sixify::{Engine, WorkTree};
use sixify_lab::{Case, HostKind, LabError, Packages, Prepared, Proof, Row, measure};

use sixify_testkit::skip;

use crate::{fresh, read, top};

/// Held by whoever may install packages.
pub static INSTALLING: Mutex<()> = Mutex::new(());

/// The packages of other languages, below the folder where everything is built.
pub fn packages() -> Packages {
    let here = std::env::current_exe().unwrap();
    // target/debug/deps/all
    let target = here.ancestors().nth(3).unwrap();
    Packages::new(top().join("crates/lab/packages"), target.join("packages"))
}

/// Rewrites a folder with one codemod.
fn mend(codemod: &str, folder: &Path, bold: bool) -> Result<(), String> {
    let engine = Engine::builder().codemods(sixify::codemods::all()).only([codemod]).allow_unsafe(bold);
    let engine = engine.build().map_err(|error| error.to_string())?;
    let tree = WorkTree::open(folder).map_err(|error| error.to_string())?;
    let plan = engine.plan(&tree).map_err(|error| error.to_string())?;
    plan.write(&tree).map_err(|error| error.to_string())?;
    if plan.files.is_empty() { Err(format!("{codemod} changes nothing in its proof")) } else { Ok(()) }
}

struct Ready {
    proof: Proof,
    prepared: Prepared,
    _folder: tempfile::TempDir,
}

/// The proofs that can be run here; says why for the others.
fn ready(wanted: fn(&Proof) -> bool) -> Vec<Ready> {
    let packages = packages();
    let _guard = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut ready = Vec::new();
    for proof in Proof::load_all(&top().join("crates/lab/proofs")).unwrap().into_iter().filter(wanted) {
        let folder = tempfile::tempdir().unwrap();
        let mend = |path: &Path, bold: bool| mend(&proof.codemod, path, bold);
        match proof.prepare(folder.path(), &packages, &mend) {
            Ok(prepared) => ready.push(Ready { proof: proof.clone(), prepared, _folder: folder }),
            Err(why) => skip(&format!("the proof of {}: {why}", proof.codemod)),
        }
    }
    ready
}

/// The rows of all listeners, before and after on every kind of host, in the order of the proofs.
fn measured(ready: &[Ready]) -> Result<Vec<Row>, LabError> {
    let pairs = ready.iter().flat_map(|ready| &ready.prepared.listeners);
    let spellings: Vec<_> = pairs.flat_map(|(before, after)| [before, after]).collect();
    // Most of the time is waiting for programs to start.
    let half = spellings.len().div_ceil(2).max(1);
    std::thread::scope(|scope| {
        let part = |part: &[&sixify_lab::Spelling]| -> Result<Vec<Row>, LabError> {
            part.iter().flat_map(|spelling| HostKind::ALL.map(|kind| measure(kind, spelling))).collect()
        };
        let running: Vec<_> = spellings.chunks(half).map(|chunk| scope.spawn(move || part(chunk))).collect();
        let mut rows = Vec::new();
        for thread in running {
            rows.extend(thread.join().expect("measuring does not panic")?);
        }
        Ok(rows)
    })
}

fn lines(header: String, lines: impl Iterator<Item = String>) -> String {
    std::iter::once(header).chain(lines).map(|line| line + "\n").collect()
}

#[test]
fn listeners_are_reached_as_the_evidence_says() {
    const TABLE: &str = "codemods/evidence/rewrites.tsv";
    if !crate::in_the_lab() {
        return;
    }
    let ready = ready(Proof::has_listeners);
    let rows = match measured(&ready) {
        Err(error @ (LabError::NotLinux | LabError::NoNamespaces { .. })) => return skip(&error),
        rows => rows.unwrap(),
    };
    if std::env::var_os("SIXIFY_BLESS").is_some() {
        return fresh(TABLE, &lines(Row::header(), rows.iter().map(Row::to_string)));
    }
    let known = Row::read_all(&read(TABLE)).unwrap();
    for row in &rows {
        let same = |old: &&Row| {
            (&old.ecosystem, &old.spelling, old.host_kind) == (&row.ecosystem, &row.spelling, row.host_kind)
        };
        let old = known.iter().find(same).unwrap_or_else(|| panic!("{TABLE} lacks\n{row}"));
        assert!(row.agrees_with(old), "measured\n{row}\nbut {TABLE} has\n{old}");
    }
}

#[test]
fn answers_are_as_the_evidence_says() {
    const TABLE: &str = "codemods/evidence/answers.tsv";
    if !crate::in_the_lab() {
        return;
    }
    let mut found = Vec::new();
    let mut bare = Vec::new();
    for Ready { proof, prepared, .. } in ready(Proof::has_answers) {
        for question in &prepared.questions {
            let cases = match question.ask() {
                Err(error @ (LabError::NotLinux | LabError::NoNamespaces { .. })) => return skip(&error),
                cases => cases.unwrap(),
            };
            let row = |case: &Case, version: &str| case.line(&proof.codemod, &question.program, version);
            found.extend(cases.iter().map(|case| row(case, &prepared.version)));
            bare.extend(cases.iter().map(|case| row(case, "")));
        }
    }
    if std::env::var_os("SIXIFY_BLESS").is_some() {
        return fresh(TABLE, &lines(Case::header(), found.into_iter()));
    }
    // Versions may differ from those of the evidence, and nothing else.
    let known = read(TABLE);
    let unversioned = |line: &str| {
        let mut fields: Vec<&str> = line.split('\t').collect();
        fields[2] = "";
        fields.join("\t")
    };
    let known: Vec<String> = known.lines().skip(1).map(unversioned).collect();
    for line in &bare {
        assert!(known.contains(line), "{TABLE} lacks\n{line}");
    }
}
