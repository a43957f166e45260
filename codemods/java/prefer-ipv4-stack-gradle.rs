//! # Let Java use IPv6 where Gradle sets `java.net.preferIPv4Stack`
//!
//! ## Why it breaks
//! With `-Djava.net.preferIPv4Stack=true` every socket of a Java virtual machine is an IPv4 one:
//! on an IPv6-only host its listeners are unreachable, and nothing can be dialled.
//!
//! ## Examples
//! ```text before path=build.gradle
//! test {
//!     jvmArgs '-Xmx1g', '-Djava.net.preferIPv4Stack=true'
//!     jvmArgs "-Djava.net.preferIPv4Stack=true"
//!     systemProperty 'java.net.preferIPv4Stack', 'true'
//!     systemProperty("java.net.preferIPv4Stack", true)
//! }
//! applicationDefaultJvmArgs = ['-Djava.net.preferIPv4Stack=true', '-Xmx1g']
//! run.jvmArgs = ["-Xmx1g -Djava.net.preferIPv4Stack=true"]
//! ```
//! ```text after unsafe path=build.gradle
//! test {
//!     jvmArgs '-Xmx1g'
//! }
//! applicationDefaultJvmArgs = ['-Xmx1g']
//! run.jvmArgs = ["-Xmx1g"]
//! ```
//! ```text before path=gradle.properties
//! org.gradle.jvmargs=-Xmx1g -Djava.net.preferIPv4Stack=true -Dfile.encoding=UTF-8
//! systemProp.java.net.preferIPv4Stack=true
//! org.gradle.parallel=true
//! ```
//! ```text after unsafe path=gradle.properties
//! org.gradle.jvmargs=-Xmx1g -Dfile.encoding=UTF-8
//! org.gradle.parallel=true
//! ```
//! On IPv6 alone, names that have addresses of both families are dialled over IPv6:
//! ```text before path=gradle.properties mode=ipv6-only
//! org.gradle.jvmargs=-Djava.net.preferIPv4Stack=true
//! ```
//! ```text after unsafe path=gradle.properties
//! org.gradle.jvmargs=-Djava.net.preferIPv6Addresses=true
//! ```
//! Reported: what is put together in other ways.
//! ```text reported path=build.gradle
//! systemProperties = ['java.net.preferIPv4Stack': 'true', 'user.language': 'en']
//! ```
//! ```text unchanged path=build.gradle
//! // jvmArgs '-Djava.net.preferIPv4Stack=true'
//! jvmArgs '-Djava.net.preferIPv4Stack=false'
//! println 'java.net.preferIPv4Stack is gone'
//! ```
//! ```text unchanged path=gradle.properties
//! # systemProp.java.net.preferIPv4Stack=true
//! systemProp.java.net.preferIPv4Stack=false
//! ```
//! ```text unchanged path=gradle.properties mode=ipv6-capable
//! org.gradle.jvmargs=-Djava.net.preferIPv4Stack=true
//! ```
//!
//! ## Safety
//! Unsafe: listeners are reached wherever they were before, on every kind of host, which was
//! measured. But the option is for the whole program, and was often added for something that
//! cannot do IPv6.
//!
//! ## References
//! - evidence: Java, listeners with and without `java.net.preferIPv4Stack`, measured
//! - <https://docs.gradle.org/current/userguide/build_environment.html#sec:gradle_configuration_properties>

use sixify_langs::classify::{GRADLE, GRADLE_PROPERTIES};
use sixify_langs::{Mode, jvm};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[GRADLE, GRADLE_PROPERTIES],
    anchors: Anchors(&[&["java.net.preferIPv4Stack"]]),
    specificity: 0,
    run,
};

const PROPERTY: &str = "java.net.preferIPv4Stack";
const FLAG: &str = "-Djava.net.preferIPv4Stack=true";
const IPV6: &str = "-Djava.net.preferIPv6Addresses=true";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return Ok(());
    }
    let ipv6 = policy.mode == Mode::Ipv6Only && !doc.text.contains("preferIPv6Addresses");
    let mut at = 0;
    for line in doc.text.split_inclusive('\n') {
        let span = Span::new(at, at + line.len());
        at += line.len();
        let body = line.trim();
        if !line.contains(PROPERTY) || ["//", "#", "*", "/*", "!"].iter().any(|mark| body.starts_with(mark)) {
            continue;
        }
        let edits = if doc.kind == GRADLE { groovy(line, ipv6) } else { plain(line, ipv6) };
        match edits {
            Edits::None => {}
            Edits::Unknown => report(Span::new(span.start, span.start + line.trim_end().len()), None, cx),
            Edits::Line => {
                // The last line may have no line end; then the one before it goes.
                let from = if line.ends_with('\n') {
                    span.start
                } else {
                    doc.text[..span.start].trim_end_matches(['\n', '\r']).len()
                };
                let fix = Fix::new().edit(Edit::delete(Span::new(from, span.end)));
                report(Span::new(span.start, span.start + line.trim_end().len()), Some(fix), cx);
            }
            Edits::Some(edits) => {
                for (place, text) in edits {
                    let place = place.shift(span.start);
                    report(place, Some(Fix::new().edit(Edit::replace(place, text))), cx);
                }
            }
        }
    }
    Ok(())
}

