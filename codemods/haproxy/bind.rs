//! # Let haproxy listen on IPv6 too (`bind`)
//!
//! ## Why it breaks
//! `bind *:80`, `bind :80` and `bind 0.0.0.0:80` are all IPv4 only. On an IPv6-only host nobody
//! reaches the proxy. A second line with `[::]` and `v6only` serves IPv6 beside it, and IPv4
//! clients stay plain IPv4 addresses in logs, lists and `X-Forwarded-For`; with one socket for both
//! families they become `::ffff:192.0.2.1`.
//!
//! ## Examples
//! ```haproxy before path=haproxy.cfg
//! global
//!     maxconn 4096
//! frontend public
//!     bind *:80
//!     bind 0.0.0.0:443 ssl crt /etc/ssl/site.pem alpn h2,http/1.1  # TLS
//!     default_backend app
//! listen stats
//!     bind :8404
//!     stats enable
//! backend app
//!     server app1 127.0.0.1:5000
//! ```
//! ```haproxy after path=haproxy.cfg
//! global
//!     maxconn 4096
//! frontend public
//!     bind *:80
//!     bind [::]:80 v6only
//!     bind 0.0.0.0:443 ssl crt /etc/ssl/site.pem alpn h2,http/1.1  # TLS
//!     bind [::]:443 v6only ssl crt /etc/ssl/site.pem alpn h2,http/1.1
//!     default_backend app
//! listen stats
//!     bind :8404
//!     bind [::]:8404 v6only
//!     stats enable
//! backend app
//!     server app1 127.0.0.1:5000
//! ```
//! Templates keep their actions, and several addresses stay on one line:
//! ```haproxy before path=templates/haproxy.cfg.j2
//! {% if health is defined %}
//! frontend healthz
//!   bind *:{{ health | default(8081) }}
//!   monitor-uri /healthz
//! {% endif %}
//! frontend web
//!   bind :80,:8080 accept-proxy
//!   bind "*:${TLS_PORT}" ssl
//! ```
//! ```haproxy after path=templates/haproxy.cfg.j2
//! {% if health is defined %}
//! frontend healthz
//!   bind *:{{ health | default(8081) }}
//!   bind [::]:{{ health | default(8081) }} v6only
//!   monitor-uri /healthz
//! {% endif %}
//! frontend web
//!   bind :80,:8080 accept-proxy
//!   bind [::]:80,[::]:8080 v6only accept-proxy
//!   bind "*:${TLS_PORT}" ssl
//!   bind "[::]:${TLS_PORT}" v6only ssl
//! ```
//! Inside a ConfigMap:
//! ```yaml before
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: lb
//! data:
//!   haproxy.cfg: |
//!     frontend web
//!       bind *:80
//!       default_backend web
//! ```
//! ```yaml after
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: lb
//! data:
//!   haproxy.cfg: |
//!     frontend web
//!       bind *:80
//!       bind [::]:80 v6only
//!       default_backend web
//! ```
//! `v4v6` says that both families were meant, and does nothing for an IPv4 address; with one socket
//! for both, IPv4 clients look different:
//! ```haproxy before path=haproxy.cfg
//! frontend web
//!   bind *:80 v4v6
//! ```
//! ```haproxy after unsafe path=haproxy.cfg
//! frontend web
//!   bind [::]:80 v4v6
//! ```
//! Not by default where the port also has a loopback listener, since clients that resolve localhost
//! to `::1` first would come to this one instead:
//! ```haproxy before path=haproxy.cfg
//! frontend web
//!   bind *:80
//! frontend local
//!   bind 127.0.0.1:80
//!   bind [::1]:80
//! ```
//! ```haproxy after unsafe path=haproxy.cfg
//! frontend web
//!   bind *:80
//!   bind [::]:80 v6only
//! frontend local
//!   bind 127.0.0.1:80
//!   bind [::1]:80
//! ```
//! In IPv6-only mode the IPv4 address goes:
//! ```haproxy before mode=ipv6-only path=haproxy.cfg
//! frontend web
//!   bind *:80 ssl crt /a.pem
//! ```
//! ```haproxy after unsafe mode=ipv6-only path=haproxy.cfg
//! frontend web
//!   bind [::]:80 v6only ssl crt /a.pem
//! ```
//! Reported: loopback, names, ids that may be there once only, IPv6 listeners of other sections.
//! ```haproxy reported path=haproxy.cfg
//! frontend a
//!   bind 127.0.0.1:80
//!   bind localhost:81
//!   bind *:82 id 7
//!   bind *:83
//! frontend b
//!   bind :::83 v6only
//! ```
//! Left alone: both families are there, perhaps by a condition; single addresses; sockets; other
//! sections and other files.
//! ```haproxy unchanged path=haproxy.cfg.j2
//! frontend a
//!   bind 0.0.0.0:80
//!   {% if ipv6 %}
//!   bind :::80
//!   {% endif %}
//!   bind :::81 v4v6
//!   bind [::]:82
//!   bind 192.0.2.1:83
//!   bind unix@/run/a.sock
//!   # bind *:84
//! peers p
//!   bind :10000
//! ```
//! ```yaml unchanged
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: other
//! data:
//!   other.cfg: |
//!     bind *:80
//! ```
//! ```haproxy unchanged mode=ipv6-capable path=haproxy.cfg
//! frontend a
//!   bind *:80
//! ```
//!
//! ## Safety
//! Safe: the pair was measured with 2.6.12 to be reached at every address of IPv6-only, dual-stack
//! (`bindv6only=1` included) and IPv4-only hosts. On a kernel without IPv6 haproxy does not start
//! with it, so where such hosts are in the set the fix is unsafe.
//!
//! ## References
//! - evidence: haproxy, 2.6.12 measured
//! - <https://docs.haproxy.org/2.6/configuration.html#bind>

