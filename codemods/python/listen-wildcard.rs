//! # Let Python servers listen on IPv6 too
//!
//! Flask, werkzeug, gunicorn, hypercorn, Django's `runserver`, Twisted, cheroot, gevent and their
//! kin open the one socket that they are told to: `0.0.0.0` is IPv4 alone, and `::` is both
//! families on Linux.
//!
//! ## Why it breaks
//! On an IPv6-only host or pod nothing can reach a listener on `0.0.0.0`: the server starts, says
//! so in its log, and no request ever arrives.
//!
//! ## Examples
//! A configuration module of gunicorn:
//! ```py before path=gunicorn.conf.py
//! import os
//!
//! bind = f"0.0.0.0:{os.getenv('PORT', 8000)}"
//! workers = 2
//! ```
//! ```py after path=gunicorn.conf.py
//! import os
//!
//! bind = f"[::]:{os.getenv('PORT', 8000)}"
//! workers = 2
//! ```
//! ```py before path=deploy/gunicorn_conf.py
//! import os
//!
//! host = os.getenv("HOST", "0.0.0.0")
//! port = os.getenv("PORT", "80")
//! bind_env = os.getenv("BIND", None)
//! use_bind = bind_env if bind_env else f"{host}:{port}"
//!
//! bind = use_bind
//! ```
//! ```py after unsafe path=deploy/gunicorn_conf.py
//! import os
//!
//! host = os.getenv("HOST", "[::]")
//! port = os.getenv("PORT", "80")
//! bind_env = os.getenv("BIND", None)
//! use_bind = bind_env if bind_env else f"{host}:{port}"
//!
//! bind = use_bind
//! ```
//! Servers that are started by a call:
//! ```py before
//! import argparse
//!
//! from flask import Flask
//! from hypercorn.config import Config
//! from gunicorn.app.base import BaseApplication
//! from gevent.pywsgi import WSGIServer
//!
//! app = Flask(__name__)
//! parser = argparse.ArgumentParser()
//! parser.add_argument("--host", default="0.0.0.0")
//! args = parser.parse_args()
//! config = Config()
//! config.bind = ["0.0.0.0:8001"]
//! options = {"bind": "0.0.0.0:8002", "workers": 2}
//! WSGIServer(("0.0.0.0", 8003), app).start()
//! app.run(host=args.host, port=8000)
//! ```
//! ```py after unsafe
//! import argparse
//!
//! from flask import Flask
//! from hypercorn.config import Config
//! from gunicorn.app.base import BaseApplication
//! from gevent.pywsgi import WSGIServer
//!
//! app = Flask(__name__)
//! parser = argparse.ArgumentParser()
//! parser.add_argument("--host", default="::")
//! args = parser.parse_args()
//! config = Config()
//! config.bind = ["[::]:8001"]
//! options = {"bind": "[::]:8002", "workers": 2}
//! WSGIServer(("::", 8003), app).start()
//! app.run(host=args.host, port=8000)
//! ```
//! Twisted listens on IPv4 when it is not told otherwise:
//! ```py before
//! from django.core.management import execute_from_command_line
//! from twisted.internet import reactor
//!
//! reactor.listenTCP(8000, factory)
//! reactor.listenTCP(8001, factory, interface="0.0.0.0")
//! execute_from_command_line(["manage.py", "runserver", "0.0.0.0:8000"])
//! ```
//! ```py after unsafe
//! from django.core.management import execute_from_command_line
//! from twisted.internet import reactor
//!
//! reactor.listenTCP(8000, factory, interface="::")
//! reactor.listenTCP(8001, factory, interface="::")
//! execute_from_command_line(["manage.py", "runserver", "[::]:8000"])
//! ```
//! What listens is not seen, and which spelling is right depends on it:
//! ```py reported
//! class Settings:
//!     host: str = "0.0.0.0"
//! ```
//! ```py reported
//! def configure(parser):
//!     parser.add_argument("--bind-address", default="0.0.0.0")
//! ```
//! A listener on loopback, which only IPv4 clients on this machine reach:
//! ```py reported path=gunicorn.conf.py
//! bind = "127.0.0.1:8000"
//! workers = 3
//! ```
//! Near-misses:
//! ```py unchanged path=gunicorn.conf.py
//! bind = ["0.0.0.0:8000", "[::]:8000"]
//! workers = 3
//! ```
//! ```py unchanged
//! from flask import Flask
//!
//! app = Flask(__name__)
//! app.run(host="::")
//! app.run(host="10.0.0.0")
//! app.run()
//! ROUTE = "0.0.0.0/0"
//! is_wildcard = host == "0.0.0.0"
//! WILDCARDS = ("0.0.0.0", "::")
//! networks = {"0.0.0.0": {"proxy": None}}
//! remote_ip = "0.0.0.0"
//! ```
//! ```py unchanged mode=ipv6-capable
//! from flask import Flask
//!
//! Flask(__name__).run(host="0.0.0.0")
//! ```
//!
//! ## Safety
//! Safe where `bind` of gunicorn is written out in its configuration module. Measured: with `[::]` it
//! is reached on every address of `v6only`, `dual` and `v4only`; it inherits `net.ipv6.bindv6only`
//! and loses IPv4 clients where that is 1 (`dual-b6`), and does not start on a kernel without IPv6
//! (`v4kernel`). Unsafe elsewhere. IPv4 peers appear as `::ffff:a.b.c.d`, which comparisons and lists
//! of trusted peers must know.
//!
//! ## References
//! - gunicorn documentation: Settings, bind
//! - evidence: languages, 1.2, 1.6 and 5.3 PY-GUNICORN4, PY-HYPERCORN4, PY-FLASK4, PY-DJANGO4,
//!   PY-TWISTED4

