//! The text of a pull request.

use std::collections::{BTreeMap, BTreeSet};

use sixify_core::{Outcome, Record};

use crate::message::{is_open, public};
use crate::plan::Plan;
use crate::text::{count, escaped, section};

/// Where projects keep the template of their pull requests, the first one counting. GitHub takes
/// any spelling of the name in capitals and small letters; these are the usual ones.
pub const TEMPLATES: [&str; 9] = [
    ".github/PULL_REQUEST_TEMPLATE.md",
    ".github/pull_request_template.md",
    "PULL_REQUEST_TEMPLATE.md",
    "pull_request_template.md",
    "docs/PULL_REQUEST_TEMPLATE.md",
    "docs/pull_request_template.md",
    ".gitlab/merge_request_templates/Default.md",
    ".gitlab/merge_request_templates/default.md",
    ".gitea/PULL_REQUEST_TEMPLATE.md",
];

/// How many places are named one by one in each list.
const NAMED: usize = 30;

/// Title and body of a pull request, the body in Markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PullRequest {
    /// One line.
    pub title: String,
    /// The text.
    pub body: String,
}

/// A part of the body, and the words by which a template asks for it.
struct Part {
    head: &'static str,
    asked: &'static [&'static str],
    text: String,
}

impl Part {
    /// Whether a heading, in small letters, asks for this part.
    fn is_asked_by(&self, heading: &str) -> bool {
        let mut words = heading.split(|c: char| !c.is_alphanumeric());
        words.any(|word| self.asked.iter().any(|start| word.starts_with(start)))
    }
}

impl Plan {
    /// The text of a pull request for this plan. It takes the form of the project's own template
    /// where one is given: each part goes below the heading that asks for it, the rest to the end.
    pub fn pull_request(&self, template: Option<&str>) -> PullRequest {
        let accepted: Vec<&Record> =
            self.ledger.records.iter().filter(|record| record.outcome == Outcome::Accepted).collect();
        let ids: BTreeSet<&str> = accepted.iter().map(|record| record.codemod.as_str()).collect();
        let only = ids.first().filter(|_| ids.len() == 1).and_then(|id| self.recipe.meta(id));
        let title = only.map_or_else(|| "Support IPv6-only and dual-stack hosts".to_owned(), |meta| meta.title.clone());
        let parts = [
            Part {
                head: "Why",
                asked: &["why", "motivation", "context", "background", "problem", "reason", "purpose"],
                text: self.why(&ids),
            },
            Part {
                head: "What",
                asked: &["what", "description", "summary", "change", "proposed", "overview", "solution", "implement"],
                text: self.what(&accepted, &ids),
            },
            Part {
                head: "Needs a decision",
                asked: &["decision", "question", "open", "follow", "note"],
                text: self.open(),
            },
            Part {
                head: "How to test",
                asked: &["test", "verif", "qa", "reproduce", "try"],
                text: self.test_plan(&accepted),
            },
        ];
        let body = match template.filter(|text| !text.trim().is_empty()) {
            Some(template) => fitted(template, &parts),
            None => {
                let parts = parts.iter().filter(|part| !part.text.is_empty());
                parts.map(|part| format!("## {}\n\n{}\n", part.head, part.text.trim())).collect::<Vec<_>>().join("\n")
            }
        };
        PullRequest { title: escaped(&title), body }
    }

    fn why(&self, ids: &BTreeSet<&str>) -> String {
        let mut out =
            "These places assume IPv4. On a host or pod that has only IPv6 the service is not reached there, or does \
                       not reach others; hosts with IPv4 keep what they have.\n\n"
                .to_owned();
        for id in ids {
            let Some(meta) = self.recipe.meta(id) else { continue };
            let first = section(&meta.docs, "Why it breaks").into_iter().next().unwrap_or_default();
            out.push_str(&format!("- **{}** (`{id}`). {first}\n", meta.title));
        }
        out
    }

    fn what(&self, accepted: &[&Record], ids: &BTreeSet<&str>) -> String {
        let mut out = format!("{} in {}.\n", count(accepted.len(), "place"), count(self.files.len(), "file"));
        for id in ids {
            let own: Vec<&&Record> = accepted.iter().filter(|record| record.codemod == **id).collect();
            out.push_str(&format!("\n`{id}`: {}\n", count(own.len(), "place")));
            for record in own.iter().take(NAMED) {
                out.push_str(&format!("- {} {}\n", place(record), sentence(&record.message)));
            }
            if own.len() > NAMED {
                out.push_str(&format!("- and {} more\n", own.len() - NAMED));
            }
            let Some(meta) = self.recipe.meta(id) else { continue };
            if let Some(safety) = section(&meta.docs, "Safety").into_iter().next() {
                out.push_str(&format!("\n  Hosts: {safety}\n"));
            }
            for reference in meta.references.iter().filter(|text| public(text)) {
                out.push_str(&format!("  - {reference}\n"));
            }
        }
        out
    }

