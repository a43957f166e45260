//! Merging fixes that were made for the same bytes.
//!
//! Fixes arrive in order of acceptance. One lands when none of its edits conflicts with an edit
//! that has landed, in any of its files; otherwise the whole fix waits for the next round.
//! Identical edits coalesce, insertions carry the range they wrap, so nested wraps need no luck.

use std::collections::BTreeMap;

use crate::edit::EditSet;
use crate::fix::Fix;

/// What came of a merge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Numbers of the fixes that landed, in order of acceptance.
    pub accepted: Vec<usize>,
    /// Numbers of the fixes that must wait, each with the path of the first conflict.
    pub deferred: Vec<(usize, String)>,
    /// The landed edits by path.
    pub edits: BTreeMap<String, EditSet>,
}

/// Merges fixes that come in order of acceptance. The result depends on that order alone.
pub fn merge<'a>(fixes: impl IntoIterator<Item = &'a Fix>) -> Merged {
    let mut merged = Merged::default();
    let mut rank = 0;
    for (number, fix) in fixes.into_iter().enumerate() {
        match conflict(&merged, fix) {
            Some(path) => merged.deferred.push((number, path)),
            None => {
                for (path, edits) in &fix.edits {
                    let set = merged.edits.entry(path.clone()).or_default();
                    for edit in edits {
                        set.push(rank, edit.clone());
                        rank += 1;
                    }
                }
                merged.accepted.push(number);
            }
        }
    }
    merged
}

/// The path in which a fix conflicts with what has landed or with itself.
fn conflict(merged: &Merged, fix: &Fix) -> Option<String> {
    let landed = |path: &String| merged.edits.get(path);
    let clash = fix.edits.iter().find(|(path, edits)| {
        let with_landed = landed(path).is_some_and(|set| edits.iter().any(|e| set.conflict(e).is_some()));
        with_landed || EditSet::of(edits.iter().cloned()).is_none()
    });
    clash.map(|(path, _)| path.clone())
}
