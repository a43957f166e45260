//! The patterns of the table of servers: text with places for a port, a name, or the rest.
//!
//! * `{port}` is a number, or what a template or an environment variable gives in its place;
//! * `{name}` is anything without blanks and commas, at least one character, up to what follows it;
//! * `{rest}` is nothing, or a blank and whatever follows it;
//! * `{tail}` is whatever follows.
//!
//! Letter case does not matter, and several blanks are one.

/// What stood in the places of a pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Captured {
    port: String,
    name: String,
    rest: String,
    tail: String,
}

/// What stands in the places of a pattern when a text fits it as a whole.
pub(crate) fn matches(pattern: &str, text: &str) -> Option<Captured> {
    let mut captured = Captured::default();
    at(pattern, text, &mut captured).then_some(captured)
}

/// A pattern with its places filled in.
pub(crate) fn fill(pattern: &str, captured: &Captured) -> String {
    pattern
        .replace("{port}", &captured.port)
        .replace("{name}", &captured.name)
        .replace("{rest}", &captured.rest)
        .replace("{tail}", &captured.tail)
}

fn at(pattern: &str, text: &str, captured: &mut Captured) -> bool {
    if let Some(next) = pattern.strip_prefix("{port}") {
        let length = port(text);
        let (Some(port), Some(rest)) = (text.get(..length), text.get(length..)) else { return false };
        port.clone_into(&mut captured.port);
        return length > 0 && at(next, rest, captured);
    }
    if let Some(next) = pattern.strip_prefix("{rest}") {
        text.clone_into(&mut captured.rest);
        return next.is_empty() && (text.is_empty() || text.starts_with(char::is_whitespace));
    }
    if pattern == "{tail}" {
        text.clone_into(&mut captured.tail);
        return true;
    }
    if let Some(next) = pattern.strip_prefix("{name}") {
        let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
        let fitting = ends
            .take_while(|end| !text.get(..*end).is_some_and(|t| t.contains(|c: char| c.is_whitespace() || c == ',')));
        let fitting: Vec<usize> = fitting.collect();
        return fitting.into_iter().any(|end| {
            let (Some(name), Some(rest)) = (text.get(..end), text.get(end..)) else { return false };
            name.clone_into(&mut captured.name);
            at(next, rest, captured)
        });
    }
    let (mut wanted, mut given) = (pattern.chars(), text.chars());
    match (wanted.next(), given.next()) {
        (None, None) => true,
        (Some(w), Some(g)) if w.is_whitespace() && g.is_whitespace() => {
            at(wanted.as_str().trim_start(), given.as_str().trim_start(), captured)
        }
        (Some(w), Some(g)) if w.eq_ignore_ascii_case(&g) => at(wanted.as_str(), given.as_str(), captured),
        _ => false,
    }
}

/// The length of a port at the start of a text: digits, an action, a variable.
fn port(text: &str) -> usize {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return digits;
    }
    for (open, close) in [("{{", "}}"), ("<%=", "%>"), ("${", "}"), ("%(", ")s")] {
        if text.starts_with(open) {
            return text.find(close).map_or(0, |at| at + close.len());
        }
    }
    match text.strip_prefix('$') {
        Some(name) => 1 + name.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count(),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(pattern: &str, text: &str, into: &str) -> Option<String> {
        matches(pattern, text).map(|captured| fill(into, &captured))
    }

    #[test]
    fn places_are_captured_and_filled_in() {
        for (text, port) in
            [("0.0.0.0:80", "80"), ("0.0.0.0:{{ a b }}", "{{ a b }}"), ("0.0.0.0:${P}", "${P}"), ("0.0.0.0:$P", "$P")]
        {
            assert_eq!(filled("0.0.0.0:{port}", text, "{port}").as_deref(), Some(port));
        }
        assert_eq!(filled("{port} 0.0.0.0", "1883  0.0.0.0", "{port}").as_deref(), Some("1883"));
        assert_eq!(filled("0.0.0.0:{port}{rest}", "0.0.0.0:1 a b", "{port}{rest}").as_deref(), Some("1 a b"));
        assert_eq!(filled("listeners.{name}.x", "listeners.tcp.x", "{name}").as_deref(), Some("tcp"));
        assert_eq!(filled("a:{tail}", "a:1/b c", "{tail}").as_deref(), Some("1/b c"));
        assert_eq!(filled("inet", "INET", "any").as_deref(), Some("any"));
        for text in ["0.0.0.0", "0.0.0.0:", "0.0.0.0:8x", "10.0.0.0:80", "0.0.0.0:80 "] {
            assert_eq!(matches("0.0.0.0:{port}", text), None, "{text}");
        }
        assert_eq!(matches("0.0.0.0{rest}", "0.0.0.0/0"), None);
    }
}
