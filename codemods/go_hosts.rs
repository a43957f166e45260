//! What Go code tells about a host: what it is called, what it is used for, whether it can have
//! brackets.

use sixify_langs::strings::Piece;
use sixify_langs::{go, naming};

use crate::catalog::Catalog;
use crate::go_guards::{cut_by_hand, is_default, made_of_four_bytes, may_have_scheme};
use crate::go_origins::written_name;
use crate::prelude::*;

/// The name that tells what a value is: `Port` of `cfg.Port` and of `cfg.Port.String()`, `host` of
/// `*host` and of `host.Name`, `GetHost` of a call.
pub(crate) fn last_name(node: Node<'_>) -> Option<&str> {
    match node.kind() {
        "identifier" => Some(node.text()),
        "selector_expression" => match node.field("field").map(Node::text)? {
            "String" | "Name" | "Value" => last_name(node.field("operand")?),
            name => Some(name),
        },
        "call_expression" => last_name(node.field("function")?),
        "unary_expression" | "index_expression" => last_name(node.field("operand")?),
        "parenthesized_expression" => last_name(node.items().next()?),
        _ => None,
    }
}

/// What text is used for.
pub(crate) enum Sink {
    /// Where the text is used as an address.
    Network(String),
    /// Text for people.
    People,
}

/// What the text is used for: as the argument of a call, or in the value of a variable for people.
pub(crate) fn sink(file: &go::File, apis: &Catalog, node: Node<'_>) -> Option<Sink> {
    let mut at = node;
    while let Some(sum) = at.parent().filter(|p| p.is_any(&["binary_expression", "parenthesized_expression"])) {
        at = sum;
    }
    let Some(call) = at.parent().filter(|p| p.is("argument_list")).and_then(Node::parent) else {
        return (told(at) || described(at)).then_some(Sink::People);
    };
    let position = file.arguments(call).iter().position(|a| *a == at)? + 1;
    let callee = file.callee(call);
    let row = |name: &String| apis.api(name).iter().find(|api| api.argument == position);
    if let Some(api) = callee.as_ref().and_then(row).filter(|_| at == node) {
        return Some(Sink::Network(format!("argument {position} of {} ({})", api.name, api.role)));
    }
    let name = call.field("function").map_or("", Node::text);
    let last = name.rsplit('.').next().unwrap_or(name);
    let prints = [
        "Print",
        "Printf",
        "Println",
        "Log",
        "Logf",
        "Info",
        "Infof",
        "Infow",
        "Debug",
        "Debugf",
        "Debugw",
        "Warn",
        "Warnf",
        "Warnw",
        "Warning",
        "Error",
        "Errorf",
        "Errorw",
        "Fatal",
        "Fatalf",
        "Fatalln",
        "Panic",
        "Panicf",
        "Infoln",
        "Warningf",
        "Trace",
        "Tracef",
        "Wrap",
        "Wrapf",
        "Fprintf",
        "Fprintln",
        "Fprint",
        "Msg",
        "Msgf",
        "Skip",
        "Skipf",
        "panic",
        "WithField",
        "WithMessage",
        "NewError",
        "Errorln",
        "Successf",
        "Notice",
        "Noticef",
    ];
    let errors = callee.as_deref().is_some_and(|c| c == "errors.New" || c.ends_with("/errors.New"));
    (prints.contains(&last) || errors || told(at)).then_some(Sink::People)
}

/// The network call that a text reaches through a variable of the function.
pub(crate) fn through_variable(file: &go::File, apis: &Catalog, value: Node<'_>) -> Option<Sink> {
    let statement = value.parent().filter(|list| list.is("expression_list"))?.parent()?;
    let left = statement.field("left").filter(|left| left.items().count() == 1)?.items().next()?;
    let function = statement.ancestor(&["function_declaration", "method_declaration", "func_literal"])?;
    let uses = function.descendants().filter(|node| node.is("identifier") && node.text() == left.text());
    uses.filter(|node| left.is("identifier") && node.start() > statement.end()).find_map(|node| {
        let call = node.parent().filter(|p| p.is("argument_list"))?.parent()?;
        let position = file.arguments(call).iter().position(|argument| *argument == node)? + 1;
        let api = apis.api(&file.callee(call)?).iter().find(|api| api.argument == position)?;
        Some(Sink::Network(format!("argument {position} of {} ({}), through {}", api.name, api.role, left.text())))
    })
}

