//! Whether a host of C# code has the brackets of an IPv6 address already, or never needs them.

use sixify_langs::Node;
use sixify_langs::csharp::File;
use sixify_langs::naming;
use sixify_langs::strings::{Piece, TextExpr};

use crate::dotnet_hosts::{CSharp, last_name};
use crate::dotnet_origins::{cut_here, from_uri, given_names, ipv4_only, of_uri};
use crate::host_port::Join;
use crate::purpose::{is_no_address, is_several};

/// Why a host needs no brackets, or has them.
pub(crate) fn bracketed(facts: &CSharp<'_>, host: Node<'_>) -> Option<()> {
    let text = host.text();
    let uri = host.is("member_access_expression")
        && host.field("name").is_some_and(|n| n.text() == "Host")
        && host.field("expression").is_some_and(|of| {
            matches!(facts.type_of(of).as_deref(), Some("Uri" | "UriBuilder" | "HostString" | "DnsEndPoint"))
        });
    // The host of a `Uri` has its brackets.
    let called = host.field("expression").filter(|_| host.text().ends_with(".Host")).and_then(last_name);
    let uri = uri || called.is_some_and(|n| naming::words(n).iter().any(|w| w == "uri" || w == "url"));
    let uri = uri || of_uri(facts, host) || from_uri(facts, host);
    let several = !host.is("element_access_expression") && last_name(host).is_some_and(is_several);
    let name = several
        || asked_for_name(host)
        || last_name(host).is_some_and(is_no_address)
        || given_names(facts.file, host)
        || cut_here(facts.file, host)
        || ipv4_only(facts.file, host);
    let own = ["Environment.MachineName", "Dns.GetHostName()"].iter().any(|n| text.contains(n));
    let done = text.contains("UriBuilder")
        || text.contains("Bracket")
        || text.ends_with("ToUrlHost()")
        || text.contains("\"[\"")
        || text.contains("IPEndPoint");
    let aware = |m: Node<'_>| ["\"]:\"", "\"]:", "'['", "\"[\"", "}]:{", "\"[{"].iter().any(|b| m.text().contains(b));
    if crate::dotnet_family::member(host).is_some_and(aware) {
        return Some(());
    }
    let literal =
        facts.file.text_expr(host).is_some() || written_name(facts.file, host) || dotted_name(facts.file, host);
    let known = ["IPAddress.Loopback", "IPAddress.Any", "IPAddress.Broadcast"].iter().any(|n| text.ends_with(n));
    // What a property gives that puts them.
    let named = known
        || matches!(facts.type_of(host).as_deref(), Some("HostString"))
        || text.ends_with(".Host.Host")
        || facts.declared_as(host).is_some_and(|code| code.contains("\"[") || constant_name(&code));
    (uri || name || own || done || literal || named).then_some(())
}

/// Whether a condition around a host asks whether it is a name of `localhost`: `IsLocalhostTld(host)`.
fn asked_for_name(host: Node<'_>) -> bool {
    let asks = |condition: Node<'_>| {
        std::iter::once(condition).chain(condition.descendants()).filter(|n| n.is("invocation_expression")).any(
            |call| {
                let called = call.field("function").map_or("", Node::text);
                called.contains("Localhost") && call.field("arguments").is_some_and(|a| a.text().contains(host.text()))
            },
        )
    };
    let within = |n: &Node<'_>| n.is("if_statement") && n.field("consequence").is_some_and(|c| c.holds(host));
    host.ancestors().filter(within).filter_map(|n| n.field("condition")).any(asks)
}

/// Whether a value is one of names that are written in the code, none of them an IPv6 address.
fn written_name(file: &File, value: Node<'_>) -> bool {
    let (value, _) = file.names().constant(file.tree(), value);
    match value.kind() {
        "string_literal" => !value.text().contains(':'),
        "parenthesized_expression" => value.items().next().is_some_and(|inner| written_name(file, inner)),
        "conditional_expression" => {
            ["consequence", "alternative"].iter().all(|f| value.field(f).is_some_and(|n| written_name(file, n)))
        }
        _ => false,
    }
}

/// Whether a value is given a text with a dot between its parts somewhere, as names of hosts are made:
/// `server + "." + domain`. An IPv6 address is not made so.
fn dotted_name(file: &File, value: Node<'_>) -> bool {
    let Some((decl, scope)) = file.names().resolve(value).filter(|_| value.is("identifier")) else { return false };
    let dotted = |text: Node<'_>| text.text().contains("\".\"") || text.text().contains("}.{");
    let declared = decl.value.map(|number| file.tree().node(number));
    let set = file.names().uses(&decl, scope).into_iter().filter_map(|used| {
        let assignment = used.parent().filter(|p| p.is("assignment_expression") && p.field("left") == Some(used))?;
        assignment.field("right")
    });
    declared.into_iter().chain(set).any(dotted)
}

/// Whether the declaration of a constant gives it a name or an IPv4 address.
fn constant_name(declaration: &str) -> bool {
    let head = declaration.split('=').next().unwrap_or_default();
    let value = declaration.split_once('=').map_or("", |(_, value)| value.trim().trim_end_matches(';'));
    let constant = head.split_whitespace().any(|word| word == "const" || word == "readonly");
    constant && value.starts_with('"') && value.ends_with('"') && !value.contains(':')
}

/// Whether a host is one of the constants of a class in another project: `WorkerConstants.HostName`.
pub(crate) fn constant_elsewhere(facts: &CSharp<'_>, host: Node<'_>) -> bool {
    let class = host.field("expression").filter(|_| host.is("member_access_expression"));
    let named = class.filter(|c| c.is("identifier")).and_then(|c| naming::words(c.text()).pop());
    let constants = ["constants", "constant", "consts", "const", "defaults"];
    named.is_some_and(|word| constants.contains(&word.as_str())) && facts.declared_as(host).is_none()
}

/// Why what reads a text may want the host in another way: a driver with a connection string of its own,
/// a listener to which `+` and `*` are hosts.
pub(crate) fn read_otherwise(file: &File, expr: &TextExpr<'_>, join: &Join<'_>) -> Option<&'static str> {
    let texts = || expr.pieces.iter().filter_map(|p| if let Piece::Text { raw, .. } = p { Some(*raw) } else { None });
    let pairs = texts().any(|raw| raw.split(';').any(|pair| pair.contains('=') && !pair.contains(['?', '/'])));
    if !join.url && pairs && texts().any(|raw| raw.contains(';')) {
        return Some("the driver that reads this connection string has rules of its own");
    }
    let wildcard = ["(\"+\"", "(\"*\"", "= \"+\"", "= \"*\"", "\"+\" =>", "\"*\" =>"];
    let listens = wildcard.iter().any(|mark| file.tree().text().contains(mark));
    (join.url && listens).then_some("the host may be + or *, as listeners take it")
}
