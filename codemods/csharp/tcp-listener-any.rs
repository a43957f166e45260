//! # Listen on both families with `TcpListener.Create`
//!
//! ## Why it breaks
//! `new TcpListener(IPAddress.Any, port)` listens on IPv4 only. `IPAddress.IPv6Any` in its place is
//! wrong too: .NET then listens on IPv6 only, and takes the service away from every IPv4 client.
//! `TcpListener.Create(port)` makes a dual-stack socket, and an IPv4 one where there is no IPv6.
//!
//! ## Examples
//! ```cs before
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Server
//! {
//!     private readonly TcpListener _metrics = new(IPAddress.Any, 9090);
//!
//!     public void Run(int port)
//!     {
//!         var listener = new TcpListener(IPAddress.Any, port);
//!         listener.Start();
//!         var old = new TcpListener(port + 1);
//!         var whole = new TcpListener(new IPEndPoint(IPAddress.Any, 7000));
//!         var named = new System.Net.Sockets.TcpListener(port: 7001, localaddr: System.Net.IPAddress.Any);
//!     }
//! }
//! ```
//! ```cs after
//! using System.Net.Sockets;
//!
//! class Server
//! {
//!     private readonly TcpListener _metrics = TcpListener.Create(9090);
//!
//!     public void Run(int port)
//!     {
//!         var listener = TcpListener.Create(port);
//!         listener.Start();
//!         var old = TcpListener.Create(port + 1);
//!         var whole = TcpListener.Create(7000);
//!         var named = System.Net.Sockets.TcpListener.Create(port: 7001);
//!     }
//! }
//! ```
//! The using stays where something else may need it:
//! ```cs before
//! using System;
//! using System.Net;
//! using System.Net.Sockets;
//!
//! var listener = new TcpListener(
//!     IPAddress.Any,
//!     8080);
//! listener.Start();
//! Console.WriteLine($"listening on port {((IPEndPoint)listener.LocalEndpoint).Port}");
//! ```
//! ```cs after
//! using System;
//! using System.Net;
//! using System.Net.Sockets;
//!
//! var listener = TcpListener.Create(
//!     8080);
//! listener.Start();
//! Console.WriteLine($"listening on port {((IPEndPoint)listener.LocalEndpoint).Port}");
//! ```
//! Where addresses of clients are looked at, they now look different: unsafe.
//! ```cs before
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Server
//! {
//!     bool IsLocal(TcpClient client) => ((IPEndPoint)client.Client.RemoteEndPoint).Address.Equals(IPAddress.Loopback);
//!
//!     TcpListener Listen() => new TcpListener(IPAddress.Any, 80);
//! }
//! ```
//! ```cs after unsafe
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Server
//! {
//!     bool IsLocal(TcpClient client) => ((IPEndPoint)client.Client.RemoteEndPoint).Address.Equals(IPAddress.Loopback);
//!
//!     TcpListener Listen() => TcpListener.Create(80);
//! }
//! ```
//! In the mode `ipv6-only` IPv4 listeners go:
//! ```cs before mode=ipv6-only
//! using System.Net.Sockets;
//!
//! class Server
//! {
//!     TcpListener _a = new TcpListener(8080);
//! }
//! ```
//! ```cs after unsafe
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Server
//! {
//!     TcpListener _a = new TcpListener(IPAddress.IPv6Any, 8080);
//! }
//! ```
//! An object initialiser, an address from elsewhere, and a class derived from `TcpListener` are
//! reported:
//! ```cs reported
//! using System.Net;
//! using System.Net.Sockets;
//!
//! var listener = new TcpListener(IPAddress.Any, 80) { ExclusiveAddressUse = false };
//! ```
//! ```cs reported
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Server
//! {
//!     void Run()
//!     {
//!         var address = IPAddress.Any;
//!         var listener = new TcpListener(address, 80);
//!     }
//! }
//! ```
//! ```cs reported
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Listener : TcpListener
//! {
//!     public Listener(int port) : base(IPAddress.Any, port) { }
//! }
//! ```
//! Loopback, an address that is chosen elsewhere, both families handled already, and types of the
//! same names that are somebody's own:
//! ```cs unchanged
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Server
//! {
//!     TcpListener A() => new TcpListener(IPAddress.Loopback, 0);
//!     TcpListener B(IPAddress address) => new TcpListener(address, 80);
//!     TcpListener C(IPEndPoint endpoint) => new TcpListener(endpoint);
//!     TcpListener D(int port) => TcpListener.Create(port);
//!     bool E(IPAddress address) => address.Equals(IPAddress.Any);
//! }
//! ```
//! ```cs unchanged
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Server
//! {
//!     TcpListener A() => new TcpListener(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, 80);
//! }
//! ```
//! ```cs unchanged
//! using System.Net;
//! using Acme.Sockets;
//!
//! class Server
//! {
//!     TcpListener A() => new TcpListener(IPAddress.Any, 80);
//! }
//! ```
//! ```cs unchanged
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class IPAddress { public static object Any; }
//!
//! class Server
//! {
//!     TcpListener A() => new TcpListener(IPAddress.Any, 80);
//! }
//! ```
//!
//! ## Safety
//! Safe: measured on CoreCLR, `TcpListener.Create` is reached on every address on every kind of host,
//! one without IPv6 in its kernel included; `new TcpListener(IPAddress.Any, p)` only over IPv4. Peers
//! with IPv4 addresses show up as `::ffff:a.b.c.d`, so the fix is unsafe in a file that does more with
//! the addresses of its sockets than log them or read their ports. Mono makes the dual-stack socket
//! too, but has no fall-back on a kernel without IPv6.
//!
//! ## References
//! - https://learn.microsoft.com/dotnet/api/system.net.sockets.tcplistener.create
//! - evidence: languages, C#, CS-TCPL: `new TcpListener(IPAddress.Any,p)` and `TcpListener.Create(p)` (CoreCLR 3.1)

