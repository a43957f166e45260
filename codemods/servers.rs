//! Servers whose settings are a table: which file is theirs, which setting says where they listen,
//! and what it has to say for both families.
//!
//! `catalog/servers.toml` has one `[[server]]` per codemod; its `id` is that of the codemod, whose
//! file holds the explanation and the examples. A server of this kind needs no code.

use std::sync::OnceLock;

use serde::Deserialize;
use sixify_core::{Applicability, Context, Document, Edit, Finding, Fix, Kind, Note, PassError};
use sixify_langs::classify::{CONF, JSON, SUPERVISORD, SYSTEMD_SERVICE, YAML};
use sixify_langs::conf::settings::{Setting, Syntax, actions, settings};
use sixify_langs::{HostKind, Mode, Policy, Role, embed};

use crate::server_pattern::{Captured, fill, matches};
use crate::server_terms::{element, file, holds, separator, written};

/// The kinds of documents that such codemods read.
pub(crate) const LINES: &[Kind] = &[CONF, SYSTEMD_SERVICE, SUPERVISORD];
/// The same for servers that are configured in YAML.
pub(crate) const TREES: &[Kind] = &[YAML, JSON];

/// Both.
pub(crate) const EVERY: &[Kind] = &[CONF, SYSTEMD_SERVICE, SUPERVISORD, YAML, JSON];

const TABLE: &str = include_str!("catalog/servers.toml");

/// A server, or one matter of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Server {
    /// The id of its codemod, see [`Server::codemod`].
    pub id: String,
    /// Names of its files without template suffixes, in lower case; `*` stands for anything, and
    /// a pattern with `/` speaks of the folders too.
    pub files: Vec<String>,
    /// How some line must begin for a file of such a name to be one.
    #[serde(default)]
    pub confirm: Vec<String>,
    /// How a line begins that no other server's file has, whatever the file is called.
    #[serde(default)]
    pub telling: Vec<String>,
    /// How settings are written, see [`Syntax::from_name`].
    pub syntax: String,
    /// Where the knowledge comes from.
    pub evidence: String,
    /// Its settings.
    pub setting: Vec<Rule>,
}

/// What is known of a setting.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Its keys, as patterns; letter case does not matter.
    pub keys: Vec<String>,
    /// The sections it may stand in, as patterns; any when empty.
    #[serde(default)]
    pub sections: Vec<String>,
    /// What it does on the network.
    pub role: String,
    /// Its values; the first one that fits counts.
    pub case: Vec<Case>,
}

/// What a value means and what is to be done about it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// The values, as patterns.
    #[serde(default)]
    pub value: Vec<String>,
    /// Instead of a whole value: an element of a list with blanks or commas between.
    #[serde(default)]
    pub element: Option<String>,
    /// Conditions on other settings of the file, all of which must hold: `key`, `!key`,
    /// `key=pattern`, `key!=pattern` (there is one that does not fit).
    #[serde(default)]
    pub when: Vec<String>,
    /// Texts that no line may have, comments apart, for the case to hold.
    #[serde(default)]
    pub without_text: Vec<String>,
    /// The same conditions: where one holds, the value is right as it is.
    #[serde(default)]
    pub unless: Vec<String>,
    /// Texts of other lines, as patterns that are filled in: where one is found, the value is right.
    #[serde(default)]
    pub unless_text: Vec<String>,
    /// Whether the case only holds where the file has no other setting of the same keys.
    #[serde(default)]
    pub single: bool,
    /// Values of other settings of the same key that make this one right as it is; for an element,
    /// other elements.
    #[serde(default)]
    pub twins: Vec<String>,
    /// The value for both families.
    #[serde(default)]
    pub becomes: Option<String>,
    /// The key that goes with it, where it is another one.
    #[serde(default)]
    pub key: Option<String>,
    /// The value of a second setting of the same key, below.
    #[serde(default)]
    pub beside: Option<String>,
    /// An element to stand behind the one that was found.
    #[serde(default)]
    pub append: Option<String>,
    /// Lines to be added below; those whose key is in the file already are left out.
    #[serde(default)]
    pub below: Vec<String>,
    /// Whether the line goes.
    #[serde(default)]
    pub drop: bool,
    /// Other settings of the file that must change with this one.
    #[serde(default)]
    pub also: Vec<Also>,
    /// The value in IPv6-only mode, where it differs.
    #[serde(default)]
    pub only6: Option<String>,
    /// Why the value is right as it is.
    #[serde(default)]
    pub leave: Option<String>,
    /// Whether the change is proven: no service is less reachable on the kinds of hosts that are
    /// guarded by default.
    #[serde(default)]
    pub safe: bool,
    /// Kinds of hosts that are worse off.
    #[serde(default)]
    pub costs: Vec<String>,
    /// What is wrong, and what the change does.
    #[serde(default)]
    pub says: String,
}

