//! # A connect that only learns the local address needs IPv4
//!
//! ## Why it breaks
//! `socket.Connect("8.8.8.8", 65530)` over UDP sends nothing; it asks the kernel which address it would
//! send from. An IPv6-only host has no route there and throws. The family of the socket is chosen before
//! the connect, so the place for a second try is for a person to find: try IPv4 first, which keeps
//! today's answer, then `2001:4860:4860::8888` with a socket of the family `InterNetworkV6`.
//!
//! ## Examples
//! ```cs reported
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Local
//! {
//!     string Address()
//!     {
//!         using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, 0);
//!         socket.Connect("8.8.8.8", 65530);
//!         return ((IPEndPoint)socket.LocalEndPoint).Address.ToString();
//!     }
//! }
//! ```
//! A socket that is used to talk:
//! ```cs unchanged
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Client
//! {
//!     void Ask(byte[] query)
//!     {
//!         using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, 0);
//!         socket.Connect("8.8.8.8", 53);
//!         socket.Send(query);
//!     }
//! }
//! ```
//!
//! ## Safety
//! Nothing is changed.
//!
//! ## References
//! - connect(2), ENETUNREACH
//! - evidence: languages, 1.9 "Outbound IP" UDP trick, and C#, CS-UDPPROBE

use sixify_langs::classify::CSHARP;
use sixify_langs::csharp::File;

use crate::dotnet_family as family;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[CSHARP], anchors: Anchors(&[&["Connect(\"", "LocalEndPoint"]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = File::of(doc) else { return Ok(()) };
    for call in file.calls().filter(|c| c.name == "Connect" && c.arguments.len() == 2) {
        let target = call.arguments.first().and_then(|a| file.text_expr(a.value)).and_then(|t| t.value());
        let address = target.and_then(|(text, _)| text.parse::<std::net::Ipv4Addr>().ok());
        let Some(address) = address.filter(|a| !a.is_loopback() && !a.is_unspecified()) else { continue };
        let Some((socket, member)) = call.receiver.zip(family::member(call.node)) else { continue };
        let asks = |what: &str| member.text().contains(&format!("{}.{what}", socket.text()));
        if !asks("LocalEndPoint") || asks("Send") || asks("Receive") || family::thinks_of_ipv6(member) {
            continue;
        }
        let message = "this connect only learns the local address, and fails on a host without IPv4";
        let why = format!("{} is only asked for its local end point; {address} is an IPv4 address", socket.text());
        cx.report(Finding::new(call.node.span(), Role::Probe.name(), message).because(why));
    }
    Ok(())
}
