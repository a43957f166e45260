//! # Let nginx look up IPv6 addresses (`resolver ... ipv6=off`)
//!
//! ## Why it breaks
//! `ipv6=off` keeps nginx from asking for IPv6 addresses, so a server that has no other one is
//! never found ("could not be resolved"). A literal IPv6 address of a resolver stands in brackets.
//!
//! ## Examples
//! ```nginx before path=nginx.conf
//! http {
//!   resolver 192.0.2.53 [2001:db8::53] valid=30s ipv6=off;
//! }
//! ```
//! ```nginx after unsafe path=nginx.conf
//! http {
//!   resolver 192.0.2.53 [2001:db8::53] valid=30s;
//! }
//! ```
//! Reported: an address that puts itself before a port without brackets.
//! ```nginx reported path=nginx.conf
//! server {
//!   listen 80;
//!   listen [::]:80;
//!   location / { proxy_pass http://$server_addr:8080; }
//! }
//! ```
//! Reported, too: a comment says why.
//! ```nginx reported path=nginx.conf
//! http {
//!   # IPv4 only: the network of the tests has no IPv6.
//!   resolver 192.0.2.53 ipv6=off;
//! }
//! ```
//! Left alone:
//! ```nginx unchanged path=nginx.conf
//! http {
//!   resolver 192.0.2.53 valid=30s;
//!   # resolver 192.0.2.53 ipv6=off;
//!   server {
//!     listen 80;
//!     listen [::]:80;
//!     location / { proxy_pass http://$host:8080; }
//!   }
//! }
//! ```
//! ```nginx unchanged path=nginx.conf.j2
//! resolver {{ dns }} {% if not ipv6 %}ipv6=off{% endif %};
//! server {
//!   listen 80;
//!   listen [::]:80;
//! }
//! ```
//!
//! ## Safety
//! Unsafe: on a host without a route for IPv6 nginx tries such addresses in vain before others,
//! which is why people switch them off.
//!
//! ## References
//! - evidence: nginx, 1.22.1 measured
//! - <https://nginx.org/en/docs/http/ngx_http_core_module.html#resolver>

use sixify_langs::classify::NGINX;
use sixify_langs::conf::Nginx;

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod =
    Codemod { kinds: &[NGINX], anchors: Anchors(&[&["ipv6=off"], &["_addr:"]]), specificity: 0, run };

const EVIDENCE: &str = "evidence: nginx, measured with 1.22.1";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let nginx = Nginx::of(doc);
    for (_, resolver) in nginx.named("resolver") {
        let Some(at) = resolver.args.iter().position(|a| a.value == "ipv6=off").filter(|at| *at > 0) else { continue };
        let (Some(before), Some(off)) = (resolver.args.get(at - 1), resolver.args.get(at)) else { continue };
        if !nginx.steers_in(resolver.span).is_empty() {
            continue;
        }
        let message = "looks up IPv4 addresses only, so a server without one is never found";
        let edit = Edit::delete(Span::new(before.span.end, off.span.end));
        let finding = Finding::new(off.span, Role::AddressFamily.name(), message).because(EVIDENCE);
        if explained(&doc.text, resolver.span) {
            cx.report(finding.because("a comment says that it is so on purpose"));
            continue;
        }
        cx.report(finding.fix(Applicability::Unsafe, Fix::new().edit(edit)));
    }
    for pass in nginx.statements.iter().filter(|s| s.name.ends_with("_pass")) {
        for arg in pass.args.iter().filter(|a| a.value.contains("$server_addr:") || a.value.contains("$remote_addr:")) {
            let message = "an IPv6 address before a port needs brackets, and nginx puts none there";
            cx.report(Finding::new(arg.span, Role::Join.name(), message).because(EVIDENCE));
        }
    }
    Ok(())
}

/// Whether the comment above a statement, or behind it, speaks of a family of addresses.
fn explained(text: &str, statement: Span) -> bool {
    let (before, behind) = (text.get(..statement.start).unwrap_or(""), text.get(statement.end..).unwrap_or(""));
    let above = before.lines().rev().skip_while(|line| line.trim().is_empty());
    let mut comments = above.take_while(|line| line.trim_start().starts_with('#')).chain(behind.lines().next());
    comments.any(|line| line.to_ascii_lowercase().split_once('#').is_some_and(|(_, said)| said.contains("ipv")))
}
