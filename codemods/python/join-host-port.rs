//! # Put IPv6 hosts into brackets before a port
//!
//! In `host:port` and in URLs an IPv6 address stands in brackets: `[2001:db8::1]:80` (RFC 3986,
//! 3.2.2). Host names and IPv4 addresses stay as they are.
//!
//! ## Why it breaks
//! `f"http://{host}:{port}/"` gives `http://fd00::10:8080/`, in which nobody can tell the port from
//! the address. Most clients refuse it; some connect to a wrong port.
//!
//! ## Examples
//! ```py before
//! def url(host, port):
//!     return f"http://{host}:{port}/"
//! ```
//! ```py after unsafe
//! def url(host, port):
//!     host = f"[{host}]" if ":" in host and not host.startswith("[") else host
//!     return f"http://{host}:{port}/"
//! ```
//! A variable that has no other use gets the brackets where it gets its value:
//! ```py before
//! import socket
//!
//!
//! class App:
//!     def netloc(self):
//!         if self.ip == "":
//!             ip = "%s" % socket.gethostname()
//!         else:
//!             ip = self.ip
//!         return "{ip}:{port}".format(ip=ip, port=self.port)
//! ```
//! ```py after unsafe
//! import socket
//!
//!
//! class App:
//!     def netloc(self):
//!         if self.ip == "":
//!             ip = "%s" % socket.gethostname()
//!         else:
//!             ip = f"[{self.ip}]" if ":" in self.ip else self.ip
//!         return "{ip}:{port}".format(ip=ip, port=self.port)
//! ```
//! Where the host has other uses too, the brackets stand in the text alone:
//! ```py before
//! class Client:
//!     def dial(self):
//!         connect(self.host)
//!         self.socket.connect("tcp://%s:%i" % (self.host, self.port))
//!         self.address = self.pod_ip + ":" + str(self.port)
//!         self.base = f"https://{self.pod_ip}:8443/api"
//!         self.both = ":".join([self.pod_ip, str(self.port)])
//! ```
//! ```py after unsafe
//! class Client:
//!     def dial(self):
//!         connect(self.host)
//!         host = f"[{self.host}]" if ":" in self.host and not self.host.startswith("[") else self.host
//!         self.socket.connect("tcp://%s:%i" % (host, self.port))
//!         self.address = (f"[{self.pod_ip}]" if ":" in self.pod_ip else self.pod_ip) + ":" + str(self.port)
//!         pod_ip = f"[{self.pod_ip}]" if ":" in self.pod_ip else self.pod_ip
//!         self.base = f"https://{pod_ip}:8443/api"
//!         self.both = ":".join([f"[{self.pod_ip}]" if ":" in self.pod_ip else self.pod_ip, str(self.port)])
//! ```
//! A host that is worked out gets a name:
//! ```py before
//! from urllib.parse import urlparse
//!
//!
//! def proxy(url, config, port):
//!     parts = urlparse(url)
//!     first = f"{parts.hostname}:{parts.port}"
//!     second = f"http://{config['host']}:{port}"
//!     return first, second
//! ```
//! ```py after unsafe
//! from urllib.parse import urlparse
//!
//!
//! def proxy(url, config, port):
//!     parts = urlparse(url)
//!     hostname = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
//!     first = f"{hostname}:{parts.port}"
//!     host = config['host']
//!     if ":" in host and not host.startswith("["):
//!         host = f"[{host}]"
//!     second = f"http://{host}:{port}"
//!     return first, second
//! ```
//! One name serves all texts behind it:
//! ```py before
//! class Store:
//!     def connect(self):
//!         client = Client(f"http://{self.host}:{self.port}")
//!         if not client.ping():
//!             logger.error(f"no answer from http://{self.host}:{self.port}")
//! ```
//! ```py after unsafe
//! class Store:
//!     def connect(self):
//!         host = f"[{self.host}]" if ":" in self.host and not self.host.startswith("[") else self.host
//!         client = Client(f"http://{host}:{self.port}")
//!         if not client.ping():
//!             logger.error(f"no answer from http://{host}:{self.port}")
//! ```
//! A loop that comes by twice must not put two pairs of brackets:
//! ```py before
//! def urls(host, ports):
//!     for port in ports:
//!         yield f"http://{host}:{port}/"
//! ```
//! ```py after unsafe
//! def urls(host, ports):
//!     for port in ports:
//!         url_host = f"[{host}]" if ":" in host and not host.startswith("[") else host
//!         yield f"http://{url_host}:{port}/"
//! ```
//! Where no line can stand before it, the brackets stand in the text:
//! ```py before
//! def urls(hosts, port):
//!     return [f"http://{host}:{port}/" for host in hosts]
//! ```
//! ```py after unsafe
//! def urls(hosts, port):
//!     return [f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{port}/" for host in hosts]
//! ```
//! Python 2 has no f-strings:
//! ```py reported
//! from __future__ import print_function
//!
//!
//! def url(host, port):
//!     return "http://%s:%s/" % (host, port)
//! ```
//! Near-misses:
//! ```py unchanged
//! import socket
//!
//! HOST = "localhost"
//!
//!
//! def texts(file, line, user, password, repository, tag, host, port, ip, ip6):
//!     a = f"{file}:{line}"
//!     b = "%s:%s" % (user, password)
//!     c = repository + ":" + tag
//!     d = f"http://[{host}]:{port}/"
//!     e = f"http://{HOST}:{port}/"
//!     f = "{}:{}".format(socket.gethostname(), port)
//!     cache[f"{ip}:{port}"] = 1
//!     print(f"{ip}:{port}")
//!     raise ValueError(f"{ip}:{port} is no address")
//!     logger.info("at %s", ip + ":" + str(port) if ip else port)
//!     thread_name = f"{ip}:{port}"
//!     local = "[::1]" if public else "127.0.0.1"
//!     return f"http://{local}:{port}"
//!
//!
//! class Peer:
//!     def __repr__(self):
//!         return f"<Peer //{self.ip}:{self.port}>"
//! ```
//! ```py unchanged
//! def url(host, port):
//!     if ":" in host:
//!         host = f"[{host}]"
//!     return f"http://{host}:{port}/"
//!
//!
//! def other(host, port):
//!     if is_ipv6(host):
//!         return "[" + host + "]:" + str(port)
//!     return "%s:%s" % (host, port)
//! ```
//!
//! ## Safety
//! Unsafe: for host names and IPv4 addresses the text is today's, but that a name stands for a
//! host, and that it is text and never `None`, is taken from its name and its uses. A host that may
//! come with brackets is asked for them.
//!
//! ## References
//! - RFC 3986, 3.2.2: Host
//! - evidence: languages, 1.8 and 5.3 PY-FURL

