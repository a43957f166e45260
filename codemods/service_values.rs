//! The policy of a Service of a chart as a value: in the template, the values and the table of the
//! README together, as the chart does with the type of that Service.

use sixify_core::{Document, Edit, Fix, Project, Span};
use sixify_langs::yaml::{Entry, Map, Scalar, Stream, Value, edit, helm};

use crate::service_families::Slot;

const KEY: &str = "ipFamilyPolicy";
const PREFER: &str = "PreferDualStack";
const WHAT: &str = "IP family policy of the Service";

/// Where the values of a Service stand.
struct Place<'a> {
    /// `.Values.service` or `$.Values.service`, as the template writes it.
    expression: &'a str,
    /// `service`.
    path: &'a str,
}

/// The fix, when the chart gives the type of the Service as a value of its own and its values can
/// have one more beside it. The slot is where the key goes in the template.
pub(crate) fn fix(doc: &Document, spec: &Map, slot: &Slot, project: &Project<'_>) -> Option<Fix> {
    let place = spec.get("type").and_then(Value::scalar).and_then(place).or_else(|| chosen(doc, spec))?;
    let values = helm::values(project, &doc.path)?;
    let chart = values.path.strip_suffix("values.yaml")?.to_owned();
    // A schema may forbid what it does not know.
    let schema =
        project.text(&format!("{chart}values.schema.json")).is_some_and(|s| s.contains("additionalProperties"));
    let stream = Stream::of(&values);
    let keys: Vec<&str> = place.path.split('.').collect();
    let map = stream.roots.first()?.at(&keys).and_then(Value::map).filter(|map| !map.flow && !schema)?;
    let kind = map.entry("type").filter(|e| e.value.fixed().is_some())?;
    let indent = " ".repeat(spec.column);
    let Place { expression, .. } = place;
    let lines = format!("{{{{- with {expression}.{KEY} }}}}\n{indent}{KEY}: {{{{ . }}}}\n{indent}{{{{- end }}}}");
    let mut fix = Fix::new().edit(slot.write(&lines));
    fix = fix.edit_in(&values.path, value(&values, map, kind, place.path)?);
    let readme = format!("{chart}README.md");
    if let Some(edit) = project.text(&readme).and_then(|text| row(&text, place.path)) {
        fix = fix.edit_in(readme, edit);
    }
    Some(fix)
}

/// The values that a type of one action comes from.
fn place(scalar: &Scalar) -> Option<Place<'_>> {
    let body = scalar.text().trim().strip_prefix("{{")?.strip_suffix("}}")?.trim_matches('-').trim();
    let (first, rest) = body.split_once(char::is_whitespace).unwrap_or((body, ""));
    let piped = rest.trim().is_empty() || rest.trim().starts_with('|');
    let expression = first.strip_suffix(".type").filter(|e| piped && !e.contains(['{', '(']))?;
    let path = expression.strip_prefix('$').unwrap_or(expression).strip_prefix(".Values.")?;
    Some(Place { expression, path })
}

/// The values that a condition chooses the type by: `{{ if eq .Values.ui.type "Proxy" }}`.
fn chosen<'a>(doc: &'a Document, spec: &Map) -> Option<Place<'a>> {
    let (first, last) = (spec.entries.first()?, spec.entries.last()?);
    let text = doc.text.get(first.span.start..last.span.end)?;
    let before = doc.text.get(..first.span.start)?;
    // The condition may stand before the first key.
    let above = before.rfind("spec:")?;
    let texts = [before.get(above..)?, text];
    let words = texts.into_iter().flat_map(|text| text.split(|c: char| c.is_whitespace() || "{}()\"".contains(c)));
    let mut found = words.filter_map(|word| {
        let expression = word.strip_suffix(".type")?;
        let path = expression.strip_prefix('$').unwrap_or(expression).strip_prefix(".Values.")?;
        Some(Place { expression, path })
    });
    let place = found.next()?;
    found.all(|other| other.path == place.path).then_some(place)
}

/// The value behind the type, with a comment of the kind that the chart's documentation is made of.
fn value(values: &Document, map: &Map, kind: &Entry, path: &str) -> Option<Edit> {
    let indent = " ".repeat(map.column);
    let comment = match comments(&values.text, kind.span.start).as_slice() {
        lines if lines.iter().any(|l| l.starts_with("## @param")) => format!("## @param {path}.{KEY} {WHAT}\n{indent}"),
        lines if lines.iter().any(|l| l.starts_with("# -- ")) => {
            // The section of the documentation that the value is listed in.
            let section = lines.iter().find(|l| l.starts_with("# @section"));
            let section = section.map_or(String::new(), |line| format!("{line}\n{indent}"));
            format!("# -- {WHAT}\n{indent}{section}")
        }
        lines if lines.iter().any(|l| l.starts_with(&format!("# {path}.type -- "))) => {
            format!("# {path}.{KEY} -- {WHAT}\n{indent}")
        }
        // Where each value is explained, so is this one.
        [first, ..] if values_explained(&values.text, map) => {
            let hashes: String = first.chars().take_while(|c| *c == '#').collect();
            format!("{hashes} {WHAT}\n{indent}")
        }
        _ => String::new(),
    };
    let key = edit::insert_key(&values.text, map, kind, KEY, PREFER)?;
    let added = key.text.strip_prefix('\n')?.trim_start();
    Some(Edit::insert(key.span.start, format!("\n{indent}{comment}{added}")))
}

