//! Comments that name what a fix replaces: they are mended with it, or they would tell something else
//! than the code below them.

use sixify_core::{Applicability, Document, Edit, Finding, Kind, Span};
use sixify_langs::classify;

use crate::doubts::CODE;

/// The finding with the comments above its edits brought along.
pub(crate) fn followed(doc: &Document, mut finding: Finding) -> Finding {
    // In configuration a comment explains the syntax or the default of a setting.
    let told = CODE.contains(&doc.kind) || doc.kind == classify::DOCKERFILE;
    if finding.applicability == Applicability::Display || !told {
        return finding;
    }
    let Some(fix) = &mut finding.fix else { return finding };
    let Some(own) = fix.edits.get_mut("") else { return finding };
    let more: Vec<Edit> = own.iter().filter(|edit| widens(doc, edit)).flat_map(|edit| above(doc, edit)).collect();
    let new =
        |edit: &Edit, own: &[Edit]| own.iter().all(|o| o.span.start > edit.span.end || o.span.end < edit.span.start);
    for edit in more {
        if new(&edit, own) {
            own.push(edit);
        }
    }
    finding
}

/// Whether an edit puts the IPv6 wildcard in the place of the IPv4 one.
fn widens(doc: &Document, edit: &Edit) -> bool {
    let old = edit.span.text(&doc.text);
    old.contains("0.0.0.0") && edit.text.contains("::") && !edit.text.contains("0.0.0.0")
}

/// Edits of the comment right above an edit's line, which call the wildcard by its new name.
fn above(doc: &Document, edit: &Edit) -> Vec<Edit> {
    let text = &doc.text;
    let mut end = text.get(..edit.span.start).and_then(|before| before.rfind('\n'));
    let mut edits = Vec::new();
    // A function of one line has its comment above its head.
    let mut head = true;
    while let Some(at) = end {
        let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |n| n + 1);
        let line = text.get(start..at).unwrap_or("");
        let comment = is_comment(doc.kind, line.trim_start());
        if head && !comment && line.contains('(') && line.trim_end().ends_with(['{', ':']) {
            (head, end) = (false, start.checked_sub(1));
            continue;
        }
        head = false;
        // What a comment says of both families is for people.
        if !comment || line.contains("::") || line.to_ascii_lowercase().contains("ipv") {
            break;
        }
        edits.extend(line.match_indices("0.0.0.0").filter_map(|(i, old)| {
            let span = Span::new(start + i, start + i + old.len());
            let before = line.get(..i)?.chars().next_back();
            let rest = line.get(i + old.len()..)?;
            let alone = |c: char| !c.is_ascii_alphanumeric() && c != '.';
            let port = rest.strip_prefix(':').is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()));
            let ends = rest.chars().next().is_none_or(|c| alone(c) && c != '/' || c == '.');
            (before.is_none_or(alone) && ends).then(|| Edit::replace(span, if port { "[::]" } else { "::" }))
        }));
        end = start.checked_sub(1);
    }
    edits
}

/// Whether a line is a comment in a language: `#` begins a directive of C and an attribute of Rust.
fn is_comment(kind: Kind, line: &str) -> bool {
    let hash = [classify::PYTHON, classify::RUBY, classify::PHP, classify::DOCKERFILE].contains(&kind);
    let slashes = ![classify::PYTHON, classify::RUBY, classify::DOCKERFILE].contains(&kind);
    hash && line.starts_with('#') && !line.starts_with("#[")
        || slashes && (["//", "/*", "* "].iter().any(|mark| line.starts_with(mark)) || line == "*")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use sixify_core::Fix;

    /// The text with the last `0.0.0.0` widened, and what follows it.
    fn widened(text: &str) -> String {
        widened_in(classify::PYTHON, text)
    }

    fn widened_in(kind: Kind, text: &str) -> String {
        let at = text.rfind("0.0.0.0").unwrap();
        let doc = Document::from_text("a", kind, text);
        let span = Span::new(at, at + 7);
        let fix = Fix::new().edit(Edit::replace(span, "::"));
        let finding = followed(&doc, Finding::new(span, "bind host", "").fix(Applicability::Unsafe, fix));
        let mut edits = finding.fix.unwrap().edits.remove("").unwrap();
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
        edits.iter().fold(text.to_owned(), |mut text, edit| {
            text.replace_range(edit.span.start..edit.span.end, &edit.text);
            text
        })
    }

    #[test]
    fn the_comment_above_names_the_wildcard_that_is_there() {
        let text = "# far: 0.0.0.0\n\n# Always on 0.0.0.0, that is\n# http://0.0.0.0:80/, for all.\nhost = '0.0.0.0'\n";
        let new = "# far: 0.0.0.0\n\n# Always on ::, that is\n# http://[::]:80/, for all.\nhost = '::'\n";
        assert_eq!(widened(text), new);
    }

    #[test]
    fn so_does_the_comment_of_a_function_of_one_line() {
        let text = "# All interfaces (`0.0.0.0`) if not told.\ndef host():\n    return env('HOST', '0.0.0.0')\n";
        assert_eq!(widened(text), text.replace("0.0.0.0", "::"));
        let text = "# All interfaces (0.0.0.0).\ndef host():\n    wait()\n    return '0.0.0.0'\n";
        assert_eq!(widened(text), text.replace("'0.0.0.0'", "'::'"));
    }

    #[test]
    fn what_is_no_comment_stays() {
        for (kind, line) in [
            (classify::C, "#define ANY \"0.0.0.0\""),
            (classify::C, "*any = \"0.0.0.0\";"),
            (classify::RUST, "#[arg(default_value = \"0.0.0.0\")]"),
            (classify::CONF, "# The default is 0.0.0.0."),
        ] {
            let text = format!("{line}\nhost = \"0.0.0.0\";\n");
            assert_eq!(widened_in(kind, &text), format!("{line}\nhost = \"::\";\n"));
        }
        let text = "// On 0.0.0.0.\nhost = \"0.0.0.0\";\n";
        assert_eq!(widened_in(classify::GO, text), text.replace("0.0.0.0", "::"));
    }

    #[test]
    fn other_comments_stay() {
        for comment in ["# 10.0.0.0.0 and 0.0.0.0/0", "# 0.0.0.0 is all of IPv4", "# not :: but 0.0.0.0"] {
            let text = format!("{comment}\nhost = '0.0.0.0'\n");
            assert_eq!(widened(&text), format!("{comment}\nhost = '::'\n"));
        }
    }
}
