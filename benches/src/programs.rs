//! The programs that are compared, and where they are found.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::error::{Error, at};
use crate::language::Language;
use crate::measure::Program;

/// How to get ripgrep.
pub const NO_RIPGREP: &str = "ripgrep is missing, so nothing is compared with it. Install it from your system's packages \
(Debian, Ubuntu: apt-get install ripgrep) or with `cargo install ripgrep`, or name it with --rg";

/// How to get ast-grep.
pub const NO_AST_GREP: &str = "ast-grep is missing, so nothing is compared with it. Install it with \
`npm install --global @ast-grep/cli`, `pip install ast-grep-cli` or `cargo install ast-grep`, or name it with --ast-grep";

/// `sixify check` with every codemod, and with a configuration in `folder` that says nothing: one
/// that happens to be above the tree must not change what runs.
///
/// # Errors
/// When that configuration cannot be written.
pub fn sixify(file: &Path, tree: &Path, folder: &Path) -> Result<Program, Error> {
    let config = folder.join("sixify.toml");
    fs::create_dir_all(folder).map_err(at(folder))?;
    fs::write(&config, "").map_err(at(&config))?;
    let arguments: [OsString; 6] =
        ["check".into(), "--format".into(), "json".into(), "--config".into(), config.into(), tree.into()];
    Ok(Program { name: "sixify", file: file.to_owned(), arguments: arguments.to_vec() })
}

/// ripgrep counting the anchors of the codemods of a language; `None` when they have none.
pub fn ripgrep(file: &Path, language: Language, tree: &Path) -> Option<Program> {
    let mut arguments: Vec<OsString> =
        ["--no-config", "--count-matches", "--fixed-strings"].map(OsString::from).to_vec();
    let literals = language.literals();
    for literal in &literals {
        arguments.extend(["-e".into(), literal.into()]);
    }
    arguments.push(tree.into());
    (!literals.is_empty()).then(|| Program { name: "ripgrep", file: file.to_owned(), arguments })
}

/// ast-grep with ten rules for a language. The rules are written to `folder`, once for each
/// language of a tree that holds several: each file meets ten of them.
///
/// # Errors
/// When the rules cannot be written.
pub fn ast_grep(file: &Path, language: Language, tree: &Path, folder: &Path) -> Result<Program, Error> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(at(folder))?;
    }
    let rules = folder.join("rules");
    fs::create_dir_all(&rules).map_err(at(&rules))?;
    for dialect in language.dialects() {
        for (name, text) in language.rules() {
            let rule = rules.join(format!("{name}-{}.yml", dialect.extension));
            fs::write(&rule, translated(text, dialect.ast_grep)).map_err(at(&rule))?;
        }
    }
    let config = folder.join("sgconfig.yml");
    fs::write(&config, "ruleDirs: [rules]\n").map_err(at(&config))?;
    let arguments: [OsString; 5] =
        ["scan".into(), "--config".into(), config.into(), "--json=compact".into(), tree.into()];
    Ok(Program { name: "ast-grep", file: file.to_owned(), arguments: arguments.to_vec() })
}

/// A rule for another language, with an id of its own.
fn translated(rule: &str, language: &str) -> String {
    let line = |line: &str| match line.split_once(": ") {
        Some(("language", _)) => format!("language: {language}\n"),
        Some(("id", id)) => format!("id: {id}-{}\n", language.to_ascii_lowercase()),
        _ => format!("{line}\n"),
    };
    rule.lines().map(line).collect()
}

/// A program of the user's choice, or the first of this name in PATH.
pub fn find(named: Option<&Path>, name: &str) -> Option<PathBuf> {
    if let Some(named) = named {
        return Some(named.to_owned());
    }
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|file| file.is_file())
}

/// The command that is measured: the user's choice, or the one beside this program.
///
/// # Errors
/// When it is not there.
pub fn find_sixify(named: Option<&Path>) -> Result<PathBuf, Error> {
    let beside = || -> Result<PathBuf, Error> {
        let own = env::current_exe().map_err(at(Path::new("this program")))?;
        Ok(own.with_file_name(format!("sixify{}", env::consts::EXE_SUFFIX)))
    };
    let file = named.map_or_else(beside, |named| Ok(named.to_owned()))?;
    if file.is_file() { Ok(file) } else { Err(Error::NoSixify(file)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_translated_by_its_two_lines() {
        let rule = "id: a\nlanguage: JavaScript\nrule:\n  pattern: 'language: x'\n";
        assert_eq!(translated(rule, "Tsx"), "id: a-tsx\nlanguage: Tsx\nrule:\n  pattern: 'language: x'\n");
    }

    #[test]
    fn every_language_has_ten_rules() {
        for language in Language::ALL {
            assert_eq!(language.rules().len(), 10);
        }
    }
}
