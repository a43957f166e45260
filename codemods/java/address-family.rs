//! # Let channels and resolvers use both address families
//!
//! ## Why it breaks
//! A channel that is opened with `StandardProtocolFamily.INET` is an IPv4 one: on an IPv6-only host
//! nobody reaches it. Without the family it has both, and IPv4 alone where there is no IPv6. A resolver
//! that is told `IPV4_ONLY` never finds the address of a name that has only an IPv6 one.
//!
//! ## Examples
//! ```java before
//! import io.netty.channel.socket.InternetProtocolFamily;
//! import io.netty.channel.socket.nio.NioDatagramChannel;
//! import io.netty.resolver.ResolvedAddressTypes;
//! import java.net.StandardProtocolFamily;
//! import java.nio.channels.DatagramChannel;
//!
//! class Server {
//!     void start(DnsNameResolverBuilder resolver) throws Exception {
//!         DatagramChannel udp = DatagramChannel.open(StandardProtocolFamily.INET);
//!         Object netty = new NioDatagramChannel(InternetProtocolFamily.IPv4);
//!         resolver.resolvedAddressTypes(ResolvedAddressTypes.IPV4_ONLY);
//!     }
//! }
//! ```
//! ```java after unsafe
//! import io.netty.channel.socket.nio.NioDatagramChannel;
//! import io.netty.resolver.ResolvedAddressTypes;
//! import java.nio.channels.DatagramChannel;
//!
//! class Server {
//!     void start(DnsNameResolverBuilder resolver) throws Exception {
//!         DatagramChannel udp = DatagramChannel.open();
//!         Object netty = new NioDatagramChannel();
//!         resolver.resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED);
//!     }
//! }
//! ```
//! A server over TCP:
//! ```java before
//! import java.net.StandardProtocolFamily;
//! import java.nio.channels.ServerSocketChannel;
//!
//! class Server {
//!     ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.INET);
//! }
//! ```
//! ```java after
//! import java.nio.channels.ServerSocketChannel;
//!
//! class Server {
//!     ServerSocketChannel channel = ServerSocketChannel.open();
//! }
//! ```
//! ```kotlin before
//! import java.net.StandardProtocolFamily
//! import java.nio.channels.DatagramChannel
//!
//! val channel: DatagramChannel = DatagramChannel.open(StandardProtocolFamily.INET)
//! ```
//! ```kotlin after unsafe
//! import java.nio.channels.DatagramChannel
//!
//! val channel: DatagramChannel = DatagramChannel.open()
//! ```
//! Reported: multicast, where the family must be that of the group, and what decides about the family elsewhere.
//! ```java reported
//! import java.net.StandardProtocolFamily;
//! import java.nio.channels.DatagramChannel;
//!
//! class Discovery {
//!     void start() throws Exception {
//!         DatagramChannel udp = DatagramChannel.open(StandardProtocolFamily.INET);
//!         udp.join(group, networkInterface);
//!     }
//! }
//! ```
//! ```java reported
//! class Options {
//!     static {
//!         System.setProperty("java.net.preferIPv6Addresses", "false");
//!     }
//! }
//! ```
//! ```java unchanged
//! import java.net.StandardProtocolFamily;
//! import java.nio.channels.DatagramChannel;
//!
//! class Server {
//!     void start(boolean ipv6) throws Exception {
//!         DatagramChannel udp = DatagramChannel.open();
//!         DatagramChannel both = DatagramChannel.open(ipv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
//!         DatagramChannel six = DatagramChannel.open(StandardProtocolFamily.INET6);
//!     }
//! }
//! ```
//! ```java unchanged
//! import io.netty.resolver.ResolvedAddressTypes;
//!
//! class Resolver {
//!     ResolvedAddressTypes types() {
//!         if (System.hasIpV6()) {
//!             return ResolvedAddressTypes.IPV4_PREFERRED;
//!         } else {
//!             return ResolvedAddressTypes.IPV4_ONLY;
//!         }
//!     }
//! }
//! ```
//! ```java unchanged mode=ipv6-capable
//! class Options {
//!     static {
//!         System.setProperty("java.net.preferIPv6Addresses", "false");
//!     }
//! }
//! ```
//!
//! ## Safety
//! Safe for `ServerSocketChannel`: without a family it is reached wherever it was before, on every kind
//! of host, which was measured. Unsafe elsewhere, though that was measured for `DatagramChannel`, too:
//! peers of both families may now send to it, and a resolver finds more.
//!
//! ## References
//! - evidence: languages, Java, `ServerSocketChannel.open(INET)` and `DatagramChannel.open(INET)`, measured
//! - <https://docs.oracle.com/javase/8/docs/api/java/nio/channels/DatagramChannel.html#open-java.net.ProtocolFamily->

