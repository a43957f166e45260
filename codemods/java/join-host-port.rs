//! # Put brackets around an IPv6 address before its port
//!
//! ## Why it breaks
//! `host + ":" + port` is an address only while the host has no colon. An IPv6 address needs
//! brackets: `[2001:db8::1]:80`. Without them `new URI(...).getHost()` is null and `new URL(...)` throws.
//!
//! ## Examples
//! ```java before
//! import java.net.URI;
//!
//! class Client {
//!     private String host;
//!     private int port;
//!
//!     URI health() throws Exception {
//!         return new URI("http://" + host + ":" + port + "/health");
//!     }
//!
//!     void write(StringBuilder out, Config config, String serverHost) {
//!         out.append("http://").append(config.getHost()).append(':').append(config.getPort());
//!         String target = serverHost + ":8080";
//!     }
//!
//!     String endpoint(Config config, int port) {
//!         return String.format("%s:%d", config.service(1).getAddress().getHostAddress(), port);
//!     }
//! }
//! ```
//! ```java after unsafe
//! import java.net.URI;
//!
//! class Client {
//!     private String host;
//!     private int port;
//!
//!     URI health() throws Exception {
//!         return new URI("http://" + bracketed(host) + ":" + port + "/health");
//!     }
//!
//!     void write(StringBuilder out, Config config, String serverHost) {
//!         out.append("http://").append(bracketed(config.getHost())).append(':').append(config.getPort());
//!         String target = bracketed(serverHost) + ":8080";
//!     }
//!
//!     String endpoint(Config config, int port) {
//!         return String.format("%s:%d", bracketed(config.service(1).getAddress().getHostAddress()), port);
//!     }
//!
//!     /** A host as it stands before a port: an IPv6 address in brackets. */
//!     private static String bracketed(String host) {
//!         boolean bare = host != null && host.indexOf(':') != host.lastIndexOf(':') && !host.startsWith("[");
//!         return bare ? "[" + host + "]" : host;
//!     }
//! }
//! ```
//! The text of an `InetAddress` is never null and has no brackets:
//! ```java before
//! import java.net.InetAddress;
//!
//! class Peer {
//!     String url(InetAddress peer, int port) {
//!         return "http://" + peer.getHostAddress() + ":" + port + "/";
//!     }
//!
//!     String url(InetAddress peer) {
//!         return "http://" + peer.getHostAddress() + "/";
//!     }
//! }
//! ```
//! ```java after
//! import java.net.InetAddress;
//!
//! class Peer {
//!     String url(InetAddress peer, int port) {
//!         return "http://" + bracketed(peer.getHostAddress()) + ":" + port + "/";
//!     }
//!
//!     String url(InetAddress peer) {
//!         return "http://" + bracketed(peer.getHostAddress()) + "/";
//!     }
//!
//!     /** A host as it stands before a port: an IPv6 address in brackets. */
//!     private static String bracketed(String host) {
//!         boolean bare = host != null && host.indexOf(':') != host.lastIndexOf(':') && !host.startsWith("[");
//!         return bare ? "[" + host + "]" : host;
//!     }
//! }
//! ```
//! A text that code of the same class takes apart again, putting brackets itself, must not have two pairs of them:
//! ```java before
//! class Address {
//!     private final String host;
//!
//!     Address(String scheme, String host, int port) {
//!         this(scheme + "://" + host + ":" + port);
//!     }
//!
//!     Address(String url) {
//!         String found = url.substring(url.indexOf("://") + 3, url.lastIndexOf(":"));
//!         if (found.contains(":")) {
//!             url = url.replace(found, "[" + found + "]");
//!         }
//!         host = java.net.URI.create(url).getHost();
//!     }
//! }
//! ```
//! ```java after unsafe
//! class Address {
//!     private final String host;
//!
//!     Address(String scheme, String host, int port) {
//!         this(scheme + "://" + host.replaceAll("[\\[\\]]", "") + ":" + port);
//!     }
//!
//!     Address(String url) {
//!         String found = url.substring(url.indexOf("://") + 3, url.lastIndexOf(":"));
//!         if (found.contains(":")) {
//!             url = url.replace(found, "[" + found + "]");
//!         }
//!         host = java.net.URI.create(url).getHost();
//!     }
//! }
//! ```
//! Things that look like it: files and lines, texts for people, keys, a host that is written out,
//! one whose brackets are there, code that tells the families apart.
//! ```java unchanged
//! class Registry {
//!     static String generateId(String host, int port) {
//!         return host + ":" + port;
//!     }
//! }
//! ```
//! ```java unchanged
//! import java.net.URI;
//!
//! class Other {
//!     void all(String file, int line, String host, int port, URI uri, String user, String password) {
//!         String place = file + ":" + line;
//!         String login = user + ":" + password;
//!         log.info("listening on " + host + ":" + port);
//!         throw new IllegalStateException("cannot reach " + host + ":" + port);
//!         String text = "connected from " + host + ":" + port;
//!         pools.get(host + ":" + port);
//!         String key = host + ":" + port;
//!         pools.put(key, create(key));
//!         String fullPath = type + "://" + host + ":" + port + "/a";
//!         String peer = host + ":" + port;
//!         log.info("{} is up", peer);
//!         String same = "http://" + uri.getHost() + ":" + uri.getPort();
//!         String here = "http://" + LOCAL_HOST + ":" + port;
//!     }
//!
//!     static final String LOCAL_HOST = "localhost";
//!
//!     String bracketed(String host, int port) {
//!         return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
//!     }
//!
//!     public String toString() {
//!         return host + ":" + port;
//!     }
//! }
//! ```
//! Texts that are sorted, thrown or shown, and a method that calls its parameter an identifier:
//! ```java unchanged path=src/app/Nodes.java
//! package app;
//!
//! class Nodes {
//!     Client client;
//!
//!     int order(Node a, Node b) {
//!         String first = "";
//!         if (a != null) {
//!             first = a.host + ":" + a.port;
//!         }
//!         return first.compareToIgnoreCase(b.name);
//!     }
//!
//!     void fail(Node a) {
//!         String peer = a.host + ":" + a.port;
//!         if (!seen.add(peer)) {
//!             throw rejected(a.host + ":" + a.port);
//!         }
//!         throw new IllegalStateException(String.format("no answer from %s", peer));
//!     }
//!
//!     Set<String> seen = new HashSet<>();
//!
//!     String getDescription(Node a) {
//!         return new StringBuilder().append(a.host).append(':').append(a.port).toString();
//!     }
//! }
//! ```
//! ```java before path=src/app/Client.java
//! package app;
//!
//! class Client {
//!     Connection connect(String nodeId, Node node) {
//!         return open(nodeId, node);
//!     }
//! }
//! ```
//! ```java before path=src/app/Pool.java
//! package app;
//!
//! class Pool {
//!     Client client;
//!
//!     Connection get(Node a) {
//!         return client.connect(a.host + ":" + a.port, a);
//!     }
//!
//!     String target(Node a) {
//!         return a.host + ":" + a.port;
//!     }
//! }
//! ```
//! ```java after unsafe path=src/app/Pool.java
//! package app;
//!
//! class Pool {
//!     Client client;
//!
//!     Connection get(Node a) {
//!         return client.connect(a.host + ":" + a.port, a);
//!     }
//!
//!     String target(Node a) {
//!         return bracketed(a.host) + ":" + a.port;
//!     }
//!
//!     /** A host as it stands before a port: an IPv6 address in brackets. */
//!     private static String bracketed(String host) {
//!         boolean bare = host != null && host.indexOf(':') != host.lastIndexOf(':') && !host.startsWith("[");
//!         return bare ? "[" + host + "]" : host;
//!     }
//! }
//! ```
//! A URL for people, and a constant of another file:
//! ```java reported
//! class Server {
//!     void started(String host, int port) {
//!         log.info("open http://" + host + ":" + port + "/");
//!         client.open("http://" + SERVER_HOST + ":" + port + "/");
//!     }
//! }
//! ```
//! A colon that is taken for the one before a port:
//! ```java reported
//! class Dial {
//!     String target(String address, int port) {
//!         return address.contains(":") ? address : address + ":" + port;
//!     }
//! }
//! ```
//! A text that nothing is known to read as an address, and an object whose text is not known:
//! ```java reported
//! import org.example.url.Host;
//!
//! class Dial {
//!     String base(Target url) {
//!         return "http://" + url.getHost() + ":" + url.getPort();
//!     }
//!
//!     String target(Endpoint endpoint, int port) {
//!         return "http://" + endpoint + ":" + port;
//!     }
//!
//!     void remember(String host, int port) {
//!         store.place(host + ":" + port);
//!     }
//! }
//! ```
//! What is cut from a text at a colon, and what a machine calls itself:
//! ```java unchanged
//! import java.net.InetAddress;
//! import java.net.URI;
//!
//! class Cut {
//!     String address(String line) throws Exception {
//!         String[] parts = line.split(":");
//!         String host = parts[0];
//!         String address = host + ":8080";
//!         String self = InetAddress.getLocalHost().getHostName();
//!         return address + "," + self + ":8081";
//!     }
//! }
//! ```
//!
//! A host that was asked something before is not null:
//! ```java before
//! import java.util.Objects;
//!
//! class Client {
//!     String address(String podIp, int port) {
//!         if (podIp == null || podIp.isEmpty()) {
//!             throw new IllegalArgumentException("no address");
//!         }
//!         return podIp + ":" + port;
//!     }
//!
//!     String url(String host, int port) {
//!         Objects.requireNonNull(host);
//!         return "http://" + host + ":" + port + "/";
//!     }
//! }
//! ```
//! ```java after
//! import java.util.Objects;
//!
//! class Client {
//!     String address(String podIp, int port) {
//!         if (podIp == null || podIp.isEmpty()) {
//!             throw new IllegalArgumentException("no address");
//!         }
//!         return bracketed(podIp) + ":" + port;
//!     }
//!
//!     String url(String host, int port) {
//!         Objects.requireNonNull(host);
//!         return "http://" + bracketed(host) + ":" + port + "/";
//!     }
//!
//!     /** A host as it stands before a port: an IPv6 address in brackets. */
//!     private static String bracketed(String host) {
//!         boolean bare = host != null && host.indexOf(':') != host.lastIndexOf(':') && !host.startsWith("[");
//!         return bare ? "[" + host + "]" : host;
//!     }
//! }
//! ```
//!
//! What is called a host and stands behind no scheme may be a URL, which has a colon, too:
//! ```java before
//! class Base {
//!     String address(String name, int port) {
//!         String host = name.trim();
//!         return host + ":" + port;
//!     }
//! }
//! ```
//! ```java after unsafe
//! class Base {
//!     String address(String name, int port) {
//!         String host = name.trim();
//!         return bracketed(host) + ":" + port;
//!     }
//!
//!     /** A host as it stands before a port: an IPv6 address in brackets. */
//!     private static String bracketed(String host) {
//!         boolean bare = host != null && host.indexOf(':') != host.lastIndexOf(':') && !host.startsWith("[");
//!         return bare ? "[" + host + "]" : host;
//!     }
//! }
//! ```
//!
//! ## Safety
//! Safe where the host is what `getHostAddress` of an `InetAddress` gives, and where it is a text that is
//! never null, by how it is made or because the code before would have stopped: for names, addresses in
//! brackets and IPv4 addresses the result is the same byte for byte, and it is right for IPv6 ones;
//! measured by running both. No URL may be able to stand there: it is behind a scheme, or is called an IP
//! address. Elsewhere unsafe: `http://shop` would get brackets, and in an interface, where no function of
//! the file can stand, a host that is null stops the program.
//!
//! `new URL` of a text with a number for a port becomes the constructor that takes the parts, which puts the
//! brackets. Where more than two files of the tree would be given the function, all of them are only reported, and
//! so are all texts with a host in a method when one of them is not known for an address.
//!
//! ## References
//! - RFC 3986, 3.2.2: an IPv6 address in a URL stands in brackets
//! - evidence: languages, Java JV-URLCAT and JV-HOSTADDR

use sixify_langs::{classify, java};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::JAVA],
    anchors: Anchors(&[
        &["\":\" +"],
        &["\":\"+"],
        &["+ \":"],
        &["+\":"],
        &["+ ':' +"],
        &["append(\":\")"],
        &["append(':')"],
        &["%s:%"],
        &["{0}:{1"],
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
