//! # Split host and port at the last colon
//!
//! ## Why it breaks
//! `address.split(":")` gives host and port only while the host has no colon. `[2001:db8::1]:80`
//! falls into five parts, and `new InetSocketAddress(parts[0], ...)` looks up a host called `[2001`.
//!
//! ## Examples
//! ```java before
//! import java.net.InetSocketAddress;
//!
//! class Cluster {
//!     InetSocketAddress parse(String hostAndPort) {
//!         String[] parts = hostAndPort.split(":");
//!         if (parts.length != 2) {
//!             throw new IllegalArgumentException(hostAndPort);
//!         }
//!         return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
//!     }
//!
//!     void down(String node) {
//!         String[] ends = node.replace("redis://", "").split(":");
//!         close(ends[0], ends[1]);
//!     }
//!
//!     String host(String endpoint) {
//!         return endpoint.substring(0, endpoint.indexOf(':'));
//!     }
//!
//!     String hostname(String endpoint) {
//!         return endpoint.split(":", 2)[0];
//!     }
//!
//!     void read(String text) {
//!         int colon = text.indexOf(":");
//!         String host = colon < 0 ? text : text.substring(0, colon);
//!         int port = colon < 0 ? 80 : Integer.parseInt(text.substring(colon + 1));
//!     }
//! }
//! ```
//! ```java after unsafe
//! import java.net.InetSocketAddress;
//!
//! class Cluster {
//!     InetSocketAddress parse(String hostAndPort) {
//!         String[] parts = splitHostPort(hostAndPort);
//!         if (parts.length != 2) {
//!             throw new IllegalArgumentException(hostAndPort);
//!         }
//!         return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
//!     }
//!
//!     void down(String node) {
//!         String[] ends = splitHostPort(node.replace("redis://", ""));
//!         close(ends[0], ends[1]);
//!     }
//!
//!     String host(String endpoint) {
//!         return endpoint.substring(0, endpoint.lastIndexOf(':'));
//!     }
//!
//!     String hostname(String endpoint) {
//!         return splitHostPort(endpoint)[0];
//!     }
//!
//!     void read(String text) {
//!         int colon = text.indexOf(":", text.indexOf(']') + 1);
//!         String host = colon < 0 ? text : text.substring(0, colon);
//!         int port = colon < 0 ? 80 : Integer.parseInt(text.substring(colon + 1));
//!     }
//!
//!     /** Host and port, or the host alone: the colons of an IPv6 address separate nothing. */
//!     private static String[] splitHostPort(String address) {
//!         int colon = address.lastIndexOf(':');
//!         boolean alone = colon != address.indexOf(':') && address.charAt(colon - 1) != ']';
//!         if (colon < 0 || alone) {
//!             return new String[] {address};
//!         }
//!         return new String[] {address.substring(0, colon), address.substring(colon + 1)};
//!     }
//! }
//! ```
//! Reported: parts that are kept by words, and a host alone that is compared without brackets.
//! ```java reported
//! import java.util.StringTokenizer;
//!
//! class Cluster {
//!     boolean known(String hostPort) {
//!         String name = hostPort.split(":")[0];
//!         return names.contains(name);
//!     }
//!
//!     void parse(String hostPort) {
//!         StringTokenizer words = new StringTokenizer(hostPort, ":");
//!     }
//! }
//! ```
//! Text that is no address: keys and values, signatures, times, hardware addresses, more than two parts,
//! and code that asks for the last colon or for brackets.
//! ```java unchanged
//! class Authority {
//!     void inBrackets(String host) {
//!         int end = host.indexOf(']') + 1;
//!         this.host = host.substring(0, end);
//!     }
//!
//!     void regular(String host) {
//!         int colon = host.indexOf(':');
//!         this.port = Integer.parseInt(host.substring(colon + 1));
//!         this.host = host.substring(0, colon);
//!     }
//! }
//! ```
//! ```java unchanged
//! class Known {
//!     Pair parse(String host) {
//!         // IPv6 addresses were found before.
//!         String[] parts = host.split(":", -1);
//!         return parts.length > 2 ? null : new Pair(parts[0], parts[1]);
//!     }
//!
//!     boolean own(String bookieId) {
//!         String[] parts = bookieId.split(":");
//!         return parts.length == 2 && dial(parts[0], Integer.parseInt(parts[1]));
//!     }
//! }
//! ```
//! ```java unchanged
//! class Other {
//!     void all(String line, String signature, String time, String macAddress, String address) {
//!         String[] pair = line.split(":");
//!         map.put(pair[0], pair[1]);
//!         String[] words = signature.split(":");
//!         int hours = Integer.parseInt(time.split(":")[0]);
//!         String vendor = macAddress.split(":")[0];
//!         String[] parts = address.split(":");
//!         use(parts[0], parts[1], parts[2]);
//!         String[] other = address.split(";");
//!     }
//!
//!     String failed(UnknownHostException unknown) {
//!         String host = unknown.getMessage();
//!         int colon = host.indexOf(':');
//!         return colon > 0 ? host.substring(0, colon) : null;
//!     }
//!
//!     String host(String endpoint) {
//!         int colon = endpoint.lastIndexOf(':');
//!         return endpoint.substring(0, endpoint.indexOf(':'));
//!     }
//! }
//! ```
//!
//! ## Safety
//! Unsafe: for names and IPv4 addresses, with a port or without one, the parts are what they were,
//! and an IPv6 address stays whole, with its brackets, which `InetAddress` takes. But what a text is
//! called is no proof of what is in it, and what ends with a colon has an empty port now. Only where the second
//! part is read as a port or the first one is dialled or kept as a host is anything edited.
//!
//! ## References
//! - RFC 3986, 3.2.2: an IPv6 address before a port stands in brackets
//! - evidence: languages, Java JV-SPLIT

use sixify_langs::{classify, java};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::JAVA],
    anchors: Anchors(&[&["split(\":\""], &["indexOf(\":\")"], &["indexOf(':')"], &["StringTokenizer(", "\":\")"]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if let Some(file) = java::file(doc) {
        crate::jvm_splits::run(&file, cx);
    }
    Ok(())
}
