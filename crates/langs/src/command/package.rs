//! The scripts of `package.json`, which a shell runs (npm documentation, package.json, scripts).

use std::sync::Arc;

use sixify_core::Document;

use crate::command::Purpose;
use crate::command::collect::{Collector, Context};
use crate::dockerfile::json_string;
use crate::embed::Layers;
use crate::embed::codec::JsonString;
use crate::json::{Json, Step};

pub(super) fn collect(doc: &Document, out: &mut Collector) {
    for value in &Json::of(doc).strings {
        let [Step::Key(section), Step::Key(name)] = value.path.as_slice() else { continue };
        if section != "scripts" {
            continue;
        }
        let Some(element) = json_string(&doc.text, value.span.start.saturating_sub(1), doc.text.len()) else {
            continue;
        };
        let layers = Layers::default().with(&element.decoded, Arc::new(JsonString));
        let context = Context { what: Some(format!("script {name}")), ..Context::new(Purpose::Script) };
        out.script(&element.decoded.text, 0, &layers, &doc.text, &context);
    }
}
