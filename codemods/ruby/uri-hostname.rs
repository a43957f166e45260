//! # Give sockets the host of a URI without brackets
//!
//! `URI#host` keeps the brackets of an IPv6 address, and `URI#hostname` does not.
//!
//! ## Why it breaks
//! `Net::HTTP.new(uri.host, uri.port)` and `TCPSocket.new(uri.host, uri.port)` look `[2001:db8::1]`
//! up as a name and find none.
//!
//! ## Examples
//! ```rb before
//! uri = URI.parse(url)
//! http = Net::HTTP.new(uri.host, uri.port)
//! Net::HTTP.start(uri.host, uri.port, use_ssl: true) { |h| h.get('/') }
//! socket = TCPSocket.new(uri.host, uri.port)
//! other = Net::HTTP.start(uri.host, uri.port, @proxy_uri.host, @proxy_uri.port)
//! ```
//! ```rb after unsafe
//! uri = URI.parse(url)
//! http = Net::HTTP.new(uri.hostname, uri.port)
//! Net::HTTP.start(uri.hostname, uri.port, use_ssl: true) { |h| h.get('/') }
//! socket = TCPSocket.new(uri.hostname, uri.port)
//! other = Net::HTTP.start(uri.hostname, uri.port, @proxy_uri.hostname, @proxy_uri.port)
//! ```
//! Near-misses:
//! ```rb unchanged
//! http = Net::HTTP.new(uri.hostname, uri.port)
//! other = Net::HTTP.new(config.host, config.port)
//! link = "http://#{uri.host}/"
//! token = URI.parse("http://169.254.169.254/identity/token")
//! Net::HTTP.new(token.host, token.port)
//! forge = URI('https://forge.example.net')
//! Net::HTTP.start(forge.host, forge.port)
//! vault = URI.parse("https://#{name}.vault.example.net/secrets")
//! Net::HTTP.new(vault.host, vault.port)
//! events = URI::HTTPS.build(:host => 'events.example.net', :port => 443)
//! Net::HTTP.new(events.host, events.port)
//! team = URI::HTTPS.build(host: "#{team}.example.net", port: 443)
//! Net::HTTP.new(team.host, team.port)
//! ```
//!
//! ## Safety
//! Unsafe: `hostname` is `host` for names and IPv4 addresses. That a value is a URI is taken from
//! its name.
//!
//! ## References
//! - Ruby documentation: URI::Generic#hostname
//! - evidence: languages, 1.8 and 8.2 RB-HOST

use sixify_langs::classify;
use sixify_langs::ruby;
use sixify_langs::strings::Piece;

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::RUBY],
    anchors: Anchors(&[&["Net::HTTP", ".host"], &["TCPSocket", ".host"], &["Socket.tcp", ".host"]]),
    specificity: 0,
    run,
};

const TAKES: &[&str] = &[
    "Net::HTTP.new",
    "Net::HTTP.start",
    "Net::HTTP.get_response",
    "TCPSocket.new",
    "TCPSocket.open",
    "Socket.tcp",
    "Addrinfo.tcp",
    "Net::HTTP::Proxy.new",
];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = ruby::file(doc) else { return Ok(()) };
    for call in file.tree.all("call") {
        let Some(path) = file.callee(call).filter(|path| TAKES.contains(&path.as_str())) else { continue };
        for host in file.positional(call).into_iter().filter(|n| n.is("call")) {
            let (Some(object), Some(method)) = (host.field("receiver"), host.field("method")) else { continue };
            let name = object.text().trim_start_matches('@').to_ascii_lowercase();
            let called = name == "url" || name.ends_with("uri") || name.ends_with("_url");
            let made = file.value(object).node.text();
            let uri = called || made.starts_with("URI(") || made.starts_with("URI.parse");
            if method.text() != "host" || !uri {
                continue;
            }
            // A URL that is written there has the host that it has.
            let written = file.value(object).node;
            let given = written.is("call").then(|| file.argument(written, 0)).flatten();
            // `URI::HTTPS.build(host: "api.example.net")`
            let given = given.or_else(|| file.keyword(written, "host"));
            let known = given.and_then(|n| file.text_expr(n)).is_some_and(|text| {
                let (before, _) = text.prefix().unwrap_or_default();
                let last = text.pieces.last();
                text.value().is_some()
                    || !before.contains("://") && matches!(last, Some(Piece::Text { raw, .. }) if raw.starts_with('.'))
                    || before.split_once("://").is_some_and(|(_, rest)| rest.contains(['/', ':']))
                    || text.pieces.get(2).is_some_and(|p| matches!(p, Piece::Text { raw, .. } if raw.starts_with('.')))
            });
            if known {
                continue;
            }
            let message = "the host of a URI keeps the brackets of an IPv6 address, and no name is found for it";
            let finding =
                Finding::new(host.span(), Role::DialAddress.name(), message).because(format!("an argument of {path}"));
            let fix = Fix::new().edit(Edit::replace(method.span(), "hostname"));
            cx.report(finding.fix(Applicability::Unsafe, fix));
        }
    }
    Ok(())
}
