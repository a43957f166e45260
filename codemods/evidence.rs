//! The tables in `evidence/`, as rows.
//!
//! This crate reads no disk; whoever wants to look at the evidence hands over the text of the
//! tables.

use std::collections::BTreeSet;

use sixify_langs::HostKind;

use crate::claims::ClaimError;

/// Where a spelling is reached, or what a client reaches, on one kind of host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReachRow {
    /// The language or server.
    pub ecosystem: String,
    /// The code or configuration.
    pub spelling: String,
    /// The version that ran.
    pub version: String,
    /// The kind of host.
    pub kind: HostKind,
    /// The addresses or listeners, by the names that the table uses.
    pub reach: BTreeSet<String>,
}

/// What a program answered before and after a rewrite, for one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// The codemod that made the program after.
    pub codemod: String,
    /// The program.
    pub program: String,
    /// The version of the language.
    pub version: String,
    /// The kind of host; `None` where the answer does not depend on it.
    pub kind: Option<HostKind>,
    /// What it was given.
    pub input: String,
    /// Its answer before.
    pub before: String,
    /// Its answer after.
    pub after: String,
    /// The right answer, where that is not today's.
    pub right: Option<String>,
}

/// All rows of evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Reaches of listeners and clients.
    pub reaches: Vec<ReachRow>,
    /// Answers of programs.
    pub cases: Vec<CaseRow>,
}

impl Evidence {
    /// Adds the rows of a table: tab-separated, with a header line that names the columns. One
    /// with a column `reach` has reaches, any other cases.
    ///
    /// # Errors
    /// [`ClaimError::Table`] for a missing column or an unknown kind of host.
    pub fn read(&mut self, table: &str, text: &str) -> Result<(), ClaimError> {
        let wrong = |why: String| ClaimError::Table { table: table.to_owned(), why };
        let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').flexible(true).from_reader(text.as_bytes());
        let header = reader.headers().map_err(|e| wrong(e.to_string()))?.clone();
        let is_reach = header.iter().any(|name| name == "reach");
        for record in reader.records() {
            let record = record.map_err(|e| wrong(e.to_string()))?;
            let line = record.position().map_or(0, csv::Position::line);
            let field = |name: &str| -> Result<&str, ClaimError> {
                let place = header.iter().position(|column| column == name);
                place.map(|p| record.get(p).unwrap_or("")).ok_or_else(|| wrong(format!("there is no column `{name}`")))
            };
            let kind = |word: &str| word.parse::<HostKind>().map_err(|e| wrong(format!("line {line}: {e}")));
            let owned = |name: &str| field(name).map(str::to_owned);
            if is_reach {
                let reach = field("reach")?.split('+').filter(|name| !name.is_empty()).map(str::to_owned).collect();
                let kind = kind(field("host_kind")?)?;
                let (ecosystem, spelling, version) = (owned("ecosystem")?, owned("spelling")?, owned("version")?);
                self.reaches.push(ReachRow { ecosystem, spelling, version, kind, reach });
            } else {
                let kind = Some(field("host_kind")?).filter(|word| !word.is_empty()).map(kind).transpose()?;
                let right = Some(owned("right")?).filter(|right| !right.is_empty());
                let (codemod, program, version) = (owned("codemod")?, owned("program")?, owned("version")?);
                let (input, before, after) = (owned("input")?, owned("before")?, owned("after")?);
                self.cases.push(CaseRow { codemod, program, version, kind, input, before, after, right });
            }
        }
        Ok(())
    }

    /// Where a spelling is reached with this version on this kind of host.
    pub(crate) fn reach(
        &self,
        ecosystem: &str,
        spelling: &str,
        version: &str,
        kind: HostKind,
    ) -> Option<&BTreeSet<String>> {
        let same = |row: &&ReachRow| {
            row.ecosystem == ecosystem && row.spelling == spelling && row.version == version && row.kind == kind
        };
        self.reaches.iter().find(same).map(|row| &row.reach)
    }

    /// The versions that a spelling was measured with.
    pub(crate) fn versions(&self, ecosystem: &str, spelling: &str) -> BTreeSet<&str> {
        let rows = self.reaches.iter().filter(|row| row.ecosystem == ecosystem && row.spelling == spelling);
        rows.map(|row| row.version.as_str()).collect()
    }
}