/// A setting that changes with another one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Also {
    pub key: String,
    pub value: String,
    pub becomes: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    server: Vec<Server>,
}

/// All servers of the table.
pub(crate) fn servers() -> &'static [Server] {
    static ALL: OnceLock<Vec<Server>> = OnceLock::new();
    // The table is part of the program, and a test reads every row of it.
    ALL.get_or_init(|| toml::from_str(TABLE).map_or_else(|_| Vec::new(), |sheet: Sheet| sheet.server))
}

/// Looks at a document for the codemod of this id.
pub(crate) fn look(id: &str, doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    let mut rows = servers().iter().filter(|s| s.codemod() == id).peekable();
    if rows.peek().is_none() {
        return Err(PassError(format!("the table of servers has no row {id}")));
    }
    for server in rows.filter(|s| s.reads(doc)) {
        settings_of(server, doc, &policy, cx);
    }
    Ok(())
}

fn settings_of(server: &Server, doc: &Document, policy: &Policy, cx: &mut Context<'_>) {
    let all = server.settings(doc);
    for setting in &all {
        let Some(hit) = server.hit(&doc.text, setting, &all) else { continue };
        // What a filter or a family lets through matters to servers that have no listener to change.
        let listener = Role::from_name(&hit.rule.role).is_none_or(|r| r != Role::Cidr && r != Role::AddressFamily);
        if listener && !policy.listeners() {
            continue;
        }
        answer(server, doc, setting, &all, &hit, policy, cx);
    }
}

/// A value that the table knows.
pub(crate) struct Hit<'a> {
    rule: &'a Rule,
    case: &'a Case,
    /// Row numbers of setting and case, for the test that every one has an example.
    #[cfg_attr(not(test), allow(dead_code, reason = "only the test asks for it"))]
    pub number: (usize, usize),
    captured: Captured,
    /// Where the element stands in the value.
    element: Option<(usize, usize)>,
}

impl Server {
    /// The id of its codemod; behind a colon stands which of several rows it is.
    pub(crate) fn codemod(&self) -> &str {
        self.id.split(':').next().unwrap_or(&self.id)
    }

    /// Whether a document is a configuration of this server.
    pub(crate) fn reads(&self, doc: &Document) -> bool {
        let path = embed::path_of(doc);
        let lines = || doc.text.lines().map(|line| line.trim_start().to_ascii_lowercase());
        let begins = |marks: &[String]| lines().any(|line| marks.iter().any(|m| line.starts_with(m.as_str())));
        let named = self.files.iter().any(|pattern| file(pattern, path));
        named && (self.confirm.is_empty() || begins(&self.confirm)) || begins(&self.telling)
    }

    /// The settings of a document, as this server reads them.
    pub(crate) fn settings(&self, doc: &Document) -> Vec<Setting> {
        Syntax::from_name(&self.syntax).map_or_else(Vec::new, |syntax| settings(doc, syntax))
    }

    /// What the table says of a setting.
    pub(crate) fn hit<'a>(&'a self, text: &str, setting: &Setting, all: &[Setting]) -> Option<Hit<'a>> {
        let section = |rule: &Rule| {
            rule.sections.is_empty() || rule.sections.iter().any(|s| matches(s, &setting.section).is_some())
        };
        for (n, rule) in self.setting.iter().enumerate() {
            if !section(rule) || !rule.keys.iter().any(|key| matches(key, &setting.key).is_some()) {
                continue;
            }
            let own = |s: &&Setting| rule.keys.iter().any(|key| matches(key, &s.key).is_some());
            let alone = all.iter().filter(own).count() < 2;
            let fits = |c: &Case| {
                c.when.iter().all(|w| holds(w, all))
                    && (alone || !c.single)
                    && !c.without_text.iter().any(|t| written(text, t))
            };
            for (m, case) in rule.case.iter().enumerate().filter(|(_, c)| fits(c)) {
                let whole = case.value.iter().find_map(|pattern| matches(pattern, &setting.value));
                let element = case.element.as_deref().and_then(|e| element(e, &setting.value));
                if let (Some(captured), element) = (whole.or(element.map(|_| Captured::default())), element) {
                    return Some(Hit { rule, case, number: (n, m), captured, element });
                }
            }
        }
        None
    }
}

