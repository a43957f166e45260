//! # Find lists of trusted or private networks that know IPv4 alone
//!
//! Lists of proxies that are believed, of clients that are let in and of networks that must not be
//! asked are compared with the address of a peer, which is another one over IPv6.
//!
//! ## Why it breaks
//! An IPv6 address is in no range of IPv4: the proxy in front is not believed any more, and a request to
//! `fd00::1` passes a check that keeps requests away from private networks.
//!
//! ## Examples
//! ```rs reported
//! const NOT_ASKED: &[&str] = &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
//! ```
//! ```rs reported
//! fn defaults() -> Options {
//!     Options { trusted_proxies: vec!["192.168.1.10".to_owned()] }
//! }
//! ```
//! Near-misses: lists that have IPv6 ranges, or have them beside them, and other networks.
//! ```rs unchanged
//! static TRUSTED_PROXIES: &[&str] = &["10.0.0.0/8", "fd00::/8"];
//! ```
//! ```rs unchanged
//! const POOLS: [&str; 2] = ["10.0.0.0/8", "10.96.0.0/12"];
//! const PEERS: [&str; 2] = ["192.0.2.1", "192.0.2.2"];
//! ```
//!
//! ## Safety
//! Nothing is edited: whom to trust is for a person to decide.
//!
//! ## References
//! - RFC 4193: unique local addresses, fc00::/7, are what 10.0.0.0/8 is to IPv4
//! - evidence: languages, 1.6

use sixify_langs::classify;
use sixify_langs::rust;

use crate::prelude::*;
use crate::trusted::listed;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::RUST],
    anchors: Anchors(&[
        &["10.0.0.0/8"],
        &["192.168.0.0/16"],
        &["127.0.0.0/8"],
        &["rusted_prox", "\"1"],
        &["TRUSTED_PROX", "\"1"],
        &["llowed_ip", "\"1"],
        &["ALLOWED_IP", "\"1"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = rust::file(doc) else { return Ok(()) };
    let lists = file.tree.nodes().filter(|n| n.is("array_expression") || n.is("token_tree") && of_vec(*n));
    for list in lists.filter(|n| !file.is_test(*n)) {
        let texts: Vec<String> = list.descendants().filter_map(|n| Some(file.string(n)?.0.to_owned())).collect();
        if texts.is_empty() {
            continue;
        }
        if let Some(finding) = listed(&called(list), &texts, list.span(), &doc.text) {
            cx.report(finding);
        }
    }
    Ok(())
}

/// Whether these are the elements of `vec![...]`.
fn of_vec(tokens: Node<'_>) -> bool {
    let call = tokens.ancestor(&["macro_invocation"]);
    call.and_then(|c| c.field("macro")).is_some_and(|name| name.text() == "vec")
}

/// What the list is put into: a variable, a field.
fn called(list: Node<'_>) -> String {
    let holders = ["const_item", "static_item", "let_declaration", "field_initializer", "assignment_expression"];
    let Some(holder) = list.ancestor(&holders) else { return String::new() };
    let named = ["name", "pattern", "field", "left"].iter().find_map(|field| holder.field(field));
    named.map_or(String::new(), |n| n.text().to_owned())
}
