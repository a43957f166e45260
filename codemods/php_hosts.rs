//! Where a host of PHP code comes from: `parse_url` leaves the brackets of an IPv6 address on it.

use sixify_langs::{Node, naming};

/// How many variables and methods a host is followed through.
const MOST: usize = 4;

/// What a variable belongs to.
const FUNCTIONS: &[&str] = &["method_declaration", "function_definition", "program"];

/// Whether a host was taken out of a URL: an element of what `parse_url` gave, through variables of the
/// function, fields and methods of the file.
pub(crate) fn is_taken_from_url(host: Node<'_>) -> bool {
    host.tree().text().contains("parse_url(") && follow(host, MOST)
}

/// Whether a host is given its brackets with its value, in a branch perhaps.
pub(crate) fn has_brackets(host: Node<'_>) -> bool {
    given(host).into_iter().any(|value| ["\"[", "'["].iter().any(|open| value.text().contains(open)))
}

/// Whether the family of a host is asked for by a condition around it: `if (filter_var($ip, .., FILTER_FLAG_IPV6))`.
pub(crate) fn is_asked_for(host: Node<'_>) -> bool {
    host.ancestors().filter(|n| n.is_any(&["if_statement", "conditional_expression"])).any(|branch| {
        let condition = branch.field("condition").map_or("", Node::text);
        condition.contains("FILTER_FLAG_IPV") && condition.contains(host.text())
    })
}

/// Whether a host may begin with a scheme: it is given one, or what a function for URLs makes, or the file
/// asks for one.
pub(crate) fn may_have_scheme(host: Node<'_>) -> bool {
    let url = |value: &Node<'_>| {
        let called = value.field("function").or_else(|| value.field("name")).map_or("", Node::text);
        let words = naming::words(called);
        value.kind().ends_with("call_expression") && words.last().is_some_and(|w| w == "url" || w == "uri")
    };
    let given = given(host).into_iter().any(|value| value.text().contains("://") || url(&value));
    let asked = |call: &Node<'_>| {
        let text = call.text();
        text.contains("://")
            && text.contains(host.text())
            && call.field("function").is_some_and(|function| {
                let called = function.text().trim_start_matches('\\');
                ["strpos", "stripos", "str_starts_with", "strncmp", "strncasecmp", "preg_match", "substr"]
                    .contains(&called)
            })
    };
    given || host.tree().all("function_call_expression").any(|call| asked(&call))
}

fn follow(value: Node<'_>, left: usize) -> bool {
    let Some(left) = left.checked_sub(1) else { return false };
    value.descendants().chain([value]).any(|part| match part.kind() {
        "function_call_expression" => part.field("function").is_some_and(|f| f.text().ends_with("parse_url")),
        "member_call_expression" | "scoped_call_expression" => {
            let name = part.field("name").map_or("", Node::text);
            let own = |n: &Node<'_>| n.field("name").is_some_and(|other| other.text() == name);
            part.tree().all("method_declaration").find(own).is_some_and(|method| method.text().contains("parse_url("))
        }
        "variable_name" | "member_access_expression" => given(part).into_iter().any(|value| follow(value, left)),
        _ => false,
    })
}

/// What a variable is given in its function, and a field anywhere in the file.
fn given<'a>(holder: Node<'a>) -> Vec<Node<'a>> {
    let field = holder.is("member_access_expression");
    let function = holder.ancestor(FUNCTIONS);
    let to = |n: &Node<'a>| {
        n.field("left").is_some_and(|left| left.text() == holder.text())
            && !n.holds(holder)
            && (field || n.ancestor(FUNCTIONS) == function)
    };
    holder.tree().all("assignment_expression").filter(to).filter_map(|n| n.field("right")).collect()
}
