//! # Use `tcp` and `udp` instead of `tcp4` and `udp4`
//!
//! ## Why it breaks
//! With the network `tcp4` Go makes an IPv4 socket: a listener cannot be reached over IPv6, and a
//! dial fails on an IPv6-only host. `tcp` takes whatever family the host and the address have.
//!
//! ## Examples
//! ```go before
//! package main
//!
//! import "net"
//!
//! func serve(host string) error {
//! 	if _, err := net.Listen("tcp4", ":8080"); err != nil {
//! 		return err
//! 	}
//! 	_, err := net.Dial("udp4", host+":53")
//! 	return err
//! }
//! ```
//! ```go after unsafe
//! package main
//!
//! import "net"
//!
//! func serve(host string) error {
//! 	if _, err := net.Listen("tcp", ":8080"); err != nil {
//! 		return err
//! 	}
//! 	_, err := net.Dial("udp", host+":53")
//! 	return err
//! }
//! ```
//! A function that also names `tcp6` handles both families on purpose, and an IPv4 address needs
//! an IPv4 socket:
//! ```go unchanged
//! package main
//!
//! import "net"
//!
//! func both() (a, b net.Listener, err error) {
//! 	if a, err = net.Listen("tcp4", ":8080"); err != nil {
//! 		return
//! 	}
//! 	b, err = net.Listen("tcp6", ":8080")
//! 	return
//! }
//!
//! func literal() (net.Conn, error) {
//! 	return net.Dial("tcp4", "192.0.2.1:80")
//! }
//!
//! func name() string { return "tcp4" }
//! ```
//!
//! ## Safety
//! Unsafe. On every measured kind of host the listener gains addresses and loses none, but the
//! network may have been narrowed on purpose, and peers of a UDP socket may be IPv4 literals.
//!
//! ## References
//! - Go documentation: net.Dial, "Known networks"
//! - evidence: languages, Go GO-TCP4

use sixify_langs::address;
use sixify_langs::{classify, go};

use crate::catalog;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[classify::GO], anchors: Anchors(&[&["tcp4"], &["udp4"]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = go::file(doc) else { return Ok(()) };
    for call in file.tree.all("call_expression") {
        let Some(callee) = file.callee(call) else { continue };
        let Some(api) = catalog::apis(cx.options(), "go").api(&callee).iter().find(|a| a.network.is_some()) else {
            continue;
        };
        let arguments = file.arguments(call);
        let network = api.network.and_then(|n| arguments.get(n - 1));
        let Some(network) = network.filter(|n| matches!(n.text(), "\"tcp4\"" | "\"udp4\"")) else { continue };
        let target = arguments.get(api.argument - 1).map(|a| file.constant(*a).0.text()).unwrap_or_default();
        let literal = address::addresses(target).into_iter().any(|a| !a.ip.is_unspecified());
        if literal || names_ipv6(*network) {
            continue;
        }
        let digit = Span::new(network.end() - 2, network.end() - 1);
        let message = format!("{} makes an IPv4 socket", network.text());
        let finding = Finding::new(network.span(), Role::AddressFamily.name(), message);
        let why = format!("argument {} of {callee} (network)", api.network.unwrap_or(1));
        cx.report(finding.because(why).fix(Applicability::Unsafe, Fix::new().edit(Edit::delete(digit))));
    }
    Ok(())
}

/// Whether the function around it also names an IPv6 network.
fn names_ipv6(network: Node<'_>) -> bool {
    let function = network.ancestor(&["function_declaration", "method_declaration"]);
    let literal = |n: Node<'_>| n.is("interpreted_string_literal") && matches!(n.text(), "\"tcp6\"" | "\"udp6\"");
    function.is_some_and(|f| f.descendants().any(literal))
}
