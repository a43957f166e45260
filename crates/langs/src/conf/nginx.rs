//! nginx configuration: directives that end in `;` and blocks in braces, as `ngx_conf_read_token`
//! reads them (nginx, src/core/ngx_conf_file.c).
//!
//! Template actions are opaque. Those that only steer (`{% if x %}`) become blanks, those that give
//! text within a line become letters of the word they stand in, and a line of actions or
//! placeholders alone (`${EXTRA}`) becomes a blank one, so that it does not run into the directive
//! below it.

use std::rc::Rc;

use sixify_core::{Document, Span};

use crate::yaml::template;
use crate::yaml::template::Masked;

/// A word of a directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What stands there without its quotes; template actions as they are written.
    pub value: String,
    /// Its place, quotes included.
    pub span: Span,
    /// Whether it is quoted.
    pub quoted: bool,
    /// Whether a template action stands in it.
    pub templated: bool,
}

/// A directive, with or without a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its name.
    pub name: String,
    /// Its arguments.
    pub args: Vec<Word>,
    /// From the name to the `;` or `{`, which is in it.
    pub span: Span,
    /// From the `{` to the `}` of its block, both in it.
    pub block: Option<Span>,
    /// The place in [`Nginx::statements`] of the block that it stands in.
    pub parent: Option<usize>,
    /// 1-based line.
    pub line: usize,
}

/// The directives of a file, in order; a block comes before what it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nginx {
    /// All of them.
    pub statements: Vec<Statement>,
    /// Whether every block that is opened is closed, and nothing else is. Templates that open a
    /// block in each branch of a condition are not.
    pub balanced: bool,
    /// Template actions that give no text, such as conditions and their ends, in order.
    pub steers: Vec<Span>,
}

impl Nginx {
    /// The directives of a document, worked out once.
    pub fn of(doc: &Document) -> Rc<Nginx> {
        doc.memo(|doc| Nginx::parse(&doc.text))
    }

    /// Reads a text.
    pub fn parse(text: &str) -> Nginx {
        let masked = template::mask(text);
        let visible = visible(text, &masked);
        let steers = masked.actions.iter().filter(|a| !a.emits).map(|a| a.span).collect();
        let read = Reader { text, visible: &visible, masked: &masked, at: 0, line: 1, counted: 0 }.read();
        Nginx { steers, ..read }
    }

    /// The template actions within a range that give no text.
    pub fn steers_in(&self, span: Span) -> &[Span] {
        let first = self.steers.partition_point(|s| s.start < span.start);
        let end = self.steers.partition_point(|s| s.end <= span.end);
        self.steers.get(first..end).unwrap_or(&[])
    }

    /// The statements of this name.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (usize, &'a Statement)> {
        self.statements.iter().enumerate().filter(move |(_, s)| s.name == name)
    }

    /// The statements that stand directly in a block; `None` for the top of the file.
    pub fn children(&self, parent: Option<usize>) -> impl Iterator<Item = (usize, &Statement)> {
        self.statements.iter().enumerate().filter(move |(_, s)| s.parent == parent)
    }

    /// The block that a statement stands in.
    pub fn parent(&self, statement: &Statement) -> Option<&Statement> {
        self.statements.get(statement.parent?)
    }

    /// Whether a statement stands in a block of this name, at any depth.
    pub fn inside(&self, statement: &Statement, name: &str) -> bool {
        let mut next = self.parent(statement);
        while let Some(outer) = next {
            if outer.name == name {
                return true;
            }
            next = self.parent(outer);
        }
        false
    }
}

