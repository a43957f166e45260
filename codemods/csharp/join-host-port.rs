//! # Put brackets around an IPv6 host before its port
//!
//! ## Why it breaks
//! `host:port` is only clear while the host has no colon. An IPv6 address has to stand in brackets:
//! `[2001:db8::1]:80`. A function of the class puts them around a host that needs them and leaves every
//! other one as it is, also one that has them already; `UriBuilder` and `IPEndPoint` write themselves in this way.
//!
//! ## Examples
//! ```cs before
//! using System;
//! using System.Net;
//!
//! class Client
//! {
//!     string host;
//!     int port;
//!
//!     string Peer() => "tcp://" + host + ":" + port;
//!     string Url(string path) => $"https://{host}:{port}/{path}";
//!     string Url() => string.Format("http://{0}:{1}/", host, port);
//!     string Status() => $"http://{host}:8080/status";
//!     string Address(IPEndPoint endpoint) => endpoint.Address + ":" + endpoint.Port;
//! }
//! ```
//! ```cs after
//! using System;
//! using System.Net;
//!
//! class Client
//! {
//!     string host;
//!     int port;
//!
//!     string Peer() => "tcp://" + Bracketed(host) + ":" + port;
//!     string Url(string path) => $"https://{Bracketed(host)}:{port}/{path}";
//!     string Url() => string.Format("http://{0}:{1}/", Bracketed(host), port);
//!     string Status() => $"http://{Bracketed(host)}:8080/status";
//!     string Address(IPEndPoint endpoint) => endpoint.ToString();
//!
//!     // A host as it stands before a port: an IPv6 address in brackets.
//!     static string Bracketed(string host)
//!     {
//!         bool bare = host != null && host.IndexOf(':') != host.LastIndexOf(':') && host[0] != '[';
//!         return bare ? "[" + host + "]" : host;
//!     }
//! }
//! ```
//! What refuses a port that is none, and an address that is not there, has to be asked for, as has what may be
//! a URL, which has a colon, too:
//! ```cs before
//! using System;
//! using System.Net;
//!
//! class Client
//! {
//!     string host;
//!     int port;
//!
//!     Uri Base() => new Uri($"http://{host}:{port}");
//!     string Address() => host + ":" + port;
//!     string Target(IPAddress address, int port) => $"{address}:{port}";
//! }
//! ```
//! ```cs after unsafe
//! using System;
//! using System.Net;
//!
//! class Client
//! {
//!     string host;
//!     int port;
//!
//!     Uri Base() => new UriBuilder("http", host, port).Uri;
//!     string Address() => Bracketed(host) + ":" + port;
//!     string Target(IPAddress address, int port) => new IPEndPoint(address, port).ToString();
//!
//!     // A host as it stands before a port: an IPv6 address in brackets.
//!     static string Bracketed(string host)
//!     {
//!         bool bare = host != null && host.IndexOf(':') != host.LastIndexOf(':') && host[0] != '[';
//!         return bare ? "[" + host + "]" : host;
//!     }
//! }
//! ```
//! A text that nothing is known to read as an address:
//! ```cs reported
//! using System;
//!
//! class Node
//! {
//!     string host;
//!     int port;
//!
//!     public override string ToString() => host + ":" + port;
//!     void Remember(Store store) => store.Place($"{host}:{port}");
//! }
//! ```
//! ```cs before
//! using System.Text;
//!
//! class Text
//! {
//!     string Address(string host, int port)
//!     {
//!         return new StringBuilder().Append(host).Append(':').Append(port).ToString();
//!     }
//! }
//! ```
//! ```cs after unsafe
//! using System.Text;
//!
//! class Text
//! {
//!     string Address(string host, int port)
//!     {
//!         return new StringBuilder().Append(Bracketed(host)).Append(':').Append(port).ToString();
//!     }
//!
//!     // A host as it stands before a port: an IPv6 address in brackets.
//!     static string Bracketed(string host)
//!     {
//!         bool bare = host != null && host.IndexOf(':') != host.LastIndexOf(':') && host[0] != '[';
//!         return bare ? "[" + host + "]" : host;
//!     }
//! }
//! ```
//! A value whose type is not seen, and a URL that people read:
//! ```cs reported
//! using System;
//!
//! class Client
//! {
//!     void Started(string host, int port) => Console.WriteLine($"open http://{host}:{port}/");
//!     string Name(Settings settings) => settings.Address + ":" + settings.Port;
//! }
//! ```
//! The host of a `Uri` has its brackets; messages, keys and other things with a colon:
//! ```cs unchanged
//! using System;
//! using System.Collections.Generic;
//!
//! class Others
//! {
//!     string Same(Uri uri) => $"{uri.Host}:{uri.Port}";
//!     string Place(string file, int line) => $"{file}:{line}";
//!     string Login(string user, string password) => user + ":" + password;
//!     void Tell(string host, int port) => Console.WriteLine($"connected to {host}:{port}");
//!     void Trace(string host, int port) => logDebug($"connecting to '{host}:{port}'...");
//!     void Fail(string host, int port) => throw new Exception("no answer from " + host + ":" + port);
//!     int Count(Dictionary<string, int> counts, string host, int port) => counts[$"{host}:{port}"];
//!     public override string ToString() { return string.Format("Server: {0}:{1}, up", Host, Port); }
//!     string Own(int port) => $"{Environment.MachineName}:{port}";
//!     string Manual(string port) => "http://" + Environment.MachineName.ToLowerInvariant() + ":" + port + "/";
//! }
//! ```
//! ## Safety
//! Safe where a host in a URL or one that is called an IP goes through the function, and where an end point
//! writes itself: for IPv4 addresses, names and hosts in brackets the text is the same byte for byte, and for
//! IPv6 addresses it is right; measured by running both. Unsafe elsewhere: what may be a URL, as `http://shop`,
//! a type that is not seen, an end point or a URI that is made and refuses what is no port. Where more than two
//! files would be given the function, all of them are only reported.
//!
//! ## References
//! - RFC 3986, 3.2.2: an IPv6 address in a URL stands in brackets
//! - evidence: languages, C#, CS-URLCAT

