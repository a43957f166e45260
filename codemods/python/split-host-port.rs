//! # Split host and port at the last colon
//!
//! An address with a port has its port behind the last colon: `[2001:db8::1]:80`. `split(":")`
//! takes an IPv6 address into many parts.
//!
//! ## Why it breaks
//! `host, port = address.split(":")` raises `ValueError: too many values to unpack` for an IPv6
//! address, and `address.split(":")[0]` gives `[2001`.
//!
//! ## Examples
//! ```py before
//! def parse(endpoint):
//!     try:
//!         ipv4, port = endpoint.split(":")
//!     except ValueError:
//!         raise Failure(f"not an endpoint: {endpoint}")
//!     return ipv4, port
//! ```
//! ```py after unsafe
//! def parse(endpoint):
//!     try:
//!         ipv4, port = endpoint.rsplit(":", 1)
//!         ipv4 = ipv4.strip("[]")
//!     except ValueError:
//!         raise Failure(f"not an endpoint: {endpoint}")
//!     return ipv4, port
//! ```
//! The host goes without brackets wherever it goes but into text:
//! ```py before
//! import socket
//!
//!
//! def dial(address):
//!     host, port = address.split(":", 1)
//!     return socket.create_connection((host, int(port)))
//! ```
//! ```py after unsafe
//! import socket
//!
//!
//! def dial(address):
//!     host, port = address.rsplit(":", 1)
//!     host = host.strip("[]")
//!     return socket.create_connection((host, int(port)))
//! ```
//! ```py before
//! class Client:
//!     def __init__(self, master):
//!         self.host, port = master.split(":")
//!         self.port = int(port)
//!
//!     def start(self, reactor, factory):
//!         reactor.connectTCP(self.host, self.port, factory)
//! ```
//! ```py after unsafe
//! class Client:
//!     def __init__(self, master):
//!         self.host, port = master.rsplit(":", 1)
//!         self.host = self.host.strip("[]")
//!         self.port = int(port)
//!
//!     def start(self, reactor, factory):
//!         reactor.connectTCP(self.host, self.port, factory)
//! ```
//! The host of an address that may have no port, where something dials it:
//! ```py before
//! import socket
//!
//! def dial(server_address):
//!     ip = server_address.partition(":")[0]
//!     return socket.create_connection((ip, 80))
//!
//! def port(server_address):
//!     return int(server_address.split(":")[1])
//! ```
//! ```py after unsafe
//! import socket
//! from urllib.parse import urlsplit
//!
//! def dial(server_address):
//!     ip = urlsplit("//" + server_address).hostname or ""
//!     return socket.create_connection((ip, 80))
//!
//! def port(server_address):
//!     return int(server_address.rsplit(":", 1)[1])
//! ```
//! Where nothing shows that it is dialled, where more is cut, and where the code asks for a colon, a person has
//! to look:
//! ```py reported
//! def host(request):
//!     return request.get_host().split(":")[0]
//! ```
//! ```py reported
//! def parse(host):
//!     if ":" in host:
//!         host, port = host.split(":")
//!     else:
//!         port = 80
//!     return host, port
//! ```
//! ```py reported
//! def parts(server_address):
//!     host = server_address.split(":")[0]
//!     port = int(server_address.split(":")[1])
//!     return connect((host, port))
//! ```
//! An IPv6 address without a port has more than one colon, which an error may have told so far:
//! ```py reported
//! def parse(host):
//!     try:
//!         host, port = host.split(":")
//!     except ValueError:
//!         port = 80
//!     return host, port
//! ```
//! Parts that are kept are for a person to decide:
//! ```py reported
//! def parse(address):
//!     parts = address.split(":")
//!     if len(parts) > 1:
//!         return parts[0], int(parts[1])
//!     return parts[0], 80
//! ```
//! ```py reported
//! def parse(netloc):
//!     host, _, port = netloc.partition(":")
//!     return host, port or 80
//! ```
//! Near-misses:
//! ```py unchanged
//! def other(image, credentials, line, address, mac, time):
//!     name, tag = image.split(":")
//!     user, password = credentials.split(":", 1)
//!     key, value = line.split(":")
//!     host, port = address.rsplit(":", 1)
//!     hour, minute = time.split(":")
//!     address_book = address.split(",")[0]
//!     proto = address.split(":")[0] if ":" in address else "tcp"
//!     host, path = address.split(":")
//!     scheme = netloc[:8].split(":", 1)[0]
//!     proto = netloc.split(":")[0]
//!     domain = self.site_address.split(":")[0]
//!     if len(address.split(":")) == 2:
//!         host, port = address.split(":")
//!     return mac.split(":")[0]
//! ```
//!
//! ## Safety
//! Unsafe: for `host:port` with a name or an IPv4 address the parts are today's, and a text
//! without a port does what it did. More than one colon was an error before. `hostname` is in
//! lower case. That text is an address is taken from its name and those of its parts.
//!
//! ## References
//! - RFC 3986, 3.2.2: Host
//! - Python documentation: urllib.parse.urlsplit()
//! - evidence: languages, 5.3 PY-SPLIT

