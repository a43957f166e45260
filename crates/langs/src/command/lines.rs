//! Command lines in files of lines: units of systemd, supervisord, Procfiles, makefiles, crontabs.

use sixify_core::{Document, Span};

use crate::command::Purpose;
use crate::command::collect::{Collector, Context, raw};
use crate::embed::Layers;
use crate::shell;

/// `ExecStart=` and its relatives: words with quotes, without a shell (systemd.service(5), Command
/// Lines). The characters before the path say how it is run.
pub(super) fn systemd(doc: &Document, out: &mut Collector) {
    for setting in settings(&doc.text) {
        let purpose = match setting.key {
            "ExecStart" => Purpose::Start,
            "ExecStartPre" | "ExecStartPost" | "ExecCondition" | "ExecReload" | "ExecStop" => Purpose::Script,
            _ => continue,
        };
        let value = setting.value.text(&doc.text);
        let marks = value.len() - value.trim_start_matches(['-', '@', ':', '+', '!', '|']).len();
        let variable = |word: &str| word.contains('$') || word.contains('%');
        words(doc, Span::new(setting.value.start + marks, setting.value.end), variable, setting.key, purpose, out);
    }
}

/// `command=` of programs, taken apart without a shell; `%(name)s` is an expansion (supervisor
/// documentation, `[program:x]` section).
pub(super) fn supervisord(doc: &Document, out: &mut Collector) {
    for setting in settings(&doc.text).filter(|s| s.key == "command") {
        let value = setting.value.text(&doc.text);
        // A comment begins with a semicolon behind a blank.
        let end = value.find(" ;").or_else(|| value.find("\t;")).unwrap_or(value.len());
        let span = Span::new(setting.value.start, setting.value.start + end);
        words(doc, span, |word| word.contains("%("), "command", Purpose::Start, out);
    }
}

fn words(doc: &Document, span: Span, variable: fn(&str) -> bool, key: &str, purpose: Purpose, out: &mut Collector) {
    let layers = Layers::default();
    // A backslash at the end of a line goes on with the next one.
    let text = span.text(&doc.text).replace("\\\r\n", "  \n").replace("\\\n", " \n");
    let words = shell::split(&text, variable).into_iter().map(|w| raw(w, span.start, &layers)).collect();
    let what = format!("{key} in line {}", out.line(&doc.text, span.start));
    out.words(words, &doc.text, &Context { what: Some(what), ..Context::new(purpose) });
}

/// A `key = value` whose value may go on in further lines.
struct Setting<'a> {
    key: &'a str,
    value: Span,
}

fn settings(text: &str) -> impl Iterator<Item = Setting<'_>> {
    logical_lines(text).filter_map(|line| {
        let content = line.text(text);
        let first = content.trim_start();
        let equals = content.find('=').filter(|_| !first.starts_with(['#', ';', '[']))?;
        let value = content.get(equals + 1..)?;
        let start = line.start + equals + 1 + (value.len() - value.trim_start().len());
        let end = line.start + content.trim_end().len();
        (start < end).then(|| Setting { key: content[..equals].trim(), value: Span::new(start, end) })
    })
}

/// The lines of a text, those that end with a backslash together with the next one.
fn logical_lines(text: &str) -> impl Iterator<Item = Span> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        loop {
            let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
            let length = rest.find('\n').map_or(rest.len(), |i| i + 1);
            at += length;
            let line = rest[..length].trim_end_matches(['\n', '\r']);
            if !line.ends_with('\\') || at >= text.len() {
                return Some(Span::new(start, at - (length - line.len())));
            }
        }
    })
}

/// `name: command`, handed to a shell.
pub(super) fn procfile(doc: &Document, out: &mut Collector) {
    for line in logical_lines(&doc.text) {
        let content = line.text(&doc.text);
        let Some(colon) = content.find(':').filter(|_| !content.starts_with('#')) else { continue };
        let name = content[..colon].trim();
        if name.is_empty() || name.contains(char::is_whitespace) {
            continue;
        }
        let context = Context { what: Some(format!("process {name}")), ..Context::new(Purpose::Start) };
        script(doc, Span::new(line.start + colon + 1, line.end), &context, out);
    }
}

/// The lines of recipes, which begin with a tab; `@`, `-` and `+` are make's own (GNU make, 5).
pub(super) fn makefile(doc: &Document, out: &mut Collector) {
    for line in logical_lines(&doc.text).filter(|l| l.text(&doc.text).starts_with('\t')) {
        let content = line.text(&doc.text);
        let marks = content.len() - content.trim_start_matches(['\t', ' ', '@', '-', '+']).len();
        script(doc, Span::new(line.start + marks, line.end), &Context::new(Purpose::Script), out);
    }
}

/// Five fields of time, or one word such as `@daily`, and what the shell is to run. Crontabs of
/// the system have a user before it, which no program is called like.
pub(super) fn crontab(doc: &Document, out: &mut Collector) {
    for line in logical_lines(&doc.text) {
        let content = line.text(&doc.text);
        let mut at = 0;
        let fields = if content.trim_start().starts_with('@') { 1 } else { 5 };
        for _ in 0..fields {
            let rest = content.get(at..).unwrap_or("");
            let start = rest.len() - rest.trim_start().len();
            at += start + rest[start..].find(char::is_whitespace).unwrap_or(rest.len() - start);
        }
        let time = |c: char| c.is_ascii_alphanumeric() || "*/,-@ \t".contains(c);
        if content.get(..at).is_some_and(|t| !t.is_empty() && t.chars().all(time)) {
            script(doc, Span::new(line.start + at, line.end), &Context::new(Purpose::Script), out);
        }
    }
}

fn script(doc: &Document, span: Span, context: &Context, out: &mut Collector) {
    out.script(span.text(&doc.text), span.start, &Layers::default(), &doc.text, context);
}