use sixify_langs::classify::CSHARP;
use sixify_langs::csharp::{File, Sources};
use sixify_langs::naming;
use sixify_langs::strings::{Form, Piece, TextExpr};

use crate::address_names::is_read;
use crate::catalog;
use crate::dotnet_brackets::{bracketed, constant_elsewhere, read_otherwise};
use crate::dotnet_destinations::read_as_address;
use crate::dotnet_family as family;
use crate::dotnet_helpers::Helper;
use crate::dotnet_hosts::{CSharp, last_name};
use crate::dotnet_uris::{scheme, whole_uri};
use crate::dotnet_uses as uses;
use crate::host_port::{self, Facts, Join, Port, Sink};
use crate::ipv4_protocols::packs_four_bytes;
use crate::prelude::*;
use crate::purpose::is_named;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[CSHARP],
    anchors: Anchors(&[
        &["}:{", "ort}"],
        &["}:{", "ort."],
        &["}:{", "ort)"],
        &["+ \":", "ort"],
        &["+\":", "ort"],
        &["}:1", "ost"],
        &["}:2", "ost"],
        &["}:3", "ost"],
        &["}:4", "ost"],
        &["}:5", "ost"],
        &["}:6", "ost"],
        &["}:7", "ost"],
        &["}:8", "ost"],
        &["}:9", "ost"],
        &["Append(':')", "ort"],
        &["Append(\":\")", "ort"],
    ]),
    specificity: 0,
    run,
};

