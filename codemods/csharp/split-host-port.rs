//! # Split host and port at the colon that separates them
//!
//! ## Why it breaks
//! The first colon separates host and port only while the host has none. In `[2001:db8::1]:80` it is
//! the last one, behind the bracket, and `2001:db8::1` alone has no port at all. Text with one colon or
//! none is split as before.
//!
//! ## Examples
//! ```cs before
//! class Endpoint
//! {
//!     static void Parse(string endpoint, out string host, out int port)
//!     {
//!         int i = endpoint.IndexOf(':');
//!         if (i < 0)
//!         {
//!             host = endpoint;
//!             port = 80;
//!         }
//!         else
//!         {
//!             host = endpoint.Substring(0, i);
//!             port = int.Parse(endpoint.Substring(i + 1));
//!         }
//!     }
//!
//!     static string Host(string address)
//!     {
//!         return address.Substring(0, address.LastIndexOf(':'));
//!     }
//! }
//! ```
//! ```cs after unsafe
//! class Endpoint
//! {
//!     static void Parse(string endpoint, out string host, out int port)
//!     {
//!         int i = PortSeparator(endpoint);
//!         if (i < 0)
//!         {
//!             host = endpoint;
//!             port = 80;
//!         }
//!         else
//!         {
//!             host = endpoint.Substring(0, i);
//!             port = int.Parse(endpoint.Substring(i + 1));
//!         }
//!     }
//!
//!     static string Host(string address)
//!     {
//!         return address.Substring(0, address.LastIndexOf(':'));
//!     }
//!
//!     // The colon before the port, or -1: the colons of an IPv6 address are none.
//!     static int PortSeparator(string address)
//!     {
//!         int colon = address.LastIndexOf(':');
//!         return colon == address.IndexOf(':') || address[colon - 1] == ']' ? colon : -1;
//!     }
//! }
//! ```
//! Parts:
//! ```cs before
//! class Server
//! {
//!     static Server Parse(string server)
//!     {
//!         var parts = server.Split(':');
//!         return new Server(parts[0], int.Parse(parts[1]));
//!     }
//! }
//! ```
//! ```cs after unsafe
//! class Server
//! {
//!     static Server Parse(string server)
//!     {
//!         var parts = SplitHostPort(server);
//!         return new Server(parts[0], int.Parse(parts[1]));
//!     }
//!
//!     // Host and port, or the host alone: the colons of an IPv6 address separate nothing.
//!     static string[] SplitHostPort(string address)
//!     {
//!         int colon = address.LastIndexOf(':');
//!         bool port = colon >= 0 && (colon == address.IndexOf(':') || address[colon - 1] == ']');
//!         return port ? new[] { address.Substring(0, colon), address.Substring(colon + 1) } : new[] { address };
//!     }
//! }
//! ```
//! More than two parts, and options that leave parts out, are for a person:
//! ```cs reported
//! class Endpoint
//! {
//!     static string Password(string server)
//!     {
//!         var parts = server.Split(':');
//!         return parts.Length == 3 ? parts[2] : null;
//!     }
//! }
//! ```
//! Text that is no address, and code that knows brackets:
//! ```cs unchanged
//! class Others
//! {
//!     string Scheme(string url) => url.Substring(0, url.IndexOf(':'));
//!     string Minutes(string time) => time.Split(':')[1];
//!     string Key(string line) { var i = line.IndexOf(':'); return line.Substring(0, i); }
//!     bool IsIPv6(string host) => host.IndexOf(':') >= 0;
//!     string Host(string endpoint)
//!     {
//!         var last = endpoint.LastIndexOf(':');
//!         return last > 0 && endpoint[last - 1] == ']' ? endpoint.Substring(0, last) : endpoint;
//!     }
//!     string Parsed(string address)
//!     {
//!         if (Regex.Match(address, @"^\[([:0-9a-f]+)\](:\d+)?$").Success) return address;
//!         int index = address.LastIndexOf(':');
//!         return index == -1 ? address : address.Substring(0, index);
//!     }
//!     string First(string address) => address.Split(',')[0];
//!     string Protocol(string host)
//!     {
//!         var parts = host.Trim().Split(':');
//!         return parts.Length == 1 ? parts[0] : parts[1];
//!     }
//! }
//! ```
//!
//! ## Safety
//! Unsafe: that the text is an address is told by its name, and by what reads its second part as a port or dials
//! the first one; where nothing does, it is reported. For text with at most one colon the result is the same; a host keeps its brackets, which sockets, `IPAddress.Parse` and URLs take.
//!
//! ## References
//! - RFC 3986, 3.2.2: an IPv6 address before a port stands in brackets
//! - evidence: languages, C#, CS-SPLIT

