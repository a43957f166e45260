//! NuGet versions and what a version attribute may say.
//!
//! <https://learn.microsoft.com/nuget/concepts/package-versioning>: Semantic Versioning 2.0.0 with
//! up to four numbers; labels are compared without regard to case, build metadata not at all.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// A version, such as `7.0.0-rc.2.22476.2`.
#[derive(Clone, Debug)]
pub struct Version {
    text: String,
    numbers: [u64; 4],
    labels: Vec<String>,
}

/// A text that is no version.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
#[error("{0:?} is not a NuGet version")]
pub struct NotAVersion(pub String);

impl FromStr for Version {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let no = || NotAVersion(text.to_owned());
        let text = text.trim();
        let release = text.split('+').next().unwrap_or(text);
        let (core, labels) = release.split_once('-').map_or((release, None), |(c, l)| (c, Some(l)));
        let mut numbers = [0; 4];
        let parts: Vec<&str> = core.split('.').collect();
        if parts.len() > numbers.len() {
            return Err(no());
        }
        for (slot, part) in numbers.iter_mut().zip(&parts) {
            if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
                return Err(no());
            }
            *slot = part.parse().map_err(|_| no())?;
        }
        let labels: Vec<String> = labels.map_or(Vec::new(), |l| l.split('.').map(str::to_ascii_lowercase).collect());
        let good = |l: &String| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !labels.iter().all(good) {
            return Err(no());
        }
        Ok(Version { text: text.to_owned(), numbers, labels })
    }
}

impl Version {
    /// The first number.
    pub fn major(&self) -> u64 {
        self.numbers[0]
    }

    /// Whether it comes before the release of the same numbers.
    pub fn is_prerelease(&self) -> bool {
        !self.labels.is_empty()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| match (self.labels.is_empty(), other.labels.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => {
                let pairs = self.labels.iter().zip(&other.labels).map(|(a, b)| label(a, b));
                let first = pairs.into_iter().find(|o| *o != Ordering::Equal);
                first.unwrap_or_else(|| self.labels.len().cmp(&other.labels.len()))
            }
        })
    }
}

/// Numbers by value and before words; words by their letters (Semantic Versioning, 11.4).
fn label(a: &str, b: &str) -> Ordering {
    match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}

/// What a `Version` attribute of a package reference says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// This version or a later one; NuGet takes the lowest that will do.
    AtLeast(Version),
    /// A range or a pinned version: `[1.0]`, `[1.0,2.0)`.
    Range(String),
    /// A floating version: `2.*`.
    Floating(String),
    /// A property or another expression of MSBuild.
    Expression(String),
    /// None of these.
    Unknown(String),
}

impl Requirement {
    /// Reads the text of the attribute.
    pub fn read(text: &str) -> Requirement {
        let trimmed = text.trim();
        let own = || trimmed.to_owned();
        if ["$(", "@(", "%("].iter().any(|open| trimmed.contains(open)) {
            Requirement::Expression(own())
        } else if trimmed.starts_with(['[', '(']) {
            Requirement::Range(own())
        } else if trimmed.contains('*') {
            Requirement::Floating(own())
        } else {
            trimmed.parse().map_or_else(|_| Requirement::Unknown(own()), Requirement::AtLeast)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn versions_have_nugets_order() {
        let order = [
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-BETA",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0",
            "1.0.0.1",
            "2.2.4",
            "2.6.48",
            "2.6.66",
            "2.6.104",
            "7.0.0-rc.2.22476.2",
            "7.0.0",
            "10.0.0",
        ];
        let versions: Vec<Version> = order.iter().map(|v| v.parse().unwrap()).collect();
        for pair in versions.windows(2) {
            assert!(pair[0] < pair[1], "{} < {}", pair[0], pair[1]);
        }
        assert_eq!("1.0".parse::<Version>(), "1.0.0.0+build".parse::<Version>());
        for text in ["", "a", "1..0", "1.0.0.0.0", "1.0-", "v1.0", "1.0-a..b", "1.0 beta"] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }

    #[test]
    fn requirements_are_told_apart() {
        assert!(matches!(Requirement::read(" 2.6.66 "), Requirement::AtLeast(v) if v.major() == 2));
        assert!(matches!(Requirement::read("[2.2.4]"), Requirement::Range(_)));
        assert!(matches!(Requirement::read("2.*"), Requirement::Floating(_)));
        assert!(matches!(Requirement::read("$(RedisVersion)"), Requirement::Expression(_)));
        assert!(matches!(Requirement::read("latest"), Requirement::Unknown(_)));
    }
}
