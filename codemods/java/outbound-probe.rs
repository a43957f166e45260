//! # Find dials that only ask for the local address, over IPv4
//!
//! ## Why it breaks
//! `socket.connect(InetAddress.getByName("8.8.8.8"), 53)` sends nothing; it makes the system choose the
//! local address. Without an IPv4 route it fails, on every IPv6-only host.
//!
//! ## Examples
//! ```java reported
//! class Local {
//!     String address() throws Exception {
//!         try (DatagramSocket socket = new DatagramSocket()) {
//!             socket.connect(InetAddress.getByName("8.8.8.8"), 53);
//!             return socket.getLocalAddress().getHostAddress();
//!         }
//!     }
//! }
//! ```
//! ```kotlin reported
//! fun address(): String = DatagramSocket().use {
//!     it.connect(InetSocketAddress("1.1.1.1", 53))
//!     it.localAddress.hostAddress
//! }
//! ```
//! ```java unchanged
//! class Query {
//!     void ask(DatagramSocket socket) throws Exception {
//!         socket.connect(InetAddress.getByName("8.8.8.8"), 53);
//!         socket.send(packet);
//!     }
//! }
//! ```
//!
//! ## Safety
//! Reported only. What works on every host asks over IPv4 first and over IPv6 (`2001:4860:4860::8888`)
//! when that fails; on dual-stack hosts the answer stays today's. `connect(InetAddress, int)` throws an
//! `UncheckedIOException` there, `connect(SocketAddress)` a `SocketException`.
//!
//! ## References
//! - evidence: languages, 1.9 and Java JV-UDPPROBE

use sixify_langs::address::{self, AddressClass};
use sixify_langs::{classify, java};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::JAVA, classify::KOTLIN, classify::SCALA],
    anchors: Anchors(&[&[".connect(", "getLocalAddress"], &[".connect(", "localAddress"]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = java::file(doc) else { return Ok(()) };
    for call in file.calls().filter(|c| c.name == "connect" && !c.creates) {
        let target = call.arguments.iter().flat_map(|a| std::iter::once(*a).chain(a.descendants())).find_map(|n| {
            let value = file.literal(n).or_else(|| file.literal(file.constant(n).0))?;
            address::exact(value).filter(|a| a.class == AddressClass::Other).map(|_| value.to_owned())
        });
        let kinds = ["method_declaration", "function_declaration", "function_definition", "constructor_declaration"];
        let around = call.node.ancestor(&kinds).map_or("", Node::text);
        let asks = around.contains("getLocalAddress") || around.contains("localAddress");
        let datagram = around.contains("DatagramSocket") || around.contains("DatagramChannel");
        if let Some(target) =
            target.filter(|_| asks && datagram && !around.contains(".send(") && !around.contains("::"))
        {
            let message =
                "asks for the local address over IPv4 only; where there is no IPv4 route, it fails: ask over IPv6 then";
            cx.report(
                Finding::new(call.node.span(), Role::Probe.name(), message)
                    .because(format!("{target} is dialled, and only the local address is read")),
            );
        }
    }
    Ok(())
}
