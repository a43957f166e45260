//! Putting an engine together.

use std::collections::BTreeMap;
use std::sync::Arc;

use sixify_codemods::catalog::{Api, Catalogs};
use sixify_codemods::sets;
use sixify_core::{Applicability, Meta, Observer, Pass};
use sixify_langs::address_map::AddressMap;
use sixify_langs::{HostKind, Mode, Policy};
use sixify_source::Threads;

use crate::config::Config;
use crate::engine::{Engine, Error};
use crate::recipe::{Lent, Recipe};

/// The setting that holds the map of addresses.
const ADDRESS_MAP: &str = "addresses/map.entries";

/// What the user wants, before the engine is built.
#[derive(Default)]
pub struct EngineBuilder {
    policy: Policy,
    allow_unsafe: bool,
    tests: bool,
    only: Vec<String>,
    skip: Vec<String>,
    settings: BTreeMap<String, String>,
    apis: Vec<(String, Api)>,
    jobs: usize,
    passes: Vec<Box<dyn Pass>>,
    observer: Option<Arc<dyn Observer + Send>>,
}

impl EngineBuilder {
    /// What the services are to run on; dual-stack unless said otherwise.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.policy.mode = mode;
        self
    }

    /// The guarantee set: the kinds of hosts on which no service may become less reachable. The
    /// default is `v6only`, `dual` and `v4only`.
    pub fn hosts(mut self, hosts: impl IntoIterator<Item = HostKind>) -> Self {
        self.policy.hosts = hosts.into_iter().collect();
        self
    }

    /// Whether fixes that are not proven are applied too.
    pub fn allow_unsafe(mut self, yes: bool) -> Self {
        self.allow_unsafe = yes;
        self
    }

    /// Whether files of tests are looked at, too. Their hosts are chosen by their authors, and a
    /// service is no better reached for a change of its tests.
    pub fn tests(mut self, yes: bool) -> Self {
        self.tests = yes;
        self
    }

    /// Runs only these codemods. `go` stands for all of `go/...`, `*/join-host-port` for those of
    /// that name, and a set such as `set/texts` for its members. Replaces an earlier choice; an empty
    /// one means all.
    pub fn only<S: Into<String>>(mut self, ids: impl IntoIterator<Item = S>) -> Self {
        self.only = ids.into_iter().map(Into::into).collect();
        self
    }

    /// Leaves these codemods out, in addition to those left out before.
    pub fn skip<S: Into<String>>(mut self, ids: impl IntoIterator<Item = S>) -> Self {
        self.skip.extend(ids.into_iter().map(Into::into));
        self
    }

    /// A setting of a codemod by name, such as `go/outbound-probe.target`.
    pub fn set(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.insert(key.into(), value.into());
        self
    }

    /// Adds an API of your own: a row of the catalog of a language.
    pub fn api(mut self, language: impl Into<String>, row: Api) -> Self {
        self.apis.push((language.into(), row));
        self
    }

    /// Rewrites addresses as this map says. Without one, `addresses/map` does not run.
    pub fn address_map(self, map: &AddressMap) -> Self {
        self.set(ADDRESS_MAP, map.to_string())
    }

    /// How many threads work; 0, the default, means as many as the machine runs at once.
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = jobs;
        self
    }

    /// Adds codemods, usually [`crate::codemods::all`].
    pub fn codemods(mut self, passes: impl IntoIterator<Item = Box<dyn Pass>>) -> Self {
        self.passes.extend(passes);
        self
    }

    /// Adds one pass of your own.
    pub fn pass(self, pass: Box<dyn Pass>) -> Self {
        self.codemods([pass])
    }

    /// Watches every run of the engine and may end it.
    pub fn observer(mut self, observer: impl Observer + Send + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Takes over what a `sixify.toml` says, except [`Config::exclude`], which is the business of
    /// the source. What is said after this call goes before it.
    pub fn config(mut self, config: &Config) -> Self {
        if let Some(mode) = config.mode {
            self.policy.mode = mode;
        }
        if let Some(hosts) = &config.hosts {
            self.policy.hosts.clone_from(hosts);
        }
        self.allow_unsafe |= config.allow_unsafe;
        self.tests |= config.tests;
        self.settings.extend(config.settings.clone());
        self.apis.extend(config.apis.clone());
        let only = if config.only.is_empty() { self.only.clone() } else { config.only.clone() };
        self.only(only).skip(config.skip.clone())
    }

    /// Builds the engine.
    ///
    /// # Errors
    /// When an id or a setting names a codemod that is not there, when nothing is left to run, or
    /// when two codemods have the same id.
    pub fn build(self) -> Result<Engine, Error> {
        let metas: Vec<Meta> = self.passes.iter().map(|pass| pass.meta().clone()).collect();
        for word in self.only.iter().chain(&self.skip) {
            let meant = expanded(std::slice::from_ref(word));
            if !metas.iter().any(|meta| meant.iter().any(|word| stands_for(word, &meta.id))) {
                return Err(Error::UnknownCodemod(word.clone()));
            }
        }
        let (only, skip) = (expanded(&self.only), expanded(&self.skip));
        for key in self.settings.keys() {
            let known = key.rsplit_once('.').is_some_and(|(id, _)| metas.iter().any(|meta| meta.id == id));
            if !known {
                return Err(Error::UnknownSetting(key.clone()));
            }
        }
        // It reads every file, and has nothing to say without a map.
        let idle =
            |id: &str| ADDRESS_MAP.strip_suffix(".entries") == Some(id) && !self.settings.contains_key(ADDRESS_MAP);
        let wanted = |id: &str| {
            let named = |words: &[String]| words.iter().any(|word| stands_for(word, id));
            (only.is_empty() || named(&only)) && !named(&skip) && !idle(id)
        };
        let passes: Vec<_> = self.passes.into_iter().filter(|pass| wanted(&pass.meta().id)).collect();
        if passes.is_empty() {
            return Err(Error::NothingToRun);
        }
        let threshold = if self.allow_unsafe { Applicability::Unsafe } else { Applicability::Safe };
        Engine::new(Recipe {
            passes: passes.into_iter().map(|pass| Lent::new(pass, &self.apis)).collect(),
            catalogs: (!self.apis.is_empty()).then(|| Catalogs::with(self.apis)),
            policy: self.policy,
            settings: self.settings,
            threshold,
            tests: self.tests,
            pool: Threads::new(self.jobs),
            observer: self.observer,
        })
    }
}

/// The words of the user, with the members of sets in place of the sets.
fn expanded(words: &[String]) -> Vec<String> {
    let members = |word: &String| -> Vec<String> {
        let meant = sets().iter().filter(|set| stands_for(word, &set.meta.id));
        let members: Vec<String> = meant.flat_map(|set| set.members.iter().cloned()).collect();
        if members.is_empty() { vec![word.clone()] } else { members }
    };
    words.iter().flat_map(members).collect()
}

/// Whether a word of the user means a codemod: its id, the folder that it is in, or its name in
/// any folder.
fn stands_for(word: &str, id: &str) -> bool {
    if let Some(name) = word.strip_prefix("*/") {
        return id.rsplit('/').next() == Some(name);
    }
    let rest = id.strip_prefix(word.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_for_a_codemod_or_for_a_folder_of_them() {
        assert!(stands_for("go/join", "go/join"));
        assert!(stands_for("go", "go/join") && stands_for("go/", "go/join"));
        assert!(!stands_for("go/jo", "go/join") && !stands_for("join", "go/join"));
        assert!(stands_for("*/join", "go/join") && !stands_for("*/join", "go/joins") && !stands_for("*/", "go/join"));
    }
}
