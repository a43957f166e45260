//! No codemod claims more than what was measured.

use std::collections::BTreeMap;

use sixify::codemods::claims::{CLAIMS, Claim, Derived, Evidence, Proof, ReachRow};
use sixify::{Applicability, Engine, HostKind, Memory};
use sixify_testkit::example::{Example, examples};

use crate::top;

/// The default guarantee set.
const GUARDED: [HostKind; 3] = [HostKind::V6Only, HostKind::Dual, HostKind::V4Only];

/// Faults that are known, by how they begin, and why they are still there. The list may only
/// become shorter.
const OWED: &[(&str, &str)] = &[];

/// Every table beside the claims.
pub fn evidence() -> Evidence {
    let mut all = Evidence::default();
    let mut tables: Vec<_> =
        std::fs::read_dir(top().join("codemods/evidence")).unwrap().map(|e| e.unwrap().path()).collect();
    tables.sort();
    for table in tables.iter().filter(|path| path.extension().is_some_and(|e| e == "tsv")) {
        all.read(&table.display().to_string(), &std::fs::read_to_string(table).unwrap()).unwrap();
    }
    all
}

pub fn claims() -> Vec<Claim> {
    Claim::read_all(CLAIMS).unwrap()
}

/// Whether any fix of an example lands without being asked for.
fn lands(id: &str, example: &Example) -> bool {
    let mut builder = Engine::builder().codemods(sixify::codemods::all()).only([id]);
    if let Some(mode) = &example.mode {
        builder = builder.mode(mode.parse().unwrap());
    }
    for (key, value) in &example.settings {
        builder = builder.set(key, value);
    }
    let source = example.files.iter().fold(Memory::new(), |m, f| m.with(&f.path, &f.text));
    !builder.build().unwrap().plan(&source).unwrap().files.is_empty()
}

/// The codemods by whether they land by default in any example, with the line of the example.
fn landing() -> BTreeMap<String, Option<usize>> {
    let engine = Engine::builder().codemods(sixify::codemods::all()).build().unwrap();
    let first = |id: &str, docs: &str| {
        // Another mode is asked for, and with it what it costs.
        let asked = |example: &Example| example.mode.is_some();
        examples(docs).unwrap().iter().find(|e| !asked(e) && lands(id, e)).map(|e| e.line)
    };
    engine.codemods().map(|meta| (meta.id.clone(), first(&meta.id, &meta.docs))).collect()
}

/// What is wrong with a set of claims, for this evidence and these catalogs.
fn faults(claims: &[Claim], evidence: &Evidence, landing: &BTreeMap<String, Option<usize>>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut proven: BTreeMap<&str, Vec<&Claim>> = BTreeMap::new();
    for claim in claims {
        if !landing.contains_key(&claim.codemod) {
            faults.push(format!("there is no codemod {}", claim.codemod));
        }
        match claim.derive(evidence, &GUARDED) {
            Ok(derived) => {
                if derived.applicability == Applicability::Safe {
                    proven.entry(&claim.codemod).or_default().push(claim);
                }
                if let Some(fault) = promised(claim, &derived) {
                    faults.push(fault);
                }
            }
            Err(error) => faults.push(error.to_string()),
        }
    }
    for (id, line) in landing {
        if line.is_some() && !proven.contains_key(id.as_str()) {
            faults.push(format!("{id} lands by default, and no evidence proves it"));
        }
    }
    faults.extend(unclaimed(claims));
    faults
}

/// What is wrong with how a claim was meant, against what follows from the evidence.
fn promised(claim: &Claim, derived: &Derived) -> Option<String> {
    let meant = catalog();
    for api in &claim.apis {
        let Some(rows) = meant.get(api) else {
            return Some(format!("{}: the catalogs have no `{api}`", claim.codemod));
        };
        for (safe, costs) in rows {
            let mut lost: Vec<String> = derived.lost.iter().map(|(kind, _)| kind.to_string()).collect();
            lost.sort();
            lost.dedup();
            if *safe && derived.applicability != Applicability::Safe {
                return Some(format!("{}: `{api}` is not safe: {:?}", claim.codemod, derived.why));
            }
            if *safe && costs.as_ref().is_some_and(|costs| *costs != lost) {
                return Some(format!("{}: `{api}` costs {lost:?}, and its row says {costs:?}", claim.codemod));
            }
        }
    }
    None
}

/// Whether a row of a catalog says safe, and the kinds of hosts that it says are worse off; `None`
/// where the sheet has no place for them.
type Row = (bool, Option<Vec<String>>);

