//! Lists of spellings as data: one TOML file per language, and a probe program that knows them.
//!
//! ```toml
//! ecosystem = "go"                        # the name in evidence; also the folder of the probe
//! needs = ["go"]                          # programs that must be there
//! version = ["go", "version"]             # the first word with a digit in what it prints
//! build = [["go", "build", "-o", "{out}/probe", "."]]     # run in the folder of the probe
//! run = ["{out}/probe", "{id}", "{port}"]
//!
//! [[spelling]]
//! id = "tcp-any4"                         # what the probe is told
//! text = 'net.Listen("tcp","0.0.0.0:p")'  # what it does then
//! talk = "greet"                          # the default; or http, echo, connect, datagram
//! ```
//!
//! A spelling may have its own `run`, and an `option` that is added to its version. A probe writes
//! `PEER address` to each client, and `ERR why` to its output when it cannot listen.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::Deserialize;

use crate::row::telling_line;
use crate::{LabError, Program, Spelling, Talk};

/// The port of every probe. Every measurement has a host of its own, so all can use the same one,
/// and error texts do not change from run to run.
pub(crate) const PORT: u16 = 8080;

/// The spellings of one language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// The name in evidence, and of the folder of the probe.
    pub ecosystem: String,
    /// Programs that must be in `PATH`.
    #[serde(default)]
    needs: Vec<String>,
    /// The command that prints the version.
    version: Vec<String>,
    /// Commands that build the probe.
    #[serde(default)]
    build: Vec<Vec<String>>,
    /// The command that runs the probe.
    run: Vec<String>,
    /// The spellings.
    #[serde(rename = "spelling")]
    entries: Vec<Entry>,
    /// The folder of the probe.
    #[serde(skip)]
    probe: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    text: String,
    #[serde(default)]
    talk: Talk,
    run: Option<Vec<String>>,
    option: Option<String>,
    settle_ms: Option<u64>,
}

impl Language {
    /// All lists in `spellings`, with the probes in folders of `probes`; sorted by file name.
    ///
    /// # Errors
    /// [`LabError::Io`] when a file cannot be read, [`LabError::Spellings`] when it does not say
    /// what it must.
    pub fn load_all(spellings: &Path, probes: &Path) -> Result<Vec<Self>, LabError> {
        let read =
            |path: &Path, source: io::Error| LabError::Io { doing: format!("reading {}", path.display()), source };
        let mut files = Vec::new();
        for entry in fs::read_dir(spellings).map_err(|error| read(spellings, error))? {
            let path = entry.map_err(|error| read(spellings, error))?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                files.push(path);
            }
        }
        files.sort();
        files
            .into_iter()
            .map(|path| {
                let text = fs::read_to_string(&path).map_err(|error| read(&path, error))?;
                Self::parse(&path.display().to_string(), &text, probes)
            })
            .collect()
    }

    fn parse(file: &str, text: &str, probes: &Path) -> Result<Self, LabError> {
        let wrong = |why: String| LabError::Spellings { file: file.to_owned(), why };
        let mut language: Self = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let mut ids = std::collections::BTreeSet::new();
        for entry in &language.entries {
            if !ids.insert(&entry.id) {
                return Err(wrong(format!("two spellings have the id `{}`", entry.id)));
            }
        }
        let commands = language.build.iter().chain([&language.version, &language.run]);
        if commands.chain(language.entries.iter().flat_map(|entry| &entry.run)).any(Vec::is_empty) {
            return Err(wrong("a command has no words".to_owned()));
        }
        language.probe = probes.join(&language.ecosystem);
        Ok(language)
    }

    /// Builds the probe in the directory `out` and returns the spellings, ready to be measured.
    ///
    /// # Errors
    /// What keeps the language from being measured here, in one sentence: a program that is not
    /// there, a build that fails.
    pub fn prepare(&self, out: &Path) -> Result<Vec<Spelling>, String> {
        if let Some(missing) = self.needs.iter().find(|name| !in_path(name)) {
            return Err(format!("there is no `{missing}` in PATH"));
        }
        let fill = |word: &str, id: &str| {
            word.replace("{probe}", &self.probe.to_string_lossy())
                .replace("{out}", &out.to_string_lossy())
                .replace("{port}", &PORT.to_string())
                .replace("{id}", id)
        };
        let version = run_tool(&self.version, &self.probe)?;
        let version = version_in(&version);
        for build in &self.build {
            let words: Vec<String> = build.iter().map(|word| fill(word, "")).collect();
            run_tool(&words, &self.probe)?;
        }
        let spelling = |entry: &Entry| {
            let run = entry.run.as_ref().unwrap_or(&self.run);
            let program = Program::from_words(run.iter().map(|word| fill(word, &entry.id)))?;
            let mut version = version.clone();
            if let Some(option) = &entry.option {
                version = format!("{version} {option}");
            }
            Some(Spelling {
                ecosystem: self.ecosystem.clone(),
                text: entry.text.clone(),
                version,
                // Error texts in the language of the evidence.
                program: program.directory(&self.probe).env("LC_ALL", "C.UTF-8").env("LANGUAGE", ""),
                port: PORT,
                talk: entry.talk,
                settle: Duration::from_millis(entry.settle_ms.unwrap_or(100)),
            })
        };
        Ok(self.entries.iter().filter_map(spelling).collect())
    }
}

/// Runs a tool outside of any host, in this folder, and returns what it prints.
pub(crate) fn run_tool(words: &[String], folder: &Path) -> Result<String, String> {
    let (name, args) = words.split_first().ok_or("a command has no words")?;
    let output = Command::new(name)
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("`{}` cannot be run: {error}", words.join(" ")))?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    if output.status.success() {
        Ok(text)
    } else {
        Err(format!("`{}` failed: {}", words.join(" "), telling_line(&text)))
    }
}

/// Whether a program of this name is in `PATH`.
pub(crate) fn in_path(name: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(name).is_file()))
}

/// The first word with a digit, without what surrounds it.
pub(crate) fn version_in(text: &str) -> String {
    text.split_whitespace()
        .find(|word| word.contains(|c: char| c.is_ascii_digit()))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found() {
        for (text, version) in [
            ("go version go1.26.0 linux/amd64", "go1.26.0"),
            ("openjdk version \"17.0.15\" 2025-04-15", "17.0.15"),
            ("gcc (Debian 12.2.0-14) 12.2.0", "12.2.0-14"),
            ("v20.20.0\n", "v20.20.0"),
            ("none", ""),
        ] {
            assert_eq!(version_in(text), version);
        }
    }

    #[test]
    fn lists_are_checked() {
        let head = "ecosystem = 'x'\nversion = ['true']\nrun = ['{probe}/x', '{id}']\n";
        let parse = |body: &str| Language::parse("x.toml", &format!("{head}{body}"), Path::new("/probes"));
        let one = "[[spelling]]\nid = 'a'\ntext = 'listen(p)'\n";
        assert!(parse(one).is_ok_and(|l| l.probe == Path::new("/probes/x")));
        let why = |body: &str| parse(body).err().map(|e| e.to_string()).unwrap_or_default();
        assert_eq!(why(&one.repeat(2)), "x.toml: two spellings have the id `a`");
        assert!(why("[[spelling]]\nid = 'a'\n").contains("text"));
        assert_eq!(why(&format!("{one}run = []\n")), "x.toml: a command has no words");
    }
}
