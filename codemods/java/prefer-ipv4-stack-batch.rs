//! # Let Java use IPv6 (`java.net.preferIPv4Stack`, in batch files)
//!
//! ## Why it breaks
//! With `-Djava.net.preferIPv4Stack=true` every socket of a Java virtual machine is an IPv4 one:
//! on an IPv6-only host its listeners are unreachable, and nothing can be dialled.
//!
//! ## Examples
//! ```txt before path=bin/server.bat
//! @echo off
//! set JAVA_OPTS=-Xmx1g -Djava.net.preferIPv4Stack=true -XX:+UseG1GC
//! set "JAVA_OPTS=%JAVA_OPTS% -Djava.net.preferIPv4Stack=true"
//! java -Djava.net.preferIPv4Stack=true %JAVA_OPTS% -jar server.jar
//! ```
//! ```txt after unsafe path=bin/server.bat
//! @echo off
//! set JAVA_OPTS=-Xmx1g -XX:+UseG1GC
//! java %JAVA_OPTS% -jar server.jar
//! ```
//! Where nothing else is left of a line, a person decides:
//! ```txt reported path=bin/env.cmd
//! set NET_OPTS=-Djava.net.preferIPv4Stack=true
//! ```
//! Near-misses:
//! ```txt unchanged path=bin/server.bat
//! rem set JAVA_OPTS=-Xmx1g -Djava.net.preferIPv4Stack=true
//! :: java -Djava.net.preferIPv4Stack=true -jar old.jar
//! set JAVA_OPTS=-Xmx1g -Djava.net.preferIPv4Stack=false
//! set OTHER_OPTS=-Xmx1g -Djava.net.preferIPv4Stack=trueish
//! echo Remove -Djava.net.preferIPv4Stack=true from the options.
//! ```
//!
//! ## Safety
//! Unsafe: batch files were not run; that the option is what shuts IPv6 out is measured.
//!
//! ## References
//! - evidence: languages, Java
//! - Java documentation: Networking properties

use sixify_langs::classify;

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[classify::BATCH], anchors: Anchors(&[&["java.net.preferIPv4Stack=true"]]), specificity: 0, run };

const FLAG: &str = "-Djava.net.preferIPv4Stack=true";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if !Policy::of(cx.options()).listeners() {
        return Ok(());
    }
    for (at, _) in doc.text.match_indices(FLAG) {
        let end = at + FLAG.len();
        let start = doc.text[..at].rfind('\n').map_or(0, |before| before + 1);
        let (before, after) = (&doc.text[start..at], &doc.text[end..]);
        let first = before.trim_start().trim_start_matches('@').to_ascii_lowercase();
        if ["rem ", "::", "echo "].iter().any(|word| first.starts_with(word)) {
            continue;
        }
        // `=trueish` is another value.
        if after.starts_with(|c: char| c.is_alphanumeric()) {
            continue;
        }
        let message = "Java is told to use IPv4 alone";
        let finding = Finding::new(Span::new(at, end), Role::AddressFamily.name(), message);
        let finding = finding.because("evidence: Java, listeners with and without java.net.preferIPv4Stack, measured");
        let last = after.is_empty() || after.starts_with(['"', '\r', '\n']);
        let edit = match (before.ends_with(' '), after.starts_with(' '), last) {
            (true, _, true) => Some(Span::new(at - 1, end)),
            (_, true, _) => Some(Span::new(at, end + 1)),
            _ => None,
        };
        let line_end = after.find('\n').map_or(doc.text.len(), |next| end + next + 1);
        let edit =
            edit.map(|span| if adds_alone(&doc.text[start..line_end]) { Span::new(start, line_end) } else { span });
        cx.report(match edit {
            Some(span) => finding.fix(Applicability::Unsafe, Fix::new().edit(Edit::replace(span, ""))),
            None => finding,
        });
    }
    Ok(())
}

/// Whether a line only adds the flag to a variable: `set "JAVA_OPTS=%JAVA_OPTS% -D…"`.
fn adds_alone(line: &str) -> bool {
    let line = line.trim().trim_start_matches('@');
    let Some(set) = line.get(..4).filter(|word| word.eq_ignore_ascii_case("set ")).and(line.get(4..)) else {
        return false;
    };
    let Some((name, value)) = set.trim().trim_matches('"').split_once('=') else { return false };
    let mut rest = value.split_whitespace().filter(|word| *word != FLAG);
    rest.next().is_some_and(|word| word.eq_ignore_ascii_case(&format!("%{name}%"))) && rest.next().is_none()
}
