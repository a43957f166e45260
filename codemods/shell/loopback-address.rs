//! # Loopback addresses of IPv4 that scripts take for granted
//!
//! ## Why it breaks
//! A default such as `${DB_HOST:-127.0.0.1}`, or a line with `http://127.0.0.1:$port` that a script
//! writes into a configuration, fits a server on the IPv4 loopback address only. A server on both
//! families is reached all the same, on every machine that has the address.
//!
//! ## Examples
//! Reported, because `localhost` is no better everywhere: for clients of MySQL it is a socket, the
//! client of Redis never tries IPv6 for it, and others try its first address only.
//! ```sh reported
//! MYSQL_HOST=${MYSQL_HOST:-127.0.0.1}
//! ```
//! ```sh reported
//! local cmd_args="-uroot -p$PASSWORD -h127.0.0.1 "
//! ```
//! ```sh reported
//! echo "ProxyPass \"${url}\" \"http://127.0.0.1:$port\" retry=0 " | sudo tee -a $apache_conf
//! ```
//! Left alone: names, what is said to people, addresses that are no defaults, both families.
//! ```sh unchanged
//! DB_HOST=${DB_HOST:-localhost}
//! echo "Open http://127.0.0.1:$port"
//! curl http://127.0.0.1:80/
//! VERSION=${VERSION:-127.0.0.1}
//! HOST=${HOST:-127.0.0.1}
//! [ -n "$IPV6" ] && HOST=::1
//! ```
//!
//! ## Safety
//! Only reported.
//!
//! ## References
//! - evidence: loopback binds, and clients, who survives `localhost`, measured

use sixify_langs::address::{AddressClass, addresses};
use sixify_langs::classify::SHELL;
use sixify_langs::naming;
use sixify_langs::shell::{self, Variables};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[SHELL],
    anchors: Anchors(&[
        &["-127.0.0.1}"],
        &["=127.0.0.1}"],
        &["h127.0.0.1"],
        &["://127.0.0.1", "tee"],
        &["://127.0.0.1", ">"],
    ]),
    specificity: 0,
    run,
};

const EVIDENCE: &str = "evidence: a literal 127.0.0.1 works wherever the machine has it; localhost means different things to \
    different clients";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if doc.text.contains("::1") {
        return Ok(());
    }
    let variables = Variables::of(doc);
    let mut report = |span: Span, message: &str| {
        cx.report(Finding::new(span, Role::DialAddress.name(), message).because(EVIDENCE));
    };
    for expansion in &variables.expansions {
        let default = expansion.default.filter(|d| d.text(&doc.text).starts_with("127.0.0.1"));
        let named = naming::is_host(&expansion.name) || naming::is_address(&expansion.name);
        if let Some(default) = default.filter(|_| named) {
            report(default, "the default is the IPv4 loopback address");
        }
    }
    // `-h127.0.0.1` of the clients of MySQL, wherever it stands.
    for (at, found) in doc.text.match_indices("-h127.0.0.1") {
        let before = doc.text.get(..at).and_then(|b| b.chars().next_back());
        let line = doc.text.get(..at).unwrap_or("").rsplit('\n').next().unwrap_or("");
        if before.is_some_and(|c| c == ' ' || c == '"') && !line.trim_start().starts_with('#') {
            report(
                Span::new(at, at + found.len()),
                "connects to the IPv4 loopback address; for this client, localhost is a socket",
            );
        }
    }
    for command in shell::commands(&doc.text) {
        let speaks = command.words.first().is_some_and(|w| ["echo", "printf"].contains(&w.decoded.text.as_str()));
        let behind = doc.text.get(command.span.end..).unwrap_or("").split('\n').next().unwrap_or("");
        let piped = behind.trim_start().strip_prefix('|').is_some_and(|b| b.contains("tee "));
        let writes = command.output.is_some() || piped;
        for word in command.words.iter().filter(|_| speaks && writes) {
            let text = word.span.text(&doc.text);
            let mut found = addresses(text).into_iter().filter(|a| a.class == AddressClass::Loopback);
            if found.any(|a| text.get(..a.span.start).is_some_and(|b| b.ends_with("://"))) {
                report(word.span, "writes a URL with the IPv4 loopback address into a file");
            }
        }
    }
    Ok(())
}
