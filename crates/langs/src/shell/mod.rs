//! Shell scripts: simple commands and their words, with quotes taken off where that can be done
//! without running anything (POSIX Shell Command Language, 2.2 and 2.6).

use sixify_core::Span;

use crate::embed::decode::Decoded;
use crate::grammar::Grammar;
use crate::syntax::{Node, Tree};
use crate::yaml::template::{self, Masked};

mod vars;

pub use vars::{Assignment, Expansion, Variables, assignments, names};

/// How a word is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quoting {
    /// Not at all.
    Bare,
    /// Wholly in single quotes.
    Single,
    /// Wholly in double quotes.
    Double,
    /// In several ways.
    Mixed,
}

/// A word of a command.
#[derive(Clone, Debug)]
pub struct Word {
    /// Its place, quotes included.
    pub span: Span,
    /// What it says; expansions stand in it as they are written.
    pub decoded: Decoded,
    /// Whether the program gets exactly that: no expansion, no pattern, no template.
    pub fixed: bool,
    /// How it is quoted.
    pub quoting: Quoting,
}

/// A simple command.
#[derive(Clone, Debug)]
pub struct Simple {
    /// From its first to its last word.
    pub span: Span,
    /// The program and its arguments.
    pub words: Vec<Word>,
    /// What its output is written to with `>` or `>>`: the name of a file.
    pub output: Option<Word>,
    /// The body of a here-document it reads.
    pub heredoc: Option<Heredoc>,
    /// The command with what is assigned before it and redirected behind it.
    pub statement: Span,
    /// What its outcome goes into.
    pub bound: Bound,
}

/// What the outcome of a command goes into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Nothing that binds closer than `||` does.
    Loose,
    /// A pipeline, or what follows `&&`.
    Close,
    /// A negation that stands alone.
    Negated,
    /// A negation that stands among others.
    NegatedAmongOthers,
}

/// A here-document.
#[derive(Clone, Copy, Debug)]
pub struct Heredoc {
    /// Its lines, without the delimiter.
    pub body: Span,
    /// Whether the shell expands variables in it.
    pub expands: bool,
}

/// The simple commands of a script in order of their places, those in conditions, loops and
/// substitutions included. Commands in which the parser met something it does not understand are
/// left out.
pub fn commands(text: &str) -> Vec<Simple> {
    let masked = template::mask(text);
    let Some(tree) = Tree::parse(Grammar::Shell, &masked.text) else { return Vec::new() };
    tree.all("command").filter(|n| !n.has_error()).filter_map(|n| simple(text, &masked, n)).collect()
}

fn simple(text: &str, masked: &Masked, node: Node<'_>) -> Option<Simple> {
    const OTHER: [&str; 4] = ["variable_assignment", "file_redirect", "heredoc_redirect", "herestring_redirect"];
    let words: Vec<Word> = node.items().filter(|n| !n.is_any(&OTHER)).map(|n| word(text, masked, n.span())).collect();
    let span = Span::new(words.first()?.span.start, words.last()?.span.end);
    let around = redirected(node);
    let redirects = || node.children().chain(around.into_iter().flat_map(Node::children));
    let mut output = None;
    let mut heredoc = None;
    for redirect in redirects() {
        // What follows `<<EOF` on its line belongs to the here-document's node.
        for part in std::iter::once(redirect).chain(redirect.children().filter(|_| redirect.is("heredoc_redirect"))) {
            if part.is("file_redirect") {
                let writes = part.children().any(|c| [">", ">>", ">|"].contains(&c.text()));
                let fd = part.child("file_descriptor").is_none_or(|fd| fd.text() == "1");
                let target = part.items().find(|n| !n.is("file_descriptor")).filter(|_| writes && fd);
                output = output.or(target.map(|n| word(text, masked, n.span())));
            }
        }
        if let Some(body) = redirect.child("heredoc_body") {
            let expands = redirect.child("heredoc_start").is_some_and(|s| !s.text().contains(['\'', '"', '\\']));
            heredoc = Some(Heredoc { body: body.span(), expands });
        }
    }
    let statement = Span::new(node.start(), around.map_or(node.end(), Node::end).max(node.end()));
    Some(Simple { span, words, output, heredoc, statement, bound: bound(node) })
}

