//! The kinds of documents and how their files are told.

use sixify_core::{Classifier, Kind};

use crate::grammar::Grammar;

mod servers;

pub use servers::bare_name;

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
/// Java source.
pub const JAVA: Kind = Kind("java");
/// Kotlin source and scripts.
pub const KOTLIN: Kind = Kind("kotlin");
/// Scala source.
pub const SCALA: Kind = Kind("scala");
/// The `go.mod` file of a Go module.
pub const GO_MOD: Kind = Kind("go-mod");
/// Rust source.
pub const RUST: Kind = Kind("rust");
/// C source.
pub const C: Kind = Kind("c");
/// C++ source, and headers, which both languages share.
pub const CPP: Kind = Kind("cpp");
/// Ruby source.
pub const RUBY: Kind = Kind("ruby");
/// PHP source, with the text around it.
pub const PHP: Kind = Kind("php");
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
/// nginx configuration: a whole one, a site, or a piece that one includes.
pub const NGINX: Kind = Kind("nginx");
/// haproxy configuration.
pub const HAPROXY: Kind = Kind("haproxy");
/// Another configuration file. Which server reads it, its name and content tell those who know the
/// server.
pub const CONF: Kind = Kind("conf");
/// A CNI configuration list, `*.conflist`: JSON, with placeholders where something else fills it.
pub const CNI_CONF: Kind = Kind("cni-conf");
/// A service unit of systemd, or a drop-in for one.
pub const SYSTEMD_SERVICE: Kind = Kind("systemd-service");
/// Configuration of supervisord.
pub const SUPERVISORD: Kind = Kind("supervisord");
/// A `Procfile`: names and command lines.
pub const PROCFILE: Kind = Kind("procfile");
/// A makefile; what matters here are its recipes.
pub const MAKEFILE: Kind = Kind("makefile");
/// A crontab.
pub const CRONTAB: Kind = Kind("crontab");
/// A batch file of Windows.
pub const BATCH: Kind = Kind("batch");
/// Options of a Java virtual machine: `jvm.options`, `.mvn/jvm.config`, `*.vmoptions`.
pub const JVM_OPTIONS: Kind = Kind("jvm-options");
/// A build script of Gradle in Groovy.
pub const GRADLE: Kind = Kind("gradle");
/// `gradle.properties`, whose values become options of a Java virtual machine.
pub const GRADLE_PROPERTIES: Kind = Kind("gradle-properties");
/// What a Rust package needs: `Cargo.toml`.
pub const CARGO: Kind = Kind("cargo");
/// What a Python project needs: `requirements.txt` and its kin, `pyproject.toml`.
pub const PYTHON_NEEDS: Kind = Kind("python-needs");
/// A template of a file of another kind, or of none that sixify knows: text with actions in it.
pub const TEMPLATE: Kind = Kind("template");
/// A project of Maven, `pom.xml`.
pub const MAVEN_POM: Kind = Kind("maven-pom");

