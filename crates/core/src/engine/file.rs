//! The files of a run that fixes may change.

use std::sync::Arc;

use crate::edit::EditSet;
use crate::engine::rounds::Run;
use crate::engine::scan::admit;
use crate::layout::Layout;
use crate::ledger::Outcome;

/// A file that a fix may change.
pub(super) struct File {
    pub bytes: Arc<[u8]>,
    pub original: String,
    pub layout: Layout,
    pub current: String,
    /// From the original to the current text.
    pub edits: EditSet,
    /// The texts before the current one.
    pub past: Vec<String>,
}

impl File {
    /// A file before any change.
    pub fn new(bytes: Arc<[u8]>, text: String, layout: Layout) -> Self {
        File { bytes, original: text.clone(), layout, current: text, edits: EditSet::new(), past: Vec::new() }
    }
}

impl Run<'_> {
    /// Takes a file in that a fix wants to change. When that cannot be, the fixes are out.
    pub(super) fn load(&mut self, path: &str, order: &[usize]) -> bool {
        if self.files.contains_key(path) {
            return true;
        }
        let loaded = if self.listed.contains(path) {
            let read = self.source.read(path).map_err(|e| e.to_string());
            read.and_then(|bytes| admit(path, &bytes).map(|(text, layout)| File::new(bytes, text, layout)))
        } else {
            Err("not among the files of this run".to_owned())
        };
        match loaded {
            Ok(file) => {
                self.files.insert(path.to_owned(), file);
                true
            }
            Err(reason) => {
                let wants =
                    |n: &&usize| self.pending[**n].finding.fix.as_ref().is_some_and(|f| f.edits.contains_key(path));
                for n in order.iter().filter(wants).copied().collect::<Vec<_>>() {
                    self.take_out(n, Outcome::RolledBack(format!("it would change {path}: {reason}")));
                }
                false
            }
        }
    }
}
