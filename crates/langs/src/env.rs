//! Environment variables as documents set them: `ENV` of Dockerfiles, `env` lists of Kubernetes
//! containers, `environment` of compose services in list and map form, `Environment=` of systemd's
//! units, assignments of shell scripts.

use std::rc::Rc;
use std::sync::Arc;

use sixify_core::{Codec, Document, Edit, Span};

use crate::classify;
use crate::dockerfile::{Dockerfile, Instruction};
use crate::embed::codec::{Bare, ShellDoubleQuoted, ShellSingleQuoted};
use crate::embed::{Decoded, Layers};
use crate::shell::{self, Quoting};
use crate::yaml::kubernetes::containers;
use crate::yaml::{Data, Entry, Scalar, Stream, Style, Value, compose};

/// A variable that is set.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value, quotes taken off; expansions and template actions as they are written.
    pub value: String,
    /// Where it is set, for people: `ENV in line 3`, `env of container web`.
    pub what: String,
    /// The place of the value, quotes included.
    pub span: Span,
    number: usize,
    layers: Layers,
    /// A plain YAML scalar, which has to be quoted when it can no longer stand bare, and how much
    /// of it stands before the value.
    plain: Option<(Scalar, usize)>,
}

impl Variable {
    /// The edits that put new text in the places of parts of the value. Ranges refer to
    /// [`Variable::value`]. `None` when the host cannot hold the result there.
    pub fn replace(&self, doc: &Document, parts: &[(Span, String)]) -> Option<Vec<Edit>> {
        let mut wanted = self.value.clone();
        for (span, text) in parts.iter().rev() {
            wanted.get(span.start..span.end)?;
            wanted.replace_range(span.start..span.end, text);
        }
        let part = |(span, text): &(Span, String)| self.layers.edit(Edit::replace(*span, text.clone()), &doc.text);
        let small: Option<Vec<Edit>> = parts.iter().map(part).collect();
        let whole = || {
            let (scalar, from) = self.plain.as_ref()?;
            let whole = format!("{}{wanted}", scalar.text().get(..*from)?);
            Some(vec![crate::yaml::edit::replace(scalar, &whole, false)?])
        };
        let proven = |edits: &Vec<Edit>| self.proves(doc, &wanted, edits);
        small.filter(proven).or_else(|| whole().filter(proven))
    }

    fn proves(&self, doc: &Document, wanted: &str, edits: &[Edit]) -> bool {
        let changed = sixify_core::EditSet::of(edits.iter().cloned()).and_then(|set| set.apply(&doc.text));
        let Some(text) = changed else { return false };
        let changed = Document::new(&doc.path, doc.kind, text, doc.layout.clone());
        collect(&changed).get(self.number).is_some_and(|v| v.name == self.name && v.value == wanted)
    }
}

/// The variables that a document sets, in order of their places, worked out once.
pub fn variables(doc: &Document) -> Rc<[Variable]> {
    let found = doc.memo(|doc| Rc::<[Variable]>::from(collect(doc)));
    Rc::clone(&found)
}

fn collect(doc: &Document) -> Vec<Variable> {
    let mut found = match doc.kind {
        classify::DOCKERFILE => docker(doc),
        classify::YAML => yaml(doc),
        classify::SHELL => script(doc),
        classify::SYSTEMD_SERVICE => unit(doc),
        _ => Vec::new(),
    };
    found.sort_by_key(|v| v.span.start);
    found.iter_mut().enumerate().for_each(|(n, v)| v.number = n);
    found
}

fn docker(doc: &Document) -> Vec<Variable> {
    let file = Dockerfile::of(doc);
    let env = file.instructions.iter().filter(|i| i.keyword == "ENV");
    env.flat_map(|i| instruction(&file, i)).collect()
}

/// `A=b`, `export A="b"`. Nothing parts the value of an assignment or takes it for a pattern, so it
/// needs no more quotes than it has.
fn script(doc: &Document) -> Vec<Variable> {
    let lines = sixify_core::LineIndex::new(&doc.text);
    let variable = |assignment: &shell::Assignment| {
        let value = assignment.value.as_ref()?;
        Some(Variable {
            name: assignment.name.clone(),
            value: value.decoded.text.clone(),
            what: format!("{} in line {}", assignment.name, lines.line(assignment.span.start)),
            span: value.span,
            number: 0,
            layers: Layers::default().with(&value.decoded, codec(value.quoting)),
            plain: None,
        })
    };
    shell::assignments(doc).iter().filter_map(variable).collect()
}

