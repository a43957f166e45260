//! Text of files and file names made fit for a terminal.
//!
//! A control character can move the cursor or rename the window, and a bidirectional mark can
//! show code in another order than it has (CVE-2021-42574). Both are shown as escapes.

/// Whether a character must not reach a terminal as it is.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Adds a character, or its escape.
pub fn push(out: &mut String, c: char) {
    if is_hidden(c) { out.extend(c.escape_default()) } else { out.push(c) }
}

/// The text with every such character escaped, line ends included.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push(&mut out, c));
    out
}

/// The same for a text of several lines, with tabs as they are.
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
