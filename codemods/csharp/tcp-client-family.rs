//! # Let `TcpClient` connect over IPv6
//!
//! ## Why it breaks
//! `new TcpClient(AddressFamily.InterNetwork)` connects over IPv4 only, on every framework. On
//! .NET Framework and Mono `new TcpClient()` does so too; on .NET Core and later it makes a
//! dual-stack socket. `new TcpClient(host, port)` looks at the addresses of both families everywhere.
//!
//! ## Examples
//! ```cs before
//! using System.Net.Sockets;
//!
//! class Client
//! {
//!     TcpClient Open() => new TcpClient(AddressFamily.InterNetwork);
//! }
//! ```
//! ```cs after unsafe
//! using System.Net.Sockets;
//!
//! class Client
//! {
//!     TcpClient Open() => new TcpClient();
//! }
//! ```
//! On .NET Framework:
//! ```cs before path=App/Client.cs
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Client
//! {
//!     TcpClient Open(string host, int port)
//!     {
//!         var client = new TcpClient();
//!         client.Connect(host, port);
//!         return client;
//!     }
//!
//!     TcpClient Open(IPEndPoint endpoint)
//!     {
//!         var client = new TcpClient();
//!         client.NoDelay = true;
//!         client.Connect(endpoint);
//!         return client;
//!     }
//!
//!     TcpClient Create()
//!     {
//!         var client = new TcpClient();
//!         client.SendTimeout = 1000;
//!         return client;
//!     }
//!
//!     void Probe(int port)
//!     {
//!         var client = new TcpClient();
//!         client.NoDelay = true;
//!         client.Connect("127.0.0.1", port);
//!     }
//! }
//! ```
//! ```xml before path=App/App.csproj
//! <Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net472</TargetFramework></PropertyGroup></Project>
//! ```
//! ```cs after unsafe path=App/Client.cs
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Client
//! {
//!     TcpClient Open(string host, int port)
//!     {
//!         var client = new TcpClient(host, port);
//!         return client;
//!     }
//!
//!     TcpClient Open(IPEndPoint endpoint)
//!     {
//!         var client = new TcpClient(endpoint.AddressFamily);
//!         client.NoDelay = true;
//!         client.Connect(endpoint);
//!         return client;
//!     }
//!
//!     TcpClient Create()
//!     {
//!         var client = new TcpClient(Socket.OSSupportsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
//!         if (client.Client.AddressFamily == AddressFamily.InterNetworkV6)
//!         {
//!             client.Client.DualMode = true;
//!         }
//!         client.SendTimeout = 1000;
//!         return client;
//!     }
//!
//!     void Probe(int port)
//!     {
//!         var client = new TcpClient();
//!         client.NoDelay = true;
//!         client.Connect("127.0.0.1", port);
//!     }
//! }
//! ```
//! ```xml after unsafe path=App/App.csproj
//! <Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net472</TargetFramework></PropertyGroup></Project>
//! ```
//! A library that is built for .NET Core, too:
//! ```cs before path=Lib/Client.cs
//! using System.Net.Sockets;
//!
//! class Client
//! {
//!     TcpClient Create()
//!     {
//!         var client = new TcpClient();
//!         client.SendTimeout = 1000;
//!         return client;
//!     }
//!
//!     TcpClient Open(string host, int port)
//!     {
//!         var client = new TcpClient(AddressFamily.InterNetwork);
//!         client.Connect(host, port);
//!         return client;
//!     }
//! }
//! ```
//! ```xml before path=Lib/Lib.csproj
//! <Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFrameworks>net472;net8.0</TargetFrameworks></PropertyGroup></Project>
//! ```
//! ```cs after unsafe path=Lib/Client.cs
//! using System.Net.Sockets;
//!
//! class Client
//! {
//!     TcpClient Create()
//!     {
//!         var client = new TcpClient();
//!         client.SendTimeout = 1000;
//!         return client;
//!     }
//!
//!     TcpClient Open(string host, int port)
//!     {
//!         var client = new TcpClient(host, port);
//!         return client;
//!     }
//! }
//! ```
//! ```xml after unsafe path=Lib/Lib.csproj
//! <Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFrameworks>net472;net8.0</TargetFrameworks></PropertyGroup></Project>
//! ```
//! On .NET Core there is nothing to do, and where both families are tried neither:
//! ```cs unchanged
//! using System.Net.Sockets;
//!
//! class Client
//! {
//!     TcpClient Open() => new TcpClient();
//!     TcpClient Open(string host, int port) => new TcpClient(host, port);
//!     TcpClient Open(bool six) => new TcpClient(six ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
//! }
//! ```
//!
//! Where .NET Framework's `Connect` is given a name later on, a dual-stack socket is no help, because it
//! looks at the addresses of one family only: that is reported.
//!
//! ## Safety
//! Unsafe: the clients were measured on CoreCLR and Mono, .NET Framework was not.
//!
//! ## References
//! - https://learn.microsoft.com/dotnet/api/system.net.sockets.tcpclient.-ctor
//! - evidence: languages, C#, CS-TCPC