use sixify_langs::names::{Decl, DeclKind, Scoping};
use sixify_langs::origin::Standing;
use sixify_langs::python::{self, File};
use sixify_langs::strings::{Form, TextExpr};
use sixify_langs::{classify, naming};

use crate::host_port::{Facts, Join, Sink, repeatable};
use crate::prelude::*;
use crate::python_code::{PyFacts, is_python2, is_test, level, name, own_lines, quote, statement};

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PYTHON],
    anchors: Anchors(&[
        &["}:{"],
        &["}:", "://"],
        &["%s:%"],
        &["%s:", "://"],
        &["\":\" +"],
        &["':' +"],
        &["+ \":"],
        &["+ ':"],
        &["\":\".join"],
        &["':'.join"],
    ]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::Join.name();
const MESSAGE: &str = "an IPv6 host needs brackets before a port";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = python::file(doc).filter(|_| !is_test(&doc.path)) else { return Ok(()) };
    let facts = PyFacts(&file);
    let mut places: Vec<Place<'_>> = Vec::new();
    for kind in ["string", "concatenated_string", "binary_operator", "call"] {
        for node in file.tree.all(kind) {
            let found = match file.text_expr(node) {
                Some(text) if outermost(&file, node) => Join::find(&text, &facts).map(|join| Place::of(join, &text)),
                _ => joined(&file, node, &facts),
            };
            let Some(place) = found else { continue };
            if let Some(reason) = needless(&file, &place) {
                cx.leave(Note { span: place.whole, role: ROLE, reason, evidence: place.why });
                continue;
            }
            places.push(place);
        }
    }
    places.sort_by_key(|p| p.whole);
    let old = !places.is_empty() && is_python2(&file);
    for (at, place) in places.iter().enumerate() {
        let finding = Finding::new(place.whole, ROLE, MESSAGE).because_all(place.why.clone());
        let before = places.get(..at).unwrap_or_default();
        // Python 2 has no f-strings.
        match fix(doc, &file, place, before).filter(|_| !old) {
            Some(fix) => cx.report(finding.fix(Applicability::Unsafe, fix)),
            None => cx.report(finding),
        }
    }
    Ok(())
}

