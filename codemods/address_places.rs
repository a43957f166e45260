//! Addresses of IPv4 in values: where they stand, and how an IPv6 one is written in their place.

use std::net::Ipv4Addr;

use sixify_core::Span;
use sixify_langs::address::{AddressClass, addresses};
use sixify_langs::address_map::AddressMap;
use sixify_langs::yaml::template::without_actions;

/// An address in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AddressPlace {
    /// Its place in the value, the length of a prefix included.
    pub span: Span,
    /// The address.
    pub ip: Ipv4Addr,
    /// The length, where it is a prefix.
    pub length: Option<u8>,
    /// How another one is written there; `None` when nothing tells.
    pub form: Option<Form>,
}

/// How an IPv6 address is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As it is: alone, or as a prefix.
    Bare,
    /// In brackets: before a port, or in a URL (RFC 3986, 3.2.2).
    Brackets,
}

/// The addresses of a value that other hosts have: neither the wildcard nor loopback. A value with
/// words around an address is a text for people, or a language of its own, and tells no form.
pub(crate) fn places(text: &str) -> Vec<AddressPlace> {
    if let Some(ends) = ends(text) {
        return ends;
    }
    let found = addresses(text);
    let prose = prose(text);
    let wanted = found.into_iter().filter(|a| !a.ip.is_loopback() && !a.ip.is_unspecified());
    wanted
        .map(|a| {
            let mut span = a.span;
            let mut length = None;
            if a.class == AddressClass::Range {
                let digits = text[span.end + 1..].bytes().take_while(u8::is_ascii_digit).count();
                length = text[span.end + 1..span.end + 1 + digits].parse().ok();
                span.end += 1 + digits;
            }
            let form = form(text, span).filter(|form| !prose && (length.is_none() || *form == Form::Bare));
            AddressPlace { span, ip: a.ip, length, form }
        })
        .collect()
}

/// A range by its first and last address, `10.0.0.10-10.0.0.20`.
fn ends(text: &str) -> Option<Vec<AddressPlace>> {
    let (first, last) = text.trim().split_once('-')?;
    let start = text.len() - text.trim_start().len();
    let place = |word: &str, at: usize| {
        let ip = word.trim().parse().ok()?;
        let at = at + (word.len() - word.trim_start().len());
        let span = Span::new(at, at + word.trim().len());
        Some(AddressPlace { span, ip, length: None, form: Some(Form::Bare) })
    };
    Some(vec![place(first, start)?, place(last, start + first.len() + 1)?])
}

/// Whether a value has words beside its addresses.
fn prose(text: &str) -> bool {
    let text = without_actions(text);
    let mut words = text.split_whitespace();
    let more = text.split_whitespace().count() > 1;
    more && words.any(|word| addresses(word).is_empty())
}

fn form(text: &str, span: Span) -> Option<Form> {
    let (before, after) = (&text[..span.start], &text[span.end..]);
    let word = &before[before.rfind([' ', '\t', ',', '=', '"', '\'', '(', ';']).map_or(0, |i| i + 1)..];
    let url = word
        .rsplit_once("://")
        .is_some_and(|(_, rest)| rest.is_empty() || (rest.ends_with('@') && !rest.contains('/')));
    let port =
        after.strip_prefix(':').is_some_and(|p| p.starts_with(|c: char| c.is_ascii_digit() || "{$<".contains(c)));
    let begins = word.is_empty() || url;
    let ends = after.is_empty() || after.starts_with([',', ' ', '\t', ';']) || (url && after.starts_with(['/', '?']));
    match (begins, ends || port) {
        (true, true) if url || port => Some(Form::Brackets),
        (true, true) => Some(Form::Bare),
        _ => None,
    }
}

impl AddressPlace {
    /// What stands for the address in a map.
    pub fn mapped(&self, map: &AddressMap) -> Option<String> {
        match self.length {
            Some(length) => map.prefix(self.ip, length).map(|p| p.to_string()),
            None => map.address(self.ip).map(|a| a.to_string()),
        }
    }

    /// The text that stands for it in this form.
    pub fn written(&self, map: &AddressMap) -> Option<String> {
        let text = self.mapped(map)?;
        Some(if self.form? == Form::Brackets { format!("[{text}]") } else { text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(text: &str) -> String {
        let map = AddressMap::parse("10.0.0.1=fd00::1;10.0.0.2=fd00::2;10.0.0.0/8=fd00::/64").unwrap_or_default();
        let mut out = text.to_owned();
        for place in places(text).iter().rev() {
            let new = place.written(&map).unwrap_or_else(|| "?".to_owned());
            out.replace_range(place.span.start..place.span.end, &new);
        }
        out
    }

    #[test]
    fn each_place_has_its_spelling() {
        for (before, after) in [
            ("10.0.0.1", "fd00::1"),
            ("10.0.0.1,10.0.0.2", "fd00::1,fd00::2"),
            ("10.0.0.1:80", "[fd00::1]:80"),
            ("10.0.0.1:80:8080/tcp", "[fd00::1]:80:8080/tcp"),
            ("http://10.0.0.1/x", "http://[fd00::1]/x"),
            ("tcp://u:p@10.0.0.1:{{ .port }}", "tcp://u:p@[fd00::1]:{{ .port }}"),
            ("--a=http://10.0.0.1:1,b=http://10.0.0.2", "--a=http://[fd00::1]:1,b=http://[fd00::2]"),
            ("10.0.0.0/8", "fd00::/64"),
            ("10.0.0.1/32", "fd00::1/128"),
            ("10.0.0.1-10.0.0.2", "fd00::1-fd00::2"),
            ("10.0.0.3", "?"),
            ("see 10.0.0.1", "see ?"),
            ("image:10.0.0.1", "image:?"),
            ("http://x/10.0.0.1", "http://x/?"),
            ("0.0.0.0:80 127.0.0.1", "0.0.0.0:80 127.0.0.1"),
        ] {
            assert_eq!(mapped(before), after);
        }
    }
}