/// Whether the values of a mapping have a comment each.
fn values_explained(text: &str, map: &Map) -> bool {
    map.entries.len() > 1 && map.entries.iter().all(|entry| !comments(text, entry.span.start).is_empty())
}

/// The comment lines right above a place.
fn comments(text: &str, at: usize) -> Vec<&str> {
    let above = text.get(..at).unwrap_or("").trim_end_matches([' ', '\t']);
    let lines = above.lines().rev().map(str::trim);
    lines.take_while(|line| line.starts_with('#')).collect()
}

/// A row of a table: its first cell without quotes, and where its text ends.
struct Row<'a> {
    name: &'a str,
    line: &'a str,
    end: usize,
}

/// A row for the README's table of values, below that of the type or, in a table that is sorted by
/// name, in its place. Its cells are as the head of the table calls them.
fn row(text: &str, path: &str) -> Option<Edit> {
    let (kind, new) = (format!("{path}.type"), format!("{path}.{KEY}"));
    let mut at = 0;
    let mut head: Vec<String> = Vec::new();
    let mut table: Vec<Row<'_>> = Vec::new();
    let mut previous = "";
    for line in text.split_inclusive('\n').chain(["\n"]) {
        let trimmed = line.trim_end();
        if rule(trimmed) {
            head = names(previous);
            table.clear();
        } else if trimmed.starts_with('|') {
            let name = cells(trimmed).next().unwrap_or("").trim().trim_matches('`');
            table.push(Row { name, line: trimmed, end: at + trimmed.len() });
        } else if let Some(found) = table.iter().find(|row| row.name == kind) {
            // The rows around it tell: a table of a generator may have a few that people put there.
            let group = path.to_owned() + ".";
            let same: Vec<usize> = (0..table.len()).filter(|at| table[*at].name.starts_with(&group)).collect();
            let from = same.first().map_or(0, |at| at.saturating_sub(1));
            let to = same.last().map_or(table.len(), |at| (at + 2).min(table.len()));
            let around = table.get(from..to).unwrap_or(&[]);
            let sorted = around.len() > 2 && around.is_sorted_by_key(|row| row.name);
            let before = around.iter().rfind(|row| row.name < new.as_str()).filter(|_| sorted);
            // Whether columns are aligned is seen in its group: people are not careful everywhere.
            let lines: Vec<&str> = match same.len() {
                0..=2 => table.iter().map(|row| row.line).collect(),
                _ => same.iter().filter_map(|at| table.get(*at)).map(|row| row.line).collect(),
            };
            let written = written(&head, found.line, &lines, &new)?;
            return Some(Edit::insert(before.unwrap_or(found).end, format!("\n|{written}|")));
        } else {
            table.clear();
        }
        previous = trimmed;
        at += line.len();
    }
    None
}

/// Another default in the row that the README's table has for a value, quoted as the old one is.
pub(crate) fn default_cell(text: &str, name: &str, value: &str) -> Option<Edit> {
    let mut at = 0;
    let mut head: Vec<String> = Vec::new();
    let mut previous = "";
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_end();
        if rule(trimmed) {
            head = names(previous);
        } else if cells(trimmed).next().is_some_and(|cell| cell.trim().trim_matches('`') == name) {
            let column = head.iter().position(|h| h == "default" || h == "value")?;
            let before: usize = cells(trimmed).take(column).map(|cell| cell.len() + 1).sum();
            let old = cells(trimmed).nth(column)?;
            let start = at + line.find('|')? + 1 + before;
            let (tick, quote) = (if old.contains('`') { "`" } else { "" }, if old.contains("`\"") { "\"" } else { "" });
            let width = old.chars().count().saturating_sub(2);
            let cell = format!("{tick}{quote}{value}{quote}{tick}");
            // Columns that are aligned by blanks stay so.
            let aligned = old.ends_with("  ");
            let new = if aligned { format!(" {cell:width$} ") } else { format!(" {cell} ") };
            return Some(Edit::replace(Span::new(start, start + old.len()), new));
        }
        previous = trimmed;
        at += line.len();
    }
    None
}

