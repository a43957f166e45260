//! # Ask for crates that can do IPv6
//!
//! Versions of crates that cannot connect to an IPv6 address, and the version in which that was mended.
//!
//! ## Why it breaks
//! No code of the program itself is wrong: the library takes `[::1]:27017` apart at its first colon,
//! or looks the address up as a name, with its brackets. Only another version of it helps.
//!
//! ## Examples
//! Where the lock file holds an older version than `Cargo.toml` allows, the requirement is lifted:
//! ```toml before path=Cargo.toml
//! [dependencies]
//! mongodb = { version = "3.0", features = ["sync"] }
//!
//! [dev-dependencies]
//! tokio = "1"
//! ```
//! ```txt before path=Cargo.lock
//! [[package]]
//! name = "mongodb"
//! version = "3.1.0"
//! ```
//! ```toml after unsafe path=Cargo.toml
//! [dependencies]
//! mongodb = { version = "3.2.0", features = ["sync"] }
//!
//! [dev-dependencies]
//! tokio = "1"
//! ```
//! The same where the requirement leaves the mended version out, though it would be compatible:
//! ```toml before path=Cargo.toml
//! [workspace.dependencies.mongodb]
//! version = "~3.1"
//! ```
//! ```toml after unsafe path=Cargo.toml
//! [workspace.dependencies.mongodb]
//! version = "~3.2"
//! ```
//! Where the mended version is another one to the compiler, a person decides:
//! ```toml reported path=server/Cargo.toml
//! [dependencies]
//! cache = { package = "redis", version = "0.21.7" }
//!
//! [target.'cfg(unix)'.dependencies]
//! mongodb = "2.8"
//! ```
//! ```toml reported path=Cargo.toml
//! [dependencies]
//! async-nats = ">=0.12, <0.16"
//! ```
//! Near-misses:
//! ```toml unchanged path=Cargo.toml
//! [package]
//! name = "redis"
//! version = "0.21.0"
//!
//! [dependencies]
//! mongodb = "3.0"
//! redis = { workspace = true }
//! async-nats = "*"
//! nats = { git = "https://example.org/nats.git" }
//!
//! [features]
//! mongodb = ["dep:mongodb"]
//! ```
//! ```toml unchanged path=settings/Other.toml
//! [dependencies]
//! mongodb = "2.8"
//! ```
//!
//! ## Safety
//! Unsafe: another version may change more than this. A lock file keeps the old version until
//! `cargo update`.
//!
//! ## References
//! - The Cargo Book: Specifying dependencies
//! - catalog: advisories

