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
//! ```php reported
//! <?php
//! return [
//!     'trusted_proxies' => ['127.0.0.1', '10.0.0.0/8'],
//! ];
//! ```
//! ```php reported
//! <?php
//! Request::setTrustedProxies(['192.0.2.1'], Request::HEADER_X_FORWARDED_FOR);
//! ```
//! ```php reported
//! <?php
//! class TrustProxies extends Middleware
//! {
//!     protected $proxies = ['10.0.0.0/8'];
//! }
//! ```
//! Near-misses:
//! ```php unchanged
//! <?php
//! $trustedProxies = ['127.0.0.1', '::1'];
//! $servers = ['10.0.0.1'];
//! $config['allowed_hosts'] = ['shop.example'];
//! class Pool
//! {
//!     protected $proxies = ['192.0.2.1'];
//! }
//! ```
//!
//! ## Safety
//! Nothing is edited: whom to trust is for a person to decide.
//!
//! ## References
//! - Symfony documentation: How to Configure Symfony to Work behind a Load Balancer or a Reverse Proxy
//! - evidence: languages, 1.6

use sixify_langs::classify;
use sixify_langs::php::{self, File};

use crate::prelude::*;
use crate::trusted::listed;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PHP],
    anchors: Anchors(&[
        &["10.0.0.0/8"],
        &["192.168.0.0/16"],
        &["127.0.0.0/8"],
        &["rustedProx"],
        &["rusted_prox"],
        &["TrustProxies"],
        &["TRUSTED_"],
        &["llowed_ip"],
        &["llowedIp"],
        &["ALLOWED_IP"],
        &["whitelist"],
        &["Whitelist"],
        &["llowed_host"],
        &["llowedHost"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = php::file(doc) else { return Ok(()) };
    for assignment in file.tree.all("assignment_expression") {
        let (Some(left), Some(value)) = (assignment.field("left"), assignment.field("right")) else { continue };
        report(&file, doc, last_word(left.text()), value, cx);
    }
    for pair in file.tree.all("array_element_initializer") {
        let items: Vec<Node<'_>> = pair.items().collect();
        let [key, value] = items.as_slice() else { continue };
        report(&file, doc, &file.string(*key).unwrap_or_default(), *value, cx);
    }
    for property in file.tree.all("property_element").chain(file.tree.all("const_element")) {
        let items: Vec<Node<'_>> = property.items().collect();
        let [name, .., value] = items.as_slice() else { continue };
        let class = property.ancestor(&["class_declaration"]).and_then(|c| c.field("name")).map_or("", Node::text);
        // The middleware of Laravel.
        let called = if class == "TrustProxies" { "trusted_proxies" } else { last_word(name.text()) };
        report(&file, doc, called, *value, cx);
    }
    for call in file.tree.all("scoped_call_expression").chain(file.tree.all("member_call_expression")) {
        let called = call.field("name").map_or("", Node::text);
        if let Some(list) = file.arguments(call).first().filter(|_| called == "setTrustedProxies") {
            report(&file, doc, called, *list, cx);
        }
    }
    Ok(())
}

/// The name at the end of `$this->trustedProxies` and `$config['trusted_proxies']`.
fn last_word(written: &str) -> &str {
    let end = written.trim_end_matches([']', '\'', '"']);
    end.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(end)
}

fn report(file: &File, doc: &Document, called: &str, value: Node<'_>, cx: &mut Context<'_>) {
    let all = std::iter::once(value).chain(value.descendants());
    let texts: Vec<String> =
        all.filter(|n| n.is_any(&["string", "encapsed_string"])).filter_map(|n| file.string(n)).collect();
    if let Some(finding) = listed(called, &texts, value.span(), &doc.text) {
        cx.report(finding);
    }
}