use sixify_langs::classify::HAPROXY;
use sixify_langs::conf::Haproxy;
use sixify_langs::conf::haproxy::Line;
use sixify_langs::{HostKind, Mode};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod { kinds: &[HAPROXY], anchors: Anchors(&[&["bind"]]), specificity: 0, run };

const EVIDENCE: &str = "evidence: haproxy, measured with 2.6.12";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return Ok(());
    }
    let read = Haproxy::of(doc);
    let proxies = |line: &&Line| ["frontend", "listen"].contains(&read.section_of(line));
    let all: Vec<Bind<'_>> = read.lines.iter().filter(proxies).filter_map(|line| Bind::of(doc, line)).collect();
    for bind in &all {
        look(doc, bind, &all, &policy, cx);
    }
    Ok(())
}

/// The family and extent of one address of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    Every4,
    Every6,
    Loopback4,
    Name,
    One,
}

/// A `bind` line.
struct Bind<'a> {
    line: &'a Line,
    /// The quote around its addresses, if there is one.
    quote: &'a str,
    addresses: Vec<(On, &'a str)>,
    options: Vec<&'a str>,
}

impl<'a> Bind<'a> {
    fn of(doc: &'a Document, line: &'a Line) -> Option<Bind<'a>> {
        let text = doc.text.as_str();
        if line.word(text, 0) != "bind" {
            return None;
        }
        let word = line.word(text, 1);
        let quote = word.get(..1).filter(|q| ["\"", "'"].contains(q)).unwrap_or("");
        let inner = word.strip_prefix(quote)?.strip_suffix(quote)?;
        let addresses = pieces(inner).into_iter().map(address).collect();
        let options = line.words.iter().skip(2).map(|span| span.text(text)).collect();
        Some(Bind { line, quote, addresses, options })
    }

    fn all(&self, on: On) -> bool {
        !self.addresses.is_empty() && self.addresses.iter().all(|a| a.0 == on)
    }

    fn has(&self, option: &str) -> bool {
        self.options.contains(&option)
    }

    /// Whether an address of this kind has a port of the other line.
    fn shares(&self, on: &[On], other: &Bind<'_>) -> bool {
        self.addresses.iter().any(|(own, port)| on.contains(own) && other.addresses.iter().any(|(_, p)| p == port))
    }
}

