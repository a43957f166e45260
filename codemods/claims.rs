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

use serde::Deserialize;
use sixify_core::Applicability;
use sixify_langs::HostKind;
use thiserror::Error;

use crate::evidence::Evidence;

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const GUARDED: [HostKind; 3] = [HostKind::V6Only, HostKind::Dual, HostKind::V4Only];

    fn claim(rest: &str) -> Result<Claim, ClaimError> {
        let head = "[[claim]]\ncodemod = 'a/b'\nrewrite = 'x'\napplicability = 'safe'\n";
        Claim::read_all(&format!("{head}{rest}")).map(|mut claims| claims.remove(0))
    }

    fn listener() -> Claim {
        claim("kind = 'listener'\necosystem = 'x'\npairs = [{ before = 'old', after = 'new' }]\n").unwrap()
    }

    /// Rows of `old` on IPv4 everywhere, and of `new` with these reaches by kind.
    fn evidence(new: [&str; 5]) -> Evidence {
        let mut table = "ecosystem\tspelling\tversion\thost_kind\treach\n".to_owned();
        for (kind, new) in HostKind::ALL.into_iter().zip(new) {
            table += &format!("x\told\t1\t{kind}\tL4+G4\nx\tnew\t1\t{kind}\t{new}\n");
        }
        let mut evidence = Evidence::default();
        evidence.read("table", &table).unwrap();
        evidence
    }

    const ALL: &str = "L4+L6+G4+G6";

    #[test]
    fn a_listener_is_safe_when_it_loses_nothing_where_it_matters_and_gains_on_ipv6_only() {
        let derived = listener().derive(&evidence([ALL; 5]), &GUARDED).unwrap();
        assert_eq!((derived.applicability, derived.lost.len()), (Applicability::Safe, 0));

        let costly = evidence([ALL, ALL, "L6+G6", ALL, ""]);
        let derived = listener().derive(&costly, &GUARDED).unwrap();
        assert_eq!(derived.applicability, Applicability::Safe);
        let lost: Vec<HostKind> = derived.lost.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(lost, [HostKind::DualB6, HostKind::V4Kernel]);
        let derived = listener().derive(&costly, &HostKind::ALL).unwrap();
        assert_eq!(derived.why, ["dual-b6: `new` loses G4+L4", "v4kernel: `new` loses G4+L4"]);

        let derived = listener().derive(&evidence(["L4+G4", ALL, ALL, ALL, ALL]), &GUARDED).unwrap();
        assert_eq!(derived.why, ["v6only: `new` gains nothing"]);
    }

    #[test]
    fn rows_that_are_not_there_prove_nothing() {
        let mut evidence = evidence([ALL; 5]);
        evidence.reaches.pop();
        let error = listener().derive(&evidence, &GUARDED).unwrap_err();
        assert_eq!(error.to_string(), "a/b: there is no evidence for `new` with 1 on `v4kernel`");
        evidence.reaches.retain(|row| row.spelling == "old");
        assert!(matches!(listener().derive(&evidence, &GUARDED), Err(ClaimError::NoRow { row, .. }) if row == "new"));
    }

    #[test]
    fn a_text_is_safe_when_what_was_right_stays_and_something_is_mended() {
        let table = "codemod\tprogram\tversion\thost_kind\tinput\tbefore\tafter\tright\n";
        let derive = |rows: &str| {
            let mut evidence = Evidence::default();
            evidence.read("table", &format!("{table}{rows}")).unwrap();
            claim("kind = 'text'\nprograms = ['p']\n").unwrap().derive(&evidence, &GUARDED).unwrap().why
        };
        let mended = "a/b\tp\t1\t\t::1 80\t::1:80\t[::1]:80\t[::1]:80\n";
        assert_eq!(derive(&format!("a/b\tp\t1\t\tx 80\tx:80\tx:80\t\n{mended}")), [""; 0]);
        assert_eq!(derive("a/b\tp\t1\t\tx 80\tx:80\tx:80\t\n"), ["`p` mends nothing"]);
        let changed = derive(&format!("a/b\tp\t1\t\tx 80\tx:80\t[x]:80\t\n{mended}"));
        assert_eq!(changed, ["`p` makes \"[x]:80\" of \"x 80\" instead of \"x:80\""]);
    }

    #[test]
    fn a_claim_says_all_that_its_kind_needs() {
        let why = |rest: &str| claim(rest).unwrap_err().to_string();
        assert_eq!(why("kind = 'listener'\n"), "a/b: `x` lacks what the kind `listener` needs, or has more");
        assert!(why("kind = 'text'\nprograms = ['p']\nsource = 'x'\n").ends_with("or has more"));
        assert!(why("kind = 'text'\nprogram = 'p'\n").contains("unknown field `program`"));
        let documented = claim("kind = 'documented'\nsource = 'a book'\n").unwrap();
        let derived = documented.derive(&Evidence::default(), &GUARDED).unwrap();
        assert_eq!(derived.applicability, Applicability::Unsafe);
    }
}