fn bound(node: Node<'_>) -> Bound {
    let mut at = node;
    while let Some(parent) = at.parent() {
        if parent.is("negated_command") {
            let among = parent.parent().is_some_and(|p| p.is_any(&["list", "pipeline", "redirected_statement"]));
            return if among { Bound::NegatedAmongOthers } else { Bound::Negated };
        }
        if parent.is("pipeline") {
            return Bound::Close;
        }
        if parent.is("list") {
            let before = parent.children().take_while(|child| *child != at);
            let and = before.last().is_some_and(|operator| operator.text() == "&&");
            return if and { Bound::Close } else { Bound::Loose };
        }
        if !parent.is("redirected_statement") {
            break;
        }
        at = parent;
    }
    Bound::Loose
}

/// The statement that redirects a command. The grammar puts redirections around a whole list, but
/// they belong to its last command.
fn redirected(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node;
    loop {
        let parent = at.parent()?;
        if parent.is("redirected_statement") {
            return Some(parent);
        }
        let last = parent.items().last() == Some(at);
        if !last || !parent.is_any(&["list", "pipeline"]) {
            return None;
        }
        at = parent;
    }
}

/// Takes the quotes off a word.
fn word(text: &str, masked: &Masked, span: Span) -> Word {
    let mut reader = Reader { text, at: span.start, end: span.end, out: Decoded::default(), fixed: true };
    let mut styles = Vec::new();
    while reader.at < span.end {
        let style = match reader.peek() {
            b'\'' => {
                reader.single();
                Quoting::Single
            }
            b'"' => {
                reader.double();
                Quoting::Double
            }
            _ => {
                reader.bare(span.start);
                Quoting::Bare
            }
        };
        if styles.last() != Some(&style) {
            styles.push(style);
        }
    }
    let quoting = if let [style] = styles.as_slice() { *style } else { Quoting::Mixed };
    let quotes = usize::from(matches!(quoting, Quoting::Single | Quoting::Double));
    let fixed = reader.fixed && !masked.touches(span);
    Word { span, decoded: reader.out.close(span.start + quotes), fixed, quoting }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    end: usize,
    out: Decoded,
    fixed: bool,
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// Takes the character at `at` over as it stands.
    fn keep(&mut self) {
        let rest = Span::new(self.at, self.end).text(self.text);
        let width = rest.chars().next().map_or(1, char::len_utf8);
        self.out.keep(self.text, Span::new(self.at, self.at + width));
        self.at += width;
    }

    fn single(&mut self) {
        let body = Span::new(self.at + 1, self.end);
        let length = body.text(self.text).find('\'').unwrap_or(body.len());
        self.out.keep(self.text, Span::new(body.start, body.start + length));
        self.at = body.start + length + 1;
    }

    fn double(&mut self) {
        self.at += 1;
        while self.at < self.end && self.peek() != b'"' {
            if self.peek() == b'\\' && self.escapes(b"$`\"\\\n") {
                self.escape();
            } else {
                self.fixed &= !matches!(self.peek(), b'$' | b'`');
                self.keep();
            }
        }
        self.at += 1;
    }

    fn bare(&mut self, start: usize) {
        while self.at < self.end && !matches!(self.peek(), b'\'' | b'"') {
            match self.peek() {
                b'\\' if self.at + 1 < self.end => self.escape(),
                c => {
                    let home = c == b'~' && self.at == start;
                    self.fixed &= !(home || matches!(c, b'$' | b'`' | b'*' | b'?' | b'[' | b'{' | b'<' | b'>' | b'('));
                    self.keep();
                }
            }
        }
    }

    fn escapes(&self, chars: &[u8]) -> bool {
        self.text.as_bytes().get(self.at + 1).is_some_and(|c| chars.contains(c))
    }

    /// A backslash and what it escapes; before a line end both vanish.
    fn escape(&mut self) {
        self.at += 1;
        if self.peek() == b'\n' {
            self.at += 1;
        } else {
            self.keep();
        }
    }
}

/// A word that says `value`, quoted only where the shell would change it.
pub fn quote(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', "'\\''"))
    }
}