/// The addresses of a list; a comma within a template action parts nothing.
fn pieces(list: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.push(list.get(start..at).unwrap_or(""));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(list.get(start..).unwrap_or(""));
    found
}

/// What one address is, and its port as it is written.
fn address(text: &str) -> (On, &str) {
    for (prefix, on) in [("*:", On::Every4), ("0.0.0.0:", On::Every4), ("[::]:", On::Every6), (":::", On::Every6)] {
        if let Some(port) = text.strip_prefix(prefix) {
            return (on, port);
        }
    }
    for (prefix, on) in
        [("ipv4@:", On::Every4), ("ipv4@*:", On::Every4), ("ipv6@:", On::Every6), ("ipv6@*:", On::Every6)]
    {
        if let Some(port) = text.strip_prefix(prefix) {
            return (on, port);
        }
    }
    match text.split_once(':') {
        Some(("", port)) if !port.starts_with(':') => (On::Every4, port),
        Some((host, port)) if host.starts_with("127.") => (On::Loopback4, port),
        Some(("localhost", port)) => (On::Name, port),
        Some((host, port)) if !host.starts_with(['[', '/']) && !host.contains('@') => (On::One, port),
        _ => (On::One, text.rsplit_once(':').map_or("", |(_, port)| port)),
    }
}

fn look(doc: &Document, bind: &Bind<'_>, all: &[Bind<'_>], policy: &Policy, cx: &mut Context<'_>) {
    let line = bind.line;
    let role = Role::BindAddress.name();
    let finding = |message: &str| Finding::new(line.span, role, message).because(EVIDENCE);
    let mut leave = |reason: &str| {
        cx.leave(Note { span: line.span, role, reason: reason.to_owned(), evidence: vec![EVIDENCE.to_owned()] });
    };
    let has = |on: On| bind.addresses.iter().any(|a| a.0 == on);
    if !has(On::Every4) {
        if has(On::Every6) {
            return six(bind, all, policy, cx);
        }
        let v6_loopback = |b: &Bind<'_>| b.line.word(&doc.text, 1).contains("::1");
        let paired = all.iter().any(|b| b.line.section == line.section && v6_loopback(b));
        return match (has(On::Loopback4) && !paired, has(On::Name)) {
            (true, _) => cx.report(finding(
                "listens on the IPv4 loopback only, which IPv6-only hosts have too; a second line for `[::1]` keeps haproxy from starting on IPv4-only hosts",
            )),
            (_, true) => cx.report(finding("haproxy listens on one address of `localhost` only, `::1` on dual-stack hosts")),
            _ => leave("this is one address or a socket"),
        };
    }
    let beside = |b: &&Bind<'_>| b.line.section == line.section;
    if all.iter().filter(beside).any(|b| b.shares(&[On::Every6], bind)) {
        return leave("the section listens on IPv6 too");
    }
    if all.iter().any(|b| b.shares(&[On::Every6], bind)) {
        return cx.report(finding(
            "listens on IPv4 only; another section has the port on IPv6, and two would share its connections",
        ));
    }
    if !bind.all(On::Every4) {
        return cx.report(finding("one of the addresses is IPv4 only; a second line for `[::]` is missing"));
    }
    if ["id", "interface", "bind", "name"].iter().any(|o| bind.has(o)) || bind.has("v6only") || !steady(doc, line) {
        return cx.report(finding(
            "listens on IPv4 only; a second line for `[::]` is missing, and the options of this one cannot be repeated as they are",
        ));
    }
    let doubt = all.iter().find(|b| b.shares(&[On::Loopback4, On::Name, On::One], bind));
    let Some(word) = line.words.get(1) else { return };
    let ports: Vec<String> = bind.addresses.iter().map(|(_, port)| format!("[::]:{port}")).collect();
    let address = format!("{0}{1}{0}", bind.quote, ports.join(","));
    let only6 = policy.mode == Mode::Ipv6Only;
    let both = bind.has("v4v6");
    let (edit, message) = if both && !only6 {
        (
            Some(Edit::replace(*word, address)),
            "listens on IPv4 only, whatever `v4v6` says; on `[::]` it serves both families, and IPv4 clients appear as ::ffff:a.b.c.d",
        )
    } else if only6 {
        let edit = if both { None } else { Some(Edit::replace(*word, format!("{address} v6only"))) };
        (edit, "listens on IPv4; `[::]` with `v6only` serves IPv6 alone, and IPv4 clients lose the proxy")
    } else {
        (
            second(doc, line, *word, &address),
            "listens on IPv4 only; a second line for `[::]` serves IPv6, and needs a kernel with it",
        )
    };
    let sure = doubt.is_none() && !both && !only6 && !policy.guards(HostKind::V4Kernel);
    let applicability = if sure { Applicability::Safe } else { Applicability::Unsafe };
    let why = doubt.map(|b| {
        format!("line {} listens on one address of this port; IPv6 requests meant for it come here", b.line.line)
    });
    let finding = finding(message).because_all(why);
    cx.report(match edit {
        Some(edit) => finding.fix(applicability, Fix::new().edit(edit)),
        None => finding,
    });
}