/// `Environment=A=b "C=d e"` (systemd.exec(5)).
fn unit(doc: &Document) -> Vec<Variable> {
    let mut found = Vec::new();
    let mut at = 0;
    for (number, line) in doc.text.split_inclusive('\n').enumerate() {
        let start = at;
        at += line.len();
        let body = line.trim_end_matches(['\n', '\r', ' ', '\\']);
        let Some(rest) = body.strip_prefix("Environment=") else { continue };
        let what = format!("Environment in line {}", number + 1);
        for word in shell::split(rest, |_| false) {
            let Some(equals) = word.decoded.text.find('=') else { continue };
            let whole = word.decoded.clone().shift(start + body.len() - rest.len());
            let tail = Decoded::verbatim(&word.decoded.text, Span::new(equals + 1, word.decoded.text.len()));
            found.push(Variable {
                name: word.decoded.text[..equals].to_owned(),
                what: what.clone(),
                span: word.span.shift(start + body.len() - rest.len()),
                number: 0,
                layers: Layers::default().with(&whole, codec(word.quoting)).with(&tail, Arc::new(Bare)),
                value: tail.text,
                plain: None,
            });
        }
    }
    found
}

/// Writes text into a word of this quoting.
fn codec(quoting: Quoting) -> Arc<dyn Codec> {
    match quoting {
        Quoting::Double => Arc::new(ShellDoubleQuoted),
        Quoting::Single => Arc::new(ShellSingleQuoted),
        Quoting::Bare | Quoting::Mixed => Arc::new(Bare),
    }
}

/// `ENV A=b C="d e"`, or the older `ENV A the rest of the line`.
fn instruction(file: &Dockerfile, instruction: &Instruction) -> Vec<Variable> {
    let what = format!("ENV in line {}", instruction.line);
    let args = instruction.args.text(&file.code);
    let base = instruction.args.start;
    let variable = |name: &str, decoded: &Decoded, span: Span, codec: Arc<dyn Codec>| Variable {
        name: name.to_owned(),
        value: decoded.text.clone(),
        what: what.clone(),
        span,
        number: 0,
        layers: Layers::default().with(decoded, codec),
        plain: None,
    };
    let name_end = args.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(args.len());
    if !args[name_end..].starts_with('=') {
        let value = args[name_end..].trim_start();
        let span = Span::new(instruction.args.end - value.len(), instruction.args.end);
        let decoded = Decoded::verbatim(&file.code, span);
        return vec![variable(&args[..name_end], &decoded, span, Arc::new(Bare))];
    }
    let mut found = Vec::new();
    for word in shell::split(args, |_| false) {
        let raw = word.span.text(args);
        let Some(equals) = raw.find('=') else { continue };
        // The quotes stand behind the equals sign: read the value as a word of its own.
        let at = base + word.span.start + equals + 1;
        let Some(value) = shell::split(&raw[equals + 1..], |_| false).into_iter().next() else { continue };
        let codec = codec(value.quoting);
        found.push(variable(&raw[..equals], &value.decoded.shift(at), value.span.shift(at), codec));
    }
    found
}

fn yaml(doc: &Document) -> Vec<Variable> {
    let stream = Stream::of(doc);
    let mut found = Vec::new();
    for container in containers(&stream) {
        let what = format!("env of container {}", container.name);
        for item in container.map.get("env").and_then(Value::seq).iter().flat_map(|s| &s.items) {
            let name = item.value.get("name").and_then(Value::fixed);
            let value = item.value.get("value").and_then(Value::scalar);
            found.extend(name.zip(value).map(|(name, value)| scalar(name, value, 0, &what)));
        }
    }
    for service in compose::services(&stream) {
        let what = format!("environment of service {}", service.name);
        match service.map.get("environment").map(|v| &v.data) {
            Some(Data::Map(map)) => {
                let pair = |e: &Entry| Some(scalar(e.key.fixed()?, e.value.scalar()?, 0, &what));
                found.extend(map.entries.iter().filter_map(pair));
            }
            Some(Data::Seq(seq)) => {
                for value in seq.items.iter().filter_map(|i| i.value.scalar()) {
                    let Some(equals) = value.text().find('=') else { continue };
                    found.push(scalar(&value.text()[..equals], value, equals + 1, &what));
                }
            }
            _ => {}
        }
    }
    found
}

