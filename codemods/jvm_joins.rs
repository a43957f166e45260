//! Where Java, Kotlin and Scala put host and port together, and how brackets get there.
//!
//! Nothing is imported for it: the host gets its brackets at its place, so that for names and IPv4
//! addresses the text is the same byte for byte.

use sixify_langs::java::{File, Lang};
use sixify_langs::naming;
use sixify_langs::strings::{Form, Piece, TextExpr};

use crate::catalog;
use crate::host_port::{Facts, Join, Port, Sink, identifies};
use crate::ipv4_protocols::packs_four_bytes;
use crate::jvm_destinations::read_as_address;
use crate::jvm_hosts::{
    self, Brackets, Hosts, brackets, handles_ipv6, leading_name, puts_brackets, source_of, taken_as_key,
};
use crate::jvm_join_fixes::{fix, stripped};
use crate::jvm_nulls::never_null;
use crate::jvm_origins::{cut_here, given_scheme, ipv4_only, listed, own_name, picked_ipv4, written_out};
use crate::jvm_uris::from_uri;
use crate::jvm_urls::by_parts;
use crate::prelude::*;
use crate::purpose::{is_named, is_no_address, is_several};

const MESSAGE: &str = "an IPv6 address needs brackets before its port";

/// Expressions that may make a text.
pub(crate) const TEXTS: &[&str] = &[
    "binary_expression",
    "infix_expression",
    "method_invocation",
    "call_expression",
    "string_literal",
    "multiline_string_literal",
    "interpolated_string_expression",
];

/// Finds the joins of a file and reports them.
pub(crate) fn run(file: &File, doc: &Document, cx: &mut Context<'_>) {
    let hosts = Hosts { file, catalog: catalog::apis(cx.options(), file.lang.sheet()) };
    let mut judged = Vec::new();
    for node in TEXTS.iter().flat_map(|kind| file.tree.all(kind)).filter(|n| outermost(file, *n)) {
        let Some(expr) = file.text_expr(node).filter(|e| e.form != Form::Literal) else { continue };
        let Some(mut join) = Join::find(&expr, &hosts).or_else(|| alone(&expr, &hosts)) else { continue };
        if !join.url && prose(&expr, join.hole) {
            continue;
        }
        if join.host.is("string_content") {
            // The node goes on behind the name.
            let name = leading_name(join.host.text());
            join.why.iter_mut().for_each(|why| *why = why.replace(join.host.text(), name));
        }
        let mut own = Context::new(cx.options(), cx.project());
        judge(file, doc, &expr, &join, &mut own);
        let function = node.ancestor(FUNCTIONS).map(|f| f.number());
        let host = join.host.text();
        judged.extend(own.findings().iter().map(|found| (function, host, found.clone())));
        own.notes().iter().for_each(|note| cx.leave(note.clone()));
    }
    // All texts with a host in a function, or none of them: who reads the one takes it apart as the other.
    let left: Vec<_> =
        judged.iter().filter(|(f, _, found)| f.is_some() && open(found)).map(|(f, host, _)| (*f, *host)).collect();
    for (function, host, mut found) in judged {
        if found.fix.is_some() && left.contains(&(function, host)) {
            found.fix = None;
            found.applicability = Applicability::Display;
            found.evidence.push("the same host stands in another text here, which is for a person to judge".to_owned());
        }
        cx.report(found);
    }
}

/// Functions of all three languages.
const FUNCTIONS: &[&str] =
    &["method_declaration", "constructor_declaration", "function_declaration", "function_definition"];

/// Why a text is left as it is that only people read.
const FOR_PEOPLE: &[&str] = &[
    "people read it",
    "people read what the method gives",
    "the class writes to people",
    "what it is put into only names or shows something",
];

/// Whether a text is left as it is, and not because people read it.
fn open(found: &Finding) -> bool {
    found.fix.is_none() && !found.evidence.iter().any(|why| FOR_PEOPLE.contains(&why.as_str()))
}

