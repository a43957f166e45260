//! The account of a run in a few lines.

use std::collections::BTreeMap;

use sixify::report::Summary;
use sixify::{Plan, is_usual_skip};

use crate::render::escape::escaped;
use crate::render::style::{BOLD, ERROR, WARNING, paint};

/// How many skipped files are named one by one.
const NAMED: usize = 10;

/// Failures, unusual skips, and the numbers.
pub fn summary(plan: &Plan) -> String {
    let mut out = String::new();
    for failure in &plan.ledger.failures {
        let head = paint(ERROR, format!("error[{}]", failure.codemod));
        out.push_str(&format!("{head}: failed on {}: {}\n", escaped(&failure.path), escaped(&failure.reason)));
    }
    let unusual: Vec<_> = plan.ledger.skipped.iter().filter(|skipped| !is_usual_skip(&skipped.reason)).collect();
    for skipped in unusual.iter().take(NAMED) {
        let head = paint(WARNING, "skipped");
        out.push_str(&format!("{head} {}: {}\n", escaped(&skipped.path), escaped(&skipped.reason)));
    }
    if unusual.len() > NAMED {
        out.push_str(&format!("{} and {} more\n", paint(WARNING, "skipped"), unusual.len() - NAMED));
    }
    out.push_str(&numbers(&Summary::of(plan)));
    out
}

/// The closing line.
fn numbers(summary: &Summary) -> String {
    let looked = format!("in {} looked at", count(summary.files, "file"));
    let mut out = match summary.findings {
        0 => format!("{} {looked}", paint(BOLD, "no findings")),
        n => {
            let by = format!("{}; {}", list(&summary.outcomes), list(&summary.applicability));
            format!("{} {looked}: {by}", paint(BOLD, count(n, "finding")))
        }
    };
    out.push('\n');
    if !summary.skipped.is_empty() {
        out.push_str(&format!("skipped: {}\n", list(&summary.skipped)));
    }
    out
}

/// A number and a word in the singular or plural.
pub fn count(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

/// Numbers of things, the largest first.
fn list(counts: &BTreeMap<String, usize>) -> String {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
    counts.iter().map(|(word, n)| format!("{n} {}", escaped(word))).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_counts_by_outcome_and_applicability() {
        let counts = |counts: &[(&str, usize)]| counts.iter().map(|(w, n)| ((*w).to_owned(), *n)).collect();
        let summary = Summary {
            files: 1,
            findings: 3,
            outcomes: counts(&[("accepted", 1), ("suggested", 2)]),
            applicability: counts(&[("safe", 1), ("unsafe", 2)]),
            skipped: counts(&[("ignored by git", 4)]),
            ..Summary::default()
        };
        let want =
            "3 findings in 1 file looked at: 2 suggested, 1 accepted; 2 unsafe, 1 safe\nskipped: 4 ignored by git\n";
        assert_eq!(anstream::adapter::strip_str(&numbers(&summary)).to_string(), want);
        let none = numbers(&Summary::default());
        assert_eq!(anstream::adapter::strip_str(&none).to_string(), "no findings in 0 files looked at\n");
    }
}
