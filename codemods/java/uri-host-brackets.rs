//! # Take the brackets off the host of a URI before comparing it
//!
//! ## Why it breaks
//! `URI.getHost()` and `URL.getHost()` keep the brackets of an IPv6 address: `[2001:db8::1]`. An
//! `InetAddress`, a resolver or a configuration gives the same address without them, so the two are
//! never equal.
//!
//! ## Examples
//! ```java before
//! import java.net.InetSocketAddress;
//! import java.net.URI;
//!
//! class Nodes {
//!     static boolean same(InetSocketAddress known, URI uri, String podIp) {
//!         return known.getAddress().getHostAddress().equals(uri.getHost()) || uri.getHost().equalsIgnoreCase(podIp);
//!     }
//! }
//! ```
//! ```java after unsafe
//! import java.net.InetSocketAddress;
//! import java.net.URI;
//!
//! class Nodes {
//!     static boolean same(InetSocketAddress known, URI uri, String podIp) {
//!         return known.getAddress().getHostAddress().equals(String.valueOf(uri.getHost()).replaceAll("[\\[\\]]", "")) || uri.getHost().replaceAll("[\\[\\]]", "").equalsIgnoreCase(podIp);
//!     }
//! }
//! ```
//! ```kotlin before
//! import java.net.InetAddress
//! import java.net.URI
//!
//! fun same(address: InetAddress, uri: URI) = address.hostAddress == uri.host
//! ```
//! ```kotlin after unsafe
//! import java.net.InetAddress
//! import java.net.URI
//!
//! fun same(address: InetAddress, uri: URI) = address.hostAddress == uri.host?.trim('[', ']')
//! ```
//! ```scala before
//! import java.net.{InetAddress, URI}
//!
//! object Nodes {
//!   def same(address: InetAddress, uri: URI): Boolean = address.getHostAddress == uri.getHost
//! }
//! ```
//! ```scala after unsafe
//! import java.net.{InetAddress, URI}
//!
//! object Nodes {
//!   def same(address: InetAddress, uri: URI): Boolean = address.getHostAddress == String.valueOf(uri.getHost).replaceAll("[\\[\\]]", "")
//! }
//! ```
//! Reported: a host of which nothing is known.
//! ```java reported
//! import java.net.URI;
//!
//! class Nodes {
//!     boolean same(URI uri, String host) {
//!         return uri.getHost().equals(host);
//!     }
//! }
//! ```
//! Left alone: a name that is written out, another URI, a host that has no brackets any more, an object that is no URI.
//! ```java unchanged
//! import java.net.URI;
//!
//! class Nodes {
//!     boolean all(URI uri, URI other, Config config, String host) throws Exception {
//!         String bare = uri.getHost().replaceAll("[\\[\\]]", "");
//!         return "localhost".equals(uri.getHost())
//!             || uri.getHost().equals(other.getHost())
//!             || config.getHost().equals(host)
//!             || bare.equals(host)
//!             || request.getServerName().equals(uri.getHost())
//!             || new java.net.Socket(uri.getHost(), 80).isBound();
//!     }
//! }
//! ```
//!
//! ## Safety
//! Unsafe: for names and IPv4 addresses nothing changes. What the host is compared with may have
//! brackets too, when it was written by hand.
//!
//! ## References
//! - evidence: languages, 1.8: `getHost` of URI and URL gives brackets, measured
//! - <https://docs.oracle.com/javase/8/docs/api/java/net/URI.html#getHost-->

use sixify_langs::java::{self, File, Lang};
use sixify_langs::{classify, naming};

use crate::jvm_hosts::{Brackets, brackets, name};
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::JAVA, classify::KOTLIN, classify::SCALA],
    anchors: Anchors(&[
        &["getHost()", "equals"],
        &["getHost", "==", "URI"],
        &["getHost", "==", "URL"],
        &[".host", "==", "URI"],
        &[".host", "==", "URL"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = java::file(doc) else { return Ok(()) };
    for call in file.calls().filter(|c| ["equals", "equalsIgnoreCase"].contains(&c.name)) {
        if let (Some(receiver), [argument]) = (call.receiver, call.arguments.as_slice()) {
            compare(&file, receiver, *argument, cx);
        }
        if let [left, right] = call.arguments.as_slice() {
            compare(&file, *left, *right, cx);
        }
    }
    if file.lang != Lang::Java {
        let kinds = ["binary_expression", "infix_expression", "equality_expression"];
        for node in kinds.iter().flat_map(|kind| file.tree.all(kind)) {
            let equal = node.children().any(|c| ["==", "!="].contains(&c.text()));
            if let (Some(left), Some(right)) = (node.field("left"), node.field("right"))
                && equal
            {
                compare(&file, left, right, cx);
            }
        }
    }
    Ok(())
}

/// One comparison; a side that is the host of a URI gives up its brackets.
fn compare(file: &File, left: Node<'_>, right: Node<'_>, cx: &mut Context<'_>) {
    let (host, other, first) = match (of_uri(file, left), of_uri(file, right)) {
        (Some(ty), None) => ((left, ty), right, true),
        (None, Some(ty)) => ((right, ty), left, false),
        _ => return,
    };
    let literal = file.literal(other).or_else(|| file.literal(file.constant(other).0));
    if literal.is_some_and(|text| !text.contains(':')) || other.text() == "null" || other.is("null") {
        return;
    }
    let called = name(file, other).unwrap_or_default();
    let words = naming::words(&called);
    // What a request says about the server keeps its brackets, too.
    let request = words.iter().any(|w| w == "server" || w == "header");
    let bare = matches!(brackets(file, other), Brackets::Never(_)) || words.last().is_some_and(|w| w == "ip");
    if literal.is_none() && (request || !naming::is_host(&called) && !bare) {
        return;
    }
    let (host, ty) = host;
    let edits = match (file.lang, first) {
        (Lang::Kotlin, _) => vec![Edit::insert(host.end(), "?.trim('[', ']')")],
        // A call on null stopped the program before, and does so now.
        (Lang::Java, true) => vec![Edit::insert(host.end(), STRIP)],
        _ => Edit::wrap(host.span(), "String.valueOf(", format!("){STRIP}")).into(),
    };
    let finding = Finding::new(
        host.span(),
        Role::Compare.name(),
        "getHost keeps the brackets of an IPv6 address; what it is compared with has none",
    );
    let why = format!(
        "{} is a {ty}, {} is called a host",
        host.text().lines().next().unwrap_or_default(),
        if called.is_empty() { "the literal" } else { &called }
    );
    let finding = finding.because(why);
    cx.report(if literal.is_some() || bare {
        finding.fix(Applicability::Unsafe, Fix::new().edits(edits))
    } else {
        finding.because("it is not known whether that has brackets")
    });
}

const STRIP: &str = ".replaceAll(\"[\\\\[\\\\]]\", \"\")";

/// The type of what a host is taken from, when that is a URI or a URL.
fn of_uri(file: &File, node: Node<'_>) -> Option<String> {
    let (object, getter) = file.getter(node)?;
    let ty = file.type_of(object)?;
    let class = format!("java.net.{ty}");
    (getter == "getHost" && ["URI", "URL"].contains(&ty.as_str()) && file.knows(&class)).then_some(ty)
}
