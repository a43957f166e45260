//! What a codemod costs where its anchors are in no file.
//!
//! One more codemod is far below what can be measured, so several that never find their anchors
//! are added at once, and the difference is divided among them. They are added to a whole process
//! of this program, which runs the engine as the command does.

use std::ffi::OsString;
use std::path::Path;

use sixify::pass::{Anchors, Context, Document, Kind, Meta, PassError};
use sixify::{Engine, Pass, WorkTree, codemods};

use crate::error::{Error, at};
use crate::language::Language;
use crate::measure::{Program, interleaved};

/// How many are added.
const ADDED: usize = 20;

/// The hidden option that makes this program plan a tree and exit.
pub const OPTION: &str = "--plan";
/// The hidden option that says how many codemods are added.
pub const ADD: &str = "--add";

/// Names of the sort that anchors are, of libraries that are in no tree.
const ANCHORS: [&[&str]; ADDED] = [
    &["Zephyrine.Listen"],
    &["bindQuorrax", "hostVeldt"],
    &["Mirthquay("],
    &["socket.Ogdoad"],
    &["new Thrymba("],
    &["vexilloid/net"],
    &["Kestrix.Any"],
    &["brontide.dial"],
    &["UseGallowglass"],
    &["Perigord.Address"],
    &["0.0.0.0/xyst"],
    &["xanthicUrl", "quoin://"],
    &["listenWyvernal"],
    &["Addr: nyctalope"],
    &["ipv4Only_zarf"],
    &["Dialer.Fipple"],
    &["getaddrgrison"],
    &["Squabash.Split"],
    &["tcp4:widdershins"],
    &["inet_ullage"],
];

struct Idle {
    meta: Meta,
    kinds: &'static [Kind],
    anchors: Anchors,
}

impl Pass for Idle {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn kinds(&self) -> &[Kind] {
        self.kinds
    }

    fn anchors(&self) -> &Anchors {
        &self.anchors
    }

    fn run(&self, _: &Document, _: &mut Context<'_>) -> Result<(), PassError> {
        Err(PassError("its anchors are in a file after all".to_owned()))
    }
}

fn idle(language: Language, count: usize) -> Vec<Box<dyn Pass>> {
    let made = (0..count.min(ADDED)).map(|number| {
        let meta = Meta { id: format!("idle/{number}"), ..Meta::default() };
        // A slice of an array of slices lives as long as the program.
        let anchors = Anchors(&ANCHORS[number..=number]);
        Box::new(Idle { meta, kinds: language.kinds(), anchors }) as Box<dyn Pass>
    });
    made.collect()
}

/// Plans a tree with every codemod and `count` more that have nothing to do.
///
/// # Errors
/// When the tree cannot be read, or one of the codemods had something to do.
pub fn plan(language: Language, tree: &Path, count: usize) -> Result<(), Error> {
    let engine = Engine::builder().codemods(codemods::all()).codemods(idle(language, count)).build()?;
    let plan = engine.plan(&WorkTree::open(tree)?)?;
    match plan.ledger.failures.iter().find(|failure| failure.codemod.starts_with("idle/")) {
        Some(_) => Err(Error::Usage("the tree holds an anchor that no tree should hold")),
        None => Ok(()),
    }
}

/// The cost of one codemod that has nothing to do, as a share of the time on all cores.
///
/// # Errors
/// When this program cannot be run again.
pub fn cost(language: Language, tree: &Path, runs: usize) -> Result<f64, Error> {
    let file = std::env::current_exe().map_err(at(Path::new("this program")))?;
    let program = |count: usize| {
        let arguments: Vec<OsString> = vec![
            OPTION.into(),
            tree.into(),
            "--language".into(),
            language.name().into(),
            ADD.into(),
            count.to_string().into(),
        ];
        Program { name: "engine", file: file.clone(), arguments }
    };
    let samples = interleaved(&[program(0), program(ADDED)], runs)?;
    let cpu: Vec<f64> = samples.iter().map(|samples| samples.cpu().as_secs_f64()).collect();
    match cpu.as_slice() {
        [without, with] if *without > 0.0 => Ok((with / without - 1.0) / ADDED as f64),
        _ => Ok(f64::NAN),
    }
}
