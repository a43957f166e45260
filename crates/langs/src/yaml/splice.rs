//! Small changes within a scalar, template actions around them kept as they are.

use sixify_core::{Edit, EditSet, Span};

use crate::embed::Layers;
use crate::yaml::edit;
use crate::yaml::scalar::{Scalar, Style, plain_holds};
use crate::yaml::template;

/// Lets parts of a scalar say something else. The ranges are of [`Scalar::text`], in order, and
/// must not cut a template action. `flow` says whether the scalar stands within brackets or
/// braces. A plain scalar that cannot hold the new text is quoted. `None` where the scalar cannot
/// be written so.
pub fn splice(text: &str, scalar: &Scalar, flow: bool, changes: &[(Span, String)]) -> Option<Vec<Edit>> {
    let inner: Vec<Edit> = changes.iter().map(|(span, new)| Edit::replace(*span, new.clone())).collect();
    let wanted = EditSet::of(inner.clone())?.apply(scalar.text())?;
    let quoted = scalar.style == Style::Plain && !plain_holds(&template::mask(&wanted).text, flow);
    if quoted && !scalar.templated {
        return Some(vec![edit::replace(scalar, &wanted, flow)?]);
    }
    let layers = Layers::default().with(&scalar.decoded, scalar.codec());
    let mut edits = inner.into_iter().map(|edit| layers.edit(edit, text)).collect::<Option<Vec<_>>>()?;
    if quoted {
        // What an action gives may hold quotes of its own only where it says so.
        let plain = !template::without_actions(&wanted).contains(['"', '\\'])
            && !wanted.contains("quote")
            && !wanted.contains('\n');
        if !plain {
            return None;
        }
        edits.insert(0, Edit::insert(scalar.span.start, "\""));
        edits.push(Edit::insert(scalar.span.end, "\""));
    }
    Some(edits)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::yaml::Stream;

    /// Puts brackets around `$(IP)` in the value of `a`.
    fn bracketed(text: &str) -> Option<String> {
        let stream = Stream::parse(text);
        let map = stream.roots[0].map()?;
        let scalar = map.get("a")?.scalar()?;
        let at = scalar.text().find("$(IP)")?;
        let changes = [(Span::at(at), "[".to_owned()), (Span::at(at + 5), "]".to_owned())];
        EditSet::of(splice(text, scalar, map.flow, &changes)?)?.apply(text)
    }

    #[test]
    fn parts_change_and_quotes_come_where_they_are_needed() {
        assert_eq!(bracketed("a: --x=$(IP):1\n").unwrap(), "a: --x=[$(IP)]:1\n");
        assert_eq!(bracketed("{a: --x=$(IP):1}\n").unwrap(), "{a: \"--x=[$(IP)]:1\"}\n");
        assert_eq!(bracketed("a: $(IP):1 # c\n").unwrap(), "a: \"[$(IP)]:1\" # c\n");
        assert_eq!(bracketed("a: $(IP):{{ .p }}\n").unwrap(), "a: \"[$(IP)]:{{ .p }}\"\n");
        assert_eq!(bracketed("a: '$(IP):{{ .p }}'\n").unwrap(), "a: '[$(IP)]:{{ .p }}'\n");
        assert_eq!(bracketed("a: --x=$(IP):{{ f \"q\" }}\n").unwrap(), "a: --x=[$(IP)]:{{ f \"q\" }}\n");
        assert_eq!(bracketed("a: $(IP):{{ .p | quote }}\n"), None);
    }
}
