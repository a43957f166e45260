//! What is known of programs and of images, as read from tables.

use std::collections::BTreeMap;

use thiserror::Error;
use toml::{Table, Value};

use crate::command::image::{ImageRef, Version};
use crate::role::Role;

/// A table that makes no sense.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("{0}")]
pub struct CatalogError(String);

/// How a flag takes its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// No value: it is there or not.
    Nothing,
    /// One value, in the next word or behind `=`.
    One,
    /// All words up to the next one that begins with `--`.
    Many,
}

/// What is left of a flag whose address goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instead {
    /// The flag alone.
    Nothing,
    /// The port.
    Port,
    /// Not even the flag.
    Dropped,
    /// Another flag, which takes no value.
    Flag(String),
}

/// The name of the words that belong to no flag, in the table.
pub const OPERAND: &str = "operand";

/// A flag of a program, or its operands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagFacts {
    /// Its spellings, such as `--config` and `-f`.
    pub names: Vec<String>,
    /// How it takes values.
    pub takes: Takes,
    /// What it does on the network.
    pub role: Option<Role>,
    /// What stands for all addresses of both families, instead of the wildcard IPv4 address.
    pub wildcard: Option<String>,
    /// What stands for all IPv6 addresses, where that is something else.
    pub ipv6_only: Option<String>,
    /// Another wildcard, where one of these flags is given too.
    pub with: Option<(Vec<String>, String)>,
    /// What is left of the flag where the wildcard is what it means without an address.
    pub instead: Option<Instead>,
    /// Environment variables that say the same.
    pub env: Vec<String>,
    /// The setting that the value begins with, where the flag takes `name=value`.
    pub setting: Option<String>,
    /// Whether its value may stand right behind it in one word, `-b0.0.0.0`.
    pub glued: bool,
    /// Subcommands that have the flag; any when empty.
    pub under: Vec<String>,
    /// Kinds of hosts that are worse off with the wildcard of both families.
    pub costs: Vec<String>,
    /// Whether the rewrite is proven.
    pub safe: bool,
    /// Whether a port without host is IPv4 only.
    pub empty_is_ipv4: bool,
    /// Whether no other program has a flag of this name, so that the flag tells the program.
    pub telling: bool,
}

/// A program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramFacts {
    /// The names of its executable.
    pub names: Vec<String>,
    /// Whether a wildcard IPv4 address makes it listen on IPv6 too, because its runtime says so.
    pub neutral: bool,
    /// The flags that matter here.
    pub flags: Vec<FlagFacts>,
    /// Where the knowledge comes from.
    pub evidence: String,
}

impl ProgramFacts {
    /// The flag of this spelling.
    pub fn flag(&self, name: &str) -> Option<&FlagFacts> {
        self.flags.iter().find(|f| f.names.iter().any(|n| n == name && n != OPERAND))
    }

    /// The flag of a word that holds its value too, and the name: `-b0.0.0.0:80`.
    pub fn glued<'w>(&self, word: &'w str) -> Option<(&FlagFacts, &'w str)> {
        let fits = |n: &&String| word.len() > n.len() && word.starts_with(n.as_str()) && !n.starts_with("--");
        let name = |f: &FlagFacts| f.names.iter().filter(|_| f.glued).find(fits).map(String::len);
        self.flags.iter().find_map(|f| Some((f, word.get(..name(f)?)?)))
    }
}

/// An image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageFacts {
    /// The last component of its repository.
    pub name: String,
    /// The namespaces it is known in; any when empty.
    pub namespaces: Vec<String>,
    /// The program that it runs when it is given nothing, or only flags.
    pub program: String,
    /// The newest version when the table was written: what `latest` and no tag mean.
    pub newest: Version,
    /// Tags that move: `3` meant 3.6 in the end.
    pub floating: BTreeMap<String, Version>,
    /// Where the knowledge comes from.
    pub evidence: String,
}

impl ImageFacts {
    /// The version that a reference means, when its tag says so. A reference by digest alone, or
    /// with a tag without a version, has none.
    pub fn version(&self, image: &ImageRef) -> Option<Version> {
        let Some(tag) = &image.tag else {
            return image.digest.is_none().then(|| self.newest.clone());
        };
        let number = tag.split('-').next().unwrap_or(tag);
        if tag == "latest" {
            return Some(self.newest.clone());
        }
        self.floating.get(number).cloned().or_else(|| Version::parse(tag))
    }
}

/// Programs and images.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    programs: Vec<ProgramFacts>,
    images: Vec<ImageFacts>,
}

impl Catalog {
    /// Reads both tables.
    ///
    /// # Errors
    /// Names the entry that makes no sense.
    pub fn parse(programs: &str, images: &str) -> Result<Catalog, CatalogError> {
        let read = |text: &str, key: &str| -> Result<Vec<Table>, CatalogError> {
            let table: Table = text.parse().map_err(|e: toml::de::Error| CatalogError(e.to_string()))?;
            let entries = table.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
            Ok(entries.into_iter().filter_map(|e| e.try_into().ok()).collect())
        };
        let programs = read(programs, "program")?.iter().map(program).collect::<Result<_, _>>()?;
        let images = read(images, "image")?.iter().map(image).collect::<Result<_, _>>()?;
        Ok(Catalog { programs, images })
    }

