//! # Ask for the IPv6 wildcard and loopback too
//!
//! ## Why it breaks
//! `host == "0.0.0.0"` asks whether a server listens on every address; one that listens on `::` does
//! so too, and the question does not know it. The IPv6 spelling is added; the answer for every other
//! text stays what it was.
//!
//! ## Examples
//! ```rust before
//! fn advertised(host: &str, cfg: &Config) -> bool {
//!     if host == "0.0.0.0" || cfg.port == 0 {
//!         return false;
//!     }
//!     cfg.bind_addr != "0.0.0.0"
//! }
//!
//! fn local(remote_addr: &str) -> bool {
//!     remote_addr == "127.0.0.1"
//! }
//! ```
//! ```rust after unsafe
//! fn advertised(host: &str, cfg: &Config) -> bool {
//!     if host == "0.0.0.0" || host == "::" || cfg.port == 0 {
//!         return false;
//!     }
//!     cfg.bind_addr != "0.0.0.0" && cfg.bind_addr != "::"
//! }
//!
//! fn local(remote_addr: &str) -> bool {
//!     remote_addr == "127.0.0.1" || remote_addr == "::1"
//! }
//! ```
//! A loopback address in a setting may be a default that is looked for:
//! ```rust reported
//! fn changed(cfg: &Config) -> bool {
//!     cfg.metadata_host != "127.0.0.1"
//! }
//! ```
//! ```rust unchanged
//! fn others(host: &str, name: &str, ipv4: &str) -> bool {
//!     host == "0.0.0.0" || host == "::" || name == "0.0.0.0" || ipv4 == "0.0.0.0"
//! }
//! ```
//!
//! ## Safety
//! Unsafe. Only the texts `::` and `::1` are answered in another way; what the program does then is
//! its own business.
//!
//! ## References
//! - RFC 4291, 2.5.2 and 2.5.3: the unspecified and the loopback address
//! - evidence: languages, 1.6

use sixify_langs::{classify, naming, rust};

use crate::compare::{Known, Spelling, comparisons};
use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::RUST],
    anchors: Anchors(&[&["= \"0.0.0.0\""], &["= \"127.0.0.1\""]]),
    specificity: 0,
    run,
};

const SPELLING: Spelling = Spelling {
    alone: &[
        "if_expression",
        "while_expression",
        "return_expression",
        "let_declaration",
        "arguments",
        "block",
        "match_arm",
    ],
    ..Spelling::C
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = rust::file(doc).filter(|_| !about_ipv4(doc)) else { return Ok(()) };
    let value = |node: Node<'_>| file.string(node).map(|(text, _)| text.to_owned());
    for comparison in comparisons(&file.tree, &SPELLING, &value, &|_| false) {
        let Some(other) = comparison.other().filter(|n| !file.is_test(*n)) else { continue };
        let path = other.text().trim_end_matches("()");
        let mut parts = path.rsplit(['.', ':']).filter(|p| !matches!(*p, "as_str" | "to_string" | "as_ref" | ""));
        let name = parts.next().unwrap_or_default();
        let known = comparison.has_alternative(&SPELLING) || comparison.is_sentinel();
        if !naming::is_host(name) || naming::is_ipv4(name) || known {
            continue;
        }
        let message = format!("an address of all or of this host may also be {}", comparison.known.ipv6());
        let finding = Finding::new(comparison.node.span(), Role::Compare.name(), message);
        let finding = finding.because(format!("{name} is called a host"));
        let peer = naming::words(name).iter().any(|w| matches!(w.as_str(), "remote" | "peer" | "client"));
        let sure = peer || comparison.known == Known::Wildcard;
        cx.report(match comparison.fix(&SPELLING).filter(|_| sure) {
            Some(fix) => finding.fix(Applicability::Unsafe, fix),
            None => finding,
        });
    }
    Ok(())
}
