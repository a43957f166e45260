//! Unified diffs that `git apply` takes as they are.

use similar::TextDiff;

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
    // Cut by hand: git ends lines at `\n` alone, the library also at a lone `\r`.
    let lines = |bytes| <[u8]>::split_inclusive(bytes, |b| *b == b'\n').collect::<Vec<&[u8]>>();
    let (before, after) = (lines(before), lines(after));
    let diff = TextDiff::from_slices(&before, &after);
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        out.extend_from_slice(format!("{}\n", hunk.header()).as_bytes());
        for change in hunk.iter_changes() {
            out.extend_from_slice(change.tag().to_string().as_bytes());
            out.extend_from_slice(change.value());
            if !change.value().ends_with(b"\n") {
                out.extend_from_slice(b"\n\\ No newline at end of file\n");
            }
        }
    }
    out
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