use std::collections::BTreeSet;

use sixify_langs::address::{self, AddressClass};
use sixify_langs::python::{self, File, Value};
use sixify_langs::{Mode, classify, naming};

use crate::catalog::{self, Api, Catalog};
use crate::prelude::*;
use crate::python_code::{callee, is_test};
use crate::wildcard::{self, Place, Shape};

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PYTHON],
    anchors: Anchors(&[
        &["0.0.0.0"],
        &["bind", "workers"],
        &["bind", "gunicorn"],
        &["listenTCP"],
        &["listenUDP"],
        &["start_http_server"],
    ]),
    specificity: 0,
    run,
};

const WHAT: &str = "a server on 0.0.0.0 is not reached over IPv6; `::` is both families on Linux";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return Ok(());
    }
    let Some(file) = python::file(doc).filter(|_| !is_test(&doc.path)) else { return Ok(()) };
    let sheet = catalog::apis(cx.options(), "python");
    let mut seen = BTreeSet::new();
    for listener in listeners(doc, &file, sheet, &policy) {
        if let Some(span) = listener.literal {
            seen.insert(span);
        }
        listener.report(cx, &mut seen);
    }
    for literal in file.tree.all("string").filter(|n| !seen.contains(&n.span())) {
        if let Some(finding) = unseen(&file, literal) {
            cx.report(finding);
        }
    }
    Ok(())
}

/// What a server is told to listen on.
struct Listener<'a> {
    /// Where it is told; what is reported when it is not told anything.
    place: Node<'a>,
    /// What tells it, for people.
    what: String,
    chain: Vec<String>,
    evidence: String,
    /// The literal that was looked at, so that nobody looks again.
    literal: Option<Span>,
    role: Role,
    /// How far the change is proven.
    how: Applicability,
    found: Found,
}

