//! Configurations in the values of a chart: a block of lines that a template writes to a file.

use sixify_core::{Classifier, Document, Embedded, Embedder, Kind};

use crate::classify::{CONF, Files, YAML};
use crate::embed::layers::embedded;
use crate::yaml::{Scalar, Stream, Style, Value};

/// Finds blocks of lines in `values.yaml` and its like. The key seldom is the name of a file, so
/// the content has to tell what a block is.
#[derive(Clone, Copy, Debug, Default)]
pub struct ValuesFiles;

impl Embedder for ValuesFiles {
    fn kinds(&self) -> &[Kind] {
        &[YAML]
    }

    fn embed(&self, doc: &Document) -> Vec<Embedded> {
        if !doc.within.is_empty() || !doc.file_name().to_ascii_lowercase().contains("values") {
            return Vec::new();
        }
        let mut found = Vec::new();
        for root in &Stream::of(doc).roots {
            let mut blocks: Vec<(String, &Scalar)> = Vec::new();
            root.walk(&mut |key, value: &Value| {
                let Some(scalar) = value.scalar() else { return };
                if matches!(scalar.style, Style::Literal { .. }) && scalar.text().trim_end().contains('\n') {
                    blocks.push((key.to_owned(), scalar));
                }
            });
            for (key, scalar) in blocks {
                let last = key.rsplit('.').next().unwrap_or(&key);
                let told = Files.by_content(last, scalar.text()).or_else(|| Files.by_content(&key, scalar.text()));
                let kind = told.unwrap_or(CONF);
                found.push(embedded(kind, format!("the value {key}"), &scalar.decoded, scalar.codec()));
            }
        }
        found
    }
}
