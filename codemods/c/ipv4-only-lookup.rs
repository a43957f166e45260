//! # Find functions of the socket library that know IPv4 alone
//!
//! ## Why it breaks
//! `gethostbyname` never gives an IPv6 address, `inet_addr` and `inet_aton` read none, `inet_ntoa` prints
//! none, and sixteen bytes are too few for the text of one (`INET6_ADDRSTRLEN` is 46).
//!
//! ## Examples
//! A buffer that is too short gets the size that both families need:
//! ```c before
//! void show(int family, const void *address) {
//!     char text[INET_ADDRSTRLEN];
//!     inet_ntop(family, address, text, sizeof(text));
//! }
//! ```
//! ```c after unsafe
//! void show(int family, const void *address) {
//!     char text[INET6_ADDRSTRLEN];
//!     inet_ntop(family, address, text, sizeof(text));
//! }
//! ```
//! ```c reported
//! struct hostent *find(const char *name) {
//!     return gethostbyname(name);
//! }
//! ```
//! ```c reported
//! void read(struct sockaddr_in *addr, const char *text) {
//!     char ip[16];
//!     strcpy(ip, text);
//!     addr->sin_addr.s_addr = inet_addr(text);
//! }
//! ```
//! Left alone: literals, code that has a branch for IPv6.
//! ```c reported
//! typedef char address_text[INET_ADDRSTRLEN];
//! ```
//! ```c unchanged
//! void read(int family, const char *text, void *to) {
//!     char name[16];
//!     if (family == AF_INET6)
//!         inet_pton(AF_INET6, text, to);
//!     else
//!         ((struct in_addr *)to)->s_addr = inet_addr(text);
//! }
//!
//! struct peer {
//!     uint8_t ip[16];
//! };
//!
//! void local(struct sockaddr_in *addr) {
//!     addr->sin_addr.s_addr = inet_addr("127.0.0.1");
//! }
//! ```
//!
//! ## Safety
//! Unsafe for the buffer, which only grows; all else is reported, for it needs another type of address.
//! `getaddrinfo` with `AF_UNSPEC` (and `AI_NUMERICHOST` for addresses) and `getnameinfo` with
//! `NI_NUMERICHOST` serve both families.
//!
//! ## References
//! - evidence: languages, C C-GHBN and C-INETADDR, measured
//! - RFC 3493, 6

use sixify_langs::c::{self, Call, File};
use sixify_langs::{classify, naming};

