//! Settings that scripts write one by one: `crudini --set file section key value`,
//! `postconf -e 'key = value'`. Each is read as the line that it makes of the file.

use std::sync::Arc;

use sixify_core::layer::Segment;
use sixify_core::{Classifier, Codec, Document, Embedded, Embedder, Kind, Span};

use crate::classify::{CONF, Files, SHELL};
use crate::embed::codec::{ShellDoubleQuoted, ShellSingleQuoted};
use crate::embed::decode::Decoded;
use crate::embed::layers::embedded;
use crate::shell::{self, Quoting, Word};

/// How deep scripts may stand inside each other.
const MAX_DEPTH: usize = 3;

/// Programs that set a key of a section of an ini file, and the options that say so. The arguments
/// behind them are file, section, key and value.
const INI: [(&str, &[&str]); 4] =
    [("crudini", &["--set"]), ("openstack-config", &["--set"]), ("iniset", &[]), ("ini_set", &[])];

/// Finds the settings that scripts write.
#[derive(Clone, Copy, Debug, Default)]
pub struct SetSettings;

impl Embedder for SetSettings {
    fn kinds(&self) -> &[Kind] {
        &[SHELL]
    }

    fn embed(&self, doc: &Document) -> Vec<Embedded> {
        let worth = ["crudini", "openstack-config", "iniset", "ini_set", "postconf"];
        if !worth.iter().any(|program| doc.text.contains(program)) {
            return Vec::new();
        }
        let line = |set: Set| {
            let kind = Files.by_content(&set.file, &set.line.text).unwrap_or(CONF);
            embedded(kind, format!("the file {}", set.file), &set.line, set.codec)
        };
        script(&doc.text, 0).into_iter().map(line).collect()
    }
}

/// A setting and the file it is written to.
struct Set {
    file: String,
    line: Decoded,
    codec: Arc<dyn Codec>,
}

fn script(text: &str, depth: usize) -> Vec<Set> {
    let mut found = Vec::new();
    for command in shell::commands(text) {
        let said = |word: &Word| word.decoded.text.clone();
        let words: Vec<String> = command.words.iter().map(said).collect();
        let is = |n: usize, name: &str| words.get(n).is_some_and(|w| w.rsplit('/').next() == Some(name));
        let at = |name: &str| (0..words.len().min(3)).find(|n| is(*n, name));
        for (program, options) in INI {
            let Some(start) = at(program) else { continue };
            let named = |w: &&Word| !w.decoded.text.starts_with('-');
            let has = options.iter().all(|o| words.iter().any(|w| w == o));
            let args: Vec<&Word> = command.words.iter().skip(start + 1).filter(named).collect();
            let ([file, section, key, value], true) = (args.as_slice(), has) else { continue };
            let before = format!("[{}]\n{} = ", said(section), said(key));
            found.extend(set(&said(file), &before, value));
        }
        if let Some(start) = at("postconf") {
            let pairs = command.words.iter().skip(start + 1).filter(|w| w.decoded.text.contains('='));
            found.extend(pairs.filter_map(|pair| set("main.cf", "", pair)));
        }
        let inner = ["bash", "sh", "su"].iter().find_map(|shell| at(shell)).and_then(|start| {
            let option = words.iter().skip(start).position(|w| w == "-c")? + start;
            command.words.get(option + 1)
        });
        if let (Some(word), true) = (inner, depth < MAX_DEPTH) {
            let Some(outer) = codec(word) else { continue };
            for set in script(&word.decoded.text, depth + 1) {
                let Some(line) = through(&set.line, &word.decoded) else { continue };
                found.push(Set {
                    file: set.file,
                    line,
                    codec: Arc::new(Both { inner: set.codec, outer: outer.clone() }),
                });
            }
        }
    }
    found
}

fn set(file: &str, before: &str, value: &Word) -> Option<Set> {
    let mut line = Decoded::default();
    line.put(before);
    line.text.push_str(&value.decoded.text);
    let moved = |s: &Segment| Segment { inner: s.inner + before.len(), ..*s };
    line.segments = value.decoded.segments.iter().map(moved).collect();
    line.put("\n");
    Some(Set { file: file.rsplit('/').next().unwrap_or(file).to_owned(), line, codec: codec(value)? })
}

/// The places of an inner text in the text around the one that it stands in.
fn through(inner: &Decoded, outer: &Decoded) -> Option<Decoded> {
    let place = |s: &Segment| {
        let host = outer.segments.iter().find(|o| o.inner <= s.outer && s.outer + s.len <= o.inner + o.len)?;
        Some(Segment { outer: host.outer + (s.outer - host.inner), ..*s })
    };
    let segments = inner.segments.iter().map(place).collect::<Option<Vec<Segment>>>()?;
    Some(Decoded { text: inner.text.clone(), segments })
}

fn codec(word: &Word) -> Option<Arc<dyn Codec>> {
    match word.quoting {
        Quoting::Double => Some(Arc::new(ShellDoubleQuoted)),
        Quoting::Single => Some(Arc::new(ShellSingleQuoted)),
        Quoting::Bare => Some(Arc::new(BareWord)),
        Quoting::Mixed => None,
    }
}

/// A word without quotes: what the shell would change goes between single ones.
#[derive(Clone, Copy, Debug)]
struct BareWord;

impl Codec for BareWord {
    fn encode(&self, new: &str, _outer: &str, _at: Span) -> Option<String> {
        let safe = |c: char| c.is_ascii_alphanumeric() || "_-./:,=@+".contains(c);
        match new.chars().all(safe) {
            true => Some(new.to_owned()),
            false => (!new.contains(['\'', '\n'])).then(|| format!("'{new}'")),
        }
    }
}

/// A text in a text.
struct Both {
    inner: Arc<dyn Codec>,
    outer: Arc<dyn Codec>,
}

impl Codec for Both {
    fn encode(&self, new: &str, outer: &str, at: Span) -> Option<String> {
        self.outer.encode(&self.inner.encode(new, outer, at)?, outer, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_commands_are_lines_with_places() {
        let text = "sudo bash -c \"iniset $f mysqld bind-address 0.0.0.0 && x\"\npostconf -e 'inet_protocols = ipv4'\ncrudini --set /etc/a.conf s k \"v $x\"\ncrudini --get a s k\n";
        let doc = Document::from_text("run.sh", SHELL, text);
        let found = SetSettings.embed(&doc);
        let shape: Vec<(&str, &str)> = found.iter().map(|e| (e.name.as_str(), e.text.as_str())).collect();
        assert_eq!(
            shape,
            [
                ("the file $f", "[mysqld]\nbind-address = 0.0.0.0\n"),
                ("the file main.cf", "inet_protocols = ipv4\n"),
                ("the file a.conf", "[s]\nk = v $x\n"),
            ]
        );
        for one in &found {
            for s in &one.segments {
                assert_eq!(text.get(s.outer..s.outer + s.len), one.text.get(s.inner..s.inner + s.len));
            }
        }
    }
}