/// An IP address as the host of a URL without a port.
fn alone<'a>(expr: &TextExpr<'a>, hosts: &Hosts<'_>) -> Option<Join<'a>> {
    let at = expr.pieces.iter().position(|p| matches!(p, Piece::Text { raw, .. } if raw.ends_with("://")))? + 1;
    let Piece::Hole { node: Some(host), span: hole, .. } = *expr.pieces.get(at)? else { return None };
    let ends = match expr.pieces.get(at + 1) {
        None => true,
        Some(Piece::Text { raw, .. }) => raw.starts_with(['/', '?', '"', ' ']),
        Some(Piece::Hole { .. }) => false,
    };
    let why = hosts.ip(host).filter(|_| ends)?;
    let port = Port::Digits("", Span::at(hole.end));
    Some(Join {
        host,
        hole,
        port,
        span: hole,
        whole: false,
        url: true,
        read: true,
        led: "",
        only_host: true,
        why: vec![why],
    })
}

/// Whether the code gets here only when the host has no colon, or only when it has one, or when it has a scheme.
fn decided(host: Node<'_>, name: &str, url: bool) -> bool {
    let asks = [
        format!("{name}.contains(\":\")"),
        format!("{name}.indexOf("),
        format!("{name}.split(\":\")"),
        format!("':' in {name}"),
    ];
    let schemes = ["schema", "scheme", "\"http", "://"];
    let mut conditions = conditions(host);
    conditions.any(|c| {
        let text = c.text();
        let scheme = !url && text.contains(name) && schemes.iter().any(|s| text.to_ascii_lowercase().contains(s));
        scheme || asks.iter().any(|ask| text.contains(ask.as_str()))
    })
}

/// The conditions that hold or do not where a host is used.
fn conditions(host: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let conditions = host.ancestors().filter_map(|n| {
        n.is_any(&["if_statement", "ternary_expression", "if_expression"]).then(|| n.field("condition")).flatten()
    });
    conditions.filter(move |c| !c.holds(host))
}

/// Whether a word and a blank stand before the host, as in a sentence: `connected from `.
fn prose(expr: &TextExpr<'_>, hole: Span) -> bool {
    let mut before = expr.pieces.iter().filter_map(|piece| match piece {
        Piece::Text { raw, span, .. } if span.end <= hole.start => Some(*raw),
        _ => None,
    });
    let Some(rest) = before.next_back().and_then(|text| text.strip_suffix(' ')) else { return false };
    let word = rest.rsplit([' ', '>']).next().unwrap_or_default();
    !word.is_empty() && word.chars().all(char::is_alphabetic)
}

/// Whether a text is not a part of a larger one.
fn outermost(file: &File, node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return true };
    if parent.is_any(&["binary_expression", "infix_expression"]) {
        return !parent.children().any(|c| c.text() == "+");
    }
    let receiver = parent.is_any(&["method_invocation", "navigation_expression", "field_expression"])
        && parent.items().next() == Some(node);
    // `"%s:%d".format(…)`, and a link of a chain of `append` that goes on.
    let name = if parent.is("method_invocation") {
        parent.field("name").map_or("", Node::text)
    } else {
        file.member(parent).map_or("", |(_, name)| name.text())
    };
    !(receiver && ["append", "format", "formatted"].contains(&name))
}

