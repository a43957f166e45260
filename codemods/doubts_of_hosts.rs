//! What speaks against brackets around a host, or against taking them off, in any language: it is a URL by
//! default, it goes back into URLs, it is an address of IPv4 by a filter, or its text is for people.

use sixify_core::{Document, Edit};
use sixify_langs::naming;

use crate::doubts::{CODE, line_at};

/// Whether a host in the statement of an edit is a URL by default: `host = env("HOST", "http://localhost")`.
/// Brackets around it, or a cut at its colon, would end in something else.
pub(crate) fn schemed(doc: &Document, edit: &Edit) -> Option<String> {
    if !CODE.contains(&doc.kind) {
        return None;
    }
    let (start, _) = line_at(&doc.text, edit.span.start);
    let rest = doc.text.get(edit.span.end..)?;
    let end = edit.span.end + rest.find('\n').unwrap_or(rest.len());
    let mut names: Vec<&str> = words(doc.text.get(start..end)?).map(|(_, word)| word).filter(|w| is_host(w)).collect();
    names.sort_unstable();
    names.dedup();
    let url = |name: &&str| {
        words(&doc.text).any(|(at, word)| {
            // `host = scheme + "://" + host`.
            let again = || {
                let line = doc.text.get(at..).and_then(|rest| rest.lines().next()).unwrap_or("");
                let (left, value) = line.split_once('=').unwrap_or((line, ""));
                at < edit.span.start
                    && left.trim().trim_end_matches(':') == *name
                    && !value.starts_with('=')
                    && value.contains("://")
                    && words(value).any(|(_, word)| word == *name)
            };
            let own = || at > end || !doc.text.get(at..end).is_some_and(|between| takes(between, name));
            word == *name && (gets_url(&doc.text, at + word.len()) || again()) && own()
        })
    };
    let name = names.into_iter().find(url)?;
    Some(format!("{name} may have its scheme in front: it is given a URL in this file"))
}

/// Whether the text beside an edit is a word for people where there is no address: `return "unknown";`.
pub(crate) fn shown(doc: &Document, edit: &Edit) -> Option<String> {
    const WORDS: &[&str] =
        &["unknown", "undefined", "<unknown>", "n/a", "unknown host", "not connected", "disconnected"];
    if !CODE.contains(&doc.kind) || !edit.text.contains(['[', '(']) {
        return None;
    }
    let (start, _) = line_at(&doc.text, edit.span.start);
    // Not beyond the head of the function, nor into the next one.
    let within = |line: &&str| !begins_function(line);
    let before = doc.text.get(..start)?.lines().rev().take(8).take_while(within);
    let near = before.chain(doc.text.get(start..)?.lines().take(8).take_while(within));
    let gives = |line: &str| {
        let value = line.trim().strip_prefix("return ").or_else(|| line.split_once(" = ").map(|(_, value)| value))?;
        let word = value.trim_end_matches([';', ' ']).trim_matches(['"', '\'', '`']);
        let quoted = value.starts_with(['"', '\'', '`']);
        (quoted && WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))).then(|| word.to_owned())
    };
    let word = near.filter_map(gives).next()?;
    Some(format!("it is `{word}` where there is none: a text for people"))
}

/// Whether the brackets are taken off a host that a request was sent to, which goes back into URLs.
pub(crate) fn of_header(doc: &Document, edit: &Edit) -> Option<String> {
    const HEADERS: &[&str] =
        &["HTTP_HOST", "FORWARDED_HOST", "get_host()", "x-forwarded-host", "headers.host", "[\"Host\"]", "['Host']"];
    if !CODE.contains(&doc.kind) || !["\"[]\"", "'[]'"].iter().any(|strip| edit.text.contains(strip)) {
        return None;
    }
    let (start, _) = line_at(&doc.text, edit.span.start);
    let mut near = doc.text.get(..start)?.lines().rev().take(4).chain(doc.text.get(start..)?.lines().take(1));
    let header = near.find_map(|line| HEADERS.iter().find(|header| line.contains(**header)))?;
    Some(format!("the host of a request goes back into URLs with its brackets: {header}"))
}

