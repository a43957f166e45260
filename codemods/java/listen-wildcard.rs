//! # Find servers in Java that do not start without IPv6
//!
//! ## Why it breaks
//! In Java, Kotlin and Scala a server that is bound to `0.0.0.0` is reached over both families, on
//! every kind of host, so that is left as it is. Bound to `::` it is reached over both as well, but
//! does not start where there is no IPv6.
//!
//! ## Examples
//! ```java reported
//! import java.net.InetAddress;
//! import java.net.ServerSocket;
//!
//! class Server {
//!     void start() throws Exception {
//!         new ServerSocket(80, 50, InetAddress.getByName("::"));
//!     }
//! }
//! ```
//! ```java unchanged
//! import java.net.InetAddress;
//! import java.net.InetSocketAddress;
//! import java.net.ServerSocket;
//!
//! class Server {
//!     void start() throws Exception {
//!         new ServerSocket(80, 50, InetAddress.getByName("0.0.0.0"));
//!         HttpServer.create(new InetSocketAddress("0.0.0.0", 80), 0);
//!     }
//! }
//! ```
//! ```kotlin unchanged
//! import io.ktor.server.engine.embeddedServer
//!
//! fun main() {
//!     embeddedServer(Netty, port = 8080, host = "0.0.0.0") { }.start(wait = true)
//! }
//! ```
//! ```scala unchanged
//! object Main {
//!   val server = Http().newServerAt("0.0.0.0", 8080).bind(routes)
//!   val ember = EmberServerBuilder.default[IO].withHost(ipv4"0.0.0.0").build
//! }
//! ```
//!
//! ## Safety
//! Reported only: `::` may have been chosen on purpose.
//!
//! ## References
//! - evidence: languages, Java, listeners on `0.0.0.0` of ServerSocket, channels, HttpServer, Netty and Jetty, measured

use sixify_langs::{classify, java};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::JAVA, classify::KOTLIN, classify::SCALA],
    anchors: Anchors(&[&["\"0.0.0.0\""], &["\"::\""]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = java::file(doc) else { return Ok(()) };
    let kinds = ["argument_list", "arguments", "value_argument", "interpolated_string_expression"];
    for node in ["string_literal", "string", "interpolated_string"].iter().flat_map(|kind| file.tree.all(kind)) {
        if node.text() != "\"0.0.0.0\"" || !node.parent().is_some_and(|p| p.is_any(&kinds)) {
            continue;
        }
        cx.leave(Note {
            span: node.span(),
            role: Role::BindHost.name(),
            reason:
                "in Java a server on 0.0.0.0 is reached over both families; :: fails to start where there is no IPv6"
                    .to_owned(),
            evidence: vec!["evidence: Java, every listener on 0.0.0.0, measured".to_owned()],
        });
    }
    let binds = ["bind", "ServerSocket", "DatagramSocket", "create", "setHost", "newServerAt", "embeddedServer"];
    let listeners = Policy::of(cx.options()).listeners();
    for call in file.calls().filter(|c| listeners && binds.contains(&c.name)) {
        for argument in &call.arguments {
            let mut texts = std::iter::once(*argument).chain(argument.descendants());
            let Some(literal) = texts.find(|n| n.is_any(&["string_literal", "string"]) && n.text() == "\"::\"") else {
                continue;
            };
            let message = "the server does not start where there is no IPv6; on 0.0.0.0 it is reached over both families everywhere";
            cx.report(
                Finding::new(literal.span(), Role::BindHost.name(), message)
                    .because(format!("argument of {}", call.name))
                    .because("evidence: Java, listeners on :: and on 0.0.0.0, measured"),
            );
        }
    }
    Ok(())
}
