//! Programs that answer a corpus of inputs, before and after a rewrite.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::{Host, HostKind, LabError, Program, tsv};

/// A program that answers a corpus, before and after.
#[derive(Debug, Clone)]
pub struct Question {
    /// Its name in the evidence.
    pub program: String,
    pub(crate) before: Program,
    pub(crate) after: Program,
    pub(crate) corpus: Vec<Line>,
}

/// A line of a corpus.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub kind: Option<HostKind>,
    pub input: String,
    pub right: String,
}

/// What a program answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The kind of host; `None` when it was run on the machine itself.
    pub kind: Option<HostKind>,
    /// What it was given.
    pub input: String,
    /// The answer before.
    pub before: String,
    /// The answer after.
    pub after: String,
    /// The right answer where that is not today's, or else empty.
    pub right: String,
}

impl Case {
    /// The columns of a table of cases.
    pub fn header() -> String {
        tsv::line(["codemod", "program", "version", "host_kind", "input", "before", "after", "right"])
    }

    /// The case as a line of that table, without its line break.
    pub fn line(&self, codemod: &str, program: &str, version: &str) -> String {
        let kind = self.kind.map_or("", HostKind::name);
        tsv::line([codemod, program, version, kind, &self.input, &self.before, &self.after, &self.right])
    }
}

impl Question {
    /// Asks the program before and after, on the kinds of hosts that the corpus names.
    ///
    /// # Errors
    /// As [`Host::new`] and [`Host::start`], and [`LabError::Io`] when the programs cannot be run on
    /// the machine itself. A program that fails has answered, with the line that says why.
    pub fn ask(&self) -> Result<Vec<Case>, LabError> {
        let kinds: BTreeSet<Option<HostKind>> = self.corpus.iter().map(|line| line.kind).collect();
        let mut cases = Vec::new();
        for kind in kinds {
            let lines: Vec<&Line> = self.corpus.iter().filter(|line| line.kind == kind).collect();
            let inputs: String = lines.iter().map(|line| format!("{}\n", line.input)).collect();
            let before = answers(&self.before, kind, &inputs)?;
            let after = answers(&self.after, kind, &inputs)?;
            for (index, line) in lines.iter().enumerate() {
                let of = |answers: &[String]| {
                    answers.get(index).or(answers.last()).cloned().unwrap_or_else(|| "no answer".to_owned())
                };
                cases.push(Case {
                    kind,
                    input: line.input.clone(),
                    before: of(&before),
                    after: of(&after),
                    right: line.right.clone(),
                });
            }
        }
        Ok(cases)
    }
}

/// The lines that a program prints for these inputs.
fn answers(program: &Program, kind: Option<HostKind>, inputs: &str) -> Result<Vec<String>, LabError> {
    const PATIENCE: Duration = Duration::from_secs(30);
    let output = match kind {
        Some(kind) => {
            let host = Host::new(kind)?;
            let running = host.start(program)?;
            running.wait_exit(PATIENCE);
            running.output()
        }
        None => {
            let doing = |source: io::Error| LabError::Start { program: program.to_string(), source };
            let mut child = Command::new(&program.name)
                .args(&program.args)
                .envs(program.env.iter().map(|(name, value)| (name, value)))
                .current_dir(program.directory.as_deref().unwrap_or(Path::new(".")))
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .map_err(doing)?;
            if let Some(mut stdin) = child.stdin.take() {
                stdin.write_all(inputs.as_bytes()).map_err(doing)?;
            }
            let output = child.wait_with_output().map_err(doing)?;
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
    };
    Ok(output.lines().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn answers_are_asked_for_before_and_after() {
        let program = |suffix: &str| Program::new("sed").arg(format!("s/$/{suffix}/"));
        let line = |input: &str| Line { kind: None, input: input.to_owned(), right: String::new() };
        let question = Question {
            program: "sed".to_owned(),
            before: program(":80"),
            after: program(":81"),
            corpus: vec![line("a"), line("b")],
        };
        let cases = question.ask().unwrap();
        let lines: Vec<String> = cases.iter().map(|case| case.line("x/y", "sed", "1")).collect();
        assert_eq!(lines, ["x/y\tsed\t1\t\ta\ta:80\ta:81\t", "x/y\tsed\t1\t\tb\tb:80\tb:81\t"]);
    }
}