const MESSAGE: &str = "an IPv6 address needs brackets before its port";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = File::of(doc) else { return Ok(()) };
    let sources = Sources::new(doc, file.clone(), cx.project());
    let facts = CSharp { file: &file, sources: &sources, apis: catalog::apis(cx.options(), "csharp") };
    let plus = |n: &Node<'_>| n.is("binary_expression") && n.field("operator").is_some_and(|o| o.text() == "+");
    let sums = file.tree().all("binary_expression").filter(|n| !n.parent().is_some_and(|p| plus(&p)));
    let templates = file.tree().all("interpolated_string_expression");
    let formats = file.tree().all("invocation_expression");
    let mut judged = Vec::new();
    for node in templates.chain(sums).chain(formats) {
        let Some(expr) = file.text_expr(node).filter(|e| e.form != Form::Literal) else { continue };
        for join in joins(&expr, &facts) {
            if bracketed(&facts, join.host).is_some() {
                continue;
            }
            let finding = Finding::new(join.span, Role::Join.name(), MESSAGE).because_all(join.why.clone());
            let finding = if facts.sink(node) == Some(Sink::People) {
                finding.because("people read it")
            } else if let Err(why) = goes_to_a_reader(&facts, &expr, &join) {
                finding.because(why)
            } else {
                match fix(&file, &facts, &expr, &join) {
                    Ok((applicability, fix)) => finding.fix(applicability, fix),
                    Err(reason) => finding.because(reason),
                }
            };
            judged.push((family::member(node).map(|m| m.number()), join.host.text(), finding));
        }
    }
    // All texts with a host in a function, or none of them: who reads the one takes it apart as the other.
    let open =
        |found: &Finding| found.fix.is_none() && !found.evidence.iter().any(|why| FOR_PEOPLE.contains(&why.as_str()));
    let left: Vec<_> =
        judged.iter().filter(|(m, _, found)| m.is_some() && open(found)).map(|(m, host, _)| (*m, *host)).collect();
    for (member, host, mut found) in judged {
        if found.fix.is_some() && left.contains(&(member, host)) {
            found.fix = None;
            found.applicability = Applicability::Display;
            found.evidence.push("the same host stands in another text here, which is for a person to judge".to_owned());
        }
        cx.report(found);
    }
    for call in file.calls().filter(|c| c.name == "Append") {
        builder(&facts, call.node, cx);
    }
    Ok(())
}

/// Why a text is left as it is that only people read.
const FOR_PEOPLE: &[&str] =
    &["people read it", "people read what the function gives", "what it is put into only names or shows something"];

/// Whether a program reads the text as an address: it is a URL, or goes where one is read. Why not, otherwise.
fn goes_to_a_reader(facts: &CSharp<'_>, expr: &TextExpr<'_>, join: &Join<'_>) -> Result<(), &'static str> {
    let member = family::member(expr.node);
    if member.is_some_and(|m| tells(facts.file, m)) {
        return Err("people read what the function gives");
    }
    if matches!(facts.sink(expr.node), Some(Sink::Network(_))) || read_as_address(facts, expr.node).is_some() {
        return Ok(());
    }
    let member = member.and_then(|m| m.field("name")).map_or("", Node::text);
    let texts = expr.pieces.iter().filter_map(|p| if let Piece::Text { raw, .. } = p { Some(*raw) } else { None });
    let lead = texts.into_iter().next().and_then(|raw| raw.split("://").next()).unwrap_or_default();
    let is_url = join.url && !lead.contains([' ', '(', '>', '<', '\'']);
    match is_url {
        true if member == "ToString" || is_named(member) => Err("what it is put into only names or shows something"),
        true => Ok(()),
        false => Err("nothing here says that it is read as an address"),
    }
}

/// Whether a function gives a sentence elsewhere: `return "not configured";`.
fn tells(file: &File, member: Node<'_>) -> bool {
    let mut values = member.descendants().filter(|n| n.is("return_statement")).filter_map(|n| n.items().next());
    values.any(|value| {
        let text = file.text_expr(value);
        text.and_then(|t| t.value().map(|(raw, _)| raw.trim().contains(' '))).unwrap_or(false)
    })
}

/// Every join of a text.
fn joins<'a>(expr: &TextExpr<'a>, facts: &CSharp<'_>) -> Vec<Join<'a>> {
    let mut found: Vec<Join<'a>> = Vec::new();
    let mut rest = expr.clone();
    while let Some(mut join) = Join::find(&rest, facts) {
        let end = join.span.end;
        join.whole &= found.is_empty();
        found.push(join);
        let place = |p: &Piece<'_>| match p {
            Piece::Text { span, .. } | Piece::Hole { span, .. } => span.end > end,
        };
        rest.pieces = expr.pieces.iter().copied().filter(place).collect();
    }
    found
}