use sixify_langs::python::{self, File};
use sixify_langs::{classify, naming};

use crate::prelude::*;
use crate::python_code::{is_python2, name, quote, runs_on_python2, statement};
use crate::python_splits::{
    Host, authority, dotted, falls_back, half, is_cut_again, is_dialled, matched, stripped, urlsplit,
};

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PYTHON],
    anchors: Anchors(&[
        &["split(\":\""],
        &["split(':'"],
        &["partition(\":\""],
        &["partition(':'"],
        &["index(\":\""],
        &["index(':'"],
        &["find(\":\""],
        &["find(':'"],
    ]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::Split.name();
const MESSAGE: &str = "the text before a colon is the host only for names and IPv4 addresses";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    // A migration is run once, on what there was when it was written.
    let past = doc.folder().split('/').any(|f| matches!(f, "migrations" | "alembic_migrations" | "alembic"));
    let Some(file) = python::file(doc).filter(|_| !past) else { return Ok(()) };
    for call in file.tree.all("call") {
        let Some(mut split) = Split::of(&file, call) else { continue };
        split.old = is_python2(&file) || runs_on_python2(doc, cx);
        let Some(finding) = split.finding(doc, &file) else { continue };
        cx.report(match dotted(&file, call, split.text.text()) {
            Some(condition) => {
                let why = format!("only what has dots comes here: {}", condition.text());
                Finding::new(finding.span, ROLE, MESSAGE).because(why)
            }
            None => finding,
        });
    }
    Ok(())
}

/// A call that takes text apart at a colon.
struct Split<'a> {
    call: Node<'a>,
    text: Node<'a>,
    method: &'a str,
    /// What the text is called.
    called: String,
    /// Whether the file is for Python 2 as well, which has `urlsplit` elsewhere.
    old: bool,
}

