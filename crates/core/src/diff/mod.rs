//! Unified diffs that `git apply` takes as they are.

mod slide;

use similar::{DiffTag, TextDiff};
use slide::{Side, slide};

/// Lines of context around a change, as git has it.
const CONTEXT: usize = 3;

/// The diff of one file; empty when nothing changed. Bytes that are not UTF-8 come out as they
/// are in the file.
pub fn unified(path: &str, before: &[u8], after: &[u8]) -> Vec<u8> {
    if before == after {
        return Vec::new();
    }
    let (old, new) = (quoted("a/", path), quoted("b/", path));
    let mut out = format!("diff --git {old} {new}\n--- {}\n+++ {}\n", tabbed(&old), tabbed(&new)).into_bytes();
    let (old, new) = sides(before, after);
    for hunk in hunks(&changes(&old, &new)) {
        let (first, last) = (hunk.first(), hunk.last());
        let range = |from: Option<usize>, to: Option<usize>| {
            let (from, to) = (from.unwrap_or(0), to.unwrap_or(0));
            // An empty range is named by the line before it, and a single line by its number alone.
            match to - from {
                0 => format!("{from},0"),
                1 => format!("{}", from + 1),
                lines => format!("{},{lines}", from + 1),
            }
        };
        let removed = range(first.map(|c| c.old.0), last.map(|c| c.old.1));
        let added = range(first.map(|c| c.new.0), last.map(|c| c.new.1));
        out.extend_from_slice(format!("@@ -{removed} +{added} @@\n").as_bytes());
        for change in hunk {
            let sign = if change.kept { b' ' } else { b'-' };
            write(&mut out, sign, old.lines.get(change.old.0..change.old.1));
            if !change.kept {
                write(&mut out, b'+', new.lines.get(change.new.0..change.new.1));
            }
        }
    }
    out
}

fn write(out: &mut Vec<u8>, sign: u8, lines: Option<&[&[u8]]>) {
    for line in lines.unwrap_or_default() {
        out.push(sign);
        out.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            out.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
    }
}

/// The lines of both sides, with those marked that the other one does not have.
fn sides<'a>(before: &'a [u8], after: &'a [u8]) -> (Side<'a>, Side<'a>) {
    // Cut by hand: git ends lines at `\n` alone, the library also at a lone `\r`.
    let side = |bytes: &'a [u8]| {
        let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
        Side { changed: vec![false; lines.len()], lines }
    };
    let (mut old, mut new) = (side(before), side(after));
    for op in TextDiff::from_slices(&old.lines, &new.lines).ops() {
        if op.tag() != DiffTag::Equal {
            old.changed[op.old_range()].fill(true);
            new.changed[op.new_range()].fill(true);
        }
    }
    slide(&mut old, &new);
    slide(&mut new, &old);
    (old, new)
}

/// Lines that are kept, or removed and added, as ranges of line numbers from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change {
    kept: bool,
    old: (usize, usize),
    new: (usize, usize),
}

fn changes(old: &Side<'_>, new: &Side<'_>) -> Vec<Change> {
    let run = |side: &Side<'_>, from: usize, changed: bool| {
        side.changed.iter().skip(from).take_while(|c| **c == changed).count()
    };
    let (mut all, mut i, mut j) = (Vec::new(), 0, 0);
    while i < old.lines.len() || j < new.lines.len() {
        let (removed, added) = (run(old, i, true), run(new, j, true));
        let kept = removed == 0 && added == 0;
        let (removed, added) = if kept {
            let both = run(old, i, false).min(run(new, j, false));
            (both, both)
        } else {
            (removed, added)
        };
        if removed == 0 && added == 0 {
            break;
        }
        all.push(Change { kept, old: (i, i + removed), new: (j, j + added) });
        (i, j) = (i + removed, j + added);
    }
    all
}

/// The changes with the lines around them; those whose surroundings touch are one hunk.
fn hunks(changes: &[Change]) -> Vec<Vec<Change>> {
    let mut hunks: Vec<Vec<Change>> = Vec::new();
    let mut open: Vec<Change> = Vec::new();
    let last = changes.len().saturating_sub(1);
    for (nth, change) in changes.iter().enumerate() {
        if !change.kept {
            open.push(*change);
            continue;
        }
        let lines = change.old.1 - change.old.0;
        let head = Change {
            old: (change.old.0, change.old.0 + lines.min(CONTEXT)),
            new: (change.new.0, change.new.0 + lines.min(CONTEXT)),
            ..*change
        };
        let tail = Change {
            old: (change.old.1 - lines.min(CONTEXT), change.old.1),
            new: (change.new.1 - lines.min(CONTEXT), change.new.1),
            ..*change
        };
        if nth == 0 {
            open.push(tail);
        } else if nth == last {
            open.push(head);
        } else if lines <= 2 * CONTEXT {
            open.push(*change);
        } else {
            open.push(head);
            hunks.push(std::mem::replace(&mut open, vec![tail]));
        }
    }
    if open.iter().any(|change| !change.kept) {
        hunks.push(open);
    }
    hunks
}

