//! `sixify list`: the codemods.

use std::path::Path;

use serde::Serialize;
use sixify::codemods::{self, Set};
use sixify::pass::Meta;
use sixify::report::SCHEMA;

use crate::args::{Format, Shared};
use crate::error::CliError;
use crate::output::Output;
use crate::render::style::{BOLD, paint};
use crate::run::engine;

#[derive(Serialize)]
struct List {
    schema: &'static str,
    codemods: Vec<Item>,
    sets: Vec<Group>,
}

/// One codemod.
#[derive(Serialize)]
struct Item {
    id: String,
    title: String,
    kinds: Vec<&'static str>,
    references: Vec<String>,
}

/// One set of codemods.
#[derive(Serialize)]
struct Group {
    id: &'static str,
    title: &'static str,
    members: &'static [String],
}

pub fn run(shared: &Shared, output: &Output) -> Result<u8, CliError> {
    let engine = engine(shared, Path::new("."))?;
    let item = |meta: &Meta| Item {
        id: meta.id.clone(),
        title: meta.title.clone(),
        kinds: engine.kinds(&meta.id),
        references: meta.references.clone(),
    };
    let items: Vec<Item> = engine.codemods().map(item).collect();
    let group = |set: &'static Set| Group { id: &set.meta.id, title: &set.meta.title, members: &set.members };
    let sets: Vec<Group> = codemods::sets().iter().map(group).collect();
    match shared.format {
        Format::Text => output.text(&text(&items, &sets))?,
        Format::Json => output.json(&List { schema: SCHEMA, codemods: items, sets })?,
        Format::Jsonl => {
            let lines: Result<Vec<String>, _> = items.iter().map(serde_json::to_string).collect();
            output.bytes(format!("{}\n", lines?.join("\n")).as_bytes())?;
        }
    }
    Ok(0)
}

fn text(items: &[Item], sets: &[Group]) -> String {
    let width = items.iter().map(|item| item.id.len()).max().unwrap_or(0);
    let line = |item: &Item| {
        let id = paint(BOLD, format!("{:width$}", item.id));
        format!("{id}  {}  ({})\n", item.title, item.kinds.join(", "))
    };
    let set = |set: &Group| {
        let id = paint(BOLD, format!("{:width$}", set.id));
        format!("{id}  {}  (set of {})\n", set.title, set.members.join(", "))
    };
    items.iter().map(line).chain(sets.iter().map(set)).collect()
}
