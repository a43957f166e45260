//! # Find lists of trusted hosts that know IPv4 alone
//!
//! Lists of hosts that may ask, of proxies that are believed and of networks that are let in are
//! compared with the address of a peer, which is another one over IPv6.
//!
//! ## Why it breaks
//! Once a server listens on both families, a local client comes from `::1`, and an IPv4 client of a
//! dual-stack socket from `::ffff:a.b.c.d`. Neither is in a list that names `127.0.0.1` or
//! `10.0.0.0/8`, and `ip_address("::ffff:10.0.0.1") in ip_network("10.0.0.0/8")` is `False`.
//!
//! ## Examples
//! ```py reported
//! ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
//! INTERNAL_IPS = ["127.0.0.1"]
//! ```
//! ```py reported path=gunicorn.conf.py
//! forwarded_allow_ips = "127.0.0.1"
//! ```
//! ```py reported
//! import ipaddress
//!
//! TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]
//! ```
//! ```py reported
//! NOT_ASKED = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]
//! ```
//! Near-misses:
//! ```py unchanged
//! POOLS = ["10.0.0.0/8", "10.96.0.0/12"]
//! ALLOWED_HOSTS = ["*"]
//! INTERNAL_IPS = ["127.0.0.1", "::1"]
//! CORS_ALLOWED_ORIGINS = ["https://example.com"]
//! SERVERS = ["10.0.0.1"]
//! ```
//!
//! ## Safety
//! Nothing is edited: whom to trust is for a person to decide.
//!
//! ## References
//! - Django documentation: Settings, ALLOWED_HOSTS and INTERNAL_IPS
//! - evidence: languages, 1.6 and 5.3 PY-PEER

use sixify_langs::classify;
use sixify_langs::python::{self, File};

use crate::prelude::*;
use crate::python_code::name;
use crate::trusted::listed;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PYTHON],
    anchors: Anchors(&[
        &["10.0.0.0/8"],
        &["192.168.0.0/16"],
        &["127.0.0.0/8"],
        &["ALLOWED_HOSTS"],
        &["INTERNAL_IPS"],
        &["allow_ips"],
        &["TRUSTED_"],
        &["trusted_"],
        &["WHITELIST"],
        &["whitelist"],
        &["ALLOWED_IPS"],
        &["allowed_ips"],
        &["ALLOWED_NETWORKS"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = python::file(doc) else { return Ok(()) };
    for assignment in file.tree.all("assignment") {
        let (Some(left), Some(value)) = (assignment.field("left"), assignment.field("right")) else { continue };
        let Some(called) = name(&file, left) else { continue };
        if let Some(finding) = list(&file, doc, &called, value) {
            cx.report(finding);
        }
    }
    for argument in file.tree.all("keyword_argument") {
        let (Some(called), Some(value)) = (argument.field("name"), argument.field("value")) else { continue };
        if let Some(finding) = list(&file, doc, called.text(), value) {
            cx.report(finding);
        }
    }
    Ok(())
}

/// A list with IPv4 addresses or ranges, and none of IPv6.
fn list(file: &File, doc: &Document, called: &str, value: Node<'_>) -> Option<Finding> {
    let all = std::iter::once(value).chain(value.descendants());
    let texts: Vec<String> = all.filter(|n| n.is("string")).filter_map(|n| file.string(n)).collect();
    listed(called, &texts, value.span(), &doc.text)
}
