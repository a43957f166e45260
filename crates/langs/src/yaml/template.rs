//! Template actions in text that is to become YAML.
//!
//! Two thirds of the manifests in chart repositories are templates and no valid YAML. Their
//! actions (`{{ .. }}`, `{% .. %}`, `{# .. #}`, `<% .. %>`) are masked with as many bytes of
//! filler, so that what is left parses and every offset stays what it was. A line of actions alone
//! becomes a blank line, which YAML allows anywhere, block scalars included; an action within
//! a line becomes letters.

use sixify_core::Span;

/// A template action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Its place, delimiters included.
    pub span: Span,
    /// Whether it puts text into the output; `if`, `end`, assignments and comments do not.
    pub emits: bool,
    /// Whether nothing but actions stands on its lines.
    pub alone: bool,
    /// The column that it indents its output to, when it says so.
    pub indent: Option<usize>,
}

/// A text with its actions masked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Masked {
    /// The text, as long as the original one.
    pub text: String,
    /// The actions in order.
    pub actions: Vec<Action>,
}

impl Masked {
    /// The actions that share a byte with the range.
    pub fn within(&self, span: Span) -> &[Action] {
        let first = self.actions.partition_point(|a| a.span.end <= span.start);
        let end = self.actions.partition_point(|a| a.span.start < span.end);
        self.actions.get(first..end).unwrap_or(&[])
    }

    /// Whether an action touches the range.
    pub fn touches(&self, span: Span) -> bool {
        !self.within(span).is_empty()
    }

    /// Whether the line that the range stands on holds nothing but actions.
    pub fn alone(&self, line: Span) -> bool {
        self.within(line).iter().any(|a| a.alone)
    }

    /// The action that stands at this offset.
    pub fn at(&self, offset: usize) -> Option<&Action> {
        self.within(Span::new(offset, offset + 1)).first()
    }
}

const FORMS: [(&str, &str); 4] = [("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("<%", "%>")];
/// The place of `{# .. #}` among the forms.
const COMMENT: usize = 2;
/// Marks masked bytes until it is known what they become; no text file holds it.
const HOLE: u8 = 1;

/// Masks the actions of a text. Carriage returns before a line feed become blanks on the way, so
/// that no parser takes them for content.
pub fn mask(text: &str) -> Masked {
    let mut bytes = text.replace("\r\n", " \n").into_bytes();
    let mut actions = find(text);
    for action in &actions {
        for byte in &mut bytes[action.span.start..action.span.end] {
            if *byte != b'\n' {
                *byte = HOLE;
            }
        }
    }
    let blank: Vec<bool> = actions
        .iter_mut()
        .map(|action| {
            let lines = lines_of(&bytes, action.span);
            action.alone = only_holes(&bytes[lines.start..lines.end]);
            action.alone || vanishes(&bytes, text, action)
        })
        .collect();
    for (action, blank) in actions.iter().zip(blank) {
        let filler = if blank { b' ' } else { b'x' };
        // The line ends of an action that is alone stay; within a line they would end it.
        let fills = |b: &u8| *b == HOLE || (*b == b'\n' && !action.alone);
        bytes[action.span.start..action.span.end].iter_mut().filter(|b| fills(b)).for_each(|b| *b = filler);
    }
    lead_blocks(&mut bytes);
    // Whole characters were replaced by ASCII, so this is UTF-8 again.
    let text = String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned());
    Masked { text, actions }
}

/// A text without its template actions.
pub fn without_actions(text: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    for action in find(text) {
        out.push_str(text.get(at..action.span.start).unwrap_or(""));
        at = action.span.end;
    }
    out + text.get(at..).unwrap_or("")
}

/// The first lines of a block scalar set its indentation and must not be blank lines that are
/// longer than it (YAML 1.2, 8.1.1.1), so actions there become letters at the margin.
fn lead_blocks(bytes: &mut [u8]) {
    let mut starts = vec![0];
    starts.extend(bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(i, _)| i + 1));
    let ends: Vec<usize> = starts.iter().skip(1).map(|s| s - 1).chain([bytes.len()]).collect();
    let lines: Vec<Span> = starts.into_iter().zip(ends).map(|(start, end)| Span::new(start, end)).collect();
    let column = |line: &[u8]| line.iter().position(|b| *b != b' ').unwrap_or(line.len());
    let blank = |line: &[u8]| line.iter().all(u8::is_ascii_whitespace);
    for (n, header) in lines.iter().enumerate() {
        let header = &bytes[header.start..header.end];
        if !block_header(header) {
            continue;
        }
        let outer = column(header);
        let led = lines[n + 1..].iter().take_while(|l| blank(&bytes[l.start..l.end])).count();
        let Some(first) = lines.get(n + 1 + led) else { continue };
        let indent = column(&bytes[first.start..first.end]);
        for line in lines[n + 1..].iter().take(led).filter(|l| indent > outer && l.len() > indent) {
            bytes[line.start + indent..line.end].fill(b'x');
        }
    }
}

/// Whether a line ends with the header of a block scalar.
fn block_header(line: &[u8]) -> bool {
    let text = String::from_utf8_lossy(line);
    let body = text.split(" #").next().unwrap_or("").trim_end();
    let header = body.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-' || c == '+');
    let before = header.strip_suffix(['|', '>']).map(str::trim_end);
    body.len() - header.len() <= 2 && before.is_some_and(|b| b.ends_with([':', '-']))
}

