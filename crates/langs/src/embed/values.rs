//! Files inside the values of Helm charts: block scalars that a template writes into a ConfigMap.

use sixify_core::{Classifier, Document, Embedded, Embedder, Kind};

use crate::classify::{self, Files, YAML};
use crate::embed::layers::embedded;
use crate::yaml::{Data, Scalar, Stream, Style};

/// Finds the server configurations and scripts in the values of charts. The key names the file, or
/// nothing; then the content has to tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct ValuesBlocks;

impl Embedder for ValuesBlocks {
    fn kinds(&self) -> &[Kind] {
        &[YAML]
    }

    fn embed(&self, doc: &Document) -> Vec<Embedded> {
        // Values have no objects of Kubernetes in them, except as examples.
        if !values_file(doc) || !doc.text.contains('|') || !doc.within.is_empty() {
            return Vec::new();
        }
        let stream = Stream::of(doc);
        let mut found = Vec::new();
        for root in &stream.roots {
            root.walk(&mut |path, value| {
                let Data::Map(map) = &value.data else { return };
                for entry in map.entries.iter().filter(|e| !e.key.templated) {
                    let Some(scalar) = entry.value.scalar() else { continue };
                    let key = entry.key.text();
                    let Some(kind) = kind(&doc.path, key, scalar).or_else(|| other(scalar)) else { continue };
                    let dot = if path.is_empty() { "" } else { "." };
                    found.push(embedded(kind, format!("the value {path}{dot}{key}"), &scalar.decoded, scalar.codec()));
                }
            });
        }
        found.sort_by_key(|e| e.segments.first().map_or(0, |s| s.outer));
        found
    }
}

fn values_file(doc: &Document) -> bool {
    let name = doc.file_name();
    name.starts_with("values") || name.ends_with("-values.yaml") || name.ends_with("-values.yml")
}

/// The kind of the file that a literal block holds, by the key it stands under, by what the chart
/// is called, and by its content.
pub(super) fn kind(path: &str, key: &str, scalar: &Scalar) -> Option<Kind> {
    if !matches!(scalar.style, Style::Literal { .. }) {
        return None;
    }
    let text = scalar.text();
    let told = |name: &str| Files.by_content(name, text).filter(|kind| *kind != classify::CONF);
    if let Some(kind) = told(key) {
        return Some(kind);
    }
    let mysql = |line: &str| ["[mysqld", "[mariadb"].iter().any(|section| line.starts_with(section));
    let mysql = text.lines().any(mysql).then(|| told("my.cnf")).flatten();
    if mysql.is_some() {
        return mysql;
    }
    // A name without an ending: `configuration`, or the text of a key that only a template knows.
    if key.contains('.') {
        return None;
    }
    let names = [format!("{key}.conf"), format!("{}.conf", chart(path))];
    names
        .iter()
        .find_map(|name| told(name))
        .or_else(|| (key.to_ascii_lowercase().contains("config") && mapping(text)).then_some(classify::YAML))
}

/// A block of several lines that nothing tells more of: a configuration of some server, perhaps.
pub(super) fn other(scalar: &Scalar) -> Option<Kind> {
    let block = matches!(scalar.style, Style::Literal { .. }) && scalar.text().trim_end().contains('\n');
    block.then_some(classify::CONF)
}

/// The folder that a chart stands in.
fn chart(path: &str) -> &str {
    let mut folders = path.rsplit('/').skip(1).skip_while(|folder| *folder == "templates");
    folders.next().unwrap_or("values")
}

/// Whether a text begins as a mapping of YAML does.
fn mapping(text: &str) -> bool {
    let comment = |line: &&str| line.is_empty() || line.starts_with('#') || line.starts_with("{{");
    let first = text.lines().find(|line| !comment(&line.trim())).unwrap_or("");
    let key = first.split_once(':').filter(|(_, rest)| rest.is_empty() || rest.starts_with(' '));
    key.is_some_and(|(key, _)| !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c)))
}
