//! # Do not switch IPv6 off in containers
//!
//! ## Why it breaks
//! With the kernel setting `net.ipv6.conf.all.disable_ipv6=1` a container has no IPv6 address: on an
//! IPv6-only network it has none at all.
//!
//! ## Examples
//! ```yaml before path=compose.yaml
//! services:
//!   map:
//!     image: a
//!     sysctls:
//!       net.core.somaxconn: 1024
//!       net.ipv6.conf.all.disable_ipv6: 1
//!   list:
//!     image: a
//!     sysctls:
//!       - net.ipv6.conf.all.disable_ipv6=1
//!       - net.ipv6.conf.default.disable_ipv6=0
//!   alone:
//!     image: a
//!     sysctls:
//!       - "net.ipv6.conf.all.disable_ipv6=1"
//!       - "net.ipv6.conf.default.disable_ipv6=1"
//!     restart: always
//! ```
//! ```yaml after unsafe path=compose.yaml
//! services:
//!   map:
//!     image: a
//!     sysctls:
//!       net.core.somaxconn: 1024
//!   list:
//!     image: a
//!     sysctls:
//!       - net.ipv6.conf.default.disable_ipv6=0
//!   alone:
//!     image: a
//!     restart: always
//! ```
//! ```yaml before
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   securityContext:
//!     runAsUser: 1000
//!     sysctls:
//!     - name: net.ipv6.conf.all.disable_ipv6
//!       value: "1"
//! ```
//! ```yaml after unsafe
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   securityContext:
//!     runAsUser: 1000
//! ```
//! Commands that do it are reported, and so is a comment that would be lost:
//! ```dockerfile reported
//! FROM a
//! RUN sysctl -w net.ipv6.conf.all.disable_ipv6=1
//! ```
//! ```sh reported
//! sudo sysctl -w net.ipv6.conf.all.disable_ipv6=1
//! ```
//! ```yaml reported path=compose.yaml
//! services:
//!   a:
//!     image: a
//!     sysctls:
//!       net.core.somaxconn: 1024
//!       net.ipv6.conf.all.disable_ipv6: 1 # the provider has none
//! ```
//! Left alone: IPv6 switched on, other settings, text about it, one network interface.
//! ```yaml unchanged path=compose.yaml
//! services:
//!   a:
//!     image: a
//!     sysctls:
//!       net.ipv6.conf.all.disable_ipv6: 0
//!       net.ipv6.conf.all.forwarding: 1
//!       net.ipv6.conf.eth1.disable_ipv6: 1
//!       # net.ipv6.conf.all.disable_ipv6: 1
//!     labels:
//!       net.ipv6.conf.all.disable_ipv6: 1
//! ```
//! ```sh unchanged
//! # sysctl -w net.ipv6.conf.all.disable_ipv6=1
//! sysctl -w net.ipv6.conf.all.disable_ipv6=0
//! sysctl net.ipv6.conf.all.disable_ipv6
//! echo "sysctl -w net.ipv6.conf.all.disable_ipv6=1"
//! grep -q 1 /proc/sys/net/ipv6/conf/all/disable_ipv6
//! ```
//! ```yaml unchanged mode=ipv6-capable path=compose.yaml
//! services:
//!   a:
//!     image: a
//!     sysctls: [net.ipv6.conf.all.disable_ipv6=1]
//! ```
//!
//! ## Safety
//! Unsafe: documented, and not run. Somebody may have switched IPv6 off because a network with
//! IPv6 did not work.
//!
//! ## References
//! - <https://docs.kernel.org/networking/ip-sysctl.html>

use sixify_langs::classify::{DOCKERFILE, SHELL, YAML};
use sixify_langs::command::commands;
use sixify_langs::yaml::kubernetes::objects;
use sixify_langs::yaml::{Data, Entry, Map, Stream, Value, compose, remove};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod =
    Codemod { kinds: &[DOCKERFILE, YAML, SHELL], anchors: Anchors(&[&["disable_ipv6"]]), specificity: 0, run };

