//! A function that puts the brackets, for Python files that put hosts before ports in several places.

use std::collections::BTreeSet;

use sixify_langs::python::File;
use sixify_langs::strings::Form;

use crate::prelude::*;
use crate::python_code::{before_definition, is_docstring, level};
use crate::python_hosts::{Kind, Known};
use crate::python_joins::Place;
use crate::python_lines::fits_in;

/// How long a line with a call of the function may be.
const WIDEST: usize = 120;

/// Fixes for all places through one function, where the same lines would stand in several places; none of them
/// where no function can be written.
pub(crate) fn shared(doc: &Document, file: &File, places: &[Place<'_>], fixes: Vec<Option<Fix>>) -> Vec<Option<Fix>> {
    if !repeats(places, &fixes) {
        return fixes;
    }
    match helper(doc, file, places) {
        Some(made) => made.into_iter().map(Some).collect(),
        None => fixes.into_iter().map(|fix| fix.filter(|fix| lines(fix).is_none_or(|(_, count)| count < 2))).collect(),
    }
}

fn helper(doc: &Document, file: &File, places: &[Place<'_>]) -> Option<Vec<Fix>> {
    let root = file.tree.root();
    let names = ["url_host", "bracketed_host"];
    let name = names.into_iter().find(|name| !root.descendants().any(|n| n.is("identifier") && n.text() == *name))?;
    let known: Vec<Known> = places.iter().map(|p| Known::of(file, p.host, false)).collect();
    let kind = known.iter().map(|k| k.kind).max()?;
    let bare = known.iter().all(|k| k.bare);
    let quote = crate::python_code::quote(&doc.text);
    let there = if kind == Kind::Missing { "host and " } else { "" };
    let open = if bare { String::new() } else { format!(" and not host.startswith({quote}[{quote})") };
    let level = level(&doc.text, "");
    let text = if kind == Kind::Object { format!("{level}host = str(host)\n") } else { String::new() };
    let body = format!("{level}return f{quote}[{{host}}]{quote} if {there}{quote}:{quote} in host{open} else host");
    let typed = kind == Kind::Text && doc.text.contains(") -> ");
    let head = if typed { "(host: str) -> str" } else { "(host)" };
    let define = format!("def {name}{head}:\n{text}{body}\n\n\n");
    let (at, gap) = before_first(doc, root, places)?;
    let define = Edit::insert(at, format!("{gap}{define}"));
    let mut made = Vec::new();
    for place in places {
        let mut fix = Fix::new().edit(define.clone());
        let twin = places.iter().find(|p| place.twin == Some(p.whole));
        for place in std::iter::once(place).chain(twin) {
            let call = format!("{name}({})", place.host.text());
            let call = if place.form == Form::Template { format!("{{{call}}}") } else { call };
            let edit = Edit::replace(place.hole, call);
            // Where lines are longer already, nobody minds one more.
            let long = doc.text.lines().filter(|line| line.len() > WIDEST).count() > 2;
            if !long && !fits_in(&doc.text, &edit, WIDEST) || place.host.text().contains('\n') {
                return None;
            }
            fix = fix.edit(edit);
        }
        made.push(fix);
    }
    Some(made)
}

/// Where a fix puts lines, and how many.
fn lines(fix: &Fix) -> Option<(usize, usize)> {
    let mut edits = fix.edits.values().flatten();
    let insert = edits.find(|e| e.span.start == e.span.end && e.text.contains('\n'))?;
    Some((insert.span.start, insert.text.matches('\n').count()))
}

/// Whether lines would stand in more than two places of the file, or several lines for the same host in two.
fn repeats(places: &[Place<'_>], fixes: &[Option<Fix>]) -> bool {
    let all: BTreeSet<(usize, usize, &str)> = places
        .iter()
        .zip(fixes)
        .filter_map(|(place, fix)| {
            let (at, count) = fix.as_ref().and_then(lines)?;
            Some((at, count, place.host.text()))
        })
        .collect();
    let several = |host: &str| all.iter().filter(|(_, count, other)| *count > 1 && *other == host).count();
    all.len() > 2 || all.iter().any(|(_, _, host)| several(host) > 1)
}

/// Where the function is defined: before the first definition of the file, or the first statement that needs it,
/// behind the imports; and the empty lines that are missing before it.
fn before_first(doc: &Document, root: Node<'_>, places: &[Place<'_>]) -> Option<(usize, &'static str)> {
    let defines = ["function_definition", "class_definition", "decorated_definition"];
    let needs = |n: &Node<'_>| n.is_any(&defines) || places.iter().any(|p| n.holds(p.host));
    let imports = |n: &Node<'_>| n.kind().starts_with("import") || n.kind().ends_with("import_statement");
    let imported = root.items().filter(imports).last().map_or(0, Node::end);
    let statement = root.items().find(|n| n.start() >= imported && needs(n))?;
    if is_docstring(statement) || places.iter().any(|p| p.host.start() < statement.start()) {
        return None;
    }
    before_definition(&doc.text, statement)
}