use sixify_langs::classify::CSHARP;
use sixify_langs::csharp::{Creation, File, Sources};

use crate::dotnet_family as family_of;
use crate::dotnet_sockets::{self as sockets, Age};
use crate::dotnet_text as lines;
use crate::dotnet_uses::{self as uses, Held, Use, What};
use crate::host_port;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[CSHARP], anchors: Anchors(&[&["new TcpClient("]]), specificity: 0, run };

const CLIENT: &str = "System.Net.Sockets.TcpClient";
const FAMILY: &str = "System.Net.Sockets.AddressFamily";
const CONNECTS: &[&str] = &["Connect", "ConnectAsync", "BeginConnect"];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = File::of(doc) else { return Ok(()) };
    let sources = Sources::new(doc, file.clone(), cx.project());
    for creation in file.creations().filter(|c| c.arguments.len() < 2 && c.ty.text().ends_with("TcpClient")) {
        let family = match creation.arguments.first() {
            None => None,
            Some(a) if file.names_member(a.value, FAMILY, "InterNetwork", sources.around()).is_some() => Some(a.value),
            Some(_) => continue,
        };
        let age = sockets::age(doc, cx);
        let dual = matches!(age, Age::Modern | Age::Unknown);
        if dual && family.is_none() {
            continue;
        }
        let Some(why) = file.names_type(creation.ty, CLIENT, sources.around()) else { continue };
        let message = "this client connects over IPv4 only";
        let mut finding = Finding::new(creation.node.span(), Role::AddressFamily.name(), message).because_all(why);
        if let (Some(family), true) = (family, dual) {
            let fix = Fix::new().edit(Edit::delete(family.span()));
            let why = "on .NET Core and later a client made without a family is a dual-stack one";
            cx.report(finding.because(why).fix(Applicability::Unsafe, fix));
            continue;
        }
        if let Age::Old(framework) | Age::Ancient(framework) = &age {
            finding = finding.because(format!("built for {framework}, where new TcpClient() is for IPv4 only"));
        }
        // A library, or one that is built for .NET Core too: what it runs on decides, and is new more often than not.
        let newer = sockets::frameworks(doc, cx).into_iter().find(|f| !is_old(f));
        if let Some(newer) = newer.filter(|_| family.is_none()) {
            let why = format!("built for {newer}, too: where it runs on .NET Core it is a dual-stack one");
            cx.report(finding.because(why));
            continue;
        }
        cx.report(match fix(&sources, &file, &creation, family, &age) {
            Ok(fix) => finding.fix(Applicability::Unsafe, fix),
            Err(why) => finding.because(why),
        });
    }
    Ok(())
}

/// Whether a framework is .NET Framework and nothing else: `net472`, `v4.5`.
fn is_old(framework: &str) -> bool {
    let number = framework.strip_prefix("net").or_else(|| framework.strip_prefix('v')).unwrap_or_default();
    let whole = framework.starts_with('v') || !framework.contains('.');
    whole && number.starts_with(|c: char| c.is_ascii_digit())
}

