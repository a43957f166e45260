//! # Receive datagrams over both families
//!
//! ## Why it breaks
//! `new UdpClient(port)` receives over IPv4 only, on every framework, and so does one that is given an end
//! point with `IPAddress.Any`. A dual-stack one has to be bound by hand, after `DualMode` is set.
//!
//! ## Examples
//! ```cs before
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Receiver
//! {
//!     void Run(int port)
//!     {
//!         var client = new UdpClient(port);
//!         IPEndPoint from = null;
//!         client.Receive(ref from);
//!     }
//! }
//! ```
//! ```cs after unsafe
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Receiver
//! {
//!     void Run(int port)
//!     {
//!         var client = new UdpClient(Socket.OSSupportsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
//!         if (client.Client.AddressFamily == AddressFamily.InterNetworkV6)
//!         {
//!             client.Client.DualMode = true;
//!         }
//!         client.Client.Bind(new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, port));
//!         IPEndPoint from = null;
//!         client.Receive(ref from);
//!     }
//! }
//! ```
//! Broadcast and multicast are other protocols on IPv6, and a field has no place for more statements:
//! ```cs reported
//! using System.Net.Sockets;
//!
//! class Discovery
//! {
//!     void Run(int port)
//!     {
//!         var client = new UdpClient(port);
//!         client.EnableBroadcast = true;
//!     }
//! }
//! ```
//! ```cs reported
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Receiver
//! {
//!     UdpClient client = new UdpClient(new IPEndPoint(IPAddress.Any, 5353));
//! }
//! ```
//! ```cs unchanged
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Others
//! {
//!     UdpClient Sender() => new UdpClient(0);
//!     UdpClient Local(int port) => new UdpClient(new IPEndPoint(IPAddress.Loopback, port));
//!     UdpClient Six(int port) => new UdpClient(port, AddressFamily.InterNetworkV6);
//! }
//! ```
//!
//! ## Safety
//! Unsafe: the spelling is measured on CoreCLR and Mono, and reached over both families on every kind of
//! host that has IPv6 in its kernel; what is sent to IPv4 end points and who the peers are was not looked at.
//!
//! ## References
//! - https://learn.microsoft.com/dotnet/api/system.net.sockets.udpclient.-ctor
//! - evidence: languages, C#, CS-UDP: `UdpClient(InterNetworkV6)+DualMode+Bind(IPv6Any)`

use sixify_langs::Mode;
use sixify_langs::classify::CSHARP;
use sixify_langs::csharp::{Creation, File, Sources};

use crate::dotnet_family as family;
use crate::dotnet_sockets::{self as sockets, Age};
use crate::dotnet_text as lines;
use crate::dotnet_uses as uses;
use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[CSHARP], anchors: Anchors(&[&["new UdpClient("]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    let Some(file) = File::of(doc).filter(|_| policy.mode == Mode::DualStack && !about_ipv4(doc)) else {
        return Ok(());
    };
    let sources = Sources::new(doc, file.clone(), cx.project());
    for creation in file.creations().filter(|c| c.arguments.len() == 1 && c.ty.text().ends_with("UdpClient")) {
        let Some(port) = port(&file, &sources, &creation) else { continue };
        let named = file.names_type(creation.ty, "System.Net.Sockets.UdpClient", sources.around());
        let thought = family::member(creation.node).is_some_and(family::thinks_of_ipv6);
        let Some(why) = named.filter(|_| !thought) else { continue };
        let message =
            "this receives over IPv4 only; IPv4 peers show up as ::ffff:a.b.c.d when both families are received";
        let finding = Finding::new(creation.node.span(), Role::BindAddress.name(), message).because_all(why);
        let around = family::member(creation.node).into_iter().chain(creation.node.ancestor(&["class_declaration"]));
        let only = around.into_iter().find_map(family::ipv4_datagrams);
        cx.report(match (only, sockets::age(doc, cx)) {
            (Some(line), _) => finding.because(format!("line {line} uses IPv4 broadcast or multicast")),
            (None, Age::Ancient(framework)) => finding.because(format!("{framework} has no dual-stack sockets")),
            (None, _) => match fix(&file, &creation, port) {
                Some(fix) => finding.fix(Applicability::Unsafe, fix),
                None => finding.because("there is no clear place for setting DualMode"),
            },
        });
    }
    Ok(())
}

/// The port that a client is bound to over IPv4 alone.
fn port<'a>(file: &'a File, sources: &Sources<'_>, creation: &Creation<'a>) -> Option<Node<'a>> {
    let only = creation.arguments.first()?.value;
    if file.is_integer(only) {
        return Some(only).filter(|n| n.text() != "0");
    }
    let inner = sockets::endpoint(file, only, sources.around())?;
    let (address, port) = (inner.argument("address", 0)?, inner.argument("port", 1)?.value);
    sockets::wildcard_here(file, address.value, sources.around())?;
    Some(port).filter(|n| n.text() != "0")
}

fn fix(file: &File, creation: &Creation<'_>, port: Node<'_>) -> Option<Fix> {
    let held = uses::held(file, creation.node)?;
    let statement =
        lines::statement(creation.node).filter(|s| lines::in_block(*s) && creation.initializer.is_none())?;
    let argument = creation.arguments.first()?.node.span();
    let socket = format!("{}.Client", held.name);
    let dual = sockets::dual_mode(&format!("{socket}.AddressFamily == AddressFamily.InterNetworkV6"), &socket);
    let any = "Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any";
    let bind = format!("{socket}.Bind(new IPEndPoint({any}, {}));", port.text());
    let added: Vec<&str> = dual.iter().map(String::as_str).chain([bind.as_str()]).collect();
    let family = "Socket.OSSupportsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork";
    let need = Need::Import { module: "System.Net".into(), member: None, local: "IPEndPoint".into() };
    Some(Fix::new().edit(Edit::replace(argument, family)).edit(lines::behind(statement, &added)).need(need))
}
