//! What the parser is given: the text with words replaced that it takes for something else.

use std::borrow::Cow;

/// The text with `async` written as another word of the same length where it is the name of a
/// variable. It is a keyword only before a lambda, a type or another modifier (C# specification,
/// 15.15.1); the grammar takes it for one everywhere, and loses its way for the rest of the file.
pub(crate) fn parsable(text: &str) -> Cow<'_, str> {
    const WORD: &str = "async";
    let mut found = Cow::Borrowed(text);
    for (at, _) in text.match_indices(WORD) {
        let behind = &text[at + WORD.len()..];
        let part = |c: char| c.is_alphanumeric() || c == '_';
        let inside = text[..at].ends_with(part) || behind.starts_with(part);
        let next = behind.trim_start().chars().next().unwrap_or(' ');
        if !inside && matches!(next, ',' | ')' | ';' | '?' | '=' | '.' | ':' | '&' | '|' | '!' | ']' | '}' | '+') {
            let (start, end) = (at, at + WORD.len());
            found.to_mut().replace_range(start..end, "asynk");
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::File;
    use super::*;

    #[test]
    fn a_variable_may_be_called_async() {
        let text = "class C { async Task M(bool async) { if (async) await R(async); var t = async ? 1 : 2; F(async x => x, async () => 1); } }";
        let file = File::parse(text).unwrap();
        assert!(!file.tree().root().has_error());
        assert_eq!(file.tree().text(), text);
        assert_eq!(parsable(text).matches("asynk").count(), 4);
        assert!(matches!(parsable("async Task M() { }"), Cow::Borrowed(_)));
    }
}
