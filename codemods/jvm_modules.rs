//! How many files of a module would be given the same function: beyond some, one function for all of them
//! is what a person would write, in a class and under a name of their choice.

use crate::prelude::*;

/// How many files may have a function of their own.
const MOST: usize = 6;

/// What a module is built by.
const BUILDS: &[&str] = &["pom.xml", "build.gradle", "build.gradle.kts", "build.sbt", "BUILD.bazel"];

/// Why no file is given a function: too many files of the module put hosts before ports.
pub(crate) fn crowded(doc: &Document, cx: &Context<'_>) -> Option<String> {
    let project = cx.project();
    let root = project.nearest(&doc.path, &|name| BUILDS.contains(&name));
    let folder = root.as_deref().map_or(doc.folder(), |path| path.rsplit_once('/').map_or("", |(folder, _)| folder));
    let ending = doc.path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let count = project.fact::<Count>(&format!("joins of {folder}: {ending}"), || {
        let own = |path: &String| path.ends_with(&format!(".{ending}")) && !path.contains("/test/");
        let files = project.below(folder).into_iter().filter(own);
        Count(files.filter(|path| project.text(path).is_some_and(|text| joins(&text))).count())
    });
    (count.0 > MOST).then(|| {
        format!("{} files of the module put a host before a port: one function for all of them reads better", count.0)
    })
}

/// A number of files.
#[derive(Default)]
struct Count(usize);

/// Whether a file seems to put a host before a port in what is read as an address.
fn joins(text: &str) -> bool {
    const MARKS: &[&str] =
        &["+ \":\" +", "+\":\"+", "+ ':' +", "://%s:%", "\"%s:%d", "\"%s:%s\"", ".append(\":\")", ".append(':')"];
    const READ: &[&str] = &["://", "addr", "url", "uri", "endpoint", "server", "broker", "target", "connect"];
    const TOLD: &[&str] = &["log", "throw", "exception", "print", "key", "tostring"];
    let mut before = "";
    text.lines().any(|line| {
        let joined = MARKS.iter().any(|mark| line.contains(mark));
        let around = format!("{before} {line}").to_ascii_lowercase();
        before = line;
        let has = |words: &[&str]| words.iter().any(|word| around.contains(word));
        joined && has(&["host", "addr", "ip"]) && has(READ) && !has(TOLD)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_join_is_seen_by_its_line() {
        assert!(joins("String url =\n  String.format(\"%s://%s:%s\", scheme, hostname, port);"));
        assert!(joins("return \"http://\" + host + \":\" + port;"));
        assert!(!joins("LOG.info(\"at \" + host + \":\" + port);"));
        assert!(!joins("return file + \":\" + line;"));
    }
}
