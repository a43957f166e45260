//! # Name the loopback address that a server listens on
//!
//! A URL for clients on the same machine names `127.0.0.1`, whatever address the server was told to
//! listen on.
//!
//! ## Why it breaks
//! A server that was told to listen on `::1` or on another IPv6 address is not reached at
//! `127.0.0.1`.
//!
//! ## Examples
//! ```py before
//! class App:
//!     ip = Unicode("localhost")
//!
//!     def listen(self):
//!         self.server.listen(self.port, self.ip)
//!
//!     def local_url(self, parts):
//!         return parts._replace(netloc=f"127.0.0.1:{self.port}")
//! ```
//! ```py after unsafe
//! class App:
//!     ip = Unicode("localhost")
//!
//!     def listen(self):
//!         self.server.listen(self.port, self.ip)
//!
//!     def local_url(self, parts):
//!         return parts._replace(netloc=f"{'[::1]' if ':' in self.ip else '127.0.0.1'}:{self.port}")
//! ```
//! In other spellings a person must decide:
//! ```py reported
//! def local_url(args):
//!     serve(args.host, args.port)
//!     return "http://127.0.0.1:%d/" % args.port
//! ```
//! Near-misses:
//! ```py unchanged
//! class Client:
//!     def url(self):
//!         return f"http://127.0.0.1:{self.port}/"
//!
//!
//! def other(app, port):
//!     return f"http://127.0.0.1:{port}", f"http://127.0.0.1:8080", app.host
//! ```
//!
//! ## Safety
//! Unsafe: for host names and IPv4 addresses the text is today's. That the server listens on the
//! configured address is taken from its name beside the port.
//!
//! ## References
//! - RFC 4291, 2.5.3: the loopback address
//! - evidence: languages, 1.5

use sixify_langs::classify;
use sixify_langs::python::{self, File};
use sixify_langs::strings::{Form, Piece, TextExpr};

use crate::host_port::repeatable;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[classify::PYTHON], anchors: Anchors(&[&["127.0.0.1:", ".port"]]), specificity: 0, run };

/// What an address to listen on is called beside a port, the best one first.
const CALLED: &[&str] = &["ip", "host", "bind_host", "listen_host", "bind_address", "listen_address", "bind_addr"];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = python::file(doc) else { return Ok(()) };
    for kind in ["string", "binary_operator", "call"] {
        for node in file.tree.all(kind) {
            let Some(text) = file.text_expr(node) else { continue };
            if let Some(finding) = url(&file, &text) {
                cx.report(finding);
            }
        }
    }
    Ok(())
}

fn url(file: &File, text: &TextExpr<'_>) -> Option<Finding> {
    let mut pieces = text.pieces.iter().zip(text.pieces.iter().skip(1));
    let (span, port) = pieces.find_map(|(before, behind)| {
        let Piece::Text { raw, span, plain: true } = before else { return None };
        let Piece::Hole { node: Some(port), .. } = behind else { return None };
        let start = raw.strip_suffix("127.0.0.1:")?;
        let whole = start.is_empty() || start.ends_with("//") || start.ends_with('@');
        whole.then(|| (Span::new(span.end - 10, span.end - 1), *port))
    })?;
    let port = if port.is("call") && file.called_name(port) == Some("str") {
        file.argument(port, Some(0), None)?
    } else {
        port
    };
    let object = port.field("object").filter(|_| port.is("attribute"))?;
    if port.field("attribute")?.text() != "port" || !repeatable(object) {
        return None;
    }
    let around = port.ancestor(&["class_definition"]).or_else(|| port.ancestor(&["function_definition", "module"]))?;
    let function = port.ancestor(&["function_definition", "module"])?;
    if function.text().contains("::1") {
        return None;
    }
    let has = |name: &&&str| {
        let wanted = format!("{}.{name}", object.text());
        around.descendants().any(|n| n.is("attribute") && n.text() == wanted)
    };
    // A property that asked for itself would never end.
    let own = function.field("name").map_or("", Node::text);
    let host = format!("{}.{}", object.text(), CALLED.iter().filter(|name| **name != own).find(has)?);
    let message = "a server that listens on an IPv6 address is not reached at 127.0.0.1";
    let finding =
        Finding::new(span, Role::DialAddress.name(), message).because(format!("{host} stands beside {}", port.text()));
    if text.form != Form::Template {
        return Some(finding);
    }
    let string = std::iter::once(text.node)
        .chain(text.node.descendants())
        .find(|n| n.is("string") && n.span().contains(span))?;
    let quote = if string.child("string_start")?.text().contains('\'') { '"' } else { '\'' };
    let chosen = format!("{{{quote}[::1]{quote} if {quote}:{quote} in {host} else {quote}127.0.0.1{quote}}}");
    Some(finding.fix(Applicability::Unsafe, Fix::new().edit(Edit::replace(span, chosen))))
}
