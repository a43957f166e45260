//! Joins of a host and a port in Python that a person has to look at: the host is not held whole, or
//! nobody dials the text.

use sixify_langs::naming;
use sixify_langs::python::File;
use sixify_langs::strings::Piece;

use crate::bare_hosts::{BARE_URL, in_bare_url};
use crate::host_port::{Facts, Sink};
use crate::prelude::*;
use crate::purpose::is_no_address;
use crate::python_code::{PyFacts, name, statement};
use crate::python_hosts::values;
use crate::python_joins::Place;
use crate::python_twins::is_bare_elsewhere;

/// Why a join is left to a person, when there is a reason.
pub(crate) fn doubt(file: &File, place: &Place<'_>) -> Option<String> {
    let host = place.host;
    if place.missing.is_some() {
        return place.missing.clone();
    }
    if inherited(file, host) {
        return Some(format!("{} is given its value by a class that is not seen here", host.text()));
    }
    if PyFacts(file).sink(place.node) == Some(Sink::People) {
        return Some("people read it".to_owned());
    }
    let around = host.ancestor(&["function_definition"]).and_then(|f| f.field("name")).map_or("", Node::text);
    if matches!(around, "label" | "description" | "summary" | "display" | "title") {
        return Some(format!("{around} is for people"));
    }
    let words = name(file, host).map(|n| naming::words(&n)).unwrap_or_default();
    let said = |list: &[&str]| words.iter().find(|w| list.contains(&w.as_str())).cloned();
    // `USER` alone is a host that is called so, of a service for users.
    let more = words.len() > 1;
    if let Some(word) =
        said(&["user", "username", "userinfo", "credentials", "creds", "password", "auth"]).filter(|_| more)
    {
        return Some(format!("by its name, {} has more than a host: {word}", host.text()));
    }
    let last = words.last().map_or("", String::as_str);
    if name(file, host).is_some_and(|called| is_no_address(&called)) {
        return Some(format!("{} is a name in the DNS, by its own name", host.text()));
    }
    // `addr` may be `tcp://127.0.0.1`, whose colon is no sign of IPv6.
    if !place.only_host && matches!(last, "addr" | "endpoint" | "url" | "uri" | "transport") {
        return Some(format!("{} may begin with a scheme, by its name", host.text()));
    }
    if just_given(file, host) {
        return Some(format!("{} is given a name or an IPv4 address just before", host.text()));
    }
    let authority =
        |v: &Node<'_>| ["request.host", "req.host", ".get_host()", ".netloc"].iter().any(|end| v.text().ends_with(end));
    if authority(&host) || values(file, host).iter().any(authority) {
        return Some(format!("{} may have its brackets and a port already", host.text()));
    }
    if made_elsewhere(file, host) {
        return Some(format!("{} gives what it likes, perhaps with a port", host.text()));
    }
    if checked(file, host) {
        return Some(format!("{} is checked by a function, which may take no colon", host.text()));
    }
    if other_constant(file, host) {
        return Some(format!("{} is a constant of something else", host.text()));
    }
    if is_cut(file, host) || place.port.is_some_and(|port| is_cut(file, port)) {
        return Some(format!(
            "{} or its port was cut out of text at a colon, which holds no IPv6 address whole",
            host.text()
        ));
    }
    if is_taken_apart(file, host) {
        return Some(format!("the function asks for the parts of {} at its colons", host.text()));
    }
    if of_zmq(file, place) {
        return Some("the ZeroMQ socket that gets it uses IPv4 alone".to_owned());
    }
    if has_scheme(place) {
        return Some(format!("a URL is made of {} without a scheme, so that it has one itself, perhaps", host.text()));
    }
    if is_bare_elsewhere(place) {
        return Some("another branch gives the host alone, where it needs brackets too".to_owned());
    }
    let around = host.ancestor(&["function_definition", "module"]).filter(|n| n.is("function_definition"));
    if around.is_some_and(|f| {
        let bare = in_bare_url(f.text(), &[format!("{{{}}}", host.text())]) || in_bare_sum(f.text(), host.text());
        bare || in_bare_format(file, f, place) || is_bare_behind_login(f.text(), host.text())
    }) {
        return Some(BARE_URL.to_owned());
    }
    values(file, host)
        .iter()
        .any(|v| v.text().contains('@'))
        .then(|| format!("{} has userinfo, perhaps, where it gets its value", host.text()))
}

/// Whether a ZeroMQ socket gets the text, for which no line sets the option IPV6, since the file has another
/// thing called `socket`.
fn of_zmq(file: &File, place: &Place<'_>) -> bool {
    let text = file.tree.text();
    let call = place.node.ancestors().find(|n| n.is("call") && n.field("function").is_some_and(|f| f.is("attribute")));
    let object = call.and_then(|c| c.field("function")).and_then(|f| f.field("object")).map_or("", Node::text);
    object == "socket" && text.contains("zmq") && !text.contains("IPV6") && !text.contains(".ipv6")
}

