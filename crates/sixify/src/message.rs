//! Messages of commits, for people who have never heard of sixify.

use std::collections::{BTreeMap, BTreeSet};

use sixify_core::{Outcome, Record};
use sixify_source::git::INPUT;

use crate::plan::Plan;
use crate::split::Group;
use crate::text::{count, escaped, mailable, section, wrapped};

/// Longest subject, in characters, that git's own tools show whole.
const SUBJECT: usize = 72;

/// How many files, places and open questions a message names one by one.
const NAMED: usize = 12;

/// How messages are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether subjects have a type and a scope, as in `fix(go): put host and port together`
    /// (conventionalcommits.org).
    pub conventional: bool,
    /// A template for the whole message but for the trailers, with `{subject}`, `{why}`,
    /// `{changes}`, `{remains}`, `{hosts}` and `{references}` in it. Other braces stay.
    pub template: Option<String>,
}

/// The message for a group. `base` is the commit that the plan was made for.
pub(crate) fn message(plan: &Plan, group: &Group<'_>, base: &str, sign_off: Option<&str>, style: &Style) -> String {
    let ids: BTreeSet<&str> = group.records.iter().map(|record| record.codemod.as_str()).collect();
    let subject = subject(plan, group, &ids, style);
    let why = why(plan, &ids);
    let changes = changes(group);
    let remains = remains(plan, &ids, group);
    let hosts = hosts(plan, &ids);
    let references = references(plan, &ids);
    let body = match &style.template {
        Some(template) => {
            let values = [
                ("{subject}", &subject),
                ("{why}", &why),
                ("{changes}", &changes),
                ("{remains}", &remains),
                ("{hosts}", &hosts),
                ("{references}", &references),
            ];
            filled(template, &values)
        }
        None => {
            let headed =
                |head: &str, text: &str| if text.is_empty() { String::new() } else { format!("{head}\n{text}") };
            let parts = [
                subject,
                why,
                changes,
                headed("Hosts:", &hosts),
                headed("Left for a person to decide:", &remains),
                headed("References:", &references),
            ];
            let parts: Vec<&str> = parts.iter().map(|part| part.trim_end()).filter(|part| !part.is_empty()).collect();
            parts.join("\n\n")
        }
    };
    let mut trailers: String = ids.iter().map(|id| format!("Sixify-Codemod: {id}\n")).collect();
    trailers.push_str(&format!("Sixify-Version: {}\n{INPUT}: {base}\n", env!("CARGO_PKG_VERSION")));
    if let Some(line) = sign_off {
        trailers.push_str(&format!("{line}\n"));
    }
    format!("{}\n\n{trailers}", mailable(body.trim()))
}

/// A template with its places filled in one pass, so that no value is taken for a place.
fn filled(template: &str, values: &[(&str, &String)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        match values.iter().find(|(name, _)| behind.starts_with(name)) {
            Some((name, value)) => {
                out.push_str(value.trim_end());
                rest = behind.get(name.len()..).unwrap_or("");
            }
            None => {
                out.push('{');
                rest = behind.get(1..).unwrap_or("");
            }
        }
    }
    out + rest
}

fn subject(plan: &Plan, group: &Group<'_>, ids: &BTreeSet<&str>, style: &Style) -> String {
    let only = ids.first().filter(|_| ids.len() == 1);
    let title =
        only.and_then(|id| plan.recipe.meta(id)).map(|meta| meta.title.clone()).filter(|title| !title.is_empty());
    let mut text = title.unwrap_or_else(|| "Support IPv6-only and dual-stack hosts".to_owned());
    let place = group.place.as_ref().map_or_else(String::new, |place| format!(" {place}"));
    let mut kind = String::new();
    if style.conventional {
        let scope = only.and_then(|id| id.split_once('/')).map(|(ecosystem, _)| ecosystem);
        kind = scope.map_or("fix: ".to_owned(), |scope| format!("fix({scope}): "));
        text = uncapitalised(&text);
    }
    let room = SUBJECT.saturating_sub(kind.chars().count() + place.chars().count());
    // What stands in brackets at the end only tells titles of a list apart.
    let core = match text.rfind(" (") {
        Some(at) if text.ends_with(')') && text.chars().count() > room => text.get(..at).unwrap_or(&text).to_owned(),
        _ => text,
    };
    escaped(&format!("{kind}{core}{place}"))
}

/// A first word in small letters, unless it is a name or an acronym.
fn uncapitalised(text: &str) -> String {
    let first = text.split(' ').next().unwrap_or("");
    let mut chars = first.chars();
    let plain = chars.next().is_some_and(char::is_uppercase) && chars.all(char::is_lowercase);
    if plain { first.to_lowercase() + text.get(first.len()..).unwrap_or("") } else { text.to_owned() }
}

