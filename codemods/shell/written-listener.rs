//! # Listeners in files that scripts write
//!
//! ## Why it breaks
//! A here-document with `listen = 0.0.0.0:8081` configures some server for IPv4 only, unless that is a
//! program written in Go, for which the wildcard is both families. Which program reads the file is not
//! told by the script.
//!
//! ## Examples
//! ```sh reported
//! cat << CONF > "/conf/signaling.conf"
//! [http]
//! listen = 0.0.0.0:8081
//! CONF
//! ```
//! ```sh reported
//! sudo tee /etc/app.yaml <<EOF
//! bind_address: "0.0.0.0"
//! EOF
//! ```
//! Left alone: files of servers that have codemods of their own, text for people, other settings, both
//! families.
//! ```sh unchanged
//! cat <<EOF > /etc/redis.conf
//! bind 0.0.0.0
//! EOF
//! cat <<EOF
//! listen = 0.0.0.0:8081
//! EOF
//! cat <<EOF > /etc/app.conf
//! version = 0.0.0.0
//! allowed_ips = 0.0.0.0/0
//! # listen = 0.0.0.0:80
//! EOF
//! ```
//! ```sh unchanged
//! cat <<EOF > /etc/app.conf
//! listen = 0.0.0.0:8081
//! listen = [::]:8081
//! EOF
//! ```
//!
//! ## Safety
//! Only reported.
//!
//! ## References
//! - evidence: the server classes, measured

use sixify_core::Classifier;
use sixify_langs::Files;
use sixify_langs::address::{AddressClass, exact};
use sixify_langs::classify::{CONF, JSON, SHELL, YAML};
use sixify_langs::naming;
use sixify_langs::shell;

use crate::prelude::*;
use crate::servers::servers;

pub(crate) const CODEMOD: Codemod =
    Codemod { kinds: &[SHELL], anchors: Anchors(&[&["<<", "0.0.0.0"]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if !Policy::of(cx.options()).listeners() {
        return Ok(());
    }
    for command in shell::commands(&doc.text) {
        let Some(heredoc) = command.heredoc else { continue };
        let words: Vec<&str> = command.words.iter().map(|w| w.decoded.text.as_str()).collect();
        let tee = words
            .iter()
            .position(|w| *w == "tee")
            .and_then(|at| words.get(at + 1..)?.iter().rfind(|w| !w.starts_with('-')));
        let target = command.output.as_ref().map(|w| w.decoded.text.as_str()).or(tee.copied());
        let Some(target) = target else { continue };
        let body = heredoc.body.text(&doc.text);
        if read_elsewhere(target, body) || body.contains("[::]") || body.contains(" ::") {
            continue;
        }
        let mut at = heredoc.body.start;
        for line in body.split_inclusive('\n') {
            if let Some(span) = listener(line) {
                let message = "a listener of IPv4 only, unless a program written in Go reads the file";
                let finding = Finding::new(span.shift(at), Role::BindAddress.name(), message);
                cx.report(finding.because(format!("the script writes it to {target}")));
            }
            at += line.len();
        }
    }
    Ok(())
}

/// Whether a codemod for the server that the file belongs to reads it.
fn read_elsewhere(target: &str, body: &str) -> bool {
    let Some(kind) = Files.by_content(target, body) else { return false };
    let file = Document::from_text(target, kind, body);
    let settings = [CONF, YAML, JSON].contains(&kind);
    !settings || servers().iter().any(|server| server.reads(&file))
}

/// The value of a setting that says where to listen, when it is the wildcard of IPv4.
fn listener(line: &str) -> Option<Span> {
    let at = line.find("0.0.0.0")?;
    let key = line.get(..at)?.trim_end_matches([' ', '\t', '=', ':', '"', '\'']);
    let rest = line.get(at..)?;
    let length = rest.find(|c: char| c.is_whitespace() || ['"', '\'', ',', ';'].contains(&c)).unwrap_or(rest.len());
    let value = rest.get(..length)?;
    let address = value.split_once(':').map_or(value, |(host, _)| host);
    let words = naming::words(key.trim());
    let listens = ["listen", "bind", "host", "address", "addr", "interface", "endpoint"];
    let named = words.iter().any(|w| listens.contains(&w.as_str()));
    let single = !key.trim().is_empty() && !key.trim().starts_with(['#', ';', '/']) && !key.trim().contains(' ');
    let wildcard = exact(address).is_some_and(|a| a.class == AddressClass::Wildcard);
    (named && single && wildcard && !value.contains('/')).then(|| Span::new(at, at + length))
}
