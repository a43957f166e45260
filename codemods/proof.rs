//! Holds what the catalog claims against what was measured.
//!
//! A row that cites `evidence/<sheet>.tsv, <spelling> and <spelling>` is checked here: what it says
//! is safe must follow from the reach that the sheet gives for these spellings.

#![allow(clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use sixify_langs::{HostKind, Policy};

use crate::catalog::{self, Api};
use crate::wildcard::V4;

const CLIENTS: &str = include_str!("evidence/clients.tsv");
const LISTENERS: &[&str] =
    &[include_str!("evidence/node-listeners.tsv"), include_str!("evidence/python-listeners.tsv")];

/// A client's reach is the servers that it finds, a listener's the addresses at which it is found.
struct Cell<'a> {
    available: BTreeSet<&'a str>,
    reach: BTreeSet<&'a str>,
}

type Sheet<'a> = BTreeMap<(&'a str, &'a str), Cell<'a>>;

/// Reads a sheet: by spelling and kind of host.
fn sheet(text: &str) -> Sheet<'_> {
    let set = |cell| str::split(cell, '+').filter(|word| !word.is_empty()).collect();
    let mut rows = Sheet::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [_, spelling, _, kind, available, reach, _, _] = cells.as_slice() else {
            panic!("not eight cells: {line}")
        };
        let cell = Cell { available: set(available), reach: set(reach) };
        assert!(rows.insert((spelling, kind), cell).is_none(), "measured twice: {line}");
    }
    rows
}

/// The spellings that a row cites from a sheet of this name.
fn cited<'a>(api: &'a Api, name: &str) -> Vec<&'a str> {
    let spellings = api
        .evidence
        .strip_prefix("measured: evidence/")
        .and_then(|rest| rest.strip_prefix(name)?.strip_prefix(".tsv, "));
    spellings.map(|s| s.split(" and ").collect()).unwrap_or_default()
}

fn rows() -> impl Iterator<Item = &'static Api> {
    catalog::builtin("javascript").rows().chain(catalog::builtin("python").rows())
}

/// The kinds of hosts on which nothing may get worse, and those that a row admits to.
fn kinds(api: &Api) -> (Vec<HostKind>, Vec<HostKind>) {
    let costs: Vec<HostKind> = api.costs.iter().filter_map(|kind| kind.parse().ok()).collect();
    (Policy::default().hosts, costs)
}

#[test]
fn localhost_finds_what_the_wildcard_finds_and_more() {
    let sheet = sheet(CLIENTS);
    let reach = |spelling: &str, kind: HostKind| {
        let cell = sheet.get(&(spelling, kind.name())).unwrap_or_else(|| panic!("not measured: {spelling} on {kind}"));
        cell.reach.clone()
    };
    let mut checked = 0;
    for api in rows().filter(|api| api.role == "dial-address") {
        let safe = api.applicability.as_deref() == Some("safe");
        let (guarded, costs) = kinds(api);
        for after in cited(api, "clients") {
            let before = after.replace("localhost", V4);
            let worse: Vec<HostKind> =
                guarded.iter().copied().filter(|k| !reach(after, *k).is_superset(&reach(&before, *k))).collect();
            assert_eq!(worse, costs, "{}: {after}", api.name);
            if safe {
                let (old, new) = (reach(&before, HostKind::V6Only), reach(after, HostKind::V6Only));
                assert!(worse.is_empty() && new.len() > old.len(), "{}: {after} gains nothing on v6only", api.name);
            }
            checked += 1;
        }
    }
    assert!(checked > 50, "only {checked} claims were checked");
}

#[test]
fn listeners_without_the_wildcard_are_reached_everywhere() {
    let sheets: Vec<Sheet<'_>> = LISTENERS.iter().map(|text| sheet(text)).collect();
    let mut checked = 0;
    for api in rows().filter(|api| api.wildcard.as_deref() == Some("ipv4")) {
        let (mut guarded, costs) = kinds(api);
        guarded.extend([HostKind::DualB6, HostKind::V4Kernel]);
        for spelling in cited(api, "node-listeners").into_iter().chain(cited(api, "python-listeners")) {
            for kind in guarded.iter().filter(|kind| !costs.contains(kind)) {
                let cell = sheets.iter().find_map(|s| s.get(&(spelling, kind.name())));
                let cell = cell.unwrap_or_else(|| panic!("not measured: {spelling} on {kind}"));
                assert_eq!(cell.reach, cell.available, "{}: {spelling} on {kind}", api.name);
                checked += 1;
            }
        }
    }
    assert!(checked > 50, "only {checked} claims were checked");
}