/// The text as the reader sees it: as long as the original, with template actions masked.
fn visible(text: &str, masked: &Masked) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for action in &masked.actions {
        let filler = if action.emits && !action.alone { b'x' } else { b' ' };
        for byte in bytes.iter_mut().take(action.span.end).skip(action.span.start) {
            // Line ends within a word would end it.
            if *byte != b'\n' || filler == b'x' {
                *byte = filler;
            }
        }
    }
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if placeholder(line.trim()) {
            let end = at + line.trim_end().len();
            bytes.iter_mut().take(end).skip(at).for_each(|b| *b = b' ');
        }
        at += line.len();
    }
    // Whole characters were replaced by ASCII, so this is UTF-8 again.
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// `${NAME}`, `$NAME`, `@NAME@`, `%NAME%`, `__NAME__`: what a script replaces by lines.
fn placeholder(line: &str) -> bool {
    let name = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let between =
        |open: &str, close: &str| line.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).is_some_and(name);
    between("${", "}") || between("$", "") || between("@", "@") || between("%", "%") || between("__", "__")
}

struct Reader<'a> {
    text: &'a str,
    visible: &'a str,
    masked: &'a Masked,
    at: usize,
    /// The line at `counted`.
    line: usize,
    counted: usize,
}

enum Token {
    Word(Word),
    Open(usize),
    Close(usize),
    End(usize),
}