fn answer(
    server: &Server,
    doc: &Document,
    setting: &Setting,
    all: &[Setting],
    hit: &Hit<'_>,
    policy: &Policy,
    cx: &mut Context<'_>,
) {
    let case = hit.case;
    let role = Role::from_name(&hit.rule.role).unwrap_or(Role::BindHost).name();
    let mut leave = |reason: &str| {
        let evidence = vec![server.evidence.clone()];
        cx.leave(Note { span: setting.span, role, reason: reason.to_owned(), evidence });
    };
    if let Some(reason) = &case.leave {
        return leave(reason);
    }
    let six = case.only6.as_ref().filter(|_| policy.mode == Mode::Ipv6Only);
    let only6 = six.is_some();
    if hit.element.is_none() && six.is_some_and(|six| fill(six, &hit.captured) == setting.value) {
        return leave("this is IPv6 only");
    }
    let beside = |other: &Setting| {
        other.span != setting.span
            && other.section_number == setting.section_number
            && hit.rule.keys.iter().any(|key| matches(key, &other.key).is_some())
            && case.twins.iter().any(|twin| matches(&fill(twin, &hit.captured), &other.value).is_some())
    };
    let listed = hit.element.is_some() && case.twins.iter().any(|twin| element(twin, &setting.value).is_some());
    if listed || all.iter().any(beside) {
        return leave("the IPv6 one is there too");
    }
    let speaks6 = |text: &str| text.contains("::") || text.to_ascii_lowercase().contains("ipv6");
    let branch = |other: &Setting| {
        other.key.eq_ignore_ascii_case(&setting.key)
            && other.section == setting.section
            && other.branch != setting.branch
            && speaks6(&other.value)
    };
    let given = |action: &String| action.contains(&setting.key) && speaks6(action);
    // `{% if v6 %}ListenAddress ::{% endif %}` is no line of the configuration as it stands.
    let steered = |line: &str| {
        let line = line.trim_start();
        ["{%", "{{", "<%"].iter().any(|open| line.starts_with(open)) && line.contains(&setting.key) && speaks6(line)
    };
    if all.iter().any(branch) || actions(doc).iter().any(given) || doc.text.lines().any(steered) {
        return leave("a condition of the template decides about IPv6");
    }
    if let Some(other) = case.unless.iter().find(|c| holds(c, all)) {
        let key = other.split(['=', '!']).next().unwrap_or(other);
        return leave(&format!("`{key}` says otherwise"));
    }
    if case.unless_text.iter().any(|t| written(&doc.text, &fill(t, &hit.captured))) {
        return leave("another line says otherwise");
    }
    let finding = Finding::new(setting.span, role, fill(&case.says, &hit.captured)).because(server.evidence.clone());
    let Some(edits) = edits(doc, setting, all, hit, only6, server).filter(|e| !e.is_empty() && !setting.steered) else {
        return cx.report(finding);
    };
    if let Some(why) = explained(&doc.text, setting.span.start) {
        return cx.report(finding.because(format!("the comment above says why: {why}")));
    }
    let lost = case.costs.iter().filter_map(|kind| kind.parse::<HostKind>().ok()).any(|kind| policy.guards(kind));
    let applicability = if case.safe && !lost && !only6 { Applicability::Safe } else { Applicability::Unsafe };
    cx.report(finding.fix(applicability, Fix::new().edits(edits)));
}

/// The line of the comment right above a setting that gives a reason for the family.
fn explained(text: &str, at: usize) -> Option<&str> {
    let above = text.get(..at)?.trim_end_matches([' ', '\t']);
    let comment = above.lines().rev().map(str::trim).take_while(|line| line.starts_with(['#', ';'])).take(6);
    let reason = |line: &&str| {
        let line = line.to_ascii_lowercase();
        let words: Vec<&str> = line.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        words.iter().any(|w| ["ipv4", "ipv6", "inet6"].contains(w))
            && words.iter().any(|w| ["since", "because", "due", "workaround", "broken"].contains(w))
    };
    comment.into_iter().find(reason)
}

