//! Which evidence proves which rewrite, and how far it may be claimed.
//!
//! `evidence/claims.toml` names, for every rewrite of a codemod, the rows of the tables in
//! `evidence/` that speak for it. [`Claim::derive`] reads those rows and says what follows from
//! them, so that "safe" is what was measured and not what somebody believes. The workspace's tests
//! hold the codemods to it.
//!
//! * A **listener** is safe when the spelling after is reached wherever the one before was, on
//!   every guarded kind of host, and at more addresses on an IPv6-only one.
//! * A **dial** is safe when the client after reaches every listener that the one before reached,
//!   in the same way.
//! * A **text** is safe when the result is today's for every input for which that was right, and
//!   right for the others, of which there is at least one.
//! * What is only **documented** is never safe.

use std::collections::BTreeSet;

use serde::Deserialize;
use sixify_core::Applicability;
use sixify_langs::HostKind;
use thiserror::Error;

/// The claims that come with the codemods.
pub const CLAIMS: &str = include_str!("evidence/claims.toml");

/// What is wrong with claims or evidence.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// The claims are no valid TOML, or have keys that nobody knows.
    #[error("claims: {0}")]
    Sheet(#[from] toml::de::Error),
    /// A claim lacks something that its kind needs, or has something that it does not.
    #[error("{codemod}: {why}")]
    Shape {
        /// The codemod of the claim.
        codemod: String,
        /// What is wrong.
        why: String,
    },
    /// A table of evidence cannot be read.
    #[error("{table}: {why}")]
    Table {
        /// The name of the table.
        table: String,
        /// What is wrong.
        why: String,
    },
    /// A claim names rows that are not there.
    #[error("{codemod}: there is no evidence for `{row}`")]
    NoRow {
        /// The codemod of the claim.
        codemod: String,
        /// The spelling or program, and the kind of host where one is missing.
        row: String,
    },
}

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

    /// The rows of a spelling with this version, by kind of host.
    fn reach(&self, ecosystem: &str, spelling: &str, version: &str, kind: HostKind) -> Option<&BTreeSet<String>> {
        let same = |row: &&ReachRow| {
            row.ecosystem == ecosystem && row.spelling == spelling && row.version == version && row.kind == kind
        };
        self.reaches.iter().find(same).map(|row| &row.reach)
    }

    fn versions(&self, ecosystem: &str, spelling: &str) -> BTreeSet<&str> {
        let rows = self.reaches.iter().filter(|row| row.ecosystem == ecosystem && row.spelling == spelling);
        rows.map(|row| row.version.as_str()).collect()
    }
}

/// A spelling and what takes its place.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The spelling before, as the evidence names it.
    pub before: String,
    /// The spelling after.
    pub after: String,
}

/// What a claim rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Rows of listeners or of clients.
    Reach {
        /// The language or server in the evidence.
        ecosystem: String,
        /// The spellings; every pair must hold.
        pairs: Vec<Pair>,
        /// Circumstances that stand behind a spelling after a comma, in which nothing may be lost.
        under: Vec<String>,
        /// Whether it is a client that is measured.
        dial: bool,
    },
    /// Programs whose answers were compared; each must hold.
    Text {
        /// Their names in the evidence.
        programs: Vec<String>,
    },
    /// Nothing that was run.
    Documented {
        /// Where the knowledge comes from.
        source: String,
    },
}

/// What proves one rewrite of a codemod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The id of the codemod.
    pub codemod: String,
    /// The rewrite, in words.
    pub rewrite: String,
    /// The rows of the catalog, or the programs, that the claim is about.
    pub apis: Vec<String>,
    /// How far the codemod trusts the rewrite by default.
    pub applicability: Applicability,
    /// What it rests on.
    pub proof: Proof,
}

/// What follows from the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    /// How far the rewrite is proven for the kinds of hosts that were asked about.
    pub applicability: Applicability,
    /// All kinds on which something is lost, guarded or not, and what.
    pub lost: Vec<(HostKind, String)>,
    /// Why it is not safe; empty when it is.
    pub why: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    claim: Vec<Raw>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    codemod: String,
    rewrite: String,
    kind: String,
    applicability: String,
    ecosystem: Option<String>,
    #[serde(default)]
    pairs: Vec<Pair>,
    #[serde(default)]
    under: Vec<String>,
    #[serde(default)]
    programs: Vec<String>,
    #[serde(default)]
    apis: Vec<String>,
    source: Option<String>,
}

impl Claim {
    /// Reads a sheet of claims.
    ///
    /// # Errors
    /// [`ClaimError::Sheet`] and [`ClaimError::Shape`].
    pub fn read_all(text: &str) -> Result<Vec<Claim>, ClaimError> {
        toml::from_str::<Sheet>(text)?.claim.into_iter().map(Claim::of).collect()
    }

