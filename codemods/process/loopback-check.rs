//! # Check the health of services on both loopback addresses
//!
//! ## Why it breaks
//! A health check of `127.0.0.1` takes a server that listens on `::1` alone for dead, and on a machine
//! without the IPv4 loopback address it takes every server for dead. curl, pg_isready and Python try
//! all addresses of `localhost`; wget and nc of busybox try the first one only, so they get a second
//! chance with `::1` instead.
//!
//! ## Examples
//! ```dockerfile before
//! FROM web
//! HEALTHCHECK CMD curl --fail -s http://127.0.0.1:8080/api/ping || exit 1
//!
//! FROM web
//! HEALTHCHECK --interval=5s CMD ["curl", "-f", "127.0.0.1:8080"]
//!
//! FROM web
//! HEALTHCHECK CMD wget -q --spider http://127.0.0.1:8080/ping || exit 1
//! ```
//! ```dockerfile after unsafe
//! FROM web
//! HEALTHCHECK CMD curl --fail -s http://localhost:8080/api/ping || exit 1
//!
//! FROM web
//! HEALTHCHECK --interval=5s CMD ["curl", "-f", "localhost:8080"]
//!
//! FROM web
//! HEALTHCHECK CMD wget -q --spider http://127.0.0.1:8080/ping || wget -q --spider 'http://[::1]:8080/ping' || exit 1
//! ```
//! ```yaml before path=compose.yaml
//! services:
//!   web:
//!     image: web
//!     healthcheck:
//!       test: ["CMD-SHELL", "pg_isready -h 127.0.0.1 -p 5432"]
//!   other:
//!     image: web
//!     healthcheck:
//!       test: nc -z 127.0.0.1 80
//!   python:
//!     image: python
//!     healthcheck:
//!       test: ["CMD", "python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:80/')"]
//! ```
//! ```yaml after unsafe path=compose.yaml
//! services:
//!   web:
//!     image: web
//!     healthcheck:
//!       test: ["CMD-SHELL", "pg_isready -h localhost -p 5432"]
//!   other:
//!     image: web
//!     healthcheck:
//!       test: nc -z 127.0.0.1 80 || nc -z ::1 80
//!   python:
//!     image: python
//!     healthcheck:
//!       test: ["CMD", "python", "-c", "import urllib.request as r; r.urlopen('http://localhost:80/')"]
//! ```
//! Scripts that are health checks by their name, and wherever something waits for a server:
//! ```sh before path=healthcheck.sh
//! nc -z 127.0.0.1 "$PORT" || exit 1
//! wget -q -O /dev/null http://127.0.0.1:8081/stats >/dev/null 2>&1 || exit 1
//! test -f /ready && nc -z 127.0.0.1 80
//! while ! nc -z 127.0.0.1 81; do sleep 1; done
//! wget -qO- "http://127.0.0.1:$PORT/" | grep -q ok
//! ```
//! ```sh after unsafe path=healthcheck.sh
//! nc -z 127.0.0.1 "$PORT" || nc -z ::1 "$PORT" || exit 1
//! wget -q -O /dev/null http://127.0.0.1:8081/stats >/dev/null 2>&1 || wget -q -O /dev/null 'http://[::1]:8081/stats' >/dev/null 2>&1 || exit 1
//! test -f /ready && { nc -z 127.0.0.1 80 || nc -z ::1 80; }
//! while ! nc -z 127.0.0.1 81 && ! nc -z ::1 81; do sleep 1; done
//! { wget -qO- "http://127.0.0.1:$PORT/" || wget -qO- "http://[::1]:$PORT/"; } | grep -q ok
//! ```
//! Reported: wget without a shell to try twice, and certificates that name the address.
//! ```dockerfile reported
//! FROM web
//! HEALTHCHECK CMD ["wget", "--spider", "http://127.0.0.1:8080/"]
//! ```
//! ```dockerfile reported
//! FROM web
//! HEALTHCHECK CMD curl https://127.0.0.1:8443/
//! ```
//! ```dockerfile reported
//! FROM web
//! HEALTHCHECK CMD echo ping | nc 127.0.0.1 6379
//! ```
//! Left alone: checks of both addresses, `localhost`, MySQL (for which `localhost` is a socket), Redis
//! (whose client never tries IPv6), scripts that are no checks.
//! ```sh unchanged path=healthcheck.sh
//! nc -z 127.0.0.1 80 || nc -z ::1 80
//! curl http://localhost:80/
//! curl --interface 127.0.0.1 http://web/
//! mysqladmin ping -h 127.0.0.1
//! redis-cli -h 127.0.0.1 ping
//! curl http://127.0.0.1.example/
//! ```
//! ```sh unchanged path=deploy.sh
//! curl -X POST http://127.0.0.1:8001/services
//! ```
//! ```sh unchanged path=tests/image/healthcheck.sh
//! curl http://127.0.0.1:80/ && fail "it is published on 127.0.0.1"
//! ```
//! ```dockerfile unchanged
//! FROM web
//! RUN curl http://127.0.0.1:80/
//! ```
//!
//! ## Safety
//! Unsafe: which addresses a client tries was measured, but the server may look at the name in the
//! request (`Host: localhost`), which is not seen here.
//!
//! ## References
//! - evidence: clients, who survives `localhost`, measured

use sixify_langs::address::{AddressClass, addresses};
use sixify_langs::classify::{DOCKERFILE, SHELL, YAML};
use sixify_langs::command::{Change, Command, Purpose, commands};

