//! # Connect to `localhost`, not to the IPv4 wildcard
//!
//! ## Why it breaks
//! `0.0.0.0` is an address to listen on. As a destination Linux takes it for this machine over IPv4, and
//! on a host where the server listens on IPv6 only, or on other systems, nothing answers.
//!
//! ## Examples
//! ```cs before
//! using System;
//! using System.Net;
//! using System.Net.Sockets;
//! using Grpc.Core;
//! using Grpc.Net.Client;
//! using StackExchange.Redis;
//!
//! class Clients
//! {
//!     Uri Base(int port) => new Uri($"http://0.0.0.0:{port}/");
//!     TcpClient Tcp() => new TcpClient("0.0.0.0", 9000);
//!     object Redis() => ConnectionMultiplexer.Connect("0.0.0.0:6379");
//!     object Channel() => GrpcChannel.ForAddress("http://0.0.0.0:5000");
//!     object Core() => new Channel("0.0.0.0:50051", ChannelCredentials.Insecure);
//!     object Proxy() => new WebProxy("0.0.0.0:3128");
//!     object Request() => WebRequest.Create("http://0.0.0.0:8080/");
//! }
//! ```
//! ```cs after unsafe
//! using System;
//! using System.Net;
//! using System.Net.Sockets;
//! using Grpc.Core;
//! using Grpc.Net.Client;
//! using StackExchange.Redis;
//!
//! class Clients
//! {
//!     Uri Base(int port) => new Uri($"http://localhost:{port}/");
//!     TcpClient Tcp() => new TcpClient("localhost", 9000);
//!     object Redis() => ConnectionMultiplexer.Connect("localhost:6379");
//!     object Channel() => GrpcChannel.ForAddress("http://localhost:5000");
//!     object Core() => new Channel("localhost:50051", ChannelCredentials.Insecure);
//!     object Proxy() => new WebProxy("localhost:3128");
//!     object Request() => WebRequest.Create("http://localhost:8080/");
//! }
//! ```
//! An address that is kept under a name may be used for listening too:
//! ```cs reported
//! using System.Net.Sockets;
//!
//! class Clients
//! {
//!     const string Host = "0.0.0.0";
//!     TcpClient Tcp() => new TcpClient(Host, 9000);
//! }
//! ```
//! ```cs unchanged
//! using System;
//! using System.Net.Sockets;
//!
//! class Clients
//! {
//!     Uri Base() => new Uri("http://10.0.0.0:80/");
//!     TcpClient Tcp() => new TcpClient("localhost", 9000);
//!     object Own() => new Own.Client("0.0.0.0", 9000);
//! }
//! ```
//!
//! ## Safety
//! Unsafe: `localhost` is both loopback addresses, and what it resolves to was not measured for these
//! clients.
//!
//! ## References
//! - RFC 1122, 3.2.1.3: 0.0.0.0 is no destination
//! - evidence: languages, 1.5

use sixify_langs::classify::CSHARP;
use sixify_langs::csharp::{Argument, File, Surroundings};

use crate::catalog;
use crate::dotnet_apis;
use crate::prelude::*;
use crate::wildcard::{self, Place, Shape};

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[CSHARP], anchors: Anchors(&[&["\"0.0.0.0"], &["://0.0.0.0"]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = File::of(doc) else { return Ok(()) };
    let around = Surroundings::of(doc, cx.project());
    for call in file.calls() {
        arguments(&file, &around, call.node, &call.arguments, cx);
    }
    for creation in file.creations() {
        arguments(&file, &around, creation.node, &creation.arguments, cx);
    }
    Ok(())
}

fn arguments(file: &File, around: &Surroundings<'_>, call: Node<'_>, list: &[Argument<'_>], cx: &mut Context<'_>) {
    for (place, argument) in list.iter().enumerate() {
        for (value, chain) in file.alternatives(argument.value) {
            let Some(text) = file.text_expr(value).filter(|_| value.text().contains(wildcard::V4)) else { continue };
            let catalog = catalog::apis(cx.options(), "csharp");
            let row = dotnet_apis::row(file, catalog, around, call, place + 1);
            let Some(api) = row.filter(|api| api.role == "dial-address") else { continue };
            let Some(Place::Written(span)) = wildcard::place(&text, Shape::of(api)) else { continue };
            let message = "0.0.0.0 is an address to listen on, not to connect to";
            let finding = Finding::new(span, Role::DialAddress.name(), message)
                .because(format!("argument {} of {} ({})", place + 1, api.name, api.role))
                .because_all(chain.clone())
                .because(api.evidence.clone());
            cx.report(if chain.is_empty() {
                finding.fix(Applicability::Unsafe, Fix::new().edit(Edit::replace(span, "localhost")))
            } else {
                finding.because("something else may use the name for listening")
            });
        }
    }
}
