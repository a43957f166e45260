//! Composing passes: some of sixify's codemods and two small ones of your own, in one run. Their
//! fixes refer to the same bytes and are merged, so no order has to be thought of. A pass whose result it
//! would change again is taken back by the engine, so each of these looks for text it does not write.
//!
//!     cargo run -p sixify-examples --example composing_passes

use sixify::pass::{
    Anchors, Applicability, Context, Document, Edit, Finding, Fix, Kind, Meta, Pass, PassError, Span, kinds,
};
use sixify::{Engine, patch_text};

/// Replaces one word by another in YAML files.
struct Word {
    meta: Meta,
    old: &'static str,
    new: &'static str,
}

impl Word {
    fn pass(id: &str, old: &'static str, new: &'static str) -> Box<dyn Pass> {
        Box::new(Word { meta: Meta { id: id.to_owned(), ..Meta::default() }, old, new })
    }
}

impl Pass for Word {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn kinds(&self) -> &[Kind] {
        &[kinds::YAML]
    }

    fn anchors(&self) -> &Anchors {
        &Anchors::ALWAYS
    }

    fn run(&self, doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
        for (at, word) in doc.text.match_indices(self.old) {
            let span = Span::new(at, at + word.len());
            let fix = Fix::new().edit(Edit::replace(span, self.new));
            cx.report(
                Finding::new(span, "word", format!("{} is called {} now", self.old, self.new))
                    .fix(Applicability::Safe, fix),
            );
        }
        Ok(())
    }
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: cache\nspec:\n  containers:\n    - name: redis\n      image: redis:7.2\n      command: [\"redis-server\", \"--bind\", \"0.0.0.0\"]\n";

fn patched() -> Result<String, sixify::Error> {
    let engine = Engine::builder()
        .codemods(sixify::codemods::all())
        .only(["redis", "mycorp"])
        .pass(Word::pass("mycorp/registry", "image: redis", "image: registry.mycorp.example/redis"))
        .pass(Word::pass("mycorp/name", "name: cache", "name: session-cache"))
        .build()?;
    Ok(patch_text("pod.yaml", POD, &engine)?.diff())
}

fn main() -> Result<(), sixify::Error> {
    print!("{}", patched()?);
    Ok(())
}

#[test]
fn all_three_land_in_one_run() -> Result<(), sixify::Error> {
    let diff = patched()?;
    for line in [
        "+  name: session-cache\n",
        "+      image: registry.mycorp.example/redis:7.2\n",
        "\"--bind\", \"0.0.0.0\", \"::\"]\n",
    ] {
        assert!(diff.contains(line), "{line:?} is not in\n{diff}");
    }
    Ok(())
}
