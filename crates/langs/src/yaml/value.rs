//! The typed view of a YAML document: mappings, sequences, scalars with their places.

use sixify_core::Span;

use crate::yaml::scalar::Scalar;

/// A value.
#[derive(Clone, Debug)]
pub struct Value {
    /// Its place, without anchor and tag. Empty for a value that is not written.
    pub span: Span,
    /// The anchor before it: other places may mean this value too.
    pub anchor: Option<String>,
    /// What it is.
    pub data: Data,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Data {
    /// A mapping.
    Map(Map),
    /// A sequence.
    Seq(Seq),
    /// A scalar.
    Scalar(Scalar),
    /// A value that stands elsewhere, behind an anchor. It is never edited through the alias.
    Alias(String),
    /// Whatever a template action gives.
    Opaque,
    /// Nothing is written.
    Absent,
}

/// A mapping.
#[derive(Clone, Debug)]
pub struct Map {
    /// Its place.
    pub span: Span,
    /// Whether it is written in braces.
    pub flow: bool,
    /// Column of its keys, counted in bytes from 0.
    pub column: usize,
    /// Its pairs in order.
    pub entries: Vec<Entry>,
    /// Whether it may hold pairs that are not written here, from a template action or a merge key.
    pub open: bool,
}

/// A pair of a mapping.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The place of the whole pair.
    pub span: Span,
    /// The key.
    pub key: Scalar,
    /// The value.
    pub value: Value,
}

/// A sequence.
#[derive(Clone, Debug)]
pub struct Seq {
    /// Its place.
    pub span: Span,
    /// Whether it is written in brackets.
    pub flow: bool,
    /// Column of its dashes, counted in bytes from 0.
    pub column: usize,
    /// Its items in order.
    pub items: Vec<Item>,
    /// Whether it may hold items that are not written here.
    pub open: bool,
}

/// An item of a sequence.
#[derive(Clone, Debug)]
pub struct Item {
    /// The place, with the dash of a block sequence.
    pub span: Span,
    /// The value.
    pub value: Value,
}

impl Value {
    /// The mapping, if it is one.
    pub fn map(&self) -> Option<&Map> {
        if let Data::Map(map) = &self.data { Some(map) } else { None }
    }

    /// The sequence, if it is one.
    pub fn seq(&self) -> Option<&Seq> {
        if let Data::Seq(seq) = &self.data { Some(seq) } else { None }
    }

    /// The scalar, if it is one.
    pub fn scalar(&self) -> Option<&Scalar> {
        if let Data::Scalar(scalar) = &self.data { Some(scalar) } else { None }
    }

    /// What it says, when it is a scalar without template actions.
    pub fn fixed(&self) -> Option<&str> {
        self.scalar()?.fixed()
    }

    /// The value of a key, when it is a mapping that has the key exactly once.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.map()?.get(key)
    }

    /// The value at the end of a chain of keys.
    pub fn at(&self, keys: &[&str]) -> Option<&Value> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Calls `visit` with every value below and this one, outer ones first, each with its path
    /// from here, such as `spec.containers[0].image`.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&str, &'a Value)) {
        self.walk_from(&mut String::new(), visit);
    }

    fn walk_from<'a>(&'a self, path: &mut String, visit: &mut dyn FnMut(&str, &'a Value)) {
        visit(path, self);
        let length = path.len();
        match &self.data {
            Data::Map(map) => {
                for entry in &map.entries {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(entry.key.text());
                    entry.value.walk_from(path, visit);
                    path.truncate(length);
                }
            }
            Data::Seq(seq) => {
                for (n, item) in seq.items.iter().enumerate() {
                    path.push_str(&format!("[{n}]"));
                    item.value.walk_from(path, visit);
                    path.truncate(length);
                }
            }
            _ => {}
        }
    }
}

impl Map {
    /// The value of a key that stands here exactly once. A template may write one key twice, in
    /// two branches; neither is *the* value then.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|e| &e.value)
    }

    /// The pair of a key that stands here exactly once.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        let mut found = self.entries.iter().filter(|e| e.key.fixed() == Some(key));
        found.next().filter(|_| found.next().is_none())
    }

    /// Whether the key stands here, be it twice.
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|e| e.key.fixed() == Some(key))
    }
}