/// The change for frameworks where nothing is dual-stack by itself; or why there is none.
fn fix(
    sources: &Sources<'_>,
    file: &File,
    creation: &Creation<'_>,
    family: Option<Node<'_>>,
    age: &Age,
) -> Result<Fix, String> {
    let held = uses::held(file, creation.node).ok_or("what it is used for is not seen here")?;
    let all = uses::uses(sources, &held);
    if all.iter().any(|u| u.what == What::Read("Client".into()) && u.at.unit.file.tree().text().contains("DualMode")) {
        return Err("DualMode is set somewhere in this file".to_owned());
    }
    let connect = all.iter().find(|u| matches!(&u.what, What::Call(name, _) if CONNECTS.contains(&name.as_str())));
    let literal = |c: &Use| {
        let What::Call(_, call) = &c.what else { return false };
        let target = uses::target(c.at.unit.file.tree().node(*call));
        target.is_some_and(|t| t.text() == "IPAddress.Loopback" || family_of::is_ipv4_literal(t))
    };
    if connect.is_some_and(literal) {
        return Err("it dials one address of IPv4".into());
    }
    if let Some(merged) = connect.and_then(|c| merged(creation, &held, c)) {
        return Ok(merged);
    }
    if let Some(Use { at, what: What::Call(name, call) }) = connect {
        let target = uses::target(at.unit.file.tree().node(*call)).ok_or("it connects to nothing")?;
        let ty = at.unit.file.type_of(target);
        let known = matches!(ty.as_deref(), Some("IPEndPoint" | "IPAddress"));
        if known && host_port::repeatable(target) && visible(sources, file, creation, at, target) {
            let text = format!("{}.AddressFamily", target.text());
            return Ok(with_family(creation, family, &text));
        }
        if name == "Connect" {
            return Err(
                "Connect looks at the addresses of one family only; new TcpClient(host, port) looks at all".into()
            );
        }
    }
    if let Age::Ancient(framework) = age {
        return Err(format!("{framework} has no dual-stack sockets, which came with .NET Framework 4.5"));
    }
    let statement = lines::statement(creation.node).filter(|s| lines::in_block(*s) && creation.initializer.is_none());
    let statement = statement.ok_or("there is no clear place for setting DualMode")?;
    let socket = format!("{}.Client", held.name);
    let dual = sockets::dual_mode(&format!("{socket}.AddressFamily == AddressFamily.InterNetworkV6"), &socket);
    let dual: Vec<&str> = dual.iter().map(String::as_str).collect();
    let choice = "Socket.OSSupportsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork";
    Ok(with_family(creation, family, choice).edit(lines::behind(statement, &dual)))
}

/// The client made with another family.
fn with_family(creation: &Creation<'_>, family: Option<Node<'_>>, text: &str) -> Fix {
    let edit = match family {
        Some(family) => Edit::replace(family.span(), text),
        None => {
            let list = creation.node.field("arguments").or(creation.node.child("argument_list"));
            Edit::insert(list.map_or(creation.node.end(), |l| l.start() + 1), text)
        }
    };
    Fix::new().edit(edit)
}

/// `var c = new TcpClient(); c.Connect(host, port);` as one statement.
fn merged(creation: &Creation<'_>, held: &Held<'_>, connect: &Use) -> Option<Fix> {
    let What::Call(name, call) = &connect.what else { return None };
    let tree = creation.node.tree();
    let call = tree.node(*call);
    let made = lines::statement(creation.node)?;
    let next = std::iter::successors(made.next(), |n| n.next()).find(|n| n.is_named())?;
    let follows = next.is("expression_statement") && next.items().next() == Some(call) && !held.is_field();
    let arguments = call.field("arguments")?;
    let named = uses::arguments(call).len() == 2 && name == "Connect" && !call.text().contains("IPAddress");
    if !follows
        || !named
        || creation.initializer.is_some()
        || connect.at.node().span() != call.field("function")?.field("expression")?.span()
    {
        return None;
    }
    let list = creation.node.field("arguments").or(creation.node.child("argument_list"))?;
    let text = tree.text();
    let line = text[..next.start()].rfind('\n').filter(|i| text[*i..next.start()].trim().is_empty())?;
    Some(
        Fix::new()
            .edit(Edit::replace(list.span(), arguments.text()))
            .edit(Edit::delete(Span::new(if text[..line].ends_with('\r') { line - 1 } else { line }, next.end()))),
    )
}

/// Whether the target of a call has its value already where the client is made.
fn visible(sources: &Sources<'_>, file: &File, creation: &Creation<'_>, at: &uses::Place, target: Node<'_>) -> bool {
    let root = target.text().split('.').find(|part| *part != "this").unwrap_or("");
    let Some((decl, scope)) = file.names().lookup(creation.node, root) else { return false };
    let earlier = decl.node < creation.node.number() && scope.holds(creation.node)
        || decl.ty.is_some() && scope.is("class_declaration");
    sources.is_own(&at.unit) && earlier && file.names().single_assignment(&decl, scope)
}
