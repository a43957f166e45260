//! The facade as another program uses it, with passes of that program's own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;

use sixify::pass::{
    Anchors, Applicability, Context, Document, Edit, Finding, Fix, Kind, Meta, PassError, Policy, Span,
};
use sixify::pass::{Note, kinds};
use sixify::{Config, Engine, EngineError, Error, Memory, Mode, Observer, Outcome, Pass, WorkTree, WriteError};
use sixify::{is_usual_skip, patch_text};

/// Replaces a word in Go files; a second one is only reported, a third one left alone.
struct Replace {
    meta: Meta,
    applicability: Applicability,
}

impl Replace {
    fn boxed(id: &str, applicability: Applicability) -> Box<dyn Pass> {
        let references = vec!["https://example.org/why".to_owned()];
        let meta = Meta { id: id.to_owned(), title: "Replaces a word".to_owned(), references, ..Meta::default() };
        Box::new(Replace { meta, applicability })
    }
}

impl Pass for Replace {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn kinds(&self) -> &[Kind] {
        &[kinds::GO]
    }

    fn anchors(&self) -> &Anchors {
        &Anchors::ALWAYS
    }

    fn run(&self, doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
        if doc.text.contains("broken") {
            return Err(PassError("cannot go on".to_owned()));
        }
        let new = cx.options().setting(&format!("{}.new", self.meta.id)).unwrap_or("new").to_owned();
        let mode = Policy::of(cx.options()).mode;
        for (start, word) in doc.text.match_indices("\"old\"") {
            let span = Span::new(start, start + word.len());
            let fix = Fix::new().edit(Edit::replace(span, format!("{new:?}")));
            let finding = Finding::new(span, "join", format!("old in {mode}")).because("it is old");
            cx.report(finding.fix(self.applicability, fix));
        }
        for (start, word) in doc.text.match_indices("\"right\"") {
            let span = Span::new(start, start + word.len());
            cx.leave(Note { span, role: "join", reason: "is right".to_owned(), evidence: Vec::new() });
        }
        Ok(())
    }
}

fn engine(applicability: Applicability) -> Engine {
    Engine::builder().pass(Replace::boxed("go/replace", applicability)).build().unwrap()
}

const OLD: &str = "package a\n\nvar x = \"old\"\nvar y = \"right\"\n";
const NEW: &str = "package a\n\nvar x = \"new\"\nvar y = \"right\"\n";

#[test]
fn a_folder_is_planned_shown_and_written() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("b")).unwrap();
    fs::write(dir.path().join("b/a.go"), OLD).unwrap();
    let folder = WorkTree::open(dir.path()).unwrap();
    let plan = engine(Applicability::Safe).plan(&folder).unwrap();
    let diff = "diff --git a/b/a.go b/b/a.go\n--- a/b/a.go\n+++ b/b/a.go\n@@ -1,4 +1,4 @@\n package a\n \n\
                -var x = \"old\"\n+var x = \"new\"\n var y = \"right\"\n";
    assert_eq!(plan.diff(), diff);
    assert_eq!(plan.ledger.notes.len(), 1);
    assert_eq!(plan.write(&folder).unwrap().files, ["b/a.go"]);
    assert_eq!(fs::read_to_string(dir.path().join("b/a.go")).unwrap(), NEW);
    let error = plan.write(&folder).unwrap_err();
    assert!(matches!(error, WriteError::Refused(_)), "{error}");
    assert_eq!(error.to_string(), "nothing was written: b/a.go has changed since it was read; run again");
    assert!(engine(Applicability::Safe).plan(&folder).unwrap().files.is_empty());
}

#[test]
fn one_text_is_patched() {
    let plan = patch_text("x/a.go", OLD, &engine(Applicability::Safe)).unwrap();
    assert_eq!(plan.file("x/a.go").map(|f| f.after.as_slice()), Some(NEW.as_bytes()));
    assert!(patch_text("a.txt", OLD, &engine(Applicability::Safe)).unwrap().files.is_empty());
}

#[test]
fn tests_are_looked_at_where_they_are_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a_test.go"), OLD).unwrap();
    let folder = WorkTree::open(dir.path()).unwrap();
    let files = |tests: bool| {
        let engine = Engine::builder().pass(Replace::boxed("go/replace", Applicability::Safe)).tests(tests);
        let plan = engine.build().unwrap().plan(&folder).unwrap();
        plan.files.iter().map(|file| file.path.clone()).collect::<Vec<_>>()
    };
    assert!(files(false).is_empty());
    assert_eq!(files(true), ["a_test.go"]);
}

