//! # Find splits of host and port that cut IPv6 addresses
//!
//! ## Why it breaks
//! `strchr(address, ':')` finds the first colon, which for `[2001:db8::1]:80` is one within the address.
//!
//! ## Examples
//! ```c reported
//! int parse(char *address) {
//!     char *colon = strchr(address, ':');
//!     if (colon == NULL)
//!         return 80;
//!     *colon = '\0';
//!     return atoi(colon + 1);
//! }
//! ```
//! ```c reported
//! int parse(const char *server, char *host, int *port) {
//!     return sscanf(server, "%[^:]:%d", host, port);
//! }
//! ```
//! ```cpp reported
//! std::string host(const std::string& endpoint) {
//!   return endpoint.substr(0, endpoint.find(':'));
//! }
//! ```
//! ```c unchanged
//! int parse(char *line, char *address) {
//!     char *colon = strchr(line, ':');
//!     char *last = strrchr(address, ':');
//!     char *end = strchr(address, ']');
//!     return colon != last;
//! }
//!
//! int bracketed(char *address) {
//!     if (address[0] == '[')
//!         return 6;
//!     return strchr(address, ':') ? 1 : 0;
//! }
//! ```
//!
//! ## Safety
//! Reported only: the brackets that keep the address whole must go before it is resolved, which takes
//! several statements.
//!
//! ## References
//! - RFC 3986, 3.2.2: an IPv6 address before a port stands in brackets
//! - evidence: languages, C C-SCANF

use sixify_langs::c::{self, last_name};
use sixify_langs::{classify, naming};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::C, classify::CPP],
    anchors: Anchors(&[
        &["strchr(", "':'"],
        &["strtok", "\":\""],
        &["strsep(", "\":\""],
        &["[^:]:%"],
        &[".find(':')"],
        &[".find(\":\")"],
        &[".find_first_of(':')"],
        &[".find_first_of(\":\")"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = c::file(doc) else { return Ok(()) };
    for call in file.calls() {
        let first = call.arguments.first().copied();
        let text = match call.name {
            "strchr" | "index" | "strtok" | "strtok_r" | "strsep" => {
                let separator = call.arguments.get(1).and_then(|s| file.literal(*s));
                first.filter(|_| separator == Some(":"))
            }
            "sscanf" => first.filter(|_| call.arguments.get(1).is_some_and(|f| f.text().contains("[^:]:%"))),
            "find" | "find_first_of" => {
                let colon = call.arguments.first().and_then(|s| file.literal(*s)) == Some(":");
                call.function.field("argument").filter(|_| colon && call.arguments.len() == 1)
            }
            _ => None,
        };
        let Some(called) = text.and_then(last_name) else { continue };
        let words = naming::words(called);
        let strong =
            ["addr", "address", "host", "hostport", "endpoint", "hostname", "server", "peer", "ip", "authority"];
        let last = words.iter().rev().find(|w| !["str", "string", "s", "spec", "arg"].contains(&w.as_str()));
        let named =
            last.is_some_and(|w| strong.contains(&w.as_str())) && !words.iter().any(|w| w == "mac" || w == "bt");
        let around = file.function(call.node).map_or("", Node::text);
        let knows = ["'['", "']'", "\"[\"", "AF_INET6", "strrchr", "rfind"].iter().any(|mark| around.contains(mark));
        if named && !knows {
            cx.report(
                Finding::new(
                    call.node.span(),
                    Role::Split.name(),
                    "the first colon is the one before the port only for IPv4; an IPv6 address stands in brackets before it",
                )
                .because(format!("{called} is called an address")),
            );
        }
    }
    Ok(())
}
