//! Where a repository is hosted, as its remote's URL tells.

/// What runs at the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forge {
    /// GitHub, also an enterprise's own.
    GitHub,
    /// GitLab, also one's own.
    GitLab,
}

/// A repository at a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosting {
    /// What runs there, as far as the name of the host tells.
    pub forge: Option<Forge>,
    /// The name of the host.
    pub host: String,
    /// The path of the repository, such as `owner/name`.
    pub path: String,
}

impl Hosting {
    /// Reads a URL as git takes it: `https://host/owner/name.git`, `git@host:owner/name`,
    /// `ssh://git@host:22/owner/name`. Names and passwords in it are dropped. A path on disk is no host.
    pub fn parse(url: &str) -> Option<Self> {
        let (host, path) = match url.split_once("://") {
            Some(("file", _)) => return None,
            Some((_, rest)) => rest.split_once('/')?,
            None => url.split_once(':').filter(|(host, _)| !host.contains('/') && host.len() > 1)?,
        };
        let host = host.rsplit('@').next()?.split(':').next()?.to_lowercase();
        let path = path.trim_matches('/').trim_end_matches(".git");
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | '~');
        if host.is_empty() || !host.chars().all(known) || !path.contains('/') || !path.chars().all(known) {
            return None;
        }
        let forge = match () {
            () if host.contains("github") => Some(Forge::GitHub),
            () if host.contains("gitlab") => Some(Forge::GitLab),
            () => None,
        };
        Some(Hosting { forge, host, path: path.to_owned() })
    }

    /// The page on which a pull request from `head` into `base` is opened.
    pub fn compare_url(&self, base: &str, head: &str) -> Option<String> {
        let Hosting { host, path, .. } = self;
        let (base, head) = (encoded(base), encoded(head));
        match self.forge? {
            Forge::GitHub => Some(format!("https://{host}/{path}/compare/{base}...{head}?expand=1")),
            Forge::GitLab => Some(format!(
                "https://{host}/{path}/-/merge_requests/new?merge_request%5Bsource_branch%5D={head}\
                 &merge_request%5Btarget_branch%5D={base}"
            )),
        }
    }
}

/// Percent-encoding of what has a meaning in a URL (RFC 3986).
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for b in text.bytes() {
        match b {
            _ if b.is_ascii_alphanumeric() || b"-._~/".contains(&b) => out.push(char::from(b)),
            _ => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> Option<(String, String)> {
        Hosting::parse(url).map(|h| (h.host, h.path))
    }

    #[test]
    fn the_forms_of_git_are_read() {
        let want = Some(("github.com".to_owned(), "a/b".to_owned()));
        for url in [
            "https://github.com/a/b.git",
            "https://me:secret@github.com/a/b",
            "git@github.com:a/b.git",
            "ssh://git@GitHub.com:22/a/b/",
        ] {
            assert_eq!(parsed(url), want, "{url}");
        }
        for url in ["/srv/git/b.git", "../b", "file:///srv/b/c", "C:/x/y", "https://host/a", "https://h/a/b$(x)"] {
            assert_eq!(parsed(url), None, "{url}");
        }
    }

    #[test]
    fn pages_are_those_of_the_forge() {
        let of = |url: &str| Hosting::parse(url).and_then(|h| h.compare_url("main", "a b"));
        assert_eq!(of("git@github.com:o/r"), Some("https://github.com/o/r/compare/main...a%20b?expand=1".to_owned()));
        let gitlab = of("https://gitlab.example.org/g/s/r.git").unwrap_or_default();
        assert!(gitlab.starts_with("https://gitlab.example.org/g/s/r/-/merge_requests/new?"), "{gitlab}");
        assert_eq!(of("https://git.example.org/o/r"), None);
    }
}
