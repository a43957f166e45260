//! # Let asyncio, aiohttp, tornado, uvicorn and waitress listen on IPv6 too
//!
//! Without a host these servers open one socket for each family. `0.0.0.0` gives them IPv4 only, and
//! `::` IPv6 only: asyncio sets IPV6_V6ONLY on every socket it listens on.
//!
//! ## Why it breaks
//! On an IPv6-only host or pod nothing can reach a listener on `0.0.0.0`: the server starts, says
//! so in its log, and no request ever arrives.
//!
//! ## Examples
//! ```py before
//! import asyncio
//!
//!
//! async def main():
//!     server = await asyncio.start_server(handle, '0.0.0.0', 8888)
//!     loop = asyncio.get_running_loop()
//!     other = await loop.create_server(Echo, host='0.0.0.0', port=8889)
//! ```
//! ```py after
//! import asyncio
//!
//!
//! async def main():
//!     server = await asyncio.start_server(handle, None, 8888)
//!     loop = asyncio.get_running_loop()
//!     other = await loop.create_server(Echo, host=None, port=8889)
//! ```
//! ```py before
//! from aiohttp import web
//!
//! web.run_app(app, host="0.0.0.0", port=8080)
//! ```
//! ```py after
//! from aiohttp import web
//!
//! web.run_app(app, host=None, port=8080)
//! ```
//! ```py before
//! import tornado.web
//! from waitress import serve
//!
//! app = tornado.web.Application(routes)
//! app.listen(8888, address="0.0.0.0")
//! serve(wsgi, host='0.0.0.0', port=8080)
//! serve(wsgi, listen='0.0.0.0:8081')
//! ```
//! ```py after
//! import tornado.web
//! from waitress import serve
//!
//! app = tornado.web.Application(routes)
//! app.listen(8888)
//! serve(wsgi, host='*', port=8080)
//! serve(wsgi, listen='*:8081')
//! ```
//! uvicorn does so in one process only; several share a socket that it opens before, and there `::`
//! is both families:
//! ```py before
//! import os
//!
//! import uvicorn
//!
//! uvicorn.run(app, host="0.0.0.0", port=8080)
//! uvicorn.run("main:app", host=os.getenv("HOST", "0.0.0.0"), port=8081)
//! uvicorn.run("main:app", host="0.0.0.0", port=8082, reload=True)
//! ```
//! ```py after unsafe
//! import os
//!
//! import uvicorn
//!
//! uvicorn.run(app, host="", port=8080)
//! uvicorn.run("main:app", host=os.getenv("HOST", ""), port=8081)
//! uvicorn.run("main:app", host="::", port=8082, reload=True)
//! ```
//! Without IPv4 listeners, in `ipv6-only` mode:
//! ```py before mode=ipv6-only
//! import asyncio
//! from waitress import serve
//!
//! asyncio.start_server(handle, '0.0.0.0', 8888)
//! serve(wsgi, listen='0.0.0.0:8081')
//! ```
//! ```py after unsafe mode=ipv6-only
//! import asyncio
//! from waitress import serve
//!
//! asyncio.start_server(handle, '::', 8888)
//! serve(wsgi, listen='[::]:8081')
//! ```
//! What the environment or a caller may replace, an event loop from elsewhere, a port that the
//! system chooses for each socket anew:
//! ```py before
//! import asyncio
//! import os
//!
//!
//! async def main(loop, host='0.0.0.0'):
//!     await loop.create_server(Echo, '0.0.0.0', 8889)
//!     await asyncio.start_server(handle, os.getenv('HOST') or '0.0.0.0', 8888)
//!     await asyncio.start_server(handle, host, 8887)
//!     await asyncio.start_server(handle, '0.0.0.0', 0)
//! ```
//! ```py after unsafe
//! import asyncio
//! import os
//!
//!
//! async def main(loop, host=None):
//!     await loop.create_server(Echo, None, 8889)
//!     await asyncio.start_server(handle, os.getenv('HOST') or None, 8888)
//!     await asyncio.start_server(handle, host, 8887)
//!     await asyncio.start_server(handle, None, 0)
//! ```
//! IPv6 addresses have four parts in Python, so this file needs more than another host:
//! ```py before
//! import asyncio
//!
//!
//! async def handle(reader, writer):
//!     host, port = writer.get_extra_info('peername')
//!
//!
//! async def main():
//!     await asyncio.start_server(handle, '0.0.0.0', 8888)
//! ```
//! ```py after unsafe
//! import asyncio
//!
//!
//! async def handle(reader, writer):
//!     host, port = writer.get_extra_info('peername')
//!
//!
//! async def main():
//!     await asyncio.start_server(handle, None, 8888)
//! ```
//! A name that other code uses too is for a person to decide:
//! ```py reported
//! import asyncio
//!
//! HOST = '0.0.0.0'
//!
//!
//! async def main():
//!     sock.bind((HOST, 8887))
//!     await asyncio.start_server(handle, HOST, 8888)
//! ```
//! Near-misses, among them grpcio, whose servers listen on both families already:
//! ```py unchanged
//! import asyncio
//! import grpc
//!
//! server = grpc.server(pool)
//! server.add_insecure_port('0.0.0.0:8080')
//! server.add_insecure_port(f'[::]:{port}')
//! asyncio.start_server(handle, None, 8888)
//! asyncio.start_server(handle, '127.0.0.1', 8888)
//! asyncio.start_server(handle, '10.0.0.0', 8888)
//! asyncio.start_server(handle, ['0.0.0.0', '::'], 8888)
//! asyncio.open_connection('10.0.0.0', 8888)
//! ```
//! ```py unchanged
//! import socket
//! from mycorp import start_server
//!
//! start_server(handle, '0.0.0.0', 8888)
//! socket.create_server(('0.0.0.0', 8080))
//! player.listen(8888, '0.0.0.0')
//! ```
//! ```py unchanged mode=ipv6-capable
//! import asyncio
//!
//! asyncio.start_server(handle, '0.0.0.0', 8888)
//! ```
//!
//! ## Safety
//! Safe where the wildcard is written in the call. Measured with CPython 3.8, 3.11 and 3.13: without
//! a host the server is reached on every address of every host kind, a kernel without IPv6 included.
//! waitress fails on such a kernel (`v4kernel`) and is unsafe with that kind among `--hosts`. IPv4
//! peers look as before, because each family has its own socket. Unsafe: a host that the environment,
//! a caller or another module may replace; a file that takes the address of a socket apart into host
//! and port; port 0, which becomes a different port for each family; and an event loop or tornado
//! application that comes from elsewhere.
//!
//! ## References
//! - Python documentation, asyncio event loop: loop.create_server()
//! - evidence: languages, 5.1, 5.2 and 5.3 PY-ASYNCIO4, PY-AIOHTTP4, PY-TORNADO4, PY-WAITRESS4,
//!   PY-UVICORN4, PY-GRPC4; python-listeners.tsv