fn fix(file: &File, facts: &CSharp<'_>, expr: &TextExpr<'_>, join: &Join<'_>) -> Result<(Applicability, Fix), String> {
    if expr.node.ancestor(&["attribute_argument", "enum_member_declaration", "parameter"]).is_some()
        || constant(expr.node)
    {
        return Err("a constant cannot be worked out by a call".to_owned());
    }
    let holes = expr.holes().flatten().filter(|h| h.span() == join.host.span()).count();
    if holes > 1 {
        return Err("the host stands in the text more than once".to_owned());
    }
    if packs_four_bytes(file.tree().text()) {
        return Err("the file packs addresses into four bytes".to_owned());
    }
    if let Some(why) = read_otherwise(file, expr, join) {
        return Err(why.to_owned());
    }
    if constant_elsewhere(facts, join.host) {
        return Err("it is a constant that is not seen here".to_owned());
    }
    if of_endpoint(expr, join) {
        return Err("it is taken from an object with scheme, host and port, which may have a URL of its own".to_owned());
    }
    let ty = facts.type_of(join.host);
    let address = facts.type_of(unconverted_host(join.host));
    if let (Some("IPAddress"), Port::Value(port)) = (address.as_deref(), join.port)
        && let Some(fix) = endpoint(facts, expr, join, port)
    {
        // The end point itself; one that is made wants an address and a port that are right.
        let made = fix.needs.iter().any(|need| matches!(need, Need::Import { .. }));
        return Ok((if made { Applicability::Unsafe } else { Applicability::Safe }, fix));
    }
    let host = match ty.as_deref() {
        Some("string") => join.host.text().to_owned(),
        Some("IPAddress") if uses::simple(join.host) => format!("{}.ToString()", join.host.text()),
        None if last_name(join.host).is_some_and(|n| {
            n.to_ascii_lowercase().ends_with("host") || n.to_ascii_lowercase().ends_with("hostname")
        }) =>
        {
            join.host.text().to_owned()
        }
        Some(other) => return Err(format!("{} is a {other}", join.host.text())),
        None => return Err(format!("the type of {} is not seen here", join.host.text())),
    };
    let scheme = scheme(expr, join);
    if !facts.sources.around().declares("UriBuilder")
        && let Some(fix) = whole_uri(file, facts, expr, join, &host, &scheme)
    {
        let need = Need::Import { module: "System".into(), member: None, local: "UriBuilder".into() };
        return Ok((Applicability::Unsafe, fix.need(need)));
    }
    let tail = &host[join.host.text().len().min(host.len())..];
    let fix = by_function(file, expr.node, join.host, tail).ok_or("no function of the class can stand here")?;
    Ok((proven(ty.as_deref(), join.only_host), fix))
}

/// The host put through a function of the class that gives it its brackets.
fn by_function(file: &File, at: Node<'_>, host: Node<'_>, tail: &str) -> Option<Fix> {
    let function = Helper::Bracketed.at(file, at)?;
    let call = Edit::wrap(host.span(), format!("{}(", Helper::Bracketed.name()), format!("{tail})"));
    Some(Fix::new().edits(function).edits(call))
}

/// How sure it is that the function changes IPv6 addresses alone: a URL has colons, too.
fn proven(ty: Option<&str>, only_host: bool) -> Applicability {
    if ty == Some("string") && only_host { Applicability::Safe } else { Applicability::Unsafe }
}

/// Whether an expression is worked out by the compiler.
fn constant(node: Node<'_>) -> bool {
    let declaration = node.ancestor(&["field_declaration", "local_declaration_statement", "block"]);
    declaration.is_some_and(|d| !d.is("block") && d.children().any(|m| m.is("modifier") && m.text() == "const"))
}

/// Address and port as the end point that they are, or make.
fn endpoint(facts: &CSharp<'_>, expr: &TextExpr<'_>, join: &Join<'_>, port: Node<'_>) -> Option<Fix> {
    let inner = unconverted(port);
    let (mut text, mut needs) = (String::new(), Vec::new());
    let host = unconverted_host(join.host);
    if let Some((address, port)) = member_of(host, "Address").zip(member_of(inner, "Port")) {
        let same = address.text() == port.text() && host_port::repeatable(address);
        if same && facts.type_of(address).as_deref() == Some("IPEndPoint") {
            address.text().clone_into(&mut text);
        }
    }
    if text.is_empty() {
        if !matches!(facts.type_of(inner).as_deref(), Some("int" | "ushort")) {
            return None;
        }
        text = format!("new IPEndPoint({}, {})", host.text(), inner.text());
        needs.push(Need::Import { module: "System.Net".into(), member: None, local: "IPEndPoint".into() });
    }
    let edit = match expr.form {
        Form::Template if join.whole => Edit::replace(expr.node.span(), format!("{text}.ToString()")),
        Form::Template => Edit::replace(join.span, format!("{{{text}}}")),
        Form::Concat | Form::Format if join.whole => Edit::replace(expr.node.span(), format!("{text}.ToString()")),
        Form::Concat => Edit::replace(join.span, text),
        _ => return None,
    };
    let mut fix = Fix::new().edit(edit);
    fix.needs = needs;
    Some(fix)
}

