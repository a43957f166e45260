//! The IPv4 wildcard in text expressions and catalog rows: what the codemods for listeners and
//! destinations of several languages share.

use sixify_core::{Applicability, Span};
use sixify_langs::address::{self, AddressClass};
use sixify_langs::javascript::File;
use sixify_langs::origin::Standing;
use sixify_langs::strings::{Piece, TextExpr};
use sixify_langs::{HostKind, Node, Policy};

use crate::catalog::Api;

/// The IPv4 wildcard address.
pub const V4: &str = "0.0.0.0";

/// How a host stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Alone.
    Host,
    /// Before a colon and a port.
    HostPort,
    /// Behind the scheme of a URL.
    Url,
}

impl Shape {
    /// The shape that a catalog row speaks of.
    pub fn of(api: &Api) -> Shape {
        match api.text.as_deref() {
            Some("host-port") => Shape::HostPort,
            Some("url") => Shape::Url,
            _ => Shape::Host,
        }
    }
}

/// Where the host of a text stands.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// The wildcard is written in the text.
    Written(Span),
    /// The host is what this expression gives.
    Given(Node<'a>),
}

/// The place of the host in a text, when it is the wildcard or given by an expression.
pub fn place<'a>(text: &TextExpr<'a>, shape: Shape) -> Option<Place<'a>> {
    let mut pieces = text.pieces.iter().peekable();
    let mut from = 0;
    if shape == Shape::Url {
        let Some(Piece::Text { raw, plain: true, .. }) = pieces.peek() else { return None };
        from = authority(raw)?;
        if from == raw.len() {
            pieces.next();
            from = 0;
        }
    }
    let place = match pieces.next()? {
        Piece::Text { raw, span, plain: true } => {
            let found = address::addresses(raw).into_iter().find(|a| a.span.start == from)?;
            let rest = raw.get(found.span.end..)?;
            let ends = if rest.is_empty() { behind(pieces.next(), shape) } else { ends_host(rest, shape) };
            let wildcard = found.class == AddressClass::Wildcard && ends;
            wildcard.then(|| Place::Written(found.span.shift(span.start)))?
        }
        Piece::Hole { node, verb, .. } if from == 0 => {
            let plain = verb.is_empty() || *verb == "%s";
            (plain && behind(pieces.next(), shape)).then_some(Place::Given((*node)?))?
        }
        _ => return None,
    };
    Some(place)
}

/// Where the host of a URL starts: behind the scheme, and behind a user name if there is one.
fn authority(raw: &str) -> Option<usize> {
    let scheme = raw.find("://")?;
    let word = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '.' || c == '-';
    if scheme == 0 || !raw[..scheme].chars().all(word) {
        return None;
    }
    let start = scheme + 3;
    let end = raw[start..].find(['/', '?', '#']).map_or(raw.len(), |i| start + i);
    Some(raw[start..end].rfind('@').map_or(start, |i| start + i + 1))
}

fn behind(piece: Option<&Piece<'_>>, shape: Shape) -> bool {
    match piece {
        None => shape != Shape::HostPort,
        Some(Piece::Text { raw, .. }) => ends_host(raw, shape),
        Some(Piece::Hole { .. }) => false,
    }
}

/// Whether a host ends where this text begins.
fn ends_host(rest: &str, shape: Shape) -> bool {
    match shape {
        Shape::Host => rest.is_empty(),
        Shape::HostPort => rest.starts_with(':'),
        Shape::Url => rest.is_empty() || rest.starts_with([':', '/', '?', '#']),
    }
}

/// The range inside the quotes of a literal that is the wildcard and nothing else.
pub fn lone(text: &TextExpr<'_>) -> Option<Span> {
    text.value().filter(|(raw, _)| *raw == V4).map(|(_, span)| span)
}

/// How far a catalog row may be trusted under a policy: what costs a kind of host that the user
/// guards is not proven.
pub fn trusted(api: &Api, policy: &Policy) -> Applicability {
    let lost = api.costs.iter().filter_map(|kind| kind.parse::<HostKind>().ok()).any(|kind| policy.guards(kind));
    match api.applicability.as_deref() {
        Some("safe") if !lost => Applicability::Safe,
        _ => Applicability::Unsafe,
    }
}

/// The same, for a value that others have a say in.
pub fn lowered(applicability: Applicability, standing: &Standing) -> Applicability {
    match standing {
        Standing::Inline | Standing::Sole => applicability,
        _ => applicability.min(Applicability::Unsafe),
    }
}

