//! The tables.

use std::time::Duration;

use crate::answers::Answer;
use crate::language::{IDLE, Language, MEMORY};
use crate::measure::Samples;
use crate::tree::Tree;

/// A program, its runs and what it found.
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// Its runs.
    pub samples: Samples,
    /// What it found.
    pub answer: Answer,
}

/// Everything that was measured for one language.
pub struct Result {
    /// The language.
    pub language: Language,
    /// The files.
    pub tree: Tree,
    /// The programs; sixify is among them.
    pub rows: Vec<Row>,
    /// The share of a run that a codemod costs without its anchors, if it was measured.
    pub idle: Option<f64>,
}

impl Result {
    /// Tables in Markdown.
    pub fn markdown(&self) -> String {
        let mut out = format!("### {}\n\n", self.language.title());
        let (files, size) = (self.tree.files, mib(self.tree.bytes));
        let (codemods, literals) = (self.language.codemods().len(), self.language.literals().len());
        out.push_str(&format!(
            "{files} files, {size:.1} MiB; {codemods} codemods with {literals} literals read them.\n\n"
        ));
        out.push_str("| program | median ms | min | max | user+system ms | peak MiB | found |\n");
        out.push_str("|---|---:|---:|---:|---:|---:|---|\n");
        for Row { name, samples, answer } in &self.rows {
            let [min, median, max] = samples.wall().map(ms);
            let (cpu, memory) = (ms(samples.cpu()), mib(samples.memory()));
            out.push_str(&format!(
                "| {name} | {median:.1} | {min:.1} | {max:.1} | {cpu:.1} | {memory:.1} | {} |\n",
                answer.found
            ));
        }
        out.push_str("\n| budget | limit | measured | |\n|---|---:|---:|---|\n");
        for budget in self.budgets() {
            out.push_str(&budget);
        }
        for warning in self.rows.iter().flat_map(|row| &row.answer.warnings) {
            out.push_str(&format!("\nNote: {warning}.\n"));
        }
        out
    }

    fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.name == name)
    }

    /// Median wall time of a program in units of another one's.
    fn ratio(&self, name: &str, unit: &str) -> Option<f64> {
        let median = |name: &str| self.row(name).map(|row| row.samples.wall()[1].as_secs_f64());
        Some(median(name)? / median(unit).filter(|time| *time > 0.0)?)
    }

    fn budgets(&self) -> Vec<String> {
        let limits = self.language.budget();
        let times = |limit: f64, word: &str| format!("{word} {limit:.0}x");
        let line = |name: &str, limit: String, measured: Option<String>, met: bool| {
            let verdict = if met { "met" } else { "**not met**" };
            let (measured, verdict) = measured.map_or(("-".to_owned(), "not measured"), |m| (m, verdict));
            format!("| {name} | {limit} | {measured} | {verdict} |\n")
        };
        let of_ripgrep = self.ratio("sixify", "ripgrep");
        let below_ast_grep = self.ratio("ast-grep", "sixify");
        let memory = self.row("sixify").map(|row| row.samples.memory());
        let shown = |ratio: Option<f64>| ratio.map(|r| format!("{r:.1}x"));
        vec![
            line(
                "time of sixify, in runs of ripgrep",
                times(limits.of_ripgrep, "at most"),
                shown(of_ripgrep),
                of_ripgrep.is_some_and(|ratio| ratio <= limits.of_ripgrep),
            ),
            line(
                "time of ast-grep, in runs of sixify",
                times(limits.below_ast_grep, "at least"),
                shown(below_ast_grep),
                below_ast_grep.is_some_and(|ratio| ratio >= limits.below_ast_grep),
            ),
            line(
                "peak memory of sixify",
                format!("at most {:.0} MiB", mib(MEMORY)),
                memory.map(|memory| format!("{:.1} MiB", mib(memory))),
                memory.is_some_and(|memory| memory <= MEMORY),
            ),
            line(
                "a codemod whose anchors are in no file",
                format!("under {:.0} %", IDLE * 100.0),
                // Below nothing is noise.
                self.idle.map(|share| format!("{:.2} %", share.max(0.0) * 100.0)),
                self.idle.is_some_and(|share| share < IDLE),
            ),
        ]
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}
