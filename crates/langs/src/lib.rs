//! What sixify knows of each language and configuration format.
//!
//! Everything here is a fact about a text: a syntax tree, the names it imports, what a string is
//! made of, which words a command line has, which document stands inside which. What to do about
//! a fact is the business of the codemods.

pub mod address;
pub mod address_map;
#[cfg(any(feature = "c", feature = "cpp"))]
pub mod c;
pub mod classify;
pub mod command;
pub mod conf;
#[cfg(feature = "csharp")]
pub mod csharp;
pub mod dockerfile;
pub mod embed;
pub mod env;
#[cfg(feature = "go")]
pub mod go;
pub mod grammar;
#[cfg(any(feature = "java", feature = "kotlin", feature = "scala"))]
pub mod java;
#[cfg(feature = "javascript")]
pub mod javascript;
#[cfg(feature = "json")]
pub mod json;
pub mod jvm;
pub mod msbuild;
pub mod names;
pub mod naming;
pub mod origin;
#[cfg(feature = "php")]
pub mod php;
pub mod policy;
#[cfg(feature = "python")]
pub mod python;
pub mod role;
#[cfg(feature = "ruby")]
pub mod ruby;
#[cfg(feature = "rust")]
pub mod rust;
pub mod shell;
pub mod strings;
pub mod syntax;
pub mod verify;
pub mod xml;
pub mod yaml;

pub use classify::Files;
pub use grammar::Grammar;
pub use policy::{HostKind, Mode, Policy};
pub use role::Role;
pub use syntax::{Node, Tree};
pub use verify::KeepsSyntax;

/// The checks of a changed document.
pub fn verifiers() -> Vec<Box<dyn sixify_core::Verifier>> {
    vec![Box::new(KeepsSyntax)]
}

/// Those who find documents inside documents.
pub fn embedders() -> Vec<Box<dyn sixify_core::Embedder>> {
    vec![
        Box::new(embed::ConfigMapData),
        Box::new(embed::ValuesBlocks),
        Box::new(embed::ResourceBlocks),
        Box::new(embed::WrittenFiles),
        Box::new(embed::SetSettings),
    ]
}

/// Those who meet the needs of fixes: imports and dependencies.
pub fn resolvers() -> Vec<Box<dyn sixify_core::NeedResolver>> {
    vec![
        #[cfg(feature = "go")]
        Box::new(go::GoImports),
        #[cfg(feature = "csharp")]
        Box::new(csharp::UsingResolver),
        #[cfg(feature = "javascript")]
        Box::new(javascript::JsImports),
        #[cfg(feature = "python")]
        Box::new(python::PyImports),
        #[cfg(feature = "rust")]
        Box::new(rust::RustImports),
        #[cfg(any(feature = "java", feature = "kotlin", feature = "scala"))]
        Box::new(java::JvmImports),
    ]
}
