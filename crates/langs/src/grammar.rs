//! The grammars, one cargo feature each, and one parser per thread and grammar.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::OnceLock;

use tree_sitter::{Language, Parser};

/// A language that has a grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Grammar {
    /// Go.
    Go,
    /// JavaScript, with JSX.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// C#.
    CSharp,
    /// Python.
    Python,
    /// Java.
    Java,
    /// Kotlin.
    Kotlin,
    /// Scala.
    Scala,
    /// Rust.
    Rust,
    /// C.
    C,
    /// C++.
    Cpp,
    /// Ruby.
    Ruby,
    /// PHP, in and out of its tags.
    Php,
    /// Shell, in the dialect of bash.
    Shell,
    /// YAML.
    Yaml,
    /// JSON, with comments.
    Json,
}

/// How many grammars there are.
const COUNT: usize = 17;

struct Loaded {
    language: &'static Language,
    names: Vec<&'static str>,
    ids: HashMap<&'static str, Vec<u16>>,
}

fn language(grammar: Grammar) -> Option<Language> {
    Some(match grammar {
        #[cfg(feature = "go")]
        Grammar::Go => tree_sitter_go::LANGUAGE.into(),
        #[cfg(feature = "javascript")]
        Grammar::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
        #[cfg(feature = "typescript")]
        Grammar::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        #[cfg(feature = "typescript")]
        Grammar::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
        #[cfg(feature = "csharp")]
        Grammar::CSharp => tree_sitter_c_sharp::LANGUAGE.into(),
        #[cfg(feature = "python")]
        Grammar::Python => tree_sitter_python::LANGUAGE.into(),
        #[cfg(feature = "java")]
        Grammar::Java => tree_sitter_java::LANGUAGE.into(),
        #[cfg(feature = "kotlin")]
        Grammar::Kotlin => tree_sitter_kotlin_ng::LANGUAGE.into(),
        #[cfg(feature = "scala")]
        Grammar::Scala => tree_sitter_scala::LANGUAGE.into(),
        #[cfg(feature = "rust")]
        Grammar::Rust => tree_sitter_rust::LANGUAGE.into(),
        #[cfg(feature = "c")]
        Grammar::C => tree_sitter_c::LANGUAGE.into(),
        #[cfg(feature = "cpp")]
        Grammar::Cpp => tree_sitter_cpp::LANGUAGE.into(),
        #[cfg(feature = "ruby")]
        Grammar::Ruby => tree_sitter_ruby::LANGUAGE.into(),
        #[cfg(feature = "php")]
        Grammar::Php => tree_sitter_php::LANGUAGE_PHP.into(),
        #[cfg(feature = "shell")]
        Grammar::Shell => tree_sitter_bash::LANGUAGE.into(),
        #[cfg(feature = "yaml")]
        Grammar::Yaml => tree_sitter_yaml::LANGUAGE.into(),
        #[cfg(feature = "json")]
        Grammar::Json => tree_sitter_json::LANGUAGE.into(),
        #[allow(unreachable_patterns)]
        _ => return None,
    })
}

fn loaded(grammar: Grammar) -> Option<&'static Loaded> {
    static ALL: [OnceLock<Option<Loaded>>; COUNT] = [const { OnceLock::new() }; COUNT];
    let load = || {
        // Loaded once and kept for the life of the process, so that its names can be lent freely.
        let language: &'static Language = Box::leak(Box::new(language(grammar)?));
        let count = u16::try_from(language.node_kind_count()).ok()?;
        let names: Vec<&'static str> = (0..count).map(|id| language.node_kind_for_id(id).unwrap_or("")).collect();
        let mut ids: HashMap<&'static str, Vec<u16>> = HashMap::new();
        for (id, name) in (0..count).zip(&names) {
            // Punctuation may have the same text as a kind has a name; only kinds are asked for.
            if language.node_kind_is_named(id) {
                ids.entry(name).or_default().push(id);
            }
        }
        Some(Loaded { language, names, ids })
    };
    ALL[grammar as usize].get_or_init(load).as_ref()
}

thread_local! {
    static PARSERS: RefCell<HashMap<Grammar, Parser>> = RefCell::default();
}

/// Parses with the parser of this thread.
pub(crate) fn parse(grammar: Grammar, text: &str) -> Option<tree_sitter::Tree> {
    let loaded = loaded(grammar)?;
    #[cfg(feature = "csharp")]
    let text = &*if grammar == Grammar::CSharp { crate::csharp::parsable(text) } else { text.into() };
    PARSERS.with_borrow_mut(|parsers| {
        let parser = parsers.entry(grammar).or_default();
        if parser.language().is_none() {
            parser.set_language(loaded.language).ok()?;
        }
        parser.parse(text, None)
    })
}

pub(crate) fn kind_name(grammar: Grammar, id: u16) -> &'static str {
    // The id of an error node lies outside the table.
    loaded(grammar).and_then(|l| l.names.get(usize::from(id)).copied()).unwrap_or("ERROR")
}

/// The ids of a kind name. Aliases give one name several ids.
pub(crate) fn kind_ids(grammar: Grammar, name: &str) -> &'static [u16] {
    loaded(grammar).and_then(|l| l.ids.get(name)).map_or(&[], Vec::as_slice)
}

pub(crate) fn field_id(grammar: Grammar, name: &str) -> Option<u16> {
    loaded(grammar)?.language.field_id_for_name(name).map(|id| id.get())
}

/// Whether the grammar knows this node kind. Tests hold every kind name in the code against it:
/// a name that does not exist would match nothing, in silence.
pub fn knows_kind(grammar: Grammar, name: &str) -> bool {
    !kind_ids(grammar, name).is_empty()
}

/// Whether the grammar knows this field.
pub fn knows_field(grammar: Grammar, name: &str) -> bool {
    field_id(grammar, name).is_some()
}