enum Found {
    /// The IPv4 wildcard, and what changes it.
    Wildcard(Vec<Edit>),
    /// The IPv4 wildcard, which other code needs as it is, or whose server needs something else.
    Reported(&'static str),
    /// IPv4 loopback.
    Loopback,
    /// Something else.
    Other,
}

impl Listener<'_> {
    fn report(self, cx: &mut Context<'_>, seen: &mut BTreeSet<Span>) {
        let role = self.role.name();
        let span = self.literal.unwrap_or(self.place.span());
        let finding = |message: &str| {
            let finding = Finding::new(span, role, message).because(self.what.clone());
            finding.because_all(self.chain.clone()).because(self.evidence.clone())
        };
        match self.found {
            Found::Wildcard(edits) => {
                // A literal inside a larger text is looked at by its own place.
                seen.extend(edits.iter().map(|e| Span::new(e.span.start.saturating_sub(1), e.span.end + 1)));
                cx.report(finding(WHAT).fix(self.how, Fix::new().edits(edits)));
            }
            Found::Reported(why) => cx.report(finding(why)),
            Found::Loopback => cx.report(finding(
                "a server on 127.0.0.1 is reached by clients of this machine alone, and only when they use IPv4",
            )),
            Found::Other => {}
        }
    }
}

fn listeners<'a>(doc: &Document, file: &'a File, sheet: &'a Catalog, policy: &Policy) -> Vec<Listener<'a>> {
    let mut found = Vec::new();
    for call in file.tree.all("call") {
        let path = callee(file, call);
        for row in path.iter().flat_map(|p| sheet.api(p)).filter(|row| row.wildcard.as_deref() == Some("ipv4")) {
            let what = place_name(path.as_deref().unwrap_or(""), row);
            match file.argument(call, row.argument.checked_sub(1), row.keyword.as_deref()) {
                Some(argument) => found.push(listener(file, argument, row, what, policy)),
                None => found.extend(told_nothing(file, call, row, what)),
            }
        }
        found.extend(command(file, call));
    }
    let module = gunicorn_module(doc, file);
    for assignment in file.tree.all("assignment") {
        let (Some(left), Some(value)) = (assignment.field("left"), assignment.field("right")) else { continue };
        let path = match left.kind() {
            "attribute" => file.origins(left).first().map(|o| o.path.clone()),
            "identifier" if module && left.text() == "bind" => Some("gunicorn.conf.bind".to_owned()),
            _ => None,
        };
        let rows = path.iter().flat_map(|p| sheet.api(p));
        found.extend(rows.map(|row| listener(file, value, row, left.text().to_owned(), policy)));
    }
    let library = |name: &str| file.imports.iter().any(|i| i.module.split('.').next() == Some(name));
    for pair in file.tree.all("pair") {
        let (Some(key), Some(value)) = (pair.field("key").and_then(|k| file.string(k)), pair.field("value")) else {
            continue;
        };
        let path = match key.as_str() {
            "bind" if library("gunicorn") => "gunicorn.conf.bind",
            "server.socket_host" if library("cherrypy") => "cherrypy.server.socket_host",
            _ => continue,
        };
        // Which settings a dictionary holds is not seen.
        let doubted =
            |row: &Api| Listener { how: Applicability::Unsafe, ..listener(file, value, row, key.clone(), policy) };
        found.extend(sheet.api(path).iter().map(doubted));
    }
    found
}

fn place_name(path: &str, row: &Api) -> String {
    match (row.argument, &row.keyword) {
        (0, Some(keyword)) => format!("{keyword} of {path}"),
        (n, _) => format!("argument {n} of {path}"),
    }
}

/// Whether a module is what gunicorn or hypercorn reads its settings from.
fn gunicorn_module(doc: &Document, file: &File) -> bool {
    const OTHER: &[&str] = &[
        "workers",
        "worker_class",
        "worker_connections",
        "accesslog",
        "errorlog",
        "keepalive",
        "preload_app",
        "pidfile",
        "proc_name",
        "backlog",
        "max_requests",
        "forwarded_allow_ips",
        "wsgi_app",
        "loglevel",
        "threads",
    ];
    let sets = |name: &str| {
        let (decls, root) = (file.names.scope(file.tree.root()), file.tree.root());
        decls.iter().any(|d| d.name == name && file.tree.node(d.node) != root)
    };
    sets("bind") && (doc.file_name().contains("gunicorn") || OTHER.iter().filter(|name| sets(name)).count() > 1)
}

