//! Programs and images, as data: `catalog/programs.toml` and `catalog/images.toml`.

use std::sync::OnceLock;

use sixify_langs::command::Catalog;

const PROGRAMS: &str = include_str!("catalog/programs.toml");
const IMAGES: &str = include_str!("catalog/images.toml");

/// Both tables.
pub(crate) fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    // The tables are part of the program, and a test reads every row of them.
    CATALOG.get_or_init(|| Catalog::parse(PROGRAMS, IMAGES).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use sixify_langs::command::{ImageRef, Version};

    #[test]
    fn every_row_reads_and_every_image_runs_a_known_program() {
        let catalog = Catalog::parse(PROGRAMS, IMAGES).expect("the tables are valid");
        assert!(catalog.programs().iter().all(|p| !p.evidence.is_empty() && !p.flags.is_empty()));
        for image in catalog.images() {
            assert!(catalog.program(&image.program).is_some(), "{}", image.name);
            assert!(!image.evidence.is_empty(), "{}", image.name);
        }
    }

    #[test]
    fn tags_mean_versions() {
        let version = |text: &str| {
            let image = ImageRef::parse(text).unwrap();
            catalog().image(&image).and_then(|facts| facts.version(&image))
        };
        assert_eq!(version("mongo:3"), Some(Version(vec![3, 6])));
        assert_eq!(version("mongo:3-xenial"), Some(Version(vec![3, 6])));
        assert_eq!(version("registry.local/x/mongo:3.4.24"), Some(Version(vec![3, 4, 24])));
        assert_eq!(version("mongo"), Some(Version(vec![8, 0])));
        assert_eq!(version("mongo:nightly"), None);
        assert_eq!(version("mongo@sha256:0"), None);
        assert_eq!(version("mongo-express:1"), None);
        assert_eq!(version("bitnami/redis:7.0"), None);
    }
}
