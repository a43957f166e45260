//! Documents inside documents: decoding with a map, codecs, and who finds them.

pub mod codec;
pub mod config_map;
pub mod decode;
pub mod layers;
pub mod values;
pub mod written;

pub use config_map::ConfigMapData;
pub use decode::Decoded;
pub use layers::Layers;
pub use values::ValuesBlocks;
pub use written::WrittenFiles;

#[cfg(test)]
mod tests;
