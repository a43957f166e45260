//! # Let redis listen on IPv6 too (`bind` in redis.conf)
//!
//! ## Why it breaks
//! `bind 0.0.0.0` and `bind *` are IPv4 only, and `bind ::` is IPv6 only: redis sets
//! `IPV6_V6ONLY` on every IPv6 socket. On an IPv6-only host nobody reaches the server. Both
//! addresses together serve both families, and redis passes over the one that the host does not
//! have.
//!
//! ## Examples
//! ```redis before
//! # bind 127.0.0.1
//! bind 0.0.0.0
//! protected-mode no
//! port 6379
//! ```
//! ```redis after
//! # bind 127.0.0.1
//! bind 0.0.0.0 ::
//! protected-mode no
//! port 6379
//! ```
//! Inside a ConfigMap, other spellings:
//! ```yaml before
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: cache
//! data:
//!   redis.conf: |
//!     bind *
//!     maxmemory 2mb
//!   sentinel.conf: "bind ::\nport 26379\n"
//! ```
//! ```yaml after
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: cache
//! data:
//!   redis.conf: |
//!     bind 0.0.0.0 ::
//!     maxmemory 2mb
//!   sentinel.conf: "bind 0.0.0.0 ::\nport 26379\n"
//! ```
//! In a chart, where actions stand between the lines:
//! ```yaml before path=templates/configmap.yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: {{ include "cache.name" . }}
//! data:
//!   redis.conf: |-
//! {{- if .Values.save }}
//!     save 900 1
//! {{- end }}
//!     bind 0.0.0.0
//!     {{- .Values.extra | nindent 4 }}
//! ```
//! ```yaml after path=templates/configmap.yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: {{ include "cache.name" . }}
//! data:
//!   redis.conf: |-
//! {{- if .Values.save }}
//!     save 900 1
//! {{- end }}
//!     bind 0.0.0.0 ::
//!     {{- .Values.extra | nindent 4 }}
//! ```
//! The tokens of 6.2 and later keep their style:
//! ```redis before
//! bind -::*
//! ```
//! ```redis after
//! bind * -::*
//! ```
//! A loopback bind stays one. Where the file shows that it is read by 6.2 or later, the IPv6
//! loopback can be listed as one that may be missing:
//! ```redis before
//! bind 127.0.0.1
//! latency-tracking yes
//! ```
//! ```redis after unsafe
//! bind 127.0.0.1 -::1
//! latency-tracking yes
//! ```
//! ```redis reported
//! bind 127.0.0.1
//! port 6379
//! ```
//! In IPv6-only mode the IPv4 address goes:
//! ```redis before mode=ipv6-only
//! bind 0.0.0.0
//! ```
//! ```redis after unsafe mode=ipv6-only
//! bind ::
//! ```
//! Left alone: both families are there, single addresses, a value that a template gives, a line
//! that a later one overrides, other directives.
//! ```redis unchanged
//! bind 0.0.0.0
//! bind * -::*
//! tls-port 0
//! replica-announce-ip 0.0.0.0
//! # bind 0.0.0.0
//! ```
//! ```redis unchanged
//! bind 10.0.0.5
//! ```
//! ```redis unchanged
//! bind {{ .Values.address }} 0.0.0.0
//! ```
//! ```yaml unchanged
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: proxy
//! data:
//!   haproxy.cfg: |
//!     bind 0.0.0.0
//! ```
//! ```redis unchanged mode=ipv6-capable
//! bind 0.0.0.0
//! ```
//!
//! ## Safety
//! Safe: `bind 0.0.0.0 ::` was measured with 7.0 on every kind of host, kernels without IPv6
//! included, and 4.0 to 6.2 do the same by their source. The line is never deleted, although no
//! line at all listens on both families: 3.2 to 6.2 then turn protected mode on and refuse remote
//! clients. Loopback lines need the version: before 6.2 a missing `::1` is fatal.
//!
//! ## References
//! - evidence: redis, 7.0.15 measured, 2.8 to 7.2 by source
//! - <https://github.com/redis/redis/commit/441bfa2df> (6.2: `-` and `*` in `bind`)

use sixify_langs::classify::REDIS_CONF;
use sixify_langs::conf::{Directive, Directives};
use sixify_langs::{Mode, policy};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod =
    Codemod { kinds: &[REDIS_CONF], anchors: Anchors(&[&["bind"], &["BIND"], &["Bind"]]), specificity: 0, run };

const EVIDENCE: &str = "evidence: redis, measured with 7.0.15";

