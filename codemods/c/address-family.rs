//! # Resolve names to addresses of both families
//!
//! ## Why it breaks
//! `getaddrinfo` with `ai_family = AF_INET` gives IPv4 addresses alone: a name with only an IPv6
//! address is not found, and an IPv6-only host reaches none of the others.
//!
//! ## Examples
//! ```c before
//! #include <netdb.h>
//! #include <string.h>
//!
//! int dial(const char *host, const char *port) {
//!     struct addrinfo hints, *list, *p;
//!     memset(&hints, 0, sizeof hints);
//!     hints.ai_family = AF_INET;
//!     hints.ai_socktype = SOCK_STREAM;
//!     if (getaddrinfo(host, port, &hints, &list) != 0)
//!         return -1;
//!     for (p = list; p != NULL; p = p->ai_next) {
//!         int fd = socket(p->ai_family, p->ai_socktype, p->ai_protocol);
//!         if (fd >= 0 && connect(fd, p->ai_addr, p->ai_addrlen) == 0)
//!             return fd;
//!     }
//!     return -1;
//! }
//! ```
//! ```c after unsafe
//! #include <netdb.h>
//! #include <string.h>
//!
//! int dial(const char *host, const char *port) {
//!     struct addrinfo hints, *list, *p;
//!     memset(&hints, 0, sizeof hints);
//!     hints.ai_family = AF_UNSPEC;
//!     hints.ai_socktype = SOCK_STREAM;
//!     if (getaddrinfo(host, port, &hints, &list) != 0)
//!         return -1;
//!     for (p = list; p != NULL; p = p->ai_next) {
//!         int fd = socket(p->ai_family, p->ai_socktype, p->ai_protocol);
//!         if (fd >= 0 && connect(fd, p->ai_addr, p->ai_addrlen) == 0)
//!             return fd;
//!     }
//!     return -1;
//! }
//! ```
//! ```cpp before
//! void dial(tcp::resolver& resolver, const std::string& host) {
//!   auto found = resolver.resolve(tcp::v4(), host, "80");
//! }
//! ```
//! ```cpp after unsafe
//! void dial(tcp::resolver& resolver, const std::string& host) {
//!   auto found = resolver.resolve(host, "80");
//! }
//! ```
//! Reported: results that are used as IPv4 addresses, or of which the first one alone is tried.
//! ```c reported
//! int dial(const char *host, const char *port) {
//!     struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM }, *list;
//!     if (getaddrinfo(host, port, &hints, &list) != 0)
//!         return -1;
//!     int fd = socket(AF_INET, SOCK_STREAM, 0);
//!     return connect(fd, list->ai_addr, list->ai_addrlen);
//! }
//! ```
//! ```c unchanged
//! void both(struct addrinfo *hints, int ipv6) {
//!     hints->ai_family = ipv6 ? AF_INET6 : AF_INET;
//!     hints->ai_family = AF_UNSPEC;
//! }
//!
//! int again(const char *host, const char *port, struct addrinfo *hints, struct addrinfo **list) {
//!     hints->ai_family = AF_UNSPEC;
//!     if (getaddrinfo(host, port, hints, list) == 0)
//!         return 0;
//!     hints->ai_family = AF_INET;
//!     return getaddrinfo(host, port, hints, list);
//! }
//! ```
//!
//! ## Safety
//! Unsafe: all results are tried in turn, so what was reached is reached still. But the order is the
//! system's, which prefers IPv6 where both work.
//!
//! ## References
//! - evidence: languages, C C-GHBN and C-FIRSTGAI
//! - RFC 3493, 6.1

use sixify_langs::c::{self, File};
use sixify_langs::classify;

use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;
use crate::remarks;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::C, classify::CPP],
    anchors: Anchors(&[&["ai_family", "AF_INET"], &["ai_family", "PF_INET"], &["v4()", "resolve"]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = c::file(doc).filter(|_| !about_ipv4(doc)) else { return Ok(()) };
    for node in file.tree.all("assignment_expression").chain(file.tree.all("initializer_pair")) {
        let (target, value) = match node.kind() {
            "assignment_expression" => (node.field("left"), node.field("right")),
            _ => (node.items().next(), node.field("value")),
        };
        let (Some(target), Some(value)) = (target, value) else { continue };
        let family = target.text().ends_with("ai_family") && ["AF_INET", "PF_INET"].contains(&value.text());
        if !family || node.text().contains("==") {
            continue;
        }
        hints(&file, node, value, cx);
    }
    for call in file.calls().filter(|c| c.name == "v4" && c.arguments.is_empty()) {
        resolver(call.node, cx);
    }
    Ok(())
}

/// `hints.ai_family = AF_INET`.
fn hints(file: &File, node: Node<'_>, value: Node<'_>, cx: &mut Context<'_>) {
    let function = file.function(node).map_or("", Node::text);
    // Code that asks for the one or for the other knows why.
    // As does code that asks for IPv4 when nothing came of asking for both.
    let both = ["AF_INET6", "PF_INET6", "ai_family = AF_UNSPEC", "ai_family = PF_UNSPEC"];
    if both.iter().any(|word| function.contains(word)) {
        return;
    }
    let finding = Finding::new(
        node.span(),
        Role::AddressFamily.name(),
        "names are resolved to IPv4 addresses alone; AF_UNSPEC gives those of both families",
    );
    let looks_up = function.contains("getaddrinfo(");
    let tries_all = function.contains("ai_next") && function.contains("->ai_family");
    let four = ["sockaddr_in ", "sin_addr", "INET_ADDRSTRLEN", "socket(AF_INET", "socket(PF_INET", "inet_ntoa"];
    let neutral = looks_up && tries_all && !four.iter().any(|word| function.contains(word));
    if remarks::says(node, &["AF_UNSPEC"]) {
        cx.report(finding.because("a comment beside it tells why, or when to change it"));
        return;
    }
    cx.report(if neutral {
        // In the spelling of the file.
        let any = if value.text().starts_with("PF_") { "PF_UNSPEC" } else { "AF_UNSPEC" };
        let fix = Fix::new().edit(Edit::replace(value.span(), any));
        finding.because("every result is tried, with its own family").fix(Applicability::Unsafe, fix)
    } else {
        finding.because("the results are not tried one by one with their own families, or not here")
    });
}

/// `resolver.resolve(tcp::v4(), host, port)` of Boost.Asio.
fn resolver(call: Node<'_>, cx: &mut Context<'_>) {
    let Some(list) = call.parent().filter(|p| p.is("argument_list")) else { return };
    let items: Vec<Node<'_>> = list.items().collect();
    let Some(at) = items.iter().position(|i| *i == call) else { return };
    let asked = list.parent().and_then(c::call);
    let query =
        list.ancestor(&["declaration"]).and_then(|d| d.field("type")).is_some_and(|t| t.text().ends_with("query"));
    let resolves = asked.is_some_and(|c| ["resolve", "async_resolve", "query"].contains(&c.name)) || query;
    let Some(next) = items.get(at + 1).filter(|_| resolves && at == 0 && items.len() >= 3) else { return };
    let fix = Fix::new().edit(Edit::delete(Span::new(call.start(), next.start())));
    cx.report(
        Finding::new(call.span(), Role::AddressFamily.name(), "names are resolved to IPv4 addresses alone")
            .because("argument of a resolver of Boost.Asio")
            .fix(Applicability::Unsafe, fix),
    );
}
