//! # Split host and port at the last colon
//!
//! ## Why it breaks
//! `address.split(":")` gives host and port only while the host has no colon: `[2001:db8::1]:80`
//! falls into five parts.
//!
//! ## Examples
//! ```kotlin before
//! fun parse(hostPort: String, endpoint: String): Server {
//!     val (host, port) = hostPort.split(":")
//!     val parts = endpoint.split(':', limit = 2)
//!     return Server(host, port.toInt(), parts[0], parts[1].toInt(), host(endpoint))
//! }
//!
//! fun host(endpoint: String): String = endpoint.substringBefore(":")
//! ```
//! ```kotlin after unsafe
//! fun parse(hostPort: String, endpoint: String): Server {
//!     val (host, port) = splitHostPort(hostPort)
//!     val parts = splitHostPort(endpoint)
//!     return Server(host, port.toInt(), parts[0], parts[1].toInt(), host(endpoint))
//! }
//!
//! fun host(endpoint: String): String = splitHostPort(endpoint).first()
//!
//! /** Host and port, or the host alone: the colons of an IPv6 address separate nothing. */
//! private fun splitHostPort(address: String): List<String> {
//!     val colon = address.lastIndexOf(':')
//!     val alone = colon != address.indexOf(':') && address[colon - 1] != ']'
//!     if (colon < 0 || alone) return listOf(address)
//!     return listOf(address.substring(0, colon), address.substring(colon + 1))
//! }
//! ```
//! ```kotlin unchanged
//! fun other(line: String, macAddress: String) {
//!     val (key, value) = line.split(":")
//!     val vendor = macAddress.split(":")[0]
//!     val (a, b, c) = line.split(":")
//! }
//! ```
//!
//! ## Safety
//! Unsafe: for names and IPv4 addresses, with a port or without one, the parts are what they were,
//! and an IPv6 address stays whole, with its brackets, which `InetAddress` takes. But what a text is
//! called is no proof of what is in it, and what ends with a colon has an empty port now.
//!
//! ## References
//! - RFC 3986, 3.2.2: an IPv6 address before a port stands in brackets
//! - evidence: languages, Java JV-SPLIT

use sixify_langs::{classify, java};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::KOTLIN],
    anchors: Anchors(&[
        &["split(\":\""],
        &["split(':'"],
        &["indexOf(\":\")"],
        &["indexOf(':')"],
        &["substringBefore(\":\")"],
        &["substringBefore(':')"],
        &["substringAfter(\":\")"],
        &["substringAfter(':')"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if let Some(file) = java::file(doc) {
        crate::jvm_splits::run(&file, cx);
    }
    Ok(())
}
