//! A document: one text of one kind, with what has been learnt about it.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::rc::Rc;

use crate::classify::Kind;
use crate::layout::Layout;

/// A text that passes read: a file, or a document that stands inside another one. It lives on
/// one thread and is dropped when the passes are done with it.
pub struct Document {
    /// Path of the file, relative to the root of the source. An embedded document has the path
    /// of the file it stands in.
    pub path: String,
    /// What kind of document it is.
    pub kind: Kind,
    /// The decoded text, without byte order mark, with its own line ends.
    pub text: String,
    /// The layout of the file.
    pub layout: Layout,
    /// What the document stands in, from the outside inwards, such as `args of container "db"`.
    /// Empty for a file.
    pub within: Vec<String>,
    memo: RefCell<Vec<(TypeId, Rc<dyn Any>)>>,
}

impl Document {
    /// A document of a file.
    pub fn new(path: impl Into<String>, kind: Kind, text: String, layout: Layout) -> Self {
        Document { path: path.into(), kind, text, layout, within: Vec::new(), memo: RefCell::default() }
    }

    /// A document from a UTF-8 text that is taken as it is, for tests and embedded texts.
    pub fn from_text(path: impl Into<String>, kind: Kind, text: impl Into<String>) -> Self {
        let text = text.into();
        let layout = match Layout::decode(text.as_bytes()) {
            // The mark, if there is one, is a character of the text as it was given.
            Ok((_, layout)) => Layout { bom: false, ..layout },
            Err(_) => Layout {
                bom: false,
                encoding: crate::Encoding::Utf8,
                eol: crate::Eol::Lf,
                final_newline: text.ends_with('\n'),
            },
        };
        Document::new(path, kind, text, layout)
    }

    /// The same document with another text.
    pub(crate) fn with_text(&self, text: String) -> Self {
        let mut changed = Document::new(&self.path, self.kind, text, self.layout.clone());
        changed.within.clone_from(&self.within);
        changed
    }

    /// The name of the file without its folders.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The folder of the file, `""` for the root.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// A fact about the document, worked out once: a syntax tree, its imports. `make` must depend
    /// on nothing but the document.
    pub fn memo<T: Any>(&self, make: impl FnOnce(&Document) -> T) -> Rc<T> {
        let id = TypeId::of::<T>();
        let found = self.memo.borrow().iter().find(|(key, _)| *key == id).map(|(_, value)| value.clone());
        if let Some(Ok(value)) = found.map(Rc::downcast::<T>) {
            return value;
        }
        // Not borrowed while making: a fact may rest on another one.
        let value = Rc::new(make(self));
        self.memo.borrow_mut().push((id, value.clone()));
        value
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("path", &self.path).field("kind", &self.kind).finish_non_exhaustive()
    }
}