    fn of(raw: Raw) -> Result<Claim, ClaimError> {
        let Raw { codemod, rewrite, kind, applicability, ecosystem, pairs, under, programs, apis, source } = raw;
        let shape = |why: String| ClaimError::Shape { codemod: codemod.clone(), why };
        let applicability = match applicability.as_str() {
            "safe" => Applicability::Safe,
            "unsafe" => Applicability::Unsafe,
            other => return Err(shape(format!("`{rewrite}` is neither safe nor unsafe, but `{other}`"))),
        };
        let proof = match (kind.as_str(), ecosystem, source) {
            ("listener" | "dial", Some(ecosystem), None) if !pairs.is_empty() && programs.is_empty() => {
                Proof::Reach { ecosystem, pairs, under, dial: kind == "dial" }
            }
            ("text", None, None) if !programs.is_empty() && pairs.is_empty() => Proof::Text { programs },
            ("documented", None, Some(source)) if pairs.is_empty() && programs.is_empty() => {
                Proof::Documented { source }
            }
            _ => {
                return Err(shape(format!("`{rewrite}` lacks what the kind `{kind}` needs, or has more")));
            }
        };
        Ok(Claim { codemod, rewrite, apis, applicability, proof })
    }

    /// What may be claimed when no service may become less reachable on these kinds of hosts.
    ///
    /// # Errors
    /// [`ClaimError::NoRow`] when the evidence lacks a row that the claim names, on any kind.
    pub fn derive(&self, evidence: &Evidence, hosts: &[HostKind]) -> Result<Derived, ClaimError> {
        let mut derived = Derived { applicability: Applicability::Safe, lost: Vec::new(), why: Vec::new() };
        match &self.proof {
            Proof::Reach { ecosystem, pairs, under, .. } => {
                for pair in pairs {
                    self.pair(evidence, ecosystem, pair, true, &mut derived)?;
                    for under in under {
                        let spelled = |spelling: &str| format!("{spelling}, {under}");
                        let pair = Pair { before: spelled(&pair.before), after: spelled(&pair.after) };
                        self.pair(evidence, ecosystem, &pair, false, &mut derived)?;
                    }
                }
            }
            Proof::Text { programs } => {
                for program in programs {
                    self.program(evidence, program, &mut derived)?;
                }
            }
            Proof::Documented { source } => derived.why.push(format!("it is documented and was not run: {source}")),
        }
        let guarded = derived.lost.iter().filter(|(kind, _)| hosts.contains(kind));
        derived.why.extend(guarded.map(|(kind, lost)| format!("{kind}: {lost}")));
        if !derived.why.is_empty() {
            derived.applicability = Applicability::Unsafe;
        }
        Ok(derived)
    }

    /// Compares where two spellings are reached; `gains` when that must be more on an IPv6-only
    /// host. A pair counts for every version that both were measured with.
    fn pair(
        &self,
        evidence: &Evidence,
        ecosystem: &str,
        pair: &Pair,
        gains: bool,
        derived: &mut Derived,
    ) -> Result<(), ClaimError> {
        let missing = |row: String| ClaimError::NoRow { codemod: self.codemod.clone(), row };
        for spelling in [&pair.before, &pair.after] {
            if evidence.versions(ecosystem, spelling).is_empty() {
                return Err(missing(spelling.clone()));
            }
        }
        let before = evidence.versions(ecosystem, &pair.before);
        let both: Vec<&str> =
            evidence.versions(ecosystem, &pair.after).into_iter().filter(|v| before.contains(v)).collect();
        if both.is_empty() {
            return Err(missing(format!("{}` and `{}` with the same version", pair.before, pair.after)));
        }
        for version in both {
            for kind in HostKind::ALL {
                let reach = |spelling: &String| {
                    let found = evidence.reach(ecosystem, spelling, version, kind);
                    found.ok_or_else(|| missing(format!("{spelling}` with {version} on `{kind}")))
                };
                let (before, after) = (reach(&pair.before)?, reach(&pair.after)?);
                let lost: Vec<&str> = before.difference(after).map(String::as_str).collect();
                if !lost.is_empty() {
                    derived.lost.push((kind, format!("`{}` loses {}", pair.after, lost.join("+"))));
                }
                if kind == HostKind::V6Only && gains && after.is_subset(before) {
                    derived.why.push(format!("{kind}: `{}` gains nothing", pair.after));
                }
            }
        }
        Ok(())
    }

    /// Compares what a program answered before and after.
    fn program(&self, evidence: &Evidence, program: &str, derived: &mut Derived) -> Result<(), ClaimError> {
        let rows = || evidence.cases.iter().filter(|row| row.codemod == self.codemod && row.program == program);
        if rows().next().is_none() {
            return Err(ClaimError::NoRow { codemod: self.codemod.clone(), row: program.to_owned() });
        }
        for row in rows() {
            let wanted = row.right.as_ref().unwrap_or(&row.before);
            if row.after == *wanted {
                continue;
            }
            let wrong = format!("`{program}` makes {:?} of {:?} instead of {wanted:?}", row.after, row.input);
            match row.kind {
                Some(kind) => derived.lost.push((kind, wrong)),
                None => derived.why.push(wrong),
            }
        }
        if !rows().any(|row| row.right.as_ref().is_some_and(|right| *right != row.before && *right == row.after)) {
            derived.why.push(format!("`{program}` mends nothing"));
        }
        Ok(())
    }
}
