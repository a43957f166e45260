//! # Listen on both wildcards where an address is handed on
//!
//! ## Why it breaks
//! `IPAddress.Any` listens on IPv4 only. `IPAddress.IPv6Any` in its place listens on IPv6 only on .NET
//! Core and later, unless the listener sets `DualMode`: so the address is changed together with the
//! listener it is handed to, and only where that listener is found. A listener that is given its
//! address can be made dual-stack in any case.
//!
//! ## Examples
//! ```cs before path=App/Server.cs
//! using System.Net;
//!
//! class Server
//! {
//!     public int Listen(int port)
//!     {
//!         return Listen(new IPEndPoint(IPAddress.Any, port));
//!     }
//!
//!     public int Listen(IPEndPoint endPoint)
//!     {
//!         return new Acceptor(endPoint).Start();
//!     }
//! }
//! ```
//! ```cs before path=App/Acceptor.cs
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Acceptor
//! {
//!     readonly IPEndPoint endPoint;
//!     TcpListener listener;
//!
//!     public Acceptor(IPEndPoint endPoint)
//!     {
//!         this.endPoint = endPoint;
//!     }
//!
//!     public int Start()
//!     {
//!         listener = new TcpListener(endPoint);
//!         listener.Start();
//!         return ((IPEndPoint)listener.LocalEndpoint).Port;
//!     }
//! }
//! ```
//! ```cs after unsafe path=App/Server.cs
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Server
//! {
//!     public int Listen(int port)
//!     {
//!         return Listen(new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, port));
//!     }
//!
//!     public int Listen(IPEndPoint endPoint)
//!     {
//!         return new Acceptor(endPoint).Start();
//!     }
//! }
//! ```
//! ```cs after unsafe path=App/Acceptor.cs
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Acceptor
//! {
//!     readonly IPEndPoint endPoint;
//!     TcpListener listener;
//!
//!     public Acceptor(IPEndPoint endPoint)
//!     {
//!         this.endPoint = endPoint;
//!     }
//!
//!     public int Start()
//!     {
//!         listener = new TcpListener(endPoint);
//!         if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
//!         {
//!             listener.Server.DualMode = true;
//!         }
//!         listener.Start();
//!         return ((IPEndPoint)listener.LocalEndpoint).Port;
//!     }
//! }
//! ```
//! Options of a library that makes such sockets dual-stack itself:
//! ```cs before
//! using System.Net;
//! using Orleans.Configuration;
//! using Orleans.Hosting;
//!
//! static class Silo
//! {
//!     static void Configure(ISiloBuilder builder)
//!     {
//!         builder.Configure<EndpointOptions>(options =>
//!             options.SiloListeningEndpoint = new IPEndPoint(IPAddress.Any, 11111));
//!     }
//! }
//! ```
//! ```cs after unsafe
//! using System.Net;
//! using Orleans.Configuration;
//! using Orleans.Hosting;
//!
//! static class Silo
//! {
//!     static void Configure(ISiloBuilder builder)
//!     {
//!         builder.Configure<EndpointOptions>(options =>
//!             options.SiloListeningEndpoint = new IPEndPoint(IPAddress.IPv6Any, 11111));
//!     }
//! }
//! ```
//! What listens is not in sight:
//! ```cs reported
//! using System.Net;
//!
//! class Program
//! {
//!     static void Main()
//!     {
//!         var server = new Thirdparty.Server();
//!         server.Listen(new IPEndPoint(IPAddress.Any, 8433));
//!     }
//! }
//! ```
//! ```cs reported
//! class Settings
//! {
//!     public string BindAddress { get; set; } = "0.0.0.0";
//! }
//! ```
//! Addresses that are no listener's, and both families thought of:
//! ```cs unchanged
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Others
//! {
//!     EndPoint from = new IPEndPoint(IPAddress.Any, 0);
//!     int Read(Socket socket, byte[] buffer) => socket.ReceiveFrom(buffer, ref from);
//!     bool IsAny(IPAddress address) => address.Equals(IPAddress.Any);
//!     int Listen(int port) => Listen(new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, port));
//!     int Listen(IPEndPoint endPoint) => endPoint.Port;
//!     void Each(IPAddress[] addresses, int port)
//!     {
//!         foreach (var address in addresses)
//!         {
//!             var listener = new TcpListener(address, port);
//!             listener.Start();
//!         }
//!     }
//!     object Port() => new Grpc.Core.ServerPort("0.0.0.0", 50051, Grpc.Core.ServerCredentials.Insecure);
//! }
//! ```
//!
//! ## Safety
//! Unsafe: the spelling is measured on CoreCLR and Mono, on all kinds of hosts; that the listener which
//! was found is the only one cannot be told for sure. IPv4 peers show up as `::ffff:a.b.c.d`.
//!
//! ## References
//! - https://learn.microsoft.com/dotnet/api/system.net.sockets.socket.dualmode
//! - evidence: languages, C#, `OSSupportsIPv6 ? IPv6Any+DualMode : Any`

use sixify_langs::Mode;
use sixify_langs::classify::CSHARP;
use sixify_langs::csharp::{File, Sources};

