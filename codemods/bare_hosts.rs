//! Hosts that code uses without a port as well: there they need brackets too, or must not have them, so
//! that a join beside them is not mended alone.

use sixify_langs::Node;

/// Why a join is left to a person where [`in_bare_url`] holds.
pub(crate) const BARE_URL: &str = "the host goes into a URL without a port as well, where it needs brackets too";

/// Whether code puts a host right behind a scheme, and no port behind it. The host is given as holes of
/// texts are spelled.
pub(crate) fn in_bare_url(code: &str, holes: &[String]) -> bool {
    holes.iter().any(|hole| {
        let ends =
            |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, ':' | '_' | '-' | '.' | '['));
        code.match_indices(hole.as_str()).any(|(at, _)| {
            code.get(..at).is_some_and(|before| before.ends_with("://"))
                && code.get(at + hole.len()..).is_some_and(ends)
        })
    })
}

/// Whether code gives the host alone to what gets the text with its port elsewhere: `site = host` beside
/// `site = host + ":" + port`, or `return host`. The host is given as it may be spelled.
pub(crate) fn is_bare_beside(text: Node<'_>, code: &str, hosts: &[String]) -> bool {
    let parent = text.parent();
    let left = parent.and_then(|p| p.field("left").or_else(|| p.field("name"))).filter(|left| *left != text);
    let before = match (left, parent) {
        (Some(left), _) => format!("{} = ", left.text()),
        (None, Some(p)) if p.kind().starts_with("return") => "return ".to_owned(),
        _ => return false,
    };
    let ends = |rest: &str| rest.is_empty() || rest.starts_with([';', '\n', '\r']);
    hosts.iter().any(|host| {
        let wanted = format!("{before}{host}");
        code.match_indices(&wanted).any(|(at, _)| code.get(at + wanted.len()..).is_some_and(ends))
    })
}

/// Why a join is left to a person where [`is_bare_beside`] holds.
pub(crate) const BARE_BESIDE: &str = "another branch gives the host alone, where it may need brackets too";
