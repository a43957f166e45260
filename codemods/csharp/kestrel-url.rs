//! # Let Kestrel listen on both families, in URLs in code
//!
//! ## Why it breaks
//! `UseUrls("http://0.0.0.0:8080")` makes Kestrel listen on IPv4 only. `http://*:8080` is the spelling
//! for every address of either family.
//!
//! ## Examples
//! ```cs before
//! var builder = WebApplication.CreateBuilder(args);
//! builder.WebHost.UseUrls("http://0.0.0.0:5000", $"https://0.0.0.0:{port}");
//! builder.WebHost.UseSetting("urls", @"http://0.0.0.0:80;https://localhost:443");
//! var app = builder.Build();
//! app.Urls.Add("http://0.0.0.0:" + port);
//! app.Run(Environment.GetEnvironmentVariable("URL") ?? "http://0.0.0.0:8080");
//! ```
//! ```cs after unsafe
//! var builder = WebApplication.CreateBuilder(args);
//! builder.WebHost.UseUrls("http://*:5000", $"https://*:{port}");
//! builder.WebHost.UseSetting("urls", @"http://*:80;https://localhost:443");
//! var app = builder.Build();
//! app.Urls.Add("http://*:" + port);
//! app.Run(Environment.GetEnvironmentVariable("URL") ?? "http://*:8080");
//! ```
//! Through a constant that nothing else reads:
//! ```cs before
//! class Program
//! {
//!     private const string Url = "http://0.0.0.0:5000/";
//!
//!     static void Configure(IWebHostBuilder host) => host.UseUrls(new[] { Url, string.Format("http://0.0.0.0:{0}", 5001) });
//! }
//! ```
//! ```cs after unsafe
//! class Program
//! {
//!     private const string Url = "http://*:5000/";
//!
//!     static void Configure(IWebHostBuilder host) => host.UseUrls(new[] { Url, string.Format("http://*:{0}", 5001) });
//! }
//! ```
//! ```cs before mode=ipv6-only
//! host.UseUrls("http://0.0.0.0:5000");
//! ```
//! ```cs after unsafe
//! host.UseUrls("http://[::]:5000");
//! ```
//! A constant that something else reads, too: `new Uri("http://*:5000")` throws.
//! ```cs reported
//! class Program
//! {
//!     private const string Url = "http://0.0.0.0:5000";
//!
//!     static void Configure(IWebHostBuilder host)
//!     {
//!         host.UseUrls(Url);
//!         var client = new HttpClient { BaseAddress = new Uri(Url) };
//!     }
//! }
//! ```
//! HttpSys has its own rules for hosts:
//! ```cs reported
//! host.UseHttpSys().UseUrls("http://0.0.0.0:5000");
//! ```
//! Spellings for both families, loopback, other calls:
//! ```cs unchanged
//! host.UseUrls("http://*:5000", "http://+:5001", "http://[::]:5002", "http://localhost:5003");
//! host.UseUrls("http://0.0.0.0:80;http://[::]:80");
//! host.UseUrls("http://10.0.0.0:80", configuration["urls"]);
//! client.Run("http://0.0.0.0:5000");
//! listener.Prefixes.Add("http://0.0.0.0:5000/");
//! host.UseSetting("proxy", "http://0.0.0.0:5000");
//! Console.WriteLine("http://0.0.0.0:5000");
//! ```
//!
//! ## Safety
//! Unsafe: right by the source of ASP.NET Core, but not measured.
//!
//! ## References
//! - https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints
//! - evidence: languages, C#, CS-URL4

use sixify_langs::classify::CSHARP;
use sixify_langs::csharp::{Call, File, Surroundings};
use sixify_langs::strings::{Piece, TextExpr};