use crate::catalog;
use crate::dotnet_apis;
use crate::dotnet_family as family;
use crate::dotnet_listeners::{self as listeners, End};
use crate::dotnet_sockets as sockets;
use crate::dotnet_uses::Place;
use crate::host_port;
use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;
use sixify_langs::naming;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[CSHARP],
    anchors: Anchors(&[&["IPAddress.Any"], &["\"0.0.0.0\""], &["new TcpListener("]]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::BindAddress.name();
const MEASURED: &str = "measured on CoreCLR 3.1 and Mono 6.8: IPv6Any with DualMode is reached on every address, \
    IPAddress.Any on IPv4 only, IPv6Any without DualMode on IPv6 only (CoreCLR)";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    let Some(file) = File::of(doc).filter(|_| policy.listeners() && !about_ipv4(doc)) else { return Ok(()) };
    let sources = Sources::new(doc, file.clone(), cx.project());
    let own = sources.own();
    let members = file.tree().all("member_access_expression").filter(|n| n.text().ends_with("Any"));
    let parsed = file.tree().all("invocation_expression").filter(|n| n.text().ends_with("(\"0.0.0.0\")"));
    for node in members.chain(parsed) {
        let Some(why) = sockets::wildcard_here(&file, node, sources.around()) else { continue };
        if thought_of(node) {
            continue;
        }
        let finding = |message: &str| Finding::new(node.span(), ROLE, message).because_all(why.clone());
        if let Some((api, left)) = option(&file, node, cx) {
            let Some(name) = node.field("name") else { continue };
            let edit = Edit::replace(name.span(), api.1);
            let found = finding("this listens on IPv4 only").because(format!("{left}: {}", api.0));
            cx.report(found.fix(Applicability::Unsafe, Fix::new().edit(edit)));
            continue;
        }
        let ends = listeners::ends(&sources, &Place::of(&own, node));
        verdict(&sources, node, ends, &policy, &finding, cx);
    }
    for creation in file.creations().filter(|c| c.ty.text().ends_with("TcpListener")) {
        wrapper(&file, &sources, &creation, cx);
    }
    defaults(&file, cx);
    for creation in file.creations() {
        let literal = creation.arguments.first().filter(|a| a.value.text() == "\"0.0.0.0\"");
        let catalog = catalog::apis(cx.options(), "csharp");
        let row = literal.and_then(|_| dotnet_apis::row(&file, catalog, sources.around(), creation.node, 1));
        if let Some(api) = row.filter(|api| api.wildcard.as_deref() == Some("dual")) {
            let reason = "this listens on both families already".to_owned();
            let evidence = vec![api.name.clone(), api.evidence.clone()];
            cx.leave(Note { span: creation.node.span(), role: Role::BindHost.name(), reason, evidence });
        }
    }
    Ok(())
}

/// Whether the wildcard stands beside its IPv6 twin.
fn thought_of(node: Node<'_>) -> bool {
    let stop = ["block", "declaration_list", "arrow_expression_clause"];
    let chain = node.ancestors().take_while(|n| !n.is_any(&stop));
    let beside =
        chain.filter(|n| n.is_any(&["conditional_expression", "switch_expression"])).any(family::thinks_of_ipv6);
    beside || family::member(node).is_some_and(|m| m.text().contains("IPv6Any"))
}

/// A row of the catalog for the option that an end point is assigned to: its evidence, what to write
/// instead, and how the code names the option.
fn option(file: &File, wildcard: Node<'_>, cx: &Context<'_>) -> Option<((String, String), String)> {
    let end = wildcard.ancestor(&["object_creation_expression"])?;
    let assignment = end.parent().filter(|p| p.is("assignment_expression") && p.field("right") == Some(end))?;
    let left = assignment.field("left")?;
    let name = left.text().rsplit('.').next()?;
    let rows = catalog::apis(cx.options(), "csharp").rows().filter(|a| a.role == "bind-address" && a.argument == 1);
    let of = |api: &&catalog::Api| {
        let mut names = std::iter::once(&api.name).chain(&api.also).filter_map(|n| n.rsplit_once('#'));
        let simple = |class: &str| class.rsplit('.').next().is_some_and(|s| file.tree().text().contains(s));
        names.any(|(class, member)| member == name && simple(class)).then_some(())
    };
    let mut rows = rows.filter(|a| of(a).is_some());
    let api = rows.next()?;
    Some(((api.evidence.clone(), api.instead.clone()?), left.text().to_owned()))
}

