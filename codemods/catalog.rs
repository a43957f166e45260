//! The catalog: which argument of which API has which role, as data.
//!
//! One file per language, `catalog/<language>.toml`, one `[[api]]` a row. A codemod asks for roles
//! and handles every API that a row describes, so a new API needs no code.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// One API: an argument of a function or method, and what it does on the network.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    /// The qualified name, in the way of the language's facts: `net.Listen`,
    /// `@grpc/grpc-js.Server#bindAsync`.
    pub name: String,
    /// Which argument has the role, counted from 1.
    pub argument: usize,
    /// The name of the role, as [`sixify_langs::Role::from_name`] knows it.
    pub role: String,
    /// What the IPv4 wildcard means there: `dual` (already both families) or `ipv4`.
    #[serde(default)]
    pub wildcard: Option<String>,
    /// Which argument names the network (`tcp`, `udp4`), counted from 1.
    #[serde(default)]
    pub network: Option<usize>,
    /// Where the knowledge comes from.
    pub evidence: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    api: Vec<Api>,
}

/// The APIs of one language by name.
pub struct Catalog {
    by_name: HashMap<String, Vec<Api>>,
}

impl Catalog {
    fn read(text: &str) -> Catalog {
        // The sheets are part of the program, and a test reads every one of them.
        let sheet: Sheet = toml::from_str(text).unwrap_or(Sheet { api: Vec::new() });
        let mut by_name: HashMap<String, Vec<Api>> = HashMap::new();
        for api in sheet.api {
            by_name.entry(api.name.clone()).or_default().push(api);
        }
        Catalog { by_name }
    }

    /// The rows of an API.
    pub fn api(&self, name: &str) -> &[Api] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Go's sheet.
pub fn go() -> &'static Catalog {
    static SHEET: OnceLock<Catalog> = OnceLock::new();
    SHEET.get_or_init(|| Catalog::read(include_str!("catalog/go.toml")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;
    use sixify_langs::Role;

    #[test]
    fn every_sheet_reads_and_every_row_has_a_role_and_evidence() {
        for text in [include_str!("catalog/go.toml")] {
            let sheet: Sheet = toml::from_str(text).expect("the sheet is valid");
            assert!(!sheet.api.is_empty());
            for api in sheet.api {
                assert!(Role::from_name(&api.role).is_some(), "{}: role {}", api.name, api.role);
                assert!(api.argument > 0 && !api.evidence.is_empty(), "{}", api.name);
                assert!(api.wildcard.is_none_or(|w| w == "dual" || w == "ipv4"), "{}", api.name);
            }
        }
    }
}
