//! # Let programs listen on IPv6 too (listen flags on command lines)
//!
//! ## Why it breaks
//! `-b 0.0.0.0:8000` is IPv4 only for most programs. What stands for both families differs from
//! program to program, so each one has its row in `catalog/programs.toml`. For programs written in
//! Go the wildcard is both families already.
//!
//! ## Examples
//! ```dockerfile before
//! FROM python:3
//! CMD ["gunicorn", "-b", "0.0.0.0:8000", "shop:app"]
//! ```
//! ```dockerfile after
//! FROM python:3
//! CMD ["gunicorn", "-b", "[::]:8000", "shop:app"]
//! ```
//! Written as the host needs it: brackets are a pattern in a shell and a list in YAML.
//! ```dockerfile before
//! FROM python:3
//! RUN pip install gunicorn
//! CMD exec gunicorn --bind=0.0.0.0:8000 shop:app
//!
//! FROM python:3
//! CMD gunicorn -w 4 -b :80 shop:app
//! ```
//! ```dockerfile after
//! FROM python:3
//! RUN pip install gunicorn
//! CMD exec gunicorn '--bind=[::]:8000' shop:app
//!
//! FROM python:3
//! CMD gunicorn -w 4 -b '[::]:80' shop:app
//! ```
//! ```yaml before path=compose.yaml
//! services:
//!   web:
//!     image: shop
//!     command:
//!       - gunicorn
//!       - --bind
//!       - 0.0.0.0:8000
//!       - shop:app
//! ```
//! ```yaml after path=compose.yaml
//! services:
//!   web:
//!     image: shop
//!     command:
//!       - gunicorn
//!       - --bind
//!       - "[::]:8000"
//!       - shop:app
//! ```
//! Left alone: Go programs, loopback, several addresses (a pair is one too many for the programs
//! that serve both families with one socket), values from elsewhere.
//! ```yaml unchanged
//! apiVersion: apps/v1
//! kind: DaemonSet
//! metadata:
//!   name: node-exporter
//! spec:
//!   template:
//!     spec:
//!       containers:
//!       - name: node-exporter
//!         image: quay.io/prometheus/node-exporter:v1.3.1
//!         args:
//!         - --web.listen-address=0.0.0.0:{{ .Values.port }}
//!       - name: app
//!         image: app
//!         args: [--bind, "0.0.0.0:8000"]
//! ```
//! ```sh unchanged
//! exec node_exporter --web.listen-address=0.0.0.0:9100
//! gunicorn -b 127.0.0.1:8000 shop:app
//! gunicorn -b 0.0.0.0:8000 -b 0.0.0.0:8001 shop:app
//! gunicorn -b "0.0.0.0:$PORT" shop:app
//! gunicorn -b unix:/run/shop.sock shop:app
//! echo gunicorn -b 0.0.0.0:8000
//! ```
//! ```dockerfile unchanged mode=ipv6-capable
//! FROM python:3
//! CMD ["gunicorn", "-b", "0.0.0.0:8000", "shop:app"]
//! ```
//!
//! ## Safety
//! Safe where the row was measured on every kind of host of the guarantee set. One socket for both
//! families needs a kernel with IPv6, and with `bindv6only=1` it is IPv6 only: where such hosts are
//! in the set, the fix is unsafe.
//!
//! ## References
//! - evidence: Go, net.Listen
//! - evidence: gunicorn, measured

use sixify_langs::HostKind;
use sixify_langs::address::{AddressClass, exact};
use sixify_langs::classify::{DOCKERFILE, SHELL, YAML};
use sixify_langs::command::{Change, Command, Flag, ProgramFacts, commands};

use crate::commands::catalog;
use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[DOCKERFILE, YAML, SHELL],
    anchors: Anchors(&[&["0.0.0.0"], &["gunicorn"]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return Ok(());
    }
    for command in commands(doc).iter() {
        let Some(invocation) = command.invocation(catalog()) else { continue };
        let Some(program) = catalog().program(invocation.program) else { continue };
        let flags = command.flags(&invocation, program);
        let binds: Vec<&Flag<'_>> = flags.iter().filter(|f| f.facts.role == Some(Role::BindAddress)).collect();
        for flag in &binds {
            look(doc, command, program, flag, binds.len() == 1, &policy, cx);
        }
    }
    Ok(())
}

fn look(
    doc: &Document,
    command: &Command,
    program: &ProgramFacts,
    flag: &Flag<'_>,
    alone: bool,
    policy: &Policy,
    cx: &mut Context<'_>,
) {
    let [value] = flag.values.as_slice() else { return };
    // Of a Go program, the port may come from elsewhere.
    let host = value.text.rsplit_once(':').map_or(value.text, |(host, _)| host);
    let text = if program.neutral { host } else { value.text };
    let wildcard = exact(text).filter(|a| a.class == AddressClass::Wildcard).map(|a| a.span.end);
    let empty = value.text.starts_with(':') && flag.facts.empty_is_ipv4 && port(&value.text[1..]);
    let Some(end) = wildcard.or(empty.then_some(0)) else { return };
    let Some(word) = command.words.get(value.word) else { return };
    let role = Role::BindAddress.name();
    if program.neutral {
        let reason = "programs written in Go listen on both families when given the wildcard".to_owned();
        return cx.leave(Note {
            span: word.span,
            role,
            reason,
            evidence: vec![command.what.clone(), program.evidence.clone()],
        });
    }
    let Some(wildcard) = flag.facts.wildcard.as_ref().filter(|_| alone && value.fixed) else { return };
    let new = format!("{wildcard}{}", &value.text[end..]);
    let change = Change::new().replace(value.word, flag.with_value(value, &new));
    let Some(edits) = command.edits(doc, &change) else { return };
    let message =
        format!("listens on IPv4 only; one socket on {wildcard} serves both families, and needs a kernel with IPv6");
    let lost = [HostKind::V4Kernel, HostKind::DualB6].into_iter().any(|host| policy.guards(host));
    let applicability = if lost || !command.complete { Applicability::Unsafe } else { Applicability::Safe };
    let finding =
        Finding::new(word.span, role, message).because(command.what.clone()).because(program.evidence.clone());
    cx.report(finding.fix(applicability, Fix::new().edits(edits)));
}

fn port(text: &str) -> bool {
    text.parse::<u16>().is_ok()
}