use sixify_langs::classify::CSHARP;
use sixify_langs::csharp::{Argument, Creation, File, Surroundings};
use sixify_langs::{HostKind, Mode};

use crate::dotnet_sockets::{self as sockets, Wildcard};
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod { kinds: &[CSHARP], anchors: Anchors(&[&["TcpListener"]]), specificity: 0, run };

const LISTENER: &str = "System.Net.Sockets.TcpListener";
const MEASURED: &str = "measured on CoreCLR 3.1: TcpListener.Create(p) is reached on every address of every kind of host, \
    new TcpListener(IPAddress.Any, p) over IPv4 only, new TcpListener(IPAddress.IPv6Any, p) over IPv6 only";
const COST: &str = "IPv4 peers then show up as ::ffff:a.b.c.d";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    let Some(file) = File::of(doc).filter(|_| policy.listeners()) else { return Ok(()) };
    let around = Surroundings::of(doc, cx.project());
    for creation in file.creations() {
        let Some(why) = file.names_type(creation.ty, LISTENER, &around) else { continue };
        let Some(place) = place(&file, &creation, &around) else { continue };
        let message = format!("this listens on IPv4 only; TcpListener.Create listens on both families. {COST}");
        let finding = Finding::new(creation.node.span(), Role::BindHost.name(), message)
            .because_all(why)
            .because_all(place.why.clone())
            .because(MEASURED);
        let blocker = blocker(doc, &file, &creation, &place, cx);
        if let Some(reason) = blocker {
            cx.report(finding.because(reason));
            continue;
        }
        let (mut applicability, fix) = match policy.mode {
            Mode::Ipv6Only => (narrowing(&policy), narrow(&creation, &place)),
            _ => (Applicability::Safe, create(&creation, &place)),
        };
        let mut reasons = sockets::uses_addresses(&file);
        if policy.guards(HostKind::V4Kernel) && sockets::frameworks(doc, cx).iter().any(|f| f.starts_with("net4")) {
            reasons.push("Mono has no fall-back on a kernel without IPv6".to_owned());
        }
        if !reasons.is_empty() {
            applicability = applicability.min(Applicability::Unsafe);
        }
        cx.report(finding.because_all(reasons).fix(applicability, fix));
    }
    derived(&file, &around, cx);
    Ok(())
}

/// Where the wildcard stands among the arguments.
struct Place<'a> {
    form: Form<'a>,
    why: Vec<String>,
    /// Whether the wildcard is written in the call itself.
    here: bool,
}

enum Form<'a> {
    /// `(IPAddress.Any, port)`
    Pair { address: Argument<'a> },
    /// `(new IPEndPoint(IPAddress.Any, port))`
    EndPoint { inner: Creation<'a>, address: Argument<'a>, port: Argument<'a> },
    /// `(port)`
    Port,
}

fn place<'a>(file: &'a File, creation: &Creation<'a>, around: &Surroundings<'_>) -> Option<Place<'a>> {
    let made = |form, wildcard: Wildcard| Place { form, why: wildcard.why, here: wildcard.here };
    match creation.arguments.as_slice() {
        [_, _] => {
            let address = creation.argument("localaddr", 0)?;
            Some(made(Form::Pair { address }, sockets::wildcard(file, address.value, around)?))
        }
        [only] if file.is_integer(only.value) => {
            let why = vec!["a port alone means IPAddress.Any".to_owned()];
            Some(Place { form: Form::Port, why, here: true })
        }
        [only] => {
            let (value, mut chain) = file.alternatives(only.value).into_iter().next()?;
            let inner = sockets::endpoint(file, value, around)?;
            let (address, port) = (inner.argument("address", 0)?, inner.argument("port", 1)?);
            let mut wildcard = sockets::wildcard(file, address.value, around)?;
            wildcard.here &= chain.is_empty();
            chain.append(&mut wildcard.why);
            wildcard.why = chain;
            Some(made(Form::EndPoint { inner, address, port }, wildcard))
        }
        _ => None,
    }
}