/// What a member of this name is selected from.
fn member_of<'a>(node: Node<'a>, name: &str) -> Option<Node<'a>> {
    let named = node.is("member_access_expression") && node.field("name")?.text() == name;
    node.field("expression").filter(|_| named)
}

/// A port without the call that makes it text.
fn unconverted(port: Node<'_>) -> Node<'_> {
    let call = port.field("function").filter(|_| port.is("invocation_expression"));
    let Some(function) = call.filter(|f| f.field("name").is_some_and(|n| n.text() == "ToString")) else { return port };
    let first = uses::arguments(port).into_iter().next();
    let given = first.filter(|f| last_name(*f).is_some_and(naming::is_port));
    given.or(function.field("expression")).unwrap_or(port)
}

/// A host without the call that makes it text.
fn unconverted_host(host: Node<'_>) -> Node<'_> {
    let function =
        host.field("function").filter(|_| host.is("invocation_expression") && host.text().ends_with(".ToString()"));
    function.and_then(|f| f.field("expression")).unwrap_or(host)
}

/// The argument of a call that has one.
fn only(call: Node<'_>) -> Option<Node<'_>> {
    let arguments = uses::arguments(call);
    if let [only] = arguments.as_slice() { Some(*only) } else { None }
}

/// `.Append(host).Append(':').Append(port)`
fn builder(facts: &CSharp<'_>, colon: Node<'_>, cx: &mut Context<'_>) {
    let appends = |call: &Node<'_>| {
        call.is("invocation_expression")
            && call.field("function").and_then(|f| f.field("name")).is_some_and(|n| n.text() == "Append")
    };
    if !only(colon).is_some_and(|a| a.text() == "':'" || a.text() == "\":\"") {
        return;
    }
    let before = colon.field("function").and_then(|f| f.field("expression")).filter(appends);
    let behind = colon.parent().and_then(Node::parent).filter(appends);
    let Some((host, port)) = before.and_then(only).zip(behind.and_then(only)) else { return };
    let named = last_name(host).is_some_and(naming::is_host) && last_name(port).is_some_and(naming::is_port);
    if !named && facts.ip(host).is_none() || bracketed(facts, host).is_some() {
        return;
    }
    // `host:port@bus` is a node of a Redis cluster, whose host never has brackets.
    let next = behind.and_then(Node::parent).and_then(Node::parent).filter(appends).and_then(only);
    if next.is_some_and(|n| n.text().trim_start_matches('$').trim_start_matches(['\'', '"']).starts_with('@')) {
        return;
    }
    let why = format!("{} is called a host and {} a port", host.text(), port.text());
    let finding = Finding::new(host.span(), Role::Join.name(), MESSAGE).because(why);
    let member = family::member(colon).and_then(|m| m.field("name")).map_or("", Node::text);
    let url = before.is_some_and(|b| b.text().contains("://"));
    if !url && !is_read(member) && read_as_address(facts, colon).is_none() {
        return cx.report(finding.because("nothing here says that it is read as an address"));
    }
    let tail = match facts.type_of(host).as_deref() {
        Some("string") => "",
        Some("IPAddress") => ".ToString()",
        _ => return cx.report(finding.because("the type of the host is not seen here")),
    };
    let only_host = facts.ip(host).is_some() || last_name(host).is_some_and(host_port::names_ip);
    let applicability = proven(facts.type_of(host).as_deref(), only_host);
    cx.report(match by_function(facts.file, colon, host, tail) {
        Some(fix) => finding.fix(applicability, fix),
        None => finding.because("no function of the class can stand here"),
    });
}

/// Whether scheme, host and port are those of one object: `{e.Scheme}://{e.Host}:{e.Port}`.
fn of_endpoint(expr: &TextExpr<'_>, join: &Join<'_>) -> bool {
    let Some(object) = member_of(join.host, "Host") else { return false };
    let mut schemes = expr.holes().flatten().filter_map(|hole| member_of(hole, "Scheme"));
    schemes.any(|other| other.text() == object.text())
}