/// Whether what stands right above keeps addresses of IPv4 alone, in one statement with the text.
pub(crate) fn filtered(doc: &Document, edit: &Edit) -> Option<String> {
    const FAMILY: &[&str] = &[
        "=== 'IPv4'",
        "=== \"IPv4\"",
        "== 'IPv4'",
        "== \"IPv4\"",
        "AddressFamily.InterNetwork)",
        "is_ipv4()",
        "is Inet4Address",
    ];
    if !CODE.contains(&doc.kind) || !edit.text.contains(['[', '(']) || edit.text.contains("IPv4") {
        return None;
    }
    let (start, _) = line_at(&doc.text, edit.span.start);
    let above = doc
        .text
        .get(..start)?
        .lines()
        .rev()
        .take_while(|line| !line.trim_end().ends_with(';') || line.contains("const "));
    let filter = above.take(12).find_map(|line| FAMILY.iter().find(|family| line.contains(**family)))?;
    Some(format!("only addresses of IPv4 come here: {filter}"))
}

/// The words of a text that can be names in a program, each with its byte.
pub(crate) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let starts = text.match_indices(name).filter(move |(at, _)| !text.get(..*at).is_some_and(|b| b.ends_with(name)));
    starts.filter_map(move |(at, _)| {
        let rest = text.get(at..)?;
        Some((at, rest.get(..rest.find(|c| !name(c)).unwrap_or(rest.len()))?))
    })
}

/// Whether a function that begins in a text has a parameter of this name, which is another variable then.
fn takes(text: &str, name: &str) -> bool {
    text.lines().skip(1).filter(|line| begins_function(line)).any(|line| {
        let parameters = line.split_once('(').map_or("", |(_, parameters)| parameters);
        words(parameters).any(|(_, word)| word == name)
    })
}

/// Whether a line is the head of a function, in any language.
fn begins_function(line: &str) -> bool {
    const STATEMENTS: &[&str] = &["if", "for", "while", "switch", "else", "catch", "elif", "with", "match", "}"];
    let first = line.split_whitespace().next().unwrap_or_default();
    line.contains('(')
        && !STATEMENTS.contains(&first.split('(').next().unwrap_or_default())
        && (first == "func" || line.trim_end().ends_with(['{', ':']))
}

/// Whether a name is that of a host.
fn is_host(name: &str) -> bool {
    const LAST: &[&str] = &["addr", "address", "host", "hostname", "ip", "server"];
    let words = naming::words(name);
    words.last().is_some_and(|last| LAST.contains(&last.as_str()))
}

/// Whether what stands behind a name gives it a text that is a scheme and a host, and no more.
fn gets_url(text: &str, behind: usize) -> bool {
    const SCHEMES: &[&str] = &["http://", "https://", "tcp://", "udp://", "ws://", "wss://", "grpc://"];
    let rest = text.get(behind..).unwrap_or_default().trim_start();
    let given = [":=", "=", ":"].iter().find_map(|mark| rest.strip_prefix(mark)).filter(|rest| !rest.starts_with('='));
    let Some(given) = given else { return false };
    // A default may stand in the next line, behind what asks for more.
    let (line, next) = given.split_once('\n').unwrap_or((given, ""));
    let open = line.trim_end().ends_with(['(', ',', '=', '?', '|', '+', ':']);
    let more = if open { next.lines().next().unwrap_or("") } else { "" };
    let value = given.get(..line.len() + more.len() + usize::from(open)).unwrap_or(given);
    let value = value.split(';').next().unwrap_or(value);
    value.split(['"', '\'', '`']).skip(1).step_by(2).any(|literal| {
        let host = SCHEMES.iter().find_map(|scheme| literal.strip_prefix(scheme)).map(|h| h.trim_end_matches('/'));
        host.is_some_and(|h| !h.is_empty() && h.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c)))
    })
}

