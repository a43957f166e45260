//! Fixes against one baseline: what lands side by side, and what has to wait.

use sixify_core::merge::merge;
use sixify_core::{Edit, EditSet, Fix, Span};

const BASE: &str = "abcdef";

fn cut(start: usize, end: usize) -> Edit {
    Edit::delete(Span::new(start, end))
}

fn swap(start: usize, end: usize, text: &str) -> Edit {
    Edit::replace(Span::new(start, end), text)
}

fn put(at: usize, text: &str) -> Edit {
    Edit::insert(at, text)
}

/// Merges two fixes of the base; `None` when the second one has to wait.
fn merged(x: &[Edit], y: &[Edit]) -> Option<String> {
    let fix = |edits: &[Edit]| Fix::new().edits(edits.to_vec());
    let merged = merge([&fix(x), &fix(y)]);
    let both = EditSet::of(x.iter().chain(y).cloned());
    assert_eq!(both.is_some(), merged.deferred.is_empty(), "a set and a merge must agree");
    if !merged.deferred.is_empty() {
        assert_eq!((merged.accepted, merged.deferred), (vec![0], vec![(1, String::new())]));
        return None;
    }
    let text = merged.edits[""].apply(BASE).expect("edits of the base");
    assert_eq!(both.and_then(|set| set.apply(BASE)).as_deref(), Some(text.as_str()));
    Some(text)
}

#[test]
fn independent_insertions_both_land() {
    assert_eq!(merged(&[put(2, "X")], &[put(5, "Y")]).as_deref(), Some("abXcdeYf"));
    assert_eq!(merged(&[put(5, "X")], &[put(2, "Y")]).as_deref(), Some("abYcdeXf"));
}

#[test]
fn independent_deletions_both_land() {
    assert_eq!(merged(&[cut(1, 2)], &[cut(4, 5)]).as_deref(), Some("acdf"));
}

#[test]
fn of_insertions_at_one_place_the_first_accepted_comes_first() {
    assert_eq!(merged(&[put(3, "X")], &[put(3, "Y")]).as_deref(), Some("abcXYdef"));
    assert_eq!(merged(&[put(3, "Y")], &[put(3, "X")]).as_deref(), Some("abcYXdef"));
}

#[test]
fn identical_insertions_at_one_place_are_one() {
    assert_eq!(merged(&[put(3, "X")], &[put(3, "X")]).as_deref(), Some("abcXdef"));
}

#[test]
fn insertions_with_a_common_start_are_not_taken_apart() {
    assert_eq!(merged(&[put(3, "X")], &[put(3, "XY")]).as_deref(), Some("abcXXYdef"));
}

#[test]
fn identical_and_independent_insertions_mix() {
    let (x, y) = ([put(1, "I"), put(4, "X")], [put(1, "I"), put(4, "Y")]);
    assert_eq!(merged(&x, &y).as_deref(), Some("aIbcdXYef"));
}

#[test]
fn adjacent_deletions_may_cover_everything() {
    assert_eq!(merged(&[cut(0, 3)], &[cut(3, 6)]).as_deref(), Some(""));
    assert_eq!(merged(&[cut(3, 6)], &[cut(0, 3)]).as_deref(), Some(""));
}

#[test]
fn identical_deletions_are_one() {
    assert_eq!(merged(&[cut(1, 4)], &[cut(1, 4)]).as_deref(), Some("aef"));
}

#[test]
fn overlapping_deletions_conflict() {
    assert_eq!(merged(&[cut(1, 3)], &[cut(2, 4)]), None);
    assert_eq!(merged(&[cut(1, 5)], &[cut(2, 3)]), None);
}

#[test]
fn overlapping_deletions_with_different_insertions_conflict_in_both_orders() {
    let (x, y) = ([swap(2, 4, "X")], [swap(3, 5, "Y")]);
    assert_eq!(merged(&x, &y), None);
    assert_eq!(merged(&y, &x), None);
}

#[test]
fn overlapping_deletions_with_equal_insertions_conflict() {
    assert_eq!(merged(&[swap(1, 3, "X")], &[swap(1, 4, "X")]), None);
}

#[test]
fn many_insertions_behind_the_last_one_of_the_other_fix_land() {
    let many = [put(1, "1"), put(3, "3"), put(4, "4"), put(5, "5"), put(6, "6")];
    assert_eq!(merged(&many, &[put(1, "Y")]).as_deref(), Some("a1Ybc3d4e5f6"));
    assert_eq!(merged(&[put(1, "Y")], &many).as_deref(), Some("aY1bc3d4e5f6"));
}

#[test]
fn an_insertion_inside_replaced_text_conflicts_and_at_its_ends_does_not() {
    assert_eq!(merged(&[swap(1, 4, "X")], &[put(2, "Y")]), None);
    assert_eq!(merged(&[put(2, "Y")], &[swap(1, 4, "X")]), None);
    assert_eq!(merged(&[swap(1, 4, "X")], &[put(1, "Y")]).as_deref(), Some("aYXef"));
    assert_eq!(merged(&[swap(1, 4, "X")], &[put(4, "Y")]).as_deref(), Some("aXYef"));
}

#[test]
fn an_edit_that_does_nothing_is_in_nobodys_way() {
    assert_eq!(merged(&[swap(1, 4, "X")], &[put(2, "")]).as_deref(), Some("aXef"));
}

#[test]
fn a_fix_waits_as_a_whole_when_one_of_its_files_conflicts() {
    let first = Fix::new().edit_in("b", cut(0, 2));
    let second = Fix::new().edit_in("a", put(0, "X")).edit_in("b", cut(1, 3));
    let third = Fix::new().edit_in("a", put(0, "Z"));
    let merged = merge([&first, &second, &third]);
    assert_eq!(merged.accepted, [0, 2]);
    assert_eq!(merged.deferred, [(1, "b".to_owned())]);
    assert_eq!(merged.edits["a"].apply("q").as_deref(), Some("Zq"));
}

#[test]
fn a_fix_that_conflicts_with_itself_waits() {
    let merged = merge([&Fix::new().edits([cut(0, 2), cut(1, 3)])]);
    assert!(merged.accepted.is_empty() && merged.edits.is_empty());
}
