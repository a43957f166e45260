//! Files that shell commands and Dockerfiles write: `cat > file <<EOF`, `echo "..." > file`,
//! `COPY <<EOF file`.

use std::sync::Arc;

use sixify_core::{Classifier, Codec, Document, Embedded, Embedder, Kind, Span};

use crate::classify::{DOCKERFILE, Files, SHELL};
use crate::dockerfile::{Dockerfile, Instruction};
use crate::embed::codec::{ShellDoubleQuoted, ShellSingleQuoted, Verbatim};
use crate::embed::decode::Decoded;
use crate::embed::layers::embedded;
use crate::shell::{self, Quoting, Simple};

/// Finds the files that scripts and Dockerfiles write.
#[derive(Clone, Copy, Debug, Default)]
pub struct WrittenFiles;

impl Embedder for WrittenFiles {
    fn kinds(&self) -> &[Kind] {
        &[SHELL, DOCKERFILE]
    }

    fn embed(&self, doc: &Document) -> Vec<Embedded> {
        if doc.kind == SHELL {
            return script(&doc.text, 0).collect();
        }
        let file = Dockerfile::of(doc);
        let mut found = Vec::new();
        for instruction in &file.instructions {
            match instruction.keyword.as_str() {
                "RUN" => {
                    let whole = Span::new(instruction.args.start, instruction.span.end);
                    found.extend(script(whole.text(&file.code), whole.start));
                }
                "COPY" | "ADD" => found.extend(copied(&file, instruction)),
                _ => {}
            }
        }
        found
    }
}

/// `COPY <<EOF /etc/redis.conf`: one here-document and its place.
fn copied(file: &Dockerfile, instruction: &Instruction) -> Option<Embedded> {
    let [body] = instruction.heredocs.as_slice() else { return None };
    let target = instruction.args.text(&file.code).split_whitespace().last()?;
    let decoded = Decoded::verbatim(&file.code, *body);
    known(target.trim_matches(['"', '\'']), decoded, Arc::new(Verbatim))
}

fn script(text: &str, base: usize) -> impl Iterator<Item = Embedded> {
    // Most scripts write no files.
    let commands = if text.contains('>') { shell::commands(text) } else { Vec::new() };
    commands.into_iter().filter_map(move |command| written(text, base, &command))
}

fn written(text: &str, base: usize, command: &Simple) -> Option<Embedded> {
    let target = command.output.as_ref().filter(|w| w.fixed)?.decoded.text.clone();
    if let Some(heredoc) = command.heredoc {
        // Only `cat` hands the lines on as they are.
        let cat = command.words.len() == 1 && command.words.first().is_some_and(|w| w.decoded.text == "cat");
        let decoded = Decoded::verbatim(text, heredoc.body).shift(base);
        return known(&target, decoded, Arc::new(Verbatim)).filter(|_| cat);
    }
    let [echo, word] = command.words.as_slice() else { return None };
    // What a backslash means to `echo` differs from shell to shell.
    if echo.decoded.text != "echo" || word.decoded.text.contains('\\') {
        return None;
    }
    let codec: Arc<dyn Codec> = match word.quoting {
        Quoting::Double => Arc::new(ShellDoubleQuoted),
        Quoting::Single => Arc::new(ShellSingleQuoted),
        Quoting::Bare | Quoting::Mixed => return None,
    };
    known(&target, word.decoded.clone().shift(base), codec)
}

fn known(target: &str, decoded: Decoded, codec: Arc<dyn Codec>) -> Option<Embedded> {
    let kind = Files.by_content(target, &decoded.text)?;
    Some(embedded(kind, format!("the file {target}"), &decoded, codec))
}
