//! Whether Go code is reached in the knowledge of IPv6: what asked for it needs no rewrite, and another
//! branch handles what the rewrite would be for.

use sixify_langs::go;

use crate::go_kept::ends;
use crate::prelude::*;

/// Why code is reached only for one family, or in the knowledge of IPv6: a condition around it or before
/// it in the function asks for the number of colons, for brackets or for the family, and leaves. With
/// `contains` it is enough to ask whether there is a colon at all.
pub(crate) fn knows_family(node: Node<'_>, names: &[&str], contains: bool) -> Option<String> {
    const ASKS: &[&str] =
        &["To4()", "Is4()", "Is6()", "Is4In6()", "IPv4", "IPv6", "IP4", "IP6", "ipv4", "ipv6", "V6", "AF_INET"];
    let asks = |condition: Node<'_>| {
        let text = condition.text();
        let about = names.iter().any(|name| text.contains(name));
        let colons = ["\":\"", "':'", "\"::", "\"[\"", "'['", "\"[::"].iter().any(|mark| text.contains(mark));
        let bracket = text.contains("HasPrefix(") || text.contains("'['") || text.contains("Count(");
        about && colons && (bracket || contains && (text.contains("Contains") || text.contains("IndexByte(")))
            || ASKS.iter().any(|word| text.contains(word))
    };
    let mut at = node;
    while let Some(parent) = at.parent() {
        if parent.is_any(&["function_declaration", "method_declaration", "func_literal"]) {
            break;
        }
        let branch = parent.is("if_statement") && parent.field("condition").is_some_and(|c| c != at && asks(c));
        let case = parent.is("expression_case") && parent.field("value").is_some_and(|v| v != at && asks(v));
        let before = parent.is_any(&["block", "statement_list"])
            && parent.items().take_while(|s| *s != at).any(|s| {
                s.is("if_statement")
                    && s.field("condition").is_some_and(asks)
                    && s.field("consequence").is_some_and(ends)
            });
        if branch || case || before {
            return Some("the code around it asks for the family or for colons before".to_owned());
        }
        at = parent;
    }
    None
}

/// Whether a host may begin with a scheme, whose colon is not one of IPv6: the function asks for one, as in
/// `strings.TrimPrefix(hostname, "dns:///")`.
pub(crate) fn may_have_scheme(host: Node<'_>) -> bool {
    let function = host.ancestor(&["function_declaration", "method_declaration"]).map_or("", Node::text);
    let asked = format!("({}, \"", host.text());
    function.split(asked.as_str()).skip(1).any(|rest| rest.split('"').next().is_some_and(|text| text.contains("://")))
}

/// Whether a host is what code cut from a text at its first colon, which never was an IPv6 address; where
/// the cut is rewritten, this is looked at again. Also the target of a service record, which is a name.
pub(crate) fn cut_by_hand(file: &go::File, host: Node<'_>) -> bool {
    let function = host.ancestor(&["function_declaration", "method_declaration"]).map_or("", Node::text);
    if host.field("field").is_some_and(|f| f.text() == "Target") && function.contains("LookupSRV(") {
        return true;
    }
    let cuts = |call: Node<'_>| {
        let name = file.callee(call).unwrap_or_default();
        let colon = file.arguments(call).get(1).is_some_and(|by| by.text() == "\":\"");
        let known = file.arguments(call).first().and_then(|a| file.callee(*a)).is_some_and(|c| c.starts_with("net."));
        colon && !known && (name.starts_with("strings.Split") || name == "strings.Cut")
    };
    let (value, _) = file.constant(host);
    let of = value.field("operand").filter(|_| value.is("index_expression")).map(|list| file.constant(list).0);
    if of.is_some_and(|call| call.is("call_expression") && cuts(call)) {
        return true;
    }
    let Some((decl, _)) = file.names.resolve(host).filter(|_| host.is("identifier")) else { return false };
    let given = file.tree.node(decl.whole).field("right").and_then(|r| r.items().next());
    given.is_some_and(|call| call.is("call_expression") && cuts(call))
}

/// Whether a comment before a statement speaks of a family, so that somebody has thought of it.
pub(crate) fn explained(statement: Node<'_>) -> bool {
    let comments = std::iter::successors(statement.previous(), |n| n.previous()).take_while(|n| n.is_comment());
    comments.into_iter().any(|c| c.text().to_ascii_lowercase().contains("ipv"))
}
