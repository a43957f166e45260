//! Signatures, made by the program that the user's git would call (git-config(1), `gpg.*`).

use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use git2::{Config, ConfigLevel, Repository};

use crate::git::error::GitError;
use crate::git::identity::Person;

/// The signature of a commit, as it stands in its header.
pub(crate) fn sign(repository: &Repository, commit: &[u8], committer: &Person) -> Result<String, GitError> {
    let config = repository.config()?.snapshot()?;
    let key = config.get_str("user.signingkey").ok().map(str::to_owned);
    let programs = Programs::of(&repository.config()?);
    match config.get_str("gpg.format").unwrap_or("openpgp") {
        "ssh" => ssh(&programs.get("gpg.ssh.program", "ssh-keygen"), key, commit),
        "x509" => pgp(&programs.get("gpg.x509.program", "gpgsm"), key, commit, committer),
        "openpgp" => {
            let fallback = programs.get("gpg.program", "gpg");
            pgp(&programs.get("gpg.openpgp.program", &fallback), key, commit, committer)
        }
        other => Err(GitError::Signing(format!("gpg.format is {other:?}, which is not known"))),
    }
}

/// The programs that the user has chosen. Those that a repository names are not asked: it may be
/// somebody else's, and nothing of a repository is run.
struct Programs(Vec<Config>);

impl Programs {
    fn of(config: &Config) -> Self {
        let levels = [ConfigLevel::Global, ConfigLevel::XDG, ConfigLevel::System, ConfigLevel::ProgramData];
        Programs(levels.into_iter().filter_map(|level| config.open_level(level).ok()?.snapshot().ok()).collect())
    }

    fn get(&self, key: &str, default: &str) -> String {
        self.0.iter().find_map(|config| config.get_string(key).ok()).unwrap_or_else(|| default.to_owned())
    }
}

fn failed(program: &str, what: impl std::fmt::Display) -> GitError {
    GitError::Signing(format!("{program}: {what}"))
}

/// `gpg --status-fd=2 -bsau KEY`, as git calls it.
fn pgp(program: &str, key: Option<String>, commit: &[u8], committer: &Person) -> Result<String, GitError> {
    let key = key.unwrap_or_else(|| committer.to_string());
    let mut command = Command::new(program);
    command.args(["--status-fd=2", "-bsau", &key]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|e| failed(program, e))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that does not read tells why on its other end.
        let _ = stdin.write_all(commit);
    }
    let output = child.wait_with_output().map_err(|e| failed(program, e))?;
    let status = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() || !status.contains("[GNUPG:] SIG_CREATED ") {
        let said = status.lines().find(|line| !line.starts_with("[GNUPG:]")).unwrap_or("it made no signature");
        return Err(failed(program, said.trim()));
    }
    let signature = String::from_utf8(output.stdout).map_err(|_| failed(program, "the signature is no text"))?;
    Ok(signature.replace("\r\n", "\n"))
}

/// `ssh-keygen -Y sign -n git -f KEY`, as git calls it.
fn ssh(program: &str, key: Option<String>, commit: &[u8]) -> Result<String, GitError> {
    let key = key.ok_or_else(|| failed(program, "user.signingkey is not set"))?;
    let folder = tempfile::tempdir().map_err(|e| failed(program, e))?;
    let literal = key.strip_prefix("key::").or_else(|| key.starts_with("ssh-").then_some(key.as_str()));
    let mut command = Command::new(program);
    command.args(["-Y", "sign", "-n", "git", "-f"]);
    if let Some(public) = literal {
        // The private half is in the user's agent.
        let file = folder.path().join("key.pub");
        fs::write(&file, format!("{public}\n")).map_err(|e| failed(program, e))?;
        command.arg(file).arg("-U");
    } else {
        command.arg(expanded(&key));
    }
    let buffer = folder.path().join("commit");
    fs::write(&buffer, commit).map_err(|e| failed(program, e))?;
    let output = command.arg(&buffer).stdin(Stdio::null()).output().map_err(|e| failed(program, e))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(failed(program, said));
    }
    let mut signature = String::new();
    let mut file = fs::File::open(buffer.with_extension("sig")).map_err(|e| failed(program, e))?;
    file.read_to_string(&mut signature).map_err(|e| failed(program, e))?;
    Ok(signature.replace("\r\n", "\n"))
}

/// A path with `~/` in front of it.
fn expanded(path: &str) -> PathBuf {
    let home = path.strip_prefix("~/").and_then(|rest| Some(std::env::home_dir()?.join(rest)));
    home.unwrap_or_else(|| PathBuf::from(path))
}
