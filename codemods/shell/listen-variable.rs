//! # Let programs listen on IPv6 too (addresses that a script keeps in variables)
//!
//! ## Why it breaks
//! A script that says `BIND=0.0.0.0:8080` and later `gunicorn -b "$BIND"` listens on IPv4 only. What
//! the variable has to say depends on the programs that read it.
//!
//! ## Examples
//! ```sh before
//! export DEFAULT_BIND="0.0.0.0:8080"
//! export BIND="${BIND:-${DEFAULT_BIND}}"
//! printf 'Listen on %s\n' "${BIND}"
//! exec uwsgi --master --http-socket "${BIND}" "$SETTINGS"
//! ```
//! ```sh after unsafe
//! export DEFAULT_BIND="[::]:8080"
//! export BIND="${BIND:-${DEFAULT_BIND}}"
//! printf 'Listen on %s\n' "${BIND}"
//! exec uwsgi --master --http-socket "${BIND}" "$SETTINGS"
//! ```
//! ```sh before
//! HOST=${HOST:-0.0.0.0}
//! flask run --host "$HOST" --port "$PORT"
//! ```
//! ```sh after unsafe
//! HOST=${HOST:-::}
//! flask run --host "$HOST" --port "$PORT"
//! ```
//! ```dockerfile before
//! FROM python:3
//! ENV HOST=0.0.0.0 PORT=80
//! CMD gunicorn -b $HOST:$PORT shop:app
//! ```
//! ```dockerfile after unsafe
//! FROM python:3
//! ENV HOST=[::] PORT=80
//! CMD gunicorn -b $HOST:$PORT shop:app
//! ```
//! Reported with both places: the variable goes elsewhere too, an empty host cannot stand there.
//! ```sh reported
//! HOST=0.0.0.0
//! gunicorn -b "$HOST:80" shop:app &
//! curl "http://$HOST:80/"
//! ```
//! ```sh reported
//! HOST=0.0.0.0
//! uvicorn shop:app --host $HOST
//! ```
//! Left alone: a script that knows both families, programs written in Go, variables that no known
//! program reads.
//! ```sh unchanged
//! BIND="::"
//! if grep -q 1 /proc/sys/net/ipv6/conf/all/disable_ipv6; then
//!   BIND="0.0.0.0"
//! fi
//! flask run --host "$BIND"
//! ```
//! ```sh unchanged
//! URL=http://0.0.0.0:2379
//! etcd --listen-client-urls "$URL"
//! installed_version="0.0.0.0"
//! ```
//! ```sh unchanged mode=ipv6-capable
//! HOST=0.0.0.0
//! flask run --host "$HOST"
//! ```
//!
//! ## Safety
//! Unsafe: what else reads the variable, such as a program that the script starts, is not seen.
//!
//! ## References
//! - evidence: the programs of catalog/programs.toml

use sixify_core::LineIndex;
use sixify_langs::classify::{DOCKERFILE, SHELL};
use sixify_langs::command::{Command, commands};
use sixify_langs::env::{Variable, variables};
use sixify_langs::shell::{self, Variables};

use crate::commands::catalog;
use crate::listen_value::{Host, places, wildcard};
use crate::prelude::*;

pub(crate) const CODEMOD: Codemod =
    Codemod { kinds: &[SHELL, DOCKERFILE], anchors: Anchors(&[&["0.0.0.0", "$"]]), specificity: 0, run };

/// How many variables may stand between the value and the program.
const MAX_STEPS: usize = 6;

/// A program that listens where a variable says.
#[derive(Clone, PartialEq)]
struct Reader {
    name: String,
    role: Role,
    /// What stands for all addresses; `None` where the program needs nothing else.
    instead: Option<String>,
    program: String,
    evidence: String,
    /// The word that reads the variable.
    span: Span,
}

impl Reader {
    /// Whether two readers want the same value.
    fn agrees(&self, other: &Reader) -> bool {
        self.instead == other.instead && (self.role == Role::BindHost) == (other.role == Role::BindHost)
    }
}

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return Ok(());
    }
    let settings = variables(doc);
    if !settings.iter().any(|v| v.value.contains("0.0.0.0")) {
        return Ok(());
    }
    let all = commands(doc);
    let mut readers: Vec<Reader> = all.iter().flat_map(|command| read(command, &policy)).collect();
    // A variable that is put into another one is read by whoever reads that.
    for _ in 0..MAX_STEPS {
        let mut more = Vec::new();
        for reader in &readers {
            for setting in settings.iter().filter(|v| v.name == reader.name) {
                more.extend(handed_on(setting, reader));
            }
        }
        more.retain(|new| !readers.contains(new));
        if more.is_empty() {
            break;
        }
        readers.extend(more);
    }
    for setting in settings.iter() {
        let of: Vec<&Reader> = readers.iter().filter(|r| r.name == setting.name).collect();
        if let Some(first) = of.first() {
            look(doc, setting, first, of.iter().all(|other| other.agrees(first)), &settings, &readers, cx);
        }
    }
    Ok(())
}

