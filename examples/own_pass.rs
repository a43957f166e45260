//! A pass of your own, outside of sixify's codemods: the company's wrapper `serve.On(host, port)`
//! took a flag some time ago that makes it listen on both families.
//!
//!     cargo run -p sixify-examples --example own_pass

use sixify::pass::langs::go;
use sixify::pass::{
    Anchors, Applicability, Context, Document, Edit, Finding, Fix, Kind, Meta, Pass, PassError, Role, kinds,
};
use sixify::{Engine, patch_text};

struct ServeOnBoth(Meta);

impl ServeOnBoth {
    fn new() -> Self {
        let title = "Let serve.On listen on both families".to_owned();
        ServeOnBoth(Meta { id: "mycorp/serve-on-both".to_owned(), title, ..Meta::default() })
    }
}

impl Pass for ServeOnBoth {
    fn meta(&self) -> &Meta {
        &self.0
    }

    fn kinds(&self) -> &[Kind] {
        &[kinds::GO]
    }

    fn anchors(&self) -> &Anchors {
        // Files without this text are never parsed.
        const { &Anchors(&[&["mycorp.example/serve"]]) }
    }

    fn run(&self, doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
        let Some(file) = go::file(doc) else { return Ok(()) };
        for call in file.tree.all("call_expression") {
            // The name is resolved through the imports, so an alias is found and a shadow is not.
            if file.callee(call).as_deref() != Some("mycorp.example/serve.On") {
                continue;
            }
            let arguments = file.arguments(call);
            if let [_, port] = arguments.as_slice() {
                let fix = Fix::new().edit(Edit::insert(port.end(), ", serve.BothFamilies"));
                let finding = Finding::new(call.span(), Role::BindHost.name(), "serve.On listens on IPv4 only");
                cx.report(finding.fix(Applicability::Safe, fix));
            }
        }
        Ok(())
    }
}

const MAIN: &str = "package main\n\nimport \"mycorp.example/serve\"\n\nfunc main() {\n\tserve.On(\"0.0.0.0\", 80)\n}\n";

fn patched() -> Result<String, sixify::Error> {
    let engine = Engine::builder().pass(Box::new(ServeOnBoth::new())).build()?;
    Ok(patch_text("main.go", MAIN, &engine)?.diff())
}

fn main() -> Result<(), sixify::Error> {
    print!("{}", patched()?);
    Ok(())
}

#[test]
fn the_flag_is_added_once() -> Result<(), sixify::Error> {
    let diff = patched()?;
    assert!(diff.contains("+\tserve.On(\"0.0.0.0\", 80, serve.BothFamilies)\n"), "{diff}");
    Ok(())
}