/// A name with a blank in it ends with a tab in the `---` and `+++` lines, so that it is not
/// taken for a name with a time behind it.
fn tabbed(name: &str) -> String {
    if name.contains(' ') && !name.starts_with('"') { format!("{name}\t") } else { name.to_owned() }
}

/// A path as git writes it: with C escapes in quotes where it has characters that need them.
fn quoted(prefix: &str, path: &str) -> String {
    let plain = |b: u8| (0x20..0x7f).contains(&b) && b != b'"' && b != b'\\';
    if path.bytes().all(plain) {
        return format!("{prefix}{path}");
    }
    let mut out = format!("\"{prefix}");
    for b in path.bytes() {
        match b {
            b'"' | b'\\' => out.extend(['\\', char::from(b)]),
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b'\r' => out.push_str("\\r"),
            _ if plain(b) => out.push(char::from(b)),
            _ => out.push_str(&format!("\\{b:03o}")),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_gits_and_a_missing_final_newline_is_said() {
        let diff = unified("a b.txt", b"x\ny", b"x\nz");
        let want = "diff --git a/a b.txt b/a b.txt\n--- a/a b.txt\t\n+++ b/a b.txt\t\n@@ -1,2 +1,2 @@\n x\n-y\n\\ No newline at end of file\n+z\n\\ No newline at end of file\n";
        assert_eq!(String::from_utf8_lossy(&diff), want);
    }

    #[test]
    fn groups_stand_where_git_shows_them() {
        let before = "fn a() {\n    x();\n}\n\nfn c() {\n    x();\n}\n";
        let after = "fn a() {\n    x();\n}\n\nfn b() {\n    x();\n}\n\nfn c() {\n    x();\n}\n";
        let diff = unified("f", before.as_bytes(), after.as_bytes());
        let want = "@@ -2,6 +2,10 @@\n     x();\n }\n \n+fn b() {\n+    x();\n+}\n+\n fn c() {\n     x();\n }\n";
        assert!(String::from_utf8_lossy(&diff).ends_with(want), "{}", String::from_utf8_lossy(&diff));
    }

    #[test]
    fn changes_far_apart_are_hunks_of_their_own() {
        let lines = |change: &[usize]| -> String {
            (1..=20).map(|n| if change.contains(&n) { format!("{n}x\n") } else { format!("{n}\n") }).collect()
        };
        let hunks = |change: &[usize]| {
            let diff = unified("f", lines(&[]).as_bytes(), lines(change).as_bytes());
            String::from_utf8_lossy(&diff)
                .lines()
                .filter(|l| l.starts_with("@@"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(hunks(&[5, 12]), ["@@ -2,14 +2,14 @@"]);
        assert_eq!(hunks(&[5, 13]), ["@@ -2,7 +2,7 @@", "@@ -10,7 +10,7 @@"]);
        assert_eq!(hunks(&[1, 20]), ["@@ -1,4 +1,4 @@", "@@ -17,4 +17,4 @@"]);
        let diff = unified("f", b"", b"a\n");
        assert!(diff.ends_with(b"@@ -0,0 +1 @@\n+a\n"));
    }

    #[test]
    fn a_lone_carriage_return_does_not_end_a_line() {
        let diff = unified("a", b"x\ry\nz\r", b"x\rY\nz\r");
        let want = "@@ -1,2 +1,2 @@\n-x\ry\n+x\rY\n z\r\n\\ No newline at end of file\n";
        assert!(String::from_utf8_lossy(&diff).ends_with(want));
    }

    #[test]
    fn odd_names_are_quoted_as_git_does() {
        assert_eq!(quoted("a/", "ä\"\n.go"), "\"a/\\303\\244\\\"\\n.go\"");
        assert!(unified("x", b"same", b"same").is_empty());
    }

    #[test]
    fn the_last_context_line_ends_with_a_line_end() {
        let before = b"1\n2\n3\n4\n5\n6\n7\n8\n";
        let after = b"1\nx\n3\n4\n5\n6\n7\n8\n";
        let want = "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,5 +1,5 @@\n 1\n-2\n+x\n 3\n 4\n 5\n";
        assert_eq!(String::from_utf8_lossy(&unified("f", before, after)), want);
    }
}
