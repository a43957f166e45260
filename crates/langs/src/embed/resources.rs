//! Files inside the objects of operators: `myCnf: |` in a MariaDB, `source: |` in a workflow.

use sixify_core::{Document, Embedded, Embedder, Kind};

use crate::classify::YAML;
use crate::embed::layers::embedded;
use crate::embed::values;
use crate::yaml::kubernetes::objects;
use crate::yaml::{Data, Stream};

/// Finds the server configurations and scripts in objects of Kubernetes that are neither ConfigMaps
/// nor Secrets. The content has to tell what they are.
#[derive(Clone, Copy, Debug, Default)]
pub struct ResourceBlocks;

impl Embedder for ResourceBlocks {
    fn kinds(&self) -> &[Kind] {
        &[YAML]
    }

    fn embed(&self, doc: &Document) -> Vec<Embedded> {
        let blocks = doc.text.contains(": |") && doc.text.contains("apiVersion:") && doc.text.contains("\nspec:");
        if !blocks || !doc.within.is_empty() {
            return Vec::new();
        }
        let stream = Stream::of(doc);
        let mut found = Vec::new();
        for object in objects(&stream) {
            // Schemas describe such blocks, and hold none.
            if ["ConfigMap", "Secret", "CustomResourceDefinition"].contains(&object.kind) {
                continue;
            }
            let Some(spec) = object.root.get("spec") else { continue };
            spec.walk(&mut |path, value| {
                let Data::Map(map) = &value.data else { return };
                for entry in map.entries.iter().filter(|e| !e.key.templated) {
                    let (key, Some(scalar)) = (entry.key.text(), entry.value.scalar()) else { continue };
                    let Some(kind) = values::kind(&doc.path, key, scalar).or_else(|| values::other(scalar)) else {
                        continue;
                    };
                    let dot = if path.is_empty() { "" } else { "." };
                    let name = format!("the value spec.{path}{dot}{key} of {}", object.name);
                    found.push(embedded(kind, name, &scalar.decoded, scalar.codec()));
                }
            });
        }
        found
    }
}
