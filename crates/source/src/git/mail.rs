//! Mails as `git format-patch` makes them and `git am` takes them (RFC 5322, RFC 2045, RFC 2047).

use crate::git::date::When;
use crate::git::identity::Person;

/// The date that git puts into the first line of a patch, so that tools tell it from a mailbox.
const MAGIC: &str = "Mon Sep 17 00:00:00 2001";

/// Longest line of a mail, in bytes without the line end.
const LINE: usize = 998;

/// One mail.
pub(crate) struct Mail<'a> {
    /// The id of the commit; zeroes for a cover letter.
    pub id: &'a str,
    pub from: &'a Person,
    pub when: When,
    /// Which one this is of how many; the cover letter is 0.
    pub number: usize,
    pub count: usize,
    pub subject: &'a str,
    /// Text, `---`, what changed, the patch.
    pub body: Vec<u8>,
}

impl Mail<'_> {
    /// The bytes of the mail.
    pub fn bytes(&self) -> Vec<u8> {
        let width = self.count.to_string().len();
        let prefix = format!("[PATCH {:0width$}/{}]", self.number, self.count);
        let mut body = self.body.clone();
        body.extend_from_slice(format!("-- \nsixify {}\n\n", env!("CARGO_PKG_VERSION")).as_bytes());
        let mut out = format!("From {} {MAGIC}\n", self.id);
        out.push_str(&format!("From: {} <{}>\n", phrase(&self.from.name), self.from.email));
        out.push_str(&format!("Date: {}\n", self.when.mail()));
        out.push_str(&folded(&format!("Subject: {prefix} "), self.subject));
        // `git am` takes carriage returns for the work of a mail program, and long lines are cut
        // on the way; both survive only when they are written in another way.
        let fragile = body.contains(&b'\r') || body.contains(&0) || body.split(|b| *b == b'\n').any(|l| l.len() > LINE);
        if fragile || !body.is_ascii() {
            let encoding = if fragile { "quoted-printable" } else { "8bit" };
            out.push_str("MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n");
            out.push_str(&format!("Content-Transfer-Encoding: {encoding}\n"));
        }
        out.push('\n');
        let mut out = out.into_bytes();
        out.extend(if fragile { quoted_printable(&body) } else { body });
        out
    }
}

/// A name before an address.
fn phrase(name: &str) -> String {
    if !name.is_ascii() {
        return encoded_words(name).join(" ");
    }
    let special = |c: char| matches!(c, '(' | ')' | '<' | '>' | '[' | ']' | ':' | ';' | '@' | '\\' | ',' | '.' | '"');
    if !name.contains(special) {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A header line, continued on further lines where it is long.
fn folded(start: &str, text: &str) -> String {
    let mut out = start.trim_end().to_owned();
    let mut width = out.len();
    let encoded = if text.is_ascii() { Vec::new() } else { encoded_words(text) };
    let words: Vec<&str> =
        if encoded.is_empty() { text.split(' ').collect() } else { encoded.iter().map(String::as_str).collect() };
    for word in words {
        if width + 1 + word.len() > 78 {
            out.push('\n');
            width = 0;
        }
        out.push(' ');
        out.push_str(word);
        width += 1 + word.len();
    }
    out.push('\n');
    out
}

/// `=?UTF-8?q?...?=`, in pieces of at most 75 bytes that hold whole characters.
fn encoded_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        let mut buffer = [0; 4];
        let mut piece = String::new();
        for b in c.encode_utf8(&mut buffer).bytes() {
            match b {
                b' ' => piece.push('_'),
                _ if b.is_ascii_alphanumeric() || b"!*+-/".contains(&b) => piece.push(char::from(b)),
                _ => piece.push_str(&format!("={b:02X}")),
            }
        }
        if word.len() + piece.len() > 60 {
            words.push(std::mem::take(&mut word));
        }
        word.push_str(&piece);
    }
    words.push(word);
    words.iter().map(|word| format!("=?UTF-8?q?{word}?=")).collect()
}

/// A body of which no byte is lost on the way.
fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + body.len() / 8);
    let last = body.len().saturating_sub(usize::from(body.ends_with(b"\n")));
    for line in body.get(..last).unwrap_or(body).split(|b| *b == b'\n') {
        let mut width = 0;
        for (n, b) in line.iter().enumerate() {
            let at_end = n + 1 == line.len();
            let plain = matches!(b, b'!'..=b'~' if *b != b'=') || (matches!(b, b' ' | b'\t') && !at_end);
            let size = if plain { 1 } else { 3 };
            if width + size > 75 {
                out.extend_from_slice(b"=\n");
                width = 0;
            }
            // What would look like the beginning of a mailbox entry.
            let plain = plain && !(width == 0 && *b == b'F');
            if plain {
                out.push(*b);
                width += 1;
            } else {
                out.extend_from_slice(format!("={b:02X}").as_bytes());
                width += 3;
            }
        }
        out.push(b'\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_folded_and_encoded() {
        assert_eq!(folded("Subject: [PATCH 1/1] ", "Short"), "Subject: [PATCH 1/1] Short\n");
        let long = folded("Subject: ", &"word ".repeat(20));
        assert!(long.lines().all(|line| line.len() <= 78) && long.lines().skip(1).all(|line| line.starts_with(' ')));
        assert_eq!(folded("Subject: ", "Grüße"), "Subject: =?UTF-8?q?Gr=C3=BC=C3=9Fe?=\n");
        assert_eq!((phrase("Ada Lovelace"), phrase("A. B.")), ("Ada Lovelace".into(), "\"A. B.\"".into()));
    }

    #[test]
    fn carriage_returns_and_long_lines_are_quoted() {
        let body = [b"+a\r\nFrom \n".as_slice(), &[b'x'; 80], b"=\n"].concat();
        let text = String::from_utf8(quoted_printable(&body)).unwrap_or_default();
        assert!(text.starts_with("+a=0D\n=46rom=20\n"), "{text}");
        assert!(text.lines().all(|line| line.len() <= 76) && text.ends_with("=3D\n"), "{text}");
    }
}
