//! # Make sockets that can talk IPv6
//!
//! ## Why it breaks
//! A socket of the family `InterNetwork` can neither listen on an IPv6 address nor connect to one.
//! A socket made without a family is a dual-stack one: it talks IPv6, and IPv4 through mapped
//! addresses. Where the end point is known, its own family is the right one.
//!
//! ## Examples
//! ```cs before
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Client
//! {
//!     Socket Open(IPEndPoint endpoint)
//!     {
//!         var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
//!         socket.Connect(endpoint);
//!         return socket;
//!     }
//!
//!     Socket Open(string host, int port)
//!     {
//!         var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
//!         socket.Connect(host, port);
//!         return socket;
//!     }
//! }
//! ```
//! ```cs after unsafe
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Client
//! {
//!     Socket Open(IPEndPoint endpoint)
//!     {
//!         var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
//!         socket.Connect(endpoint);
//!         return socket;
//!     }
//!
//!     Socket Open(string host, int port)
//!     {
//!         var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
//!         socket.Connect(host, port);
//!         return socket;
//!     }
//! }
//! ```
//! A listener changes with the address that it is bound to: a dual-stack socket bound to the IPv4
//! wildcard still listens on IPv4 only.
//! ```cs before
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Server
//! {
//!     void Run(int port)
//!     {
//!         var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
//!         listener.Bind(new IPEndPoint(IPAddress.Any, port));
//!         listener.Listen(10);
//!     }
//! }
//! ```
//! ```cs after unsafe
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Server
//! {
//!     void Run(int port)
//!     {
//!         var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
//!         listener.Bind(new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, port));
//!         listener.Listen(10);
//!     }
//! }
//! ```
//! On .NET Framework, and with the address in another class and the socket in several files:
//! ```cs before path=App/Peer.cs
//! using System.Net;
//! using System.Net.Sockets;
//!
//! partial class Peer
//! {
//!     Socket socket;
//!     Settings settings;
//!     EndPoint sender = new IPEndPoint(IPAddress.Any, 0);
//!
//!     void Open(int port)
//!     {
//!         socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
//!         socket.Blocking = false;
//!         socket.Bind(new IPEndPoint(settings.Local, port));
//!     }
//!
//!     int Read(byte[] buffer) => socket.ReceiveFrom(buffer, ref sender);
//! }
//! ```
//! ```cs before path=App/Peer.Send.cs
//! using System.Net;
//!
//! partial class Peer
//! {
//!     void Probe(byte[] data, EndPoint to)
//!     {
//!         socket.DontFragment = true;
//!         socket.SendTo(data, to);
//!     }
//! }
//! ```
//! ```cs before path=App/Settings.cs
//! using System.Net;
//!
//! class Settings
//! {
//!     IPAddress local = IPAddress.Any;
//!
//!     public IPAddress Local { get { return local; } set { local = value; } }
//! }
//! ```
//! ```xml before path=App/App.csproj
//! <Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net46</TargetFramework></PropertyGroup></Project>
//! ```
//! ```cs after unsafe path=App/Peer.cs
//! using System.Net;
//! using System.Net.Sockets;
//!
//! partial class Peer
//! {
//!     Socket socket;
//!     Settings settings;
//!     EndPoint sender = new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
//!
//!     void Open(int port)
//!     {
//!         socket = new Socket(Socket.OSSupportsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
//!         socket.Blocking = false;
//!         if (socket.AddressFamily == AddressFamily.InterNetworkV6)
//!         {
//!             socket.DualMode = true;
//!         }
//!         socket.Bind(new IPEndPoint(settings.Local, port));
//!     }
//!
//!     int Read(byte[] buffer) => socket.ReceiveFrom(buffer, ref sender);
//! }
//! ```
//! ```cs after unsafe path=App/Peer.Send.cs
//! using System.Net;
//!
//! partial class Peer
//! {
//!     void Probe(byte[] data, EndPoint to)
//!     {
//!         if (socket.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork) socket.DontFragment = true;
//!         socket.SendTo(data, to);
//!     }
//! }
//! ```
//! ```cs after unsafe path=App/Settings.cs
//! using System.Net;
//!
//! class Settings
//! {
//!     IPAddress local = System.Net.Sockets.Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
//!
//!     public IPAddress Local { get { return local; } set { local = value; } }
//! }
//! ```
//! ```xml after unsafe path=App/App.csproj
//! <Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net46</TargetFramework></PropertyGroup></Project>
//! ```
//! Broadcast and multicast are other protocols on IPv6; a person has to decide:
//! ```cs reported
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Discovery
//! {
//!     Socket Open(int port)
//!     {
//!         var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
//!         socket.EnableBroadcast = true;
//!         socket.Bind(new IPEndPoint(IPAddress.Any, port));
//!         return socket;
//!     }
//! }
//! ```
//! Loopback, a family that is chosen, and a class of the same name that is somebody's own:
//! ```cs unchanged
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Ports
//! {
//!     int Free()
//!     {
//!         using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
//!         socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
//!         return ((IPEndPoint)socket.LocalEndPoint).Port;
//!     }
//!
//!     int Any()
//!     {
//!         using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
//!         socket.Bind(new IPEndPoint(IPAddress.Any, 0));
//!         return ((IPEndPoint)socket.LocalEndPoint).Port;
//!     }
//!
//!     Socket Open(bool ipv6) => ipv6
//!         ? new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp)
//!         : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
//! }
//! ```
//! ```cs unchanged
//! using Acme.Sockets;
//!
//! class Client
//! {
//!     void Open(EndPoint to) { var s = new Socket(AddressFamily.InterNetwork, 1, 2); s.Connect(to); }
//! }
//! ```
//!
//! ## Safety
//! Unsafe. Measured on CoreCLR and Mono: a dual-stack socket bound to the IPv6 wildcard is reached on
//! every address of every kind of host, and `OSSupportsIPv6` picks IPv4 where there is no IPv6. But
//! what else is done with the socket (options of the level IP, comparisons of peers, which are now
//! `::ffff:a.b.c.d`) is not all seen.
//!
//! ## References
//! - https://learn.microsoft.com/dotnet/api/system.net.sockets.socket.dualmode
//! - evidence: languages, C#, CS-SOCK4 and CS-SOCK4C

