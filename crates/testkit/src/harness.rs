//! Runs examples and tells what does not hold.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use sixify_core::source::Memory;
use sixify_core::{Applicability, Engine, Options, Pass, Plan, Serial};
use sixify_langs::{Mode, Policy};

use crate::example::{Example, Expectation, examples};
use crate::variants::Variant;

/// Runs the examples of codemods.
pub struct Harness {
    passes: fn() -> Vec<Box<dyn Pass>>,
    only: Option<String>,
    further: Option<PathBuf>,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many codemods were looked at.
    pub codemods: usize,
    /// How many examples there were.
    pub examples: usize,
    /// How many runs were made of them.
    pub runs: usize,
    /// What does not hold, each with the id and the line of the example.
    pub failures: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in &self.failures {
            writeln!(f, "{failure}\n")?;
        }
        let Report { codemods, examples, runs, failures } = self;
        write!(f, "{codemods} codemods, {examples} examples, {runs} runs, {} failures", failures.len())
    }
}

/// One way of running an example.
#[derive(Clone, Copy)]
struct Setup {
    prefilter: bool,
    threshold: Applicability,
}

impl Harness {
    /// A harness for these codemods. They are made anew for every run.
    pub fn new(passes: fn() -> Vec<Box<dyn Pass>>) -> Self {
        Harness { passes, only: None, further: None }
    }

    /// Looks only at the codemods whose id begins like this, such as `go/`.
    pub fn only(mut self, prefix: Option<String>) -> Self {
        self.only = prefix;
        self
    }

    /// A folder with further examples, `<id>.md`, for codemods of which the header shows enough. They
    /// are written as those of headers are.
    pub fn further(mut self, folder: impl Into<PathBuf>) -> Self {
        self.further = Some(folder.into());
        self
    }

    /// Runs every example of every codemod.
    pub fn run(&self) -> Report {
        let mut report = Report::default();
        let metas: Vec<_> = (self.passes)().iter().map(|p| p.meta().clone()).collect();
        let wanted = |id: &str| self.only.as_deref().is_none_or(|prefix| id.starts_with(prefix));
        for meta in metas.into_iter().filter(|meta| wanted(&meta.id)) {
            report.codemods += 1;
            match examples(&meta.docs) {
                Err(error) => report.failures.push(format!("{}: {error}", meta.id)),
                Ok(found) => {
                    if !found.iter().any(|e| matches!(e.expect, Expectation::Becomes(_) | Expectation::Reported)) {
                        report.failures.push(format!("{}: no example of what it does", meta.id));
                    }
                    if !found.iter().any(|e| e.expect == Expectation::Unchanged) {
                        report.failures.push(format!("{}: no near-miss: add an `unchanged` example", meta.id));
                    }
                    for example in &found {
                        report.examples += 1;
                        self.example(&meta.id, example, "the header", &mut report);
                    }
                }
            }
            let page = self.further.as_ref().map(|folder| folder.join(format!("{}.md", meta.id)));
            let page = page.and_then(|page| fs::read_to_string(page).ok()).unwrap_or_default();
            match examples(&page) {
                Err(error) => report.failures.push(format!("{}: further examples: {error}", meta.id)),
                Ok(found) => {
                    for example in &found {
                        report.examples += 1;
                        self.example(&meta.id, example, "the further examples", &mut report);
                    }
                }
            }
        }
        report
    }

    fn example(&self, id: &str, example: &Example, of: &str, report: &mut Report) {
        for variant in Variant::ALL {
            let Some(example) = variant.apply(example) else { continue };
            // That the prefilter only saves time does not depend on line ends.
            let filters: &[bool] = if variant == Variant::AsWritten { &[true, false] } else { &[true] };
            for &prefilter in filters {
                report.runs += 1;
                let name = format!("{id}, line {} of {of}, {}", example.line, variant.name());
                let how = if prefilter { "" } else { ", without prefilter" };
                if let Err(error) = self.check(id, &example, prefilter) {
                    report.failures.push(format!("{name}{how}: {error}"));
                }
            }
        }
        if let Err(error) = self.comments(id, example, report) {
            report.failures.push(format!("{id}, line {} of {of}, {error}", example.line));
        }
    }

    /// Runs an example and compares.
    fn check(&self, id: &str, example: &Example, prefilter: bool) -> Result<(), String> {
        let wanted = if example.unsafe_fix { Applicability::Unsafe } else { Applicability::Safe };
        let setup = Setup { prefilter, threshold: wanted };
        let plan = self.plan(id, example, setup)?;
        if let Some(failure) = plan.ledger.failures.first() {
            return Err(format!("the codemod failed: {}", failure.reason));
        }
        match &example.expect {
            Expectation::Becomes(files) => {
                for file in files {
                    let got = plan.file(&file.path).map(|f| String::from_utf8_lossy(&f.after).into_owned());
                    let before = example.files.iter().find(|f| f.path == file.path).map(|f| f.text.clone());
                    let got = got.or(before).unwrap_or_default();
                    if got != file.text {
                        let outcomes: Vec<String> =
                            plan.ledger.records.iter().map(|r| format!("{}: {}", r.applicability, r.outcome)).collect();
                        return Err(format!(
                            "{} becomes\n{got}\ninstead of\n{}\noutcomes: {outcomes:?}",
                            file.path, file.text
                        ));
                    }
                }
                if let Some(extra) = plan.files.iter().find(|f| !files.iter().any(|w| w.path == f.path)) {
                    return Err(format!("{} changes too", extra.path));
                }
                if example.unsafe_fix
                    && !self.plan(id, example, Setup { prefilter, threshold: Applicability::Safe })?.files.is_empty()
                {
                    return Err("something lands without being asked for, and the example says unsafe".to_owned());
                }
                self.twice(id, example, files, setup)
            }
            Expectation::Unchanged | Expectation::Reported => {
                // Near-misses must hold even when everything is allowed.
                let plan = self.plan(id, example, Setup { prefilter, threshold: Applicability::Unsafe })?;
                if let Some(file) = plan.files.first() {
                    return Err(format!("it changes to\n{}", String::from_utf8_lossy(&file.after)));
                }
                let reported = plan.ledger.records.len();
                match example.expect {
                    Expectation::Reported if reported == 0 => Err("nothing is reported".to_owned()),
                    Expectation::Unchanged if reported > 0 => {
                        Err(format!("it is reported: {}", plan.ledger.records[0].message))
                    }
                    _ => Ok(()),
                }
            }
        }
    }