fn verdict(
    sources: &Sources<'_>,
    node: Node<'_>,
    ends: Vec<End>,
    policy: &Policy,
    finding: &dyn Fn(&str) -> Finding,
    cx: &mut Context<'_>,
) {
    let mut why = Vec::new();
    let mut edits = Vec::new();
    let mut unknown = Vec::new();
    let mut narrow = None;
    for end in ends {
        match end {
            End::Dual(reason) => why.push(reason),
            End::Becomes(place, changes, reason) => {
                why.push(format!("{reason} gets DualMode"));
                edits.push((place, changes));
            }
            End::Narrow(reason) => narrow = Some(reason),
            End::Elsewhere => return,
            End::Unknown(name) => unknown.push(name),
        }
    }
    let message = "this listens on IPv4 only";
    if let Some(reason) = narrow {
        return cx.report(finding(message).because(format!("{reason} would listen on IPv6 only")));
    }
    if why.is_empty() {
        let listens = |name: &&String| {
            naming::words(name)
                .iter()
                .any(|w| ["listen", "listening", "listener", "bind", "server", "start"].contains(&w.as_str()))
        };
        if let Some(name) = unknown.iter().find(listens) {
            cx.report(
                finding(message)
                    .because(format!("it is given to {name}, and what that makes of IPv6Any is not seen here")),
            );
        }
        return;
    }
    if !unknown.is_empty() {
        return cx.report(finding(message).because_all(why).because("it is used for something else too"));
    }
    let mut fix = Fix::new();
    for (place, changes) in edits {
        if sources.is_own(&place.unit) {
            fix = fix.edits(changes);
            continue;
        }
        let text = place.unit.file.tree().text();
        for mut edit in changes {
            edit.text = place.unit.layout.adapt(text, edit.span.start, &edit.text);
            fix = fix.edit_in(&place.unit.path, edit);
        }
    }
    fix = match (policy.mode, node.field("name")) {
        (Mode::Ipv6Only, Some(name)) => fix.edit(Edit::replace(name.span(), "IPv6Any")),
        _ => fix.edits(sockets::either_any(node, sockets::socket_type(sources.around()))).need(sockets::sockets_need()),
    };
    let message = "this listens on IPv4 only. IPv4 peers show up as ::ffff:a.b.c.d when both families are listened on";
    cx.report(finding(message).because_all(why).because(MEASURED).fix(Applicability::Unsafe, fix));
}

/// The wildcard as the text that a setting for the listener starts with.
fn defaults(file: &File, cx: &mut Context<'_>) {
    for node in file.tree().all("string_literal").filter(|n| n.text() == "\"0.0.0.0\"") {
        let parent = node.parent();
        let name = parent.filter(|p| p.is_any(&["variable_declarator", "property_declaration", "parameter"]));
        let name = name.and_then(|p| p.field("name")).or_else(|| {
            let set = parent.filter(|p| p.is("assignment_expression") && p.field("right") == Some(node))?;
            let left = set.field("left")?;
            left.field("name").or(Some(left))
        });
        let Some(name) = name.map(Node::text) else { continue };
        let words = naming::words(name);
        let listens =
            ["bind", "binding", "listen", "listener", "listening"].iter().any(|w| words.iter().any(|x| x == w));
        if listens && !family::member(node).is_some_and(family::thinks_of_ipv6) {
            let why = format!("{name} is called an address to listen on; what reads it is not known");
            cx.report(Finding::new(node.span(), Role::BindHost.name(), "this listens on IPv4 only").because(why));
        }
    }
}

/// A `TcpListener` whose address is given from outside.
fn wrapper(file: &File, sources: &Sources<'_>, creation: &sixify_langs::csharp::Creation<'_>, cx: &mut Context<'_>) {
    let Some(first) = creation.arguments.first() else { return };
    let ty = file.type_of(first.value);
    let address = match (ty.as_deref(), creation.arguments.len()) {
        (Some("IPEndPoint"), 1) => false,
        (Some("IPAddress"), 2) => true,
        _ => return,
    };
    // What is written in the file itself is seen by the codemod for listeners of their own.
    let given = host_port::repeatable(first.value)
        && file.alternatives(first.value).iter().all(|(n, _)| {
            host_port::repeatable(*n)
                && n.field("name").is_none_or(|m| !["Any", "IPv6Any", "Loopback", "IPv6Loopback"].contains(&m.text()))
        });
    let Some(why) = file.names_type(creation.ty, "System.Net.Sockets.TcpListener", sources.around()).filter(|_| given)
    else {
        return;
    };
    let place = Place::of(&sources.own(), creation.node);
    let End::Becomes(_, edits, _) = listeners::listener(&place, first.value, address) else { return };
    if family::member(creation.node).is_some_and(family::thinks_of_ipv6) {
        return;
    }
    let loops = ["foreach_statement", "for_statement", "lambda_expression"];
    let member = family::member(creation.node);
    if creation.node.ancestors().take_while(|n| Some(*n) != member).any(|n| n.is_any(&loops)) {
        // One of several: where `::` takes IPv4 as well, the listener for `0.0.0.0` finds its port taken.
        let reason = "each of several addresses gets a listener of its own".to_owned();
        return cx.leave(Note { span: creation.node.span(), role: ROLE, reason, evidence: why });
    }
    let message =
        "given an IPv6 address, this listens on IPv6 only (.NET Core and later); with DualMode on both families";
    let finding = Finding::new(creation.node.span(), ROLE, message).because_all(why).because(MEASURED);
    cx.report(finding.fix(Applicability::Unsafe, Fix::new().edits(edits)));
}