impl<'a> Split<'a> {
    fn of(file: &File, call: Node<'a>) -> Option<Split<'a>> {
        let function = call.field("function").filter(|f| f.is("attribute"))?;
        let method = function.field("attribute")?.text();
        if !matches!(method, "split" | "partition" | "find" | "index") {
            return None;
        }
        let separator = file.argument(call, Some(0), Some("sep"))?;
        if file.string(separator)? != ":" {
            return None;
        }
        let limit = file.argument(call, Some(1), Some("maxsplit"));
        if limit.is_some_and(|n| n.text() != "1") {
            return None;
        }
        // A piece of an address is something else.
        let text = function.field("object").filter(|t| t.field("subscript").is_none_or(|s| !s.is("slice")))?;
        Some(Split { call, text, method, called: name(file, text)?, old: false })
    }

    fn finding(&self, doc: &Document, file: &File) -> Option<Finding> {
        let finding = |span: Span| {
            Finding::new(span, ROLE, MESSAGE).because(format!("{} is called {}", self.text.text(), self.called))
        };
        if matches!(self.method, "find" | "index") {
            let address = address(&self.called);
            return (address && !aware(self.call)).then(|| finding(self.call.span()));
        }
        let parent = self.call.parent()?;
        match parent.kind() {
            "subscript" => self.part(file, parent, finding),
            "assignment" if parent.field("right") == Some(self.call) => self.assigned(doc, file, parent, finding),
            _ => None,
        }
    }

    /// `text.split(":")[0]`.
    fn part(&self, file: &File, whole: Node<'_>, finding: impl Fn(Span) -> Finding) -> Option<Finding> {
        let index = whole.field("subscript")?.text();
        let given = given_to(whole);
        let host = given.as_deref().is_some_and(naming::is_host);
        let port = given.as_deref().is_some_and(naming::is_port)
            || whole
                .parent()
                .is_some_and(|p| p.parent().is_some_and(|c| c.is("call") && file.called_name(c) == Some("int")));
        let sure = address(&self.called);
        let likely = naming::is_host(&self.called);
        // `proto = listen.split(":")[0]` is about something else.
        let lower = self.called.to_ascii_lowercase();
        let certain =
            matches!(lower.as_str(), "get_host" | "http_host" | "netloc" | "hostport" | "host_port" | "remote_addr");
        let named = given.as_deref().is_some_and(|g| naming::words(g).last().is_some_and(|w| w == "name"));
        let known = host || port || certain && named;
        let else_given = given.as_deref().is_some_and(|g| !naming::is_address(g) && !ip(g)) && !known;
        // A name in the DNS has no colon of its own.
        let scheme = given.as_deref().is_some_and(|g| {
            let last = naming::words(g).pop().unwrap_or_default();
            matches!(
                last.as_str(),
                "scheme" | "proto" | "protocol" | "user" | "domain" | "subdomain" | "tenant" | "site"
            )
        });
        // `remote = "storage:path"` is what is mounted, synchronised or pulled from.
        let scheme = scheme || named && lower == "remote";
        if scheme || else_given || !(sure || likely && (host || port)) || aware(self.call) {
            return None;
        }
        let found = finding(whole.span());
        let holder = whole.parent().filter(|p| p.is("assignment")).and_then(|p| p.field("left"));
        if holder.is_some_and(|left| left.is("subscript") && left.text().to_ascii_lowercase().contains("header")) {
            return Some(found.because("a header has its brackets"));
        }
        if holder.is_some_and(|left| matched(file, whole, left.text())) {
            return Some(found.because("only names match what is asked of it"));
        }
        // Who gets it may only look for a word in a name.
        if index == "0" && !host && !certain && !given.as_deref().is_some_and(|g| naming::is_address(g) || ip(g)) {
            return Some(found);
        }
        Some(match index {
            // Cut twice, the same host would be spelled twice; what nothing dials may want its brackets.
            "0" if authority(file, self.text).is_none() && (is_cut_again(self.call) || !is_dialled(file, whole)) => {
                found.because("nothing shows that the host is dialled")
            }
            "0" => {
                let quote = quote(file.tree.text());
                let text = self.text.text();
                // Without a host there is `None`, where there was an empty text.
                let never_empty = text.ends_with("get_host()") || text.ends_with("request.host");
                let or = whole.parent().is_some_and(|p| {
                    p.is("boolean_operator")
                        && p.field("left") == Some(whole)
                        && p.field("operator").is_some_and(|o| o.text() == "or")
                });
                let alone = whole.parent().is_some_and(|p| {
                    p.is_any(&[
                        "assignment",
                        "argument_list",
                        "return_statement",
                        "keyword_argument",
                        "expression_list",
                    ])
                });
                let (open, close) = match (never_empty || or, alone) {
                    (true, _) => ("", String::new()),
                    (false, true) => ("", format!(" or {quote}{quote}")),
                    (false, false) => ("(", format!(" or {quote}{quote})")),
                };
                if let Some(name) = authority(file, self.text) {
                    let edit = Edit::replace(Span::new(name.start(), whole.end()), format!("hostname{close}"));
                    let fix = Fix::new().edit(edit);
                    let fix = if open.is_empty() { fix } else { fix.edit(Edit::insert(whole.start(), open)) };
                    return Some(found.fix(Applicability::Unsafe, fix));
                }
                let (function, need) = urlsplit(file, whole);
                let fix = Fix::new()
                    .edit(Edit::insert(whole.start(), format!("{open}{function}({quote}//{quote} + ")))
                    .edit(Edit::replace(Span::new(self.text.end(), whole.end()), format!(").hostname{close}")));
                // `a or b` would bind the other way round.
                let simple =
                    self.text.is_any(&["identifier", "attribute", "subscript", "call"]) && !text.contains('\n');
                if !simple || self.old && need.is_some() {
                    return Some(found);
                }
                found.fix(Applicability::Unsafe, need.into_iter().fold(fix, Fix::need))
            }
            // An IPv6 address without a port has colons, too.
            "1" | "2" if self.is_asked(file, whole) => found.because("what has a colon need not have a port"),
            // `peer.split(":")[1]` of `ipv4:192.0.2.1:80` is a host.
            "1" | "2" if !port => return None,
            "1" | "2" if half(file, whole, &self.called) || is_cut_again(self.call) => {
                found.because("the host beside it is cut at the first colon")
            }
            "1" if self.method == "split" => found.fix(Applicability::Unsafe, Fix::new().edits(self.rsplit(file))),
            "2" if self.method == "partition" => {
                let method = self.method_name()?;
                found.fix(Applicability::Unsafe, Fix::new().edit(Edit::insert(method.start(), "r")))
            }
            _ => return None,
        })
    }

    /// Whether a condition `":" in text` stands around the split.
    fn is_asked(&self, file: &File, whole: Node<'_>) -> bool {
        let around = whole.ancestors().take_while(|n| !n.is("function_definition"));
        let mut around = around.filter(|n| n.is_any(&["if_statement", "elif_clause", "conditional_expression"]));
        around.any(|n| {
            let parts = n.field("condition").or_else(|| n.items().nth(1).filter(|_| n.is("conditional_expression")));
            let sides = parts.map_or(Vec::new(), |condition| condition.items().collect());
            let [colon, text] = sides.as_slice() else { return false };
            file.string(*colon).as_deref() == Some(":") && text.text() == self.text.text()
        })
    }

    fn method_name(&self) -> Option<Node<'a>> {
        self.call.field("function")?.field("attribute")
    }

