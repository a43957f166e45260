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
//! ```py unchanged
//! from twisted.internet import reactor
//!
//! if first:
//!     reactor.listenTCP(port, factory)
//! else:
//!     reactor.connectTCP("127.0.0.1", port, client)
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
use sixify_langs::python::{self, File};
use sixify_langs::{classify, naming};

use crate::catalog::{self};
use crate::prelude::*;
use crate::python_listeners::{Found, Listener, listeners};

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

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return Ok(());
    }
    let Some(file) = python::file(doc) else { return Ok(()) };
    let sheet = catalog::apis(cx.options(), "python");
    let mut seen = BTreeSet::new();
    for listener in listeners(doc, &file, sheet, &policy) {
        if let Some(span) = listener.literal {
            seen.insert(span);
        }
        // Listings of a manual are read with the text around them.
        let shown = doc.folder().split('/').any(|folder| matches!(folder, "docs" | "doc"));
        let found = if shown && matches!(listener.found, Found::Wildcard(_)) {
            Found::Reported("a server of a manual listens on IPv4 alone")
        } else {
            listener.found
        };
        Listener { found, ..listener }.report(cx, &mut seen);
    }
    for literal in file.tree.all("string").filter(|n| !seen.contains(&n.span())) {
        if let Some(finding) = unseen(&file, literal) {
            cx.report(finding);
        }
    }
    Ok(())
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
