//! What is known of the hosts that Python programs put before a port.

use sixify_langs::names::DeclKind;
use sixify_langs::naming;
use sixify_langs::origin::Standing;
use sixify_langs::python::File;

use crate::prelude::*;
use crate::python_code::{name, statement};
use crate::python_joins::assigned;

/// How a host is asked for its brackets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    /// It never comes with brackets.
    pub(crate) bare: bool,
    /// It is text, and never `None` or an address object, which a text takes as it is.
    pub(crate) text: bool,
}

impl Known {
    /// What is known of a host within a template or a format. What is added to other text is text.
    pub(crate) fn of(file: &File, host: Node<'_>, added: bool) -> Known {
        Known { bare: bare(file, host), text: added || is_text(file, host) }
    }
}

/// Whether an expression never gives an IPv6 address.
pub(crate) fn never_ipv6(file: &File, expr: Node<'_>) -> bool {
    let value = file.value(expr);
    // yarl has the host of a URL with its brackets there.
    if value.node.text().ends_with(".host_subcomponent") {
        return true;
    }
    if let Some(text) = file.string(value.node) {
        // A default that somebody may replace by an IPv6 address.
        let given = matches!(value.standing, Standing::Parameter | Standing::Environment(_));
        return !given || expr.is("string") || text.starts_with("http");
    }
    if let Some(text) = file.text_expr(value.node) {
        return text.holes().all(|hole| hole.is_some_and(|h| never_ipv6(file, h)));
    }
    if value.node.is("conditional_expression") {
        let parts: Vec<Node<'_>> = value.node.items().collect();
        let bracketed = |n: &Node<'_>| file.string(*n).is_some_and(|text| text.starts_with('['));
        return matches!(parts.as_slice(), [yes, _, no] if [yes, no].into_iter().all(|n| bracketed(n) || never_ipv6(file, *n)));
    }
    let call = value.node;
    call.is("call")
        && matches!(
            file.called_name(call),
            Some("gethostname" | "getfqdn" | "node" | "gethostbyname" | "inet_ntoa" | "IPv4Address")
        )
}

/// Whether a host never comes with brackets, by where it comes from or by its name.
pub(crate) fn bare(file: &File, host: Node<'_>) -> bool {
    let value = file.value(host).node;
    let called = |n: Node<'_>| name(file, n).unwrap_or_default();
    let words = naming::words(&called(host));
    let ip =
        words.iter().any(|w| matches!(w.as_str(), "ip" | "ips" | "ipaddr" | "ipaddress" | "peername" | "sockname"));
    // What is listened on goes to sockets, which take no brackets.
    let listens = words.iter().any(|w| matches!(w.as_str(), "bind" | "listen"));
    // What an object of somebody else has under such a name may be made for URLs already.
    let foreign = value.is("attribute") && value.field("object").is_some_and(|o| o.text() != "self");
    ip && !foreign
        || listens
        || value.is("attribute") && value.field("attribute").is_some_and(|a| a.text() == "hostname")
}

/// The values that a variable gets in its scope, its default among them.
fn values<'a>(file: &'a File, variable: Node<'a>) -> Vec<Node<'a>> {
    let Some((decl, scope)) = file.names.resolve(variable).filter(|_| variable.is("identifier")) else {
        return Vec::new();
    };
    let own = |n: &Node<'a>| n.is("identifier") && n.text() == decl.name && assigned(*n);
    let targets = scope.descendants().filter(own);
    let targets = targets.filter(|n| file.names.resolve(*n).is_some_and(|(d, _)| d.node == decl.node));
    let given = targets.filter_map(|n| n.parent()?.field("right"));
    let default = file.tree.node(decl.whole).field("value").filter(|_| decl.kind == DeclKind::Parameter);
    given.chain(default).collect()
}

/// Whether a variable holds a whole URL, or the beginning of one.
pub(crate) fn is_url(file: &File, host: Node<'_>) -> bool {
    values(file, host).iter().any(|v| v.text().contains("://"))
}

/// Whether a variable gets its brackets where it gets its value.
pub(crate) fn has_brackets(file: &File, host: Node<'_>) -> bool {
    values(file, host).iter().any(|v| ["\"[", "'["].iter().any(|open| v.text().contains(open)))
}

/// Whether a function puts the brackets, by its name: `fmt_ip_url(ip)`.
pub(crate) fn formats(file: &File, host: Node<'_>) -> bool {
    const WORDS: &[&str] =
        &["fmt", "format", "bracket", "brackets", "bracketed", "bracketize", "enclose", "wrap", "pack"];
    let value = file.value(host).node;
    let called = file.called_name(value).filter(|_| value.is("call")).unwrap_or_default();
    called != "format" && naming::words(called).iter().any(|w| WORDS.contains(&w.as_str()))
}

/// Whether a type as it is written has texts alone.
fn texts_alone(written: &str) -> bool {
    !["None", "Optional", "Any", "IPv4", "IPv6", "IPAddress", "Union"].iter().any(|word| written.contains(word))
}

/// Whether a host is text wherever it is put into text.
fn is_text(file: &File, host: Node<'_>) -> bool {
    match host.kind() {
        "identifier" => {
            let declared = file.names.resolve(host).map(|(decl, _)| decl);
            let written = declared.and_then(|d| d.ty).map_or("", |ty| file.tree.node(ty).text());
            texts_alone(written) && values(file, host).into_iter().all(|v| v != host && gives_text(file, v))
        }
        "attribute" => {
            let owner = host.field("object").map_or("", Node::text);
            let name = host.field("attribute").map_or("", Node::text);
            let class = host.ancestor(&["class_definition"]);
            let set =
                class.into_iter().flat_map(|c| c.descendants().filter(|n| n.is("assignment")).collect::<Vec<_>>());
            let own = |n: &Node<'_>| n.field("left").is_some_and(|l| l.text() == host.text() || l.text() == name);
            let mut set = set.filter(own);
            matches!(owner, "self" | "cls" | "args" | "self.args")
                && set.all(|n| {
                    let written = n.field("type").map_or("", Node::text);
                    texts_alone(written) && n.field("right").is_none_or(|v| !v.is("none"))
                })
        }
        // What is kept under a key may be an address that is no text.
        "subscript" => host.field("subscript").is_some_and(|s| s.is("integer")),
        _ => gives_text(file, host),
    }
}

/// Whether a value is text: it is no `None`, and no look-up that may find nothing.
fn gives_text(file: &File, value: Node<'_>) -> bool {
    match value.kind() {
        "none" => false,
        "call" => {
            let arguments = value.field("arguments").map_or(0, |a| a.items().count());
            match file.called_name(value) {
                Some("get" | "getenv") => arguments > 1,
                Some("ip_address" | "ip_interface" | "IPv4Address" | "IPv6Address") => false,
                _ => true,
            }
        }
        "attribute" => value.field("attribute").is_none_or(|a| a.text() != "hostname"),
        // The first one may be missing, and so may the last.
        "boolean_operator" => value.field("right").is_some_and(|last| {
            last.is("string") || last.is_any(&["boolean_operator", "call"]) && never_ipv6(file, last)
        }),
        "parenthesized_expression" => value.items().next().is_some_and(|inner| gives_text(file, inner)),
        "conditional_expression" => {
            let parts: Vec<Node<'_>> = value.items().collect();
            parts.first().into_iter().chain(parts.last()).all(|part| gives_text(file, *part))
        }
        _ => true,
    }
}

/// Why a host needs no brackets.
pub(crate) fn needless(file: &File, host: Node<'_>) -> Option<String> {
    if never_ipv6(file, host) {
        return Some(format!("{} is no IPv6 address", host.text()));
    }
    if host
        .ancestors()
        .find(|n| n.is_any(&["function_definition", "class_definition"]))
        .is_some_and(|n| n.is("class_definition"))
    {
        return Some("it is worked out once, with the class, from what the class says itself".to_owned());
    }
    // `DEFAULT_HOST` of another module is a name or an address that is written there.
    let constant = |name: &str| name.chars().all(|c| c.is_ascii_uppercase() || c == '_') && name.contains("DEFAULT");
    let imported = || file.names.resolve(host).is_some_and(|(decl, _)| decl.kind == DeclKind::Import);
    if host.is("identifier") && constant(host.text()) && imported() {
        return Some(format!("{} is a constant of another module", host.text()));
    }
    if is_url(file, host) {
        return Some(format!("{} holds a URL", host.text()));
    }
    if has_brackets(file, host) {
        return Some(format!("{} gets its brackets with its value", host.text()));
    }
    if formats(file, host) {
        return Some(format!("{} is made by a function that puts the brackets", host.text()));
    }
    let around = host.ancestor(&["function_definition", "lambda"]);
    let text = match around {
        Some(function) => function.text(),
        None => statement(host)?.text(),
    };
    let name = host.text();
    let asked =
        [format!("':' in {name}"), format!("\":\" in {name}"), format!("[{{{name}}}]"), format!("\"[\" + {name}")];
    let asked = asked.iter().any(|asked| text.contains(asked.as_str()));
    let put = ["}]\" if", "}]' if", "\"[{}]\"", "'[{}]'", "\"[%s]\"", "'[%s]'"].iter().any(|put| text.contains(put));
    let asked = asked || put;
    let lower = text.to_ascii_lowercase();
    let aware = asked || ["ipv6", "is_v6", "bracket", ".version == 6", "inet6"].iter().any(|word| lower.contains(word));
    aware.then(|| "the code around it knows of IPv6 already".to_owned())
}