fn judge(file: &File, doc: &Document, expr: &TextExpr<'_>, join: &Join<'_>, cx: &mut Context<'_>) {
    let span = expr.node.span();
    let known = brackets(file, value(file, join.host));
    if let Brackets::There(why) | Brackets::NotNeeded(why) = &known {
        return cx.leave(Note { span, role: Role::Join.name(), reason: why.clone(), evidence: join.why.clone() });
    }
    let finding = Finding::new(span, Role::Join.name(), MESSAGE).because_all(join.why.clone());
    if let Some(callee) = reparsed_by(file, doc, expr.node, cx) {
        // Whoever takes the text apart again puts the brackets, and would put a second pair.
        let finding = finding.because(format!("{callee} puts brackets around the host that it finds in the text"));
        return match stripped(file, join.host) {
            Some(fix) => cx.report(finding.fix(Applicability::Unsafe, fix)),
            None => cx.report(finding),
        };
    }
    let hosts = Hosts { file, catalog: catalog::apis(cx.options(), file.lang.sheet()) };
    if hosts.sink(expr.node) == Some(Sink::People) {
        return cx.report(finding.because("people read it"));
    }
    if let Some(reason) = from_uri(file, doc, cx, join.host) {
        return cx.leave(Note { span, role: Role::Join.name(), reason, evidence: join.why.clone() });
    }
    if key_beside(file, expr.node, &hosts) {
        let reason = "the same text is a key elsewhere in the file".to_owned();
        return cx.leave(Note { span, role: Role::Join.name(), reason, evidence: join.why.clone() });
    }
    let own = own_name(file, join.host) || jvm_hosts::name(file, join.host).is_some_and(|name| is_no_address(&name));
    let never = if own {
        Some("it is a name in the DNS")
    } else if file.indexed(join.host).is_none()
        && (jvm_hosts::name(file, join.host).is_some_and(|name| is_several(&name)) || listed(file, join.host))
    {
        Some("it may hold several hosts")
    } else if of_url_class(join.host) {
        Some("it is what a class of URLs keeps, with its brackets")
    } else if !join.url && given_scheme(file, join.host) {
        Some("it is given with its scheme")
    } else if written_out(file, join.host) {
        Some("it is what a function gives that is written out")
    } else if picked_ipv4(file, join.host) {
        Some("it is picked out of the addresses of IPv4")
    } else if ipv4_only(file, join.host) {
        Some("it comes from a method that takes IPv4 alone")
    } else {
        cut_here(file, join.host).then_some("it is cut from a text at its colons here, so that it holds none")
    };
    if let Some(reason) = never {
        return cx.leave(Note { span, role: Role::Join.name(), reason: reason.to_owned(), evidence: join.why.clone() });
    }
    if taken_as_key(file, doc, cx, expr.node) {
        let reason = "the method that gets it takes it as a key".to_owned();
        return cx.leave(Note { span, role: Role::Join.name(), reason, evidence: join.why.clone() });
    }
    if handles_ipv6(expr.node) {
        let reason = "the code around it tells IPv6 addresses from others".to_owned();
        return cx.leave(Note { span, role: Role::Join.name(), reason, evidence: join.why.clone() });
    }
    let bare = match &known {
        Brackets::Never(why) => Some(why.clone()),
        _ => None,
    };
    let finding = finding.because(bare.clone().unwrap_or_else(|| "the host may have brackets already".to_owned()));
    // A text that is known to be there, and has no brackets or is asked for them, is today's for all
    // but IPv6.
    let there = always_there(file, join.host) || bare.is_none() && never_null(file, join.host);
    let text = match file.lang {
        Lang::Java => there,
        // The type says that it is there.
        Lang::Kotlin => declared_text(file, join.host),
        // Any text may be null.
        Lang::Scala => false,
    };
    let proven = text && join.only_host && (join.url || !identifies(expr.node));
    let applicability = if proven { Applicability::Safe } else { Applicability::Unsafe };
    if decided(join.host, join.host.text(), join.url) {
        let why =
            "the code asks the text for a colon to learn whether there is a port, which an IPv6 address has anyway";
        return cx.report(finding.because(why));
    }
    if constant_elsewhere(file, join.host) {
        return cx.report(finding.because("it is a constant that is not seen here"));
    }
    if expr.holes().flatten().filter(|hole| hole.text() == join.host.text()).count() > 1 {
        return cx.report(finding.because("the host stands in the text more than once"));
    }
    if expr.pieces.iter().any(|piece| matches!(piece, Piece::Text { raw, .. } if raw.contains("jdbc:sqlserver:"))) {
        return cx.report(finding.because("the driver of SQL Server takes IPv6 addresses in its property serverName"));
    }
    if let Some(key) = keyed(file, join.host) {
        return cx.report(finding.because(format!("{key} has the host without brackets")));
    }
    if let Err(why) = goes_to_a_reader(file, doc, cx, expr, join, &hosts) {
        return cx.report(finding.because(why));
    }
    if packs_four_bytes(&doc.text) {
        return cx.report(finding.because("the file packs addresses into four bytes"));
    }
    if kept_otherwise(file, expr, join, &hosts) {
        return cx
            .report(finding.because("the same host stands before a colon in another text here, which is no address"));
    }
    if let Some(fix) = by_parts(file, expr, join, &hosts) {
        return cx.report(finding.fix(Applicability::Unsafe, fix));
    }
    match fix(file, expr, join, bare.is_some()) {
        Some(fix) => cx.report(finding.fix(applicability, fix)),
        None => cx.report(finding),
    }
}

