//! Text of files and file names made fit for a terminal.

pub use sixify::text::escaped;
use sixify::text::is_hidden;

/// Adds a character, or its escape.
pub fn push(out: &mut String, c: char) {
    if is_hidden(c) { out.extend(c.escape_default()) } else { out.push(c) }
}

/// The same as [`escaped`] for a text of several lines, with tabs as they are.
pub fn escaped_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\n' | '\t') { out.push(c) } else { push(&mut out, c) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        assert_eq!(escaped("a\u{1b}[2Jb\u{7}\r\n"), "a\\u{1b}[2Jb\\u{7}\\r\\n");
        assert_eq!(escaped("x\u{202e}y\u{2066}z\u{9b}ä"), "x\\u{202e}y\\u{2066}z\\u{9b}ä");
        assert_eq!(escaped_lines("a\tb\n\u{8}"), "a\tb\n\\u{8}");
    }
}
