//! # Leave Go's wildcard listeners alone, or narrow them to IPv6 when asked
//!
//! ## Why it breaks
//! It does not. With the networks `tcp` and `udp`, Go listens on `0.0.0.0`, on `[::]` and on no
//! host at all in the same way: on both families, on every kind of host, also where
//! `net.ipv6.bindv6only` is set. Rewriting `0.0.0.0` to `[::]` changes nothing. `sixify explain` says so
//! for the line.
//!
//! In the mode `ipv6-only` the IPv4 listener is unwanted; a listener made with `net.Listen` is then
//! narrowed to the network `tcp6`.
//!
//! ## Examples
//! ```go unchanged
//! package main
//!
//! import (
//! 	"net"
//! 	"net/http"
//! )
//!
//! func serve() error {
//! 	if _, err := net.Listen("tcp", "0.0.0.0:8080"); err != nil {
//! 		return err
//! 	}
//! 	return http.ListenAndServe(":8081", nil)
//! }
//! ```
//! ```go before mode=ipv6-only
//! package main
//!
//! import "net"
//!
//! const addr = "0.0.0.0:8080"
//!
//! func serve() (net.Listener, error) {
//! 	return net.Listen("tcp", addr)
//! }
//! ```
//! ```go after unsafe
//! package main
//!
//! import "net"
//!
//! const addr = "[::]:8080"
//!
//! func serve() (net.Listener, error) {
//! 	return net.Listen("tcp6", addr)
//! }
//! ```
//! An address that is dialled is no listener:
//! ```go unchanged mode=ipv6-only
//! package main
//!
//! import "net"
//!
//! func dial() (net.Conn, error) {
//! 	return net.Dial("tcp", "10.0.0.1:8080")
//! }
//! ```
//!
//! ## Safety
//! Nothing is changed in the default mode. The change in the mode `ipv6-only` takes IPv4 clients
//! away, which is what is asked for; it is unsafe.
//!
//! ## References
//! - Go documentation: net.Listen, "To only use IPv4, use network tcp4"
//! - evidence: languages, 1.1 and Go GO-ANY4

use sixify_langs::address::{self, AddressClass};
use sixify_langs::{Mode, classify, go};

use crate::catalog;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[classify::GO], anchors: Anchors(&[&["0.0.0.0"], &["Listen", "\":"]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = go::file(doc) else { return Ok(()) };
    let narrow = Policy::of(cx.options()).mode == Mode::Ipv6Only;
    for call in file.tree.all("call_expression") {
        let Some(callee) = file.callee(call) else { continue };
        let rows = catalog::apis(cx.options(), "go").api(&callee).iter();
        for api in rows.filter(|a| a.role == "bind-address" && a.wildcard.as_deref() == Some("dual")) {
            let arguments = file.arguments(call);
            let Some(argument) = arguments.get(api.argument - 1) else { continue };
            let network = api.network.and_then(|n| arguments.get(n - 1));
            if network.is_some_and(|n| !matches!(n.text(), "\"tcp\"" | "\"udp\"")) {
                continue;
            }
            let (value, chain) = file.constant(*argument);
            let Some((text, at)) = file.text_expr(value).and_then(|e| e.prefix()) else { continue };
            let host = wildcard(text).map(|host| Span::new(at.start + host.start, at.start + host.end));
            let Some(host) = host else { continue };
            let mut evidence = vec![format!("argument {} of {callee} ({})", api.argument, api.role)];
            evidence.extend(chain);
            evidence.push(api.evidence.clone());
            let network = network.filter(|_| callee == "net.Listen" && narrow);
            let Some(network) = network else {
                let reason = "Go listens on both families here, whatever the wildcard looks like".to_owned();
                cx.leave(Note { span: value.span(), role: Role::BindAddress.name(), reason, evidence });
                continue;
            };
            let fix = Fix::new()
                .edit(Edit::replace(network.span(), network.text().replace("tcp\"", "tcp6\"")))
                .edit(Edit::replace(host, "[::]"));
            let finding = Finding::new(call.span(), Role::BindAddress.name(), "this listens on IPv4 as well");
            cx.report(finding.because_all(evidence).fix(Applicability::Unsafe, fix));
        }
    }
    Ok(())
}

/// The wildcard host at the start of an address: `0.0.0.0:8080`, `0.0.0.0:` + port, or `:8080`.
fn wildcard(text: &str) -> Option<Span> {
    if text.starts_with(':') {
        return Some(Span::at(0));
    }
    let found = address::addresses(text).into_iter().next()?;
    let host = found.class == AddressClass::Wildcard && found.span.start == 0;
    (host && text[found.span.end..].starts_with(':')).then_some(found.span)
}
