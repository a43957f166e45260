//! # Dial localhost, not the wildcard
//!
//! `0.0.0.0` is an address to listen on. As a destination it means "this host" on Linux, over IPv4
//! only; `localhost` means the same by name and is tried over both families.
//!
//! ## Why it breaks
//! A client that dials `0.0.0.0` cannot reach a server that listens on IPv6 alone, such as one on
//! `::1` or one that was moved to IPv6. On other systems than Linux the dial may fail altogether.
//!
//! ## Examples
//! ```py before
//! import grpc
//!
//! channel = grpc.insecure_channel('0.0.0.0:8080')
//! ```
//! ```py after
//! import grpc
//!
//! channel = grpc.insecure_channel('localhost:8080')
//! ```
//! ```py before
//! """Asks http://0.0.0.0:5050/status."""
//! import requests
//!
//! print("asking http://0.0.0.0:5050/status")
//! requests.get("http://0.0.0.0:5050/status")
//! ```
//! ```py after
//! """Asks http://0.0.0.0:5050/status."""
//! import requests
//!
//! print("asking http://0.0.0.0:5050/status")
//! requests.get("http://localhost:5050/status")
//! ```
//! ```py before
//! import socket
//! from urllib.request import urlopen
//!
//! import requests
//!
//!
//! def ready(port):
//!     with requests.Session() as session:
//!         session.get(f"http://0.0.0.0:{port}/health", timeout=3)
//!     urlopen("http://0.0.0.0:%d/metrics" % port)
//!     socket.create_connection(("0.0.0.0", port)).close()
//! ```
//! ```py after
//! import socket
//! from urllib.request import urlopen
//!
//! import requests
//!
//!
//! def ready(port):
//!     with requests.Session() as session:
//!         session.get(f"http://localhost:{port}/health", timeout=3)
//!     urlopen("http://localhost:%d/metrics" % port)
//!     socket.create_connection(("localhost", port)).close()
//! ```
//! ```py before
//! from http.client import HTTPConnection
//! from redis import Redis
//!
//! cache = Redis(port=6379, host='0.0.0.0')
//! web = HTTPConnection('0.0.0.0', 8080)
//! ```
//! ```py after
//! from http.client import HTTPConnection
//! from redis import Redis
//!
//! cache = Redis(port=6379, host='localhost')
//! web = HTTPConnection('localhost', 8080)
//! ```
//! With TLS the name is checked against a certificate; aiohttp looks the name up in another way;
//! an environment variable may say something else:
//! ```py before
//! import os
//!
//! import aiohttp
//! import grpc
//! import requests
//!
//! channel = grpc.secure_channel('0.0.0.0:8443', credentials)
//! page = requests.get('https://0.0.0.0/')
//! stub = grpc.insecure_channel(os.environ.get('TARGET', '0.0.0.0:8080'))
//!
//!
//! async def get():
//!     async with aiohttp.ClientSession() as session:
//!         return await session.get('http://0.0.0.0:8080/')
//! ```
//! ```py after unsafe
//! import os
//!
//! import aiohttp
//! import grpc
//! import requests
//!
//! channel = grpc.secure_channel('localhost:8443', credentials)
//! page = requests.get('https://localhost/')
//! stub = grpc.insecure_channel(os.environ.get('TARGET', 'localhost:8080'))
//!
//!
//! async def get():
//!     async with aiohttp.ClientSession() as session:
//!         return await session.get('http://localhost:8080/')
//! ```
//! A test that answers for the server itself must be changed in both places, or in none:
//! ```py before
//! import requests
//!
//!
//! def test_get(server):
//!     server.expects('http://0.0.0.0:8080/')
//!     requests.get('http://0.0.0.0:8080/')
//! ```
//! ```py after unsafe
//! import requests
//!
//!
//! def test_get(server):
//!     server.expects('http://0.0.0.0:8080/')
//!     requests.get('http://localhost:8080/')
//! ```
//! A constant that other code uses too, perhaps to listen, is for a person to decide:
//! ```py reported
//! import socket
//!
//! HOST = '0.0.0.0'
//! server.bind((HOST, 8080))
//! socket.create_connection((HOST, 8080))
//! ```
//! Near-misses:
//! ```py unchanged
//! import grpc
//! import requests
//!
//! server.add_insecure_port('0.0.0.0:8080')
//! channel = grpc.insecure_channel('10.0.0.0:8080')
//! other = grpc.insecure_channel('127.0.0.1:8080')
//! requests.get('http://example.com/?from=0.0.0.0')
//! requests.get('http://0.0.0.0.example.com/')
//! requests.get(f'http://0.0.0.0{suffix}/')
//! print('http://0.0.0.0:8080/')
//! ```
//! ```py unchanged
//! class Fake:
//!     def insecure_channel(self, target):
//!         return target
//!
//!
//! def dial(grpc):
//!     return grpc.insecure_channel('0.0.0.0:8080')
//!
//!
//! def fetch(requests):
//!     return requests.get('http://0.0.0.0/')
//! ```
//! ```py unchanged
//! import socket
//!
//! s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
//! s.bind(('0.0.0.0', 8080))
//! ```
//!
//! ## Safety
//! Safe for clients that were measured: with `localhost` they reach every server that they reach
//! with `0.0.0.0`, on every host kind, and servers on IPv6 alone besides. That also holds where the
//! hosts file maps `localhost` to 127.0.0.1 alone. The `Host` header of HTTP requests changes with
//! the address. Unsafe: TLS, where the name is checked; clients that lose a server on some host
//! kind; values that the environment, a caller or another file may replace; and a URL that the
//! same file names a second time, which may have to agree.
//!
//! ## References
//! - RFC 1122, 3.2.1.3: 0.0.0.0 must not be used as a destination
//! - RFC 6761, 6.3: localhost names
//! - evidence: languages, 1.5 and 5.2; servers, 0.6; clients.tsv

