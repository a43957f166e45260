//! References of container images: `registry/repository:tag@digest`.

use std::fmt;

/// A reference of an image (distribution reference grammar).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageRef {
    /// The registry, when the reference names one.
    pub registry: Option<String>,
    /// The path of the repository, such as `library/mongo`.
    pub repository: String,
    /// The tag.
    pub tag: Option<String>,
    /// The digest.
    pub digest: Option<String>,
}

impl ImageRef {
    /// Reads a reference. `None` for one that is empty, or has parts which something else fills
    /// in: variables, template actions.
    pub fn parse(text: &str) -> Option<ImageRef> {
        let text = text.trim();
        if text.is_empty() || text.contains(['$', '{', '}', '<', '%', ' ', '"']) {
            return None;
        }
        let (name, digest) = text.split_once('@').map_or((text, None), |(n, d)| (n, Some(d.to_owned())));
        let last = name.rfind('/').map_or(0, |i| i + 1);
        let (path, tag) = match name[last..].split_once(':') {
            Some((_, tag)) => (&name[..name.len() - tag.len() - 1], Some(tag.to_owned())),
            None => (name, None),
        };
        // The first component is a registry when it looks like a host.
        let (registry, repository) = match path.split_once('/') {
            Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => (Some(host.to_owned()), rest),
            _ => (None, path),
        };
        Some(ImageRef { registry, repository: repository.to_owned(), tag, digest })
    }

    /// The last component of the repository.
    pub fn name(&self) -> &str {
        self.repository.rsplit('/').next().unwrap_or(&self.repository)
    }
}

impl fmt::Display for ImageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(registry) = &self.registry {
            write!(f, "{registry}/")?;
        }
        f.write_str(&self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        Ok(())
    }
}

/// A version by its numbers, the most important first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub Vec<u32>);

impl Version {
    /// Reads the numbers at the start of a text, a `v` before them allowed: `3.6.23-xenial` is
    /// 3.6.23.
    pub fn parse(text: &str) -> Option<Version> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let behind = text[end..].chars().next();
        if behind.is_some_and(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
        let numbers: Option<Vec<u32>> = text[..end].split('.').map(|n| n.parse().ok()).collect();
        numbers.map(Version)
    }

    /// Whether it is this version or a later one, as far as both say.
    pub fn at_least(&self, numbers: &[u32]) -> bool {
        self.0.as_slice() >= numbers
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(u32::to_string).collect();
        f.write_str(&numbers.join("."))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn references_are_taken_apart() {
        let parts = |text| {
            let r = ImageRef::parse(text).unwrap();
            (r.registry, r.repository, r.tag)
        };
        let some = |s: &str| Some(s.to_owned());
        assert_eq!(parts("mongo"), (None, "mongo".into(), None));
        assert_eq!(
            parts("docker.io/library/mongo:3.6-xenial@sha256:ab"),
            (some("docker.io"), "library/mongo".into(), some("3.6-xenial"))
        );
        assert_eq!(parts("localhost:5000/a/mongo"), (some("localhost:5000"), "a/mongo".into(), None));
        assert_eq!(ImageRef::parse("{{ .x }}:3"), None);
        assert_eq!(ImageRef::parse("mongo:${TAG}"), None);
    }

    #[test]
    fn versions_compare_by_number() {
        assert_eq!(Version::parse("3.6.23-xenial"), Some(Version(vec![3, 6, 23])));
        assert!(Version::parse("3.10").unwrap().at_least(&[3, 6]));
        assert!(!Version::parse("3.4.24").unwrap().at_least(&[3, 6]));
        assert_eq!(Version::parse("latest"), None);
        assert_eq!(Version::parse("3a"), None);
    }
}
