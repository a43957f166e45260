//! What the lock files of npm, Yarn, pnpm and Bun hold: the version that an install gets for a range.

use crate::npm_packages::{Version, lowest};

/// Whether a file of this name is a lock file that [`version`] reads.
pub(crate) fn is_lock(name: &str) -> bool {
    matches!(name, "package-lock.json" | "npm-shrinkwrap.json" | "yarn.lock" | "pnpm-lock.yaml" | "bun.lock")
}

/// The version that a lock file of this name and text has for a range of a package. `None` when it does
/// not hold the package.
pub(crate) fn version(name: &str, text: &str, package: &str, range: &str) -> Option<Version> {
    match name {
        "yarn.lock" => after(text, &format!("{package}@{range}"), "version ")
            .or_else(|| after(text, &format!("{package}@npm:{range}"), "version: ")),
        "pnpm-lock.yaml" => of_pnpm(text, package, range),
        "bun.lock" => after(text, &format!("\"{package}\": ["), &format!("\"{package}@")),
        _ => after(text, &format!("\"node_modules/{package}\": {{"), "\"version\": "),
    }
}

/// The version behind `key`, in what follows `head`.
fn after(text: &str, head: &str, key: &str) -> Option<Version> {
    let behind = text.get(text.find(head)? + head.len()..)?;
    let word = behind.get(behind.find(key)? + key.len()..)?.trim_start_matches('"');
    lowest(word.split(['"', '\n']).next()?)
}

/// The version of pnpm's list of what the packages of a workspace ask for:
/// `ioredis:`, `specifier: 5.8.1`, `version: 5.8.1(peer@1.0.0)` (lockfileVersion 6 and later).
fn of_pnpm(text: &str, package: &str, range: &str) -> Option<Version> {
    let plain = |line: &str| line.trim().trim_end_matches(':').trim_matches('\'').to_owned();
    let lines: Vec<&str> = text.lines().collect();
    lines.windows(3).find_map(|three| match three {
        [name, specifier, version] => {
            let asked = specifier.trim().strip_prefix("specifier: ")?.trim_matches('\'');
            let version = version.trim().strip_prefix("version: ")?;
            (plain(name) == package && asked == range).then(|| lowest(version.split('(').next()?)).flatten()
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_lock_file_tells_its_version() {
        for (name, text) in [
            ("package-lock.json", "\"node_modules/ioredis\": {\n  \"version\": \"5.8.1\","),
            ("yarn.lock", "ioredis@^5.8.0:\n  version \"5.8.1\"\n"),
            ("yarn.lock", "\"ioredis@npm:^5.8.0\":\n  version: 5.8.1\n"),
            ("pnpm-lock.yaml", "      ioredis:\n        specifier: ^5.8.0\n        version: 5.8.1(a@1.0.0)\n"),
            ("bun.lock", "    \"ioredis\": [\"ioredis@5.8.1\", \"\", {"),
        ] {
            assert!(is_lock(name), "{name}");
            assert_eq!(version(name, text, "ioredis", "^5.8.0"), Some((5, 8, 1)), "{name}");
            assert_eq!(version(name, text, "axios", "^5.8.0"), None, "{name}");
        }
    }
}