fn report(span: Span, fix: Option<Fix>, cx: &mut Context<'_>) {
    let message = "makes every socket of the Java program an IPv4 one; without it, the wildcard is both families, and IPv4 alone where there is no IPv6";
    let finding = Finding::new(span, Role::Switch.name(), message)
        .because("evidence: Java, listeners with and without java.net.preferIPv4Stack, measured");
    match fix {
        Some(fix) => cx.report(finding.fix(Applicability::Unsafe, fix)),
        None => cx.report(finding),
    }
}

/// What is to be done with a line; ranges lie in the line.
enum Edits {
    /// It is right as it is.
    None,
    /// It sets the property in a way that is not known.
    Unknown,
    /// It goes.
    Line,
    /// Parts of it change.
    Some(Vec<(Span, &'static str)>),
}

/// A line of a properties file.
fn plain(line: &str, ipv6: bool) -> Edits {
    let body = line.trim();
    let key = body.split(['=', ':']).next().unwrap_or_default().trim();
    if key == format!("systemProp.{PROPERTY}") || key == PROPERTY {
        return if body.ends_with("true") { Edits::Line } else { Edits::None };
    }
    // The value begins behind the first sign; an option may be the first word of it.
    let from = line.find(['=', ':']).map_or(0, |i| i + 1);
    let Some(value) = line.get(from..) else { return Edits::None };
    Edits::Some(options(value, from, ipv6))
}

fn options(text: &str, from: usize, ipv6: bool) -> Vec<(Span, &'static str)> {
    let part = |flag: Span| match ipv6 {
        true => (flag.shift(from), IPV6),
        false => (jvm::with_separator(text, flag).shift(from), ""),
    };
    jvm::option(text, FLAG).into_iter().map(part).collect()
}

/// A line of a Groovy script: literals that hold the option, statements that set the property.
fn groovy(line: &str, ipv6: bool) -> Edits {
    let body = line.trim();
    let sets = body.split(['\'', '"']).nth(1) == Some(PROPERTY);
    if sets {
        let call = ["systemProperty ", "systemProperty(", "System.setProperty("].iter().any(|c| body.starts_with(c));
        let rest: String =
            body.split(PROPERTY).nth(1).unwrap_or_default().chars().filter(|c| c.is_alphanumeric()).collect();
        return match (call, rest.as_str()) {
            (true, "true") if !ipv6 => Edits::Line,
            (_, "false") => Edits::None,
            _ => Edits::Unknown,
        };
    }
    let mut edits = Vec::new();
    let literals = literals(line);
    for (number, literal) in literals.iter().enumerate() {
        let text = literal.text(line);
        let found = options(text, literal.start, ipv6);
        if text.trim() != FLAG || ipv6 {
            edits.extend(found);
            continue;
        }
        // The element goes with one comma, and the statement where it is all there is.
        let quoted = Span::new(literal.start - 1, literal.end + 1);
        let before = line[..quoted.start].trim_end();
        let behind = &line[quoted.end..];
        if behind.trim_start().starts_with(',') && literals.len() > number + 1 {
            let next = literals.get(number + 1).map_or(quoted.end, |next| next.start - 1);
            edits.push((Span::new(quoted.start, next), ""));
        } else if before.ends_with(',') {
            edits.push((Span::new(before.len() - 1, quoted.end), ""));
        } else if literals.len() == 1 && ["jvmArgs", "jvmArgs("].contains(&before.trim()) {
            return Edits::Line;
        } else if before.ends_with(['[', '(']) && behind.trim_start().starts_with([']', ')']) && before.ends_with('[') {
            edits.push((quoted, ""));
        } else {
            return Edits::Unknown;
        }
    }
    Edits::Some(edits)
}

/// The insides of the literals of a line.
fn literals(line: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open: Option<(usize, char)> = None;
    for (at, c) in line.char_indices() {
        match open {
            None if c == '\'' || c == '"' => open = Some((at + 1, c)),
            Some((start, quote)) if c == quote => {
                found.push(Span::new(start, at));
                open = None;
            }
            _ => {}
        }
    }
    found
}
