//! # Let ASP.NET Core listen on IPv6 too (`ASPNETCORE_URLS`)
//!
//! ## Why it breaks
//! `http://0.0.0.0:8080` in `ASPNETCORE_URLS` or `DOTNET_URLS` is IPv4 only. With `*` for the host
//! Kestrel listens on both families, and on IPv4 alone where there is no IPv6.
//!
//! ## Examples
//! ```dockerfile before
//! FROM mcr.microsoft.com/dotnet/aspnet:8.0
//! ENV ASPNETCORE_URLS=http://0.0.0.0:8080 \
//!     DOTNET_URLS="https://0.0.0.0:8443;http://0.0.0.0:8080"
//! ENV ASPNETCORE_URLS http://0.0.0.0:80
//! ```
//! ```dockerfile after unsafe
//! FROM mcr.microsoft.com/dotnet/aspnet:8.0
//! ENV ASPNETCORE_URLS=http://*:8080 \
//!     DOTNET_URLS="https://*:8443;http://*:8080"
//! ENV ASPNETCORE_URLS http://*:80
//! ```
//! ```yaml before
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: cart
//! spec:
//!   template:
//!     spec:
//!       containers:
//!       - name: cart
//!         image: cart
//!         env:
//!         - name: ASPNETCORE_URLS
//!           value: "http://0.0.0.0:7070"
//!         - name: DOTNET_URLS
//!           value: http://0.0.0.0:{{ .Values.port }}
//! ```
//! ```yaml after unsafe
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: cart
//! spec:
//!   template:
//!     spec:
//!       containers:
//!       - name: cart
//!         image: cart
//!         env:
//!         - name: ASPNETCORE_URLS
//!           value: "http://*:7070"
//!         - name: DOTNET_URLS
//!           value: http://*:{{ .Values.port }}
//! ```
//! ```yaml before path=docker-compose.yml
//! services:
//!   list:
//!     image: a
//!     environment:
//!       - ASPNETCORE_URLS=http://0.0.0.0:80;https://0.0.0.0:443
//!   map:
//!     image: a
//!     environment:
//!       ASPNETCORE_URLS: http://0.0.0.0:80 # all
//! ```
//! ```yaml after unsafe path=docker-compose.yml
//! services:
//!   list:
//!     image: a
//!     environment:
//!       - ASPNETCORE_URLS=http://*:80;https://*:443
//!   map:
//!     image: a
//!     environment:
//!       ASPNETCORE_URLS: http://*:80 # all
//! ```
//! In IPv6-only mode without the fall-back to IPv4; brackets at the start need quotes in YAML, in
//! the middle they do not:
//! ```yaml before path=compose.yaml mode=ipv6-only
//! services:
//!   map:
//!     image: a
//!     environment:
//!       ASPNETCORE_URLS: http://0.0.0.0:80
//! ```
//! ```yaml after unsafe path=compose.yaml mode=ipv6-only
//! services:
//!   map:
//!     image: a
//!     environment:
//!       ASPNETCORE_URLS: http://[::]:80
//! ```
//! Both addresses for one port are taken twice with `*`:
//! ```dockerfile reported
//! FROM a
//! ENV ASPNETCORE_URLS="http://0.0.0.0:80;http://[::]:80"
//! ```
//! Left alone: what listens on both families already, loopback, other variables.
//! ```dockerfile unchanged
//! FROM a
//! ENV ASPNETCORE_URLS=http://*:7070
//! ENV ASPNETCORE_URLS=http://+:80;http://localhost:81
//! ENV ASPNETCORE_URLS="http://[::]:80"
//! ENV DOTNET_URLS=http://127.0.0.1:80
//! ENV BASE_URL=http://0.0.0.0:80
//! ENV ASPNETCORE_URLS=http://10.0.0.0:80
//! RUN echo ASPNETCORE_URLS=http://0.0.0.0:80
//! ```
//! ```yaml unchanged
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: a
//! spec:
//!   containers:
//!   - name: a
//!     env:
//!     - name: ASPNETCORE_URLS
//!       valueFrom: {configMapKeyRef: {name: a, key: "http://0.0.0.0:80"}}
//!     - name: ASPNETCORE_HTTP_PORTS
//!       value: "80"
//!     - name: OTHER_URLS
//!       value: http://0.0.0.0:80
//! ```
//! ```dockerfile unchanged mode=ipv6-capable
//! FROM a
//! ENV ASPNETCORE_URLS=http://0.0.0.0:80
//! ```
//!
//! ## Safety
//! Unsafe: read in the sources of Kestrel, and not run. Code of the application that reads the
//! variable itself may not understand `*`: `new Uri("http://*:80")` throws.
//!
//! ## References
//! - source: Kestrel, AddressBinder.cs and AnyIPListenOptions.cs
//! - <https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints>

use sixify_langs::classify::{DOCKERFILE, YAML};
use sixify_langs::env::{Variable, variables};

use crate::kestrel;
use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[DOCKERFILE, YAML],
    anchors: Anchors(&[&["ASPNETCORE_URLS"], &["DOTNET_URLS"]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return Ok(());
    }
    for variable in variables(doc).iter().filter(|v| ["ASPNETCORE_URLS", "DOTNET_URLS"].contains(&v.name.as_str())) {
        look(doc, variable, &policy, cx);
    }
    Ok(())
}

fn look(doc: &Document, variable: &Variable, policy: &Policy, cx: &mut Context<'_>) {
    let hosts = kestrel::hosts(&variable.value, false);
    let four = hosts.iter().filter(|b| b.host == kestrel::Host::Ipv4Wildcard).count();
    if four == 0 {
        if let Some(reason) = hosts.first().and_then(|b| kestrel::right(b.host)) {
            let evidence = vec![variable.what.clone(), kestrel::EVIDENCE.to_owned()];
            cx.leave(Note { span: variable.span, role: Role::BindUrl.name(), reason: reason.to_owned(), evidence });
        }
        return;
    }
    let new = kestrel::replacement(policy);
    let message = format!("Kestrel listens on IPv4 only here; {new} is every address. {}", kestrel::COST);
    let finding = Finding::new(variable.span, Role::BindUrl.name(), message);
    let finding = finding.because(variable.what.clone()).because(kestrel::EVIDENCE);
    let replaceable = kestrel::replaceable(&variable.value, false);
    if replaceable.len() < four {
        return cx.report(finding.because("another URL has the same port for both families: one of the two must go"));
    }
    let parts: Vec<(Span, String)> = replaceable.into_iter().map(|span| (span, new.to_owned())).collect();
    match variable.replace(doc, &parts) {
        Some(edits) => cx.report(finding.fix(Applicability::Unsafe, Fix::new().edits(edits))),
        None => cx.report(finding),
    }
}