/// Directives that appeared in 6.2 or later: a file that has one is read by such a server.
const SINCE_6_2: [&str; 9] = [
    "acl-pubsub-default",
    "sanitize-dump-payload",
    "proc-title-template",
    "appenddirname",
    "shutdown-timeout",
    "latency-tracking",
    "enable-debug-command",
    "enable-protected-configs",
    "bind-source-addr",
];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return Ok(());
    }
    let directives = Directives::of(doc);
    let mut lines: Vec<&Directive> = directives.named("bind").collect();
    let Some(last) = lines.pop() else { return Ok(()) };
    for line in lines {
        let reason = format!("the bind line {} replaces this one", last.line);
        leave(cx, line, &reason);
    }
    if last.templated {
        leave(cx, last, "a template gives the addresses");
        return Ok(());
    }
    let recent = directives.0.iter().find(|d| SINCE_6_2.contains(&d.name.as_str()));
    look(last, recent, &policy, cx);
    Ok(())
}

fn leave(cx: &mut Context<'_>, line: &Directive, reason: &str) {
    let evidence = vec![EVIDENCE.to_owned()];
    cx.leave(Note { span: line.span, role: Role::BindHost.name(), reason: reason.to_owned(), evidence });
}

fn look(line: &Directive, recent: Option<&Directive>, policy: &policy::Policy, cx: &mut Context<'_>) {
    let values: Vec<&str> = line.args.iter().map(|a| a.value.as_str()).collect();
    let bare = |value: &str| value.strip_prefix('-').unwrap_or(value).to_owned();
    let all4 = values.iter().position(|v| ["0.0.0.0", "*"].contains(&bare(v).as_str()));
    let all6 = values.iter().position(|v| ["::", "::*"].contains(&bare(v).as_str()));
    let finding = |message: &str| Finding::new(line.span, Role::BindHost.name(), message).because(EVIDENCE);
    let (applicability, fix, message) = match (all4, all6) {
        (Some(_), Some(_)) => return leave(cx, line, "both families are listed, and a missing one is passed over"),
        (None, None) => return loopback(line, recent, policy, cx),
        (None, Some(_)) if policy.mode == Mode::Ipv6Only => return leave(cx, line, "this is IPv6 only"),
        // A wildcard beside another address of its family is a mistake that sixify does not mend.
        _ if values.len() > 1 => {
            cx.report(finding("one family only, and other addresses beside the wildcard: list 0.0.0.0 and :: alone"));
            return;
        }
        (Some(n), None) => four(line, n, policy),
        (None, Some(n)) => six(line, n),
    };
    cx.report(finding(message).fix(applicability, fix));
}

/// A wildcard of IPv4 alone.
fn four(line: &Directive, n: usize, policy: &policy::Policy) -> (Applicability, Fix, &'static str) {
    let arg = &line.args[n];
    if policy.mode == Mode::Ipv6Only {
        let fix = Fix::new().edit(Edit::replace(arg.span, "::"));
        return (
            Applicability::Unsafe,
            fix,
            "listens on IPv4 only; `::` is IPv6 only, and IPv4 clients lose the server",
        );
    }
    let message = "listens on IPv4 only; `0.0.0.0 ::` serves both families and passes over a missing one";
    let (applicability, edit) = match arg.value.as_str() {
        "0.0.0.0" => (Applicability::Safe, Edit::insert(arg.span.end, " ::")),
        "*" => (Applicability::Safe, Edit::replace(arg.span, "0.0.0.0 ::")),
        "-*" => (Applicability::Safe, Edit::insert(arg.span.end, " -::*")),
        _ => (Applicability::Unsafe, Edit::insert(arg.span.end, " -::")),
    };
    (applicability, Fix::new().edit(edit), message)
}

/// A wildcard of IPv6 alone.
fn six(line: &Directive, n: usize) -> (Applicability, Fix, &'static str) {
    let arg = &line.args[n];
    let (applicability, added) = match arg.value.as_str() {
        "::" => (Applicability::Safe, "0.0.0.0 "),
        "-::*" => (Applicability::Safe, "* "),
        _ => (Applicability::Unsafe, "0.0.0.0 "),
    };
    let message = "listens on IPv6 only, since redis sets IPV6_V6ONLY; both addresses serve both families";
    (applicability, Fix::new().edit(Edit::insert(arg.span.start, added)), message)
}

/// Loopback stays loopback; whether `::1` may be missing depends on the version.
fn loopback(line: &Directive, recent: Option<&Directive>, policy: &policy::Policy, cx: &mut Context<'_>) {
    let [arg] = line.args.as_slice() else { return };
    if !["127.0.0.1", "localhost", "-127.0.0.1"].contains(&arg.value.as_str()) {
        return;
    }
    let message = "listens on the IPv4 loopback only, which IPv6-only hosts have too; clients that resolve localhost to ::1 do not reach it";
    let finding = Finding::new(line.span, Role::BindHost.name(), message).because(EVIDENCE);
    let finding = match recent {
        Some(recent) if policy.mode == Mode::DualStack && arg.value == "127.0.0.1" => finding
            .because(format!("`{}` in line {} is read by 6.2 and later only", recent.name, recent.line))
            .fix(Applicability::Unsafe, Fix::new().edit(Edit::insert(arg.span.end, " -::1"))),
        _ => finding.because("6.2 and later: `bind 127.0.0.1 -::1`; before, a missing ::1 is fatal"),
    };
    cx.report(finding);
}
