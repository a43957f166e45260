//! Proofs as data: programs before a rewrite, whose other half the rewrite itself makes.
//!
//! A folder per codemod, `proofs/<ecosystem>/<name>/`, holds the programs and a `proof.toml`:
//!
//! ```toml
//! ecosystem = "go"                              # the name in evidence
//! needs = ["go"]                                # programs that must be there
//! packages = ["node", "python"]                 # lists of packages that must be installed
//! version = ["go", "version"]                   # the first word with a digit in what it prints
//! build = [["go", "build", "-o", "probe", "."]] # run in the folder, before and after the rewrite
//! run = ["{folder}/probe", "{id}", "{port}"]
//!
//! [[listener]]                                  # measured on all kinds of hosts
//! id = "start_server"
//! before = "asyncio.start_server(cb, '0.0.0.0', p)"
//! after = "asyncio.start_server(cb, None, p)"
//!
//! [[answers]]                                   # asked for every line of a corpus
//! id = "net-ip"
//! corpus = "corpus.tsv"                         # columns host_kind, input, right
//! ```
//!
//! A program with answers is given the inputs of its corpus on standard input, one a line, and
//! prints one line for each.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::packages::Packages;
use crate::question::{Line, Question};
use crate::spellings::{PORT, in_path, run_tool, version_in};
use crate::{HostKind, LabError, Program, Spelling, Talk, tsv};

/// Changes the files of a folder as the codemod does; the second argument allows unsafe fixes.
pub type Mend<'a> = &'a dyn Fn(&Path, bool) -> Result<(), String>;

/// The proof of one codemod.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The id of the codemod.
    #[serde(skip)]
    pub codemod: String,
    ecosystem: String,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    packages: Vec<String>,
    version: Vec<String>,
    #[serde(default)]
    build: Vec<Vec<String>>,
    run: Vec<String>,
    #[serde(default)]
    listener: Vec<Listener>,
    #[serde(default)]
    answers: Vec<Answers>,
    #[serde(skip)]
    folder: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listener {
    id: String,
    before: String,
    after: String,
    #[serde(default)]
    talk: Talk,
    run: Option<Vec<String>>,
    package: Option<String>,
    #[serde(default)]
    port: Option<u16>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    id: String,
    corpus: String,
    /// The fix is one that has to be asked for.
    #[serde(default)]
    r#unsafe: bool,
}

/// A proof whose programs can be run.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Pairs of listeners, before and after.
    pub listeners: Vec<(Spelling, Spelling)>,
    /// Programs with answers.
    pub questions: Vec<Question>,
    /// The version that runs them.
    pub version: String,
}

impl Proof {
    /// All proofs below a folder, by the ids of their codemods.
    ///
    /// # Errors
    /// [`LabError::Io`] when a file cannot be read, [`LabError::Spellings`] when it does not say
    /// what it must.
    pub fn load_all(proofs: &Path) -> Result<Vec<Self>, LabError> {
        let mut found = Vec::new();
        for ecosystem in folders(proofs)? {
            for folder in folders(&ecosystem)? {
                let path = folder.join("proof.toml");
                let text = fs::read_to_string(&path).map_err(|error| reading(&path, error))?;
                let wrong = |why: String| LabError::Spellings { file: path.display().to_string(), why };
                let mut proof: Self = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
                let id = folder.strip_prefix(proofs).unwrap_or(&folder);
                proof.codemod = id.to_string_lossy().into_owned();
                proof.folder = folder;
                found.push(proof);
            }
        }
        Ok(found)
    }

    /// Whether there are listeners, which need hosts to be measured on.
    pub fn has_listeners(&self) -> bool {
        !self.listener.is_empty()
    }

    /// Whether there are programs that answer a corpus.
    pub fn has_answers(&self) -> bool {
        !self.answers.is_empty()
    }

