//! Options of Java virtual machines, as texts hold them: separated by blanks, or one a line.

use sixify_core::{Edit, Span};

/// The places of an option in a text of options separated by blanks. Only whole words count.
pub fn option(text: &str, option: &str) -> Vec<Span> {
    let blank_before = |at: usize| text[..at].chars().next_back().is_none_or(char::is_whitespace);
    let blank_after = |at: usize| text[at..].chars().next().is_none_or(char::is_whitespace);
    let found = text.match_indices(option).map(|(at, _)| Span::new(at, at + option.len()));
    found.filter(|span| blank_before(span.start) && blank_after(span.end)).collect()
}

/// The range that goes with an option: with the blanks and line continuations before it, or those
/// behind it where it is the first. The blanks around a lone option stay.
pub fn with_separator(text: &str, option: Span) -> Span {
    let before = &text[..option.start];
    let kept = separator_start(before);
    if kept > 0 {
        return Span::new(kept, option.end);
    }
    let rest = &text[option.end..];
    let next = rest.find(|c: char| !c.is_whitespace()).unwrap_or(0);
    Span::new(option.start, option.end + next)
}

/// Where the blanks and line continuations at the end of a text begin.
fn separator_start(text: &str) -> usize {
    let mut rest = text;
    loop {
        let trimmed = rest.trim_end();
        let continued = rest[trimmed.len()..].starts_with(['\n', '\r']);
        match trimmed.strip_suffix('\\').filter(|_| continued) {
            Some(before) => rest = before,
            None => return trimmed.len(),
        }
    }
}

/// The edits that take an option out of a file of options such as `jvm.options`, where `#` begins
/// a comment line. A line of its own goes, or becomes a comment where one above it explains it.
pub fn from_lines(text: &str, wanted: &str) -> Vec<(Span, Edit)> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut explained = false;
    for line in text.split_inclusive('\n') {
        let body = line.trim();
        let options = unconditional(body);
        if body.starts_with('#') {
            explained = true;
        } else if options == wanted {
            let start = at + line.len() - line.trim_start().len();
            let span = Span::new(start, start + body.len());
            // The last line may have no line end; then the one before it goes.
            let from = if line.ends_with('\n') { at } else { text[..at].trim_end_matches(['\n', '\r']).len() };
            let whole = Span::new(from, at + line.len());
            let edit = if explained { Edit::insert(start, "#") } else { Edit::delete(whole) };
            found.push((span, edit));
        } else {
            let edit = |span: Span| (span.shift(at), Edit::delete(with_separator(line, span).shift(at)));
            found.extend(option(line, wanted).into_iter().map(edit));
            explained = false;
        }
        at += line.len();
    }
    found
}

/// A line without the versions it is for, as in `8-13:-Xmx1g`.
fn unconditional(line: &str) -> &str {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
    match rest.strip_prefix(':') {
        Some(option) if line.starts_with(|c: char| c.is_ascii_digit()) => option.trim_start(),
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use sixify_core::EditSet;

    fn without(text: &str) -> String {
        let edits = option(text, "-Dx").into_iter().map(|s| Edit::delete(with_separator(text, s)));
        EditSet::of(edits).unwrap().apply(text).unwrap()
    }

    #[test]
    fn an_option_goes_with_one_separator() {
        assert_eq!(without("-Xmx1g -Dx -jar a"), "-Xmx1g -jar a");
        assert_eq!(without("-Dx -jar a"), "-jar a");
        assert_eq!(without("-Xmx1g -Dx"), "-Xmx1g");
        assert_eq!(without("-Dx"), "");
        assert_eq!(without("$A \\\n  -Dx \\\n  -Dy"), "$A \\\n  -Dy");
        assert_eq!(without("-Dxy a-Dx '-Dx'"), "-Dxy a-Dx '-Dx'");
    }

    #[test]
    fn lines_go_or_become_comments() {
        let after = |text: &str| {
            let edits = from_lines(text, "-Dx").into_iter().map(|(_, edit)| edit);
            EditSet::of(edits).unwrap().apply(text).unwrap()
        };
        assert_eq!(after("-Xmx1g\n-Dx\n-Dy\n"), "-Xmx1g\n-Dy\n");
        assert_eq!(after("# why\n-Dx\n-Dy\n"), "# why\n#-Dx\n-Dy\n");
        assert_eq!(after("8-13:-Dx\n#-Dx\n"), "#-Dx\n");
        assert_eq!(after("-Xmx1g -Dx -Dy\n"), "-Xmx1g -Dy\n");
        assert_eq!(after("-Xmx1g\n-Dx"), "-Xmx1g");
    }
}