/// The edits of a case; `None` where one of them cannot be made.
fn edits(
    doc: &Document,
    setting: &Setting,
    all: &[Setting],
    hit: &Hit<'_>,
    only6: bool,
    server: &Server,
) -> Option<Vec<Edit>> {
    let Case { becomes, key, beside, append, below, drop, also, only6: six, .. } = hit.case;
    let mut edits = Vec::new();
    if let Some(value) = six.as_ref().filter(|_| only6) {
        edits.push(match hit.element {
            Some((from, to)) => {
                let mut text = setting.value.clone();
                text.replace_range(from..to, value);
                setting.becomes(&text)?
            }
            None => setting.becomes(&fill(value, &hit.captured))?,
        });
    } else {
        if let Some(value) = becomes {
            match hit.element {
                Some((from, to)) => {
                    let mut text = setting.value.clone();
                    text.replace_range(from..to, value);
                    edits.push(setting.becomes(&text)?);
                }
                None => edits.push(setting.becomes(&fill(value, &hit.captured))?),
            }
        }
        if let Some(key) = key {
            edits.push(Edit::replace(setting.key_span, fill(key, &hit.captured)));
        }
        if let Some(value) = beside {
            edits.push(setting.beside(&doc.text, &fill(value, &hit.captured))?);
        }
        if let (Some(new), Some((_, end))) = (append, hit.element) {
            let (new, usual) = new.strip_prefix(',').map_or((new.as_str(), " "), |new| (new, ","));
            let between = separator(&setting.value, end).unwrap_or(usual);
            edits.push(setting.insert(end, &format!("{between}{new}"))?);
        }
        let syntax = Syntax::from_name(&server.syntax)?;
        let there = |line: &String| {
            let new = sixify_langs::conf::settings::lines(line, syntax);
            new.first().is_some_and(|new| all.iter().any(|s| s.key.eq_ignore_ascii_case(&new.key)))
        };
        let lines: Vec<String> =
            below.iter().map(|line| fill(line, &hit.captured)).filter(|line| !there(line)).collect();
        if !lines.is_empty() {
            edits.push(setting.below(&doc.text, &lines)?);
        }
        if *drop {
            edits.push(setting.dropped(&doc.text)?);
        }
    }
    for Also { key, value, becomes } in also {
        let mut others = all.iter().filter(|s| matches(key, &s.key).is_some() && matches(value, &s.value).is_some());
        if let Some(other) = others.next() {
            edits.push(other.becomes(becomes)?);
        }
    }
    Some(edits)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::collections::BTreeSet;

    use sixify_core::Classifier;
    use sixify_langs::Files;
    use sixify_testkit::example::examples;

    use super::*;

    #[test]
    fn every_row_reads_and_is_the_row_of_a_codemod() {
        let sheet: Sheet = toml::from_str(TABLE).unwrap_or_else(|e| panic!("{e}"));
        for server in &sheet.server {
            let id = &server.id;
            assert!(crate::ids().contains(&server.codemod()), "{id} is no codemod");
            assert!(Syntax::from_name(&server.syntax).is_some() && !server.evidence.is_empty(), "{id}");
            for rule in &server.setting {
                assert!(Role::from_name(&rule.role).is_some(), "{id}: {}", rule.role);
                for case in &rule.case {
                    assert_ne!(case.value.is_empty(), case.element.is_none(), "{id}: {case:?}");
                    assert_ne!(case.says.is_empty(), case.leave.is_none(), "{id}: {case:?}");
                    assert!(case.costs.iter().all(|kind| kind.parse::<HostKind>().is_ok()), "{id}: {case:?}");
                }
            }
        }
    }

    /// Of every case of the table some example in the header of its codemod is a use.
    #[test]
    fn every_case_has_an_example() {
        let mut used: BTreeSet<(String, usize, usize)> = BTreeSet::new();
        for (id, source, _) in crate::FOUND {
            let header: Vec<&str> = source.lines().take_while(|l| l.starts_with("//!")).collect();
            let docs: Vec<&str> = header.iter().map(|l| l.strip_prefix("//! ").unwrap_or("")).collect();
            for example in examples(&docs.join("\n")).unwrap() {
                for file in &example.files {
                    let Some(kind) = Files.by_content(&file.path, &file.text) else { continue };
                    let doc = Document::from_text(&file.path, kind, file.text.as_str());
                    let rows = servers().iter().filter(|s| s.codemod() == *id && s.reads(&doc));
                    for server in rows {
                        let all = server.settings(&doc);
                        for hit in all.iter().filter_map(|s| server.hit(&doc.text, s, &all)) {
                            used.insert((server.id.clone(), hit.number.0, hit.number.1));
                        }
                    }
                }
            }
        }
        let mut missing = Vec::new();
        for server in servers() {
            for (n, rule) in server.setting.iter().enumerate() {
                for (m, case) in rule.case.iter().enumerate().filter(|(_, c)| c.leave.is_none()) {
                    if !used.contains(&(server.id.clone(), n, m)) {
                        missing.push(format!("{}: {:?} {:?}{:?}", server.id, rule.keys, case.value, case.element));
                    }
                }
            }
        }
        assert!(missing.is_empty(), "no example of {missing:#?}");
    }
}