use sixify_langs::origin::{Origin, Standing};
use sixify_langs::python::{self, File};
use sixify_langs::{HostKind, classify};

use crate::catalog::{self, Api, Catalog};
use crate::prelude::*;
use crate::wildcard::{self, Place, Shape};

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PYTHON],
    anchors: Anchors(&[
        &["0.0.0.0", "channel"],
        &["0.0.0.0", "requests"],
        &["0.0.0.0", "urllib"],
        &["0.0.0.0", "http"],
        &["0.0.0.0", "connection"],
        &["0.0.0.0", "edis"],
        &["0.0.0.0", "xmlrpc"],
    ]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::DialAddress.name();

/// Libraries that answer HTTP requests in tests; the URL is then named in two places.
const MOCKS: &[&str] = &["requests_mock", "httpx_mock", "respx", "httpretty", "aioresponses", "responses.add", "vcr"];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = python::file(doc) else { return Ok(()) };
    let policy = Policy::of(cx.options());
    let sheet = catalog::apis(cx.options(), "python");
    let found: Vec<Destination<'_>> =
        file.tree.all("call").flat_map(|call| Destination::of(&file, call, sheet)).collect();
    let own: Vec<Span> = found.iter().filter(|d| d.shape == Shape::Url).map(|d| d.span).collect();
    let agrees = named_elsewhere(&file, &own) || MOCKS.iter().any(|mock| doc.text.contains(mock));
    for destination in found {
        cx.report(destination.finding(&policy, agrees));
    }
    Ok(())
}

/// Whether a string names a URL of the wildcard that is not dialled here: an expectation, a key, a
/// setting, which may have to agree with the one that is dialled. Texts for people need not.
fn named_elsewhere(file: &File, own: &[Span]) -> bool {
    let other = |n: &Node<'_>| n.text().contains("//0.0.0.0") && !own.iter().any(|span| n.span().contains(*span));
    let for_people = |n: &Node<'_>| {
        let call = n.ancestor(&["call", "expression_statement", "module", "block"]);
        call.is_some_and(|c| {
            c.is("expression_statement") || c.is("call") && file.called_name(c).is_some_and(|f| LOGS.contains(&f))
        })
    };
    file.tree.all("string").any(|n| other(&n) && !for_people(&n))
}

