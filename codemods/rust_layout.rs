//! How a changed macro call stands on its lines: as rustfmt would leave it, where it left the call before.

use crate::prelude::*;
use sixify_core::Project;

/// What rustfmt allows on one line, in characters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Width {
    line: usize,
    arguments: usize,
}

impl Width {
    /// The widths that a document's `rustfmt.toml` sets, or the usual ones.
    pub fn of(doc: &Document, project: &Project<'_>) -> Width {
        let file = project.nearest(&doc.path, &|name| matches!(name, "rustfmt.toml" | ".rustfmt.toml"));
        let text = file.and_then(|path| project.text(&path)).unwrap_or_default();
        let settings: toml::Table = text.parse().unwrap_or_default();
        let number = |name: &str| settings.get(name)?.as_integer().and_then(|value| usize::try_from(value).ok());
        let line = number("max_width").unwrap_or(100);
        let most = settings.get("use_small_heuristics").and_then(toml::Value::as_str) == Some("Max");
        let usual = if most { line } else { line * 3 / 5 };
        Width { line, arguments: number("fn_call_width").unwrap_or(usual) }
    }

    /// What rustfmt allows where nothing is set.
    pub fn usual() -> Width {
        Width { line: 100, arguments: 60 }
    }

    /// The edits of a call, as one edit where its arguments need other lines than before.
    pub fn laid_out(self, call: Node<'_>, edits: Vec<Edit>) -> Vec<Edit> {
        self.again(call, &edits).map_or(edits, |edit| vec![edit])
    }

    /// What stands in place of a node, on a line of its own where that of `let name = ` is full.
    pub fn in_place(self, node: Node<'_>, text: &str) -> Edit {
        let all = node.tree().text();
        let start = all[..node.start()].rfind('\n').map_or(0, |at| at + 1);
        let (before, rest) = (&all[start..node.start()], all[node.end()..].lines().next().unwrap_or_default());
        let line = (before.chars().count() + rest.chars().count() + text.chars().count(), before.ends_with(" = "));
        if line.0 <= self.line || !line.1 {
            return Edit::replace(node.span(), text);
        }
        let indent: String = before.chars().take_while(|c| *c == ' ').collect();
        Edit::replace(Span::new(node.start() - 1, node.end()), format!("\n{indent}    {text}"))
    }

    fn again(self, call: Node<'_>, edits: &[Edit]) -> Option<Edit> {
        let all = call.tree().text();
        let inside = call.child("token_tree").map(Node::span).filter(|span| all[span.start..].starts_with('('))?;
        let (inside, old) = (Span::new(inside.start + 1, inside.end - 1), all.get(inside.start + 1..inside.end - 1)?);
        if old.contains("/*") || old.contains("// ") || old.lines().any(|line| line.trim_start().starts_with("//")) {
            return None;
        }
        // From behind, so that what stands before keeps its place.
        let mut new = old.to_owned();
        let mut sorted: Vec<&Edit> = edits.iter().collect();
        sorted.sort_by_key(|edit| edit.span.start);
        for edit in sorted.into_iter().rev() {
            let from = edit.span.start.checked_sub(inside.start)?;
            let to = edit.span.end.checked_sub(inside.start)?;
            new.get(from..to)?;
            new.replace_range(from..to, &edit.text);
        }
        // What rustfmt has not laid out keeps its lines.
        if self.layout(call, inside, old)? != old {
            return None;
        }
        let laid_out = self.layout(call, inside, &new)?;
        (laid_out != new && (!laid_out.contains('\n') || old.contains('\n') || alone(call)))
            .then(|| Edit::replace(inside, laid_out))
    }