const EVIDENCE: &str = "source: kernel documentation, ip-sysctl: disable_ipv6";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if !Policy::of(cx.options()).listeners() {
        return Ok(());
    }
    let stream = if doc.kind == YAML { Stream::of(doc) } else { Default::default() };
    for service in compose::services(&stream) {
        sysctls(doc, service.map, &format!("service {}", service.name), cx);
    }
    for object in objects(&stream).iter().filter(|o| o.kind != "CustomResourceDefinition") {
        object.root.walk(&mut |path, value| {
            if let Some(map) = value.map().filter(|_| path.ends_with("securityContext")) {
                sysctls(doc, map, &format!("{path} of {} {}", object.kind, object.name), cx);
            }
        });
    }
    for command in commands(doc).iter() {
        let words: Vec<&str> = command.words.iter().map(|w| w.value.as_str()).collect();
        let sysctl = |word: &&str| word.rsplit('/').next() == Some("sysctl");
        let Some(at) = words.iter().take(2).position(sysctl) else { continue };
        let prefix = words.iter().take(at).all(|w| *w == "sudo");
        for word in command.words.iter().skip(at + 1).filter(|w| prefix && switches_off(&w.value)) {
            report(word.span, command.what.clone(), None, cx);
        }
    }
    Ok(())
}

/// Whether `name=value` switches IPv6 off for all interfaces, or for those to come.
fn switches_off(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, value)| off(name, value))
}

fn off(name: &str, value: &str) -> bool {
    let name = name.trim();
    let all = ["net.ipv6.conf.all.disable_ipv6", "net.ipv6.conf.default.disable_ipv6"].contains(&name);
    all && value.trim() == "1"
}

fn report(span: Span, what: String, fix: Option<Fix>, cx: &mut Context<'_>) {
    let message = "switches IPv6 off: on an IPv6-only network, nothing is left";
    let finding = Finding::new(span, Role::Switch.name(), message).because(what).because(EVIDENCE);
    match fix {
        Some(fix) => cx.report(finding.fix(Applicability::Unsafe, fix)),
        None => cx.report(finding),
    }
}

/// The kernel settings under a mapping: pairs, texts like `name=value`, or objects of a name and a
/// value.
fn sysctls(doc: &Document, map: &Map, what: &str, cx: &mut Context<'_>) {
    let Some(entry) = map.entry("sysctls").filter(|e| e.value.anchor.is_none()) else { return };
    // What is found, and the edit that takes it out where something else stays.
    let mut found: Vec<(Span, Option<Edit>)> = Vec::new();
    let (count, open) = match &entry.value.data {
        Data::Map(settings) => {
            let said = |e: &Entry| e.key.fixed().zip(e.value.fixed()).is_some_and(|(name, value)| off(name, value));
            let pairs = settings.entries.iter().filter(|e| said(e));
            found.extend(pairs.map(|pair| (pair.span, remove::entry(&doc.text, settings, pair))));
            (settings.entries.len(), settings.open)
        }
        Data::Seq(settings) => {
            for (number, item) in settings.items.iter().enumerate() {
                let field = |key: &str| item.value.get(key).and_then(Value::fixed);
                let object = field("name").zip(field("value")).is_some_and(|(name, value)| off(name, value));
                if object || item.value.fixed().is_some_and(switches_off) {
                    found.push((item.value.span, remove::item(&doc.text, settings, number)));
                }
            }
            (settings.items.len(), settings.open)
        }
        _ => return,
    };
    let nothing_left = found.len() == count;
    for (span, edit) in found {
        let edit = if nothing_left { remove::entry(&doc.text, map, entry).filter(|_| !open) } else { edit };
        report(remove::trimmed(&doc.text, span), what.to_owned(), edit.map(|edit| Fix::new().edit(edit)), cx);
    }
}