use semver::{Comparator, Op, Version, VersionReq};
use sixify_langs::classify;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::advisories::{self, Advisory};
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::CARGO],
    anchors: Anchors(&[&["mongodb"], &["redis"], &["nats"]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    // What cannot be read here, cargo will not read either.
    let Ok(manifest) = DeTable::parse(&doc.text) else { return Ok(()) };
    let mut asked = Vec::new();
    gather(manifest.get_ref(), &mut asked);
    asked.sort_by_key(|asked| asked.place.start);
    for asked in asked {
        let lock = cx.project().nearest(&doc.path, &|name| name == "Cargo.lock");
        let lock = lock.and_then(|lock| cx.project().text(&lock));
        let locked = lock.and_then(|lock| locked(&lock, &asked.package));
        if let Some(finding) = too_old(doc, &asked, locked) {
            cx.report(finding);
        }
    }
    Ok(())
}

/// A crate that a manifest asks for.
struct Asked {
    package: String,
    requirement: String,
    /// Of the requirement, with its quotes.
    place: Span,
}

/// The dependencies of a manifest, of its workspace and of its targets.
fn gather(table: &DeTable<'_>, asked: &mut Vec<Asked>) {
    for (key, value) in table {
        let DeValue::Table(inner) = value.get_ref() else { continue };
        match key.get_ref().as_ref() {
            "dependencies" | "dev-dependencies" | "build-dependencies" => {
                asked.extend(inner.iter().filter_map(|(name, value)| dependency(name.get_ref(), value)));
            }
            "workspace" => gather(inner, asked),
            "target" => inner.values().filter_map(|one| one.get_ref().as_table()).for_each(|one| gather(one, asked)),
            _ => {}
        }
    }
}

/// `name = "1.2"`, or `name = { version = "1.2", package = "..." }`.
fn dependency(name: &str, value: &Spanned<DeValue<'_>>) -> Option<Asked> {
    let (package, version) = match value.get_ref() {
        DeValue::Table(table) => {
            let package = table.get("package").and_then(|package| package.get_ref().as_str());
            (package.unwrap_or(name), table.get("version")?)
        }
        _ => (name, value),
    };
    let requirement = version.get_ref().as_str()?.to_owned();
    Some(Asked { package: package.to_owned(), requirement, place: version.span().into() })
}

/// The version of a crate in a lock file; the lowest one where there are several.
fn locked(lock: &str, package: &str) -> Option<Version> {
    let head = format!("name = \"{package}\"\n");
    let text = lock.replace("\r\n", "\n");
    let versions = text.split("[[package]]").filter_map(|entry| entry.trim_start().strip_prefix(&head)).map(|entry| {
        let version = entry.strip_prefix("version = \"")?;
        Version::parse(version.split('"').next()?).ok()
    });
    versions.flatten().min()
}

fn too_old(doc: &Document, asked: &Asked, locked: Option<Version>) -> Option<Finding> {
    let Asked { package, requirement, place } = asked;
    let wanted = VersionReq::parse(requirement).ok()?;
    let below = below(&wanted);
    let advisory = advisories::all_of("cargo", package).find(|advisory| {
        let (Some(from), Some(fixed)) = (version(&advisory.affected_from), version(&advisory.fixed_in)) else {
            return false;
        };
        let held_back = below.as_ref().is_some_and(|below| *below > from && *below <= fixed);
        held_back || locked.as_ref().is_some_and(|locked| *locked >= from && *locked < fixed && wanted.matches(locked))
    })?;
    let Advisory { fault, fixed_in, sources, .. } = advisory;
    let message = format!("{package} before {fixed_in} {fault}");
    let finding = Finding::new(*place, Role::Dependency.name(), message).because_all(sources.iter().cloned());
    let finding = match &locked {
        Some(locked) => finding.because(format!("the lock file has {locked}")),
        None => finding,
    };
    Some(match lifted(doc.text.get(place.start..place.end)?, requirement, &wanted, fixed_in) {
        Some(text) => finding.fix(Applicability::Unsafe, Fix::new().edit(Edit::replace(*place, text))),
        None => finding,
    })
}

/// The requirement for a version, written as it was, where that is compatible with what was asked
/// for: the leftmost number that is not zero stays.
fn lifted(written: &str, requirement: &str, wanted: &VersionReq, fixed_in: &str) -> Option<String> {
    let [only] = wanted.comparators.as_slice() else { return None };
    let fixed = version(fixed_in)?;
    let same =
        if only.major > 0 || fixed.major > 0 { only.major == fixed.major } else { only.minor == Some(fixed.minor) };
    let numbers = requirement.trim_start_matches(['^', '~', '=']).trim_start();
    let plain = numbers.chars().all(|c| c.is_ascii_digit() || c == '.');
    if !same || !plain || !matches!(only.op, Op::Caret | Op::Tilde) {
        return None;
    }
    // `~3.1` means any 3.1, so it becomes any 3.2.
    let kept = if only.op == Op::Tilde && only.patch.is_none() { 2 } else { 3 };
    let number = fixed_in.split('.').take(kept).collect::<Vec<_>>().join(".");
    let at = written.find(numbers)?;
    Some(format!("{}{number}{}", written.get(..at)?, written.get(at + numbers.len()..)?))
}

fn version(text: &str) -> Option<Version> {
    Version::parse(text).ok()
}

/// The lowest version that is too new for a requirement; `None` when none is.
fn below(wanted: &VersionReq) -> Option<Version> {
    wanted.comparators.iter().filter_map(end).min()
}

fn end(comparator: &Comparator) -> Option<Version> {
    let Comparator { op, major, minor, patch, .. } = comparator;
    let next_major = Version::new(major + 1, 0, 0);
    let next_minor = minor.map_or(next_major.clone(), |minor| Version::new(*major, minor + 1, 0));
    let (first, next) = match (minor, patch) {
        (Some(minor), Some(patch)) => (Version::new(*major, *minor, *patch), Version::new(*major, *minor, patch + 1)),
        (Some(minor), None) => (Version::new(*major, *minor, 0), next_minor.clone()),
        _ => (Version::new(*major, 0, 0), next_major.clone()),
    };
    match op {
        Op::Exact | Op::LessEq | Op::Wildcard => Some(next),
        Op::Less => Some(first),
        Op::Tilde => Some(next_minor),
        Op::Caret if *major > 0 || minor.is_none() => Some(next_major),
        Op::Caret if minor.is_some_and(|minor| minor > 0) || patch.is_none() => Some(next_minor),
        Op::Caret => Some(next),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_end_of_a_requirement_is_that_of_cargo() {
        for (requirement, end) in [
            ("1.2.3", Some("2.0.0")),
            ("0.21", Some("0.22.0")),
            ("0.0.3", Some("0.0.4")),
            ("0.0", Some("0.1.0")),
            ("0", Some("1.0.0")),
            ("~1.2.3", Some("1.3.0")),
            ("~1", Some("2.0.0")),
            ("1.2.*", Some("1.3.0")),
            ("=3.1.0", Some("3.1.1")),
            (">=0.12, <0.16", Some("0.16.0")),
            (">1, <=1.5", Some("1.6.0")),
            (">=1.2", None),
            ("*", None),
        ] {
            let wanted = VersionReq::parse(requirement).unwrap();
            assert_eq!(below(&wanted), end.map(|end| Version::parse(end).unwrap()), "{requirement}");
        }
    }

    #[test]
    fn the_lowest_of_several_locked_versions_counts() {
        let entry = |version: &str| format!("[[package]]\r\nname = \"redis\"\r\nversion = \"{version}\"\r\n\r\n");
        let lock = format!("version = 4\n{}{}", entry("0.25.0"), entry("0.21.7"));
        assert_eq!(locked(&lock, "redis"), Version::parse("0.21.7").ok());
        assert_eq!(locked(&lock, "red"), None);
    }
}