fn listener<'a>(file: &'a File, argument: Node<'a>, row: &Api, what: String, policy: &Policy) -> Listener<'a> {
    let value = file.value(argument);
    let role = Role::from_name(&row.role).unwrap_or(Role::BindHost);
    let literal = |node: Node<'_>| node.is("string").then(|| node.span());
    let mut made = Listener {
        place: argument,
        what,
        chain: value.chain.clone(),
        evidence: row.evidence.clone(),
        literal: literal(value.node),
        role,
        how: if policy.mode == Mode::DualStack {
            wildcard::lowered(wildcard::trusted(row, policy), &value.standing)
        } else {
            Applicability::Unsafe
        },
        found: Found::Other,
    };
    if row.text.as_deref() == Some("tuple") {
        let Some(first) = value.node.items().next().filter(|_| value.node.is("tuple")) else { return made };
        let host = file.value(first);
        made.chain.extend(host.chain.iter().cloned());
        made.literal = literal(host.node);
        made.found = found(file, &host, Shape::Host, row);
        return made;
    }
    let shape = Shape::of(row);
    if value.node.is_any(&["list", "tuple"]) {
        // Several addresses: one of IPv6 among them means that both families are thought of.
        if value.node.text().contains('[') && value.node.text()[1..].contains('[') {
            return made;
        }
        let mut edits = Vec::new();
        for item in value.node.items() {
            if let Found::Wildcard(more) = found(file, &file.value(item), shape, row) {
                edits.extend(more);
            }
        }
        if !edits.is_empty() {
            made.found = Found::Wildcard(edits);
        }
        return made;
    }
    made.found = found(file, &value, shape, row);
    made
}

/// What a value is, and how it changes.
fn found(file: &File, value: &Value<'_>, shape: Shape, row: &Api) -> Found {
    let Some(text) = file.text_expr(value.node) else { return Found::Other };
    let ours = row.instead.as_deref() == Some("::");
    let instead = if shape == Shape::HostPort { "[::]" } else { "::" };
    let wildcard = |span: Span, shared: bool| match (ours, shared && shape == Shape::HostPort) {
        (true, false) => Found::Wildcard(vec![Edit::replace(span, instead)]),
        (true, true) => Found::Reported("a server on 0.0.0.0 is not reached over IPv6; other code uses the same value"),
        // The codemod for asyncio and its kin speaks of them.
        (false, _) if row.instead.is_some() => Found::Other,
        (false, _) => Found::Reported("a server on 0.0.0.0 is not reached over IPv6"),
    };
    match wildcard::place(&text, shape) {
        Some(Place::Written(span)) => return wildcard(span, false),
        Some(Place::Given(node)) => {
            let host = file.value(node);
            let lone = file.text_expr(host.node).and_then(|t| wildcard::lone(&t));
            return lone.map_or(Found::Other, |span| wildcard(span, host.shared));
        }
        None => {}
    }
    let Some((raw, span)) = text.prefix() else { return Found::Other };
    let address = address::addresses(raw).into_iter().find(|a| a.span.start == 0);
    if address.is_some_and(|a| a.class == AddressClass::Loopback) {
        return Found::Loopback;
    }
    // `:8000` is all IPv4 addresses to gunicorn and hypercorn.
    let port = raw.strip_prefix(':').is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
    if ours && shape == Shape::HostPort && port {
        return Found::Wildcard(vec![Edit::insert(span.start, instead)]);
    }
    Found::Other
}

/// A call that listens on IPv4 because it is told nothing.
fn told_nothing<'a>(file: &File, call: Node<'a>, row: &Api, what: String) -> Option<Listener<'a>> {
    let keyword = row.keyword.as_deref().filter(|k| matches!(*k, "interface" | "addr"))?;
    let list = call.field("arguments").filter(|l| l.is("argument_list"))?;
    let last = list.items().last()?;
    if list.items().any(|a| a.is_any(&["list_splat", "dictionary_splat"])) || list.items().count() >= row.argument {
        return None;
    }
    let quote = crate::python_code::quote(file.tree.text());
    let edit = Edit::insert(last.end(), format!(", {keyword}={quote}::{quote}"));
    Some(Listener {
        place: call,
        what: format!("{what}, which is left out and means IPv4"),
        chain: Vec::new(),
        evidence: row.evidence.clone(),
        literal: None,
        role: Role::BindHost,
        how: Applicability::Unsafe,
        found: Found::Wildcard(vec![edit]),
    })
}