    /// What was reported and not changed.
    fn open(&self) -> String {
        let mut by_codemod: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
        for record in self.ledger.records.iter().filter(|record| is_open(record)) {
            by_codemod.entry(&record.codemod).or_default().push(record);
        }
        let mut out = String::new();
        if !by_codemod.is_empty() {
            out.push_str("Found and not changed here:\n\n");
        }
        for (id, records) in by_codemod {
            for record in records.iter().take(NAMED) {
                let why = match (record.outcome.reason(), record.edits.is_empty()) {
                    (Some(reason), _) => format!(" ({}: {})", record.outcome.name(), escaped(reason)),
                    (None, true) => String::new(),
                    (None, false) => " (there is a change for it that is not proven to be safe everywhere)".to_owned(),
                };
                out.push_str(&format!("- [ ] {} {} `{id}`{why}\n", place(record), sentence(&record.message)));
            }
            if records.len() > NAMED {
                out.push_str(&format!("- and {} more of `{id}`\n", records.len() - NAMED));
            }
        }
        out
    }

    /// How somebody sees the difference.
    fn test_plan(&self, accepted: &[&Record]) -> String {
        let listens = accepted.iter().any(|record| record.role.contains("bind"));
        let mut out = "- [ ] The tests of the project pass.\n".to_owned();
        if listens {
            out.push_str(
                "- [ ] On a dual-stack host the service answers on both families: `ss -ltn` shows its port on `[::]` or `*`, \
                 and `curl -4` and `curl -6` to the name of the host both get an answer.\n",
            );
        }
        out.push_str(
            "- [ ] In an IPv6-only cluster (`kind create cluster` with `networking: {ipFamily: ipv6}`) the pods become ready \
             and reach each other.\n- [ ] On a host without IPv6 (`sysctl net.ipv6.conf.all.disable_ipv6=1`) the service still \
             starts.\n",
        );
        out
    }
}

/// A place in code letters; a path may hold the mark that ends them.
fn place(record: &Record) -> String {
    let path = escaped(&record.path);
    let ticks = if path.contains('`') { "``" } else { "`" };
    format!("{ticks}{path}:{}{ticks}", record.start.line)
}

/// A message as the text of a list item. Messages quote the source, so no mark-up in it may count.
fn sentence(text: &str) -> String {
    let mut out = String::new();
    for c in escaped(text).chars() {
        if matches!(c, '<' | '@' | '#' | '[') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Puts the parts below the headings of a template that ask for them. What asks for nothing of
/// ours, check lists for example, is left to the person.
fn fitted(template: &str, parts: &[Part]) -> String {
    // For each part the line of the first heading that asks for it.
    let mut code = false;
    let mut places: Vec<Option<usize>> = vec![None; parts.len()];
    for (n, line) in template.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            code = !code;
        }
        let Some(heading) = heading(line).filter(|_| !code) else { continue };
        for (_, place) in parts.iter().zip(&mut places).filter(|(part, _)| part.is_asked_by(&heading)) {
            place.get_or_insert(n);
        }
    }
    // A template that only asks what was done gets the reasons there as well.
    if let [why @ None, Some(what), ..] = places.as_mut_slice() {
        *why = Some(*what);
    }
    let mut out = String::new();
    for (n, line) in template.lines().enumerate() {
        out.push_str(line);
        out.push('\n');
        for (part, _) in parts.iter().zip(&places).filter(|(part, place)| **place == Some(n) && !part.text.is_empty()) {
            out.push_str(&format!("\n{}\n", part.text.trim()));
        }
    }
    for (part, _) in parts.iter().zip(&places).filter(|(part, place)| place.is_none() && !part.text.is_empty()) {
        out.push_str(&format!("\n## {}\n\n{}\n", part.head, part.text.trim()));
    }
    out
}

/// The text of a heading in small letters: `## What`, or a line that is all bold.
fn heading(line: &str) -> Option<String> {
    let line = line.trim();
    let text = match line.strip_prefix('#') {
        Some(rest) => rest.trim_start_matches('#'),
        None => line.strip_prefix("**")?.trim_end_matches(':').strip_suffix("**")?,
    };
    Some(text.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_go_below_the_headings_that_ask_for_them() {
        let part = |head, asked, text: &str| Part { head, asked, text: text.to_owned() };
        let parts = [
            part("Why", &["why"], "because"),
            part("What", &["description"], "this"),
            part("How to test", &["test"], "so"),
        ];
        let template =
            "### Description\n<!-- say what -->\n\n**Why:**\n\n## Checklist\n- [ ] signed\n```\n# description\n```\n";
        let want = "### Description\n\nthis\n<!-- say what -->\n\n**Why:**\n\nbecause\n\n## Checklist\n- [ ] signed\n```\n\
                    # description\n```\n\n## How to test\n\nso\n";
        assert_eq!(fitted(template, &parts), want);
    }

    #[test]
    fn nothing_in_a_message_is_mark_up() {
        assert_eq!(sentence("ask @team <b> #1 [x](y) \u{202e}"), "ask \\@team \\<b> \\#1 \\[x](y) \\u{202e}");
    }
}
