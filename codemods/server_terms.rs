//! The small terms of the table of servers: names of files, conditions on settings, words of lists.

use sixify_langs::classify;
use sixify_langs::conf::settings::Setting;

use crate::server_pattern::matches;

/// Whether a path fits a pattern of names.
pub(crate) fn file(pattern: &str, path: &str) -> bool {
    let folders: Vec<&str> = path.split('/').rev().skip(1).collect();
    let mut wanted = pattern.rsplit('/');
    let name = wanted.next().is_some_and(|p| glob(p, &classify::bare_name(path)));
    name && wanted.enumerate().all(|(n, p)| folders.get(n).is_some_and(|f| glob(p, &f.to_ascii_lowercase())))
}

/// Whether a name fits a pattern with stars.
pub(crate) fn glob(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, behind)) => name
            .strip_prefix(before)
            .is_some_and(|rest| (0..=rest.len()).any(|at| rest.get(at..).is_some_and(|tail| glob(behind, tail)))),
    }
}

/// Whether a condition on the settings of a file holds.
pub(crate) fn holds(condition: &str, all: &[Setting]) -> bool {
    let of = |key: &str| {
        let key = key.to_owned();
        all.iter().filter(move |s| matches(&key, &s.key).is_some())
    };
    if let Some((key, pattern)) = condition.split_once("!=") {
        return of(key).any(|s| matches(pattern, &s.value).is_none());
    }
    if let Some((key, pattern)) = condition.split_once('=') {
        return of(key).any(|s| matches(pattern, &s.value).is_some());
    }
    match condition.strip_prefix('!') {
        Some(key) => of(key).next().is_none(),
        None => of(condition).next().is_some(),
    }
}

/// Whether a line that is no comment has a text in it.
pub(crate) fn written(text: &str, wanted: &str) -> bool {
    text.lines().any(|line| !line.trim_start().starts_with(['#', ';']) && line.contains(wanted))
}

/// The words of a list, each with its place.
pub(crate) fn elements(value: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in value.char_indices().chain([(value.len(), ' ')]) {
        let parts = c.is_whitespace() || matches!(c, ',' | '"' | '\'' | '{' | '}');
        match start {
            Some(from) if parts => {
                found.push((from, value.get(from..at).unwrap_or("")));
                start = None;
            }
            None if !parts => start = Some(at),
            _ => {}
        }
    }
    found
}

/// The place of a word in a list.
pub(crate) fn element(wanted: &str, value: &str) -> Option<(usize, usize)> {
    elements(value).into_iter().find(|(_, word)| *word == wanted).map(|(at, word)| (at, at + word.len()))
}

/// What stands between two elements, for a new one behind the element that ends at `end`.
pub(crate) fn separator(value: &str, end: usize) -> Option<&str> {
    let words = elements(value);
    let gap = |pair: &[(usize, &str)]| {
        let [(a, word), (b, _)] = pair else { return None };
        value.get(a + word.len()..*b)
    };
    let behind = words.windows(2).find(|pair| pair.first().is_some_and(|(at, word)| at + word.len() == end));
    behind.and_then(gap).or_else(|| words.windows(2).next_back().and_then(gap))
}
