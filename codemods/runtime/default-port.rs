//! # Find default ports that an IPv6 address does not get
//!
//! ## Why it breaks
//! `if !strings.Contains(addr, ":") { addr += ":53" }` adds the port to a name and to an IPv4 address. An
//! IPv6 address has colons without having a port: it goes on as it is, and what is dialled has none.
//!
//! ## Examples
//! ```go reported
//! package dns
//!
//! import "strings"
//!
//! func server(addr string) string {
//! 	if !strings.Contains(addr, ":") {
//! 		addr += ":53"
//! 	}
//! 	return addr
//! }
//! ```
//! ```py reported
//! def server(address, port):
//!     if ":" not in address:
//!         address = "%s:%d" % (address, port)
//!     return address
//! ```
//! ```js reported
//! function server(host) {
//!   if (host.indexOf(':') === -1) host += ':6379';
//!   return host;
//! }
//! ```
//! ```java reported path=Servers.java
//! class Servers {
//!     static String server(String host) {
//!         if (!host.contains(":")) {
//!             host = host + ":9092";
//!         }
//!         return host;
//!     }
//! }
//! ```
//! Near-misses: what is no address, other defaults, and code that knows of brackets:
//! ```go unchanged
//! package image
//!
//! import "strings"
//!
//! func names(image, addr, host string) []string {
//! 	if !strings.Contains(image, ":") {
//! 		image += ":latest"
//! 	}
//! 	if !strings.Contains(addr, ":") {
//! 		addr = "tcp:" + addr
//! 	}
//! 	if !strings.Contains(host, ":") || strings.HasSuffix(host, "]") {
//! 		host += ":80"
//! 	}
//! 	return []string{image, addr, host}
//! }
//! ```
//! ```py unchanged
//! def key(name):
//!     if ":" not in name:
//!         name += ":80"
//!     return name
//! ```
//!
//! ## Safety
//! Reported only: what a bare IPv6 address is to become depends on who may write one here.
//!
//! ## References
//! - RFC 3986, 3.2.2
//! - RFC 5952, 6

use sixify_langs::syntax::Tree;
use sixify_langs::{classify, naming};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[
        classify::GO,
        classify::PYTHON,
        classify::JAVASCRIPT,
        classify::TYPESCRIPT,
        classify::TSX,
        classify::JAVA,
        classify::CSHARP,
    ],
    anchors: Anchors(&[
        &["!strings.Contains(", "\":\""],
        &["\":\" not in "],
        &["':' not in "],
        &["indexOf(':')"],
        &["indexOf(\":\")"],
        &["IndexOf(':')"],
        &["IndexOf(\":\")"],
        &["includes(':')"],
        &["includes(\":\")"],
        &["ontains(\":\")"],
        &["ontains(':')"],
    ]),
    specificity: 0,
    run,
};

const MESSAGE: &str = "an IPv6 address has colons, too: it goes on without the default port";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let test = ["_test.", ".test.", ".spec.", "/test"].iter().any(|mark| doc.path.contains(mark));
    let Some(grammar) = classify::grammar(doc.kind).filter(|_| !test && possible(&doc.text)) else { return Ok(()) };
    let Some(tree) = Tree::parse(grammar, &doc.text) else { return Ok(()) };
    for branch in tree.all("if_statement") {
        let (Some(condition), Some(body)) = (branch.field("condition"), branch.field("consequence")) else { continue };
        let Some(name) = without_colon(condition.text()) else { continue };
        if adds_port(body.text(), name) {
            let finding = Finding::new(condition.span(), Role::Split.name(), MESSAGE);
            cx.report(finding.because(format!("{name} is called an address, and gets a port below")));
        }
    }
    Ok(())
}

/// Whether a text adds a port anywhere: most files with a colon in quotes do not.
fn possible(text: &str) -> bool {
    let added = |(at, quote): (usize, &str)| {
        let behind = text.as_bytes().get(at + quote.len());
        behind.is_some_and(|b| b.is_ascii_digit() || matches!(b, b'%' | b'"' | b'\'' | b'$' | b'{'))
    };
    ["\":", "':", "%s:", "}:"].iter().any(|quote| text.match_indices(quote).any(added))
}

/// The address that is asked for a colon, where the branch is for those without one.
fn without_colon(condition: &str) -> Option<&str> {
    let condition = condition.trim_matches(['(', ')', ' ']);
    let simple = !["&&", "||", " and ", " or ", "]"].iter().any(|more| condition.contains(more));
    let colon = ["\":\"", "':'"].into_iter().find(|colon| condition.contains(colon))?;
    let (before, after) = condition.split_once(colon)?;
    let name = if let Some(asked) = before.strip_prefix("!strings.Contains(") {
        asked.trim_end_matches([',', ' '])
    } else if let (true, Some(asked)) = (before.is_empty(), after.strip_prefix(" not in ")) {
        asked
    } else {
        let (object, method) = before.trim_end_matches('(').rsplit_once('.')?;
        let none = ["== -1", "=== -1", "< 0", "==-1", "<0"].iter().any(|none| after.ends_with(none));
        match method {
            "indexOf" | "IndexOf" | "lastIndexOf" | "LastIndexOf" if none => object,
            "includes" | "contains" | "Contains" => object.strip_prefix('!')?,
            _ => return None,
        }
    };
    let last = name.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    (simple && (naming::is_host(last) || naming::is_address(last))).then_some(name)
}

/// Whether a body puts the same address before a colon and a port.
fn adds_port(body: &str, name: &str) -> bool {
    let port = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let rest = text.trim_start_matches(['"', '\'', '`', ' ', '+', '$', '{', '(', '%', 's', 'd', 'v']);
        let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.')).collect();
        (2..=5).contains(&digits)
            || word.split('.').any(naming::is_port)
            || text.starts_with('%') && body.contains("ort")
    };
    let joins = |colon: &str| body.match_indices(colon).any(|(at, _)| port(&body[at + colon.len()..]));
    body.contains(name) && ["\":", "':", "%s:", "}:", "%v:"].iter().any(|colon| joins(colon)) && !body.contains("\"[")
}
