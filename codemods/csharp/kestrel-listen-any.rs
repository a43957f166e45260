//! # Let Kestrel listen on both families with `ListenAnyIP`
//!
//! ## Why it breaks
//! `options.Listen(IPAddress.Any, port)` makes Kestrel listen on IPv4 only. `ListenAnyIP(port)` makes
//! a dual-stack socket and falls back to IPv4 where there is no IPv6.
//!
//! ## Examples
//! ```cs before
//! using System.Net;
//!
//! var builder = WebApplication.CreateBuilder(args);
//! builder.WebHost.ConfigureKestrel((context, options) =>
//! {
//!     options.Listen(IPAddress.Any, 8080);
//!     options.Listen(IPAddress.Any, 8443, listen =>
//!     {
//!         listen.UseHttps();
//!     });
//!     options.Listen(new IPEndPoint(IPAddress.Any, 9090), listen => listen.Protocols = HttpProtocols.Http2);
//! });
//! builder.Services.Configure<KestrelServerOptions>(o => o.Listen(IPAddress.Parse("0.0.0.0"), 7070));
//! ```
//! ```cs after unsafe
//! var builder = WebApplication.CreateBuilder(args);
//! builder.WebHost.ConfigureKestrel((context, options) =>
//! {
//!     options.ListenAnyIP(8080);
//!     options.ListenAnyIP(8443, listen =>
//!     {
//!         listen.UseHttps();
//!     });
//!     options.ListenAnyIP(9090, listen => listen.Protocols = HttpProtocols.Http2);
//! });
//! builder.Services.Configure<KestrelServerOptions>(o => o.ListenAnyIP(7070));
//! ```
//! The options as a parameter of a method:
//! ```cs before
//! using System.Net;
//! using Microsoft.AspNetCore.Server.Kestrel.Core;
//!
//! static class Setup
//! {
//!     static void Listen(KestrelServerOptions options, int port) => options.Listen(IPAddress.Any, port);
//! }
//! ```
//! ```cs after unsafe
//! using Microsoft.AspNetCore.Server.Kestrel.Core;
//!
//! static class Setup
//! {
//!     static void Listen(KestrelServerOptions options, int port) => options.ListenAnyIP(port);
//! }
//! ```
//! ```cs before mode=ipv6-only
//! using System.Net;
//!
//! webBuilder.UseKestrel(options => options.Listen(IPAddress.Any, 80));
//! ```
//! ```cs after unsafe
//! using System.Net;
//!
//! webBuilder.UseKestrel(options => options.Listen(IPAddress.IPv6Any, 80));
//! ```
//! The address comes from a variable, or the file listens on IPv6 beside it:
//! ```cs reported
//! using System.Net;
//!
//! webBuilder.UseKestrel(options =>
//! {
//!     var address = IPAddress.Any;
//!     options.Listen(address, 80);
//! });
//! ```
//! ```cs reported
//! using System.Net;
//!
//! webBuilder.UseKestrel(options =>
//! {
//!     options.Listen(IPAddress.Any, 80);
//!     options.Listen(IPAddress.IPv6Any, 80);
//! });
//! ```
//! Something else that listens, loopback, an address chosen elsewhere:
//! ```cs unchanged
//! using System.Net;
//!
//! class Server
//! {
//!     void Run(Transport options, IPAddress address)
//!     {
//!         options.Listen(IPAddress.Any, 8080);
//!         webBuilder.UseKestrel(kestrel =>
//!         {
//!             kestrel.Listen(IPAddress.Loopback, 8080);
//!             kestrel.Listen(address, 8081);
//!             kestrel.ListenAnyIP(8082);
//!             kestrel.Other.Listen(IPAddress.Any, 8083);
//!         });
//!         other.UseTransport(transport => transport.Listen(IPAddress.Any, 8080));
//!     }
//! }
//! ```
//!
//! ## Safety
//! Unsafe: right by the source of ASP.NET Core, but not measured. `HttpContext.Connection.RemoteIpAddress`
//! shows IPv4 clients as `::ffff:a.b.c.d`; comparisons and ranges need `MapToIPv4()`.
//!
//! ## References
//! - https://learn.microsoft.com/dotnet/api/microsoft.aspnetcore.server.kestrel.core.kestrelserveroptions.listenanyip
//! - evidence: languages, C#, CS-KESTREL4