#[test]
fn what_is_not_proven_is_suggested_unless_asked_for() {
    let suggested = patch_text("a.go", OLD, &engine(Applicability::Unsafe)).unwrap();
    assert!(suggested.files.is_empty());
    assert_eq!(suggested.ledger.records[0].outcome, Outcome::Suggested);
    let pass = Replace::boxed("go/replace", Applicability::Unsafe);
    let engine = Engine::builder().pass(pass).allow_unsafe(true).mode(Mode::Ipv6Only).set("go/replace.new", "newer");
    let plan = patch_text("a.go", OLD, &engine.build().unwrap()).unwrap();
    assert_eq!(plan.ledger.records[0].outcome, Outcome::Accepted);
    assert_eq!(plan.ledger.records[0].message, "old in ipv6-only");
    assert!(plan.diff().contains("+var x = \"newer\"\n"));
}

#[test]
fn the_report_is_the_schema() {
    let source = Memory::new().with("a.go", OLD).with("b.go", "package b // broken\n").with("c.png", "x");
    let plan = engine(Applicability::Safe).plan(&source).unwrap();
    let report = serde_json::to_value(plan.report()).unwrap();
    let want = serde_json::json!({
        "schema": "sixify/1",
        "mode": "dual-stack",
        "findings": [{
            "codemod": "go/replace", "path": "a.go", "line": 3, "column": 9, "end_line": 3, "end_column": 14,
            "role": "join", "message": "old in dual-stack", "evidence": ["it is old"],
            "applicability": "safe", "outcome": "accepted",
            "edits": [{"path": "a.go", "start": 19, "end": 24, "start_line": 3, "end_line": 3, "replacement": "\"new\""}],
            "references": ["https://example.org/why"],
        }],
        "skipped": [{"path": "c.png", "reason": "no codemod reads such files"}],
        "failures": [{"codemod": "go/replace", "path": "b.go", "reason": "cannot go on"}],
        "summary": {
            "files": 2, "changed": 1, "findings": 1, "outcomes": {"accepted": 1}, "applicability": {"safe": 1},
            "skipped": {"no codemod reads such files": 1}, "failures": 1,
        },
    });
    assert_eq!(report, want);
    let back: sixify::Report = serde_json::from_value(report).unwrap();
    assert_eq!(back, plan.report());
    assert!(plan.is_incomplete(false));
    let whole = patch_text("c.png", "x", &engine(Applicability::Safe)).unwrap();
    assert!(!whole.is_incomplete(true) && !is_usual_skip("cannot be read: Permission denied"));
}

#[test]
fn codemods_are_chosen_by_id_or_folder_and_must_be_there() {
    let builder = || {
        let ids = ["go/a", "go/b", "redis/bind"];
        Engine::builder().codemods(ids.map(|id| Replace::boxed(id, Applicability::Safe)))
    };
    let chosen = |engine: Engine| -> Vec<String> { engine.codemods().map(|meta| meta.id.clone()).collect() };
    assert_eq!(chosen(builder().only(["go"]).skip(["go/b"]).build().unwrap()), ["go/a"]);
    let config = Config { only: vec!["redis".into()], ..Config::default() };
    assert_eq!(chosen(builder().config(&config).build().unwrap()), ["redis/bind"]);
    assert_eq!(chosen(builder().config(&config).only(["go/a"]).build().unwrap()), ["go/a"]);
    assert!(matches!(builder().skip(["go/c"]).build(), Err(Error::UnknownCodemod(id)) if id == "go/c"));
    assert!(matches!(builder().set("go/c.x", "1").build(), Err(Error::UnknownSetting(_))));
    assert!(matches!(builder().skip(["go", "redis"]).build(), Err(Error::NothingToRun)));
    assert!(matches!(Engine::builder().build(), Err(Error::NothingToRun)));
    let joins = ["go/join-host-port", "c/join-host-port", "go/network-family", "kubernetes/probe-host"];
    let joins = || Engine::builder().codemods(joins.map(|id| Replace::boxed(id, Applicability::Safe)));
    assert_eq!(chosen(joins().only(["*/join-host-port"]).build().unwrap()), ["c/join-host-port", "go/join-host-port"]);
    assert_eq!(chosen(joins().only(["set/texts"]).skip(["c"]).build().unwrap()), ["go/join-host-port"]);
    assert_eq!(chosen(joins().only(["go"]).skip(["set/texts"]).build().unwrap()), ["go/network-family"]);
    assert!(matches!(builder().only(["set/texts"]).build(), Err(Error::UnknownCodemod(id)) if id == "set/texts"));
    let engine = builder().build().unwrap();
    assert_eq!(engine.readers("a/x.go", "").codemods, ["go/a", "go/b", "redis/bind"]);
    assert_eq!(engine.readers("a/x.py", "").codemods, [""; 0]);
    assert_eq!((engine.readers("a/x.py", "").kind, engine.readers("x.png", "").kind), (Some("python"), None));
}

#[test]
fn an_observer_may_end_the_run() {
    struct Impatient;
    impl Observer for Impatient {
        fn cancelled(&self) -> bool {
            true
        }
    }
    let engine = Engine::builder().pass(Replace::boxed("go/replace", Applicability::Safe)).observer(Impatient);
    let error = patch_text("a.go", OLD, &engine.build().unwrap()).unwrap_err();
    assert!(matches!(error, Error::Engine(EngineError::Cancelled)));
}