/// A join, in whatever form.
struct Place<'a> {
    host: Node<'a>,
    hole: Span,
    whole: Span,
    form: Form,
    /// The expression around it.
    node: Node<'a>,
    why: Vec<String>,
}

impl<'a> Place<'a> {
    fn of(join: Join<'a>, text: &TextExpr<'a>) -> Place<'a> {
        // In `"%s" % host` the hole is `%s`, and the edit belongs to the operand.
        let hole = if text.form == Form::Format { join.host.span() } else { join.hole };
        let operand = join.hole == join.host.span();
        let form = if text.form == Form::Concat && !operand { Form::Template } else { text.form };
        Place { host: join.host, hole, whole: join.span, form, node: text.node, why: join.why }
    }
}

/// Whether no larger text holds this one.
fn outermost(file: &File, node: Node<'_>) -> bool {
    let mut around = node.parent();
    while let Some(parent) = around.filter(|p| p.is("parenthesized_expression")) {
        around = parent.parent();
    }
    match around {
        Some(p) if p.is_any(&["concatenated_string", "binary_operator"]) => file.text_expr(p).is_none(),
        Some(p) if p.is("attribute") => p.parent().is_none_or(|call| file.text_expr(call).is_none()),
        _ => true,
    }
}

/// `":".join([host, str(port)])`.
fn joined<'a>(file: &File, call: Node<'a>, facts: &PyFacts<'_>) -> Option<Place<'a>> {
    let function = call.field("function").filter(|f| call.is("call") && f.is("attribute"))?;
    if function.field("attribute")?.text() != "join" || file.string(function.field("object")?)? != ":" {
        return None;
    }
    let list = call.field("arguments")?.items().next().filter(|l| l.is_any(&["list", "tuple"]))?;
    let items: Vec<Node<'a>> = list.items().collect();
    let [host, port] = items.as_slice() else { return None };
    let called = |node: Node<'_>, what: fn(&str) -> bool| name(file, node).is_some_and(|n| what(&n));
    let other = matches!(facts.sink(call), Some(Sink::Other | Sink::People));
    let both = called(*host, naming::is_host) && called(*port, naming::is_port) && !other;
    both.then(|| Place {
        host: *host,
        hole: host.span(),
        whole: call.span(),
        form: Form::Format,
        node: call,
        why: vec![format!("{} is called a host and {} a port", host.text(), port.text())],
    })
}

