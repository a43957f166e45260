//! Which version of a package a JavaScript file gets, as the manifests and lock files say.

use std::sync::Arc;

use sixify_langs::json::{Json, StringValue};

use crate::prelude::*;
use crate::{advisories, npm_locks};

/// Major, minor and patch number.
pub(crate) type Version = (u64, u64, u64);

/// A package that a manifest asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The path of the manifest.
    pub manifest: String,
    /// The range as it is written: `^5.3.2`.
    pub range: String,
    /// The version that will be there at least: of the lock file, else the lowest of the range.
    /// `None` when neither says.
    pub version: Option<Version>,
}

/// The tables of a manifest that ask for packages.
pub(crate) const TABLES: &[&str] =
    &["dependencies", "devDependencies", "peerDependencies", "optionalDependencies", "resolutions", "overrides"];

/// The package and the range of a value of a manifest, when it stands in one of the tables.
pub(crate) fn asked(value: &StringValue) -> Option<(&str, &str)> {
    let keys: Vec<&str> = value.keys().collect();
    match keys.as_slice() {
        [table, package] if TABLES.contains(table) && value.path.len() == 2 => Some((package, &value.value)),
        _ => None,
    }
}

/// Reads a version or the lowest one of a range: `4.28.5`, `^4.28`, `>=3.0.0 <4`, `v5`. `None` for a
/// tag, a wildcard, an address of something else.
pub(crate) fn lowest(range: &str) -> Option<Version> {
    let alternatives = range.split("||").map(|one| {
        let first = one.split_whitespace().next()?;
        let digits = first.trim_start_matches(['^', '~', '=', 'v', '>']);
        let mut parts = digits.split(['-', '+']).next()?.split('.');
        let major = parts.next()?.parse().ok()?;
        let mut next = || parts.next().and_then(|p| p.parse().ok()).unwrap_or(0);
        (!first.starts_with('<')).then_some((major, next(), next()))
    });
    alternatives.collect::<Option<Vec<Version>>>()?.into_iter().min()
}

/// What the manifest nearest to a file asks for, of those that know the package.
pub(crate) fn find(cx: &Context<'_>, path: &str, package: &str) -> Option<Asked> {
    let project = cx.project();
    let mut at = path.to_owned();
    loop {
        let manifest = project.nearest(&at, &|name| name == "package.json")?;
        let read = project.fact::<Vec<(String, String)>>(&manifest, || {
            let json = project.text(&manifest).map(|text| Json::parse(&text)).unwrap_or_default();
            json.strings.iter().filter_map(asked).map(|(n, r)| (n.to_owned(), r.to_owned())).collect()
        });
        let folder = manifest.rsplit_once('/').map_or("", |(folder, _)| folder);
        if let Some((_, range)) = read.iter().find(|(name, _)| name == package) {
            let locked = locked(cx, &manifest, package, range);
            return Some(Asked { version: locked.or_else(|| lowest(range)), manifest, range: range.clone() });
        }
        if folder.is_empty() {
            return None;
        }
        folder.clone_into(&mut at);
    }
}

/// The version that the nearest lock file has for a range.
pub(crate) fn locked(cx: &Context<'_>, manifest: &str, package: &str, range: &str) -> Option<Version> {
    let project = cx.project();
    let lock = project.nearest(manifest, &npm_locks::is_lock)?;
    let text: Arc<String> = project.fact::<String>(&lock, || project.text(&lock).unwrap_or_default());
    npm_locks::version(lock.rsplit('/').next()?, &text, package, range)
}

/// What a manifest says of a package that is too old for IPv6, when the version it gets is: the one
/// of the lock file, else the lowest of its range. Within a major version the range is lifted.
pub(crate) fn too_old(ecosystem: &str, package: &str, value: &StringValue, locked: Option<Version>) -> Option<Finding> {
    let range = value.value.as_str();
    let advisory = advisories::of(ecosystem, package)?;
    let lowest_asked = lowest(range);
    let version = locked.or(lowest_asked)?;
    let fixed = lowest(&advisory.fixed_in);
    let from = lowest(&advisory.affected_from).unwrap_or_default();
    if version < from || fixed.is_some_and(|fixed| version >= fixed) {
        return None;
    }
    let message = match fixed {
        Some(_) => format!("{package} before {} {}", advisory.fixed_in, advisory.fault),
        None => format!("{package} {}; no version without that is known", advisory.fault),
    };
    let mut finding =
        Finding::new(value.span, Role::Dependency.name(), message).because_all(advisory.sources.iter().cloned());
    if let Some((major, minor, patch)) = locked {
        finding = finding.because(format!("the lock file has {major}.{minor}.{patch}"));
    }
    let operator: String = range.chars().take_while(|c| matches!(c, '^' | '~')).collect();
    let simple = range.trim_start_matches(['^', '~']).chars().all(|c| c.is_ascii_digit() || c == '.');
    // `5` and `5.1` are ranges: all that begin so.
    let short = operator.is_empty() && range.bytes().filter(|b| *b == b'.').count() < 2;
    let same_major = fixed.is_some_and(|(major, _, _)| major == version.0);
    Some(if !same_major || !simple || !value.plain {
        finding
    } else if lowest_asked >= fixed || short || fixed.is_some_and(|fixed| allows(&operator, version, fixed)) {
        finding.because("the range allows a version without it; install anew".to_owned())
    } else if locked.is_some() {
        finding.because("the lock file has to change with it; install the version anew".to_owned())
    } else {
        let lifted = format!("{operator}{}", advisory.fixed_in);
        finding.fix(Applicability::Unsafe, Fix::new().edit(Edit::replace(value.span, lifted)))
    })
}

/// Whether a range that begins at `from` allows a later version: `^1.7.2` does 1.7.7, `~1.6.0` does not.
fn allows(operator: &str, from: Version, later: Version) -> bool {
    match operator {
        "^" if from.0 > 0 => from.0 == later.0,
        "^" | "~" => (from.0, from.1) == (later.0, later.1),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_version_of_a_range_is_read() {
        for (range, version) in [
            ("^5.3.2", Some((5, 3, 2))),
            ("~4.28", Some((4, 28, 0))),
            ("5", Some((5, 0, 0))),
            ("5.x", Some((5, 0, 0))),
            (">=3.0.0 <4", Some((3, 0, 0))),
            ("^4.0.0 || ^5.1.0", Some((4, 0, 0))),
            ("1.2.3-beta.1", Some((1, 2, 3))),
            ("*", None),
            ("latest", None),
            ("workspace:^1.0.0", None),
            ("<2", None),
            ("github:a/b", None),
        ] {
            assert_eq!(lowest(range), version, "{range}");
        }
    }
}