/// Whether the text is given to a variable or field that holds text for people.
fn told(node: Node<'_>) -> bool {
    let Some(at) = node.parent().filter(|p| p.is_any(&["literal_element", "expression_list"])) else { return false };
    let Some(whole) = at.parent() else { return false };
    let name = match whole.kind() {
        "keyed_element" => whole.items().next().filter(|key| *key != at),
        "short_var_declaration" | "assignment_statement" => {
            // What a map is given has no name of its own.
            let named = |left: &Node<'_>| left.items().all(|item| !item.is("index_expression"));
            whole.field("left").filter(|l| *l != at && l.items().count() == 1).filter(named)
        }
        "var_spec" => whole.field("name"),
        _ => None,
    };
    let name = name.map_or("", Node::text).trim_matches('"');
    let words = naming::words(name.rsplit('.').next().unwrap_or(name));
    let people = [
        "msg",
        "message",
        "messages",
        "description",
        "desc",
        "usage",
        "help",
        "title",
        "label",
        "reason",
        "banner",
        "prompt",
        "summary",
        "text",
        "comment",
        "err",
        "error",
    ];
    words.last().is_some_and(|word| people.contains(&word.as_str()))
}

/// Whether the text is what a `String` or `Error` method of a type gives, with words around it.
/// Such a method that gives a bare address or URL is used as one.
fn described(node: Node<'_>) -> bool {
    let Some(method) = node.ancestor(&["method_declaration", "func_literal"]) else { return false };
    let name = method.field("name").map_or("", Node::text);
    let format = node.field("arguments").and_then(|a| a.items().next()).map_or("", Node::text);
    name == "Error" || matches!(name, "String" | "GoString") && format.contains(['{', '(', '>', ' '])
}

/// Whether a host has the brackets of an IPv6 address already, where it is one: a name that says
/// so, a variable that is given them, a function that gives them.
pub(crate) fn bracketed(file: &go::File, host: Node<'_>) -> bool {
    let called = last_name(host).map(naming::words).unwrap_or_default();
    if last_name(host).is_some_and(|name| naming::is_ipv4(name) || naming::is_dns_name(name)) {
        // It never holds an IPv6 address.
        return true;
    }
    if host_of_url(file, host)
        || made_of_four_bytes(file, host)
        || is_dns_name(host)
        || cut_by_hand(file, host)
        || may_have_scheme(host)
        || written_name(file, host)
        || is_default(file, host)
        || bracketed_beside(host)
    {
        return true;
    }
    let says = |words: &[String]| {
        let brackets = [
            "url",
            "uri",
            "bracket",
            "brackets",
            "bracketed",
            "wrap",
            "wrapped",
            "format",
            "formatted",
            "escape",
            "escaped",
        ];
        words.iter().any(|w| brackets.contains(&w.as_str()))
    };
    if says(&called) {
        return true;
    }
    if unbracketed_branch(host) {
        return true;
    }
    let puts = |node: Node<'_>| ["\"[\"", "\"[%", "`[%", "\"[::"].iter().any(|open| node.text().contains(open));
    // A field that is given them in this function, which no name is resolved to.
    let function = host.ancestor(&["function_declaration", "method_declaration", "func_literal"]);
    let field = |n: &Node<'_>| {
        n.is("assignment_statement") && n.field("left").is_some_and(|l| l.items().any(|i| i.text() == host.text()))
    };
    if host.is("selector_expression")
        && function.is_some_and(|f| f.descendants().filter(field).any(|n| n.field("right").is_some_and(puts)))
    {
        return true;
    }
    let Some((decl, scope)) = (match host.kind() {
        "call_expression" => host.field("function").and_then(|f| file.names.resolve(f)),
        _ => file.names.resolve(host),
    }) else {
        return false;
    };
    let whole = file.tree.node(decl.whole);
    if whole.is("function_declaration") {
        return whole.field("body").is_some_and(puts);
    }
    let given = |n: &Node<'_>| {
        n.is_any(&["assignment_statement", "short_var_declaration"])
            && n.field("left").is_some_and(|l| l.items().any(|i| i.text() == decl.name))
    };
    // What no port was found in is taken as it is, with its brackets; what stands before the last
    // colon has them, too.
    let wraps = |value: Node<'_>| {
        let name = last_name(value).filter(|_| value.is("call_expression")).map(naming::words);
        let own = value.field("function").and_then(|f| file.names.resolve(f)).map(|(decl, _)| decl);
        // `host = addr[:idx]` behind a search for the last colon, and nothing that takes the brackets away.
        let cuts =
            |body: Node<'_>| !body.text().contains("\"[]\"") && body.descendants().any(|n| before_last_colon(file, n));
        let body = own.and_then(|decl| file.tree.node(decl.whole).field("body"));
        let body = body.map(|body| puts(body) || cuts(body));
        name.is_some_and(|words| says(&words)) || body == Some(true)
    };
    let keeps = |right: Node<'_>| {
        let kept = |value| host_of_url(file, value) || before_last_colon(file, value) || wraps(value);
        puts(right) || right.items().any(kept)
    };
    scope.descendants().filter(given).any(|n| n.field("right").is_some_and(keeps))
}

