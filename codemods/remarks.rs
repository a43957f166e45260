//! What a comment beside code says about it. A comment that tells why there is an IPv4 address, or asks for
//! a change on a condition, becomes false with the rewrite: a person must see to both.

use crate::prelude::*;

/// Whether a comment right before what a node is part of, or behind it on its line, has one of these words.
pub(crate) fn says(node: Node<'_>, words: &[&str]) -> bool {
    const ENDS: &[&str] = &[
        "block",
        "statement_list",
        "declaration_list",
        "source_file",
        "translation_unit",
        "compound_statement",
        "literal_value",
        "field_declaration_list",
    ];
    let has = |comment: Node<'_>| words.iter().any(|word| comment.text().contains(word));
    let mut at = node;
    loop {
        let mut before = at.previous();
        while let Some(one) = before.filter(|n| n.is_comment() || n.is("attribute_item")) {
            if one.is_comment() && has(one) && !trails(one) {
                return true;
            }
            before = one.previous();
        }
        let behind = at.next().filter(|n| n.is(",") || n.is(";")).unwrap_or(at).next();
        if behind.is_some_and(|n| n.is_comment() && n.line() == at.line() && has(n)) {
            return true;
        }
        match at.parent() {
            Some(parent) if !parent.is_any(ENDS) => at = parent,
            // A function that gives nothing else.
            Some(body) if body.is("block") && body.items().count() == 1 => at = body,
            _ => return false,
        }
    }
}

/// Whether a comment stands behind something on its line, and is about that.
fn trails(comment: Node<'_>) -> bool {
    let text = comment.tree().text();
    let line = text[..comment.start()].rfind('\n').map_or(0, |at| at + 1);
    !text[line..comment.start()].trim().is_empty()
}