use crate::kestrel;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[CSHARP],
    // An application is known by the builder that made it.
    anchors: Anchors(&[
        &["UseUrls", "://"],
        &["WebApplication", "://"],
        &["UseSetting", "://"],
        &["ASPNETCORE_URLS", "://"],
        &["DOTNET_URLS", "://"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    let Some(file) = File::of(doc).filter(|_| policy.listeners()) else { return Ok(()) };
    let around = Surroundings::of(doc, cx.project());
    let mut sinks: Vec<(Node<'_>, String)> = Vec::new();
    for call in file.calls() {
        let said = format!("argument of {}, line {}", call.name, call.node.line());
        let values = urls(&file, &call, &around);
        sinks.extend(values.into_iter().map(|value| (value, said.clone())));
    }
    let other_server = doc.text.contains("UseHttpSys") || doc.text.contains("UseHttpListener");
    let places: Vec<Node<'_>> = sinks.iter().map(|(node, _)| *node).collect();
    let mut done: Vec<u32> = Vec::new();
    for (node, said) in &sinks {
        for (value, chain) in file.alternatives(*node) {
            let Some(text) = file.text_expr(value).filter(|_| !done.contains(&value.number())) else { continue };
            done.push(value.number());
            let (spans, notes) = hosts(&text);
            for (span, reason) in notes {
                let evidence = vec![said.clone(), kestrel::EVIDENCE.to_owned()];
                cx.leave(Note { span, role: Role::BindUrl.name(), reason: reason.to_owned(), evidence });
            }
            if spans.is_empty() {
                continue;
            }
            let new = kestrel::replacement(&policy);
            let message = format!("Kestrel listens on IPv4 only here; {new} is every address. {}", kestrel::COST);
            let finding = Finding::new(value.span(), Role::BindUrl.name(), message)
                .because(said.clone())
                .because_all(chain.clone())
                .because(kestrel::EVIDENCE);
            let reason = match (other_server, chain.is_empty() || only_for(&file, value, &places)) {
                (true, _) => Some("another server than Kestrel is set up here"),
                (false, false) => Some("something else reads this text too, and a URI with the host * does not parse"),
                (false, true) => None,
            };
            cx.report(match reason {
                Some(reason) => finding.because(reason),
                None => {
                    let edits = spans.into_iter().map(|span| Edit::replace(span, new));
                    finding.fix(Applicability::Unsafe, Fix::new().edits(edits))
                }
            });
        }
    }
    Ok(())
}

/// The arguments of a call that are URLs for Kestrel.
fn urls<'a>(file: &'a File, call: &Call<'a>, around: &Surroundings<'_>) -> Vec<Node<'a>> {
    let all = || call.arguments.iter().flat_map(|a| elements(a.value)).collect();
    let text = |place: usize| {
        let argument = call.arguments.get(place)?.value;
        Some(file.text_expr(argument)?.value()?.0.to_ascii_lowercase())
    };
    let second = || call.arguments.get(1).map(|a| a.value).into_iter().collect();
    match (call.name, call.arguments.len()) {
        ("UseUrls", _) => all(),
        ("UseSetting", 2) => {
            let key = call.arguments.first().map_or("", |a| a.value.text());
            let urls = text(0).is_some_and(|k| k == "urls" || k == "server.urls") || key.ends_with("ServerUrlsKey");
            if urls { second() } else { Vec::new() }
        }
        ("SetEnvironmentVariable", 2 | 3) => {
            let urls = text(0).is_some_and(|k| k == "aspnetcore_urls" || k == "dotnet_urls");
            if urls { second() } else { Vec::new() }
        }
        ("Add", 1) => {
            let receiver = call.receiver.filter(|r| r.is("member_access_expression"));
            let app = receiver
                .filter(|r| r.field("name").is_some_and(|n| n.text() == "Urls"))
                .and_then(|r| r.field("expression"));
            if app.is_some_and(|a| is_app(file, a, around)) { all() } else { Vec::new() }
        }
        ("Run" | "RunAsync", 1) if call.receiver.is_some_and(|r| is_app(file, r, around)) => all(),
        _ => Vec::new(),
    }
}

/// Whether an expression is a web application: by its type, or made by `Build` of a builder.
fn is_app(file: &File, expr: Node<'_>, around: &Surroundings<'_>) -> bool {
    if file.has_type(expr, "Microsoft.AspNetCore.Builder.WebApplication", around).is_some() {
        return true;
    }
    let made =
        if expr.is("identifier") { file.names().resolve(expr).and_then(|(d, _)| d.value) } else { Some(expr.number()) };
    let Some(made) = made.map(|n| file.tree().node(n)) else { return false };
    let call = file.calls().find(|c| c.node == made);
    call.is_some_and(|c| {
        let builder = c.receiver.is_some_and(|r| is_builder(file, r));
        let ours = c.receiver.is_some_and(|r| r.text() == "WebApplication");
        (c.name == "Build" && builder) || (c.name == "Create" && ours)
    })
}

/// Whether an expression is what `WebApplication.CreateBuilder` gave.
fn is_builder(file: &File, expr: Node<'_>) -> bool {
    let (value, _) = file.names().constant(file.tree(), expr);
    value.text().starts_with("WebApplication.Create")
}

/// The elements of an array that is written out, or the expression itself.
fn elements(value: Node<'_>) -> Vec<Node<'_>> {
    const ARRAYS: &[&str] =
        &["implicit_array_creation_expression", "array_creation_expression", "collection_expression"];
    if !value.is_any(ARRAYS) {
        return vec![value];
    }
    let list = value.child("initializer_expression").unwrap_or(value);
    list.items()
        .filter_map(|n| {
            if n.is("collection_element") {
                n.descendants().find(|d| d.is_named() && !d.is("expression_element"))
            } else {
                Some(n)
            }
        })
        .collect()
}

/// The IPv4 wildcards of a text expression, and the hosts that are right as they are.
fn hosts<'a>(text: &TextExpr<'a>) -> (Vec<Span>, Vec<(Span, &'static str)>) {
    let (mut spans, mut notes) = (Vec::new(), Vec::new());
    for (place, piece) in text.pieces.iter().enumerate() {
        let Piece::Text { raw, span, plain: true } = piece else { continue };
        let open = place + 1 < text.pieces.len();
        spans.extend(kestrel::replaceable(raw, open).into_iter().map(|s| s.shift(span.start)));
        let right = kestrel::hosts(raw, open)
            .into_iter()
            .filter_map(|b| Some((b.span.shift(span.start), kestrel::right(b.host)?)));
        notes.extend(right);
    }
    (spans, notes)
}

/// Whether the constant that holds a text is read by these expressions alone, and by no other file.
fn only_for(file: &File, value: Node<'_>, sinks: &[Node<'_>]) -> bool {
    let holder = value.ancestor(&["variable_declarator", "property_declaration"]);
    let Some(name) = holder.and_then(|h| h.field("name")) else { return false };
    let Some((decl, scope)) = file.names().resolve(name).filter(|(d, _)| d.node == name.number()) else { return false };
    let declaration = name.ancestor(&["field_declaration", "property_declaration"]);
    let visible = |m: Node<'_>| m.is("modifier") && ["public", "internal", "protected", "partial"].contains(&m.text());
    let elsewhere = declaration.is_some_and(|d| d.children().any(visible));
    !elsewhere && file.names().uses(&decl, scope).iter().all(|u| sinks.iter().any(|s| s.holds(*u)))
}