/// `runserver 0.0.0.0:8000` in a list of words or in the arguments of a call.
fn command<'a>(file: &File, call: Node<'a>) -> Option<Listener<'a>> {
    let words = call.field("arguments")?;
    let list = words.items().find(|n| n.is("list")).unwrap_or(words);
    let literals: Vec<Node<'a>> = list.items().filter(|n| n.is("string")).collect();
    let at = literals.iter().position(|n| file.string(*n).as_deref() == Some("runserver"))?;
    let address = *literals.get(at + 1)?;
    let text = file.text_expr(address)?;
    let Place::Written(span) = wildcard::place(&text, Shape::HostPort)? else { return None };
    Some(Listener {
        place: address,
        what: "the address behind runserver".to_owned(),
        chain: Vec::new(),
        evidence: "measured: evidence/languages, Python, manage.py runserver [::]:p".to_owned(),
        literal: Some(address.span()),
        role: Role::BindAddress,
        how: Applicability::Unsafe,
        found: Found::Wildcard(vec![Edit::replace(span, "[::]")]),
    })
}

/// The IPv4 wildcard under a name that speaks of listening, where nothing shows what listens.
fn unseen(file: &File, literal: Node<'_>) -> Option<Finding> {
    let value = file.text_expr(literal)?.prefix()?.0;
    let address = address::addresses(value).into_iter().next().filter(|a| a.span.start == 0)?;
    let rest = value.get(address.span.end..)?;
    if address.class != AddressClass::Wildcard || !(rest.is_empty() || rest.starts_with(':')) {
        return None;
    }
    let name = given_to(file, literal)?;
    // Addresses of others, and what is of IPv4 by its name.
    const OTHER: &[&str] =
        &["remote", "client", "peer", "source", "src", "ipv4", "ip4", "v4", "gateway", "mask", "netmask"];
    if naming::words(&name).iter().any(|w| OTHER.contains(&w.as_str())) {
        return None;
    }
    let listens = naming::words(&name).iter().any(|w| matches!(w.as_str(), "bind" | "listen" | "interface" | "iface"));
    if !(listens || naming::is_host(&name)) {
        return None;
    }
    let message = "0.0.0.0 is IPv4 alone; where it is listened on, IPv6 clients are not served, and what stands for both \
                   families depends on the server";
    Some(Finding::new(literal.span(), Role::BindHost.name(), message).because(format!("it is given to {name}")))
}

/// The name that a literal is given to, directly or as what is used when there is nothing else.
fn given_to(file: &File, literal: Node<'_>) -> Option<String> {
    let parent = literal.parent()?;
    match parent.kind() {
        "keyword_argument" => {
            let name = parent.field("name")?.text();
            if name != "default" {
                return Some(name.to_owned());
            }
            let call = parent.ancestor(&["call"])?;
            let named = call.field("arguments")?.items().filter_map(|a| file.string(a));
            named.filter(|n| !n.is_empty()).max_by_key(|n| n.starts_with("--"))
        }
        "assignment" => match parent.field("left")?.kind() {
            "identifier" | "attribute" | "subscript" => crate::python_code::name(file, parent.field("left")?),
            _ => None,
        },
        "default_parameter" | "typed_default_parameter" => Some(parent.field("name")?.text().to_owned()),
        "pair" if parent.field("value") == Some(literal) => file.string(parent.field("key")?),
        "boolean_operator" => given_to(file, parent),
        "argument_list" => {
            let call = parent.parent()?;
            let called = file.called_name(call)?;
            let reads =
                matches!(called, "get" | "getenv" | "getattr" | "setdefault" | "config" | "env" | "Field" | "Option");
            let key = parent.items().filter_map(|a| file.string(a)).find(|k| !k.starts_with("0.0.0.0"));
            reads.then(|| key.or_else(|| given_to(file, call)))?
        }
        _ => None,
    }
}
