//! # Let Kestrel listen on both families, in its settings
//!
//! ## Why it breaks
//! `http://0.0.0.0:8080` in `appsettings.json` or `launchSettings.json` makes Kestrel listen on IPv4
//! only. `http://*:8080` is the spelling for every address of either family.
//!
//! ## Examples
//! ```json before path=appsettings.Production.json
//! {
//!   // what the container listens on
//!   "urls": "http://0.0.0.0:8080",
//!   "Kestrel": {
//!     "Endpoints": {
//!       "Grpc": { "Url": "https://0.0.0.0:8443", "Protocols": "Http2" },
//!       "Metrics": { "Url": "http://*:9090" }
//!     }
//!   },
//!   "AllowedHosts": "*"
//! }
//! ```
//! ```json after unsafe path=appsettings.Production.json
//! {
//!   // what the container listens on
//!   "urls": "http://*:8080",
//!   "Kestrel": {
//!     "Endpoints": {
//!       "Grpc": { "Url": "https://*:8443", "Protocols": "Http2" },
//!       "Metrics": { "Url": "http://*:9090" }
//!     }
//!   },
//!   "AllowedHosts": "*"
//! }
//! ```
//! ```json before path=Properties/launchSettings.json
//! {
//!   "profiles": {
//!     "IIS Express": { "commandName": "IISExpress", "applicationUrl": "http://0.0.0.0:5000" },
//!     "web": {
//!       "commandName": "Project",
//!       "applicationUrl": "https://0.0.0.0:5001;http://localhost:5000",
//!       "environmentVariables": { "ASPNETCORE_URLS": "http://0.0.0.0:5000" }
//!     }
//!   }
//! }
//! ```
//! ```json after unsafe path=Properties/launchSettings.json
//! {
//!   "profiles": {
//!     "IIS Express": { "commandName": "IISExpress", "applicationUrl": "http://0.0.0.0:5000" },
//!     "web": {
//!       "commandName": "Project",
//!       "applicationUrl": "https://*:5001;http://localhost:5000",
//!       "environmentVariables": { "ASPNETCORE_URLS": "http://*:5000" }
//!     }
//!   }
//! }
//! ```
//! ```json before path=appsettings.json mode=ipv6-only
//! { "Kestrel:Endpoints:Http:Url": "http://0.0.0.0:80" }
//! ```
//! ```json after unsafe path=appsettings.json
//! { "Kestrel:Endpoints:Http:Url": "http://[::]:80" }
//! ```
//! Addresses that are not Kestrel's, and lists that have both families already:
//! ```json unchanged path=appsettings.json
//! {
//!   "Backend": { "Url": "http://0.0.0.0:8080" },
//!   "Serilog": { "urls": "http://0.0.0.0:8080" },
//!   "Kestrel": { "Endpoints": { "Http": { "Url": "http://0.0.0.0:80;http://[::]:80" } } },
//!   "Range": "0.0.0.0/0"
//! }
//! ```
//! ```json unchanged path=package.json
//! { "urls": "http://0.0.0.0:8080" }
//! ```
//!
//! ## Safety
//! Unsafe: right by the source of ASP.NET Core, which binds `*` to a dual-stack socket and falls back
//! to IPv4, but not measured. Code that reads the setting as a URI does not understand `*`.
//!
//! ## References
//! - https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints
//! - evidence: languages, C#, CS-URL4

use sixify_langs::classify::JSON;
use sixify_langs::json::{Json, StringValue};

use crate::kestrel;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[JSON], anchors: Anchors(&[&["http://"], &["https://"], &["http:\\/\\/"]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    let name = doc.file_name().to_ascii_lowercase();
    let settings = name.starts_with("appsettings") || ["hosting.json", "hostsettings.json"].contains(&name.as_str());
    let launch = name == "launchsettings.json";
    if !policy.listeners() || !(settings || launch) {
        return Ok(());
    }
    let json = Json::of(doc);
    for value in &json.strings {
        let keys = keys(value);
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let wanted = if launch { is_launch_url(&keys, &json) } else { is_setting(&keys) };
        if wanted {
            look(value, &keys, &policy, cx);
        }
    }
    Ok(())
}

fn look(value: &StringValue, keys: &[&str], policy: &Policy, cx: &mut Context<'_>) {
    let role = Role::BindUrl.name();
    let at = |span: Span| if value.plain { span.shift(value.span.start) } else { value.span };
    for bound in kestrel::hosts(&value.value, false) {
        if let Some(reason) = kestrel::right(bound.host) {
            let evidence = vec![kestrel::EVIDENCE.to_owned()];
            cx.leave(Note { span: at(bound.span), role, reason: reason.to_owned(), evidence });
        }
    }
    let places = kestrel::replaceable(&value.value, false);
    if places.is_empty() {
        return;
    }
    let new = kestrel::replacement(policy);
    let finding = Finding::new(
        value.span,
        role,
        format!("Kestrel listens on IPv4 only here; {new} is every address. {}", kestrel::COST),
    )
    .because(format!("the setting {}", keys.join(":")))
    .because(kestrel::EVIDENCE);
    let edits = places.into_iter().map(|span| Edit::replace(at(span), new));
    cx.report(if value.plain { finding.fix(Applicability::Unsafe, Fix::new().edits(edits)) } else { finding });
}

/// The path of a value as .NET's configuration sees it: keys may hold several steps, joined by
/// colons, and upper and lower case are the same.
fn keys(value: &StringValue) -> Vec<String> {
    value.keys().flat_map(|key| key.split(':')).map(str::to_ascii_lowercase).collect()
}

fn is_setting(keys: &[&str]) -> bool {
    matches!(keys, ["urls" | "server.urls"] | ["kestrel", "endpoints", _, "url"])
}

fn is_launch_url(keys: &[&str], json: &Json) -> bool {
    let (["profiles", profile, "applicationurl"]
    | ["profiles", profile, "environmentvariables", "aspnetcore_urls" | "dotnet_urls"]) = keys
    else {
        return false;
    };
    // IIS Express does not ask Kestrel.
    let command = ["profiles", profile, "commandname"];
    let express = |s: &&StringValue| keys_are(s, &command) && s.value.eq_ignore_ascii_case("IISExpress");
    json.strings.iter().find(express).is_none()
}

fn keys_are(value: &StringValue, wanted: &[&str]) -> bool {
    keys(value).iter().map(String::as_str).eq(wanted.iter().copied())
}