/// The variables that a command listens on.
fn read(command: &Command, policy: &Policy) -> Vec<Reader> {
    let mut found = Vec::new();
    let Some(invocation) = command.invocation(catalog()) else { return found };
    let Some(program) = catalog().program(invocation.program) else { return found };
    let flags = command.flags(&invocation, program);
    let given: Vec<&str> = flags.iter().map(|f| f.name).collect();
    for flag in &flags {
        let Some(role) = flag.facts.role else { continue };
        if !program.neutral && flag.facts.wildcard.is_none() {
            continue;
        }
        for value in flag.values.iter().filter(|v| !v.fixed) {
            for place in places(value.text, role) {
                let (Host::Variable(variable), Some(word)) = (place.host, command.words.get(value.word)) else {
                    continue;
                };
                found.push(Reader {
                    name: variable.name,
                    role: if place.port { Role::BindHost } else { role },
                    instead: wildcard(flag.facts, &given, policy).filter(|_| !program.neutral),
                    program: invocation.program.to_owned(),
                    evidence: program.evidence.clone(),
                    span: word.span,
                });
            }
        }
    }
    found
}

/// The variables in the value of one that a program reads.
fn handed_on(setting: &Variable, reader: &Reader) -> Vec<Reader> {
    let inner = places(&setting.value, reader.role).into_iter().filter_map(|place| match place.host {
        Host::Variable(variable) if variable.name != setting.name => {
            let role = if place.port { Role::BindHost } else { reader.role };
            Some(Reader { name: variable.name, role, ..reader.clone() })
        }
        _ => None,
    });
    inner.collect()
}

fn look(
    doc: &Document,
    setting: &Variable,
    reader: &Reader,
    agreed: bool,
    settings: &[Variable],
    readers: &[Reader],
    cx: &mut Context<'_>,
) {
    let hosts = places(&setting.value, reader.role);
    let four: Vec<Span> = hosts.iter().filter(|p| p.host == Host::Ipv4Wildcard).map(|p| p.span).collect();
    let Some(new) = reader.instead.as_ref().filter(|_| !four.is_empty()) else { return };
    let six = |v: &Variable| places(&v.value, reader.role).iter().any(|p| p.host == Host::Ipv6Wildcard);
    if settings.iter().any(|v| v.name == setting.name && six(v)) {
        return;
    }
    let line = LineIndex::new(&doc.text).line(reader.span.start);
    let message = format!("{} listens on IPv4 only when it is told this; it reads it in line {line}", reader.program);
    let finding = Finding::new(setting.span, Role::BindAddress.name(), message);
    let finding = finding.because(setting.what.clone()).because(reader.evidence.clone());
    let why = if !agreed {
        Some("the programs that read it want different values".to_owned())
    } else if new.is_empty() {
        Some("an empty host is both families for this program, which a variable may not carry: leave the flag out, or hand it over in quotes".to_owned())
    } else {
        other_use(doc, &setting.name, settings, readers).map(|line| format!("line {line} uses it for something else"))
    };
    if let Some(why) = why {
        return cx.report(finding.because(why));
    }
    let parts: Vec<(Span, String)> = four.into_iter().map(|span| (span, new.clone())).collect();
    match setting.replace(doc, &parts) {
        Some(edits) => cx.report(finding.fix(Applicability::Unsafe, Fix::new().edits(edits))),
        None => cx.report(finding),
    }
}

/// The line of a use of a variable that neither listens, nor only tells people, nor hands it on.
fn other_use(doc: &Document, name: &str, settings: &[Variable], readers: &[Reader]) -> Option<usize> {
    let lines = LineIndex::new(&doc.text);
    if doc.kind != SHELL {
        // What else an image does with its environment is told by what it runs, which is not seen.
        return None;
    }
    let simple = shell::commands(&doc.text);
    let tells = |span: Span| {
        let says = |c: &&shell::Simple| {
            let first = c.words.first().map_or("", |w| w.decoded.text.as_str());
            let text = c.heredoc.is_some_and(|h| h.body.contains(span)) && first == "cat" && c.output.is_none();
            let name = first.to_ascii_lowercase();
            let speaks = ["echo", "printf", "logger", "export", "declare", "readonly"].contains(&first)
                || ["log", "info", "warn", "debug", "note", "print"].iter().any(|w| name.contains(w));
            (c.statement.contains(span) && speaks && c.output.is_none()) || text
        };
        simple.iter().any(|c| says(&c))
    };
    let uses = Variables::of(doc);
    let mut others = uses.expansions.iter().filter(|e| e.name == name);
    let other = others.find(|e| {
        let read = readers.iter().any(|r| r.span.contains(e.span));
        let handed = settings.iter().any(|v| {
            let chain = v.name == name || readers.iter().any(|r| r.name == v.name);
            chain && v.span.contains(e.span)
        });
        let before = doc.text.get(..e.span.start).unwrap_or("").trim_end_matches('"');
        let tested = ["-z ", "-n "].iter().any(|test| before.ends_with(test));
        !(read || handed || tested || tells(e.span))
    })?;
    Some(lines.line(other.span.start))
}