/// The same in double quotes, for a word that stands within single ones.
pub fn quote_double(value: &str) -> String {
    match quote(value).strip_prefix('\'') {
        Some(_) if !value.contains(['"', '\\', '$', '`']) => format!("\"{value}\""),
        _ => quote(value),
    }
}

/// Splits a command line the way programs without a shell do it: blanks part words, quotes and
/// backslashes keep them together, and nothing is expanded. What `variables` finds in a word
/// makes it one that is not fixed.
pub fn split(text: &str, variables: fn(&str) -> bool) -> Vec<Word> {
    let masked = template::mask(text);
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|c: char| !c.is_whitespace()).map(|i| at + i) {
        let end = word_end(text, start);
        let mut word = word(text, &masked, Span::new(start, end));
        word.fixed = !variables(word.span.text(text)) && !masked.touches(word.span);
        words.push(word);
        at = end;
    }
    words
}

fn word_end(text: &str, start: usize) -> usize {
    let mut quote = None;
    let mut escaped = false;
    for (i, c) in text[start..].char_indices() {
        match quote {
            _ if escaped => escaped = false,
            None | Some('"') if c == '\\' => escaped = true,
            None if c.is_whitespace() => return start + i,
            None if c == '\'' || c == '"' => quote = Some(c),
            Some(q) if q == c => quote = None,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn words(text: &str) -> Vec<Vec<(String, bool)>> {
        commands(text).into_iter().map(|c| c.words.into_iter().map(|w| (w.decoded.text, w.fixed)).collect()).collect()
    }

    #[test]
    fn words_lose_their_quotes_and_tell_whether_they_are_fixed() {
        let found = words("A=1 exec redis-server \"a \\\"b\" 'c'd $X \"$Y\" * \\* {{ .z }} > log 2>&1\n");
        let wanted =
            [("exec", true), ("redis-server", true), ("a \"b", true), ("cd", true), ("$X", false), ("$Y", false)];
        let more = [("*", false), ("*", true), ("{{ .z }}", false)];
        let wanted: Vec<_> = wanted.into_iter().chain(more).map(|(w, f)| (w.to_owned(), f)).collect();
        assert_eq!(found, [wanted]);
    }

    #[test]
    fn commands_in_lists_conditions_and_continued_lines_are_found() {
        let found =
            commands("su - m && mongod --fork \\\n  --dbpath /d\nif x; then echo \"a = b\" > /etc/m.conf; fi\n");
        let programs: Vec<&str> = found.iter().map(|c| c.words[0].decoded.text.as_str()).collect();
        assert_eq!(programs, ["su", "mongod", "x", "echo"]);
        assert_eq!(found[1].words.len(), 4);
        assert_eq!(found[3].output.as_ref().map(|w| w.decoded.text.as_str()), Some("/etc/m.conf"));
    }

    #[test]
    fn here_documents_tell_their_body_and_target() {
        let text = "cat <<'EOF' > /etc/redis.conf\nbind 0.0.0.0\nEOF\ncat > a <<EOF\nx $y\nEOF\n";
        let found = commands(text);
        let body = |n: usize| found[n].heredoc.map(|h| (h.body.text(text), h.expands)).unwrap();
        assert_eq!(body(0), ("bind 0.0.0.0\n", false));
        assert_eq!(body(1), ("x $y\n", true));
        assert_eq!(found[0].output.as_ref().map(|w| w.decoded.text.as_str()), Some("/etc/redis.conf"));
        assert_eq!(found[1].output.as_ref().map(|w| w.decoded.text.as_str()), Some("a"));
    }

    #[test]
    fn split_knows_quotes_but_no_shell() {
        let found = split("redis-server  --bind \"0.0.0.0 ::\" * $X", |w| w.contains('$'));
        let got: Vec<_> = found.iter().map(|w| (w.decoded.text.as_str(), w.fixed)).collect();
        assert_eq!(got, [("redis-server", true), ("--bind", true), ("0.0.0.0 ::", true), ("*", true), ("$X", false)]);
    }

    #[test]
    fn only_what_the_shell_would_change_is_quoted() {
        assert_eq!(quote("--bind_ip=::,0.0.0.0"), "--bind_ip=::,0.0.0.0");
        assert_eq!(quote("[::]:80"), "'[::]:80'");
        assert_eq!(quote("*"), "'*'");
    }
}
