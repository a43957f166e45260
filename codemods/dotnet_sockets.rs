//! Addresses and end points of .NET, as several codemods meet them.

use sixify_core::{Context, Document, Edit, Fix, Need, Span};
use sixify_langs::csharp::{Argument, Creation, File, Surroundings};
use sixify_langs::{Node, msbuild};

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

/// Why an expression is the IPv4 wildcard as it stands there, not through a name.
pub fn wildcard_here(file: &File, expr: Node<'_>, around: &Surroundings<'_>) -> Option<Vec<String>> {
    match expr.kind() {
        "member_access_expression" => file.names_member(expr, IP_ADDRESS, "Any", around),
        "invocation_expression" => parsed(file, expr, around),
        _ => None,
    }
}

/// The edit that lets the wildcard be the IPv6 one wherever there is IPv6. `socket` is how the type
/// `Socket` is named there.
pub fn either_any(wildcard: Node<'_>, socket: &str) -> Vec<Edit> {
    let ty = wildcard.field("expression").or(wildcard.field("function").and_then(|f| f.field("expression")));
    let ty = ty.map_or("IPAddress", Node::text);
    let condition = format!("{socket}.OSSupportsIPv6 ? {ty}.IPv6Any : ");
    const ALONE: &[&str] = &[
        "argument",
        "assignment_expression",
        "variable_declarator",
        "return_statement",
        "arrow_expression_clause",
        "initializer_expression",
        "parenthesized_expression",
        "property_declaration",
    ];
    match wildcard.parent().filter(|p| p.is_any(ALONE)) {
        Some(_) => vec![Edit::insert(wildcard.start(), condition)],
        None => Edit::wrap(wildcard.span(), format!("({condition}"), ")").into_iter().collect(),
    }
}

/// How old the frameworks are that a file is compiled for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Age {
    /// .NET Core and what came after it: sockets and clients are dual-stack when nothing is said.
    Modern,
    /// .NET Framework from 4.5 on, Mono, or a standard that they meet, among others.
    Old(String),
    /// Before dual-stack sockets.
    Ancient(String),
    /// No project file says.
    Unknown,
}

/// The age of the frameworks of a document's project.
pub fn age(doc: &Document, cx: &Context<'_>) -> Age {
    let all = frameworks(doc, cx);
    if let Some(ancient) = all.iter().find(|f| before_net45(f)) {
        return Age::Ancient(ancient.clone());
    }
    let modern = |f: &&String| f.starts_with("netcoreapp") || (f.starts_with("net") && f.contains('.') && !standard(f));
    match all.iter().find(|f| !modern(f)) {
        Some(old) => Age::Old(old.clone()),
        None if all.is_empty() => Age::Unknown,
        None => Age::Modern,
    }
}

fn standard(framework: &str) -> bool {
    framework.starts_with("netstandard")
}

/// The frameworks that a document's project is built for, as written.
pub fn frameworks(doc: &Document, cx: &Context<'_>) -> Vec<String> {
    let read = |path: String| msbuild::Project::parse(&cx.project().text(&path)?);
    let said = |project: &msbuild::Project| project.frameworks().into_iter().map(str::to_owned).collect::<Vec<_>>();
    let csproj = cx.project().nearest(&doc.path, &|name| name.ends_with(".csproj")).and_then(read);
    let own = csproj.as_ref().map(said).unwrap_or_default();
    if !own.is_empty() {
        return own;
    }
    let shared = cx.project().nearest(&doc.path, &|name| name == "Directory.Build.props").and_then(read);
    shared.as_ref().map(said).unwrap_or_default()
}

/// The statement that makes an IPv6 socket a dual-stack one, as lines. Setting `DualMode` on an
/// IPv4 socket throws, also to `false`.
pub fn dual_mode(condition: &str, socket: &str) -> [String; 4] {
    [format!("if ({condition})"), "{".to_owned(), format!("{socket}.DualMode = true;"), "}".to_owned()]
}

/// How the type `Socket` of .NET is named where the project may have one of its own.
pub fn socket_type(around: &Surroundings<'_>) -> &'static str {
    if around.declares("Socket") { "System.Net.Sockets.Socket" } else { "Socket" }
}

/// What names of `System.Net.Sockets` need.
pub fn sockets_need() -> Need {
    Need::Import { module: "System.Net.Sockets".into(), member: None, local: "Socket".into() }
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