/// Whether a join without a scheme is called a URL, or stands in a function that asks for URLs and writes
/// no scheme either.
fn has_scheme(place: &Place<'_>) -> bool {
    let holder = place.node.parent().filter(|p| p.is_any(&["keyword_argument", "assignment"]));
    let called = holder.and_then(|p| p.field("name").or(p.field("left"))).map_or("", Node::text);
    let url = naming::words(called).last().is_some_and(|word| word == "uri" || word == "url");
    if url && !place.node.text().contains("://") {
        return true;
    }
    let around = place.host.ancestor(&["function_definition"]).map_or("", Node::text);
    let asks = ["requests.", "urlopen(", "httpx.", "session.get(", "session.post("].iter().any(|w| around.contains(w));
    asks && !around.contains("://")
}

/// Whether code adds a host to a scheme, and no port behind it: `"ldap://" + server`.
fn in_bare_sum(code: &str, host: &str) -> bool {
    ["\"", "'"].iter().any(|quote| {
        let sum = format!("://{quote} + {host}");
        code.match_indices(&sum).any(|(at, _)| {
            let rest = code.get(at + sum.len()..).unwrap_or_default();
            !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '(' | '['))
                && !rest.starts_with(" + \":")
                && !rest.starts_with(" + ':")
        })
    })
}

/// Whether code puts a host behind the name to log in with, and no port behind it: `root@{host}/shop`.
fn is_bare_behind_login(code: &str, host: &str) -> bool {
    let hole = format!("@{{{host}}}");
    code.match_indices(&hole).any(|(at, _)| {
        let line = code.get(..at).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
        line.contains("://") && code.get(at + hole.len()..).is_some_and(|rest| !rest.starts_with(':'))
    })
}

/// Whether a function formats the host into another URL, where no port follows it: `"http://%s%s" % (host, path)`.
fn in_bare_format(file: &File, function: Node<'_>, place: &Place<'_>) -> bool {
    let texts = function.descendants().filter(|n| n.is_any(&["binary_operator", "call"]));
    texts.into_iter().filter(|n| !n.holds(place.node) && !place.node.holds(*n)).filter_map(|n| file.text_expr(n)).any(
        |text| {
            let mut before = "";
            let mut pieces = text.pieces.iter().peekable();
            while let Some(piece) = pieces.next() {
                match piece {
                    Piece::Text { raw, .. } => before = raw,
                    Piece::Hole { node: Some(node), .. } if node.text() == place.host.text() => {
                        let colon = matches!(pieces.peek(), Some(Piece::Text { raw, .. }) if raw.starts_with(':'));
                        if before.ends_with("://") && !colon {
                            return true;
                        }
                    }
                    Piece::Hole { .. } => {}
                }
            }
            false
        },
    )
}

/// Whether the function around a host has it checked: `is_legal_host(host)`, `self._verify(host, port)`.
fn checked(file: &File, host: Node<'_>) -> bool {
    let Some(function) = host.ancestor(&["function_definition"]) else { return false };
    let checks = |name: &str| {
        let words = naming::words(name);
        words.iter().any(|w| matches!(w.as_str(), "verify" | "validate" | "legal" | "valid" | "check"))
            && words.iter().any(|w| matches!(w.as_str(), "host" | "hostname" | "address" | "addr" | "server"))
    };
    function.descendants().filter(|n| n.is("call") && file.called_name(*n).is_some_and(checks)).any(|call| {
        call.field("arguments").is_some_and(|list| list.items().any(|argument| argument.text() == host.text()))
    })
}

/// Whether the statements before a host in the same block give it a text that is no IPv6 address.
fn just_given(file: &File, host: Node<'_>) -> bool {
    let Some(own) = statement(host).filter(|_| host.is("identifier")) else { return false };
    let before = std::iter::successors(own.previous(), |n| n.previous()).filter(|n| n.is_named());
    let given = before.filter_map(|n| n.items().next().filter(|a| n.is("expression_statement") && a.is("assignment")));
    let mut given = given.filter(|a| a.field("left").is_some_and(|left| left.text() == host.text()));
    let text = given.next().and_then(|a| a.field("right")).filter(|v| v.is("string")).and_then(|v| file.string(v));
    text.is_some_and(|text| !text.contains(':') && text != "0.0.0.0")
}