use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::C, classify::CPP],
    anchors: Anchors(&[
        &["gethostbyname"],
        &["gethostbyaddr"],
        &["inet_addr("],
        &["inet_aton("],
        &["inet_ntoa("],
        &["inet_pton(AF_INET,"],
        &["inet_ntop(AF_INET,"],
        &["INET_ADDRSTRLEN"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = c::file(doc).filter(|_| !about_ipv4(doc)) else { return Ok(()) };
    for call in file.calls() {
        if let Some(instead) = instead(&file, &call) {
            let message = format!("{} knows IPv4 alone; {instead}", call.name);
            cx.report(Finding::new(call.node.span(), Role::AddressFamily.name(), message));
        }
    }
    for array in file.tree.all("array_declarator") {
        let (Some(name), Some(size)) = (array.field("declarator"), array.field("size")) else { continue };
        if handles_ipv6(&file, array) || filled_with_ipv4(&file, array, name.text()) {
            continue;
        }
        let message = "the text of an IPv6 address does not fit (RFC 3493: INET6_ADDRSTRLEN, 46 bytes)";
        let finding = Finding::new(array.span(), Role::AddressFamily.name(), message);
        if size.text() == "INET_ADDRSTRLEN" {
            // Where the same length is named again, one of them alone must not change.
            let again =
                file.function(array).map_or(file.tree.text(), Node::text).matches("INET_ADDRSTRLEN").count() > 1;
            let fix = Fix::new().edit(Edit::replace(size.span(), "INET6_ADDRSTRLEN"));
            // A type is given to all kinds of code, for IPv4 alone perhaps.
            let named = array.ancestor(&["type_definition"]).is_some();
            // What writes to it is not seen, or is no function.
            let unseen = fills(&file, array, name.text()).is_empty();
            cx.report(if again || named || unseen { finding } else { finding.fix(Applicability::Unsafe, fix) });
        } else if ["15", "16"].contains(&size.text())
            && naming::words(name.text()).iter().any(|w| ["ip", "ipaddr"].contains(&w.as_str()))
            && array.ancestor(&["compound_statement", "field_declaration_list"]).is_some()
            && holds_text(array)
        {
            cx.report(finding.because(format!("{} is called an address", name.text())));
        }
    }
    Ok(())
}

/// The calls that are given an array to write to, in its function, or in the file where it is a field.
fn fills<'a>(file: &'a File, array: Node<'_>, name: &str) -> Vec<Call<'a>> {
    let function = file.function(array);
    let own = |argument: &Node<'_>| {
        let text = argument.text().trim_start_matches(['&', '*']);
        text.rsplit(['.', '>']).next().unwrap_or(text).split('[').next() == Some(name)
    };
    let here = |call: &Call<'_>| function.is_none_or(|f| f.holds(call.node));
    file.calls().filter(|call| here(call) && call.name != "sizeof" && call.arguments.iter().any(own)).collect()
}

/// Whether the text of an IPv4 address is all that is put into an array: `inet_ntop(AF_INET, …, buf, …)`.
fn filled_with_ipv4(file: &File, array: Node<'_>, name: &str) -> bool {
    // `snprintf(buf, sizeof(buf), "%u.%u.%u.%u", …)`
    let numbers = |call: &Call<'_>| {
        let format = call.arguments.iter().find_map(|a| file.literal(*a)).unwrap_or_default();
        matches!(call.name, "snprintf" | "sprintf")
            && format.matches("u.%").count().max(format.matches("d.%").count()) == 3
    };
    let named = |call: &Call<'_>| matches!(call.name, "inet_ntop" | "uv_ip4_name" | "uv_inet_ntop") || numbers(call);
    let fills: Vec<_> = fills(file, array, name).into_iter().filter(named).collect();
    let four = |call: &Call<'_>| {
        let family = call.arguments.first().map_or("", |a| a.text());
        call.name == "uv_ip4_name" || matches!(family, "AF_INET" | "PF_INET") || numbers(call)
    };
    !fills.is_empty() && fills.iter().all(four)
}

/// Whether an array is one of `char`: sixteen other bytes are an IPv6 address as it is.
fn holds_text(array: Node<'_>) -> bool {
    let declared = array.ancestor(&["declaration", "field_declaration"]).and_then(|d| d.field("type"));
    declared.is_some_and(|ty| ty.text() == "char")
}

/// What to use instead of a function; `None` where it is right.
fn instead(file: &File, call: &Call<'_>) -> Option<&'static str> {
    if handles_ipv6(file, call.node) {
        return None;
    }
    let family = call.arguments.first().map_or("", |a| a.text());
    Some(match call.name {
        "gethostbyname" | "gethostbyname_r" | "gethostbyname2" => {
            "getaddrinfo with AF_UNSPEC gives the addresses of both families"
        }
        "gethostbyaddr" | "gethostbyaddr_r" => "getnameinfo serves both families",
        "inet_addr" | "inet_aton" | "inet_network" => {
            let known = call.arguments.first().is_some_and(|a| file.literal(*a).is_some());
            (!known).then_some("getaddrinfo with AI_NUMERICHOST reads addresses of both families")?
        }
        "inet_ntoa" => "getnameinfo with NI_NUMERICHOST prints addresses of both families",
        "inet_pton" | "inet_ntop"
            if family == "AF_INET" && call.arguments.get(1).is_none_or(|a| file.literal(*a).is_none()) =>
        {
            "the family of the address decides which one to use"
        }
        _ => return None,
    })
}

/// Whether the function around it has a branch for IPv6.
fn handles_ipv6(file: &File, node: Node<'_>) -> bool {
    let around = file.function(node).map_or("", Node::text);
    // `#ifdef AF_INET6 … #else`
    let asked = |n: &Node<'_>| n.kind().starts_with("preproc_") && n.text().contains("INET6");
    if node.ancestors().any(|n| asked(&n)) {
        return true;
    }
    ["AF_INET6", "PF_INET6", "in6_addr", "sockaddr_in6", "INET6_"].iter().any(|word| around.contains(word))
        || around.to_ascii_lowercase().contains("ipv6")
}
