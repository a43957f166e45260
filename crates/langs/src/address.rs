//! The address tokeniser: where a text holds an IPv4 address, and which.
//!
//! A regular expression for `0.0.0.0` also matches inside `10.0.0.0/8`, `1.0.0.0.0` and
//! `v0.0.0.0`. Here an address is a whole token: no letter, digit, dot or similar character may
//! stand next to it, and a prefix length behind it makes it a range.

use std::net::Ipv4Addr;

use sixify_core::Span;

/// What an address means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressClass {
    /// `0.0.0.0`: all addresses when listening, nonsense when dialling.
    Wildcard,
    /// `127.0.0.0/8` (RFC 1122, 3.2.1.3).
    Loopback,
    /// Any other single address.
    Other,
    /// An address with a prefix length: a range of addresses.
    Range,
}

/// An IPv4 address in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// Where the four numbers stand; a prefix length and a port lie outside.
    pub span: Span,
    /// The address.
    pub ip: Ipv4Addr,
    /// What it means.
    pub class: AddressClass,
    /// Where the port stands, when one follows with a colon.
    pub port: Option<Span>,
}

/// All IPv4 addresses of a text, in order.
pub fn addresses(text: &str) -> Vec<Address> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|i| at + i) {
        let end = run_end(bytes, start);
        // The whole run of digits and dots is one token; a part of it is never an address.
        let token = Span::new(start, end);
        if let Some(address) = token_address(text, token) {
            found.push(address);
        }
        at = end.max(start + 1);
    }
    found
}

/// The address that fills the whole text, with nothing before and at most a port behind.
pub fn exact(text: &str) -> Option<Address> {
    let address = addresses(text).into_iter().next()?;
    let end = address.port.map_or(address.span.end, |p| p.end);
    (address.span.start == 0 && end == text.len()).then_some(address)
}

fn run_end(bytes: &[u8], start: usize) -> usize {
    let mut end = start;
    while end < bytes.len() && (bytes[end].is_ascii_digit() || bytes[end] == b'.') {
        end += 1;
    }
    // A full stop at the end belongs to the sentence.
    while end > start && bytes[end - 1] == b'.' {
        end -= 1;
    }
    end
}

fn token_address(text: &str, span: Span) -> Option<Address> {
    let ip: Ipv4Addr = span.text(text).parse().ok()?;
    let before = text[..span.start].chars().next_back();
    let behind = text[span.end..].chars().next();
    if before.is_some_and(joins) || behind.is_some_and(|c| joins(c) && c != '.') {
        return None;
    }
    // `::ffff:0.0.0.0` is an IPv6 address.
    if text[..span.start].ends_with(":") && text[..span.start].to_ascii_lowercase().ends_with("ffff:") {
        return None;
    }
    let class = if prefix_length(&text[span.end..]) {
        AddressClass::Range
    } else if ip.is_unspecified() {
        AddressClass::Wildcard
    } else if ip.is_loopback() {
        AddressClass::Loopback
    } else {
        AddressClass::Other
    };
    Some(Address { span, ip, class, port: port(text, span.end) })
}

/// Characters that make an address a part of a longer word.
fn joins(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

fn prefix_length(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix('/') else { return false };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let more = rest[digits..].chars().next();
    (1..=2).contains(&digits)
        && rest[..digits].parse::<u8>().is_ok_and(|n| n <= 32)
        && !more.is_some_and(char::is_alphanumeric)
}

fn port(text: &str, end: usize) -> Option<Span> {
    let rest = text[end..].strip_prefix(':')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let fits = rest[..digits].parse::<u16>().is_ok();
    fits.then(|| Span::new(end + 1, end + 1 + digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(text: &str) -> Vec<(&str, AddressClass)> {
        addresses(text).into_iter().map(|a| (a.span.text(text), a.class)).collect()
    }

    #[test]
    fn only_whole_tokens_are_addresses() {
        use AddressClass::*;
        assert_eq!(classes("10.0.0.0/8"), [("10.0.0.0", Range)]);
        assert_eq!(classes("1.0.0.0"), [("1.0.0.0", Other)]);
        assert_eq!(classes("0.0.0.0/0, 0.0.0.0"), [("0.0.0.0", Range), ("0.0.0.0", Wildcard)]);
        for text in
            ["v0.0.0.0", "0.0.0.0.0", "0.0.0.0-beta", "10.0.0.0.0", "0.0.0", "x_0.0.0.0", "256.0.0.1", "::ffff:0.0.0.0"]
        {
            assert_eq!(classes(text), [], "{text}");
        }
        assert_eq!(classes("bind 127.0.0.1."), [("127.0.0.1", Loopback)]);
        assert_eq!(classes("'0.0.0.0'"), [("0.0.0.0", Wildcard)]);
        assert_eq!(classes("http://0.0.0.0/path"), [("0.0.0.0", Wildcard)]);
    }

    #[test]
    fn a_port_is_seen_and_must_fit() {
        let text = "0.0.0.0:8080";
        assert_eq!(exact(text).and_then(|a| a.port).map(|p| p.text(text)), Some("8080"));
        assert_eq!(exact("0.0.0.0:99999"), None);
        assert_eq!(exact("http://0.0.0.0"), None);
        assert!(exact("0.0.0.0").is_some());
    }
}