/// Whether a line is the one between the head of a table and its rows.
fn rule(line: &str) -> bool {
    line.starts_with('|') && line.contains('-') && line.chars().all(|c| "|-: ".contains(c))
}

/// What the columns of a table are called.
fn names(head: &str) -> Vec<String> {
    cells(head).map(|cell| cell.trim().to_ascii_lowercase()).collect()
}

/// The cells of the new row, after the example of another one.
fn written(head: &[String], example: &str, table: &[&str], name: &str) -> Option<String> {
    let quoted = cells(example).next().is_some_and(|cell| cell.contains('`'));
    let wide = |line: &str, at: usize| cells(line).nth(at).map(|cell| cell.chars().count());
    let mut out = Vec::new();
    for (at, (column, old)) in head.iter().zip(cells(example)).enumerate() {
        let cell = match column.as_str() {
            // The first column of a table with a column of defaults names the values.
            "value" if at == 0 && quoted => format!("`{name}`"),
            "value" if at == 0 => name.to_owned(),
            "key" | "name" | "parameter" if quoted => format!("`{name}`"),
            "key" | "name" | "parameter" => name.to_owned(),
            "type" => "string".to_owned(),
            "default" | "value" if old.contains("`\"") => format!("`\"{PREFER}\"`"),
            "default" | "value" if old.contains('`') => format!("`{PREFER}`"),
            "default" | "value" => PREFER.to_owned(),
            // What is generated from comments has none where the value has none.
            "description" if old.trim().is_empty() => String::new(),
            "description" => WHAT.to_owned(),
            _ => return None,
        };
        // Columns that are aligned stay so where the text fits.
        let aligned = table.iter().all(|line| wide(line, at) == wide(example, at));
        let width = if aligned { old.chars().count().saturating_sub(2) } else { 0 };
        out.push(format!(" {cell:width$} "));
    }
    (!out.is_empty()).then(|| out.join("|"))
}

fn cells(line: &str) -> impl Iterator<Item = &str> {
    let inner = line.trim().strip_prefix('|').unwrap_or("");
    inner.strip_suffix('|').unwrap_or(inner).split('|')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use sixify_core::EditSet;

    #[test]
    fn rows_have_the_cells_that_the_table_has() {
        let text = "| Name           | Description | Value       |\n| -------------- | ----------- | ----------- |\n| `service.type` | The type    | `ClusterIP` |\n";
        let after = EditSet::of([row(text, "service").unwrap()]).unwrap().apply(text).unwrap();
        let wanted = "| `service.ipFamilyPolicy` | IP family policy of the Service | `PreferDualStack` |\n";
        assert_eq!(after, format!("{text}{wanted}"));
        let docs = "| Key | Type | Default | Description |\n|-----|------|---------|-------------|\n| service.type | string | `\"ClusterIP\"` | x |";
        let after = EditSet::of([row(docs, "service").unwrap()]).unwrap().apply(docs).unwrap();
        let cell = "service.ipFamilyPolicy | string | `\"PreferDualStack\"`";
        assert!(after.ends_with(&format!("\n| {cell} | IP family policy of the Service |")), "{after}");
        let sorted = "| Key | Type |\n|--|--|\n| a.b | x |\n| service.annotations | x |\n| service.port | x |\n| service.type | x |\n\nEnd\n";
        let after = EditSet::of([row(sorted, "service").unwrap()]).unwrap().apply(sorted).unwrap();
        assert!(
            after.contains("service.annotations | x |\n| service.ipFamilyPolicy | string |\n| service.port"),
            "{after}"
        );
        assert_eq!(row("| `other.type` | x |\n", "service"), None);
        let first = "| Value | Default |\n|--|--|\n| `service.type` | `\"ClusterIP\"` |\n";
        let after = EditSet::of([row(first, "service").unwrap()]).unwrap().apply(first).unwrap();
        assert!(after.ends_with("\n| `service.ipFamilyPolicy` | `\"PreferDualStack\"` |\n"), "{after}");
        let partly = "| Key | Default |\n|--|--|\n| z | x |\n| service.a                 | x                   |\n| service.type              | y                   |\n| service.port              | z                   |\n";
        let after = EditSet::of([row(partly, "service").unwrap()]).unwrap().apply(partly).unwrap();
        assert!(after.contains("\n| service.ipFamilyPolicy    | PreferDualStack     |\n"), "{after}");
        let loose =
            "| Key | Description |\n|--|--|\n| z | x |\n| a | x |\n| service.type |  |\n| serviceAccount | x |\n";
        let after = EditSet::of([row(loose, "service").unwrap()]).unwrap().apply(loose).unwrap();
        assert!(after.contains("| a | x |\n| service.ipFamilyPolicy |  |\n| service.type |  |"), "{after}");
    }
}