use crate::prelude::*;
use crate::python_code::is_test;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[DOCKERFILE, YAML, SHELL],
    anchors: Anchors(&[
        &["127.0.0.1", "curl"],
        &["127.0.0.1", "wget"],
        &["127.0.0.1", "nc "],
        &["127.0.0.1", "pg_isready"],
        &["127.0.0.1", "urlopen"],
        &["127.0.0.1", "requests"],
    ]),
    specificity: 0,
    run,
};

const EVIDENCE: &str = "evidence: clients, who survives localhost, measured: curl, libpq and Python try every address; \
    wget and nc of busybox the first one only";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    // A test says which address it means.
    let file_checks = doc.kind == SHELL && names_check(doc.file_name()) && !is_test(&doc.path);
    let all = commands(doc);
    for command in all.iter().filter(|c| file_checks || c.purpose == Purpose::Check) {
        // Somebody who checks ::1 elsewhere has thought of it.
        let alike = |other: &&Command| other.words.first().map(|w| &w.value) == command.words.first().map(|w| &w.value);
        if !all.iter().filter(alike).any(|other| other.words.iter().any(|w| w.value.contains("::1"))) {
            look(doc, command, cx);
        }
    }
    Ok(())
}

/// Whether a script is a check of health by its name.
fn names_check(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["health", "liveness", "readiness", "startup-probe", "live-check", "wait-for"].iter().any(|w| name.contains(w))
}

/// How a client takes `localhost`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Client {
    /// It tries every address.
    All,
    /// It tries the first one, or that depends on which program of the name is there.
    First,
}

fn client(command: &Command) -> Option<(Client, usize)> {
    let wraps =
        |word: &str| ["exec", "timeout", "sudo", "-t", "command"].contains(&word) || word.parse::<u32>().is_ok();
    let at = command.words.iter().position(|w| !wraps(&w.value))?;
    let name = command.words.get(at)?.value.rsplit('/').next()?;
    let client = match name {
        "curl" | "pg_isready" => Client::All,
        "wget" | "nc" | "ncat" | "netcat" => Client::First,
        // Of busybox, what it is called as.
        "busybox" => match command.words.get(at + 1)?.value.as_str() {
            "wget" | "nc" => Client::First,
            _ => return None,
        },
        name if name.starts_with("python") => Client::All,
        _ => return None,
    };
    Some((client, at))
}

fn look(doc: &Document, command: &Command, cx: &mut Context<'_>) {
    let Some((client, at)) = client(command) else { return };
    let mut change = Change::new();
    let mut place = None;
    for (number, word) in command.words.iter().enumerate().skip(at + 1) {
        let before = command.words.get(number - 1).map_or("", |w| w.value.as_str());
        for (span, url) in hosts(&word.value, before) {
            let new = match client {
                Client::All => "localhost",
                Client::First if url => "[::1]",
                Client::First => "::1",
            };
            change = change.part(number, span, new);
            place = Some(word);
        }
    }
    let Some(word) = place else { return };
    let finding = |message: &str| {
        Finding::new(word.span, Role::HealthCheck.name(), message).because(command.what.clone()).because(EVIDENCE)
    };
    if client == Client::First {
        let message = "checks the IPv4 loopback address only; the second try is for a server on ::1";
        // What is piped into a client is gone when it runs once more.
        let flags = |w: &str| w.starts_with('-') && !w.starts_with("--") && w.contains('z');
        let netcat = command
            .words
            .iter()
            .skip(at)
            .take(2)
            .any(|w| ["nc", "ncat", "netcat"].iter().any(|n| w.value.ends_with(n)));
        let talks = netcat && !command.words.iter().any(|w| flags(&w.value));
        return cx.report(match command.or_else(doc, &change).filter(|_| !talks) {
            Some(edits) => finding(message).fix(Applicability::Unsafe, Fix::new().edits(edits)),
            None => {
                finding("checks the IPv4 loopback address only; of localhost, this client may try one address only")
            }
        });
    }
    let verifies = word.value.starts_with("https:")
        && !command
            .words
            .iter()
            .any(|w| w.value == "--insecure" || (w.value.starts_with('-') && w.value.contains('k')));
    let message = "checks the IPv4 loopback address only; localhost is both, and this client tries both";
    match command.edits(doc, &change).filter(|_| !verifies) {
        Some(edits) => cx.report(finding(message).fix(Applicability::Unsafe, Fix::new().edits(edits))),
        None if verifies => {
            cx.report(finding(message).because("the certificate may be one for the address and not for the name"));
        }
        None => cx.report(finding(message)),
    }
}

/// The loopback hosts that a word connects to, and whether they stand in a URL.
fn hosts(text: &str, before: &str) -> Vec<(Span, bool)> {
    const OTHER: [&str; 7] = ["--interface", "--resolve", "--connect-to", "-x", "--proxy", "-H", "--header"];
    if OTHER.contains(&before) {
        return Vec::new();
    }
    let found = addresses(text).into_iter().filter(|a| a.class == AddressClass::Loopback);
    let host = |span: Span| {
        let (head, tail) = (text.get(..span.start)?, text.get(span.end..)?);
        let url = head.ends_with("http://") || head.ends_with("https://");
        let ends = tail.is_empty() || tail.starts_with([':', '/', '"', '\'', '$', '?']);
        let argument = head.is_empty() || head == "--host=";
        (ends && (url || argument)).then_some((span, url || tail.starts_with(':')))
    };
    found.filter_map(|address| host(address.span)).collect()
}
