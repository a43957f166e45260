//! Command lines in YAML: containers of Kubernetes, services of compose files.

use sixify_core::Document;

use crate::command::collect::{Collector, Context, Raw, Spelling, raw};
use crate::command::{ImageRef, Purpose};
use crate::embed::Layers;
use crate::shell;
use crate::yaml::kubernetes::{Container, containers};
use crate::yaml::{Data, Entry, Map, Scalar, Seq, Stream, Value, compose};

mod ci;

pub(super) fn collect(doc: &Document, out: &mut Collector) {
    let stream = Stream::of(doc);
    for container in containers(&stream) {
        pod_container(doc, &container, out);
        probes(doc, &container, out);
    }
    for service in compose::services(&stream) {
        compose_service(doc, &service, out);
        compose_check(doc, &service, out);
    }
    if ci::is_pipeline(&doc.path) {
        ci::collect(doc, &stream, out);
    }
}

/// The commands that a kubelet runs in a container (Kubernetes documentation, Configure Liveness,
/// Readiness and Startup Probes; Container Lifecycle Hooks).
fn probes(doc: &Document, container: &Container<'_>, out: &mut Collector) {
    let at = |keys: &[&str]| keys.iter().try_fold(container.map, |map, key| map.get(key)?.map());
    let exec = |keys: &[&str]| at(keys)?.get("command")?.seq();
    let mut add = |keys: &[&str], purpose| {
        let Some(list) = exec(keys).and_then(|seq| items(seq, |w| w.contains("$("))) else { return };
        let what = Some(format!("{} of container {}", keys[0], container.name));
        out.words(list.words, &doc.text, &Context { what, complete: list.complete, ..Context::new(purpose) });
    };
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        add(&[probe, "exec"], Purpose::Check);
    }
    for hook in ["postStart", "preStop"] {
        add(&["lifecycle", hook, "exec"], Purpose::Script);
    }
}

/// `healthcheck.test`: a list that begins with `CMD` or `CMD-SHELL`, or a text for a shell (compose
/// specification, 05-services, healthcheck).
fn compose_check(doc: &Document, service: &compose::Service<'_>, out: &mut Collector) {
    let Some(test) = service.map.get("healthcheck").and_then(|v| v.get("test")) else { return };
    let context = Context {
        what: Some(format!("healthcheck of service {}", service.name)),
        image: service.map.get("image").and_then(Value::fixed).and_then(ImageRef::parse),
        ..Context::new(Purpose::Check)
    };
    match &test.data {
        Data::Scalar(scalar) => script(doc, scalar, &context, out),
        Data::Seq(seq) => match seq.items.first().and_then(|i| i.value.fixed()) {
            Some("CMD-SHELL") => {
                let text = seq.items.get(1).and_then(|i| i.value.scalar());
                text.iter().for_each(|scalar| script(doc, scalar, &context, out));
            }
            Some("CMD") => {
                if let Some(mut list) = items(seq, |w| w.contains('$')) {
                    list.words.remove(0);
                    out.words(list.words, &doc.text, &context);
                }
            }
            _ => {}
        },
        _ => {}
    }
}

/// A scalar that a shell runs.
fn script(doc: &Document, scalar: &Scalar, context: &Context, out: &mut Collector) {
    let layers = Layers::default().with(&scalar.decoded, scalar.codec());
    out.script(scalar.text(), 0, &layers, &doc.text, context);
}

/// What the keys of one name say.
struct List {
    words: Vec<Raw>,
    /// Whether that is all there is to know.
    complete: bool,
}

impl List {
    /// The list under a key. A template may write the key in several branches; when one of them is
    /// written out, that one is read, and it is not all there is to know.
    fn read(map: &Map, key: &str, words: impl Fn(&Value) -> Option<List>) -> List {
        let entries: Vec<&Entry> = map.entries.iter().filter(|e| e.key.fixed() == Some(key)).collect();
        let mut read: Vec<List> = entries.iter().filter_map(|e| words(&e.value)).collect();
        match read.pop() {
            Some(one) if read.is_empty() => List { complete: one.complete && entries.len() == 1, ..one },
            _ => List { words: Vec::new(), complete: entries.is_empty() && !map.open },
        }
    }
}

/// `command` replaces the entry point of the image and `args` its command; both make one command
/// line (Kubernetes documentation, Define a Command and Arguments for a Container).
fn pod_container(doc: &Document, container: &Container<'_>, out: &mut Collector) {
    let read = |key| List::read(container.map, key, |v| v.seq().and_then(|s| items(s, |w| w.contains("$("))));
    let key = if container.map.has("args") { "args" } else { "command" };
    let context = Context {
        what: Some(format!("{key} of container {}", container.name)),
        image: container.map.get("image").and_then(Value::fixed).and_then(ImageRef::parse),
        ..Context::new(if container.init { Purpose::Build } else { Purpose::Start })
    };
    join(doc, read("command"), read("args"), context, out);
}

/// `entrypoint` and `command` are lists, or texts that compose parts into words without a shell
/// (compose specification, 05-services).
fn compose_service(doc: &Document, service: &compose::Service<'_>, out: &mut Collector) {
    let read = |key| List::read(service.map, key, compose_words);
    let key = if service.map.has("command") { "command" } else { "entrypoint" };
    let context = Context {
        what: Some(format!("{key} of service {}", service.name)),
        image: service.map.get("image").and_then(Value::fixed).and_then(ImageRef::parse),
        ..Context::new(Purpose::Start)
    };
    join(doc, read("entrypoint"), read("command"), context, out);
}

/// An entry point, or that of the image, and its arguments.
fn join(doc: &Document, entrypoint: List, arguments: List, context: Context, out: &mut Collector) {
    let complete = entrypoint.complete && arguments.complete;
    let through_entrypoint = entrypoint.words.is_empty();
    let words = entrypoint.words.into_iter().chain(arguments.words).collect();
    out.words(words, &doc.text, &Context { through_entrypoint, complete, ..context });
}

fn compose_words(value: &Value) -> Option<List> {
    // Compose fills variables in before it parts the words; `$$` is a dollar sign.
    let variable = |w: &str| w.contains('$');
    match &value.data {
        Data::Seq(seq) => items(seq, variable),
        Data::Scalar(scalar) => {
            let layers = Layers::default().with(&scalar.decoded, scalar.codec());
            let words = shell::split(scalar.text(), variable);
            Some(List { words: words.into_iter().map(|w| raw(w, 0, &layers)).collect(), complete: true })
        }
        _ => None,
    }
}

fn items(seq: &Seq, variable: fn(&str) -> bool) -> Option<List> {
    let word = |value: &Value| {
        let scalar = value.scalar()?;
        Some(Raw {
            fixed: !scalar.templated && !variable(scalar.text()),
            value: scalar.decoded.clone(),
            inner: scalar.span,
            spelling: Spelling::Yaml,
            layers: Layers::default(),
            codec: Some(scalar.codec()),
        })
    };
    let words = seq.items.iter().map(|item| word(&item.value)).collect::<Option<Vec<_>>>()?;
    Some(List { words, complete: !seq.open })
}
