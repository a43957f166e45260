//! # Firewall rules of scripts for IPv4 only
//!
//! ## Why it breaks
//! `iptables` knows IPv4 only. A service that listens on both families is not filtered on IPv6 by the
//! rules of a script that never calls `ip6tables`.
//!
//! ## Examples
//! Reported once a file, because the rules that IPv6 needs (ICMPv6, prefixes) are not the same ones.
//! ```sh reported
//! iptables -A INPUT -p tcp --dport 22 -j ACCEPT
//! iptables -P INPUT DROP
//! ```
//! Left alone: scripts that know both, and those that only look.
//! ```sh unchanged
//! iptables -P INPUT DROP
//! ip6tables -P INPUT DROP
//! ```
//! ```sh unchanged
//! iptables -L -n
//! iptables -t nat -A POSTROUTING -s 10.0.0.0/8 -j MASQUERADE
//! apt-get install iptables
//! echo "iptables -P INPUT DROP"
//! ```
//!
//! ## Safety
//! Only reported.
//!
//! ## References
//! - evidence: iptables and firewalls, report only

use sixify_langs::classify::SHELL;
use sixify_langs::shell;

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod =
    Codemod { kinds: &[SHELL], anchors: Anchors(&[&["iptables"]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if !Policy::of(cx.options()).listeners() || doc.text.contains("ip6tables") || doc.text.contains("ip6t") {
        return Ok(());
    }
    let rule = |command: &shell::Simple| {
        let words: Vec<&str> = command.words.iter().map(|w| w.decoded.text.as_str()).collect();
        let words = words.strip_prefix(["sudo"].as_slice()).unwrap_or(&words);
        let (program, rest) = words.split_first()?;
        let changes = ["-A", "-I", "-P", "-R", "--append", "--insert", "--policy"];
        let sets = program.ends_with("iptables-restore") || rest.iter().any(|w| changes.contains(w));
        // What translates addresses filters nothing.
        let table = rest.iter().skip_while(|w| **w != "-t" && **w != "--table").nth(1);
        let sets = sets && table.is_none_or(|table| *table == "filter");
        let iptables = ["iptables", "iptables-restore"].contains(&program.rsplit('/').next()?);
        (iptables && sets).then_some(command.span)
    };
    if let Some(span) = shell::commands(&doc.text).iter().find_map(rule) {
        let message = "rules for IPv4 only: nothing in this script filters what comes over IPv6";
        cx.report(Finding::new(span, Role::Cidr.name(), message));
    }
    Ok(())
}
