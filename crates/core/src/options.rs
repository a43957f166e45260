//! What the user asked for, handed to every pass.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::fmt;

/// Options of a run: typed values that a family of passes defines for itself (a mode, say), and
/// settings by name, `codemod-id.setting`, as they come from a configuration file.
#[derive(Default)]
pub struct Options {
    typed: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
    settings: BTreeMap<String, String>,
}

impl Options {
    /// Stores one value per type; a later one replaces an earlier one.
    pub fn insert<T: Any + Send + Sync>(&mut self, value: T) {
        self.typed.insert(TypeId::of::<T>(), Box::new(value));
    }

    /// The value of this type, if one was stored.
    pub fn get<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.typed.get(&TypeId::of::<T>())?.downcast_ref()
    }

    /// Stores a named setting, such as `go/outbound-probe.target`.
    pub fn set(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.settings.insert(key.into(), value.into());
    }

    /// A named setting.
    pub fn setting(&self, key: &str) -> Option<&str> {
        self.settings.get(key).map(String::as_str)
    }

    /// All named settings in order of their names.
    pub fn settings(&self) -> impl Iterator<Item = (&str, &str)> {
        self.settings.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("settings", &self.settings).finish_non_exhaustive()
    }
}
