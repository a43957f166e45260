//! How hosts write text: quotes, escapes, indentation.

use sixify_core::{Codec, Span};

/// New text goes in as it is, on one line.
#[derive(Clone, Copy, Debug)]
pub struct Bare;

impl Codec for Bare {
    fn encode(&self, new: &str, _outer: &str, _at: Span) -> Option<String> {
        (!new.contains(['\n', '\r'])).then(|| new.to_owned())
    }
}

/// New text goes in as it is, with its line ends.
#[derive(Clone, Copy, Debug)]
pub struct Verbatim;

impl Codec for Verbatim {
    fn encode(&self, new: &str, _outer: &str, _at: Span) -> Option<String> {
        Some(new.to_owned())
    }
}

/// A double quoted string of JSON, which is one of YAML too (RFC 8259, 7; YAML 1.2, 7.3.1).
#[derive(Clone, Copy, Debug)]
pub struct JsonString;

impl Codec for JsonString {
    fn encode(&self, new: &str, _outer: &str, _at: Span) -> Option<String> {
        Some(escape_json(new))
    }
}

/// The text as it stands between the quotes of a JSON string.
pub fn escape_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// A single quoted scalar of YAML: a quote is written twice (YAML 1.2, 7.3.2).
#[derive(Clone, Copy, Debug)]
pub struct YamlSingleQuoted;

impl Codec for YamlSingleQuoted {
    fn encode(&self, new: &str, _outer: &str, _at: Span) -> Option<String> {
        (!new.contains(['\n', '\r'])).then(|| new.replace('\'', "''"))
    }
}

/// A literal block scalar of YAML, whose lines are indented by so many columns.
#[derive(Clone, Copy, Debug)]
pub struct YamlBlock {
    /// Columns of indentation.
    pub indent: usize,
}

impl Codec for YamlBlock {
    fn encode(&self, new: &str, outer: &str, at: Span) -> Option<String> {
        let indent = " ".repeat(self.indent);
        let line_start = Span::new(0, at.start).text(outer).rfind('\n').map_or(0, |i| i + 1);
        // At the margin of a line the text brings its own indentation; else the line has it.
        let (body, margin) = if line_start == at.start { (new.strip_suffix('\n'), true) } else { (None, false) };
        let lines = body.unwrap_or(new).replace('\n', &format!("\n{indent}"));
        let end = if body.is_some() { "\n" } else { "" };
        Some(if margin { format!("{indent}{lines}{end}") } else { lines })
    }
}

/// A double quoted word of the shell: what the shell would expand is escaped (POSIX, 2.2.3).
#[derive(Clone, Copy, Debug)]
pub struct ShellDoubleQuoted;

impl Codec for ShellDoubleQuoted {
    fn encode(&self, new: &str, _outer: &str, _at: Span) -> Option<String> {
        let mut out = String::with_capacity(new.len());
        for c in new.chars() {
            if matches!(c, '"' | '\\' | '$' | '`') {
                out.push('\\');
            }
            out.push(c);
        }
        Some(out)
    }
}

/// A single quoted word of the shell, which can hold anything but a single quote (POSIX, 2.2.2).
#[derive(Clone, Copy, Debug)]
pub struct ShellSingleQuoted;

impl Codec for ShellSingleQuoted {
    fn encode(&self, new: &str, _outer: &str, _at: Span) -> Option<String> {
        Some(new.replace('\'', "'\\''"))
    }
}
