//! # `HttpListener` listens on IPv4 only outside Windows
//!
//! ## Why it breaks
//! The managed `HttpListener` of .NET on Linux and macOS, and that of Mono, bind the prefixes `http://*:port/`
//! and `http://+:port/` to `0.0.0.0`. No prefix makes it listen on both families, so the service has to
//! move to Kestrel or to a proxy in front of it.
//!
//! ## Examples
//! ```cs reported
//! using System.Net;
//!
//! class Server
//! {
//!     void Run()
//!     {
//!         var listener = new HttpListener();
//!         listener.Prefixes.Add("http://*:8080/");
//!         listener.Start();
//!     }
//! }
//! ```
//! ```cs unchanged
//! using System.Net;
//!
//! class Server
//! {
//!     void Run()
//!     {
//!         var listener = new HttpListener();
//!         listener.Prefixes.Add("http://localhost:8080/");
//!         listener.Start();
//!     }
//! }
//! ```
//!
//! ## Safety
//! Nothing is changed.
//!
//! ## References
//! - https://learn.microsoft.com/dotnet/api/system.net.httplistener
//! - evidence: languages, C#, `HttpListener prefix http://*:p/` and CS-HTTPL

use sixify_langs::classify::CSHARP;
use sixify_langs::csharp::File;
use sixify_langs::strings::Piece;

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[CSHARP], anchors: Anchors(&[&["Prefixes.Add", "://"]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = File::of(doc).filter(|_| Policy::of(cx.options()).listeners()) else { return Ok(()) };
    for call in file.calls().filter(|c| c.name == "Add" && c.arguments.len() == 1) {
        let list = call.receiver.and_then(|r| r.field("name")).map(Node::text);
        let Some(argument) = call.arguments.first().filter(|_| list == Some("Prefixes")) else { continue };
        for (value, chain) in file.alternatives(argument.value) {
            let Some(text) = file.text_expr(value) else { continue };
            let Some(Piece::Text { raw, .. }) = text.pieces.first() else { continue };
            let host = raw.split_once("://").map_or("", |(_, rest)| rest.split([':', '/']).next().unwrap_or(""));
            if ["*", "+", "0.0.0.0"].contains(&host) {
                let message =
                    "outside Windows HttpListener listens on IPv4 only, whatever the prefix; Kestrel does both";
                let why = "measured on Mono 6.8: http://*:p/ and http://+:p/ are bound to 0.0.0.0; .NET by its source";
                cx.report(Finding::new(value.span(), Role::BindUrl.name(), message).because_all(chain).because(why));
            }
        }
    }
    Ok(())
}
