//! The configuration file, `sixify.toml`.
//!
//! ```toml
//! mode = "dual-stack"                  # or "ipv6-only", "ipv6-capable"
//! hosts = ["v6only", "dual", "v4only"] # no service becomes less reachable on these
//! unsafe = false                       # apply fixes that are not proven, too
//! tests = false                        # look at files of tests and of continuous integration, too
//! only = ["go", "redis/bind"]          # codemods or folders of them
//! skip = ["go/outbound-probe"]
//! exclude = ["/legacy/", "*.golden"]   # gitignore syntax, relative to this file
//!
//! [set]                                # settings of codemods
//! "go/outbound-probe.target" = "db:27017"
//!
//! [[api]]                              # an API of your own, in the words of the catalog
//! language = "go"
//! name = "example.com/mycorp.Serve"    # a wrapper that listens
//! argument = 1                         # counted from 1
//! role = "bind-address"
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::Deserialize;
use sixify_codemods::catalog::{self, Api};
use sixify_langs::{HostKind, Mode, Role};
use sixify_source::{OpenError, WorkTree, repository_top};
use thiserror::Error;

/// The name of the file.
pub const FILE_NAME: &str = "sixify.toml";

/// What a `sixify.toml` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The folder of the file, to which `exclude` is relative.
    pub folder: PathBuf,
    /// What the services are to run on.
    pub mode: Option<Mode>,
    /// The guarantee set.
    pub hosts: Option<Vec<HostKind>>,
    /// Whether fixes that are not proven are applied too.
    pub allow_unsafe: bool,
    /// Whether files of tests are looked at, too.
    pub tests: bool,
    /// The codemods that run; empty means all.
    pub only: Vec<String>,
    /// The codemods that do not.
    pub skip: Vec<String>,
    /// Files to leave out, in the syntax of gitignore(5).
    pub exclude: Vec<String>,
    /// Settings of codemods by name.
    pub settings: BTreeMap<String, String>,
    /// APIs of the user's own, with the language of each.
    pub apis: Vec<(String, Api)>,
}

/// A configuration file cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// It cannot be read.
    #[error("{}: cannot be read: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is not what a `sixify.toml` has to be.
    #[error("{}: {what}", .path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the line where that is known.
        what: String,
    },
}

/// The file as TOML has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    mode: Option<String>,
    hosts: Option<Vec<String>>,
    #[serde(default, rename = "unsafe")]
    allow_unsafe: bool,
    #[serde(default)]
    tests: bool,
    #[serde(default)]
    only: Vec<String>,
    #[serde(default)]
    skip: Vec<String>,
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default)]
    set: BTreeMap<String, toml::Value>,
    #[serde(default)]
    api: Vec<toml::Table>,
}

impl Config {
    /// The file that holds for a folder: the nearest one in the folder or above it, up to the
    /// top of its repository. Without a repository only the folder itself is looked at.
    pub fn find(folder: &Path) -> Option<PathBuf> {
        let top = repository_top(folder).unwrap_or(folder);
        let folders = folder.ancestors().take_while(|above| above.starts_with(top));
        folders.map(|folder| folder.join(FILE_NAME)).find(|file| file.is_file())
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, is not TOML, or has a key or a value that is not known.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        Config::parse(&text, path)
    }

    /// Reads a text that stands, or might stand, at `path`.
    ///
    /// # Errors
    /// When it is not TOML or has a key or a value that is not known.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let wrong = |what: String| ConfigError::Wrong { path: path.to_owned(), what };
        let raw: Raw = toml::from_str(text).map_err(|e| wrong(e.to_string().trim_end().to_owned()))?;
        let mut settings = BTreeMap::new();
        for (key, value) in raw.set {
            let value = scalar(&value).ok_or_else(|| wrong(format!(
                "set: {key:?} has to be text, a number or true or false, as in \"go/outbound-probe.target\" = \"db:27017\""
            )))?;
            settings.insert(key, value);
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let hosts = raw.hosts.map(|hosts| hosts.iter().map(|word| known(word, "hosts")).collect());
        Ok(Config {
            folder: folder.unwrap_or(Path::new(".")).to_owned(),
            mode: raw.mode.map(|word| known(&word, "mode")).transpose().map_err(wrong)?,
            hosts: hosts.transpose().map_err(wrong)?,
            allow_unsafe: raw.allow_unsafe,
            tests: raw.tests,
            only: raw.only,
            skip: raw.skip,
            exclude: raw.exclude,
            settings,
            apis: raw.api.into_iter().map(api).collect::<Result<_, _>>().map_err(wrong)?,
        })
    }

    /// Leaves out of a work tree what the file excludes.
    ///
    /// # Errors
    /// When a pattern cannot be read.
    pub fn limit(&self, tree: WorkTree) -> Result<WorkTree, OpenError> {
        if self.exclude.is_empty() { Ok(tree) } else { tree.exclude(&self.folder, &self.exclude) }
    }
}