    /// A second run must find nothing to do.
    fn twice(
        &self,
        id: &str,
        example: &Example,
        files: &[crate::example::ExampleFile],
        setup: Setup,
    ) -> Result<(), String> {
        let mut again = example.clone();
        for file in files {
            if let Some(old) = again.files.iter_mut().find(|f| f.path == file.path) {
                old.text.clone_from(&file.text);
            }
        }
        let plan = self.plan(id, &again, setup)?;
        match plan.files.first() {
            Some(file) => Err(format!("a second run changes it again, to\n{}", String::from_utf8_lossy(&file.after))),
            None => Ok(()),
        }
    }

    /// Puts a comment into every place that an edit passes over: it must be kept, or the fix must
    /// not land by default.
    fn comments(&self, id: &str, example: &Example, report: &mut Report) -> Result<(), String> {
        if example.unsafe_fix || !matches!(example.expect, Expectation::Becomes(_)) {
            return Ok(());
        }
        let setup = Setup { prefilter: true, threshold: Applicability::Safe };
        let plan = self.plan(id, example, setup)?;
        for file in &plan.files {
            let Some(comment) = block_comment(&file.path) else { continue };
            let old = String::from_utf8_lossy(&file.before).into_owned();
            let places = file.edits.iter().filter(|e| !e.span.is_empty()).flat_map(|e| e.span.start..=e.span.end);
            for place in places.filter(|p| between_tokens(&old, *p)) {
                let mut changed = example.clone();
                let Some(target) = changed.files.iter_mut().find(|f| f.path == file.path) else { continue };
                target.text = format!("{}{comment}{}", &old[..place], &old[place..]);
                report.runs += 1;
                let plan = self.plan(id, &changed, setup)?;
                let lost = plan.file(&file.path).is_some_and(|f| !String::from_utf8_lossy(&f.after).contains(comment));
                if lost {
                    return Err(format!("a comment at byte {place} of {} is lost", file.path));
                }
            }
        }
        Ok(())
    }

    fn plan(&self, id: &str, example: &Example, setup: Setup) -> Result<Plan, String> {
        let passes = (self.passes)().into_iter().filter(|p| p.meta().id == id);
        let mut options = Options::default();
        let mut policy = Policy::default();
        if let Some(mode) = &example.mode {
            policy.mode = mode.parse::<Mode>().map_err(|e| e.to_string())?;
        }
        options.insert(policy);
        for (key, value) in &example.settings {
            options.set(key, value);
        }
        let mut builder = Engine::builder()
            .passes(passes)
            .options(options)
            .classifier(sixify_langs::Files)
            .verifiers(sixify_langs::verifiers())
            .embedders(sixify_langs::embedders())
            .resolvers(sixify_langs::resolvers())
            .threshold(setup.threshold)
            .tests(example.tests);
        if !setup.prefilter {
            builder = builder.without_prefilter();
        }
        let engine = builder.build().map_err(|e| e.to_string())?;
        let source = example.files.iter().fold(Memory::new(), |m, f| m.with(&f.path, &f.text));
        engine.plan(&source, &Serial, &()).map_err(|e| e.to_string())
    }
}

/// A comment that may stand between any two tokens.
fn block_comment(path: &str) -> Option<&'static str> {
    let extension = path.rsplit('.').next()?;
    let with =
        ["go", "js", "mjs", "cjs", "ts", "tsx", "jsx", "cs", "java", "kt", "scala", "rs", "c", "cc", "cpp", "h", "php"];
    with.contains(&extension).then_some("/* kept */")
}

/// Whether a comment at this place would not split a word or a literal. Places inside quotes are
/// left out by looking at the quotes before them on the line.
fn between_tokens(text: &str, at: usize) -> bool {
    let (Some(before), Some(behind)) = (text.get(..at), text.get(at..)) else { return false };
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let line = before.rsplit('\n').next().unwrap_or("");
    let quoted = ['"', '\'', '`'].iter().any(|q| line.matches(*q).count() % 2 == 1);
    let glued = word(before.chars().next_back()) && word(behind.chars().next());
    let operator = |c: Option<char>| c.is_some_and(|c| ":=+&|<>!-*/.".contains(c));
    let split = operator(before.chars().next_back()) && operator(behind.chars().next());
    !quoted && !glued && !split
}
