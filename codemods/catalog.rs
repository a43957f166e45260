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
    /// Other names of the same thing, and methods that take the same argument.
    #[serde(default)]
    pub also: Vec<String>,
    /// Which argument has the role, counted from 1; 0 when it is only given by name.
    pub argument: usize,
    /// The name of the argument, or the property of an options object in the first argument.
    #[serde(default)]
    pub keyword: Option<String>,
    /// What the text looks like, where it is not a lone host: `host-port`, `url`, `tuple`.
    #[serde(default)]
    pub text: Option<String>,
    /// The name of the role, as [`sixify_langs::Role::from_name`] knows it.
    pub role: String,
    /// What the IPv4 wildcard means there: `dual` (already both families) or `ipv4`.
    #[serde(default)]
    pub wildcard: Option<String>,
    /// Which argument names the network (`tcp`, `udp4`), counted from 1.
    #[serde(default)]
    pub network: Option<usize>,
    /// What may stand there instead of the IPv4 wildcard; `omit`: nothing at all.
    #[serde(default)]
    pub instead: Option<String>,
    /// How far that is proven: `safe` or `unsafe`.
    #[serde(default)]
    pub applicability: Option<String>,
    /// Kinds of hosts that are worse off with it, where there are any.
    #[serde(default)]
    pub costs: Vec<String>,
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
            for name in std::iter::once(&api.name).chain(&api.also) {
                by_name.entry(name.clone()).or_default().push(api.clone());
            }
        }
        Catalog { by_name }
    }

    /// The rows of an API.
    pub fn api(&self, name: &str) -> &[Api] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// All rows, once for each name.
    #[cfg(test)]
    pub fn rows(&self) -> impl Iterator<Item = &Api> {
        self.by_name.values().flatten()
    }
}

/// Go's sheet.
pub fn go() -> &'static Catalog {
    static SHEET: OnceLock<Catalog> = OnceLock::new();
    SHEET.get_or_init(|| Catalog::read(include_str!("catalog/go.toml")))
}

/// The sheet of JavaScript and TypeScript.
pub fn javascript() -> &'static Catalog {
    static SHEET: OnceLock<Catalog> = OnceLock::new();
    SHEET.get_or_init(|| Catalog::read(include_str!("catalog/javascript.toml")))
}

/// Python's sheet.
pub fn python() -> &'static Catalog {
    static SHEET: OnceLock<Catalog> = OnceLock::new();
    SHEET.get_or_init(|| Catalog::read(include_str!("catalog/python.toml")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;
    use sixify_langs::Role;

    #[test]
    fn every_sheet_reads_and_every_row_has_a_role_and_evidence() {
        let sheets = [
            include_str!("catalog/go.toml"),
            include_str!("catalog/javascript.toml"),
            include_str!("catalog/python.toml"),
        ];
        for text in sheets {
            let sheet: Sheet = toml::from_str(text).expect("the sheet is valid");
            assert!(!sheet.api.is_empty());
            for api in sheet.api {
                assert!(Role::from_name(&api.role).is_some(), "{}: role {}", api.name, api.role);
                assert!((api.argument > 0 || api.keyword.is_some()) && !api.evidence.is_empty(), "{}", api.name);
                assert!(api.applicability.is_none_or(|a| a == "safe" || a == "unsafe"), "{}", api.name);
                assert!(api.costs.iter().all(|kind| kind.parse::<sixify_langs::HostKind>().is_ok()), "{}", api.name);
                assert!(api.wildcard.is_none_or(|w| w == "dual" || w == "ipv4"), "{}", api.name);
            }
        }
    }
}