use sixify_langs::classify::CSHARP;
use sixify_langs::csharp::{Call, File};
use sixify_langs::naming;

use crate::dotnet_family as family;
use crate::dotnet_helpers::Helper;
use crate::dotnet_splits::{last_name, receiver, unproven};
use crate::dotnet_uses as uses;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[CSHARP],
    anchors: Anchors(&[&["Split(", "':'"], &["Split(", "\":\""], &["IndexOf(':'"], &["IndexOf(\":\""]]),
    specificity: 0,
    run,
};

const MESSAGE: &str = "an IPv6 address has colons of its own: the one before the port is the last, behind a bracket";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = File::of(doc) else { return Ok(()) };
    for call in file.calls() {
        let Some(text) = call.receiver.filter(|r| is_text(&file, *r)) else { continue };
        match call.name {
            "Split" if colon(&file, &call) => parts(&file, &call, text, cx),
            "IndexOf" | "LastIndexOf" if colon(&file, &call) && call.arguments.len() == 1 => {
                index(&file, &call, text, cx);
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_text(file: &File, node: Node<'_>) -> bool {
    file.type_of(node).is_none_or(|ty| ty == "string")
}

/// Whether the first argument of a call is a colon: `':'`, `":"`, `new[] { ':' }`.
fn colon(file: &File, call: &Call<'_>) -> bool {
    let Some(first) = call.arguments.first() else { return false };
    let _ = file;
    let words: String = first.value.text().split_whitespace().collect();
    matches!(
        words.as_str(),
        "':'"
            | "\":\""
            | "new[]{':'}"
            | "newchar[]{':'}"
            | "newchar[1]{':'}"
            | "[':']"
            | "new[]{\":\"}"
            | "newstring[]{\":\"}"
    )
}

/// Why a text is an address; `None` when nothing says so.
fn address(text: Node<'_>) -> Option<String> {
    let name = last_name(text)?;
    let words = naming::words(name);
    const OTHER: &[&str] = &["url", "uri", "mac", "ipv6", "v6", "email", "mail", "path", "image", "time"];
    let other = words.iter().any(|w| OTHER.contains(&w.as_str()));
    (naming::is_address(name) && !other && !plural(name)).then(|| format!("{name} is called an address"))
}

fn plural(name: &str) -> bool {
    naming::words(name).last().is_some_and(|w| w.ends_with("ses") || w == "hosts" || w == "servers" || w == "endpoints")
}

/// Why the code that gets the parts takes them for a host and a port.
fn by_parts(host: Option<&str>, port: Option<&str>) -> Option<String> {
    let (host, port) = (host.filter(|h| naming::is_host(h))?, port.filter(|p| naming::is_port(p))?);
    Some(format!("its parts are called {host} and {port}"))
}

/// Whether the code around knows brackets.
fn knows_brackets(node: Node<'_>) -> bool {
    let Some(member) = family::member(node) else { return true };
    ["']'", "\"]\"", "'['", "\"[\"", "\"]:\"", "UriHostNameType", "\\[", "IPEndPoint.Parse", "IPEndPoint.TryParse"]
        .iter()
        .any(|s| member.text().contains(s))
}

/// Whether the text was tried as an address before.
fn tried(node: Node<'_>, text: Node<'_>) -> bool {
    let Some(member) = family::member(node) else { return true };
    let calls = member.descendants().filter(|n| n.is("invocation_expression") && n.start() < node.start());
    calls.into_iter().any(|call| {
        let parse =
            call.field("function").is_some_and(|f| f.text().ends_with("TryParse") && !f.text().starts_with("int"));
        parse && uses::target(call).is_some_and(|t| t.text() == text.text())
    })
}

/// `text.Split(':')`
fn parts(file: &File, call: &Call<'_>, text: Node<'_>, cx: &mut Context<'_>) {
    let kept = of_all(file, call, text);
    let part =
        |n: usize| kept.iter().flat_map(|k| &k.indexed).filter(|(i, _)| *i == n).find_map(|(_, node)| receiver(*node));
    let Some(why) = address(text).or_else(|| by_parts(part(0), part(1))) else { return };
    if tried(call.node, text)
        || about_ipv4(call.node)
        || is_url(call.node, text)
        || knows_brackets(call.node)
        || family::member(call.node).is_some_and(family::thinks_of_ipv6)
        || kept.as_ref().is_some_and(Kept::one_or_other)
        || family::member(call.node).is_some_and(|m| m.text().to_ascii_lowercase().contains("macaddress"))
    {
        return;
    }
    let finding = Finding::new(call.node.span(), Role::Split.name(), MESSAGE).because(why);
    let reason = match &kept {
        None => Some("what becomes of the parts is not seen here"),
        Some(kept) if kept.more => Some("there are more parts than host and port"),
        Some(_) if text.text().contains("emoteEndPoint") => Some("the end point of a peer can be asked for its parts"),
        Some(kept) if kept.host_alone() => Some("only the host is taken, and it would have its brackets"),
        Some(kept) if shown(file, &kept.indexed) => Some("its parts are only shown"),
        Some(kept) => {
            let all: Vec<(bool, Node<'_>)> = kept.indexed.iter().map(|(n, node)| (*n == 0, *node)).collect();
            unproven(file, call.node, text, &all)
        }
    };
    let limit = call.arguments.get(1).map(|a| a.value.text());
    let reason = reason.or(match limit {
        Some("2") | None => None,
        Some(_) => Some("parts are left out, or there may be more of them"),
    });
    if let Some(reason) = reason.or((call.arguments.len() > 2).then_some("parts are left out")) {
        return cx.report(finding.because(reason));
    }
    let Some(function) = Helper::SplitHostPort.at(file, call.node) else {
        return cx.report(finding.because("no function can stand here that splits it"));
    };
    let fix = Fix::new()
        .edits(function)
        .edit(Edit::insert(text.start(), format!("{}(", Helper::SplitHostPort.name())))
        .edit(Edit::replace(Span::new(text.end(), call.node.end()), ")"));
    cx.report(finding.fix(Applicability::Unsafe, fix));
}

/// Whether the parts are only shown, or written down about what the program does.
fn shown(file: &File, parts: &[(usize, Node<'_>)]) -> bool {
    let called = |part: Node<'_>| {
        let call = part.parent().filter(|p| p.is("argument")).and_then(|a| a.parent()?.parent());
        call.and_then(|c| file.calls().find(|found| found.node == c)).map_or("", |c| c.name).to_owned()
    };
    let calls: Vec<String> = parts.iter().map(|(_, part)| called(*part)).collect();
    let shows = |name: &String| {
        ["SetTag", "AddTag", "SetAttribute"].contains(&name.as_str())
            || name.starts_with("Log")
            || name.starts_with("Write")
    };
    calls.iter().any(shows) && calls.iter().all(|name| shows(name) || name.contains("Parse"))
}

/// The uses of the parts of a text that is split here, and elsewhere in the same function in the same way.
fn of_all<'a>(file: &'a File, call: &Call<'a>, text: Node<'a>) -> Option<Kept<'a>> {
    let mut all = kept(file, call.node)?;
    let member = family::member(call.node);
    let same = |other: &Call<'a>| {
        other.name == "Split"
            && other.node != call.node
            && other.receiver.is_some_and(|r| r.text() == text.text())
            && family::member(other.node) == member
    };
    for other in file.calls().filter(same).filter(|other| colon(file, other)) {
        let further = kept(file, other.node)?;
        all.indexed.extend(further.indexed);
        all.more |= further.more;
    }
    Some(all)
}

/// How the parts of a split are used.
struct Kept<'a> {
    /// Which parts are taken, each with its place.
    indexed: Vec<(usize, Node<'a>)>,
    /// Whether more than two parts are thought of, or all of them.
    more: bool,
}

/// The uses of the parts; `None` when they are handed on.
fn kept<'a>(file: &'a File, call: Node<'a>) -> Option<Kept<'a>> {
    let mut found = Kept { indexed: Vec::new(), more: false };
    if let Some(access) = call.parent().filter(|p| p.is("element_access_expression")) {
        found.indexed(access);
        return Some(found);
    }
    let held = uses::held(file, call)?;
    for usage in file.names().uses(&held.decl, held.scope) {
        let Some(parent) = usage.parent() else { continue };
        match parent.kind() {
            "element_access_expression" => found.indexed(parent),
            "member_access_expression" => {
                let member = parent.field("name").map_or("", Node::text);
                let compared = parent.parent().filter(|p| p.is("binary_expression")).map_or("", Node::text);
                let counts =
                    member == "Length" && compared.chars().any(|c| ('3'..='9').contains(&c)) && !compared.contains('[');
                found.more |= counts || !["Length", "First", "Last"].contains(&member);
            }
            _ if usage.number() == held.decl.node => {}
            "assignment_expression" if parent.field("left") == Some(usage) => {}
            _ => return None,
        }
    }
    Some(found)
}

impl<'a> Kept<'a> {
    /// Whether the host is taken alone, and not given on as one: what it is compared with has no brackets.
    fn host_alone(&self) -> bool {
        let given = |node: Node<'a>| {
            let returned = node.ancestors().take(3).any(|n| n.is_any(&["return_statement", "arrow_expression_clause"]));
            let name = family::member(node).and_then(|m| m.field("name")).map_or("", Node::text);
            returned && naming::is_host(name.trim_start_matches("Get"))
        };
        !self.indexed.is_empty() && self.indexed.iter().all(|(n, node)| *n == 0 && !given(*node))
    }

    /// Whether the first part and the second one are taken for the same thing, so that what stands
    /// before the colon is something else: `tcp:db`.
    fn one_or_other(&self) -> bool {
        let choice = |node: Node<'a>| node.parent().filter(|p| p.is("conditional_expression"));
        let chosen = |n: usize| self.indexed.iter().filter(move |(i, _)| *i == n).filter_map(|(_, node)| choice(*node));
        let condition = |c: Node<'a>, node: Node<'a>| c.field("condition").is_some_and(|f| f.holds(node));
        chosen(0).any(|c| {
            let both = self.indexed.iter().filter(|(_, node)| choice(*node) == Some(c) && !condition(c, *node));
            both.count() == 2 && chosen(1).any(|other| other == c)
        })
    }

    fn indexed(&mut self, access: Node<'a>) {
        let index = access.child("bracketed_argument_list").and_then(|l| l.items().next()).map_or("", Node::text);
        match index.parse::<usize>() {
            Ok(n) if n < 2 => self.indexed.push((n, access)),
            Ok(_) => self.more = true,
            Err(_) => self.more |= !index.contains("Length"),
        }
    }
}

/// `text.IndexOf(':')`
fn index(file: &File, call: &Call<'_>, text: Node<'_>, cx: &mut Context<'_>) {
    let Some(cuts) = cuts(file, call.node, text) else { return };
    let named = |before: bool| cuts.iter().filter(|(b, _)| *b == before).find_map(|(_, node)| receiver(*node));
    let Some(why) = address(text).or_else(|| by_parts(named(true), named(false))) else { return };
    if cuts.is_empty()
        || knows_brackets(call.node)
        || tried(call.node, text)
        || about_ipv4(call.node)
        || is_url(call.node, text)
    {
        return;
    }
    let end = cuts.iter().map(|(_, node)| node.end()).max().unwrap_or(call.node.end());
    let span = Span::new(call.node.start(), end.max(call.node.end()));
    let finding = Finding::new(span, Role::Split.name(), MESSAGE).because(why);
    let guarded = guarded(file, call.node);
    if !guarded && call.name == "LastIndexOf" {
        // What has a port for sure is cut at the right colon.
        return;
    }
    if let Some(why) = unproven(file, call.node, text, &cuts) {
        return cx.report(finding.because(why));
    }
    let fix = match (guarded, call.name) {
        (false, _) => Fix::new().edit(Edit::replace(call.name_node.span(), "LastIndexOf")),
        (true, _) => {
            let Some(function) = Helper::PortSeparator.at(file, call.node) else {
                return cx.report(finding.because("no function can stand here that finds the colon"));
            };
            Fix::new()
                .edits(function)
                .edit(Edit::insert(text.start(), format!("{}(", Helper::PortSeparator.name())))
                .edit(Edit::replace(Span::new(text.end(), call.node.end()), ")"))
        }
    };
    cx.report(finding.fix(Applicability::Unsafe, fix));
}

/// Whether the code asks whether there is a colon at all, so that there may be no port.
fn guarded(file: &File, call: Node<'_>) -> bool {
    let asked = |node: Node<'_>| {
        let Some(parent) = node.parent() else { return false };
        let operator = parent.field("operator").filter(|_| parent.is("binary_expression")).map_or("", Node::text);
        parent.is("is_pattern_expression") || matches!(operator, "<" | ">" | "==" | "!=" | ">=" | "<=")
    };
    let Some(held) = uses::held(file, call) else { return asked(call) };
    file.names().uses(&held.decl, held.scope).into_iter().any(asked)
}

