//! What Kubernetes manifests say: objects, containers, data of ConfigMaps.

use crate::yaml::value::{Map, Value};
use crate::yaml::{Data, Stream};

/// An object of a manifest, told by its keys `apiVersion` and `kind`.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    /// Its kind; empty when a template gives it.
    pub kind: &'a str,
    /// Its name; empty when a template gives it.
    pub name: &'a str,
    /// The whole object.
    pub root: &'a Value,
}

/// A container of a pod, or of a template for pods.
#[derive(Clone, Copy, Debug)]
pub struct Container<'a> {
    /// Its name, template actions as they are written.
    pub name: &'a str,
    /// The mapping that describes it.
    pub map: &'a Map,
    /// The object it belongs to.
    pub object: Object<'a>,
    /// Whether it runs to its end before the others start.
    pub init: bool,
}

/// The objects of a stream; the items of a `List` count one by one.
pub fn objects(stream: &Stream) -> Vec<Object<'_>> {
    let mut found = Vec::new();
    for root in &stream.roots {
        object(root, &mut found);
    }
    found
}

fn object<'a>(root: &'a Value, found: &mut Vec<Object<'a>>) {
    let Some(map) = root.map().filter(|m| m.has("apiVersion") && m.has("kind")) else { return };
    let kind = map.get("kind").and_then(Value::fixed).unwrap_or("");
    if let Some(items) = map.get("items").and_then(Value::seq).filter(|_| kind.ends_with("List")) {
        items.items.iter().for_each(|item| object(&item.value, found));
        return;
    }
    let name = root.at(&["metadata", "name"]).and_then(Value::fixed).unwrap_or("");
    found.push(Object { kind, name, root });
}

/// The containers of all objects, in order. Custom resources that hold pod templates are looked
/// into as well; definitions of such resources hold schemas and no containers.
pub fn containers(stream: &Stream) -> Vec<Container<'_>> {
    let mut found = Vec::new();
    for object in objects(stream).into_iter().filter(|o| o.kind != "CustomResourceDefinition") {
        object.root.walk(&mut |_, value| {
            let Data::Map(map) = &value.data else { return };
            for key in ["initContainers", "containers", "ephemeralContainers"] {
                for item in map.get(key).and_then(Value::seq).iter().flat_map(|s| &s.items) {
                    let Some(map) = item.value.map() else { continue };
                    let name = map.get("name").and_then(Value::scalar).map_or("", |s| s.text());
                    found.push(Container { name, map, object, init: key == "initContainers" });
                }
            }
        });
    }
    found.sort_by_key(|c| c.map.span);
    found
}

/// A key of the data of a ConfigMap or Secret and its text.
#[derive(Clone, Copy, Debug)]
pub struct DataKey<'a> {
    /// The key: the name of the file that pods see.
    pub key: &'a str,
    /// Its text.
    pub value: &'a Value,
    /// The object it belongs to.
    pub object: Object<'a>,
}

/// The texts in ConfigMaps, and in Secrets as far as they are not encoded.
pub fn data_keys(stream: &Stream) -> Vec<DataKey<'_>> {
    let mut found = Vec::new();
    for object in objects(stream) {
        let section = match object.kind {
            "ConfigMap" => "data",
            "Secret" => "stringData",
            _ => continue,
        };
        let Some(data) = object.root.get(section).and_then(Value::map) else { continue };
        let pairs = data.entries.iter().filter(|e| !e.key.templated);
        found.extend(pairs.map(|e| DataKey { key: e.key.text(), value: &e.value, object }));
    }
    found
}
