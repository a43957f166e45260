//! Making a plan file: the edits of a plan in groups, with the lines around them.

use std::collections::{BTreeMap, BTreeSet};

use sixify_core::ledger::ShownEdit;
use sixify_core::{Layout, Outcome};

use super::{CONTEXT, PlannedEdit, PlannedFix, first_lines, last_lines};
use crate::plan::Plan;

/// The edits of a plan in groups that stand or fall together.
pub(super) fn fixes(plan: &Plan) -> Vec<PlannedFix> {
    let mut edits: Vec<PlannedEdit> = Vec::new();
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for file in &plan.files {
        let Ok((text, layout)) = Layout::decode(&file.before) else { continue };
        for (nth, edit) in file.edits.iter().enumerate() {
            let (above, below) = text.split_at_checked(edit.span.start).unwrap_or((&text, ""));
            let below = below.get(edit.span.len()..).unwrap_or("");
            edits.push(PlannedEdit {
                path: file.path.clone(),
                nth,
                start: edit.span.start,
                line: above.matches('\n').count() + 1,
                old: edit.span.text(&text).to_owned(),
                new: edit.text.clone(),
                above: last_lines(above, CONTEXT).to_owned(),
                below: first_lines(below, CONTEXT).to_owned(),
            });
            spans.push((layout.byte_offset(&text, edit.span.start), layout.byte_offset(&text, edit.span.end)));
        }
    }
    let accepted: Vec<_> = plan.ledger.records.iter().filter(|r| r.outcome == Outcome::Accepted).collect();
    let mut of_path: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (n, edit) in edits.iter().enumerate() {
        of_path.entry(&edit.path).or_default().push(n);
    }
    // The group of every edit, by the number of its first edit.
    let mut group: Vec<usize> = (0..edits.len()).collect();
    let join = |group: &mut Vec<usize>, members: &[usize]| {
        let own: BTreeSet<usize> = members.iter().filter_map(|n| group.get(*n).copied()).collect();
        if let Some(first) = own.first().copied() {
            group.iter_mut().filter(|g| own.contains(g)).for_each(|g| *g = first);
        }
    };
    let mut claimed: BTreeSet<usize> = BTreeSet::new();
    let mut of_record: Vec<Vec<usize>> = Vec::new();
    for record in &accepted {
        let near = record.edits.iter().filter_map(|shown| Some((shown, of_path.get(shown.path.as_str())?)));
        let touches = |shown: &ShownEdit, n: usize| {
            spans.get(n).is_some_and(|(start, end)| shown.start <= *end && *start <= shown.end)
        };
        let members: BTreeSet<usize> =
            near.flat_map(|(shown, all)| all.iter().copied().filter(move |n| touches(shown, *n))).collect();
        let members: Vec<usize> = members.into_iter().collect();
        claimed.extend(&members);
        join(&mut group, &members);
        of_record.push(members);
    }
    // Imports are of no one finding: all fixes of the file rest on them.
    for members in of_path.values() {
        if members.iter().any(|n| !claimed.contains(n)) {
            join(&mut group, members);
        }
    }
    let mut out: BTreeMap<usize, PlannedFix> = BTreeMap::new();
    for (edit, group) in edits.into_iter().zip(&group) {
        let new = || PlannedFix { codemods: Vec::new(), messages: Vec::new(), edits: Vec::new() };
        out.entry(*group).or_insert_with(new).edits.push(edit);
    }
    for (record, members) in accepted.iter().zip(&of_record) {
        let Some(fix) = members.first().and_then(|n| group.get(*n)).and_then(|g| out.get_mut(g)) else { continue };
        if !fix.codemods.contains(&record.codemod) {
            fix.codemods.push(record.codemod.clone());
        }
        if !fix.messages.contains(&record.message) {
            fix.messages.push(record.message.clone());
        }
    }
    out.into_values().collect()
}
