//! What is known of the hosts that Python programs put before a port.

use sixify_langs::names::DeclKind;
use sixify_langs::naming;
use sixify_langs::origin::Standing;
use sixify_langs::python::File;

use crate::prelude::*;
use crate::python_code::{name, statement};
use crate::python_joins::assigned;

/// What a host is, as far as the file tells. The later ones want more care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Text.
    Text,
    /// Text, or `None`: it was looked up and need not be there.
    Missing,
    /// An address object, which a text takes as it is and which has no colons to look for.
    Object,
}

/// How a host is asked for its brackets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    /// It never comes with brackets.
    pub(crate) bare: bool,
    /// What it is.
    pub(crate) kind: Kind,
}

impl Known {
    /// What is known of a host within a template or a format. What is added to other text is text.
    pub(crate) fn of(file: &File, host: Node<'_>, added: bool) -> Known {
        Known { bare: bare(file, host), kind: if added { Kind::Text } else { kind(file, host, DEEP) } }
    }

    /// Whether it can be asked for colons as it is.
    pub(crate) fn text(self) -> bool {
        self.kind != Kind::Object
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
    if one_of_names(file, expr) {
        return true;
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

/// Whether a name goes through a list that is written out, and has no IPv6 address in it.
fn one_of_names(file: &File, name: Node<'_>) -> bool {
    let Some((decl, _)) = file.names.resolve(name).filter(|_| name.is("identifier")) else { return false };
    let declared = file.tree.node(decl.node);
    let each = declared
        .ancestors()
        .find(|n| n.is_any(&["for_statement", "for_in_clause"]))
        .filter(|n| n.field("left").is_some_and(|left| left == declared));
    let Some(list) = each.and_then(|n| n.field("right")).map(|list| file.value(list).node) else { return false };
    let mut items = list.items().peekable();
    list.is_any(&["tuple", "list", "set"])
        && items.peek().is_some()
        && items.all(|item| file.string(item).is_some_and(|text| !text.contains("::")))
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
    // `urlparse(url).hostname` has lost its brackets; `options.hostname` is what somebody wrote.
    let parsed = value.is("attribute")
        && value.field("attribute").is_some_and(|a| a.text() == "hostname")
        && value.field("object").is_some_and(|object| !is_settings(object.text()));
    ip && !foreign || listens || parsed
}

/// Whether an object has what the user chose, by its name: `options`, `self.config`.
fn is_settings(object: &str) -> bool {
    const WORDS: &[&str] =
        &["args", "cfg", "conf", "config", "configuration", "flags", "opts", "options", "params", "self", "settings"];
    let last = object.rsplit('.').next().unwrap_or(object);
    naming::words(last).iter().any(|word| WORDS.contains(&word.as_str()))
}

/// The values that a variable gets in its scope, its default among them.
pub(crate) fn values<'a>(file: &'a File, variable: Node<'a>) -> Vec<Node<'a>> {
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
    const WORDS: &[&str] = &[
        "fmt",
        "format",
        "bracket",
        "brackets",
        "bracketed",
        "bracketize",
        "enclose",
        "wrap",
        "pack",
        "sanitize",
        "escape",
    ];
    let value = file.value(host).node;
    let called = file.called_name(value).filter(|_| value.is("call")).unwrap_or_default();
    let own = |f: &Node<'_>| f.field("name").is_some_and(|name| name.text() == called);
    let puts = |f: Node<'_>| ["\"[{", "'[{", "\"[%", "'[%", "\"[\"", "'['"].iter().any(|open| f.text().contains(open));
    called != "format" && naming::words(called).iter().any(|w| WORDS.contains(&w.as_str()))
        || !called.is_empty() && file.tree.all("function_definition").find(own).is_some_and(puts)
}

/// What a type says of a host, as it is written.
fn typed(written: &str) -> Kind {
    let words = || written.split(|c: char| !c.is_alphanumeric() && c != '_');
    if words().any(|w| matches!(w, "Any" | "object" | "IPAddress") || w.starts_with("IPv4") || w.starts_with("IPv6")) {
        Kind::Object
    } else if words().any(|w| matches!(w, "None" | "Optional")) {
        Kind::Missing
    } else {
        Kind::Text
    }
}

/// How many variables the kind of a host is followed through.
const DEEP: usize = 6;

/// What a host is wherever it is put into text.
fn kind(file: &File, host: Node<'_>, deep: usize) -> Kind {
    // `host = host or other`
    let Some(deep) = deep.checked_sub(1) else { return Kind::Missing };
    match host.kind() {
        "identifier" => {
            let declared = file.names.resolve(host).map(|(decl, _)| decl);
            let written = declared.and_then(|d| d.ty).map_or("", |ty| file.tree.node(ty).text());
            let seen = |v: Node<'_>| if is_own_answer(v) { kind(file, v, deep) } else { given(file, v, deep) };
            let values = values(file, host).into_iter().filter(|v| *v != host).map(seen);
            values.chain([typed(written)]).max().unwrap_or(Kind::Text)
        }
        "attribute" => {
            let owner = host.field("object").map_or("", Node::text);
            let name = host.field("attribute").map_or("", Node::text);
            let class = host.ancestor(&["class_definition"]);
            let set =
                class.into_iter().flat_map(|c| c.descendants().filter(|n| n.is("assignment")).collect::<Vec<_>>());
            let own = |n: &Node<'_>| n.field("left").is_some_and(|l| l.text() == host.text() || l.text() == name);
            let set = set.filter(own);
            if !matches!(owner, "self" | "cls" | "self.args" | "args") {
                return given(file, host, deep);
            }
            // `def address(self) -> str:`
            let method =
                |n: &Node<'_>| n.is("function_definition") && n.field("name").is_some_and(|f| f.text() == name);
            let answer = class.and_then(|c| c.descendants().find(method)).and_then(|f| f.field("return_type"));
            if let Some(answer) = answer {
                return typed(answer.text());
            }
            let said = set.map(|n| {
                let written = typed(n.field("type").map_or("", Node::text));
                let none = n.field("right").is_some_and(|v| v.is("none"));
                if none { written.max(Kind::Missing) } else { written }
            });
            said.max().unwrap_or(Kind::Text)
        }
        _ => given(file, host, deep),
    }
}

/// Whether a value is what a method of the same class gives, which says its type: `self.address`.
fn is_own_answer(value: Node<'_>) -> bool {
    let (Some(owner), Some(name)) = (value.field("object"), value.field("attribute")) else { return false };
    let class = value.ancestor(&["class_definition"]).filter(|_| value.is("attribute") && owner.text() == "self");
    class.is_some_and(|c| {
        let own =
            |n: &Node<'_>| n.is("function_definition") && n.field("name").is_some_and(|f| f.text() == name.text());
        c.descendants().find(own).is_some_and(|f| f.field("return_type").is_some())
    })
}

/// What a value is: a look-up may find nothing, and what an object of somebody else calls its address
/// may be an object, too.
fn given(file: &File, value: Node<'_>, deep: usize) -> Kind {
    match value.kind() {
        "none" => Kind::Missing,
        "call" => {
            let arguments: Vec<Node<'_>> = value.field("arguments").map_or(Vec::new(), |a| a.items().collect());
            match file.called_name(value) {
                // `getattr(config, "host", None)` has one argument more.
                Some(called @ ("get" | "getenv" | "getattr")) => {
                    let fallback = arguments.get(if called == "getattr" { 2 } else { 1 });
                    match fallback {
                        Some(value) => given(file, *value, deep),
                        None if called == "getattr" => Kind::Text,
                        None => Kind::Missing,
                    }
                }
                Some("ip_address" | "ip_interface" | "IPv4Address" | "IPv6Address" | "IPAddress") => Kind::Object,
                _ => Kind::Text,
            }
        }
        "attribute" => {
            let name = value.field("attribute").map_or("", Node::text);
            let words = naming::words(name);
            let address = |w: &String| matches!(w.as_str(), "ip" | "ipaddr" | "address" | "addr" | "ipaddress");
            let settings = name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
            match name {
                "hostname" => Kind::Missing,
                _ if words.iter().any(address) && !settings => Kind::Object,
                _ => Kind::Text,
            }
        }
        // The last one is all that is left when the others are missing.
        "boolean_operator" => {
            let both =
                [value.field("left"), value.field("right")].map(|n| n.map_or(Kind::Missing, |n| kind(file, n, deep)));
            if both[0] == Kind::Object { Kind::Object } else { both[1] }
        }
        "parenthesized_expression" => value.items().next().map_or(Kind::Text, |inner| given(file, inner, deep)),
        "conditional_expression" => {
            let parts: Vec<Node<'_>> = value.items().collect();
            let ends = parts.first().into_iter().chain(parts.last());
            ends.map(|part| given(file, *part, deep)).max().unwrap_or(Kind::Text)
        }
        _ => Kind::Text,
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
    // A port is looked for behind the last colon already.
    let port = [":\\d+$", ":[0-9]+$"].iter().any(|end| text.contains(end));
    let lower = text.to_ascii_lowercase();
    let aware = asked
        || port
        || ["ipv6", "is_v6", "bracket", ".version == 6", "inet6", "\"ipv4:", "'ipv4:"]
            .iter()
            .any(|word| lower.contains(word));
    aware.then(|| "the code around it knows of IPv6 already".to_owned())
}
