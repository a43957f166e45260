//! Documents inside documents: decoding with a map, codecs, and who finds them.

pub mod codec;
pub mod config_map;
pub mod decode;
pub mod layers;
pub mod resources;
pub mod set;
pub mod values;
pub mod written;

pub use config_map::ConfigMapData;
pub use decode::Decoded;
pub use layers::Layers;
pub use resources::ResourceBlocks;
pub use set::SetSettings;
pub use values::ValuesBlocks;
pub use written::WrittenFiles;

use sixify_core::Document;

/// The path of a document: that of its file or, for one inside another document, the name that it
/// has there, such as the key of a ConfigMap; empty when it has none.
pub fn path_of(doc: &Document) -> &str {
    let Some(within) = doc.within.last() else { return &doc.path };
    let name = ["data key ", "the file ", "the value "].iter().find_map(|kind| within.strip_prefix(kind));
    name.and_then(|name| name.split(" of ").next()).unwrap_or("")
}

#[cfg(test)]
mod tests;
