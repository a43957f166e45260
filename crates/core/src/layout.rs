//! What the bytes of a file look like beside its text: encoding, byte order mark, line ends,
//! final newline, indentation. An edit must leave all of it as it was.

use crate::span::Span;

/// How the characters of a file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, the usual case.
    Utf8,
    /// Some encoding with one byte per ASCII character that is not UTF-8. Every byte is carried
    /// as the character of the same number (ISO 8859-1), so whatever it means is kept.
    Latin1,
}

/// How lines end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eol {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
    /// A lone `\r`, as on old Macintosh systems.
    Cr,
}

impl Eol {
    /// The bytes of the line end.
    pub fn as_str(self) -> &'static str {
        match self {
            Eol::Lf => "\n",
            Eol::CrLf => "\r\n",
            Eol::Cr => "\r",
        }
    }
}

/// Why bytes are not a text that can be edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecodable {
    /// Holds a NUL byte near its start.
    Binary,
    /// UTF-16 or UTF-32, told by its byte order mark.
    Wide,
}

/// The layout of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Whether a UTF-8 byte order mark stands before the text.
    pub bom: bool,
    /// How characters are written.
    pub encoding: Encoding,
    /// The line end that most lines have; [`Eol::Lf`] when there is none.
    pub eol: Eol,
    /// Whether the last line ends with a line end.
    pub final_newline: bool,
}

const BOM: &[u8] = b"\xEF\xBB\xBF";
/// Byte order marks of UTF-16 and UTF-32, either end first; `FF FE` begins two of them.
const WIDE: [&[u8]; 3] = [b"\xFF\xFE", b"\xFE\xFF", b"\0\0\xFE\xFF"];
/// Git's own test for a binary file looks at the same number of bytes.
const BINARY_PROBE: usize = 8000;

/// Whether bytes are a text that can be edited, with one byte for each ASCII character.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    decodable(bytes).is_ok()
}

fn decodable(bytes: &[u8]) -> Result<(), Undecodable> {
    if WIDE.iter().any(|mark| bytes.starts_with(mark)) {
        return Err(Undecodable::Wide);
    }
    if bytes[..bytes.len().min(BINARY_PROBE)].contains(&0) {
        return Err(Undecodable::Binary);
    }
    Ok(())
}

impl Layout {
    /// Splits bytes into text and layout.
    ///
    /// # Errors
    /// When the bytes are not a text that can be edited.
    pub fn decode(bytes: &[u8]) -> Result<(String, Layout), Undecodable> {
        decodable(bytes)?;
        let bom = bytes.starts_with(BOM);
        let body = if bom { &bytes[BOM.len()..] } else { bytes };
        let (text, encoding) = match std::str::from_utf8(body) {
            Ok(text) => (text.to_owned(), Encoding::Utf8),
            Err(_) => (body.iter().map(|b| char::from(*b)).collect(), Encoding::Latin1),
        };
        let layout =
            Layout { bom, encoding, eol: LineEnds::count(&text).usual(), final_newline: text.ends_with(['\n', '\r']) };
        Ok((text, layout))
    }

    /// The bytes of a text in this layout; `None` when it holds a character that the encoding
    /// cannot write.
    pub fn encode(&self, text: &str) -> Option<Vec<u8>> {
        let mut out = if self.bom { BOM.to_vec() } else { Vec::new() };
        match self.encoding {
            Encoding::Utf8 => out.extend_from_slice(text.as_bytes()),
            Encoding::Latin1 => {
                for c in text.chars() {
                    out.push(u8::try_from(u32::from(c)).ok()?);
                }
            }
        }
        Some(out)
    }

    /// The byte offset in the file of an offset in its decoded text.
    pub fn byte_offset(&self, text: &str, offset: usize) -> usize {
        let bom = if self.bom { BOM.len() } else { 0 };
        bom + match self.encoding {
            Encoding::Utf8 => offset,
            Encoding::Latin1 => Span::new(0, offset).text(text).chars().count(),
        }
    }

