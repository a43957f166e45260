//! Files of `key = value` lines, such as mongod's older configuration.

use std::rc::Rc;

use sixify_core::{Document, Span};

use crate::yaml::template;

/// A setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its key.
    pub key: String,
    /// Its value without blanks and trailing comment.
    pub value: String,
    /// The place of the value.
    pub value_span: Span,
    /// From the start of its line to the line end, which is not in it.
    pub line_span: Span,
    /// Whether blanks stand around the equals sign.
    pub spaced: bool,
    /// Whether a template action stands on the line.
    pub templated: bool,
    /// 1-based line.
    pub line: usize,
    /// The `[section]` it stands in, empty before the first one.
    pub section: String,
}

/// The settings of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ini(pub Vec<Setting>);

impl Ini {
    /// The settings of a document, worked out once.
    pub fn of(doc: &Document) -> Rc<Ini> {
        doc.memo(|doc| Ini::parse(&doc.text))
    }

    /// Reads a text.
    pub fn parse(text: &str) -> Ini {
        let masked = template::mask(text);
        let mut found = Vec::new();
        let mut section = String::new();
        let mut at = 0;
        for (number, line) in masked.text.split_inclusive('\n').enumerate() {
            let start = at;
            at += line.len();
            let body = line.strip_suffix('\n').unwrap_or(line);
            let body = if text[start..at].ends_with("\r\n") { &body[..body.len() - 1] } else { body };
            let trimmed = body.trim_start();
            if let Some(name) = trimmed.strip_prefix('[').and_then(|t| t.split(']').next()) {
                section = name.trim().to_owned();
                continue;
            }
            let Some(equals) = body.find('=').filter(|_| !trimmed.starts_with(['#', ';'])) else { continue };
            let behind = &body[equals + 1..];
            // boost::program_options, which mongod reads it with, ends a line at `#`.
            let value = behind.split('#').next().unwrap_or(behind);
            let value_start = start + equals + 1 + (value.len() - value.trim_start().len());
            let value = value.trim();
            let value_span = Span::new(value_start, value_start + value.len());
            let line_span = Span::new(start, start + body.len());
            found.push(Setting {
                key: body[..equals].trim().to_owned(),
                value: value_span.text(text).to_owned(),
                value_span,
                line_span,
                spaced: body[..equals].ends_with(char::is_whitespace),
                templated: masked.touches(line_span),
                line: number + 1,
                section: section.clone(),
            });
        }
        Ini(found)
    }

    /// The setting of this key; the last one when there are several.
    pub fn get(&self, key: &str) -> Option<&Setting> {
        self.0.iter().rfind(|s| s.key == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_have_exact_places() {
        let text = "# a = b\r\ndbpath=/d # here\r\n[s]\nbind_ip = 0.0.0.0\n";
        let found = Ini::parse(text);
        let shape: Vec<_> = found.0.iter().map(|s| (s.key.as_str(), s.value.as_str(), s.line, s.spaced)).collect();
        assert_eq!(shape, [("dbpath", "/d", 2, false), ("bind_ip", "0.0.0.0", 4, true)]);
        assert_eq!(found.0[0].line_span.text(text), "dbpath=/d # here");
        assert_eq!(found.get("bind_ip").map(|s| (s.value_span.text(text), s.section.as_str())), Some(("0.0.0.0", "s")));
    }
}
