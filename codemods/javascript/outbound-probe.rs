//! # Tell probes that ask an IPv4 address which address this host has
//!
//! ## Why it breaks
//! A socket that is connected to 8.8.8.8 only to read its own address gives none on an IPv6-only host: there
//! is no way to that address, and the connection fails.
//!
//! ## Examples
//! ```js reported
//! const socket = net.createConnection(80, '8.8.8.8');
//! socket.on('connect', () => done(socket.localAddress));
//! ```
//! ```js reported
//! const probe = dgram.createSocket('udp4');
//! probe.connect(53, '1.1.1.1', () => done(probe.address().address));
//! ```
//! Near-misses: a host that is really talked to, a name.
//! ```js unchanged
//! const socket = net.createConnection(80, 'example.com');
//! socket.on('connect', () => done(socket.localAddress));
//! ```
//!
//! ## Safety
//! Reported only. Asking the IPv4 address first and then an IPv6 one such as 2001:4860:4860::8888 keeps
//! today's answer where there is one.
//!
//! ## References
//! - evidence: languages, 1.9

use sixify_langs::address::{self, AddressClass};
use sixify_langs::javascript;

use crate::javascript_hosts as hosts;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: javascript::KINDS,
    anchors: Anchors(&[
        &["8.8.8.8", "localAddress"],
        &["8.8.8.8", "address()"],
        &["8.8.4.4", "address()"],
        &["1.1.1.1", "localAddress"],
        &["1.1.1.1", "address()"],
        &["10.255.255.255", "ddress"],
        &["192.0.2.", "localAddress"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = hosts::file(doc) else { return Ok(()) };
    for call in file.tree.all("call_expression") {
        if !matches!(file.called_name(call), Some("connect" | "createConnection")) {
            continue;
        }
        let v4 = |n: &Node<'_>| {
            let text = file.string(*n).unwrap_or_default();
            address::exact(&text).is_some_and(|a| a.class == AddressClass::Other)
        };
        let Some(target) = call.descendants().find(|n| n.is("string") && v4(n)) else { continue };
        let message = "there is no way to an IPv4 address on an IPv6-only host; ask an IPv6 one where this fails";
        let finding = Finding::new(target.span(), Role::Probe.name(), message);
        cx.report(finding.because("the address of the socket itself is read".to_owned()));
    }
    Ok(())
}