/// Why a host needs no brackets.
fn needless(file: &File, place: &Place<'_>) -> Option<String> {
    let host = place.host;
    if never_ipv6(file, host) {
        return Some(format!("{} is no IPv6 address", host.text()));
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

/// Whether an expression never gives an IPv6 address.
fn never_ipv6(file: &File, expr: Node<'_>) -> bool {
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
fn bare(file: &File, host: Node<'_>) -> bool {
    let value = file.value(host).node;
    let called = |n: Node<'_>| name(file, n).unwrap_or_default();
    let words = naming::words(&called(host));
    let ip =
        words.iter().any(|w| matches!(w.as_str(), "ip" | "ips" | "ipaddr" | "ipaddress" | "peername" | "sockname"));
    // What is listened on goes to sockets, which take no brackets.
    let listens = words.iter().any(|w| matches!(w.as_str(), "bind" | "listen"));
    ip || listens || value.is("attribute") && value.field("attribute").is_some_and(|a| a.text() == "hostname")
}

/// Lines that give `name` the value of `host`, in brackets where it is an IPv6 address.
fn lines(name: &str, host: &str, never: bool, quote: char, indent: &str) -> String {
    let one = format!("{name} = {}\n{indent}", bracketed(host, never, quote));
    if one.len() <= 105 && !host.contains(['(', '[']) {
        return one;
    }
    let asked = if never { String::new() } else { format!(" and not {name}.startswith({quote}[{quote})") };
    let first = if name == host { String::new() } else { format!("{name} = {host}\n{indent}") };
    let level = level(indent);
    format!(
        "{first}if {quote}:{quote} in {name}{asked}:\n{indent}{level}{name} = f{quote}[{{{name}}}]{quote}\n{indent}"
    )
}

/// The host in brackets where it is an IPv6 address.
fn bracketed(host: &str, never: bool, quote: char) -> String {
    let asked = if never { String::new() } else { format!(" and not {host}.startswith({quote}[{quote})") };
    format!("f{quote}[{{{host}}}]{quote} if {quote}:{quote} in {host}{asked} else {host}")
}

fn fix(doc: &Document, file: &File, place: &Place<'_>, earlier: &[Place<'_>]) -> Option<Fix> {
    let host = place.host;
    let never = bare(file, host);
    let usual = quote(&doc.text);
    if host.is("identifier") {
        let (decl, scope) = file.names.resolve(host)?;
        if file.names.uses(&decl, scope).iter().filter(|n| !assigned(**n)).count() == 1 {
            if let Some(fix) = at_source(file, &decl, scope, place, usual) {
                return Some(fix);
            }
            if let Some(fix) = before(doc, file, &decl, scope, place, never) {
                return Some(fix);
            }
        }
    }
    let inline = repeatable(host).then(|| inline(doc, place, never, usual)).flatten();
    let short = inline.as_ref().is_some_and(|edit| place.form != Form::Template && fits(doc, edit));
    let named = || named(doc, file, place, earlier, usual, never);
    let inline = inline.map(|edit| Fix::new().edit(edit));
    if short { inline } else { named().or(inline) }
}

/// Whether a line is not too long after an edit.
fn fits(doc: &Document, edit: &Edit) -> bool {
    let line = doc.text.get(..edit.span.start).map_or(0, |t| t.len() - t.rfind('\n').map_or(0, |i| i + 1));
    let rest = crate::python_code::line_end(&doc.text, edit.span.end) - edit.span.end;
    line + edit.text.len() + rest <= 120
}

/// The brackets within the text itself.
fn inline(doc: &Document, place: &Place<'_>, never: bool, usual: char) -> Option<Edit> {
    let host = place.host;
    Some(match place.form {
        Form::Template => {
            let inner = inner_quote(place, &doc.text)?;
            Edit::replace(place.hole, format!("{{{}}}", bracketed(host.text(), never, inner)))
        }
        Form::Concat => Edit::replace(place.hole, format!("({})", bracketed(host.text(), never, usual))),
        _ => {
            let whole = host.parent().is_some_and(|p| p.is("binary_operator"));
            let text = bracketed(host.text(), never, usual);
            Edit::replace(place.hole, if whole { format!("({text})") } else { text })
        }
    })
}

/// Whether a name stands where it is given a value.
fn assigned(node: Node<'_>) -> bool {
    node.parent().is_some_and(|p| p.is("assignment") && p.field("left") == Some(node))
}

/// The other quotes than those of the f-string around a hole.
fn inner_quote(place: &Place<'_>, text: &str) -> Option<char> {
    let string = place.node.tree().smallest(place.hole);
    let string = std::iter::once(string).chain(string.ancestors()).find(|n| n.is("string"))?;
    let start = string.child("string_start")?.text();
    let inner = if start.contains('\'') { '"' } else { '\'' };
    let taken = place.hole.text(text).contains(['"', '\'']);
    (!taken).then_some(inner)
}

/// Brackets where a variable gets its values, when each value is a name or no IPv6 address.
fn at_source(file: &File, decl: &Decl, scope: Node<'_>, place: &Place<'_>, quote: char) -> Option<Fix> {
    if decl.kind != DeclKind::Variable || scope != function_of(place.node)? {
        return None;
    }
    let mut edits = Vec::new();
    let targets = scope.descendants().filter(|n| n.is("identifier") && n.text() == decl.name);
    for target in targets.filter(|n| file.names.resolve(*n).is_some_and(|(d, _)| d.node == decl.node)) {
        let used = file.names.scoping().is_use(target) && !assigned(target);
        if target == place.host || !used && !assigned(target) {
            continue;
        }
        let assignment = target.parent().filter(|_| assigned(target))?;
        let value = assignment.field("right")?;
        if never_ipv6(file, value) {
            continue;
        }
        if !repeatable(value) || value.is("none") {
            return None;
        }
        edits.push(Edit::replace(value.span(), bracketed(value.text(), bare(file, value), quote)));
    }
    (!edits.is_empty()).then(|| Fix::new().edits(edits))
}

fn function_of<'a>(node: Node<'a>) -> Option<Node<'a>> {
    node.ancestors()
        .find(|n| n.is_any(&["function_definition", "lambda", "module"]) || n.kind().ends_with("comprehension"))
}