/// Whether a line can be repeated: conditions that begin among its options end there.
fn steady(doc: &Document, line: &Line) -> bool {
    let options = line.words.get(2).map_or(line.span.end, |w| w.start);
    let whole = Span::new(line.span.start, line.span.end).text(&doc.text);
    let address = Span::new(line.span.start, options.min(line.span.end)).text(&doc.text);
    !line.steered
        || (!address.contains("{%") && !address.contains("<%") && whole.matches("{%").count().is_multiple_of(2))
}

/// The same line for IPv6, below the old one.
fn second(doc: &Document, line: &Line, word: Span, address: &str) -> Option<Edit> {
    let text = doc.text.as_str();
    let start = text.get(..line.span.start)?.rfind('\n').map_or(0, |at| at + 1);
    let indent: String =
        Span::new(start, line.span.start).text(text).chars().take_while(|c| c.is_whitespace()).collect();
    let before = Span::new(line.span.start, word.start).text(text);
    let behind = Span::new(word.end, line.span.end).text(text);
    let new = format!("\n{indent}{before}{address} v6only{behind}");
    Some(Edit::insert(line.end.unwrap_or(line.span.end), new))
}

/// A wildcard of IPv6: both families, unless the kernel or an option says otherwise.
fn six(bind: &Bind<'_>, all: &[Bind<'_>], policy: &Policy, cx: &mut Context<'_>) {
    let line = bind.line;
    let role = Role::BindAddress.name();
    let paired = all.iter().any(|b| b.line.section == line.section && b.shares(&[On::Every4], bind));
    let told = bind.has("v4v6") || bind.has("v6only");
    if told || paired || !policy.guards(HostKind::DualB6) || policy.mode != Mode::DualStack {
        let reason = if bind.has("v6only") || paired { "this is the IPv6 one" } else { "this serves both families" };
        return cx.leave(Note {
            span: line.span,
            role,
            reason: reason.to_owned(),
            evidence: vec![EVIDENCE.to_owned()],
        });
    }
    let Some(word) = line.words.get(1) else { return };
    let message = "listens on IPv6 only where `bindv6only=1`; `v4v6` says that both families are meant";
    let fix = Fix::new().edit(Edit::insert(word.end, " v4v6"));
    cx.report(Finding::new(line.span, role, message).because(EVIDENCE).fix(Applicability::Unsafe, fix));
}
