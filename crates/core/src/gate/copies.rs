//! Copies of other people's libraries, told by a licence of their own.

use crate::project::Project;

/// Folders in which libraries are kept, in small letters.
const FOLDERS: &[&str] = &[
    "3rd-party",
    "3rdparty",
    "contrib",
    "dependencies",
    "deps",
    "ext",
    "extern",
    "external",
    "externals",
    "extlib",
    "extlibs",
    "lib",
    "libraries",
    "library",
    "libs",
    "third-party",
    "vendor-copy",
    "vendor-modified",
    "vendors",
];

/// The licence of the library that a file was copied with: one below a folder of libraries that is
/// not the licence of the repository. What such a file needs is a change upstream.
pub(crate) fn licence(path: &str, project: &Project<'_>) -> Option<String> {
    let inside = |folders: &str| folders.split('/').any(|f| FOLDERS.contains(&f.to_ascii_lowercase().as_str()));
    let folders = path.rsplit_once('/').map(|(folders, _)| folders).filter(|folders| inside(folders))?;
    let found = project.nearest(path, &is_licence)?;
    let (home, _) = found.rsplit_once('/')?;
    // The library has a folder of its own below the one of libraries.
    let (above, _) = home.rsplit_once('/')?;
    if !inside(above) || !folders.starts_with(home) {
        return None;
    }
    let text = project.text(&found)?;
    let own = project.siblings("").into_iter().filter(|name| is_licence(name));
    own.filter_map(|name| project.text(&name)).all(|own| own != text).then_some(found)
}

fn is_licence(name: &str) -> bool {
    let small = name.to_ascii_lowercase();
    let stem = small.strip_suffix(".txt").or_else(|| small.strip_suffix(".md")).unwrap_or(&small);
    matches!(stem, "license" | "licence" | "copying") || stem.starts_with("license-") || stem.starts_with("license.")
}
