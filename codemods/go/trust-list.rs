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
//! ```go reported
//! package main
//!
//! import "github.com/gin-gonic/gin"
//!
//! func serve(r *gin.Engine) error {
//! 	return r.SetTrustedProxies([]string{"10.0.0.0/8", "127.0.0.1"})
//! }
//! ```
//! ```go reported
//! package main
//!
//! var notAsked = []string{
//! 	"10.0.0.0/8",
//! 	"172.16.0.0/12",
//! 	"192.168.0.0/16",
//! }
//! ```
//! ```go reported
//! package main
//!
//! type options struct {
//! 	TrustedProxies []string
//! }
//!
//! func defaults() options {
//! 	return options{TrustedProxies: []string{"192.168.1.10"}}
//! }
//! ```
//! Near-misses: lists that have IPv6 ranges, or have them beside them, and other networks.
//! ```go unchanged
//! package main
//!
//! var trustedProxies = []string{"10.0.0.0/8", "fd00::/8"}
//! ```
//! ```go unchanged
//! package main
//!
//! var private4 = []string{"10.0.0.0/8", "192.168.0.0/16"}
//! var private6 = []string{"fc00::/7"}
//! ```
//! ```go unchanged
//! package main
//!
//! var pools = []string{"10.0.0.0/8", "10.96.0.0/12"}
//! var peers = []string{"192.0.2.1", "192.0.2.2"}
//! ```
//!
//! ## Safety
//! Nothing is edited: whom to trust is for a person to decide.
//!
//! ## References
//! - RFC 4193: unique local addresses, fc00::/7, are what 10.0.0.0/8 is to IPv4
//! - evidence: languages, 1.6

use sixify_langs::classify;
use sixify_langs::go::{self, File};

use crate::prelude::*;
use crate::trusted::listed;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::GO],
    anchors: Anchors(&[&["10.0.0.0/8"], &["192.168.0.0/16"], &["127.0.0.0/8"], &["rustedProx"], &["rustedIPs"]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = go::file(doc) else { return Ok(()) };
    for list in
        file.tree.all("literal_value").filter(|list| list.ancestor(&["literal_value"]).is_none_or(|n| !is_list(n)))
    {
        let texts: Vec<String> = list.descendants().filter_map(|n| text(&file, n)).collect();
        if !is_list(list) || texts.is_empty() {
            continue;
        }
        if let Some(finding) = listed(&called(list), &texts, list.span(), &doc.text) {
            cx.report(finding);
        }
    }
    Ok(())
}

/// Whether a literal is a list: its elements have no names.
fn is_list(list: Node<'_>) -> bool {
    list.items().all(|n| !n.is("keyed_element"))
}

fn text(file: &File, node: Node<'_>) -> Option<String> {
    let literal = node.is_any(&["interpreted_string_literal", "raw_string_literal"]);
    Some(file.text_expr(node).filter(|_| literal)?.value()?.0.to_owned())
}

/// What the list is put into: a variable, a field, a parameter.
fn called(list: Node<'_>) -> String {
    let holders =
        ["keyed_element", "var_spec", "const_spec", "short_var_declaration", "assignment_statement", "call_expression"];
    let Some(holder) = list.ancestor(&holders) else { return String::new() };
    let named = match holder.kind() {
        "keyed_element" => holder.items().next(),
        "call_expression" => holder.field("function").map(|f| f.field("field").unwrap_or(f)),
        "var_spec" | "const_spec" => holder.field("name"),
        _ => holder.field("left"),
    };
    named.map_or(String::new(), |n| n.text().to_owned())
}