impl Reader<'_> {
    fn read(mut self) -> Nginx {
        let mut found = Nginx { balanced: true, ..Nginx::default() };
        let mut open: Vec<usize> = Vec::new();
        let mut words: Vec<Word> = Vec::new();
        while let Some(token) = self.token() {
            match token {
                Token::Word(word) => words.push(word),
                Token::End(at) => self.statement(&mut found, &mut words, at, open.last().copied()),
                Token::Open(at) => {
                    let lua = words.first().is_some_and(|w| w.value.ends_with("_by_lua_block"));
                    let number = found.statements.len();
                    self.statement(&mut found, &mut words, at, open.last().copied());
                    if found.statements.len() == number {
                        // A brace without a name; its block is read as part of the outer one.
                        found.balanced = false;
                        continue;
                    }
                    open.push(number);
                    if lua {
                        self.skip_lua();
                    }
                }
                Token::Close(at) => {
                    // A directive without its `;` is no directive.
                    found.balanced &= words.is_empty();
                    words.clear();
                    let block = open.pop().and_then(|number| found.statements.get_mut(number));
                    match block {
                        Some(statement) => {
                            let start = statement.span.end.saturating_sub(1);
                            statement.block = Some(Span::new(start, at + 1));
                        }
                        None => found.balanced = false,
                    }
                }
            }
        }
        found.balanced &= open.is_empty() && words.is_empty();
        found
    }

    fn statement(&mut self, found: &mut Nginx, words: &mut Vec<Word>, end: usize, parent: Option<usize>) {
        let mut words = std::mem::take(words).into_iter();
        let Some(name) = words.next() else { return };
        let span = Span::new(name.span.start, end + 1);
        let line = self.line_of(span.start);
        found.statements.push(Statement { name: name.value, args: words.collect(), span, block: None, parent, line });
    }

    /// The 1-based line of an offset; offsets come in order.
    fn line_of(&mut self, offset: usize) -> usize {
        let passed = Span::new(self.counted, offset.max(self.counted)).text(self.text);
        self.line += passed.matches('\n').count();
        self.counted = self.counted.max(offset);
        self.line
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.visible.as_bytes().get(at).copied()
    }

    fn token(&mut self) -> Option<Token> {
        loop {
            match self.byte(self.at)? {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'#' => {
                    let rest = self.visible.get(self.at..).unwrap_or("");
                    self.at += rest.find('\n').unwrap_or(rest.len());
                }
                byte @ (b';' | b'{' | b'}') => {
                    let at = self.at;
                    self.at += 1;
                    return Some(match byte {
                        b';' => Token::End(at),
                        b'{' => Token::Open(at),
                        _ => Token::Close(at),
                    });
                }
                quote @ (b'"' | b'\'') => return Some(self.quoted(quote)),
                _ => return Some(self.bare()),
            }
        }
    }

    fn quoted(&mut self, quote: u8) -> Token {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.byte(self.at) {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == quote {
                break;
            }
        }
        self.at = self.at.min(self.visible.len());
        let span = Span::new(start, self.at);
        let inner = Span::new(start + 1, self.at.saturating_sub(1).max(start + 1));
        Token::Word(self.word(span, inner, true))
    }

    fn bare(&mut self) -> Token {
        let start = self.at;
        let mut dollar = false;
        while let Some(byte) = self.byte(self.at) {
            match byte {
                b'\\' => self.at += 1,
                // `${name}` is a variable, any other brace opens a block.
                b'{' if dollar => {}
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'{' => break,
                _ => {}
            }
            dollar = byte == b'$';
            self.at += 1;
        }
        self.at = self.at.min(self.visible.len());
        let span = Span::new(start, self.at);
        Token::Word(self.word(span, span, false))
    }

    fn word(&self, span: Span, inner: Span, quoted: bool) -> Word {
        let value = inner.text(self.text).to_owned();
        Word { value, span, quoted, templated: self.masked.touches(span) }
    }

    /// Passes over a block of Lua up to the brace that ends it.
    fn skip_lua(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.byte(self.at) {
            match byte {
                b'{' => depth += 1,
                b'}' if depth == 0 => return,
                b'}' => depth -= 1,
                b'"' | b'\'' => {
                    self.quoted(byte);
                    continue;
                }
                b'-' if self.byte(self.at + 1) == Some(b'-') => {
                    let rest = self.visible.get(self.at..).unwrap_or("");
                    self.at += rest.find('\n').unwrap_or(rest.len());
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Vec<(String, Vec<String>, Option<String>)> {
        let found = Nginx::parse(text);
        let outer = |s: &Statement| found.parent(s).map(|p| p.name.clone());
        let args = |s: &Statement| s.args.iter().map(|a| a.value.clone()).collect();
        found.statements.iter().map(|s| (s.name.clone(), args(s), outer(s))).collect()
    }

    #[test]
    fn directives_know_their_places_and_blocks() {
        let text = "# c {\r\nhttp {\r\n  server { listen 80 ssl; # d ;\r\n  server_name \"a;b\" 'c\\'}' ~^(?<x>.+)\\.e$;\r\n }\r\n}\r\n";
        let found = Nginx::parse(text);
        assert!(found.balanced);
        let listen = found.named("listen").next().map(|(_, s)| s).cloned();
        assert_eq!(listen.as_ref().map(|s| (s.span.text(text), s.line)), Some(("listen 80 ssl;", 3)));
        assert_eq!(listen.as_ref().map(|s| found.inside(s, "http")), Some(true));
        let names = found.named("server_name").next().map(|(_, s)| s.args.len());
        assert_eq!(names, Some(3));
        let server = found.named("server").next().and_then(|(_, s)| s.block);
        assert_eq!(server.map(|b| b.text(text).starts_with("{ listen") && b.text(text).ends_with('}')), Some(true));
    }

    #[test]
    fn actions_and_placeholders_stay_in_their_words_or_vanish() {
        let text = "server {\n {{ include \"x\" . }}\n ${EXTRA}\n listen 80{% if p %} proxy_protocol{% endif %};\n listen {{ port }};\n {% if t %}listen ${TLS_PORT} ssl;{% endif %}\n}\n";
        let listens: Vec<Vec<String>> =
            shape(text).into_iter().filter(|s| s.0 == "listen").map(|(_, args, _)| args).collect();
        assert_eq!(listens, [vec!["80", "proxy_protocol"], vec!["{{ port }}"], vec!["${TLS_PORT}", "ssl"]]);
        assert!(Nginx::parse(text).balanced);
    }

    #[test]
    fn lua_blocks_are_passed_over_and_open_ends_are_told() {
        let text = "location / { content_by_lua_block { local t = {a = \"}\"} -- }\n ngx.say(t) } }\nlisten 1;\n";
        assert!(Nginx::parse(text).balanced);
        assert_eq!(shape(text).last().map(|s| s.2.clone()), Some(None));
        for text in
            ["server { listen 80;\n", "listen 80\n", "}\n", "server { listen 80 }", "\"", "a \\", "${", "{ a; }"]
        {
            assert!(!Nginx::parse(text).balanced, "{text}");
        }
        assert!(Nginx::parse("").balanced);
    }
}
