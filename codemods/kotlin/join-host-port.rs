//! # Put brackets around an IPv6 address before its port
//!
//! ## Why it breaks
//! `"$host:$port"` is an address only while the host has no colon. An IPv6 address needs
//! brackets: `[2001:db8::1]:80`.
//!
//! ## Examples
//! ```kotlin before
//! class Client(private val host: String, private val port: Int) {
//!     val url = "http://$host:$port/health"
//!
//!     fun targets(podIp: String): List<String> = listOf(podIp + ":" + port, String.format("%s:%d", podIp, port))
//! }
//! ```
//! ```kotlin after
//! class Client(private val host: String, private val port: Int) {
//!     val url = "http://${bracketed(host)}:$port/health"
//!
//!     fun targets(podIp: String): List<String> = listOf(bracketed(podIp) + ":" + port, String.format("%s:%d", bracketed(podIp), port))
//! }
//!
//! /** A host as it stands before a port: an IPv6 address in brackets. */
//! private fun bracketed(host: String): String =
//!     if (host.count { it == ':' } > 1 && !host.startsWith("[")) "[$host]" else host
//! ```
//! Types from elsewhere, and what may be a URL, which has a colon, too:
//! ```kotlin before
//! import java.net.InetAddress
//!
//! class Client(private val host: String, private val port: Int) {
//!     fun targets(config: Config, address: InetAddress, port: Int): List<String> = listOf(
//!         "http://${config.host}:${config.port}",
//!         address.hostAddress + ":" + port,
//!         String.format("%s:%d", host, port),
//!     )
//! }
//! ```
//! ```kotlin after unsafe
//! import java.net.InetAddress
//!
//! class Client(private val host: String, private val port: Int) {
//!     fun targets(config: Config, address: InetAddress, port: Int): List<String> = listOf(
//!         "http://${bracketed(config.host)}:${config.port}",
//!         bracketed(address.hostAddress) + ":" + port,
//!         String.format("%s:%d", bracketed(host), port),
//!     )
//! }
//!
//! /** A host as it stands before a port: an IPv6 address in brackets. */
//! private fun bracketed(host: String): String =
//!     if (host.count { it == ':' } > 1 && !host.startsWith("[")) "[$host]" else host
//! ```
//! ```kotlin unchanged
//! class Other {
//!     fun all(file: String, line: Int, host: String, port: Int, tag: String) {
//!         val place = "$file:$line"
//!         val image = "$host/app:$tag"
//!         logger.info("listening on $host:$port")
//!         error("cannot reach $host:$port")
//!         val bracketed = "[$host]:$port"
//!     }
//! }
//! ```
//! A host that has its scheme unless it is told otherwise:
//! ```kotlin unchanged
//! fun metrics(host: String = "http://localhost", port: Int = 8090) = "$host:$port/metrics"
//! ```
//! A host that may be null:
//! ```kotlin reported
//! fun url(host: String?, port: Int) = "http://$host:$port"
//! ```
//!
//! ## Safety
//! Safe where the host is declared as a `String` in the file, and stands behind a scheme or is called an IP
//! address: for names, IPv4 addresses and hosts in brackets the text is the same byte for byte, and for
//! IPv6 addresses it is right; measured by running both. Unsafe elsewhere: a host of a type from another
//! file may be no text, and `http://shop` would get brackets.
//!
//! ## References
//! - RFC 3986, 3.2.2: an IPv6 address in a URL stands in brackets
//! - evidence: languages, Java JV-URLCAT and JV-HOSTADDR

use sixify_langs::{classify, java};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::KOTLIN],
    anchors: Anchors(&[
        &[":$"],
        &["}:"],
        &["\":\" +"],
        &["+ \":"],
        &["+ ':' +"],
        &["append(\":\")"],
        &["append(':')"],
        &["%s:%"],
        &["$host:"],
        &["Host:"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if let Some(file) = java::file(doc) {
        crate::jvm_joins::run(&file, doc, cx);
    }
    Ok(())
}
