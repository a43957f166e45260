//! The other files of a run, as a pass may see them.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::classify::{Classifier, Kind};
use crate::document::Document;
use crate::layout::Layout;
use crate::source::{ReadError, Source};

type Slot = Arc<OnceLock<Arc<dyn Any + Send + Sync>>>;

/// Reads other files of the source, with the changes that have landed in earlier rounds, and
/// keeps facts that were worked out from several files.
pub struct Project<'a> {
    source: &'a dyn Source,
    classifier: &'a dyn Classifier,
    changed: HashMap<String, String>,
    facts: Mutex<HashMap<(TypeId, String), Slot>>,
}

impl<'a> Project<'a> {
    /// The files of a source before any change.
    pub fn new(source: &'a dyn Source, classifier: &'a dyn Classifier) -> Self {
        Project { source, classifier, changed: HashMap::new(), facts: Mutex::default() }
    }

    /// The same files with some of them changed; facts are worked out anew.
    pub(crate) fn changed(&self, changed: HashMap<String, String>) -> Project<'a> {
        Project { source: self.source, classifier: self.classifier, changed, facts: Mutex::default() }
    }

    /// A file as a document, or `None` when it is not there or cannot be edited.
    pub fn document(&self, path: &str) -> Option<Document> {
        let bytes = self.source.read(path).ok()?;
        let (mut text, layout) = Layout::decode(&bytes).ok()?;
        if let Some(changed) = self.changed.get(path) {
            text.clone_from(changed);
        }
        let kind =
            self.classifier.by_content(path, &text).or_else(|| self.classifier.by_path(path)).unwrap_or(Kind(""));
        Some(Document::new(path, kind, text, layout))
    }

    /// The bytes of a file as the source has them.
    pub(crate) fn bytes(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        self.source.read(path)
    }

    /// The text of a file that has changed in an earlier round.
    pub(crate) fn changed_text(&self, path: &str) -> Option<String> {
        self.changed.get(path).cloned()
    }

    /// The decoded text of a file.
    pub fn text(&self, path: &str) -> Option<String> {
        match self.changed.get(path) {
            Some(text) => Some(text.clone()),
            None => Layout::decode(&self.source.read(path).ok()?).ok().map(|(text, _)| text),
        }
    }

    /// Names of the files directly in a folder, in order.
    pub fn siblings(&self, folder: &str) -> Vec<String> {
        self.source.siblings(folder)
    }

    /// Paths of the files in a folder (`""` is the root) and in the folders below it, in order.
    pub fn below(&self, folder: &str) -> Vec<String> {
        let all = self.fact::<Paths>("", || {
            let files = self.source.list().map(|listing| listing.files).unwrap_or_default();
            Paths(files.into_iter().map(|entry| entry.path).collect())
        });
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        all.0.iter().filter(|path| path.starts_with(&prefix)).cloned().collect()
    }

    /// The nearest file of one of these names, in the folder of `path` or above it.
    pub fn nearest(&self, path: &str, names: &dyn Fn(&str) -> bool) -> Option<String> {
        let mut folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        loop {
            if let Some(name) = self.siblings(folder).into_iter().find(|name| names(name)) {
                return Some(if folder.is_empty() { name } else { format!("{folder}/{name}") });
            }
            if folder.is_empty() {
                return None;
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    /// A fact about several files, worked out once per run and key (the folder of a package,
    /// say). Threads that ask for the same fact wait for the first one, so a fact must never ask
    /// for itself, not even through another one.
    pub fn fact<T: Any + Default + Send + Sync>(&self, key: &str, make: impl FnOnce() -> T) -> Arc<T> {
        let slot = {
            // A poisoned lock means that a pass panicked elsewhere; the map itself is whole.
            let mut facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
            facts.entry((TypeId::of::<T>(), key.to_owned())).or_default().clone()
        };
        let value = slot.get_or_init(|| Arc::new(make()));
        // The slot's key holds the type, so this never falls back to the default.
        value.clone().downcast::<T>().unwrap_or_default()
    }
}

/// The paths of all files.
#[derive(Default)]
struct Paths(Vec<String>);