/// Why a human has to look.
fn blocker(
    doc: &Document,
    file: &File,
    creation: &Creation<'_>,
    place: &Place<'_>,
    cx: &Context<'_>,
) -> Option<String> {
    if creation.initializer.is_some() {
        return Some("an object initialiser can only stand behind new".to_owned());
    }
    if !place.here {
        return Some("the address is not written in the call".to_owned());
    }
    if sockets::mentions_ipv6_any(file) {
        return Some(
            "the file has IPAddress.IPv6Any too; two listeners for one port would get in each other's way".to_owned(),
        );
    }
    let old = sockets::frameworks(doc, cx).into_iter().find(|f| sockets::before_net45(f));
    old.map(|framework| format!("{framework} does not have TcpListener.Create, which came with .NET Framework 4.5"))
}

/// The edits that leave the port alone among the arguments.
fn create(creation: &Creation<'_>, place: &Place<'_>) -> Fix {
    let mut fix = Fix::new();
    let ty =
        if creation.ty.is("nullable_type") { creation.ty.field("type").unwrap_or(creation.ty) } else { creation.ty };
    if creation.target_typed {
        let new = Span::new(creation.node.start(), creation.node.start() + "new".len());
        fix = fix.edit(Edit::replace(new, format!("{}.Create", ty.text())));
    } else {
        fix = fix.edit(Edit::delete(Span::new(creation.node.start(), ty.start())));
        fix = fix.edit(Edit::insert(ty.end(), ".Create"));
    }
    match &place.form {
        Form::Pair { address } => fix.edit(sockets::remove(&creation.arguments, *address)),
        Form::EndPoint { inner, port, .. } => fix
            .edit(Edit::delete(Span::new(inner.node.start(), port.value.start())))
            .edit(Edit::delete(Span::new(port.value.end(), inner.node.end()))),
        Form::Port => fix,
    }
}

/// The edits that leave IPv6 only.
fn narrow(creation: &Creation<'_>, place: &Place<'_>) -> Fix {
    match &place.form {
        Form::Pair { address } | Form::EndPoint { address, .. } => sockets::to_ipv6_any(*address),
        Form::Port => {
            let at = creation.arguments.first().map_or(creation.node.end(), |a| a.node.start());
            let need = Need::Import { module: "System.Net".into(), member: None, local: "IPAddress".into() };
            Fix::new().edit(Edit::insert(at, "IPAddress.IPv6Any, ")).need(need)
        }
    }
}

/// Taking IPv4 away makes a service less reachable wherever there is IPv4.
fn narrowing(policy: &Policy) -> Applicability {
    let ipv4 = [HostKind::Dual, HostKind::DualB6, HostKind::V4Only, HostKind::V4Kernel];
    if ipv4.into_iter().any(|kind| policy.guards(kind)) { Applicability::Unsafe } else { Applicability::Safe }
}

/// Constructors of derived classes.
fn derived(file: &File, around: &Surroundings<'_>, cx: &mut Context<'_>) {
    for call in file.tree().all("constructor_initializer") {
        let base = call.children().any(|c| c.text() == "base");
        let class = call.ancestor(&["class_declaration"]).filter(|_| base);
        let Some(parents) = class.and_then(|c| c.child("base_list")) else { continue };
        let Some(why) = parents.items().find_map(|p| file.names_type(p, LISTENER, around)) else { continue };
        let first = call.child("argument_list").and_then(|l| l.items().next()).and_then(|a| a.items().last());
        if let Some(wildcard) = first.and_then(|f| sockets::wildcard(file, f, around)) {
            let message =
                "this listens on IPv4 only; a derived class has no TcpListener.Create, so its socket needs DualMode";
            let finding = Finding::new(call.span(), Role::BindHost.name(), message);
            cx.report(finding.because_all(why).because_all(wildcard.why).because(MEASURED));
        }
    }
}
