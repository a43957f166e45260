//! # Check the health of services on both loopback addresses
//!
//! ## Why it breaks
//! A health check of `127.0.0.1` takes a server that listens on `::1` alone for dead, and on a machine
//! without the IPv4 loopback address it takes every server for dead. curl and Python try
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
//! ```
//! ```dockerfile after unsafe
//! FROM web
//! HEALTHCHECK CMD curl --fail -s http://localhost:8080/api/ping || exit 1
//!
//! FROM web
//! HEALTHCHECK --interval=5s CMD ["curl", "-f", "localhost:8080"]
//! ```
//! ```dockerfile before
//! FROM web
//! HEALTHCHECK CMD wget -q --spider http://127.0.0.1:8080/ping || exit 1
//! ```
//! ```dockerfile after
//! FROM web
//! HEALTHCHECK CMD wget -q --spider http://127.0.0.1:8080/ping || wget -q --spider 'http://[::1]:8080/ping' || exit 1
//! ```
//! ```yaml before path=compose.yaml
//! services:
//!   web:
//!     image: web
//!     healthcheck:
//!       test: ["CMD-SHELL", "curl -f 127.0.0.1:5432"]
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
//!       test: ["CMD-SHELL", "curl -f localhost:5432"]
//!   python:
//!     image: python
//!     healthcheck:
//!       test: ["CMD", "python", "-c", "import urllib.request as r; r.urlopen('http://localhost:80/')"]
//! ```
//! ```yaml before path=compose.yaml
//! services:
//!   other:
//!     image: web
//!     healthcheck:
//!       test: nc -z 127.0.0.1 80
//! ```
//! ```yaml after path=compose.yaml
//! services:
//!   other:
//!     image: web
//!     healthcheck:
//!       test: nc -z 127.0.0.1 80 || nc -z ::1 80
//! ```
//! Scripts that are health checks by their name, and wherever something waits for a server:
//! ```sh before path=healthcheck.sh
//! nc -z 127.0.0.1 "$PORT" || exit 1
//! wget -q -O /dev/null http://127.0.0.1:8081/stats >/dev/null 2>&1 || exit 1
//! test -f /ready && nc -z 127.0.0.1 80
//! while ! nc -z 127.0.0.1 81; do sleep 1; done
//! ```
//! ```sh after path=healthcheck.sh
//! nc -z 127.0.0.1 "$PORT" || nc -z ::1 "$PORT" || exit 1
//! wget -q -O /dev/null http://127.0.0.1:8081/stats >/dev/null 2>&1 || wget -q -O /dev/null 'http://[::1]:8081/stats' >/dev/null 2>&1 || exit 1
//! test -f /ready && { nc -z 127.0.0.1 80 || nc -z ::1 80; }
//! while ! nc -z 127.0.0.1 81 && ! nc -z ::1 81; do sleep 1; done
//! ```
//! Unsafe in a pipe, which gets the output of both, where the exit code is looked at, and in conditions:
//! ```sh before path=healthcheck.sh
//! wget -qO- "http://127.0.0.1:$PORT/" | grep -q ok
//! if nc -z 127.0.0.1 "$OLD_PORT"; then exit 1; fi
//! nc -z 127.0.0.1 80 && exit 0
//! ```
//! ```sh after unsafe path=healthcheck.sh
//! { wget -qO- "http://127.0.0.1:$PORT/" || wget -qO- "http://[::1]:$PORT/"; } | grep -q ok
//! if nc -z 127.0.0.1 "$OLD_PORT" || nc -z ::1 "$OLD_PORT"; then exit 1; fi
//! nc -z 127.0.0.1 80 || nc -z ::1 80 && exit 0
//! ```
//! ```sh before path=healthcheck.sh
//! wget -q --spider http://127.0.0.1:80/
//! [ $? -eq 8 ] && restart
//! ```
//! ```sh after unsafe path=healthcheck.sh
//! wget -q --spider http://127.0.0.1:80/ || wget -q --spider 'http://[::1]:80/'
//! [ $? -eq 8 ] && restart
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
//! (whose client never tries IPv6), PostgreSQL (which listens on both loopback addresses, or on all), scripts that are no checks.
//! ```sh unchanged path=healthcheck.sh
//! nc -z 127.0.0.1 80 || nc -z ::1 80
//! curl http://localhost:80/
//! curl --interface 127.0.0.1 http://web/
//! mysqladmin ping -h 127.0.0.1
//! pg_isready -h 127.0.0.1 -p 5432
//! redis-cli -h 127.0.0.1 ping
//! curl http://127.0.0.1.example/
//! ```
//! Checks whose address a comment names as the one that is meant, and those that a template has for
//! each family:
//! ```yaml unchanged path=chart/templates/web.yaml
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   containers:
//!     - name: web
//!       livenessProbe:
//!         exec:
//!           # The request has to come from 127.0.0.1, which the server trusts without a password.
//!           command: ["curl", "-f", "http://127.0.0.1/health"]
//! ```
//! ```yaml unchanged path=chart/templates/web.yaml
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   containers:
//!     - name: web
//!       livenessProbe:
//!         exec:
//!           command:
//!             - "/bin/sh"
//!             - "-ec"
//!             - |
//!               {{- if .Values.dualStack }}
//!               curl http://[::1]:8500/leader
//!               {{- else }}
//!               curl http://127.0.0.1:8500/leader
//!               {{- end }}
//! ```
//! ```sh unchanged path=healthcheck.sh
//! if curl -f http://127.0.0.1:18080/health; then
//!     fail "The health endpoint is reachable from the host on 127.0.0.1:18080"
//! fi
//! ```
//! ```sh unchanged path=deploy.sh
//! curl -X POST http://127.0.0.1:8001/services
//! ```
//! ```sh unchanged tests path=tests/image/healthcheck.sh
//! curl http://127.0.0.1:80/ && fail "it is published on 127.0.0.1"
//! ```
//! ```dockerfile unchanged
//! FROM web
//! RUN curl http://127.0.0.1:80/
//! ```
//!
//! ## Safety
//! Safe for a second try, which is made only where the first one fails: measured with wget and nc on
//! all kinds of hosts, what was healthy is still, and a server on `::1` is, too. Unsafe for `localhost`:
//! which addresses a client tries was measured, but the server may look at the name in the request
//! (`Host: localhost`), which is not seen here.
//!
//! ## References
//! - evidence: clients, who survives `localhost`, measured

