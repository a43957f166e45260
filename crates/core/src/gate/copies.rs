//! Copies of other people's libraries, told by a licence of their own.

use crate::project::Project;

/// Folders in which libraries are kept, in small letters.
const FOLDERS: &[&str] = &[
    "3rd-party",
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
    "lib2",
    "lib3",
    "libraries",
    "library",
    "libs",
    "vendor-copy",
    "vendor-modified",
    "vendors",
];

/// Libraries that programs in C and C++ bring along, wherever they put them, in small letters.
const BROUGHT: &[&str] = &[
    "asio",
    "boost",
    "c-ares",
    "civetweb",
    "curl",
    "expat",
    "hiredis",
    "http-parser",
    "jemalloc",
    "libcurl",
    "libev",
    "libevent",
    "libuv",
    "libwebsockets",
    "libxml2",
    "lua",
    "mongoose",
    "nghttp2",
    "openssl",
    "protobuf",
    "sqlite",
    "zlib",
];

/// The licence of the library that a file was copied with: one below a folder of libraries, or of a library
/// that many bring along, that is not the licence of the repository. What such a file needs is a change upstream.
pub(crate) fn licence(path: &str, project: &Project<'_>) -> Option<String> {
    let listed = |list: &[&str], folder: &str| list.contains(&folder.to_ascii_lowercase().as_str());
    let inside = |folders: &str| folders.split('/').any(|f| listed(FOLDERS, f));
    let brought = |folders: &str| folders.split('/').any(|f| listed(BROUGHT, f));
    let folders = path.rsplit_once('/').map(|(folders, _)| folders).filter(|f| inside(f) || brought(f))?;
    let found = project.nearest(path, &is_licence)?;
    let (home, _) = found.rsplit_once('/')?;
    // The library has a folder of its own below the one of libraries.
    let (above, own) = home.rsplit_once('/').unwrap_or(("", home));
    if !(inside(above) || listed(BROUGHT, own)) || !folders.starts_with(home) {
        return None;
    }
    let text = project.text(&found)?;
    let own = project.siblings("").into_iter().filter(|name| is_licence(name));
    own.filter_map(|name| project.text(&name)).all(|own| own != text).then_some(found)
}

/// The package of Python that a file below a folder of libraries was copied from, told by its name: programs that
/// bring their libraries along leave the licences out more often than not.
pub(crate) fn package(path: &str) -> Option<&'static str> {
    const PACKAGES: &[&str] = &[
        "boto",
        "bs4",
        "certifi",
        "chardet",
        "cheroot",
        "cherrypy",
        "dateutil",
        "feedparser",
        "future",
        "github",
        "gntp",
        "html5lib",
        "httplib2",
        "idna",
        "mako",
        "oauth2",
        "oauthlib",
        "portend",
        "pythontwitter",
        "requests",
        "requests_oauthlib",
        "rtorrent",
        "simplejson",
        "sqlalchemy",
        "stun",
        "tornado",
        "transmissionrpc",
        "tweepy",
        "urllib3",
        "websocket",
        "werkzeug",
    ];
    let (folders, file) = path.rsplit_once('/')?;
    if !file.ends_with(".py") {
        return None;
    }
    // Where charmcraft puts the libraries of charms.
    if format!("/{folders}/").contains("/lib/charms/") {
        return Some("a library of charms");
    }
    let mut folders = folders.split('/').skip_while(|f| !FOLDERS.contains(&f.to_ascii_lowercase().as_str()));
    folders.next()?;
    folders.find_map(|folder| PACKAGES.iter().find(|package| **package == folder).copied())
}

fn is_licence(name: &str) -> bool {
    let small = name.to_ascii_lowercase();
    let stem = small.strip_suffix(".txt").or_else(|| small.strip_suffix(".md")).unwrap_or(&small);
    matches!(stem, "license" | "licence" | "copying") || stem.starts_with("license-") || stem.starts_with("license.")
}

#[cfg(test)]
mod tests {
    use super::package;

    #[test]
    fn copied_packages_are_told_by_their_folders() {
        for path in [
            "lib/requests/utils.py",
            "lib3/sqlalchemy/dialects/a.py",
            "shop/libs/urllib3/util/url.py",
            "lib/charms/tls/v3/a.py",
        ] {
            assert!(package(path).is_some(), "{path}");
        }
        for path in ["requests/utils.py", "src/requests/lib/a.py", "lib/shop/a.py", "lib/requests/notes.md"] {
            assert!(package(path).is_none(), "{path}");
        }
    }
}