/// Rows of the catalogs that name something to write instead of the wildcard.
fn catalog() -> BTreeMap<String, Vec<Row>> {
    let mut rows: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    let text = |row: &toml::Value, key: &str| row.get(key).and_then(|v| v.as_str()).map(str::to_owned);
    for sheet in std::fs::read_dir(top().join("codemods/catalog")).unwrap().map(|e| e.unwrap().path()) {
        let table: toml::Table = std::fs::read_to_string(&sheet).unwrap().parse().unwrap();
        let list = |name: &str| table.get(name).and_then(|v| v.as_array()).cloned().unwrap_or_default();
        for row in list("api").iter().filter(|row| row.get("instead").is_some()) {
            let costs = row.get("costs").and_then(|v| v.as_array()).cloned().unwrap_or_default();
            let mut costs: Vec<String> = costs.iter().filter_map(|v| v.as_str()).map(str::to_owned).collect();
            costs.sort();
            let safe = text(row, "applicability").as_deref() == Some("safe");
            rows.entry(text(row, "name").unwrap()).or_default().push((safe, Some(costs)));
        }
        for program in list("program") {
            let flags = program.get("flag").and_then(|v| v.as_array()).cloned().unwrap_or_default();
            if flags.iter().any(|flag| flag.get("wildcard").is_some()) {
                let name = program["names"][0].as_str().unwrap().to_owned();
                rows.entry(name).or_default().push((true, None));
            }
        }
    }
    rows
}

/// Rows of the catalogs that say safe, and that no claim speaks of.
fn unclaimed(claims: &[Claim]) -> Vec<String> {
    let spoken = |name: &String| claims.iter().any(|claim| claim.apis.contains(name));
    let silent = catalog().into_iter().filter(|(name, rows)| rows.iter().any(|(safe, _)| *safe) && !spoken(name));
    silent.map(|(name, _)| format!("the catalogs say that `{name}` is safe, and no claim says why")).collect()
}

#[test]
fn every_codemod_claims_what_was_measured() {
    let mut found = faults(&claims(), &evidence(), &landing());
    for (known, _) in OWED {
        assert!(found.iter().any(|fault| fault.starts_with(known)), "`{known}` is mended: take it off the list");
    }
    found.retain(|fault| !OWED.iter().any(|(known, _)| fault.starts_with(known)));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The claims and the evidence hold each other: whatever single thing is changed, something fails.
#[test]
fn no_claim_and_no_row_can_be_changed_unnoticed() {
    let (claims, evidence, landing) = (claims(), evidence(), landing());
    let known = faults(&claims, &evidence, &landing);
    let noticed = |claims: &[Claim], evidence: &Evidence| {
        faults(claims, evidence, &landing).iter().any(|fault| !known.contains(fault))
    };
    assert!(!noticed(&claims, &evidence));

    for index in 0..claims.len() {
        let safe = claims[index].derive(&evidence, &GUARDED).is_ok_and(|d| d.applicability == Applicability::Safe);
        let mut changed = claims.clone();
        match &mut changed[index].proof {
            // A spelling that gains nothing, or that nobody measured.
            Proof::Reach { pairs, .. } => pairs[0].after = pairs[0].before.clone(),
            Proof::Text { programs } => programs[0].push('?'),
            Proof::Documented { .. } => continue,
        }
        let noted = changed[index].derive(&evidence, &GUARDED).map(|d| d.applicability).ok();
        assert!(!safe || noted != Some(Applicability::Safe), "{:?}", claims[index]);
        if safe && !claims[index].apis.is_empty() {
            assert!(noticed(&changed, &evidence), "{:?}", claims[index]);
        }
        // What a codemod does by default needs a claim that holds.
        changed = claims.iter().filter(|claim| claim.codemod != claims[index].codemod).cloned().collect();
        assert!(!safe || noticed(&changed, &evidence), "{}", claims[index].codemod);
    }

    let named = |row: &ReachRow| {
        claims.iter().any(|claim| match &claim.proof {
            Proof::Reach { ecosystem, pairs, .. } => {
                row.ecosystem == *ecosystem && pairs.iter().any(|pair| pair.after == row.spelling)
            }
            _ => false,
        })
    };
    let holds = |evidence: &Evidence| -> Vec<_> {
        claims.iter().map(|claim| claim.derive(evidence, &GUARDED).map(|d| d.applicability).ok()).collect()
    };
    let today = holds(&evidence);
    let mut rows = 0;
    for index in 0..evidence.reaches.len() {
        let row = &evidence.reaches[index];
        if !named(row) || !GUARDED.contains(&row.kind) || row.reach.is_empty() {
            continue;
        }
        let mut changed = evidence.clone();
        changed.reaches[index].reach.clear();
        rows += usize::from(holds(&changed) != today);
        // Some spellings stand in several versions, or in a claim that is unsafe anyhow.
        let derived = claims.iter().any(|claim| claim.derive(&changed, &GUARDED) != claim.derive(&evidence, &GUARDED));
        assert!(derived, "{:?}", evidence.reaches[index]);
        changed.reaches.remove(index);
        assert!(noticed(&claims, &changed), "{:?}", evidence.reaches[index]);
    }
    assert!(rows > 100, "{rows}");

    for index in 0..evidence.cases.len() {
        let mut changed = evidence.clone();
        changed.cases[index].after.push('?');
        let derived = claims.iter().any(|claim| claim.derive(&changed, &GUARDED) != claim.derive(&evidence, &GUARDED));
        assert!(derived, "{:?}", evidence.cases[index]);
    }
}
