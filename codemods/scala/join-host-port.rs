//! # Put brackets around an IPv6 address before its port
//!
//! ## Why it breaks
//! `s"$host:$port"` is an address only while the host has no colon. An IPv6 address needs
//! brackets: `[2001:db8::1]:80`.
//!
//! ## Examples
//! ```scala before
//! import java.net.InetAddress
//!
//! class Client(host: String, port: Int) {
//!   val url = s"http://$host:$port/health"
//!
//!   def targets(address: InetAddress): Seq[String] = Seq(
//!     address.getHostAddress + ":" + port,
//!     "%s:%d".format(host, port)
//!   )
//! }
//! ```
//! ```scala after unsafe
//! import java.net.InetAddress
//!
//! class Client(host: String, port: Int) {
//!   val url = s"http://${bracketed(host)}:$port/health"
//!
//!   def targets(address: InetAddress): Seq[String] = Seq(
//!     bracketed(address.getHostAddress) + ":" + port,
//!     "%s:%d".format(bracketed(host), port)
//!   )
//!
//!   /** A host as it stands before a port: an IPv6 address in brackets. */
//!   private def bracketed(host: String): String =
//!     if (host != null && host.count(_ == ':') > 1 && !host.startsWith("[")) s"[$host]" else host
//! }
//! ```
//! ```scala before
//! class Endpoint(scheme: String, host: String, port: Int) {
//!   def url(path: String): String = s"$scheme://$host:$port$path"
//! }
//! ```
//! ```scala after unsafe
//! class Endpoint(scheme: String, host: String, port: Int) {
//!   def url(path: String): String = s"$scheme://${bracketed(host)}:$port$path"
//!
//!   /** A host as it stands before a port: an IPv6 address in brackets. */
//!   private def bracketed(host: String): String =
//!     if (host != null && host.count(_ == ':') > 1 && !host.startsWith("[")) s"[$host]" else host
//! }
//! ```
//! ```scala unchanged
//! class Registered(own: Seq[Endpoint]) {
//!   def taken(other: Seq[Endpoint]): Boolean = {
//!     val mine = own.map(e => s"${e.host}:${e.port}")
//!     other.map(e => s"${e.host}:${e.port}").intersect(mine).nonEmpty
//!   }
//! }
//! ```
//! ```scala unchanged
//! class Other {
//!   def all(file: String, line: Int, host: String, port: Int): Unit = {
//!     val place = s"$file:$line"
//!     val identifier = if (port == 11211) host else host + ":" + port
//!     logger.info(s"listening on $host:$port")
//!     throw new IllegalStateException(s"cannot reach $host:$port")
//!   }
//! }
//! ```
//!
//! ## Safety
//! Unsafe: the text is the same byte for byte for names and IPv4 addresses, and right for IPv6
//! ones with and without brackets; but a host of a type from another file may be no text.
//!
//! ## References
//! - RFC 3986, 3.2.2: an IPv6 address in a URL stands in brackets
//! - evidence: languages, Java JV-URLCAT and JV-HOSTADDR

use sixify_langs::{classify, java};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::SCALA],
    anchors: Anchors(&[&[":$"], &["}:"], &["\":\" +"], &["+ \":"], &["append(\":\")"], &["append(':')"], &["%s:%"]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if let Some(file) = java::file(doc) {
        crate::jvm_joins::run(&file, doc, cx);
    }
    Ok(())
}
