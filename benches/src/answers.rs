//! What the programs found, so that a fast run that finds nothing is seen for what it is.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::Error;
use crate::language::Language;
use crate::measure::Program;

/// What a program found, for a column of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// In words.
    pub found: String,
    /// What is odd about it.
    pub warnings: Vec<String>,
}

/// What sixify found.
///
/// # Errors
/// When the program fails or prints something else than JSON.
pub fn sixify(program: &Program) -> Result<Answer, Error> {
    let report: Value = serde_json::from_slice(&program.answer()?).map_err(|e| Error::Answer("sixify", e))?;
    let summary = |name: &str| report.get("summary").and_then(|s| s.get(name)).and_then(Value::as_u64).unwrap_or(0);
    let mut warnings = Vec::new();
    if summary("failures") > 0 {
        warnings.push(format!("sixify: codemods failed {} times", summary("failures")));
    }
    let found = format!("{} findings in {} files", summary("findings"), summary("files"));
    Ok(Answer { found, warnings })
}

/// What ripgrep found.
///
/// # Errors
/// When the program fails.
pub fn ripgrep(program: &Program) -> Result<Answer, Error> {
    let text = program.answer()?;
    let text = String::from_utf8_lossy(&text);
    let counts: Vec<u64> = text.lines().filter_map(|line| line.rsplit_once(':')?.1.trim().parse().ok()).collect();
    let found = format!("{} literals in {} files", counts.iter().sum::<u64>(), counts.len());
    Ok(Answer { found, warnings: Vec::new() })
}

/// What ast-grep found. A rule that never matches may not be the rule it was meant to be.
///
/// # Errors
/// When the program fails or prints something else than JSON.
pub fn ast_grep(program: &Program, language: Language) -> Result<Answer, Error> {
    let matches: Vec<Value> = serde_json::from_slice(&program.answer()?).map_err(|e| Error::Answer("ast-grep", e))?;
    let of = |name: &str| matches.iter().filter_map(|m| m.get(name)?.as_str()).collect::<BTreeSet<&str>>();
    let (files, seen) = (of("file"), of("ruleId"));
    let idle = language.rules().iter().filter(|(_, text)| {
        let id = text.lines().find_map(|line| line.strip_prefix("id: ")).unwrap_or_default();
        !seen.iter().any(|seen| seen.starts_with(id))
    });
    let warnings = idle.map(|(name, _)| format!("ast-grep: the rule {name} matches nothing in this tree")).collect();
    Ok(Answer { found: format!("{} matches in {} files", matches.len(), files.len()), warnings })
}