/// Whether an action at the end of a line leaves nothing on it: it gives no text, or it stands
/// behind a `key:` or `-` and gives its text on lines of its own, as
/// `labels: {{- include "labels" . | nindent 4 }}` does. More keys may follow below that.
fn vanishes(bytes: &[u8], text: &str, action: &Action) -> bool {
    let content = |b: &&u8| !matches!(**b, b' ' | b'\t' | HOLE);
    let behind = bytes[action.span.end..].iter().find(content);
    if !matches!(behind, None | Some(b'\n' | b'\r' | b'#')) {
        return false;
    }
    let before = bytes[..action.span.start].iter().rev().find(content);
    !action.emits || (matches!(before, Some(b':' | b'-')) && action.span.text(text).contains("nindent"))
}

fn find(text: &str) -> Vec<Action> {
    let mut actions = Vec::new();
    // Forms of which no further action ends, so that nothing is searched twice.
    let mut unclosed = [false; FORMS.len()];
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or("");
        let Some(start) = rest.find(['{', '<']).map(|i| at + i) else { return actions };
        let form = FORMS.iter().position(|(open, _)| text[start..].starts_with(open));
        // `${#list[@]}` is the length of a list in a shell.
        let length = form == Some(COMMENT) && text[..start].ends_with('$');
        let Some(form) = form.filter(|form| !unclosed[*form] && !length) else {
            at = start + 1;
            continue;
        };
        let (open, close) = FORMS[form];
        let inner = text[start..].get(open.len()..).unwrap_or("");
        // A comment may hold anything, closing braces included.
        let comment = inner.trim_start_matches('-').trim_start().starts_with("/*");
        let skip = if comment { inner.find("*/").unwrap_or(0) } else { 0 };
        let Some(length) = inner[skip..].find(close).map(|i| i + skip) else {
            unclosed[form] = true;
            continue;
        };
        let span = Span::new(start, start + open.len() + length + close.len());
        let body = inner[..length].trim_matches(['-', '+', '=']).trim();
        let statement = open == "{%" || open == "{#" || (open == "<%" && !inner.starts_with('='));
        actions.push(Action { span, emits: !statement && emits(body), alone: false, indent: indent(body) });
        at = span.end;
    }
}

/// Whether a Go template or Jinja expression gives output.
fn emits(body: &str) -> bool {
    let word = body.split(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
    let silent = ["if", "else", "end", "range", "with", "define", "block", "break", "continue"].contains(&word);
    let assignment = word.starts_with('$') && body[word.len()..].trim_start().starts_with([':', '=']);
    !silent && !assignment && !body.starts_with("/*") && !body.is_empty()
}

/// The number that `indent` or `nindent` is given.
fn indent(body: &str) -> Option<usize> {
    let at = body.rfind("indent")? + "indent".len();
    let digits = body[at..].trim_start_matches([' ', '(']);
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}

/// From the start of the first line of a range to the end of its last one.
fn lines_of(bytes: &[u8], span: Span) -> Span {
    let start = bytes[..span.start].iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    let end = bytes[span.end..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |i| span.end + i);
    Span::new(start, end)
}

fn only_holes(line: &[u8]) -> bool {
    let mut rest = line.iter().filter(|b| !b.is_ascii_whitespace() && **b != HOLE);
    // A comment behind the action stays a comment.
    rest.next().is_none_or(|b| *b == b'#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_actions_become_blank_and_inline_ones_letters() {
        let text = "a:\n  {{- if .x }}\n  b: {{ .y }}-{{ .z }}\n  {{- end }} # é\n{% for %}\r\nc: \"{{ f \"q\" }}\"\n";
        let masked = mask(text);
        assert_eq!(masked.text.len(), text.len());
        let b = "  b: xxxxxxxx-xxxxxxxx\n";
        assert_eq!(masked.text, format!("a:\n{:14}\n{b}{:12} # é\n{:9} \nc: \"xxxxxxxxxxx\"\n", "", "", ""));
        let emits: Vec<bool> = masked.actions.iter().map(|a| a.emits).collect();
        assert_eq!(emits, [false, true, true, false, false, true]);
    }

    #[test]
    fn an_action_that_indents_a_block_leaves_room_for_more_keys() {
        let masked = mask("l: {{- include \"l\" . | nindent 4 }}\n    m: 1\n");
        assert_eq!(masked.text.trim_end(), "l:                                 \n    m: 1");
        assert_eq!(masked.actions[0].indent, Some(4));
        assert_eq!(mask("image: {{ .x }}\n").text, "image: xxxxxxxx\n");
        assert_eq!(mask("{{with .x}}a: \"{{.}}\"{{end}}\n").text, "xxxxxxxxxxxa: \"xxxxx\"       \n");
    }

    #[test]
    fn comments_span_lines_and_open_ends_are_text() {
        let masked = mask("{{- /* a }} \n b */ -}}\nx: 1 {{ y\n");
        assert_eq!(masked.text, "            \n         \nx: 1 {{ y\n");
        assert_eq!(masked.actions.len(), 1);
        assert_eq!(mask("x: {{ a\n b }}c\n").text, "x: xxxxxxxxxxc\n");
        assert_eq!(mask("a ${#x[@]} ${y#}\n").text, "a ${#x[@]} ${y#}\n");
    }
}