/// Whether the function around knows the text for a URL.
fn is_url(node: Node<'_>, text: Node<'_>) -> bool {
    let asked = format!("{}.StartsWith(\"http", text.text());
    family::member(node).is_some_and(|m| m.text().contains(&asked))
}

/// Whether the function around is about IPv4 and nothing else.
fn about_ipv4(node: Node<'_>) -> bool {
    // The kernel's tables have addresses in hexadecimal digits.
    let hex = |m: Node<'_>| m.text().contains("Hex");
    family::member(node).is_some_and(|m| hex(m) || m.field("name").is_some_and(|n| family::says_ipv4(n.text())))
}

/// Where the text is cut at the index: whether before it, and the call that cuts.
fn cuts<'a>(file: &'a File, call: Node<'a>, text: Node<'a>) -> Option<Vec<(bool, Node<'a>)>> {
    let cut = |node: Node<'a>, index: Node<'a>| -> Option<(bool, Node<'a>)> {
        let list = node.ancestor(&["argument_list", "block"]).filter(|l| l.is("argument_list"))?;
        let cutting = list.parent()?;
        let function = cutting.field("function").filter(|f| f.is("member_access_expression"))?;
        let same = function.field("expression")?.text() == text.text();
        let method = function.field("name")?.text();
        let arguments: Vec<Node<'a>> = list.items().collect();
        let first = arguments.first()?;
        let before = match method {
            "Substring" if arguments.len() == 2 => arguments.get(1)?.text() == index.text() && first.text() == "0",
            "Substring" => false,
            "Remove" if arguments.len() == 1 => true,
            _ => return None,
        };
        same.then_some((before, cutting))
    };
    if let Some(direct) = cut(call, call) {
        return Some(vec![direct]);
    }
    let held = uses::held(file, call)?;
    let all = file.names().uses(&held.decl, held.scope);
    Some(all.into_iter().filter_map(|usage| cut(usage, usage)).collect())
}
