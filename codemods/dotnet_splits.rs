//! What proves that the parts of a text of C#, cut at a colon, are host and port. The name of the text proves
//! nothing: what stands before the first colon may be a scheme, and a line of `/proc/net/tcp` is cut in the same way.

use sixify_langs::csharp::File;
use sixify_langs::naming;
use sixify_langs::strings::{Form, Piece};

use crate::dotnet_family as family;
use crate::ipv4_protocols::packs_four_bytes;
use crate::prelude::*;

/// Methods that read a number of base ten, where nothing else is said.
const NUMBERS: &[&str] = &["Parse", "TryParse", "ToInt32", "ToUInt16", "ToInt16", "ToUInt32"];

/// Classes of which they are.
const NUMERIC: &[&str] =
    &["int", "ushort", "uint", "short", "Int32", "UInt16", "Int16", "UInt32", "Convert", "System.Convert"];

/// What takes a host and dials or resolves it.
const DIALS: &[&str] = &[
    "GetHostAddresses",
    "GetHostAddressesAsync",
    "GetHostEntry",
    "GetHostEntryAsync",
    "DnsEndPoint",
    "TcpClient",
    "UdpClient",
    "Connect",
    "ConnectAsync",
    "IPAddress.Parse",
    "IPAddress.TryParse",
];

/// What is missing for parts to be host and port: each with whether it stands before the colon.
pub(crate) fn unproven(
    file: &File,
    call: Node<'_>,
    text: Node<'_>,
    parts: &[(bool, Node<'_>)],
) -> Option<&'static str> {
    if packs_four_bytes(file.tree().text()) {
        return Some("the file packs addresses into four bytes");
    }
    let (mut host, mut port) = (false, false);
    for (before, part) in parts {
        let kept = receiver(*part).or_else(|| given_back(*part));
        if *before {
            // What is kept in the variable it is cut from proves no more than that name.
            host |= is_host(*part, kept.filter(|name| *name != text.text()));
        } else {
            port |= is_port(*part, kept);
        }
        let joined = |name| family::member(call).is_some_and(|m| joined_again(file, m, name));
        if !before && kept.is_some_and(joined) {
            return Some("the port is put behind a colon again, where the host needs its brackets too");
        }
    }
    (!host && !port).then_some("nothing here reads the second part as a port or dials the first one")
}

/// The name of the function or property that gives a part and nothing else.
fn given_back(part: Node<'_>) -> Option<&str> {
    let returned = part.parent().is_some_and(|p| p.is_any(&["return_statement", "arrow_expression_clause"]));
    family::member(part).filter(|_| returned)?.field("name").map(|n| n.text().trim_start_matches("Get"))
}

/// Whether a part is read as a number, or goes where a port is kept.
fn is_port(part: Node<'_>, kept: Option<&str>) -> bool {
    let reads = calls(part).any(|(called, arguments)| {
        let (class, method) = called.rsplit_once('.').unwrap_or(("", called));
        NUMBERS.contains(&method) && NUMERIC.contains(&class) && !["Hex", ", 16"].iter().any(|w| arguments.contains(w))
    });
    reads || kept.is_some_and(naming::is_port)
}

/// Whether a part is dialled or resolved, or kept as a host.
fn is_host(part: Node<'_>, kept: Option<&str>) -> bool {
    let dials = calls(part).any(|(called, _)| {
        let method = called.rsplit('.').next().unwrap_or(called);
        DIALS.iter().any(|dial| *dial == method || *dial == called)
    });
    let named = kept.is_some_and(|name| {
        let words = naming::words(name);
        words.last().is_some_and(|w| matches!(w.as_str(), "host" | "hostname" | "ip")) || name.ends_with("ostname")
    });
    dials || named
}

/// The calls that a part is an argument of, the nearest first, with what they are called and are given.
fn calls(part: Node<'_>) -> impl Iterator<Item = (&str, &str)> {
    let around = part.ancestors().take(4);
    around.filter_map(move |n| {
        let list = n.field("arguments").filter(|list| list.holds(part))?;
        let called = n.field("function").or_else(|| n.field("type"))?;
        Some((called.text(), list.text()))
    })
}

/// Whether the function around puts the port behind a colon again, in a text that is none for people: there the
/// host has to be written in the same way.
fn joined_again(file: &File, member: Node<'_>, port: &str) -> bool {
    let texts = ["interpolated_string_expression", "binary_expression", "invocation_expression"];
    member.descendants().filter(|n| n.is_any(&texts)).any(|node| {
        let Some(text) = file.text_expr(node).filter(|t| t.form != Form::Literal) else { return false };
        let spoken = text.pieces.iter().any(|p| matches!(p, Piece::Text { raw, .. } if raw.contains(' ')));
        !spoken
            && text.pieces.windows(2).any(|pair| match pair {
                [Piece::Text { raw, .. }, Piece::Hole { node: Some(hole), .. }] => {
                    raw.ends_with(':') && hole.text() == port
                }
                _ => false,
            })
    })
}

/// What an expression is given to: the variable, or the parsing call and its variable.
pub(crate) fn receiver(node: Node<'_>) -> Option<&str> {
    let mut at = node;
    while let Some(parent) = at.parent() {
        match parent.kind() {
            "variable_declarator" => return parent.field("name").map(Node::text),
            "assignment_expression" => return parent.field("left").and_then(last_name),
            "argument" => {
                // `int.TryParse(parts[1], out port)`
                let list = parent.parent()?;
                let out = list.items().find(|a| a.children().any(|c| c.text() == "out"));
                if let Some(out) = out {
                    let named = out.items().last()?;
                    return named.field("name").or(Some(named)).map(|n| n.text());
                }
                at = list.parent()?;
            }
            "parenthesized_expression"
            | "cast_expression"
            | "conditional_expression"
            | "member_access_expression"
            | "invocation_expression"
            | "argument_list" => at = parent,
            _ => return None,
        }
    }
    None
}

/// The name that tells what a text is: `endpoint` of `this.endpoint`, `endpoint.Trim()`.
pub(crate) fn last_name(node: Node<'_>) -> Option<&str> {
    match node.kind() {
        "identifier" => Some(node.text()),
        "member_access_expression" => node.field("name").map(Node::text),
        "invocation_expression" => {
            let function = node.field("function").filter(|f| f.is("member_access_expression"))?;
            let method = function.field("name")?.text();
            let same = ["Trim", "ToString", "ToLower", "ToLowerInvariant", "TrimEnd", "TrimStart"].contains(&method);
            function.field("expression").filter(|_| same).and_then(last_name)
        }
        _ => None,
    }
}
