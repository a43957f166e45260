//! Where Python programs are told the address that they listen on.

use std::collections::BTreeSet;

use sixify_langs::Mode;
use sixify_langs::address::{self, AddressClass};
use sixify_langs::python::{File, Value};

use crate::catalog::{Api, Catalog};
use crate::prelude::*;
use crate::python_code::callee;
use crate::wildcard::{self, Place, Shape};

pub(crate) const WHAT: &str = "a server on 0.0.0.0 is not reached over IPv6; `::` is both families on Linux";

/// What a server is told to listen on.
pub(crate) struct Listener<'a> {
    /// Where it is told; what is reported when it is not told anything.
    pub(crate) place: Node<'a>,
    /// What tells it, for people.
    pub(crate) what: String,
    pub(crate) chain: Vec<String>,
    pub(crate) evidence: String,
    /// The literal that was looked at, so that nobody looks again.
    pub(crate) literal: Option<Span>,
    pub(crate) role: Role,
    /// How far the change is proven.
    pub(crate) how: Applicability,
    pub(crate) found: Found,
}

pub(crate) enum Found {
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
    pub(crate) fn report(self, cx: &mut Context<'_>, seen: &mut BTreeSet<Span>) {
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

pub(crate) fn listeners<'a>(doc: &Document, file: &'a File, sheet: &'a Catalog, policy: &Policy) -> Vec<Listener<'a>> {
    let mut found = Vec::new();
    for call in file.tree.all("call") {
        let path = callee(file, call);
        for row in path.iter().flat_map(|p| sheet.api(p)).filter(|row| row.wildcard.as_deref() == Some("ipv4")) {
            // Another server than the own one of a framework has its own ways with `::`.
            let other = path.as_deref().is_some_and(|p| p.contains("bottle."))
                && file.argument(call, None, Some("server")).is_some();
            if other {
                continue;
            }
            let what = place_name(path.as_deref().unwrap_or(""), row);
            // Port 0 of Twisted is the first argument; what it becomes is told to somebody who chooses the family.
            let twisted = path.as_deref().is_some_and(|p| p.starts_with("twisted."));
            let any = file.argument(call, Some(0), Some("port")).filter(|port| twisted && port.text() == "0");
            let listener = match file.argument(call, row.argument.checked_sub(1), row.keyword.as_deref()) {
                Some(argument) => Some(listener(file, argument, row, what, policy)),
                None => told_nothing(file, call, row, what),
            };
            found.extend(listener.map(|known| match known.found {
                Found::Wildcard(_) if any.is_some() => {
                    Listener { found: Found::Reported("the system chooses the port, which others are told"), ..known }
                }
                _ => known,
            }));
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

pub(crate) fn place_name(path: &str, row: &Api) -> String {
    match (row.argument, &row.keyword) {
        (0, Some(keyword)) => format!("{keyword} of {path}"),
        (n, _) => format!("argument {n} of {path}"),
    }
}

/// Whether a module is what gunicorn or hypercorn reads its settings from.
pub(crate) fn gunicorn_module(doc: &Document, file: &File) -> bool {
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

pub(crate) fn listener<'a>(
    file: &'a File,
    argument: Node<'a>,
    row: &Api,
    what: String,
    policy: &Policy,
) -> Listener<'a> {
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
pub(crate) fn found(file: &File, value: &Value<'_>, shape: Shape, row: &Api) -> Found {
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
pub(crate) fn told_nothing<'a>(file: &File, call: Node<'a>, row: &Api, what: String) -> Option<Listener<'a>> {
    let keyword = row.keyword.as_deref().filter(|k| matches!(*k, "interface" | "addr"))?;
    let list = call.field("arguments").filter(|l| l.is("argument_list"))?;
    let last = list.items().last()?;
    if list.items().any(|a| a.is_any(&["list_splat", "dictionary_splat"])) || list.items().count() >= row.argument {
        return None;
    }
    if keyword == "interface" && dialled_here(file, list.items().next()?) {
        return None;
    }
    let quote = crate::python_code::quote(file.tree.text());
    let said = format!("{keyword}={quote}::{quote}");
    let text = file.tree.text();
    let edit = match last.next().filter(|n| n.text() == ",") {
        // Behind a comma, a line of its own, as the one before has.
        Some(comma) => {
            let line = text.get(..last.start()).and_then(|t| t.rsplit('\n').next()).unwrap_or_default();
            let indent: String = line.chars().take_while(|c| c.is_whitespace()).collect();
            Edit::insert(comma.end(), format!("\n{indent}{said},"))
        }
        None => Edit::insert(last.end(), format!(", {said}")),
    };
    // What gets any free port is told to the other end, which speaks IPv4.
    let any = list.items().next().is_some_and(|port| port.text() == "0");
    Some(Listener {
        place: call,
        what: format!("{what}, which is left out and means IPv4"),
        chain: Vec::new(),
        evidence: row.evidence.clone(),
        literal: None,
        role: Role::BindHost,
        how: Applicability::Unsafe,
        found: if any {
            Found::Reported("it listens on any free port of IPv4, which is told to somebody")
        } else {
            Found::Wildcard(vec![edit])
        },
    })
}

/// Whether the file itself connects to a port on IPv4 loopback: then the server is for the machine alone.
fn dialled_here(file: &File, port: Node<'_>) -> bool {
    file.tree.all("call").filter(|c| file.called_name(*c).is_some_and(|name| name.starts_with("connect"))).any(|call| {
        let given = call.field("arguments").into_iter().flat_map(|a| a.items()).collect::<Vec<_>>();
        let [host, other, ..] = given.as_slice() else { return false };
        file.string(*host).is_some_and(|h| h == "127.0.0.1") && other.text() == port.text()
    })
}

/// `runserver 0.0.0.0:8000` in a list of words or in the arguments of a call.
pub(crate) fn command<'a>(file: &File, call: Node<'a>) -> Option<Listener<'a>> {
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
