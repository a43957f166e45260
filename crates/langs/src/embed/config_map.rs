//! Files inside ConfigMaps: the key is the name of a file, the value its text.

use sixify_core::{Classifier, Document, Embedded, Embedder, Kind};

use crate::classify::{Files, YAML};
use crate::embed::layers::embedded;
use crate::embed::values;
use crate::yaml::kubernetes::data_keys;
use crate::yaml::{Stream, Style};

/// Finds the files in ConfigMaps and, as far as they are not encoded, in Secrets.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConfigMapData;

impl Embedder for ConfigMapData {
    fn kinds(&self) -> &[Kind] {
        &[YAML]
    }

    fn embed(&self, doc: &Document) -> Vec<Embedded> {
        // Most manifests hold no files; the text tells sooner than the tree.
        if !doc.text.contains("ConfigMap") && !doc.text.contains("stringData") {
            return Vec::new();
        }
        let stream = Stream::of(doc);
        let mut found = Vec::new();
        for data in data_keys(&stream) {
            let Some(scalar) = data.value.scalar() else { continue };
            // A folded text has lost its lines, and what a template writes in one line is no file.
            let block = matches!(scalar.style, Style::Literal { .. });
            if matches!(scalar.style, Style::Folded { .. }) || (scalar.templated && !block) {
                continue;
            }
            let named = Files.by_content(data.key, scalar.text());
            let Some(kind) = named.or_else(|| values::kind(&doc.path, data.key, scalar)) else { continue };
            let name = match data.object.name {
                "" => format!("data key {}", data.key),
                name => format!("data key {} of {name}", data.key),
            };
            found.push(embedded(kind, name, &scalar.decoded, scalar.codec()));
        }
        found
    }
}
