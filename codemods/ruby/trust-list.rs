//! # Find lists of trusted hosts that know IPv4 alone
//!
//! Lists of proxies that are believed and of networks that are let in are compared with the address
//! of a peer, which is another one over IPv6.
//!
//! ## Why it breaks
//! Once a server listens on both families, a local client comes from `::1`, and an IPv4 client of a
//! dual-stack socket from `::ffff:a.b.c.d`. Neither is in a list that names `127.0.0.1` or
//! `10.0.0.0/8`.
//!
//! ## Examples
//! ```rb reported path=config/environments/production.rb
//! Rails.application.configure do
//!   config.action_dispatch.trusted_proxies = ["10.0.0.0/8", "127.0.0.1"].map { |proxy| IPAddr.new(proxy) }
//! end
//! ```
//! ```rb reported
//! TRUSTED_PROXIES = %w[127.0.0.1 10.0.0.0/8].freeze
//! ```
//! ```rb reported
//! use Filter, allowed_ips: ["192.0.2.10"]
//! ```
//! Near-misses:
//! ```rb unchanged
//! TRUSTED_PROXIES = %w[127.0.0.1 ::1].freeze
//! SERVERS = ["10.0.0.1"]
//! config.hosts = ["shop.example"]
//! trusted_version = "1.2.3"
//! ```
//!
//! ## Safety
//! Nothing is edited: whom to trust is for a person to decide.
//!
//! ## References
//! - Rails: config.action_dispatch.trusted_proxies, ActionDispatch::RemoteIp
//! - evidence: languages, 1.6

use sixify_langs::classify;
use sixify_langs::ruby::{self, File};

use crate::prelude::*;
use crate::trusted::listed;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::RUBY],
    anchors: Anchors(&[
        &["10.0.0.0/8"],
        &["192.168.0.0/16"],
        &["127.0.0.0/8"],
        &["TRUSTED_", "."],
        &["trusted_prox"],
        &["trusted_ip"],
        &["allowed_ip"],
        &["ALLOWED_IP"],
        &["whitelist"],
        &["WHITELIST"],
        &["allowed_host"],
        &["ALLOWED_HOST"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = ruby::file(doc) else { return Ok(()) };
    for assignment in file.tree.all("assignment") {
        let (Some(left), Some(value)) = (assignment.field("left"), assignment.field("right")) else { continue };
        let called = left.field("method").unwrap_or(left).text().trim_start_matches('@');
        report(&file, doc, called, value, cx);
    }
    for pair in file.tree.all("pair") {
        let (Some(key), Some(value)) = (pair.field("key"), pair.field("value")) else { continue };
        report(&file, doc, key.text().trim_matches([':', '"', '\'']), value, cx);
    }
    Ok(())
}

fn report(file: &File, doc: &Document, called: &str, value: Node<'_>, cx: &mut Context<'_>) {
    let text = |n: Node<'_>| if n.is("bare_string") { Some(n.text().to_owned()) } else { file.string(n) };
    let all = std::iter::once(value).chain(value.descendants());
    let texts: Vec<String> = all.filter(|n| n.is_any(&["string", "bare_string"])).filter_map(text).collect();
    if let Some(finding) = listed(called, &texts, value.span(), &doc.text) {
        cx.report(finding);
    }
}