    /// All programs.
    pub fn programs(&self) -> &[ProgramFacts] {
        &self.programs
    }

    /// All images.
    pub fn images(&self) -> &[ImageFacts] {
        &self.images
    }

    /// The program of this name, which may be a path.
    pub fn program(&self, name: &str) -> Option<&ProgramFacts> {
        let name = name.rsplit('/').next().unwrap_or(name);
        self.programs.iter().find(|p| p.names.iter().any(|n| n == name))
    }

    /// The program that has one of these flags, when that flag tells it.
    pub fn by_flag<'a>(&self, mut words: impl Iterator<Item = &'a str>) -> Option<&ProgramFacts> {
        words.find_map(|word| {
            let name = word.split('=').next().unwrap_or(word);
            self.programs.iter().find(|p| p.flag(name).is_some_and(|f| f.telling))
        })
    }

    /// The program and the flag that an environment variable stands for.
    pub fn by_env(&self, name: &str) -> Option<(&ProgramFacts, &FlagFacts)> {
        let of = |p: &'_ ProgramFacts| p.flags.iter().position(|f| f.env.iter().any(|n| n == name));
        self.programs.iter().find_map(|p| Some((p, p.flags.get(of(p)?)?)))
    }

    /// What is known of an image.
    pub fn image(&self, image: &ImageRef) -> Option<&ImageFacts> {
        let namespace = image.repository.strip_suffix(image.name()).unwrap_or("").trim_end_matches('/');
        let within =
            |facts: &ImageFacts| facts.namespaces.is_empty() || facts.namespaces.iter().any(|n| n == namespace);
        self.images.iter().find(|facts| facts.name == image.name() && within(facts))
    }
}

fn text(table: &Table, key: &str) -> String {
    table.get(key).and_then(Value::as_str).unwrap_or("").to_owned()
}

fn strings(table: &Table, key: &str) -> Vec<String> {
    let array = table.get(key).and_then(Value::as_array);
    array.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn program(table: &Table) -> Result<ProgramFacts, CatalogError> {
    let names = strings(table, "names");
    let Some(first) = names.first() else { return Err(CatalogError("a program without names".to_owned())) };
    let mut flags = Vec::new();
    for flag in table.get("flag").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table) {
        let takes = match flag.get("takes").and_then(Value::as_str) {
            Some("nothing") => Takes::Nothing,
            Some("one") => Takes::One,
            Some("many") => Takes::Many,
            _ => return Err(CatalogError(format!("{first}: a flag that does not say what it takes"))),
        };
        let role = match flag.get("role").and_then(Value::as_str) {
            Some(name) => Some(Role::from_name(name).ok_or(CatalogError(format!("{first}: no role {name}")))?),
            None => None,
        };
        let wildcard = flag.get("wildcard").and_then(Value::as_str).map(str::to_owned);
        let is = |key: &str| flag.get(key).and_then(Value::as_bool).unwrap_or(false);
        let instead = match flag.get("instead").and_then(Value::as_str) {
            Some("nothing") => Some(Instead::Nothing),
            Some("port") => Some(Instead::Port),
            Some("dropped") => Some(Instead::Dropped),
            Some(flag) if flag.starts_with('-') => Some(Instead::Flag(flag.to_owned())),
            Some(other) => return Err(CatalogError(format!("{first}: nothing is called {other}"))),
            None => None,
        };
        let with = flag.get("with").and_then(Value::as_table).map(|t| (strings(t, "flags"), text(t, "wildcard")));
        flags.push(FlagFacts {
            names: strings(flag, "names"),
            takes,
            role,
            wildcard,
            ipv6_only: flag.get("ipv6_only").and_then(Value::as_str).map(str::to_owned),
            with,
            env: strings(flag, "env"),
            setting: flag.get("setting").and_then(Value::as_str).map(str::to_owned),
            instead,
            glued: is("glued"),
            under: strings(flag, "under"),
            costs: strings(flag, "costs"),
            safe: is("safe"),
            empty_is_ipv4: is("empty_is_ipv4"),
            telling: is("telling"),
        });
    }
    let neutral = table.get("neutral").and_then(Value::as_bool).unwrap_or(false);
    Ok(ProgramFacts { names, neutral, flags, evidence: text(table, "evidence") })
}

fn image(table: &Table) -> Result<ImageFacts, CatalogError> {
    let name = text(table, "name");
    let newest = Version::parse(&text(table, "newest")).ok_or(CatalogError(format!("{name}: no newest version")))?;
    let mut floating = BTreeMap::new();
    for (tag, version) in table.get("floating").and_then(Value::as_table).into_iter().flatten() {
        let version = version.as_str().and_then(Version::parse);
        floating.insert(tag.clone(), version.ok_or(CatalogError(format!("{name}: no version for {tag}")))?);
    }
    let (program, evidence) = (text(table, "program"), text(table, "evidence"));
    Ok(ImageFacts { program, namespaces: strings(table, "namespaces"), newest, floating, name, evidence })
}
