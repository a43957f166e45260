//! # Let redis listen on IPv6 too (`--bind` on command lines)
//!
//! ## Why it breaks
//! `redis-server --bind 0.0.0.0` is IPv4 only, and `--bind ::` is IPv6 only. Both addresses, as two
//! words, serve both families; redis passes over the one that the host does not have.
//!
//! ## Examples
//! ```dockerfile before
//! FROM redis:7
//! CMD ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no"]
//! ```
//! ```dockerfile after
//! FROM redis:7
//! CMD ["redis-server", "--bind", "0.0.0.0", "::", "--protected-mode", "no"]
//! ```
//! ```yaml before
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: cache
//! spec:
//!   template:
//!     spec:
//!       containers:
//!       - name: cache
//!         image: redis:6.2-alpine
//!         args:
//!         - --save
//!         - ""
//!         - --bind
//!         - "0.0.0.0" # everywhere
//!       - name: other
//!         image: docker.io/library/redis
//!         args: [--bind, 0.0.0.0]
//!       - name: script
//!         image: redis
//!         command: ["sh", "-c", "exec redis-server /etc/redis.conf --bind '*'"]
//! ```
//! ```yaml after
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: cache
//! spec:
//!   template:
//!     spec:
//!       containers:
//!       - name: cache
//!         image: redis:6.2-alpine
//!         args:
//!         - --save
//!         - ""
//!         - --bind
//!         - "0.0.0.0" # everywhere
//!         - "::"
//!       - name: other
//!         image: docker.io/library/redis
//!         args: [--bind, 0.0.0.0, "::"]
//!       - name: script
//!         image: redis
//!         command: ["sh", "-c", "exec redis-server /etc/redis.conf --bind 0.0.0.0 ::"]
//! ```
//! ```yaml before path=docker-compose.yml
//! services:
//!   cache:
//!     image: redis:5
//!     command: redis-server --bind 0.0.0.0 --appendonly yes
//! ```
//! ```yaml after path=docker-compose.yml
//! services:
//!   cache:
//!     image: redis:5
//!     command: "redis-server --bind 0.0.0.0 :: --appendonly yes"
//! ```
//! ```sh before
//! exec gosu redis redis-sentinel /etc/sentinel.conf --bind 0.0.0.0 "$@"
//! nohup redis-server --bind 0.0.0.0 &
//! redis-server --bind :: --port 7000
//! ```
//! ```sh after
//! exec gosu redis redis-sentinel /etc/sentinel.conf --bind 0.0.0.0 :: "$@"
//! nohup redis-server --bind 0.0.0.0 :: &
//! redis-server --bind 0.0.0.0 :: --port 7000
//! ```
//! Before 4.0 a host without IPv6 stops the server:
//! ```dockerfile before
//! FROM redis:3
//! CMD redis-server --bind 0.0.0.0
//! ```
//! ```dockerfile after unsafe
//! FROM redis:3
//! CMD redis-server --bind 0.0.0.0 ::
//! ```
//! A template that may say something else makes it unsafe too:
//! ```yaml before
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   containers:
//!   - name: cache
//!     image: redis
//!     args:
//!     - --bind
//!     - 0.0.0.0
//!     {{- with .Values.more }}
//!     {{- toYaml . | nindent 4 }}
//!     {{- end }}
//! ```
//! ```yaml after unsafe
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   containers:
//!   - name: cache
//!     image: redis
//!     args:
//!     - --bind
//!     - 0.0.0.0
//!     - "::"
//!     {{- with .Values.more }}
//!     {{- toYaml . | nindent 4 }}
//!     {{- end }}
//! ```
//! Left alone: both are there, loopback, a value from elsewhere, other programs, both in one word.
//! ```sh unchanged
//! redis-server --bind 0.0.0.0 ::
//! redis-server --bind '*' '-::*'
//! redis-server --bind 127.0.0.1 &
//! redis-server --bind "$ADDRESS" 0.0.0.0
//! redis-server --bind "0.0.0.0 ::"
//! redis-cli -h 0.0.0.0
//! echo redis-server --bind 0.0.0.0
//! gunicorn --bind 0.0.0.0:80
//! ```
//! ```dockerfile unchanged
//! FROM alpine
//! ENTRYPOINT ["/run.sh"]
//! CMD ["--bind", "0.0.0.0"]
//! ```
//! ```yaml unchanged mode=ipv6-capable path=compose.yaml
//! services:
//!   cache:
//!     image: redis
//!     command: [--bind, 0.0.0.0]
//! ```
//!
//! ## Safety
//! Safe: measured with 7.0 on every kind of host, kernels without IPv6 included; 4.0 to 6.2 do the
//! same by their source. Unsafe where the image is older. The two addresses are separate words:
//! as one quoted word they are a single bogus address before 7.0.
//!
//! ## References
//! - evidence: redis, 7.0.15 measured, 2.8 to 7.2 by source