/// The grammar that documents of a kind are parsed with.
pub fn grammar(kind: Kind) -> Option<Grammar> {
    match kind {
        GO => Some(Grammar::Go),
        JAVASCRIPT => Some(Grammar::JavaScript),
        TYPESCRIPT => Some(Grammar::TypeScript),
        TSX => Some(Grammar::Tsx),
        CSHARP => Some(Grammar::CSharp),
        PYTHON => Some(Grammar::Python),
        JAVA => Some(Grammar::Java),
        KOTLIN => Some(Grammar::Kotlin),
        SCALA => Some(Grammar::Scala),
        RUST => Some(Grammar::Rust),
        C => Some(Grammar::C),
        CPP => Some(Grammar::Cpp),
        RUBY => Some(Grammar::Ruby),
        PHP => Some(Grammar::Php),
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
        let lower = file_name(path).to_ascii_lowercase();
        by_name(&lower).or_else(|| by_extension(&lower)).or_else(|| template(&lower))
    }

    fn certain(&self, kind: Kind) -> bool {
        kind != YAML
    }

    fn worth_reading(&self, path: &str) -> bool {
        let name = file_name(path);
        if without_template_suffix(name).is_some() {
            return true;
        }
        // A file without an extension may be a script; what else it is, its content must say.
        !name.contains('.') || name.ends_with(".conf") || name.ends_with(".cfg") || servers::worth_reading(path)
    }

    fn by_content(&self, path: &str, text: &str) -> Option<Kind> {
        match self.by_path(path) {
            Some(YAML) => Some(mongod_named(path).filter(|_| mongod_sections(text)).unwrap_or(YAML)),
            Some(kind) => Some(kind),
            None => by_shebang(text)
                .or_else(|| configuration(path, text))
                .or_else(|| servers::kind(path, text))
                .or_else(|| servers::configuration(path).then_some(CONF))
                .or_else(|| without_template_suffix(file_name(path)).map(|_| TEMPLATE)),
        }
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Suffixes of files that something else makes the real file from. The edits sixify makes in them
/// are literal and leave the actions alone.
const TEMPLATE_SUFFIXES: [&str; 8] = [".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".template", ".erb", ".gotmpl"];

fn without_template_suffix(name: &str) -> Option<&str> {
    TEMPLATE_SUFFIXES.iter().find_map(|suffix| name.strip_suffix(suffix))
}

/// Templates of the formats whose readers know template actions. A template of source code is not
/// read: its grammar does not know the actions.
fn template(name: &str) -> Option<Kind> {
    let name = without_template_suffix(name)?;
    let kind = by_name(name).or_else(|| by_extension(name))?;
    [YAML, DOCKERFILE, REDIS_CONF, SHELL, CNI_CONF, SYSTEMD_SERVICE, SUPERVISORD].contains(&kind).then_some(kind)
}

fn by_name(name: &str) -> Option<Kind> {
    if dockerfile(name) {
        return Some(DOCKERFILE);
    }
    if name == "procfile" || name.starts_with("procfile.") {
        return Some(PROCFILE);
    }
    if ["makefile", "gnumakefile"].contains(&name) {
        return Some(MAKEFILE);
    }
    if name == "crontab" {
        return Some(CRONTAB);
    }
    if name.starts_with("supervisor") && (name.ends_with(".conf") || name.ends_with(".ini")) {
        return Some(SUPERVISORD);
    }
    if name == "go.mod" {
        return Some(GO_MOD);
    }
    let lists = ["requirements", "constraints"].iter().any(|word| name.contains(word)) && name.ends_with(".txt");
    if lists || name == "pyproject.toml" {
        return Some(PYTHON_NEEDS);
    }
    if name == "cargo.toml" {
        return Some(CARGO);
    }
    if name == "gemfile" {
        return Some(RUBY);
    }
    if name == "pom.xml" {
        return Some(MAVEN_POM);
    }
    if name.ends_with(".gradle") {
        return Some(GRADLE);
    }
    if name == "gradle.properties" || name == "gradle-wrapper.properties" {
        return Some(GRADLE_PROPERTIES);
    }
    if name == "jvm.config" || name.ends_with(".vmoptions") || (name.starts_with("jvm") && name.ends_with(".options")) {
        return Some(JVM_OPTIONS);
    }
    let redis = ["redis", "sentinel", "valkey"].iter().any(|prefix| name.starts_with(prefix));
    (redis && name.ends_with(".conf")).then_some(REDIS_CONF)
}

/// `Dockerfile`, `Dockerfile.dev`, `Dockerfile-test`, `web.dockerfile`, but not `dockerfile.go`.
fn dockerfile(name: &str) -> bool {
    if name.ends_with(".dockerfile") || name.ends_with(".containerfile") {
        return true;
    }
    let rest = name.strip_prefix("dockerfile").or_else(|| name.strip_prefix("containerfile"));
    let Some(rest) = rest else { return false };
    let other = ["md", "txt", "rst", "html", "adoc", "dockerignore", "rb", "java", "rs", "php"];
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    rest.is_empty()
        || (rest.starts_with(['.', '-', '_']) && by_extension(name).is_none() && !other.contains(&extension))
}

fn by_extension(name: &str) -> Option<Kind> {
    Some(match name.rsplit_once('.')?.1 {
        "go" => GO,
        "js" | "mjs" | "cjs" | "jsx" => JAVASCRIPT,
        "ts" | "mts" | "cts" => TYPESCRIPT,
        "tsx" => TSX,
        "cs" => CSHARP,
        "py" | "pyi" => PYTHON,
        "java" => JAVA,
        "kt" | "kts" => KOTLIN,
        "scala" | "sc" => SCALA,
        "rs" => RUST,
        "c" => C,
        "cc" | "cpp" | "cxx" | "hpp" | "hh" | "hxx" | "h" => CPP,
        "rb" | "ru" | "rake" | "gemspec" => RUBY,
        "php" => PHP,
        "sh" | "bash" => SHELL,
        "bat" | "cmd" => BATCH,
        "yaml" | "yml" => YAML,
        "json" => JSON,
        "conflist" => CNI_CONF,
        "service" => SYSTEMD_SERVICE,
        "mk" => MAKEFILE,
        "cron" | "crontab" => CRONTAB,
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
        "ruby" => RUBY,
        "php" => PHP,
        _ => return None,
    })
}

/// Server configurations whose names say too little.
fn configuration(path: &str, text: &str) -> Option<Kind> {
    let name = file_name(path).to_ascii_lowercase();
    let name = without_template_suffix(&name).unwrap_or(&name);
    if !name.ends_with(".conf") && !name.ends_with(".cfg") {
        return None;
    }
    if text.contains("[program:") && text.lines().any(|line| line.starts_with("[program:")) {
        return Some(SUPERVISORD);
    }
    if path.contains(".service.d/") && text.lines().any(|line| line.trim() == "[Service]") {
        return Some(SYSTEMD_SERVICE);
    }
    if name.starts_with("mongo") {
        return Some(mongod(text));
    }
    redis_directives(text).then_some(REDIS_CONF)
}

/// Whether at least two lines begin with directives that only redis and its relatives have.
fn redis_directives(text: &str) -> bool {
    const OWN: [&str; 16] = [
        "protected-mode",
        "appendonly",
        "appendfsync",
        "requirepass",
        "masterauth",
        "maxmemory",
        "maxmemory-policy",
        "dbfilename",
        "rdbcompression",
        "rdbchecksum",
        "replicaof",
        "slaveof",
        "repl-diskless-sync",
        "tcp-backlog",
        "cluster-enabled",
        "sentinel",
    ];
    let first = |line: &str| line.split_whitespace().next().and_then(|word| OWN.iter().position(|own| *own == word));
    let mut found: Vec<usize> = text.lines().filter_map(first).collect();
    found.sort_unstable();
    found.dedup();
    found.len() >= 2
}

/// A YAML file that is named as a configuration of mongod or mongos.
fn mongod_named(path: &str) -> Option<Kind> {
    let name = file_name(path).to_ascii_lowercase();
    ["mongod.", "mongos.", "mongodb."].iter().any(|prefix| name.starts_with(prefix)).then_some(MONGOD_YAML)
}

/// Whether a YAML text has top-level sections of mongod's configuration and is no manifest.
fn mongod_sections(text: &str) -> bool {
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    let sections = ["net:", "storage:", "systemLog:", "processManagement:", "replication:", "sharding:", "security:"];
    sections.iter().filter(|key| has(key)).count() >= 2 && !has("apiVersion:") && !has("services:")
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
        assert_eq!(kind("conf/jvm-server.options", ""), Some(JVM_OPTIONS));
        assert_eq!(kind(".mvn/jvm.config", ""), Some(JVM_OPTIONS));
        assert_eq!(kind("core/pom.xml", ""), Some(MAVEN_POM));
        assert_eq!(kind("app/build.gradle", ""), Some(GRADLE));
        assert_eq!(kind("app/build.gradle.kts", ""), Some(KOTLIN));
        assert_eq!(kind("gradle.properties", ""), Some(GRADLE_PROPERTIES));
        assert_eq!(kind("etc/shop.service", ""), Some(SYSTEMD_SERVICE));
        assert_eq!(kind("a.service.d/10-args.conf", "[Service]\nExecStart=\n"), Some(SYSTEMD_SERVICE));
        assert_eq!(kind("docker/supervisord.conf", ""), Some(SUPERVISORD));
        assert_eq!(kind("conf/web.conf", "[program:web]\ncommand=x\n"), Some(SUPERVISORD));
        assert_eq!(kind("Procfile.dev", ""), Some(PROCFILE));
        assert_eq!(kind("GNUmakefile", ""), Some(MAKEFILE));
        assert_eq!(kind("deploy/crontab", ""), Some(CRONTAB));
    }

    #[test]
    fn what_only_looks_like_a_known_file_is_not_one() {
        let kind = |path, text| Files.by_content(path, text);
        assert_eq!(kind("dockerfile.go", ""), Some(GO));
        assert_eq!(kind("Dockerfile.md", ""), None);
        assert_eq!(kind("dockerfiles", ""), None);
        assert_eq!(kind("mongod", "text"), None);
        assert_eq!(kind("mongod.yaml", "apiVersion: v1\nkind: Pod\n"), Some(YAML));
        assert_eq!(kind("haproxy.conf", "bind 0.0.0.0:80\nmaxconn 2\n"), Some(CONF));
    }

    #[test]
    fn templates_and_contents_tell_the_kind_too() {
        let kind = |path, text| Files.by_content(path, text);
        assert_eq!(kind("roles/a/deploy.yaml.j2", ""), Some(YAML));
        assert_eq!(kind("redis.conf.tmpl", ""), Some(REDIS_CONF));
        assert_eq!(kind("main.go.tmpl", ""), Some(TEMPLATE));
        assert_eq!(kind("_helpers.tpl", "{{ define }}"), Some(TEMPLATE));
        assert_eq!(kind("master.conf", "bind 0.0.0.0\nappendonly yes\nmaxmemory 1gb\n"), Some(REDIS_CONF));
        assert_eq!(kind("mongod.yml", "net:\n  port: 1\nstorage:\n  dbPath: /d\n"), Some(MONGOD_YAML));
        assert_eq!(kind("mongod.conf.j2", "net:\n  bindIp: {{ x }}\n"), Some(MONGOD_YAML));
    }
}
