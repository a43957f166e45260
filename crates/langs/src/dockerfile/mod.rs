//! Dockerfiles: instructions, their exec and shell forms, stages and base images (Dockerfile
//! reference).
//!
//! Nothing is copied or unfolded. [`Dockerfile::code`] is the text of the file with as many
//! bytes, in which comment lines and blank lines inside an instruction are blank, and every line
//! continuation is a backslash right before a line feed; shell and JSON readers take that as it
//! is, so their offsets are offsets of the file.

use std::collections::BTreeMap;
use std::rc::Rc;

use sixify_core::{Document, Span};

use crate::embed::decode::Decoded;
use crate::yaml::template;

mod exec;
mod reader;

pub(crate) use exec::json_string;
use reader::Reader;

/// A Dockerfile.
#[derive(Debug, Default)]
pub struct Dockerfile {
    /// The text with continuation lines made uniform, see above.
    pub code: String,
    /// The instructions in order; those behind `ONBUILD` belong to another build and are left out.
    pub instructions: Vec<Instruction>,
    /// The stages in order.
    pub stages: Vec<Stage>,
}

/// An instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Its keyword in capitals.
    pub keyword: String,
    /// From the keyword to the end of its last line, here-documents included.
    pub span: Span,
    /// What stands behind the keyword and the `--flags`, without the here-documents' lines.
    pub args: Span,
    /// The bodies of its here-documents.
    pub heredocs: Vec<Span>,
    /// 1-based line of the keyword.
    pub line: usize,
    /// Number of the stage it belongs to; `None` before the first `FROM`.
    pub stage: Option<usize>,
}

/// A stage of the build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// The image it starts from, build arguments replaced by their defaults where they have one.
    pub image: String,
    /// The place of the image.
    pub image_span: Span,
    /// Its name.
    pub name: Option<String>,
    /// The earlier stage it starts from, when `image` names one.
    pub parent: Option<usize>,
}

/// An element of an instruction in exec form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Its place, quotes included.
    pub span: Span,
    /// What it says.
    pub decoded: Decoded,
}

impl Dockerfile {
    /// The instructions of a document, worked out once.
    pub fn of(doc: &Document) -> Rc<Dockerfile> {
        doc.memo(|doc| Dockerfile::parse(&doc.text))
    }

    /// Reads a text. Everything is a Dockerfile; lines that make no sense are instructions with
    /// keywords that nobody asks for.
    pub fn parse(text: &str) -> Dockerfile {
        // Dockerfiles are templates at times; the actions are opaque.
        let text = &template::mask(text).text;
        let (code, instructions) = Reader::new(text).read();
        let mut file = Dockerfile { code, instructions, stages: Vec::new() };
        file.find_stages();
        file
    }

    /// The elements of an instruction in exec form, a JSON array of strings; `None` for the shell
    /// form, which is what Docker takes anything else for.
    pub fn exec(&self, instruction: &Instruction) -> Option<Vec<Element>> {
        exec::json_strings(&self.code, instruction.args)
    }

    /// The image that a stage is built on in the end, through the stages before it.
    pub fn image(&self, stage: usize) -> Option<&Stage> {
        let mut at = self.stages.get(stage)?;
        while let Some(parent) = at.parent {
            // A parent is always an earlier stage, so this ends.
            at = self.stages.get(parent)?;
        }
        Some(at)
    }

    fn find_stages(&mut self) {
        let mut defaults: BTreeMap<String, String> = BTreeMap::new();
        for n in 0..self.instructions.len() {
            let args = self.instructions[n].args.text(&self.code).to_owned();
            match self.instructions[n].keyword.as_str() {
                "ARG" if self.stages.is_empty() => {
                    if let Some((name, value)) = args.split_once('=') {
                        let value = value.trim().trim_matches(['"', '\'']);
                        defaults.insert(name.trim().to_owned(), value.to_owned());
                    }
                }
                "FROM" => {
                    let stage = self.stage(&args, self.instructions[n].args.start, &defaults);
                    self.stages.push(stage);
                }
                _ => {}
            }
            self.instructions[n].stage = self.stages.len().checked_sub(1);
        }
    }