use sixify_langs::address::{AddressClass, addresses};
use sixify_langs::classify::{DOCKERFILE, SHELL, YAML};
use sixify_langs::command::{Change, Command, Purpose, commands};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[DOCKERFILE, YAML, SHELL],
    anchors: Anchors(&[
        &["127.0.0.1", "curl"],
        &["127.0.0.1", "wget"],
        &["127.0.0.1", "nc "],
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
    let file_checks = doc.kind == SHELL && names_check(doc.file_name());
    let all = commands(doc);
    for command in all.iter().filter(|c| file_checks || c.purpose == Purpose::Check) {
        // Somebody who checks ::1 elsewhere has thought of it.
        let alike = |other: &&Command| other.words.first().map(|w| &w.value) == command.words.first().map(|w| &w.value);
        let thought_of = all.iter().filter(alike).any(|other| other.words.iter().any(|w| w.value.contains("::1")));
        if !thought_of && !branches(doc) && !chosen(doc) {
            look(doc, command, cx);
        }
    }
    Ok(())
}

/// Whether a branch of a template asks `::1`: a condition chooses the family of the check.
fn branches(doc: &Document) -> bool {
    let template = ["{{", "{%", "<%"].iter().any(|open| doc.text.contains(open));
    template && doc.text.contains("//[::1]")
}

/// Whether a comment or a message names the address in words: it is asked, and no other.
fn chosen(doc: &Document) -> bool {
    let comments = doc.text.lines().filter_map(|line| line.trim_start().strip_prefix('#'));
    let messages = doc.text.lines().flat_map(|line| line.split('"').skip(1).step_by(2));
    let words = |text: &str| text.split_whitespace().filter(|w| w.bytes().all(|b| b.is_ascii_lowercase())).count();
    // A command that is out of use has the address in a URL or behind a flag.
    let named = |text: &str| {
        let mut words = text.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_ascii_alphanumeric()));
        words.any(|w| w == "127.0.0.1" || w.starts_with("127.0.0.1:"))
    };
    comments.chain(messages).any(|text| named(text) && words(text) > 3)
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
        "curl" => Client::All,
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
            Some(edits) => {
                // A second try is made where the first one failed: what was healthy stays so. But what
                // reads the output gets that of both, what is piped in is gone, and exit codes differ.
                let proven = only_fails_less(doc, command, &edits) && !doc.text.contains("$?");
                let applicability = if proven { Applicability::Safe } else { Applicability::Unsafe };
                finding(message).fix(applicability, Fix::new().edits(edits))
            }
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

/// Whether a check that succeeds more often can do no harm: nothing reads what it prints, and it is no
/// condition, of which nobody knows whether what follows is done for better or for worse.
fn only_fails_less(doc: &Document, command: &Command, edits: &[Edit]) -> bool {
    let begin = command.words.first().map_or(0, |w| w.span.start);
    let end = edits.iter().map(|edit| edit.span.end).max().unwrap_or(begin);
    let before = doc.text.get(..begin).unwrap_or_default().trim_end();
    let behind = doc.text.get(end..).unwrap_or_default().trim_start();
    let condition = before.trim_end_matches(['!', ' ']);
    let decides = ["if", "elif"].iter().any(|word| {
        condition.strip_suffix(word).is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    });
    let pipe = before.ends_with('|') && !before.ends_with("||") || behind.starts_with('|') && !behind.starts_with("||");
    !pipe && !decides && !behind.starts_with("&&")
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