/// Whether a condition right above is about IPv4 by the name that it asks: `if instance.IsDHCPv4 {`.
pub(crate) fn for_v4(doc: &Document, edit: &Edit) -> Option<String> {
    if !CODE.contains(&doc.kind) {
        return None;
    }
    let (start, line) = line_at(&doc.text, edit.span.start);
    let depth = |line: &str| line.chars().take_while(|c| c.is_whitespace()).count();
    let condition =
        doc.text.get(..start)?.lines().rev().find(|above| !above.trim().is_empty() && depth(above) < depth(line))?;
    let asks = ["if ", "if(", "} else if ", "elif "].iter().any(|word| condition.trim_start().starts_with(word));
    let v4 = |word: &&str| word.len() > 2 && (word.ends_with("v4") || word.ends_with("V4"));
    let name = words(condition).map(|(_, word)| word).filter(|_| asks && !condition.contains('!')).find(v4)?;
    Some(format!("this is done where {name} says IPv4"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::doubts::weighed;
    use sixify_core::{Applicability, Document, Edit, Finding, Fix, Kind, Span};
    use sixify_langs::classify;

    #[test]
    fn a_host_that_is_a_url_by_default_gets_no_brackets() {
        let weigh = |kind: Kind, text: &str| {
            let at = text.rfind("host").unwrap();
            let doc = Document::from_text("a", kind, text);
            let fix = Fix::new().edit(Edit::insert(at, "bracketed("));
            let finding = Finding::new(Span::new(at, at + 4), "join", "").fix(Applicability::Unsafe, fix);
            weighed(&doc, finding).applicability
        };
        for (kind, text) in [
            (
                classify::GO,
                "host := os.Getenv(\"HOST\")\nif host == \"\" {\n\thost = \"http://localhost\"\n}\na := host + port\n",
            ),
            (
                classify::JAVA,
                "String host = env().getOrDefault(\"HOST\",\n    \"http://localhost\");\nString a = host + port;\n",
            ),
            (
                classify::JAVASCRIPT,
                "const host = process.env.HOST ?? 'https://shop.example/';\nf(`${host}:${port}`);\n",
            ),
        ] {
            assert_eq!(weigh(kind, text), Applicability::Display, "{text}");
        }
        for (kind, text) in [
            (classify::GO, "host := os.Getenv(\"HOST\")\nurl = \"http://localhost\"\na := host + port\n"),
            (classify::PYTHON, "host = 'http://localhost'\n\ndef at(host, port):\n    return host + port\n"),
            (classify::JAVASCRIPT, "const host = 'localhost';\nlet server = `http://${host}:${port}`;\n"),
            (classify::JAVASCRIPT, "if (host == 'http://localhost') { f(`${host}:${port}`); }\n"),
        ] {
            assert_eq!(weigh(kind, text), Applicability::Unsafe, "{text}");
        }
    }

    #[test]
    fn what_is_unknown_otherwise_is_for_people() {
        let weigh = |text: &str| {
            let at = text.rfind("host").unwrap();
            let doc = Document::from_text("a", classify::JAVA, text);
            let fix = Fix::new().edit(Edit::insert(at, "bracketed("));
            let finding = Finding::new(Span::new(at, at + 4), "join", "").fix(Applicability::Unsafe, fix);
            weighed(&doc, finding).applicability
        };
        let text = "String peer() {\n    if (none) return \"-\";\n    if (off)\n        return \"unknown\";\n    return host + port;\n}\n";
        assert_eq!(weigh(text), Applicability::Display);
        assert_eq!(
            weigh("String peer() {\n    String mode = \"auto\";\n    return host + port;\n}\n"),
            Applicability::Unsafe
        );
    }

    #[test]
    fn what_is_done_for_ipv4_stays() {
        let weigh = |text: &str| {
            let at = text.rfind("host").unwrap();
            let doc = Document::from_text("a", classify::GO, text);
            let fix = Fix::new().edit(Edit::insert(at, "other"));
            let finding = Finding::new(Span::new(at, at + 4), "compare", "").fix(Applicability::Unsafe, fix);
            weighed(&doc, finding).applicability
        };
        assert_eq!(weigh("if lease.IsDHCPv4 {\n\tif host {\n"), Applicability::Display);
        assert_eq!(weigh("if lease.Held {\n\tif host {\n"), Applicability::Unsafe);
        assert_eq!(weigh("if !useV4 {\n\tif host {\n"), Applicability::Unsafe);
    }

    #[test]
    fn hosts_of_requests_keep_their_brackets() {
        let weigh = |kind: Kind, text: &str, new: &str| {
            let at = text.rfind("host").unwrap();
            let doc = Document::from_text("a", kind, text);
            let fix = Fix::new().edit(Edit::replace(Span::new(at, at + 4), new));
            let finding = Finding::new(Span::new(at, at + 4), "split", "").fix(Applicability::Unsafe, fix);
            weighed(&doc, finding).applicability
        };
        let strip = "host.strip(\"[]\")";
        let header = "raw = request.META.get(\"HTTP_X_FORWARDED_HOST\")\nhost = raw\nhost\n";
        assert_eq!(weigh(classify::PYTHON, header, strip), Applicability::Display);
        assert_eq!(weigh(classify::PYTHON, "raw = settings.DB\nhost = raw\nhost\n", strip), Applicability::Unsafe);
        let list = "all()\n  .filter((a) => a.family === 'IPv4')\n  .map((a) => {\n    const host = a.address;\n    url(host)\n";
        assert_eq!(weigh(classify::JAVASCRIPT, list, "[host]"), Applicability::Display);
        let done = "all().filter((a) => a.family === 'IPv4');\nother();\nurl(host)\n";
        assert_eq!(weigh(classify::JAVASCRIPT, done, "[host]"), Applicability::Unsafe);
    }
}
