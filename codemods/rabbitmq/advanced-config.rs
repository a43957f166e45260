//! # Let RabbitMQ listen on IPv6 too (the older configuration of Erlang terms)
//!
//! ## Why it breaks
//! `{tcp_listeners, [{"0.0.0.0", 5672}]}` is IPv4 only; the port alone listens on whatever the host
//! has. `{ip, "0.0.0.0"}` of a plugin is IPv4 only too.
//!
//! ## Examples
//! ```erlang before path=etc/rabbitmq/rabbitmq.config
//! [
//!   {rabbit, [
//!     {tcp_listeners, [{"0.0.0.0", 5672}]},
//!     {ssl_listeners, [{"0.0.0.0",5671}, {"127.0.0.1", 5670}]}
//!   ]}
//! ].
//! ```
//! ```erlang after unsafe path=etc/rabbitmq/rabbitmq.config
//! [
//!   {rabbit, [
//!     {tcp_listeners, [5672]},
//!     {ssl_listeners, [5671, {"127.0.0.1", 5670}]}
//!   ]}
//! ].
//! ```
//! In IPv6-only mode:
//! ```erlang before mode=ipv6-only path=advanced.config
//! [{rabbit, [{tcp_listeners, [{"0.0.0.0", 5672}]}]}].
//! ```
//! ```erlang after unsafe mode=ipv6-only path=advanced.config
//! [{rabbit, [{tcp_listeners, [{"::", 5672}]}]}].
//! ```
//! Reported: the address of a plugin.
//! ```erlang reported path=rabbitmq.config
//! [{rabbitmq_management, [{listener, [{port, 15672}, {ip, "0.0.0.0"}]}]}].
//! ```
//! Left alone:
//! ```erlang unchanged path=advanced.config
//! [
//!   %% {tcp_listeners, [{"0.0.0.0", 5672}]}
//!   {rabbit, [{tcp_listeners, [5672, {"192.0.2.1", 5673}]}]},
//!   {other, [{hosts, [{"0.0.0.0", 1}]}]}
//! ].
//! ```
//!
//! ## Safety
//! Unsafe: the ports alone were measured with 3.10 in the newer format.
//!
//! ## References
//! - evidence: RabbitMQ, 3.10 measured
//! - <https://www.rabbitmq.com/docs/networking#interfaces>

use sixify_langs::Mode;
use sixify_langs::classify::CONF;

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[CONF],
    anchors: Anchors(&[&["_listeners", "0.0.0.0"], &["{ip", "0.0.0.0"]]),
    specificity: 0,
    run,
};

const EVIDENCE: &str = "evidence: RabbitMQ, measured with 3.10";
const MESSAGE: &str = "listens on IPv4 only; the port alone listens on whatever the host has";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return Ok(());
    }
    let text = without_comments(&doc.text);
    for (at, _) in text.match_indices("\"0.0.0.0\"") {
        let before = text.get(..at).unwrap_or("").trim_end();
        let end = at + "\"0.0.0.0\"".len();
        if before.ends_with("{ip,") {
            let span = Span::new(at, end);
            cx.report(
                Finding::new(
                    span,
                    Role::BindHost.name(),
                    "listens on IPv4 only; without the address a plugin listens on whatever the host has",
                )
                .because(EVIDENCE),
            );
            continue;
        }
        let Some(pair) = before.strip_suffix('{').and_then(listeners) else { continue };
        let rest = text.get(end..).unwrap_or("");
        let behind = rest.trim_start().strip_prefix(',').map(str::trim_start).unwrap_or("");
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        let port = behind.get(..digits).unwrap_or("");
        let tail = behind.get(digits..).unwrap_or("").trim_start();
        if port.is_empty() || !tail.starts_with('}') {
            continue;
        }
        let close = text.len() - tail.len() + 1;
        let edit = match policy.mode {
            Mode::Ipv6Only => Edit::replace(Span::new(at, end), "\"::\""),
            _ => Edit::replace(Span::new(pair, close), port),
        };
        let span = Span::new(pair, close);
        let finding = Finding::new(span, Role::BindAddress.name(), MESSAGE).because(EVIDENCE);
        cx.report(finding.fix(Applicability::Unsafe, Fix::new().edit(edit)));
    }
    Ok(())
}

/// The offset of the brace behind `before`, where that is an element of a list of listeners.
fn listeners(before: &str) -> Option<usize> {
    let open = before.rfind('[')?;
    let name = before.get(..open)?.trim_end().strip_suffix(',')?.trim_end();
    let closed = before.get(open..)?.contains(']');
    (name.ends_with("tcp_listeners") || name.ends_with("ssl_listeners")).then_some(before.len()).filter(|_| !closed)
}

/// The text with blanks in the place of comments, which begin with `%`.
fn without_comments(text: &str) -> String {
    let mut comment = false;
    let blank = |c: char| " ".repeat(c.len_utf8());
    text.chars()
        .map(|c| {
            comment = (comment || c == '%') && c != '\n';
            if comment { blank(c) } else { c.to_string() }
        })
        .collect()
}
