//! New JavaScript in the way of the file that it goes into: names of imports, quotes, commas, layout.

use sixify_core::{Edit, Need, Span};
use sixify_langs::Node;
use sixify_langs::javascript::File;

/// Whether the file is an ES module, which has `import` and not `require`.
pub(crate) fn is_module(file: &File) -> bool {
    file.imports.iter().any(|i| !i.required)
        || file.tree.root().named_children().any(|s| s.is_any(&["export_statement", "import_statement"]))
}

/// How `net.isIPv6` can be called at a place of a file that runs on Node, and the import that it needs.
/// `None` where every name for it is taken.
pub(crate) fn is_ipv6(file: &File, at: Node<'_>) -> Option<(String, Option<Need>)> {
    let visible = |import: &sixify_langs::javascript::Import| {
        file.names.lookup(at, &import.local).is_some_and(|(decl, _)| decl.node == import.node)
    };
    let from_net = || file.imports.iter().filter(|i| i.module == "net" && visible(i) && !typed(file, i.whole));
    if let Some(import) = from_net().find(|i| i.member.as_deref() == Some("isIPv6")) {
        return Some((import.local.clone(), None));
    }
    if let Some(import) = from_net().find(|i| i.member.is_none()) {
        return Some((format!("{}.isIPv6", import.local), None));
    }
    let free = |local: &&&str| file.names.lookup(at, local).is_none();
    let need = |member: Option<&str>, local: &str| Need::Import {
        module: "net".to_owned(),
        member: member.map(str::to_owned),
        local: local.to_owned(),
    };
    if is_module(file) {
        let local = ["isIPv6", "isIPv6Address"].iter().find(free)?;
        return Some(((*local).to_owned(), Some(need(Some("isIPv6"), local))));
    }
    // In a file whose modules have capitals this one has, too.
    let wholes = || file.imports.iter().filter(|i| i.member.is_none());
    let capital = wholes().count() > 1 && wholes().all(|i| i.local.starts_with(char::is_uppercase));
    let names: &[&str] = if capital { &["Net", "NodeNet"] } else { &["net", "nodeNet"] };
    let local = names.iter().find(free)?;
    Some((format!("{local}.isIPv6"), Some(need(None, local))))
}

/// Whether an import is one of types alone, which is gone when the program runs.
pub(crate) fn typed(file: &File, whole: u32) -> bool {
    file.tree.node(whole).text().starts_with("import type")
}

/// The quote that the file uses more often.
pub(crate) fn quote(file: &File) -> char {
    let strings = || file.tree.all("string").map(Node::text);
    let single = strings().filter(|s| s.starts_with('\'')).count();
    let double = strings().filter(|s| s.starts_with('"')).count();
    if double > single { '"' } else { '\'' }
}

/// Deletes an argument or property together with one comma.
pub(crate) fn without_comma(item: Node<'_>) -> Option<Edit> {
    let comma = |n: &Node<'_>| n.text() == ",";
    let previous = item.previous().filter(comma);
    let next = item.next().filter(comma).and_then(|c| c.next()).filter(|n| n.is_named() && !n.is_comment());
    match (previous, next) {
        (_, Some(next)) => Some(Edit::delete(Span::new(item.start(), next.start()))),
        (Some(comma), None) => Some(Edit::delete(Span::new(comma.start(), item.end()))),
        // The only one.
        (None, None) => None,
    }
}

/// Adds a property behind the last one of an object literal, in its layout.
pub(crate) fn with_property(file: &File, object: Node<'_>, property: &str) -> Option<Edit> {
    let Some(last) = object.items().last() else {
        let inside = Span::new(object.start() + 1, object.end().checked_sub(1)?);
        return Some(Edit::replace(inside, format!(" {property} ")));
    };
    let text = file.tree.text();
    let start = text[..last.start()].rfind('\n').map_or(0, |i| i + 1);
    let indent = text.get(start..last.start()).filter(|s| s.trim().is_empty() && start > object.start());
    let comma = last.next().filter(|n| n.text() == ",");
    Some(match (indent, comma) {
        (Some(indent), Some(comma)) => Edit::insert(comma.end(), format!("\n{indent}{property},")),
        (Some(indent), None) => Edit::insert(last.end(), format!(",\n{indent}{property}")),
        (None, Some(comma)) => Edit::insert(comma.end(), format!(" {property},")),
        (None, None) => Edit::insert(last.end(), format!(", {property}")),
    })
}

/// Whether a comment right above a line has the text that stands there: it would not be true any more.
pub(crate) fn said_above(file: &File, node: Node<'_>, text: &str) -> bool {
    let before = file.tree.text().get(..node.start()).unwrap_or_default();
    let above = before.lines().rev().skip(1).map(str::trim);
    let mut comments = above.take_while(|line| ["//", "*", "/*"].iter().any(|mark| line.starts_with(mark)));
    comments.any(|line| line.contains(text))
}