use sixify_langs::address::{self, AddressClass};
use sixify_langs::origin::Origin;
use sixify_langs::python::{self, File};
use sixify_langs::{Mode, classify};

use crate::catalog::{self, Api, Catalog};
use crate::prelude::*;
use crate::wildcard;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PYTHON],
    anchors: Anchors(&[
        &["0.0.0.0", "_server"],
        &["0.0.0.0", "aiohttp"],
        &["0.0.0.0", "tornado"],
        &["0.0.0.0", "waitress"],
        &["0.0.0.0", "uvicorn"],
        &["_port", "grpc"],
    ]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::BindHost.name();

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    let Some(file) = python::file(doc).filter(|_| policy.listeners()) else { return Ok(()) };
    let sheet = catalog::apis(cx.options(), "python");
    for call in file.tree.all("call") {
        if let Some(note) = grpc_port(&file, call) {
            cx.leave(note);
        }
        let Some((callee, rows)) = listener(&file, call, sheet) else { continue };
        // Rows with `::` are those of python/listen-wildcard.
        let ours = |r: &&Api| r.wildcard.is_some() && r.instead.as_deref().is_some_and(|i| i != "::");
        for row in rows.iter().filter(ours) {
            let Some(finding) = finding(&file, call, &callee, row, &policy) else { continue };
            cx.report(finding);
        }
    }
    Ok(())
}

