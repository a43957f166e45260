//! Files that were released as they are, told by their names.

/// How many files of that name, but for the version, make an archive of releases.
const MANY: usize = 3;

/// Whether a file is one of several beside each other that differ in a version alone:
/// `shop-1.15.0.yaml`, `shop-1.15.1.yaml`. What was released does not change any more; the next one
/// is made from something else.
pub(crate) fn is_released(path: &str, siblings: &[String]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some(own) = without_version(name) else { return false };
    siblings.iter().filter(|other| without_version(other).is_some_and(|other| other == own)).count() >= MANY
}

/// Whether a file is a page of the manual of a version that is out, as Docusaurus keeps them, or a listing of one.
pub(crate) fn is_past_manual(path: &str) -> bool {
    path.split('/').any(|folder| folder == "versioned_docs")
}

/// Whether a file lies among what its project has laid aside: nobody runs it, and a mended copy misleads.
pub(crate) fn is_laid_aside(path: &str) -> bool {
    const WORDS: &[&str] = &["archived", "attic", "deprecated", "obsolete", "old", "outdated"];
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    // Deeper down, a folder of that name has to do with archives.
    if folders.split('/').next().is_some_and(|first| first.eq_ignore_ascii_case("archive")) {
        return true;
    }
    let mut folders = folders.split('/');
    folders.any(|folder| folder.split(['-', '_']).next().is_some_and(|first| WORDS.contains(&first)))
}

/// A name without its version, which has three numbers at least, and without what may follow that.
fn without_version(name: &str) -> Option<(&str, &str)> {
    let (stem, ending) = name.rsplit_once('.').filter(|(_, ending)| !ending.contains(|c: char| c.is_ascii_digit()))?;
    let parts = stem.split('-');
    let mut at = 0;
    for part in parts {
        let numbers = part.trim_start_matches('v').split('.');
        let version = numbers.clone().all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        if version && numbers.count() >= 3 {
            return stem.get(..at).map(|before| (before, ending));
        }
        at += part.len() + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{is_laid_aside, is_past_manual, is_released};

    #[test]
    fn manuals_of_versions_are_told_by_their_folder() {
        assert!(is_past_manual("docs/versioned_docs/version-0.18/shop.py"));
        assert!(!is_past_manual("docs/shop.py"));
    }

    #[test]
    fn what_is_laid_aside_is_told_by_its_folder() {
        assert!(is_laid_aside("old-docs/k8s/a.yml") && is_laid_aside("charts/deprecated/a.yml"));
        assert!(is_laid_aside("Archive/images/run.sh") && !is_laid_aside("pkg/archive/a.go"));
        assert!(!is_laid_aside("older/a.yml") && !is_laid_aside("old.yml") && !is_laid_aside("threshold/a.yml"));
    }

    #[test]
    fn archives_are_told_by_versions() {
        let names = ["shop-1.15.0.yaml", "shop-1.15.1.yaml", "shop-1.16.0-rc1.yaml", "next.yaml"].map(str::to_owned);
        assert!(is_released("releases/shop-1.15.1.yaml", &names));
        assert!(!is_released("releases/next.yaml", &names));
        assert!(!is_released("releases/shop-1.15.1.yaml", &names[1..]));
        let years = ["a-2020.md", "a-2021.md", "a-2022.md", "b-10.0.0.1.conf"].map(str::to_owned);
        assert!(!is_released("a-2021.md", &years) && !is_released("b-10.0.0.1.conf", &years));
    }
}
