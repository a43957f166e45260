//! Text of files and file names made fit to be shown, and prose made fit for messages.
//!
//! A control character can move the cursor or rename the window, and a bidirectional mark can
//! show code in another order than it has (CVE-2021-42574). Both are shown as escapes.

/// Whether a character must not be shown as it is.
pub fn is_hidden(c: char) -> bool {
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

/// The text with every such character escaped, line ends included.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// Widest line of a message, in characters: git shows messages four columns to the right.
const WIDTH: usize = 72;

/// A paragraph in lines of at most 72 characters; `first` stands before the first line and blanks
/// of the same width before the others. A word that is longer has a line of its own.
pub(crate) fn wrapped(first: &str, text: &str) -> String {
    let indent = " ".repeat(first.chars().count());
    let mut out = first.to_owned();
    let (mut width, mut fresh) = (indent.len(), true);
    for word in escaped(&text.split_whitespace().collect::<Vec<_>>().join(" ")).split(' ') {
        let length = word.chars().count();
        if !fresh && width + 1 + length > WIDTH {
            out.push('\n');
            out.push_str(&indent);
            (width, fresh) = (indent.len(), true);
        }
        if !fresh {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += length;
        fresh = false;
    }
    out.push('\n');
    out
}

/// Puts a blank before lines at which a program that takes patches from mails would stop: it
/// looks for the end of the message and the beginning of the patch.
pub(crate) fn mailable(text: &str) -> String {
    const STOPS: [&str; 10] =
        ["---", "diff -", "Index: ", "From ", ">From ", "From:", "Date:", "Subject:", "@@", "RCS file:"];
    let line =
        |line: &str| if STOPS.iter().any(|stop| line.starts_with(stop)) { format!(" {line}") } else { line.to_owned() };
    let mut out = text.split('\n').map(line).collect::<Vec<_>>().join("\n");
    // Scissors, `-- >8 --`, cut away all that stands above them.
    out = out.replace(">8", "> 8").replace("8<", "8 <");
    out
}

/// The paragraphs of a section of a codemod's documentation, without its code blocks.
pub(crate) fn section(docs: &str, name: &str) -> Vec<String> {
    let (mut inside, mut code) = (false, false);
    let mut paragraphs = vec![String::new()];
    for line in docs.lines() {
        if line.trim_start().starts_with("```") {
            code = !code;
            continue;
        }
        if code {
            continue;
        }
        if let Some(heading) = line.strip_prefix("## ") {
            inside = heading.trim() == name;
            continue;
        }
        match paragraphs.last_mut() {
            Some(last) if inside && !line.trim().is_empty() => {
                last.push_str(line.trim());
                last.push(' ');
            }
            Some(last) if !last.is_empty() => paragraphs.push(String::new()),
            _ => {}
        }
    }
    paragraphs.retain(|paragraph| !paragraph.trim().is_empty());
    paragraphs.iter().map(|paragraph| paragraph.trim().to_owned()).collect()
}

/// A number and a word in the singular or plural.
pub(crate) fn count(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_wrapped_and_hidden_characters_shown() {
        let text = wrapped("- ", &"word ".repeat(20));
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH) && text.lines().count() == 2, "{text}");
        assert!(text.starts_with("- word") && text.lines().nth(1).is_some_and(|line| line.starts_with("  word")));
        assert_eq!(wrapped("", "a\u{202e}b\nc"), "a\\u{202e}b c\n");
    }

    #[test]
    fn nothing_in_a_message_ends_it() {
        assert_eq!(
            mailable("a\n---\ndiff --git a b\n-- >8 --\nFrom x\n"),
            "a\n ---\n diff --git a b\n-- > 8 --\n From x\n"
        );
    }

    #[test]
    fn sections_are_read_without_their_code() {
        let docs = "# T\n\n## Why it breaks\nOne\ntwo.\n\n```go\nx\n```\nThree.\n\n## Safety\nSafe.\n";
        assert_eq!(section(docs, "Why it breaks"), ["One two.", "Three."]);
        assert_eq!(section(docs, "Safety"), ["Safe."]);
        assert!(section(docs, "Costs").is_empty());
    }
}
