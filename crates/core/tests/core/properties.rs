//! What holds for any text and any edits.

use std::process::Command;

use proptest::prelude::*;
use sixify_core::merge::merge;
use sixify_core::{Edit, EditSet, Fix, Layout, Span, diff};

/// A text of a few lines, with characters of one to three bytes and all sorts of line ends.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![4 => "[a-d ]{0,4}", 2 => Just("\n".to_owned()), 1 => Just("\r\n".to_owned()),
        1 => Just("\r".to_owned()), 1 => Just("é€".to_owned())];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// A place on a character bound.
fn bound(text: &str, at: usize) -> usize {
    let at = at % (text.len() + 1);
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

type Raw = (usize, usize, String, bool);

fn raw_edits(most: usize) -> impl Strategy<Value = Vec<Raw>> {
    let new = prop_oneof!["[x-z]{0,3}", Just("x\ny".to_owned()), Just("\n".to_owned()), Just("ß".to_owned())];
    proptest::collection::vec((any::<u16>().prop_map(usize::from), 0_usize..6, new, any::<bool>()), 0..most)
}

/// Edits of a text; a `true` makes a wrap.
fn edits(text: &str, raw: &[Raw]) -> Vec<Vec<Edit>> {
    let edit = |(start, len, new, wrap): &Raw| {
        let start = bound(text, *start);
        let span = Span::new(start, start.max(bound(text, (start + len).min(text.len()))));
        if *wrap { Edit::wrap(span, format!("<{new}"), ">").to_vec() } else { vec![Edit::replace(span, new.as_str())] }
    };
    raw.iter().map(edit).collect()
}

/// As many of them as can stand together.
fn set(text: &str, raw: &[Raw]) -> EditSet {
    let fixes: Vec<Fix> = edits(text, raw).into_iter().map(|edits| Fix::new().edits(edits)).collect();
    merge(&fixes).edits.remove("").unwrap_or_default()
}

fn text_and_set() -> impl Strategy<Value = (String, EditSet)> {
    (text(), raw_edits(8)).prop_map(|(text, raw)| {
        let set = set(&text, &raw);
        (text, set)
    })
}

/// Applies a unified diff of one file, as strictly as `git apply` does.
fn patched(before: &[u8], patch: &[u8]) -> Option<Vec<u8>> {
    let lines = |bytes| <[u8]>::split_inclusive(bytes, |b| *b == b'\n').collect::<Vec<&[u8]>>();
    let (old, patch) = (lines(before), lines(patch));
    let (mut out, mut at) = (Vec::new(), 0);
    let mut rest = patch.iter().skip_while(|line| !line.starts_with(b"@@")).peekable();
    while let Some(head) = rest.next() {
        let head = std::str::from_utf8(head).ok()?;
        let range = |field: &str| -> Option<(usize, usize)> {
            let field = field.get(1..)?;
            let (start, count) = field.split_once(',').unwrap_or((field, "1"));
            Some((start.parse().ok()?, count.parse().ok()?))
        };
        let mut fields = head.split(' ').skip(1);
        let ((start, mut gone), (_, mut come)) = (range(fields.next()?)?, range(fields.next()?)?);
        let start = if gone == 0 { start } else { start - 1 };
        out.extend(old.get(at..start)?.concat());
        at = start;
        while gone + come > 0 {
            let line = rest.next()?;
            let (tag, mut body) = (line.first()?, line.get(1..)?);
            if rest.peek().is_some_and(|next| next.starts_with(b"\\")) {
                rest.next();
                body = body.strip_suffix(b"\n")?;
            }
            if *tag != b'+' {
                (*old.get(at)? == body).then_some(())?;
                (at, gone) = (at + 1, gone.checked_sub(1)?);
            }
            if *tag != b'-' {
                out.extend_from_slice(body);
                come = come.checked_sub(1)?;
            }
        }
    }
    out.extend(old.get(at..)?.concat());
    Some(out)
}

/// What `git apply` makes of it; `None` without git.
fn git_applied(name: &str, before: &[u8], patch: &[u8]) -> Option<Result<Vec<u8>, String>> {
    let folder = std::env::temp_dir().join(format!("sixify-core-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).ok()?;
    std::fs::write(folder.join("a b.txt"), before).ok()?;
    std::fs::write(folder.join("patch"), patch).ok()?;
    let mut git = Command::new("git");
    git.args(["-c", "core.autocrlf=false", "-c", "core.safecrlf=false", "apply", "--whitespace=nowarn", "patch"]);
    let ran = git.current_dir(&folder).env("GIT_CEILING_DIRECTORIES", std::env::temp_dir()).output().ok()?;
    let after = std::fs::read(folder.join("a b.txt")).ok()?;
    std::fs::remove_dir_all(&folder).ok()?;
    Some(if ran.status.success() { Ok(after) } else { Err(String::from_utf8_lossy(&ran.stderr).into_owned()) })
}

proptest! {
    #[test]
    fn applying_the_diff_equals_applying_the_edits((text, set) in text_and_set()) {
        let after = set.apply(&text).unwrap();
        let patch = diff::unified("a.txt", text.as_bytes(), after.as_bytes());
        prop_assert_eq!(patched(text.as_bytes(), &patch), Some(after.into_bytes()));
    }

    #[test]
    fn bytes_outside_of_edits_never_change((text, set) in text_and_set()) {
        let after = set.apply(&text).unwrap();
        // Walk over both texts: what no edit covers must be there, in order, and nothing else.
        let (mut old, mut new) = (0, 0);
        for edit in set.iter() {
            let kept = &text[old..edit.span.start];
            prop_assert_eq!(&after[new..new + kept.len()], kept);
            new += kept.len();
            prop_assert_eq!(&after[new..new + edit.text.len()], edit.text.as_str());
            (old, new) = (edit.span.end, new + edit.text.len());
        }
        prop_assert_eq!(&after[new..], &text[old..]);
    }

    #[test]
    fn untouched_ranges_map_forward_and_back((text, set) in text_and_set(), start: u16, len in 1_usize..5) {
        let start = bound(&text, start.into());
        let span = Span::new(start, bound(&text, (start + len).min(text.len())));
        let touched = set.iter().any(|e| e.span.overlaps(span));
        if !span.is_empty() && !touched {
            let there = set.forward(span);
            let after = set.apply(&text).unwrap();
            prop_assert_eq!(there.text(&after), span.text(&text));
            prop_assert_eq!(set.back(there), span);
        }
    }

    #[test]
    fn back_holds_every_old_byte_that_a_range_of_the_new_text_touches((text, set) in text_and_set(), at: u16) {
        let after = set.apply(&text).unwrap();
        prop_assume!(!after.is_empty());
        let at = usize::from(at) % after.len();
        let old = set.back(Span::new(at, at + 1));
        prop_assert!(old.end <= text.len());
        // A byte that was there before comes from one place alone; a new one from where it was put.
        let byte = after.as_bytes()[at];
        let written = set.iter().any(|e| e.span == old && e.text.as_bytes().contains(&byte));
        prop_assert!(written || text.as_bytes()[old.start..old.end] == [byte]);
    }

    #[test]
    fn one_set_after_the_other_is_one_set((text, first) in text_and_set(), raw in raw_edits(8)) {
        let middle = first.apply(&text).unwrap();
        let second = set(&middle, &raw);
        let after = second.apply(&middle).unwrap();
        let both = first.then(&second, &text, &middle);
        prop_assert_eq!(both.apply(&text), Some(after));
        prop_assert!(both.iter().zip(both.iter().skip(1)).all(|(a, b)| a.span.end < b.span.start));
    }

    #[test]
    fn edits_that_do_not_conflict_can_stand_in_one_text_in_any_order(text in text(), raw in raw_edits(6)) {
        let all: Vec<Edit> = edits(&text, &raw).concat();
        for a in &all {
            for b in &all {
                prop_assert_eq!(a.conflicts(b), b.conflicts(a));
            }
        }
        let forth = EditSet::of(all.clone()).map(|set| set.apply(&text).unwrap().len());
        let back = EditSet::of(all.into_iter().rev()).map(|set| set.apply(&text).unwrap().len());
        prop_assert_eq!(forth, back);
    }

    #[test]
    fn wraps_stay_balanced_whatever_else_lands(text in "[a-d]{0,12}", raw in raw_edits(8)) {
        let raw: Vec<Raw> = raw.into_iter().map(|(start, len, _, wrap)| (start, len, String::new(), wrap)).collect();
        let after = set(&text, &raw).apply(&text).unwrap();
        let mut depth = 0_i32;
        for b in after.bytes() {
            depth += i32::from(b == b'<') - i32::from(b == b'>');
            prop_assert!(depth >= 0, "{}", after);
        }
        prop_assert_eq!(depth, 0);
    }

    #[test]
    fn a_layout_gives_the_bytes_back(mut bytes in proptest::collection::vec(any::<u8>(), 0..64), bom: bool) {
        if bom {
            bytes.splice(0..0, *b"\xEF\xBB\xBF");
        }
        if let Ok((text, layout)) = Layout::decode(&bytes) {
            prop_assert_eq!(layout.encode(&text), Some(bytes.clone()));
            prop_assert_eq!(layout.byte_offset(&text, text.len()), bytes.len());
            for (offset, c) in text.char_indices().filter(|(_, c)| c.is_ascii()) {
                prop_assert_eq!(u32::from(bytes[layout.byte_offset(&text, offset)]), u32::from(c));
            }
        }
    }
}

#[test]
fn git_applies_the_diffs() {
    let long: String = (0..40).map(|n| format!("line {n}\n")).collect();
    let cases: [(&str, &str, Vec<u8>); 9] = [
        ("one", "a\nb\nc\n", b"a\nB\nc\n".to_vec()),
        ("crlf", "a\r\nb\r\nc", b"a\r\nB\r\nc".to_vec()),
        ("stray", "a\rb\nc\r", b"a\rB\nc\r".to_vec()),
        ("mac", "a\rb\rc\r", b"a\rB\rc\r".to_vec()),
        ("last", "a\nb", b"a\nB".to_vec()),
        ("empty", "", b"a\n".to_vec()),
        ("cleared", "a\n", Vec::new()),
        ("far", &long, long.replace("line 3\n", "LINE 3\n").replace("line 30\n", "x\ny\n").into_bytes()),
        ("latin", "\u{feff}a\nb\n", b"\xEF\xBB\xBFa\n\xE9\n".to_vec()),
    ];
    for (name, before, after) in cases {
        let patch = diff::unified("a b.txt", before.as_bytes(), &after);
        assert_eq!(patched(before.as_bytes(), &patch).as_ref(), Some(&after), "{name}");
        if let Some(applied) = git_applied(name, before.as_bytes(), &patch) {
            assert_eq!(applied.as_ref(), Ok(&after), "{name}:\n{}", String::from_utf8_lossy(&patch));
        }
    }
}