    /// New text as it must be written at `at`: its line ends become those of the line it goes
    /// into, or of the line before where that is the last one.
    pub fn adapt(&self, text: &str, at: usize, new: &str) -> String {
        if !new.contains('\n') {
            return new.to_owned();
        }
        let eol = eol_near(text, at).unwrap_or(self.eol);
        new.replace("\r\n", "\n").replace('\n', eol.as_str())
    }
}

/// The line end of the line that holds `at`, or of the one before it.
fn eol_near(text: &str, at: usize) -> Option<Eol> {
    let bytes = text.as_bytes();
    let at = at.min(bytes.len());
    let behind = bytes[at..].iter().position(|b| *b == b'\n').map(|i| at + i);
    let newline = behind.or_else(|| bytes[..at].iter().rposition(|b| *b == b'\n'))?;
    let crlf = newline > 0 && bytes[newline - 1] == b'\r';
    Some(if crlf { Eol::CrLf } else { Eol::Lf })
}

/// How many lines of a text end in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LineEnds {
    /// `\n` without `\r` before it.
    pub lf: usize,
    /// `\r\n`
    pub crlf: usize,
    /// `\r` without `\n` behind it.
    pub cr: usize,
}

impl LineEnds {
    pub fn count(text: &str) -> Self {
        let mut ends = LineEnds::default();
        let bytes = text.as_bytes();
        for (i, b) in bytes.iter().enumerate() {
            match b {
                b'\n' if i > 0 && bytes[i - 1] == b'\r' => ends.crlf += 1,
                b'\n' => ends.lf += 1,
                b'\r' if bytes.get(i + 1) != Some(&b'\n') => ends.cr += 1,
                _ => {}
            }
        }
        ends
    }

    /// The line end that most lines have. A lone `\r` counts only where there is nothing else:
    /// in other files it is a stray control character.
    fn usual(self) -> Eol {
        if self.crlf > self.lf {
            Eol::CrLf
        } else if self.cr > 0 && self.lf == 0 && self.crlf == 0 {
            Eol::Cr
        } else {
            Eol::Lf
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

    use super::*;

    #[test]
    fn every_layout_comes_back_byte_for_byte() {
        let cases: [&[u8]; 6] = [b"a\nb\n", b"a\r\nb", b"\xEF\xBB\xBFa\r\n", b"caf\xE9 \x81\n", b"a\rb\r", b""];
        for bytes in cases {
            let (text, layout) = Layout::decode(bytes).expect("text");
            assert_eq!(layout.encode(&text).as_deref(), Some(bytes));
        }
    }

    #[test]
    fn wide_and_binary_files_are_refused_by_name() {
        assert_eq!(Layout::decode(b"\0\0\xFE\xFF\0\0\0a"), Err(Undecodable::Wide));
        assert_eq!(Layout::decode(b"\xFF\xFEa\0"), Err(Undecodable::Wide));
        assert_eq!(Layout::decode(b"a\0b"), Err(Undecodable::Binary));
    }

    #[test]
    fn new_lines_end_like_the_line_they_go_into() {
        let text = "a\r\nb\nc";
        let (_, layout) = Layout::decode(text.as_bytes()).expect("text");
        assert_eq!(layout.adapt(text, 1, "x\ny"), "x\r\ny");
        assert_eq!(layout.adapt(text, 4, "x\ny"), "x\ny");
        assert_eq!(layout.adapt(text, 6, "x\ny"), "x\ny");
    }

    #[test]
    fn offsets_count_bytes_of_the_file() {
        let (text, layout) = Layout::decode(b"\xEF\xBB\xBF\xC3\xA9x").expect("text");
        assert_eq!(layout.byte_offset(&text, 2), 5);
        let (text, layout) = Layout::decode(b"\xE9x").expect("text");
        assert_eq!(text, "\u{e9}x");
        assert_eq!(layout.byte_offset(&text, 2), 1);
        assert_eq!(layout.encode("\u{20ac}"), None);
    }
}