/// Functions that take texts for people.
const LOGS: &[&str] =
    &["print", "debug", "info", "warning", "warn", "error", "exception", "critical", "log", "write", "echo"];

/// A wildcard that is dialled.
struct Destination<'o> {
    span: Span,
    callee: Origin,
    row: &'o Api,
    shape: Shape,
    chain: Vec<String>,
    standing: Standing,
    shared: bool,
    tls: bool,
}

impl<'o> Destination<'o> {
    fn of(file: &File, call: Node<'_>, sheet: &'o Catalog) -> Vec<Destination<'o>> {
        let callees = file.callees(call);
        let [callee] = callees.as_slice() else { return Vec::new() };
        let rows = sheet.api(&callee.path).iter().filter(|r| r.role == ROLE);
        rows.filter_map(|row| Destination::at(file, call, callee, row)).collect()
    }

    fn at(file: &File, call: Node<'_>, callee: &Origin, row: &'o Api) -> Option<Destination<'o>> {
        let argument = file.argument(call, row.argument.checked_sub(1), row.keyword.as_deref())?;
        let mut value = file.value(argument);
        let shape = Shape::of(row);
        if row.text.as_deref() == Some("tuple") {
            let first = value.node.items().next().filter(|_| value.node.is("tuple"))?;
            let host = file.value(first);
            value.node = host.node;
            value.chain.extend(host.chain);
            value.standing = value.standing.max(host.standing);
            value.shared |= host.shared;
        }
        let text = file.text_expr(value.node)?;
        let tls =
            text.prefix().is_some_and(|(raw, _)| ["https:", "wss:", "rediss:"].iter().any(|s| raw.starts_with(s)));
        let made = |span| Destination {
            span,
            callee: callee.clone(),
            row,
            shape,
            chain: value.chain.clone(),
            standing: value.standing.clone(),
            shared: value.shared,
            tls,
        };
        match wildcard::place(&text, shape)? {
            Place::Written(span) => Some(made(span)),
            Place::Given(node) => {
                let host = file.value(node);
                let span = wildcard::lone(&file.text_expr(host.node)?)?;
                let mut destination = made(span);
                destination.chain.extend(host.chain);
                destination.standing = destination.standing.max(host.standing);
                destination.shared |= host.shared;
                Some(destination)
            }
        }
    }

    fn finding(self, policy: &Policy, agrees: bool) -> Finding {
        let agrees = agrees && self.shape == Shape::Url;
        let message = if self.shared {
            "0.0.0.0 is dialled, which reaches this host over IPv4 only; other code uses the same value, perhaps to listen"
        } else if self.tls {
            "0.0.0.0 is dialled, which reaches this host over IPv4 only; localhost is tried over both families, and its \
             certificate must be for that name"
        } else if agrees {
            "0.0.0.0 is dialled, which reaches this host over IPv4 only; localhost is tried over both families, but the file \
             names this address in other places too"
        } else if self.row.costs.iter().any(|k| k == HostKind::V6Only.name()) {
            "0.0.0.0 is dialled, which reaches this host over IPv4 only; localhost is better, but on an IPv6-only host this \
             client then looks for ::1 alone"
        } else {
            "0.0.0.0 is dialled, which reaches this host over IPv4 only; localhost is tried over both families"
        };
        let position = match (self.row.argument, &self.row.keyword) {
            (0, Some(keyword)) => format!("{keyword} of {}", self.callee.path),
            (n, _) => format!("argument {n} of {}", self.callee.path),
        };
        let finding = Finding::new(self.span, ROLE, message)
            .because_all(self.callee.chain)
            .because(position)
            .because_all(self.chain)
            .because(self.row.evidence.clone());
        if self.shared {
            return finding;
        }
        let proven = wildcard::lowered(wildcard::trusted(self.row, policy), &self.standing);
        let applicability = if agrees || self.tls { proven.min(Applicability::Unsafe) } else { proven };
        let instead = self.row.instead.as_deref().unwrap_or("localhost");
        finding.fix(applicability, Fix::new().edit(Edit::replace(self.span, instead)))
    }
}
