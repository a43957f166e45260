//! Where a host of Rust code comes from: what a URL gave has the brackets of an IPv6 address already.

use sixify_langs::rust::File;
use sixify_langs::syntax::Node;

/// How many names a value is followed through.
const DEPTH: usize = 4;

/// Whether a host that is written so at a place is what a URL gave: `uri.host()`, `url.host_str()`, also through
/// variables, patterns, closures, and fields that this file sets from one.
pub(crate) fn of_url(file: &File, at: Node<'_>, host: &str) -> bool {
    let host = host.trim_start_matches(['&', '*']);
    gives_host(file, host) || comes_from_url(file, at, host, DEPTH)
}

fn comes_from_url(file: &File, at: Node<'_>, name: &str, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let given = |value: Node<'_>| {
        gives_host(file, value.text())
            || value
                .descendants()
                .filter(|n| n.is("identifier") && in_value(*n))
                .any(|used| used.text() != name && comes_from_url(file, used, used.text(), depth))
    };
    if let Some((_, field)) = name.rsplit_once('.') {
        let named = |n: &Node<'_>| n.field("field").or_else(|| n.field("name")).is_some_and(|f| f.text() == field);
        let set = file.tree.all("field_initializer").filter(named).filter_map(|n| n.field("value")).any(given);
        let short = |n: &Node<'_>| n.text() == field;
        return set
            || file
                .tree
                .all("shorthand_field_initializer")
                .filter(short)
                .any(|n| comes_from_url(file, n, field, depth));
    }
    let Some((decl, _)) = file.names.lookup(at, name) else { return false };
    if let Some(value) = decl.value {
        return given(file.tree.node(value));
    }
    origin(file.tree.node(decl.node)).is_some_and(given)
}

/// Whether an identifier is a value that is read, and no function or method.
fn in_value(name: Node<'_>) -> bool {
    name.parent().is_some_and(|p| !(p.is("call_expression") && p.field("function") == Some(name)))
}

/// The expression that a pattern takes apart, or what a closure is given: the receiver of its call.
fn origin(name: Node<'_>) -> Option<Node<'_>> {
    for around in name.ancestors() {
        match around.kind() {
            "let_declaration" | "let_condition" | "for_expression" => return around.field("value"),
            "match_arm" => return around.ancestor(&["match_expression"])?.field("value"),
            "closure_parameters" => {
                let closure = around.parent()?;
                let call = closure.parent().filter(|p| p.is("arguments"))?.parent()?;
                return call.field("function").filter(|f| f.is("field_expression"))?.field("value");
            }
            "block" | "function_item" => return None,
            _ => {}
        }
    }
    None
}

/// Whether a host stands in the code, with no colon in it.
pub(crate) fn stands_in_code(file: &File, at: Node<'_>, host: &str) -> bool {
    let (decl, scope) = match file.names.lookup(at, host.trim_start_matches('&')) {
        Some(found) => found,
        None => return false,
    };
    let text = decl.value.and_then(|value| file.string(file.tree.node(value)));
    text.is_some_and(|(text, _)| !text.is_empty() && !text.contains(':')) && file.names.single_assignment(&decl, scope)
}

/// Whether an expression asks a URL for its host, or cuts a text at a colon: what stands before the last one
/// has its brackets, and before the first one is no IPv6 address.
fn gives_host(file: &File, text: &str) -> bool {
    let cuts = ["split_once(':')", "split(':')", "splitn(2, ':')", "find(':')", "split_once(\":\")", "split(\":\")"];
    if cuts.iter().any(|cut| text.contains(cut)) {
        return true;
    }
    if text.contains(".host_str()") || text.contains("Url::host_str") || text.contains("Uri::host") {
        return true;
    }
    // `get_host(request.header())`: a header has the brackets.
    let asked = text.split_once("host(").map_or("", |(_, rest)| rest.split(')').next().unwrap_or(rest));
    if ["header", "req", "uri", "url"].iter().any(|word| asked.contains(word)) {
        return true;
    }
    // A method of the file itself is seen to be none.
    let own = || file.tree.all("function_item").any(|f| f.field("name").is_some_and(|n| n.text() == "host"));
    text.split(".host()").count() > 1 && !own() && !text.starts_with("self.") && !of_settings(text)
}

/// Whether the owner of a method `host` is called something else than a URL.
fn of_settings(text: &str) -> bool {
    let owner =
        text.split(".host()").next().unwrap_or_default().rsplit(['.', '&', ' ', '(']).next().unwrap_or_default();
    let words = sixify_langs::naming::words(owner);
    words.last().is_some_and(|w| {
        [
            "config",
            "cfg",
            "settings",
            "options",
            "opts",
            "args",
            "conf",
            "node",
            "server",
            "instance",
            "peer",
            "container",
        ]
        .contains(&w.as_str())
    })
}
