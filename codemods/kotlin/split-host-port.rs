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
//!     val name = endpoint.substringBefore(":")
//!     return Server(host, port.toInt(), parts[0], parts[1], name)
//! }
//! ```
//! ```kotlin after unsafe
//! fun parse(hostPort: String, endpoint: String): Server {
//!     val (host, port) = hostPort.split(Regex(":(?=[^:\\]]*$)"))
//!     val parts = endpoint.split(Regex(":(?=[^:\\]]*$)"), limit = 2)
//!     val name = endpoint.replace(Regex(":[^:\\]]*$"), "")
//!     return Server(host, port.toInt(), parts[0], parts[1], name)
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
//! and an IPv6 address with a port stays whole, with its brackets, which `InetAddress` takes. But
//! what a text is called is no proof of what is in it.
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
        crate::jvm_splits::run(&file, doc, cx);
    }
    Ok(())
}
