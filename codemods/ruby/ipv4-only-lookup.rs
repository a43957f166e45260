//! # Find look-ups of IPv4 addresses alone
//!
//! `ipv4_private?` and its kin choose IPv4 addresses, and `gethostbyname` gives the first address
//! of a host, whatever its family, in four bytes for most programs.
//!
//! ## Why it breaks
//! On an IPv6-only host `Socket.ip_address_list.detect(&:ipv4_private?)` is `nil`, and the next call
//! raises `NoMethodError`.
//!
//! ## Examples
//! ```rb before
//! ip = Socket.ip_address_list.detect(&:ipv4_private?).ip_address
//! ```
//! ```rb after unsafe
//! ip = (Socket.ip_address_list.detect(&:ipv4_private?) || Socket.ip_address_list.detect { |a| a.ipv6? && !a.ipv6_loopback? && !a.ipv6_linklocal? }).ip_address
//! ```
//! ```rb reported
//! records = Resolv::DNS.new.getresources(name, Resolv::DNS::Resource::IN::A)
//! ```
//! ```rb reported
//! ip = Socket.ip_address_list.find { |a| a.ipv4? && !a.ipv4_loopback? }.ip_address
//! ```
//! Near-misses:
//! ```rb unchanged
//! ip = IPSocket.getaddress(name)
//! list = Socket.ip_address_list.select(&:ipv4?) + Socket.ip_address_list.select(&:ipv6?)
//! ```
//!
//! ## Safety
//! Unsafe: a host that has such an IPv4 address gives today's answer. Where there is none the
//! answer is an IPv6 address, which what is done with it must know how to write.
//!
//! ## References
//! - Ruby documentation: Addrinfo
//! - evidence: languages, 8.2 RB-IPV4

use sixify_langs::classify;
use sixify_langs::ruby;

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::RUBY],
    anchors: Anchors(&[&["ipv4_private?"], &["ipv4?"], &["IN::A"]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = ruby::file(doc) else { return Ok(()) };
    let role = Role::AddressFamily.name();
    for call in file.tree.all("call") {
        let method = call.field("method").map_or("", Node::text);
        let around = call.ancestor(&["method", "singleton_method", "program"]).map_or("", Node::text);
        let aware = around.contains("ipv6") || around.contains("IN::AAAA");
        let resource = call.field("arguments").filter(|_| matches!(method, "getresources" | "getresource"));
        if resource.is_some_and(|a| a.items().any(|n| n.text().ends_with("IN::A"))) && !aware {
            cx.report(Finding::new(call.span(), role, "only A records are asked for"));
        }
        if aware || !matches!(method, "detect" | "find" | "select" | "find_all") || !call.text().contains("ipv4") {
            continue;
        }
        let receiver = call.field("receiver").filter(|r| r.text().ends_with("ip_address_list"));
        let Some(receiver) = receiver else { continue };
        let finding = Finding::new(
            call.span(),
            role,
            "only the IPv4 addresses of this host are chosen; on an IPv6-only host there is none",
        );
        let private = call.field("arguments").is_some_and(|a| a.text() == "(&:ipv4_private?)");
        if !private || !matches!(method, "detect" | "find") {
            cx.report(finding);
            continue;
        }
        let other =
            format!(" || {}.{method} {{ |a| a.ipv6? && !a.ipv6_loopback? && !a.ipv6_linklocal? }})", receiver.text());
        let fix = Fix::new().edits(Edit::wrap(call.span(), "(", other));
        cx.report(finding.fix(Applicability::Unsafe, fix));
    }
    Ok(())
}