use sixify_langs::{classify, java};

use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::JAVA, classify::KOTLIN, classify::SCALA],
    anchors: Anchors(&[
        &["StandardProtocolFamily.INET"],
        &["InternetProtocolFamily.IPv4"],
        &["SocketProtocolFamily.INET"],
        &["IPV4_ONLY"],
        &["java.net.preferIPv6Addresses"],
    ]),
    specificity: 0,
    run,
};

const FAMILIES: [&str; 3] = ["StandardProtocolFamily.INET", "InternetProtocolFamily.IPv4", "SocketProtocolFamily.INET"];
const CHANNELS: [&str; 7] = [
    "DatagramChannel",
    "ServerSocketChannel",
    "SocketChannel",
    "NioDatagramChannel",
    "EpollDatagramChannel",
    "NioSocketChannel",
    "NioServerSocketChannel",
];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = java::file(doc).filter(|_| !about_ipv4(doc)) else { return Ok(()) };
    let multicast = [".join(", "joinGroup(", "MulticastChannel", "IP_MULTICAST"].iter().any(|m| doc.text.contains(m));
    for call in file.calls() {
        let channel = if call.creates { call.name } else { call.receiver.map_or("", Node::text) };
        let channel = channel.rsplit('.').next().unwrap_or_default();
        if let [family] = call.arguments.as_slice()
            && FAMILIES.iter().any(|name| family.text().ends_with(name))
            && family.text().chars().all(|c| c.is_alphanumeric() || c == '.' || c == '_')
            && CHANNELS.contains(&channel)
        {
            let message =
                "the channel is an IPv4 one; without a family it has both, and IPv4 alone where there is no IPv6";
            let finding = Finding::new(family.span(), Role::AddressFamily.name(), message)
                .because(format!("argument of {channel}"))
                .because("evidence: Java, ServerSocketChannel.open(INET), measured");
            let fix = Fix::new().edit(Edit::delete(family.span()));
            // Java shows IPv4 clients in the same way with either.
            let server = doc.kind == classify::JAVA && file.knows("java.nio.channels.ServerSocketChannel");
            cx.report(match multicast {
                true => finding.because("the file joins a multicast group, whose family must be the channel's"),
                false if server && channel == "ServerSocketChannel" => finding.fix(Applicability::Safe, fix),
                false => finding.fix(Applicability::Unsafe, fix),
            });
        }
        if let [key, value] = call.arguments.as_slice()
            && file.literal(*key) == Some("java.net.preferIPv6Addresses")
            && (file.literal(*value) == Some("false") || value.text() == "false")
            && call.name != "getProperty"
            && Policy::of(cx.options()).listeners()
        {
            let message = "names that have addresses of both families are dialled over IPv4 only, which an IPv6-only host cannot; `system` takes the order of the operating system (JDK 9 and later)";
            cx.report(Finding::new(call.node.span(), Role::AddressFamily.name(), message));
        }
    }
    let selections = ["field_access", "navigation_expression", "field_expression"];
    for node in selections.iter().flat_map(|kind| file.tree.all(kind)) {
        let Some((class, name)) = file.member(node).filter(|(_, name)| name.text() == "IPV4_ONLY") else { continue };
        // Where the code asks for IPv6 itself, each branch is right for its answer.
        let asked = node
            .ancestors()
            .filter(|n| n.is_any(&["if_statement", "ternary_expression", "if_expression"]))
            .any(|n| n.field("condition").is_some_and(|c| c.text().to_ascii_lowercase().contains("ipv6")));
        if class.text().ends_with("ResolvedAddressTypes") && !asked {
            let message = "names that have only an IPv6 address are not found; preferring IPv4 gives the same answer for all others";
            let fix = Fix::new().edit(Edit::replace(name.span(), "IPV4_PREFERRED"));
            cx.report(
                Finding::new(node.span(), Role::AddressFamily.name(), message)
                    .because("io.netty.resolver.ResolvedAddressTypes")
                    .fix(Applicability::Unsafe, fix),
            );
        }
    }
    Ok(())
}
