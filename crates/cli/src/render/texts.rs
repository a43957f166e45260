//! The texts that findings are shown in.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use sixify::{Plan, Source};
use sixify_core::{Encoding, Layout, LineIndex};

/// A file as the plan saw it.
pub struct FileText {
    pub bytes: Arc<[u8]>,
    pub text: String,
    pub layout: Layout,
    pub lines: LineIndex,
}

/// The files of a plan, each read once.
pub struct Texts<'a> {
    plan: &'a Plan,
    source: &'a dyn Source,
    read: RefCell<HashMap<String, Option<Rc<FileText>>>>,
}

impl<'a> Texts<'a> {
    pub fn new(plan: &'a Plan, source: &'a dyn Source) -> Self {
        Texts { plan, source, read: RefCell::default() }
    }

    /// A file; `None` when it cannot be read any more.
    pub fn file(&self, path: &str) -> Option<Rc<FileText>> {
        let mut read = self.read.borrow_mut();
        read.entry(path.to_owned()).or_insert_with(|| self.load(path).map(Rc::new)).clone()
    }

    fn load(&self, path: &str) -> Option<FileText> {
        let planned = self.plan.file(path).map(|file| file.before.clone());
        let bytes = planned.or_else(|| self.source.read(path).ok())?;
        let (text, layout) = Layout::decode(&bytes).ok()?;
        let lines = LineIndex::new(&text);
        Some(FileText { bytes, text, layout, lines })
    }
}

impl FileText {
    /// A 1-based line without its line end.
    pub fn line(&self, number: usize) -> Option<&str> {
        let span = self.lines.line_span(&self.text, number)?;
        Some(span.text(&self.text).trim_end_matches(['\n', '\r']))
    }

    /// How many lines there are.
    pub fn count(&self) -> usize {
        self.lines.lines(&self.text)
    }

    /// Bytes of the file as text.
    pub fn decode(&self, bytes: &[u8]) -> String {
        match self.layout.encoding {
            Encoding::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Encoding::Latin1 => bytes.iter().map(|b| char::from(*b)).collect(),
        }
    }

    /// Text as bytes of the file.
    pub fn encode(&self, text: &str) -> Vec<u8> {
        match self.layout.encoding {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Latin1 => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(),
        }
    }
}
