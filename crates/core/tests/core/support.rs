//! A toy world: kinds told by the ends of names, and passes that look for literals.

use sixify_core::source::Memory;
use sixify_core::{
    Anchors, Applicability, Classifier, Context, Document, Edit, Engine, EngineBuilder, Finding, Fix, Kind, Meta,
    Options, Pass, PassError, Plan, Record, Serial, Span,
};

/// Plain text, and scripts, which are the same to the toy passes.
pub const TEXT: Kind = Kind("text");
/// A format that holds other documents.
pub const HOST: Kind = Kind("host");

pub struct ByName;

impl Classifier for ByName {
    fn by_path(&self, path: &str) -> Option<Kind> {
        match path.rsplit_once('.')?.1 {
            "txt" | "js" | "go" => Some(TEXT),
            "host" => Some(HOST),
            _ => None,
        }
    }

    fn worth_reading(&self, path: &str) -> bool {
        !path.contains('.')
    }

    fn by_content(&self, _path: &str, text: &str) -> Option<Kind> {
        text.starts_with("#!text").then_some(TEXT)
    }
}

type Run = dyn Fn(&Document, &mut Context<'_>) -> Result<(), PassError> + Send + Sync;

/// A pass made of a closure.
pub struct Toy {
    meta: Meta,
    anchors: Anchors,
    run: Box<Run>,
}

impl Toy {
    pub fn new(
        id: &str,
        run: impl Fn(&Document, &mut Context<'_>) -> Result<(), PassError> + Send + Sync + 'static,
    ) -> Self {
        Toy { meta: Meta { id: id.to_owned(), ..Meta::default() }, anchors: Anchors::ALWAYS, run: Box::new(run) }
    }

    pub fn anchors(mut self, anchors: Anchors) -> Self {
        self.anchors = anchors;
        self
    }

    pub fn specificity(mut self, specificity: u8) -> Self {
        self.meta.specificity = specificity;
        self
    }
}

impl Pass for Toy {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn kinds(&self) -> &[Kind] {
        &[TEXT]
    }

    fn anchors(&self) -> &Anchors {
        &self.anchors
    }

    fn run(&self, doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
        (self.run)(doc, cx)
    }
}

/// Where a literal stands.
pub fn places(text: &str, literal: &str) -> Vec<Span> {
    text.match_indices(literal).map(|(at, found)| Span::new(at, at + found.len())).collect()
}

/// A finding with a safe fix.
pub fn safe(span: Span, message: &str, fix: Fix) -> Finding {
    Finding::new(span, "text", message).fix(Applicability::Safe, fix)
}

/// A pass that makes a fix for every place where a literal stands.
pub fn each(id: &str, literal: &'static str, fix: impl Fn(Span) -> Fix + Send + Sync + 'static) -> Toy {
    Toy::new(id, move |doc, cx| {
        for span in places(&doc.text, literal) {
            cx.report(safe(span, literal, fix(span)));
        }
        Ok(())
    })
}

/// A pass that replaces a literal.
pub fn replace(id: &str, from: &'static str, to: &'static str) -> Toy {
    each(id, from, move |span| Fix::new().edit(Edit::replace(span, to)))
}

pub fn passes(toys: impl IntoIterator<Item = Toy>) -> Vec<Box<dyn Pass>> {
    toys.into_iter().map(|toy| Box::new(toy) as Box<dyn Pass>).collect()
}

pub fn builder(toys: impl IntoIterator<Item = Toy>) -> EngineBuilder {
    Engine::builder().classifier(ByName).options(Options::default()).passes(passes(toys))
}

pub fn plan_with(builder: EngineBuilder, files: &Memory) -> Plan {
    builder.build().expect("an engine").plan(files, &Serial, &()).expect("a plan")
}

pub fn plan(toys: impl IntoIterator<Item = Toy>, files: &Memory) -> Plan {
    plan_with(builder(toys), files)
}

pub fn file(text: impl AsRef<[u8]>) -> Memory {
    Memory::new().with("a.txt", text)
}

/// What a file becomes, as text; the empty string when it does not change.
pub fn after(plan: &Plan, path: &str) -> String {
    plan.file(path).map_or_else(String::new, |f| String::from_utf8(f.after.clone()).expect("UTF-8"))
}

/// The ledger in short: `codemod start..end outcome`, one line per finding.
pub fn account(plan: &Plan) -> Vec<String> {
    let line = |r: &Record| format!("{} {}..{} {}", r.codemod, r.span.start, r.span.end, r.outcome);
    plan.ledger.records.iter().map(line).collect()
}
