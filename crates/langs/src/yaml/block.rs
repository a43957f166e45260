//! Block scalars: header, indentation, folding, last line ends (YAML 1.2, 8.1).

use sixify_core::Span;

use crate::embed::decode::Decoded;
use crate::yaml::scalar::Style;
use crate::yaml::template::Masked;

struct Line {
    /// From the margin of the block to the line end, which is not in it.
    content: Span,
    /// Whether the line end is one byte.
    lf: bool,
    blank: bool,
}

/// Decodes a block scalar, header included, and says how it is indented.
pub(super) fn decode(text: &str, masked: &Masked, span: Span, style: Style) -> (Style, Decoded) {
    let whole = span.text(text);
    let header = whole.find('\n').map_or(whole, |i| &whole[..i]);
    let body = Span::new((span.start + header.len() + 1).min(span.end), body_end(masked, header, span.end));
    let digit = indicators(header).chars().skip(1).find_map(|c| c.to_digit(10));
    let lines = lines(text, masked, body);
    let blank = |l: &Span| l.text(&masked.text).trim().is_empty();
    let column = |l: &Span| l.len() - l.text(&masked.text).trim_start_matches(' ').len();
    let first = lines.iter().map(|(l, _)| l).find(|l| !blank(l));
    let indent = match (digit, first) {
        (Some(digit), _) => {
            let least = lines.iter().map(|(l, _)| l).filter(|l| !blank(l)).map(column).min().unwrap_or(0);
            least.min(parent_column(text, span.start) + digit as usize)
        }
        (None, Some(first)) => column(first),
        (None, None) => 0,
    };
    let folded = matches!(style, Style::Folded { .. });
    let mut out = Decoded::default();
    let lines: Vec<Line> = lines
        .into_iter()
        .map(|(l, lf)| {
            let margin = column(&l).min(indent);
            // A line of actions alone may stand left of the margin.
            let start = if masked.alone(l) { l.start } else { l.start + margin };
            Line { content: Span::new(start, l.end), lf, blank: start == l.end }
        })
        .collect();
    for (n, line) in lines.iter().enumerate() {
        out.keep(text, line.content);
        let more = |l: &Line| l.content.text(text).starts_with([' ', '\t']);
        let joins = folded && !line.blank && lines.get(n + 1).is_some_and(|l| !l.blank && !more(l)) && !more(line);
        if joins {
            out.put(" ");
        } else if line.lf {
            out.keep(text, Span::new(line.content.end, line.content.end + 1));
        } else {
            out.put("\n");
        }
    }
    chomp(&mut out, header, text, body);
    let style = if folded { Style::Folded { indent } } else { Style::Literal { indent } };
    (style, out.close(body.start))
}

/// Where a block ends: with `+` its last blank lines belong to it.
fn body_end(masked: &Masked, header: &str, end: usize) -> usize {
    if !indicators(header).contains('+') {
        return end;
    }
    let rest = masked.text.get(end..).unwrap_or("");
    let content = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
    end + rest[..content].rfind('\n').map_or(0, |i| i + 1)
}

/// The indicators of a block header, without its comment.
fn indicators(header: &str) -> &str {
    header.split('#').next().unwrap_or(header)
}

/// The indentation of the node that a block scalar belongs to: the column of its key, or of its
/// dash where it is an item of a sequence.
fn parent_column(text: &str, at: usize) -> usize {
    let line = text.get(..at).unwrap_or("");
    let line = &line[line.rfind('\n').map_or(0, |i| i + 1)..];
    let mut column = 0;
    let mut dash = None;
    for c in line.chars() {
        match c {
            ' ' => {}
            '-' => dash = Some(column),
            _ => return column,
        }
        column += 1;
    }
    dash.unwrap_or(column)
}

/// Ends the text as the header says: `-` without a line end, `+` with all of them, else with one.
fn chomp(out: &mut Decoded, header: &str, text: &str, body: Span) {
    let indicator = indicators(header);
    let content = out.text.trim_end_matches('\n').len();
    if indicator.contains('-') || content == 0 {
        out.truncate(content);
    } else if !indicator.contains('+') {
        // The parser ends a block before its last line end; a file may lack that one.
        let ends = out.text.len() > content || text.get(body.end..).is_some_and(|t| !t.is_empty());
        out.truncate(if ends { (content + 1).min(out.text.len()) } else { content });
    }
}

/// The lines of a block without their line ends, and whether each ends with a lone line feed.
fn lines(text: &str, masked: &Masked, body: Span) -> Vec<(Span, bool)> {
    let mut found = Vec::new();
    let mut at = body.start;
    while at < body.end {
        let rest = Span::new(at, text.len()).text(&masked.text);
        let length = rest.find('\n').unwrap_or(rest.len());
        let crlf = at + length > at && text.as_bytes().get(at + length - 1) == Some(&b'\r');
        let end = at + length - usize::from(crlf);
        found.push((Span::new(at, end), !crlf && length < rest.len()));
        at += length + 1;
    }
    found
}
