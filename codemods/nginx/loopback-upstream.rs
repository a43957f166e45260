//! # Find servers that nginx reaches on the IPv4 loopback only
//!
//! ## Why it breaks
//! `proxy_pass http://127.0.0.1:3000` reaches a server on the IPv4 loopback only, and not one that
//! listens on `::1`, as node does for `localhost` on dual-stack hosts. nginx looks `localhost` up
//! when it starts, tries both addresses and remembers which one does not answer.
//!
//! ## Examples
//! Reported, whatever leads there:
//! ```nginx reported path=nginx.conf
//! http {
//!   upstream app { server 127.0.0.1:3000 max_fails=2; }
//!   server {
//!     listen 80;
//!     listen [::]:80;
//!     location / { proxy_pass http://127.0.0.1:8080/; }
//!     location ~ \.php$ { fastcgi_pass 127.0.0.1:9000; }
//!   }
//! }
//! ```
//! One of several servers, which `localhost` would make two of:
//! ```nginx reported path=nginx.conf
//! upstream app {
//!   server 127.0.0.1:3000;
//!   server 192.0.2.1:3000;
//! }
//! ```
//! Left alone: both are listed, names, sockets.
//! ```nginx unchanged path=nginx.conf
//! http {
//!   upstream a {
//!     server 127.0.0.1:3000;
//!     server [::1]:3000 backup;
//!   }
//!   server {
//!     listen 80;
//!     listen [::]:80;
//!     server_name 127.0.0.1;
//!     location / { proxy_pass http://app:8080; }
//!     location /b { uwsgi_pass unix:/run/b.sock; }
//!     location /c { proxy_pass http://127.0.0.1.example; }
//!     # proxy_pass http://127.0.0.1:1;
//!   }
//! }
//! ```
//! ```nginx unchanged path=nginx.conf mode=ipv6-capable
//! server {
//!   listen 127.0.0.1:9081;
//!   listen [::1]:9081;
//! }
//! server {
//!   location / { proxy_pass http://127.0.0.1:9081/a; }
//! }
//! ```
//!
//! ## Safety
//! Nothing is edited. IPv6-only hosts have 127.0.0.1 too, so this breaks only with a server that listens
//! on `::1` alone, which is not seen here; most are told 127.0.0.1 in a file or on a command line
//! elsewhere. Measured with 1.22.1, `localhost` reaches the server on every kind of host; but the `Host`
//! header becomes `localhost` where `proxy_set_header Host` is not set, and nginx takes both addresses for
//! servers of their own, so that one that is down is asked twice.
//!
//! ## References
//! - evidence: nginx, 1.22.1 measured
//! - <https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass>

use sixify_langs::classify::NGINX;
use sixify_langs::conf::Nginx;
use sixify_langs::conf::nginx::{Statement, Word};
use sixify_langs::conf::nginx_listen::{Listen, On};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[NGINX],
    anchors: Anchors(&[&["_pass", "127.0.0.1"], &["upstream", "127.0.0.1"]]),
    specificity: 0,
    run,
};

const EVIDENCE: &str = "evidence: nginx, measured with 1.22.1";
const V4: &str = "127.0.0.1";
const MESSAGE: &str = "reaches a server on the IPv4 loopback only; nginx tries both addresses of `localhost`";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let nginx = Nginx::of(doc);
    let own = own_ports(doc, &nginx, cx);
    for statement in &nginx.statements {
        let upstream = nginx.parent(statement).filter(|p| p.name == "upstream");
        let listed = |s: &Statement| s.args.first().is_some_and(|a| a.value.starts_with("[::1]"));
        let both = upstream.is_some() && nginx.children(statement.parent).any(|(_, s)| listed(s));
        let name = statement.name.as_str();
        let passes = ["proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass", "memcached_pass"];
        let wanted = passes.contains(&name) || (upstream.is_some() && name == "server");
        let Some(arg) = statement.args.first().filter(|_| wanted && !both) else { continue };
        let Some(span) = loopback(doc, arg) else { continue };
        if own.iter().any(|port| arg.value.contains(&format!("{V4}:{port}"))) {
            let reason = "nginx itself listens there, on this address".to_owned();
            cx.leave(Note { span, role: Role::DialAddress.name(), reason, evidence: vec![EVIDENCE.to_owned()] });
            continue;
        }
        let peers = nginx.children(statement.parent).filter(|(_, s)| s.name == "server").count();
        let finding = Finding::new(arg.span, Role::DialAddress.name(), MESSAGE);
        let finding = finding.because(EVIDENCE);
        cx.report(match upstream.is_some() && peers > 1 {
            true => {
                finding.because("`localhost` would be two servers of this upstream, with two shares of its requests")
            }
            false => finding.because("whether something listens on `::1` there, this file does not say"),
        });
    }
    Ok(())
}

/// The ports of the IPv4 loopback that nginx itself listens on, by this file and those beside it.
fn own_ports(doc: &Document, nginx: &Nginx, cx: &Context<'_>) -> Vec<String> {
    let ports = |nginx: &Nginx| -> Vec<String> {
        let loopback = |l: &Listen| matches!(l.on, On::One4(ip) if ip.is_loopback());
        Listen::all(nginx).iter().filter(|l| loopback(l)).map(|l| l.key().0).collect()
    };
    let mut found = ports(nginx);
    if doc.within.is_empty() {
        let folder = doc.folder();
        let beside = cx.project().fact(&format!("nginx on the loopback in {folder}"), || {
            let path = |name: String| if folder.is_empty() { name } else { format!("{folder}/{name}") };
            let files = cx.project().siblings(folder).into_iter().take(200).map(path);
            let docs = files.filter_map(|path| cx.project().document(&path)).filter(|d| d.kind == NGINX);
            docs.flat_map(|d| ports(&Nginx::of(&d))).collect::<Vec<String>>()
        });
        found.extend(beside.iter().cloned());
    }
    found
}

/// The place of the address, behind a scheme if there is one, and before a port, a path or nothing.
fn loopback(doc: &Document, arg: &Word) -> Option<Span> {
    let text = arg.span.text(&doc.text);
    let at = text.find(V4)?;
    let before = text.get(..at)?.trim_start_matches(['"', '\'']);
    let behind = text.get(at + V4.len()..)?;
    let scheme = before.is_empty() || before.ends_with("://");
    let ends = behind.is_empty() || behind.starts_with([':', '/', '"', '\'']);
    let span = Span::new(arg.span.start + at, arg.span.start + at + V4.len());
    (scheme && ends).then_some(span)
}
