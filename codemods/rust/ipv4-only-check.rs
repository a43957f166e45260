//! # Tell where IPv6 addresses are refused
//!
//! ## Why it breaks
//! A `match` that knows `IpAddr::V4` and takes everything else for an error refuses every IPv6
//! address, and `filter(|a| a.is_ipv4())` drops them.
//!
//! ## Examples
//! ```rust reported
//! use std::net::IpAddr;
//!
//! fn octets(ip: IpAddr) -> Result<[u8; 4], String> {
//!     match ip {
//!         IpAddr::V4(v4) => Ok(v4.octets()),
//!         _ => Err("not an address".to_string()),
//!     }
//! }
//!
//! fn first(mut addrs: impl Iterator<Item = IpAddr>) -> Option<IpAddr> {
//!     addrs.find(|a| a.is_ipv4())
//! }
//! ```
//! Code that knows both families:
//! ```rust unchanged
//! use std::net::IpAddr;
//!
//! fn family(ip: IpAddr, other: IpAddr) -> u8 {
//!     if other.is_ipv4() {
//!         return 4;
//!     }
//!     match ip {
//!         IpAddr::V4(_) => 4,
//!         IpAddr::V6(_) => 6,
//!     }
//! }
//! ```
//!
//! ## Safety
//! Reported only: what an IPv6 address is to become there is for a person to say.
//!
//! ## References
//! - std::net::IpAddr
//! - evidence: languages, Rust RS-V4TYPE

use sixify_langs::{classify, naming, rust};

use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[classify::RUST], anchors: Anchors(&[&["Addr::V4("], &["is_ipv4"]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = rust::file(doc).filter(|_| !about_ipv4(doc)) else { return Ok(()) };
    let arms = file.tree.all("match_arm").filter(|arm| {
        let pattern = arm.field("pattern").map_or("", Node::text);
        (pattern.contains("IpAddr::V4(") || pattern.contains("SocketAddr::V4(")) && refused_beside(*arm)
    });
    let calls = file.tree.all("call_expression").filter(|call| {
        let named = matches!(file.method(*call), Some((_, "filter" | "find" | "position")));
        let asked = file.arguments(*call).iter().any(|a| a.text().contains("is_ipv4") && !a.text().contains('!'));
        named && asked
    });
    for node in arms.chain(calls) {
        if file.is_test(node) || other_family(node) {
            continue;
        }
        let finding = Finding::new(node.span(), Role::Compare.name(), "IPv6 addresses are refused or left out here");
        cx.report(finding.because("only IPv4 addresses go on"));
    }
    Ok(())
}

/// Whether everything that is not IPv4 is an error, or nothing, in the other arms.
fn refused_beside(arm: Node<'_>) -> bool {
    let Some(block) = arm.parent() else { return false };
    let mut others = block.items().filter(|a| a.is("match_arm") && *a != arm);
    others.any(|other| {
        let value = other.field("value").map_or("", Node::text);
        let refuses =
            ["Err(", "None", "panic!", "unimplemented!", "todo!", "unreachable!", "bail!", "continue", "return Err"];
        let pattern = other.field("pattern").map_or("", Node::text);
        refuses.iter().any(|r| value.trim_start_matches(['{', ' ', '\n']).starts_with(r))
            && (pattern == "_" || pattern.contains("V6"))
    })
}

/// Whether the function around it does something for IPv6, or is IPv4 by its name.
fn other_family(node: Node<'_>) -> bool {
    let Some(function) = node.ancestor(&["function_item"]) else { return true };
    let name = function.field("name").map_or("", Node::text);
    let names =
        |n: Node<'_>| n.is_any(&["identifier", "type_identifier", "field_identifier"]) && naming::is_ipv6(n.text());
    naming::is_ipv4(name) || function.descendants().any(names)
}