/// Why grpcio's own listeners are left alone.
fn grpc_port(file: &File, call: Node<'_>) -> Option<Note> {
    let name = file.called_name(call).filter(|n| matches!(*n, "add_insecure_port" | "add_secure_port"))?;
    let address = file.value(file.argument(call, Some(0), Some("address"))?).node;
    let text = file.text_expr(address)?;
    let (raw, _) = text.prefix()?;
    (raw.starts_with("0.0.0.0:") || raw.starts_with("[::]:")).then(|| Note {
        span: address.span(),
        role: Role::BindAddress.name(),
        reason: "grpcio listens on both families for 0.0.0.0 and for [::], also on a kernel without IPv6".to_owned(),
        evidence: vec![
            format!("argument 1 of {name}"),
            "measured: evidence/languages, Python, grpc add_insecure_port".to_owned(),
        ],
    })
}

/// What a call listens with, and its rows. A method that only these libraries have counts when
/// the file uses the library, and is then marked as one from elsewhere.
fn listener<'o>(file: &File, call: Node<'_>, sheet: &'o Catalog) -> Option<(Origin, &'o [Api])> {
    if let [callee] = file.callees(call).as_slice() {
        let rows = sheet.api(&callee.path);
        return (!rows.is_empty()).then(|| (callee.clone(), rows));
    }
    let (method, library, path) = match file.called_name(call)? {
        "create_server" => ("create_server", "asyncio", "asyncio.get_event_loop()#create_server"),
        "listen" => ("listen", "tornado", "tornado.web.Application()#listen"),
        _ => return None,
    };
    let uses = file.imports.iter().any(|i| i.module.split('.').next() == Some(library));
    let own = call.field("function").is_some_and(|f| f.is("attribute"));
    (uses && own).then(|| (Origin::new(format!("{method} of something from elsewhere")), sheet.api(path)))
}

fn finding(file: &File, call: Node<'_>, callee: &Origin, row: &Api, policy: &Policy) -> Option<Finding> {
    let argument = file.argument(call, row.argument.checked_sub(1), row.keyword.as_deref())?;
    let value = file.value(argument);
    let text = file.text_expr(value.node)?;
    let several = callee.path.starts_with("uvicorn.") && several_processes(file, call);
    let edits = if callee.path.starts_with("uvicorn.") {
        // Its host is typed as text. Without one, several processes listen on IPv4.
        let instead = if several || policy.mode == Mode::Ipv6Only { "::" } else { "" };
        vec![Edit::replace(wildcard::lone(&text)?, instead)]
    } else {
        edits(argument, value.node, &text, row, policy.mode)?
    };
    let place = match (row.argument, &row.keyword) {
        (0, Some(keyword)) => format!("{keyword} of {}", callee.path),
        (n, _) => format!("argument {n} of {}", callee.path),
    };
    let (lower, message) = doubts(file, call, callee, row, policy);
    let finding = Finding::new(value.node.span(), ROLE, message)
        .because_all(callee.chain.iter().cloned())
        .because(place)
        .because_all(value.chain)
        .because(row.evidence.clone());
    if value.shared {
        return Some(finding);
    }
    let proven = wildcard::lowered(wildcard::trusted(row, policy), &value.standing);
    let applicability = if lower { proven.min(Applicability::Unsafe) } else { proven };
    Some(finding.fix(applicability, Fix::new().edits(edits)))
}