/// A variable whose value is a scalar, or the part of it behind `from`.
fn scalar(name: &str, value: &Scalar, from: usize, what: &str) -> Variable {
    let layers = Layers::default().with(&value.decoded, value.codec());
    let tail = Decoded::verbatim(value.text(), Span::new(from, value.text().len()));
    let inner = layers.with(&tail, Arc::new(crate::embed::codec::Verbatim));
    Variable {
        name: name.to_owned(),
        value: tail.text,
        what: what.to_owned(),
        span: value.span,
        number: 0,
        layers: inner,
        plain: (value.style == Style::Plain).then(|| (value.clone(), from)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use sixify_core::{EditSet, Kind};

    fn check(kind: Kind, text: &str, wanted: &[(&str, &str)], after: &str) {
        let doc = Document::from_text("x", kind, text);
        let found = variables(&doc);
        let got: Vec<_> = found.iter().map(|v| (v.name.as_str(), v.value.as_str())).collect();
        assert_eq!(got, wanted);
        let mut edits = Vec::new();
        for variable in found.iter() {
            if let Some(at) = variable.value.find("0.0.0.0") {
                edits.extend(variable.replace(&doc, &[(Span::new(at, at + 7), "*".to_owned())]).unwrap());
            }
        }
        assert_eq!(EditSet::of(edits).unwrap().apply(text).unwrap(), after);
    }

    #[test]
    fn both_forms_of_env() {
        check(
            classify::DOCKERFILE,
            "FROM a\nENV A=0.0.0.0:1 \\\n  B=\"x 0.0.0.0\" C='y'\nENV D http://0.0.0.0:80 z\n",
            &[("A", "0.0.0.0:1"), ("B", "x 0.0.0.0"), ("C", "y"), ("D", "http://0.0.0.0:80 z")],
            "FROM a\nENV A=*:1 \\\n  B=\"x *\" C='y'\nENV D http://*:80 z\n",
        );
    }

    #[test]
    fn assignments_and_units() {
        check(
            classify::SHELL,
            "export A=\"0.0.0.0:1\"\nB=${B:-0.0.0.0}\nC+='x'\n",
            &[("A", "0.0.0.0:1"), ("B", "${B:-0.0.0.0}"), ("C", "x")],
            "export A=\"*:1\"\nB=${B:-*}\nC+='x'\n",
        );
        check(
            classify::SYSTEMD_SERVICE,
            "[Service]\nEnvironment=A=0.0.0.0 \"B=x 0.0.0.0\"\n",
            &[("A", "0.0.0.0"), ("B", "x 0.0.0.0")],
            "[Service]\nEnvironment=A=* \"B=x *\"\n",
        );
    }

    #[test]
    fn lists_of_containers_and_services_and_maps() {
        check(
            classify::YAML,
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: w\n    env:\n    - name: U\n      value: 0.0.0.0\n    - {name: V, value: \"http://0.0.0.0\"}\n    - name: W\n      valueFrom: {}\n",
            &[("U", "0.0.0.0"), ("V", "http://0.0.0.0")],
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: w\n    env:\n    - name: U\n      value: \"*\"\n    - {name: V, value: \"http://*\"}\n    - name: W\n      valueFrom: {}\n",
        );
        check(
            classify::YAML,
            "services:\n  a:\n    image: i\n    environment:\n      - U=http://0.0.0.0\n      - V\n  b:\n    image: i\n    environment:\n      U: 'http://0.0.0.0:1'\n",
            &[("U", "http://0.0.0.0"), ("U", "http://0.0.0.0:1")],
            "services:\n  a:\n    image: i\n    environment:\n      - U=http://*\n      - V\n  b:\n    image: i\n    environment:\n      U: 'http://*:1'\n",
        );
    }
}
