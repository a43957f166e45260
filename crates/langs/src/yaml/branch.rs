//! Conditions and loops of templates: which part of a text depends on which.

use sixify_core::Span;

use crate::yaml::template::Masked;

/// What an action does to the nesting of conditions and loops.
fn step(action: &str) -> i32 {
    let body = action.trim_start_matches(['{', '%', '<', '-', '+', '=']).trim_start();
    let word: String = body.chars().take_while(char::is_ascii_alphanumeric).collect();
    match word.as_str() {
        "if" | "with" | "range" | "for" | "block" | "define" | "unless" | "macro" => 1,
        word if word == "end" || (word.starts_with("end") && action.starts_with("{%")) => -1,
        // Blocks of ERB: `<% list.each do |x| %>`.
        _ if action.starts_with("<%") && action.contains(" do ") => 1,
        _ => 0,
    }
}

/// Where a place within `around` no longer depends on a condition or loop that begins in `around`
/// too: behind the action that ends the outermost of them, or at the place itself. `None` when it
/// does not end there.
pub fn behind(text: &str, masked: &Masked, around: Span, at: usize) -> Option<usize> {
    let mut depth = 0;
    let mut place = None;
    for action in masked.within(around) {
        if place.is_none() && action.span.start >= at {
            if depth <= 0 {
                return Some(at);
            }
            place = Some(());
        }
        depth += step(action.span.text(text));
        if place.is_some() && depth <= 0 {
            return Some(action.span.end);
        }
    }
    (depth <= 0 && place.is_none()).then_some(at)
}

/// Whether a place within `around` depends on no condition or loop that begins in `around` too.
pub fn free(text: &str, masked: &Masked, around: Span, at: usize) -> bool {
    behind(text, masked, around, at) == Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::template::mask;

    #[test]
    fn places_are_led_out_of_conditions() {
        let go = "a\n{{- if .x }}\nb\n{{- range .y }}\nc\n{{ end }}\n{{ else }}\nd\n{{- end }}\ne\n";
        let jinja = "a\n{% if x is defined %}\nb\n{% else %}\nc\n{% for i in y %}\nd\n{% endfor %}\n{% endif %}\ne\n";
        for text in [go, jinja] {
            let masked = mask(text);
            let whole = Span::new(0, text.len());
            let line = |c: char| behind(text, &masked, whole, text.find(&format!("\n{c}\n")).unwrap_or(0) + 2);
            let end = text.rfind("\ne").unwrap_or(0);
            assert_eq!([line('b'), line('c'), line('d')], [Some(end); 3], "{text}");
            assert_eq!(line('e'), Some(end + 2));
            assert!(free(text, &masked, whole, 1));
        }
    }
}