/// Why what was there breaks, in the words of the codemods.
fn why(plan: &Plan, ids: &BTreeSet<&str>) -> String {
    let metas: Vec<_> = ids.iter().filter_map(|id| plan.recipe.meta(id)).collect();
    if let [meta] = metas.as_slice() {
        let paragraphs: Vec<String> =
            section(&meta.docs, "Why it breaks").iter().map(|text| wrapped("", text)).collect();
        return paragraphs.join("\n");
    }
    let item = |meta: &&sixify_core::Meta| {
        let first = section(&meta.docs, "Why it breaks").into_iter().next().unwrap_or_default();
        wrapped("- ", format!("{}. {first}", meta.title).trim())
    };
    metas.iter().map(item).collect()
}

/// The files and lines that were changed, and what was wrong there.
fn changes(group: &Group<'_>) -> String {
    let mut out = wrapped(
        "",
        &format!("Changes {} in {}:", count(group.records.len(), "place"), count(group.files.len(), "file")),
    );
    let mut by_file: BTreeMap<&str, BTreeMap<&str, BTreeSet<usize>>> = BTreeMap::new();
    for file in &group.files {
        by_file.entry(&file.path).or_default();
    }
    for record in &group.records {
        by_file.entry(&record.path).or_default().entry(&record.message).or_default().insert(record.start.line);
    }
    for (path, said) in by_file.iter().take(NAMED) {
        if said.is_empty() {
            out.push_str(&format!("- {}\n", escaped(path)));
        }
        for (message, lines) in said {
            let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
            out.push_str(&wrapped("- ", &format!("{}:{}: {message}", escaped(path), lines.join(","))));
        }
    }
    if by_file.len() > NAMED {
        out.push_str(&format!("- and {} more\n", count(by_file.len() - NAMED, "file")));
    }
    out
}

/// Whether a person has to decide about a finding.
pub(crate) fn is_open(record: &Record) -> bool {
    !matches!(record.outcome, Outcome::Accepted | Outcome::Superseded | Outcome::Suppressed)
}

/// What the same codemods found and left.
fn remains(plan: &Plan, ids: &BTreeSet<&str>, group: &Group<'_>) -> String {
    let here = |record: &Record| match &group.place {
        Some(_) => group.files.iter().any(|file| file.path == record.path),
        None => true,
    };
    let open: Vec<&Record> = plan
        .ledger
        .records
        .iter()
        .filter(|record| is_open(record) && ids.contains(record.codemod.as_str()) && here(record))
        .collect();
    let mut out: String = open
        .iter()
        .take(NAMED)
        .map(|record| wrapped("- ", &format!("{}:{}: {}", escaped(&record.path), record.start.line, record.message)))
        .collect();
    if open.len() > NAMED {
        out.push_str(&format!("- and {} more\n", count(open.len() - NAMED, "place")));
    }
    out
}

/// Which hosts gain and what it costs, in the words of the codemods.
fn hosts(plan: &Plan, ids: &BTreeSet<&str>) -> String {
    let metas: Vec<_> = ids.iter().filter_map(|id| plan.recipe.meta(id)).collect();
    let text = |meta: &sixify_core::Meta| section(&meta.docs, "Safety").into_iter().next();
    match metas.as_slice() {
        [meta] => text(meta).map(|text| wrapped("", &text)).unwrap_or_default(),
        several => {
            several.iter().filter_map(|meta| Some(wrapped("- ", &format!("{}: {}", meta.id, text(meta)?)))).collect()
        }
    }
}

/// Where others can read on. What only sixify's own repository has is left out.
pub(crate) fn public(reference: &str) -> bool {
    let inner = reference.starts_with("evidence") || reference.contains(".md") || reference.contains(".tsv");
    reference.contains("://") || !inner
}

fn references(plan: &Plan, ids: &BTreeSet<&str>) -> String {
    let all: Vec<&String> = ids.iter().flat_map(|id| plan.references(id)).filter(|text| public(text)).collect();
    let unique: BTreeSet<&String> = all.iter().copied().collect();
    unique.iter().map(|text| wrapped("- ", text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_filled_in_one_pass() {
        let (subject, why) = ("S {why}".to_owned(), "W\n".to_owned());
        let values = [("{subject}", &subject), ("{why}", &why)];
        assert_eq!(filled("{subject}\n\n{why}; {other}{", &values), "S {why}\n\nW; {other}{");
    }

    #[test]
    fn names_keep_their_capitals() {
        assert_eq!(uncapitalised("Put host and port"), "put host and port");
        assert_eq!((uncapitalised("ASP.NET on"), uncapitalised("IPv6 on")), ("ASP.NET on".into(), "IPv6 on".into()));
    }

    #[test]
    fn references_of_our_own_are_left_out() {
        assert!(public("RFC 3986, 3.2.2") && public("see <https://example.org/a.md>"));
        assert!(!public("evidence: languages, Go") && !public("servers.md 1.1: measured"));
    }
}