/// Whether the function has the same host in brackets of a format elsewhere, or chooses a format with them:
/// for IPv6, surely.
fn bracketed_beside(host: Node<'_>) -> bool {
    let function = host.ancestor(&["function_declaration", "method_declaration"]);
    let chosen = |n: &Node<'_>| {
        let given = n.is("interpreted_string_literal") && n.parent().is_some_and(|p| p.is("expression_list"));
        given && (n.text().starts_with("\"[%s]:%") || n.text().starts_with("\"[%v]:%"))
    };
    if function.is_some_and(|f| f.descendants().any(|n| chosen(&n))) {
        return true;
    }
    let formats = |n: &Node<'_>| {
        let list = n.field("arguments").filter(|_| n.is("call_expression"));
        let texts = list.map(|list| list.items().map(Node::text).collect::<Vec<_>>()).unwrap_or_default();
        let (first, rest) = texts.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
        (first.contains("[%s]:") || first.contains("[%v]:")) && rest.contains(&host.text())
    };
    function.is_some_and(|f| f.descendants().any(|n| formats(&n)))
}

/// Whether the function makes a fully qualified name of the same value: `dns.Fqdn(hosts[i])`.
fn is_dns_name(host: Node<'_>) -> bool {
    let of =
        |n: Node<'_>| n.field("operand").filter(|_| n.is("index_expression")).map_or(n.text(), Node::text).to_owned();
    let function = host.ancestor(&["function_declaration", "method_declaration"]);
    let qualifies = |call: &Node<'_>| {
        let name = call.field("function").filter(|_| call.is("call_expression")).and_then(last_name);
        name.is_some_and(|n| n.to_ascii_lowercase().ends_with("fqdn"))
    };
    let mut given = function.into_iter().flat_map(Node::descendants).filter(qualifies);
    given.any(|call| call.field("arguments").and_then(|a| a.items().next()).is_some_and(|a| of(a) == of(host)))
}

/// Whether a value is the part of a text before its last colon: `host[:strings.LastIndex(host, ":")]`.
pub(crate) fn before_last_colon(file: &go::File, value: Node<'_>) -> bool {
    let end = value.field("end").filter(|_| value.is("slice_expression") && value.field("start").is_none());
    let Some((call, _)) = end.map(|end| file.constant(end)) else { return false };
    let last = ["strings.LastIndex", "strings.LastIndexByte"];
    call.is("call_expression") && file.callee(call).is_some_and(|callee| last.contains(&callee.as_str()))
}

/// Whether a host is seen to have no colon here: `if strings.Contains(host, ":") { .. } else { <here> }`.
fn unbracketed_branch(host: Node<'_>) -> bool {
    let asks = format!("strings.Contains({}, \":\")", host.text());
    let mut at = host;
    while let Some(parent) = at.parent() {
        if parent.is("if_statement") {
            let condition = parent.field("condition").map_or("", Node::text);
            let other = parent.field("alternative") == Some(at) && condition == asks;
            let none = parent.field("consequence") == Some(at) && condition.strip_prefix('!') == Some(&asks);
            if other || none {
                return true;
            }
        }
        at = parent;
    }
    false
}

/// Whether a host is the `Host` of a `net/url.URL`, which keeps its brackets.
pub(crate) fn host_of_url(file: &go::File, host: Node<'_>) -> bool {
    let field = host.field("field").filter(|f| host.is("selector_expression") && f.text() == "Host");
    let Some(url) = field.and_then(|_| host.field("operand")) else { return false };
    let methods = [".Hostname()", ".Port()"].map(|method| format!("{}{method}", url.text()));
    let function = host.ancestor(&["function_declaration", "method_declaration"]);
    file.type_of(url).is_some_and(|ty| ty.trim_start_matches('*') == "net/url.URL")
        || last_name(url).is_some_and(|name| naming::words(name).iter().any(|w| w == "url" || w == "uri"))
        || function.is_some_and(|f| methods.iter().any(|method| f.text().contains(method.as_str())))
}