    fn stage(&self, args: &str, at: usize, defaults: &BTreeMap<String, String>) -> Stage {
        let blanks = args.len() - args.trim_start().len();
        let mut words = args.split_whitespace().filter(|w| *w != "\\");
        let image = words.next().unwrap_or("");
        let name = words.next().filter(|w| w.eq_ignore_ascii_case("as")).and_then(|_| words.next());
        let parent = self.stages.iter().rposition(|s| s.name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(image)));
        Stage {
            image: substitute(image, defaults),
            image_span: Span::new(at + blanks, at + blanks + image.len()),
            name: name.map(str::to_owned),
            parent,
        }
    }
}

/// Replaces `$NAME`, `${NAME}` and `${NAME:-default}`; what has no value stays as written.
fn substitute(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        let name_end = |s: &str| s.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(s.len());
        let (name, default, used) = match behind.strip_prefix('{').and_then(|b| Some((b, b.find('}')?))) {
            Some((inner, close)) => {
                let (name, tail) = inner[..close].split_at(name_end(&inner[..close]));
                (name, tail.strip_prefix(":-").or(tail.strip_prefix('-')), close + 2)
            }
            None => (&behind[..name_end(behind)], None, name_end(behind)),
        };
        let value = values.get(name).map(String::as_str).filter(|v| !v.is_empty()).or(default);
        out.push_str(value.unwrap_or(&rest[at..at + 1 + used]));
        rest = &behind[used..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn continued_lines_comments_and_forms() {
        let text = "# escape=\\\nARG V=3\nFROM --platform=x mongo:${V} AS db\nRUN a \\\r\n  # note\r\n\n  b \\ \n  && c\nCMD [\"mongod\", \\\n  \"--config\", \"a\\\"b\"]\nENTRYPOINT [a]\n";
        let file = Dockerfile::parse(text);
        let keywords: Vec<_> = file.instructions.iter().map(|i| (i.keyword.as_str(), i.line)).collect();
        assert_eq!(keywords, [("ARG", 2), ("FROM", 3), ("RUN", 4), ("CMD", 9), ("ENTRYPOINT", 11)]);
        assert_eq!(file.code.len(), text.len());
        assert_eq!(file.stages[0].image, "mongo:3");
        assert_eq!(file.stages[0].name.as_deref(), Some("db"));
        let run: Vec<&str> = file.instructions[2].args.text(&file.code).split_whitespace().collect();
        assert_eq!(run, ["a", "\\", "b", "\\", "&&", "c"]);
        let exec = file.exec(&file.instructions[3]).unwrap();
        let said: Vec<&str> = exec.iter().map(|e| e.decoded.text.as_str()).collect();
        assert_eq!(said, ["mongod", "--config", "a\"b"]);
        assert_eq!(file.exec(&file.instructions[4]), None);
    }

    #[test]
    fn here_documents_belong_to_their_instruction() {
        let text = "FROM a\nRUN <<EOF cat > /x && echo $((1<<2))\nbind 0.0.0.0\nCMD x\nEOF\nCMD y\n";
        let file = Dockerfile::parse(text);
        let keywords: Vec<_> = file.instructions.iter().map(|i| i.keyword.as_str()).collect();
        assert_eq!(keywords, ["FROM", "RUN", "CMD"]);
        assert_eq!(file.instructions[1].heredocs[0].text(text), "bind 0.0.0.0\nCMD x\n");
        assert_eq!(file.instructions[2].line, 6);
    }

    #[test]
    fn stages_lead_to_their_base_image() {
        let file = Dockerfile::parse("FROM mongo:4.4 AS base\nFROM base\nFROM ${X:-redis}:7\n");
        assert_eq!(file.image(1).map(|s| s.image.as_str()), Some("mongo:4.4"));
        assert_eq!(file.image(2).map(|s| s.image.as_str()), Some("redis:7"));
        assert!(Dockerfile::parse("").instructions.is_empty());
        assert_eq!(Dockerfile::parse("RUN a \\").instructions.len(), 1);
    }
}