/// Whether a JavaScript file compares, searches or lists single IPv4 addresses or ranges, as one
/// does that trusts or refuses peers.
pub fn knows_peers(file: &File) -> bool {
    let address = |n: &Node<'_>| {
        let value = file.string(*n).unwrap_or_default();
        let found = address::addresses(&value);
        let whole = found.first().is_some_and(|a| {
            let rest = &value[a.span.end..];
            a.span.start == 0 && (rest.is_empty() || a.class == AddressClass::Range && !rest.contains(' '))
        });
        whole && found.first().is_some_and(|a| a.class != AddressClass::Wildcard)
    };
    let asked = |n: Node<'_>| {
        let Some(parent) = n.parent() else { return false };
        match parent.kind() {
            "array" | "switch_case" => true,
            "binary_expression" => {
                parent.field("operator").is_some_and(|o| matches!(o.text(), "==" | "===" | "!=" | "!=="))
            }
            "arguments" => {
                let name = parent.parent().and_then(|call| file.called_name(call)).unwrap_or_default();
                matches!(name, "includes" | "has" | "indexOf" | "startsWith" | "equals")
            }
            _ => false,
        }
    };
    file.tree.all("string").any(|n| asked(n) && address(&n))
}

/// What a row costs, as the end of a message.
pub fn costs(api: &Api) -> String {
    match api.costs.as_slice() {
        [] => String::new(),
        kinds if kinds.iter().all(|k| k == "v4kernel") => {
            "; it does not start on a kernel without IPv6 (v4kernel)".to_owned()
        }
        kinds => format!("; worse on {}", kinds.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, clippy::panic)]
    use super::*;
    use sixify_core::Document;
    use sixify_langs::{classify, javascript};

    /// What stands in the place of the host of the last string that is assigned to `x`.
    fn host(source: &str, shape: Shape) -> Option<String> {
        let doc = Document::from_text("a.js", classify::JAVASCRIPT, format!("x = {source};\n"));
        let file = javascript::file(&doc).expect("parses");
        let assigned = file.tree.all("assignment_expression").last().and_then(|a| a.field("right")).expect("assigned");
        match place(&file.text_expr(assigned)?, shape)? {
            Place::Written(span) => Some(span.text(&doc.text).to_owned()),
            Place::Given(node) => Some(format!("given by {}", node.text())),
        }
    }

    #[test]
    fn the_host_is_found_in_its_shape_and_nowhere_else() {
        let wildcard = Some(V4.to_owned());
        let given = Some("given by h".to_owned());
        for source in ["'0.0.0.0:1'", "`0.0.0.0:${p}`", "'0.0.0.0:' + p", "'0.0.0.0' + ':' + p"] {
            assert_eq!(host(source, Shape::HostPort), wildcard, "{source}");
        }
        for source in ["`${h}:1`", "h + ':' + p", "`${h}:${p}`"] {
            assert_eq!(host(source, Shape::HostPort), given, "{source}");
        }
        for source in [
            "'0.0.0.0'",
            "'0.0.0.0' + p",
            "`0.0.0.0${p}`",
            "'10.0.0.0:1'",
            "`1${h}:1`",
            "'0.0.0.0/0:1'",
            "'a:0.0.0.0:1'",
        ] {
            assert_eq!(host(source, Shape::HostPort), None, "{source}");
        }
        for source in ["'http://0.0.0.0'", "'http://0.0.0.0/x'", "`ws://u:p@0.0.0.0:${p}`", "'http://0.0.0.0?a'"] {
            assert_eq!(host(source, Shape::Url), wildcard, "{source}");
        }
        assert_eq!(host("`http://${h}:1/`", Shape::Url), given);
        assert_eq!(host("'http://' + h", Shape::Url), given);
        for source in
            ["'http://a/0.0.0.0'", "'http://0.0.0.0.b/'", "'http://a/?u=b@0.0.0.0'", "'0.0.0.0'", "`http://a${h}`"]
        {
            assert_eq!(host(source, Shape::Url), None, "{source}");
        }
        assert_eq!(host("'0.0.0.0'", Shape::Host), wildcard);
        assert_eq!(host("'0.0.0.0:1'", Shape::Host), None);
    }

    #[test]
    fn what_costs_a_guarded_kind_of_host_is_not_safe() {
        let [api] = crate::catalog::builtin("javascript").api("@grpc/grpc-js.Server#bindAsync") else {
            panic!("one row")
        };
        let mut policy = Policy::default();
        assert_eq!(trusted(api, &policy), Applicability::Safe);
        assert_eq!(lowered(trusted(api, &policy), &Standing::Sole), Applicability::Safe);
        assert_eq!(lowered(trusted(api, &policy), &Standing::Environment("HOST".into())), Applicability::Unsafe);
        policy.hosts.push(HostKind::V4Kernel);
        assert_eq!(trusted(api, &policy), Applicability::Unsafe);
    }
}
