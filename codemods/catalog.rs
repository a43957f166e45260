//! The catalog: which argument of which API has which role, as data.
//!
//! One file per language, `catalog/api/<language>.toml`, one `[[api]]` a row. A codemod asks for roles
//! and handles every API that a row describes, so a new API needs no code.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;
use sixify_core::Options;

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
    #[serde(default = "by_the_user")]
    pub evidence: String,
}

fn by_the_user() -> String {
    "named in sixify.toml".to_owned()
}

impl Api {
    /// The word of the name that calls of it are written with: `Serve` of `mycorp.Serve` and of
    /// `mycorp.Server#Serve`.
    pub fn word(&self) -> &str {
        let name = self.name.trim_end_matches("()");
        name.rsplit(['.', '#', '/', ' ', ':']).next().unwrap_or(name)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    api: Vec<Api>,
}

/// The APIs of one language by name.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    by_name: HashMap<String, Vec<Api>>,
}

impl Catalog {
    fn of(rows: impl IntoIterator<Item = Api>) -> Catalog {
        let mut by_name: HashMap<String, Vec<Api>> = HashMap::new();
        for api in rows {
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
    pub fn rows(&self) -> impl Iterator<Item = &Api> {
        self.by_name.values().flatten()
    }
}

// SHEETS: name and text of every `catalog/api/<language>.toml`, found by build.rs.
include!(concat!(env!("OUT_DIR"), "/sheets.rs"));

fn rows(text: &str) -> Vec<Api> {
    // The sheets are part of the program, and a test reads every one of them.
    toml::from_str(text).map_or_else(|_| Vec::new(), |sheet: Sheet| sheet.api)
}

/// The APIs of all languages, those of the user among them; an option of a run.
#[derive(Clone, Debug)]
pub struct Catalogs {
    by_language: HashMap<String, Catalog>,
}

impl Catalogs {
    /// The sheets that come with sixify, with further rows: language and row.
    pub fn with(more: impl IntoIterator<Item = (String, Api)>) -> Catalogs {
        Catalogs::of(sheets().chain(more))
    }

    /// These rows and no others.
    pub fn of(rows: impl IntoIterator<Item = (String, Api)>) -> Catalogs {
        let mut sheets: HashMap<String, Vec<Api>> =
            SHEETS.iter().map(|(language, _)| ((*language).to_owned(), Vec::new())).collect();
        for (language, api) in rows {
            sheets.entry(language).or_default().push(api);
        }
        Catalogs { by_language: sheets.into_iter().map(|(language, rows)| (language, Catalog::of(rows))).collect() }
    }
}

/// The rows that come with sixify, each with its language.
pub fn sheets() -> impl Iterator<Item = (String, Api)> {
    SHEETS.iter().flat_map(|(language, text)| rows(text).into_iter().map(|row| ((*language).to_owned(), row)))
}

/// The languages that have a sheet, in order.
pub fn languages() -> impl Iterator<Item = &'static str> {
    SHEETS.iter().map(|(language, _)| *language)
}

/// The sheet of a language that comes with sixify; empty for a language without one.
pub fn builtin(language: &str) -> &'static Catalog {
    static ALL: OnceLock<Catalogs> = OnceLock::new();
    static NONE: OnceLock<Catalog> = OnceLock::new();
    let all = ALL.get_or_init(|| Catalogs::with([]));
    all.by_language.get(language).unwrap_or_else(|| NONE.get_or_init(Catalog::default))
}

/// The sheet of a language, with the rows that the user has added.
pub fn apis<'o>(options: &'o Options, language: &str) -> &'o Catalog {
    let users = options.get::<Catalogs>().and_then(|c| c.by_language.get(language));
    users.unwrap_or_else(|| builtin(language))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;
    use sixify_langs::Role;

    #[test]
    fn every_sheet_reads_and_every_row_has_a_role_and_evidence() {
        for (language, text) in SHEETS {
            let sheet: Sheet = toml::from_str(text).unwrap_or_else(|e| panic!("{language}: {e}"));
            assert!(!sheet.api.is_empty());
            for api in sheet.api {
                assert!(Role::from_name(&api.role).is_some(), "{}: role {}", api.name, api.role);
                assert!((api.argument > 0 || api.keyword.is_some()) && !api.evidence.is_empty(), "{}", api.name);
                let applicability = api.applicability.as_deref();
                assert!(matches!(applicability, None | Some("safe" | "unsafe")), "{}", api.name);
                let measured = api.evidence.starts_with("measured: ");
                assert!(measured || applicability != Some("safe"), "{}: safe is what was measured", api.name);
                assert!(api.costs.iter().all(|kind| kind.parse::<sixify_langs::HostKind>().is_ok()), "{}", api.name);
                assert!(api.wildcard.is_none_or(|w| w == "dual" || w == "ipv4"), "{}", api.name);
            }
        }
    }
}