/// Whether a host is what a function of the program gives, which may have a port, and says nothing of it by
/// its name: `get_leader()`. A look-up is asked for a name, and `pod_ip()` gives an address.
fn made_elsewhere(file: &File, host: Node<'_>) -> bool {
    const LOOKUPS: &[&str] = &[
        "get",
        "getenv",
        "getattr",
        "get_config",
        "config",
        "env",
        "getint",
        "pop",
        "str",
        "quote",
        "strip",
        "lower",
        "rstrip",
        "lstrip",
        "decode",
        "format",
        "setdefault",
        "gethostbyname",
        "ip_address",
        "ip_interface",
        "IPAddress",
    ];
    let value = file.value(host).node;
    let Some(called) = file.called_name(value).filter(|_| value.is("call")) else { return false };
    let last = naming::words(called).pop().unwrap_or_default();
    !LOOKUPS.contains(&called) && !matches!(last.as_str(), "ip" | "ipaddr" | "ipaddress" | "hostname" | "host")
        || called == "get_host"
}

/// Whether a host is a default that a class or a module of settings writes out: `Config.DEFAULT_HOST`.
fn other_constant(file: &File, host: Node<'_>) -> bool {
    let name = host.field("attribute").map_or("", Node::text);
    let fixed = !name.is_empty() && !name.chars().any(char::is_lowercase) && name.contains("DEFAULT");
    fixed && !file.string(host).is_some_and(|text| text.contains("::"))
}

/// Whether a host is what a split at a colon left of a text: `host = text.split(":")[0]`.
fn is_cut(file: &File, host: Node<'_>) -> bool {
    let splits = |text: &str| {
        ["split(", "partition("]
            .iter()
            .any(|how| text.split(how).skip(1).any(|rest| rest.starts_with("':'") || rest.starts_with("\":\"")))
    };
    let cut = |value: Node<'_>| {
        splits(value.text())
            // `parts = text.split(":")` and `host = parts[0]`
            || value.is("subscript")
                && value.field("value").is_some_and(|list| values(file, list).iter().any(|v| splits(v.text())))
    };
    let mut given = values(file, host).into_iter().chain(unpacked(file, host)).peekable();
    cut(host) || given.peek().is_some() && given.all(cut)
}

/// Whether the function takes the very host apart at its colons, and counts its parts perhaps: what is joined
/// then has none, or has a port already.
fn is_taken_apart(file: &File, host: Node<'_>) -> bool {
    let Some(function) = host.ancestor(&["function_definition"]) else { return false };
    let cuts = ["split", "rsplit", "partition", "rpartition", "find", "rfind", "index", "count"];
    let calls = function.descendants().filter(|n| n.is("call") && n.start() < host.start());
    calls.into_iter().any(|call| {
        let text = call.field("function").and_then(|f| f.field("object"));
        text.is_some_and(|t| t.text() == host.text())
            && file.called_name(call).is_some_and(|called| cuts.contains(&called))
            && file.argument(call, Some(0), None).and_then(|a| file.string(a)).as_deref() == Some(":")
            // `host, port = host.split(":")` leaves it without.
            && !statement(call).is_some_and(|s| s.text().split('=').next().is_some_and(|l| l.contains(host.text())))
    })
}

/// What a variable is unpacked from: `text.split(":")` of `host, port = text.split(":")`.
fn unpacked<'a>(file: &'a File, variable: Node<'a>) -> Vec<Node<'a>> {
    let Some((decl, scope)) = file.names.resolve(variable).filter(|_| variable.is("identifier")) else {
        return Vec::new();
    };
    let own = |n: &Node<'a>| {
        n.is("assignment")
            && n.field("left").is_some_and(|l| {
                l.is_any(&["pattern_list", "tuple_pattern"]) && l.items().any(|item| item.text() == decl.name)
            })
    };
    scope.descendants().filter(own).filter_map(|n| n.field("right")).collect()
}

/// Whether a host is a field of an object that no class of the file gives a value, so that a class in
/// another file does, which may put brackets around it.
fn inherited(file: &File, host: Node<'_>) -> bool {
    let Some(class) = host.ancestor(&["class_definition"]).filter(|_| host.is("attribute")) else { return false };
    let own = host.field("object").is_some_and(|o| o.text() == "self");
    let bases = class.field("superclasses").filter(|list| list.items().any(|base| base.text() != "object"));
    let field = host.field("attribute").map_or("", Node::text);
    let gives = |n: Node<'_>| {
        let left = n.field("left");
        let targets = left.into_iter().chain(left.into_iter().flat_map(Node::items));
        targets.into_iter().any(|t| t.text() == host.text() || t.text() == field)
    };
    let property = |n: Node<'_>| n.field("name").is_some_and(|name| name.text() == field);
    own && bases.is_some()
        && !file.tree.all("assignment").any(gives)
        && !file.tree.all("function_definition").any(property)
}
