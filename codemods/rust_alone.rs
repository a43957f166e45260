//! The one place of a Rust file where an IPv6 host gets its brackets: in a statement of its own before, since a
//! function is not worth its lines there. `Ipv6Addr` says which host needs them: a name, an IPv4 address, a URL
//! and a host in brackets are none, and stay.

use sixify_langs::rust::{File, Format, Hole};

use crate::host_port::is_path;
use crate::prelude::*;
use crate::rust_layout::Width;

/// The rewrite of a format, whose host is a text of this type, as far as it is known; `None` where no statement can stand before, or none of the
/// names is free.
pub(crate) fn bracketed(file: &File, format: &Format<'_>, host: &Hole<'_>, ty: &str, width: Width) -> Option<Fix> {
    let value = host.argument.text.trim_start_matches('&');
    if !is_path(value) {
        return None;
    }
    let statement = statement(format.node)?;
    let name = free(statement, value)?;
    let text = file.tree.text();
    let line = text[..statement.start()].rfind('\n').map_or(0, |at| at + 1);
    let indent = text.get(line..statement.start()).filter(|before| before.trim().is_empty())?;
    let seen = |node: u32| file.tree.node(node).ancestor(&["mod_item", "block"]).is_none();
    let imported = file.uses.iter().any(|u| u.local == "Ipv6Addr" && seen(u.node));
    let parsed = if imported { "Ipv6Addr" } else { "std::net::Ipv6Addr" };
    // As the file is laid out.
    let step = if indent.contains('\t') { "\t" } else { "    " };
    let bracketed = match value.contains(['.', ':']) {
        true => format!("format!(\"[{{}}]\", {value})"),
        false => format!("format!(\"[{{{value}}}]\")"),
    };
    let same = if ty == "String" { "clone" } else { "to_string" };
    let declared = format!(
        "// An IPv6 address needs brackets before its port.\n{indent}let {name} = match {value}.parse::<{parsed}>() {{\n{indent}{step}Ok(_) => {bracketed},\n{indent}{step}Err(_) => {value}.{same}(),\n{indent}}};\n{indent}"
    );
    let edit = if host.argument.inline {
        Edit::replace(host.span, format!("{{{name}}}"))
    } else {
        Edit::replace(host.argument.span, name)
    };
    let edits = width.laid_out(format.node, vec![edit]);
    Some(Fix::new().edit(Edit::insert(statement.start(), declared)).edits(edits))
}

/// The statement of a block that an expression is worked out in, always and once.
fn statement(node: Node<'_>) -> Option<Node<'_>> {
    const THROUGH: &[&str] = &[
        "reference_expression",
        "arguments",
        "call_expression",
        "generic_function",
        "field_expression",
        "try_expression",
        "await_expression",
        "parenthesized_expression",
        "field_initializer",
        "field_initializer_list",
        "struct_expression",
        "tuple_expression",
        "array_expression",
        "assignment_expression",
        "return_expression",
        "let_declaration",
        "expression_statement",
    ];
    let mut at = node;
    loop {
        let parent = at.parent()?;
        if parent.is("block") {
            return Some(at);
        }
        at = Some(parent).filter(|p| p.is_any(THROUGH))?;
    }
}

/// A name for the host that nothing in the function has; that of the host itself, where nothing else reads it.
fn free(statement: Node<'_>, value: &str) -> Option<&'static str> {
    let function = statement.ancestor(&["function_item"])?;
    let word = |name: &str| {
        let text = function.text();
        let part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        text.match_indices(name)
            .filter(|(at, _)| !text[..*at].ends_with(part) && !text[at + name.len()..].starts_with(part))
            .count()
    };
    // Once as the parameter or variable, once here.
    if value == "host" && word("host") <= 2 {
        return Some("host");
    }
    ["host", "bracketed", "bracketed_host"].into_iter().find(|name| word(name) == 0)
}