use sixify_langs::classify::{DOCKERFILE, SHELL, YAML};
use sixify_langs::command::{Change, Command, Flag, FlagValue, commands};
use sixify_langs::{Mode, policy};

use crate::commands::catalog;
use crate::prelude::*;

pub(crate) const CODEMOD: Codemod =
    Codemod { kinds: &[DOCKERFILE, YAML, SHELL], anchors: Anchors(&[&["--bind"]]), specificity: 0, run };

const EVIDENCE: &str = "evidence: redis, measured with 7.0.15";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return Ok(());
    }
    for command in commands(doc).iter() {
        let Some(invocation) = command.invocation(catalog()) else { continue };
        let redis = ["redis", "valkey"].iter().any(|p| invocation.program.starts_with(p));
        let Some(program) = catalog().program(invocation.program).filter(|_| redis) else { continue };
        let flags = command.flags(&invocation, program);
        // The last one counts.
        if let Some(flag) = flags.iter().rfind(|f| f.is("--bind")) {
            look(doc, command, flag, &policy, cx);
        }
    }
    Ok(())
}

fn look(doc: &Document, command: &Command, flag: &Flag<'_>, policy: &policy::Policy, cx: &mut Context<'_>) {
    let [value] = flag.values.as_slice() else { return several(command, flag, cx) };
    if !value.fixed {
        return leave(cx, command, flag, "the address comes from elsewhere");
    }
    let ipv6_only = policy.mode == Mode::Ipv6Only;
    let change = match (value.text, ipv6_only) {
        ("0.0.0.0" | "*", true) => Change::new().replace(value.word, flag.with_value(value, "::")),
        ("::", true) => return leave(cx, command, flag, "this is IPv6 only"),
        ("0.0.0.0", false) => Change::new().insert_after(value.word, ["::"]),
        ("*", false) => {
            Change::new().replace(value.word, flag.with_value(value, "0.0.0.0")).insert_after(value.word, ["::"])
        }
        ("::", false) => {
            Change::new().replace(value.word, flag.with_value(value, "0.0.0.0")).insert_after(value.word, ["::"])
        }
        ("127.0.0.1" | "localhost" | "::1", _) => return leave(cx, command, flag, "loopback stays loopback"),
        (text, _) if text.contains(' ') => {
            return leave(cx, command, flag, "one word with several addresses, which 7.0 and later read");
        }
        _ => return,
    };
    let message = match (value.text, ipv6_only) {
        (_, true) => "listens on IPv4 only; `::` is IPv6 only, and IPv4 clients lose the server",
        ("::", false) => "listens on IPv6 only, since redis sets IPV6_V6ONLY; both addresses serve both families",
        _ => "listens on IPv4 only; `0.0.0.0 ::` serves both families and passes over a missing one",
    };
    let Some(edits) = command.edits(doc, &change) else { return };
    let applicability =
        if ipv6_only || old(command) || !command.complete { Applicability::Unsafe } else { Applicability::Safe };
    let place = place(command, flag, value);
    let finding = Finding::new(place, Role::BindHost.name(), message).because(command.what.clone()).because(EVIDENCE);
    cx.report(finding.fix(applicability, Fix::new().edits(edits)));
}

fn place(command: &Command, flag: &Flag<'_>, value: &FlagValue<'_>) -> Span {
    let span = |word: usize| command.words.get(word).map_or(command.span(), |w| w.span);
    span(flag.word).cover(span(value.word))
}

/// Several addresses, or none.
fn several(command: &Command, flag: &Flag<'_>, cx: &mut Context<'_>) {
    let has = |all: &[&str]| flag.values.iter().any(|v| all.contains(&v.text.trim_start_matches('-')));
    if has(&["0.0.0.0", "*"]) && has(&["::", "::*"]) {
        leave(cx, command, flag, "both families are listed, and a missing one is passed over");
    }
}

fn leave(cx: &mut Context<'_>, command: &Command, flag: &Flag<'_>, reason: &str) {
    let span = command.words.get(flag.word).map_or(command.span(), |w| w.span);
    let evidence = vec![command.what.clone(), EVIDENCE.to_owned()];
    cx.leave(Note { span, role: Role::BindHost.name(), reason: reason.to_owned(), evidence });
}

/// Whether the image is older than 4.0, where a missing family is fatal.
fn old(command: &Command) -> bool {
    let version = command.image.as_ref().and_then(|image| catalog().image(image)?.version(image));
    version.is_some_and(|v| !v.at_least(&[4]))
}
