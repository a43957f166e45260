//! Plans a folder, prints the diff, and writes it when told to.
//!
//!     cargo run -p sixify-examples --example folder -- examples/services
//!     cargo run -p sixify-examples --example folder -- FOLDER --write

use sixify::{Engine, Mode, WorkTree};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/services").to_owned());

    let engine = Engine::builder().mode(Mode::DualStack).codemods(sixify::codemods::all()).build()?;
    let folder = WorkTree::open(folder)?;
    let plan = engine.plan(&folder)?;
    print!("{}", plan.diff());
    if arguments.next().as_deref() == Some("--write") {
        plan.write(&folder)?;
    }
    Ok(())
}

#[test]
fn the_services_have_something_to_mend() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::builder().codemods(sixify::codemods::all()).build()?;
    let plan = engine.plan(&WorkTree::open(concat!(env!("CARGO_MANIFEST_DIR"), "/services"))?)?;
    assert!(plan.diff().contains("net.JoinHostPort(host, port)"));
    Ok(())
}
