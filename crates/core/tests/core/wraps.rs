//! Wraps: texts put around a range whose inside stays free.

use sixify_core::{Edit, EditSet, Span};

/// `text` with wraps and other edits made, in this order of importance.
fn made(text: &str, edits: impl IntoIterator<Item = Edit>) -> Option<String> {
    EditSet::of(edits)?.apply(text)
}

fn around(start: usize, end: usize, name: &str) -> [Edit; 2] {
    Edit::wrap(Span::new(start, end), format!("{name}("), ")")
}

/// Both orders of arrival.
fn both(text: &str, a: [Edit; 2], b: [Edit; 2]) -> [Option<String>; 2] {
    [made(text, a.clone().into_iter().chain(b.clone())), made(text, b.into_iter().chain(a))]
}

#[test]
fn wraps_nest_whatever_comes_first() {
    let nested = Some("f(a g(b) c)".to_owned());
    assert_eq!(both("a b c", around(0, 5, "f"), around(2, 3, "g")), [nested.clone(), nested]);
}

#[test]
fn wraps_with_a_common_start_nest() {
    let nested = Some("f(g(a) b)".to_owned());
    assert_eq!(both("a b", around(0, 3, "f"), around(0, 1, "g")), [nested.clone(), nested]);
}

#[test]
fn wraps_with_a_common_end_nest() {
    let nested = Some("f(a g(b))".to_owned());
    assert_eq!(both("a b", around(0, 3, "f"), around(2, 3, "g")), [nested.clone(), nested]);
}

#[test]
fn of_wraps_of_one_range_the_first_accepted_is_outermost() {
    let made = both("a", around(0, 1, "f"), around(0, 1, "g"));
    assert_eq!(made, [Some("f(g(a))".to_owned()), Some("g(f(a))".to_owned())]);
}

#[test]
fn three_wraps_of_one_range_close_in_the_order_in_which_they_opened() {
    let span = Span::new(0, 1);
    let wraps = [Edit::wrap(span, "(", ")"), Edit::wrap(span, "[", "]"), Edit::wrap(span, "{", "}")];
    assert_eq!(made("a", wraps.into_iter().flatten()).as_deref(), Some("([{a}])"));
}

#[test]
fn identical_wraps_are_one() {
    assert_eq!(made("a", around(0, 1, "f").into_iter().chain(around(0, 1, "f"))).as_deref(), Some("f(a)"));
}

#[test]
fn wraps_side_by_side_do_not_meet() {
    let made = both("ab", around(0, 1, "f"), around(1, 2, "g"));
    assert_eq!(made, [Some("f(a)g(b)".to_owned()), Some("f(a)g(b)".to_owned())]);
}

#[test]
fn crossing_wraps_conflict() {
    assert_eq!(both("abc", around(0, 2, "f"), around(1, 3, "g")), [None, None]);
}

#[test]
fn what_is_wrapped_may_be_replaced_wholly_or_in_part() {
    let swap = |start, end| Edit::replace(Span::new(start, end), "x");
    assert_eq!(made("abc", around(0, 3, "f").into_iter().chain([swap(0, 3)])).as_deref(), Some("f(x)"));
    assert_eq!(made("abc", [swap(0, 3)].into_iter().chain(around(0, 3, "f"))).as_deref(), Some("f(x)"));
    assert_eq!(made("abc", around(0, 3, "f").into_iter().chain([swap(1, 2)])).as_deref(), Some("f(axc)"));
    assert_eq!(made("abc", around(0, 3, "f").into_iter().chain([swap(0, 1)])).as_deref(), Some("f(xbc)"));
    assert_eq!(made("abc", around(0, 3, "f").into_iter().chain([swap(2, 3)])).as_deref(), Some("f(abx)"));
}

#[test]
fn a_replacement_that_swallows_a_wrap_or_cuts_it_conflicts() {
    let swap = |start, end| Edit::replace(Span::new(start, end), "x");
    for (start, end) in [(0, 4), (1, 4), (0, 3), (2, 4), (0, 2)] {
        assert_eq!(made("abcd", around(1, 3, "f").into_iter().chain([swap(start, end)])), None, "{start}..{end}");
    }
    // Also when only the opening end puts something there.
    let open = Edit::wrap(Span::new(1, 3), "-", "");
    assert_eq!(made("abcd", open.into_iter().chain([swap(1, 4)])), None);
}

#[test]
fn insertions_at_the_ends_of_a_wrap_stand_outside() {
    let edits = around(1, 2, "f").into_iter().chain([Edit::insert(1, "<"), Edit::insert(2, ">")]);
    assert_eq!(made("abc", edits).as_deref(), Some("a<f(b)>c"));
}

#[test]
fn a_wrap_of_nothing_keeps_its_order() {
    assert_eq!(made("ab", Edit::wrap(Span::at(1), "\"", "\"")).as_deref(), Some("a\"\"b"));
    assert_eq!(made("ab", around(1, 1, "f")).as_deref(), Some("af()b"));
}
