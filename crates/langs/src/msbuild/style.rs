//! New items in the style of the ones around them.

use sixify_core::{Edit, Span};

use super::{Item, Project};

/// A new item of the kind of `model`, in the same group, written as `model` is: indentation,
/// quotes, white space before `/>`, version as attribute or child, own condition. It goes behind
/// `model`, or to its alphabetical place where the group is sorted. Without `version` it has none.
pub fn sibling(text: &str, project: &Project, model: &Item, name: &str, version: Option<&str>) -> Edit {
    let before = neighbour(project, model, name);
    let at = end_of_line(text, before.span.end);
    let (separator, indent) = match indentation(text, before.span.start) {
        Some(indent) => (format!("\n{indent}"), indent),
        None => (String::new(), ""),
    };
    let quote = text.get(..model.name.span.start).and_then(|t| t.chars().next_back()).unwrap_or('"');
    let kind = &model.kind;
    let condition = model.condition.as_ref().map_or(String::new(), |condition| {
        let raw = condition.span.text(text);
        let quote = text.get(..condition.span.start).and_then(|t| t.chars().next_back()).unwrap_or('"');
        format!(" Condition={quote}{raw}{quote}")
    });
    let open = format!("<{kind} Include={quote}{name}{quote}");
    let new = match (version, &model.version) {
        (Some(version), Some(value)) if model.version_as_child => {
            // The tag of the child starts right before its value.
            let inner = indentation(text, value.span.start.saturating_sub("<Version>".len()));
            let (line, back) =
                inner.map_or((String::new(), String::new()), |i| (format!("\n{i}"), format!("\n{indent}")));
            format!("{open}{condition}>{line}<Version>{version}</Version>{back}</{kind}>")
        }
        _ => {
            let version = version.map_or(String::new(), |v| format!(" Version={quote}{v}{quote}"));
            let tight = model.span.text(text).ends_with("/>") && !model.span.text(text).ends_with(" />");
            format!("{open}{version}{condition}{}", if tight { "/>" } else { " />" })
        }
    };
    Edit::insert(at, format!("{separator}{new}"))
}

/// The item of the group behind which the new one goes. In a sorted group, a few items out of their
/// place notwithstanding, it is the place where the new one is out of order with the fewest others.
fn neighbour<'a>(project: &'a Project, model: &'a Item, name: &str) -> &'a Item {
    let group: Vec<&Item> = project.items.iter().filter(|i| i.group == model.group && i.kind == model.kind).collect();
    let key = |name: &str| name.to_ascii_lowercase();
    let names: Vec<String> = group.iter().map(|i| key(&i.name.text)).collect();
    let new = key(name);
    let disorder = names.windows(2).filter(|w| w[0] > w[1]).count();
    // Two items are sorted by chance as often as not.
    if group.len() < 3 || disorder * 10 > group.len() {
        return model;
    }
    let wrong = |at: usize| {
        let (before, behind) = names.split_at(at);
        before.iter().filter(|n| **n > new).count() + behind.iter().filter(|n| **n < new).count()
    };
    let best = (1..=group.len()).min_by_key(|at| wrong(*at));
    best.and_then(|at| group.get(at - 1).copied()).unwrap_or(model)
}

/// The white space before a place, when nothing else stands before it on its line.
fn indentation(text: &str, at: usize) -> Option<&str> {
    let line = text.get(..at)?;
    let indent = &line[line.rfind('\n')? + 1..];
    indent.chars().all(|c| c == ' ' || c == '\t').then_some(indent)
}

/// The end of a line behind a place, past comments that belong to what stands before them; the
/// place itself when more follows.
fn end_of_line(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    let line = rest.split(['\r', '\n']).next().unwrap_or("");
    let trimmed = line.trim();
    let comment = trimmed.starts_with("<!--") && trimmed.ends_with("-->") && trimmed.matches("<!--").count() == 1;
    if comment { Span::at(at + line.trim_end().len()).start } else { at }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use sixify_core::EditSet;

    fn with(text: &str, version: Option<&str>) -> String {
        let project = Project::parse(text).unwrap();
        let model = project.items.iter().find(|i| i.name.text == "M").unwrap();
        let edit = sibling(text, &project, model, "S", version);
        EditSet::of([edit]).unwrap().apply(text).unwrap()
    }

    #[test]
    fn the_new_item_looks_like_the_model() {
        let group = |items: &str| format!("<Project>\n  <ItemGroup>\n{items}  </ItemGroup>\n</Project>\n");
        let cases = [
            (
                "    <P Include=\"M\" Version=\"1\" />\n    <P Include=\"G\" Version=\"1\" />\n",
                "    <P Include=\"M\" Version=\"1\" />\n    <P Include=\"S\" Version=\"2\" />\n    <P Include=\"G\" Version=\"1\" />\n",
            ),
            (
                "\t<P Include='M' Version='1'/> <!-- why -->\n",
                "\t<P Include='M' Version='1'/> <!-- why -->\n\t<P Include='S' Version='2'/>\n",
            ),
            (
                "    <P Include=\"A\" />\n    <P Include=\"M\" />\n    <P Include=\"R\" />\n    <P Include=\"T\" />\n",
                "    <P Include=\"A\" />\n    <P Include=\"M\" />\n    <P Include=\"R\" />\n    <P Include=\"S\" Version=\"2\" />\n    <P Include=\"T\" />\n",
            ),
            (
                "    <P Include=\"M\">\n      <Version>1</Version>\n    </P>\n",
                "    <P Include=\"M\">\n      <Version>1</Version>\n    </P>\n    <P Include=\"S\">\n      <Version>2</Version>\n    </P>\n",
            ),
            (
                "    <P Include=\"M\" Version=\"1\" Condition=\"'$(T)' == 'x'\" />\n",
                "    <P Include=\"M\" Version=\"1\" Condition=\"'$(T)' == 'x'\" />\n    <P Include=\"S\" Version=\"2\" Condition=\"'$(T)' == 'x'\" />\n",
            ),
        ];
        for (before, after) in cases {
            assert_eq!(with(&group(before), Some("2")), group(after));
        }
        assert_eq!(
            with(&group("    <P Include=\"M\" />\n"), None),
            group("    <P Include=\"M\" />\n    <P Include=\"S\" />\n")
        );
    }
}