/// Whether the same text is the key of something elsewhere in the file: both have to be the same.
fn key_beside(file: &File, text: Node<'_>, hosts: &Hosts<'_>) -> bool {
    let same = file.tree.all(text.kind()).filter(|n| *n != text && n.text() == text.text());
    same.into_iter().any(|n| hosts.sink(n) == Some(Sink::Other))
}

/// Whether the function around a text puts the same host before a colon in another text that is no address and
/// none for people: a key, or a list of parts. Who reads the one takes it apart as the other.
fn kept_otherwise(file: &File, expr: &TextExpr<'_>, join: &Join<'_>, hosts: &Hosts<'_>) -> bool {
    let Some(function) = expr.node.ancestor(FUNCTIONS) else { return false };
    function.descendants().filter(|n| n.is_any(TEXTS) && *n != expr.node && outermost(file, *n)).any(|node| {
        let Some(other) = file.text_expr(node).filter(|e| e.form != Form::Literal) else { return false };
        let texts =
            || other.pieces.iter().filter_map(|p| if let Piece::Text { raw, .. } = p { Some(*raw) } else { None });
        let before_colon = other.pieces.windows(2).any(|pair| match pair {
            [Piece::Hole { node: Some(host), .. }, Piece::Text { raw, .. }] => {
                raw.starts_with(':') && host.text() == join.host.text()
            }
            _ => false,
        });
        let people = texts().any(|raw| raw.contains(' ')) || hosts.sink(node) == Some(Sink::People);
        before_colon && !people && Join::find(&other, hosts).is_none()
    })
}

/// Whether a program reads the text as an address: it is a URL, or goes where one is read. Why not, otherwise.
fn goes_to_a_reader(
    file: &File,
    doc: &Document,
    cx: &Context<'_>,
    expr: &TextExpr<'_>,
    join: &Join<'_>,
    hosts: &Hosts<'_>,
) -> Result<(), &'static str> {
    let network = matches!(hosts.sink(expr.node), Some(Sink::Network(_)));
    let method = expr.node.ancestor(&["method_declaration", "function_declaration", "function_definition"]);
    if method.is_some_and(|m| tells(file, m)) {
        return Err("people read what the method gives");
    }
    if !join.url && sends_to_people(expr.node) {
        return Err("the class writes to people");
    }
    if network {
        return Ok(());
    }
    let measured = ["io.prometheus.", "io.micrometer."].iter().any(|library| doc.text.contains(library));
    if read_as_address(file, doc, cx, expr.node).is_some() && !measured {
        return Ok(());
    }
    let method = method.and_then(|m| m.field("name")).map_or("", Node::text);
    let before = expr.pieces.iter().find_map(|p| if let Piece::Text { raw, .. } = p { Some(*raw) } else { None });
    let lead = before.and_then(|raw| raw.split("://").next()).unwrap_or_default();
    let is_url = join.url && !lead.contains([' ', '(', '>', '<', '\'', '"']);
    match is_url {
        true if is_named(method) || method == "toString" => Err("what it is put into only names or shows something"),
        true => Ok(()),
        false => Err("nothing here says that it is read as an address"),
    }
}

/// Whether a host is a field of a class that is called a URL: the host that a URL is parsed into keeps its brackets.
fn of_url_class(host: Node<'_>) -> bool {
    let class = host.ancestor(&["class_declaration", "class_definition", "record_declaration"]);
    let words = class.and_then(|c| c.field("name")).map(|name| naming::words(name.text())).unwrap_or_default();
    host.text() == "host" && words.last().is_some_and(|word| matches!(word.as_str(), "uri" | "url"))
}