    /// `rsplit(":", 1)`.
    fn rsplit(&self, file: &File) -> Vec<Edit> {
        let mut edits: Vec<Edit> = self.method_name().map(|m| Edit::insert(m.start(), "r")).into_iter().collect();
        if file.argument(self.call, Some(1), Some("maxsplit")).is_none()
            && let Some(last) = self.call.field("arguments").and_then(|a| a.items().last())
        {
            edits.push(Edit::insert(last.end(), ", 1"));
        }
        edits
    }

    /// `host, port = text.split(":")`, or one name for all parts.
    fn assigned(
        &self,
        doc: &Document,
        file: &File,
        whole: Node<'a>,
        finding: impl Fn(Span) -> Finding,
    ) -> Option<Finding> {
        let left = whole.field("left")?;
        let names: Vec<Node<'a>> = left.items().collect();
        let named = |at: usize| names.get(at).and_then(|n| name(file, *n)).unwrap_or_default();
        if left.is_any(&["pattern_list", "tuple_pattern"]) {
            let last = names.len().checked_sub(1)?;
            let host = naming::is_host(&named(0)) || naming::is_address(&named(0)) || ip(&named(0));
            let port = naming::is_port(&named(last));
            let sure = address(&self.called);
            // `host, path = address.split(":")` is of another kind.
            let second = names.get(last).map_or("", |n| n.text());
            let spare = second.starts_with('_') || named(last).len() < 2 || named(last) == "rest";
            let pair = host && port || sure && (port || host && spare);
            if !pair || aware(self.call) {
                return None;
            }
            let found = finding(whole.span()).because(format!("its parts are called {} and {}", named(0), named(last)));
            if self.method != "split" || names.len() != 2 || falls_back(whole) {
                return Some(found);
            }
            // A condition about colons would have to be another one, too.
            if self.is_asked(file, whole) || is_cut_again(self.call) {
                return Some(found.because("the code around it cuts, or asks, at the first colon as well"));
            }
            let mut fix = Fix::new().edits(self.rsplit(file));
            match stripped(doc, file, whole, *names.first()?) {
                Host::InText => {}
                Host::Bare(edit) => fix = fix.edit(edit),
                Host::Kept => return Some(found.because("its brackets stay where it goes, or only IPv4 is looked up")),
            }
            return Some(found.fix(Applicability::Unsafe, fix));
        }
        // All parts under one name: the host is one of them.
        let parts = left.is("identifier").then(|| file.names.resolve(left))??;
        let uses = file.names.uses(&parts.0, parts.1);
        let host = uses.iter().any(|n| {
            let first =
                n.parent().filter(|p| p.is("subscript") && p.field("subscript").is_some_and(|s| s.text() == "0"));
            first.is_some_and(|f| given_to(f).is_some_and(|g| naming::is_host(&g)))
        });
        let likely = naming::is_host(&self.called) && host;
        ((address(&self.called) || likely) && !aware(self.call)).then(|| finding(whole.span()))
    }
}

