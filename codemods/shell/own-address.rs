//! # Scripts that take all addresses of their host for one
//!
//! ## Why it breaks
//! `hostname -i` gives all addresses of the host in one line: one on a host with one family, and two
//! on a host with both. What is compared with it, or handed on as an address, is then none.
//!
//! ## Examples
//! ```sh before
//! myip=$(hostname -i)
//! getent ahosts "$SERVICE" | grep -v "^$(hostname -i) "
//! join "$(hostname -I)"
//! ```
//! ```sh after unsafe
//! myip=$(hostname -i | cut -d' ' -f1)
//! getent ahosts "$SERVICE" | grep -v "^$(hostname -i | cut -d' ' -f1) "
//! join "$(hostname -I | cut -d' ' -f1)"
//! ```
//! In a ConfigMap of a chart:
//! ```yaml before path=chart/templates/scripts.yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: {{ include "redis.fullname" . }}-scripts
//! data:
//!   start.sh: |
//!     #!/bin/bash
//!     {{- if .Values.auth }}
//!     HOST="$(hostname -i)"
//!     {{- end }}
//! ```
//! ```yaml after unsafe path=chart/templates/scripts.yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: {{ include "redis.fullname" . }}-scripts
//! data:
//!   start.sh: |
//!     #!/bin/bash
//!     {{- if .Values.auth }}
//!     HOST="$(hostname -i | cut -d' ' -f1)"
//!     {{- end }}
//! ```
//! Reported, since an address of IPv6 needs brackets there:
//! ```sh reported
//! ADDRESS=`hostname -i`:9876
//! ```
//! Left alone: one address is taken already, all are gone through, or people read them.
//! ```bash unchanged
//! ip=$(hostname -i | awk '{print $1}')
//! for ip in $(hostname -I); do echo "$ip"; done
//! read -r ip _ <<< "$(hostname -I)"
//! all=($(hostname -I))
//! hostname -i
//! name=$(hostname -f)
//! echo "addresses: $(hostname -I)"
//! ```
//! ```bash unchanged
//! addresses=$(hostname -I)
//! for ip in $addresses; do echo "$ip"; done
//! own="$(hostname -I)"
//! first=${own%% *}
//! ours=$(hostname -i)
//! echo $ours | awk '{print $1}'
//! ```
//!
//! ## Safety
//! Unsafe: on hosts with one address nothing changes. Which of several addresses comes first, the
//! resolver of the host decides.
//!
//! ## References
//! - evidence: script idioms per environment, measured
//! - hostname(1)

use sixify_langs::classify::SHELL;
use sixify_langs::shell;

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[SHELL],
    anchors: Anchors(&[&["hostname -i"], &["hostname -I"], &["hostname --ip-address"], &["hostname --all-ip"]]),
    specificity: 0,
    run,
};

const OPTIONS: [&str; 4] = ["-i", "-I", "--ip-address", "--all-ip-addresses"];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let text = &doc.text;
    for command in shell::commands(text) {
        let words: Vec<&str> = command.words.iter().map(|w| w.decoded.text.as_str()).collect();
        let [program, option] = words.as_slice() else { continue };
        if program.rsplit('/').next() != Some("hostname") || !OPTIONS.contains(option) {
            continue;
        }
        let (before, behind) = (&text[..command.span.start], &text[command.span.end..]);
        let opened = ["$(", "`"].into_iter().find_map(|open| before.trim_end().strip_suffix(open));
        // A pipeline, or another command, may take one address by itself.
        let Some(outside) = opened.filter(|_| behind.trim_start().starts_with([')', '`'])) else { continue };
        let line = outside.rsplit('\n').next().unwrap_or("");
        let shown = ["echo ", "printf ", "info ", "log ", "warn "].iter().any(|w| line.trim_start().starts_with(w));
        if list(line) || shown || assigned(line).is_some_and(|name| kept_as_list(text, name)) {
            continue;
        }
        let message = "gives all addresses of the host, which are two on a host with both families";
        let finding = Finding::new(command.span, Role::DialAddress.name(), message);
        let finding = finding.because("evidence: script idioms per environment, measured");
        // `$(hostname -i):80`
        let closed = behind.trim_start().trim_start_matches([')', '`']).trim_start_matches('"');
        if closed.starts_with(':') {
            cx.report(finding.because("a port follows, before which an IPv6 address needs brackets"));
            continue;
        }
        let edit = Edit::insert(command.span.end, " | cut -d' ' -f1");
        cx.report(finding.fix(Applicability::Unsafe, Fix::new().edit(edit)));
    }
    Ok(())
}

/// The variable that a line gives its value to.
fn assigned(line: &str) -> Option<&str> {
    let name = line.trim_end().trim_end_matches('"').strip_suffix('=')?;
    let name = name.rsplit(char::is_whitespace).next()?;
    (!name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')).then_some(name)
}

/// Whether some place goes through the words of a variable, or takes one of them by itself.
fn kept_as_list(text: &str, name: &str) -> bool {
    let whole = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    text.lines().any(|line| {
        let uses = [format!("${name}"), format!("${{{name}")];
        uses.iter().flat_map(|used| line.match_indices(used.as_str()).map(|(at, u)| (at, at + u.len()))).any(
            |(at, end)| {
                let (before, behind) = (line.get(..at).unwrap_or(""), line.get(end..).unwrap_or(""));
                whole(behind)
                    && (list(before.trim_end_matches('"')) || behind.contains('|') || behind.starts_with("%%"))
            },
        )
    })
}

/// Whether what stands before a substitution takes its words one by one.
fn list(line: &str) -> bool {
    let line = line.trim_end_matches('"').trim_end();
    line.ends_with(" in") || line.ends_with("=(") || line.ends_with("<<<")
}