/// A key in the function around a host that is made of the host alone: `"fs.user." + host`. Who looks for it
/// takes the host from the text again, and would find it with its brackets.
fn keyed<'a>(file: &'a File, host: Node<'a>) -> Option<&'a str> {
    let (decl, scope) = file.names.resolve(host).filter(|_| host.is("identifier"))?;
    let uses = file.names.uses(&decl, scope);
    uses.into_iter().find_map(|used| {
        let sum = used.parent().filter(|p| p.is("binary_expression") && p.field("right") == Some(used))?;
        let before = file.literal(sum.field("left")?)?;
        let key = before.contains('.') && before.ends_with('.') && !before.contains([' ', '/']);
        key.then(|| sum.text())
    })
}

/// Whether the class around a text is called after what it sends to people: `ExpiryNotificationTask`.
fn sends_to_people(text: Node<'_>) -> bool {
    let kinds = ["class_declaration", "class_definition", "object_declaration", "object_definition"];
    text.ancestors().filter(|n| n.is_any(&kinds)).any(|class| {
        let words = class.field("name").map(|name| naming::words(name.text())).unwrap_or_default();
        words.iter().any(|w| matches!(w.as_str(), "notification" | "notifications" | "email" | "report"))
    })
}

/// Whether a method gives a sentence elsewhere: `return "not configured"`.
fn tells(file: &File, method: Node<'_>) -> bool {
    let gives = |n: &Node<'_>| n.is_any(&["return_statement", "return_expression"]);
    let mut values = method.descendants().filter(gives).filter_map(|n| n.items().next());
    values.any(|value| file.literal(value).is_some_and(|text| text.trim().contains(' ')))
}

/// Whether a host is called as constants are, and declared in another file.
fn constant_elsewhere(file: &File, host: Node<'_>) -> bool {
    let name = if host.is("string_content") { leading_name(host.text()) } else { host.text() };
    let name = name.rsplit('.').next().unwrap_or(name);
    let shouted = name.len() > 1 && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    shouted && file.names.lookup(host, name).is_none()
}

/// The declaration that a hole of Kotlin without a node of its own means, or the node itself.
fn value<'a>(file: &'a File, host: Node<'a>) -> Node<'a> {
    if !host.is("string_content") {
        return host;
    }
    let decl = file.names.lookup(host, leading_name(host.text()));
    decl.and_then(|(d, scope)| d.value.filter(|_| file.names.single_assignment(&d, scope)))
        .map_or(host, |value| file.tree.node(value))
}

/// Whether a host is the text of an `InetAddress`, written where it is joined: never null, never in
/// brackets.
fn always_there(file: &File, host: Node<'_>) -> bool {
    let getter = file.getter(host).filter(|(_, getter)| getter == "getHostAddress");
    getter.is_some_and(|(object, _)| {
        file.type_of(object).as_deref() == Some("InetAddress") && file.knows("java.net.InetAddress")
    })
}

/// Whether a host of Kotlin is declared as `String` in this file, so that it is there.
fn declared_text(file: &File, host: Node<'_>) -> bool {
    let decl = if host.is("string_content") {
        file.names.lookup(host, leading_name(host.text()))
    } else {
        file.names.resolve(host)
    };
    decl.and_then(|(decl, _)| decl.ty).is_some_and(|ty| file.tree.node(ty).text() == "String")
}

/// The method or constructor that the text is handed to and that puts brackets itself, in this file
/// or in the file of its class.
fn reparsed_by(file: &File, doc: &Document, text: Node<'_>, cx: &Context<'_>) -> Option<String> {
    let list = text.parent().filter(|p| p.is("argument_list"))?;
    let call = file.call(list.parent()?)?;
    let declared: Vec<Node<'_>> = if call.node.is("explicit_constructor_invocation") {
        file.tree.all("constructor_declaration").filter(|c| !c.holds(text)).collect()
    } else {
        let own = call.receiver.is_none() || call.creates;
        let all = file.tree.all("method_declaration").chain(file.tree.all("constructor_declaration"));
        all.filter(|m| own && !m.holds(text) && m.field("name").is_some_and(|n| n.text() == call.name)).collect()
    };
    let puts = |code: &str| puts_brackets(code) && code.contains("\"]\"") && !code.contains("startsWith(\"[\"");
    let here = declared.iter().any(|m| puts(m.text()));
    let there = || declared.is_empty() && source_of(file, doc, cx, &call).is_some_and(|source| puts(&source));
    (here || there()).then(|| call.name.to_owned())
}