/// Whether a name is surely that of a host with a port, or of one without.
fn address(name: &str) -> bool {
    let words = naming::words(name);
    let last = words.last().map_or("", String::as_str);
    let exact = matches!(
        name.to_ascii_lowercase().as_str(),
        "host"
            | "get_host"
            | "http_host"
            | "netloc"
            | "hostport"
            | "host_port"
            | "remote_addr"
            | "http_x_forwarded_host"
    );
    exact
        || matches!(last, "addr" | "address" | "endpoint" | "hostport" | "netloc" | "listen" | "bind")
            && !words.iter().any(|w| {
                matches!(w.as_str(), "mac" | "email" | "mail" | "hw" | "bluetooth" | "memory" | "pci" | "physical")
            })
}

fn ip(name: &str) -> bool {
    naming::words(name).iter().any(|w| w.starts_with("ip"))
}

/// The name that an expression is given to.
fn given_to(expr: Node<'_>) -> Option<String> {
    let parent = expr.parent()?;
    match parent.kind() {
        "assignment" => Some(parent.field("left")?.text().rsplit('.').next()?.to_owned()),
        "keyword_argument" => Some(parent.field("name")?.text().to_owned()),
        "argument_list" => {
            let call = parent.parent()?;
            let int = call.field("function").is_some_and(|f| f.text() == "int" || f.text() == "str");
            int.then(|| given_to(call))?
        }
        "parenthesized_expression" | "tuple" | "conditional_expression" | "boolean_operator" => given_to(parent),
        _ => None,
    }
}

/// Whether the code around a split knows of IPv6 already.
fn aware(call: Node<'_>) -> bool {
    let around = call.ancestor(&["function_definition"]).or_else(|| statement(call));
    let text = around.map_or("", Node::text).to_ascii_lowercase();
    // `if len(text.split(":")) == 2`: there is one colon.
    let counted = |n: Node<'_>| {
        let condition = n.field("condition").map_or("", Node::text).replace(' ', "").replace('"', "'");
        condition.contains(".split(':'))==2") || condition.contains(".count(':')==1")
    };
    if call.ancestors().filter(|n| n.is_any(&["if_statement", "conditional_expression"])).any(counted) {
        return true;
    }
    ["ipv6", "\"[\"", "'['", "\"]\"", "']'", "\"::", "'::", "inet6", "count(\":\")", "count(':')"]
        .iter()
        .any(|word| text.contains(word))
}