use sixify_langs::Mode;
use sixify_langs::classify::CSHARP;
use sixify_langs::csharp::{Call, File, Surroundings};

use crate::dotnet_sockets as sockets;
use crate::kestrel;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[CSHARP],
    anchors: Anchors(&[&["Listen(", "IPAddress"], &["Listen (", "IPAddress"]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    let Some(file) = File::of(doc).filter(|_| policy.listeners()) else { return Ok(()) };
    let calls: Vec<Call<'_>> = file.calls().filter(|c| c.name == "Listen").collect();
    if calls.is_empty() {
        return Ok(());
    }
    let around = Surroundings::of(doc, cx.project());
    for call in &calls {
        let Some(origin) = options(&file, call, &around) else { continue };
        let Some(address) = call.argument("address", 0).or(call.argument("endPoint", 0)) else { continue };
        // `Listen(IPAddress, int)` or `Listen(IPEndPoint)`.
        let (value, mut chain) =
            file.alternatives(address.value).into_iter().next().unwrap_or((address.value, Vec::new()));
        let endpoint = sockets::endpoint(&file, value, &around);
        let inner = endpoint.as_ref().and_then(|e| e.argument("address", 0)).unwrap_or(address);
        let Some(mut wildcard) = sockets::wildcard(&file, inner.value, &around) else { continue };
        wildcard.here &= endpoint.is_none() || value == address.value;
        chain.retain(|step| !wildcard.why.contains(step));
        let message = format!("Kestrel listens on IPv4 only here; ListenAnyIP is every address. {}", kestrel::COST);
        let finding = Finding::new(call.node.span(), Role::BindHost.name(), message)
            .because(origin)
            .because_all(chain)
            .because_all(wildcard.why)
            .because(kestrel::EVIDENCE);
        let reason = match (wildcard.here, sockets::mentions_ipv6_any(&file)) {
            (false, _) => Some("the address is not written in the call"),
            (true, true) => {
                Some("the file has IPAddress.IPv6Any too; two listeners for one port would get in each other's way")
            }
            (true, false) => None,
        };
        if let Some(reason) = reason {
            cx.report(finding.because(reason));
            continue;
        }
        let fix = match (policy.mode, &endpoint) {
            (Mode::Ipv6Only, _) => sockets::to_ipv6_any(inner),
            (_, None) => any_ip(call).edit(sockets::remove(&call.arguments, address)),
            (_, Some(endpoint)) => {
                let Some(port) = endpoint.argument("port", 1) else { continue };
                any_ip(call)
                    .edit(Edit::delete(Span::new(endpoint.node.start(), port.value.start())))
                    .edit(Edit::delete(Span::new(port.value.end(), endpoint.node.end())))
            }
        };
        cx.report(finding.fix(Applicability::Unsafe, fix));
    }
    Ok(())
}

fn any_ip(call: &Call<'_>) -> Fix {
    Fix::new().edit(Edit::replace(call.name_node.span(), "ListenAnyIP"))
}

/// Why the receiver of a call is Kestrel's options.
fn options(file: &File, call: &Call<'_>, around: &Surroundings<'_>) -> Option<String> {
    const TYPE: &str = "Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions";
    let receiver = call.receiver?;
    if let Some(why) = file.has_type(receiver, TYPE, around) {
        return Some(why.join(", "));
    }
    let origin = file.lambda_of(receiver)?;
    let last = origin.place + 1 == origin.of;
    let typed =
        |call: &Call<'_>| call.type_arguments.first().is_some_and(|t| t.text().ends_with("KestrelServerOptions"));
    let known = match origin.call.name {
        "ConfigureKestrel" | "UseKestrel" => last,
        "Configure" | "PostConfigure" | "ConfigureOptions" => typed(&origin.call),
        _ => false,
    };
    known.then(|| {
        format!("{} is the options of {}, line {}", receiver.text(), origin.call.name, origin.call.node.line())
    })
}