/// What is doubtful about a call, and what to say of it.
fn doubts(file: &File, call: Node<'_>, callee: &Origin, row: &Api, policy: &Policy) -> (bool, String) {
    let what = "a server on 0.0.0.0 is not reached over IPv6";
    if policy.mode == Mode::Ipv6Only {
        return (true, format!("{what}; `::` listens on IPv6 alone here, so IPv4 clients are lost"));
    }
    if callee.path.starts_with("uvicorn.") && several_processes(file, call) {
        return (true, format!("{what}; with workers or reload `::` is both families, as long as bindv6only is 0"));
    }
    if takes_apart(file) {
        return (
            true,
            format!("{what}; the file takes socket addresses apart into two parts, and those of IPv6 have four"),
        );
    }
    // asyncio asks for a port for each socket; tornado asks once.
    let port = file.argument(call, Some(row.argument), Some("port")).map(|p| file.value(p).node.text());
    if port == Some("0") && row.instead.as_deref() == Some("None") {
        return (true, format!("{what}; with port 0 each family gets a port of its own"));
    }
    let with = if row.instead.as_deref() == Some("*") { "`*`" } else { "no host" };
    (
        !callee.path.contains('.'),
        format!("{what}; with {with} there is a socket for each family{}", wildcard::costs(row)),
    )
}

/// Whether uvicorn is told to start several processes, which share one socket that it opens itself.
fn several_processes(file: &File, call: Node<'_>) -> bool {
    let told = |keyword| file.argument(call, None, Some(keyword)).map(|n| file.value(n).node.text());
    let one = |value: &str| matches!(value, "1" | "False" | "None" | "0");
    ["workers", "reload"].into_iter().filter_map(told).any(|value| !one(value))
}

/// Whether the file takes the address of a socket or peer apart into host and port.
fn takes_apart(file: &File) -> bool {
    file.tree.all("assignment").any(|a| {
        let two =
            a.field("left").is_some_and(|l| l.is_any(&["pattern_list", "tuple_pattern"]) && l.items().count() == 2);
        two && a.field("right").is_some_and(|r| ["peername", "sockname"].iter().any(|name| r.text().contains(name)))
    })
}

/// The edits for one argument; `None` when it is not the wildcard.
fn edits(
    argument: Node<'_>,
    literal: Node<'_>,
    text: &sixify_langs::strings::TextExpr<'_>,
    row: &Api,
    mode: Mode,
) -> Option<Vec<Edit>> {
    if row.text.as_deref() == Some("host-port") {
        // `listen` takes several addresses, with spaces between them.
        let (raw, span) = text.prefix()?;
        let found = address::addresses(raw).into_iter().filter(|a| {
            let apart = a.span.start == 0 || raw[..a.span.start].ends_with(' ');
            a.class == AddressClass::Wildcard && apart && raw[a.span.end..].starts_with(':')
        });
        let instead = if mode == Mode::Ipv6Only { "[::]" } else { "*" };
        let edits: Vec<Edit> = found.map(|a| Edit::replace(a.span.shift(span.start), instead)).collect();
        // An IPv6 address beside it already listens on the other family.
        return (!edits.is_empty() && !raw.contains('[')).then_some(edits);
    }
    let inside = wildcard::lone(text)?;
    if mode == Mode::Ipv6Only {
        return Some(vec![Edit::replace(inside, "::")]);
    }
    match row.instead.as_deref()? {
        "omit" if argument == literal => removal(argument),
        "omit" => Some(vec![Edit::replace(literal.span(), "None")]),
        "*" => Some(vec![Edit::replace(inside, "*")]),
        other => Some(vec![Edit::replace(literal.span(), other)]),
    }
}

/// Deletes an argument, with its keyword and one comma.
fn removal(argument: Node<'_>) -> Option<Vec<Edit>> {
    let item = argument.parent().filter(|p| p.is("keyword_argument")).unwrap_or(argument);
    let comma = |n: &Node<'_>| n.text() == ",";
    let next = item.next().filter(comma).and_then(|c| c.next()).filter(|n| n.is_named() && !n.is_comment());
    // A positional argument behind it would move to another place.
    if let Some(next) = next {
        let named = next.is("keyword_argument") || item.is("keyword_argument");
        return named.then(|| vec![Edit::delete(Span::new(item.start(), next.start()))]);
    }
    let comma = item.previous().filter(comma)?;
    Some(vec![Edit::delete(Span::new(comma.start(), item.end()))])
}
