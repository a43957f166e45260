//! Which program a command line runs in the end: wrappers hand over to what they wrap.

use crate::command::{Catalog, Command};

/// The program of a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invocation<'a> {
    /// The name of the executable, without its folder.
    pub program: &'a str,
    /// The number of the word behind it.
    pub arguments: usize,
    /// Whether the name is written; else the image gives it.
    pub written: bool,
}

const SHELLS: [&str; 5] = ["sh", "bash", "ash", "dash", "ksh"];

/// A program that runs the rest of its words.
struct Wrapper {
    name: &'static str,
    /// How many words of its own stand before the rest, apart from options.
    own: usize,
    /// Its options that take the next word.
    valued: &'static [&'static str],
}

const fn wrapper(name: &'static str, own: usize, valued: &'static [&'static str]) -> Wrapper {
    Wrapper { name, own, valued }
}

const WRAPPERS: [Wrapper; 50] = [
    wrapper("exec", 0, &["-a"]),
    wrapper("command", 0, &[]),
    wrapper("nohup", 0, &[]),
    wrapper("setsid", 0, &[]),
    wrapper("time", 0, &[]),
    wrapper("env", 0, &["-u"]),
    wrapper("nice", 0, &["-n"]),
    wrapper("ionice", 0, &["-c", "-n"]),
    wrapper("stdbuf", 0, &["-i", "-o", "-e"]),
    wrapper("numactl", 0, &["-m", "-N", "-C"]),
    wrapper("sudo", 0, &["-u", "-g"]),
    wrapper("tini", 0, &["-p", "-e"]),
    wrapper("tini-static", 0, &["-p", "-e"]),
    wrapper("dumb-init", 0, &["-r"]),
    wrapper("catatonit", 0, &[]),
    wrapper("gosu", 1, &[]),
    wrapper("su-exec", 1, &[]),
    wrapper("setuidgid", 1, &[]),
    wrapper("chpst", 0, &["-u", "-U", "-n"]),
    wrapper("timeout", 1, &["-k", "-s"]),
    wrapper("doas", 0, &["-u"]),
    wrapper("runuser", 0, &["-u", "-g"]),
    wrapper("setpriv", 0, &[]),
    wrapper("s6-setuidgid", 1, &[]),
    wrapper("s6-applyuidgid", 0, &["-u", "-g", "-G"]),
    wrapper("with-contenv", 0, &[]),
    wrapper("chroot", 1, &[]),
    wrapper("flock", 1, &["-w", "-E"]),
    wrapper("cross-env", 0, &[]),
    wrapper("dotenv", 0, &["-e"]),
    wrapper("npx", 0, &["-p", "--package"]),
    wrapper("bunx", 0, &[]),
    wrapper("pnpm", 0, &["--filter", "-C"]),
    wrapper("yarn", 0, &["--cwd"]),
    wrapper("bun", 0, &[]),
    wrapper("bundle", 1, &[]),
    wrapper("poetry", 1, &[]),
    wrapper("pipenv", 1, &[]),
    wrapper("pdm", 1, &[]),
    wrapper("hatch", 1, &[]),
    wrapper("rye", 1, &[]),
    wrapper("uv", 1, &["--with", "--project", "--python"]),
    wrapper("ddtrace-run", 0, &[]),
    wrapper("opentelemetry-instrument", 0, &[]),
    wrapper("newrelic-admin", 1, &[]),
    wrapper("nodemon", 0, &["--exec", "-w", "--watch", "-e", "--ext"]),
    wrapper("systemd-run", 0, &["-p", "-u", "--unit"]),
    wrapper("daemonize", 0, &["-p", "-u", "-o", "-e", "-c"]),
    wrapper("node", 0, &["-r", "--require", "--loader", "--import", "--env-file"]),
    wrapper("ruby", 0, &["-I", "-r"]),
];

/// Words with which a package manager hands over to a program: `yarn run vite`, `pnpm exec vite`.
const RUNS: [&str; 4] = ["run", "exec", "dlx", "x"];

fn base(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// How many words a wrapper takes for itself, its name included; `None` for no wrapper. Scripts
/// that are named as entry points run what they are given, by convention.
fn taken(words: &[&str]) -> Option<usize> {
    let name = base(words.first()?);
    if let Some(taken) = handed_over(name, words) {
        return Some(taken);
    }
    let Some(known) = WRAPPERS.iter().find(|w| w.name == name) else {
        return (name.contains("entrypoint") && !name.starts_with('-')).then_some(1);
    };
    let sets = |word: &str| ["env", "cross-env", "dotenv"].contains(&name) && word.contains('=');
    let mut at = 1;
    while let Some(word) = words.get(at) {
        if *word == "--" {
            at += 1;
            break;
        }
        if !(word.starts_with('-') || sets(word)) {
            break;
        }
        at += 1 + usize::from(known.valued.contains(word));
    }
    if ["pnpm", "yarn", "bun"].contains(&name) && words.get(at).is_some_and(|w| RUNS.contains(w)) {
        at += 1;
    }
    Some(at + known.own)
}

/// The forms of handing over that are more than options and words.
fn handed_over(name: &str, words: &[&str]) -> Option<usize> {
    // `set -- program`: the words become those of the script, which runs them.
    if name == "set" {
        return (words.get(1) == Some(&"--")).then_some(2);
    }
    if name.starts_with("wait-for") || name == "dockerize" {
        return words.iter().position(|w| *w == "--").map(|n| n + 1);
    }
    let python = name.strip_prefix("python").or_else(|| name.strip_prefix("pypy"));
    if python.is_some_and(|v| v.chars().all(|c| c.is_ascii_digit() || c == '.')) {
        let at = words.iter().skip(1).position(|w| !w.starts_with('-') || *w == "-m" || *w == "-c").map(|n| n + 1)?;
        return match words.get(at) {
            Some(&"-c") => None,
            Some(&"-m") => Some(at + 1),
            _ => Some(at),
        };
    }
    let script = words.get(1).is_some_and(|w| !w.starts_with('-') && base(w) == "artisan");
    (name == "php" && script).then_some(1)
}

/// The number of the first word that belongs to no wrapper.
fn unwrap_words(words: &[&str]) -> usize {
    let mut at = 0;
    while let Some(own) = words.get(at..).and_then(taken) {
        at += own;
    }
    at
}

/// The number of the word that is a script: behind the `-c` of a shell or of `su`.
pub(super) fn script_argument(words: &[&str]) -> Option<usize> {
    let start = unwrap_words(words);
    let name = base(words.get(start)?);
    let options = words.iter().enumerate().skip(start + 1);
    if name == "su" {
        return options.clone().find(|(_, w)| **w == "-c" || **w == "--command").map(|(n, _)| n + 1);
    }
    if !SHELLS.contains(&name) {
        return None;
    }
    let flag = |w: &str| w.starts_with('-') && !w.starts_with("--") && w.contains('c');
    options.take_while(|(_, w)| w.starts_with(['-', '+'])).find(|(_, w)| flag(w)).map(|(n, _)| n + 1)
}

impl Command {
    /// The program that the command line runs, when it is one of the catalogue.
    pub fn invocation<'a>(&'a self, catalog: &'a Catalog) -> Option<Invocation<'a>> {
        let words: Vec<&str> = self.words.iter().map(|w| w.value.as_str()).collect();
        if self.through_entrypoint {
            // The entry points of the official images take flags, and configuration files, for
            // arguments of their program (docker-library).
            let facts = self.image.as_ref().and_then(|image| catalog.image(image));
            let bare = words.first().is_none_or(|w| w.starts_with('-') || w.ends_with(".conf"));
            if let (Some(facts), true) = (facts, bare) {
                return Some(Invocation { program: &facts.program, arguments: 0, written: false });
            }
            let flags = words.first().is_some_and(|w| w.starts_with('-'));
            if let Some(program) = catalog.by_flag(words.iter().copied()).filter(|_| flags) {
                return Some(Invocation { program: program.names.first()?, arguments: 0, written: false });
            }
        }
        let at = unwrap_words(&words);
        if self.fragment && words.get(at).is_none_or(|w| catalog.program(w).is_none()) {
            // A piece of a command line: only a flag that no other program has can tell, and what
            // begins with neither a flag nor an expansion may be a sentence.
            words.first().filter(|w| w.starts_with(['-', '$']))?;
            let program = catalog.by_flag(words.iter().copied())?;
            return Some(Invocation { program: program.names.first()?, arguments: 0, written: false });
        }
        let program = self.words.get(at).filter(|w| w.fixed)?;
        let name = base(&program.value);
        catalog.program(name)?;
        Some(Invocation { program: name, arguments: at + 1, written: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers_hand_over() {
        let unwrap = |line: &str| unwrap_words(&line.split(' ').collect::<Vec<_>>());
        assert_eq!(unwrap("exec gosu redis redis-server --x"), 3);
        assert_eq!(unwrap("/usr/bin/tini -s -- mongod"), 3);
        assert_eq!(unwrap("env A=1 numactl --interleave=all mongod"), 4);
        assert_eq!(unwrap("docker-entrypoint.sh mongod --x"), 1);
        assert_eq!(unwrap("sudo -u redis redis-server"), 3);
        assert_eq!(unwrap("mongod"), 0);
        assert_eq!(unwrap("python3.11 -u -m uvicorn a:b"), 3);
        assert_eq!(unwrap("python manage.py runserver"), 1);
        assert_eq!(unwrap("python -c x"), 0);
        assert_eq!(unwrap("poetry run flask run"), 2);
        assert_eq!(unwrap("yarn exec vite --host"), 2);
        assert_eq!(unwrap("node --max_old_space_size=2 ./node_modules/.bin/ng serve"), 2);
        assert_eq!(unwrap("set -- gunicorn -b x"), 2);
        assert_eq!(unwrap("./wait-for-it.sh db:5432 -t 3 -- gunicorn"), 5);
        assert_eq!(unwrap("php artisan serve"), 1);
        assert_eq!(unwrap("php -S x"), 0);
    }

    #[test]
    fn scripts_stand_behind_c() {
        let script = |words: &[&str]| script_argument(words);
        assert_eq!(script(&["sh", "-c", "x"]), Some(2));
        assert_eq!(script(&["exec", "/bin/bash", "-e", "-xc", "x"]), Some(4));
        assert_eq!(script(&["su", "redis", "-c", "x"]), Some(3));
        assert_eq!(script(&["sh", "run.sh", "-c"]), None);
        assert_eq!(script(&["redis-cli", "-c", "x"]), None);
    }
}
