//! The kinds of documents and how their files are told.

use sixify_core::{Classifier, Kind};

use crate::grammar::Grammar;

/// Go source.
pub const GO: Kind = Kind("go");
/// JavaScript source, JSX included.
pub const JAVASCRIPT: Kind = Kind("javascript");
/// TypeScript source.
pub const TYPESCRIPT: Kind = Kind("typescript");
/// TypeScript with JSX.
pub const TSX: Kind = Kind("tsx");
/// C# source.
pub const CSHARP: Kind = Kind("csharp");
/// Python source.
pub const PYTHON: Kind = Kind("python");
/// A shell script, or a shell command inside another document.
pub const SHELL: Kind = Kind("shell");
/// A YAML stream, perhaps with template actions in it.
pub const YAML: Kind = Kind("yaml");
/// A JSON document.
pub const JSON: Kind = Kind("json");
/// A Dockerfile or Containerfile.
pub const DOCKERFILE: Kind = Kind("dockerfile");
/// An MSBuild project: `.csproj`, `.props`, `.targets`.
pub const MSBUILD: Kind = Kind("msbuild");
/// A `redis.conf`, `sentinel.conf` or `valkey.conf`.
pub const REDIS_CONF: Kind = Kind("redis-conf");
/// mongod's YAML configuration.
pub const MONGOD_YAML: Kind = Kind("mongod-yaml");
/// mongod's older `key = value` configuration.
pub const MONGOD_INI: Kind = Kind("mongod-ini");

/// The grammar that documents of a kind are parsed with.
pub fn grammar(kind: Kind) -> Option<Grammar> {
    match kind {
        GO => Some(Grammar::Go),
        JAVASCRIPT => Some(Grammar::JavaScript),
        TYPESCRIPT => Some(Grammar::TypeScript),
        TSX => Some(Grammar::Tsx),
        CSHARP => Some(Grammar::CSharp),
        PYTHON => Some(Grammar::Python),
        SHELL => Some(Grammar::Shell),
        JSON => Some(Grammar::Json),
        // Manifests are often templates; their own module parses them with the actions masked.
        _ => None,
    }
}

/// Tells the kinds of documents that sixify knows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Files;

impl Classifier for Files {
    fn by_path(&self, path: &str) -> Option<Kind> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let lower = name.to_ascii_lowercase();
        by_name(&lower).or_else(|| by_extension(&lower))
    }

    fn worth_reading(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        // A file without an extension may be a script; what else it is, its content must say.
        !name.contains('.') || name.ends_with(".conf") || name.ends_with(".cfg")
    }

    fn by_content(&self, path: &str, text: &str) -> Option<Kind> {
        match self.by_path(path) {
            Some(kind) => Some(kind),
            None => by_shebang(text).or_else(|| configuration(path, text)),
        }
    }
}

fn by_name(name: &str) -> Option<Kind> {
    let starts = |prefix: &str| name.starts_with(prefix);
    if starts("dockerfile") || starts("containerfile") || name.ends_with(".dockerfile") {
        return Some(DOCKERFILE);
    }
    let redis = ["redis", "sentinel", "valkey"].iter().any(|p| starts(p));
    if redis && name.ends_with(".conf") {
        return Some(REDIS_CONF);
    }
    match name {
        "mongod.conf" | "mongodb.conf" | "mongod.cfg" | "mongos.conf" => None,
        _ => None,
    }
}

fn by_extension(name: &str) -> Option<Kind> {
    Some(match name.rsplit_once('.')?.1 {
        "go" => GO,
        "js" | "mjs" | "cjs" | "jsx" => JAVASCRIPT,
        "ts" | "mts" | "cts" => TYPESCRIPT,
        "tsx" => TSX,
        "cs" => CSHARP,
        "py" | "pyi" => PYTHON,
        "sh" | "bash" => SHELL,
        "yaml" | "yml" => YAML,
        "json" => JSON,
        "csproj" | "fsproj" | "vbproj" | "props" | "targets" => MSBUILD,
        _ => return None,
    })
}

fn by_shebang(text: &str) -> Option<Kind> {
    let line = text.strip_prefix("#!")?.lines().next()?;
    let mut words = line.split_whitespace();
    let mut program = words.next()?.rsplit('/').next()?;
    if program == "env" {
        program = words.find(|w| !w.starts_with('-') && !w.contains('='))?;
    }
    Some(match program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
        "sh" | "bash" | "dash" | "ash" | "ksh" => SHELL,
        "python" => PYTHON,
        "node" | "nodejs" => JAVASCRIPT,
        _ => return None,
    })
}

/// Server configurations whose names say too little.
fn configuration(path: &str, text: &str) -> Option<Kind> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    if name.starts_with("mongo") {
        return Some(mongod(text));
    }
    None
}

/// mongod reads both formats; its own entry point tells them by the first line that is no
/// comment (docker-library/mongo).
pub fn mongod(text: &str) -> Kind {
    let first = text.lines().map(str::trim).find(|l| !l.is_empty() && !l.starts_with('#')).unwrap_or("");
    let ini = match (first.find('='), first.find(':')) {
        (Some(equals), Some(colon)) => equals < colon,
        (Some(_), None) => true,
        _ => false,
    };
    if ini { MONGOD_INI } else { MONGOD_YAML }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_extensions_and_shebangs_tell_the_kind() {
        let kind = |path, text| Files.by_content(path, text);
        assert_eq!(kind("a/Dockerfile.dev", ""), Some(DOCKERFILE));
        assert_eq!(kind("conf/redis-6379.conf", ""), Some(REDIS_CONF));
        assert_eq!(kind("a/run", "#!/usr/bin/env -S bash -e\n"), Some(SHELL));
        assert_eq!(kind("a/serve", "#!/usr/bin/python3.11\n"), Some(PYTHON));
        assert_eq!(kind("etc/mongod.conf", "# c\nnet:\n  bindIp: 0.0.0.0\n"), Some(MONGOD_YAML));
        assert_eq!(kind("etc/mongodb.conf", "bind_ip = 0.0.0.0\n"), Some(MONGOD_INI));
        assert_eq!(kind("a/notes", "text"), None);
    }
}
