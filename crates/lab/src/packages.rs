//! Packages of other languages that measured programs need, in fixed versions.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::row::telling_line;

/// The packages that the lists in a folder name: `package.json` and `requirements.txt`, each with
/// exact versions. They are installed by npm and pip when they are first asked for, outside of any
/// host and outside of the source tree.
#[derive(Debug, Clone)]
pub struct Packages {
    lists: PathBuf,
    root: PathBuf,
}

impl Packages {
    /// The packages of the lists in the folder `lists`, to be installed below `root`.
    pub fn new(lists: impl Into<PathBuf>, root: impl Into<PathBuf>) -> Self {
        Self { lists: lists.into(), root: root.into() }
    }

    /// The folder `node_modules` with the packages of `package.json`.
    ///
    /// # Errors
    /// In one sentence, why they cannot be had: no npm, no network.
    pub fn node(&self) -> Result<PathBuf, String> {
        let folder = self.root.join("node");
        self.once("package.json", &folder, || {
            // No scripts: nothing here needs a compiler.
            run(&folder, &["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"])
        })?;
        Ok(folder.join("node_modules"))
    }

    /// The virtual environment with the packages of `requirements.txt`.
    ///
    /// # Errors
    /// In one sentence, why they cannot be had: no Python, no network.
    pub fn python(&self) -> Result<PathBuf, String> {
        let folder = self.root.join("python");
        self.once("requirements.txt", &folder, || {
            run(&folder, &["python3", "-m", "venv", "venv"])?;
            run(
                &folder,
                &["venv/bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"],
            )
        })?;
        Ok(folder.join("venv"))
    }

    /// A package of the lists with its version, as rows of evidence name it: `express 5.3.0`.
    pub fn named(&self, package: &str) -> Option<String> {
        let json = fs::read_to_string(self.lists.join("package.json")).unwrap_or_default();
        let python = fs::read_to_string(self.lists.join("requirements.txt")).unwrap_or_default();
        let npm = format!("\"{package}\": \"");
        let pip = format!("{package}==");
        let version = |line: &str| {
            let line = line.trim();
            let rest = line.strip_prefix(&npm).or_else(|| line.strip_prefix(&pip))?;
            Some(format!("{package} {}", rest.trim_end_matches(['"', ','])))
        };
        json.lines().chain(python.lines()).find_map(version)
    }

    /// Installs unless the folder has what this list names already.
    fn once(&self, list: &str, folder: &Path, install: impl Fn() -> Result<(), String>) -> Result<(), String> {
        let wanted = fs::read(self.lists.join(list)).map_err(|error| format!("{list}: {error}"))?;
        let stamp = folder.join("installed");
        if fs::read(&stamp).is_ok_and(|there| there == wanted) {
            return Ok(());
        }
        let write = |path: &Path| fs::write(path, &wanted).map_err(|error| format!("{}: {error}", path.display()));
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        write(&folder.join(list))?;
        install()?;
        write(&stamp)
    }
}

fn run(folder: &Path, words: &[&str]) -> Result<(), String> {
    let shown = words.join(" ");
    let (name, args) = words.split_first().ok_or("a command has no words")?;
    // Paths with a `/` are those of the folder.
    let name = if name.contains('/') { folder.join(name) } else { PathBuf::from(name) };
    let output = Command::new(name).args(args).current_dir(folder).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("`{shown}` cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let text = [output.stdout, output.stderr].concat();
    Err(format!("`{shown}` failed: {}", telling_line(&String::from_utf8_lossy(&text))))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn packages_are_named_with_their_versions() {
        let lists = Path::new(env!("CARGO_MANIFEST_DIR")).join("packages");
        let packages = Packages::new(&lists, "/nowhere");
        let named = |name: &str| packages.named(name).unwrap();
        assert!(named("@grpc/grpc-js").starts_with("@grpc/grpc-js 1."));
        assert!(named("reflect-metadata").ends_with(|c: char| c.is_ascii_digit()));
        assert!(named("grpcio").starts_with("grpcio 1."));
        assert_eq!(packages.named("grpc"), None);
    }
}