/// Whether the function asks `net.SplitHostPort` about the very text that gets a port here.
pub(crate) fn split_before(file: &go::File, host: Node<'_>) -> bool {
    let Some(function) = host.ancestor(&["function_declaration", "method_declaration", "func_literal"]) else {
        return false;
    };
    let splits =
        |call: &Node<'_>| call.is("call_expression") && file.callee(*call).as_deref() == Some("net.SplitHostPort");
    let mut calls = function.descendants().filter(splits).filter(|call| call.end() <= host.start());
    calls.any(|call| file.arguments(call).first().is_some_and(|text| text.text() == host.text()))
}

/// Whether a host is what the `String` method of a type that is not seen here gives, which may put
/// brackets around an IPv6 address; that of what is called an IP has none.
pub(crate) fn described_by_itself(file: &go::File, host: Node<'_>) -> bool {
    let method = host.field("function").filter(|f| host.is("call_expression") && f.is("selector_expression"));
    let Some(method) = method.filter(|m| m.field("field").is_some_and(|f| f.text() == "String")) else { return false };
    let Some(value) = method.field("operand") else { return false };
    let ip = |name: &str| naming::words(name).iter().any(|w| w.starts_with("ip") || w.ends_with("ip"));
    let known = file.type_of(value).is_some_and(|ty| {
        let ty = ty.trim_start_matches('*');
        ty.starts_with("net.") || ty.starts_with("net/netip.") || ty.starts_with("net/url.") || ip(ty)
    });
    !known && !last_name(value).is_some_and(ip)
}

/// Why a host is known to have no brackets, if it is.
pub(crate) fn bare_host(file: &go::File, host: Node<'_>, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let text = host.text();
    if let Some("net.IP" | "*net.IP" | "net/netip.Addr") = file.type_of(host).as_deref() {
        return Some(format!("{text} is an IP address, printed without brackets"));
    }
    match host.kind() {
        "interpreted_string_literal" => (!text.contains('[')).then(|| format!("{text} has no brackets")),
        "call_expression" => {
            let callee = file.callee(host)?;
            let bare = ["net.IP.String", "net.IPAddr.String", "net/netip.Addr.String", "net/url.URL.Hostname"];
            bare.contains(&callee.as_str()).then(|| format!("{callee} gives a host without brackets"))
        }
        // The API server takes nothing but addresses there: `pod.Status.PodIP`, `svc.Spec.ClusterIP`.
        "selector_expression" if of_cluster(host) => Some(format!("{text} is an IP address without brackets")),
        "index_expression" if host.field("operand").is_some_and(of_cluster) => {
            Some(format!("{text} is an IP address without brackets"))
        }
        // The part of an address before its first colon: for IPv4 and names the whole host.
        "index_expression" => {
            let call = host.field("operand").filter(|n| n.is("call_expression"))?;
            let split = matches!(file.callee(call)?.as_str(), "strings.Split" | "strings.SplitN");
            let of_address = file.arguments(call).first().and_then(|a| file.callee(*a));
            let known = ["net.UDPAddr.String", "net.TCPAddr.String", "net.Addr.String"];
            (split && of_address.is_some_and(|c| known.contains(&c.as_str())))
                .then(|| "it is the host part of an address".to_owned())
        }
        "identifier" => {
            let (decl, scope) = file.names.resolve(host)?;
            // What has no port loses its brackets: `host = strings.Trim(addr, "[]")`.
            let bare = |n: &Node<'_>| {
                let value = n.field("right").filter(|r| r.items().count() == 1).and_then(|r| r.items().next());
                value.filter(|v| v.is("call_expression")).is_some_and(|call| {
                    let trims = file.callee(call).as_deref() == Some("strings.Trim");
                    trims && file.arguments(call).get(1).is_some_and(|by| by.text() == "\"[]\"")
                })
            };
            let again = |n: &Node<'_>| {
                let left = n.field("left").filter(|_| n.is("assignment_statement"));
                left.is_some_and(|l| l.items().any(|i| i.text() == decl.name))
            };
            let trimmed = || scope.descendants().filter(again).all(|n| bare(&n));
            if !file.names.single_assignment(&decl, scope) && !trimmed() {
                return None;
            }
            if let Some(value) = decl.value {
                return bare_host(file, file.tree.node(value), depth);
            }
            let whole = file.tree.node(decl.whole);
            let call = whole.field("right")?.items().next().filter(|n| n.is("call_expression"))?;
            let first = whole.field("left")?.items().next()?.number() == decl.node;
            let callee = file.callee(call)?;
            let bare = callee == "net.SplitHostPort" && first;
            bare.then(|| format!("{text} is what {callee} gave, line {}", whole.line()))
        }
        _ => None,
    }
}

