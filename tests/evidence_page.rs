//! The page that shows what was measured of every codemod.

use std::fmt::Write;

use sixify::codemods::claims::{Claim, Pair, Proof};
use sixify::codemods::evidence::{Evidence, ReachRow};
use sixify::{Applicability, HostKind};

use crate::evidence::{GUARDED, claims, evidence};
use crate::fresh;

const HEAD: &str = "# What was measured

This page is made from the tables beside it and from `claims.toml`, which says what each of them is
evidence for. Every row was measured by `crates/lab` on five kinds of hosts, with real clients at
every address:

| kind | what it is | addresses |
|---|---|---|
| v6only | an IPv6-only host | L4, L6, G6 |
| dual | both families | L4, L6, G4, G6 |
| dual-b6 | both, `net.ipv6.bindv6only=1` | L4, L6, G4, G6 |
| v4only | IPv6 switched off | L4, G4 |
| v4kernel | a kernel without IPv6 | L4, G4 |

L4 is 127.0.0.1, L6 is ::1, and G4 and G6 are the addresses of the interface. For clients the columns
show the listeners that they reach. A rewrite is safe when nothing is lost on v6only, dual and
v4only, and something is won on v6only.

To measure again: `SIXIFY_LAB=1 cargo test -p sixify-tests proofs`; to write down what was measured,
put `SIXIFY_BLESS=1` before it.
";

#[test]
fn the_page_of_the_evidence_is_fresh() {
    let (claims, evidence) = (claims(), evidence());
    let mut page = HEAD.to_owned();
    let mut codemod = "";
    let mut sorted: Vec<&Claim> = claims.iter().collect();
    sorted.sort_by_key(|claim| &claim.codemod);
    for claim in sorted {
        if claim.codemod != codemod {
            codemod = &claim.codemod;
            write!(page, "\n## {codemod}\n").unwrap();
        }
        write!(page, "\n### {}\n\n", claim.rewrite).unwrap();
        match &claim.proof {
            Proof::Reach { ecosystem, pairs, .. } => {
                for pair in pairs {
                    reaches(&mut page, &evidence, ecosystem, pair);
                }
            }
            Proof::Text { programs } => answers(&mut page, &evidence, &claim.codemod, programs),
            Proof::Documented { source } => {
                writeln!(page, "Not run, so applied only when asked for. Known from: {source}.").unwrap();
                continue;
            }
        }
        writeln!(page, "{}", verdict(claim, &evidence)).unwrap();
    }
    fresh("codemods/evidence/README.md", &page);
}

fn verdict(claim: &Claim, evidence: &Evidence) -> String {
    let derived = claim.derive(evidence, &GUARDED).unwrap();
    let mut text = match (claim.applicability, derived.applicability) {
        (Applicability::Safe, Applicability::Safe) => "Safe.".to_owned(),
        (_, Applicability::Safe) => "Applied only when asked for, although nothing is lost.".to_owned(),
        _ => format!("Not proven: {}.", derived.why.join("; ")),
    };
    let mut costs: Vec<&str> = derived
        .lost
        .iter()
        .map(|(kind, _)| kind.name())
        .filter(|name| GUARDED.iter().all(|k| k.name() != *name))
        .collect();
    costs.dedup();
    if !costs.is_empty() {
        write!(text, " Not for hosts of the kinds {}, where something is lost.", costs.join(", ")).unwrap();
    }
    text
}

/// A table of two spellings for every version that both were measured with.
fn reaches(page: &mut String, evidence: &Evidence, ecosystem: &str, pair: &Pair) {
    let rows = |spelling: &str| -> Vec<&ReachRow> {
        evidence.reaches.iter().filter(|r| r.ecosystem == ecosystem && r.spelling == spelling).collect()
    };
    let (before, after) = (rows(&pair.before), rows(&pair.after));
    let mut versions: Vec<&str> = before.iter().map(|row| row.version.as_str()).collect();
    versions.dedup();
    for version in versions.into_iter().filter(|version| after.iter().any(|row| row.version == *version)) {
        let kinds = HostKind::ALL.map(HostKind::name).join(" | ");
        writeln!(page, "| {version} | {kinds} |\n|---|---|---|---|---|---|").unwrap();
        for (spelling, rows) in [(&pair.before, &before), (&pair.after, &after)] {
            write!(page, "| {} |", code(spelling)).unwrap();
            for kind in HostKind::ALL {
                let row = rows.iter().find(|row| row.version == version && row.kind == kind).unwrap();
                write!(page, " {} |", reach(row)).unwrap();
            }
            page.push('\n');
        }
        page.push('\n');
    }
}

fn reach(row: &ReachRow) -> String {
    let names = ["L4", "L6", "G4", "G6"].iter().filter(|name| row.reach.contains(**name)).copied();
    let listeners = row.reach.iter().map(String::as_str).filter(|name| name.len() > 2);
    let all: Vec<&str> = names.chain(listeners).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(" ") }
}

/// A spelling as code in a table.
fn code(spelling: &str) -> String {
    let fence = if spelling.contains('`') { "``" } else { "`" };
    let space = if spelling.contains('`') { " " } else { "" };
    format!("{fence}{space}{}{space}{fence}", spelling.replace('|', "\\|"))
}

/// How many inputs a program was given, and what it made of some of them.
fn answers(page: &mut String, evidence: &Evidence, codemod: &str, programs: &[String]) {
    const SHOWN: usize = 3;
    for program in programs {
        let rows = || evidence.cases.iter().filter(|row| row.codemod == codemod && row.program == *program);
        let kept = rows().filter(|row| row.right.is_none()).count();
        let same = rows().filter(|row| row.right.is_none() && row.before == row.after).count();
        let mended = rows().filter(|row| row.right.as_ref() == Some(&row.after)).count();
        let version = rows().next().map_or("", |row| row.version.as_str());
        writeln!(
            page,
            "{program} ({version}): {} inputs. Of {kept} that were right, {same} give the same, byte for byte; of {} that were \
             wrong, {mended} are right.\n",
            rows().count(),
            rows().count() - kept
        )
        .unwrap();
        writeln!(page, "| input | before | after |\n|---|---|---|").unwrap();
        let telling = rows().filter(|row| row.before != row.after).take(SHOWN);
        for row in rows().filter(|row| row.before == row.after).take(1).chain(telling) {
            let input = match row.kind {
                Some(kind) => kind.name().to_owned(),
                None => code(&row.input),
            };
            writeln!(page, "| {input} | {} | {} |", code(&row.before), code(&row.after)).unwrap();
        }
        page.push('\n');
    }
}
