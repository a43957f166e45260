//! No codemod claims more than what was measured.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use sixify::codemods::claims::{CLAIMS, Claim, Derived, Proof};
use sixify::codemods::evidence::{Evidence, ReachRow};
use sixify::{Applicability, Engine, HostKind, Memory};
use sixify_testkit::example::{Example, examples};

use crate::top;

/// The default guarantee set.
pub const GUARDED: [HostKind; 3] = [HostKind::V6Only, HostKind::Dual, HostKind::V4Only];

/// Faults that are known, by how they begin, and why they are still there. The list may only
/// become shorter.
const OWED: &[(&str, &str)] = &[];

/// Codemods that narrow a listener by default in some example, and should not.
const NARROWED: [&str; 0] = [];

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

/// Whether any fix of an example lands without being asked for when these kinds are guarded.
fn lands(id: &str, example: &Example, hosts: &[HostKind]) -> bool {
    let mut builder = Engine::builder().codemods(sixify::codemods::all()).only([id]).hosts(hosts.iter().copied());
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
        let default = |example: &&Example| example.mode.is_none();
        examples(docs).unwrap().iter().filter(default).find(|e| lands(id, e, &GUARDED)).map(|e| e.line)
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
            Ok(derived) if claim.applicability > derived.applicability => {
                let Claim { codemod, rewrite, .. } = claim;
                faults.push(format!("{codemod}: `{rewrite}` is not safe: {:?}", derived.why));
            }
            Ok(derived) => {
                if claim.applicability == Applicability::Safe {
                    proven.entry(&claim.codemod).or_default().push(claim);
                }
                faults.extend(promised(claim, &derived));
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
    for api in &claim.apis {
        let Some(rows) = CATALOG.get(api) else {
            return Some(format!("{}: the catalogs have no `{api}`", claim.codemod));
        };
        for (safe, costs) in rows {
            let mut lost: Vec<String> = derived.lost.iter().map(|(kind, _)| kind.to_string()).collect();
            lost.sort();
            lost.dedup();
            if *safe && derived.applicability != Applicability::Safe {
                return Some(format!("{}: the catalogs say that `{api}` is safe: {:?}", claim.codemod, derived.why));
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
static CATALOG: LazyLock<BTreeMap<String, Vec<Row>>> = LazyLock::new(catalog);

fn catalog() -> BTreeMap<String, Vec<Row>> {
    let mut rows: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    let text = |row: &toml::Value, key: &str| row.get(key).and_then(|v| v.as_str()).map(str::to_owned);
    let folder = |path: &str| std::fs::read_dir(top().join(path)).unwrap().map(|e| e.unwrap().path());
    let sheets = folder("codemods/catalog").chain(folder("codemods/catalog/api"));
    for sheet in sheets.filter(|path| path.extension().is_some_and(|e| e == "toml")) {
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
            for flag in flags.iter().filter(|flag| flag.get("wildcard").is_some()) {
                let name = program["names"][0].as_str().unwrap().to_owned();
                let safe = flag.get("safe").and_then(|v| v.as_bool()) == Some(true);
                let costs = flag.get("costs").and_then(|v| v.as_array()).cloned().unwrap_or_default();
                let costs = costs.iter().filter_map(|v| v.as_str()).map(str::to_owned).collect();
                rows.entry(name).or_default().push((safe, Some(costs)));
            }
        }
    }
    rows
}

/// Rows of the catalogs that say safe, and that no claim speaks of.
fn unclaimed(claims: &[Claim]) -> Vec<String> {
    let spoken = |name: &String| claims.iter().any(|claim| claim.apis.contains(name));
    let silent = CATALOG.iter().filter(|(name, rows)| rows.iter().any(|(safe, _)| *safe) && !spoken(name));
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

/// A kind of host that every rewrite of a codemod costs something can be guarded, and then the
/// codemod changes nothing by default.
#[test]
fn what_costs_a_guarded_kind_does_not_land() {
    let (claims, evidence) = (claims(), evidence());
    let engine = Engine::builder().codemods(sixify::codemods::all()).build().unwrap();
    let mut tried = 0;
    for meta in engine.codemods() {
        let safe: Vec<&Claim> =
            claims.iter().filter(|c| c.codemod == meta.id && c.applicability == Applicability::Safe).collect();
        for kind in HostKind::ALL {
            let loses = |claim: &&Claim| {
                claim
                    .derive(&evidence, &GUARDED)
                    .is_ok_and(|derived| derived.lost.iter().any(|(lost, _)| *lost == kind))
            };
            if safe.is_empty() || !safe.iter().all(loses) {
                continue;
            }
            tried += 1;
            let hosts = [&GUARDED[..], &[kind]].concat();
            for example in examples(&meta.docs).unwrap() {
                let line = example.line;
                assert!(!lands(&meta.id, &example, &hosts), "{} on {kind}, line {line} of its header", meta.id);
            }
        }
    }
    assert!(tried > 1, "{tried}");
}

/// In the mode `ipv6-only` listeners lose their IPv4 clients, so nothing that listens may be changed
/// by default for somebody whose other kinds of hosts are guarded.
#[test]
fn no_listener_is_narrowed_by_default() {
    let engine = Engine::builder().codemods(sixify::codemods::all()).build().unwrap();
    let listens = |id: &str| {
        let is_listener = |claim: &Claim| matches!(claim.proof, Proof::Reach { dial: false, .. });
        claims().iter().any(|claim| claim.codemod == id && is_listener(claim))
    };
    let mut found = Vec::new();
    for meta in engine.codemods().filter(|meta| listens(&meta.id)) {
        let narrowed =
            |example: &Example| example.mode.as_deref() == Some("ipv6-only") && lands(&meta.id, example, &GUARDED);
        if examples(&meta.docs).unwrap().iter().any(narrowed) {
            found.push(meta.id.clone());
        }
    }
    assert_eq!(found, NARROWED);
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
        let is_safe = claims[index].applicability == Applicability::Safe;
        let mut changed = claims.clone();
        match &mut changed[index].proof {
            // A spelling that gains nothing, and a program that nobody ran.
            Proof::Reach { pairs, .. } => pairs[0].after = pairs[0].before.clone(),
            Proof::Text { programs } => programs[0].push('?'),
            // What is documented may not be called safe.
            Proof::Documented { .. } => changed[index].applicability = Applicability::Safe,
        }
        let is_documented = matches!(claims[index].proof, Proof::Documented { .. });
        let is_owed = known.iter().any(|fault| fault.contains(&format!("`{}`", claims[index].rewrite)));
        assert!(!(is_safe || is_documented) || is_owed || noticed(&changed, &evidence), "{:?}", claims[index]);
        // What a codemod does by default needs a claim.
        changed = claims.iter().filter(|claim| claim.codemod != claims[index].codemod).cloned().collect();
        assert!(!is_safe || noticed(&changed, &evidence), "{}", claims[index].codemod);
    }

    let derived = |claims: &[&Claim], evidence: &Evidence| -> Vec<_> {
        claims.iter().map(|claim| claim.derive(evidence, &GUARDED)).collect()
    };
    let mut changed = evidence.clone();
    let mut rows = 0;
    for index in 0..changed.reaches.len() {
        let row = &changed.reaches[index];
        let concerned: Vec<&Claim> = claims.iter().filter(|claim| is_about(claim, row, &evidence)).collect();
        if concerned.is_empty() || row.reach.is_empty() {
            continue;
        }
        rows += 1;
        let today = derived(&concerned, &changed);
        let reach = std::mem::take(&mut changed.reaches[index].reach);
        assert_ne!(derived(&concerned, &changed), today, "{:?}", evidence.reaches[index]);
        changed.reaches[index].reach = reach;
        changed.reaches[index].spelling.push('?');
        assert!(derived(&concerned, &changed).iter().all(Result::is_err), "{:?}", evidence.reaches[index]);
        changed.reaches[index].spelling.pop();
    }
    assert!(rows > 300, "{rows}");
    for index in 0..changed.cases.len() {
        let row = &changed.cases[index];
        let concerned: Vec<&Claim> = claims.iter().filter(|claim| claim.codemod == row.codemod).collect();
        let today = derived(&concerned, &changed);
        changed.cases[index].after.push('?');
        assert_ne!(derived(&concerned, &changed), today, "{:?}", evidence.cases[index]);
        changed.cases[index].after.pop();
    }
    let cases = changed.cases.len();
    eprintln!("{} claims, {rows} reaches and {cases} answers changed one by one, each noticed", claims.len());
}

/// Whether a row is of a claim's spelling after, and keeps something that the one before reached.
fn is_about(claim: &Claim, row: &ReachRow, evidence: &Evidence) -> bool {
    let Proof::Reach { ecosystem, pairs, .. } = &claim.proof else { return false };
    let was_reached = |before: &str| {
        let same = |other: &&ReachRow| {
            (other.spelling.as_str(), &other.version, other.kind) == (before, &row.version, row.kind)
        };
        evidence.reaches.iter().find(same).is_some_and(|other| !other.reach.is_disjoint(&row.reach))
    };
    *ecosystem == row.ecosystem && pairs.iter().any(|pair| pair.after == row.spelling && was_reached(&pair.before))
}