    /// Copies the programs into `out`, lets `mend` rewrite one copy, and builds both.
    ///
    /// # Errors
    /// What keeps the proof from being run here, in one sentence.
    pub fn prepare(&self, out: &Path, packages: &Packages, mend: Mend<'_>) -> Result<Prepared, String> {
        if let Some(missing) = self.needs.iter().find(|name| !in_path(name)) {
            return Err(format!("there is no `{missing}` in PATH"));
        }
        let mut words: BTreeMap<&str, String> = BTreeMap::new();
        words.insert("{port}", PORT.to_string());
        for list in &self.packages {
            match list.as_str() {
                "node" => words.insert("{node_modules}", packages.node()?.display().to_string()),
                "python" => words.insert("{venv}", packages.python()?.display().to_string()),
                other => return Err(format!("`{other}` is no list of packages")),
            };
        }
        let version = version_in(&run_tool(&filled(&self.version, &words), &self.folder)?);
        let version = version.trim_start_matches(|c: char| !c.is_ascii_digit()).to_owned();
        let before = self.copy(out, "before", None, &words)?;
        // A codemod whose every fix has to be asked for changes nothing by default.
        let safe = !self.listener.is_empty() || self.answers.iter().any(|program| !program.r#unsafe);
        let after = if safe { self.copy(out, "after", Some((mend, false)), &words)? } else { PathBuf::new() };
        let bold = self.answers.iter().any(|program| program.r#unsafe);
        let bold = if bold { self.copy(out, "after-unsafe", Some((mend, true)), &words)? } else { PathBuf::new() };
        let program = |id: &str, run: Option<&Vec<String>>, folder: &Path| {
            let mut words = words.clone();
            words.insert("{id}", id.to_owned());
            words.insert("{folder}", folder.display().to_string());
            let program = Program::from_words(filled(run.unwrap_or(&self.run), &words)).ok_or("`run` is empty")?;
            // A program that asks its environment where it is must not write beside whoever measures.
            let program = program.directory(folder).env("PWD", folder);
            let program = program.env("LC_ALL", "C.UTF-8").env("LANGUAGE", "");
            let program = match words.get("{node_modules}") {
                Some(modules) => program.env("NODE_PATH", modules),
                None => program,
            };
            Ok::<Program, String>(program.env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"))
        };
        let mut listeners = Vec::new();
        for entry in &self.listener {
            let version = match &entry.package {
                Some(name) => packages.named(name).ok_or_else(|| format!("the lists have no `{name}`"))?,
                None => format!("{} {version}", self.ecosystem),
            };
            let spelling = |text: &str, folder: &Path| {
                Ok::<Spelling, String>(Spelling {
                    ecosystem: self.ecosystem.clone(),
                    text: text.to_owned(),
                    version: version.clone(),
                    program: program(&entry.id, entry.run.as_ref(), folder)?,
                    port: entry.port.unwrap_or(PORT),
                    talk: entry.talk,
                    settle: Duration::from_millis(200),
                })
            };
            listeners.push((spelling(&entry.before, &before)?, spelling(&entry.after, &after)?));
        }
        let mut questions = Vec::new();
        for entry in &self.answers {
            let after = if entry.r#unsafe { &bold } else { &after };
            questions.push(Question {
                program: entry.id.clone(),
                before: program(&entry.id, None, &before)?,
                after: program(&entry.id, None, after)?,
                corpus: self.corpus(&entry.corpus)?,
            });
        }
        Ok(Prepared { listeners, questions, version: format!("{} {version}", self.ecosystem) })
    }

    fn copy(
        &self,
        out: &Path,
        name: &str,
        mend: Option<(Mend<'_>, bool)>,
        words: &BTreeMap<&str, String>,
    ) -> Result<PathBuf, String> {
        let to = out.join(name);
        let wrong = |error: io::Error| format!("{}: {error}", to.display());
        fs::create_dir_all(&to).map_err(wrong)?;
        for entry in fs::read_dir(&self.folder).map_err(wrong)? {
            let path = entry.map_err(wrong)?.path();
            let Some(file) = path.file_name().filter(|file| *file != "proof.toml") else { continue };
            fs::copy(&path, to.join(file)).map_err(wrong)?;
        }
        if let Some((mend, bold)) = mend {
            mend(&to, bold)?;
        }
        for build in &self.build {
            run_tool(&filled(build, words), &to)?;
        }
        Ok(to)
    }

    fn corpus(&self, name: &str) -> Result<Vec<Line>, String> {
        let path = self.folder.join(name);
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut lines = Vec::new();
        for (line, fields) in tsv::records(&text).into_iter().skip(1) {
            let mut fields = fields.into_iter();
            let mut next = || fields.next().unwrap_or_default();
            let (kind, input, right) = (next(), next(), next());
            let kind = Some(kind).filter(|kind| !kind.is_empty()).map(|kind| kind.parse::<HostKind>()).transpose();
            let kind = kind.map_err(|error| format!("{}, line {line}: {error}", path.display()))?;
            lines.push(Line { kind, input, right });
        }
        Ok(lines)
    }
}

fn filled(words: &[String], with: &BTreeMap<&str, String>) -> Vec<String> {
    let fill = |word: &String| with.iter().fold(word.clone(), |word, (name, value)| word.replace(name, value));
    words.iter().map(fill).collect()
}

fn folders(of: &Path) -> Result<Vec<PathBuf>, LabError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(of).map_err(|error| reading(of, error))? {
        let path = entry.map_err(|error| reading(of, error))?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn reading(path: &Path, source: io::Error) -> LabError {
    LabError::Io { doing: format!("reading {}", path.display()), source }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_proofs_can_be_read_with_what_they_name() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let packages = Packages::new(here.join("packages"), "/nowhere");
        let proofs = Proof::load_all(&here.join("proofs")).unwrap();
        assert!(proofs.iter().any(|proof| proof.codemod == "go/join-host-port" && proof.has_answers()));
        for proof in &proofs {
            assert!(proof.has_listeners() || proof.has_answers(), "{}", proof.codemod);
            for program in &proof.answers {
                assert!(!proof.corpus(&program.corpus).unwrap().is_empty(), "{}", program.id);
            }
            for package in proof.listener.iter().filter_map(|listener| listener.package.as_ref()) {
                assert!(packages.named(package).is_some(), "{package}");
            }
        }
    }
}
