//! What the parts of an address are used for in Go code. A part that is only compared with names, or is the
//! label of a metric, needs no care for IPv6, and one that a method joins again without brackets must keep its
//! own.

use sixify_langs::{go, naming};

use crate::purpose::is_no_address;

use crate::prelude::*;

/// Whether a part is only asked for names: `strings.HasSuffix(host, ".svc")`, `host == "localhost"`, directly or
/// through the variable that it is given to.
pub(crate) fn only_named(file: &go::File, part: Node<'_>) -> bool {
    if asks_name(file, part) {
        return true;
    }
    let Some(list) = part.parent().filter(|p| p.is("expression_list") && p.items().count() == 1) else { return false };
    let Some(statement) = list.parent().filter(|s| s.is_any(&["short_var_declaration", "assignment_statement"])) else {
        return false;
    };
    let name = statement.field("left").filter(|l| *l != list && l.items().count() == 1).and_then(|l| l.items().next());
    let Some((name, (decl, scope))) =
        name.filter(|n| n.is("identifier")).and_then(|n| Some((n, file.names.resolve(n)?)))
    else {
        return false;
    };
    let after = |used: &Node<'_>| *used != name && used.start() > statement.end();
    let later: Vec<_> = file.names.uses(&decl, scope).into_iter().filter(after).collect();
    !scope.is("source_file") && !later.is_empty() && later.into_iter().all(|used| asks_name(file, used))
}

/// Whether an expression asks whether a text is, or ends in, a name that no address has.
fn asks_name(file: &go::File, used: Node<'_>) -> bool {
    let Some(parent) = used.parent() else { return false };
    let name = |node: Node<'_>| {
        let text = node.text().trim_matches(['"', '`']);
        node.is_any(&["interpreted_string_literal", "raw_string_literal"])
            && text.contains(char::is_alphabetic)
            && !text.contains(':')
    };
    if parent.is("binary_expression") && parent.field("operator").is_some_and(|o| matches!(o.text(), "==" | "!=")) {
        return parent.items().any(|side| side != used && name(side));
    }
    let Some(call) = parent.parent().filter(|c| parent.is("argument_list") && c.is("call_expression")) else {
        return false;
    };
    if labels(call) {
        return true;
    }
    let asks = ["strings.HasSuffix", "strings.HasPrefix", "strings.Contains", "strings.EqualFold"];
    let arguments = file.arguments(call);
    file.callee(call).is_some_and(|callee| asks.contains(&callee.as_str()))
        && arguments.first() == Some(&used)
        && arguments.get(1).is_some_and(|by| name(*by))
}

/// Whether a call counts something under the labels that it is given.
fn labels(call: Node<'_>) -> bool {
    const COUNTS: &[&str] = &["record", "observe", "inc", "metric", "metrics", "labels", "label"];
    let name = call.field("function").map_or("", Node::text);
    name.split('.').flat_map(naming::words).any(|word| COUNTS.contains(&word.as_str()))
}

/// Whether a host is that of a URL which was made of a domain, or is called one: `u, err := url.Parse(domain)`.
pub(crate) fn of_domain(file: &go::File, part: Node<'_>, host: Node<'_>) -> bool {
    let list = part.parent().filter(|p| p.is("expression_list"));
    let target = list.and_then(Node::parent).and_then(|s| s.field("left")).filter(|l| Some(*l) != list);
    if target.is_some_and(|t| is_no_address(t.text())) {
        return true;
    }
    let decl = host.field("operand").and_then(|url| file.names.resolve(url)).map(|(decl, _)| decl);
    let whole = decl.map(|decl| file.tree.node(decl.whole));
    let call = whole.and_then(|w| w.field("right")).and_then(|r| r.items().next()).filter(|c| c.is("call_expression"));
    call.is_some_and(|call| {
        file.callee(call).is_some_and(|c| c == "net/url.Parse")
            && file.arguments(call).first().is_some_and(|a| a.is("identifier") && is_no_address(a.text()))
    })
}

/// Whether a part goes to a field that a method of the file puts together again with a colon and no brackets,
/// to describe the value: without its brackets the host would be told from its port no more.
pub(crate) fn joined_again(file: &go::File, part: Node<'_>) -> bool {
    let Some(field) = field(part) else { return false };
    let joins = |method: &Node<'_>| {
        let text = method.text();
        let described = method.field("name").is_some_and(|n| matches!(n.text(), "String" | "Key" | "ID" | "Name"));
        let colon = ["\":\"", "%s:%", "%v:%"].iter().any(|colon| text.contains(colon));
        let whole = |at: usize| !text[at + field.len() + 1..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
        described
            && colon
            && !text.contains("JoinHostPort")
            && text.match_indices(&format!(".{field}")).any(|(at, _)| whole(at))
    };
    file.tree.all("method_declaration").any(|method| joins(&method))
}

/// The field that an expression is given to.
fn field<'a>(part: Node<'a>) -> Option<&'a str> {
    let around = part.parent()?;
    let whole = around.parent()?;
    match around.kind() {
        "literal_element" if whole.is("keyed_element") => whole.items().next().map(Node::text),
        "expression_list" if whole.is("assignment_statement") => {
            let at = around.items().position(|item| item == part)?;
            let target = whole.field("left").filter(|left| *left != around)?.items().nth(at)?;
            target.field("field").map(Node::text)
        }
        _ => None,
    }
}

/// Whether the code behind a block is reached only without it.
pub(crate) fn ends(block: Node<'_>) -> bool {
    let last = block.items().last();
    let last = last.and_then(|l| if l.is("statement_list") { l.items().last() } else { Some(l) });
    let Some(last) = last else { return false };
    let call = last.items().next().filter(|c| last.is("expression_statement") && c.is("call_expression"));
    let name = call.and_then(|c| c.field("function")).map_or("", Node::text);
    let name = name.rsplit('.').next().unwrap_or(name);
    last.is_any(&["return_statement", "continue_statement", "break_statement", "goto_statement"])
        || matches!(name, "panic" | "Exit" | "Fatal" | "Fatalf" | "Fatalln" | "Panic" | "Panicf")
}

/// Whether a check stands in an `else if` of a branch that another one decides: with an error in their places
/// the second would be sure, and what stands behind it dead.
pub(crate) fn asked_again<T>(check: Node<'_>, checks: &[(Node<'_>, T)]) -> bool {
    let Some(branch) = check.ancestors().find(|n| n.is("if_statement")) else { return false };
    let before = branch.parent().filter(|p| p.is("if_statement") && p.field("alternative") == Some(branch));
    let decided = before.and_then(|before| before.field("condition"));
    decided.is_some_and(|condition| checks.iter().any(|(other, _)| condition.holds(*other)))
}