/// Brackets in a line of their own before the statement with the join.
fn before(doc: &Document, file: &File, decl: &Decl, scope: Node<'_>, place: &Place<'_>, never: bool) -> Option<Fix> {
    if decl.kind == DeclKind::Import || Some(scope) != function_of(place.node) || scope.is("module") {
        return None;
    }
    let statement = plain_statement(place.node)?;
    // The second time round, the brackets would be there already.
    let declared = file.tree.node(decl.node);
    let again = statement.ancestors().take_while(|n| *n != scope).any(|n| {
        n.is("while_statement") || n.is("for_statement") && n.field("left").is_none_or(|left| !left.holds(declared))
    });
    let body_of_loop =
        statement.ancestors().any(|n| n.is("for_statement") && n.field("body").is_some_and(|b| b.holds(declared)));
    if again && !body_of_loop {
        return None;
    }
    let indent = own_lines(&doc.text, statement)?;
    let lines = lines(&decl.name, &decl.name, never, quote(&doc.text), indent);
    Some(Fix::new().edit(Edit::insert(statement.start(), lines)))
}

/// The statement around an expression, when a line before it is met whenever the expression is.
fn plain_statement<'a>(node: Node<'a>) -> Option<Node<'a>> {
    let statement = statement(node)?;
    let plain = statement.is_any(&["expression_statement", "return_statement", "raise_statement", "assert_statement"]);
    let inside = node.ancestors().take_while(|n| *n != statement);
    let within = inside
        .into_iter()
        .any(|n| n.is("lambda") || n.kind().contains("comprehension") || n.is("generator_expression"));
    (plain && !within).then_some(statement)
}

/// A name for a host with its brackets, in a line of its own before the statement, or before an
/// earlier one that wants the same.
fn named(
    doc: &Document,
    file: &File,
    place: &Place<'_>,
    earlier: &[Place<'_>],
    quote: char,
    never: bool,
) -> Option<Fix> {
    let host = place.host;
    let statement = plain_statement(place.node)?;
    let text = host.text();
    let simple = host.is_any(&["identifier", "subscript", "call", "attribute", "boolean_operator"]);
    if !simple || text.contains('\n') || text.contains("await ") {
        return None;
    }
    // `self.pod_ip` becomes `pod_ip`, and a name that is taken `url_host`.
    let own = name(file, host).unwrap_or_default().to_ascii_lowercase();
    let word = own.starts_with(|c: char| c.is_alphabetic()) && own.chars().all(|c| c.is_alphanumeric() || c == '_');
    let own = if word && !host.is("call") { own } else { "host".to_owned() };
    let function = function_of(statement)?;
    let used = |n: &str| function.descendants().any(|d| d.text() == n && file.names.scoping().is_use(d));
    let free = [own, "url_host".to_owned(), "bracketed_host".to_owned()]
        .into_iter()
        .find(|n| file.names.lookup(place.node, n).is_none() && !used(n))?;
    // Another host of that name in the same function would want the name too.
    let called = name(file, host);
    let others = function.descendants().filter(|n| n.kind() == host.kind() && n.text() != text);
    let taken = |n: &Node<'_>| name(file, *n) == called && statement.holds(*n);
    if others.into_iter().any(|n| taken(&n)) {
        return None;
    }
    let at = earlier.iter().filter(|p| p.host.text() == text).find_map(|p| shared(p, statement)).unwrap_or(statement);
    let indent = own_lines(&doc.text, at)?;
    let hole = if place.form == Form::Template { format!("{{{free}}}") } else { free.clone() };
    let lines = lines(&free, text, never, quote, indent);
    Some(Fix::new().edit(Edit::insert(at.start(), lines)).edit(Edit::replace(place.hole, hole)))
}

/// The statement of an earlier join, when every way to a statement leads past it, and the host is
/// the same there.
fn shared<'a>(earlier: &Place<'a>, statement: Node<'_>) -> Option<Node<'a>> {
    let first = plain_statement(earlier.node).filter(|_| earlier.form == Form::Template)?;
    let around = first.parent()?.holds(statement) && function_of(first)? == function_of(statement)?;
    let root = earlier.host.text().split(['.', '[']).next()?;
    let changed = first
        .parent()?
        .descendants()
        .filter(|n| n.is_any(&["assignment", "augmented_assignment", "for_statement"]))
        .any(|n| {
            let left = n.field("left").map_or("", Node::text);
            n.start() > first.end() && n.end() < statement.start() && (left == root || left == earlier.host.text())
        });
    (around && !changed).then_some(first)
}