use sixify_langs::classify::CSHARP;
use sixify_langs::csharp::{File, Sources};

use crate::dotnet_made::{Made, Verdict};
use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[CSHARP],
    anchors: Anchors(&[&["AddressFamily.InterNetwork", "new Socket"]]),
    specificity: 0,
    run,
};

const SOCKET: &str = "System.Net.Sockets.Socket";
const FAMILY: &str = "System.Net.Sockets.AddressFamily";
const MEASURED: &str = "measured on CoreCLR 3.1 and Mono 6.8: a dual-stack socket bound to the IPv6 wildcard is reached on \
    every address; one of the family InterNetwork on IPv4 only";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    let Some(file) = File::of(doc).filter(|_| !about_ipv4(doc)) else { return Ok(()) };
    let sources = Sources::new(doc, file.clone(), cx.project());
    for creation in file.creations().filter(|c| c.arguments.len() == 3) {
        let Some(family) = creation.argument("addressFamily", 0) else { continue };
        let ipv4 = file.names_member(family.value, FAMILY, "InterNetwork", sources.around());
        let Some(why) = ipv4.and_then(|_| file.names_type(creation.ty, SOCKET, sources.around())) else { continue };
        let socket = Made { doc, file: &file, sources: &sources, creation: &creation, family: family.value };
        let Some(verdict) = socket.judge(&policy, cx) else { continue };
        let message = verdict.message();
        let finding = Finding::new(creation.node.span(), Role::AddressFamily.name(), message).because_all(why);
        match verdict {
            Verdict::Leave(reason) => {
                let evidence = vec![format!("line {}", creation.node.line())];
                cx.leave(Note { span: creation.node.span(), role: Role::AddressFamily.name(), reason, evidence });
            }
            Verdict::Report(why) => cx.report(finding.because(why)),
            Verdict::Dial(why, fix) => cx.report(finding.because(why).fix(Applicability::Unsafe, fix)),
            Verdict::Listen(why, fix) => {
                cx.report(finding.because_all(why).because(MEASURED).fix(Applicability::Unsafe, fix));
            }
        }
    }
    Ok(())
}
