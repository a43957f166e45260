//! Addresses and end points of .NET, as several codemods meet them.

use sixify_core::{Edit, Fix, Span};
use sixify_langs::Node;
use sixify_langs::csharp::{Argument, Creation, File, Surroundings};

const IP_ADDRESS: &str = "System.Net.IPAddress";
const END_POINT: &str = "System.Net.IPEndPoint";

/// The IPv4 wildcard as an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wildcard {
    /// Why it is the wildcard.
    pub why: Vec<String>,
    /// Whether it is written in the call itself, not in a variable.
    pub here: bool,
}

/// Whether an expression is `IPAddress.Any` or `IPAddress.Parse("0.0.0.0")`, perhaps through a
/// constant. Where it may be something else as well, it is not.
pub fn wildcard(file: &File, expr: Node<'_>, around: &Surroundings<'_>) -> Option<Wildcard> {
    let mut alternatives = file.alternatives(expr);
    let (value, mut why) = alternatives.pop().filter(|_| alternatives.is_empty())?;
    let named = file.names_member(value, IP_ADDRESS, "Any", around);
    let reasons = match named {
        Some(reasons) => reasons,
        None => parsed(file, value, around)?,
    };
    why.extend(reasons);
    Some(Wildcard { why, here: value == expr })
}

fn parsed(file: &File, value: Node<'_>, around: &Surroundings<'_>) -> Option<Vec<String>> {
    let function = value.field("function").filter(|_| value.is("invocation_expression"))?;
    let why = file.names_member(function, IP_ADDRESS, "Parse", around)?;
    let text = value.field("arguments")?.items().next()?.items().last()?;
    let (address, _) = file.text_expr(text)?.value()?;
    (address == "0.0.0.0").then_some(why)
}

/// An expression as the creation of an `IPEndPoint`.
pub fn endpoint<'a>(file: &'a File, value: Node<'a>, around: &Surroundings<'_>) -> Option<Creation<'a>> {
    let creation = file.creations().find(|c| c.node == value && c.arguments.len() == 2)?;
    file.names_type(creation.ty, END_POINT, around).map(|_| creation)
}

/// The edit that takes an argument out of a list.
pub fn remove(arguments: &[Argument<'_>], argument: Argument<'_>) -> Edit {
    let at = arguments.iter().position(|a| a.node == argument.node).unwrap_or(0);
    let span = match (arguments.get(at + 1), at.checked_sub(1).and_then(|i| arguments.get(i))) {
        (Some(next), _) => Span::new(argument.node.start(), next.node.start()),
        (None, Some(previous)) => Span::new(previous.node.end(), argument.node.end()),
        (None, None) => argument.node.span(),
    };
    Edit::delete(span)
}

/// The edits that turn the IPv4 wildcard into the IPv6 one.
pub fn to_ipv6_any(address: Argument<'_>) -> Fix {
    let value = address.value;
    let edit = match (value.field("name"), value.field("function").and_then(|f| f.field("expression"))) {
        (Some(name), _) => Edit::replace(name.span(), "IPv6Any"),
        (None, Some(ty)) => Edit::replace(Span::new(ty.end(), value.end()), ".IPv6Any"),
        (None, None) => Edit::insert(value.end(), ""),
    };
    Fix::new().edit(edit)
}

/// Whether a file has the IPv6 wildcard: then it knows of both families.
pub fn mentions_ipv6_any(file: &File) -> bool {
    file.tree().all("identifier").any(|n| n.text() == "IPv6Any")
}

/// What a file does with the addresses of its sockets beyond logging them and reading ports; once
/// a socket is dual-stack they look different.
pub fn uses_addresses(file: &File) -> Vec<String> {
    const NAMES: &[&str] = &["RemoteEndPoint", "LocalEndpoint", "LocalEndPoint", "RemoteIpAddress", "LocalIpAddress"];
    let uses = file.tree().all("identifier").filter(|n| NAMES.contains(&n.text())).filter(|n| !harmless(*n));
    let mut lines: Vec<usize> = uses.map(Node::line).collect();
    lines.dedup();
    let Some(first) = lines.first() else { return Vec::new() };
    vec![format!("line {first} uses an address of a socket, which then may read ::ffff:a.b.c.d")]
}

/// Whether the mention of an end point only reads its port, or goes into a log.
fn harmless(name: Node<'_>) -> bool {
    const THROUGH: &[&str] = &[
        "member_access_expression",
        "cast_expression",
        "as_expression",
        "parenthesized_expression",
        "conditional_access_expression",
        "postfix_unary_expression",
        "member_binding_expression",
    ];
    let mut at = name;
    while let Some(parent) = at.parent().filter(|p| p.is_any(THROUGH)) {
        at = parent;
    }
    let port = at.text().ends_with(".Port") && !at.text().contains(".Address");
    let logged = name.ancestors().filter(|n| n.is("invocation_expression")).any(|call| {
        let function = call.field("function").map_or("", Node::text);
        let method = function.rsplit(['.', '?']).next().unwrap_or("");
        ["Log", "Write", "Trace", "Debug", "Info", "Warn", "Error", "Verbose", "Fatal"]
            .iter()
            .any(|word| method.starts_with(word))
    });
    port || logged
}

/// Whether a target framework is one of .NET Framework before 4.5.
pub fn before_net45(framework: &str) -> bool {
    let number = framework.trim_start_matches("net").trim_start_matches('v').replace('.', "");
    let old = framework.starts_with('v') || !framework.contains('.');
    old && ["20", "30", "35", "40", "11", "403"].contains(&number.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_frameworks_are_told_from_new_ones() {
        for old in ["net40", "net35", "v4.0", "v2.0", "net403"] {
            assert!(before_net45(old), "{old}");
        }
        for new in [
            "net45",
            "v4.5",
            "net472",
            "v4.7.2",
            "net5.0",
            "net8.0",
            "netcoreapp3.1",
            "netstandard2.0",
            "net4.0-windows",
        ] {
            assert!(!before_net45(new), "{new}");
        }
    }
}
