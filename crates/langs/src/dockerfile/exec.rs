//! The exec form: a JSON array of strings (Dockerfile reference, Shell and exec form).

use sixify_core::Span;

use crate::dockerfile::Element;
use crate::embed::decode::Decoded;

/// A JSON array of strings that fills the range; line continuations may stand between them.
pub(super) fn json_strings(code: &str, span: Span) -> Option<Vec<Element>> {
    let bytes = code.as_bytes();
    let skip = |mut at: usize| {
        while at < span.end
            && (bytes[at].is_ascii_whitespace() || (bytes[at] == b'\\' && bytes.get(at + 1) == Some(&b'\n')))
        {
            at += 1;
        }
        at
    };
    let is = |at: usize, c: u8| at < span.end && bytes[at] == c;
    let mut at = skip(span.start);
    if !is(at, b'[') {
        return None;
    }
    at = skip(at + 1);
    let mut elements = Vec::new();
    while !is(at, b']') {
        if !elements.is_empty() {
            if !is(at, b',') {
                return None;
            }
            at = skip(at + 1);
        }
        let element = json_string(code, at, span.end)?;
        at = skip(element.span.end);
        elements.push(element);
    }
    (skip(at + 1) == span.end).then_some(elements)
}

/// The JSON string that begins at `start`, with its quotes.
pub(crate) fn json_string(code: &str, start: usize, end: usize) -> Option<Element> {
    let mut out = Decoded::default();
    let mut at = start + 1;
    if Span::new(start, end).text(code).as_bytes().first() != Some(&b'"') {
        return None;
    }
    loop {
        let rest = Span::new(at, end).text(code);
        let c = rest.chars().next()?;
        match c {
            '"' => return Some(Element { span: Span::new(start, at + 1), decoded: out.close(start + 1) }),
            '\\' => {
                let escape = rest[1..].chars().next()?;
                let said = match escape {
                    '"' | '\\' | '/' => escape.to_string(),
                    'b' => "\u{8}".to_owned(),
                    'f' => "\u{c}".to_owned(),
                    'n' => "\n".to_owned(),
                    'r' => "\r".to_owned(),
                    't' => "\t".to_owned(),
                    'u' => char::from_u32(u32::from_str_radix(rest.get(2..6)?, 16).ok()?)?.to_string(),
                    _ => return None,
                };
                out.put(&said);
                at += if escape == 'u' { 6 } else { 2 };
            }
            '\n' => return None,
            c => {
                out.keep(code, Span::new(at, at + c.len_utf8()));
                at += c.len_utf8();
            }
        }
    }
}
