//! Pieces of command lines that a shell script keeps in variables: `ARGS="--bind 0.0.0.0"`,
//! `cmd+=" --listen-peer-urls http://0.0.0.0:2380"`, `args=(--host 0.0.0.0)`.
//!
//! A text is parted at blanks when it is used, and nothing takes quotes off it then; the elements
//! of an array are words like any other.

use std::sync::Arc;

use sixify_core::Document;

use crate::command::Purpose;
use crate::command::collect::{Collector, Context, Spelling, raw};
use crate::embed::Layers;
use crate::embed::codec::{ShellDoubleQuoted, ShellSingleQuoted};
use crate::shell::{self, Quoting};

pub(super) fn collect(doc: &Document, out: &mut Collector) {
    let context = |name: &str| Context {
        what: Some(format!("the value of {name}")),
        fragment: true,
        complete: false,
        ..Context::new(Purpose::Script)
    };
    for assignment in shell::assignments(doc).iter() {
        if !assignment.elements.is_empty() {
            let words = assignment.elements.iter().map(|w| raw(w.clone(), 0, &Layers::default())).collect();
            out.words(words, &doc.text, &context(&assignment.name));
            continue;
        }
        let Some(value) = &assignment.value else { continue };
        let text = &value.decoded.text;
        if !text.trim_start().starts_with('-') && !text.contains(" -") {
            continue;
        }
        let layers = match value.quoting {
            Quoting::Double => Layers::default().with(&value.decoded, Arc::new(ShellDoubleQuoted)),
            Quoting::Single => Layers::default().with(&value.decoded, Arc::new(ShellSingleQuoted)),
            Quoting::Bare | Quoting::Mixed => continue,
        };
        let words = shell::split(text, |w| w.contains(['$', '`']));
        let split = |w| {
            let mut word = raw(w, 0, &layers);
            word.spelling = Spelling::Split;
            word.codec = None;
            word
        };
        out.words(words.into_iter().map(split).collect(), &doc.text, &context(&assignment.name));
    }
}
