//! # Let programs listen on IPv6 too (environment variables)
//!
//! ## Why it breaks
//! `FLASK_RUN_HOST=0.0.0.0` does what `flask run --host 0.0.0.0` does: it listens on IPv4 only. What the
//! variable has to say depends on the program, as for its flags.
//!
//! ## Examples
//! ```dockerfile before
//! FROM python:3
//! ENV FLASK_RUN_HOST=0.0.0.0 FLASK_APP=shop
//! CMD ["flask", "run"]
//! ```
//! ```dockerfile after unsafe
//! FROM python:3
//! ENV FLASK_RUN_HOST=:: FLASK_APP=shop
//! CMD ["flask", "run"]
//! ```
//! ```yaml before path=compose.yaml
//! services:
//!   vault:
//!     image: vault
//!     environment:
//!       VAULT_DEV_LISTEN_ADDRESS: 0.0.0.0:8200
//!   web:
//!     image: web
//!     environment:
//!       - NITRO_HOST=0.0.0.0
//! ```
//! ```yaml after unsafe path=compose.yaml
//! services:
//!   vault:
//!     image: vault
//!     environment:
//!       VAULT_DEV_LISTEN_ADDRESS: "[::]:8200"
//!   web:
//!     image: web
//!     environment:
//!       - "NITRO_HOST=::"
//! ```
//! The server that Next.js builds reads the name of the host:
//! ```dockerfile before
//! FROM node:22
//! COPY .next/standalone ./
//! ENV HOSTNAME="0.0.0.0"
//! CMD ["node", "server.js"]
//! ```
//! ```dockerfile after unsafe
//! FROM node:22
//! COPY .next/standalone ./
//! ENV HOSTNAME="::"
//! CMD ["node", "server.js"]
//! ```
//! Reported: variables that nobody knows, and programs that want no value at all.
//! ```dockerfile reported
//! FROM a
//! ENV HOST=0.0.0.0
//! ```
//! ```dockerfile reported
//! FROM a
//! ENV UVICORN_HOST=0.0.0.0
//! ```
//! ```yaml reported path=compose.yaml
//! services:
//!   web:
//!     image: web
//!     environment:
//!       APP_LISTEN_ADDRESS: "0.0.0.0:80"
//! ```
//! Left alone: programs written in Go, loopback, variables with other values or other meanings.
//! ```dockerfile unchanged
//! FROM a
//! ENV ETCD_LISTEN_CLIENT_URLS=http://0.0.0.0:2379
//! ENV HOST=127.0.0.1 VERSION=0.0.0.0 ALLOWED_HOSTS=0.0.0.0
//! ENV ASPNETCORE_URLS=http://0.0.0.0:80
//! ENV LISTEN=:: HOSTS_RANGE=0.0.0.0/0
//! ```
//! ```yaml unchanged path=compose.yaml
//! services:
//!   search:
//!     image: docker.elastic.co/elasticsearch/elasticsearch:8.0.0
//!     environment:
//!       - http.host=0.0.0.0
//! ```
//! ```dockerfile unchanged mode=ipv6-capable
//! FROM a
//! ENV FLASK_RUN_HOST=0.0.0.0
//! ```
//!
//! ## Safety
//! Unsafe: whether the program that is started reads the variable is not seen.
//!
//! ## References
//! - evidence: the programs of catalog/programs.toml

use sixify_langs::classify::{DOCKERFILE, SHELL, SYSTEMD_SERVICE, YAML};
use sixify_langs::command::commands;
use sixify_langs::env::{Variable, variables};
use sixify_langs::naming;

use crate::commands::catalog;
use crate::listen_value::{Host, places, wildcard};
use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[DOCKERFILE, YAML, SHELL, SYSTEMD_SERVICE],
    anchors: Anchors(&[&["0.0.0.0"]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return Ok(());
    }
    for variable in variables(doc).iter().filter(|v| v.value.contains("0.0.0.0")) {
        if !known(doc, variable, &policy, cx) && doc.kind != SHELL {
            unknown(doc, variable, cx);
        }
    }
    Ok(())
}

/// A variable that a program of the catalogue reads. Whether it is one.
fn known(doc: &Document, variable: &Variable, policy: &Policy, cx: &mut Context<'_>) -> bool {
    // The shell sets this one to the name of the machine; only the server of Next.js listens on it.
    let next = variable.name != "HOSTNAME" || doc.text.contains(".next");
    let Some((program, flag)) = catalog().by_env(&variable.name).filter(|_| next) else { return false };
    let Some(role) = flag.role else { return false };
    let four = places(&variable.value, role).into_iter().filter(|p| p.host == Host::Ipv4Wildcard);
    let four: Vec<Span> = four.map(|p| p.span).collect();
    let name = program.names.first().map_or("", String::as_str);
    if four.is_empty() {
        return true;
    }
    if program.neutral {
        let reason = "programs written in Go listen on both families when given the wildcard".to_owned();
        let evidence = vec![variable.what.clone(), program.evidence.clone()];
        cx.leave(Note { span: variable.span, role: role.name(), reason, evidence });
        return true;
    }
    let message = format!("{name} listens on IPv4 only when this says so");
    let finding = Finding::new(variable.span, role.name(), message);
    let finding = finding.because(variable.what.clone()).because(program.evidence.clone());
    let new = wildcard(flag, &[], policy).filter(|new| !new.is_empty());
    let parts = |new: String| four.iter().map(|span| (*span, new.clone())).collect::<Vec<_>>();
    match new.and_then(|new| variable.replace(doc, &parts(new))) {
        Some(edits) => cx.report(finding.fix(Applicability::Unsafe, Fix::new().edits(edits))),
        None => cx.report(finding.because("without an address it is both families: leave the variable out")),
    }
    true
}

/// A variable that says where to listen by its name.
fn unknown(doc: &Document, variable: &Variable, cx: &mut Context<'_>) {
    let words = naming::words(&variable.name);
    let has = |all: &[&str]| words.iter().any(|w| all.contains(&w.as_str()));
    let listens = has(&["host", "hostname", "bind", "listen", "addr", "address", "interface", "binding"]);
    // Names with dots are settings of Elasticsearch and its relatives, which run on Java.
    let java = variable.name.contains('.');
    let other = java || has(&["allowed", "allow", "trusted", "dns", "proxy", "hosts", "urls"]);
    let whole = places(&variable.value, Role::BindAddress);
    let four = whole.len() == 1 && whole.iter().any(|p| p.host == Host::Ipv4Wildcard);
    // What a command of the same file does with it is told there.
    let read = commands(doc).iter().flat_map(|c| &c.words).any(|w| w.value.contains(&format!("${}", variable.name)));
    if !listens || other || !four || read {
        return;
    }
    let message = "a listener of IPv4 only, unless the program is written in Go or runs on Java; which one reads this is not known";
    cx.report(Finding::new(variable.span, Role::BindHost.name(), message).because(variable.what.clone()));
}