    /// What stands between the parentheses of a call for these arguments.
    fn layout(self, call: Node<'_>, inside: Span, arguments: &str) -> Option<String> {
        let all = call.tree().text();
        let start = all[..call.start()].rfind('\n').map_or(0, |at| at + 1);
        let indent: String = all[start..].chars().take_while(|c| *c == ' ').collect();
        let around = all.get(start..inside.start)?.chars().count()
            + 1
            + all[call.end()..].lines().next().unwrap_or_default().chars().count();
        let parts = split(arguments)?;
        let one = parts.join(", ");
        let width = one.chars().count();
        if width <= self.arguments && around + width <= self.line {
            return Some(one);
        }
        let (first, rest) = parts.split_first()?;
        let (below, packed) = (indent.len() + 4, rest.join(", "));
        if rest.iter().all(|part| simple(part)) && below + packed.chars().count() < self.line && !rest.is_empty() {
            return Some(format!("\n{indent}    {first},\n{indent}    {packed}\n{indent}"));
        }
        let lines: Vec<String> = parts.iter().map(|part| format!("\n{indent}    {part}")).collect();
        Some(format!("{}\n{indent}", lines.join(",")))
    }
}

/// Whether a call may go over lines where it stands: elsewhere rustfmt lays out what is around it as well.
fn alone(call: Node<'_>) -> bool {
    let Some(parent) = call.parent() else { return false };
    match parent.kind() {
        "arguments" => parent.items().count() == 1,
        "closure_expression" | "binary_expression" | "field_expression" | "reference_expression" => false,
        _ => true,
    }
}

/// Whether an argument is what rustfmt packs: a name, a literal, a field.
fn simple(argument: &str) -> bool {
    let path = argument.trim_start_matches(['&', '*']);
    path.starts_with('"') || path.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
}

/// Arguments of a macro call, by the commas between them; `None` where one goes over lines.
fn split(text: &str) -> Option<Vec<&str>> {
    let (mut parts, mut depth, mut from, mut quoted, mut escaped) = (Vec::new(), 0usize, 0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                parts.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[from..].trim());
    parts.retain(|part| !part.is_empty());
    (!quoted && !parts.iter().any(|part| part.contains('\n'))).then_some(parts)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use sixify_langs::{classify, rust};

    /// The text with `host` in a call.
    fn changed(text: &str) -> String {
        let text = format!("fn f() {{\n{text}\n}}\n");
        let doc = Document::from_text("a.rs", classify::RUST, text.clone());
        let file = rust::file(&doc).unwrap();
        let call = file.tree.all("macro_invocation").next().unwrap();
        let at = text.find(" host").or_else(|| text.find(" self.host")).unwrap() + 1;
        let end = at + text[at..].find(',').unwrap();
        let edit = Edit::replace(Span::new(at, end), format!("bracketed(&{})", &text[at..end]));
        let edits = Width::usual().laid_out(call, vec![edit]);
        let out = sixify_core::EditSet::of(edits).unwrap().apply(&text).unwrap();
        out["fn f() {\n".len()..out.len() - 3].to_owned()
    }

    #[test]
    fn a_call_is_left_as_rustfmt_leaves_it() {
        let short = "    let a = format!(\"{}:{}\", host, port);";
        assert_eq!(changed(short), "    let a = format!(\"{}:{}\", bracketed(&host), port);");
        let long = "    let a = format!(\"{}:{}\", host, conf.query.common.mysql_handler_port);";
        let lines = "    let a = format!(\n        \"{}:{}\",\n        bracketed(&host),\n        conf.query.common.mysql_handler_port\n    );";
        assert_eq!(changed(long), lines);
        let wide = "conf.query.common.mysql_handler_port_of_the_other_side";
        let packed = format!("    let a = format!(\n        \"{{}}:{{}}\",\n        host, {wide}\n    );");
        let own_lines =
            format!("    let a = format!(\n        \"{{}}:{{}}\",\n        bracketed(&host),\n        {wide}\n    );");
        assert_eq!(changed(&packed), own_lines);
        let own = "    let a = format!(\"{}:{}/{}/{}/{}\", host, conf.query.common.mysql_handler_port, conf.query.name, conf.query.other);";
        assert!(!changed(own).contains("(\n"));
    }
}
