//! What compose files say: their services.

use crate::yaml::Stream;
use crate::yaml::value::{Map, Value};

/// A service of a compose file.
#[derive(Clone, Copy, Debug)]
pub struct Service<'a> {
    /// Its name.
    pub name: &'a str,
    /// The mapping that describes it.
    pub map: &'a Map,
    /// The root of the file.
    pub root: &'a Value,
}

/// The services of a compose file, told by its top-level `services` mapping whose members have an
/// image or a build (compose specification, 05-services). Empty for any other stream.
pub fn services(stream: &Stream) -> Vec<Service<'_>> {
    let mut found = Vec::new();
    for root in &stream.roots {
        let Some(services) = root.get("services").and_then(Value::map) else { continue };
        if root.map().is_some_and(|m| m.has("apiVersion")) {
            continue;
        }
        for entry in services.entries.iter().filter(|e| !e.key.templated) {
            let Some(map) = entry.value.map() else { continue };
            if ["image", "build", "extends", "command", "environment"].iter().any(|key| map.has(key)) {
                found.push(Service { name: entry.key.text(), map, root });
            }
        }
    }
    found
}
