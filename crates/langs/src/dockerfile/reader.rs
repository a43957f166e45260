//! From lines to instructions: continuation lines, comments between them, here-documents.

use sixify_core::Span;

use crate::dockerfile::Instruction;

pub(super) struct Reader<'a> {
    text: &'a str,
    code: Vec<u8>,
    at: usize,
    line: usize,
    escape: u8,
    found: Vec<Instruction>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut reader =
            Reader { text, code: text.as_bytes().to_vec(), at: 0, line: 1, escape: b'\\', found: Vec::new() };
        // Parser directives are comments above everything else.
        for line in text.lines().map(str::trim).take_while(|l| l.starts_with('#')) {
            let directive = line.trim_start_matches('#').split_once('=');
            if directive.is_some_and(|(k, v)| k.trim().eq_ignore_ascii_case("escape") && v.trim() == "`") {
                reader.escape = b'`';
            }
        }
        reader
    }

    /// The text with continuation lines made uniform, and the instructions.
    pub(super) fn read(mut self) -> (String, Vec<Instruction>) {
        while self.instruction() {}
        // Only whole lines, blanks and ASCII marks were overwritten, so this is UTF-8 still.
        (String::from_utf8(self.code).unwrap_or_else(|_| self.text.to_owned()), self.found)
    }

    /// The physical line that begins at `at`, with its line end.
    fn physical(&self, at: usize) -> Span {
        let length = self.text.get(at..).unwrap_or("").find('\n').map_or(self.text.len() - at, |i| i + 1);
        Span::new(at, at + length)
    }

    fn take(&mut self) -> Span {
        let line = self.physical(self.at);
        self.at = line.end;
        self.line += 1;
        line
    }

    /// Reads the next instruction, if there is one.
    fn instruction(&mut self) -> bool {
        let (start, line) = loop {
            if self.at >= self.text.len() {
                return false;
            }
            let number = self.line;
            let line = self.take();
            let text = line.text(self.text);
            let trimmed = text.trim();
            if !trimmed.is_empty() && !trimmed.starts_with('#') {
                let start = line.start + (text.len() - text.trim_start().len());
                break (Span::new(start, line.end), number);
            }
        };
        let mut last = start;
        while self.continues(last) {
            // Comments and blank lines within an instruction do not end it.
            loop {
                let next = self.physical(self.at).text(self.text).trim();
                if self.at >= self.text.len() || !(next.is_empty() || next.starts_with('#')) {
                    break;
                }
                let skipped = self.take();
                self.code[skipped.start..skipped.end].fill(b' ');
            }
            if self.at >= self.text.len() {
                break;
            }
            last = self.take();
        }
        let end = last.start + last.text(self.text).trim_end().len();
        let end = end.max(start.start);
        let keyword_text: String =
            Span::new(start.start, end).text(self.text).chars().take_while(|c| !c.is_whitespace()).collect();
        let args = self.skip_flags(start.start + keyword_text.len(), end);
        let keyword = keyword_text.to_ascii_uppercase();
        let heredocs =
            if matches!(keyword.as_str(), "RUN" | "COPY" | "ADD") { self.heredocs(args) } else { Vec::new() };
        let end = if heredocs.is_empty() { end } else { self.text.get(..self.at).unwrap_or("").trim_end().len() };
        self.found.push(Instruction { keyword, span: Span::new(start.start, end), args, heredocs, line, stage: None });
        true
    }

    /// Whether the next line belongs to the instruction too; makes the mark of that uniform.
    fn continues(&mut self, line: Span) -> bool {
        let body = line.text(self.text).trim_end();
        if body.as_bytes().last() != Some(&self.escape) || !line.text(self.text).ends_with('\n') {
            return false;
        }
        // A doubled backslash is an escaped one; Docker continues nevertheless.
        let mark = line.start + body.len() - 1;
        self.code[mark..line.end].fill(b' ');
        self.code[line.end - 1] = b'\n';
        self.code[line.end - 2] = b'\\';
        true
    }

    /// The range behind the `--flags` of an instruction, without blanks around it.
    fn skip_flags(&self, from: usize, end: usize) -> Span {
        let code = &self.code[..end];
        let mut at = from.min(end);
        loop {
            while at < end
                && (code[at].is_ascii_whitespace() || (code[at] == b'\\' && code.get(at + 1) == Some(&b'\n')))
            {
                at += 1;
            }
            if !code[at..].starts_with(b"--") {
                return Span::new(at, end);
            }
            while at < end && !code[at].is_ascii_whitespace() {
                at += 1;
            }
        }
    }

    /// Reads the lines of the here-documents that the arguments announce.
    fn heredocs(&mut self, args: Span) -> Vec<Span> {
        let mut bodies = Vec::new();
        let mut announced = Vec::new();
        let text = args.text(self.text);
        for (at, _) in text.match_indices("<<") {
            let behind = text[at + 2..].trim_start_matches('-');
            if text[..at].ends_with('<') || behind.starts_with('<') {
                continue;
            }
            let bare = behind.trim_start_matches(['"', '\'']);
            let name: String = bare.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) {
                announced.push(name);
            }
        }
        for name in announced {
            let start = self.at;
            let rest = self.text.get(start..).unwrap_or("");
            // Arithmetic and the like announce nothing: without an end there is no body.
            if !rest.lines().any(|l| l.trim() == name) {
                continue;
            }
            let mut end = start;
            while self.at < self.text.len() {
                let line = self.take();
                if line.text(self.text).trim() == name {
                    break;
                }
                end = line.end;
            }
            bodies.push(Span::new(start, end));
        }
        bodies
    }
}