/// Whether a field of an object of a cluster holds IP addresses, which its API server proves: of a status or a
/// specification.
fn of_cluster(field: Node<'_>) -> bool {
    const FIELDS: &[&str] = &["PodIP", "HostIP", "ClusterIP", "ClusterIPs", "PodIPs", "HostIPs", "LoadBalancerIP"];
    let (Some(of), Some(name)) = (field.field("operand"), field.field("field")) else { return false };
    match name.text() {
        // `pod.Status.PodIPs[0].IP`
        "IP" if of.is("index_expression") => of.field("operand").is_some_and(of_cluster),
        name => FIELDS.contains(&name) && matches!(last_name(of), Some("Status" | "Spec")),
    }
}

/// The need of a package under a name.
pub(crate) fn import(path: &str, local: &str) -> Need {
    Need::Import { module: path.to_owned(), member: None, local: local.to_owned() }
}

/// Whether a variable is compared with a text or given one somewhere, so that it is a text.
fn compared_with_text(file: &go::File, port: Node<'_>) -> bool {
    let Some((decl, scope)) = file.names.resolve(port) else { return false };
    file.names.uses(&decl, scope).into_iter().any(|used| {
        let place = used.parent().filter(|p| p.is("expression_list")).unwrap_or(used);
        let Some(parent) = place.parent() else { return false };
        let left = parent.is_any(&["binary_expression", "assignment_statement"]) && parent.field("left") == Some(place);
        let other = parent.field("right").filter(|_| left);
        other.is_some_and(|o| o.text().starts_with(['"', '`']) && !o.text().contains(','))
    })
}

/// What goes before and behind a port to make it the string that the verb would have printed.
pub(crate) fn conversion(file: &go::File, port: Node<'_>) -> Option<(String, String, Option<Need>)> {
    if port.is("int_literal") {
        return Some(("\"".to_owned(), "\"".to_owned(), None));
    }
    let plain = |before: &str, behind: &str| Some((before.to_owned(), behind.to_owned(), None));
    let strconv = |before: &str, behind: &str| {
        let name = file.name_for(port, "strconv")?;
        Some((format!("{name}.{before}"), behind.to_owned(), Some(import("strconv", &name))))
    };
    match file.type_of(port).as_deref() {
        Some("string") => plain("", ""),
        None if compared_with_text(file, port) => plain("", ""),
        // A format prints the address of the pointer, which is never meant.
        Some("*string") => plain("*", ""),
        Some("int") => strconv("Itoa(", ")"),
        Some("*int") => strconv("Itoa(*", ")"),
        Some("int8" | "int16" | "int32" | "uint8" | "uint16" | "byte" | "rune") => strconv("Itoa(int(", "))"),
        Some("int64") => strconv("FormatInt(", ", 10)"),
        Some("uint" | "uint32") => strconv("FormatUint(uint64(", "), 10)"),
        Some("uint64") => strconv("FormatUint(", ", 10)"),
        _ => {
            let fmt = file.name_for(port, "fmt")?;
            let sum = port.parent().is_some_and(|p| p.is("binary_expression"));
            // An operand of `+` is a string already; anything else prints itself as the verb did.
            if sum {
                plain("", "")
            } else {
                Some((format!("{fmt}.Sprint("), ")".to_owned(), Some(import("fmt", &fmt))))
            }
        }
    }
}

/// Whether a host may begin at piece `at`: at the start, or behind something that ends a word.
pub(crate) fn opens(pieces: &[Piece<'_>], at: usize) -> bool {
    match at.checked_sub(1).map(|i| &pieces[i]) {
        None => true,
        Some(Piece::Text { raw, .. }) => {
            // Brackets around the host alone are what it needs; these are around more.
            let bracket = raw.ends_with('[');
            if raw.trim_end().ends_with("->") {
                // An arrow in text for people.
                return false;
            }
            raw.ends_with(['/', '@', '(', ' ', '=', ':', '>', ',', '"', '\'']) && !bracket
        }
        Some(Piece::Hole { .. }) => false,
    }
}

/// Whether the text before the host is that of a URL.
pub(crate) fn in_url(pieces: &[Piece<'_>], at: usize) -> bool {
    matches!(at.checked_sub(1).map(|i| &pieces[i]), Some(Piece::Text { raw, .. }) if raw.ends_with("://") || raw.ends_with('@'))
}

/// Whether a port may end before this text.
pub(crate) fn closes(behind: &str) -> bool {
    behind.is_empty() || behind.starts_with(['/', '?', '#', ')', ',', ']', '<', '>', ' ', ';', '"', '\''])
}