fn known<T: FromStr<Err: ToString>>(word: &str, key: &str) -> Result<T, String> {
    word.parse().map_err(|e: T::Err| format!("{key}: {}", e.to_string()))
}

/// One row of a catalog, with the language that it is for.
fn api(mut row: toml::Table) -> Result<(String, Api), String> {
    let languages: Vec<&str> = catalog::languages().collect();
    let language = match row.remove("language") {
        Some(toml::Value::String(language)) if languages.contains(&language.as_str()) => language,
        _ => return Err(format!("api: language has to be one of {}", languages.join(", "))),
    };
    let api: Api = row.try_into().map_err(|e: toml::de::Error| format!("api: {}", e.message()))?;
    if Role::from_name(&api.role).is_none() {
        return Err(format!("api: {}: there is no role {:?}; one is \"bind-address\"", api.name, api.role));
    }
    if api.argument == 0 && api.keyword.is_none() {
        return Err(format!("api: {}: arguments are counted from 1", api.name));
    }
    Ok((language, api))
}

fn scalar(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Float(number) => Some(number.to_string()),
        toml::Value::Boolean(yes) => Some(yes.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(text, Path::new("a/sixify.toml")).map_err(|e| e.to_string())
    }

    #[test]
    fn all_keys_are_read() {
        let text = "mode = \"ipv6-only\"\nhosts = [\"v6only\"]\nunsafe = true\ntests = true\nonly = [\"go\"]\nskip = [\"go/x\"]\n\
                    exclude = [\"/old/\"]\n[set]\n\"go/x.y\" = \"db:27017\"\n\"go/x.n\" = 3\n";
        let config = parse(text).unwrap();
        assert_eq!((config.mode, config.hosts), (Some(Mode::Ipv6Only), Some(vec![HostKind::V6Only])));
        assert_eq!((config.folder, config.allow_unsafe, config.tests), (PathBuf::from("a"), true, true));
        assert_eq!(
            (config.only, config.skip, config.exclude),
            (vec!["go".into()], vec!["go/x".into()], vec!["/old/".into()])
        );
        let settings: Vec<_> = config.settings.into_iter().collect();
        assert_eq!(settings, [("go/x.n".into(), "3".into()), ("go/x.y".into(), "db:27017".into())]);
        assert_eq!(parse("").unwrap(), Config { folder: "a".into(), ..Config::default() });
    }

    #[test]
    fn errors_name_the_file_the_key_and_what_is_known() {
        let unknown = parse("mode = \"dual-stack\"\nmodes = 1\n").unwrap_err();
        assert!(unknown.starts_with("a/sixify.toml: "), "{unknown}");
        for word in ["line 2", "`modes`", "`mode`", "`hosts`", "`unsafe`", "`exclude`", "`set`"] {
            assert!(unknown.contains(word), "{word} in {unknown}");
        }
        let mode = parse("mode = \"dual\"").unwrap_err();
        assert_eq!(mode, "a/sixify.toml: mode: \"dual\" is not one of dual-stack, ipv6-only, ipv6-capable");
        let host = parse("hosts = [\"v6\"]").unwrap_err();
        assert!(host.starts_with("a/sixify.toml: hosts: \"v6\" is not one of v6only, "), "{host}");
        assert!(parse("[set]\ngo.x = 1\n").unwrap_err().contains("set: \"go\" has to be text"));
    }

    #[test]
    fn apis_are_rows_of_the_catalog() {
        let row =
            "[[api]]\nlanguage = \"go\"\nname = \"example.com/mycorp.Serve\"\nargument = 1\nrole = \"bind-address\"\n";
        let config = parse(row).unwrap();
        let [(language, api)] = config.apis.as_slice() else { panic!("one row") };
        assert_eq!((language.as_str(), api.word(), api.argument), ("go", "Serve", 1));
        let error = |from: &str, to: &str| parse(&row.replace(from, to)).unwrap_err();
        assert!(error("go\"", "cobol\"").contains("api: language has to be one of "));
        assert!(error("bind-address", "bind").contains("api: example.com/mycorp.Serve: there is no role \"bind\""));
        assert!(error("= 1", "= 0").contains("api: example.com/mycorp.Serve: arguments are counted from 1"));
        assert!(error("role =", "rule =").contains("unknown field `rule`"));
    }

    #[test]
    fn the_nearest_file_up_to_the_top_of_the_repository_holds() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        fs::create_dir_all(root.join("repo/.git")).unwrap();
        fs::create_dir_all(root.join("repo/a/b")).unwrap();
        fs::create_dir_all(root.join("plain/a")).unwrap();
        for folder in ["", "repo", "plain"] {
            fs::write(root.join(folder).join(FILE_NAME), "").unwrap();
        }
        assert_eq!(Config::find(&root.join("repo/a/b")), Some(root.join("repo/sixify.toml")));
        assert_eq!(Config::find(&root.join("plain/a")), None);
        fs::remove_file(root.join("repo/sixify.toml")).unwrap();
        assert_eq!(Config::find(&root.join("repo/a")), None);
    }
}
