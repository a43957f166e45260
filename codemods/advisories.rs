//! Dependencies that cannot do IPv6, as data: `catalog/advisories.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

/// One fault of one package.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advisory {
    /// Its name in this table.
    pub id: String,
    /// The package manager, such as `nuget`.
    pub ecosystem: String,
    /// The package.
    pub package: String,
    /// The lowest version from which the fixed one is a compatible update.
    pub affected_from: String,
    /// The lowest version without the fault.
    pub fixed_in: String,
    /// What is wrong, to be read behind the name of the package.
    pub fault: String,
    /// Parts of names (lower case) of packages that may ask for a version of their own.
    #[serde(default)]
    pub suspects: Vec<String>,
    /// Where the knowledge comes from.
    pub sources: Vec<String>,
    /// What the fixed version needs at least.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// Who brings the package in.
    #[serde(default)]
    pub pulled_by: Vec<Puller>,
}

/// A package and its lowest version.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// The package.
    pub package: String,
    /// The lowest version that will do.
    pub at_least: String,
}

/// A package that brings the faulty one in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Puller {
    /// The package.
    pub package: String,
    /// From this version on it brings in one without the fault.
    #[serde(default)]
    pub clean_from: Option<String>,
    /// Where that is known from.
    #[serde(default)]
    pub clean_source: Option<String>,
    /// What its versions bring in.
    pub versions: Vec<Pull>,
}

/// What a stretch of versions brings in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pull {
    /// The first version of the stretch.
    pub from: String,
    /// The version behind it.
    pub below: String,
    /// What it brings in.
    pub pulls: String,
    /// Where that is known from.
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    advisory: Vec<Advisory>,
}

const TABLE: &str = include_str!("catalog/advisories.toml");

fn all() -> &'static [Advisory] {
    static ALL: OnceLock<Vec<Advisory>> = OnceLock::new();
    // The table is part of the program, and a test reads it.
    ALL.get_or_init(|| toml::from_str::<Table>(TABLE).map(|t| t.advisory).unwrap_or_default())
}

/// The advisory of this name.
pub fn advisory(id: &str) -> Option<&'static Advisory> {
    all().iter().find(|a| a.id == id)
}

/// The advisory about a package, where there is one.
pub fn of(ecosystem: &str, package: &str) -> Option<&'static Advisory> {
    all().iter().find(|a| a.ecosystem == ecosystem && a.package == package)
}

/// All advisories about a package; upper and lower case are the same, as NuGet has it.
pub fn all_of(ecosystem: &str, package: &str) -> impl Iterator<Item = &'static Advisory> {
    all().iter().filter(move |a| a.ecosystem == ecosystem && a.package.eq_ignore_ascii_case(package))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;
    use sixify_langs::msbuild::Version;

    #[test]
    fn the_table_reads_and_its_versions_are_in_order() {
        let table: Table = toml::from_str(TABLE).expect("the table is valid");
        assert!(!table.advisory.is_empty());
        for advisory in table.advisory {
            assert!(!advisory.sources.is_empty(), "{}", advisory.id);
            if advisory.ecosystem != "nuget" {
                continue;
            }
            let version = |text: &str| text.parse::<Version>().expect("a NuGet version");
            let fixed = version(&advisory.fixed_in);
            assert!(version(&advisory.affected_from) < fixed);
            for need in &advisory.needs {
                version(&need.at_least);
            }
            for puller in &advisory.pulled_by {
                assert_eq!(puller.clean_from.is_some(), puller.clean_source.is_some(), "{}", puller.package);
                for pull in &puller.versions {
                    assert!(
                        version(&pull.from) < version(&pull.below) && !pull.source.is_empty(),
                        "{}",
                        puller.package
                    );
                    assert!(version(&pull.pulls) < fixed, "{}", puller.package);
                }
            }
        }
    }
}
