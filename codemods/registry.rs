//! From the files that were found to passes.

use std::sync::OnceLock;

use crate::{comments, doubts, helper_copies, schemes, script_doubts};
use sixify_core::{Anchors, Context, Document, Kind, Meta, Pass, PassError};

/// What a codemod's file says in code; everything else it says in its header.
#[derive(Clone, Copy)]
pub struct Codemod {
    /// The kinds of documents it reads.
    pub kinds: &'static [Kind],
    /// Literals without which it has nothing to say.
    pub anchors: Anchors,
    /// Which of two conflicting fixes lands first, all else being equal: the larger. Usually 0.
    pub specificity: u8,
    /// Looks at a document.
    pub run: fn(&Document, &mut Context<'_>) -> Result<(), PassError>,
}

struct Registered {
    meta: &'static Meta,
    codemod: Codemod,
}

impl Pass for Registered {
    fn meta(&self) -> &Meta {
        self.meta
    }

    fn kinds(&self) -> &[Kind] {
        self.codemod.kinds
    }

    fn anchors(&self) -> &Anchors {
        &self.codemod.anchors
    }

    fn run(&self, doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
        let mut own = Context::new(cx.options(), cx.project());
        (self.codemod.run)(doc, &mut own)?;
        for finding in own.findings() {
            let weighed = script_doubts::weighed(doc, cx, doubts::weighed(doc, finding.clone()));
            let counted = helper_copies::counted(&self.codemod, doc, cx, schemes::known(doc, weighed));
            cx.report(comments::followed(doc, counted));
        }
        own.notes().iter().for_each(|note| cx.leave(note.clone()));
        Ok(())
    }
}

/// All codemods, in order of their ids.
pub fn all() -> Vec<Box<dyn Pass>> {
    // Headers are read once: the tests make the codemods anew for every example.
    static METAS: OnceLock<Vec<Meta>> = OnceLock::new();
    let read = |(id, source, codemod): &(&str, &str, Codemod)| meta(id, source, codemod.specificity);
    let metas = METAS.get_or_init(|| crate::FOUND.iter().map(read).collect());
    let pass = |(meta, (_, _, codemod)): (&'static Meta, &(&str, &str, Codemod))| {
        Box::new(Registered { meta, codemod: *codemod }) as Box<dyn Pass>
    };
    metas.iter().zip(crate::FOUND).map(pass).collect()
}

/// The ids of all codemods, in order.
pub fn ids() -> Vec<&'static str> {
    crate::FOUND.iter().map(|(id, _, _)| *id).collect()
}

/// A codemod that lists others. It is chosen like any other, and runs nothing of its own.
#[derive(Debug)]
pub struct Set {
    /// Its id, title and header.
    pub meta: Meta,
    /// Ids of codemods, folders of them, and `*/name` for those of that name in any folder.
    pub members: Vec<String>,
}

/// All sets, in order of their ids.
pub fn sets() -> &'static [Set] {
    static SETS: OnceLock<Vec<Set>> = OnceLock::new();
    let read = |(id, source): &(&str, &str)| {
        let meta = meta(id, source, 0);
        let members = section(&meta.docs, "## Members").map(str::to_owned).collect();
        Set { meta, members }
    };
    SETS.get_or_init(|| crate::SETS.iter().map(read).collect())
}

/// The items of the list under a heading of a header.
fn section<'a>(docs: &'a str, heading: &str) -> impl Iterator<Item = &'a str> {
    let lines = docs.lines().skip_while(move |line| *line != heading).skip(1);
    lines.take_while(|line| !line.starts_with("## ")).filter_map(|line| line.strip_prefix("- "))
}

/// Reads the header of a codemod's file.
fn meta(id: &str, source: &str, specificity: u8) -> Meta {
    let header = source.lines().take_while(|line| line.starts_with("//!"));
    let docs: Vec<&str> = header.map(|line| line.strip_prefix("//! ").unwrap_or(&line[3..])).collect();
    let title = docs.iter().find_map(|line| line.strip_prefix("# ")).unwrap_or(id);
    let title = title.to_owned();
    let docs = docs.join("\n");
    let references = section(&docs, "## References").map(str::to_owned).collect();
    Meta { id: id.to_owned(), title, docs, references, specificity }
}
