//! What a line of a Helm template says with the default values of its chart.
//!
//! Only what can be told without running Helm: values by their path, conditions on one value, and
//! a few functions that do not change a text. Anything else gives nothing.

use sixify_core::{Document, Project};

use crate::yaml::value::{Data, Value};
use crate::yaml::{Stream, template};

/// The default values of the chart that a template belongs to.
pub fn values(project: &Project<'_>, path: &str) -> Option<Document> {
    let chart = project.nearest(path, &|name| name == "Chart.yaml")?;
    project.document(&format!("{}values.yaml", chart.strip_suffix("Chart.yaml")?))
}

/// The text with its actions replaced by what they give with these values.
pub fn expand(text: &str, values: &Document) -> Option<String> {
    let stream = Stream::of(values);
    let root = stream.roots.first()?;
    let mut out = String::new();
    // For each open condition whether its branch is taken.
    let mut taken: Vec<bool> = Vec::new();
    let mut at = 0;
    let mut trim = false;
    let put = |text: &str, taken: &[bool], trim: bool, out: &mut String| {
        if taken.iter().all(|t| *t) {
            out.push_str(if trim { text.trim_start() } else { text });
        }
    };
    for action in template::mask(text).actions {
        let body = action.span.text(text).strip_prefix("{{")?.strip_suffix("}}")?;
        put(text.get(at..action.span.start)?, &taken, trim, &mut out);
        if body.starts_with('-') {
            out.truncate(out.trim_end().len());
        }
        trim = body.ends_with('-');
        at = action.span.end;
        let words: Vec<&str> = body.trim_matches('-').split_whitespace().collect();
        match words.as_slice() {
            ["if", path] => taken.push(truth(lookup(root, path)?)),
            ["if", "not", path] => taken.push(!truth(lookup(root, path)?)),
            ["else"] => {
                let last = taken.last_mut()?;
                *last = !*last;
            }
            ["end"] => {
                taken.pop()?;
            }
            [path, pipes @ ..] => put(&expression(root, path, pipes)?, &taken, false, &mut out),
            [] => return None,
        }
    }
    put(text.get(at..)?, &taken, trim, &mut out);
    taken.is_empty().then_some(out)
}

/// A value by its path, through pipes.
fn expression(root: &Value, path: &str, pipes: &[&str]) -> Option<String> {
    let value = lookup(root, path)?;
    let mut text = match value.map(|v| &v.data) {
        Some(Data::Scalar(scalar)) => scalar.fixed()?.to_owned(),
        None | Some(Data::Absent) => String::new(),
        _ => return None,
    };
    for pipe in pipes.split(|word| *word == "|").skip(1) {
        match pipe {
            ["default", literal] if text.is_empty() => text = literal.strip_prefix('"')?.strip_suffix('"')?.to_owned(),
            ["default", _] | ["toString" | "trim"] => {}
            ["quote" | "squote"] => {}
            _ => return None,
        }
    }
    let piped = pipes.first().is_none_or(|word| *word == "|");
    piped.then_some(text)
}

/// The value of a path like `.Values.db.image`; `Some(None)` when the values do not have it. `None`
/// for any other expression.
fn lookup<'a>(root: &'a Value, path: &str) -> Option<Option<&'a Value>> {
    let keys = path.strip_prefix(".Values.").or_else(|| path.strip_prefix("$.Values."))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    if !keys.chars().all(plain) {
        return None;
    }
    let keys: Vec<&str> = keys.split('.').collect();
    Some(root.at(&keys))
}

/// Truth as templates see it: nothing, `false`, 0 and what is empty is false.
fn truth(value: Option<&Value>) -> bool {
    match value.map(|v| &v.data) {
        None | Some(Data::Absent | Data::Opaque | Data::Alias(_)) => false,
        Some(Data::Map(map)) => !map.entries.is_empty(),
        Some(Data::Seq(seq)) => !seq.items.is_empty(),
        Some(Data::Scalar(scalar)) => !["", "false", "0", "null", "~"].contains(&scalar.text()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::YAML;

    #[test]
    fn values_and_conditions_are_filled_in() {
        let values =
            Document::from_text("values.yaml", YAML, "global:\n  registry: ''\ndb:\n  repo: mongo\n  tag: 4.4.0\n");
        let line = "{{if .Values.global.registry}}{{ .Values.global.registry }}/{{end}}{{ .Values.db.repo }}:{{ .Values.db.tag | quote }}";
        assert_eq!(expand(line, &values).as_deref(), Some("mongo:4.4.0"));
        assert_eq!(
            expand("{{ .Values.x | default \"a\" }}{{- if not .Values.x }} b{{ else }}c{{ end }}", &values).as_deref(),
            Some("a b")
        );
        for other in [
            "{{ include \"x\" . }}",
            "{{ .Values.db }}",
            "{{ .Chart.AppVersion }}",
            "{{ if .Values.db }}x",
            "{{ end }}",
        ] {
            assert_eq!(expand(other, &values), None, "{other}");
        }
    }
}
